"""The rows of a streamed sheet as XML text, kept aside until the workbook is saved.

openpyxl makes several objects and a small tree for every cell, which was most of the time of an export: a survey's
sheets are hundreds of cells wide. Here a row is one piece of text (ECMA-376 18.3.1.73, inline strings), the same with
and without lxml; what stands around the rows (widths, filters, merged cells, validations, looks) stays openpyxl's.
"""

from __future__ import annotations

import datetime as dt
import tempfile
from collections.abc import Iterable
from decimal import Decimal
from fractions import Fraction
from functools import lru_cache
from typing import IO
from xml.sax.saxutils import escape

from openpyxl.utils import get_column_letter
from openpyxl.utils.datetime import to_excel

OPEN, CLOSE = b"<sheetData>", b"</sheetData>"
_CHUNK = 1 << 20
_HEAD = 1 << 21
"""Bytes in which the rows begin: before them stand only the view and the widths of at most 16,384 columns."""


class SheetRows:
    """The rows of one sheet; they are on disk, not in memory."""

    def __init__(self) -> None:
        self._file = tempfile.TemporaryFile("w+", encoding="utf-8", newline="")  # noqa: SIM115  closed by `close`
        self.count = 0
        """The last row written."""

    def add(self, cells: Iterable[tuple[object, int]], height: float | None = None, hidden: bool = False) -> None:
        """Append a row.

        Args:
            cells: Value and number of the style of each; text must be cleaned already (`styles.sheet_text`).
            height: In points; None leaves it to the program that opens the file.
            hidden: True for a row that is only read by programs.
        """
        high = "" if height is None else f' ht="{height:g}" customHeight="1"'
        high += ' hidden="1"' if hidden else ""
        row = self.count + 1
        parts = [
            f'<c r="{_letter(place)}{row}" s="{style}"{_content(value)}'
            for place, (value, style) in enumerate(cells, 1)
        ]
        self._write(row, parts, high)

    def add_at(self, row: int, cells: Iterable[tuple[int, object, int]], attributes: str = "") -> None:
        """Write a row below those written.

        Args:
            row: Its number.
            cells: Number of the column, value and number of the style of each; the text must be cleaned already.
            attributes: What else stands in its element, as XML.
        """
        parts = [f'<c r="{_letter(place)}{row}" s="{style}"{_content(value)}' for place, value, style in cells]
        self._write(row, parts, attributes)

    def _write(self, row: int, cells: list[str], attributes: str) -> None:
        self.count = row
        self._file.write(f'<row r="{row}"{attributes}>{"".join(cells)}</row>')

    def copy_into(self, sheet: IO[bytes], target: IO[bytes]) -> None:
        """Copy a sheet that openpyxl has written without rows, with the rows in their place."""
        head = sheet.read(_HEAD).replace(b"<sheetData />", OPEN + CLOSE).replace(b"<sheetData/>", OPEN + CLOSE)
        before, opened, after = head.partition(OPEN)
        if not opened:
            raise ValueError("a sheet without a place for its rows")
        target.write(before + opened)
        self._file.seek(0)
        while chunk := self._file.read(_CHUNK):
            target.write(chunk.encode())
        target.write(after)
        while rest := sheet.read(_CHUNK):
            target.write(rest)

    def close(self) -> None:
        """Give the disk space back."""
        self._file.close()


def _content(value: object) -> str:
    """The rest of a `<c …` element."""
    if value is None or value == "":
        return "/>"
    if isinstance(value, str):
        return _known_text(value) if len(value) <= 60 else _text(value)
    if isinstance(value, dt.date):
        return f"><v>{to_excel(value):.16g}</v></c>"
    if isinstance(value, Decimal | Fraction):
        value = float(value)
    if not isinstance(value, int | float):
        raise TypeError(f"no cell can hold {value!r}")
    return f"><v>{value!r}</v></c>"


def _text(text: str) -> str:
    keep = ' xml:space="preserve"' if text != text.strip() else ""
    return f' t="inlineStr"><is><t{keep}>{escape(text)}</t></is></c>'


_known_text = lru_cache(maxsize=4096)(_text)  # labels, names and codes come again in every interview


@lru_cache(maxsize=16_384)
def _letter(place: int) -> str:
    return str(get_column_letter(place))
