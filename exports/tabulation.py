"""Tables of a whole survey as plain data: for every question, the province and each group of units.

A few set-wise queries bring back histograms (value → how often) of every cell and group at once
(`histograms`); all statistics follow from those (`figures`). What is counted is said by `Selection`: one complete
interview per unit, or every complete one of a survey with many per unit. Cells in conflict are left out and counted
apart.
"""

from __future__ import annotations

import datetime as dt
import re
from collections import Counter
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction
from typing import TypeVar

from exports.figures import (
    Amount,
    Figures,
    Frequencies,
    Numbers,
    Tally,
    dates,
    exact,
    months,
    numbers,
    ranks,
    times,
)
from exports.histograms import COUNTED_ONLY, NUMBER_TYPES, Rows, Sheets, Sums, histograms, roster_rows
from exports.selection import WHOLE, Queries, Selection
from exports.terms import counted_word
from surveys.answers import Status, choices_of, label_of
from surveys.form import Cell, Form, Item
from surveys.value_types import MONTH_PATTERN, TIME_PATTERN, ValueType

_MONTH, _TIME = re.compile(MONTH_PATTERN), re.compile(TIME_PATTERN)

CHOICE_TYPES = ("select_one", "select_multiple", "rating")
DATE_TYPES = ("date", "month", "time")

LONG_LIST = 40
"""Of a list with more choices (places read from a file) only those are tabulated that were taken."""

Value = TypeVar("Value", Fraction, dt.date, str)


@dataclass(frozen=True, slots=True)
class Weighted:
    """One cell's figures in one group, each answer with the weight of its unit."""

    n: Fraction
    """Sum of the weights of those who answered; how many these are stands in `Column.tally`."""
    figures: Figures


@dataclass(frozen=True, slots=True)
class PerUnit:
    """A roster's field over units instead of items."""

    n: int
    """Units (of a survey with many per unit: interviews) that have an answer in any row."""
    figures: Figures
    """Of choices how many units have an item with it; of numbers how the units' sums are spread."""


@dataclass(frozen=True, slots=True)
class Column:
    """One cell's figures in one group."""

    tally: Tally
    figures: Figures
    weighted: Weighted | None = None
    """None without weights, or where nothing was answered."""
    per_unit: PerUnit | None = None
    """Of a roster's field whose items say something about their unit together."""


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


_NOTHING = Sums()


def tabulate(connection: Queries, form: Form, selection: Selection, only: Collection[str] | None = None) -> Tabulation:
    """Tabulate the questions that people answer.

    Args:
        connection: To the office's store, or its copy (`mirror`).
        form: The survey's, in its current version.
        selection: What is counted, with what weight, in which groups.
        only: Names of the questions; all by default.
    """
    groups = selection.groups(connection)
    apart = selection.whole.groups(connection) if selection.overlapping else groups
    bases = {WHOLE: sum(apart.values()), **groups}
    items = _items(form, only)
    sheets, rows = histograms(connection, items, selection), roster_rows(connection, items, selection)
    tabulation = _composed(items, bases, sheets, rows, selection)
    return replace(tabulation, groups=(*map(selection.name_of, tabulation.groups),))


def tabulate_rounds(
    connection: Queries,
    form: Form,
    selection: Selection,
    rounds: Sequence[str],
    only: Collection[str] | None = None,
) -> Tabulation:
    """The same with a column per round side by side, and none for all of them: a unit counts once in each.

    Answers are read as the form has them; of a question that was of another type then it is told how many do not fit.
    """
    items, bases = _items(form, only), dict[str, int]()
    sheets: Sheets = {}
    rows: Rows = {}
    for name in rounds:
        of_round = replace(selection.whole, round=name)
        bases[name] = of_round.groups(connection).get(WHOLE, 0)
        sheets |= {(cell, name): sums for (cell, _), sums in histograms(connection, items, of_round).items()}
        rows |= {(cell, name): found for (cell, _), found in roster_rows(connection, items, of_round).items()}
    return _composed(items, bases, sheets, rows, selection)


def _items(form: Form, only: Collection[str] | None) -> list[Item]:
    return [item for item in form.items if item.asked and (only is None or item.name in only)]


def _composed(
    items: Sequence[Item], bases: Mapping[str, int], sheets: Sheets, rows: Rows, selection: Selection
) -> Tabulation:
    """The tables of histograms whose groups are the keys of `bases`."""
    questions = {}
    scale = selection.scale if selection.weights else 0
    for item in items:
        columns = tuple(_roster_column(rows.get((item.name, name), Counter()), base) for name, base in bases.items())
        within = [column.items for column in columns] if item.type == "roster" else [*bases.values()]
        cells = tuple(
            _cell_table(cell, [sheets.get((cell.address, name), _NOTHING) for name in bases], within, scale)
            for cell in item.cells
        )
        questions[item.name] = QuestionTable(item, cells, columns if item.type == "roster" else ())
    return Tabulation((*bases,), (*bases.values(),), questions, counted_word(selection.many))


def _cell_table(cell: Cell, sums: Sequence[Sums], bases: Sequence[int], scale: int) -> CellTable:
    codes = tuple(choice.name for choice in choices_of(cell.kind))
    if codes:
        met = {code for place in sums for value in place.values for code in value.split()}
        strangers = tuple(sorted(met.difference(codes)))
        codes = (*codes, *strangers) if len(codes) <= LONG_LIST else (*filter(met.__contains__, codes), *strangers)
    labels = tuple(label_of(cell.kind, code) for code in codes)
    columns = tuple(_column(cell.kind, codes, place, base, scale) for place, base in zip(sums, bases, strict=True))
    return CellTable(cell, codes, labels, columns)


def _column(kind: ValueType, codes: tuple[str, ...], sums: Sums, base: int, scale: int) -> Column:
    answered = sums.statuses[Status.ANSWERED]
    figures, readable = sums.numbers or _figures(kind, codes, sums.values)
    statuses = {str(status): sums.statuses[status] for status in Status if status is not Status.ANSWERED}
    statuses["empty"] = base - sum(sums.statuses.values()) + sums.statuses["empty"]
    tally = Tally(
        base, int(readable), **statuses, conflicts=sums.statuses["conflict"], unreadable=answered - int(readable)
    )
    weighted = None
    if scale and readable:
        weights = {value: Fraction(weight, scale) for value, weight in sums.weights.items()}
        found, weight = _figures(kind, codes, weights, int(readable))
        weighted = Weighted(Fraction(weight), found)
    return Column(tally, figures, weighted, _per_unit(kind, codes, sums.per_unit))


def _figures(
    kind: ValueType, codes: tuple[str, ...], values: Mapping[str, Amount], n: int | None = None
) -> tuple[Figures, Amount]:
    """What a histogram of answers (`n` answers, where it holds weights) says, and how much of it can be read."""
    answered = sum(values.values())
    if not answered or kind.type in COUNTED_ONLY:
        return None, answered
    if kind.type in CHOICE_TYPES:
        taken: dict[str, Amount] = dict.fromkeys(codes, 0)
        for value, amount in values.items():
            for code in value.split():
                taken[code] += amount
        return Frequencies(tuple(taken[code] for code in codes)), answered
    if kind.type == "rank":
        return ranks(values, codes), answered
    if kind.type == "date":
        days = _readable(values, _read_date)
        return dates(days, n), sum(days.values())
    if kind.type in ("month", "time"):
        pattern, summed = (_MONTH, months) if kind.type == "month" else (_TIME, times)
        texts = _readable(values, lambda value: value if pattern.fullmatch(value) else None)
        return summed(texts, n), sum(texts.values())
    amounts = _readable(values, exact)
    return numbers(amounts, n), sum(amounts.values())


def _per_unit(kind: ValueType, codes: tuple[str, ...], interviews: Mapping[str, int]) -> PerUnit | None:
    """Sums of per cents, and the first of several dates, say nothing about a unit."""
    if not interviews or kind.type not in (*CHOICE_TYPES, *NUMBER_TYPES) or kind.type == "percent":
        return None
    if kind.type in CHOICE_TYPES:
        having: Counter[str] = Counter()
        for values, count in interviews.items():
            for code in {*values.split()}:
                having[code] += count
        return PerUnit(sum(interviews.values()), Frequencies(tuple(having[code] for code in codes)))
    totals: Counter[Fraction] = Counter()
    for values, count in interviews.items():
        found = [number for value in values.split() if (number := exact(value)) is not None]
        if found:
            totals[sum(found, Fraction(0))] += count
    return PerUnit(totals.total(), numbers(totals)) if totals else None


def _readable(values: Mapping[str, Amount], read: Callable[[str], Value | None]) -> dict[Value, Amount]:
    """The histogram of the values that an older form's question of another type did not leave behind."""
    found: dict[Value, Amount] = {}
    for value, amount in values.items():
        if (known := read(value)) is not None:
            found[known] = found.get(known, 0) + amount
    return found


def _read_date(value: str) -> dt.date | None:
    try:
        return dt.date.fromisoformat(value)
    except ValueError:
        return None


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
