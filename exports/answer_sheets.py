"""答卷 and 编码: one row per interview, for people and for software.

Every column and every row has a key in the sheet itself, so that hand edits are found whatever was moved or sorted.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from typing import Any

from openpyxl.utils import get_column_letter
from openpyxl.worksheet.pagebreak import Break

from exports.code_rows import KEYS, CodeRows, roster_count
from exports.columns import Column, for_people, with_unit
from exports.sights import Sight
from exports.styles import (
    CENTERED,
    HEAD,
    INTEGER,
    LINE_HEIGHT,
    MUTED,
    NOTE_LINE,
    SECTION,
    TEXT,
    TIME,
    Look,
    Pen,
    lines_of,
    print_setup,
    set_widths,
)  # fmt: skip
from exports.terms import nothing_word
from exports.times import naive
from exports.validations import ChoiceLists, offer
from exports.views import INTERVIEW, SheetView
from surveys.answers import Status
from surveys.frame import team_name
from surveys.standing import Stage

LEAD = (
    ("县（市、区）", 14, "county"), ("市（地）", 13, "city"), ("代码", 9, "unit"), ("组别", 9, "team"), ("轮次", 8, "round"),
    ("状态", 8, "stage"), ("已答", 7, "done"), ("应答", 7, "total"), ("填报人", 12, "who"), ("最后修改", 17, "updated"),
)  # fmt: skip
"""Heading, width and key of the columns before the questions; the first two stay in view."""

MAX_COLUMNS = 16_384
SCALE = 65
"""Per cent at which 答卷 is printed."""
PAGE_WIDTH = 138
"""Characters of columns that then fit on A4 beside the two repeated ones (seen in LibreOffice)."""


class AnswerSheet:
    """答卷: labels, not codes; three heading rows: dimension, question, row of a matrix.

    Hidden are the first row, with the keys of the columns, and the last column, with the interviews' ids.
    """

    def __init__(self, book: Any, columns: Sequence[Column], title: str, lists: ChoiceLists) -> None:
        self._lists = lists
        self._columns = columns[: MAX_COLUMNS - len(LEAD) - 1]
        sheet = book.create_sheet("答卷")
        self._widths = [*(float(width) for _, width, _ in LEAD), *(column.width for column in self._columns), 38.0]
        set_widths(sheet, self._widths)
        sheet.column_dimensions[get_column_letter(len(self._widths))].hidden = True
        sheet.freeze_panes = "C5"
        print_setup(sheet, title=f"{title} 答卷", rows="1:4", columns="A:B", fit_width=False, scale=SCALE)
        self._sheet, self._pen = sheet, Pen(sheet)
        keys = (*(key for _, _, key in LEAD), *(column.address for column in self._columns), INTERVIEW)
        self.view = SheetView("答卷", keys, range(len(LEAD), len(keys) - 1), headings=3)
        self._write_headings()

    def add(self, sight: Sight) -> None:
        """Write the row of one interview."""
        row = sight.row
        lead: list[tuple[object, Look]] = [
            (sight.unit.county, TEXT), (sight.unit.city, TEXT), (row.unit, CENTERED), (team_name(row.team), CENTERED),
            (row.round, CENTERED), (Stage(row.stage).label, CENTERED), (row.done, INTEGER), (row.total, INTEGER),
            (row.who, TEXT), (naive(row.updated_at), TIME),
        ]  # fmt: skip
        cells = [*lead, *(self._value(column, sight) for column in self._columns), (row.id, TEXT)]
        self._pen.fitted(cells, self._widths)
        self.view.rows.append([value for value, _ in cells])

    def close(self) -> None:
        """Set the filter over everything written, and what is offered when somebody corrects an answer."""
        self._sheet.auto_filter.ref = f"A4:{get_column_letter(len(self._widths))}{self._pen.rows}"
        offer(self._sheet, self._lists, enumerate(self._columns, len(LEAD) + 1), 5, self._pen.rows, codes=False)

    def _value(self, column: Column, sight: Sight) -> tuple[object, Look]:
        if not column.roster:
            return for_people(column.address, column.kind, sight.answers)
        count, status = roster_count(column, sight)
        if status is None:
            return count, INTEGER
        return nothing_word(column.item) if status is Status.NOT_APPLICABLE else status.label, MUTED

    def _write_headings(self) -> None:
        """Dimension, question, matrix row; a dimension's band is cut at the ends of printed pages and named anew."""
        lead = len(LEAD)
        bands: list[object] = ["单位", "", "进度", *[""] * (lead - 3)]
        questions: list[object] = [heading for heading, _, _ in LEAD]
        labels: list[object] = [""] * lead
        self._merge(2, 0, 1)
        self._merge(2, 2, lead - 1)
        for place in range(lead):
            self._merge(3, place, place, rows=2)
        pages = self._pages()
        for start in pages:
            self._sheet.col_breaks.append(Break(id=lead + start))
        sections = [column.item.section.name for column in self._columns]
        page = [sum(start <= place for start in pages) for place in range(len(sections))]
        for start, end in _runs(list(zip(page, sections, strict=True))):
            self._merge(2, lead + start, lead + end)
            bands += [self._columns[start].item.section.label, *[""] * (end - start)]
        height = 2
        for start, end in _runs([column.item.name for column in self._columns]):
            first = self._columns[start]
            matrix = bool(first.label)
            self._merge(3, lead + start, lead + end, rows=1 if matrix else 2)
            questions += [_heading(first), *[""] * (end - start)]
            labels += [column.label for column in self._columns[start : end + 1]]
            width = sum(column.width for column in self._columns[start : end + 1])
            lines = lines_of(_heading(first), width * 0.93)
            height = max(height, lines if matrix else lines - 2)
        labels_height = max((lines_of(column.label, column.width * 0.93) for column in self._columns), default=1)
        pen = self._pen
        pen.row(self.view.keys, NOTE_LINE, hidden=True)
        pen.row([*bands, ""], SECTION, height=22)
        pen.row([*questions, "答卷编号"], HEAD, height=min(400, height * LINE_HEIGHT + 4))
        pen.row([*labels, ""], HEAD, height=max(2, labels_height) * LINE_HEIGHT + 4)

    def _pages(self) -> list[int]:
        """The first column of every printed page after the first; a question is kept whole."""
        pages: list[int] = []
        used = sum(self._widths[2 : len(LEAD)])
        for start, end in _runs([column.item.name for column in self._columns]):
            width = sum(column.width for column in self._columns[start : end + 1])
            if used + width > PAGE_WIDTH and used:
                pages.append(start)
                used = 0.0
            used += width
        return pages

    def _merge(self, row: int, start: int, end: int, rows: int = 1) -> None:
        if end > start or rows > 1:
            first, last = get_column_letter(start + 1), get_column_letter(end + 1)
            self._sheet.merged_cells.add(f"{first}{row}:{last}{row + rows - 1}")


class CodeSheet:
    """编码: one heading row of cell addresses; `<cell>__status` after each cell where a status occurs."""

    def __init__(
        self, book: Any, columns: Sequence[Column], with_status: Collection[str], title: str, lists: ChoiceLists
    ) -> None:
        self._lists, self._columns = lists, columns
        self._codes = CodeRows(columns, with_status)
        headings = self._codes.headings
        self._width = len(headings)
        self.view = SheetView("编码", tuple(headings), range(len(KEYS), len(headings)))
        sheet = book.create_sheet("编码")
        widths = [38.0, 9, 8, 10, 6, 12, 12, *(min(max(len(name) + 2, 9), 30) for name in headings[len(KEYS) :])]
        set_widths(sheet, widths)
        sheet.freeze_panes = "C2"
        print_setup(sheet, title=f"{title} 编码", rows="1:1", columns="B:B", fit_width=False, scale=55)
        self._sheet, self._pen = sheet, Pen(sheet)
        self._pen.row(headings, HEAD)

    def add(self, sight: Sight) -> None:
        """Write the row of one interview."""
        cells = self._codes.cells(sight)
        self._pen.row(cells)
        self.view.rows.append([value for value, _ in cells])

    def close(self) -> None:
        """Set the filter over everything written, and what is offered when somebody corrects an answer."""
        self._sheet.auto_filter.ref = f"A1:{get_column_letter(self._width)}{self._pen.rows}"
        places = {heading: number for number, heading in enumerate(self._codes.headings, 1)}
        columns = [(places[column.address], column) for column in self._columns]
        offer(self._sheet, self._lists, columns, 2, self._pen.rows, codes=True)


def _heading(column: Column) -> str:
    return with_unit(column.item.heading, column.kind)


def _runs(names: Sequence[object]) -> list[tuple[int, int]]:
    """First and last place of each stretch of equal names."""
    starts = [place for place in range(len(names)) if place == 0 or names[place] != names[place - 1]]
    return list(zip(starts, [start - 1 for start in starts[1:]] + [len(names) - 1], strict=True)) if names else []
