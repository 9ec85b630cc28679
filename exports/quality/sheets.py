"""The interviews of a round, one at a time, in one pass over their answers and one over their events."""

from __future__ import annotations

import sqlite3
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import groupby
from typing import Any

from exports.columns import Answers, Stored
from exports.selection import OF_SURVEY, Selection
from surveys.answers import Status
from surveys.frame import Unit
from surveys.history import Event, Kind
from surveys.standing import Stage
from surveys.store import EVENT_COLUMNS, event_from_row

_ROUND = f"SELECT id FROM ({OF_SURVEY}) WHERE stage != 'void'"


@dataclass(frozen=True)
class Sheet:
    """One interview with all that is looked at."""

    id: str
    unit: Unit
    team: int
    survey: str
    """Digest of the definition it is filled in with."""
    stage: Stage
    errors: int
    conflicts: int
    counted: bool
    """Whether its answers are judged: complete, or a draft where drafts were asked for."""
    answers: Answers
    events: Sequence[Event]
    """Oldest id first."""

    @cached_property
    def typed(self) -> list[Event]:
        """The answers a person entered in the app, in order; those that were prefilled or carried over left out."""
        return [event for event in self.events if event.kind is Kind.ANSWERED and not event.source]

    @cached_property
    def who(self) -> str:
        """Who entered most of it; "" if nobody entered anything."""
        counts = Counter(event.who for event in self.typed)
        return min(counts, key=lambda name: (-counts[name], name), default="")

    def value(self, cell: str) -> str | None:
        """The answer in a cell; None if there is none that counts."""
        stored = self.answers.get(cell)
        return stored.value if stored and stored.status is Status.ANSWERED and not stored.conflict else None


def read_sheets(connection: sqlite3.Connection, selection: Selection) -> Iterator[Sheet]:
    """Every interview of the round that is not void, by id; those of units outside the frame left out.

    Only one is in memory at a time.
    """
    parameters = {"round": selection.round, "survey": selection.survey}
    heads = connection.execute(
        f"""SELECT i.id, i.survey, i.stage, i.errors, i.conflicts, i.team, u.code, u.city, u.county, u.kind, u.team
            FROM ({OF_SURVEY}) AS i JOIN units AS u ON u.code = i.unit WHERE i.stage != 'void' ORDER BY i.id""",
        parameters,
    )
    answers = _Following(connection.execute(
        f"SELECT interview, cell, value, status, conflict FROM answers WHERE interview IN ({_ROUND})"
        " ORDER BY interview, cell", parameters,
    ), 0)  # fmt: skip
    events = _Following(connection.execute(
        f"SELECT {EVENT_COLUMNS} FROM events WHERE interview IN ({_ROUND}) ORDER BY interview, id", parameters,
    ), 1)  # fmt: skip
    for ident, survey, stage, errors, conflicts, team, *unit in heads:
        yield Sheet(
            ident, Unit(*unit), team, survey, Stage(stage), errors, conflicts,
            stage == Stage.COMPLETE or selection.drafts,
            {cell: Stored(value, Status(status), bool(conflict)) for _, cell, value, status, conflict in answers(ident)},
            [event_from_row(row) for row in events(ident)],
        )  # fmt: skip


class _Following:
    """The rows of one interview after another, out of rows sorted by it; each is asked for in that order."""

    def __init__(self, rows: Iterator[tuple[Any, ...]], key: int) -> None:
        self._groups = groupby(rows, key=lambda row: str(row[key]))
        self._next = next(self._groups, None)

    def __call__(self, interview: str) -> list[tuple[Any, ...]]:
        while self._next and self._next[0] < interview:  # of a unit outside the frame
            self._next = next(self._groups, None)
        if self._next is None or self._next[0] != interview:
            return []
        found = list(self._next[1])
        self._next = next(self._groups, None)
        return found
