"""What a cell can hold: statuses and canonical values, and how people read them.

A value is kept as text in one canonical spelling per type (so equal answers are equal texts):
select_one `7` · select_multiple `1 4 96` in the order of the list · integer `12` ·
decimal, percent and money `12.5` (money in 万元) · date `2022-11-03` · month `2022-11` · time `14:30` ·
rank `3 1 2`, first is most important · attachment `<sha256>/<file name>` · text as typed.
Missing is a status, never a number.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from surveys.value_types import Choice, ValueType
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    pass


class Status(StrEnum):
    """Why a cell holds a value or none."""

    ANSWERED = "answered"
    DONT_KNOW = "dont_know"
    REFUSED = "refused"
    NOT_APPLICABLE = "not_applicable"
    SKIPPED = "skipped"
    """Hidden by skip logic; what was answered before is kept aside."""
    EMPTY = "empty"

    @property
    def label(self) -> str:
        """The status in Chinese."""
        return _LABELS[self]

    @property
    def given(self) -> bool:
        """True when a person said so: an answer, or a reason why there is none."""
        return self not in (Status.SKIPPED, Status.EMPTY)

    @property
    def missing(self) -> bool:
        """True for 不掌握, 拒答 and 不适用: asked, and no value to be had."""
        return self in MISSING


_LABELS = {
    Status.ANSWERED: "已答",
    Status.DONT_KNOW: "不掌握",
    Status.REFUSED: "拒答",
    Status.NOT_APPLICABLE: "不适用",
    Status.SKIPPED: "跳过",
    Status.EMPTY: "未答",
}
MISSING = frozenset({Status.DONT_KNOW, Status.REFUSED, Status.NOT_APPLICABLE})


@dataclass(frozen=True, slots=True)
class Answer:
    """What one cell holds."""

    value: str = ""
    """Canonical text; empty unless the status is answered (or skipped, where it is kept aside)."""
    status: Status = Status.EMPTY


EMPTY = Answer()

Native = int | Decimal | dt.date | str | tuple[str, ...]


def choices_of(kind: ValueType) -> tuple[Choice, ...]:
    """The choices of a cell (empty for types without); shared lists must have been resolved by `form`."""
    choices = vars(kind).get("choices", ())  # asking a pydantic model for what it has not takes ten times as long
    if isinstance(choices, str):
        raise TypeError(f"choice list {choices!r} has not been resolved")
    return tuple(choices)


def label_of(kind: ValueType, code: str) -> str:
    """The label of a choice; the code itself if the list lacks it (an older form's answer)."""
    return next((choice.label for choice in choices_of(kind) if choice.name == code), code)


def native(kind: ValueType, value: str) -> Native | None:
    """The canonical value as a Python object; None for blank."""
    if not value:
        return None
    match kind.type:
        case "integer":
            return int(value)
        case "decimal" | "money" | "percent":
            return Decimal(value)
        case "date":
            return dt.date.fromisoformat(value)
        case "select_multiple" | "rank":
            return tuple(value.split())
        case _:
            return value


def display(kind: ValueType, value: str, *, unit: bool = True) -> str:
    """The value as people read it: labels, thousands separators, the unit.

    Args:
        kind: The cell's type, with choices resolved.
        value: A canonical value.
        unit: False leaves the unit out (for columns whose heading has it).
    """
    if not value:
        return ""
    match kind.type:
        case "select_one" | "rating":
            return label_of(kind, value)
        case "select_multiple":
            return "；".join(label_of(kind, code) for code in value.split())
        case "rank":
            return "；".join(f"{place}. {label_of(kind, code)}" for place, code in enumerate(value.split(), 1))
        case "attachment":
            return value.partition("/")[2]
        case "integer" | "decimal" | "money" | "percent":
            number = grouped(Decimal(value))
            return f"{number} {kind.unit}" if unit and kind.unit else number
        case _:
            return value


def plain_number(amount: Decimal | int) -> str:
    """The canonical spelling: no exponent, no trailing zeros, no negative zero."""
    text = f"{Decimal(amount):f}"  # exact, unlike normalize(), which rounds to 28 digits
    text = text.rstrip("0").rstrip(".") if "." in text else text
    return "0" if text == "-0" else text


def grouped(amount: Decimal | int) -> str:
    """The number as people read it: `12,345.6`."""
    return f"{Decimal(plain_number(amount)):,f}"


def read_back(kind: ValueType, value: str) -> str:
    """A second way of saying the number, where a slip of unit is likely (`3.5 万元 = 35,000 元`); else ""."""
    if kind.type != "money" or not value:
        return ""
    return f"= {grouped(Decimal(value) * 10_000)} 元"
