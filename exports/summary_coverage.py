"""The 覆盖 sheet: cities and teams by state, the picture beside them, and who is missing, by name."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from exports.canvas import NUMBER, Canvas
from exports.charts import Plan, Range, draw
from exports.coverage import Coverage, CoverageLine, Progress
from exports.styles import HEAD, LABEL, NOTE, PERCENT, SECTION, TITLE, TOTAL, WRAPPED, lines_of
from surveys.frame import team_name

HEADS = ("单位数", "完成", "草稿", "未开始", "完成率", "有待裁定", "重复")
TABLE = 8
"""Columns of the tables; the chart stands to the right of them."""
CHART = (10, 15)
_WIDTHS = [18.0, *[9.5] * 7, 2.0, *[14.0] * 6]
LINE = 15.0
_PERCENTS = {top: replace(TOTAL if top else NUMBER, number_format=PERCENT.number_format) for top in (True, False)}


def write_coverage(sheet: Any, coverage: Coverage, back: str) -> None:
    """Fill the sheet."""
    canvas = Canvas(sheet, "覆盖", _WIDTHS)
    canvas.put(canvas.advance(30), 1, "覆盖：应调查单位的进度", TITLE)
    row = canvas.advance(LINE)
    canvas.link(row, 1, "返回目录", back)
    note = "完成、草稿、未开始相加为单位数；“有待裁定”“重复”的单位同时计在前三项里。"
    canvas.put(row, 2, note, replace(NOTE, wrap=False, vertical="center"))
    start = _table(canvas, "市（地）", (coverage.whole, *coverage.cities))
    canvas.advance(LINE)
    _table(canvas, "调查组", (coverage.whole, *coverage.teams))
    if coverage.cities:
        states = (("完成", 3), ("草稿", 4), ("未开始", 5))
        count = len(coverage.cities)
        plan = Plan(
            title="各市（地）单位进度",
            categories=Range(start + 1, 1, count),
            series=tuple((name, Range(start + 1, column, count)) for name, column in states),
            category_title="市（地）",
            value_title="单位的百分比（条上为单位数）",
            number_format="#,##0;;",
            stacked=True,
        )
        draw(sheet, plan, (start - 1, canvas.row - 1), CHART)
    _write_missing(canvas, coverage)


def _table(canvas: Canvas, name: str, lines: Sequence[CoverageLine]) -> int:
    """Write a table with the whole on top; returns the whole's row."""
    row = canvas.advance(20)
    for column, text in enumerate((name, *HEADS), 1):
        canvas.put(row, column, text, HEAD)
    first = canvas.row
    for line in lines:
        row = canvas.advance(LINE)
        top = row == first
        canvas.put(row, 1, line.label, HEAD if top else LABEL)
        values: tuple[object, ...] = (
            len(line.units),
            line.count(Progress.COMPLETE),
            line.count(Progress.DRAFT),
            line.count(Progress.NOT_STARTED),
            "–" if line.rate is None else line.rate,
            line.conflicts,
            line.duplicates,
        )
        for column, value in enumerate(values, 2):
            look = TOTAL if top else NUMBER
            canvas.put(row, column, value, _PERCENTS[top] if column == 6 else look)
    return first


def _write_missing(canvas: Canvas, coverage: Coverage) -> None:
    width = sum(_WIDTHS[2:])
    for progress in (Progress.NOT_STARTED, Progress.DRAFT):
        total = coverage.whole.count(progress)
        canvas.keep(LINE * 5)
        canvas.advance(LINE)
        canvas.span(canvas.advance(20), 1, len(_WIDTHS), f"{progress}的单位：{total}个", SECTION)
        for city in coverage.cities:
            names = [f"{unit.county}（{team_name(unit.team)}）" for unit in city.units if unit.progress is progress]
            if not names:
                continue
            text = "、".join(names)
            high = LINE * lines_of(text, width * 0.95)
            canvas.keep(high)
            row = canvas.advance(high)
            canvas.put(row, 1, city.label, LABEL)
            canvas.put(row, 2, len(names), NUMBER)
            canvas.span(row, 3, len(_WIDTHS), text, WRAPPED)
