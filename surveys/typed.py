"""Reading what a person types, kindly: full-width digits, 1,200, 2千, 3万, several ways to write a date.

What cannot be read for certain is refused with a sentence that says what was expected; nothing is guessed.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Sequence
from decimal import Decimal
from typing import TYPE_CHECKING

from surveys.answers import choices_of, grouped, plain_number
from surveys.text import Refusal, clean_text, listed, show_text, to_half_width

if TYPE_CHECKING:
    from surveys.value_types import Choice, ValueType

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
_MONTHS = (
    re.compile(r"(\d{4})[-./](\d{1,2})", re.ASCII),
    re.compile(r"(\d{4})年(\d{1,2})月?", re.ASCII),
    re.compile(r"(\d{4})(\d{2})", re.ASCII),
)
_TIMES = (
    re.compile(r"(\d{1,2})[:.](\d{2})", re.ASCII),
    re.compile(r"(\d{1,2})[时点](?:(\d{1,2})分?)?", re.ASCII),
)
_ATTACHMENT = re.compile(r"[0-9a-f]{64}/[^/\\]+")
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
        case "percent":
            text = to_half_width(typed)
            bare = text if text == "%" else text.removesuffix("%")  # the sign alone must not clear the answer
            return _read_decimal(bare, kind.min, kind.max, kind.decimals, kind.unit, money=False)
        case "date":
            return _read_date(typed, kind.min, kind.max)
        case "month":
            return _read_month(typed, kind.min, kind.max)
        case "time":
            return _read_time(typed, kind.min, kind.max)
        case "rank":
            return _read_rank(typed, choices_of(kind), kind.max_ranked)
        case "attachment":
            return _read_attachment(typed)
        case "select_one" | "rating":
            return _read_choice(typed, choices_of(kind))
        case "select_multiple":
            return _read_choices(typed, choices_of(kind), kind.max_selected)


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


def _read_month(typed: str, earliest: str | None, latest: str | None) -> str:
    text = re.sub(r"\s", "", to_half_width(typed))
    if not text:
        return ""
    found = next((match for pattern in _MONTHS if (match := pattern.fullmatch(text))), None)
    if not found or not 1 <= int(found[2]) <= 12 or not int(found[1]):
        raise Refusal(f"“{_quoted(typed)}”不是年月，请按 年-月 填写，如 2022-11。")
    return _in_span(f"{found[1]}-{int(found[2]):02}", earliest, latest)


def _read_time(typed: str, earliest: str | None, latest: str | None) -> str:
    text = re.sub(r"\s", "", to_half_width(typed))
    if not text:
        return ""
    found = next((match for pattern in _TIMES if (match := pattern.fullmatch(text))), None)
    if not found or int(found[1]) > 23 or int(found[2] or 0) > 59:
        raise Refusal(f"“{_quoted(typed)}”不是时间，请按 时:分 填写（24小时制），如 14:30。")
    return _in_span(f"{int(found[1]):02}:{int(found[2] or 0):02}", earliest, latest)


def _in_span(value: str, earliest: str | None, latest: str | None) -> str:
    """Months and times sort as texts."""
    if (earliest and value < earliest) or (latest and value > latest):
        raise Refusal(f"{value} 超出范围，应在 {earliest or '最早'} 至 {latest or '最晚'} 之间。")
    return value


def _read_rank(typed: str, choices: Sequence[Choice], most: int | None) -> str:
    codes = typed.split()
    if not {*codes} <= {choice.name for choice in choices}:
        codes = [code for code in re.split(r"[\s,、;>]+", to_half_width(typed)) if code]
        codes = [_read_choice(code, choices) for code in codes]
    if len(set(codes)) < len(codes):
        raise Refusal("同一项排了两次，每项只能排一次。")
    if most is not None and len(codes) > most:
        raise Refusal(f"最多排{most}项，现在排了{len(codes)}项。")
    return " ".join(codes)


def _read_attachment(typed: str) -> str:
    text = clean_text(typed)
    if text and not _ATTACHMENT.fullmatch(text):
        raise Refusal("附件要从文件登记，请填写文件的位置。")
    return text


def _read_choice(typed: str, choices: Sequence[Choice]) -> str:
    names = [choice.name for choice in choices]
    code = exact if (exact := typed.strip()) in names else to_half_width(typed)
    if code and not names:
        raise Refusal("现在没有可选的选项，请先核对这里要用到的前面的题目。")
    if code and code not in names:
        raise Refusal(f"没有编号为“{_quoted(code)}”的选项，可选：{listed(names)}。")
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
