"""Tables and charts of a report out of the same blocks as those of the summary: its first column, the whole's, turned.

The summary has a row per statistic and choice and a column per city. A page is narrow, so here statistics that say
something of the same choices or rows stand side by side.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from exports.blocks import FIRST, SHARE, Block, Line, Part, Style
from exports.exploring import in_words, size_of

NONE = "–"
_MOST = 8
"""Columns of figures on a page."""
_UNIT = re.compile(r"（[^（）]*）$")
Column = tuple[str, tuple[Line, ...]]
"""The title of a block and its lines."""
_WEIGHTED = "加权\n"
"""How the titles of blocks with weights begin."""
_ANSWERED, _LEFT_OUT = "已答 n", "未计入"


@dataclass(frozen=True)
class Chart:
    """Bars that lie, the first name on top."""

    names: Sequence[str]
    series: Sequence[tuple[str, Sequence[float]]]
    """What the bars mean, and how long they are."""
    texts: Sequence[Sequence[str]]
    """What stands at each bar of each series."""
    axis: str
    percent: bool = False
    """Whether lengths are fractions of one."""
    piled: bool = False
    """Whether the series of a name make one bar."""


@dataclass(frozen=True)
class Grid:
    """One table: a name per row, and its figures under their statistics."""

    heads: tuple[str, ...]
    """Of the figures."""
    rows: tuple[tuple[str, ...], ...]
    """Each with its name first; of a table with only one row the name is ""."""
    of: str
    """The choice or the column of a matrix that all figures are about; "" where they are about several."""
    unit: str
    """Of measure, where it is the same for all figures; "" otherwise."""


def n_of(part: Part) -> str:
    """How many answered, where it is one number for the whole table; "" otherwise."""
    lines = [line for block in part.blocks if block.title == _ANSWERED for line in block.lines]
    return in_words(lines[0].values[0], lines[0].style) if len(lines) == 1 else ""


def left_out(part: Part) -> str:
    """Why there are no answers, in words: `不掌握2，未答1`; "" where nobody is left out."""
    lines = (line for block in part.blocks if block.title == _LEFT_OUT for line in block.lines if line.values[0])
    return "，".join(f"{line.label}{in_words(line.values[0], line.style)}" for line in lines)


def grids(part: Part) -> Iterator[Grid]:
    """The tables of a part; none of one that only says how many answered."""
    for names, columns in _beside(part.blocks).items():
        weighted = [column for column in columns if column[0].startswith(_WEIGHTED)]
        plain = [column for column in columns if column not in weighted]
        for together in [columns] if len(columns) <= _MOST else filter(None, (plain, weighted)):
            most = _most(together)
            for first in range(0, len(together), most):
                yield _grid(names, together[first : first + most])


def _most(columns: Sequence[Column]) -> int:
    """How many columns make a table: whole groups, that is those of the same choice or column of a matrix."""
    heads = [_lines(title)[0] for title, _ in columns]
    group = next((place for place, head in enumerate(heads) if head != heads[0]), len(heads))
    return max(group, _MOST // group * group)


def _lines(title: str) -> list[str]:
    return title.removeprefix(_WEIGHTED).split("\n")


def _grid(names: Sequence[str], columns: Sequence[Column]) -> Grid:
    rows = tuple((name, *(_word(lines[row]) for _, lines in columns)) for row, name in enumerate(names))
    units = {_unit(title, lines) for title, lines in columns}
    unit = units.pop() if len(units) == 1 else ""
    titles = [_lines(title) for title, _ in columns]
    shared = len(titles) > 1 and all(len(lines) > 1 and lines[0] == titles[0][0] for lines in titles)
    of = titles[0][0] if shared else ""
    heads = tuple(title.replace("\n", "").replace(of, "", 1).removesuffix(unit) for title, _ in columns)
    return Grid(heads, rows, of, unit.strip("（）"))


def _unit(title: str, lines: Sequence[Line]) -> str:
    """The unit of measure with its brackets, at the end of the title or in the place of the only name."""
    found = _UNIT.search(title) or (_UNIT.fullmatch(lines[0].label) if len(lines) == 1 else None)
    return found[0] if found else ""


def _beside(blocks: Sequence[Block]) -> dict[tuple[str, ...], list[Column]]:
    """Names of lines → the blocks that have these. A question's only number has no name but its unit or statistic."""
    found: dict[tuple[str, ...], list[Column]] = {}
    for block in blocks:
        if block.title == _LEFT_OUT or (block.title == _ANSWERED and len(block.lines) == 1):
            continue
        names = tuple(line.label for line in block.lines)
        if len(names) == 1 and (_UNIT.fullmatch(names[0]) or block.title.endswith(names[0])):
            names = ("",)
        found.setdefault(names, []).append((block.title, block.lines))
    return found


def _word(line: Line) -> str:
    return in_words(line.values[0], line.style) or NONE


def chart_of(part: Part) -> Chart | None:
    """The chart that the summary has of a part, for the whole; None where there is nothing to draw."""
    if not part.series:
        return None
    first = part.blocks[part.series[0]]
    lines, measure = first.lines, first.measure
    blocks = [part.blocks[number] for number in part.series]
    blocks = [block for block in blocks if block.measure == measure and len(block.lines) == len(lines)]
    if not any(line.values[0] for block in blocks for line in block.lines):
        return None
    return Chart(
        [line.label for line in lines],
        [
            (block.title.split("\n")[0], [float(size_of(line.values[0]) or 0) for line in block.lines])
            for block in blocks
        ],
        [[in_words(line.values[0], line.style) for line in block.lines] for block in blocks],
        measure,
        percent=lines[0].style is Style.SHARE,
        piled=part.adds_up and len(blocks) > 1,
    )


def measure_of(part: Part) -> str:
    """What the chart of a part shows, for its caption."""
    measure = part.blocks[part.series[0]].measure
    return {SHARE: "各选项占比", FIRST: "各选项排第一的占比"}.get(measure) or measure.partition("（")[0]
