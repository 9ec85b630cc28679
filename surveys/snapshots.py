"""Verified copies of a store beside it and, if wished, on a second disk.

A snapshot's name says when it was made and how many events it holds: `zoufang-20261121-140231-1234.db`.
None is ever written over; old ones go by number and age.
"""

from __future__ import annotations

import datetime as dt
import re
import secrets
import shutil
import sqlite3
from collections.abc import Callable, Iterable
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

from surveys.copies import FOLDER, SECOND
from surveys.durable import make_folder, sync_file, sync_folder
from surveys.soundness import find_damage
from surveys.store import Store
from surveys.troubles import StoreError, explain

NEWEST = 20
"""So many are kept however old they are."""

DAYS = 30
"""Of each of so many days before today the last one is kept."""

_NAME = re.compile(r"zoufang-(\d{8}-\d{6})-(\d+)(?:-\d+)?\.db")


@dataclass(frozen=True, slots=True)
class Snapshot:
    """One copy."""

    path: Path
    at: dt.datetime
    """When it was made, in the laptop's time."""
    events: int
    """How many events it holds."""


def snapshots_in(folder: Path) -> list[Snapshot]:
    """The snapshots in a folder, newest first; none where there is no such folder."""
    found = []
    try:
        names = sorted(folder.glob("zoufang-*.db"), reverse=True)
    except OSError:
        return []
    for path in names:
        if match := _NAME.fullmatch(path.name):
            at = dt.datetime.strptime(match[1], "%Y%m%d-%H%M%S").astimezone()
            found.append(Snapshot(path, at, int(match[2])))
    return found


def local_now() -> dt.datetime:
    """The time of the moment on the laptop's clock."""
    return dt.datetime.now().astimezone()


def take_snapshot(store: Store, now: Callable[[], dt.datetime] = local_now) -> Snapshot | None:
    """Copy the store as it is now, check the copy, and let go of old ones.

    Returns:
        None where nothing was recorded since the newest one, or ever.

    Raises:
        StoreError: when a copy could not be made, or is not sound. The store and the other copies are as they were.
    """
    events = store.last_event()
    folder = store.path.parent / FOLDER
    newest = next(iter(snapshots_in(folder)), None)
    if events == (newest.events if newest else 0):
        return None
    name = f"zoufang-{now():%Y%m%d-%H%M%S}-{events}"
    try:
        path = _written(folder, name, lambda target: store.conn.execute("VACUUM INTO ?", (str(target),)).close())
        _let_go(folder, now)
        if second := store.setting(SECOND):
            _copy_out(path, Path(second), now)
    except (OSError, sqlite3.Error) as error:
        raise explain(error, store.path) from error
    return snapshots_in(folder)[0]


def _copy_out(path: Path, folder: Path, now: Callable[[], dt.datetime]) -> None:
    if not folder.is_dir():  # a stick that is not plugged in; its folder is not ours to make
        raise StoreError(f"第二备份文件夹 {folder} 不在（U盘没有插好？），这次只备份在本机。")
    try:
        _written(folder, path.stem, lambda target: shutil.copyfile(path, target))
    except OSError as error:
        reason = error.strerror or type(error).__name__
        raise StoreError(f"没能备份到 {folder}（{reason}），这次只备份在本机。") from error
    _let_go(folder, now)


def _written(folder: Path, name: str, write: Callable[[Path], object]) -> Path:
    """A file of this name that no other had before, written whole, checked, and durable."""
    make_folder(folder)
    temporary = folder / f".{secrets.token_hex(6)}.db"
    try:
        write(temporary)
        sync_file(temporary)
        check_snapshot(temporary)
        target, count = folder / f"{name}.db", 1
        while target.exists():
            count += 1
            target = folder / f"{name}-{count}.db"
        temporary.replace(target)
    finally:
        temporary.unlink(missing_ok=True)
    sync_folder(folder)
    return target


def check_snapshot(path: Path) -> None:
    """Read a snapshot whole. Raises StoreError if anything in it is damaged."""
    # immutable: it is one file without a log, and looking at it leaves nothing behind.
    with closing(sqlite3.connect(f"{path.absolute().as_uri()}?mode=ro&immutable=1", uri=True)) as connection:
        if damage := find_damage(connection, None):
            raise StoreError(f"备份 {path.name} 核对不上（{damage[0].message}），没有采用。")


def _let_go(folder: Path, now: Callable[[], dt.datetime]) -> None:
    """Delete what is neither among the newest nor a recent day's last."""
    snapshots = snapshots_in(folder)
    since = now().date() - dt.timedelta(days=DAYS)
    last_of_day = _last_of_days(snapshot for snapshot in snapshots if snapshot.at.date() >= since)
    for snapshot in snapshots[NEWEST:]:
        if snapshot.path not in last_of_day:
            snapshot.path.unlink(missing_ok=True)


def _last_of_days(newest_first: Iterable[Snapshot]) -> set[Path]:
    last: dict[dt.date, Path] = {}
    for snapshot in newest_first:
        last.setdefault(snapshot.at.date(), snapshot.path)
    return set(last.values())
