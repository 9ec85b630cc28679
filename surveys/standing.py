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
