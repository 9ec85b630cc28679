"""What sections and the whole survey carry: a condition, checks, flags."""

from __future__ import annotations

import pytest
from samples import HEAD, WIDE, Filled, Load, answered, fixed_clock, form_of, picture

from surveys.answers import Answer, Status
from surveys.form import Form
from surveys.history import Kind
from surveys.interview import Interview
from surveys.standing import Mark, Progress

SKIPPED = Answer("", Status.SKIPPED)
TWO = (
    HEAD
    + """
statuses: [dont_know]
{survey}
sections:
  - name: one
    label: 一
    questions:
      - {{name: a, type: integer, label: 甲}}
      - {{name: b, type: integer, label: 乙}}
  - name: two
    label: 二
    {section}
    questions:
      - {{name: c, type: integer, label: 丙, required: true}}
      - {{name: r, type: roster, label: 册, questions: [{{name: f, type: integer, label: 栏}}]}}
      - {{name: d, type: calculate, label: 丁, calculation: "${{c}} + 1"}}
      - {{name: n, type: note, label: 说明}}
  - name: three
    label: 三
    questions:
      - {{name: e, type: integer, label: 戊, relevant: "${{d}} > 1"}}
"""
)


def text_of(section: str = "relevant: ${a} > 1", survey: str = "") -> str:
    return TWO.format(section=section, survey=survey)


@pytest.fixture(scope="module")
def two() -> Form:
    return form_of(text_of())


@pytest.fixture(scope="module")
def wide() -> Form:
    return form_of(WIDE)


# ── conditions ────────────────────────────────────────────────────────────────────────


def test_a_section_is_shown_and_hidden_as_one(two: Form) -> None:
    fill = Filled(two)
    assert [fill.interview.relevant(name) for name in "abcrdne"] == [True, True, False, False, False, False, False]
    assert fill.interview.progress() == Progress(0, 2)
    changed = fill("a", "2")
    assert [fill.interview.relevant(name) for name in "abcrdne"] == [True] * 6 + [False]
    assert changed >= {"a", "c"}
    assert fill.interview.progress() == Progress(1, 4)
    assert fill.interview.progress("two") == Progress(0, 2)


def test_what_was_answered_in_a_hidden_section_is_kept_and_comes_back(two: Form) -> None:
    fill = Filled(two, a="2", c="5")
    fill.row("r", "r1", f="9")
    assert fill.interview.answer("e") != SKIPPED
    before = picture(fill.interview)["items"]
    assert fill("a", "1") >= {"a", "c", "r", "r[r1].f", "d", "e"}
    assert [fill.interview.answer(address) for address in ("c", "r[r1].f", "d", "e")] == [SKIPPED] * 4
    assert fill.interview.mark("n") is Mark.SKIPPED
    assert (fill.interview.kept("c"), fill.interview.kept("r[r1].f")) == (answered("5"), answered("9"))
    assert "c" not in [entry.item for entry in fill.interview.open_items()]
    fill("a", "3")
    fill("a", "2")
    assert picture(fill.interview)["items"] == before


def test_a_hidden_section_hides_what_depends_on_its_figures(two: Form) -> None:
    fill = Filled(two, a="2", c="5")
    assert fill.interview.relevant("e")
    fill("a", "0")
    assert not fill.interview.relevant("e")
    assert picture(fill.interview) == picture(Interview(two, fill.interview.events, fixed_clock))


def test_moving_passes_over_a_hidden_section(two: Form) -> None:
    fill = Filled(two, c="5")
    assert fill.interview.following("b") is None
    fill("a", "2")
    assert fill.interview.following("b") == "c"


def test_a_questions_own_condition_and_its_sections_must_both_hold(wide: Form) -> None:
    fill = Filled(wide, share="8")
    assert [fill.interview.relevant(name) for name in ("kind", "m", "r")] == [True, True, True]
    fill("kind", "3")
    assert [fill.interview.relevant(name) for name in ("kind", "m", "r")] == [True, False, True]
    fill("share", "1")
    assert [fill.interview.relevant(name) for name in ("kind", "m", "r")] == [False, False, False]


# ── checks ────────────────────────────────────────────────────────────────────────────


def said(fill: Filled, item: str) -> list[tuple[str, str]]:
    return [(finding.level, finding.message) for finding in fill.interview.findings(item)]


def test_a_check_of_a_section_is_shown_at_the_last_question_it_reads(wide: Form) -> None:
    fill = Filled(wide, share="8", cost="1", kind="2")
    fill.row("r", "r1", r_province="1")
    fill("r[r1].r_cost", "3")
    assert said(fill, "r") == [("error", "名册合计不超过总额")]
    assert said(fill, "cost") == []
    fill("cost", "3")
    assert said(fill, "r") == []
    assert "r" in fill.interview.touched


def test_a_check_of_the_survey_is_shown_at_the_last_question_it_reads(wide: Form) -> None:
    fill = Filled(wide, share="8", last="末", more="9")
    assert said(fill, "more") == []  # its section is hidden
    fill.row("r", "r1", r_province="1")
    fill("r[r1].r_cost", "1")
    fill("m.x", "1")
    assert said(fill, "more") == [("error", "太多")]
    fill("more", "7")
    assert said(fill, "more") == []


def test_a_group_check_waits_until_every_answer_it_names_is_there(wide: Form) -> None:
    fill = Filled(wide, share="8")
    assert said(fill, "share") == []
    fill("province", "2")
    fill("kind", "1")
    assert ("warning", "类与省不符") in said(fill, "kind")
    fill("province", "", Status.DONT_KNOW)
    assert said(fill, "kind") == []


def test_a_group_warning_is_passed_with_a_note_that_lapses_with_any_answer_it_reads(wide: Form) -> None:
    fill = Filled(wide, share="8", province="2", kind="1")
    (warning,) = fill.interview.findings("kind")
    assert warning.check == "kind.two.warning.0"
    fill.hand.say(fill.interview, Kind.WARNING_PASSED, warning.check, note="跨省设立")
    assert fill.interview.touched == {"kind"}
    assert fill.interview.findings("kind")[0].note == "跨省设立"
    assert "kind" not in [entry.item for entry in fill.interview.open_items()]
    fill("cost", "1")
    assert fill.interview.findings("kind")[0].note == "跨省设立"
    fill("province", "1")
    fill("province", "2")
    assert fill.interview.findings("kind")[0].note == ""


def test_flags_of_groups_are_raised_at_the_last_question_too(wide: Form) -> None:
    fill = Filled(wide, share="8", kind="2")
    fill("m.x", "4")
    assert [(hit.item, hit.category, hit.level, hit.message) for hit in fill.interview.flags()] == [
        ("m", "301", "red", "太大")
    ]
    fill.row("r", "r1")
    fill.row("r", "r2")
    assert [(hit.item, hit.row) for hit in fill.interview.flags("r")] == [("r", "r1"), ("r", "r2")]
    fill("share", "", Status.DONT_KNOW)
    assert [hit.category for hit in fill.interview.flags("share")] == ["302"]


def test_a_survey_and_a_section_called_survey_keep_their_notes_apart() -> None:
    check = "{check: '${a} > 5', message: MESSAGE}"
    text = text_of(survey=f"warnings: [{check.replace('MESSAGE', '全卷')}]", section="warnings: []").replace(
        "  - name: one\n", f"  - name: survey\n    warnings: [{check.replace('MESSAGE', '本部分')}]\n"
    )
    fill = Filled(form_of(text), a="1")
    first, second = fill.interview.findings("a")
    fill.hand.say(fill.interview, Kind.WARNING_PASSED, first.check, note="属实")
    assert [finding.note for finding in fill.interview.findings("a")] == ["属实", ""]
    assert {first.message, second.message} == {"全卷", "本部分"}


# ── faults ────────────────────────────────────────────────────────────────────────────

WRONG = [
    # what the section (or survey) carries · where the fault is · what is said
    ({"section": "relevant: ${aa} > 1"}, "${aa}", "没有名为“aa”的题目，是不是“a”？"),
    ({"section": "relevant: ${e} > 1"}, "${e}", "显示条件只能用前面的题目，“e”在本题或本题之后"),
    ({"section": "relevant: ${c} > 1"}, "${c}", "“c”在本题或本题之后"),
    ({"section": "relevant: ${f} > 1"}, "${f}", "“f”在本题或本题之后"),
    ({"section": "relevant: . > 1"}, ". > 1", "“.”在本题或本题之后"),
    ({"section": "relevant: ${n} = 1"}, "${n}", "“n”只是说明文字，没有答案可用"),
    ({"section": "relevant: ${d} > 1"}, None, "互相依赖成环"),
    ({"section": "constraints: [{check: '. > 1', message: x}]"}, "'. > 1'", "这里的检查要写明用到的题目（${…}），不能用 ."),
    ({"section": "constraints: [{check: '1 > 2', message: x}]"}, "'1 > 2'", "这里的检查要写明用到的题目"),
    ({"section": "warnings: [{check: '${zz} > 1', message: x}]"}, "'${zz}", "没有名为“zz”的题目"),
    ({"section": "warnings: [{check: '${a} > 1'}]"}, "{check", "缺少“message”"),
    ({"section": "flags: [{when: '${a} > ', category: x, level: red, message: x}]"}, " ', category", "没有写完"),
    ({"section": "flags: [{when: '${a} > 1', category: by_row, level: red, message: x}]"}, "by_row", "“a”不是名册"),
    ({"survey": "constraints: [{check: '${zz} > 1', message: x}]"}, "'${zz}", "没有名为“zz”的题目"),
    ({"survey": "warnings: [{check: 'true()', message: x}]"}, "'true()'", "这里的检查要写明用到的题目"),
    ({"survey": "flags: [{when: \"param('low') > ${a}\", category: x, level: red, message: x}]"}, "low'", "parameters 里没有“low”"),
]  # fmt: skip


@pytest.mark.parametrize(("parts", "needle", "says"), WRONG)
def test_a_fault_in_a_group_is_named_at_its_place(
    faults: Load, parts: dict[str, str], needle: str | None, says: str
) -> None:
    text = text_of(**parts)
    problems = faults(text)
    assert [says in problem.message for problem in problems] == [True] * len(problems)
    if needle:
        at = text.index(needle)
        assert [(p.line, p.column) for p in problems] == [(text.count("\n", 0, at) + 1, at - text.rfind("\n", 0, at))]
