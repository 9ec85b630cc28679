"""Answers and bare SQLite commits of the same rows, by turns: `python -m tests.faults.committing FOLDER TURNS` tells how
long each took, as JSON."""

from __future__ import annotations

import json
import shutil
import sqlite3
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import closing
from itertools import cycle
from pathlib import Path
from typing import Any, NamedTuple

from surveys.acts import Actor
from surveys.answers import choices_of
from surveys.campaign import STORE_NAME, open_campaign
from surveys.form import Form
from surveys.recording import Recorder
from surveys.store import Store
from tests.faults.keying import UNIT

Answer = Callable[[Recorder, str, str], object]


def answers(form: Form) -> Iterator[tuple[str, str]]:
    """Questions on which no other depends, so that each answer writes the same rows; each time another choice."""
    names = [item.name for item in form.items if item.type == "select_one" and not form.rules.fed_by[item.name]]
    for number in cycle((0, 1)):
        for name in names:
            yield name, choices_of(form.cell(name).kind)[number].name


class Times(NamedTuple):
    """Seconds, by turns."""

    answers: list[float]
    """Of an answer through the recorder, with its checks."""
    commits: list[float]
    """Of these what the store took, to and with its commit."""
    bare: list[float]
    """Of a bare commit of the same rows."""


class Timed(Store):
    """A store that takes the time of what it writes."""

    taken: list[float]

    def append(self, *what: Any) -> None:
        started = time.perf_counter()
        super().append(*what)
        self.taken.append(time.perf_counter() - started)


def times(folder: Path, turns: int, answer: Answer) -> Times:
    """Our answers and bare commits of the same rows, by turns."""
    with open_campaign(folder) as store:
        ident = Recorder.start(store, store.form(), UNIT, Actor("张三", 1, store.setting("device_id"))).interview.id
    bare_file = shutil.copyfile(folder / STORE_NAME, folder / "bare.db")
    ours, bare = list[float](), list[float]()
    with (
        Timed(folder / STORE_NAME) as store,
        closing(sqlite3.connect(bare_file, isolation_level=None)) as connection,
    ):
        for pragma in ("locking_mode = exclusive", "journal_mode = wal", "synchronous = full"):
            connection.execute(f"PRAGMA {pragma}").fetchall()
        store.taken = []
        recorder = Recorder.resume(store, ident, Actor("张三", 1, store.setting("device_id")))
        for _, (name, value) in zip(range(turns), answers(store.form()), strict=False):
            started = time.perf_counter()
            answer(recorder, name, value)
            ours.append(time.perf_counter() - started)
            run = store.conn.execute
            rows = {
                "events": run("SELECT * FROM events ORDER BY rowid DESC LIMIT 1").fetchone(),
                "answers": run("SELECT * FROM answers WHERE cell = ?", (name,)).fetchone(),
                "interviews": run("SELECT * FROM interviews").fetchone(),
            }
            inserts = [
                (f"INSERT OR REPLACE INTO {table} VALUES ({', '.join('?' * len(row))})", row)
                for table, row in rows.items()
            ]
            started = time.perf_counter()
            connection.execute("BEGIN")
            for insert, row in inserts:
                connection.execute(insert, row)
            connection.execute("COMMIT")
            bare.append(time.perf_counter() - started)
        return Times(ours, store.taken[-turns:], bare)


if __name__ == "__main__":
    place, turns = Path(sys.argv[1]), int(sys.argv[2])
    place.mkdir()
    print(json.dumps(times(place, turns, Recorder.answer)._asdict()))
