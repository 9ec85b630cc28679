"""Dates and times: reading ISO 8601 text, and days since 1970-01-01 as numbers.

ODK XForms Specification, `number()`, `date()`, `decimal-date-time()`. Days are counted on the local wall clock, as
JavaRosa counts them, so that `today()` is a whole number; text that carries an offset is first moved to local time.
"""

import datetime
import math
import re

_DATE = r"(\d{4})-(\d{1,2})-(\d{1,2})"
_TIME = r"(\d{1,2}):(\d{2})(?::(\d{2})(?:[.,](\d{1,9}))?)?\s*(Z|[+-]\d{2}(?::?\d{2})?)?"
_DATE_ONLY = re.compile(_DATE, re.ASCII)
_DATE_TIME = re.compile(_DATE + r"[T ]" + _TIME, re.ASCII)
_TIME_ONLY = re.compile(_TIME, re.ASCII)
_MONTH_ONLY = re.compile(r"(\d{4})-(\d{1,2})", re.ASCII)
_EPOCH = datetime.date(1970, 1, 1).toordinal()
_DAY = 86_400.0
_SAMPLE_DAY = (2000, 1, 1)
"""The day on which a bare time with an offset is moved to local time; any day without a clock change would do."""


def local(moment: datetime.datetime) -> datetime.datetime:
    """Return `moment` as naive local time; a naive one is local already."""
    if moment.tzinfo is None:
        return moment
    try:
        return moment.astimezone().replace(tzinfo=None)
    except (OverflowError, OSError, ValueError):  # years at the ends of the calendar
        return moment.replace(tzinfo=None)


def days(value: datetime.date) -> float:
    """Days since 1970-01-01: whole for a date, with a fraction for a date-time."""
    if not isinstance(value, datetime.datetime):
        return float(value.toordinal() - _EPOCH)
    moment = local(value)
    seconds = moment.hour * 3600 + moment.minute * 60 + moment.second + moment.microsecond / 1e6
    return moment.toordinal() - _EPOCH + seconds / _DAY


def date_from_days(number: float) -> datetime.date | None:
    """The date `number` days after 1970-01-01 (its fraction is dropped); None outside years 1 to 9999."""
    if not math.isfinite(number):
        return None
    try:
        return datetime.date.fromordinal(_EPOCH + math.floor(number))
    except (OverflowError, ValueError):
        return None


def moment_from_days(number: float) -> datetime.datetime | None:
    """The local date-time `number` days after 1970-01-01, to the millisecond; None outside years 1 to 9999."""
    day = date_from_days(number)
    if day is None:
        return None
    milliseconds = round((number - math.floor(number)) * _DAY * 1000)
    try:
        return datetime.datetime.combine(day, datetime.time()) + datetime.timedelta(milliseconds=milliseconds)
    except OverflowError:
        return None


def _time(groups: tuple[str | None, ...]) -> datetime.time:
    hour, minute, second, fraction, offset = groups
    zone: datetime.tzinfo | None = None
    if offset == "Z":
        zone = datetime.UTC
    elif offset:
        digits = offset[1:].replace(":", "").ljust(4, "0")
        span = datetime.timedelta(hours=int(digits[:2]), minutes=int(digits[2:]))
        zone = datetime.timezone(-span if offset[0] == "-" else span)
    microsecond = int((fraction or "0")[:6].ljust(6, "0"))
    return datetime.time(int(hour or 0), int(minute or 0), int(second or 0), microsecond, zone)


def parse_date(text: str) -> datetime.date | None:
    """Read `2022-10-01` as a date, or an ISO 8601 date-time as a datetime; None for anything else."""
    if match := _DATE_ONLY.fullmatch(text):
        year, month, day = match.groups()
        try:
            return datetime.date(int(year), int(month), int(day))
        except ValueError:
            return None
    if match := _DATE_TIME.fullmatch(text):
        year, month, day, *rest = match.groups()
        try:
            return datetime.datetime.combine(datetime.date(int(year), int(month), int(day)), _time(tuple(rest)))
        except ValueError:
            return None
    return None


def parse_month(text: str) -> datetime.date | None:
    """Read `2022-10` as the first of that month, or None. Not a date of the ODK specification: our month questions."""
    match = _MONTH_ONLY.fullmatch(text)
    if match and 1 <= int(match[2]) <= 12 and int(match[1]) >= 1:
        return datetime.date(int(match[1]), int(match[2]), 1)
    return None


def parse_day_fraction(text: str) -> float | None:
    """Read `18:00` or `18:00:00.000+08:00` as a fraction of a local day; None for anything else."""
    match = _TIME_ONLY.fullmatch(text)
    if not match:
        return None
    try:
        clock = _time(match.groups())
        moment = datetime.datetime.combine(datetime.date(*_SAMPLE_DAY), clock)
    except ValueError:
        return None
    return days(moment) % 1.0
