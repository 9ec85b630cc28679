"""Two things that were said about the same, in one line and below each other."""

from __future__ import annotations

from itertools import takewhile

from rich.cells import cell_len

from tui.textual_faults import cut

SIGN, DECIDED = 2, 9
"""Cells of the first and the last column of a line."""

LINES = 3
"""How many lines of one side are shown below the list."""


def side_width(width: int) -> int:
    """Cells of one side in a line of a terminal of this width."""
    return max(12, (width - SIGN - DECIDED) * 3 // 10)


def row(width: int, sign: str, label: str, one: str, two: str, decided: str) -> str:
    """A line: a sign, what it is about, both sides, what was decided."""
    side = side_width(width)
    room = width - 3 - SIGN - 2 * side - DECIDED
    cells = cut(label, room - 1), cut(one, side - 1), cut(two, side - 1), cut(decided, DECIDED - 1)
    return f"{cut(sign, SIGN)}{' '.join(cells)}"


def apart(one: str, two: str, room: int) -> tuple[str, str]:
    """Two texts, without so much of their common beginning that the difference would not be seen in `room` cells."""
    same = sum(1 for _ in takewhile(lambda pair: pair[0] == pair[1], zip(one, two, strict=False)))
    if cell_len(one[:same]) + 8 <= room:
        return one, two
    return f"…{one[max(0, same - 3) :]}", f"…{two[max(0, same - 3) :]}"
