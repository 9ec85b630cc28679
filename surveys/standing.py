"""Words for where an interview and its questions stand."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import Literal


class Stage(StrEnum):
    """How far an interview is."""

    DRAFT = "draft"
    COMPLETE = "complete"
    VOID = "void"

    @property
    def label(self) -> str:
        """The stage in Chinese."""
        return {Stage.DRAFT: "草稿", Stage.COMPLETE: "完成", Stage.VOID: "作废"}[self]


class Mark(StrEnum):
    """The state of a question, as the index shows it."""

    ANSWERED = "✓"
    PARTIAL = "◐"
    EMPTY = "○"
    SKIPPED = "–"
    ERROR = "!"
    WARNING = "?"
    NOTE = "·"
    """A text to be read: nothing to answer."""

    @property
    def symbol(self) -> str:
        """The character shown; never colour alone."""
        return self.value


@dataclass(frozen=True, slots=True)
class Progress:
    """Numbered questions that are asked of this unit, and how many of them are done."""

    done: int
    total: int

    @property
    def percent(self) -> int:
        """Whole percent, rounded down: 100 means all."""
        return 100 * self.done // self.total if self.total else 0


@dataclass(frozen=True, slots=True)
class Open:
    """Something that stands between an interview and its completion."""

    item: str
    cell: str
    message: str
    kind: Literal["empty", "error", "warning", "conflict"]


@dataclass(frozen=True, slots=True)
class Finding:
    """A check that does not hold."""

    level: Literal["error", "warning"]
    item: str
    cell: str
    """Where to put the cursor."""
    check: str
    """The check's id; a passed warning's note refers to it."""
    message: str
    note: str = ""
    """Why the answer is right although the check warns; "" while the warning is open."""


@dataclass(frozen=True, slots=True)
class FlagHit:
    """A flag that holds: a candidate problem."""

    item: str
    category: str
    level: str
    message: str
    row: str = ""
