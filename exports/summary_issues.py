"""问题统计: how many issues there are of what, and how the answering goes."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from exports.canvas import NUMBER
from exports.issue_figures import FigureTable
from exports.list_sheets import RATE, ListSheet, Shown
from exports.styles import CENTERED, NOTE_LINE, ONE_DECIMAL

_WIDTHS = [44.0, 12.0, 12.0, 12.0, 12.0, 14.0]
_DAYS = "平均办理天数"


def write_issue_figures(sheet: Any, tables: Sequence[FigureTable], back: str) -> None:
    """The tables under each other.

    Args:
        sheet: An empty ordinary worksheet.
        tables: See `exports.issue_figures.issue_tables`.
        back: The sheet that the way back leads to.
    """
    listed = ListSheet(sheet, "问题统计", _WIDTHS, back, "登记并核实的问题件；待核实的线索、核实后不属问题的不计。")
    for table in tables:
        listed.band(table.title)
        if not table.rows:
            listed.none()
            continue
        blank = [""] * (len(_WIDTHS) - len(table.heads))  # so that the columns of all tables stand under each other
        listed.heads([*table.heads, *blank])
        for row in table.rows:
            cells = [_cell(str(row[0]), value, first=place == 0) for place, value in enumerate(row)]
            listed.row([*cells, *blank])
        if table.note:
            listed.canvas.put(listed.canvas.advance(15.0), 1, table.note, NOTE_LINE)


def _cell(label: str, value: str | int | float | None, *, first: bool) -> object | Shown:
    """A cell in the look of what it holds: shares as per cents, days with one decimal, "—" where there is nothing."""
    if value is None:
        return "—", CENTERED
    if isinstance(value, float):
        return value, (ONE_DECIMAL if label == _DAYS else RATE)
    if isinstance(value, int):
        return value, NUMBER
    return value if first else (value, CENTERED)
