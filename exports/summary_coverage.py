"""The 覆盖 sheet: cities and teams by state, the picture beside them, and who is missing, by name."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from fractions import Fraction
from typing import Any

from exports.canvas import LINE, NUMBER, Canvas
from exports.charts import Plan, Range, draw
from exports.coverage import Coverage, CoverageLine, Progress, UnitCoverage
from exports.styles import HEAD, LABEL, PERCENT, SECTION, TOTAL, WRAPPED, lines_of
from surveys.frame import team_name

HEADS = ("单位数", "完成", "草稿", "未开始", "完成率", "有待裁定", "重复")
RECORD_HEADS = ("单位数", "有记录", "占比", "完成的记录", "草稿", "有待裁定")
"""Of a survey with many interviews per unit, in which nobody is late or twice there."""
CHART = (10, 15)
_WIDTHS = [18.0, *[9.5] * 7, 2.0, *[14.0] * 6]
_PERCENTS = {top: replace(TOTAL if top else NUMBER, number_format=PERCENT.number_format) for top in (True, False)}


def write_coverage(sheet: Any, coverage: Coverage, back: str) -> None:
    """Fill the sheet."""
    canvas = Canvas(sheet, "覆盖", _WIDTHS)
    many = coverage.many
    note = "完成、草稿、未开始相加为单位数；“有待裁定”“重复”的单位同时计在前三项里。"
    if many:
        note = "一个单位可以有多份记录；“有记录”的单位包括只有草稿的；“有待裁定”按单位数。"
    canvas.head("覆盖：各单位的记录" if many else "覆盖：应调查单位的进度", back, note, column=2)
    start = _table(canvas, "市（地）", (coverage.whole, *coverage.cities), many)
    canvas.advance(LINE)
    _table(canvas, "调查组", (coverage.whole, *coverage.teams), many)
    if coverage.cities:
        draw(sheet, _plan(start, len(coverage.cities), many), (start - 1, canvas.row - 1), CHART)
    if many:
        _write_reached(canvas, coverage)
    else:
        _write_missing(canvas, coverage)


def _plan(start: int, count: int, many: bool) -> Plan:
    """The picture of the cities, whose lines follow the whole's at `start`."""
    heads = RECORD_HEADS if many else HEADS
    names = ("完成的记录", "草稿") if many else ("完成", "草稿", "未开始")
    return Plan(
        title="各市（地）记录数" if many else "各市（地）单位进度",
        categories=Range(start + 1, 1, count),
        series=tuple((name, Range(start + 1, heads.index(name) + 2, count)) for name in names),
        category_title="市（地）",
        value_title="记录数" if many else "单位的百分比（条上为单位数）",
        number_format="#,##0;;",
        stacked=not many,
    )


def _table(canvas: Canvas, name: str, lines: Sequence[CoverageLine], many: bool) -> int:
    """Write a table with the whole on top; returns the whole's row."""
    row = canvas.advance(20)
    for column, text in enumerate((name, *(RECORD_HEADS if many else HEADS)), 1):
        canvas.put(row, column, text, HEAD)
    first = canvas.row
    for line in lines:
        row = canvas.advance(LINE)
        top = row == first
        canvas.put(row, 1, line.label, HEAD if top else LABEL)
        for column, value in enumerate(_records(line) if many else _states(line), 2):
            look = TOTAL if top else NUMBER
            rate = not isinstance(value, int)
            canvas.put(row, column, "–" if value is None else value, _PERCENTS[top] if rate else look)
    return first


def _states(line: CoverageLine) -> tuple[int | Fraction | None, ...]:
    counts = (line.count(state) for state in (Progress.COMPLETE, Progress.DRAFT, Progress.NOT_STARTED))
    return (len(line.units), *counts, line.rate, line.conflicts, line.duplicates)


def _records(line: CoverageLine) -> tuple[int | Fraction | None, ...]:
    return len(line.units), line.reached, line.reach, line.records, line.drafts, line.conflicts


def _write_reached(canvas: Canvas, coverage: Coverage) -> None:
    """The units that have records, with how many."""
    canvas.keep(LINE * 5)
    canvas.advance(LINE)
    whole = coverage.whole
    title = f"有记录的单位：{whole.reached}个，完成的记录{whole.records}份，草稿{whole.drafts}份"
    canvas.span(canvas.advance(20), 1, len(_WIDTHS), title, SECTION)
    for city in coverage.cities:
        _write_names(canvas, city, [f"{unit.county}（{_of_unit(unit)}）" for unit in city.units if unit.interviews])


def _of_unit(unit: UnitCoverage) -> str:
    counts = ((unit.complete, "份"), (unit.drafts, "份草稿"))
    return "、".join(f"{count}{word}" for count, word in counts if count)


def _write_missing(canvas: Canvas, coverage: Coverage) -> None:
    for progress in (Progress.NOT_STARTED, Progress.DRAFT):
        total = coverage.whole.count(progress)
        canvas.keep(LINE * 5)
        canvas.advance(LINE)
        canvas.span(canvas.advance(20), 1, len(_WIDTHS), f"{progress}的单位：{total}个", SECTION)
        for city in coverage.cities:
            names = [f"{unit.county}（{team_name(unit.team)}）" for unit in city.units if unit.progress is progress]
            _write_names(canvas, city, names)


def _write_names(canvas: Canvas, city: CoverageLine, names: Sequence[str]) -> None:
    """The named units of one city, none if there are none."""
    if not names:
        return
    text = "、".join(names)
    high = LINE * lines_of(text, sum(_WIDTHS[2:]) * 0.95)
    canvas.keep(high)
    row = canvas.advance(high)
    canvas.put(row, 1, city.label, LABEL)
    canvas.put(row, 2, len(names), NUMBER)
    canvas.span(row, 3, len(_WIDTHS), text, WRAPPED)
