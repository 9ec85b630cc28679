"""名册_…: one sheet per roster, one row per registered thing."""

from __future__ import annotations

import re
from typing import Any

from openpyxl.utils import get_column_letter

from exports.columns import for_people, for_software, width_for, with_unit
from exports.sights import Sight
from exports.styles import (
    CENTERED,
    HEAD,
    INTEGER,
    LINE_HEIGHT,
    NOTE_LINE,
    TEXT,
    Look,
    Pen,
    lines_of,
    print_setup,
    set_widths,
)
from exports.views import INTERVIEW, ROW, SheetView
from surveys.answers import choices_of
from surveys.form import Item, roster_cell
from surveys.frame import team_name

_LEAD = (
    ("县（市、区）", 14, "county"),
    ("市（地）", 13, "city"),
    ("代码", 9, "unit"),
    ("组别", 9, "team"),
    ("第几项", 8, "position"),
)
_KEYS = (("项目编号", 11, ROW), ("答卷编号", 38, INTERVIEW))


class RosterSheet:
    """One roster: labels for people, then the codes of the choices for software; the second row names the cells."""

    def __init__(self, book: Any, item: Item, title: str) -> None:
        self._item = item
        self._coded = [cell for cell in item.cells if choices_of(cell.kind) or cell.kind.type == "attachment"]
        sheet = book.create_sheet(sheet_name(item))
        columns = [
            *_LEAD,
            *((with_unit(cell.label, cell.kind), width_for(cell.kind), cell.address) for cell in item.cells),
            *((f"编码：{cell.label}", 12, f"{cell.address}__code") for cell in self._coded),
            *_KEYS,
        ]
        self._widths = [float(width) for _, width, _ in columns]
        set_widths(sheet, self._widths)
        sheet.freeze_panes = "C3"
        print_setup(sheet, title=f"{title} {item.heading}", rows="1:2", columns="A:B", fit_width=False, scale=60)
        self._sheet, self._pen = sheet, Pen(sheet)
        lines = max(lines_of(text, width * 0.93) for text, width, _ in columns)
        self._pen.row([heading for heading, _, _ in columns], HEAD, height=lines * LINE_HEIGHT + 6)
        keys = tuple(name for _, _, name in columns)
        self.view = SheetView(sheet.title, keys, range(len(_LEAD), len(keys) - len(_KEYS)), item.name)
        self._pen.row(self.view.keys, NOTE_LINE)
        self._last = get_column_letter(len(columns))

    def add(self, sight: Sight) -> None:
        """Write the rows of one interview."""
        roster, row = self._item.name, sight.row
        for number, row_id in enumerate(sight.roster_rows(roster), 1):
            cells: list[tuple[object, Look]] = [
                (sight.unit.county, TEXT), (sight.unit.city, TEXT), (row.unit, CENTERED), (team_name(row.team), CENTERED),
                (number, INTEGER),
            ]  # fmt: skip
            for show, shown in ((for_people, self._item.cells), (for_software, self._coded)):
                cells += [show(roster_cell(roster, row_id, cell.address), cell.kind, sight.answers) for cell in shown]
            cells += [(row_id, CENTERED), (row.id, TEXT)]
            self._pen.fitted(cells, self._widths)
            self.view.rows.append([value for value, _ in cells])

    def close(self) -> None:
        """Set the filter over everything written."""
        self._sheet.auto_filter.ref = f"A2:{self._last}{self._pen.rows}"


def sheet_name(item: Item) -> str:
    """`名册_第16题_阵地建设`: questions are sentences, too long for a tab, so number and dimension name it."""
    name = f"名册_第{item.number}题_{item.section.label}" if item.number else f"名册_{item.name}"
    return re.sub(r"[\[\]:*?/\\']", "", name)[:31]
