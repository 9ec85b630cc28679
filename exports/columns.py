"""The columns of the answer sheets, and what stands in a cell: for people and for software."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal

from exports.styles import BLOCK, CENTERED, DATE, DECIMAL, GENERAL, INTEGER, MUTED, ONE_DECIMAL, TEXT, Look, width_of
from surveys.answers import Status, choices_of, display, label_of, native
from surveys.form import SPECIFY, Form, Item, specify_cell
from surveys.value_types import IntegerType, ValueType

CONFLICT = "conflict"
"""Stands in a `__status` column where two sides answered differently and nobody decided yet."""

WITHHELD = "withheld"
"""Stands in a `__status` column where an answer was left out because it is personal."""

EXACT = 10**15
"""Whole numbers from here on lose digits in a spreadsheet and are written as text."""


NUMBERS = ("integer", "decimal", "money", "percent")
"""The types whose values are numbers."""


@dataclass(frozen=True, slots=True)
class Stored:
    """One row of the store's `answers`: what a cell holds, as it counts."""

    value: str
    status: Status
    conflict: bool = False
    withheld: bool = False
    """There is an answer, and it was left out (`deidentify`)."""


Answers = Mapping[str, Stored]
"""Cell address → what it holds; cells never answered are absent."""


@dataclass(frozen=True)
class Column:
    """One cell of the form as a column."""

    address: str
    item: Item
    kind: ValueType
    label: str
    """Within the question: the matrix row, `row · column`; "" when the question has one cell."""
    roster: bool = False
    """The column counts the rows of a roster."""

    @property
    def specifies(self) -> tuple[str, ...]:
        """The choices that ask for a text, by code."""
        return () if self.roster else tuple(choice.name for choice in choices_of(self.kind) if choice.specify)

    @property
    def width(self) -> float:
        """A width that suits what the column holds; narrower for one of several, so that a matrix fits on a page."""
        if self.label and self.kind.type in NUMBERS:
            return 10
        return min(width_for(self.kind), 14) if self.label and choices_of(self.kind) else width_for(self.kind)


def columns_of(forms: Iterable[Form]) -> tuple[Column, ...]:
    """The columns of all forms in use: the first one's in order, then what only older ones have."""
    columns: dict[str, Column] = {}
    for form in forms:
        for item in form.items:
            for column in _columns_of(item):
                columns.setdefault(column.address, column)
    return tuple(columns.values())


def _columns_of(item: Item) -> list[Column]:
    if item.type == "roster":
        return [Column(item.name, item, IntegerType(type="integer", unit="项"), "", roster=True)]
    several = item.type == "matrix"
    return [Column(cell.address, item, cell.kind, cell.label if several else "") for cell in item.cells]


def width_for(kind: ValueType) -> float:
    """A column width in characters that suits what a cell of the type holds."""
    match kind.type:
        case "integer" | "decimal" | "money" | "percent" | "date" | "month" | "time":
            return 12
        case "text":
            return 34 if kind.max_length > SPECIFY.max_length else 28 if kind.max_length > 20 else 18
        case "select_multiple" | "rank":
            return 40 if len(choices_of(kind)) > 3 else 26
        case "attachment":
            return 28
        case _:
            longest = max((width_of(choice.label) for choice in choices_of(kind)), default=10)
            return min(max(longest + 2, 10), 24)


def with_unit(label: str, kind: ValueType) -> str:
    """A heading with the unit of what stands under it, unless it names it itself."""
    unit = getattr(kind, "unit", "")
    return f"{label}（{unit}）" if unit and unit not in label else label


def for_people(address: str, kind: ValueType, answers: Answers) -> tuple[object, Look]:
    """What stands in the sheet people read: labels, numbers, dates; a word where there is no value."""
    stored = answers.get(address)
    if stored is None or stored.status is Status.EMPTY:
        return None, TEXT
    if stored.conflict:
        return "冲突待定", MUTED
    if stored.status is not Status.ANSWERED:
        return stored.status.label, MUTED
    if choices_of(kind):
        return _labels(address, kind, stored.value, answers), BLOCK
    if kind.type == "attachment":
        return display(kind, stored.value), BLOCK
    value, look = _typed(kind, stored.value)
    return value, BLOCK if look is TEXT else look


def for_software(address: str, kind: ValueType, answers: Answers) -> tuple[object, Look]:
    """What stands in the sheet software reads: codes, numbers, dates; blank where there is no value."""
    stored = answers.get(address)
    if stored is None or stored.conflict or stored.withheld or stored.status is not Status.ANSWERED:
        return None, TEXT
    if choices_of(kind):
        return stored.value, CENTERED
    return _typed(kind, stored.value)


def status_of(address: str, answers: Answers) -> str | None:
    """What stands in the `__status` column: blank for an answer and for a cell never asked."""
    stored = answers.get(address)
    if stored is None or stored.status is Status.EMPTY:
        return None
    if stored.conflict:
        return CONFLICT
    if stored.withheld:
        return WITHHELD
    return None if stored.status is Status.ANSWERED else str(stored.status)


def words(kind: ValueType, value: str, status: Status) -> str:
    """An answer in words, for lists of changes: `12 人`, `不掌握`, `（空）`."""
    if status is not Status.ANSWERED and status is not Status.EMPTY:
        return status.label
    if not value:
        return "（空）"
    try:
        return display(kind, value)
    except (ArithmeticError, ValueError):  # given under another definition, in which the cell was of another type
        return value


def look_of(kind: ValueType) -> Look:
    """How a number of this type looks."""
    decimals: int = vars(kind).get("decimals", 0)
    return {0: INTEGER, 1: ONE_DECIMAL, 2: DECIMAL}.get(decimals, GENERAL)


def _labels(address: str, kind: ValueType, value: str, answers: Answers) -> str:
    labels = []
    for place, code in enumerate(value.split(), 1):
        extra = answers.get(specify_cell(address, code))
        number = f"{place}. " if kind.type == "rank" else ""
        labels.append(number + label_of(kind, code) + (f"：{extra.value}" if extra and extra.value else ""))
    return "；".join(labels)


def _typed(kind: ValueType, value: str) -> tuple[object, Look]:
    try:
        number = native(kind, value)
    except (ArithmeticError, ValueError):  # given under another definition, in which the cell was of another type
        return value, TEXT
    if isinstance(number, int | Decimal):
        return (number, look_of(kind)) if -EXACT < number < EXACT else (value, TEXT)
    if isinstance(number, dt.date):
        return number, DATE
    return value, CENTERED if kind.type in ("month", "time") else TEXT
