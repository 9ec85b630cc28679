"""The lines of the home screen: every unit with its interview, or with the number of its records; their order."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING, TypeVar

from rich.cells import cell_len

from surveys.frame import Unit, in_pinyin
from tui.marks import bar, pointer, stage_label
from tui.textual_faults import cut

if TYPE_CHECKING:
    from surveys.store import InterviewRow


ORDER, NARROW = "home_order", "home_narrow"
"""The settings that remember how the lines are ordered, and which are left out."""


class Order(StrEnum):
    """In which order the lines stand; among equals the order of the frame."""

    FRAME = "frame"
    LEAST = "least"
    RECENT = "recent"
    NAME = "name"

    @property
    def label(self) -> str:
        return {"frame": "名册顺序", "least": "进度少的在前", "recent": "最近保存", "name": "名称拼音"}[self]


class Narrow(StrEnum):
    """Which lines are shown."""

    ALL = "all"
    NOT_STARTED = "not_started"
    DRAFT = "draft"
    COMPLETE = "complete"
    TROUBLE = "trouble"

    @property
    def label(self) -> str:
        labels = {"all": "全部", "not_started": "未开始", "draft": "草稿", "complete": "完成", "trouble": "有错或冲突"}
        return labels[self]


_Choice = TypeVar("_Choice", Order, Narrow)


def following(choice: _Choice) -> _Choice:
    """The next of its kind, in a circle."""
    choices = list(type(choice))
    return choices[(choices.index(choice) + 1) % len(choices)]


def remembered(kind: type[_Choice], setting: str) -> _Choice:
    """What a setting says; the first for a setting that says nothing or nothing known."""
    return kind(setting) if setting in list(kind) else next(iter(kind))


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

    @property
    def saved(self) -> str:
        """When something was last saved here, as the store says it; "" for never."""
        return max((row.updated_at for row in self.rows), default="")

    @property
    def progress(self) -> tuple[int, float]:
        """How far it is, to be compared: not begun, drafts by the share that is done, complete; or the records."""
        if self.many or not self.standing:
            return (0, self.standing)
        row = self.rows[0]
        return (2, 1) if row.stage == "complete" else (1, row.done / row.total if row.total else 0)

    def passes(self, narrow: Narrow) -> bool:
        """Whether the line is shown."""
        standing = [row for row in self.rows if row.stage != "void"]
        match narrow:
            case Narrow.ALL:
                return True
            case Narrow.NOT_STARTED:
                return not standing
            case Narrow.TROUBLE:
                return any(row.errors or row.conflicts for row in standing)
        return any(row.stage == narrow for row in standing)

    def text(self, width: int, here: bool = False) -> str:
        """The line, for a terminal of this width; with a sign where the cursor is at it."""
        state, progress, saved = self._records() if self.many else self._interview()
        errors = sum(row.errors for row in self.rows if row.stage != "void")
        wrong = f" !{errors}" if errors else ""
        tail = f"{cut(state, 6)} {cut(progress, 16)}{cut(wrong, 4)} {saved:>11}"
        room = width - 2 - cell_len(tail) - 11
        return f"{pointer(here)}{self.unit.code}  {cut(self.unit.name, max(16, min(room, 40)))}{tail}"

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
        return f"{self.standing}次" if self.rows else "未记", said, local_time(self.saved)


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


def arranged(lines: Sequence[UnitLine], order: Order, narrow: Narrow) -> list[UnitLine]:
    """The lines that are shown, in the order they are shown in.

    Args:
        lines: All, in the order of the frame.
        order: How they are to stand.
        narrow: Which of them.
    """
    shown = [line for line in lines if line.passes(narrow)]
    match order:
        case Order.LEAST:
            shown.sort(key=lambda line: line.progress)
        case Order.RECENT:
            shown.sort(key=lambda line: line.saved, reverse=True)
        case Order.NAME:
            shown.sort(key=lambda line: in_pinyin(line.unit.name))
    return shown


def summary(lines: Sequence[UnitLine], many: bool) -> str:
    """How far the whole list is, for the title."""
    units = len({line.unit.code for line in lines})
    if many:
        reached = sum(line.standing > 0 for line in lines)
        return f"共{sum(line.standing for line in lines)}次 单位 {reached}/{units} {bar(reached, units, 10)}"
    complete = sum(line.row is not None and line.row.stage == "complete" for line in lines)
    return f"完成 {complete}/{units} {bar(complete, units, 10)}"


def local_time(at: str) -> str:
    """`2022-11-03T06:02:31.000Z` → `11-03 14:02` in the laptop's time zone; what is no time stays."""
    try:
        return f"{dt.datetime.fromisoformat(at).astimezone():%m-%d %H:%M}"
    except ValueError:
        return at
