"""What a person (or the assignment) says, before it becomes an event."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from dataclasses import dataclass

from surveys.answers import Status
from surveys.form import Form, roster_cell
from surveys.frame import Unit, team_name
from surveys.history import Kind
from surveys.text import Refusal
from surveys.typed import read_typed
from surveys.value_types import ValueType

ASSIGNMENT = "任务分派"
DEFAULT = "默认值"
MOVED = "原 "
"""How the source of an event begins that a move to a newer version made; behind it stands the old address."""


@dataclass(frozen=True, slots=True)
class Actor:
    """Who is entering, for which team, on which device."""

    who: str
    team: int
    device: str


@dataclass(frozen=True, slots=True)
class Act:
    """What an event will say."""

    kind: Kind
    cell: str = ""
    value: str = ""
    status: Status = Status.ANSWERED
    note: str = ""
    source: str = ""


def beginning_acts(form: Form, unit: Unit, actor: Actor, today: dt.date) -> Iterator[Act]:
    """What a new interview holds before anybody types: defaults, and what the assignment knows.

    A prefilled text that the question cannot take (no such choice) is left out: the person is asked.
    """
    known = {
        "unit.code": unit.code,
        "unit.city": unit.city,
        "unit.county": unit.county,
        "unit.name": unit.name,
        "unit.kind": unit.kind,
        "team": team_name(actor.team),
        "who": actor.who,
        "today": today.isoformat(),
    }
    for item in form.items:
        if not item.asked or item.type in ("matrix", "roster"):
            continue
        cell = item.cells[0]
        if item.question.prefill:
            value = _taken(cell.kind, known[item.question.prefill])
            if value:
                yield Act(Kind.ANSWERED, cell.address, value, source=ASSIGNMENT)
        elif item.question.default is not None:
            value = _taken(cell.kind, item.question.default)
            yield Act(Kind.ANSWERED, cell.address, value, source=DEFAULT)


def row_acts(form: Form, roster: str, row_id: str) -> Iterator[Act]:
    """A new roster row with its fields' defaults."""
    yield Act(Kind.ROW_ADDED, roster_cell(roster, row_id))
    item = form.by_name[roster]
    kinds = {cell.address: cell.kind for cell in item.cells}
    for field in getattr(item.question, "questions", ()):
        if field.default is not None:
            value = _taken(kinds[field.name], field.default)
            yield Act(Kind.ANSWERED, roster_cell(roster, row_id, field.name), value, source=DEFAULT)


def _taken(kind: ValueType, text: str) -> str:
    try:
        return read_typed(kind, text)
    except Refusal:
        return ""
