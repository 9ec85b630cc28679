"""Lists of cases: what there is, what is owed and by when. They hold no personal field."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass

from surveys.register.calendar import days_left
from surveys.register.keeping import PROBLEMS, register_of
from surveys.register.projection import CaseRow
from surveys.store import Store

_COLUMNS = ", ".join(f"c.{name}" for name in CaseRow._fields)


@dataclass(frozen=True, slots=True)
class Owed:
    """Something that is due."""

    row: CaseRow
    days: int
    """Until it is due; negative when it is overdue."""

    @property
    def overdue(self) -> bool:
        """True when the day is over."""
        return self.days < 0


def cases(
    store: Store,
    type_name: str = "",
    *,
    register_id: str = PROBLEMS,
    team: int | None = None,
    unit: str = "",
    phases: Sequence[str] = (),
    statuses: Sequence[str] = (),
    topic: str = "",
    interview: str = "",
) -> list[CaseRow]:
    """Cases by their numbers; those of one type, of a team's or of one unit, in some phases or statuses, of one topic, of one
    interview, if given.
    """
    marks = [", ".join("?" * len(codes)) for codes in (phases, statuses)]
    sql = f"""SELECT {_COLUMNS} FROM cases c LEFT JOIN units u ON u.code = c.unit
              WHERE c.register = ? AND (? = '' OR c.type = ?) AND (? IS NULL OR coalesce(u.team, c.team) = ?)
                AND (? = '' OR c.unit = ?) AND (? = '' OR c.topic = ?)
                AND (? = '' OR c.id IN (SELECT case_id FROM case_values WHERE cell = 'interview' AND value = ?))
                {f"AND c.phase IN ({marks[0]})" if phases else ""} {f"AND c.status IN ({marks[1]})" if statuses else ""}
              ORDER BY c.type, c.number, c.id"""
    pairs = (type_name, team, unit, topic, interview)
    values = (register_id, *(value for value in pairs for _ in range(2)), *phases, *statuses)
    return [CaseRow(*row) for row in store.conn.execute(sql, values)]


def numbers_shown(store: Store, rows: Sequence[CaseRow]) -> dict[str, str]:
    """Case id → its number as it is shown: with the end of its id where two laptops gave the same number."""
    sql = "SELECT register, number FROM cases GROUP BY register, number HAVING count(*) > 1"
    shared = {tuple(found) for found in store.conn.execute(sql)}
    return {
        row.id: f"{row.number}·{row.id[-4:]}" if (row.register, row.number) in shared else row.number for row in rows
    }


def by_number(store: Store, number: str, register_id: str = PROBLEMS) -> list[CaseRow]:
    """The cases that have a number, as it was given or as it is shown; also one that was given beside."""
    plain, _, end = number.strip().upper().partition("·")
    sql = f"""SELECT {_COLUMNS} FROM cases c WHERE c.register = ? AND ' ' || c.number || ' ' || c.aliases || ' ' LIKE ?
              AND c.id LIKE ? ORDER BY c.id"""
    return [CaseRow(*row) for row in store.conn.execute(sql, (register_id, f"% {plain} %", f"%{end.lower()}"))]


def owed(store: Store, today: dt.date, *, team: int | None = None, register_id: str = PROBLEMS) -> list[Owed]:
    """Everything with a deadline that is not met, the longest overdue first: answers, follow-ups, confirmations."""
    found = []
    for row in cases(store, register_id=register_id, team=team, phases=("open", "answered")):
        if (days := days_left(row.due, today)) is not None:
            found.append(Owed(row, days))
    return sorted(found, key=lambda one: (one.days, one.row.number))


def overdue(store: Store, today: dt.date, *, team: int | None = None, register_id: str = PROBLEMS) -> list[Owed]:
    """What is over its deadline."""
    return [one for one in owed(store, today, team=team, register_id=register_id) if one.overdue]


def due_soon(store: Store, today: dt.date, *, team: int | None = None, register_id: str = PROBLEMS) -> list[Owed]:
    """What is due within the parameter's days, today included."""
    soon = register_of(store, register_id).parameters.get("soon_days", 7)
    return [one for one in owed(store, today, team=team, register_id=register_id) if 0 <= one.days <= soon]


def uninformed(store: Store, *, team: int | None = None, register_id: str = PROBLEMS) -> list[CaseRow]:
    """Cases merged into a topic that is answered, whose raisers nobody has told yet."""
    sql = """SELECT c.id FROM cases c JOIN cases t ON t.id = c.topic AND t.phase IN ('answered', 'done') AND NOT t.conflicts
             WHERE c.phase = 'merged'
               AND NOT EXISTS (SELECT 1 FROM case_values v WHERE v.case_id = c.id AND v.cell = 'informed_on')"""
    wanted = {ident for (ident,) in store.conn.execute(sql)}
    return [row for row in cases(store, register_id=register_id, team=team, phases=("merged",)) if row.id in wanted]


def disputed(store: Store, *, register_id: str = PROBLEMS) -> list[CaseRow]:
    """Cases of which two people said different things that nobody has decided yet."""
    return [row for row in cases(store, register_id=register_id) if row.conflicts]


def linked_to(store: Store, field: str, case_id: str) -> list[str]:
    """Ids of the cases that name this one in a field of many links: the measures of a topic."""
    sql = "SELECT case_id FROM case_values WHERE cell = ? ORDER BY case_id"
    return [ident for (ident,) in store.conn.execute(sql, (f"{field}[{case_id}]",))]


def at_question(store: Store, unit: str, question: str) -> set[str]:
    """Ids of the cases of a unit that were raised at one question."""
    sql = "SELECT c.id FROM cases c JOIN case_values v ON v.case_id = c.id WHERE c.unit = ? AND v.cell = 'question' AND v.value = ?"
    return {ident for (ident,) in store.conn.execute(sql, (unit, question))}
