"""Events and what they add up to. Pure: the same events always give the same state.

An interview's history is a *set* of events, each naming its parents, like commits. Merging two
histories is the union of the sets, so it is commutative, associative and idempotent by
construction. What a cell holds is decided per key: of all events that wrote the key, those that
no other writer of the key descends from are *live*. One live event, or several that say the same:
that is the value. Several that differ: a conflict, which stays until an event descending from all
of them decides it. This is the three-way merge per cell, with the common ancestor implied.
"""

from __future__ import annotations

import hashlib
import heapq
import json
import re
from collections.abc import Callable, Collection, Iterable, Sequence
from dataclasses import dataclass, field, replace
from enum import StrEnum
from itertools import pairwise
from typing import Any

from surveys.answers import Answer, Status

_SURROGATE = re.compile("[\ud800-\udfff]")
"""Half a character, which JSON can spell but no file can hold."""


class Kind(StrEnum):
    """What an event says."""

    OPENED = "opened"
    """The interview was started; `value` is the survey digest, `cell` the unit code, `note` the round."""
    ANSWERED = "answered"
    """`cell` now holds `value` with `status`."""
    ROW_ADDED = "row_added"
    """`cell` is `roster[row id]`."""
    ROW_REMOVED = "row_removed"
    REMARKED = "remarked"
    """`value` is the remark on question `cell`; empty removes it."""
    DOUBTED = "doubted"
    """待核实: `value` is "1" or "" on question `cell`."""
    EVIDENCED = "evidenced"
    """`value` names the evidence for question `cell`."""
    RESPONDENT = "respondent"
    """`value` says who answered question `cell`, with the post: 张三（财务部长）."""
    WARNING_PASSED = "warning_passed"
    """`cell` is the check id, `note` says why the answer is right although the check warns."""
    COMPLETED = "completed"
    REOPENED = "reopened"
    """`note` is the reason."""
    MIGRATED = "migrated"
    """The interview goes on under another version of its form; `value` is that definition's digest."""
    VOIDED = "voided"
    """Started by mistake; `note` is the reason. Nothing is deleted."""
    KEYED_AGAIN = "keyed_again"
    """Double entry: a second person, blind to the answers, keyed `value` with `status` at `cell`."""
    ROW_ADDED_AGAIN = "row_added_again"
    """Double entry: `cell` is `roster[row id]` of the second keying; its row ids are its own."""
    ROW_REMOVED_AGAIN = "row_removed_again"
    COUNTED_BESIDE = "counted_beside"
    """The unit has another interview in the round, with the id `cell`, and both are right (several respondents):
    `value` is "1", or "" when that is taken back; `note` says why."""
    COMPARED = "compared"
    """Double entry: `value` says which entry is right at `cell`; `note` and `status` are the second one looked at."""
    CASE_OPENED = "case_opened"
    """A case of a register begins (`surveys.register`): `value` is `register/type`, `cell` the unit code, `note` the
    round, `source` the candidate it was made of."""
    CASE_SET = "case_set"
    """The field `cell` of a case now holds `value`."""
    CASE_MOVED = "case_moved"
    """The case has the status `value`; `cell` is the one it came from."""
    CASE_NOTED = "case_noted"
    """`value` was put down in a case's history, as `cell` says: a try to reach the raiser, a remark."""
    CASE_NUMBERED = "case_numbered"
    """The case has the readable number `value`; who opens the same candidate elsewhere gives it a second one."""


CASES = frozenset({Kind.CASE_OPENED, Kind.CASE_SET, Kind.CASE_MOVED, Kind.CASE_NOTED, Kind.CASE_NUMBERED})
"""Kinds that make up cases of registers; no interview has any, and no case has others."""

DOUBLE_ENTRY = frozenset({Kind.KEYED_AGAIN, Kind.ROW_ADDED_AGAIN, Kind.ROW_REMOVED_AGAIN, Kind.COMPARED})
"""Kinds that change nothing in the interview itself: neither its answers nor its conflicts."""


@dataclass(frozen=True, slots=True)
class Event:
    """One thing that happened to one interview. Immutable; its id is a UUIDv7 made offline."""

    id: str
    parents: tuple[str, ...]
    """The heads of the history this event was made on; empty for the first."""
    interview: str
    seq: int
    """Counts up per device; orders a device's events even when its clock jumps."""
    kind: Kind
    cell: str = ""
    value: str = ""
    status: Status = Status.ANSWERED
    note: str = ""
    source: str = ""
    """Where it came from when not typed in the app (a workbook's cell, an import)."""
    who: str = ""
    team: int = 0
    """Team number; 0 is the provincial office."""
    device: str = ""
    at: str = ""
    """UTC, ISO 8601 with milliseconds; for people, never for order."""
    took: int = 0
    """Milliseconds since the sitting's act before it, by a clock that nobody can set; 0 for a sitting's first."""

    def to_list(self) -> list[object]:
        """The event as a JSON list, in field order."""
        return [
            self.id, list(self.parents), self.interview, self.seq, str(self.kind), self.cell, self.value,
            str(self.status), self.note, self.source, self.who, self.team, self.device, self.at, self.took,
        ]  # fmt: skip

    @classmethod
    def from_list(cls, data: Any) -> Event:
        """The inverse of `to_list`. Raises ValueError on anything that is not an event."""
        try:
            (ident, parents, interview, seq, kind, cell, value, status, note, source, who, team, device, at, took) = (
                data
            )
        except (ValueError, TypeError):
            raise ValueError("not an event") from None
        if type(parents) is not list:
            raise ValueError("not an event")
        texts = (ident, interview, cell, value, note, source, who, device, at, *parents)
        # A merge reads millions: one look at all texts together, and at all numbers.
        if not (
            {*map(type, texts)} == {str}
            and {type(seq), type(team), type(took)} == {int}
            and max(abs(seq), abs(team), abs(took)) < 2**63
            and ((together := "".join(texts)).isascii() or not _SURROGATE.search(together))
        ):
            raise ValueError("not an event")
        return cls(
            ident,
            tuple(parents),
            interview,
            seq,
            Kind(kind),
            cell,
            value,
            Status(status),
            note,
            source,
            who,
            team,
            device,
            at,
            took,
        )

    @property
    def says(self) -> tuple[str, str, str]:
        """What makes two writers of one key agree or differ; notes explain, they do not say."""
        return (str(self.kind), self.value, str(self.status))


def history_json(events: Iterable[Event]) -> str:
    """The one spelling of a history: events sorted by id, compact JSON."""
    rows = [event.to_list() for event in sorted(events, key=lambda event: event.id)]
    return json.dumps(rows, ensure_ascii=False, separators=(",", ":"))


def history_digest(events: Iterable[Event]) -> str:
    """SHA-256 of `history_json`: two stores with the same digest hold the same history."""
    return hashlib.sha256(history_json(events).encode()).hexdigest()


def heads(events: Iterable[Event]) -> tuple[str, ...]:
    """Ids that no event names as a parent, sorted. More than one: the history has diverged."""
    known = list(events)
    named = {parent for event in known for parent in event.parents}
    return tuple(sorted({event.id for event in known} - named))


def in_order(events: Iterable[Event]) -> list[Event]:
    """Parents before children, ties by id (which for UUIDv7 is by time): one order for one set."""
    events = list(events)
    if _is_line(events):
        return events
    by_id = {event.id: event for event in events}
    waiting = {event.id: sum(parent in by_id for parent in event.parents) for event in by_id.values()}
    children: dict[str, list[str]] = {}
    for event in by_id.values():
        for parent in event.parents:
            children.setdefault(parent, []).append(event.id)
    ready = [ident for ident, count in waiting.items() if count == 0]
    heapq.heapify(ready)
    ordered = []
    while ready:
        ident = heapq.heappop(ready)
        ordered.append(by_id[ident])
        for child in children.get(ident, ()):
            waiting[child] -= 1
            if waiting[child] == 0:
                heapq.heappush(ready, child)
    if len(ordered) != len(by_id):
        raise ValueError("history has a cycle")
    return ordered


def _is_line(events: Sequence[Event]) -> bool:
    """True for events each of which was made on the one before it: nearly every history, as it is stored."""
    if not events or not all(event.parents == (before.id,) for before, event in pairwise(events)):
        return False
    ids = {event.id for event in events}
    return len(ids) == len(events) and ids.isdisjoint(events[0].parents)


def ancestry(ordered: Sequence[Event]) -> list[int]:
    """Per event the set of those it was made on, however far back, as bits by their numbers.

    Args:
        ordered: A history, parents before children.
    """
    position = {event.id: number for number, event in enumerate(ordered)}
    ancestors: list[int] = []
    for event in ordered:
        bits = 0
        for parent in event.parents:
            if (place := position.get(parent)) is not None:
                bits |= ancestors[place] | (1 << place)
        ancestors.append(bits)
    return ancestors


def known_at(events: Iterable[Event], last: Event) -> list[Event]:
    """An event and everything it was made on, out of a history, parents before children."""
    ordered, wanted = in_order(events), {last.id}
    for event in reversed(ordered):
        if event.id in wanted:
            wanted.update(event.parents)
    return [event for event in ordered if event.id in wanted]


def only(events: Iterable[Event], wanted: Callable[[Event], bool]) -> list[Event]:
    """The history as if its other events had never been made: what was made on those stands on what they stood on."""
    kept, stands_on = [], dict[str, set[str]]()
    for event in in_order(events):
        parents = {kept_one for parent in event.parents for kept_one in stands_on.get(parent, {parent})}
        if wanted(event):
            kept.append(event if parents == {*event.parents} else replace(event, parents=tuple(sorted(parents))))
            stands_on[event.id] = {event.id}
        else:
            stands_on[event.id] = parents
    return kept


def key_of(event: Event) -> tuple[str, str]:
    """The thing an event writes; only writers of one key can conflict.

    Adding and removing a row write the same key, and so do completing, reopening and voiding.
    """
    match event.kind:
        case Kind.ROW_ADDED | Kind.ROW_REMOVED:
            return ("row", event.cell)
        case Kind.ROW_ADDED_AGAIN | Kind.ROW_REMOVED_AGAIN:
            return ("row_again", event.cell)
        case Kind.COMPLETED | Kind.REOPENED | Kind.VOIDED:
            return ("stage", "")
        case Kind.OPENED:
            return ("opened", "")
        case Kind.MIGRATED:
            return ("form", "")
        case Kind.CASE_MOVED:
            return (str(event.kind), "")
        case Kind.CASE_NOTED | Kind.CASE_NUMBERED:  # they add up; none takes another's place
            return (str(event.kind), event.id)
        case _:
            return (str(event.kind), event.cell)


@dataclass(frozen=True, slots=True)
class Conflict:
    """One key that was written differently on two sides."""

    key: tuple[str, str]
    sides: tuple[Event, ...]
    """The live events, one per distinct saying, oldest id first."""


@dataclass(slots=True)
class State:
    """What a history adds up to, before relevance and checks (those need the form)."""

    live: dict[tuple[str, str], Event] = field(default_factory=dict)
    """Per key the event whose saying counts; of conflicting ones provisionally the greatest id."""
    conflicts: dict[tuple[str, str], Conflict] = field(default_factory=dict)

    def answers(self) -> dict[str, Answer]:
        """Cell address → the stored answer."""
        return {
            cell: Answer(event.value, event.status)
            for (kind, cell), event in self.live.items()
            if kind == Kind.ANSWERED
        }


def replay(events: Iterable[Event]) -> State:
    """Add up a history. Independent of the order in which the events are given."""
    ordered = in_order(events)
    state = State()
    if all(len(event.parents) <= 1 for event in ordered) and len(heads(ordered)) <= 1:
        for event in ordered:  # one line, no branches: the last writer of a key is its only live one
            state.live[key_of(event)] = event
        return state
    ancestors = ancestry(ordered)
    writers: dict[tuple[str, str], list[int]] = {}
    for number, event in enumerate(ordered):
        writers.setdefault(key_of(event), []).append(number)
    for key, numbers in writers.items():
        covered = 0
        for number in numbers:
            covered |= ancestors[number]
        live = [ordered[number] for number in numbers if not covered >> number & 1]
        state.live[key] = max(live, key=lambda event: event.id)
        sayings = {event.says: event for event in sorted(live, key=lambda event: event.id, reverse=True)}
        if len(sayings) > 1:
            state.conflicts[key] = Conflict(key, tuple(sorted(sayings.values(), key=lambda event: event.id)))
    return state


def definition_digest(events: Collection[Event]) -> str:
    """Digest of the definition an interview is filled in with now; "" if it was never opened."""
    told = [event for event in events if event.kind in (Kind.OPENED, Kind.MIGRATED)]
    if len(told) == 1:
        return told[0].value
    live = replay(events).live
    event = live.get(("form", "")) or live.get(("opened", ""))
    return event.value if event else ""
