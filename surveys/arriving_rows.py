"""The rows of one interview on their way from the process that makes them ready to the one that stores them.

They travel as a small database, from which SQLite copies into the store's tables three times as fast as Python hands it
every value: only one process can write, so what it does counts double.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable, Sequence
from contextlib import closing
from functools import cache

from surveys.seals import sealed_events

ARRIVING = "arriving"
"""Name of the small database beside the store."""


def packed(events: Sequence[Iterable[object]], answers: Sequence[Iterable[object]]) -> bytes:
    """The rows as a database with the tables `events` and `answers`, as SQLite serializes it.

    Args:
        events: The columns of all events (`surveys.arriving.EventRow`); their place in the log is not known yet.
        answers: The columns of the answers table, the last one of the checksums.
    """
    with closing(sqlite3.connect(":memory:", isolation_level=None)) as rows:
        rows.deserialize(_empty())
        rows.execute("BEGIN")
        rows.executemany(f"INSERT INTO events VALUES ({_marks(15)})", zip(*events, strict=True))
        rows.executemany(f"INSERT INTO answers VALUES ({_marks(6)})", zip(*answers, strict=True))
        rows.execute("COMMIT")
        return rows.serialize()


class Intake:
    """Copies into a store, within a transaction.

    Args:
        connection: Of the store.
        number: Of the event that was written last.
        seal: Its seal.
    """

    def __init__(self, connection: sqlite3.Connection, number: int, seal: str) -> None:
        self._connection, self.number, self.seal = connection, number, seal
        self._checksums = list[int]()
        if ARRIVING not in {name for _, name, _ in connection.execute("PRAGMA database_list")}:
            connection.execute(f"ATTACH ':memory:' AS {ARRIVING}")
        connection.create_function("checksum_of", 1, lambda row: self._checksums[row - 1])

    def copy(self, rows: bytes, spellings: Sequence[bytes]) -> None:
        """Copy the rows of one interview of which there is nothing in the store.

        Args:
            rows: As `packed` made them.
            spellings: The events as their seals take them (`surveys.seals.spelled_columns`).
        """
        self._connection.deserialize(rows, name=ARRIVING)
        self.seal, self._checksums = sealed_events(self.seal, self.number, spellings)
        self._connection.execute(
            f"""INSERT INTO events SELECT *, :number + rowid, iif(rowid = :count, :seal, ''), checksum_of(rowid)
                FROM {ARRIVING}.events""",
            {"number": self.number, "count": len(spellings), "seal": self.seal},
        )
        self._connection.execute(f"INSERT OR REPLACE INTO answers SELECT * FROM {ARRIVING}.answers")
        self.number += len(spellings)


@cache
def _empty() -> bytes:
    with closing(sqlite3.connect(":memory:", isolation_level=None)) as rows:
        rows.execute(f"CREATE TABLE events ({_columns(15)})")
        rows.execute(f"CREATE TABLE answers ({_columns(6)})")
        return rows.serialize()


def _columns(count: int) -> str:
    return ", ".join(f"c{number}" for number in range(count))


def _marks(count: int) -> str:
    return ", ".join("?" * count)
