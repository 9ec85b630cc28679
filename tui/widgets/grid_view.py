"""A table of cells as a spreadsheet shows it; only shows, `grid_editor` edits."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from rich.cells import cell_len
from rich.segment import Segment
from rich.style import Style
from textual import events
from textual.geometry import Region, Size
from textual.message import Message
from textual.scroll_view import ScrollView
from textual.strip import Strip

from surveys.text import show_text
from tui.marks import pointer
from tui.textual_faults import SteadyBars, cut, fold

_REVERSE = Style(reverse=True, bold=True)


@dataclass(frozen=True)
class GridRow:
    """A labelled row; one address per column, "" where there is no cell."""

    label: str
    addresses: tuple[str, ...]


class GridView(SteadyBars, ScrollView, can_focus=False):
    """Row labels on the left (folded), one box per cell, a sum line below."""

    class CellClicked(Message):
        """The mouse chose a cell."""

        def __init__(self, address: str) -> None:
            super().__init__()
            self.address = address

    def __init__(self) -> None:
        super().__init__()
        self._rows: Sequence[GridRow] = ()
        self._columns: Sequence[str] = ()
        self._text_of: Callable[[str], str] = str
        self._sums: Sequence[str] = ()
        self._wrong: frozenset[str] = frozenset()
        self._here = ""
        self._lines: list[list[Segment]] = []
        self._owner: list[int] = []
        self._label_width = self._cell_width = 8

    def show(
        self,
        rows: Sequence[GridRow],
        columns: Sequence[str],
        text_of: Callable[[str], str],
        here: str,
        sums: Sequence[str] = (),
        wrong: frozenset[str] = frozenset(),
    ) -> None:
        """Draw the table.

        Args:
            rows: From top to bottom.
            columns: Headings; empty for a table of one column without heading.
            text_of: What the cell at an address shows.
            here: The address the cursor is on.
            sums: One text per column; empty for no sum line.
            wrong: Addresses to be marked as not in order.
        """
        self._rows, self._columns, self._text_of = rows, columns, text_of
        self._here, self._sums, self._wrong = here, sums, wrong
        self._draw()

    def on_resize(self) -> None:
        self._draw()

    def _draw(self) -> None:
        width, former = self.size.width, self._lines
        if not width or not self._rows:
            return
        count = max(1, len(self._columns))
        widest = max(cell_len(row.label) for row in self._rows) + 2
        values = [cell_len(self._text_of(a)) for row in self._rows for a in row.addresses if a]
        heads = [cell_len(column) for column in self._columns]
        wanted = max([10, *values, *heads])
        self._cell_width = max(6, min(wanted, (width - min(widest, width // 2)) // count - 3))
        self._label_width = max(8, min(widest, width - count * (self._cell_width + 3)))
        self._lines, self._owner = [], []
        if self._columns:
            self._add(-1, " " * self._label_width, [f" {cut(show_text(c), self._cell_width)} " for c in self._columns])
        for number, row in enumerate(self._rows):
            self._add_row(number, row)
        if self._sums:
            self._add(-1, cut("  合计", self._label_width), [f" {s:>{self._pad(s)}} " for s in self._sums])
        self.virtual_size = Size(width, len(self._lines))
        self._refresh_changed(former)
        self._show_cursor()

    def _refresh_changed(self, former: list[list[Segment]]) -> None:
        """Have the lines painted that are not what they were: mostly one, when a character is typed."""
        if len(former) != len(self._lines):
            self.refresh()
        for number, (before, now) in enumerate(zip(former, self._lines, strict=False)):
            if before != now:
                self.refresh_line(number)

    def _pad(self, text: str) -> int:
        return max(0, self._cell_width - cell_len(text) + len(text))

    def _add_row(self, number: int, row: GridRow) -> None:
        here = self._here in row.addresses
        head, *tail = fold(show_text(row.label, line=True), self._label_width - 2)
        sign = "!" if self._wrong.intersection(row.addresses) else pointer(here)
        boxes = []
        for address in row.addresses:
            text = show_text(self._text_of(address), line=True) if address else ""
            text = text if cell_len(text) <= self._cell_width else cut(text, self._cell_width)
            left, right = (">", "<") if address == self._here else ("[", "]")
            boxes.append(f"{left}{text:>{self._pad(text)}}{right}" if address else " " * (self._cell_width + 2))
        self._add(number, cut(sign + head, self._label_width), boxes)
        for line in tail:
            self._add(number, cut(f" {line}", self._label_width), [])

    def _add(self, number: int, label: str, boxes: Sequence[str]) -> None:
        style = self.rich_style
        row = self._rows[number] if number >= 0 else None
        segments = [Segment(label, style)]
        for column, box in enumerate(boxes):
            here = row is not None and row.addresses[column] == self._here
            segments += [Segment(" ", style), Segment(box, style + _REVERSE if here else style)]
        self._lines.append(segments)
        self._owner.append(number)

    def _show_cursor(self) -> None:
        place = next((n for n, row in enumerate(self._rows) if self._here in row.addresses), None)
        if place is None:
            return
        lines = [n for n, owner in enumerate(self._owner) if owner == place]
        top = 0 if place == 0 else lines[0]
        self.scroll_to_region(
            Region(0, top, self.size.width, lines[-1] + 1 - top), force=True, animate=False, immediate=True
        )

    def render_line(self, y: int) -> Strip:
        number = y + self.scroll_offset.y
        width = self.scrollable_content_region.width
        if number >= len(self._lines):
            return Strip.blank(width, self.rich_style)
        return Strip(self._lines[number]).adjust_cell_length(width, self.rich_style)

    def on_click(self, event: events.Click) -> None:
        number = event.y + self.scroll_offset.y
        if number < len(self._owner) and (owner := self._owner[number]) >= 0:
            addresses = self._rows[owner].addresses
            column = max(0, min(len(addresses) - 1, (event.x - self._label_width) // (self._cell_width + 3)))
            if addresses[column]:
                self.post_message(self.CellClicked(addresses[column]))

    def get_content_height(self, container: Size, viewport: Size, width: int) -> int:
        return max(1, len(self._lines))
