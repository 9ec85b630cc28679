"""What two sides said differently in one interview, and what deciding it records. Pure, no I/O.

A conflict stays until an event that knows all its sides says something at the same key (`history.replay`). So a
decision is an event like any other: it travels in workbooks, merges by the same law, and where two machines decided
differently there is a conflict again.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum

from surveys import history
from surveys.acts import Act
from surveys.form import parse_address
from surveys.frame import team_name
from surveys.history import Conflict, Event, Kind
from surveys.interview import Interview
from surveys.standing import Stage

SOURCE = "裁定"
"""The source of events by which a conflict is decided."""

WHOLE = frozenset({"stage", "form"})
"""Kinds of keys that are about the interview as a whole; no rule decides these."""

_TYPED = frozenset({Kind.ANSWERED, Kind.REMARKED, Kind.EVIDENCED, Kind.RESPONDENT})


@dataclass(frozen=True, slots=True)
class Side:
    """One of the things that were said, and what was said with it on that side."""

    event: Event
    remark: str
    """The remark on the question as that side had it; "" without, as with the others."""
    evidence: str
    respondent: str

    @property
    def name(self) -> str:
        """Whose it is: 第3组 张三."""
        return said_by(self.event)


@dataclass(frozen=True, slots=True)
class Dispute:
    """One open conflict of an interview."""

    interview: str
    unit: str
    key: tuple[str, str]
    """Kind and cell, see `history.key_of`."""
    sides: tuple[Side, ...]
    """One per distinct saying, oldest first."""
    base: Event | None
    """What they all came from; None where nothing had been said before, or several things."""

    @property
    def question(self) -> str:
        """The question it is at; "" for one about the interview as a whole."""
        return parse_address(self.key[1]).question if self.key[1] and self.key[0] != Kind.COUNTED_BESIDE else ""

    @property
    def typed(self) -> bool:
        """True where something else than the sides can be typed."""
        return self.sides[0].event.kind in _TYPED


class Rule(StrEnum):
    """How many conflicts are decided at once."""

    NEWER = "newer"
    """What was said last, by the laptops' clocks."""
    TEAMS = "teams"
    """What the team said that stands first in an order of teams."""
    HERE = "here"
    """What was said on one device."""

    @property
    def label(self) -> str:
        """The rule in Chinese, as it is kept with every decision it made."""
        return {Rule.NEWER: "较新的", Rule.TEAMS: "按组的先后", Rule.HERE: "以本机为准"}[self]


def said_by(event: Event) -> str:
    """Whose an event is: 第3组 张三."""
    return f"{team_name(event.team)} {event.who or '未署名'}"


def disputes(interview: Interview) -> tuple[Dispute, ...]:
    """The open conflicts of an interview, those about it as a whole first, the others in the order of the form.

    None of an interview that is void, unless that is disputed itself.
    """
    void = interview.stage is Stage.VOID and ("stage", "") not in interview.conflicts
    found = [] if void else list(interview.conflicts.values())
    telling = _Telling(interview) if found else None
    order = interview.form.position
    made = [telling.dispute(conflict) for conflict in found] if telling else []
    return tuple(sorted(made, key=lambda d: (order.get(d.question, -1 if d.key[0] in WHOLE else len(order)), d.key)))


def decision(event: Event, why: str) -> Act:
    """What taking a side records; how an interview was closed keeps the reason it had."""
    whole = history.key_of(event)[0] == "stage"
    note = "；".join(filter(None, (why, event.note))) if whole else why
    return Act(event.kind, event.cell, event.value, event.status, note=note, source=SOURCE)


def typed_decision(dispute: Dispute, act: Act, why: str) -> Act:
    """What typing something else records, in the place of the sides."""
    return replace(act, cell=dispute.key[1], note=why, source=SOURCE)


def by_rule(dispute: Dispute, rule: Rule, teams: Sequence[int] = (), device: str = "") -> Side | None:
    """The side a rule takes; None where it says nothing, and for what is about the whole interview.

    Args:
        dispute: One conflict.
        rule: What is to decide.
        teams: For `Rule.TEAMS`: whose word counts first, next …
        device: For `Rule.HERE`: this laptop's id.
    """
    if dispute.key[0] in WHOLE:
        return None
    match rule:
        case Rule.NEWER:
            latest = max(side.event.at for side in dispute.sides)
            taken = [side for side in dispute.sides if side.event.at == latest]
        case Rule.TEAMS:
            heard = [team for team in teams if any(side.event.team == team for side in dispute.sides)]
            taken = [side for side in dispute.sides if side.event.team in heard[:1]]
        case Rule.HERE:
            taken = [side for side in dispute.sides if side.event.device == device]
    return taken[0] if len(taken) == 1 else None


class _Telling:
    """Finds what stood where, before and on each side; walks through the history once."""

    def __init__(self, interview: Interview) -> None:
        self.interview, self.events = interview, interview.events
        self.number = {event.id: number for number, event in enumerate(self.events)}
        self.before = history.ancestry(self.events)

    def dispute(self, conflict: Conflict) -> Dispute:
        sides = tuple(self._side(event, conflict) for event in conflict.sides)
        return Dispute(self.interview.id, self.interview.unit, conflict.key, sides, self._base(conflict))

    def _base(self, conflict: Conflict) -> Event | None:
        """Of the writers of the key that all sides know, the one that no other of them knows."""
        common = ~0
        for event in conflict.sides:
            common &= self.before[self.number[event.id]]
        writers = [number for number, event in self._of(common) if history.key_of(event) == conflict.key]
        covered = 0
        for number in writers:
            covered |= self.before[number]
        last = [number for number in writers if not covered >> number & 1]
        return self.events[last[0]] if len(last) == 1 else None

    def _side(self, event: Event, conflict: Conflict) -> Side:
        """An event with what its side said beside it: before it, and after it without knowing of the others."""
        own = self.number[event.id]
        others = [self.number[other.id] for other in conflict.sides if other is not event]
        known = self.before[own] | 1 << own
        for number, bits in enumerate(self.before):
            if bits >> own & 1 and not any(bits >> other & 1 for other in others):
                known |= 1 << number
        question = parse_address(conflict.key[1]).question if conflict.key[1] else ""
        said = {later.kind: later.value for _, later in self._of(known) if later.cell == question}
        return Side(event, *(said.get(kind, "") for kind in (Kind.REMARKED, Kind.EVIDENCED, Kind.RESPONDENT)))

    def _of(self, numbers: int) -> Iterator[tuple[int, Event]]:
        return ((number, event) for number, event in enumerate(self.events) if numbers >> number & 1)
