"""What a store says, as one digest: the same for the same histories, in whatever order and from wherever they came."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Sequence
from itertools import chain

from surveys.store import EVENT_COLUMNS, Store

_ANSWERS = "SELECT interview, cell, value, status, conflict FROM answers ORDER BY interview, cell"
_ROWS = """SELECT id, unit, round, survey, stage, done, total, errors, conflicts, team, device, who, updated_at
           FROM interviews ORDER BY id"""
_CASES = """SELECT id, number, status, settled, title, category, registered, answered, closed, due, conflicts
            FROM cases ORDER BY id"""


def content_digest(store: Store) -> str:
    """SHA-256, in hex, over every event, every answer as it counts, and where every interview and every case stands.

    Left out is what is this store's own: the order of writing, the question one was last at, which workbooks came.
    """
    query = store.conn.execute
    rows = chain(query(_ROWS), query(_CASES))
    return digest_of(query(f"SELECT {EVENT_COLUMNS} FROM events ORDER BY interview, id"), query(_ANSWERS), rows)


def digest_of(*tables: Iterable[Sequence[object]]) -> str:
    """SHA-256, in hex, over the rows of some tables."""
    total = hashlib.sha256()
    for table in tables:
        for row in table:
            total.update("\x1f".join(map(str, row)).encode(errors="surrogatepass") + b"\x1e")
        total.update(b"\x1d")
    return total.hexdigest()
