"""What lies in the drop-in folder of an office, and which of it was taken already."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from pathlib import Path

from exports.inbox import files_of, is_zip
from exports.reading import SYSTEM_FILES, TEMPORARY
from surveys.store import Store

INBOX = "inbox"
"""The setting that names the folder; "" is `FOLDER` in the data folder."""

FOLDER = "收件夹"


class State(StrEnum):
    """Whether a file was taken."""

    NEW = "new"
    TAKEN = "taken"
    ARCHIVE = "archive"
    """A zip, whose workbooks are looked at when they are merged."""
    UNREADABLE = "unreadable"

    @property
    def label(self) -> str:
        """The word in lists."""
        return {"new": "新到", "taken": "已并入", "archive": "压缩包", "unreadable": "读不出"}[self]


@dataclass(frozen=True, slots=True)
class Arrival:
    """One file."""

    path: Path
    state: State
    size: int
    """Bytes."""
    at: datetime
    """When it was last written, in the office's time."""


def inbox_folder(store: Store) -> Path:
    """The drop-in folder; it may not be there yet."""
    return Path(store.setting(INBOX) or store.path.parent / FOLDER)


def arrivals(store: Store, folder: Path) -> Iterator[Arrival]:
    """Every file that a merge would look at, one step each; nothing is read but what tells whether it was taken.

    Raises:
        OSError: The folder itself cannot be read.
    """
    if not folder.exists():
        return
    os.scandir(folder).close()
    for path in files_of([folder]):
        if path.name.startswith(TEMPORARY) or path.name in SYSTEM_FILES:
            continue
        try:
            known = path.lstat()
            yield Arrival(path, _state(store, path), known.st_size, datetime.fromtimestamp(known.st_mtime).astimezone())
        except OSError:
            yield Arrival(path, State.UNREADABLE, 0, datetime.now().astimezone())


def _state(store: Store, path: Path) -> State:
    if path.is_symlink() or not path.is_file():
        return State.UNREADABLE
    if is_zip(path):
        return State.ARCHIVE
    with path.open("rb") as file:
        digest = hashlib.file_digest(file, "sha256").hexdigest()
    return State.TAKEN if store.workbook_known(digest) else State.NEW
