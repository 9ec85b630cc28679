"""The variables of an SPSS file: names that SPSS takes, labels that fit, statuses as user-missing values."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

from exports.code_list import codes
from exports.columns import CONFLICT, WITHHELD, Stored
from surveys.answers import Status
from surveys.value_types import ValueType

STATUS_LABELS = {
    **{str(status): status.label for status in Status if status not in (Status.ANSWERED, Status.EMPTY)},
    CONFLICT: "冲突待定",
    WITHHELD: "已略去（保密）",
}
"""Why there is no value; in this order their codes are -91, -92, … Never asked or not answered: system-missing."""

MOST_CHOICES = 200
"""Choices that get a variable each; the codes of a longer list stand in one text."""

_NEAR, _FAR = -90, -9_000_000_000_000_000
"""The codes of statuses begin below; the far one is for numbers that may be less than -90 themselves."""

_RESERVED = frozenset(["ALL", "AND", "BY", "EQ", "GE", "GT", "LE", "LT", "NE", "NOT", "OR", "TO", "WITH"])
_NAME_BYTES, _LABEL_BYTES, _VALUE_LABEL_BYTES = 60, 255, 120
"""SPSS takes names of 64 bytes (a few are left for `_2`), labels of 256 and value labels of 120 in UTF-8."""

Value = float | str | dt.date | None
Take = Callable[[Stored | None, str | None], Value]
"""What a variable holds, of an answer and its status (`columns.status_of`)."""


@dataclass
class Variable:
    """One column of an SPSS file."""

    name: str
    label: str
    """The whole text; SPSS gets as much of it as fits."""
    cell: str
    """The address it is made from; "" for unit, team and so on."""
    code: str = ""
    """Of a choice that is a variable of its own."""
    kind: str = "number"
    """number, text or date."""
    format: str = "F8.0"
    measure: str = "nominal"
    values: dict[float | str, str] = field(default_factory=dict)
    """Value → label."""
    missing: tuple[float, float] | None = None
    """The range of user-missing values."""
    take: Take = lambda stored, status: stored.value if stored else None


def fitting(text: str, most: int) -> str:
    """As much of a text as fits into so many bytes of UTF-8, with `…` where it was cut."""
    if len(text.encode()) <= most:
        return text
    return text.encode()[: most - 3].decode("utf-8", "ignore") + "…"


def fitting_label(text: str) -> str:
    """A variable label."""
    return fitting(" ".join(text.split()), _LABEL_BYTES)


def fitting_value_label(text: str) -> str:
    """A value label."""
    return fitting(" ".join(text.split()), _VALUE_LABEL_BYTES)


class Names:
    """Gives every variable of a file a name of its own that SPSS takes."""

    def __init__(self) -> None:
        self._taken: set[str] = set()

    def name(self, address: str) -> str:
        """`staff_age.a35` stays; what SPSS does not take becomes `_`; case alone does not tell two names apart."""
        name = re.sub(r"[^\w.@#$]|[^\w]$", "_", address)
        if not name[0].isalpha():
            name = f"v{name}"
        name = name.encode()[:_NAME_BYTES].decode("utf-8", "ignore").rstrip(".")
        name = f"{name}_" if name.upper() in _RESERVED else name
        unique, number = name, 1
        while unique.upper() in self._taken:
            number += 1
            unique = f"{name}_{number}"
        self._taken.add(unique.upper())
        return unique


def variables(names: Names, address: str, label: str, kinds: Sequence[ValueType], name: str = "") -> list[Variable]:
    """The variables of one cell.

    Args:
        names: Of the file.
        address: Of the cell; of a roster's field `roster[].field`.
        label: Question and cell in words.
        kinds: What it holds, in every version.
        name: What to make the name from, if not from the address.
    """
    name = name or address
    types = {kind.type for kind in kinds}
    kind, one = kinds[0], len(types) == 1
    listed = codes(list(kinds))
    if one and kind.type in ("select_multiple", "rank") and len(listed) <= MOST_CHOICES:
        return [
            _choice(names.name(f"{name}.{code}"), f"{label}：{text}", address, code, kind.type == "rank")
            for code, text in listed.items()
        ]
    if one and kind.type in ("select_one", "rating") and all(re.fullmatch(r"0|[1-9]\d{0,8}", code) for code in listed):
        values: dict[float | str, str] = {float(code): text for code, text in listed.items()}
        measure = "ordinal" if kind.type == "rating" else "nominal"
        return [_number(names.name(name), label, address, "F8.0", measure, values, _NEAR)]
    if one and kind.type in ("integer", "decimal", "money", "percent"):
        decimals = max(int(getattr(each, "decimals", 0)) for each in kinds)
        lows = [getattr(each, "min", None) for each in kinds]
        base = _NEAR if all(low is not None and low >= 0 for low in lows) else _FAR
        return [_number(names.name(name), label, address, f"F12.{decimals}", "scale", {}, base)]
    base_name = names.name(name)
    if one and kind.type == "date":
        taken = Variable(base_name, label, address, kind="date", format="SDATE10", measure="scale", take=_date)
    else:
        coded = one and kind.type in ("select_one", "rating")
        texts: dict[float | str, str] = {code: text for code, text in listed.items() if coded}
        taken = Variable(base_name, label, address, kind="text", format="", values=texts, take=_text)
    return [taken, _status(names.name(f"{name}.status"), label, address)]


def _number(
    name: str, label: str, cell: str, form: str, measure: str, values: dict[float | str, str], base: int
) -> Variable:
    statuses, missing = _statuses(base)
    by_status = dict(zip(STATUS_LABELS, statuses, strict=True))

    def take(stored: Stored | None, status: str | None) -> Value:
        if status is not None:
            return by_status[status]
        return float(stored.value) if stored is not None and stored.value else None

    return Variable(name, label, cell, "", "number", form, measure, values | statuses, missing, take)


def _choice(name: str, label: str, cell: str, code: str, ranked: bool) -> Variable:
    """1 where it is chosen, else 0; of a rank its place, 0 where it has none."""
    statuses, missing = _statuses(_NEAR)
    by_status = dict(zip(STATUS_LABELS, statuses, strict=True))

    def take(stored: Stored | None, status: str | None) -> Value:
        if status is not None:
            return by_status[status]
        if stored is None or not stored.value:
            return None
        chosen = stored.value.split()
        return float(chosen.index(code) + 1 if ranked else 1) if code in chosen else 0.0

    values: dict[float | str, str] = {0.0: "没有排上"} if ranked else {0.0: "未选", 1.0: "选中"}
    measure = "ordinal" if ranked else "nominal"
    return Variable(name, label, cell, code, "number", "F8.0", measure, values | statuses, missing, take)


def _status(name: str, label: str, cell: str) -> Variable:
    """Beside a text or a date, which have no place for user-missing values."""
    statuses, _ = _statuses(_NEAR)
    by_status = dict(zip(STATUS_LABELS, statuses, strict=True))

    def take(stored: Stored | None, status: str | None) -> Value:
        if status is not None:
            return by_status[status]
        return 0.0 if stored is not None and stored.value else None

    return Variable(name, f"{label}：有没有答", cell, values={0.0: "已答", **statuses}, take=take)


def _statuses(base: int) -> tuple[dict[float | str, str], tuple[float, float]]:
    """Code → label of the statuses below `base`, and the range they take."""
    labels: dict[float | str, str] = {
        float(base - place): label for place, label in enumerate(STATUS_LABELS.values(), 1)
    }
    return labels, (float(base - len(labels)), float(base - 1))


def _text(stored: Stored | None, status: str | None) -> Value:
    return stored.value if status is None and stored is not None else None


def _date(stored: Stored | None, status: str | None) -> Value:
    return dt.date.fromisoformat(stored.value) if status is None and stored is not None and stored.value else None
