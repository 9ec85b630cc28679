"""One sheet per dimension: every question's table over the groups, and its chart under it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any, Protocol

from openpyxl.utils import get_column_letter

from exports.blocks import FIRST, SHARE, Block, Part, Style, parts_of
from exports.canvas import NUMBER, Canvas, lettered
from exports.charts import Plan, Range, draw
from exports.limits import Limit, Limits
from exports.shading import shade
from exports.styles import HEAD, LABEL, MUTED, NOTE_LINE, SECTION, Look, lines_of
from exports.tabulation import QuestionTable, Tabulation
from surveys.definition import Section
from surveys.form import Item

WIDTHS = (12.5, 30.0, 10.5)
"""Of the statistic, the choice or row, and the province; the groups share the rest of the page."""
GROUPS_WIDTH, NARROWEST = 120.0, 8.4
"""All groups together, and the least for one."""

HEAD_ROW = 3
CITIES = "市（地）"
"""What the groups of the summary are."""
LINE, CHART_LINE = 13.5, 14.0
"""Heights in points of one line of text and of one row kept for a chart."""

_LABEL = lettered(LABEL, bold=False)
_BAND = replace(SECTION, wrap=True)
_PART = replace(LABEL, fill=None, framed=False, wrap=False)
_WHOLE = replace(lettered(NUMBER, bold=True), fill=LABEL.fill)
_LOOKS: dict[tuple[Style, bool], Look] = {
    (style, whole): replace(_WHOLE if whole else NUMBER, number_format=style.value)
    for style in Style
    for whole in (False, True)
}
_NONE = replace(MUTED, shrink=True)


@dataclass(frozen=True, slots=True)
class Placed:
    """Where a question's table begins, for the table of contents."""

    sheet: str
    row: int


def group_widths(groups: int) -> list[float]:
    """Column widths of a sheet with so many group columns after the whole."""
    return [*WIDTHS, *[max(NARROWEST, min(14.0, GROUPS_WIDTH / max(1, groups)))] * groups]


def write_section(sheet: Any, section: Section, tabulation: Tabulation, limits: Limits, back: str) -> dict[str, Placed]:
    """Fill the sheet of one dimension.

    Returns:
        Question name → where its table begins.
    """
    note = "每个数字按“已答 n”计；不掌握、拒答、跳过等不计入，列在表末“未计入”。"
    canvas = grouped_canvas(sheet, section.label, note, tabulation, back)
    places: dict[str, Placed] = {}
    for table in tabulation.questions.values():
        if table.item.section is section:
            judged = limits.of(table.item) if len(table.item.cells) == 1 else ()
            row = _write_question(canvas, table, tabulation, judged, alone=not places)
            places[table.item.name] = Placed(sheet.title, row)
    return places


class Grouped(Protocol):
    """What stands over the columns of a table."""

    @property
    def groups(self) -> tuple[str, ...]:
        """Their names, the whole first."""

    @property
    def bases(self) -> tuple[int, ...]:
        """Interviews counted in each."""

    @property
    def counted(self) -> str:
        """What the bases count."""


def grouped_canvas(
    sheet: Any, title: str, note: str, counted: Grouped, back: str, heads: tuple[str, str] = ("统计", "选项或项目")
) -> Canvas:
    """A sheet with the groups as columns: its title, a way back, the repeated head, the bases."""
    groups = counted.groups
    canvas = Canvas(sheet, title, group_widths(len(groups) - 1), HEAD_ROW, 2)
    canvas.head(title, back, note)
    row = canvas.advance(2.4 * LINE)
    canvas.repeat(2.4 * LINE)
    for column, text in enumerate((*heads, *groups), 1):
        canvas.put(row, column, text, HEAD)
    row = canvas.advance(LINE)
    canvas.span(row, 1, 2, f"统计的{counted.counted}数", LABEL)
    for column, base in enumerate(counted.bases, 3):
        canvas.put(row, column, base, _LOOKS[Style.COUNT, column == 3])
    canvas.advance(LINE / 2)
    return canvas


def _write_question(
    canvas: Canvas, table: QuestionTable, tabulation: Tabulation, limits: Sequence[Limit], alone: bool
) -> int:
    """Write one question; returns its first row. `alone`: nothing but the head is on the page yet."""
    parts = parts_of(table, tabulation.counted)
    heading = table.item.heading
    high = LINE * 1.3 * lines_of(heading, sum(WIDTHS) + 60) + LINE
    first = _height(parts[0])
    if not alone:
        canvas.keep(high + first)
    start = canvas.advance(LINE * 1.3 * lines_of(heading, sum(WIDTHS) + 60))
    canvas.span(start, 1, canvas.width, heading, _BAND)
    write_parts(canvas, table.item, parts, limits, tabulation.groups)
    canvas.advance(LINE * 0.7)
    return start


def write_parts(
    canvas: Canvas, item: Item, parts: Sequence[Part], limits: Sequence[Limit], groups: Sequence[str], by: str = CITIES
) -> None:
    """Write the tables of a question, each with its charts; `by` is what the groups are."""
    for part in parts:
        if part.title:
            canvas.keep(LINE * 2 + _height(part))
            canvas.put(canvas.advance(LINE * 1.2), 1, f"栏目：{part.title}", _PART)
        note = " · ".join(filter(None, (part.note, "" if part.title else item.question.hint)))
        canvas.put(canvas.advance(LINE), 1, note, NOTE_LINE)
        rows = [write_block(canvas, block, limits) for block in part.blocks]
        if part.series and _has_answers(part):
            _write_charts(canvas, item, part, rows, groups, by)


def write_block(canvas: Canvas, block: Block, limits: Sequence[Limit] = ()) -> int:
    """Write the lines of a block, its problem figures marked; returns the row of the first."""
    heights = [_line_height(line.label) for line in block.lines]
    title = LINE * lines_of(block.title, WIDTHS[0])
    if sum(heights) < title:
        heights[-1] += title - sum(heights)
    canvas.keep(sum(heights))
    start = canvas.row
    for line, height in zip(block.lines, heights, strict=True):
        row = canvas.advance(height)
        canvas.put(row, 2, line.label, _LABEL)
        if limits and line.judged:
            last = get_column_letter(len(line.values) + 2)
            shade(canvas.sheet, f"C{row}:{last}{row}", limits, line.style is Style.SHARE)
        for place, value in enumerate(line.values):
            if value is None:
                canvas.put(row, place + 3, "–", _NONE)
            else:
                canvas.put(row, place + 3, value, _LOOKS[line.style, place == 0])
    canvas.span(start, 1, 1, block.title, LABEL, rows=len(block.lines))
    return start


def _line_height(label: str) -> float:
    return LINE * lines_of(label, WIDTHS[1])


def _height(part: Part) -> float:
    """How high a part will be, its chart included."""
    lines = sum(_line_height(line.label) for block in part.blocks for line in block.lines)
    return LINE * 2 + lines + (CHART_LINE * _chart_rows(part) if part.series else 0)


def _chart_rows(part: Part) -> int:
    series = len(part.series)
    bars = len(part.blocks[part.series[0]].lines) * (1 if _piled(part) else series)
    return max(
        14 if part.adds_up else 8, min(22, round(bars * (1.5 if _piled(part) else 1.15)) + 5 + (2 if series > 1 else 0))
    )


def _has_answers(part: Part) -> bool:
    return any(line.values[0] for number in part.series for line in part.blocks[number].lines)


def _write_charts(canvas: Canvas, item: Item, part: Part, rows: Sequence[int], groups: Sequence[str], by: str) -> None:
    name = part.title or (f"第{item.number}题" if item.number else item.label)
    count = _chart_rows(part)
    canvas.keep(CHART_LINE * count)
    first = canvas.advance(CHART_LINE * count, count)
    last = first + count - 1
    shown = [(part.blocks[number], rows[number]) for number in part.series]
    block, start = shown[0]
    lines = len(block.lines)
    percent = block.lines[0].style is Style.SHARE
    shown_as = {SHARE: "占比", FIRST: "排第一的占比"}.get(block.measure) or block.measure.partition("（")[0]
    categories = Range(start, 2, lines)
    series = tuple((_series_name(each), Range(row, 3, lines)) for each, row in shown)
    several = len(groups) > 2 and part.adds_up and not _piled(part)
    draw(
        canvas.sheet,
        Plan(
            title=f"{name}　{groups[0]}{'各选项' if percent else ''}{shown_as}",
            categories=categories,
            series=series,
            category_title="选项" if percent and not _piled(part) else "项目",
            value_title=block.measure,
            number_format=block.lines[0].style.value,
            stacked=_piled(part),
        ),
        (first, last),
        (1, 6 if several else min(canvas.width, 12)),
    )
    if several:
        across = len(groups) - 1
        draw(
            canvas.sheet,
            Plan(
                title=f"{name}　各{by}{shown_as}",
                categories=Range(HEAD_ROW, 4, across, across=True),
                series=tuple(
                    (line.label, Range(start + place, 4, across, across=True))
                    for place, line in enumerate(block.lines)
                    if line.values[0]
                ),
                category_title=by,
                value_title=block.measure,
                number_format='[>=0.1]0%;""',
                upright=True,
                stacked=True,
            ),
            (first, last),
            (7, canvas.width),
        )


def _piled(part: Part) -> bool:
    return part.adds_up and len(part.series) > 1


def _series_name(block: Block) -> str:
    return block.title.split("\n")[0]
