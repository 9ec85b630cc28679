"""Walks through an interview and says how much memory the program has: `python -m tests.benchmarks.walking FOLDER STEPS`.

A process of its own on a data folder made before, so that nothing but the app is measured. With `footer` as a third argument the interview screen
also has Textual's own Footer, which leaks (#6666).
"""

from __future__ import annotations

import asyncio
import gc
import os
import sys
from dataclasses import replace
from itertools import cycle
from pathlib import Path

from textual import events
from textual.app import ComposeResult
from textual.keys import _character_to_key
from textual.widgets import Footer

from tui.app import ZoufangApp
from tui.keys import bindings_of

KEYS_OF = {
    "choice": [["1"], ["2"]],
    "choices": [["1", "pagedown"], ["2", "pagedown"]],
    "value": [["1", "backspace", "pagedown"]],
    "text": [["字", "backspace", "pagedown"]],
    "grid": [["1", "backspace", "pagedown"]],
}
"""What is done at a question, by its editor; taken in turns."""

DIALOGS = cycle([["f2", "escape"], ["f5", "escape"], ["f1", "escape"], ["ctrl+p", "x", "escape"]])
"""What is opened and closed again now and then."""

EVERY = 9
"""Steps from one dialog to the next."""


def mebibytes() -> float:
    """What of this process is in memory."""
    gc.collect()
    pages = int(Path("/proc/self/statm").read_text().split()[1])
    return pages * os.sysconf("SC_PAGE_SIZE") / 2**20


class Walker:
    """Somebody who goes from question to question without end."""

    def __init__(self, app: ZoufangApp) -> None:
        self.app = app
        self._keys_of = {place: cycle(keys) for place, keys in KEYS_OF.items()}

    async def press(self, *keys: str) -> None:
        """Press keys one after the other, each with its picture."""
        for key in keys:
            name, character = (_character_to_key(key), key) if len(key) == 1 else (key, None)
            self.app.post_message(events.Key(name, character))
            await self.app.all_keys_done()
            await asyncio.sleep(0.02)  # a frame of 1/60 s

    async def step(self, number: int) -> None:
        """One question; after the last one from the beginning."""
        screen = self.app.screen
        if type(screen).__name__ == "Review":
            await self.press("escape", "ctrl+f", "1", "enter")
            return
        if number % EVERY == 0:
            await self.press(*next(DIALOGS))
        await self.press(*next(self._keys_of.get(screen.pane.place, cycle([["pagedown"]]))))


async def walk(folder: Path, steps: int) -> None:
    """Print the memory at the beginning and after every fifth of the way."""
    app = ZoufangApp(folder)
    async with app.run_test(size=(100, 30)):
        while not app.is_open:
            await asyncio.sleep(0.01)
        walker = Walker(app)
        await walker.press("enter", "ctrl+p", "x", "escape")  # brings pinyin, once
        for number in range(steps):
            if number % (steps // 5) == 0:
                print(f"{mebibytes():.2f}", file=sys.__stdout__, flush=True)
            await walker.step(number)
        print(f"{mebibytes():.2f}", file=sys.__stdout__, flush=True)


def add_footer() -> None:
    """Give the interview screen Textual's own Footer."""
    from tui.screens.interview import InterviewScreen

    compose = InterviewScreen.compose

    def with_footer(screen: InterviewScreen) -> ComposeResult:
        yield from compose(screen)
        yield Footer()

    InterviewScreen.compose = with_footer
    InterviewScreen.BINDINGS = [replace(binding, show=True) for binding in bindings_of("interview")]
    InterviewScreen._merged_bindings = InterviewScreen._merge_bindings()


if __name__ == "__main__":
    if sys.argv[3:] == ["footer"]:
        add_footer()
    asyncio.run(walk(Path(sys.argv[1]), int(sys.argv[2])))
