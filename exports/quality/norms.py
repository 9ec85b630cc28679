"""What is usual: how the numbers of each cell are spread over the units, and how far they are from the former round.

Set-wise: one query brings back histograms, one the few amounts that look like a slip against the former round.
"""

from __future__ import annotations

import json
import math
import sqlite3
from collections.abc import Mapping
from dataclasses import dataclass

from exports.columns import NUMBERS
from exports.quality.robust import Spread, spread_of
from exports.quality.thresholds import Thresholds
from exports.rounds import earlier_rounds
from exports.selection import Selection
from surveys.form import Cell, Form, Item

SLIP = 10_000
"""元 in a 万."""

Key = tuple[str, str]


@dataclass(frozen=True, slots=True)
class Peers:
    """How the numbers of one cell are spread."""

    kind: str
    """Of the units compared with; "" for all."""
    spread: Spread
    added: float | None
    """Whether the spread is one of logarithms, and what is added before: counties differ by size, so amounts are
    judged by their ratios. None: as they are."""

    def score(self, value: float) -> float:
        """Robust standard deviations from the median; 0 for what cannot be judged (nothing, where ratios count)."""
        if self.added is None:
            return self.spread.score(value)
        return self.spread.score(math.log10(value + self.added)) if value > 0 else 0.0

    @property
    def median(self) -> float:
        """In the unit of the answers."""
        return self.spread.median if self.added is None else float(10**self.spread.median) - self.added

    def factor(self, value: float) -> float | None:
        """How many times the median a number is, or the median is it; None where ratios do not count."""
        if self.added is None:
            return None
        ratio = (value + self.added) / (self.median + self.added)
        return max(ratio, 1 / ratio)


@dataclass(frozen=True, slots=True)
class Norms:
    """What every number is held against."""

    cells: Mapping[str, tuple[Item, Cell]]
    """The number cells that people answer; of a roster its fields."""
    peers: Mapping[Key, Peers]
    """(cell, kind of unit, or "" for all) → the spread, where there are enough answers."""
    former_round: str
    """ "" if there is none."""
    former: Mapping[Key, str]
    """(interview, cell) → the former round's amount, where the two are about 10,000 times apart."""

    def of(self, cell: str, kind: str) -> Peers | None:
        """The units a number is compared with: those of its kind, or all where these are too few."""
        return self.peers.get((cell, kind)) or self.peers.get((cell, ""))


def in_ten_thousands(cell: Cell) -> bool:
    """Whether an answer is counted in 万, so that a slip of unit is likely."""
    return str(getattr(cell.kind, "unit", "")).startswith("万")


def read_norms(connection: sqlite3.Connection, form: Form, selection: Selection, limits: Thresholds) -> Norms:
    """Read what is usual in a round."""
    cells = {
        cell.address: (item, cell)
        for item in form.items
        if item.asked
        for cell in item.cells
        if cell.kind.type in NUMBERS
    }
    histograms: dict[Key, dict[float, int]] = {}
    for address, kind, value, count in connection.execute(
        f"""{selection.with_chosen}, placed AS (
                SELECT u.kind AS kind, a.value AS value,
                       CASE WHEN INSTR(a.cell, '[') THEN SUBSTR(a.cell, INSTR(a.cell, ']') + 2) ELSE a.cell END AS cell
                FROM chosen JOIN units AS u ON u.code = chosen.unit JOIN answers AS a ON a.interview = chosen.interview
                WHERE a.status = 'answered' AND NOT a.conflict)
            SELECT cell, kind, value, COUNT(*) FROM placed
            WHERE cell IN (SELECT value FROM json_each(:cells)) GROUP BY 1, 2, 3""",
        {**selection.parameters, "cells": json.dumps([*cells], ensure_ascii=False)},
    ):
        if (number := number_of(value)) is not None:
            for key in ((address, kind), (address, "")):
                histogram = histograms.setdefault(key, {})
                histogram[number] = histogram.get(number, 0) + count
    added = {
        address: None
        if cell.kind.type == "percent" or min(histograms.get((address, ""), {0.0: 1})) < 0
        else limits.small_count
        if cell.kind.type == "integer"
        else 0.0
        for address, (_, cell) in cells.items()
    }
    peers = {
        key: found
        for key, histogram in histograms.items()
        if (found := _peers(key[1], histogram, added[key[0]], limits.peers))
    }
    rounds = earlier_rounds(connection, selection)
    former = (
        _slips(connection, cells, selection, rounds[0], limits.slip_within) if rounds and not selection.many else {}
    )
    return Norms(cells, peers, rounds[0] if rounds else "", former)


def number_of(value: str) -> float | None:
    """A stored number; None if the text is none (an answer to an older form) or too great to reckon with."""
    try:
        number = float(value)
    except ValueError:
        return None
    return number if math.isfinite(number) else None


def _peers(kind: str, histogram: Mapping[float, int], added: float | None, least: float) -> Peers | None:
    if added is not None:
        histogram = {math.log10(value + added): count for value, count in histogram.items() if value > 0}
    return Peers(kind, spread_of(histogram), added) if sum(histogram.values()) >= max(1, least) else None


def _slips(
    connection: sqlite3.Connection,
    cells: Mapping[str, tuple[Item, Cell]],
    selection: Selection,
    earlier: str,
    within: float,
) -> dict[Key, str]:
    """The amounts that are about 10,000 times the former round's, or that part of it; rosters have other rows."""
    amounts = [address for address, (item, cell) in cells.items() if in_ten_thousands(cell) and item.type != "roster"]
    before = selection.chosen.replace(":round", ":earlier")
    rows = connection.execute(
        f"""{selection.with_chosen}, before AS ({before})
            SELECT chosen.interview, a.cell, b.value FROM chosen
            JOIN before ON before.unit = chosen.unit
            JOIN answers AS a ON a.interview = chosen.interview
            JOIN answers AS b ON b.interview = before.interview AND b.cell = a.cell
            WHERE a.cell IN (SELECT value FROM json_each(:cells)) AND a.status = 'answered' AND b.status = 'answered'
              AND NOT a.conflict AND NOT b.conflict AND CAST(a.value AS REAL) > 0 AND CAST(b.value AS REAL) > 0
              AND (CAST(a.value AS REAL) / CAST(b.value AS REAL) BETWEEN :low AND :high
                OR CAST(b.value AS REAL) / CAST(a.value AS REAL) BETWEEN :low AND :high)
            ORDER BY 1, 2""",
        {**selection.parameters, "earlier": earlier, "cells": json.dumps(amounts, ensure_ascii=False),
         "low": SLIP / within, "high": SLIP * within},
    )  # fmt: skip
    return {(interview, cell): value for interview, cell, value in rows}
