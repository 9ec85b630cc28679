"""A person's act is refused, or durable; there is nothing between."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable

import pytest
from samples import NASTY, all_effective, fixed_clock, form_of, picture

from surveys.acts import Actor
from surveys.answers import EMPTY, Answer, Status
from surveys.form import Form
from surveys.history import Kind
from surveys.interview import Interview
from surveys.recording import Recorder
from surveys.standing import Stage
from surveys.store import Store, StoreError
from surveys.text import Refusal

ACTOR = Actor("张三", 1, "k1")
Act = Callable[[Recorder], object]


def answered(value: str) -> Answer:
    return Answer(value, Status.ANSWERED)


@pytest.fixture
def recorder(store: Store, small: Form) -> Recorder:
    return Recorder.start(store, small, "230111", ACTOR)


@pytest.fixture
def filled(recorder: Recorder) -> Recorder:
    """Everything answered, one venue, ready to be completed."""
    recorder.answer_many({"staff_count": "3", "chair": "1", "ages.young": "1", "ages.old": "2"})
    row_id = recorder.add_row("venues")
    recorder.answer(f"venues[{row_id}].v_name", "书屋")
    return recorder


def as_on_disk(recorder: Recorder) -> bool:
    """True when the interview in hand is what the store would give to somebody opening it now."""
    stored = Interview(recorder.interview.form, recorder.store.events(recorder.interview.id), fixed_clock)
    return picture(stored) == picture(recorder.interview) and stored.events == recorder.interview.events


def table(recorder: Recorder) -> dict[str, Answer]:
    sql = "SELECT cell, value, status FROM answers WHERE interview = ?"
    rows = recorder.store.conn.execute(sql, [recorder.interview.id])
    return {cell: Answer(value, Status(status)) for cell, value, status in rows}


def the_row(recorder: Recorder) -> str:
    return recorder.interview.rows("venues")[0]


# ── beginning and going on ────────────────────────────────────────────────────────────


def test_a_new_interview_is_on_disk_before_the_first_answer(recorder: Recorder) -> None:
    row = recorder.store.interview_row(recorder.interview.id)
    assert row is not None
    assert (row.unit, row.round, row.stage, row.done, row.total, row.place) == ("230111", "2022", "draft", 0, 3, "")
    assert (row.team, row.device, row.who) == (1, "k1", "张三")
    assert table(recorder) == all_effective(recorder.interview) != {}
    assert as_on_disk(recorder)


def test_going_on_finds_every_answer_and_the_place(filled: Recorder) -> None:
    filled.go_to("ages")
    again = Recorder.resume(filled.store, filled.interview.id, Actor("李四", 2, "k2"))
    assert picture(again.interview) == picture(filled.interview)
    assert again.place == "ages"
    again.answer("filler", "李四")
    last = again.interview.events[-1]
    assert (last.who, last.team, last.device) == ("李四", 2, "k2")
    with pytest.raises(KeyError):
        Recorder.resume(filled.store, "unknown", ACTOR)


def test_going_to_a_question_is_no_event(recorder: Recorder) -> None:
    before = recorder.store.history_digest()
    recorder.go_to("chair")
    assert recorder.store.history_digest() == before
    assert recorder.place == "chair"


def test_events_stand_in_one_line_and_count_up_whatever_the_clock_does(store: Store, small: Form) -> None:
    times = iter([dt.datetime(2022, 11, 3, tzinfo=dt.UTC), dt.datetime(1980, 1, 1, tzinfo=dt.UTC)] * 20)
    recorder = Recorder.start(store, small, "230111", ACTOR, lambda: next(times))
    for value in ("1", "2", "1", "2"):
        recorder.answer("chair", value)
    events = recorder.interview.events
    assert [event.parents for event in events[1:]] == [(event.id,) for event in events[:-1]]
    assert [event.seq for event in events] == sorted({event.seq for event in events})
    assert [event.at for event in events[:2]] == ["2022-11-03T00:00:00.000Z", "1980-01-01T00:00:00.000Z"]
    assert recorder.interview.answer("chair") == answered("2")
    assert as_on_disk(recorder)


# ── answering ─────────────────────────────────────────────────────────────────────────


def test_an_answer_is_durable_when_it_returns(recorder: Recorder) -> None:
    assert recorder.saved_at is None
    assert recorder.answer("staff_count", "１２") == answered("12")
    assert recorder.saved_at is not None
    assert table(recorder)["staff_count"] == answered("12")
    assert as_on_disk(recorder)
    assert recorder.answer("staff_count", "") == EMPTY
    assert "staff_count" not in table(recorder)


def test_hiding_and_showing_reach_the_table(filled: Recorder) -> None:
    filled.answer("staff_count", "0")
    assert table(filled)["ages.young"] == Answer("", Status.SKIPPED)
    assert "young_share" not in table(filled)
    filled.answer("staff_count", "3")
    assert table(filled)["ages.young"] == answered("1")
    assert table(filled)["young_share"] == answered("33.3")


def test_several_cells_are_one_act(recorder: Recorder) -> None:
    recorder.answer_many({"chair": "96", "chair.96": "群团书记"})
    assert recorder.interview.answer("chair.96") == answered("群团书记")
    assert recorder.undo() == "chair"
    assert recorder.interview.answer("chair") == EMPTY
    assert recorder.interview.kept("chair.96") == EMPTY
    with pytest.raises(Refusal):
        recorder.answer_many({"chair": "1", "staff_count": "很多"})
    assert recorder.interview.answer("chair") == EMPTY


def test_an_unchanged_answer_is_no_event(filled: Recorder) -> None:
    count, digest = len(filled.interview.events), filled.store.history_digest()
    filled.answer("staff_count", "3")
    filled.answer_many({"chair": " １ ", "ages.young": "1.0"})
    assert len(filled.interview.events) == count
    assert filled.store.history_digest() == digest
    assert filled.changed == frozenset()


def test_a_missing_status_takes_the_place_of_an_answer(recorder: Recorder) -> None:
    recorder.answer("staff_count", "5")
    recorder.set_status("staff_count", Status.DONT_KNOW)
    assert recorder.interview.answer("staff_count") == Answer("", Status.DONT_KNOW)
    assert table(recorder)["staff_count"] == Answer("", Status.DONT_KNOW)
    recorder.answer("staff_count", "5")
    assert recorder.interview.answer("staff_count") == answered("5")


def test_changed_names_the_questions_to_draw_again(filled: Recorder) -> None:
    filled.answer("staff_count", "4")
    assert filled.changed >= {"staff_count", "ages", "young_share"}
    assert "venues" not in filled.changed
    filled.answer("filler", "张三")
    assert filled.changed == {"filler"}
    filled.remove_row("venues", the_row(filled))
    assert "venues" in filled.changed


def test_a_draft_is_forgotten_once_its_cell_is_answered(recorder: Recorder) -> None:
    store, ident = recorder.store, recorder.interview.id
    store.save_draft(ident, "filler", "张")
    store.save_draft(ident, "staff_count", "1")
    recorder.answer("filler", "张三")
    assert (store.draft(ident, "filler"), store.draft(ident, "staff_count")) == ("", "1")
    store.save_draft(ident, "filler", "张三丰")
    recorder.answer("filler", "张三")  # as it was: nothing new, and the typing is settled
    assert store.draft(ident, "filler") == ""
    store.save_draft(ident, "staff_count", "9999")
    with pytest.raises(Refusal):
        recorder.answer("staff_count", "9999")
    assert store.draft(ident, "staff_count") == "9999"


# ── rosters ───────────────────────────────────────────────────────────────────────────


def test_rows_are_added_answered_and_taken_off(recorder: Recorder) -> None:
    first, second = recorder.add_row("venues"), recorder.add_row("venues")
    assert recorder.interview.rows("venues") == (first, second)
    assert len(first) == 8
    recorder.answer(f"venues[{first}].v_name", "书屋")
    recorder.remove_row("venues", first)
    assert recorder.interview.rows("venues") == (second,)
    assert f"venues[{first}].v_name" not in table(recorder)
    assert as_on_disk(recorder)


def test_nothing_to_register_and_rows_exclude_each_other(recorder: Recorder) -> None:
    recorder.say_nothing("venues")
    assert recorder.interview.nothing("venues")
    assert table(recorder)["venues"] == Answer("", Status.NOT_APPLICABLE)
    row_id = recorder.add_row("venues")
    assert not recorder.interview.nothing("venues")
    with pytest.raises(Refusal, match="已经登记了内容"):
        recorder.say_nothing("venues")
    assert recorder.undo() == "venues"
    assert recorder.interview.nothing("venues")
    assert recorder.interview.rows("venues") == ()
    recorder.say_nothing("venues", False)
    assert not recorder.interview.nothing("venues")
    assert row_id not in str(table(recorder))


# ── taking back ───────────────────────────────────────────────────────────────────────

UNDONE: dict[str, Act] = {
    "an answer": lambda r: r.answer("staff_count", "4"),
    "a clearing": lambda r: r.answer("chair", ""),
    "a first answer": lambda r: r.answer("filler", "张三"),
    "several cells": lambda r: r.answer_many({"chair": "96", "chair.96": "书记", "ages.old": "1"}),
    "a hiding answer": lambda r: r.answer("staff_count", "0"),
    "a status": lambda r: r.set_status("staff_count", Status.DONT_KNOW),
    "a new row": lambda r: r.add_row("venues"),
    "a row taken off": lambda r: r.remove_row("venues", the_row(r)),
    "a cell in a row": lambda r: r.answer(f"venues[{the_row(r)}].v_area", "3.5"),
}


@pytest.mark.parametrize("act", UNDONE.values(), ids=UNDONE)
def test_an_act_is_taken_back_by_a_new_event(filled: Recorder, act: Act) -> None:
    before, count = all_effective(filled.interview), len(filled.interview.events)
    stored = table(filled)
    act(filled)
    assert all_effective(filled.interview) != before or filled.interview.rows("venues") != (the_row(filled),)
    between = len(filled.interview.events)
    assert filled.undo() != ""
    assert all_effective(filled.interview) == before
    assert table(filled) == stored
    assert len(filled.interview.events) == between + (between - count)
    assert as_on_disk(filled)


def test_acts_are_taken_back_one_by_one_and_then_there_is_nothing_left(recorder: Recorder) -> None:
    for value in ("1", "2", "96"):
        recorder.answer("chair", value)
    recorder.answer("chair", "96")  # no event, nothing to take back
    assert [recorder.undo() for _ in range(3)] == ["chair"] * 3
    assert recorder.interview.answer("chair") == EMPTY
    count = len(recorder.interview.events)
    assert recorder.undo() == ""
    assert len(recorder.interview.events) == count


def test_what_could_not_be_taken_back_can_be_taken_back_later(filled: Recorder) -> None:
    filled.answer("chair", "2")
    filled.complete()
    with pytest.raises(Refusal):
        filled.undo()
    filled.reopen("再看")
    with filled.because("录入错误"):
        assert filled.undo() == "chair"
    assert filled.interview.answer("chair") == answered("1")


# ── refusals ──────────────────────────────────────────────────────────────────────────

REFUSED: dict[str, tuple[Act, str]] = {
    "a word for a number": (lambda r: r.answer("staff_count", "很多"), "不是数字"),
    "out of range": (lambda r: r.answer("staff_count", "201"), "超出范围"),
    "an unknown code": (lambda r: r.answer("chair", "3"), "没有编号"),
    "a calculated figure": (lambda r: r.answer("young_share", "5"), "自动计算"),
    "one of several": (lambda r: r.answer_many({"chair": "2", "staff_count": "x"}), "不是数字"),
    "a status that is not offered": (lambda r: r.set_status("staff_count", Status.REFUSED), "不能填“拒答”"),
    "a status for a figure": (lambda r: r.set_status("young_share", Status.DONT_KNOW), "不能填"),
    "nothing where rows are": (lambda r: r.say_nothing("venues"), "已经登记了内容"),
    "nothing at no roster": (lambda r: r.say_nothing("chair"), "不能填“暂无”"),
    "a row that is gone": (lambda r: r.remove_row("venues", "00000000"), "已经删去"),
    "an answer in a row that is gone": (lambda r: r.answer("venues[00000000].v_area", "3"), "已经删去"),
    "a control character": (lambda r: r.remark("chair", "\x1b[31m"), "控制字符"),
    "a long remark": (lambda r: r.remark("chair", "长" * 2001), "超过2,000字"),
    "a warning without a note": (lambda r: r.pass_warning("staff_count.warning.0", " "), "请写一句说明"),
    "voiding without a reason": (lambda r: r.void("　"), "原因"),
    "reopening a draft": (lambda r: r.reopen("再看"), "还是草稿"),
}


@pytest.mark.parametrize(("act", "says"), REFUSED.values(), ids=REFUSED)
def test_a_refusal_says_why_and_changes_nothing(filled: Recorder, act: Act, says: str) -> None:
    before = (picture(filled.interview), table(filled), filled.store.history_digest(), filled.saved_at)
    with pytest.raises(Refusal, match=says):
        act(filled)
    assert (picture(filled.interview), table(filled), filled.store.history_digest(), filled.saved_at) == before
    assert as_on_disk(filled)


def test_no_more_rows_than_the_form_allows(recorder: Recorder) -> None:
    for _ in range(3):
        recorder.add_row("venues")
    with pytest.raises(Refusal, match="最多登记3项"):
        recorder.add_row("venues")
    assert len(recorder.interview.rows("venues")) == 3


def test_an_address_that_is_nowhere_is_a_key_error(recorder: Recorder) -> None:
    for address in ("nowhere", "chair.1", "venues"):
        with pytest.raises(KeyError):
            recorder.answer(address, "1")
    with pytest.raises(KeyError):
        recorder.pass_warning("nowhere.warning.0", "属实")
    assert as_on_disk(recorder)


# ── when the disk fails ───────────────────────────────────────────────────────────────

WRITING: dict[str, Act] = {
    "an answer": lambda r: r.answer("chair", "2"),
    "several cells": lambda r: r.answer_many({"chair": "2", "staff_count": "0"}),
    "a status": lambda r: r.set_status("staff_count", Status.DONT_KNOW),
    "a new row": lambda r: r.add_row("venues"),
    "a row taken off": lambda r: r.remove_row("venues", the_row(r)),
    "taking back": lambda r: r.undo(),
    "a remark": lambda r: r.remark("chair", "另有说明"),
    "a doubt": lambda r: r.doubt("chair", True),
    "evidence": lambda r: r.evidence("chair", "台账"),
    "completing": lambda r: r.complete(),
    "voiding": lambda r: r.void("开错了"),
}


@pytest.mark.parametrize("where", ["events", "interviews"])
@pytest.mark.parametrize("act", WRITING.values(), ids=WRITING)
def test_what_the_disk_does_not_take_has_not_happened(filled: Recorder, act: Act, where: str) -> None:
    before, stored = picture(filled.interview), table(filled)
    saved_at, conn = filled.saved_at, filled.store.conn
    conn.execute(f"CREATE TEMP TRIGGER t BEFORE INSERT ON {where} BEGIN SELECT raise(ABORT, 'disk full'); END")
    with pytest.raises(StoreError, match="磁盘已满"):
        act(filled)
    assert picture(filled.interview) == before
    assert (table(filled), filled.saved_at) == (stored, saved_at)
    assert as_on_disk(filled)
    conn.execute("DROP TRIGGER t")
    act(filled)  # the same again, now that there is room
    assert as_on_disk(filled)
    assert picture(filled.interview) != before


def test_the_check_against_the_disk_sees_an_event_that_was_not_written(filled: Recorder) -> None:
    event = filled.interview.events[-1]
    filled.interview.apply(
        type(event)("zz", filled.interview.heads, filled.interview.id, 99, Kind.ANSWERED, "chair", "2")
    )
    assert not as_on_disk(filled)


# ── at the question, and the whole ────────────────────────────────────────────────────


def test_remark_doubt_and_evidence_are_kept_with_the_question(recorder: Recorder) -> None:
    recorder.remark("chair", " 另有\n说明 ")
    recorder.doubt("chair", True)
    recorder.evidence("chair", "台账")
    again = Recorder.resume(recorder.store, recorder.interview.id, ACTOR).interview
    assert (again.remark("chair"), again.doubted("chair"), again.evidence("chair")) == ("另有\n说明", True, "台账")
    recorder.remark("chair", "")
    recorder.doubt("chair", False)
    assert (recorder.interview.remark("chair"), recorder.interview.doubted("chair")) == ("", False)


def test_a_warning_is_passed_with_a_note(filled: Recorder) -> None:
    filled.answer_many({"staff_count": "60", "ages.young": "30", "ages.old": "30"})
    with pytest.raises(Refusal, match="还有1处没有完成"):
        filled.complete()
    filled.pass_warning("staff_count.warning.0", "含下属单位")
    assert filled.changed == {"staff_count"}
    filled.complete()
    assert filled.interview.stage is Stage.COMPLETE


def test_a_complete_interview_takes_no_answers_until_it_is_reopened(filled: Recorder) -> None:
    filled.complete()
    row = filled.store.interview_row(filled.interview.id)
    assert row is not None
    assert row.stage == "complete"
    for act in (*WRITING.values(), lambda r: r.say_nothing("venues", False), lambda r: r.complete()):
        if act in (WRITING["voiding"],):
            continue
        with pytest.raises(Refusal, match="已经完成，要修改请先退回草稿"):
            act(filled)
    with pytest.raises(Refusal, match="请写明退回修改的原因"):
        filled.reopen(" ")
    filled.reopen("数字要改")
    assert filled.interview.stage is Stage.DRAFT
    with filled.because("对方更正"):
        filled.answer("chair", "2")
    assert filled.interview.answer("chair") == answered("2")


def test_an_unfinished_interview_cannot_be_completed(recorder: Recorder) -> None:
    with pytest.raises(Refusal, match="还有3处没有完成"):
        recorder.complete()
    assert recorder.interview.stage is Stage.DRAFT


def test_a_voided_interview_keeps_its_history(filled: Recorder) -> None:
    filled.void("开错了单位")
    assert filled.interview.stage is Stage.VOID
    assert filled.interview.events[-1].note == "开错了单位"
    assert filled.interview.answer("chair") == answered("1")
    with pytest.raises(Refusal, match="已经作废"):
        filled.answer("chair", "2")
    filled.reopen("没有开错")
    assert filled.interview.stage is Stage.DRAFT


def test_conditional_fields_of_a_roster_reach_the_table(store: Store) -> None:
    form = form_of(NASTY)
    store.add_definition(form.survey)
    recorder = Recorder.start(store, form, "230111", ACTOR)
    recorder.answer_many({"a": "5", "b": "2"})
    row_id = recorder.add_row("f")
    recorder.answer_many({f"f[{row_id}].p": "1", f"f[{row_id}].q": "3"})
    assert table(recorder)[f"f[{row_id}].q"] == answered("3")
    recorder.answer("b", "1")
    assert table(recorder)[f"f[{row_id}].q"] == Answer("", Status.SKIPPED)
    assert table(recorder) == all_effective(recorder.interview)


# ── who answers ───────────────────────────────────────────────────────────────────────

FINANCE, CHAIR = "张三（财务部长）", "李四（主席）"


def test_who_is_named_answers_everything_from_then_on(recorder: Recorder) -> None:
    recorder.answer("filler", "王五")
    recorder.name_respondent("staff_count", f" {FINANCE} ")
    recorder.answer("staff_count", "3")
    recorder.name_respondent("chair", CHAIR)
    recorder.answer_many({"chair": "96", "chair.96": "群团书记"})
    interview = Recorder.resume(recorder.store, recorder.interview.id, ACTOR).interview
    names = {name: interview.respondent(name) for name in ("filler", "staff_count", "chair", "ages")}
    assert names == {"filler": "", "staff_count": FINANCE, "chair": CHAIR, "ages": ""}
    assert interview.respondents() == (FINANCE, CHAIR)


def test_the_name_and_the_answer_are_one_act(recorder: Recorder) -> None:
    recorder.name_respondent("chair", CHAIR)
    before = len(recorder.interview.events)
    recorder.answer("chair", "1")
    assert [event.kind for event in recorder.interview.events[before:]] == [Kind.RESPONDENT, Kind.ANSWERED]
    assert recorder.undo() == "chair"
    assert (recorder.interview.respondent("chair"), recorder.interview.answer("chair")) == ("", EMPTY)
    assert as_on_disk(recorder)


def test_a_question_without_an_answer_gets_no_name(recorder: Recorder) -> None:
    count = len(recorder.interview.events)
    recorder.name_respondent("chair", CHAIR)
    assert (len(recorder.interview.events), recorder.respondent) == (count, CHAIR)
    recorder.add_row("venues")  # nothing was said of it yet
    assert recorder.interview.respondent("venues") == ""
    recorder.answer(f"venues[{the_row(recorder)}].v_name", "书屋")
    assert recorder.interview.respondent("venues") == CHAIR
    recorder.answer("chair", "1")
    recorder.respondent = FINANCE
    recorder.answer("chair", "")
    assert recorder.interview.respondent("chair") == CHAIR


def test_an_answer_that_is_corrected_becomes_the_speaker_s_and_the_first_stays_in_the_history(
    recorder: Recorder,
) -> None:
    recorder.name_respondent("chair", CHAIR)
    recorder.answer("chair", "1")
    recorder.name_respondent("staff_count", FINANCE)
    recorder.answer("chair", "1")
    assert recorder.interview.respondent("chair") == CHAIR  # nothing was changed
    recorder.answer("chair", "2")
    assert recorder.interview.respondent("chair") == FINANCE
    said = [event.value for event in recorder.interview.events if event.kind is Kind.RESPONDENT]
    assert said == [CHAIR, FINANCE]
    recorder.undo()
    assert recorder.interview.respondent("chair") == CHAIR


def test_the_name_is_taken_off_and_put_right_at_the_question(filled: Recorder) -> None:
    filled.name_respondent("chair", CHAIR)
    assert filled.interview.respondent("chair") == CHAIR  # it was answered before anybody was named
    filled.name_respondent("chair", "")
    assert (filled.interview.respondent("chair"), filled.respondent) == ("", "")
    filled.answer("filler", "王五")
    assert filled.interview.respondent("filler") == ""
    count = len(filled.interview.events)
    filled.name_respondent("chair", "")
    assert len(filled.interview.events) == count


@pytest.mark.parametrize(
    ("who", "says"), [("张三\n李四", "写在一行里"), ("长" * 61, "超过60字"), ("\x1b[31m", "控制字符")]
)
def test_a_name_that_cannot_be_kept_is_refused(filled: Recorder, who: str, says: str) -> None:
    filled.name_respondent("chair", CHAIR)
    with pytest.raises(Refusal, match=says):
        filled.name_respondent("chair", who)
    assert (filled.interview.respondent("chair"), filled.respondent) == (CHAIR, CHAIR)


def test_nobody_answers_a_closed_interview(filled: Recorder) -> None:
    filled.complete()
    with pytest.raises(Refusal, match="已经完成"):
        filled.name_respondent("chair", CHAIR)
    assert filled.respondent == ""


@pytest.mark.parametrize("close", [lambda r: r.complete(), lambda r: r.void("开错了")])
def test_what_was_being_typed_is_forgotten_when_the_interview_is_closed(filled: Recorder, close: Act) -> None:
    filled.store.save_draft(filled.interview.id, "filler", "13812345678")
    close(filled)
    assert filled.store.drafts(filled.interview.id) == {}
