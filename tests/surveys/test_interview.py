"""One interview: what is asked, what is wrong, how far it is; and that doing it step by step or at once is the same."""

from __future__ import annotations

import copy
import datetime as dt

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from samples import (
    NASTY,
    Edits,
    Filled,
    Hand,
    all_effective,
    answered,
    fixed_clock,
    form_of,
    keeps_the_law,
    numbers,
    picture,
    questions,
)

from surveys.answers import EMPTY, Answer, Status
from surveys.form import Form
from surveys.history import Event, Kind
from surveys.interview import Interview
from surveys.standing import Mark, Progress, Stage
from surveys.text import Refusal

form_of_nasty = form_of(NASTY)
SKIPPED = Answer("", Status.SKIPPED)


# ── relevance ─────────────────────────────────────────────────────────────────────────


def test_a_condition_hides_what_depends_on_it_through_every_step(nasty: Form) -> None:
    fill = Filled(nasty, a="2", b="96", c="96")
    fill("c.96", "其他情况")
    fill("d", "写明")
    assert fill.interview.answer("d") == answered("写明")
    changed = fill("a", "1")  # hides b, so c, so d
    assert {"a", "b", "c", "c.96", "d"} <= changed
    assert [fill.interview.relevant(name) for name in "abcd"] == [True, False, False, False]
    assert [fill.interview.answer(name) for name in ("b", "c", "c.96", "d")] == [SKIPPED] * 4
    assert fill.interview.mark("d") is Mark.SKIPPED


def test_what_is_hidden_is_kept_and_comes_back(nasty: Form) -> None:
    fill = Filled(nasty, a="2", b="96", c="96")
    before = all_effective(fill.interview)
    fill("a", "1")
    assert fill.interview.kept("c") == answered("96")
    fill("a", "2")
    assert all_effective(fill.interview) == before


def test_a_new_interview_has_conditional_questions_skipped(nasty: Form) -> None:
    interview = Filled(nasty).interview
    assert all_effective(interview) == dict.fromkeys("bcdeg", SKIPPED) | {"u_days": answered("0")}


def test_a_status_hides_like_a_blank(small: Form) -> None:
    fill = Filled(small, staff_count="3")
    assert fill.interview.relevant("ages")
    fill("staff_count", "", Status.DONT_KNOW)
    assert not fill.interview.relevant("ages")


def test_a_matrix_of_rows_and_columns_is_hidden_cell_by_cell(nasty: Form) -> None:
    fill = Filled(nasty, a="2", **{"m.r.x": "3"})
    assert fill("a", "7") >= {"m.r.x", "m.r.y", "m.s.x", "m.s.y"}
    assert fill.interview.answer("m.r.x") == SKIPPED


# ── texts that go with a choice ───────────────────────────────────────────────────────


def test_the_text_of_a_choice_counts_only_while_it_is_chosen(nasty: Form) -> None:
    fill = Filled(nasty, a="2", b="2", c="1 96")
    assert fill.interview.addresses("c") == ("c", "c.96")
    fill("c.96", "其他情况")
    changed = fill("c", "1")
    assert changed == {"c", "c.96", "d"}
    assert fill.interview.answer("c.96") == SKIPPED
    assert fill.interview.kept("c.96") == answered("其他情况")
    assert fill.interview.addresses("c") == ("c",)
    fill("c", "96")
    assert fill.interview.answer("c.96") == answered("其他情况")


def test_a_required_choice_asks_for_its_text(small: Form) -> None:
    fill = Filled(small, chair="96")
    assert ("chair", "chair.96") in [(entry.item, entry.cell) for entry in fill.interview.open_items()]
    assert fill.interview.mark("chair") is Mark.PARTIAL
    fill("chair.96", "群团书记")
    assert fill.interview.mark("chair") is Mark.ANSWERED


# ── checks ────────────────────────────────────────────────────────────────────────────


def test_a_check_waits_until_every_answer_it_names_is_there(small: Form) -> None:
    fill = Filled(small, staff_count="5", **{"ages.young": "4"})
    assert fill.messages() == []
    fill("ages.old", "4")
    assert fill.messages("ages") == ["合计应等于人数"]
    assert fill.interview.mark("ages") is Mark.ERROR
    assert fill.interview.error_count == 1
    fill("ages.old", "", Status.DONT_KNOW)
    assert fill.messages() == []
    assert fill.interview.error_count == 0


def test_a_check_runs_again_when_an_earlier_answer_changes(small: Form) -> None:
    fill = Filled(small, staff_count="8", **{"ages.young": "4", "ages.old": "4"})
    assert fill.messages() == []
    fill("staff_count", "9")
    assert fill.messages() == ["合计应等于人数"]
    assert "ages" in fill.interview.touched


def test_nothing_hidden_is_judged(small: Form) -> None:
    fill = Filled(small, staff_count="9", **{"ages.young": "4", "ages.old": "4"})
    assert fill.interview.error_count == 1
    fill("staff_count", "0")
    assert (fill.messages(), fill.interview.error_count) == ([], 0)


def test_rules_of_a_roster_field_run_in_each_row(nasty: Form) -> None:
    fill = Filled(nasty, a="5", b="2")
    fill.row("f", "r1", p="1", q="6")
    fill.row("f", "r2", p="1", q="1")
    fill.row("f", "r3", p="1", q="5")
    findings = [(f.cell, f.level, f.message) for f in fill.interview.findings("f")]
    assert findings == [
        ("f[r1].q", "error", "数不大于甲"),
        ("f[r2].q", "warning", "数太小"),
        ("f[r3].u", "warning", "第三行"),
    ]
    assert [(hit.category, hit.row) for hit in fill.interview.flags("f")] == [
        ("by_row", "r1"),
        ("by_row", "r2"),
        ("by_row", "r3"),
        ("201", "r1"),
        ("201", "r3"),
    ]
    fill("a", "4")
    assert [f.cell for f in fill.interview.findings("f") if f.level == "error"] == ["f[r1].q", "f[r3].q"]


def test_a_check_over_a_whole_roster_reads_all_its_rows(nasty: Form) -> None:
    fill = Filled(nasty, a="9", b="2")
    fill.row("f", "r1", p="1", q="9")
    fill.row("f", "r2", p="1")
    assert fill.messages("f") == []
    fill("f[r2].q", "4")
    assert "合计不大于12" in fill.messages("f")


def test_a_roster_with_too_many_rows_is_an_error(nasty: Form) -> None:
    fill = Filled(nasty, a="2")
    for row_id in ("r1", "r2", "r3", "r4"):  # as a merge may bring them together
        fill.row("f", row_id)
    assert fill.messages("f") == ["最多登记3项"]


def test_a_field_that_is_not_asked_in_a_row_is_not_judged_there(nasty: Form) -> None:
    fill = Filled(nasty, a="9", b="2")
    for row_id in ("r1", "r2", "r3"):
        fill.row("f", row_id, p="1", q="3")
    assert [(f.cell, f.message) for f in fill.interview.findings("f")] == [("f[r3].u", "第三行")]
    fill("f[r3].p", "96")
    assert fill.messages("f") == []


def test_fields_are_asked_row_by_row(nasty: Form) -> None:
    fill = Filled(nasty, a="9", b="2")
    fill.row("f", "r1", p="1", q="3", u="2022-11-03")
    fill.row("f", "r2", p="96", q="3")
    assert fill.interview.answer("f[r1].q") == answered("3")
    assert fill.interview.answer("f[r2].q") == SKIPPED
    assert fill.interview.kept("f[r2].q") == answered("3")
    assert fill("f[r1].p", "96") == {"f[r1].p", "f[r1].q", "f[r1].u", "u_days", "g"}
    assert fill("b", "1") == {"b", "c", "f[r1].p", "f[r1].p.96", "f[r2].p", "f[r2].p.96"}


def test_a_row_that_was_taken_off_counts_no_more_and_comes_back_whole(nasty: Form) -> None:
    fill = Filled(nasty, a="9", b="2")
    fill.row("f", "r1", p="1", q="3")
    fill.row("f", "r2", p="1", q="4")
    before = picture(fill.interview)["items"]
    fill.hand.say(fill.interview, Kind.ROW_REMOVED, "f[r1]")
    assert fill.interview.rows("f") == ("r2",)
    assert fill.interview.answer("f[r1].q") == EMPTY
    fill.hand.say(fill.interview, Kind.ROW_ADDED, "f[r1]")
    assert fill.interview.rows("f") == ("r1", "r2")
    assert picture(fill.interview)["items"] == before


def test_a_row_is_called_by_its_label_or_its_place(small: Form) -> None:
    fill = Filled(small)
    fill.row("venues", "r1", v_name="职工书屋")
    fill.row("venues", "r2")
    assert fill.interview.row_label("venues", "r1") == "职工书屋"
    assert fill.interview.row_label("venues", "r2") == "第2项"


# ── warnings and flags ────────────────────────────────────────────────────────────────


def test_a_warning_stays_until_a_note_passes_it_and_returns_when_its_answer_changes(small: Form) -> None:
    fill = Filled(small, staff_count="60")
    (warning,) = fill.interview.findings()
    assert (warning.level, warning.note, warning.check) == ("warning", "", "staff_count.warning.0")
    assert fill.interview.mark("staff_count") is Mark.WARNING
    fill.hand.say(fill.interview, Kind.WARNING_PASSED, warning.check, note="含下属单位")
    assert fill.interview.touched == {"staff_count"}
    (warning,) = fill.interview.findings()
    assert warning.note == "含下属单位"
    assert not [entry for entry in fill.interview.open_items() if entry.kind == "warning"]
    fill("chair", "1")
    assert fill.interview.findings()[0].note == "含下属单位"
    fill("staff_count", "61")
    assert fill.interview.findings()[0].note == ""


def test_a_note_lapses_when_what_a_figure_comes_from_changes(nasty: Form) -> None:
    fill = Filled(nasty, a="6", **{"m.r.x": "1", "m.r.y": "1", "m.s.x": "1", "m.s.y": "1"})
    (warning,) = fill.interview.findings("m")
    assert warning.message == "取整不小于2请说明"
    fill.hand.say(fill.interview, Kind.WARNING_PASSED, warning.check, note="属实")
    assert fill.interview.findings("m")[0].note == "属实"
    fill("a", "9")  # the figure stays 2, but no longer for the same reason
    assert fill.interview.answer("rounded") == answered("2")
    assert fill.interview.findings("m")[0].note == ""


def test_one_rows_warning_is_passed_alone(nasty: Form) -> None:
    fill = Filled(nasty, a="9", b="2")
    fill.row("f", "r1", p="1", q="1")
    fill.row("f", "r2", p="1", q="2")
    fill.hand.say(fill.interview, Kind.WARNING_PASSED, "q.warning.0@r2", note="属实")
    assert [(f.cell, f.note) for f in fill.interview.findings("f")] == [("f[r1].q", ""), ("f[r2].q", "属实")]


def test_a_flag_that_asks_for_missing_answers_sees_them(nasty: Form) -> None:
    fill = Filled(nasty, a="2")
    assert fill.interview.flags() == []
    fill("a", "", Status.DONT_KNOW)
    assert [(hit.item, hit.category, hit.level) for hit in fill.interview.flags()] == [("m", "102", "red")]


# ── figures ───────────────────────────────────────────────────────────────────────────


def test_a_figure_follows_its_answers(small: Form) -> None:
    fill = Filled(small, staff_count="3", **{"ages.old": "1"})
    assert fill.interview.answer("young_share") == EMPTY
    assert fill("ages.young", "2") == {"ages.young", "young_share"}
    assert fill.interview.answer("young_share") == answered("66.7")
    assert fill.interview.mark("young_share") is Mark.ANSWERED
    assert fill("staff_count", "0") >= {"young_share"}
    assert fill.interview.answer("young_share") == EMPTY


def test_a_figure_that_needs_all_never_understates(nasty: Form) -> None:
    fill = Filled(nasty, a="2", **{"m.r.x": "1"})
    assert fill.interview.answer("total") == answered("3")
    assert fill.interview.answer("strict") == EMPTY
    fill("m.s.x", "2")
    assert fill.interview.answer("strict") == answered("30")
    fill("m.s.x", "", Status.DONT_KNOW)
    assert fill.interview.answer("strict") == EMPTY


@pytest.mark.parametrize(
    ("calculation", "value"),
    [
        ("${n} div 3", "1.67"),
        ("${n} * 100", "500"),
        ("0 - ${n}", "-5"),
        ("${n} div 0", ""),
        ("'x'", ""),
        ("concat(${n}, '0')", "50"),
        ("${n} > 3", "1"),
        ("pow(10, 300)", ""),
        ("pow(10, 14)", "100000000000000"),
        ("${n} - 5.001", "0"),
        ("date('1970-01-02')", "1"),
        ("${nothing}", ""),
    ],
)
def test_a_figure_is_a_number_or_blank(calculation: str, value: str) -> None:
    form = form_of(
        questions(
            "name: n, type: integer, label: 数",
            "name: nothing, type: text, label: 空",
            f'name: c, type: calculate, label: 算, calculation: "{calculation}"',
            "name: d, type: calculate, label: 再算, calculation: '${c} + 1'",
        )
    )
    fill = Filled(form, n="5")
    assert fill.interview.answer("c") == (answered(value) if value else EMPTY)
    assert picture(fill.interview) == picture(Interview(form, fill.interview.events, fixed_clock))


def test_a_hidden_figure_is_skipped(nasty: Form) -> None:
    fill = Filled(nasty, a="2", **{"m.r.x": "1", "m.s.x": "1"})
    assert fill("a", "3") >= {"strict"}
    assert fill.interview.answer("strict") == SKIPPED


# ── how far it is ─────────────────────────────────────────────────────────────────────


def test_progress_counts_the_numbered_questions_that_are_asked(small: Form) -> None:
    fill = Filled(small)
    assert fill.interview.progress() == Progress(0, 3)
    fill("staff_count", "2")
    assert fill.interview.progress() == Progress(1, 4)
    fill("chair", "1")
    fill("ages.young", "2")
    assert (fill.interview.progress(), fill.interview.mark("ages")) == (Progress(2, 4), Mark.PARTIAL)
    fill("ages.old", "0")
    fill("filler", "张三")
    assert fill.interview.progress() == Progress(3, 4)
    assert fill.interview.progress("staff") == Progress(3, 3)
    assert fill.interview.progress("cover") == Progress(1, 1)
    fill("venues", "", Status.NOT_APPLICABLE)
    assert fill.interview.nothing("venues")
    assert (fill.interview.progress().percent, Progress(0, 0).percent) == (100, 0)
    fill("staff_count", "0")
    assert fill.interview.progress() == Progress(3, 3)


def test_a_missing_status_is_done(small: Form) -> None:
    fill = Filled(small)
    fill("staff_count", "", Status.DONT_KNOW)
    assert fill.interview.mark("staff_count") is Mark.ANSWERED
    assert fill.interview.progress() == Progress(1, 3)


def test_marks_have_a_symbol_each() -> None:
    assert {mark.name: mark.symbol for mark in Mark} == {
        "ANSWERED": "✓", "PARTIAL": "◐", "EMPTY": "○", "SKIPPED": "–", "ERROR": "!", "WARNING": "?",
        "NOTE": "·",
    }  # fmt: skip


def test_open_items_name_what_blocks_completion_in_the_order_of_the_form(small: Form) -> None:
    fill = Filled(small, staff_count="60", chair="96", **{"ages.young": "4", "ages.old": "4"})
    fill.row("venues", "r1", v_name="书屋")
    fill.row("venues", "r2")
    assert [(entry.item, entry.cell, entry.kind) for entry in fill.interview.open_items()] == [
        ("staff_count", "staff_count", "warning"),
        ("chair", "chair.96", "empty"),
        ("ages", "ages", "error"),
        ("venues", "venues[r2].v_name", "empty"),
    ]
    assert fill.interview.open_items()[-1].message == "“第2项”的名称未填"


def test_an_empty_required_roster_says_how_to_state_there_is_nothing(small: Form) -> None:
    fill = Filled(small)
    assert [entry.message for entry in fill.interview.open_items() if entry.item == "venues"] == [
        "还没有登记；确实没有的，请选“暂无”"
    ]


def test_moving_passes_over_what_is_hidden_and_what_is_calculated(small: Form) -> None:
    fill = Filled(small)
    assert fill.interview.following("chair") == "venues"
    assert fill.interview.following("venues") is None
    assert fill.interview.preceding("filler") is None
    fill("staff_count", "1")
    assert fill.interview.following("chair") == "ages"
    assert fill.interview.preceding("venues") == "ages"


def test_remarks_evidence_and_doubt_stay_with_the_question(small: Form) -> None:
    fill = Filled(small)
    say = fill.hand.say
    assert say(fill.interview, Kind.REMARKED, "chair", "另有说明") == frozenset()
    say(fill.interview, Kind.EVIDENCED, "chair", "台账")
    say(fill.interview, Kind.DOUBTED, "chair", "1")
    told = fill.interview
    assert (told.remark("chair"), told.evidence("chair"), told.doubted("chair")) == ("另有说明", "台账", True)
    assert (told.remark("filler"), told.evidence("filler"), told.doubted("filler")) == ("", "", False)
    say(fill.interview, Kind.DOUBTED, "chair", "")
    assert not told.doubted("chair")


def test_the_stage_follows_the_last_word(small: Form) -> None:
    fill = Filled(small)
    stages = [fill.interview.stage]
    for kind in (Kind.COMPLETED, Kind.REOPENED, Kind.VOIDED):
        fill.hand.say(fill.interview, kind)
        stages.append(fill.interview.stage)
    assert stages == [Stage.DRAFT, Stage.COMPLETE, Stage.DRAFT, Stage.VOID]
    assert [stage.label for stage in Stage] == ["草稿", "完成", "作废"]


def test_typing_is_checked_without_being_kept(small: Form) -> None:
    interview = Filled(small).interview
    assert interview.check_typed("staff_count", "１２") == answered("12")
    assert interview.check_typed("staff_count", "") == EMPTY
    for address, typed in (("staff_count", "201"), ("young_share", "5"), ("chair.96", "一")):
        with pytest.raises(Refusal):
            interview.check_typed(address, typed)
    assert interview.answer("staff_count") == EMPTY


def test_a_history_must_have_a_beginning_and_an_event_must_stand_on_the_heads(small: Form) -> None:
    hand = Hand()
    with pytest.raises(ValueError, match="opened"):
        Interview(small, [hand.event((), Kind.ANSWERED, "chair", "1")])
    interview = hand.begin(small)
    with pytest.raises(ValueError, match="heads"):
        interview.apply(hand.event(("elsewhere",), Kind.ANSWERED, "chair", "1"))


def test_the_interview_knows_its_unit_and_round(small: Form) -> None:
    interview = Hand(ident="i9", unit="230111").begin(small)
    assert (interview.id, interview.unit, interview.round) == ("i9", "230111", "2022")


def test_today_is_what_the_clock_says() -> None:
    form = form_of(questions("name: c, type: calculate, label: 月, calculation: \"format-date(today(), '%m')\""))
    opened = Hand().opened(form)
    for month in (3, 11):
        interview = Interview(form, [opened], lambda month=month: dt.datetime(2022, month, 3, tzinfo=dt.UTC))
        assert interview.answer("c") == answered(str(month))


# ── the law: step by step is the same as at once ──────────────────────────────────────


steps = st.lists(st.tuples(st.integers(0, 19), st.integers(0, 11), st.integers(0, 120)), max_size=40)


@settings(deadline=None, max_examples=120)
@given(steps)
def test_step_by_step_equals_a_replay_on_a_form_with_every_dependency(steps: list[tuple[int, int, int]]) -> None:
    keeps_the_law(form_of_nasty, steps)


@settings(deadline=None, max_examples=8)
@given(st.integers(0, 10**6))
def test_step_by_step_equals_a_replay_on_the_56_questions(county: Form, seed: int) -> None:
    keeps_the_law(county, numbers(seed, 40), linked=bool(seed % 2))


@pytest.mark.parametrize("seed", range(6))
def test_a_long_sitting_equals_a_replay(nasty: Form, seed: int) -> None:
    keeps_the_law(nasty, numbers(seed, 150))


@pytest.mark.parametrize("edges", ["fed_by", "checked_with"])
def test_the_law_sees_a_form_whose_dependencies_are_lost(edges: str) -> None:
    broken = copy.copy(form_of_nasty)
    broken.rules = copy.copy(broken.rules)
    setattr(broken.rules, edges, dict.fromkeys(broken.rules.fed_by, ()))
    with pytest.raises(AssertionError):
        keeps_the_law(broken, numbers(1, 150))


def test_the_law_sees_a_form_evaluated_in_the_wrong_order() -> None:
    broken = copy.copy(form_of_nasty)
    broken.rules = copy.copy(broken.rules)
    broken.rules.rank = {name: -rank for name, rank in broken.rules.rank.items()}
    with pytest.raises((AssertionError, KeyError)):
        keeps_the_law(broken, numbers(1, 150))


def test_a_keystroke_looks_only_at_what_depends_on_it(county: Form) -> None:
    fill = Filled(county)
    fill("chair_post", "1")
    assert fill.interview.touched == {"chair_post"}
    fill("sw_total", "5")
    assert len(fill.interview.touched) < 12


@settings(deadline=None, max_examples=60)
@given(steps, st.randoms(use_true_random=False))
def test_the_order_in_which_events_are_given_does_not_matter(steps: list[tuple[int, int, int]], dice: object) -> None:
    edits = Edits()
    interview = edits.hand.begin(form_of_nasty)
    for step in steps:
        interview.apply(edits.make(interview, step))
    shuffled: list[Event] = list(interview.events)
    dice.shuffle(shuffled)  # type: ignore[attr-defined]
    assert picture(Interview(form_of_nasty, shuffled, fixed_clock)) == picture(interview)


def test_an_event_on_a_diverged_history_decides_its_conflict(small: Form) -> None:
    hand, other = Hand(), Hand("k2")
    opened = hand.opened(small)
    left = hand.event([opened.id], Kind.ANSWERED, "chair", "1")
    right = other.event([opened.id], Kind.ANSWERED, "chair", "2")
    interview = Interview(small, [opened, left, right], fixed_clock)
    assert list(interview.conflicts) == [("answered", "chair")]
    assert [entry.kind for entry in interview.open_items()][-1] == "conflict"
    hand.count = 10
    hand.answer(interview, "chair", "1")
    assert interview.conflicts == {}
    assert picture(interview) == picture(Interview(small, interview.events, fixed_clock))
