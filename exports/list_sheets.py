"""Sheets that are read line by line: bands, headings, and rows as high as their longest text."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace
from typing import Any

from exports.canvas import LINE, NUMBER, Canvas
from exports.styles import CENTERED, HEAD, PERCENT, SECTION, WRAPPED, Look, lines_of

TOP = replace(WRAPPED, vertical="center")
"""Text of a row, in the middle of it."""

RATE = replace(PERCENT, shrink=True)

Shown = tuple[object, Look]

_MOST = 26
"""Lines of a row; a row cannot be higher than 409 points."""


class ListSheet:
    """One sheet of lists that share their columns' widths.

    Args:
        sheet: An empty ordinary worksheet.
        title: Stands on top of it and of every page.
        widths: Of the columns, in characters.
        back: The sheet that the way back leads to.
        note: One line under the title.
        heads: Headings that are frozen and repeated on every page; () for lists that have each their own.
        pages: How many pages the columns take side by side.
        columns: Columns frozen and repeated, with `heads`.
    """

    def __init__(
        self,
        sheet: Any,
        title: str,
        widths: Sequence[float],
        back: str,
        note: str = "",
        heads: Sequence[str] = (),
        pages: int = 1,
        columns: int = 0,
    ) -> None:
        self.widths = list(widths)
        self.canvas = Canvas(sheet, title, self.widths, 3 if heads else 0, columns, pages)
        self.canvas.head(title, back, note, column=2)
        if heads:
            self.canvas.repeat(self.canvas.height(self.heads(heads), self._high([(text, HEAD) for text in heads])))

    def band(self, text: str) -> int:
        """A heading over what follows; returns its row."""
        self.canvas.keep(LINE * 5)
        self.canvas.advance(LINE / 2)
        row = self.canvas.advance(LINE * 1.3)
        self.canvas.span(row, 1, len(self.widths), text, SECTION)
        return row

    def heads(self, texts: Sequence[str]) -> int:
        """A row of column headings; returns it."""
        return self.row([(text, HEAD) for text in texts])

    def row(self, cells: Sequence[object | Shown]) -> int:
        """A row of values, those without a look of their own in the one that suits them; returns it.

        The last of too few values takes the columns that are left.
        """
        shown = [cell if isinstance(cell, tuple) else (cell, _look(cell)) for cell in cells]
        high = self._high(shown)
        self.canvas.keep(high)
        row = self.canvas.advance(high)
        for column, (value, look) in enumerate(shown, 1):
            if column == len(shown) < len(self.widths):
                self.canvas.span(row, column, len(self.widths), value, look)
            else:
                self.canvas.put(row, column, value, look)
        return row

    def none(self) -> None:
        """Say that there is nothing."""
        self.canvas.put(self.canvas.advance(LINE), 1, "没有。", replace(TOP, framed=False, wrap=False))

    def _high(self, shown: Sequence[Shown]) -> float:
        last = len(shown) - 1
        widths = [*self.widths[:last], sum(self.widths[last:])]
        lines = [
            lines_of(value, width)
            for (value, look), width in zip(shown, widths, strict=True)
            if isinstance(value, str) and look.wrap
        ]
        return LINE * min(max(lines, default=1), _MOST)


def by_city(units: Iterable[tuple[str, str]]) -> str:
    """Counties under their cities, each once: `哈尔滨市：道里区、香坊区；牡丹江市：东安区`."""
    found: dict[str, dict[str, None]] = {}
    for city, county in units:
        found.setdefault(city, {})[county] = None
    return "；".join(f"{city}：{'、'.join(counties)}" for city, counties in found.items())


def _look(value: object) -> Look:
    if isinstance(value, str):
        return TOP
    return NUMBER if isinstance(value, int) else CENTERED
