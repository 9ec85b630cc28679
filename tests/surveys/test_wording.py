"""Texts in several languages: one definition, one digest, one set of answers, however it is read aloud."""

from __future__ import annotations

import copy
import json
import pickle
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import TypeAdapter, ValidationError
from samples import HEAD, SMALL, Filled, Load, all_effective, fixed_clock, survey_of

from surveys.definition import Survey
from surveys.form import Form, form_from_json
from surveys.interview import Interview
from surveys.loading import load_survey
from surveys.wording import Wording

TWO = (
    HEAD.replace("title: 样例问卷", "title: {zh: 样例问卷, mn: Загвар асуулга}")
    + """
languages: {zh: 中文, mn: Монгол, bo: བོད་ཡིག}
sections:
  - name: one
    label: {zh: 人员, mn: Хүмүүс}
    questions:
      - name: chair
        type: select_one
        label: {zh: 主席由谁担任？, mn: Дарга нь хэн бэ, bo: གཙོ་འཛིན།}
        hint: {zh: 选一项, mn: Нэгийг сонго}
        choices:
          - {name: "1", label: {zh: 常委, mn: Байнгын}}
          - {name: "96", label: 其他, specify: true}
      - name: count
        type: integer
        label: 几人？
        constraint: . < 10
        constraint_message: {zh: 太多, mn: Хэт их}
        warnings: [{check: . < 5, message: {zh: 偏多, mn: Их}}]
        flags: [{when: ". > 3", category: "1", level: red, message: {zh: 核实, mn: Шалга}}]
      - name: m
        type: matrix
        label: 表
        cell: {type: select_one, choices: [{name: "1", label: {zh: 是, mn: Тийм}}]}
        rows: [{name: r, label: {zh: 行, mn: Мөр}}]
        columns: [{name: k, label: {zh: 列, mn: Багана}}]
      - name: venues
        type: roster
        label: 阵地
        none_label: {zh: 暂无, mn: Байхгүй}
        questions: [{name: v, type: text, label: {zh: 名称, mn: Нэр}}]
"""
)

WORDING: TypeAdapter[Wording] = TypeAdapter(Wording)
LANGUAGES = st.from_regex(r"\A[a-z]{2,3}\Z")
TEXTS = st.text(st.characters(exclude_categories=["Cs"]), min_size=1, max_size=20)


# ── one text ──────────────────────────────────────────────────────────────────────────


@given(st.dictionaries(LANGUAGES, TEXTS, min_size=1, max_size=4) | TEXTS)
def test_a_wording_survives_json_with_its_languages_in_their_order(given: dict[str, str] | str) -> None:
    wording = WORDING.validate_python(given)
    again = WORDING.validate_python(json.loads(WORDING.dump_json(wording)))
    assert isinstance(again, Wording)
    assert (again, list(again.translations.items())) == (wording, list(wording.translations.items()))
    assert str(wording) == (next(iter(given.values())) if isinstance(given, dict) else given)


def test_a_wording_is_a_plain_text_in_every_other_respect() -> None:
    wording = Wording("名称", {"zh": "名称", "mn": "Нэр"})
    assert wording == "名称"
    assert {wording: 1}["名称"] == 1
    assert f"{wording}：" == "名称："
    assert wording.in_language("mn") == "Нэр"
    assert wording.in_language("bo") == "名称"
    assert Wording("名称").in_language("mn") == "名称"
    for twin in (copy.copy(wording), copy.deepcopy(wording), pickle.loads(pickle.dumps(wording))):
        assert (twin, twin.translations) == (wording, wording.translations)


@pytest.mark.parametrize(
    "wrong",
    [
        {},
        {"zh": ""},
        {"zh": "", "mn": "Нэр"},
        {"ZH": "x"},
        {"zh-hans": "x"},
        {"zh": 5},
        {"zh": "长" * 501},
        5,
        None,
        ["x"],
    ],
)
def test_what_is_no_text_in_languages_is_refused(wrong: object) -> None:
    with pytest.raises(ValidationError):
        WORDING.validate_python(wrong)


# ── the stored definition ─────────────────────────────────────────────────────────────


def test_the_canonical_json_keeps_the_order_of_languages() -> None:
    survey = survey_of(TWO)
    stored = survey.canonical_json()
    assert '"languages":{"zh":"中文","mn":"Монгол","bo":"བོད་ཡིག"}' in stored
    assert '"label":{"zh":"常委","mn":"Байнгын"}' in stored
    turned = survey_of(TWO.replace("{zh: 常委, mn: Байнгын}", "{mn: Байнгын, zh: 常委}"))
    assert turned.digest() != survey.digest()


@pytest.mark.parametrize("text", [TWO, SMALL])
def test_the_digest_is_stable_over_any_number_of_reloads(text: str) -> None:
    survey = survey_of(text)
    for _ in range(3):
        survey = Survey.from_json(survey.canonical_json())
        assert (survey.digest(), survey.canonical_json()) == (
            survey_of(text).digest(),
            survey_of(text).canonical_json(),
        )


def test_a_translation_changes_the_version() -> None:
    assert survey_of(TWO).digest() != survey_of(TWO.replace("Тийм", "Үгүй")).digest()
    assert (
        survey_of(TWO).digest()
        != survey_of(TWO.replace("hint: {zh: 选一项, mn: Нэгийг сонго}", "hint: 选一项")).digest()
    )


def test_a_text_in_one_language_only_reads_the_same_as_a_plain_one() -> None:
    plain, mapped = survey_of(TWO.replace("{zh: 列, mn: Багана}", "列")), survey_of(TWO)
    assert plain.sections[0].questions[2].columns[0].label == mapped.sections[0].questions[2].columns[0].label  # type: ignore[union-attr]


# ── the form in another language ──────────────────────────────────────────────────────


def test_a_form_speaks_the_chosen_language_everywhere() -> None:
    form = Form(survey_of(TWO), "mn")
    chair, count, matrix, venues = form.items
    assert (form.survey.title, form.sections()[0].label) == ("Загвар асуулга", "Хүмүүс")
    assert (chair.label, chair.question.hint, chair.heading) == (
        "Дарга нь хэн бэ",
        "Нэгийг сонго",
        "1、Дарга нь хэн бэ",
    )
    assert [choice.label for choice in chair.cells[0].kind.choices] == ["Байнгын", "其他"]  # type: ignore[union-attr]
    assert [rule.message for rule in count.rules] == ["Хэт их", "Их", "Шалга"]
    assert matrix.cells[0].label == "Мөр · Багана"
    assert (venues.question.none_label, venues.cells[0].label) == ("Байхгүй", "Нэр")  # type: ignore[union-attr]


def test_what_is_not_translated_stays_in_the_first_language() -> None:
    form = Form(survey_of(TWO), "bo")
    chair, count, *_ = form.items
    assert (chair.label, chair.question.hint, count.label) == ("གཙོ་འཛིན།", "选一项", "几人？")
    assert form.survey.title == "样例问卷"
    assert [rule.message for rule in count.rules] == ["太多", "偏多", "核实"]


def test_an_unknown_language_reads_as_the_first() -> None:
    first, unknown = Form(survey_of(TWO)), Form(survey_of(TWO), "ug")
    assert [item.label for item in unknown.items] == [item.label for item in first.items]


def test_the_version_does_not_depend_on_the_language() -> None:
    first, other = Form(survey_of(TWO)), Form(survey_of(TWO), "mn")
    assert first.digest == other.digest == survey_of(TWO).digest()
    assert (other.definition, other.language, first.language) == (first.definition, "mn", "")
    stored = first.definition.canonical_json()
    assert form_from_json(stored, "mn").items[0].label == "Дарга нь хэн бэ"
    assert form_from_json(stored).items[0].label == "主席由谁担任？"


def test_answers_findings_and_notes_are_the_same_in_every_language() -> None:
    first, other = Form(survey_of(TWO)), Form(survey_of(TWO), "mn")
    fill = Filled(first, chair="96", count="7")
    fill("chair.96", "群团书记")
    fill("m.r.k", "1")
    fill.row("venues", "r1", v="书屋")
    seen = Interview(other, fill.interview.events, fixed_clock)
    assert all_effective(seen) == all_effective(fill.interview)
    assert [(f.check, f.cell, f.level) for f in seen.findings()] == [
        (f.check, f.cell, f.level) for f in fill.interview.findings()
    ]
    assert [f.message for f in seen.findings()] == ["Их"]
    assert [f.message for f in fill.interview.findings()] == ["偏多"]
    assert [(hit.category, hit.message) for hit in seen.flags()] == [("1", "Шалга")]
    assert seen.progress() == fill.interview.progress()


# ── faults ────────────────────────────────────────────────────────────────────────────

WRONG = [
    # what is written · instead of what · where the fault is · what is said
    ("{zh: 常委, mm: Байнгын}", "{zh: 常委, mn: Байнгын}", "Байнгын}}", "languages 里没有“mm”（可用：zh、mn、bo）"),
    ("{mn: Байнгын, zh: 常委}", "{zh: 常委, mn: Байнгын}", "{mn: Байнгын", "每处文字都要先写第一种语言“zh”"),
    ("{mn: Байнгын}", "{zh: 常委, mn: Байнгын}", "{mn: Байнгын", "每处文字都要先写第一种语言“zh”"),
    ("{zh: '', mn: Байнгын}", "{zh: 常委, mn: Байнгын}", "'', mn", "不能为空"),
    ("{}", "{zh: 常委, mn: Байнгын}", "{}", "不能为空"),
    ("{zh: 5}", "{zh: 常委, mn: Байнгын}", "5}", "“5”应为文字，数字请加引号"),
    ("{ZH: 常委}", "{zh: 常委, mn: Байнгын}", None, "“ZH”不是语言代码，应为两三个小写字母，如 zh、bo"),
    ("languages: {Z: 中文, zh: 中文, mn: 蒙}", "languages: {zh: 中文, mn: Монгол, bo: བོད་ཡིག}", None, "“Z”不是语言代码"),
    ("languages: [zh, mn]", "languages: {zh: 中文, mn: Монгол, bo: བོད་ཡིག}", "[zh", "应为“键: 值”"),
    ("", "languages: {zh: 中文, mn: Монгол, bo: བོད་ཡིག}", None, "这里写了几种语言，请先在问卷开头用 languages 列出语言"),
]  # fmt: skip


@pytest.mark.parametrize(("put", "instead", "needle", "says"), WRONG)
def test_a_fault_of_languages_is_named_at_its_place(
    faults: Load, put: str, instead: str, needle: str | None, says: str
) -> None:
    text = TWO.replace(instead, put, 1)
    problems = faults(text)
    assert any(says in problem.message for problem in problems)
    if needle:
        at = text.index(needle)
        assert [(p.line, p.column) for p in problems] == [(text.count("\n", 0, at) + 1, at - text.rfind("\n", 0, at))]


def test_every_text_is_in_declared_languages_as_loaded_from_a_file(tmp_path: Path) -> None:
    (tmp_path / "form.yaml").write_text(TWO)
    assert load_survey(tmp_path / "form.yaml") == survey_of(TWO)
