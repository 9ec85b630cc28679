"""A question's figures laid out for reading: blocks of lines, one value per group. No workbook in here.

Groups are the columns, so a block is a statistic (单位数, 占比, 合计…) and its lines are the choices or
the rows of a matrix. That keeps the same numbers of a matrix under each other, and gives charts one
straight range per series.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from enum import Enum
from fractions import Fraction
from typing import Any, TypeAlias

from exports.figures import MISSING_LABELS, Dates, Figures, Frequencies, Numbers, share
from exports.tabulation import CHOICE_TYPES, NUMBER_TYPES, CellTable, QuestionTable

SHARE = "占已答的百分比"
"""What a block of shares measures."""

Value: TypeAlias = int | Fraction | dt.date | None


class Style(Enum):
    """How the values of a line are written; the value is the number format."""

    COUNT = "#,##0"
    SHARE = "0.0%"
    ONE = "#,##0.0"
    TWO = "#,##0.00"
    DATE = "yyyy-mm-dd"


@dataclass(frozen=True, slots=True)
class Line:
    """One row of a block."""

    label: str
    values: tuple[Value, ...]
    """The whole first, then the groups; None where nothing was answered."""
    style: Style


@dataclass(frozen=True, slots=True)
class Block:
    """Lines that share a statistic."""

    title: str
    lines: tuple[Line, ...]
    measure: str = ""
    """What the values are, for the axis of a chart; empty: the block is no series of one."""


@dataclass(frozen=True, slots=True)
class Part:
    """One table: a question, or one field of a roster."""

    title: str
    """Empty for the question itself."""
    note: str
    blocks: tuple[Block, ...]
    adds_up: bool = False
    """Whether the shares shown make a whole together (single choice), so that a chart may pile them up."""

    @property
    def series(self) -> tuple[int, ...]:
        """Which blocks a chart shows."""
        return tuple(number for number, block in enumerate(self.blocks) if block.measure)


def parts_of(table: QuestionTable) -> tuple[Part, ...]:
    """The tables of one question."""
    if table.item.type != "roster":
        return (_part("", table.cells, _note(table.cells, "单位"), "单位"),)
    count = _pick(table.roster)
    items = Block("登记", (
        Line("有登记的单位", count(lambda column: column.tally.answered), Style.COUNT),
        Line("项目总数", count(lambda column: column.items), Style.COUNT),
        Line("每个单位的项目数（中位数）", count(lambda column: column.per_unit and column.per_unit.median), Style.ONE),
    ))  # fmt: skip
    head = Part("", "清单题 · 先数有登记的单位，再按登记的项目逐栏统计", (items, *_missing([("", table.roster)])))
    return (head, *(_part(cell.cell.label, (cell,), _note((cell,), "项"), "项") for cell in table.cells))


def _note(cells: Sequence[CellTable], counted: str) -> str:
    units = "、".join(dict.fromkeys(filter(None, (getattr(cell.cell.kind, "unit", "") for cell in cells))))
    match cells[0].cell.kind.type:
        case "select_multiple":
            return f"多选 · 占比＝选择的{counted}数 ÷ 已答{counted}数，合计可超过100%"
        case "select_one" | "rating":
            return f"单选 · 占比＝选择的{counted}数 ÷ 已答{counted}数"
        case "text":
            return f"文字 · 只数填写的{counted}数"
        case "date":
            return f"日期 · 按已答{counted}计"
        case _:
            return f"数字{f'（{units}）' if units else ''} · 平均数、中位数按已答{counted}计"


def _part(title: str, cells: Sequence[CellTable], note: str, counted: str) -> Part:
    """Cells of one question; those of a like kind are put together, line under line."""
    blocks = list(_answered(cells, counted))
    adds_up = all(cell.cell.kind.type in ("select_one", "rating") for cell in cells)
    for alike in _alike(cells):
        kind = alike[0].cell.kind.type
        if kind in CHOICE_TYPES and len(alike) == 1:
            blocks += _choices(alike[0], counted)
        elif kind in CHOICE_TYPES:
            blocks += _choice_matrix(alike, counted)
        elif kind in NUMBER_TYPES:
            blocks += _numbers(alike, several=len(cells) > 1)
        elif kind == "date":
            blocks += _dates(alike)
    return Part(title, note, (*blocks, *_missing([(cell.cell.label, cell.columns) for cell in cells])), adds_up)


def _alike(cells: Sequence[CellTable]) -> list[list[CellTable]]:
    """The cells of a matrix by column, unit and type, so that only comparable numbers share a block."""
    groups: dict[object, list[CellTable]] = {}
    for cell in cells:
        kind = cell.cell.kind
        groups.setdefault((cell.cell.column, kind.type, getattr(kind, "unit", ""), cell.codes), []).append(cell)
    return list(groups.values())


def _pick(columns: Sequence[Any]) -> Callable[[Callable[[Any], Value]], tuple[Value, ...]]:
    return lambda figure: tuple(figure(column) for column in columns)


def _line_label(cell: CellTable) -> str:
    """The row alone: its column stands in the block's title."""
    label = cell.cell.label
    return label.rpartition(" · ")[0] if cell.cell.column else label


def _column_label(cells: Sequence[CellTable]) -> str:
    return cells[0].cell.label.rpartition(" · ")[2] if cells[0].cell.column else ""


def _answered(cells: Sequence[CellTable], counted: str) -> Iterable[Block]:
    """How many answered: one line where all cells agree, as they nearly always do."""
    rows = [tuple(column.tally.answered for column in cell.columns) for cell in cells]
    if len({*rows}) == 1:
        return [Block("已答 n", (Line(f"{counted}数", rows[0], Style.COUNT),))]
    lines = (Line(cell.cell.label, row, Style.COUNT) for cell, row in zip(cells, rows, strict=True))
    return [Block("已答 n", tuple(lines))]


def _choices(cell: CellTable, counted: str) -> list[Block]:
    counts, shares = [], []
    for place, label in enumerate(cell.labels):
        counts.append(Line(label, tuple(_count(column.figures, place) for column in cell.columns), Style.COUNT))
        shares.append(Line(label, _shares(cell, place), Style.SHARE))
    return [Block(f"{counted}数", tuple(counts)), Block("占比", tuple(shares), measure=SHARE)]


def _choice_matrix(cells: Sequence[CellTable], counted: str) -> list[Block]:
    """One block per choice with the matrix's rows as lines: these are the layers of a piled chart."""
    blocks = []
    column = _column_label(cells)
    for place, label in enumerate(cells[0].labels):
        counts = [
            Line(_line_label(cell), tuple(_count(each.figures, place) for each in cell.columns), Style.COUNT)
            for cell in cells
        ]
        shares = [Line(_line_label(cell), _shares(cell, place), Style.SHARE) for cell in cells]
        name = f"{column}\n{label}" if column else label
        blocks += [Block(f"{name}\n{counted}数", tuple(counts)), Block(f"{name}\n占比", tuple(shares), measure=SHARE)]
    return blocks


def _count(figures: Figures, place: int) -> int | None:
    return figures.counts[place] if isinstance(figures, Frequencies) else None


def _shares(cell: CellTable, place: int) -> tuple[Fraction | None, ...]:
    return tuple(
        share(column.figures.counts[place], column.tally.answered) if isinstance(column.figures, Frequencies) else None
        for column in cell.columns
    )


def _numbers(cells: Sequence[CellTable], several: bool) -> list[Block]:
    """The statistics of like cells; `several`: of a matrix, so that a line needs its row's name."""
    kind = cells[0].cell.kind
    unit = getattr(kind, "unit", "")
    whole = {0: Style.COUNT, 1: Style.ONE}.get(getattr(kind, "decimals", 0), Style.TWO)
    broken = Style.ONE if whole is Style.COUNT else whole
    column = _column_label(cells)
    statistics: tuple[tuple[str, Style, Callable[[Numbers], Fraction]], ...] = (
        ("合计", whole, lambda n: n.total),
        ("平均数", broken, lambda n: n.mean),
        ("中位数", broken, lambda n: n.median),
        ("最小", whole, lambda n: n.minimum),
        ("最大", whole, lambda n: n.maximum),
    )
    blocks = []
    for name, style, figure in statistics:
        lines = tuple(
            Line(
                _line_label(cell) if several else f"（{unit}）" if unit else name,
                tuple(figure(each.figures) if isinstance(each.figures, Numbers) else None for each in cell.columns),
                style,
            )
            for cell in cells
        )
        title = "\n".join(filter(None, (column, name, f"（{unit}）" if unit and several else "")))
        measure = name + (f"（{unit}）" if unit else "") if name == "合计" and len(cells) > 1 else ""
        blocks.append(Block(title, lines, measure))
    return blocks


def _dates(cells: Sequence[CellTable]) -> list[Block]:
    statistics: tuple[tuple[str, Callable[[Dates], dt.date]], ...] = (
        ("最早", lambda d: d.earliest),
        ("中位", lambda d: d.median),
        ("最晚", lambda d: d.latest),
    )
    return [
        Block(name, tuple(
            Line(
                _line_label(cell) if len(cells) > 1 else "日期",
                tuple(figure(each.figures) if isinstance(each.figures, Dates) else None for each in cell.columns),
                Style.DATE,
            )
            for cell in cells
        ))
        for name, figure in statistics
    ]  # fmt: skip


def _missing(cells: Sequence[tuple[str, Sequence[Any]]]) -> list[Block]:
    """Why there is no answer: only reasons that occur, and one line for cells that agree."""
    lines: list[Line] = []
    for name, label in MISSING_LABELS.items():
        rows = {
            title: tuple(getattr(column.tally, name) for column in columns)
            for title, columns in cells
            if any(getattr(column.tally, name) for column in columns)
        }
        if len({*rows.values()}) == 1 and len(rows) == len(cells):
            lines.append(Line(label, next(iter(rows.values())), Style.COUNT))
        else:
            lines += [Line(f"{label}：{title}", row, Style.COUNT) for title, row in rows.items()]
    return [Block("未计入", tuple(lines))] if lines else []
