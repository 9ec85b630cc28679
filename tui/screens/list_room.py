"""A room that is a list: a summary above it, below it what is known of the line the cursor is at."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Sequence
from typing import Any, Generic, TypeVar, overload

from textual import events, on
from textual.app import ComposeResult
from textual.widgets import OptionList

from tui.screens.dialogs import AskText
from tui.screens.room import Room
from tui.widgets.found_list import FoundList
from tui.widgets.prose import Prose
from tui.widgets.title_line import TitleLine

AT_ONCE = 0.05
"""Seconds of reading after which keys and painting have their turn."""

Entry = TypeVar("Entry")


class Lines(Sequence[str], Generic[Entry]):
    """The lines of a list, each made when it is asked for.

    Args:
        entries: What they stand for.
        line: Makes one.
    """

    def __init__(self, entries: Sequence[Entry], line: Callable[[Entry], str]) -> None:
        self._entries, self._line = entries, line

    def __len__(self) -> int:
        return len(self._entries)

    @overload
    def __getitem__(self, place: int) -> str: ...
    @overload
    def __getitem__(self, place: slice) -> list[str]: ...
    def __getitem__(self, place: int | slice) -> str | list[str]:
        if isinstance(place, slice):
            return [self._line(entry) for entry in self._entries[place]]
        return self._line(self._entries[place])


class ListRoom(Room[Any], Generic[Entry]):
    """Arrows move in the list; `entries` are what its lines stand for.

    Reading what is listed may take long (many interviews are replayed), so it is done in steps.
    """

    def body(self) -> ComposeResult:
        self.heading = TitleLine()
        self.summary = Prose(id="summary")
        self.columns = Prose(id="columns")
        self.list = FoundList(id="rows")
        self.detail = Prose(id="detail")
        yield self.heading
        yield self.summary
        yield self.columns
        yield self.list
        yield self.detail

    entries: Sequence[Entry] = ()

    _reading: Iterator[Entry] | None = None
    """What is still to be read; None when all is there."""

    def on_mount(self) -> None:
        self.load()

    def on_resize(self) -> None:
        if self.entries:
            self.show_all()

    def load(self) -> None:
        """Read everything anew; the cursor stays where it was."""
        self._found: list[Entry] = []
        self._reading = self.read()
        self._read_on()

    def _read_on(self) -> None:
        if self._reading is None or not self.is_attached:
            return
        until = time.monotonic() + AT_ONCE
        for entry in self._reading:
            self._found.append(entry)
            if time.monotonic() > until:
                self.summary.say(f"正在读，已有{len(self._found)}条……")
                self.set_timer(0.01, self._read_on)
                return
        self._reading, self.entries = None, self._found
        self.show_all()

    def show_all(self) -> None:
        """Write every line anew, the cursor on the same line as before."""
        place = self.list.highlighted
        self.columns.say(f" {self.head()}" if self.entries else "")
        self.list.fill(Lines(self.entries, self.line))
        if self.entries and place is not None:
            self.list.highlighted = min(place, len(self.entries) - 1)
        self.summarise()
        self._show_detail()

    @property
    def here(self) -> Entry | None:
        """What the line the cursor is at stands for; None while there is none."""
        place = self.list.highlighted
        return self.entries[place] if place is not None and place < len(self.entries) else None

    @on(OptionList.OptionHighlighted)
    def _show_detail(self) -> None:
        self.key_line.show_keys()
        here = self.here
        self.detail.say(self.told(here) if here is not None else "" if self._reading else self.nothing())

    def on_key(self, event: events.Key) -> None:
        self.list.moves(event)

    def ask_and_load(self, title: str, accept: Callable[[str], str], told: str) -> None:
        """Ask for a text; once it was accepted ("" from `accept`), read everything anew and say what was done."""

        def done(yes: bool | None) -> None:
            if yes:
                self.load()
                self.tell(told)

        self.app.push_screen(AskText(title, "", accept), done)

    # ── what a room says ──

    def read(self) -> Iterator[Entry]:
        """Everything that is listed; each step short."""
        raise NotImplementedError

    def summarise(self) -> None:
        """Fill in title and summary."""

    def head(self) -> str:
        """The headings above the columns; "" without."""
        return ""

    def line(self, entry: Entry) -> str:
        """An entry in the list."""
        raise NotImplementedError

    def told(self, entry: Entry) -> str:
        """Everything about an entry."""
        raise NotImplementedError

    def nothing(self) -> str:
        """What is said where there is nothing to list."""
        return ""
