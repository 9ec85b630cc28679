"""kill -9 inside a migration from the oldest schema: before it or after it, with every event, and a copy kept."""

from __future__ import annotations

import os
import random
import shutil
import signal
import sqlite3
import time
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest
from sqlite_utils.db import Database

from exports.demo import fill_unit
from surveys import schema
from surveys.acts import Actor
from surveys.campaign import STORE_NAME, open_campaign
from surveys.copies import FOLDER
from surveys.history import Event
from surveys.store import EVENT_COLUMNS, Store
from surveys.store_format import VERSION
from surveys.troubles import StoreError
from tests.faults.reliability import Figures

OLDEST = "m002_seals"
"""The migration that a file of version 1 has not seen."""


@pytest.fixture(scope="module")
def oldest(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, set[Event]]:
    """A file as the first program left it, with four filled interviews, and what is in it."""
    folder = tmp_path_factory.mktemp("old")
    with open_campaign(folder / "now") as store:
        actor = Actor("张三", 3, store.setting("device_id"))
        for unit in store.units(3)[:4]:
            fill_unit(store, unit, actor, random.Random(unit.code))
        events = {event for row in store.interviews() for event in store.events(row.id)}
        path = folder / "version 1.db"
        with closing(Database(sqlite3.connect(path), execute_plugins=False).conn) as connection:
            _write_as_version_1(Database(connection, execute_plugins=False), store)
    # The oldest program did not time the acts.
    return path, {Event.from_list([*event.to_list()[:-1], 0]) for event in events}


def _write_as_version_1(old: Database, store: Store) -> None:
    schema.migrations.apply(old, stop_before=OLDEST)
    for table in ("settings", "surveys", "teams", "units", "interviews", "answers"):
        columns = ", ".join(row[1] for row in old.conn.execute(f"PRAGMA table_info({table})"))
        rows = store.conn.execute(f"SELECT {columns} FROM {table}").fetchall()
        marks = ", ".join("?" * len(rows[0]))
        old.conn.executemany(f"INSERT OR REPLACE INTO {table} VALUES ({marks})", rows)
    rows = store.conn.execute(f"SELECT {EVENT_COLUMNS} FROM events ORDER BY ord").fetchall()
    old.conn.executemany(f"INSERT INTO events VALUES ({', '.join('?' * 14)})", [row[:14] for row in rows])
    old.conn.execute("PRAGMA user_version = 1")
    old.conn.commit()


def killed_after(path: Path, seconds: float) -> bool:
    """Open the file, which migrates it, in a fork that is killed after so long; False if it was done before."""
    child = os.fork()
    if not child:
        Store(path, trusting=True)  # what is looked at first is not what is tested here
        os._exit(0)
    time.sleep(seconds)
    os.kill(child, signal.SIGKILL)
    return os.waitpid(child, 0)[1] != 0


def version(path: Path) -> int:
    with closing(sqlite3.connect(path)) as connection:
        return int(connection.execute("PRAGMA user_version").fetchone()[0])


def whole(path: Path, events: set[Event]) -> bool:
    """Whether everything is in the file, and sound."""
    try:
        with Store(path) as store:
            found = {event for row in store.interviews() for event in store.events(row.id)}
            return found == events
    except StoreError:
        return False


def kills(oldest: Path, folder: Path, count: int) -> Iterator[tuple[Path, bool]]:
    """Files whose migration was killed after a random time, and whether it had been finished."""
    dice = random.Random(5)
    started = time.monotonic()
    whole_one = _copy(oldest, folder / "timed")
    Store(whole_one, trusting=True).close()
    took = time.monotonic() - started
    for number in range(count):
        path = _copy(oldest, folder / str(number))
        killed_after(path, dice.uniform(0, took))
        yield path, version(path) == VERSION


def _copy(path: Path, folder: Path) -> Path:
    folder.mkdir()
    return Path(shutil.copy(path, folder / STORE_NAME))


def test_a_killed_migration_has_happened_or_not(
    oldest: tuple[Path, set[Event]], tmp_path: Path, figures: Figures, request: pytest.FixtureRequest
) -> None:
    path, events = oldest
    lost = before = runs = 0
    for killed, finished in kills(path, tmp_path, 1000 if request.config.getoption("--soak") else 60):
        runs += 1
        before += not finished
        lost += not whole(killed, events)
        shutil.rmtree(killed.parent)
    figures.add("kill -9 inside a migration", runs, lost, f"{before} before its commit")
    assert lost == 0
    assert before > runs // 10


def test_a_migration_that_commits_step_by_step_is_caught(
    oldest: tuple[Path, set[Event]], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Negative control: each statement by itself."""

    def careless(store: Store, version: int) -> None:
        store.conn.isolation_level = None
        schema.m002_seals(store.db)
        schema.m003_reference_lists(store.db)
        store.conn.execute(f"PRAGMA user_version = {VERSION}")

    monkeypatch.setattr(Store, "_migrate", careless)
    path, events = oldest
    assert any(not whole(killed, events) for killed, _ in kills(path, tmp_path, 60))


def test_the_file_as_it_was_is_kept(oldest: tuple[Path, set[Event]], tmp_path: Path) -> None:
    path = _copy(oldest[0], tmp_path / "case")
    Store(path).close()
    (kept,) = (path.parent / FOLDER).iterdir()
    assert kept.name.startswith("升级前-结构1-")
    assert version(kept) == 1
    with closing(sqlite3.connect(kept)) as copy, closing(sqlite3.connect(oldest[0])) as original:
        for table in ("events", "answers", "interviews", "settings"):
            rows = [sorted(each.execute(f"SELECT * FROM {table}").fetchall()) for each in (copy, original)]
            assert rows[0] == rows[1]
    Store(path).close()
    assert len(list((path.parent / FOLDER).iterdir())) == 1, "once"
