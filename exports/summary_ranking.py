"""指标排位: of every indicator the units with the greatest and the least figures, by name."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from fractions import Fraction
from typing import Any

from exports.canvas import LINE, NUMBER, Canvas
from exports.coverage import Coverage
from exports.indicators import Indicator
from exports.limits import Limits
from exports.shading import LEGEND, shade
from exports.styles import CENTERED, HEAD, SECTION, TEXT
from exports.summary_indicators import scaled, style_of

SHOWN = 10
"""Units at each end of the order."""
_PART = (5.0, 25.0, 10.5)
_GAP = 2.0
_TEXT = replace(TEXT, shrink=True)


@dataclass(frozen=True, slots=True)
class Ranked:
    """A unit in the order of one indicator."""

    place: int
    """1 for the greatest; equal figures share a place, and the next one counts them all."""
    unit: str
    figure: Fraction


def ranking(indicator: Indicator, names: dict[str, str]) -> list[Ranked]:
    """All units that have a figure, the greatest first, equals in the order of the frame.

    Args:
        indicator: One whose figures are numbers; texts have no order and give an empty list.
        names: Unit code → name, in the order of the frame.
    """
    figures = [(code, indicator.by_unit.get(code)) for code in names]
    known = [(code, figure) for code, figure in figures if isinstance(figure, Fraction)]
    ordered = sorted(known, key=lambda pair: -pair[1])
    ranked: list[Ranked] = []
    for number, (code, figure) in enumerate(ordered, 1):
        place = ranked[-1].place if ranked and ranked[-1].figure == figure else number
        ranked.append(Ranked(place, names[code], figure))
    return ranked


def write_ranking(sheet: Any, indicators: Sequence[Indicator], coverage: Coverage, limits: Limits, back: str) -> None:
    """Two indicators side by side, each with its first and its last units."""
    names = {unit.code: unit.name for unit in coverage.whole.units}
    ranked = [(indicator, ranking(indicator, names)) for indicator in indicators]
    ranked = [pair for pair in ranked if pair[1]]
    canvas = Canvas(sheet, "指标排位", [*_PART, *_PART, _GAP, *_PART, *_PART])
    note = f"由大到小；排位只说数的大小，不说好坏。单位不多的全部列出，多的列最大、最小各{SHOWN}个。{LEGEND}"
    canvas.head("指标排位", back, note)
    for number in range(0, len(ranked), 2):
        pair = ranked[number : number + 2]
        rows = max(min(SHOWN, -(-len(units) // 2)) for _, units in pair)
        canvas.keep(LINE * (rows + 3))
        canvas.advance(LINE / 2)
        top = canvas.advance(LINE * 1.2)
        heads = canvas.advance(LINE)
        first = canvas.advance(LINE * rows, rows)
        for column, (indicator, units) in zip((1, 8), pair, strict=False):
            _write(canvas, (top, heads, first), column, indicator, units, limits)


def _write(
    canvas: Canvas, rows: tuple[int, int, int], column: int, indicator: Indicator, units: list[Ranked], limits: Limits
) -> None:
    top, heads, first = rows
    unit = f"（{indicator.unit}）" if indicator.unit not in ("", "%") else ""
    first_ones = sum(ranked.place == 1 for ranked in units)
    tied = f"，并列最大的{first_ones}个" if first_ones > 1 else ""
    canvas.span(top, column, column + 5, f"{indicator.item.label}{unit}　共{len(units)}个单位{tied}", SECTION)
    half = min(SHOWN, -(-len(units) // 2))
    parts = (units[:half], units[max(half, len(units) - SHOWN) :])
    look = replace(NUMBER, number_format=style_of(indicator).value)
    for start, part in zip((column, column + 3), parts, strict=True):
        for offset, text in enumerate(("排位", "单位", "数值")):
            canvas.put(heads, start + offset, text, HEAD)
        for row, ranked in enumerate(part, first):
            canvas.put(row, start, ranked.place, CENTERED)
            canvas.put(row, start + 1, ranked.unit, _TEXT)
            canvas.put(row, start + 2, scaled(indicator, ranked.figure), look)
        if part and (found := limits.of(indicator.item)):
            values = canvas.sheet.cell(first, start + 2).coordinate
            last = canvas.sheet.cell(first + len(part) - 1, start + 2).coordinate
            shade(canvas.sheet, f"{values}:{last}", found, indicator.unit == "%")
