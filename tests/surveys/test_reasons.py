"""A completed interview that was opened again: nothing that stood is changed without a reason."""

from __future__ import annotations

import itertools
from collections.abc import Sequence
from dataclasses import replace
from typing import Any, cast

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from samples import HEAD, SMALL, Hand, form_of

from surveys import recording
from surveys.acts import Act, Actor
from surveys.answers import EMPTY, Answer, Status
from surveys.form import parse_address, roster_cell
from surveys.history import Event, Kind, heads, known_at
from surveys.interview import Interview
from surveys.reasons import ReasonNeeded, checked_reason, explained, stood
from surveys.recording import Recorder
from surveys.text import Refusal

FORM = form_of(SMALL)


class Paper:
    """Takes the place of a store where nothing but the history in hand counts."""

    def __init__(self) -> None:
        self.numbers = itertools.count(1)

    def next_seq(self) -> int:
        return next(self.numbers)

    def append(self, *_: object) -> None:
        """The interview has taken the events already."""

    def draft(self, *_: object) -> str:
        return ""

    def drafts(self, _: str) -> dict[str, str]:
        return {}


def begun() -> Recorder:
    """Everything answered, one venue, ready to be completed."""
    opened = Event("i1", (), "i1", 0, Kind.OPENED, "230111", FORM.digest, note="2022")
    recorder = Recorder(cast(Any, Paper()), Interview(FORM, [opened]), Actor("张三", 1, "k1"))
    recorder.answer_many({"staff_count": "3", "chair": "1", "ages.young": "1", "ages.old": "2"})
    recorder.answer(roster_cell("venues", recorder.add_row("venues"), "v_name"), "书屋")
    return recorder


@pytest.fixture
def reopened() -> Recorder:
    recorder = begun()
    recorder.complete()
    recorder.reopen("对方来电更正")
    return recorder


def last(recorder: Recorder) -> Event:
    return recorder.interview.events[-1]


def the_row(recorder: Recorder) -> str:
    return recorder.interview.rows("venues")[0]


# ── what needs a reason ───────────────────────────────────────────────────────────────


def test_a_change_of_what_stood_is_refused_until_it_has_a_reason(reopened: Recorder) -> None:
    before = list(reopened.interview.events)
    with pytest.raises(ReasonNeeded, match="要写明原因"):
        reopened.answer("chair", "2")
    assert reopened.interview.events == before
    with reopened.because(" 对方更正 "):
        reopened.answer("chair", "2")
    assert (last(reopened).kind, last(reopened).value, last(reopened).note) == (Kind.ANSWERED, "2", "对方更正")
    assert reopened.interview.why("chair") == "对方更正"


def test_every_change_needs_its_own_reason(reopened: Recorder) -> None:
    with reopened.because("对方更正"):
        reopened.answer("chair", "2")
    with pytest.raises(ReasonNeeded):
        reopened.answer("chair", "96")
    with pytest.raises(ReasonNeeded):
        reopened.answer("staff_count", "4")


def test_clearing_a_status_a_row_taken_off_and_nothing_to_register_are_changes_too(reopened: Recorder) -> None:
    row = the_row(reopened)
    for act in (
        lambda: reopened.answer("chair", ""),
        lambda: reopened.set_status("staff_count", Status.DONT_KNOW),
        lambda: reopened.remove_row("venues", row),
        lambda: reopened.answer(roster_cell("venues", row, "v_name"), "书店"),
    ):
        with pytest.raises(ReasonNeeded):
            act()
    with reopened.because("没有这处"):
        reopened.remove_row("venues", row)
    assert (last(reopened).kind, last(reopened).note) == (Kind.ROW_REMOVED, "没有这处")


def test_of_several_cells_only_those_that_stood_get_the_reason(reopened: Recorder) -> None:
    with reopened.because("录入错误"):
        reopened.answer_many({"chair": "2", "filler": "李四"})
    notes = {event.cell: event.note for event in reopened.interview.events[-2:]}
    assert notes == {"chair": "录入错误", "filler": ""}


def test_what_was_empty_and_putting_back_what_stood_need_none(reopened: Recorder) -> None:
    reopened.answer("filler", "李四")
    row = reopened.add_row("venues")
    reopened.answer(roster_cell("venues", row, "v_name"), "新馆")
    reopened.remove_row("venues", row)
    with reopened.because("对方更正"):
        reopened.answer("chair", "2")
    reopened.answer("chair", "1")
    assert last(reopened).note == ""


def test_an_interview_that_was_never_completed_needs_none() -> None:
    recorder = begun()
    recorder.answer("chair", "2")
    recorder.void("开错了")
    recorder.reopen("没有开错")
    recorder.answer("chair", "1")
    assert recorder.interview.standing == {}


def test_what_stood_is_what_the_last_completion_found(reopened: Recorder) -> None:
    reopened.answer("filler", "李四")
    reopened.complete()
    reopened.reopen("再看")
    with pytest.raises(ReasonNeeded):
        reopened.answer("filler", "王五")


def test_nothing_to_register_stood_and_a_row_against_it_needs_a_reason() -> None:
    recorder = begun()
    recorder.remove_row("venues", the_row(recorder))
    recorder.say_nothing("venues")
    recorder.complete()
    recorder.reopen("补充材料")
    with pytest.raises(ReasonNeeded):
        recorder.add_row("venues")
    with recorder.because("新建了一处"):
        recorder.add_row("venues")
    assert recorder.interview.why("venues") == "新建了一处"
    recorder.undo()
    assert recorder.interview.nothing("venues")


def test_taking_back_needs_none_and_leaves_the_reason_of_what_comes_back(reopened: Recorder) -> None:
    with reopened.because("对方更正"):
        reopened.answer("chair", "2")
    with reopened.because("录入错误"):
        reopened.answer("chair", "96")
    assert reopened.undo() == "chair"
    assert reopened.interview.answer("chair").value == "2"
    assert reopened.interview.why("chair") == "对方更正"
    assert reopened.undo() == "chair"
    assert reopened.interview.answer("chair").value == "1"


def test_taking_back_what_was_done_before_the_completion_is_a_change() -> None:
    recorder = begun()
    recorder.answer("chair", "2")
    recorder.complete()
    recorder.reopen("再看")
    with pytest.raises(ReasonNeeded):
        recorder.undo()
    with recorder.because("录入错误"):
        assert recorder.undo() == "chair"


@pytest.mark.parametrize("reason", ["", " 　", "\n", "12", "……"])
def test_a_reason_is_said_in_words(reopened: Recorder, reason: str) -> None:
    with pytest.raises(Refusal, match="请用文字写明原因"):
        checked_reason(reason)
    with pytest.raises(Refusal), reopened.because(reason):
        raise AssertionError
    assert checked_reason(" 第2次核实 ") == "第2次核实"


def test_a_reason_does_not_outlast_what_it_was_given_for(reopened: Recorder) -> None:
    with pytest.raises(KeyError), reopened.because("录入错误"):
        reopened.answer("nowhere", "1")
    with pytest.raises(ReasonNeeded):
        reopened.answer("chair", "2")


def test_why_it_was_opened_again_is_known(reopened: Recorder) -> None:
    assert reopened.interview.reopened_because == "对方来电更正"
    assert begun().interview.reopened_because == ""


# ── histories that are no line ────────────────────────────────────────────────────────


def test_what_stood_is_what_was_known_where_it_was_completed() -> None:
    """Another laptop's answer, merged in later, did not stand when this one completed."""
    hand = Hand("k1")
    opened = Event("i1", (), "i1", 0, Kind.OPENED, "230111", FORM.digest)
    chair = hand.event((opened.id,), Kind.ANSWERED, "chair", "1")
    completed = hand.event((chair.id,), Kind.COMPLETED, "", "")
    theirs = Hand("k2").event((chair.id,), Kind.ANSWERED, "filler", "李四")
    events = [opened, chair, theirs, completed]
    assert [event.id for event in known_at(events, completed)] == [opened.id, chair.id, completed.id]
    reopened = hand.event(heads(events), Kind.REOPENED, "", "")
    assert set(stood([*events, reopened])) == {"chair"}


RENAMED = (
    HEAD.replace('"1"', '"2"')
    + """
sections:
  - name: staff
    label: 人员
    questions:
      - {name: people, was: staff_count, type: integer, label: 有几人？, required: true}
      - {name: chair, type: text, label: 主席由谁担任？}
"""
)


def test_what_stood_is_carried_along_to_a_newer_version(reopened: Recorder) -> None:
    events, parents = list(reopened.interview.events), reopened.interview.heads
    hand, form = Hand("k1"), form_of(RENAMED)
    for kind, cell, value, source in (
        (Kind.MIGRATED, "", form.digest, ""),
        (Kind.ANSWERED, "people", "3", "原 staff_count"),
    ):
        events.append(replace(hand.event(parents, kind, cell, value), source=source, interview=events[0].interview))
        parents = (events[-1].id,)
    moved = Recorder(reopened.store, Interview(form, events), reopened.actor)
    with pytest.raises(ReasonNeeded):
        moved.answer("people", "4")
    with moved.because("核实后更正"):
        moved.answer("people", "4")
    assert moved.interview.why("people") == "核实后更正"


# ── the law ───────────────────────────────────────────────────────────────────────────

Step = tuple[int, int, int, bool]
sittings = st.lists(st.tuples(st.integers(0, 9), st.integers(0, 5), st.integers(0, 3), st.booleans()), max_size=30)
CELLS = ("staff_count", "chair", "ages.young", "ages.old", "filler")


def sat(steps: Sequence[Step]) -> Recorder:
    """Somebody at an interview that was opened again: does things, and gives a reason or gives up when asked."""
    recorder = begun()
    recorder.complete()
    recorder.reopen("再看")
    for what, which, value, reasonable in steps:
        try:
            try:
                act(recorder, what, which, value)
            except ReasonNeeded:
                if reasonable:
                    with recorder.because(f"原因{what}{which}"):
                        act(recorder, what, which, value)
        except Refusal:
            pass
    return recorder


def act(recorder: Recorder, what: int, which: int, value: int) -> None:
    rows = recorder.interview.rows("venues")
    row = rows[which % len(rows)] if rows else ""
    match what:
        case 0:
            recorder.set_status("staff_count", Status.DONT_KNOW)
        case 1:
            recorder.add_row("venues")
        case 2:
            recorder.remove_row("venues", row)
        case 3 | 4:
            recorder.undo()
        case 5:
            recorder.say_nothing("venues", value > 1)
        case 6 if which == 0:
            recorder.complete()
            recorder.reopen("又来更正")
        case 7 if row:
            recorder.answer(roster_cell("venues", row, "v_name"), f"馆{value}号")
        case _:
            recorder.answer(CELLS[which % len(CELLS)], f"{value or ''}")


def unexplained(events: Sequence[Event]) -> list[str]:
    """The cells whose value is another than at the last completion although nobody said why; for one line of events."""
    end = max(number for number, event in enumerate(events) if event.kind is Kind.COMPLETED)
    then, now = written(events[:end]), written(events)
    found = []
    for address, event in then.items():
        row = roster_cell("venues", parse_address(address).row_id)
        if not said(event).status.given or gone(then, row):
            continue
        changed = gone(now, row) or said(now[address]) != said(event)
        if changed and not (now[row] if gone(now, row) else now[address]).note:
            found.append(address)
    return found


def written(events: Sequence[Event]) -> dict[str, Event]:
    """The last event of every cell and row."""
    kinds = (Kind.ANSWERED, Kind.ROW_ADDED, Kind.ROW_REMOVED)
    return {event.cell: event for event in events if event.kind in kinds}


def said(event: Event) -> Answer:
    return Answer(event.value, event.status) if event.kind is Kind.ANSWERED else EMPTY


def gone(state: dict[str, Event], row: str) -> bool:
    return row in state and state[row].kind is Kind.ROW_REMOVED


@settings(max_examples=150, deadline=None)
@given(sittings)
def test_after_any_sitting_every_changed_value_has_a_reason(steps: list[Step]) -> None:
    assert unexplained(sat(steps).interview.events) == []


CHANGES: list[Step] = [(9, 1, 2, False), (9, 0, 2, False)]


@pytest.mark.parametrize("steps", [CHANGES, [(2, 0, 0, False)], [(0, 0, 0, False)]])
def test_without_the_rule_the_law_does_not_hold(monkeypatch: pytest.MonkeyPatch, steps: list[Step]) -> None:
    monkeypatch.setattr(recording, "explained", lambda standing, acts, reason: list(acts))
    assert unexplained(sat(steps).interview.events)


def test_acts_that_have_a_note_are_explained_by_it() -> None:
    standing = {"chair": Answer("1", Status.ANSWERED)}
    told = Act(Kind.ANSWERED, "chair", "2", note="双录以第二遍为准")
    assert explained(standing, [told], "") == [told]
    assert explained(standing, [told], "录入错误") == [told]
