"""An ordinary worksheet to paint on, any cell in any order, with each look worked out once."""

from __future__ import annotations

from copy import copy
from dataclasses import replace
from typing import Any

from openpyxl.utils import get_column_letter
from openpyxl.worksheet.cell_range import CellRange
from openpyxl.worksheet.hyperlink import Hyperlink
from openpyxl.worksheet.pagebreak import Break

from exports.styles import DARK, INTEGER, NOTE_LINE, TEXT, TITLE, Brush, Look, print_setup, set_widths


def lettered(look: Look, **changes: Any) -> Look:
    """A look with other letters: size, bold, color, underline as openpyxl's Font has them."""
    font = copy(look.font)
    for name, value in changes.items():
        setattr(font, name, value)
    return replace(look, font=font)


LINK = replace(lettered(TEXT, color=DARK, underline="single"), framed=False)
"""Text that leads to another place of the workbook."""

NUMBER = replace(INTEGER, shrink=True)
"""A number in a narrow column."""

LINE = 15.0
"""Points that a line takes on sheets that are read line by line."""

_A4 = (595.3, 841.9)
_ABOVE_AND_BELOW, _BESIDE = (0.7 + 0.6) * 72, 2 * 0.4 * 72
"""Points that the margins of `styles.print_setup` take."""


class Canvas:
    """One worksheet.

    Args:
        sheet: An empty ordinary worksheet.
        title: Printed at the top of every page.
        widths: Column widths in characters.
        head: The row to repeat on every page and to freeze; 0 for none.
        columns: How many columns to freeze and repeat.
        pages: How many pages the columns take side by side.
        landscape: False for upright pages.
    """

    def __init__(
        self,
        sheet: Any,
        title: str,
        widths: list[float],
        head: int = 0,
        columns: int = 0,
        pages: int = 1,
        landscape: bool = True,
    ) -> None:
        self.sheet = sheet
        self.width = len(widths)
        self.row = 1
        """The next free row."""
        set_widths(sheet, widths)
        self._brush = Brush()
        inches = [(width * 7 + 5) / 96 for width in widths]
        points = 72 * (sum(inches[columns:]) / pages + sum(inches[:columns]))
        # A program whose fonts are wider prints smaller, so its pages hold more than we count on, never less.
        width, height = reversed(_A4) if landscape else _A4
        scale = min(100.0, (width - _BESIDE) / points * 100)
        self._page = (height - _ABOVE_AND_BELOW) * 100 / scale
        self._left = self._page
        self._head_height = 0.0
        print_setup(
            sheet,
            title=title,
            rows=f"{head}:{head}" if head else None,
            columns=f"A:{get_column_letter(columns)}" if columns else None,
            landscape=landscape,
        )
        sheet.page_setup.fitToWidth = pages
        sheet.sheet_view.showGridLines = False
        if head or columns:
            sheet.freeze_panes = sheet.cell(head + 1, columns + 1)

    def head(self, title: str, back: str, note: str = "", column: int = 3) -> None:
        """The first two rows: the title, the way back to the contents ("" for none), a note beside it."""
        self.put(self.advance(2 * LINE), 1, title, TITLE)
        row = self.advance(LINE)
        if back:
            self.link(row, 1, "返回目录", back)
        if note:
            self.put(row, column, note, NOTE_LINE)

    def put(self, row: int, column: int, value: object, look: Look) -> Any:
        """One cell."""
        return self._brush.put(self.sheet.cell(row, column), value, look)

    def span(self, row: int, first: int, last: int, value: object, look: Look, rows: int = 1) -> Any:
        """One value over several cells, every one of them painted so that frames are whole."""
        for line in range(row, row + rows):
            for column in range(first, last + 1):
                self.put(line, column, None, look)
        if last > first or rows > 1:
            # Not `merge_cells`: it makes an object with borders of every cell, which are painted already.
            self.sheet.merged_cells.add(CellRange(None, first, row, last, row + rows - 1))
        return self.put(row, first, value, look)

    def link(self, row: int, column: int, text: str, sheet: str, target: str = "A1", look: Look = LINK) -> None:
        """Text that jumps to a cell of this workbook."""
        cell = self.put(row, column, text, look)
        place = "'" + sheet.replace("'", "''") + "'!" + target
        cell.hyperlink = Hyperlink(ref=cell.coordinate, location=place)
        self.put(row, column, text, look)  # again: openpyxl gives a linked cell the address as its value

    def height(self, row: int, points: float) -> float:
        """Set the height of a row; returns it."""
        self.sheet.row_dimensions[row].height = points
        return points

    def repeat(self, points: float) -> None:
        """Say how high the repeated row is, which every page after the first gives up."""
        self._head_height = points

    def keep(self, points: float) -> None:
        """Begin a new page before the next free row if what comes, of this height, would be cut.

        What is higher than a page begins here all the same where more than a third of a page is free.
        """
        page = self._page - self._head_height
        if (points if points <= page else page / 3) > self._left:
            self.sheet.row_breaks.append(Break(id=self.row - 1))
            self._left = page

    def advance(self, points: float, rows: int = 1) -> int:
        """Take the next free rows, which are that high together; returns the first of them."""
        row = self.row
        for line in range(row, row + rows):
            self.height(line, points / rows)
        self.row += rows
        self._left -= points
        if self._left < 0:  # the spreadsheet has begun a new page by itself
            self._left = self._page - self._head_height - points
        return row
