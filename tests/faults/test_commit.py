"""What an acknowledged answer costs, against a bare SQLite commit of the same rows in the same run."""

from __future__ import annotations

import shutil
import sqlite3
import time
from collections.abc import Callable, Iterator
from contextlib import closing
from itertools import cycle
from pathlib import Path
from typing import Any, NamedTuple

import pytest

from surveys.acts import Actor
from surveys.answers import choices_of
from surveys.campaign import STORE_NAME, open_campaign
from surveys.form import Form
from surveys.recording import Recorder
from surveys.store import Store
from tests.faults.keying import UNIT
from tests.faults.reliability import Figures

GOAL = 0.3
"""What an answer may add to a bare commit, as a share of it."""

FLUSH = 0.001
"""Seconds a commit takes on a good disk of a field laptop. Where a commit takes less (a virtual disk, a server's),
the share is of this: there it would say more of the processor than of what we do."""

STRETCH = 100
"""Turns in which other programs may happen to leave the machine alone."""

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


def percentile(seconds: list[float], percent: int) -> float:
    return sorted(seconds)[len(seconds) * percent // 100]


def added(ours: list[float], bare: list[float]) -> float:
    """What is added to a bare commit, as a share of it, in the least disturbed stretch of turns."""
    shares = []
    for start in range(0, len(bare), STRETCH):
        answer, commit = (percentile(some[start : start + STRETCH], 25) for some in (ours, bare))
        shares.append((answer - commit) / max(commit, FLUSH))
    return min(shares)


def test_an_answer_takes_little_more_than_a_bare_commit(
    tmp_path: Path, figures: Figures, pytestconfig: pytest.Config
) -> None:
    """One answer through the recorder and one bare commit (WAL, FULL, EXCLUSIVE) of the same rows in the same tables, by turns."""
    turns = 4_000 if pytestconfig.getoption("--soak") else 1_500
    taken = times(tmp_path, turns, Recorder.answer)
    for what, ours in (("an acknowledged answer", taken.answers), ("its commit", taken.commits)):
        p50, p99 = (percentile(ours, percent) / percentile(taken.bare, percent) for percent in (50, 99))
        middle, bare = (percentile(some, 50) * 1000 for some in (ours, taken.bare))
        note = f"{middle:.2f} ms here, a bare commit {bare:.2f} ms"
        print(f"{what} : bare commit = {p50:.2f} (p50), {p99:.2f} (p99); {note}")
        figures.add_latency(what, turns, p50, p99, note)
    assert added(taken.answers, taken.bare) <= GOAL


def test_a_build_that_commits_twice_for_an_answer_is_found_out(tmp_path: Path) -> None:
    def answer(recorder: Recorder, name: str, value: str) -> None:
        recorder.answer(name, value)
        recorder.go_to(name)

    taken = times(tmp_path, 200, answer)
    assert added(taken.answers, taken.bare) > GOAL
