"""The two keyings of an interview side by side, what was decided, and what a decision does. Pure, no I/O."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import zip_longest

from surveys import history
from surveys.acts import Act
from surveys.answers import EMPTY, Answer, Status
from surveys.double_entry import SOURCE, Decision, first_keying, known_beforehand, shadow
from surveys.form import Item, parse_address, roster_cell
from surveys.history import Event, Kind, State
from surveys.interview import Interview


@dataclass(frozen=True, slots=True)
class Entry:
    """What one person keyed at a place."""

    answer: Answer
    """Of a roster row as a whole its fingerprint, `EMPTY` where that person has no such row."""
    who: str = ""
    """ "" if nobody said anything there, as with `at`."""
    at: str = ""


@dataclass(frozen=True, slots=True)
class Difference:
    """A place at which the two keyings differ, or differed when it was decided."""

    item: str
    address: str
    """In the interview; `roster[row id]` is a row as a whole."""
    second_address: str
    """The same place in the second keying, whose row ids are other ones."""
    first: Entry
    second: Entry
    decision: Decision | None
    """None while it waits for one."""
    typed: bool
    """True where a third answer can be typed: not for a row as a whole, nor for 暂无."""

    @property
    def whole_row(self) -> bool:
        """True for a roster row that only one of the two has."""
        parsed = parse_address(self.address)
        return bool(parsed.row_id) and not parsed.rest


@dataclass(frozen=True, slots=True)
class Comparison:
    """An interview and its second keying, held against each other as they stand now."""

    now: Interview
    """With everything that was decided."""
    first: Interview
    """As it was keyed first."""
    second: Interview
    differences: tuple[Difference, ...]
    """In the order of the form, decided ones included."""
    compared: int
    """Places that both ask and one of them answers; those nobody keyed left out."""

    def count(self, decision: Decision | None) -> int:
        """How many differences were decided this way; None: not at all."""
        return sum(difference.decision is decision for difference in self.differences)


def compare(interview: Interview) -> Comparison:
    """Hold the second keying against the first; a function of the history alone, also long after."""
    comparing = _Comparing(interview)
    differences = tuple(found for item in interview.form.items if item.asked for found in comparing.of(item))
    return Comparison(interview, comparing.first, comparing.second, differences, comparing.compared)


def decision_acts(
    comparison: Comparison, difference: Difference, decision: Decision, other: Answer = EMPTY
) -> list[Act]:
    """What a decision records: the change of the interview, if any, and the decision itself as the last."""
    acts = list(_changes(comparison, difference, decision, other))
    looked_at = difference.second.answer
    return [*acts, Act(Kind.COMPARED, difference.address, decision, looked_at.status, note=looked_at.value)]


def _changes(comparison: Comparison, difference: Difference, decision: Decision, other: Answer) -> Iterator[Act]:
    first = decision is Decision.FIRST
    if difference.whole_row:
        origin = comparison.first if first else comparison.second
        yield from _row_like(comparison.now, difference.address, origin, _side(difference, first), decision.label)
        return
    chosen = {Decision.FIRST: difference.first.answer, Decision.SECOND: difference.second.answer}.get(decision, other)
    disputed = (str(Kind.ANSWERED), difference.address) in comparison.now.conflicts
    if comparison.now.kept(difference.address) != chosen or disputed:
        yield _answered(difference.address, chosen, decision.label)


def _side(difference: Difference, first: bool) -> str:
    """The address of the row on one side, "" where that side has none."""
    entry = difference.first if first else difference.second
    return (difference.address if first else difference.second_address) if entry.answer.status.given else ""


def _row_like(now: Interview, row: str, origin: Interview, wanted: str, why: str) -> Iterator[Act]:
    """Make a row of the interview hold what another row holds elsewhere; "" takes it off, and 暂无 is as it is there."""
    roster, row_id = parse_address(row).question, parse_address(row).row_id
    there = row_id in now.rows(roster)
    if not wanted:
        if there:
            yield Act(Kind.ROW_REMOVED, row, note=why, source=SOURCE)
        if now.rows(roster) == (row_id,) and now.kept(roster) != origin.kept(roster):
            yield _answered(roster, origin.kept(roster), why)
        return
    if not there:
        if now.nothing(roster):
            yield _answered(roster, EMPTY, why)
        yield Act(Kind.ROW_ADDED, row, note=why, source=SOURCE)
    before, after = _fields(now, row), _fields(origin, wanted)
    for rest in dict.fromkeys([*before, *after]):
        if before.get(rest) != after.get(rest):
            yield _answered(f"{row}.{rest}", after.get(rest, EMPTY), why)


def _answered(address: str, answer: Answer, why: str) -> Act:
    return Act(Kind.ANSWERED, address, answer.value, answer.status, note=why, source=SOURCE)


def _fields(interview: Interview, row: str) -> dict[str, Answer]:
    """Field (or specify text) → answer in one row; also what is hidden, so that it says the same on both sides."""
    start = f"{row}."
    answers = interview.stored.items()
    return {
        address.removeprefix(start): given
        for address, given in answers
        if address.startswith(start) and given.status.given
    }


def _fingerprint(interview: Interview, row: str) -> Answer:
    """What a whole row says, short enough for a note; EMPTY if it is not there."""
    parsed = parse_address(row)
    if parsed.row_id not in interview.rows(parsed.question):
        return EMPTY
    said = sorted((rest, answer.value, answer.status) for rest, answer in _fields(interview, row).items())
    return Answer(hashlib.sha256(json.dumps(said).encode()).hexdigest(), Status.ANSWERED)


class _Comparing:
    """Walks through the form once."""

    def __init__(self, now: Interview) -> None:
        self.now, self.first, self.second = now, first_keying(now), shadow(now)
        self.compared = 0
        self._decided, self._first, self._second = (
            history.replay(interview.events) for interview in (now, self.first, self.second)
        )

    def of(self, item: Item) -> Iterator[Difference]:
        """The differences of one question."""
        if not (self.now.relevant(item.name) and self.second.relevant(item.name)):
            return
        if item.type != "roster":
            yield from self._cells(item.name, [(address, address) for address in self._addresses(item.name)])
        elif not (self.first.rows(item.name) or self.now.rows(item.name) or self.second.rows(item.name)):
            yield from self._cells(item.name, [(item.name, item.name)])  # 暂无
        else:
            yield from self._rows(item.name)

    def _addresses(self, name: str) -> list[str]:
        return list(dict.fromkeys([*self.now.addresses(name), *self.second.addresses(name)]))

    def _rows(self, name: str) -> Iterator[Difference]:
        for one, two in zip_longest(self.first.rows(name), self.second.rows(name), fillvalue=""):
            row, other = roster_cell(name, one or two), roster_cell(name, two) if two else ""
            if one and two and one in self.now.rows(name):
                fields = [
                    address.rest
                    for address in map(parse_address, self._addresses(name))
                    if address.row_id in (one, two)
                ]
                yield from self._cells(name, [(f"{row}.{rest}", f"{other}.{rest}") for rest in dict.fromkeys(fields)])
            else:
                yield from self._row(name, row, other)

    def _row(self, name: str, row: str, other: str) -> Iterator[Difference]:
        first = _entry(_fingerprint(self.first, row), self._first, ("row", row))
        second = _entry(_fingerprint(self.second, other) if other else EMPTY, self._second, ("row", other))
        yield from self._judged(name, row, other, first, _fingerprint(self.now, row), second)

    def _cells(self, name: str, places: list[tuple[str, str]]) -> Iterator[Difference]:
        for here, there in places:
            now, then = self.now.answer(here), self.second.answer(there)
            keys = (str(Kind.ANSWERED), here), (str(Kind.ANSWERED), there)
            said = self._first.live.get(keys[0]), self._second.live.get(keys[1])
            unkeyed = all(event is not None and known_beforehand(event) for event in said)
            if Status.SKIPPED in (now.status, then.status) or unkeyed:
                continue
            first = _entry(self.first.kept(here), self._first, keys[0])
            yield from self._judged(name, here, there, first, now, _entry(then, self._second, keys[1]))

    def _judged(
        self, name: str, here: str, there: str, first: Entry, now: Answer, second: Entry
    ) -> Iterator[Difference]:
        self.compared += any(answer.status.given for answer in (first.answer, now, second.answer))
        if first.answer == now == second.answer:
            return
        typed = self.now.form.by_name[name].type != "roster" or bool(parse_address(here).rest)
        yield Difference(name, here, there, first, second, self._decision(here, now, second.answer), typed)

    def _decision(self, here: str, now: Answer, second: Answer) -> Decision | None:
        key = (str(Kind.COMPARED), here)
        event = self._decided.live.get(key)
        if event is None or key in self._decided.conflicts or Answer(event.note, event.status) != second:
            return None
        decision = Decision.of(event)
        return None if decision is Decision.SECOND and now != second else decision


def _entry(answer: Answer, state: State, key: tuple[str, str]) -> Entry:
    event: Event | None = state.live.get(key)
    return Entry(answer, event.who, event.at) if event else Entry(answer)
