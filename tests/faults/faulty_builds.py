"""The program with a fault put in on purpose: `python -m tests.faults.faulty_builds FAULT …`.

The negative controls: each of these must be caught by the test that holds the guarantee.
"""

from __future__ import annotations

import asyncio
import sys
from collections.abc import Iterator
from contextlib import contextmanager

DELAY = 0.3
"""Seconds between the acknowledgement and the commit of the build that acknowledges too early."""


def acknowledge_before_commit() -> None:
    """Transactions return at once and are committed a moment later."""
    from surveys.store_file import StoreFile

    @contextmanager
    def transaction(store: StoreFile) -> Iterator[None]:
        connection = store.conn
        if not connection.in_transaction:
            connection.execute("BEGIN")
            asyncio.get_running_loop().call_later(DELAY, connection.commit)
        yield

    StoreFile.transaction = transaction  # type: ignore[method-assign]


def shadow_no_typing() -> None:
    """What is being typed is kept only when it is entered."""
    from tui.sitting import Sitting

    Sitting.save_draft = lambda self, address, text: None  # type: ignore[method-assign]


FAULTS = {"acknowledge-before-commit": acknowledge_before_commit, "shadow-no-typing": shadow_no_typing}

if __name__ == "__main__":
    FAULTS[sys.argv.pop(1)]()
    from tui.cli import main

    main()
