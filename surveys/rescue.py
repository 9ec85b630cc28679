"""Saving what is still sound of a damaged store file, together with its snapshots, into a new file.

Histories are sets, so saving is merging: every event whose checksum holds, from the damaged file and from every
snapshot. The damaged file is only read.
"""

from __future__ import annotations

import datetime as dt
import sqlite3
import uuid
from collections.abc import Iterator, Sequence
from contextlib import closing
from dataclasses import dataclass, replace
from itertools import pairwise
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from surveys.copies import FOLDER, copy_store, journal_path, wal_path
from surveys.durable import sync_folder
from surveys.history import CASES
from surveys.references import index_entries
from surveys.seals import checksum
from surveys.snapshots import snapshots_in
from surveys.soundness import BROKEN, CHAINED, sound_rows
from surveys.store import Store, event_from_row
from surveys.text import show_text
from surveys.troubles import StoreError, explain
from surveys.witness import Testimony, read_witness, witness_path

COPIED = (
    "settings", "surveys", "teams", "units", "workbooks", "drafts", "reference_lists", "reference_entries", "laptops",
    "exports", "corrections", "receipts",
    "registers",
)  # fmt: skip
"""What is taken over beside the events; everything else is derived from those."""

GIVE_UP = 10_000
"""So many numbers in a row without a row are the end of a table: more than one broken page can hide."""

Row = tuple[Any, ...]


@dataclass(frozen=True, slots=True)
class Rescue:
    """What was saved."""

    path: Path
    """The new file."""
    events: int
    from_snapshots: int
    """How many of the events only a snapshot still had."""
    lost: tuple[str, ...]
    """What nothing had any more, a Chinese sentence each."""


def rescue(damaged: Path, target: Path, snapshots: Sequence[Path], testimony: Testimony | None = None) -> Rescue:
    """Save everything that is sound into a new store file.

    The new store is a new device: its numbering must not continue one that may already have gone on elsewhere.

    Args:
        damaged: The store file; only read. It may be no database any more, or not there.
        target: A file that does not exist yet.
        snapshots: Copies of the same store, the newest first; a damaged one gives what is sound of it.
        testimony: What the witness of the damaged file says, so that a lost end is known.

    Raises:
        StoreError: when the target cannot be written.
    """
    if target.exists():
        raise StoreError(f"{target} 已经存在，请另选一个文件夹。")
    with TemporaryDirectory(prefix="zoufang-") as folder:
        sources = [_tables(path) for path in (_copied(damaged, Path(folder)), *snapshots) if path]
    events: dict[Row, Row] = {}
    for source in sources:
        events = {row[:2]: row for row in source.get("events", []) if _sound(row)} | events
    with Store(target) as store:
        with store.transaction():
            for table in COPIED:
                rows = {
                    _key(table, row): row[:-1]
                    for source in reversed(sources)
                    for row in source.get(table, [])
                    if _sound(row)
                }
                store.put(table, *rows.values())
            index_entries(store)
            store.set_settings(device_id=uuid.uuid4().hex)
        unread = [*_take_in(store, events, sources)]
    last = max([row[CHAINED] for row in events.values()] + [testimony.last if testimony else 0])
    kept = {row[:2] for row in sources[0].get("events", []) if _sound(row)} if sources else set()
    lost = [*_gaps({row[CHAINED] for row in events.values()}, last), *_named(sources, events), *unread]
    return Rescue(target, len(events), len(events.keys() - kept), tuple(lost))


def _copied(store: Path, folder: Path) -> Path | None:
    try:
        return copy_store(store, folder)
    except OSError:
        return None


def _tables(path: Path) -> dict[str, list[Row]]:
    """Every row that can still be read, by table; checksums are not looked at yet."""
    tables: dict[str, list[Row]] = {}
    with closing(sqlite3.connect(path)) as connection:
        try:
            connection.execute("SELECT count(*) FROM sqlite_master").fetchone()
        except BROKEN:  # where the tables begin is lost, and with it every row
            return tables
        for table in ("events", "interviews", *COPIED):
            rows: list[Row] = []
            try:
                rows = list(sound_rows(connection, table))
            except BROKEN:
                rows = [*_row_by_row(connection, table)]
            tables[table] = rows
    return tables


def _row_by_row(connection: sqlite3.Connection, table: str) -> Iterator[Row]:
    """What is left of a table of which a page cannot be read, found by every number a row may have."""
    number = nothing = 0
    while nothing < GIVE_UP:
        number, nothing = number + 1, nothing + 1
        try:
            rows = connection.execute(f"SELECT * FROM {table} WHERE rowid = ?", (number,)).fetchall()
        except BROKEN as error:
            if "no such" in str(error):  # no table of that name, or one without numbers
                return
            continue
        if rows:
            nothing = 0
            yield from rows


def _sound(row: Row) -> bool:
    return bool(row[-1] == checksum(row[:-1]))


def _key(table: str, row: Row) -> tuple[Any, ...]:
    return row[:2] if table in ("drafts", "reference_entries") else row[:1]


def _take_in(store: Store, events: dict[Row, Row], sources: Sequence[dict[str, list[Row]]]) -> Iterator[str]:
    """Build every interview and every case anew; yields a sentence for each that cannot be."""
    from surveys.register.keeping import receive_case  # the models: not for whoever only opens the app

    histories: dict[str, list[Row]] = {}
    for row in sorted(events.values(), key=lambda row: row[CHAINED]):
        histories.setdefault(row[1], []).append(row)
    places = {row[0]: row[9] for source in reversed(sources) for row in source.get("interviews", []) if _sound(row)}
    for interview, rows in histories.items():
        try:
            history = [event_from_row(row[:CHAINED]) for row in rows]
            if any(event.kind in CASES for event in history):
                receive_case(store, interview, history)
            else:
                store.receive(interview, history)
        except (StoreError, KeyError, ValueError) as error:
            reason = error.message if isinstance(error, StoreError) else "问卷定义或第一条记录不在了"
            yield f"答卷 {interview} 的{len(rows)}条记录没有救回：{reason}"
            continue
        store.set_place(interview, places.get(interview, ""))


def _gaps(numbers: set[int], last: int) -> Iterator[str]:
    """Numbers of events that no source has, as ranges."""
    for before, after in pairwise([0, *sorted(numbers), last + 1]):
        if after - before == 2:
            yield f"第{before + 1}条记录没有救回。"
        elif after - before > 2:
            yield f"第{before + 1}—{after - 1}条记录没有救回。"


def _named(sources: Sequence[dict[str, list[Row]]], events: dict[Row, Row]) -> Iterator[str]:
    """What can still be read of the damaged rows that no snapshot has."""
    units = {row[0]: f"{row[1]}{row[2]}" for source in sources for row in source.get("units", []) if _sound(row)}
    unit_of = {row[0]: row[1] for source in sources for row in source.get("interviews", []) if _sound(row)}
    known, numbers = ({row[column] for row in events.values()} for column in (0, CHAINED))
    for row in sources[0].get("events", []) if sources else []:
        if not _sound(row) and row[0] not in known and row[CHAINED] not in numbers:  # either may be what is damaged
            unit = units.get(unit_of.get(row[1], ""), "某单位")
            what, at = show_text(str(row[5]), line=True), show_text(str(row[13]), line=True)
            yield f"{unit}“{what}”一格 {at} 的记录已损坏，备份里也没有，请核对这一题。"


def rescue_in_place(damaged: Path, now: dt.datetime) -> tuple[Rescue, Path]:
    """Rescue a data folder's store and go on with what was saved; the damaged files are set aside, never deleted.

    Args:
        damaged: The store file, which nobody has open.
        now: Names the folder they are set aside in.

    Returns:
        What was saved, and the folder of the damaged files with a report in it.

    Raises:
        StoreError: when there is no room for it. The damaged files are where they were.
    """
    folder = damaged.parent
    aside = folder / f"损坏-{now:%Y%m%d-%H%M%S}"
    try:
        aside.mkdir(parents=True)
        if damaged.exists():
            copy_store(damaged, aside)
            _refuse_if_held(damaged)
        snapshots = [snapshot.path for snapshot in snapshots_in(folder / FOLDER)]
        saved = rescue(aside / damaged.name, aside / "抢救" / damaged.name, snapshots, read_witness(damaged))
        (aside / "抢救报告.txt").write_text("\n".join(told(saved)), encoding="utf-8")
        # The log first: left beside the saved file it would be played into that one. So would the journal.
        for path in (wal_path(damaged), journal_path(damaged), witness_path(damaged)):
            path.unlink(missing_ok=True)
        saved.path.replace(damaged)
        witness_path(saved.path).replace(witness_path(damaged))
        sync_folder(folder)
    except (OSError, sqlite3.OperationalError) as error:
        raise explain(error, damaged) from error
    return replace(saved, path=damaged), aside


def _refuse_if_held(store: Path) -> None:
    """Raises sqlite3.OperationalError while another program has the file open."""
    with closing(sqlite3.connect(store, timeout=0.3)) as connection:
        try:
            connection.execute("PRAGMA locking_mode = exclusive").fetchall()
            connection.execute("SELECT count(*) FROM sqlite_master").fetchall()
        except sqlite3.OperationalError as error:
            if "locked" in str(error):
                raise
        except BROKEN:
            pass  # too damaged to be open anywhere


def told(saved: Rescue) -> list[str]:
    """The rescue in Chinese sentences."""
    from_snapshots = f"（其中{saved.from_snapshots}条来自备份）" if saved.from_snapshots else ""
    head = f"救回{saved.events}条记录{from_snapshots}，"
    return [head + (f"有{len(saved.lost)}处没有救回：" if saved.lost else "没有丢失。"), *saved.lost]
