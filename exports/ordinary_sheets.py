"""Ordinary sheets are saved as the streamed ones are (`sheet_rows`): a row is one piece of text.

openpyxl makes a small tree of every cell, which took a sixth of the time of a summary. Everything around the rows stays
openpyxl's.
"""

from __future__ import annotations

from contextlib import closing
from itertools import groupby
from typing import Any

from openpyxl.drawing.spreadsheet_drawing import SpreadsheetDrawing
from openpyxl.worksheet._writer import WorksheetWriter
from openpyxl.writer.excel import ExcelWriter

from exports.sheet_rows import SheetRows

_KINDS = {"s", "n", "d"}
"""Texts, numbers, dates: all that our own sheets hold."""


class BookWriter(ExcelWriter):  # type: ignore[misc]  # openpyxl carries no types
    """Writes a workbook into an archive that puts `streamed` rows into its members."""

    def write_worksheet(self, ws: Any) -> None:
        """Write one sheet; what streams its rows, or holds anything unusual, in openpyxl's way."""
        if self.workbook.write_only or hasattr(ws, "streamed") or not _usual(ws):
            super().write_worksheet(ws)
            return
        ws._drawing = SpreadsheetDrawing()
        ws._drawing.charts, ws._drawing.images = ws._charts, ws._images
        writer = _AroundRows(ws)  # first: it forgets the links that were noted before
        with closing(_rows(ws)) as rows:
            writer.write()
            ws._rels = writer._rels
            self._archive.streamed[ws.path[1:]] = rows
            self._archive.write(writer.out, ws.path[1:])
            writer.cleanup()
        self.manifest.append(ws)


class _AroundRows(WorksheetWriter):  # type: ignore[misc]
    """Everything of a sheet but its rows."""

    def write_rows(self) -> None:
        sheet = self.xf.send(True)
        with sheet.element("sheetData"):
            pass
        self.xf.send(None)


def _usual(sheet: Any) -> bool:
    return all(cell.data_type in _KINDS and cell.comment is None for cell in sheet._cells.values())


def _rows(sheet: Any) -> SheetRows:
    """The rows of a sheet; its links are noted on the way, as openpyxl does."""
    rows, numbers = SheetRows(), dict[int, int]()
    cells = groupby(sorted(sheet._cells.items()), key=lambda entry: int(entry[0][0]))
    by_row = {row: [(place, cell) for (_, place), cell in found] for row, found in cells}
    for row in sorted(by_row.keys() | sheet.row_dimensions.keys()):
        written = []
        for place, cell in by_row.get(row, ()):
            style = cell._style  # one object for all cells of a look
            if (number := numbers.get(id(style))) is None:
                number = numbers[id(style)] = cell.style_id
            if cell.hyperlink:
                sheet._hyperlinks.append(cell.hyperlink)
            if number or cell.value is not None:
                written.append((place, cell.value, number))
        given = dict(sheet.row_dimensions[row]) if row in sheet.row_dimensions else {}
        rows.add_at(row, written, "".join(f' {name}="{value}"' for name, value in given.items()))
    return rows
