"""The keys of this moment, made from the command table, in place of Footer (#6666)."""

from __future__ import annotations

from collections.abc import Callable

from rich.cells import cell_len
from rich.text import Text
from textual.geometry import Size
from textual.widgets import Static

from tui.keymap import keyboard_of
from tui.keys import Command, key_name


class KeyLine(Static):
    """Key and label of every command that works here now; wraps between commands only.

    Args:
        room: The room whose commands are shown.
        works: Says whether a command does something at this moment.
    """

    def __init__(self, room: str, works: Callable[[Command], bool]) -> None:
        super().__init__("", markup=False)
        self.room, self.works = room, works
        self._entries: tuple[tuple[str, str], ...] = ()

    def on_mount(self) -> None:
        self.show_keys()

    def show_keys(self, editor: str = "") -> None:
        """Show the room's keys, and those of an editor in it; redrawn only if they differ."""
        shown: dict[str, str] = {}
        for command in keyboard_of(self).commands_of(self.room, editor):
            if command.line and self.works(command):
                shown.setdefault(key_name(command), command.label)
        entries = tuple(shown.items())
        if entries != self._entries:
            former = len(self._lines(self.content_size.width))
            self._entries = entries
            self.refresh(layout=former != len(self._lines(self.content_size.width)))

    def _lines(self, width: int) -> list[list[tuple[str, str]]]:
        lines: list[list[tuple[str, str]]] = [[]]
        used = 0
        for key, label in self._entries:
            size = cell_len(key) + 1 + cell_len(label) + 2
            if used + size - 2 > width and lines[-1]:
                lines.append([])
                used = 0
            lines[-1].append((key, label))
            used += size
        return lines

    def render(self) -> Text:
        text = Text(no_wrap=True)
        for number, line in enumerate(self._lines(self.content_size.width)):
            text.append("\n" if number else "")
            for place, (key, label) in enumerate(line):
                text.append("  " if place else "")
                text.append(key, "bold")
                text.append(f" {label}")
        return text

    def get_content_height(self, container: Size, viewport: Size, width: int) -> int:
        return len(self._lines(width))
