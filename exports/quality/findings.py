"""What a check finds, and what a check is."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING, ClassVar

from exports.columns import words
from exports.quality.thresholds import Thresholds
from surveys.answers import Status
from surveys.form import Cell, Form, Item

if TYPE_CHECKING:
    from exports.quality.norms import Norms
    from exports.quality.sheets import Sheet
    from surveys.interview import Interview


class Severity(StrEnum):
    """How urgent a finding is; the members are in the order of urgency."""

    ERROR = "error"
    WARNING = "warning"
    INFO = "info"

    @property
    def label(self) -> str:
        """The severity in Chinese."""
        return {Severity.ERROR: "须处理", Severity.WARNING: "要核实", Severity.INFO: "供参考"}[self]


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that somebody should look at."""

    check: str
    """Id of the check (`Check.id`)."""
    severity: Severity
    message: str
    """One Chinese sentence with the numbers it rests on; names no answer of a sensitive question."""
    interview: str = ""
    """ "" where it is about a question, a team or a person, not about one interview; so also `unit`."""
    unit: str = ""
    """Code of the unit."""
    team: int | None = None
    """Number of the team; None where it is about all."""
    question: str = ""
    """Name of the question; "" where it is about the whole interview."""
    cell: str = ""
    """Address of the cell to go to; "" for the question as a whole."""
    who: str = ""
    """The person it is about, where it is about one."""


@dataclass(frozen=True)
class Context:
    """What all checks of one examination know beforehand."""

    form: Form
    """The survey's current one."""
    form_of: Callable[[str], Form]
    """Any form an interview is filled in with, by digest."""
    versions: dict[str, str]
    """Digest → version."""
    thresholds: Thresholds
    norms: Norms
    several: frozenset[str]
    """Ids of the interviews whose unit has several in the round, where it should have one."""
    undecided: frozenset[str]
    """Those of them of which nobody decided yet."""
    now: str
    """When it is examined, as events write it."""
    interview: Callable[[str], Interview]
    """Replays one interview: dear, for few."""


class Check:
    """One check: looks at every interview once, and may have something to say after the last.

    Subclasses give `id`, the Chinese `label`, and `rule`: one Chinese sentence for the reader that says what is found.
    """

    id: ClassVar[str]
    label: ClassVar[str]
    rule: ClassVar[str]

    def __init__(self, context: Context) -> None:
        self.context, self.limits, self.form = context, context.thresholds, context.form

    def look(self, sheet: Sheet) -> Iterable[Finding]:
        """What is odd about this interview by itself."""
        return ()

    def conclude(self) -> Iterable[Finding]:
        """What only all interviews together show."""
        return ()

    def found(self, sheet: Sheet, severity: Severity, message: str, item: str = "", cell: str = "") -> Finding:
        """A finding about an interview."""
        return Finding(self.id, severity, message, sheet.id, sheet.unit.code, sheet.team, item, cell or item, sheet.who)


def named(item: Item, cell: Cell | None = None) -> str:
    """`第5题`, or the wording of an unnumbered one; with the row or field where it has several cells."""
    head = f"第{item.number}题" if item.number else f"“{item.label}”"
    return f"{head}“{cell.label}”" if cell and len(item.cells) > 1 else head


def said(cell: Cell, value: str) -> str:
    """An answer for a message."""
    return "（保密）" if cell.sensitive else words(cell.kind, value, Status.ANSWERED)


def percent(part: int, whole: int) -> str:
    """`31%`."""
    return f"{100 * part / whole:.0f}%" if whole else "–"
