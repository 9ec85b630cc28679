"""A file that only takes up room, to be given up when the disk is full, so that an answer can still be saved."""

from __future__ import annotations

import contextlib
import os
import shutil
from pathlib import Path

NAME = "zoufang.ballast"
SIZE = 4 << 20
"""Bytes: room for many thousand answers."""

SPARE = 16 * SIZE
"""The ballast is only taken from a disk that has this much room, in bytes."""


def take_on(folder: Path) -> None:
    """Make the ballast if it is not there and the disk has room; never raises, as nothing depends on it."""
    path = folder / NAME
    with contextlib.suppress(OSError):
        if path.exists() or shutil.disk_usage(folder).free < SPARE:
            return
        try:
            with path.open("wb") as file:
                if hasattr(os, "posix_fallocate"):
                    os.posix_fallocate(file.fileno(), 0, SIZE)
                else:
                    file.write(os.urandom(SIZE))  # random, or a compressing file system would give it no room
        except OSError:
            path.unlink(missing_ok=True)


def give_up(folder: Path) -> bool:
    """Free the ballast's room; False if there was none."""
    try:
        (folder / NAME).unlink()
    except OSError:
        return False
    return True
