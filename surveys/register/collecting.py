"""The candidates of a whole store, kept beside the interviews they follow from."""

from __future__ import annotations

from collections.abc import Iterator

from surveys.register.candidates import Candidate, candidates_of
from surveys.register.keeping import PROBLEMS, register_of
from surveys.store import Store

_COLUMNS = ", ".join(f"c.{name}" for name in Candidate._fields)


def collect(store: Store) -> int:
    """Look again at every interview that changed since the last time. Returns how many there were. Raises StoreError."""
    return sum(1 for _ in collecting(store))


def collecting(store: Store) -> Iterator[tuple[int, int]]:
    """The same one by one, so that somebody can wait for it: how many are done, of how many. What is done counts."""
    sql = """SELECT e.interview, count(*) AS events FROM events e JOIN interviews i ON i.id = e.interview
             GROUP BY e.interview
             HAVING events != coalesce((SELECT c.events FROM collected c WHERE c.interview = e.interview), 0)"""
    stale = store.conn.execute(sql).fetchall()
    for done, (ident, events) in enumerate(stale, 1):
        found = candidates_of(register_of(store, PROBLEMS), store.interview(ident), store.form)
        with store.transaction():
            store.conn.execute("DELETE FROM candidates WHERE interview = ?", (ident,))
            store.put("candidates", *found)
            store.put("collected", (ident, events))
        yield done, len(stale)


def candidates(store: Store, *, team: int | None = None, unit: str = "", gone: bool = True) -> list[Candidate]:
    """The candidates that nobody has confirmed, merged or dismissed yet, as of the last `collect`, in the order of the frame.

    Args:
        store: Where they are.
        team: Those of one team's units.
        unit: Those of one unit.
        gone: False leaves out those whose reason a correction ended.
    """
    sql = f"""SELECT {_COLUMNS} FROM candidates c LEFT JOIN units u ON u.code = c.unit
              WHERE NOT EXISTS (SELECT 1 FROM cases k WHERE k.id = c.id AND k.phase != 'candidate')
                AND (? IS NULL OR u.team = ?) AND (? = '' OR c.unit = ?) AND (c.holds OR ?)
              ORDER BY coalesce(u.ord, 1e9), c.interview, c.rowid"""
    values = (team, team, unit, unit, int(gone))
    return [Candidate(*row) for row in store.conn.execute(sql, values)]


def candidate(store: Store, case_id: str) -> Candidate | None:
    """One candidate, decided or not; None for an unknown id. Says too whether the reason of a case still holds."""
    row = store.conn.execute(f"SELECT {_COLUMNS} FROM candidates c WHERE id = ?", (case_id,)).fetchone()
    return Candidate(*row) if row else None
