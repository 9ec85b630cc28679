"""Somebody else keys a stored interview again, blind; the interview does not notice it until something is decided."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from samples import SMALL, all_effective, answered, fixed_clock, form_of, picture

from surveys.acts import Actor
from surveys.answers import EMPTY, Answer, Status
from surveys.comparison import Difference
from surveys.double_entry import Decision, shadow
from surveys.form import Form
from surveys.frame import Team, Unit
from surveys.history import DOUBLE_ENTRY, Event, Kind
from surveys.interview import Interview
from surveys.recording import Recorder
from surveys.second_keying import Deciding, SamePerson, SecondKeying
from surveys.standing import Stage
from surveys.store import Store, StoreError
from surveys.text import Refusal

FIRST, SECOND, THIRD = Actor("张三", 1, "k1"), Actor("李四", 1, "k1"), Actor("王五", 1, "k1")


@pytest.fixture
def filled(store: Store, small: Form) -> Recorder:
    """Everything answered by the first person, one venue, ready to be completed."""
    recorder = Recorder.start(store, small, "230111", FIRST)
    recorder.answer_many({"filler": "赵六", "staff_count": "3", "chair": "1", "ages.young": "1", "ages.old": "2"})
    row_id = recorder.add_row("venues")
    recorder.answer(f"venues[{row_id}].v_name", "书屋")
    return recorder


def again(store: Store, interview: Interview, actor: Actor = SECOND) -> SecondKeying:
    keying = SecondKeying.resume(store, interview.id, actor)
    assert isinstance(keying, SecondKeying)
    return keying


@pytest.fixture
def second(filled: Recorder) -> SecondKeying:
    return again(filled.store, filled.interview)


def of_the_first(store: Store, ident: str) -> tuple[object, ...]:
    """All that lists, summaries and screens know of the interview."""
    looks = {part: seen for part, seen in picture(store.interview(ident)).items() if part != "heads"}
    rows = store.conn.execute("SELECT cell, value, status, conflict FROM answers WHERE interview = ?", [ident])
    return looks, sorted(rows.fetchall()), store.interview_row(ident)


def as_on_disk(keying: SecondKeying) -> bool:
    stored = keying.store.interview(keying.first.interview.id)
    same = picture(shadow(stored)) == picture(shadow(keying.first.interview)) == picture(keying.interview)
    return same and stored.events == keying.first.interview.events


# ── keying again ──────────────────────────────────────────────────────────────────────


def test_the_second_begins_with_an_empty_form_and_leaves_no_trace_by_looking(second: SecondKeying) -> None:
    before = second.store.history_digest()
    assert set(all_effective(second.interview).values()) <= {EMPTY, Answer("", Status.SKIPPED)}
    assert second.place == ""
    second.go_to("chair")
    assert second.store.history_digest() == before
    assert again(second.store, second.first.interview).place == ""


def test_what_is_keyed_again_is_durable_and_the_first_does_not_notice(second: SecondKeying) -> None:
    before = of_the_first(second.store, second.first.interview.id)
    assert second.answer("staff_count", "１２") == answered("12")
    second.set_status("staff_count", Status.DONT_KNOW)
    second.answer_many({"chair": "96", "chair.96": "兼职"})
    second.say_nothing("venues")
    row_id = second.add_row("venues")
    second.answer(f"venues[{row_id}].v_area", "9")
    assert as_on_disk(second)
    assert of_the_first(second.store, second.first.interview.id) == before
    assert not second.interview.nothing("venues")
    second.remove_row("venues", row_id)
    assert (second.interview.rows("venues"), as_on_disk(second)) == ((), True)
    last = second.store.events(second.first.interview.id)[-1]
    assert (last.kind, last.who) == (Kind.ROW_REMOVED_AGAIN, "李四")


def test_the_second_goes_on_where_it_was(second: SecondKeying) -> None:
    second.answer("staff_count", "12")
    second.answer("chair", "2")
    second.go_to("venues")
    on_another_day = again(second.store, second.first.interview, THIRD)
    assert picture(on_another_day.interview) == picture(second.interview)
    assert on_another_day.place == "chair"
    on_another_day.answer("staff_count", "13")
    assert on_another_day.place == "staff_count"


def test_undo_takes_back_what_was_keyed_again_and_nothing_of_the_first(second: SecondKeying) -> None:
    before = of_the_first(second.store, second.first.interview.id)
    second.answer("staff_count", "12")
    second.answer("staff_count", "13")
    second.add_row("venues")
    assert [second.undo() for _ in range(4)] == ["venues", "staff_count", "staff_count", ""]
    assert second.interview.answer("staff_count") == EMPTY
    assert second.interview.rows("venues") == ()
    assert of_the_first(second.store, second.first.interview.id) == before


def test_drafts_of_the_two_are_kept_apart(filled: Recorder, second: SecondKeying) -> None:
    store = filled.store
    store.save_draft(filled.interview.id, "filler", "第一遍没输完")
    assert store.draft(second.interview.id, "filler") == ""
    store.save_draft(second.interview.id, "filler", "第二遍没输完")
    store.save_draft(second.interview.id, "staff_count", "1")
    second.answer("filler", "钱七")
    second.set_status("staff_count", Status.DONT_KNOW)
    assert store.draft(second.interview.id, "filler") == store.draft(second.interview.id, "staff_count") == ""
    assert store.draft(filled.interview.id, "filler") == "第一遍没输完"


def test_a_completed_interview_can_be_keyed_again_and_stays_completed(filled: Recorder) -> None:
    filled.complete()
    second = again(filled.store, filled.interview)
    second.answer("staff_count", "12")
    second.answer("staff_count", "13")
    assert filled.store.interview(filled.interview.id).stage is Stage.COMPLETE
    row = filled.store.interview_row(filled.interview.id)
    assert row is not None
    assert (row.stage, row.who) == ("complete", "张三")


def test_a_full_disk_leaves_both_as_they_were(second: SecondKeying, monkeypatch: pytest.MonkeyPatch) -> None:
    second.answer("staff_count", "12")
    before, looks = second.store.history_digest(), picture(second.interview)

    def full(*_: object) -> None:
        raise StoreError("磁盘已满。")

    with monkeypatch.context() as broken:
        broken.setattr(second.store, "append", full)
        with pytest.raises(StoreError):
            second.answer("staff_count", "13")
    assert second.store.history_digest() == before
    assert picture(second.interview) == looks
    assert as_on_disk(second)
    second.answer("staff_count", "14")
    assert as_on_disk(second)


@pytest.mark.parametrize(
    "act",
    [
        lambda r: r.remark("chair", "备注"),
        lambda r: r.doubt("chair", True),
        lambda r: r.evidence("chair", "台账"),
        lambda r: r.pass_warning("staff_count.w1", "属实"),
        lambda r: r.complete(),
        lambda r: r.void("开错了"),
        lambda r: r.reopen("再看"),
        lambda r: r.migrate(form_of(SMALL.replace('version: "1"', 'version: "2"'))),
    ],
)
def test_only_answers_are_keyed_again(second: SecondKeying, act: Callable[[Recorder], object]) -> None:
    second.answer_many({"staff_count": "0", "chair": "1"})
    second.say_nothing("venues")
    before = second.store.history_digest()
    with pytest.raises(Refusal):
        act(second)
    assert second.store.history_digest() == before
    assert as_on_disk(second)


# ── who may ───────────────────────────────────────────────────────────────────────────


def test_who_keyed_first_cannot_key_again(filled: Recorder) -> None:
    with pytest.raises(SamePerson, match="张三"):
        again(filled.store, filled.interview, FIRST)
    Recorder.resume(filled.store, filled.interview.id, THIRD).answer("filler", "王五")
    with pytest.raises(SamePerson):
        again(filled.store, filled.interview, THIRD)
    assert again(filled.store, filled.interview)


def test_the_keyboard_cannot_be_handed_to_the_first_person(second: SecondKeying) -> None:
    second.answer("chair", "1")
    second.actor = FIRST
    with pytest.raises(SamePerson):
        second.answer("chair", "2")
    assert as_on_disk(second)


def test_what_nobody_has_keyed_cannot_be_keyed_again(store: Store, small: Form) -> None:
    recorder = Recorder.start(store, small, "230111", FIRST)
    with pytest.raises(Refusal, match="还没有录入"):
        again(store, recorder.interview)
    recorder.answer("filler", "赵六")
    assert again(store, recorder.interview)
    recorder.void("开错了")
    with pytest.raises(Refusal, match="作废"):
        again(store, recorder.interview)


# ── deciding ──────────────────────────────────────────────────────────────────────────


@pytest.fixture
def differing(second: SecondKeying) -> Deciding:
    """The second person keyed another number and another name, and one venue more."""
    second.answer_many({"filler": "赵陆", "staff_count": "3", "chair": "1", "ages.young": "1", "ages.old": "2"})
    for name in ("书屋", "文化宫"):
        second.answer(f"venues[{second.add_row('venues')}].v_name", name)
    return second.first


def at(deciding: Deciding, address: str) -> Difference:
    return next(d for d in deciding.comparison().differences if d.address.startswith(address))


def standing(deciding: Deciding) -> list[tuple[str, Decision | None]]:
    return [(d.item, d.decision) for d in deciding.comparison().differences]


def on_disk(deciding: Deciding) -> bool:
    stored = deciding.store.interview(deciding.interview.id)
    rows = deciding.store.conn.execute(
        "SELECT cell, value, status FROM answers WHERE interview = ?", [deciding.interview.id]
    )
    table = {cell: Answer(value, Status(status)) for cell, value, status in rows}
    return picture(stored) == picture(deciding.interview) and table == all_effective(stored)


def test_differences_are_decided_one_by_one_and_durably(differing: Deciding) -> None:
    assert standing(differing) == [("filler", None), ("venues", None)]
    differing.decide(at(differing, "filler"), Decision.FIRST)
    assert standing(differing) == [("filler", Decision.FIRST), ("venues", None)]
    differing.decide(at(differing, "venues"), Decision.SECOND)
    assert standing(differing) == [("filler", Decision.FIRST), ("venues", Decision.SECOND)]
    assert len(differing.interview.rows("venues")) == 2
    assert on_disk(differing)
    comparison = differing.comparison()
    assert (comparison.compared, comparison.count(None)) == (7, 0)
    assert (comparison.count(Decision.FIRST), comparison.count(Decision.SECOND)) == (1, 1)


def test_a_third_answer_is_read_like_any_other(differing: Deciding) -> None:
    filler = at(differing, "filler")
    for nothing in ("", "　"):
        with pytest.raises(Refusal):
            differing.decide(filler, Decision.OTHER, nothing.strip())
    differing.decide(filler, Decision.OTHER, "赵七")
    assert differing.interview.answer("filler") == answered("赵七")
    differing.decide(filler, Decision.OTHER, "赵陆")
    assert standing(differing)[0] == ("filler", Decision.SECOND), "typing what the second keyed is taking it"
    with pytest.raises(Refusal, match="整项"):
        differing.decide(at(differing, "venues"), Decision.OTHER, "1")
    assert on_disk(differing)


def test_a_completed_interview_is_changed_only_after_it_was_reopened(filled: Recorder, second: SecondKeying) -> None:
    second.answer_many({"filler": "赵陆", "staff_count": "4"})
    filled.interview = filled.store.interview(filled.interview.id)
    filled.complete()
    differing = again(filled.store, filled.interview).first
    differing.decide(at(differing, "staff_count"), Decision.FIRST)
    with pytest.raises(Refusal, match="重开"):
        differing.decide(at(differing, "filler"), Decision.SECOND)
    assert differing.interview.stage is Stage.COMPLETE
    differing.reopen("双录有不同")
    differing.decide(at(differing, "filler"), Decision.SECOND)
    assert differing.interview.answer("filler") == answered("赵陆")
    assert differing.interview.events[-2].note == "取第二遍", "what stood when it was completed has its reason"
    assert on_disk(differing)


def test_the_second_can_be_corrected_after_a_decision(differing: Deciding, second: SecondKeying) -> None:
    differing.decide(at(differing, "filler"), Decision.FIRST)
    second.answer("filler", "赵")
    assert standing(second.first)[0] == ("filler", None)
    assert as_on_disk(second)


# ── travelling ────────────────────────────────────────────────────────────────────────


def test_a_move_to_a_newer_form_takes_the_second_keying_along(differing: Deciding) -> None:
    newer = SMALL.replace('version: "1"', 'version: "2"').replace("name: filler", "name: writer, was: filler")
    recorder = Recorder.resume(differing.store, differing.interview.id, FIRST)
    recorder.migrate(form_of(newer))
    moved = again(differing.store, recorder.interview)
    assert moved.interview.answer("writer") == answered("赵陆")
    assert standing(moved.first) == [("writer", None), ("venues", None)]
    moved.answer("writer", "赵六")
    assert standing(moved.first) == [("venues", None)]


def test_a_move_without_a_second_keying_writes_none(filled: Recorder) -> None:
    filled.migrate(form_of(SMALL.replace('version: "1"', 'version: "2"')))
    assert not {event.kind for event in filled.interview.events} & DOUBLE_ENTRY


@pytest.fixture
def other_store(tmp_path: Path, small: Form) -> Callable[[str], Store]:
    def make(name: str) -> Store:
        store = Store(tmp_path / name / "zoufang.db")
        store.install(small.survey, [Unit("230111", "哈尔滨市", "呼兰区", "区", 1)], [Team(1, "第1组")])
        return store

    return make


def test_two_laptops_key_again_and_decide_and_meet_in_any_order(
    differing: Deciding, other_store: Callable[[str], Store]
) -> None:
    here, ident = differing.store, differing.interview.id
    with other_store("there") as there, other_store("office") as office:
        there.receive(ident, here.events(ident))
        theirs = again(there, there.interview(ident), THIRD)
        theirs.answer("filler", "赵某")
        differing.decide(at(differing, "filler"), Decision.FIRST)
        for store in (there, here):
            office.receive(ident, store.events(ident))
        here.receive(ident, there.events(ident))
        there.receive(ident, office.events(ident))
        pictures = [picture(shadow(store.interview(ident))) for store in (here, there, office)]
        assert pictures[0] == pictures[1] == pictures[2]
        assert here.history_digest() == there.history_digest() == office.history_digest()
        assert office.interview_row(ident) == here.interview_row(ident)
        assert all_effective(office.interview(ident)) == all_effective(here.interview(ident))
        mine = again(office, office.interview(ident)).first
        assert standing(mine)[0] == ("filler", None), "the second keyed something else meanwhile"


def test_a_forged_second_keying_is_not_taken_in(differing: Deciding, other_store: Callable[[str], Store]) -> None:
    ident = differing.interview.id
    events = differing.store.events(ident)
    head = differing.interview.heads
    forged = Event("z" * 36, head, ident, 999, Kind.KEYED_AGAIN, "staff_count", "zwölf", Status.ANSWERED)
    with other_store("office") as office:
        with pytest.raises(StoreError, match="没有并入"):
            office.receive(ident, [*events, forged])
        assert office.interview_row(ident) is None


def test_an_interview_with_a_second_keying_reads_the_same_at_any_time(differing: Deciding) -> None:
    events = differing.store.events(differing.interview.id)
    shuffled = Interview(differing.interview.form, events[::-1], fixed_clock)
    assert picture(shuffled) == picture(Interview(differing.interview.form, events, fixed_clock))
