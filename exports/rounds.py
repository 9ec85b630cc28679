"""The same units a year later: what each answered in one round and in another.

Only units that count in both rounds are held against each other (`exports.selection`), cell by cell, and a cell only
where both answered it: so a total differs because answers differ, not because other units took part. Answers are read
as the later round's form has them; of a question that another type or name has by now nothing is compared. What is in
conflict is left out.
"""

from __future__ import annotations

import sqlite3
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from decimal import Decimal
from fractions import Fraction
from pathlib import Path

from exports.columns import NUMBERS, words
from exports.csv_files import CsvTable
from exports.figures import exact
from exports.files import replace_file
from exports.selection import Selection
from surveys.answers import Status, plain_number
from surveys.form import Cell, Form, Item

_COMPARED = frozenset({*NUMBERS, "select_one", "rating", "select_multiple", "date", "month"})
"""Types of answers that say something side by side; texts are read one by one, in the interviews."""


@dataclass(frozen=True, slots=True)
class UnitChange:
    """What one unit said in both rounds."""

    unit: str
    """Its code."""
    city: str
    county: str
    before: str
    """The stored value."""
    now: str
    difference: Fraction | None
    """None for what is no number."""


@dataclass(frozen=True, slots=True)
class CellChange:
    """One cell over all units that answered it in both rounds."""

    item: Item
    cell: Cell
    units: tuple[UnitChange, ...]
    """In the order of the frame."""

    @property
    def changed(self) -> tuple[UnitChange, ...]:
        """Those that say something else now; the greatest differences of numbers first."""
        differing = [unit for unit in self.units if unit.before != unit.now]
        return tuple(sorted(differing, key=lambda unit: abs(unit.difference or Fraction(0)), reverse=True))

    @property
    def number(self) -> bool:
        """Whether the answers are numbers, which have totals."""
        return self.cell.kind.type in NUMBERS

    @property
    def figure_name(self) -> str:
        """What `figure` is: percentages are no amounts and have no total."""
        return "平均" if self.cell.kind.type == "percent" else "合计"

    def figure(self, later: bool) -> Fraction:
        """The sum over the units, or the mean; of numbers only."""
        values = [exact(unit.now if later else unit.before) or Fraction(0) for unit in self.units]
        total = sum(values, Fraction(0))
        return total / len(values) if self.figure_name == "平均" else total

    def commonest(self, later: bool) -> tuple[str, int]:
        """The answer most of the units gave, and how many."""
        counts = Counter(unit.now if later else unit.before for unit in self.units)
        return counts.most_common(1)[0]

    def in_words(self, value: str | Fraction) -> str:
        """A stored value of this cell, or a number made of such, as people read it."""
        text = value if isinstance(value, str) else _decimal(value)
        return words(self.cell.kind, text, Status.ANSWERED)

    @property
    def label(self) -> str:
        """The question, and the cell where it has several."""
        parts = (self.item.heading, self.cell.label if self.cell.label != self.item.label else "")
        return " ".join(filter(None, parts))


def _decimal(value: Fraction) -> str:
    """A number as it is stored, with two decimals at most."""
    return plain_number(round(Decimal(value.numerator) / value.denominator, 2))


def earlier_rounds(connection: sqlite3.Connection, selection: Selection) -> list[str]:
    """The other rounds of a survey that have complete interviews, the latest first (by name: rounds are names)."""
    sql = """SELECT DISTINCT i.round FROM interviews i JOIN surveys s ON s.digest = i.survey
             WHERE s.id = ? AND i.stage = 'complete' AND i.round != ? ORDER BY i.round DESC"""
    return [name for (name,) in connection.execute(sql, (selection.survey, selection.round))]


def compare_rounds(
    connection: sqlite3.Connection, form: Form, earlier: str, selection: Selection | None = None
) -> Iterator[CellChange]:
    """Every cell that any unit answered in both rounds, in the order of the form.

    Args:
        connection: To the office's store.
        form: The survey's, in its current version.
        earlier: The round it is compared with.
        selection: What counts in the current round; by default complete interviews.
    """
    now = selection or Selection.of(form)
    before = replace(now, round=earlier)
    frame = connection.execute("SELECT code, city, county FROM units ORDER BY ord").fetchall()
    chosen = {which: _chosen(connection, which) for which in (before, now)}
    both = [row for row in frame if all(row[0] in found for found in chosen.values())]
    if not both:
        return
    for item in form.items:
        for cell in item.cells if item.asked and item.type != "roster" else ():
            if cell.kind.type in _COMPARED and not cell.sensitive:
                answers = [_answers(connection, which, cell.address) for which in (before, now)]
                if units := tuple(_changes(cell, both, *answers)):
                    yield CellChange(item, cell, units)


def _chosen(connection: sqlite3.Connection, selection: Selection) -> set[str]:
    sql = f"{selection.with_chosen} SELECT unit FROM chosen"
    return {unit for (unit,) in connection.execute(sql, selection.parameters)}


def _answers(connection: sqlite3.Connection, selection: Selection, cell: str) -> dict[str, str]:
    """Unit → what it answered."""
    sql = f"""{selection.with_chosen}
        SELECT chosen.unit, a.value FROM chosen JOIN answers a ON a.interview = chosen.interview
        WHERE a.cell = :cell AND a.status = 'answered' AND NOT a.conflict"""
    return dict(connection.execute(sql, {**selection.parameters, "cell": cell}).fetchall())


def _changes(
    cell: Cell, units: list[tuple[str, str, str]], before: Mapping[str, str], now: Mapping[str, str]
) -> Iterator[UnitChange]:
    for code, city, county in units:
        if code in before and code in now:
            difference = None
            if cell.kind.type in NUMBERS:
                one, two = exact(before[code]), exact(now[code])
                if one is None or two is None:  # was no number under the form of that time
                    continue
                difference = two - one
            yield UnitChange(code, city, county, before[code], now[code], difference)


def write_rounds(path: Path, earlier: str, later: str, cells: list[CellChange]) -> None:
    """Write a CSV with a line per cell and unit. Raises ExportError."""
    headings = ("单位代码", "市（地）", "县（市、区）", "题目", "编码", earlier, later, "增减")

    def write(target: Path) -> None:
        with CsvTable(target, headings) as table:
            for cell in cells:
                for unit in cell.units:
                    said = cell.in_words(unit.before), cell.in_words(unit.now)
                    difference = None if unit.difference is None else Decimal(_decimal(unit.difference))
                    table.add((unit.unit, unit.city, unit.county, cell.label, cell.cell.address, *said, difference))

    replace_file(path, write)
