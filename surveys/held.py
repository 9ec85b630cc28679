"""Whether another program has a store open, found out without opening it."""

from __future__ import annotations

import os
from pathlib import Path

try:
    import fcntl
except ImportError:  # Windows
    fcntl = None  # type: ignore[assignment]

_SHARED_FIRST, _SHARED_SIZE = 0x40000002, 510
"""The bytes that SQLite locks in the file while it has it open (its file format, `os_unix.c`)."""


def is_held(path: Path) -> bool:
    """True when another process holds the file; False also where that cannot be told without opening it.

    The search for damage reads the whole file, and in vain while somebody writes in it. Never call this in a
    process that has the file open: closing any handle of a file drops the locks that the process holds on it.
    """
    if fcntl is None:
        return False
    try:
        handle = os.open(path, os.O_RDONLY)
    except OSError:  # whoever opens it says why
        return False
    try:
        fcntl.lockf(handle, fcntl.LOCK_SH | fcntl.LOCK_NB, _SHARED_SIZE, _SHARED_FIRST)
    except (BlockingIOError, PermissionError):  # POSIX lets a system choose
        return True
    except OSError:  # a file system without locks
        return False
    finally:
        os.close(handle)
    return False
