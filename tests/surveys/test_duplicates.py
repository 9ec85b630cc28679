"""Several interviews of one unit: one is kept, two are made into one, or all are right; nothing is lost."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from samples import form_of

from surveys.acts import Actor
from surveys.combining import Choice, Question, questions
from surveys.duplicates import Duplicates, counted_beside, undecided
from surveys.form import Form
from surveys.history import Kind
from surveys.interview import Interview
from surveys.recording import Recorder
from surveys.standing import Stage
from surveys.store import Store, StoreError
from surveys.text import Refusal

OFFICE = Actor("汇总员", 0, "office")
FIRST, SECOND = Actor("张三", 1, "k1"), Actor("李四", 2, "k2")


@pytest.fixture
def begin(store: Store, small: Form) -> Callable[..., Recorder]:
    def start(actor: Actor, **typed: str) -> Recorder:
        recorder = Recorder.start(store, small, "230111", actor)
        if typed:
            recorder.answer_many(typed)
        return recorder

    return start


def venue(recorder: Recorder, name: str) -> str:
    row = recorder.add_row("venues")
    recorder.answer(f"venues[{row}].v_name", name)
    return row


def together(store: Store, *recorders: Recorder) -> Duplicates:
    return Duplicates(store, [recorder.interview.id for recorder in recorders], OFFICE)


def names(interview: Interview) -> list[str]:
    return [interview.answer(f"venues[{row}].v_name").value for row in interview.rows("venues")]


def test_one_is_kept_and_the_others_are_void_with_the_reason(store: Store, begin: Callable[..., Recorder]) -> None:
    one, two, three = begin(FIRST, chair="1"), begin(SECOND, chair="2"), begin(SECOND)
    deciding = together(store, one, two, three)
    deciding.keep_one(two.interview.id, "一组走错了")
    stages = [store.interview(r.interview.id).stage for r in (one, two, three)]
    assert stages == [Stage.VOID, Stage.DRAFT, Stage.VOID]
    last = store.events(one.interview.id)[-1]
    assert last.note == "重复：以第2组 李四的一份为准；一组走错了"
    assert store.interview(one.interview.id).kept("chair").value == "1"


def test_all_or_none_are_void(store: Store, begin: Callable[..., Recorder], monkeypatch: pytest.MonkeyPatch) -> None:
    one, two, three = begin(FIRST), begin(SECOND), begin(SECOND)
    deciding = together(store, one, two, three)
    writing, written = store.append, []

    def fail_second(*arguments: object) -> None:
        written.append(arguments)
        if len(written) == 2:
            raise StoreError("磁盘已满")
        writing(*arguments)  # type: ignore[arg-type]

    monkeypatch.setattr(store, "append", fail_second)
    with pytest.raises(StoreError):
        deciding.keep_one(two.interview.id)
    for recorder in (one, two, three):
        assert store.interview(recorder.interview.id).stage is Stage.DRAFT
        assert deciding.interview(recorder.interview.id).stage is Stage.DRAFT


def test_all_are_right_and_nobody_is_asked_again_until_another_comes(
    store: Store, begin: Callable[..., Recorder]
) -> None:
    one, two, three = begin(FIRST), begin(SECOND), begin(SECOND)
    ids = [recorder.interview.id for recorder in (one, two, three)]
    assert undecided(ids[:2], counted_beside(store.conn, ids))
    with pytest.raises(Refusal):
        together(store, one, two).keep_all(" ")
    together(store, one, two).keep_all("两位负责人分别作答")
    decided = counted_beside(store.conn, ids)
    assert not undecided(ids[:2], decided)
    assert undecided(ids, decided)
    assert store.events(ids[0])[-1].note == "两位负责人分别作答"
    assert store.interview(ids[0]).stage is Stage.DRAFT


def test_that_all_are_right_travels(store: Store, begin: Callable[..., Recorder], tmp_path: Path, small: Form) -> None:
    one, two = begin(FIRST), begin(SECOND)
    together(store, one, two).keep_all("分别作答")
    ids = [one.interview.id, two.interview.id]
    with Store(tmp_path / "other.db") as other:
        other.install(small.survey, [], [])
        for ident in ids:
            other.receive(ident, store.events(ident))
        assert not undecided(ids, counted_beside(other.conn, ids))


# ── made into one ──


def test_only_what_differs_is_asked_and_what_one_side_says_is_proposed(
    store: Store, begin: Callable[..., Recorder]
) -> None:
    one = begin(FIRST, filler="赵六", staff_count="3", chair="1")
    two = begin(SECOND, filler="赵六", staff_count="4")
    venue(two, "书屋")
    assert questions(one.interview, two.interview) == (
        Question("staff_count", None, False),
        Question("chair", Choice.OURS, False),
        Question("venues", Choice.THEIRS, True),
    )


def test_rows_are_alike_whatever_their_ids(store: Store, begin: Callable[..., Recorder]) -> None:
    one, two = begin(FIRST), begin(SECOND)
    venue(one, "书屋")
    row = venue(two, "书屋")
    assert questions(one.interview, two.interview) == ()
    two.answer(f"venues[{row}].v_area", "20")
    assert [question.item for question in questions(one.interview, two.interview)] == ["venues"]


def test_what_is_taken_comes_with_what_was_said_beside_it(store: Store, begin: Callable[..., Recorder]) -> None:
    one, two = (
        begin(FIRST, staff_count="3", chair="1"),
        begin(SECOND, staff_count="60", chair="96", **{"chair.96": "主任"}),
    )
    two.remark("staff_count", "含借调")
    two.doubt("staff_count", True)
    two.evidence("staff_count", "台账")
    two.name_respondent("staff_count", "王五")
    (warning,) = two.interview.findings("staff_count")
    two.pass_warning(warning.check, "新建单位")
    kept, other = one.interview.id, two.interview.id
    deciding = together(store, one, two)
    deciding.combine(kept, other, {"staff_count": Choice.THEIRS, "chair": Choice.THEIRS})
    now = store.interview(kept)
    assert (now.answer("staff_count").value, now.answer("chair.96").value) == ("60", "主任")
    assert (now.remark("staff_count"), now.evidence("staff_count"), now.respondent("staff_count")) == (
        "含借调",
        "台账",
        "王五",
    )
    assert now.doubted("staff_count")
    assert now.findings("staff_count")[0].note == "新建单位"
    assert now.why("staff_count") == "重复合并：取第2组 李四的一份"
    assert store.interview(other).stage is Stage.VOID
    assert "已并入第1组 张三" in store.events(other)[-1].note


def test_what_is_not_taken_stays_as_it_was(store: Store, begin: Callable[..., Recorder]) -> None:
    one, two = begin(FIRST, staff_count="3", chair="1"), begin(SECOND, staff_count="4", chair="2")
    before = len(one.interview.events)
    together(store, one, two).combine(
        one.interview.id, two.interview.id, {"staff_count": Choice.OURS, "chair": Choice.THEIRS}
    )
    events = store.events(one.interview.id)[before:]
    assert [(event.kind, event.cell, event.value, event.source) for event in events] == [
        (Kind.ANSWERED, "chair", "2", "裁定")
    ]


@pytest.mark.parametrize(
    ("choice", "expected"),
    [(Choice.OURS, ["书屋"]), (Choice.THEIRS, ["球场", "礼堂"]), (Choice.BOTH, ["书屋", "球场", "礼堂"])],
)
def test_rosters(store: Store, begin: Callable[..., Recorder], choice: Choice, expected: list[str]) -> None:
    one, two = begin(FIRST), begin(SECOND)
    venue(one, "书屋")
    venue(two, "球场")
    venue(two, "礼堂")
    together(store, one, two).combine(one.interview.id, two.interview.id, {"venues": choice})
    assert names(store.interview(one.interview.id)) == expected


def test_nothing_to_register_gives_way_to_rows_and_the_other_way_round(
    store: Store, begin: Callable[..., Recorder]
) -> None:
    for choice in (Choice.THEIRS, Choice.BOTH):
        none, some = begin(FIRST), begin(SECOND)
        none.say_nothing("venues")
        venue(some, "书屋")
        together(store, none, some).combine(none.interview.id, some.interview.id, {"venues": choice})
        now = store.interview(none.interview.id)
        assert (names(now), now.nothing("venues")) == (["书屋"], False)
    some, none = begin(FIRST), begin(SECOND)
    venue(some, "书屋")
    none.say_nothing("venues")
    together(store, some, none).combine(some.interview.id, none.interview.id, {"venues": Choice.THEIRS})
    now = store.interview(some.interview.id)
    assert (names(now), now.nothing("venues")) == ([], True)
    some, none = begin(FIRST), begin(SECOND)
    venue(some, "书屋")
    none.say_nothing("venues")
    together(store, some, none).combine(some.interview.id, none.interview.id, {"venues": Choice.BOTH})
    now = store.interview(some.interview.id)
    assert (names(now), now.nothing("venues")) == (["书屋"], False)


def test_what_cannot_be_made_into_one_is_refused_and_nothing_changes(
    store: Store, begin: Callable[..., Recorder]
) -> None:
    one, two = begin(FIRST), begin(SECOND)
    for name in ("甲馆", "乙馆"):
        venue(one, name)
        venue(two, f"新{name}")
    before = store.history_digest()
    deciding = together(store, one, two)
    with pytest.raises(Refusal, match="最多登记3项"):
        deciding.combine(one.interview.id, two.interview.id, {"venues": Choice.BOTH})
    with pytest.raises(Refusal, match="不是同一个单位"):
        questions(one.interview, one.interview)
    assert store.history_digest() == before


def test_disputed_answers_are_decided_first(
    store: Store, begin: Callable[..., Recorder], tmp_path: Path, small: Form
) -> None:
    one, two = begin(FIRST, chair="1"), begin(SECOND, chair="2")
    with Store(tmp_path / "clone.db") as clone:
        clone.install(small.survey, [], [])
        clone.receive(one.interview.id, one.interview.events)
        Recorder.resume(clone, one.interview.id, SECOND).answer("chair", "2")
        one.answer("chair", "96")
        store.receive(one.interview.id, clone.events(one.interview.id))
    with pytest.raises(Refusal, match="1处冲突没有裁定"):
        together(store, one, two).combine(one.interview.id, two.interview.id, {"chair": Choice.THEIRS})


def test_interviews_of_two_versions_are_not_made_into_one(store: Store, begin: Callable[..., Recorder]) -> None:
    from samples import SMALL

    one = begin(FIRST)
    other = Recorder.start(store, form_of(SMALL.replace("填表人", "填表的人")), "230111", SECOND)
    with pytest.raises(Refusal, match="版本不同"):
        questions(one.interview, other.interview)
