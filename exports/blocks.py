"""A question's figures laid out for reading: blocks of lines, one value per group. No workbook in here.

Groups are the columns, so a block is a statistic (单位数, 占比, 合计…) and its lines are the choices or
the rows of a matrix. That keeps the same numbers of a matrix under each other, and gives charts one
straight range per series.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from enum import Enum
from fractions import Fraction
from typing import Any, TypeAlias

from exports.figures import MISSING_LABELS, Amount, Dates, Figures, Frequencies, Numbers, Ranks, share
from exports.histograms import NUMBER_TYPES
from exports.tabulation import (
    CHOICE_TYPES,
    DATE_TYPES,
    LONG_LIST,
    CellTable,
    Column,
    PerUnit,
    QuestionTable,
    Weighted,
)
from exports.terms import TYPES

SHARE = "占已答的百分比"
"""What a block of shares measures."""

FIRST = "排在第一的百分比"
"""What the shares of a ranking measure."""

Value: TypeAlias = int | Fraction | dt.date | str | None


class Style(Enum):
    """How the values of a line are written; the value is the number format."""

    COUNT = "#,##0"
    SHARE = "0.0%"
    ONE = "#,##0.0"
    TWO = "#,##0.00"
    DATE = "yyyy-mm-dd"
    TEXT = "@"
    """Months and times of day."""


@dataclass(frozen=True, slots=True)
class Line:
    """One row of a block."""

    label: str
    values: tuple[Value, ...]
    """The whole first, then the groups; None where nothing was answered."""
    style: Style
    judged: bool = False
    """Whether the limits of one unit's figure say something about these, too (a mean, a rate; not a sum)."""


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


def parts_of(table: QuestionTable, counted: str = "单位") -> tuple[Part, ...]:
    """The tables of one question; `counted` is what its bases count (`Tabulation.counted`)."""
    if table.item.type != "roster":
        return (_part("", table.cells, _note(table.cells, counted), counted),)
    count = _pick(table.roster)
    items = Block("登记", (
        Line(f"有登记的{counted}", count(lambda column: column.tally.answered), Style.COUNT),
        Line("项目总数", count(lambda column: column.items), Style.COUNT),
        Line(f"每个{counted}的项目数（中位数）", count(lambda column: column.per_unit and column.per_unit.median), Style.ONE),
    ))  # fmt: skip
    head = Part(
        "", f"逐项登记 · 先数有登记的{counted}，再按登记的项目逐栏统计", (items, *_missing([("", table.roster)]))
    )
    fields = []
    for cell in table.cells:
        part = _part(cell.cell.label, (cell,), _note((cell,), "项"), "项")
        fields.append(replace(part, blocks=(*part.blocks, *_per_unit(cell, counted))))
    return (head, *fields)


def _note(cells: Sequence[CellTable], counted: str) -> str:
    units = "、".join(dict.fromkeys(filter(None, (getattr(cell.cell.kind, "unit", "") for cell in cells))))
    match cells[0].cell.kind.type:
        case "select_multiple":
            return f"多选 · 占比＝选择的{counted}数 ÷ 已答{counted}数，合计可超过100%；占全部选择＝选择的{counted}数 ÷ 各项选择之和"
        case "select_one" | "rating":
            return f"单选 · 占比＝选择的{counted}数 ÷ 已答{counted}数"
        case "text":
            return f"文字 · 只数填写的{counted}数"
        case "rank":
            return f"排序 · 占比＝排在第一的{counted}数 ÷ 已答{counted}数；平均名次只算排入的，1 为最前"
        case "attachment":
            return f"附件 · 只数登记了附件的{counted}数"
        case "date" | "month" | "time" as kind:
            return f"{TYPES[kind]} · 按已答{counted}计"
        case "percent":
            return f"百分比 · 平均数、中位数是各{counted}百分比的平均和中位，不是合计之比"
        case _:
            return f"数字{f'（{units}）' if units else ''} · 平均数、中位数按已答{counted}计"


def _part(title: str, cells: Sequence[CellTable], note: str, counted: str) -> Part:
    """Cells of one question; those of a like kind are put together, line under line."""
    blocks = list(_answered(cells, counted))
    kinds = [cell.cell.kind.type for cell in cells]
    adds_up = all(kind in ("select_one", "rating") for kind in kinds) or kinds == ["rank"]
    for alike in _alike(cells):
        kind = alike[0].cell.kind.type
        if kind in CHOICE_TYPES and len(alike) == 1:
            blocks += _choices(alike[0], counted)
        elif kind in CHOICE_TYPES:
            blocks += _choice_matrix(alike, counted)
        elif kind in NUMBER_TYPES:
            blocks += _numbers(alike, several=len(cells) > 1)
        elif kind in DATE_TYPES:
            blocks += _dates(alike)
        elif kind == "rank":
            for cell in alike:
                blocks += _ranks(cell, counted, several=len(cells) > 1)
    blocks += _weighted(cells, counted)
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
    measure = SHARE if 0 < len(cell.codes) <= LONG_LIST else ""
    blocks = [Block(f"{counted}数", tuple(counts)), Block("占比", tuple(shares), measure)]
    if cell.cell.kind.type == "select_multiple":
        of_answers = (
            Line(label, _shares_of_answers(cell, place), Style.SHARE) for place, label in enumerate(cell.labels)
        )
        blocks.append(Block("占全部\n选择", tuple(of_answers)))
    return [block for block in blocks if block.lines]


def _ranks(cell: CellTable, counted: str, several: bool) -> list[Block]:
    """How often each choice stood first, how often it was ranked, its mean place."""

    def lines(style: Style, figure: Callable[[Column, Ranks, int], Value]) -> tuple[Line, ...]:
        return tuple(
            Line(
                label,
                tuple(
                    figure(column, column.figures, place) if isinstance(column.figures, Ranks) else None
                    for column in cell.columns
                ),
                style,
            )
            for place, label in enumerate(cell.labels)
        )

    blocks = (
        Block(f"排第一\n{counted}数", lines(Style.COUNT, lambda column, ranks, place: ranks.first[place])),
        Block(
            "排第一\n占比",
            lines(Style.SHARE, lambda column, ranks, place: share(ranks.first[place], column.tally.answered)),
            "" if several or len(cell.codes) > LONG_LIST else FIRST,
        ),
        Block(f"排入\n{counted}数", lines(Style.COUNT, lambda column, ranks, place: ranks.ranked[place])),
        Block("平均名次", lines(Style.TWO, lambda column, ranks, place: ranks.mean[place])),
    )
    name = f"{cell.cell.label}\n" if several else ""
    return [replace(block, title=name + block.title) for block in blocks if block.lines]


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


def _count(figures: Figures, place: int) -> Amount | None:
    return figures.counts[place] if isinstance(figures, Frequencies) else None


def _shares(cell: CellTable, place: int) -> tuple[Fraction | None, ...]:
    return tuple(
        share(column.figures.counts[place], column.tally.answered) if isinstance(column.figures, Frequencies) else None
        for column in cell.columns
    )


def _shares_of_answers(cell: CellTable, place: int) -> tuple[Fraction | None, ...]:
    return tuple(
        share(column.figures.counts[place], column.figures.answers) if isinstance(column.figures, Frequencies) else None
        for column in cell.columns
    )


def _per_unit(cell: CellTable, counted: str) -> list[Block]:
    """A roster's field over units: how many have an item with each choice; how the units' sums are spread."""
    pairs = [column.per_unit or PerUnit(0, None) for column in cell.columns]
    lines: list[Line] = []
    if any(isinstance(pair.figures, Frequencies) for pair in pairs):
        lines = [
            Line(label, tuple(_count(pair.figures, place) for pair in pairs), Style.COUNT)
            for place, label in enumerate(cell.labels)
        ]
    elif any(isinstance(pair.figures, Numbers) for pair in pairs):
        statistics: tuple[tuple[str, Callable[[Numbers], Fraction]], ...] = (
            (f"每个{counted}合计的平均数", lambda n: n.mean),
            (f"每个{counted}合计的中位数", lambda n: n.median),
        )
        for name, figure in statistics:
            values = tuple(figure(pair.figures) if isinstance(pair.figures, Numbers) else None for pair in pairs)
            lines.append(Line(name, values, Style.TWO))
    if not lines:
        return []
    base = Line(f"有这一栏的{counted}数", tuple(pair.n for pair in pairs), Style.COUNT)
    return [Block(f"按{counted}", (base, *lines))]


def _weighted(cells: Sequence[CellTable], counted: str) -> list[Block]:
    """The figures that weights change; nothing without weights."""
    blocks: list[Block] = []
    for alike in _alike([_with_weights(cell) for cell in cells if any(column.weighted for column in cell.columns)]):
        kind = alike[0].cell.kind.type
        if kind in CHOICE_TYPES and len(alike) == 1:
            blocks += _choices(alike[0], counted)[1:2]
        elif kind in CHOICE_TYPES:
            blocks += _choice_matrix(alike, counted)[1::2]
        elif kind in NUMBER_TYPES:
            blocks += _numbers(alike, len(cells) > 1)[:-2]  # least and greatest are the same whatever the weights
        elif kind in DATE_TYPES:
            blocks += _dates(alike)[1:-1]  # so are the first and the last
        elif kind == "rank":
            blocks += (block for cell in alike for block in _ranks(cell, counted, len(cells) > 1)[1::2])
    return [replace(block, title=f"加权\n{block.title}", measure="") for block in blocks]


def _with_weights(cell: CellTable) -> CellTable:
    """The same cell with weights in the place of numbers of answers."""
    pairs = ((column, column.weighted or Weighted(Fraction(0), None)) for column in cell.columns)
    return replace(
        cell,
        columns=tuple(
            Column(replace(column.tally, answered=pair.n), pair.figures)  # type: ignore[arg-type]  # the weights stand for n
            for column, pair in pairs
        ),
    )


def _numbers(cells: Sequence[CellTable], several: bool) -> list[Block]:
    """The statistics of like cells; `several`: of a matrix, so that a line needs its row's name."""
    kind = cells[0].cell.kind
    unit = getattr(kind, "unit", "")
    whole = {0: Style.COUNT, 1: Style.ONE}.get(getattr(kind, "decimals", 0), Style.TWO)
    broken = Style.ONE if whole is Style.COUNT else whole
    column = _column_label(cells)
    shares = unit == "%"  # per cents of different units do not add up
    statistics: tuple[tuple[str, Style, Callable[[Numbers], Fraction]], ...] = (
        *([] if shares else [("合计", whole, _total)]),
        ("平均数", broken, lambda n: n.mean),
        ("下四分位", broken, lambda n: n.lower),
        ("中位数", broken, lambda n: n.median),
        ("上四分位", broken, lambda n: n.upper),
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
                judged=name in ("平均数", "中位数"),
            )
            for cell in cells
        )
        title = "\n".join(filter(None, (column, name, f"（{unit}）" if unit and several else "")))
        charted = name == ("平均数" if shares else "合计") and len(cells) > 1
        measure = name + (f"（{unit}）" if unit else "") if charted else ""
        blocks.append(Block(title, lines, measure))
    return blocks


def _total(figures: Numbers) -> Fraction:
    return figures.total


def _dates(cells: Sequence[CellTable]) -> list[Block]:
    kind = cells[0].cell.kind.type
    statistics: tuple[tuple[str, Callable[[Dates], dt.date | str | None]], ...] = (
        ("最早", lambda d: d.earliest),
        ("中位", lambda d: d.median),
        ("最晚", lambda d: d.latest),
    )
    return [
        Block(name, tuple(
            Line(
                _line_label(cell) if len(cells) > 1 else TYPES[kind],
                tuple(figure(each.figures) if isinstance(each.figures, Dates) else None for each in cell.columns),
                Style.DATE if kind == "date" else Style.TEXT,
            )
            for cell in cells
        ))
        for name, figure in statistics
        if kind != "time" or name != "中位"
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
