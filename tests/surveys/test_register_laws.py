"""Cases merge as interviews do: in any order, nothing lost, nothing closed or reopened that nobody decided."""

from __future__ import annotations

import datetime as dt
import random
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field

from hypothesis import given
from hypothesis import strategies as st
from samples import Hand

from surveys.acts import Act
from surveys.history import Event, Kind, heads, in_order
from surveys.register import flow
from surveys.register.calendar import days_after
from surveys.register.case import MOVED, Case
from surveys.register.loading import shipped
from surveys.register.projection import case_row, value_rows
from surveys.text import Refusal

PROBLEMS = shipped("problems")
TODAY = dt.date(2022, 11, 3)
FIELDS = {"reply": "已经答复", "outcome": "1", "lead_department": "zzb", "receiver": "省人社厅", "replier": "第3组"}
FIELDS |= {"basis": "3", "return_reason": "不归我们管", "reason": "还没有解决", "told": "1", "checked_by": "李四"}
OPENED = Event("c1", (), "c1", 0, Kind.CASE_OPENED, "230110", "problems/issue")


@dataclass
class Laptop:
    """A device that moves and changes a case by the flow's own rules, and now and then takes in another's."""

    hand: Hand
    known: dict[str, Event]

    @property
    def case(self) -> Case:
        return Case(PROBLEMS, self.known.values())

    def say(self, acts: Iterable[Act]) -> None:
        for act in acts:
            event = self.hand.event(
                heads(self.known.values()), act.kind, act.cell, act.value, status=act.status, source=act.source
            )
            self.known[event.id] = event

    def go_on(self, choice: int) -> None:
        """One of the moves that are open now, if any is, with whatever it asks for."""
        case = self.case
        if not (open_ := flow.moves(case, {}, TODAY)):
            return
        move = open_[choice % len(open_)]
        given = {**FIELDS, "satisfaction": "3" if move.to == "75" else "1", "topic": "t1"}
        wanted = {name: given[name] for name in case.statuses[move.to].requires if name in given}
        if case.status == "70":
            wanted["satisfaction"] = given["satisfaction"]
        try:
            self.say(flow.moving(case, move.to, wanted, "", TODAY))
        except Refusal:
            return  # a dispute stands against it

    def change(self, choice: int) -> None:
        name, values = (("category", ("108", "109", "110")), ("urgency", ("1", "2", "3")))[choice % 2]
        case = self.case
        if case.phase not in ("done", "dropped") or case.fields[name].always:
            self.say(flow.changing(case, {name: values[choice % 3]}))


def beginning() -> dict[str, Event]:
    """A registered issue, known to all."""
    first = Laptop(Hand("k0", "c1"), {OPENED.id: OPENED})
    given = {"category": "108", "raised_by": "1", "source": "3", "summary": "招聘年龄条件三十五岁偏严"}
    first.say(flow.moving(first.case, "20", given, "", TODAY))
    return first.known


BEGUN = beginning()
Script = list[tuple[int, int, int]]
scripts = st.lists(st.tuples(st.integers(0, 2), st.integers(0, 4), st.integers(0, 5)), max_size=14)


def lived(script: Script) -> list[Laptop]:
    """Three laptops after a script of moving, changing and meeting."""
    laptops = [Laptop(Hand(device, "c1", count=100), dict(BEGUN)) for device in ("k1", "k2", "k3")]
    for who, what, choice in script:
        match what:
            case 0:
                laptops[who].known |= laptops[choice % 3].known
            case 1:
                laptops[who].change(choice)
            case _:
                laptops[who].go_on(choice)
    return laptops


def seen(events: Iterable[Event]) -> object:
    """Everything that a case says."""
    case = Case(PROBLEMS, events)
    sides = {key: {side.id for side in conflict.sides} for key, conflict in case.conflicts.items()}
    return case.status, case.settled, case.values, sides, case_row(case), value_rows(case), case.heads


def knew(event: Event, known: dict[str, Event]) -> set[str]:
    """What an event was made on, straight from the words."""
    found: set[str] = set()
    waiting = [*event.parents]
    while waiting:
        if (ident := waiting.pop()) not in found and ident in known:
            found.add(ident)
            waiting += known[ident].parents
    return found


# ── the laws ──────────────────────────────────────────────────────────────────────────


def one_state(laptops: Sequence[Laptop], dice: random.Random, state: Callable[[Iterable[Event]], object]) -> bool:
    """Any order, grouping and repetition of three laptops' events gives one state."""
    a, b, c = (laptop.known for laptop in laptops)
    events = [*{**a, **b, **c}.values()]
    shuffled = [*events, *dice.sample(events, len(events) // 2)]
    dice.shuffle(shuffled)
    grouped = (a | (b | c), (a | b) | c, c | a | b | a)
    return all(state(list(group.values())) == state(shuffled) for group in grouped)


def nothing_is_lost(events: Iterable[Event], state: Case) -> bool:
    """Every value of which nobody who wrote the field later knew is what counts, or a side of its dispute."""
    known = {event.id: event for event in events}
    behind = {ident: knew(event, known) for ident, event in known.items()}
    for event in known.values():
        if event.kind not in (Kind.CASE_SET, Kind.CASE_MOVED):
            continue
        key = MOVED if event.kind is Kind.CASE_MOVED else (str(event.kind), event.cell)
        others = [o for o in known.values() if o.kind is event.kind and (key == MOVED or o.cell == event.cell)]
        if any(event.id in behind[other.id] for other in others):
            continue
        shown = {state.status if key == MOVED else state.value(event.cell)}
        if key in state.conflicts:
            shown = {side.value for side in state.conflicts[key].sides}
        if event.value not in shown:
            return False
    return True


def nobodys_closing_is_undone(events: Iterable[Event], state: Case) -> bool:
    """An undisputed status is one that everybody who moved the case had known of all other moves for, or said too."""
    known = {event.id: event for event in events}
    moves = [event for event in known.values() if event.kind is Kind.CASE_MOVED]
    if not moves or MOVED in state.conflicts:
        return not state.settled or not moves
    behind = {ident: knew(known[ident], known) for ident in (event.id for event in moves)}
    saying = [event for event in moves if event.value == state.status]
    return all(
        move.value == state.status or any(move.id in behind[last.id] for last in saying)
        for move in moves
        if not any(move.id in behind[other.id] for other in moves)
    ) and (not state.settled or not state.conflicts)


@given(scripts, st.randoms(use_true_random=False))
def test_any_order_grouping_and_repetition_gives_one_state(script: Script, dice: random.Random) -> None:
    assert one_state(lived(script), dice, seen)


@given(scripts)
def test_nothing_is_lost_and_no_closing_is_undone_by_merging(script: Script) -> None:
    laptops = lived(script)
    for together in (laptops[0].known | laptops[1].known, laptops[0].known | laptops[1].known | laptops[2].known):
        state = Case(PROBLEMS, together.values())
        assert nothing_is_lost(together.values(), state)
        assert nobodys_closing_is_undone(together.values(), state)


@given(scripts)
def test_what_one_side_closed_and_the_other_did_not_know_of_is_disputed_or_known(script: Script) -> None:
    """For two laptops that differ in whether the case is closed, merging alone never takes one side's word."""
    one, other = lived(script)[:2]
    together = Case(PROBLEMS, [*one.known.values(), *other.known.values()])
    if one.case.settled == other.case.settled or together.conflicts:
        return
    winner = one if one.case.settled == together.settled else other
    loser = other if winner is one else one
    last = max(
        (e for e in winner.known.values() if e.kind is Kind.CASE_MOVED), key=lambda e: len(knew(e, winner.known))
    )
    theirs = {event.id for event in loser.known.values() if event.kind is Kind.CASE_MOVED}
    assert theirs <= knew(last, winner.known) | {last.id}


@given(scripts)
def test_a_decision_ends_a_dispute_and_stays_decided(script: Script) -> None:
    laptops = lived(script)
    office = Laptop(Hand("office", "c1", count=900), laptops[0].known | laptops[1].known | laptops[2].known)
    for conflict in list(office.case.conflicts.values()):
        side = conflict.sides[0]
        office.say([Act(side.kind, side.cell, side.value, side.status, source="裁定")])
    assert not office.case.conflicts
    again = Case(PROBLEMS, [*office.known.values(), *laptops[2].known.values()])
    assert not again.conflicts


# ── that these laws can fail ──────────────────────────────────────────────────────────


def some_scripts(count: int) -> list[Script]:
    dice = random.Random(5)
    return [[(dice.randrange(3), dice.randrange(5), dice.randrange(6)) for _ in range(14)] for _ in range(count)]


def test_scripts_bring_about_closings_reopenings_and_disputes() -> None:
    ends = [lived(script) for script in some_scripts(60)]
    cases = [Case(PROBLEMS, [e for laptop in laptops for e in laptop.known.values()]) for laptops in ends]
    assert sum(laptop.case.settled for laptops in ends for laptop in laptops) > 10
    assert sum(any(event.value == "75" for event in case.events) for case in cases) > 10
    assert sum(MOVED in case.conflicts for case in cases) > 10
    assert sum(bool(case.conflicts.keys() - {MOVED}) for case in cases) > 5


def by_last_id(events: Iterable[Event]) -> Case:
    """The last writer wins, as spreadsheets and most servers merge."""
    line, parent = [], ()
    for event in sorted({event.id: event for event in events}.values(), key=lambda event: (event.seq, event.id)):
        line.append(Event(event.id, parent, event.interview, event.seq, event.kind, event.cell, event.value))
        parent = (event.id,)
    return Case(PROBLEMS, line)


def test_a_merge_by_the_last_writer_breaks_the_laws() -> None:
    undone = lost = 0
    for script in some_scripts(60):
        events = [*{k: v for laptop in lived(script) for k, v in laptop.known.items()}.values()]
        undone += not nobodys_closing_is_undone(events, by_last_id(events))
        lost += not nothing_is_lost(events, by_last_id(events))
    assert undone > 10
    assert lost > 10


def test_a_merge_that_depends_on_the_order_of_arrival_is_caught() -> None:
    def by_arrival(events: Iterable[Event]) -> object:
        return {event.cell: event.value for event in events if event.kind is Kind.CASE_MOVED}

    assert sum(not one_state(lived(script), random.Random(1), by_arrival) for script in some_scripts(40)) > 10


# ── single cases ──────────────────────────────────────────────────────────────────────


@dataclass
class Two:
    """Two laptops with the same registered issue."""

    here: Laptop = field(default_factory=lambda: Laptop(Hand("k1", "c1", count=100), dict(BEGUN)))
    there: Laptop = field(default_factory=lambda: Laptop(Hand("k2", "c1", count=100), dict(BEGUN)))

    def both(self, to: str, **given: str) -> None:
        """A move that both know of."""
        self.here.say(flow.moving(self.here.case, to, given, "", TODAY))
        self.there.known = dict(self.here.known)

    @property
    def merged(self) -> Case:
        return Case(PROBLEMS, [*self.here.known.values(), *self.there.known.values()])


def answered() -> Two:
    two = Two()
    two.both("30", reply="可以参加医疗互助", replier="第3组", basis="3")
    return two


def test_closed_here_and_reopened_there_is_disputed_and_stays_on_the_list() -> None:
    two = answered()
    two.here.say(flow.moving(two.here.case, "80", {"satisfaction": "1"}, "", TODAY))
    two.there.say(flow.moving(two.there.case, "75", {"satisfaction": "3", "reason": "没有解决"}, "", TODAY))
    assert two.here.case.settled
    assert {side.value for side in two.merged.conflicts[MOVED].sides} == {"80", "75"}
    assert (two.merged.status, two.merged.settled) == ("75", False)
    assert {side.value for side in two.merged.conflicts["case_set", "satisfaction"].sides} == {"1", "3"}
    assert flow.moves(two.merged, {}, TODAY) == ()


def test_closed_here_while_the_other_only_changes_a_field_is_closed() -> None:
    two = answered()
    two.here.say(flow.moving(two.here.case, "80", {"satisfaction": "1"}, "", TODAY))
    two.there.say(flow.changing(two.there.case, {"urgency": "1"}))
    assert two.merged.settled
    assert two.merged.value("urgency") == "1"


def test_closed_on_a_reply_that_another_changed_meanwhile_is_not_closed_until_decided() -> None:
    two = answered()
    two.here.say(flow.changing(two.here.case, {"reply": "改了的答复"}))
    two.here.say(flow.moving(two.here.case, "80", {"satisfaction": "1"}, "", TODAY))
    two.there.say(flow.changing(two.there.case, {"reply": "另一种答复"}))
    assert two.merged.phase == "done"
    assert not two.merged.settled
    assert not case_row(two.merged).closed


def test_passing_a_dispute_by_does_not_decide_it_and_saying_a_side_does() -> None:
    two = Two()
    two.here.say(flow.changing(two.here.case, {"category": "109"}))
    two.there.say(flow.changing(two.there.case, {"category": "110"}))
    office = Laptop(Hand("office", "c1", count=900), two.here.known | two.there.known)
    office.say(flow.moving(office.case, "40", {"lead_department": "zzb"}, "", TODAY))
    assert ("case_set", "category") in office.case.conflicts
    office.say(flow.changing(office.case, {"category": office.case.value("category")}))
    assert not office.case.conflicts


def test_links_of_two_people_add_up() -> None:
    opened = Event("m1", (), "m1", 0, Kind.CASE_OPENED, "", "problems/measure")
    sides = [Event(f"e{n}", ("m1",), "m1", n, Kind.CASE_SET, f"topics[t{n}]", "1") for n in (1, 2)]
    case = Case(PROBLEMS, [opened, *sides])
    assert case.links("topics") == ("t1", "t2")
    assert not case.conflicts


def test_a_line_of_moves_stands_in_the_order_it_was_made() -> None:
    two = answered()
    assert [e.value for e in in_order(two.here.known.values()) if e.kind is Kind.CASE_MOVED] == ["20", "30", "70"]


def test_workdays_leave_weekends_out() -> None:
    friday = dt.date(2022, 11, 4)
    assert days_after(friday, 5, workdays=True) == dt.date(2022, 11, 11)
    assert days_after(friday, 5) == dt.date(2022, 11, 9)
    assert days_after(dt.date(2022, 11, 5), 1, workdays=True) == dt.date(2022, 11, 7)
