"""答卷 and 编码: one row per interview, for people and for software."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from typing import Any

from openpyxl.utils import get_column_letter
from openpyxl.worksheet.pagebreak import Break

from exports.columns import Column, for_people, for_software, status_of, with_unit
from exports.sights import Sight
from exports.styles import (
    CENTERED,
    HEAD,
    INTEGER,
    LINE_HEIGHT,
    MUTED,
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
from surveys.answers import Status
from surveys.form import roster_cell, specify_cell
from surveys.frame import team_name
from surveys.standing import Stage

LEAD = (
    ("县（市、区）", 14), ("市（地）", 13), ("代码", 9), ("组别", 9), ("轮次", 8), ("状态", 8), ("已答", 7), ("应答", 7),
    ("填报人", 12), ("最后修改", 17),
)  # fmt: skip
"""Heading and width of the columns before the questions; the first two stay in view."""

KEYS = ("interview", "unit", "round", "stage", "team", "city", "county")
"""The columns before the cells in 编码."""

MAX_COLUMNS = 16_384
SCALE = 65
"""Per cent at which 答卷 is printed."""
PAGE_WIDTH = 138
"""Characters of columns that then fit on A4 beside the two repeated ones (seen in LibreOffice)."""


class AnswerSheet:
    """答卷: labels, not codes; three heading rows: dimension, question, row of a matrix."""

    def __init__(self, book: Any, columns: Sequence[Column], title: str) -> None:
        self._columns = columns[: MAX_COLUMNS - len(LEAD)]
        sheet = book.create_sheet("答卷")
        self._widths = [*(float(width) for _, width in LEAD), *(column.width for column in self._columns)]
        set_widths(sheet, self._widths)
        sheet.freeze_panes = "C4"
        print_setup(sheet, title=f"{title} 答卷", rows="1:3", columns="A:B", fit_width=False, scale=SCALE)
        self._sheet, self._pen = sheet, Pen(sheet)
        self._write_headings()

    def add(self, sight: Sight) -> None:
        """Write the row of one interview."""
        row = sight.row
        lead: list[tuple[object, Look]] = [
            (sight.unit.county, TEXT), (sight.unit.city, TEXT), (row.unit, CENTERED), (team_name(row.team), CENTERED),
            (row.round, CENTERED), (Stage(row.stage).label, CENTERED), (row.done, INTEGER), (row.total, INTEGER),
            (row.who, TEXT), (naive(row.updated_at), TIME),
        ]  # fmt: skip
        values = [self._value(column, sight) for column in self._columns]
        self._pen.fitted([*lead, *values], self._widths)

    def close(self) -> None:
        """Set the filter over everything written."""
        last = get_column_letter(len(LEAD) + len(self._columns))
        self._sheet.auto_filter.ref = f"A3:{last}{self._pen.rows}"

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
        questions: list[object] = [heading for heading, _ in LEAD]
        labels: list[object] = [""] * lead
        self._merge(1, 0, 1)
        self._merge(1, 2, lead - 1)
        for place in range(lead):
            self._merge(2, place, place, rows=2)
        pages = self._pages()
        for start in pages:
            self._sheet.col_breaks.append(Break(id=lead + start))
        sections = [column.item.section.name for column in self._columns]
        page = [sum(start <= place for start in pages) for place in range(len(sections))]
        for start, end in _runs(list(zip(page, sections, strict=True))):
            self._merge(1, lead + start, lead + end)
            bands += [self._columns[start].item.section.label, *[""] * (end - start)]
        height = 2
        for start, end in _runs([column.item.name for column in self._columns]):
            first = self._columns[start]
            matrix = bool(first.label)
            self._merge(2, lead + start, lead + end, rows=1 if matrix else 2)
            questions += [_heading(first), *[""] * (end - start)]
            labels += [column.label for column in self._columns[start : end + 1]]
            width = sum(column.width for column in self._columns[start : end + 1])
            lines = lines_of(_heading(first), width * 0.93)
            height = max(height, lines if matrix else lines - 2)
        labels_height = max((lines_of(column.label, column.width * 0.93) for column in self._columns), default=1)
        pen = self._pen
        pen.row(bands, SECTION, height=22)
        pen.row(questions, HEAD, height=min(400, height * LINE_HEIGHT + 4))
        pen.row(labels, HEAD, height=max(2, labels_height) * LINE_HEIGHT + 4)

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

    def __init__(self, book: Any, columns: Sequence[Column], with_status: Collection[str], title: str) -> None:
        self._addresses: list[tuple[Column, str, bool]] = []
        headings: list[object] = [*KEYS]
        for column in columns:
            for address in (column.address, *(specify_cell(column.address, code) for code in column.specifies)):
                status = address in with_status
                self._addresses.append((column, address, status))
                headings += [address, f"{address}__status"] if status else [address]
        self._width = len(headings)
        sheet = book.create_sheet("编码")
        widths = [38.0, 9, 8, 10, 6, 12, 12, *(min(max(len(str(name)) + 2, 9), 30) for name in headings[len(KEYS) :])]
        set_widths(sheet, widths)
        sheet.freeze_panes = "C2"
        print_setup(sheet, title=f"{title} 编码", rows="1:1", columns="A:B", fit_width=False, scale=55)
        self._sheet, self._pen = sheet, Pen(sheet)
        self._pen.row(headings, HEAD)

    def add(self, sight: Sight) -> None:
        """Write the row of one interview."""
        row, pen = sight.row, self._pen
        cells = [pen.cell(value) for value in (row.id, row.unit, row.round, row.stage)]
        cells += [pen.cell(row.team, INTEGER), pen.cell(sight.unit.city), pen.cell(sight.unit.county)]
        for column, address, with_status in self._addresses:
            if column.roster:
                cells.append(pen.cell(roster_count(column, sight)[0], INTEGER))
            elif address == column.address:
                cells.append(pen.cell(*for_software(address, column.kind, sight.answers)))
            else:
                stored = sight.answers.get(address)
                cells.append(pen.cell(stored.value if stored and stored.value else None))
            if with_status:
                cells.append(pen.cell(status_of(address, sight.answers)))
        pen.row(cells)

    def close(self) -> None:
        """Set the filter over everything written."""
        self._sheet.auto_filter.ref = f"A1:{get_column_letter(self._width)}{self._pen.rows}"


def roster_count(column: Column, sight: Sight) -> tuple[int | None, Status | None]:
    """How many things are registered, or why there is no number; 0 with a status when 暂无 was stated."""
    stored = sight.answers.get(column.address)
    if stored is not None:
        return (0 if stored.status is Status.NOT_APPLICABLE else None), stored.status
    rows = sight.roster_rows(column.address)
    statuses = {sight.status(roster_cell(column.address, row_id, column.item.cells[0].address)) for row_id in rows}
    if statuses == {Status.SKIPPED}:
        return None, Status.SKIPPED
    return len(rows) or None, None


def _heading(column: Column) -> str:
    return with_unit(column.item.heading, column.kind)


def _runs(names: Sequence[object]) -> list[tuple[int, int]]:
    """First and last place of each stretch of equal names."""
    starts = [place for place in range(len(names)) if place == 0 or names[place] != names[place - 1]]
    return list(zip(starts, [start - 1 for start in starts[1:]] + [len(names) - 1], strict=True)) if names else []
