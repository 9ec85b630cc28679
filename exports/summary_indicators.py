"""The indicator sheets: every indicator over the groups, and every unit's figures."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from fractions import Fraction
from typing import Any

from openpyxl.utils import get_column_letter

from exports.blocks import Block, Line, Style
from exports.canvas import NUMBER, Canvas
from exports.coverage import Coverage
from exports.figures import Numbers
from exports.indicators import Indicator, IndicatorColumn, Weighted
from exports.limits import Limit, Limits
from exports.rates import Adding, Ratio
from exports.shading import LEGEND, grade, shade
from exports.styles import CENTERED, HEAD, LABEL, MUTED, TOTAL, lines_of
from exports.summary_tables import LINE, grouped_canvas, write_block
from exports.tabulation import Tabulation
from exports.terms import counted_word

_HEAD_ROW = 3
MOST_TEXTS = 12
"""Different texts of a text indicator that are counted one by one; more are sentences, not kinds."""
_TEXT = replace(CENTERED, shrink=True)
_PER_PAGE = 15
"""Indicators side by side on one page of the sheet by unit."""


def style_of(indicator: Indicator) -> Style:
    """How an indicator's figures are written."""
    if indicator.unit == "%":
        return Style.SHARE
    return {0: Style.COUNT, 1: Style.ONE}.get(indicator.decimals, Style.TWO)


def scaled(indicator: Indicator, value: Fraction | None) -> Fraction | None:
    """The figure as its style wants it: per cents as fractions of one."""
    return value / 100 if value is not None and indicator.unit == "%" else value


def indicator_block(indicator: Indicator, counted: str = "单位") -> Block:
    """One indicator as lines over the groups; `counted` is what the bases count (`Tabulation.counted`)."""
    style = style_of(indicator)
    spread = Style.ONE if style is Style.COUNT else style

    def line(
        label: str, figure: Callable[[IndicatorColumn], Fraction | None], how: Style = style, judged: bool = False
    ) -> Line:
        return Line(label, tuple(scaled(indicator, figure(column)) for column in indicator.columns), how, judged)

    def units(label: str, figure: Callable[[Numbers], Fraction], how: Style = style) -> Line:
        return line(label, lambda column: figure(column.units) if column.units else None, how, judged=True)

    lines = []
    if isinstance(indicator.rule, Ratio):
        lines.append(line("总率（分子合计÷分母合计）", lambda column: column.overall, judged=True))
        lines.append(_counts(f"总率计入的{counted} n", [column.overall_n for column in indicator.columns]))
    elif indicator.rule is Adding.SUM:
        lines.append(line("合计", lambda column: column.overall))
    lines.append(_counts(f"算得出的{counted} n", [column.tally.answered for column in indicator.columns]))
    if indicator.item.cells[0].kind.type == "text":
        lines += _texts(indicator, counted)
    else:
        lines.append(units(f"各{counted}中位数", lambda numbers: numbers.median, spread))
        lines.append(units(f"各{counted}最低", lambda numbers: numbers.minimum))
        lines.append(units(f"各{counted}最高", lambda numbers: numbers.maximum))
    if any(column.weighted for column in indicator.columns):
        lines += _weighted(indicator, counted, line)
    if any(column.tally.conflicts for column in indicator.columns):
        lines.append(_counts("待裁定", [column.tally.conflicts for column in indicator.columns]))
    return Block(_name(indicator), tuple(lines))


def _weighted(indicator: Indicator, counted: str, line: Callable[..., Line]) -> list[Line]:
    """The figures that weights change; `line` makes one of a figure of each column."""

    def figure(part: Callable[[Weighted], Fraction | None]) -> Callable[[IndicatorColumn], Fraction | None]:
        return lambda column: part(column.weighted) if column.weighted else None

    lines = []
    if isinstance(indicator.rule, Ratio):
        lines.append(line("加权总率", figure(lambda weighted: weighted.overall), judged=True))
    elif indicator.rule is Adding.SUM:
        lines.append(line("加权合计", figure(lambda weighted: weighted.overall), Style.ONE))
    if indicator.item.cells[0].kind.type != "text":
        middle = figure(lambda weighted: weighted.units.median if weighted.units else None)
        lines.append(line(f"加权的各{counted}中位数", middle, judged=True))
    return lines


def _texts(indicator: Indicator, counted: str) -> list[Line]:
    """How often each text came out, where they are few enough to be kinds of something."""
    met = [text for text, _ in indicator.columns[0].texts]
    if len(met) > MOST_TEXTS:
        return []
    found = [dict(column.texts) for column in indicator.columns]
    return [Line(f"“{text}”的{counted}数", tuple(counts.get(text, 0) for counts in found), Style.COUNT) for text in met]


def _name(indicator: Indicator) -> str:
    unit = "" if indicator.unit in ("", "%") else f"（{indicator.unit}）"
    return indicator.item.label + unit


def _counts(label: str, counts: Sequence[int]) -> Line:
    return Line(label, tuple(counts), Style.COUNT)


def write_indicators(
    sheet: Any, indicators: Sequence[Indicator], tabulation: Tabulation, limits: Limits, back: str
) -> None:
    """Indicators over the groups."""
    counted = tabulation.counted
    note = (
        f"总率由分子合计除以分母合计得出，不是各{counted}比率的平均；中位数、最低、最高是各{counted}自己的数。{LEGEND}"
    )
    canvas = grouped_canvas(sheet, "指标", note, tabulation, back, ("指标", "统计"))
    for indicator in indicators:
        write_block(canvas, indicator_block(indicator, counted), limits.of(indicator.item))


def write_by_unit(sheet: Any, indicators: Sequence[Indicator], coverage: Coverage, limits: Limits, back: str) -> None:
    """Every unit's own figures (of several records what they make together), with the whole's on top."""
    pages = -(-len(indicators) // _PER_PAGE)
    canvas = Canvas(sheet, "分县指标", [12.5, 20.5, *[9.0] * len(indicators)], _HEAD_ROW, 2, pages=pages)
    note = "“–”表示没有完成的答卷，或有关的题没有答案、待裁定，算不出来。"
    if coverage.many:
        note = "一个单位有几份记录的，比率和合计按各份合起来算，其他指标不列；“–”表示没有完成的记录，或算不出来。"
    canvas.head("分县指标", back, note + LEGEND + "没有界限的，数越大颜色越深。")
    heads = [_name(indicator) for indicator in indicators]
    row = canvas.advance(LINE * max((lines_of(head, 9) for head in heads), default=1))
    for column, head in enumerate(("市（地）", "县（市、区）", *heads), 1):
        canvas.put(row, column, head, HEAD)
    tops: dict[str, Callable[[IndicatorColumn], Fraction | None]] = {
        "全省总率或合计": lambda column: column.overall,
        f"各{counted_word(coverage.many)}中位数": lambda column: column.units.median if column.units else None,
    }
    for label, figure in tops.items():
        row = canvas.advance(LINE)
        canvas.span(row, 1, 2, label, LABEL)
        for place, indicator in enumerate(indicators):
            _put(canvas, row, place + 3, indicator, figure(indicator.columns[0]), whole=True)
    first = canvas.row
    for unit in coverage.whole.units:
        row = canvas.advance(LINE)
        canvas.put(row, 1, unit.city, CENTERED)
        canvas.put(row, 2, unit.county, LABEL)
        for place, indicator in enumerate(indicators):
            _put(canvas, row, place + 3, indicator, indicator.by_unit.get(unit.code), whole=False)
    if canvas.row > first:
        for place, indicator in enumerate(indicators, 3):
            _mark(sheet, place, first, canvas.row - 1, indicator, limits.of(indicator.item))


def _mark(sheet: Any, column: int, first: int, last: int, indicator: Indicator, limits: Sequence[Limit]) -> None:
    """The problem figures of one column, or, where nothing says what a problem is, large and small ones."""
    letter = get_column_letter(column)
    place = f"{letter}{first}:{letter}{last}"
    if limits:
        shade(sheet, place, limits, indicator.unit == "%")
    elif indicator.item.cells[0].kind.type != "text":
        grade(sheet, place)


_LOOKS = {
    (style, whole): replace(TOTAL if whole else NUMBER, number_format=style.value, shrink=True)
    for style in Style
    for whole in (False, True)
}


def _put(
    canvas: Canvas, row: int, column: int, indicator: Indicator, value: Fraction | str | None, whole: bool
) -> None:
    style = style_of(indicator)
    if value is None:
        canvas.put(row, column, "–", MUTED)
    elif isinstance(value, str):
        canvas.put(row, column, value, _TEXT)
    else:
        canvas.put(row, column, scaled(indicator, value), _LOOKS[style, whole])
