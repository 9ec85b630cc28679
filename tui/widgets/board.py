"""A table of short texts with a cursor that goes from cell to cell; only shows, the screen moves it."""

from __future__ import annotations

from collections.abc import Sequence

from rich.cells import cell_len
from rich.style import Style
from rich.text import Text
from textual.geometry import Size
from textual.widgets import Static

from surveys.text import show_text
from tui.marks import pointer
from tui.textual_faults import cut

_REVERSE = Style(reverse=True, bold=True)
CELL = 6
"""Cells of the narrowest column; a space stands before it."""

LABEL = 12
"""Cells of the labels on the left at most, unless a board is made for longer ones."""


class Board(Static):
    """Shows as many columns and rows as there is room for, always with the cursor's among them."""

    def __init__(self, id: str, label: int = LABEL) -> None:
        super().__init__("", id=id, markup=False)
        self._label, self._cell = label, CELL
        self._columns: Sequence[str] = ()
        self._rows: Sequence[tuple[str, Sequence[str]]] = ()
        self._row = self._column = self._top = self._left = 0

    def show(
        self,
        columns: Sequence[str],
        rows: Sequence[tuple[str, Sequence[str]]],
        row: int,
        column: int,
        cell: int = CELL,
    ) -> None:
        """Draw the table.

        Args:
            columns: Headings.
            rows: Label and one text per column, from top to bottom.
            row: The row the cursor is in.
            column: The column the cursor is in.
            cell: Cells of the narrowest column.
        """
        taller, self._cell = len(rows) != len(self._rows), cell
        self._columns, self._rows, self._row, self._column = columns, rows, row, column
        self.refresh(layout=taller)

    def render(self) -> Text:
        width, height = self.content_size.width, self.content_size.height
        label = min(self._label, max((cell_len(name) for name, _ in self._rows), default=0) + 2)
        count = max(1, min(len(self._columns), (width - label) // (self._cell + 1)))
        size = max(self._cell, (width - label) // count - 1) if count else CELL
        self._left = _window(self._left, self._column, count, len(self._columns))
        self._top = _window(self._top, self._row, max(1, height - 1), len(self._rows))
        places = range(self._left, min(len(self._columns), self._left + count))
        text = Text(" " * label + "".join(f" {_right(self._columns[place], size)}" for place in places), no_wrap=True)
        for number in range(self._top, min(len(self._rows), self._top + max(1, height - 1))):
            name, cells = self._rows[number]
            text.append("\n" + cut(pointer(number == self._row) + show_text(name, line=True), label))
            for place in places:
                here = (number, place) == (self._row, self._column)
                left = ">" if here else " "
                text.append(left + _right(cells[place], size), _REVERSE if here else "")
        return text

    def get_content_height(self, container: Size, viewport: Size, width: int) -> int:
        return len(self._rows) + 1


def _right(text: str, width: int) -> str:
    """The text at the right end of so many cells."""
    shown = show_text(text, line=True)
    return " " * (width - cell_len(shown)) + shown if cell_len(shown) <= width else cut(shown, width)


def _window(first: int, here: int, count: int, total: int) -> int:
    """The first of `count` places that are shown, moved as little as `here` needs; no room stays empty."""
    return min(max(first, here - count + 1), here, max(0, total - count))
