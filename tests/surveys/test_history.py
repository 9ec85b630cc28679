"""Histories are sets: in whatever order and however often they meet, they add up to the same."""

from __future__ import annotations

import json
import random
from collections.abc import Iterable
from dataclasses import dataclass, field, replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from samples import Hand

from surveys.answers import Answer, Status
from surveys.history import Event, Kind, State, heads, history_digest, history_json, in_order, key_of, replay

OPENED = Event("i1", (), "i1", 0, Kind.OPENED, "230111", "digest")


@dataclass
class Laptop:
    """A device that writes on what it knows and now and then takes in what another knows."""

    hand: Hand
    known: dict[str, Event] = field(default_factory=lambda: {OPENED.id: OPENED})

    def write(self, kind: Kind, cell: str, value: str) -> None:
        event = self.hand.event(heads(self.known.values()), kind, cell, value)
        self.known[event.id] = event


Step = tuple[int, int, int, int]
scripts = st.lists(st.tuples(st.integers(0, 2), st.integers(0, 4), st.integers(0, 2), st.integers(0, 2)), max_size=25)


def lived(script: list[Step]) -> list[Laptop]:
    """Three laptops after a script of writing and meeting."""
    laptops = [Laptop(Hand(device)) for device in ("k1", "k2", "k3")]
    for who, what, cell, value in script:
        laptop = laptops[who]
        match what:
            case 0:
                laptop.known |= laptops[cell].known
            case 1:
                laptop.write(Kind.ROW_REMOVED if value else Kind.ROW_ADDED, f"f[r{cell}]", "")
            case 2:
                laptop.write((Kind.COMPLETED, Kind.REOPENED, Kind.VOIDED)[value], "", "")
            case _:
                laptop.write(Kind.ANSWERED, f"q{cell}", f"{value}")
    return laptops


def ancestors_of(event: Event, known: dict[str, Event]) -> set[str]:
    found: set[str] = set()
    waiting = [*event.parents]
    while waiting:
        ident = waiting.pop()
        if ident not in found and ident in known:
            found.add(ident)
            waiting += known[ident].parents
    return found


def by_definition(events: Iterable[Event]) -> tuple[dict[tuple[str, str], str], dict[tuple[str, str], set[str]]]:
    """Live event per key and conflicting sayings per key, straight from the words: no cleverness."""
    known = {event.id: event for event in events}
    older = {ident: ancestors_of(event, known) for ident, event in known.items()}
    live: dict[tuple[str, str], str] = {}
    conflicts: dict[tuple[str, str], set[str]] = {}
    for key in {key_of(event) for event in known.values()}:
        writers = [event for event in known.values() if key_of(event) == key]
        last = [event for event in writers if not any(event.id in older[other.id] for other in writers)]
        live[key] = max(event.id for event in last)
        if len({event.says for event in last}) > 1:
            conflicts[key] = {str(event.says) for event in last}
    return live, conflicts


def seen(state: State) -> tuple[dict[tuple[str, str], str], dict[tuple[str, str], set[str]]]:
    return (
        {key: event.id for key, event in state.live.items()},
        {key: {str(event.says) for event in conflict.sides} for key, conflict in state.conflicts.items()},
    )


# ── the laws ──────────────────────────────────────────────────────────────────────────


@given(scripts, st.randoms(use_true_random=False))
def test_a_history_adds_up_the_same_in_whatever_order_and_however_often_it_is_given(
    script: list[Step], dice: random.Random
) -> None:
    events = list({**lived(script)[0].known, **lived(script)[1].known}.values())
    shuffled = [*events, *dice.sample(events, len(events) // 2)]
    dice.shuffle(shuffled)
    assert in_order(shuffled) == in_order(events)
    assert heads(shuffled) == heads(events)
    assert replay(shuffled) == replay(events)
    assert list(replay(shuffled).live) == list(replay(events).live)


@given(scripts)
def test_joining_histories_is_commutative_associative_and_idempotent(script: list[Step]) -> None:
    a, b, c = (laptop.known for laptop in lived(script))
    left, right = (a | b) | c, a | (b | c)
    assert replay(left.values()) == replay(right.values()) == replay((c | b | a).values())
    assert replay((a | a).values()) == replay(a.values())
    assert replay((left | a).values()) == replay(left.values())
    assert history_digest(left.values()) == history_digest((c | a | b).values())


@given(scripts)
def test_what_counts_is_what_the_definition_says(script: list[Step]) -> None:
    laptops = lived(script)
    together = laptops[0].known | laptops[1].known | laptops[2].known
    for known in (laptops[0].known, together):
        assert seen(replay(known.values())) == by_definition(known.values())


def test_the_comparison_sees_a_history_whose_branches_are_taken_for_a_line() -> None:
    dice = random.Random(1)
    differing = 0
    for _ in range(50):
        script = [(dice.randrange(3), dice.randrange(5), dice.randrange(3), dice.randrange(3)) for _ in range(20)]
        laptops = lived(script)
        events = in_order((laptops[0].known | laptops[1].known | laptops[2].known).values())
        last = {key_of(event): event.id for event in events}
        differing += (last, {}) != by_definition(events)
    assert differing > 20


@given(scripts)
def test_the_quick_way_for_a_history_without_branches_gives_what_the_general_way_gives(script: list[Step]) -> None:
    alone = Laptop(Hand())
    for _, what, cell, value in script:
        alone.write(Kind.REMARKED if what == 0 else Kind.ANSWERED, f"q{cell}", str(value))
    quick = replay(alone.known.values())
    aside = Event("zz", (OPENED.id,), "i1", 1, Kind.DOUBTED, "elsewhere", "1")
    general = replay([*alone.known.values(), aside])
    assert general.live.pop(key_of(aside)) == aside
    assert (quick.live, quick.conflicts) == (general.live, general.conflicts)


@given(scripts)
def test_parents_stand_before_children(script: list[Step]) -> None:
    laptops = lived(script)
    ordered = in_order((laptops[0].known | laptops[2].known).values())
    place = {event.id: number for number, event in enumerate(ordered)}
    assert all(place[parent] < place[event.id] for event in ordered for parent in event.parents if parent in place)


@given(scripts)
def test_a_decision_on_all_heads_ends_every_conflict_of_its_key(script: list[Step]) -> None:
    laptops = lived(script)
    office = Laptop(Hand("office", count=900), laptops[0].known | laptops[1].known | laptops[2].known)
    for kind, cell in list(replay(office.known.values()).conflicts):
        if kind == "answered":
            office.write(Kind.ANSWERED, cell, "decided")
            assert replay(office.known.values()).live[kind, cell].value == "decided"
    assert not [key for key in replay(office.known.values()).conflicts if key[0] == "answered"]


# ── the rules, one by one ─────────────────────────────────────────────────────────────


def event(
    ident: str, parents: str, cell: str = "q", value: str = "", kind: Kind = Kind.ANSWERED, **more: object
) -> Event:
    made = Event(ident, tuple(parents.split()), "i1", 1, kind, cell, value)
    return replace(made, **more)  # type: ignore[arg-type]


CASES = [
    # what happened · the value that counts · the sides of the conflict
    ("written once", [event("a", "i1", value="1")], "1", []),
    ("written twice in a line", [event("a", "i1", value="1"), event("b", "a", value="2")], "2", []),
    ("the later id is the earlier event", [event("b", "i1", value="1"), event("a", "b", value="2")], "2", []),
    ("changed on one side only", [event("a", "i1", value="1"), event("b", "a", value="2"), event("c", "a", "other", "x")], "2", []),
    ("changed alike on both sides", [event("a", "i1", value="1"), event("b", "a", value="2"), event("c", "a", value="2")], "2", []),
    ("changed differently", [event("a", "i1", value="1"), event("b", "a", value="2"), event("c", "a", value="3")], "3", ["2", "3"]),
    ("three ways, two alike", [event("b", "i1", value="2"), event("c", "i1", value="3"), event("d", "i1", value="2")], "2", ["3", "2"]),
    ("decided", [event("b", "i1", value="2"), event("c", "i1", value="3"), event("d", "b c", value="2")], "2", []),
    ("half decided", [event("b", "i1", value="2"), event("c", "i1", value="3"), event("d", "b", value="4")], "4", ["3", "4"]),
    ("decided through an event about something else", [event("b", "i1", value="2"), event("c", "i1", value="3"), event("d", "b c", "other", "x"), event("e", "d", value="5")], "5", []),
    ("decided differently by two offices", [event("b", "i1", value="2"), event("c", "i1", value="3"), event("d", "b c", value="2"), event("e", "b c", value="3")], "3", ["2", "3"]),
    ("cleared on one side, changed on the other", [event("a", "i1", value="1"), event("b", "a", status=Status.EMPTY), event("c", "a", value="2")], "2", ["", "2"]),
    ("no answer for different reasons", [event("b", "i1", status=Status.DONT_KNOW), event("c", "i1", status=Status.REFUSED)], "", ["", ""]),
    ("the same with another note", [event("b", "i1", value="2", note="一"), event("c", "i1", value="2", note="二")], "2", []),
    ("a parent that is missing", [event("b", "gone", value="2")], "2", []),
]  # fmt: skip


@pytest.mark.parametrize(("events", "value", "sides"), [case[1:] for case in CASES], ids=[case[0] for case in CASES])
def test_one_cell(events: list[Event], value: str, sides: list[str]) -> None:
    state = replay([OPENED, *events])
    assert state.answers()["q"].value == value
    conflict = state.conflicts.get(("answered", "q"))
    assert [side.value for side in conflict.sides] if conflict else sides == []
    assert bool(conflict) == bool(sides)
    assert "other" not in [cell for _, cell in state.conflicts]


def test_adding_and_removing_a_row_are_about_the_same_thing() -> None:
    added = event("a", "i1", "f[r1]", kind=Kind.ROW_ADDED)
    removed = event("b", "a", "f[r1]", kind=Kind.ROW_REMOVED)
    kept = event("c", "a", "f[r1].n", "名")
    state = replay([OPENED, added, removed, kept])
    assert state.live["row", "f[r1]"] == removed
    assert state.conflicts == {}


def test_completing_and_reopening_on_two_sides_is_a_conflict() -> None:
    done = event("a", "i1", "", kind=Kind.COMPLETED)
    state = replay([OPENED, done, event("b", "a", "", kind=Kind.REOPENED), event("c", "a", "", kind=Kind.VOIDED)])
    assert [side.kind for side in state.conflicts["stage", ""].sides] == [Kind.REOPENED, Kind.VOIDED]


def test_an_answer_is_its_value_and_status() -> None:
    state = replay(
        [
            OPENED,
            event("a", "i1", "q", "7"),
            event("b", "a", "p", status=Status.REFUSED),
            event("c", "b", "q", "x", Kind.REMARKED),
        ]
    )
    assert state.answers() == {"q": Answer("7", Status.ANSWERED), "p": Answer("", Status.REFUSED)}


def test_several_heads_mean_that_a_history_has_diverged() -> None:
    b, c = event("b", "i1"), event("c", "i1")
    assert heads([OPENED]) == ("i1",)
    assert heads([c, OPENED, b, b]) == ("b", "c")
    assert heads([c, OPENED, b, event("d", "b c")]) == ("d",)
    assert heads([]) == ()


def test_a_history_that_bites_its_tail_is_refused() -> None:
    with pytest.raises(ValueError, match="cycle"):
        in_order([OPENED, event("a", "b"), event("b", "a")])


def test_a_clock_that_jumps_back_does_not_change_the_order() -> None:
    later = event("01-b", "02-a", value="2", at="1980-01-01T00:00:00.000Z")
    earlier = event("02-a", "i1", value="1", at="2022-11-03T00:00:00.000Z")
    assert replay([later, OPENED, earlier]).answers()["q"].value == "2"


# ── as JSON ───────────────────────────────────────────────────────────────────────────

texts = st.text(st.characters(exclude_categories=["Cs"]), max_size=12)
events_of_any_kind = st.builds(
    Event, texts, st.lists(texts, max_size=3).map(tuple), texts, st.integers(0, 2**62), st.sampled_from(Kind), texts,
    texts, st.sampled_from(Status), texts, texts, texts, st.integers(0, 99), texts, texts,
)  # fmt: skip


@given(events_of_any_kind)
def test_an_event_comes_back_from_json_as_it_was(made: Event) -> None:
    assert Event.from_list(json.loads(json.dumps(made.to_list()))) == made


junk = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(max_size=3),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=2), inner, max_size=2),
    max_leaves=5,
)


@settings(max_examples=200)
@given(events_of_any_kind, st.integers(0, 13), junk)
def test_anything_else_in_the_place_of_a_part_is_an_event_or_refused(made: Event, place: int, other: object) -> None:
    data = made.to_list()
    data[place] = other
    try:
        read = Event.from_list(data)
    except ValueError:
        return
    assert read.to_list() == data
    history_json([read]).encode()


@pytest.mark.parametrize(
    "data",
    [None, 5, "event", [], {}, [1] * 14, OPENED.to_list()[:-1], [*OPENED.to_list(), 1], dict.fromkeys("abcdefghijklmn", "")],
)  # fmt: skip
def test_what_is_no_event_is_refused(data: object) -> None:
    with pytest.raises(ValueError, match=r"not an event|is not a valid"):
        Event.from_list(data)


@pytest.mark.parametrize(
    ("place", "value"),
    [(0, "\ud800"), (6, "\udfff"), (1, ["\ud800"]), (1, [1]), (3, True), (3, 2**63), (11, -(2**63)), (4, "deleted"), (7, "maybe"), (4, [])],
)  # fmt: skip
def test_what_no_store_could_hold_is_refused(place: int, value: object) -> None:
    data = OPENED.to_list()
    data[place] = value
    with pytest.raises(ValueError, match=r"not an event|is not a valid"):
        Event.from_list(data)


def test_a_digest_tells_histories_apart() -> None:
    a, b = event("a", "i1", value="1"), event("a", "i1", value="2")
    assert history_digest([OPENED, a]) == history_digest([a, OPENED])
    assert history_digest([OPENED, a]) != history_digest([OPENED, b])
    assert history_digest([OPENED, a]) != history_digest([OPENED])
