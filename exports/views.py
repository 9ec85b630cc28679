"""What the answer sheets show, cell by cell, as it travels in the parcel: so that a hand edit can be found and told.

The sheets' own code notes it as it writes. A reader can then compare without the definition, the frame and the rules
of the version that wrote the workbook, and it costs 0.1 ms per interview where replaying takes 7 ms. For corrections
the histories count, never the view.
"""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

INTERVIEW, ROW = "interview", "row"
"""Keys of the columns that name a row of a sheet: the interview and, in a roster, its row."""

BATCH = 32
"""Interviews per text of the parcel: together they pack to half of what they take one by one."""

Value = str | int | float
"""A cell as it was written: dates and times as ISO texts, blanks as ""."""
Line = tuple[str, str]
"""What tells the rows of a sheet apart: interview and row id, "" where a sheet has one row per interview."""


@dataclass
class SheetView:
    """What one sheet shows.

    Attributes:
        name: Of the sheet.
        keys: One per column; they also stand in a row of the sheet itself.
        answers: Which columns are about answers; none on a sheet of which hand edits are told, but never taken.
        roster: Whose rows are listed; "" where the rows are interviews.
        headings: How many heading rows stand under the row of keys.
        rows: What was written since it was last taken.
    """

    name: str
    keys: tuple[str, ...]
    answers: range
    roster: str = ""
    headings: int = 0
    rows: list[Sequence[object]] = field(default_factory=list)


def packed(views: Iterable[SheetView]) -> str:
    """The views as a text of the parcel; empties them.

    A line per row, with tabs between: sheet, interview, row id, the values as JSON. The first line of a sheet has no
    ids, and instead of values roster, headings, first and end of the answers, keys.
    """
    lines = []
    for view in views:
        answers = view.answers
        lines.append((view.name, "", "", _json([view.roster, view.headings, answers.start, answers.stop, *view.keys])))
        for row in view.rows:
            lines.append((view.name, *line_of(view.keys, row), _json(list(map(_plain, row)))))
        view.rows.clear()
    return "\n".join(map("\t".join, lines))


@dataclass
class Expected:
    """What one sheet should show."""

    keys: tuple[str, ...]
    answers: range
    roster: str
    headings: int
    rows: dict[Line, str] = field(default_factory=dict)
    """Each still JSON, so that ten thousand interviews stay small; use `row`."""

    def row(self, line: Line) -> list[Value]:
        """The values of one row."""
        return list(json.loads(self.rows[line]))


def unpacked(texts: Iterable[str]) -> dict[str, Expected]:
    """The sheets of a parcel's views.

    Raises:
        ValueError, LookupError, TypeError: It is no view.
    """
    sheets: dict[str, Expected] = {}
    for text in texts:
        for line in text.split("\n"):
            name, interview, row, values = line.split("\t")
            if interview:
                sheets[name].rows[interview, row] = values
            elif name not in sheets:
                roster, headings, start, stop, *keys = json.loads(values)
                sheets[name] = Expected(tuple(map(str, keys)), range(start, stop), str(roster), int(headings))
    return sheets


def line_of(keys: Sequence[str], values: Sequence[object]) -> Line:
    """Which row of its sheet this is."""
    row = str(values[keys.index(ROW)]) if ROW in keys else ""
    return str(values[keys.index(INTERVIEW)]), row


def _json(values: list[Any]) -> str:
    return json.dumps(values, ensure_ascii=False, separators=(",", ":"))


def _plain(value: object) -> Value:
    from exports.styles import sheet_text  # openpyxl: not for a worker, which only reads

    if value is None:
        return ""
    if isinstance(value, str):
        return sheet_text(value)
    if isinstance(value, dt.date):
        return value.isoformat(sep=" ") if isinstance(value, dt.datetime) else value.isoformat()
    if isinstance(value, Decimal):
        return float(value)
    if isinstance(value, int | float):
        return value
    raise TypeError(f"no cell can hold {value!r}")
