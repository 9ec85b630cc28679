"""Tables as they stand in a report, and how wide their columns are."""

from __future__ import annotations

import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass

WIDTH = 15.6
"""Centimetres between the margins."""

_MOST_WORDS, _FEWEST_WORDS, _NARROWEST = 8.5, 3.4, 1.2
"""Centimetres of a column of words at most and at least, and of one of figures at least."""
_EM, BESIDE = 0.325, 0.3
"""Centimetres of a character of a table, and of what a cell leaves free at its sides."""


@dataclass(frozen=True)
class Cell:
    """A cell of a table that is marked: a problem figure."""

    text: str
    level: str = ""
    """red or yellow."""


def _text(cell: str | Cell) -> str:
    return cell.text if isinstance(cell, Cell) else cell


def _ems(text: str) -> float:
    """How wide a text is, a Chinese character being 1."""
    return sum(1.0 if unicodedata.east_asian_width(one) in "WF" or one == "%" else 0.5 for one in text)


@dataclass(frozen=True)
class Sheet:
    """A table as it stands in the report."""

    caption: str
    heads: Sequence[str]
    rows: Sequence[Sequence[str | Cell]]
    words: int | None = 0
    """The column that holds words: these begin at the left, and it takes the room that figures leave. None without."""

    def widths(self) -> list[float]:
        """Centimetres of every column."""
        needed = [self._needed(column) for column in range(len(self.heads))]
        if self.words is None:
            return [WIDTH / len(needed)] * len(needed)
        words = min(_MOST_WORDS, max(_FEWEST_WORDS, needed.pop(self.words)))
        left = WIDTH - words - sum(needed)
        if left < 0:  # figures go together no closer than words can give way
            words = max(_FEWEST_WORDS, words + left)
            left = WIDTH - words - sum(needed)
        widths = [width + left / len(needed) for width in needed]
        return [*widths[: self.words], words, *widths[self.words :]]

    def _needed(self, column: int) -> float:
        """Of a column that is not cut in two: its figures on a line, its heading on two."""
        figures = max((_ems(_text(row[column])) for row in self.rows), default=0.0)
        return max(_NARROWEST, _EM * max(figures, _ems(self.heads[column]) / 2 + 1) + BESIDE)
