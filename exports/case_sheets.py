"""问题清单, 经验清单 and the lists of other registers in a workbook: to read and to print, without anything personal.

The cases themselves travel in the parcel. What somebody writes into these sheets is told when the workbook is read, and
never taken: a case goes along its flow in the program only.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from typing import Any, NamedTuple

from openpyxl.utils import get_column_letter

from exports.case_words import CaseReader, CaseWords, owner_of
from exports.styles import BLOCK, CENTERED, DATE, HEAD, NOTE_LINE, TEXT, Look, Pen, print_setup, set_widths
from exports.views import INTERVIEW, SheetView
from surveys.register.definition import CaseType, DateField

MOST_LINES = 24
"""Lines of a row at most."""


class CaseColumn(NamedTuple):
    """One column of a list."""

    key: str
    heading: str
    width: float
    look: Look = BLOCK


ISSUE_COLUMNS = (
    CaseColumn("number", "编号", 15, TEXT), CaseColumn("county", "县（市、区）", 13), CaseColumn("category", "类别", 15),
    CaseColumn("title", "问题", 32), CaseColumn("registered_on", "登记日期", 11, DATE), CaseColumn("status", "状态", 10, CENTERED),
    CaseColumn("owner", "承办", 12), CaseColumn("due", "办理期限", 11, DATE), CaseColumn("answer", "答复", 40),
    CaseColumn("answered", "答复日期", 11, DATE), CaseColumn("satisfaction", "回访结果", 9, CENTERED),
)  # fmt: skip
PRACTICE_COLUMNS = (
    CaseColumn("number", "编号", 15, TEXT), CaseColumn("county", "县（市、区）", 14), CaseColumn("category", "方面", 11, CENTERED),
    CaseColumn("title", "题目", 30), CaseColumn("description", "做法", 62), CaseColumn("recommended_to", "推荐给谁", 20),
    CaseColumn("status", "状态", 9, CENTERED),
)  # fmt: skip
REPLY_COLUMNS = (
    CaseColumn("number", "编号", 15, TEXT), CaseColumn("category", "类别", 16), CaseColumn("title", "问题", 36),
    CaseColumn("registered_on", "登记日期", 11, DATE), CaseColumn("status", "状态", 12, CENTERED),
    CaseColumn("answer", "答复", 62), CaseColumn("answered", "答复日期", 11, DATE),
)  # fmt: skip
"""Of one county."""


def all_columns(type_: CaseType) -> tuple[CaseColumn, ...]:
    """The columns of a type that nobody laid out: everything that is not personal."""
    fields = [field for field in type_.fields if not field.sensitive]
    return (
        CaseColumn("number", "编号", 15, TEXT), CaseColumn("county", "县（市、区）", 14),
        *(
            CaseColumn(field.name, str(field.label), *((11, DATE) if isinstance(field, DateField) else (20,)))
            for field in fields
        ),
        CaseColumn("status", "状态", 10, CENTERED),
    )  # fmt: skip


def value_of(case: CaseWords, key: str) -> str:
    """What stands in a column; days as ISO dates."""
    match key:
        case "number" | "status" | "category":
            return str(getattr(case, key))
        case "county":
            return case.unit.county
        case "city":
            return case.unit.city
        case "title":
            return case.row.title
        case "owner":
            return owner_of(case)
        case "answer":
            return answer_words(case)
        case "answered":
            return case.reply.on if case.reply else ""
        case _:
            return case.value(key)


def answer_words(case: CaseWords) -> str:
    """The reply with how far it helps and what it rests on; "" while there is none."""
    if (reply := case.reply) is None:
        return ""
    about = [f"随“{reply.through}”答复"] if reply.through else []
    about += [case.value("outcome")] if case.value("outcome") else []
    about += [f"依据：{reply.basis}"] if reply.basis else []
    return f"{reply.text}（{'；'.join(about)}）" if about else reply.text


def cells_of(case: CaseWords, columns: Sequence[CaseColumn]) -> list[tuple[object, Look]]:
    """A row of a list."""
    return [_cell(value_of(case, column.key), column.look) for column in columns]


def _cell(value: str, look: Look) -> tuple[object, Look]:
    if look is DATE and value:
        try:
            return dt.date.fromisoformat(value), look
        except ValueError:
            return value, CENTERED
    return value or None, look


class CaseSheet:
    """One list.

    The first row, with the keys of the columns, and the last column, with the cases' ids, are hidden.

    Args:
        book: A write-only workbook.
        name: Of the sheet.
        title: Of the survey, for the head of the page.
        columns: What is listed.
        nothing: The line of an empty list.
    """

    def __init__(self, book: Any, name: str, title: str, columns: Sequence[CaseColumn], nothing: str) -> None:
        self._columns, self._nothing = columns, nothing
        self._widths = [*(column.width for column in columns), 38.0]
        sheet = book.create_sheet(name)
        set_widths(sheet, self._widths)
        sheet.column_dimensions[get_column_letter(len(self._widths))].hidden = True
        sheet.freeze_panes = "C3"
        print_setup(sheet, title=f"{title} {name}", rows="2:2")
        self._sheet, self._pen = sheet, Pen(sheet)
        keys = (*(column.key for column in columns), INTERVIEW)
        self.view = SheetView(name, keys, range(0), headings=1)
        self._pen.row(keys, NOTE_LINE, hidden=True)
        self._pen.row([*(column.heading for column in columns), "登记号"], HEAD, height=24)

    def write(self, cases: Sequence[CaseWords]) -> None:
        """Write all rows, and set the filter over them."""
        for case in cases:
            cells = [*cells_of(case, self._columns), (case.row.id, TEXT)]
            self._pen.fitted(cells, self._widths, most=MOST_LINES)
            self.view.rows.append([value for value, _ in cells])
        self._sheet.auto_filter.ref = f"A2:{get_column_letter(len(self._widths))}{self._pen.rows}"
        if not cases:
            self.view.headings += 1
            self._pen.row([self._nothing], NOTE_LINE)


def write_case_sheets(book: Any, readers: Sequence[CaseReader], title: str) -> list[SheetView]:
    """The lists of all registers: 问题清单 and 经验清单 always, others if there is anything.

    Args:
        book: A write-only workbook.
        readers: One per register, that of the problems first.
        title: Of the survey, for the heads of the pages.

    Returns:
        What they show.
    """
    problems, *others = readers
    sheets = [
        (CaseSheet(book, "问题清单", title, ISSUE_COLUMNS, "没有登记问题。"), problems.listed("issue")),
        (CaseSheet(book, "经验清单", title, PRACTICE_COLUMNS, "没有登记经验。"), problems.listed("practice")),
    ]
    for reader in others:
        for type_ in reader.register.types:
            if cases := reader.listed(type_.name):
                sheets.append((CaseSheet(book, str(type_.label), title, all_columns(type_), ""), cases))
    for sheet, cases in sheets:
        sheet.write(cases)
    return [sheet.view for sheet, _ in sheets]
