"""What lists and statistics read of a case: rows derived from its history, never the truth themselves."""

from __future__ import annotations

from typing import NamedTuple

from surveys.history import Kind
from surveys.register.case import Case
from surveys.register.flow import due_now


class CaseRow(NamedTuple):
    """One case as lists show it, and as the table holds it. Days are ISO dates, "" where there is none."""

    id: str
    register: str
    type: str
    number: str
    """The readable number; two laptops may have given the same one (`worklists.numbers_shown`)."""
    aliases: str
    """Other numbers it was given, with spaces between."""
    unit: str
    round: str
    status: str
    phase: str
    settled: int
    """1 when it is closed and nothing of it is disputed."""
    title: str
    category: str
    topic: str
    """The case it goes with."""
    registered: str
    answered: str
    closed: str
    """Of settled ones only."""
    promised: str
    """The deadline of the answer."""
    due: str
    """By when something is due now."""
    conflicts: int
    team: int
    device: str
    who: str
    updated_at: str


ValueRow = tuple[str, str, str, int]
"""Case, cell, value, 1 where it is disputed."""


def case_row(case: Case) -> CaseRow:
    """What the cases table holds of a case."""
    columns = case.type.columns
    last = max(case.events, key=lambda event: (event.at, event.id))
    number, *aliases = case.numbers or ("",)

    def column(field: str | None) -> str:
        return case.value(field) if field and not case.is_sensitive(field) else ""

    return CaseRow(
        case.id, case.register.id, case.type.name, number, " ".join(aliases), case.unit, case.round, case.status,
        case.phase, int(case.settled), column(columns.title), column(columns.category), column(columns.topic),
        column(columns.registered), column(columns.answered), column(columns.closed) if case.settled else "",
        column(columns.promised), due_now(case), len(case.conflicts), case.opened.team, case.opened.device, last.who,
        last.at,
    )  # fmt: skip


def value_rows(case: Case) -> list[ValueRow]:
    """What the values table holds of a case: never a personal field."""
    disputed = {cell for kind, cell in case.conflicts if kind == Kind.CASE_SET}
    return [(case.id, cell, value, int(cell in disputed)) for cell, value in sorted(case.shown().items())]
