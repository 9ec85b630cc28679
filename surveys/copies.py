"""Private copies of a store file: looking without touching, also while another program writes in it.

Never call this in a process that has the same file open: closing any handle of a file drops the locks
that SQLite holds on it in that process (POSIX).
"""

from __future__ import annotations

import shutil
from contextlib import suppress
from pathlib import Path

ATTEMPTS = 20

FOLDER = "备份"
"""Where copies of a store are kept, in its data folder."""

SECOND = "second_folder"
"""The setting that names another folder (a USB stick) where each snapshot goes too; "" for none."""


def wal_path(store: Path) -> Path:
    """The write-ahead log that belongs to a store file."""
    return store.with_name(store.name + "-wal")


def journal_path(store: Path) -> Path:
    """Where SQLite keeps what takes back the very first write, before there is a log; a power cut may leave it."""
    return store.with_name(store.name + "-journal")


def copy_store(store: Path, folder: Path) -> Path:
    """Copy a store file with its write-ahead log or journal into a folder; returns the copy's path. Raises OSError.

    The database file changes only at a checkpoint, and after that the log is begun anew. So the two belong
    together if the log's head is the same before and after.
    """
    copy = folder / store.name
    for _ in range(ATTEMPTS):
        before = _head(wal_path(store))
        if before:
            shutil.copyfile(wal_path(store), wal_path(copy))
        else:
            wal_path(copy).unlink(missing_ok=True)
        with suppress(FileNotFoundError):
            shutil.copyfile(journal_path(store), journal_path(copy))
        shutil.copyfile(store, copy)
        if _head(wal_path(store)) == before:
            break
    return copy


def _head(log: Path) -> bytes:
    """The log's header, which holds fresh random numbers each time the log is begun anew; b"" without one."""
    try:
        with log.open("rb") as file:
            return file.read(32)
    except OSError:
        return b""
