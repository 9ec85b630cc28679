"""一本账: all that is known of one county, beside its city and the province. No workbook in here."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from dataclasses import dataclass, replace
from fractions import Fraction

from exports.case_words import ISSUE, PRACTICE, CaseReader, CaseWords
from exports.columns import Answers, for_people, words
from exports.indicators import Indicator, tabulate_indicators
from exports.limits import Limit, Limits, worst
from exports.said import Said, said
from exports.selection import Selection
from exports.sights import Sight
from exports.summary_ranking import ranking
from exports.terms import nothing_word
from surveys.answers import Status, choices_of
from surveys.form import Cell, Form, Item, roster_cell
from surveys.store import Store

HIDDEN = "（保密）"


@dataclass(frozen=True)
class Standing:
    """One indicator of a county beside the others'."""

    indicator: Indicator
    own: Fraction | str | None
    city: Fraction | None
    """The median of the city's counties."""
    whole: Fraction | None
    """The median of all counties."""
    place: int | None
    """1 for the greatest figure of all."""
    of: int
    """Counties that have a figure."""
    limit: Limit | None
    """The most serious limit that the figure passes."""


@dataclass(frozen=True)
class County:
    """One interview of one county; of several records the first one counts."""

    said: Said
    standings: tuple[Standing, ...]
    issues: tuple[CaseWords, ...]
    practices: tuple[CaseWords, ...]


def counties(store: Store, form: Form, selection: Selection, codes: Collection[str] = ()) -> Iterator[County]:
    """The counties of a round that have an interview, drafts too, in the order of the frame; one in memory at a time.

    Args:
        store: Where the answers are.
        form: The round's.
        selection: The round; medians are made of what it counts.
        codes: Only these units; () for all.
    """
    connection, limits = store.conn, Limits(form)
    indicators = tabulate_indicators(connection, form, selection)
    groups, reader = list(selection.groups(connection)), CaseReader(store)
    names = {unit.code: unit.name for unit in store.units()}
    orders = {indicator.item.name: {ranked.unit: ranked.place for ranked in ranking(indicator, names)}
              for indicator in indicators}  # fmt: skip
    for one in said(store, replace(selection, drafts=True, many=False)):
        unit = one.sight.unit
        if codes and unit.code not in codes:
            continue
        standings = []
        for indicator in indicators:
            own, order = indicator.by_unit.get(unit.code), orders[indicator.item.name]
            spread = [indicator.columns[0].units, indicator.columns[1 + groups.index(unit.city)].units]
            whole, city = (numbers.median if numbers else None for numbers in spread)
            passed = worst(own, limits.of(indicator.item)) if isinstance(own, Fraction) else None
            standings.append(Standing(indicator, own, city, whole, order.get(unit.name), len(order), passed))
        found = [tuple(reader.listed(name, round_=selection.round, unit=unit.code)) for name in (ISSUE, PRACTICE)]
        yield County(one, tuple(standings), *found)


def answers_in_words(sight: Sight) -> Iterator[tuple[Item, str]]:
    """Every question that people answer, and what was answered, on few lines; sensitive answers are hidden."""
    for item in sight.form.items:
        if item.asked:
            yield item, _roster(item, sight) if item.type == "roster" else _plain(item, sight.answers)


def _plain(item: Item, answers: Answers) -> str:
    statuses = {answers[cell.address].status for cell in item.cells if cell.address in answers}
    if not statuses:
        return "未答"
    if len(statuses) == 1 and (only := next(iter(statuses))) is not Status.ANSWERED:
        return only.label
    if len(item.cells) == 1:
        return _cell(item.cells[0], item.cells[0].address, answers)
    told = ((cell.label, _cell(cell, cell.address, answers)) for cell in item.cells)
    return "；".join(f"{label} {text or '未答'}" for label, text in told)


def _roster(item: Item, sight: Sight) -> str:
    if sight.status(item.name) is not Status.EMPTY:
        status = sight.status(item.name)
        return nothing_word(item) if status is Status.NOT_APPLICABLE else status.label
    lines = []
    for number, row in enumerate(sight.roster_rows(item.name), 1):
        said_there = (_cell(cell, roster_cell(item.name, row, cell.address), sight.answers) for cell in item.cells)
        lines.append(f"{number}）" + "，".join(text for text in said_there if text))
    return "\n".join(lines) or "未答"


def _cell(cell: Cell, address: str, answers: Answers) -> str:
    stored = answers.get(address)
    if stored is None or stored.status in (Status.EMPTY, Status.SKIPPED):
        return ""
    if stored.conflict:
        return "（待裁定）"
    if cell.sensitive:
        return HIDDEN
    if choices_of(cell.kind):
        return str(for_people(address, cell.kind, answers)[0])
    return words(cell.kind, stored.value, stored.status)
