"""Calculated indicators over units: rates from sums, amounts added up, and how the units are spread."""

from __future__ import annotations

import json
import sqlite3
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction
from functools import cached_property

from exports.figures import Amount, Numbers, Tally, exact, numbers
from exports.rates import Adding, Ratio, Terms, combination
from exports.selection import WHOLE, Selection
from surveys.form import Form, Item, parse_address


@dataclass(frozen=True, slots=True)
class Weighted:
    """An indicator's figures in one group, each interview with the weight of its unit."""

    overall: Fraction | None
    units: Numbers | None


@dataclass(frozen=True, slots=True)
class IndicatorColumn:
    """One indicator in one group."""

    tally: Tally
    """Over interviews: answered = the figure could be calculated."""
    overall: Fraction | None
    """The group's own figure: a rate from sums (in per cent), or the sum; None where units do not add up."""
    overall_n: int
    """Interviews that `overall` is made of: for a rate those with every part and whole answered."""
    units: Numbers | None
    """How the interviews' own figures are spread."""
    weighted: Weighted | None = None
    """`overall` and `units` with each interview's weight; None without weights."""
    texts: tuple[tuple[str, int], ...] = ()
    """Of an indicator that is a text: each text with how often it came out, the most frequent first."""


@dataclass(frozen=True, slots=True)
class Indicator:
    """One calculated question over all groups."""

    item: Item
    rule: Ratio | Adding
    unit: str
    decimals: int
    columns: tuple[IndicatorColumn, ...]
    """The whole first, then the groups."""
    by_unit: Mapping[str, Fraction | str]
    """Unit code → its figure, where it has one; of several interviews what they make together."""


def tabulate_indicators(connection: sqlite3.Connection, form: Form, selection: Selection) -> tuple[Indicator, ...]:
    """All calculated questions of the form."""
    groups = selection.groups(connection)
    items = [item for item in form.items if item.type == "calculate"]
    rules = {item.name: combination(item, form) for item in items}
    parts = {cell for rule in rules.values() if isinstance(rule, Ratio) for cell in rule.cells}
    data = _Answered(connection, selection, parts.union(rules))
    return tuple(_indicator(item, rules[item.name], form, data, groups) for item in items)


def indicators_by_round(
    connection: sqlite3.Connection, form: Form, selection: Selection, rounds: Sequence[str]
) -> tuple[Indicator, ...]:
    """The same with a column per round side by side; `by_unit` is of the last one named."""
    runs = [tabulate_indicators(connection, form, replace(selection.whole, round=name)) for name in rounds]
    side_by_side = zip(*runs, strict=True)
    return tuple(replace(each[-1], columns=tuple(one.columns[0] for one in each)) for each in side_by_side)


class _Answered:
    """The few cells that indicators need, of every chosen interview."""

    def __init__(self, connection: sqlite3.Connection, selection: Selection, cells: Iterable[str]) -> None:
        self._connection, self._selection = connection, selection
        chosen = self._run("SELECT interview, unit, CAST(grp AS TEXT) FROM chosen ORDER BY interview").fetchall()
        self.unit_of: dict[str, str] = {interview: unit for interview, unit, _ in chosen}
        self.members: dict[str, list[str]] = {WHOLE: [*self.unit_of]}
        """Group → interviews; of a group called as the whole the whole."""
        for interview, _, group in chosen:
            if group != WHOLE:
                self.members.setdefault(group, []).append(interview)
        weights = dict(selection.weights)
        self.weights = {interview: weights[unit] for interview, unit in self.unit_of.items()} if weights else None
        """Interview → weight; None without weights."""
        self.values: dict[str, dict[str, Fraction]] = {interview: {} for interview in self.unit_of}
        """Interview → cell → answered number that is not in conflict."""
        self.texts: dict[str, dict[str, str]] = {interview: {} for interview in self.unit_of}
        """Interview → cell → the same as it is written, texts too."""
        answered = self._run(
            "SELECT chosen.interview, a.cell, a.value FROM chosen JOIN answers AS a ON a.interview = chosen.interview"
            " WHERE a.cell IN (SELECT value FROM json_each(:cells)) AND a.status = 'answered' AND NOT a.conflict",
            cells=json.dumps(sorted(cells), ensure_ascii=False),
        )
        for interview, cell, value in answered:
            if (number := exact(value)) is not None:
                self.values[interview][cell] = number
            self.texts[interview][cell] = value

    def _run(self, sql: str, **more: str) -> sqlite3.Cursor:
        head = self._selection
        return self._connection.execute(f"{head.with_chosen} {sql}", head.parameters | more)

    @cached_property
    def conflicts(self) -> dict[str, set[str]]:
        """Interview → questions that have a cell in conflict."""
        found: dict[str, set[str]] = {}
        rows = self._run(
            "SELECT chosen.interview, a.cell FROM chosen JOIN answers AS a ON a.interview = chosen.interview"
            " WHERE a.conflict"
        )
        for interview, cell in rows:
            found.setdefault(interview, set()).add(parse_address(cell).question)
        return found


def _indicator(item: Item, rule: Ratio | Adding, form: Form, data: _Answered, groups: Mapping[str, int]) -> Indicator:
    reads = _reads(item.name, form)
    disputed = {interview for interview, questions in data.conflicts.items() if questions & reads}
    cell = item.cells[0].kind
    source: Mapping[str, Mapping[str, Fraction | str]] = data.texts if cell.type == "text" else data.values
    figures = {
        interview: values[item.name]
        for interview, values in source.items()
        if item.name in values and interview not in disputed
    }
    columns = []
    for name in dict.fromkeys((WHOLE, *groups)):
        mine = data.members.get(name, [])
        found = [figures[interview] for interview in mine if interview in figures]
        conflicts = sum(interview in disputed for interview in mine)
        tally = Tally(len(mine), len(found), conflicts=conflicts, empty=len(mine) - len(found) - conflicts)
        spread = numbers(Counter(value for value in found if isinstance(value, Fraction)))
        texts = Counter(value for value in found if isinstance(value, str))
        overall, overall_n = _together(rule, mine, figures, data)
        said = tuple(sorted(texts.items(), key=lambda text: (-text[1], text[0])))
        weighted = None if data.weights is None else _weighted(rule, mine, figures, data, data.weights)
        columns.append(IndicatorColumn(tally, overall, overall_n, spread, weighted, said))
    of_unit: dict[str, list[str]] = {}
    for interview, unit in data.unit_of.items():
        of_unit.setdefault(unit, []).append(interview)
    by_unit = {
        unit: figure
        for unit, interviews in of_unit.items()
        if (figure := _of_unit(rule, interviews, figures, data)) is not None
    }
    return Indicator(item, rule, getattr(cell, "unit", ""), getattr(cell, "decimals", 0), tuple(columns), by_unit)


def _together(
    rule: Ratio | Adding,
    interviews: Sequence[str],
    figures: Mapping[str, Fraction | str],
    data: _Answered,
    weights: Mapping[str, Fraction] | None = None,
) -> tuple[Fraction | None, int]:
    """What the figures of several interviews make together, and how many of them it is made of."""
    if isinstance(rule, Ratio):
        return _rate(rule, [(data.values[each], weights[each] if weights else 1) for each in interviews])
    if rule is Adding.NONE:
        return None, 0
    found = [(value, each) for each in interviews if isinstance(value := figures.get(each), Fraction)]
    total = sum((value * (weights[each] if weights else 1) for value, each in found), Fraction(0))
    return (total if found else None), len(found)


def _weighted(
    rule: Ratio | Adding,
    interviews: Sequence[str],
    figures: Mapping[str, Fraction | str],
    data: _Answered,
    weights: Mapping[str, Fraction],
) -> Weighted:
    overall, _ = _together(rule, interviews, figures, data, weights)
    histogram: dict[Fraction, Amount] = {}
    found = [(value, each) for each in interviews if isinstance(value := figures.get(each), Fraction)]
    for value, each in found:
        histogram[value] = histogram.get(value, 0) + weights[each]
    return Weighted(overall, numbers(histogram, len(found)))


def _of_unit(
    rule: Ratio | Adding, interviews: Sequence[str], figures: Mapping[str, Fraction | str], data: _Answered
) -> Fraction | str | None:
    """The figure of one unit: its only interview's own; of several what they make together."""
    if len(interviews) == 1:
        return figures.get(interviews[0])
    return _together(rule, interviews, figures, data)[0]


def _rate(rule: Ratio, interviews: Sequence[tuple[dict[str, Fraction], Amount]]) -> tuple[Fraction | None, int]:
    """Sum of the parts over sum of the wholes, in per cent, over interviews (with weights) that have all of both."""
    whole = [(values, weight) for values, weight in interviews if values.keys() >= rule.cells]
    below = sum((_value(rule.denominator, values) * weight for values, weight in whole), Fraction(0))
    above = sum((_value(rule.numerator, values) * weight for values, weight in whole), Fraction(0))
    return (above / below * 100 if below else None), len(whole)


def _value(terms: Terms, values: Mapping[str, Fraction]) -> Fraction:
    return sum((values[cell] * times for cell, times in terms.items()), Fraction(0))


def _reads(name: str, form: Form) -> set[str]:
    """The questions a calculation depends on, through other calculations too."""
    found: set[str] = set()
    waiting = [name]
    while waiting:
        calculation = form.rules.calculations.get(waiting.pop())
        for reference in calculation.references if calculation else ():
            question = form.fields.get(reference.name, reference.name)
            if question not in found:
                found.add(question)
                waiting.append(question)
    return found
