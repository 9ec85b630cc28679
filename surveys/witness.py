"""A small file beside the database that says what was committed last, and who has the database open.

The database cannot tell by itself that it is an older copy, or that its write-ahead log was lost: each such
state is whole. The witness is written after a commit and without waiting for the disk, so it is never ahead of
what was committed, not even after a power cut; when the database is behind the witness, something was lost.
"""

from __future__ import annotations

import contextlib
import json
import os
from pathlib import Path
from typing import NamedTuple

LENGTH = 512
"""Bytes of the file: always the same, so that writing it anew needs no space on a full disk."""


class Testimony(NamedTuple):
    """What the witness says."""

    device: str
    """The store's device id."""
    last: int
    """Number of the last event that was committed."""
    seal: str
    """Its seal."""
    who: str
    """Who opened the database last."""
    since: str
    """When, UTC, ISO 8601."""
    process: int
    unrecorded: int = 0
    """How many commits wrote no event."""


def witness_path(store: Path) -> Path:
    """Where the witness of a store file is."""
    return store.with_suffix(".witness")


def read_witness(store: Path) -> Testimony | None:
    """What is written there; None where there is nothing that can be read."""
    try:
        with witness_path(store).open("rb") as file:
            return Testimony(**json.loads(file.read(LENGTH)))
    except (OSError, ValueError, TypeError):
        return None


class Witness:
    """The witness of an open store. It never raises: a store without one is as safe, only less is known of it."""

    def __init__(self, store: Path) -> None:
        self.testimony: Testimony | None = None
        try:
            self._descriptor = os.open(witness_path(store), os.O_RDWR | os.O_CREAT | getattr(os, "O_BINARY", 0), 0o644)
        except OSError:
            self._descriptor = -1

    def say(self, testimony: Testimony) -> None:
        """Write what is true from now on."""
        self.testimony = testimony
        text = json.dumps(testimony._asdict(), ensure_ascii=False).encode(errors="replace")
        if self._descriptor >= 0 and len(text) <= LENGTH:
            with contextlib.suppress(OSError):
                os.lseek(self._descriptor, 0, os.SEEK_SET)
                os.write(self._descriptor, text.ljust(LENGTH))

    def close(self) -> None:
        """Let go of the file; what it says stays."""
        if self._descriptor >= 0:
            os.close(self._descriptor)
            self._descriptor = -1
