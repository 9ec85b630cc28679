"""The questionnaire as a workbook for printing: one sheet, A4 upright, breaks between questions."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import datetime
from pathlib import Path
from typing import Any

from openpyxl import Workbook
from openpyxl.styles import Font
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.pagebreak import Break

from exports.files import replace_file
from exports.paper import Blank, Body, Choices, Paper, PaperQuestion, Table
from exports.styles import (
    FONT,
    HEAD,
    SECTION,
    TITLE,
    WRITE_ON,
    Look,
    Pen,
    discard,
    lines_of,
    print_setup,
    save_steadily,
    set_widths,
)

COLUMNS, WIDTH = 24, 3.1
"""The sheet is a grid of narrow columns, over which everything is merged."""
PAGE = 740.0
"""Points of an A4 page that rows may fill, inside the margins of `print_setup` (seen in LibreOffice)."""
LINE = 15.0

_PLAIN = Look(horizontal="left", wrap=True, framed=False, number_format="@")
_BOLD = Look(Font(name=FONT, size=10, bold=True), horizontal="left", wrap=True, framed=False, number_format="@")
_SMALL = Look(Font(name=FONT, size=9, color="555555"), horizontal="left", wrap=True, framed=False, number_format="@")
_CELL = Look(horizontal="center", wrap=True, number_format="@")
_NAME = replace(_CELL, horizontal="left", indent=1)
_RIGHT = replace(_PLAIN, horizontal="right")
_TITLE = replace(TITLE, horizontal="center")

Part = tuple[int, str, Look]
"""How many columns of the grid, the text over them, its look."""
Line = tuple[tuple[Part, ...], float]
"""A row and its height in points."""


def write_workbook(paper: Paper, target: Path, made: datetime) -> bool:
    """Write the workbook; False if the same was there already.

    Args:
        paper: What stands on it.
        target: The file.
        made: The time in its properties: of the last answer, or any fixed one for a blank form.

    Raises:
        ExportError: It could not be written.
    """
    book = Workbook(write_only=True)
    try:
        _Writer(book, paper).write()
        return replace_file(target, lambda path: save_steadily(book, path, made, paper.title))
    finally:
        discard(book)


class _Writer:
    def __init__(self, book: Any, paper: Paper) -> None:
        self._paper = paper
        self._sheet = book.create_sheet("问卷")
        set_widths(self._sheet, [WIDTH] * COLUMNS)
        self._sheet.sheet_view.showGridLines = False
        title = f"{paper.title}{'　（含保密内容）' if paper.sensitive else ''}"
        print_setup(self._sheet, title=title, landscape=False)
        self._sheet.print_options.horizontalCentered = True
        self._pen = Pen(self._sheet)
        self._left = PAGE

    def write(self) -> None:
        paper = self._paper
        self._put([(((COLUMNS, paper.title, _TITLE),), 36)])
        self._put([_line(note, _SMALL) for note in paper.notes])
        self._put(_facts(paper.facts))
        for section in paper.sections:
            band: list[Line] = [(((COLUMNS, "", _PLAIN),), 6), (((COLUMNS, section.title, SECTION),), 21)]
            band += [_line(section.condition, _SMALL)] if section.condition else []
            for block in (block for question in section.questions for block in _blocks(question)):
                self._put([*band, *block])
                band = []
        self._put([(((COLUMNS, "", _PLAIN),), 24), *_facts([(label, "") for label in paper.signatures])])

    def _put(self, lines: Sequence[Line]) -> None:
        """Write rows that stay together; what is higher than a page is cut where the page ends."""
        height = sum(points for _, points in lines)
        if height > self._left and self._pen.rows and (height <= PAGE or self._left < PAGE / 3):
            self._break()
        for parts, points in lines:
            if points > self._left and self._pen.rows:
                self._break()
            self._left -= points
            self._row(parts, points)

    def _break(self) -> None:
        self._sheet.row_breaks.append(Break(id=self._pen.rows))
        self._left = PAGE

    def _row(self, parts: Sequence[Part], points: float) -> None:
        cells: list[tuple[object, Look]] = []
        for columns, text, look in parts:
            first = len(cells) + 1
            cells += [(text if not place else None, look) for place in range(columns)]
            if columns > 1:
                row = self._pen.rows + 1
                self._sheet.merged_cells.add(f"{get_column_letter(first)}{row}:{get_column_letter(len(cells))}{row}")
        self._pen.row(cells, height=points)


def _line(text: str, look: Look, indent: int = 0) -> Line:
    """One text over the whole width."""
    parts: tuple[Part, ...] = ((COLUMNS - indent, text, look),)
    if indent:
        parts = ((indent, "", _PLAIN), *parts)
    return parts, _height([parts[-1]])


def _height(parts: Sequence[Part]) -> float:
    """Points that the highest of these texts takes; a column is a little wider than its characters."""
    return max(lines_of(text, columns * WIDTH * 1.2) for columns, text, _ in parts) * LINE + 3


def _facts(facts: Sequence[tuple[str, str]]) -> list[Line]:
    """Two beside one another, each with a line to write on."""
    lines: list[Line] = []
    for start in range(0, len(facts), 2):
        parts: list[Part] = []
        for label, text in facts[start : start + 2]:
            parts += [(4, f"{label}：", _RIGHT), (8, text, WRITE_ON)]
        lines.append((tuple(parts), max(24, _height(parts))))
    return lines


def _blocks(question: PaperQuestion) -> Iterator[list[Line]]:
    """What stays on one page: a question, but of several tables each."""
    block = [_line(question.heading, _BOLD)]
    if question.condition:
        block.append(_line(f"{question.condition}{'（本单位不填）' if question.skipped else ''}", _SMALL))
    if question.hint:
        block.append(_line(question.hint, _SMALL))
    tables = 0
    for body in question.bodies:
        tables += isinstance(body, Table)
        if isinstance(body, Table) and tables > 1:
            yield block
            block = []
        block += _body(body)
    yield [*block, (((COLUMNS, "", _PLAIN),), 7)]


def _body(body: Body) -> Iterator[Line]:
    match body:
        case Choices():
            width = (COLUMNS - 1) // body.columns
            for start in range(0, len(body.texts), body.columns):
                row = [(width, text, _PLAIN) for text in body.texts[start : start + body.columns]]
                yield ((1, "", _PLAIN), *row), _height(row)
        case Table():
            yield from _table(body)
        case Blank(lines=0):
            yield _line(body.text, _SMALL)
        case Blank(lines=1):
            columns = 12 if len(body.text) <= 20 else COLUMNS - 4
            parts: list[Part] = [(1, "", _PLAIN), (columns, body.text, WRITE_ON), (3, body.unit, _PLAIN)]
            yield tuple(parts), max(21, _height(parts))
        case _:
            for text in [body.text, *[""] * (body.lines - 1 if not body.text else 0)]:
                parts = [(1, "", _PLAIN), (COLUMNS - 1, text, WRITE_ON)]
                yield tuple(parts), max(24, _height(parts))


def _table(table: Table) -> Iterator[Line]:
    count = len(table.head) - 1
    each = max(1, round((COLUMNS * (1 - table.label_share)) // count))
    first = COLUMNS - each * count
    for place, row in enumerate((table.head, *table.rows)):
        looks = [HEAD] * (count + 1) if not place else [_NAME, *[_CELL] * count]
        parts = tuple(zip((first, *[each] * count), row, looks, strict=True))
        yield parts, max(21, _height(parts))
