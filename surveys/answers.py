"""What a cell can hold: statuses, canonical values, and reading what a person types.

A value is kept as text in one canonical spelling per type (so equal answers are equal texts):
select_one `7` · select_multiple `1 4 96` in the order of the list · integer `12` ·
decimal and money `12.5` (money in 万元) · date `2022-11-03` · text as typed.
Missing is a status, never a number.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum
from typing import TYPE_CHECKING

from surveys.text import Refusal, clean_text, show_text, to_half_width

if TYPE_CHECKING:
    from surveys.definition import Choice, ValueType


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

MAX_DIGITS = 15
"""Longest number, in digits: beyond it the expression language, which calculates in doubles, is not exact."""

_NUMBER = re.compile(r"([+-]?)(\d{1,3}(?:,\d{3})+|\d+)?(?:\.(\d+))?", re.ASCII)
_SCALES = {
    "": 1,
    "十": 10,
    "百": 100,
    "千": 1_000,
    "万": 10_000,
    "百万": 1_000_000,
    "千万": 10_000_000,
    "亿": 100_000_000,
}
_SCALED = re.compile(r"(.*?)(百万|千万|[十百千万亿])?(元|万元|亿元)?")
_DATES = (
    re.compile(r"(\d{4})[-./](\d{1,2})[-./](\d{1,2})", re.ASCII),
    re.compile(r"(\d{4})年(\d{1,2})月(\d{1,2})日?", re.ASCII),
    re.compile(r"(\d{4})(\d{2})(\d{2})", re.ASCII),
)


def read_typed(kind: ValueType, typed: str) -> str:
    """The canonical value of what a person typed, read kindly; "" for nothing typed.

    Raises:
        Refusal: with one sentence that says what was expected.
    """
    match kind.type:
        case "text":
            return _read_text(typed, kind.min_length, kind.max_length, kind.multiline)
        case "integer":
            return _read_integer(typed, kind.min, kind.max, kind.unit)
        case "decimal" | "money":
            return _read_decimal(typed, kind.min, kind.max, kind.decimals, kind.unit, money=kind.type == "money")
        case "date":
            return _read_date(typed, kind.min, kind.max)
        case "select_one" | "rating":
            return _read_choice(typed, choices_of(kind))
        case "select_multiple":
            return _read_choices(typed, choices_of(kind), kind.max_selected)


def choices_of(kind: ValueType) -> tuple[Choice, ...]:
    """The choices of a cell (empty for types without); shared lists must have been resolved by `form`."""
    choices = getattr(kind, "choices", ())
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
        case "decimal" | "money":
            return Decimal(value)
        case "date":
            return dt.date.fromisoformat(value)
        case "select_multiple":
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
        case "integer" | "decimal" | "money":
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


def _read_text(typed: str, shortest: int, longest: int, multiline: bool) -> str:
    text = clean_text(typed)
    if not multiline and "\n" in text:
        raise Refusal("这里只能填一行，请把换行改成空格或标点。")
    if not text.strip():
        return ""
    if len(text) < shortest:
        raise Refusal(f"至少填{shortest}个字，现在是{len(text)}个字。")
    if len(text) > longest:
        raise Refusal(f"最多填{longest}个字，现在是{len(text)}个字，请删减。")
    return text


def _read_number(typed: str, money: bool) -> Decimal | None:
    text = to_half_width(typed)
    if not text:
        return None
    # The scale is looked for only behind a number, so that 二十 is refused rather than guessed.
    parts = _SCALED.fullmatch(text)
    number, scale, currency = parts.groups() if parts else (text, None, None)
    found = _NUMBER.fullmatch(number.strip())
    if not found or not any(found.groups()[1:]) or (currency and not money):
        raise Refusal(f"“{_quoted(typed)}”不是数字，请用阿拉伯数字填写，如 1200 或 1.2万。")
    sign, whole, fraction = found.groups()
    _check_digits(f"{whole or ''}{fraction or ''}")
    amount = Decimal(f"{sign}{(whole or '0').replace(',', '')}.{fraction or '0'}") * _SCALES[scale or ""]
    if money and (scale or currency):
        # Bare numbers are already in 万元; with 万, 千 or 元 the person said what is meant.
        amount = amount * {"万元": 10_000, "亿元": 100_000_000}.get(currency or "", 1) / 10_000
    _check_digits(plain_number(amount))
    return amount


def _check_digits(number: str) -> None:
    digits = sum(character.isdigit() for character in number.lstrip("0.,-"))
    if digits > MAX_DIGITS:
        raise Refusal(f"数字有{digits}位，最多{MAX_DIGITS}位，请检查是否多输了。")


def _quoted(typed: str) -> str:
    """The beginning of what was typed, safe to show in a sentence."""
    return show_text(typed.strip()[:20], line=True)


def _check_range(amount: Decimal, low: Decimal | int | None, high: Decimal | int | None, unit: str) -> None:
    if (low is None or amount >= low) and (high is None or amount <= high):
        return
    if low is not None and high is not None:
        expected = f"应在 {grouped(low)}—{grouped(high)}{unit} 之间"
    else:
        expected = f"应不小于 {grouped(low)}{unit}" if low is not None else f"应不大于 {grouped(high or 0)}{unit}"
    raise Refusal(f"{grouped(amount)} 超出范围，{expected}。")


def _read_integer(typed: str, low: int | None, high: int | None, unit: str) -> str:
    amount = _read_number(typed, money=False)
    if amount is None:
        return ""
    if amount != amount.to_integral_value():
        raise Refusal(f"这里要填整数，{plain_number(amount)} 有小数。")
    _check_range(amount, low, high, unit)
    return str(int(amount))


def _read_decimal(
    typed: str, low: Decimal | None, high: Decimal | None, decimals: int, unit: str, *, money: bool
) -> str:
    amount = _read_number(typed, money)
    if amount is None:
        return ""
    if amount != round(amount, decimals):
        raise Refusal(f"最多保留{decimals}位小数，{plain_number(amount)} 的小数位太多。")
    _check_range(amount, low, high, unit)
    return plain_number(amount)


def _read_date(typed: str, earliest: dt.date | None, latest: dt.date | None) -> str:
    text = re.sub(r"\s", "", to_half_width(typed))
    if not text:
        return ""
    found = next((match for pattern in _DATES if (match := pattern.fullmatch(text))), None)
    try:
        if not found:
            raise ValueError
        date = dt.date(*map(int, found.groups()))
    except ValueError:
        raise Refusal(f"“{_quoted(typed)}”不是日期，请按 年-月-日 填写，如 2022-11-03。") from None
    if (earliest and date < earliest) or (latest and date > latest):
        span = f"{earliest or '很早'} 至 {latest or '以后'}"
        raise Refusal(f"{date} 超出范围，应在 {span} 之间。")
    return date.isoformat()


def _read_choice(typed: str, choices: Sequence[Choice]) -> str:
    names = [choice.name for choice in choices]
    code = exact if (exact := typed.strip()) in names else to_half_width(typed)
    if code and code not in names:
        raise Refusal(f"没有编号为“{_quoted(code)}”的选项，可选：{'、'.join(names)}。")
    return code


def _read_choices(typed: str, choices: Sequence[Choice], most: int | None) -> str:
    codes = set(typed.split())
    if not codes <= {choice.name for choice in choices}:
        codes = set(re.split(r"[\s,、;]+", to_half_width(typed))) - {""}
        for code in sorted(codes):
            _read_choice(code, choices)
    chosen = [choice for choice in choices if choice.name in codes]
    alone = next((choice for choice in chosen if choice.exclusive), None)
    if alone and len(chosen) > 1:
        raise Refusal(f"“{alone.label}”不能和其他选项同时选。")
    if most is not None and len(chosen) > most:
        raise Refusal(f"最多选{most}项，现在选了{len(chosen)}项。")
    return " ".join(choice.name for choice in chosen)
