"""A definition made ready: numbers, cells, addresses, and a digest that only the content decides."""

from __future__ import annotations

import json
from decimal import Decimal
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from ruamel.yaml import YAML
from samples import HEAD, NASTY, SMALL, form_of, questions, survey_of

from surveys.answers import Status, choices_of
from surveys.definition import Survey
from surveys.form import SPECIFY, Form, form_from_json, parse_address, roster_cell, specify_cell
from surveys.loading import library, load_survey
from surveys.problems import FormErrors, Problem, nearest


def test_questions_are_numbered_through_the_sections_without_cover_and_figures(small: Form, county: Form) -> None:
    assert [(item.name, item.number) for item in small.items] == [
        ("filler", None), ("staff_count", 1), ("chair", 2), ("ages", 3), ("venues", 4), ("young_share", None),
    ]  # fmt: skip
    assert [item.number for item in county.numbered] == list(range(1, 57))
    assert small.by_name["ages"].heading == "3、年龄分布"
    assert small.by_name["filler"].heading == "填表人"


def test_sections_hold_their_questions_in_order(small: Form) -> None:
    assert [section.name for section in small.sections()] == ["cover", "staff", "places", "figures"]
    assert [item.name for item in small.items_of("staff")] == ["staff_count", "chair", "ages"]
    assert [small.position[item.name] for item in small.items] == list(range(6))


def test_cells_of_every_type(nasty: Form) -> None:
    cells = {item.name: [cell.address for cell in item.cells] for item in nasty.items}
    assert cells["a"] == ["a"]
    assert cells["m"] == ["m.r.x", "m.r.y", "m.s.x", "m.s.y"]
    assert cells["f"] == ["n", "p", "q", "u"]
    assert cells["total"] == ["total"]
    cell = nasty.cell("m.s.y")
    assert (cell.label, cell.row, cell.column, cell.required) == ("行二 · 列二", "s", "y", True)
    assert cell.statuses == (Status.DONT_KNOW, Status.REFUSED)


def test_a_matrix_of_one_column_and_a_row_with_a_kind_of_its_own() -> None:
    form = form_of(
        questions(
            "name: m, type: matrix, label: 表, statuses: [not_applicable], cell: {type: integer, unit: 人},"
            " rows: [{name: a, label: 甲}, {name: b, label: 乙, cell: {type: text}}]"
        )
    )
    first, second = form.items[0].cells
    assert (first.address, first.label, first.row, first.column) == ("m.a", "甲", "a", "")
    assert (first.kind.type, second.kind.type) == ("integer", "text")
    assert first.statuses == (Status.NOT_APPLICABLE,)


def test_any_address_finds_its_cell_and_question(nasty: Form) -> None:
    for address, question, kind in [
        ("a", "a", "integer"),
        ("m.r.x", "m", "integer"),
        ("f[7f3a12bc].q", "f", "integer"),
        ("f[7f3a12bc].p", "f", "select_one"),
        ("b.96", "b", "text"),
        ("c.96", "c", "text"),
        ("f[7f3a12bc].p.96", "f", "text"),
        ("total", "total", "decimal"),
    ]:
        assert nasty.question_of(address).name == question
        assert nasty.cell(address).kind.type == kind
    assert nasty.cell("c.96").kind == SPECIFY
    assert nasty.cell("c.96").label == "其他"
    assert nasty.cell("f[1].p.96").required
    assert not nasty.cell("c.96").required


@pytest.mark.parametrize(
    "address", ["x", "a.b", "b.1", "m", "m.r", "m.r.z", "f", "f[1]", "f[1].z", "f[1].p.1", "", "[", "a[", "a]b"]
)
def test_an_address_that_is_nowhere_is_a_key_error(nasty: Form, address: str) -> None:
    with pytest.raises(KeyError):
        nasty.cell(address)


def test_addresses_are_put_together_as_they_are_taken_apart() -> None:
    row = roster_cell("venues", "7f3a12bc", "v_kind")
    assert row == "venues[7f3a12bc].v_kind"
    assert specify_cell(row, "96") == "venues[7f3a12bc].v_kind.96"
    parsed = parse_address("venues[7f3a12bc].v_kind.96")
    assert (parsed.question, parsed.row_id, parsed.rest) == ("venues", "7f3a12bc", "v_kind.96")
    assert roster_cell("venues", "7f3a12bc") == "venues[7f3a12bc]"
    assert parse_address("venues[7f3a12bc]").rest == ""


def test_every_cell_of_the_shipped_form_is_found_at_its_address(county: Form) -> None:
    for item in county.items:
        for cell in item.cells:
            address = roster_cell(item.name, "0a", cell.address) if item.type == "roster" else cell.address
            assert county.cell(address) is cell
            assert county.question_of(address) is item
            for choice in choices_of(cell.kind):
                if choice.specify:
                    assert county.cell(specify_cell(address, choice.name)).kind == SPECIFY


def test_a_shared_list_is_put_in_the_place_of_its_name() -> None:
    text = questions("name: p, type: select_one, label: 选, choices: yes_no").replace(
        "sections:", 'choices: {yes_no: [{name: "1", label: 是}, {name: "2", label: 否}]}\nsections:'
    )
    form = form_of(text)
    assert [choice.label for choice in choices_of(form.cell("p").kind)] == ["是", "否"]
    assert form.survey == survey_of(text)


@pytest.mark.parametrize("text", [SMALL, NASTY, library("county_union").read_text("utf-8")])
def test_the_digest_survives_storing_and_writing_the_definition_in_another_way(text: str, tmp_path: Path) -> None:
    survey = survey_of(text)
    assert Survey.from_json(survey.canonical_json()).digest() == survey.digest()
    assert form_from_json(survey.canonical_json()).digest == survey.digest()
    path = tmp_path / "as.json.yaml"
    path.write_text(json.dumps(YAML(typ="safe", pure=True).load(text), ensure_ascii=False, indent=3))
    assert load_survey(path).digest() == survey.digest()


def test_defaults_written_out_comments_and_order_of_keys_do_not_change_the_digest() -> None:
    plain = HEAD + "sections: [{name: s, label: 节, questions: [{name: a, type: money, label: 钱}]}]\n"
    wordy = (
        "# 注释\nunit: 单位\ntitle: 样例问卷\nround: '2022'\nversion: '1'\nid: sample\nsections:\n- questions:\n"
        "  - label: 钱\n    decimals: 2\n    unit: 万元\n    min: 0\n    required: false\n    type: money\n    name: a\n"
        "  label: 节\n  name: s\n"
    )
    assert survey_of(plain).digest() == survey_of(wordy).digest()


@given(
    st.dictionaries(
        st.from_regex(r"[a-z]{1,5}", fullmatch=True),
        st.integers() | st.floats(allow_nan=False, allow_infinity=False) | st.text(max_size=8) | st.decimals(places=3, allow_nan=False, allow_infinity=False),
        max_size=4,
    ),
    st.decimals(places=2, min_value=-1000, max_value=1000),
    st.dates(),
)  # fmt: skip
def test_a_definition_reloaded_from_json_is_the_same(parameters: dict[str, object], low: Decimal, day: object) -> None:
    question = {"type": "decimal", "name": "a", "label": "甲", "min": low}
    date = {"type": "date", "name": "b", "label": "乙", "min": day}
    section = {"name": "s", "label": "节", "questions": [question, date]}
    survey = Survey.model_validate(
        {"id": "x", "version": "1", "title": "题", "unit": "县", "parameters": parameters, "sections": [section]}
    )
    again = Survey.from_json(survey.canonical_json())
    assert again.digest() == survey.digest()
    assert {name: str(value) for name, value in again.parameters.items()} == {
        name: str(value) for name, value in survey.parameters.items()
    }
    assert again.sections == survey.sections


@pytest.mark.parametrize(
    ("before", "after"),
    [("most: 50", "most: 51"), ("有几人", "有多少人"), ("max: 200", "max: 201"), ("specify: true", "specify: false"), ('version: "1"', 'version: "2"')],
)  # fmt: skip
def test_any_change_of_content_changes_the_digest(before: str, after: str) -> None:
    assert before in SMALL
    assert survey_of(SMALL.replace(before, after)).digest() != survey_of(SMALL).digest()


def test_a_form_that_cannot_run_says_everything_that_is_wrong() -> None:
    text = questions(
        "name: a, type: text, label: 甲",
        "name: a, type: integer, label: 乙, relevant: '${zz} = 1'",
        "name: p, type: select_one, label: 选, choices: nowhere",
        "name: r, type: roster, label: 册, questions: [{name: p, type: text, label: 栏, relevant: '${p} = 1'}]",
    )
    with pytest.raises(FormErrors) as caught:
        form_of(text)
    said = [problem.message for problem in caught.value.problems]
    for piece in ("名称“a”重复", "“zz”", "“nowhere”", "名称“p”重复"):
        assert any(piece in message for message in said), piece
    assert Problem(("sections", 0, "questions", 1, "name"), "名称“a”重复，前面已经用过") in caught.value.problems


def test_only_a_name_that_is_close_is_suggested() -> None:
    assert nearest("chair_pst", ["chair_post", "venues"]) == "，是不是“chair_post”？"
    assert nearest("xyz", ["chair_post", "venues"]) == ""
