"""编码: the counted interviews in codes, for whoever goes on calculating with the summary."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any

from openpyxl.utils import get_column_letter

from exports.code_rows import KEYS, CodeRows
from exports.columns import columns_of
from exports.sights import Sight
from exports.styles import HEAD, Pen, print_setup, set_widths
from surveys.form import Form


class CodedAnswers:
    """One row per interview, one column per cell; answers of sensitive questions are left out."""

    def __init__(self, sheet: Any, form: Form, with_status: Collection[str], title: str) -> None:
        columns = [column for column in columns_of([form]) if not _sensitive(column.address, form)]
        self._codes = CodeRows(columns, with_status)
        headings = self._codes.headings
        set_widths(
            sheet, [38.0, 9, 8, 10, 6, 12, 14, *(min(max(len(name) + 2, 9), 30) for name in headings[len(KEYS) :])]
        )
        sheet.freeze_panes = "C2"
        print_setup(sheet, title=f"{title} 编码", rows="1:1", columns="B:B", fit_width=False, scale=55)
        self._sheet, self._pen = sheet, Pen(sheet)
        self._pen.row(headings, HEAD)

    def add(self, sight: Sight) -> None:
        """Write the row of one interview."""
        self._pen.row(self._codes.cells(sight))

    def close(self) -> None:
        """Set the filter over everything written."""
        self._sheet.auto_filter.ref = f"A1:{get_column_letter(len(self._codes.headings))}{self._pen.rows}"


def _sensitive(address: str, form: Form) -> bool:
    item = form.question_of(address)
    return any(cell.sensitive for cell in item.cells if cell.address == address or item.type == "roster")
