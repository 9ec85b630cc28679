"""One question by one breakdown, as the screen shows it and as it is handed on."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction
from pathlib import Path
from typing import TYPE_CHECKING

from exports.blocks import Line, Part, Style, Value, parts_of
from exports.crossing import by_answer
from exports.csv_files import CsvTable
from exports.files import replace_file
from exports.indicators import tabulate_indicators
from exports.selection import Breakdown, Selection
from exports.tabulation import tabulate
from surveys.form import Form, Item

if TYPE_CHECKING:
    import sqlite3

BREAKDOWNS = {"city": "市（地）", "kind": "县、市、区", "team": "调查组", "whole": "不分组"}
"""What units are put in groups by, besides the answers to another question."""


@dataclass(frozen=True)
class Explored:
    """The table of one question."""

    item: Item
    by: str
    """The breakdown in words."""
    groups: tuple[str, ...]
    """The whole first."""
    bases: tuple[int, ...]
    """Interviews counted in each."""
    counted: str
    """What the bases count: 单位 or 记录."""
    parts: tuple[Part, ...]


def askable(form: Form) -> list[Item]:
    """The questions there is a table of, in the order of the form."""
    return [item for item in form.items if item.asked or item.type == "calculate"]


def breakdowns(form: Form) -> list[tuple[str, str]]:
    """(key, words) of everything that `explore` can group by: the frame, then places of the form."""
    found = list(BREAKDOWNS.items())
    for item in form.items:
        if item.type == "roster":
            found.append((item.name, f"{item.heading}（有没有登记）"))
        elif item.asked or item.type == "calculate":
            for cell in item.cells:
                if not cell.sensitive:
                    part = f" · {cell.label}" if len(item.cells) > 1 else ""
                    found.append((cell.address, f"{item.heading}{part}"))
    return found


def explore(connection: sqlite3.Connection, form: Form, selection: Selection, question: str, by: str) -> Explored:
    """Tabulate one question.

    Args:
        connection: To a store.
        form: The survey's.
        selection: What is counted.
        question: Name of the question or calculated figure.
        by: A key of `breakdowns`.

    Raises:
        Refusal: for a place of the form that nothing can be grouped by.
        KeyError: for an unknown question.
    """
    item = form.by_name[question]
    grouped = _grouped(connection, form, selection, by)
    tabulation = tabulate(connection, form, grouped, {question})
    if item.type == "calculate":
        from exports.summary_indicators import indicator_block

        indicators = tabulate_indicators(connection, form, grouped)
        indicator = next(one for one in indicators if one.item.name == question)
        parts: tuple[Part, ...] = (Part("", "", (indicator_block(indicator, tabulation.counted),)),)
    else:
        parts = parts_of(tabulation.questions[question], tabulation.counted)
    words = dict(breakdowns(form)).get(by, by)
    return Explored(item, words, tabulation.groups, tabulation.bases, tabulation.counted, parts)


def _grouped(connection: sqlite3.Connection, form: Form, selection: Selection, by: str) -> Selection:
    if by in BREAKDOWNS:
        return replace(selection, by=Breakdown[by.upper()])
    return by_answer(connection, form, selection, by)


def in_words(value: Value, style: Style) -> str:
    """A figure as people read it; "" where there is none."""
    if value is None:
        return ""
    if isinstance(value, int | Fraction):
        return {
            Style.COUNT: f"{float(value):,.0f}", Style.SHARE: f"{float(value):.1%}", Style.ONE: f"{float(value):,.1f}",
        }.get(style, f"{float(value):,.2f}")  # fmt: skip
    return value.isoformat() if isinstance(value, dt.date) else str(value)


def size_of(value: Value) -> Fraction | None:
    """How long a bar of the value is; None for what has no size."""
    return Fraction(value) if isinstance(value, int | Fraction) else None


def write_csv(explored: Explored, target: Path) -> Path:
    """The table as CSV: one line per statistic and choice, one column per group. Raises ExportError."""

    def write(path: Path) -> None:
        heads = ("栏目", "统计", "选项或项目", *explored.groups)
        with CsvTable(path, heads) as table:
            table.add(["", f"统计的{explored.counted}数", "", *explored.bases])
            for part, title, line in lines_of(explored.parts):
                table.add([part.title, title, line.label, *(in_words(value, line.style) for value in line.values)])

    replace_file(target, write)
    return target


def lines_of(parts: Sequence[Part]) -> Iterator[tuple[Part, str, Line]]:
    """Every line with its part and the title of its block on one line."""
    for part in parts:
        for block in part.blocks:
            for line in block.lines:
                yield part, block.title.replace("\n", " "), line
