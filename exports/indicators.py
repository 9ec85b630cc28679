"""Calculated indicators over units: rates from sums, amounts added up, and how the units are spread."""

from __future__ import annotations

import json
import sqlite3
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from fractions import Fraction
from functools import cached_property

from exports.figures import Numbers, Tally, exact, numbers
from exports.rates import Adding, Ratio, Terms, combination
from exports.selection import WHOLE, Selection
from surveys.form import Form, Item, parse_address


@dataclass(frozen=True, slots=True)
class IndicatorColumn:
    """One indicator in one group."""

    tally: Tally
    """Over interviews: answered = the figure could be calculated."""
    overall: Fraction | None
    """The group's own figure: a rate from sums (in per cent), or the sum; None where units do not add up."""
    overall_n: int
    """Units that `overall` is made of: for a rate those with every part and whole answered."""
    units: Numbers | None
    """How the units' own figures are spread."""


@dataclass(frozen=True, slots=True)
class Indicator:
    """One calculated question over all groups."""

    item: Item
    rule: Ratio | Adding
    unit: str
    decimals: int
    columns: tuple[IndicatorColumn, ...]
    """The whole first, then the groups."""
    by_unit: Mapping[str, Fraction]
    """Unit code → its figure, where it has one."""


def tabulate_indicators(connection: sqlite3.Connection, form: Form, selection: Selection) -> tuple[Indicator, ...]:
    """All calculated questions of the form."""
    groups = selection.groups(connection)
    items = [item for item in form.items if item.type == "calculate"]
    rules = {item.name: combination(item, form) for item in items}
    parts = {cell for rule in rules.values() if isinstance(rule, Ratio) for cell in rule.cells}
    survey = _Survey(connection, selection, parts.union(rules))
    return tuple(_indicator(item, rules[item.name], form, survey, groups) for item in items)


class _Survey:
    """The few cells that indicators need, of every chosen interview."""

    def __init__(self, connection: sqlite3.Connection, selection: Selection, cells: Iterable[str]) -> None:
        self._connection, self._selection = connection, selection
        self.group_of: dict[str, str] = dict(self._run("SELECT unit, grp FROM chosen"))
        self.values: dict[str, dict[str, Fraction]] = {unit: {} for unit in self.group_of}
        """Unit → cell → answered number that is not in conflict."""
        answered = self._run(
            "SELECT chosen.unit, a.cell, a.value FROM chosen JOIN answers AS a ON a.interview = chosen.interview"
            " WHERE a.cell IN (SELECT value FROM json_each(:cells)) AND a.status = 'answered' AND NOT a.conflict",
            cells=json.dumps(sorted(cells), ensure_ascii=False),
        )
        for unit, cell, value in answered:
            if (number := exact(value)) is not None:
                self.values[unit][cell] = number

    def _run(self, sql: str, **more: str) -> sqlite3.Cursor:
        head = self._selection
        return self._connection.execute(f"{head.with_chosen} {sql}", head.parameters | more)

    @cached_property
    def conflicts(self) -> dict[str, set[str]]:
        """Unit → questions that have a cell in conflict."""
        found: dict[str, set[str]] = {}
        rows = self._run(
            "SELECT chosen.unit, a.cell FROM chosen JOIN answers AS a ON a.interview = chosen.interview WHERE a.conflict"
        )
        for unit, cell in rows:
            found.setdefault(unit, set()).add(parse_address(cell).question)
        return found


def _indicator(item: Item, rule: Ratio | Adding, form: Form, survey: _Survey, groups: Mapping[str, int]) -> Indicator:
    reads = _reads(item.name, form)
    disputed = {unit for unit, questions in survey.conflicts.items() if questions & reads}
    by_unit = {
        unit: values[item.name]
        for unit, values in survey.values.items()
        if item.name in values and unit not in disputed
    }
    columns = []
    for name in (WHOLE, *groups):
        units = [unit for unit, group in survey.group_of.items() if name in (WHOLE, group)]
        figures = [by_unit[unit] for unit in units if unit in by_unit]
        spread = numbers(Counter(figures))
        conflicts = sum(unit in disputed for unit in units)
        tally = Tally(len(units), len(figures), conflicts=conflicts, empty=len(units) - len(figures) - conflicts)
        if isinstance(rule, Ratio):
            overall, overall_n = _rate(rule, [survey.values[unit] for unit in units])
        else:
            overall = spread.total if spread and rule is Adding.SUM else None
            overall_n = len(figures) if rule is Adding.SUM else 0
        columns.append(IndicatorColumn(tally, overall, overall_n, spread))
    cell = item.cells[0].kind
    return Indicator(item, rule, getattr(cell, "unit", ""), getattr(cell, "decimals", 0), tuple(columns), by_unit)


def _rate(rule: Ratio, units: list[dict[str, Fraction]]) -> tuple[Fraction | None, int]:
    """Sum of the parts over sum of the wholes, in per cent, over units that have all of both."""
    whole = [values for values in units if values.keys() >= rule.cells]
    below = sum((_value(rule.denominator, values) for values in whole), Fraction(0))
    above = sum((_value(rule.numerator, values) for values in whole), Fraction(0))
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
