"""Clocks of field laptops jump: a flat battery wakes in 1980, somebody sets the time. Nothing may follow them."""

from __future__ import annotations

import datetime as dt
import random
import tempfile
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from itertools import cycle, pairwise
from pathlib import Path
from unittest.mock import patch

import pytest
import uuid_utils
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from surveys import history, recording
from surveys.acts import Actor
from surveys.answers import Answer
from surveys.frame import Unit
from surveys.history import Event, Kind
from surveys.interview import Interview
from surveys.recording import Recorder
from surveys.store import Store
from surveys.text import Refusal
from tests.faults.reliability import Figures
from tests.surveys.samples import SMALL, all_effective, form_of

UNIT = Unit("230111", "哈尔滨市", "呼兰区", "区", 1)
FORM = form_of(SMALL)
NOW = dt.datetime(2022, 11, 3, 9, 0, tzinfo=dt.UTC)
FLAT_BATTERY = dt.datetime(1980, 1, 1, tzinfo=dt.UTC)

Act = Callable[[Recorder], object]
ACTS: list[Act] = [
    lambda r: r.answer("staff_count", "3"),
    lambda r: r.answer("staff_count", "0"),
    lambda r: r.answer("staff_count", ""),
    lambda r: r.answer("chair", "1"),
    lambda r: r.answer_many({"chair": "96", "chair.96": "其他"}),
    lambda r: r.answer("filler", "张三"),
    lambda r: r.answer("filler", "李四"),
    lambda r: r.remark("chair", "甲说的"),
    lambda r: r.remark("chair", "乙说的"),
    lambda r: r.doubt("chair", not r.interview.doubted("chair")),
    lambda r: r.add_row("venues"),
    lambda r: [r.remove_row("venues", row) for row in r.interview.rows("venues")[:1]],
    lambda r: [r.answer(f"venues[{row}].v_name", "书屋") for row in r.interview.rows("venues")[-1:]],
    lambda r: r.undo(),
]
acts = st.lists(st.sampled_from(ACTS), min_size=1, max_size=10)
instants = st.lists(
    st.one_of(
        st.just(FLAT_BATTERY),
        st.just(NOW),
        st.integers(0, 80 * 366 * 86_400).map(lambda seconds: FLAT_BATTERY + dt.timedelta(seconds=seconds)),
    ),
    min_size=1,
    max_size=12,
)


class Clock:
    """Shows what it is told, over and over; a steady one goes on by a second each time it is looked at."""

    def __init__(self, shown: Iterable[dt.datetime] = ()) -> None:
        self._shows = cycle(shown or (NOW + dt.timedelta(seconds=n) for n in range(10_000)))

    def __call__(self) -> dt.datetime:
        return next(self._shows)


@contextmanager
def ids_by(clock: Clock, rows: str) -> Iterator[None]:
    """Ids of events follow the clock too, as UUIDv7 do; row ids are counted, to be alike in every run."""
    numbers = (f"{rows}{n}" for n in range(10_000))
    with (
        patch.object(recording, "uuid7", lambda: uuid_utils.uuid7(nanoseconds=int(clock().timestamp() * 1e9))),
        patch.object(recording.secrets, "token_hex", lambda _: next(numbers)),
    ):
        yield


@dataclass
class Outcome:
    """All that may not depend on a clock."""

    said: list[tuple[str, str, str, str]]
    """What every event says, in the order in which it was done."""
    stored: dict[str, Answer]
    """Without what is disputed: which side shows until somebody decides is only the same everywhere."""
    effective: dict[str, Answer]
    """Empty while anything is disputed, as conditions depend on it."""
    disputed: dict[tuple[str, str], frozenset[tuple[str, str, str]]]
    beside: tuple[str, bool]
    """Remark and mark of a question."""
    rows: frozenset[str]


def outcome(interview: Interview, as_done: list[Event]) -> Outcome:
    disputed = {key: frozenset(event.says for event in c.sides) for key, c in interview.conflicts.items()}
    cells = {cell for _, cell in disputed}
    said = "" if (str(Kind.REMARKED), "chair") in disputed else interview.remark("chair")
    return Outcome(
        [(event.kind, event.cell, event.value, event.note) for event in as_done if event.kind is not Kind.OPENED],
        {cell: answer for cell, answer in interview.stored.items() if cell not in cells},
        {} if disputed else all_effective(interview),
        disputed,
        (said, (str(Kind.DOUBTED), "chair") not in disputed and interview.doubted("chair")),
        frozenset(row for row in interview.rows("venues") if f"venues[{row}]" not in cells),
    )


@contextmanager
def laptop(folder: str, name: str) -> Iterator[Store]:
    with Store(Path(folder) / name / "zoufang.db") as store:
        store.install(FORM.survey, [UNIT], [])
        yield store


def begin(store: Store, clock: Clock) -> str:
    """Start the interview; its id."""
    with ids_by(clock, "r"):
        return Recorder.start(store, FORM, UNIT.code, someone(store), clock).interview.id


def work(store: Store, ident: str, done: list[Act], clock: Clock, rows: str = "a") -> Recorder:
    """Go on with the interview on one laptop, under its clock."""
    recorder = Recorder.resume(store, ident, someone(store), clock)
    with ids_by(clock, rows):
        for act in done:
            with suppress(Refusal):  # a fourth venue, whatever the clock says
                act(recorder)
    return recorder


def someone(store: Store) -> Actor:
    return Actor("张三", 1, store.setting("device_id"))


quickly = settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])


# ── one laptop ────────────────────────────────────────────────────────────────────────


def alone(done: list[Act], clock: Clock) -> Outcome:
    """One laptop, closed and opened again in the middle; checks by the way what must hold under any clock."""
    half = len(done) // 2
    with tempfile.TemporaryDirectory() as folder:
        with laptop(folder, "a") as store:
            ident = begin(store, clock)
            work(store, ident, done[:half], clock, "a")
        with laptop(folder, "a") as store:
            interview = work(store, ident, done[half:], clock, "b").interview
            kept = store.events(ident)
    made = interview.events
    assert all(former.seq < later.seq for former, later in pairwise(made))
    random.Random(0).shuffle(kept)
    replayed = Interview(FORM, kept)
    assert replayed.events == made
    assert outcome(replayed, made) == outcome(interview, made)
    return outcome(interview, made)


def one_laptop_follows_no_clock(done: list[Act], shown: list[dt.datetime]) -> None:
    assert alone(done, Clock(shown)) == alone(done, Clock())


@quickly
@given(acts, instants)
@example([ACTS[3], ACTS[5], ACTS[4]], [NOW, FLAT_BATTERY])
def test_order_replay_and_undo_follow_no_clock(figures: Figures, done: list[Act], shown: list[dt.datetime]) -> None:
    """Hypothesis lets a laptop's clock, and the ids made from it, jump between 1980 and 2060 at every act."""
    one_laptop_follows_no_clock(done, shown)
    figures.add("clock jumps, one laptop", 1, 0, "order, replay, undo, sequence numbers")


# ── two laptops ───────────────────────────────────────────────────────────────────────


def together(before: list[Act], here: list[Act], there: list[Act], clocks: tuple[Clock, Clock]) -> Outcome:
    """Two laptops go on with one interview; merged on both, in either direction, and then one dispute decided."""
    with tempfile.TemporaryDirectory() as folder, laptop(folder, "a") as a, laptop(folder, "b") as b:
        ident = begin(a, clocks[0])
        work(a, ident, before, clocks[0], "c")
        b.receive(ident, a.events(ident))
        ours, theirs = (
            work(store, ident, acts, clock, rows).interview.events
            for store, acts, clock, rows in ((a, here, clocks[0], "a"), (b, there, clocks[1], "b"))
        )
        a.receive(ident, theirs)
        b.receive(ident, ours)
        assert a.history_digest() == b.history_digest()
        merged = a.interview(ident)
        common = {event.id for event in ours}
        told = outcome(merged, [*ours, *(event for event in theirs if event.id not in common)])
        assert outcome(b.interview(ident), []).disputed == told.disputed
        if (str(Kind.ANSWERED), "chair") in merged.conflicts:
            work(a, ident, [ACTS[3]], clocks[0])
            decided = a.interview(ident)
            assert (str(Kind.ANSWERED), "chair") not in decided.conflicts
            assert decided.kept("chair").value == "1"
    return told


def two_laptops_follow_no_clock(
    before: list[Act], here: list[Act], there: list[Act], shown: list[dt.datetime], shown_there: list[dt.datetime]
) -> None:
    steady = Clock()
    jumping = together(before, here, there, (Clock(shown), Clock(shown_there)))
    assert jumping == together(before, here, there, (steady, steady))


@quickly
@given(acts, acts, acts, instants, instants)
@example([ACTS[3]], [ACTS[4]], [], [FLAT_BATTERY], [NOW])
@example([ACTS[0]], [ACTS[3]], [ACTS[4], ACTS[5]], [NOW, FLAT_BATTERY], [NOW])
def test_a_merge_follows_no_clock(
    figures: Figures,
    before: list[Act],
    here: list[Act],
    there: list[Act],
    shown: list[dt.datetime],
    shown_there: list[dt.datetime],
) -> None:
    """The same with two laptops, each with a clock of its own: the same answers undisputed, the same ones disputed."""
    two_laptops_follow_no_clock(before, here, there, shown, shown_there)
    figures.add("clock jumps, two laptops merged", 1, 0, "answers, disputes, their decision")


# ── the negative controls ─────────────────────────────────────────────────────────────


def by_time(events: Iterable[Event]) -> list[Event]:
    return sorted(events, key=lambda event: event.at)


def test_a_build_that_orders_by_time_is_found_out() -> None:
    acts, back = [ACTS[3], ACTS[4]], [NOW, NOW, NOW + dt.timedelta(hours=1), NOW]
    one_laptop_follows_no_clock(acts, back)
    with patch.object(history, "in_order", by_time), pytest.raises(AssertionError):
        one_laptop_follows_no_clock(acts, back)


def latest_wins(events: Iterable[Event]) -> history.State:
    return history.State({history.key_of(event): event for event in by_time(events)})


def test_a_build_in_which_the_latest_time_wins_a_merge_is_found_out() -> None:
    acts = [ACTS[3]], [ACTS[5]], [ACTS[4]]
    two_laptops_follow_no_clock(*acts, [NOW], [FLAT_BATTERY])
    with patch.object(history, "replay", latest_wins), pytest.raises(AssertionError):
        two_laptops_follow_no_clock(*acts, [NOW], [FLAT_BATTERY])


def test_how_long_an_act_took_follows_no_clock(tmp_path: Path) -> None:
    jumping = Clock([NOW, FLAT_BATTERY, FLAT_BATTERY])
    with laptop(str(tmp_path), "a") as store:
        events = work(store, begin(store, jumping), [ACTS[3], ACTS[5], ACTS[4]], jumping).interview.events
    assert by_time(events) != events
    assert all(0 <= event.took < 60_000 for event in events)
