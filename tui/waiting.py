"""Waiting for a data folder that another program has open."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import TYPE_CHECKING

import click

if TYPE_CHECKING:
    from surveys.store import Store

PAUSE = 0.5
"""Seconds between two tries; a try costs a few milliseconds while the folder is held."""


def when_free(opening: Callable[[], Store]) -> Store:
    """Open a store as soon as nobody else has it; says once for whom it waits. Ctrl+C ends the waiting."""
    from surveys.troubles import HeldError

    told = False
    while True:
        try:
            return opening()
        except HeldError as error:
            if not told:
                click.echo(f"{error.message}\n正在等它用完，之后自动继续（按 Ctrl+C 不再等）……", err=True)
            told = True
            time.sleep(PAUSE)
