"""The lines of the home screen: every unit with its interview, or with the number of its records."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from rich.cells import cell_len

from surveys.frame import Unit
from tui.marks import bar, stage_label
from tui.textual_faults import cut

if TYPE_CHECKING:
    from surveys.store import InterviewRow


@dataclass(frozen=True)
class UnitLine:
    """A unit, with what one line tells of it."""

    unit: Unit
    rows: tuple[InterviewRow, ...]
    """Its interviews, oldest first: all of them where there may be many, otherwise the one of this line or none."""
    many: bool

    @property
    def row(self) -> InterviewRow | None:
        """The interview of this line where there is one per unit."""
        return self.rows[0] if self.rows and not self.many else None

    @property
    def standing(self) -> int:
        """How many of its interviews were not voided."""
        return sum(row.stage != "void" for row in self.rows)

    def text(self, width: int) -> str:
        """The line, for a terminal of this width."""
        state, progress, saved = self._records() if self.many else self._interview()
        errors = sum(row.errors for row in self.rows if row.stage != "void")
        wrong = f" !{errors}" if errors else ""
        tail = f"{cut(state, 6)} {cut(progress, 16)}{cut(wrong, 4)} {saved:>11}"
        room = width - 2 - cell_len(tail) - 11
        return f" {self.unit.code}  {cut(self.unit.name, max(16, min(room, 40)))}{tail}"

    def _interview(self) -> tuple[str, str, str]:
        if (row := self.row) is None:
            return stage_label(""), bar(0, 1, 10), ""
        progress = f"{bar(row.done, row.total, 10)} {row.done:>2}/{row.total}"
        return stage_label(row.stage, row.conflicts), progress, local_time(row.updated_at)

    def _records(self) -> tuple[str, str, str]:
        drafts = sum(row.stage == "draft" for row in self.rows)
        conflicts = sum(bool(row.conflicts) for row in self.rows if row.stage != "void")
        said = f"草稿{drafts}" if drafts else ""
        said += f" 冲突{conflicts}" if conflicts else ""
        saved = local_time(max(row.updated_at for row in self.rows)) if self.rows else ""
        return f"{self.standing}次" if self.rows else "未记", said, saved


def unit_lines(units: Sequence[Unit], rows: Sequence[InterviewRow], many: bool) -> Iterator[UnitLine]:
    """Every unit, once where it has many records, otherwise with each of its interviews.

    Of the latter, void ones are shown only where there is no other.
    """
    by_unit: dict[str, list[InterviewRow]] = {}
    for row in rows:
        by_unit.setdefault(row.unit, []).append(row)
    for unit in units:
        mine = by_unit.get(unit.code, [])
        if many:
            yield UnitLine(unit, tuple(mine), many)
            continue
        standing = [row for row in mine if row.stage != "void"] or mine[-1:]
        yield from (UnitLine(unit, (row,), many) for row in standing)
        if not standing:
            yield UnitLine(unit, (), many)


def summary(lines: Sequence[UnitLine], many: bool) -> str:
    """How far the whole list is, for the title."""
    units = len({line.unit.code for line in lines})
    if many:
        reached = sum(line.standing > 0 for line in lines)
        return f"共{sum(line.standing for line in lines)}次 单位 {reached}/{units} {bar(reached, units, 10)}"
    complete = sum(line.row is not None and line.row.stage == "complete" for line in lines)
    return f"完成 {complete}/{units} {bar(complete, units, 10)}"


def local_time(at: str) -> str:
    """`2022-11-03T06:02:31.000Z` → `11-03 14:02` in the laptop's time zone."""
    try:
        return f"{dt.datetime.fromisoformat(at).astimezone():%m-%d %H:%M}"
    except ValueError:
        return at
