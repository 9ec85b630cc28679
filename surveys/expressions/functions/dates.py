"""Date and time functions (ODK XForms Specification, "Date and Time Functions")."""

from __future__ import annotations

import datetime
from typing import TYPE_CHECKING

from surveys.expressions import dates
from surveys.expressions.code import Code, Scope
from surveys.expressions.conversion import NAN, single, text_to_number, to_number, to_text
from surveys.expressions.errors import ExpressionError
from surveys.expressions.functions.registry import Function, Pure, Special
from surveys.expressions.tree import Call, TextLiteral, unwrap
from surveys.expressions.values import Value

if TYPE_CHECKING:
    from surveys.expressions.compiler import Compiler

_MONTHS = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"]
_WEEKDAYS = ["Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"]
_CODES = "YymnbdeaHhMS3%"


def _moment(value: Value, *, months: bool = False) -> datetime.date | None:
    """Read a date or date-time from a value; a number counts days since 1970-01-01. None if it is neither."""
    scalar = single(value)
    if isinstance(scalar, datetime.date):
        return scalar
    if isinstance(scalar, str):
        text = scalar.strip()
        found = dates.parse_date(text) or (dates.parse_month(text) if months else None)
        if found is not None:
            return found
        number = text_to_number(text)
    else:
        number = to_number(scalar)
    if number == number and number % 1:
        return dates.moment_from_days(number)
    return dates.date_from_days(number)


def _day(value: Value, *, months: bool = False) -> datetime.date | None:
    moment = _moment(value, months=months)
    return dates.local(moment).date() if isinstance(moment, datetime.datetime) else moment


def _date(value: Value) -> datetime.date | str:
    """The date of a date, a date-time, ISO 8601 text or a number of days; blank if it is none of them."""
    return _day(value) or ""


def _date_time(value: Value) -> datetime.datetime | str:
    """The same with its time of day; a date is its midnight."""
    moment = _moment(value)
    if moment is None:
        return ""
    if not isinstance(moment, datetime.datetime):
        moment = datetime.datetime.combine(moment, datetime.time())
    try:
        return moment.astimezone()
    except (OverflowError, OSError, ValueError):  # the ends of the calendar have no time zone
        return moment


def _decimal_date_time(value: Value) -> float:
    moment = _moment(value)
    return dates.days(moment) if moment is not None else NAN


def _decimal_time(value: Value) -> float:
    """The fraction of the local day: noon is 0.5."""
    fraction = dates.parse_day_fraction(to_text(value).strip())
    return fraction if fraction is not None else _decimal_date_time(value) % 1.0


def _months_between(first: Value, second: Value) -> float | str:
    """Full months from `first` to `second`, negative if `second` is earlier; blank if either is (ours, for checks)."""
    start, end = _day(first, months=True), _day(second, months=True)
    if start is None or end is None:
        return ""
    if end < start:
        return -float(_months_between(second, first))
    months = (end.year - start.year) * 12 + end.month - start.month
    return float(months - (end.day < start.day))


def _formatted(moment: datetime.datetime, pattern: str) -> str:
    fields = {
        "Y": f"{moment.year:04d}",
        "y": f"{moment.year % 100:02d}",
        "m": f"{moment.month:02d}",
        "n": str(moment.month),
        "b": _MONTHS[moment.month - 1],
        "d": f"{moment.day:02d}",
        "e": str(moment.day),
        "a": _WEEKDAYS[moment.weekday()],
        "H": f"{moment.hour:02d}",
        "h": str(moment.hour),
        "M": f"{moment.minute:02d}",
        "S": f"{moment.second:02d}",
        "3": f"{moment.microsecond // 1000:03d}",
        "%": "%",
    }
    out: list[str] = []
    characters = iter(pattern)
    for character in characters:
        code = next(characters, "") if character == "%" else None
        out.append(character if code is None else fields.get(code, "%" + code))
    return "".join(out)


def _format_date(value: Value, pattern: Value) -> str:
    day = _day(value)
    return _formatted(datetime.datetime.combine(day, datetime.time()), to_text(pattern)) if day else ""


def _format_date_time(value: Value, pattern: Value) -> str:
    moment = _moment(value)
    if moment is None:
        return ""
    if not isinstance(moment, datetime.datetime):
        moment = datetime.datetime.combine(moment, datetime.time())
    return _formatted(dates.local(moment), to_text(pattern))


def _check_pattern(call: Call) -> None:
    literal = unwrap(call.arguments[1])
    if not isinstance(literal, TextLiteral):
        return
    place = 0
    while (place := literal.value.find("%", place)) >= 0:
        code = literal.value[place + 1 : place + 2]
        if not code or code not in _CODES:
            raise ExpressionError(
                f"{call.name}() 不认识 %{code}，可用：{' '.join('%' + each for each in _CODES)}",
                literal.offset + 1 + place,
            )
        place += 2


def _today(compiler: Compiler, call: Call, scope: Scope) -> Code:
    return Code(lambda context, item: context.now().date(), "any")


def _now(compiler: Compiler, call: Call, scope: Scope) -> Code:
    return Code(lambda context, item: context.now(), "any")


FUNCTIONS: tuple[Function, ...] = (
    Special("today", 0, 0, _today),
    Special("now", 0, 0, _now),
    Pure("date", 1, 1, ("any",), "any", _date),
    Pure("date-time", 1, 1, ("any",), "any", _date_time),
    Pure("decimal-date-time", 1, 1, ("any",), "number", _decimal_date_time),
    Pure("decimal-time", 1, 1, ("any",), "number", _decimal_time),
    Pure("format-date", 2, 2, ("any",), "text", _format_date, _check_pattern),
    Pure("format-date-time", 2, 2, ("any",), "text", _format_date_time, _check_pattern),
    Pure("months-between", 2, 2, ("any",), "any", _months_between),
)
"""The date functions."""
