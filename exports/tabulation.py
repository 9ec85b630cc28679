"""Tables of a whole survey as plain data: for every question, the province and each group of units.

A few set-wise queries bring back histograms (value → how often) of every cell and group at once; all
statistics follow from those (`figures`). What is counted is said by `Selection`: one complete interview
per unit, or every complete one of a survey with many per unit. Cells in conflict are left out and counted apart.
"""

from __future__ import annotations

import datetime as dt
import json
import re
import sqlite3
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import TypeVar

from exports.figures import Figures, Frequencies, Numbers, Tally, dates, exact, months, numbers, ranks, times
from exports.selection import WHOLE, Selection
from exports.terms import counted_word
from surveys.answers import Status, choices_of, label_of
from surveys.form import Cell, Form, Item
from surveys.value_types import MONTH_PATTERN, TIME_PATTERN, ValueType

_MONTH, _TIME = re.compile(MONTH_PATTERN), re.compile(TIME_PATTERN)

CHOICE_TYPES = ("select_one", "select_multiple", "rating")
NUMBER_TYPES = ("integer", "decimal", "money", "percent")
DATE_TYPES = ("date", "month", "time")
COUNTED_ONLY = ("text", "attachment")
"""Types of which only is counted whether there is an answer."""

LONG_LIST = 40
"""Of a list with more choices (places read from a file) only those are tabulated that were taken."""

Value = TypeVar("Value", Fraction, dt.date, str)


@dataclass(frozen=True, slots=True)
class Column:
    """One cell's figures in one group."""

    tally: Tally
    figures: Figures


@dataclass(frozen=True, slots=True)
class CellTable:
    """One cell of the form over all groups."""

    cell: Cell
    codes: tuple[str, ...]
    """Choice codes that `Frequencies.counts` follows: the form's, then any that only an older form had."""
    labels: tuple[str, ...]
    columns: tuple[Column, ...]
    """The whole first, then the groups."""


@dataclass(frozen=True, slots=True)
class RosterColumn:
    """A roster's items in one group."""

    tally: Tally
    """Over interviews: answered = has items, not_applicable = 暂无 was stated."""
    items: int
    per_unit: Numbers | None
    """Items per unit, over the units that have any."""


@dataclass(frozen=True, slots=True)
class QuestionTable:
    """Everything tabulated of one question."""

    item: Item
    cells: tuple[CellTable, ...]
    """Of a roster: its fields, whose bases are items."""
    roster: tuple[RosterColumn, ...] = ()


@dataclass(frozen=True, slots=True)
class Tabulation:
    """Every question of a survey."""

    groups: tuple[str, ...]
    """The whole first."""
    bases: tuple[int, ...]
    """Interviews counted in each."""
    questions: Mapping[str, QuestionTable]
    """By name, in the order of the form; calculated figures are in `indicators`."""
    counted: str = "单位"
    """What the bases count: units, or records of a survey with many per unit."""


class _Sums:
    """What the rows of the query add up to for one cell in one group."""

    __slots__ = ("statuses", "values")

    def __init__(self) -> None:
        self.statuses: Counter[str] = Counter()
        self.values: Counter[str] = Counter()


_NOTHING = _Sums()


def tabulate(connection: sqlite3.Connection, form: Form, selection: Selection) -> Tabulation:
    """Tabulate every question that people answer."""
    groups = selection.groups(connection)
    names = (WHOLE, *groups)
    bases = {WHOLE: sum(groups.values()), **groups}
    items = [item for item in form.items if item.asked]
    sums = _histograms(connection, items, selection)
    rosters = _roster_items(connection, items, selection)
    questions = {}
    for item in items:
        columns = tuple(_roster_column(rosters.get((item.name, name), Counter()), bases[name]) for name in names)
        within = dict(zip(names, (column.items for column in columns), strict=True)) if item.type == "roster" else bases
        cells = tuple(_cell_table(cell, [sums.get((cell.address, name), _NOTHING) for name in names],
                                  [within[name] for name in names]) for cell in item.cells)  # fmt: skip
        questions[item.name] = QuestionTable(item, cells, columns if item.type == "roster" else ())
    return Tabulation(names, tuple(bases[name] for name in names), questions, counted_word(selection.many))


def _histograms(
    connection: sqlite3.Connection, items: Sequence[Item], selection: Selection
) -> dict[tuple[str, str], _Sums]:
    """(cell, group) → its sums. A roster's field goes by its name alone: all rows of all units together."""
    valued = [cell.address for item in items for cell in item.cells if cell.kind.type not in COUNTED_ONLY]
    rows = connection.execute(
        f"""{selection.with_chosen},
            placed AS (
                SELECT chosen.grp AS grp, a.status AS status, a.conflict AS conflict, a.value AS value,
                       CASE WHEN INSTR(a.cell, '[') THEN SUBSTR(a.cell, INSTR(a.cell, ']') + 2) ELSE a.cell END AS cell
                FROM chosen JOIN answers AS a ON a.interview = chosen.interview
            )
            SELECT cell, grp, CASE WHEN conflict THEN 'conflict' ELSE status END,
                   CASE WHEN cell IN (SELECT value FROM json_each(:valued)) THEN value ELSE '' END, COUNT(*)
            FROM placed GROUP BY 1, 2, 3, 4""",
        selection.parameters | {"valued": json.dumps(valued, ensure_ascii=False)},
    )
    sums: dict[tuple[str, str], _Sums] = {}
    for cell, group, status, value, count in rows:
        for name in (WHOLE, group):
            place = sums.setdefault((cell, name), _Sums())
            place.statuses[status] += count
            if status == Status.ANSWERED:
                place.values[value] += count
    return sums


def _cell_table(cell: Cell, sums: Sequence[_Sums], bases: Sequence[int]) -> CellTable:
    codes = tuple(choice.name for choice in choices_of(cell.kind))
    if codes:
        met = {code for value in sums[0].values for code in value.split()}
        strangers = tuple(sorted(met.difference(codes)))
        codes = (*codes, *strangers) if len(codes) <= LONG_LIST else (*filter(met.__contains__, codes), *strangers)
    labels = tuple(label_of(cell.kind, code) for code in codes)
    columns = tuple(_column(cell.kind, codes, place, base) for place, base in zip(sums, bases, strict=True))
    return CellTable(cell, codes, labels, columns)


def _column(kind: ValueType, codes: tuple[str, ...], sums: _Sums, base: int) -> Column:
    answered = readable = sums.statuses[Status.ANSWERED]
    figures: Figures = None
    if kind.type in CHOICE_TYPES:
        taken: Counter[str] = Counter()
        for value, times_taken in sums.values.items():
            for code in value.split():
                taken[code] += times_taken
        figures = Frequencies(tuple(taken[code] for code in codes)) if answered else None
    elif kind.type == "rank":
        figures = ranks(sums.values, codes)
    elif kind.type == "date":
        days = _readable(sums.values, _read_date)
        figures, readable = dates(days), sum(days.values())
    elif kind.type in ("month", "time"):
        pattern, summed = (_MONTH, months) if kind.type == "month" else (_TIME, times)
        texts = _readable(sums.values, lambda value: value if pattern.fullmatch(value) else None)
        figures, readable = summed(texts), sum(texts.values())
    elif kind.type not in COUNTED_ONLY:
        amounts = _readable(sums.values, exact)
        figures, readable = numbers(amounts), sum(amounts.values())
    statuses = {str(status): sums.statuses[status] for status in Status if status is not Status.ANSWERED}
    statuses["empty"] = base - sum(sums.statuses.values()) + sums.statuses["empty"]
    tally = Tally(base, readable, **statuses, conflicts=sums.statuses["conflict"], unreadable=answered - readable)
    return Column(tally, figures)


def _readable(values: Mapping[str, int], read: Callable[[str], Value | None]) -> Counter[Value]:
    """The histogram of the values that an older form's question of another type did not leave behind."""
    found: Counter[Value] = Counter()
    for value, count in values.items():
        if (known := read(value)) is not None:
            found[known] += count
    return found


def _read_date(value: str) -> dt.date | None:
    try:
        return dt.date.fromisoformat(value)
    except ValueError:
        return None


def _roster_items(
    connection: sqlite3.Connection, items: Sequence[Item], selection: Selection
) -> dict[tuple[str, str], Counter[tuple[int, str]]]:
    """(roster, group) → how many interviews have (so many items, this status of the roster itself)."""
    rosters = [item.name for item in items if item.type == "roster"]
    rows = connection.execute(
        f"""{selection.with_chosen},
            placed AS (
                SELECT chosen.grp AS grp, a.interview AS interview, a.status AS status, a.conflict AS conflict,
                       SUBSTR(a.cell, 1, INSTR(a.cell || '[', '[') - 1) AS roster,
                       SUBSTR(a.cell, INSTR(a.cell, '['), INSTR(a.cell, ']') - INSTR(a.cell, '[')) AS item
                FROM chosen JOIN answers AS a ON a.interview = chosen.interview
            ),
            counted AS (
                SELECT roster, grp, COUNT(DISTINCT CASE WHEN item != '' AND status != 'skipped' THEN item END) AS items,
                       MAX(CASE WHEN item = '' THEN CASE WHEN conflict THEN 'conflict' ELSE status END END) AS said
                FROM placed WHERE roster IN (SELECT value FROM json_each(:rosters)) GROUP BY roster, grp, interview
            )
            SELECT roster, grp, items, COALESCE(said, ''), COUNT(*) FROM counted GROUP BY 1, 2, 3, 4""",
        selection.parameters | {"rosters": json.dumps(rosters, ensure_ascii=False)},
    )
    found: dict[tuple[str, str], Counter[tuple[int, str]]] = {}
    for roster, group, count, said, interviews in rows:
        for name in (WHOLE, group):
            found.setdefault((roster, name), Counter())[count, said] += interviews
    return found


def _roster_column(found: Counter[tuple[int, str]], base: int) -> RosterColumn:
    per_unit: Counter[Fraction] = Counter()
    said: Counter[str] = Counter()
    for (count, status), interviews in found.items():
        if count:
            per_unit[Fraction(count)] += interviews
        else:
            said[status] += interviews
    answered = sum(per_unit.values())
    named = {str(status): said[status] for status in Status if status.missing or status is Status.SKIPPED}
    conflicts = said["conflict"]
    empty = base - answered - sum(named.values()) - conflicts
    figures = numbers(per_unit)
    return RosterColumn(
        Tally(base, answered, **named, empty=empty, conflicts=conflicts), int(figures.total) if figures else 0, figures
    )
