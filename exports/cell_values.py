"""Whether a cell still says what was written there, whatever a spreadsheet program made of it.

Numbers as text, texts as numbers, dates as serial numbers, full-width digits, surrounding spaces, other line ends and
blanks that are empty texts are the same; anything else is another value.
"""

from __future__ import annotations

import datetime as dt
import re

from exports.views import Value
from surveys.text import show_text, to_half_width

_ESCAPED = re.compile("_x([0-9A-Fa-f]{4})_")
_DIGITS = str.maketrans("０１２３４５６７８９", "0123456789")
_NUMBER = re.compile(r"[+-]?(?:\d{1,3}(?:,\d{3})+|\d+)?(?:\.\d+)?(?:[eE][+-]?\d{1,3})?(%?)", re.ASCII)
_DAY = re.compile(r"\d{4}-\d{2}-\d{2}")
_EPOCH = dt.datetime(1899, 12, 30)  # noqa: DTZ001  cells have no zone
_MAC_EPOCH = dt.datetime(1904, 1, 1)  # noqa: DTZ001
_SECOND = dt.timedelta(seconds=1)


def same(written: Value, seen: object, mac: bool = False) -> bool:
    """True where the cell still says what was written.

    Args:
        written: As a view has it (`exports.views`); times and dates are ISO texts.
        seen: As calamine gives it.
        mac: Whether the workbook counts its days from 1904.
    """
    if type(seen) is not bool and written == seen:
        return True
    if isinstance(seen, str):
        if isinstance(written, int | float):
            number = _number(seen)
            return number is not None and _digits(number) == _digits(written)
        return _folded(written) == _folded(seen)
    if written == "":
        return False
    if isinstance(seen, bool):
        return str(written).strip().upper() == str(seen).upper()
    if isinstance(seen, int | float):
        return _same_number(written, float(seen), mac)
    return isinstance(written, str) and _same_time(written, seen)


def told(seen: object) -> str:
    """What a cell says, as text on one line or several; controls made visible."""
    if isinstance(seen, bool):
        return str(seen).upper()
    if isinstance(seen, int | float):
        return _digits(float(seen))
    if isinstance(seen, dt.datetime):
        return seen.strftime("%Y-%m-%d" if seen.time() == dt.time() else "%Y-%m-%d %H:%M")
    if isinstance(seen, dt.time):
        return f"{seen:%H:%M}"
    return "" if seen is None else show_text(str(seen).strip())


def told_written(written: Value) -> str:
    """What a cell said when it was written, the same way."""
    return told(_ESCAPED.sub(_character, written) if isinstance(written, str) else written)


def _folded(text: str) -> str:
    plain = _unescaped(text).replace("\r\n", "\n").replace("\r", "\n")
    return plain.translate(_DIGITS).strip()


def _unescaped(text: str) -> str:
    """`_x005F_x0041_` → `A`: how many times it was escaped depends on who saved it last."""
    while "_x" in text and (plain := _ESCAPED.sub(_character, text)) != text:
        text = plain
    return text


def _character(escaped: re.Match[str]) -> str:
    return chr(int(escaped[1], 16))


def _number(text: str) -> float | None:
    half = text.strip() if text.isascii() else to_half_width(text)
    found = _NUMBER.fullmatch(half)
    if not found or not any(character.isdigit() for character in half):
        return None
    number = float(half.removesuffix("%").replace(",", ""))
    return number / 100 if found[1] else number


def _digits(number: float) -> str:
    """A number to the 15 digits that a spreadsheet keeps."""
    return f"{number:.15g}"


def _same_number(written: Value, seen: float, mac: bool) -> bool:
    if isinstance(written, int | float):
        return _digits(written) == _digits(seen)
    assert isinstance(written, str)
    number = _number(written)
    if number is not None:
        return _digits(number) == _digits(seen)
    try:
        return _same_time(written, (_MAC_EPOCH if mac else _EPOCH) + dt.timedelta(days=seen))
    except OverflowError:
        return False


def _same_time(written: str, seen: object) -> bool:
    """A date, a month, a time of day or a moment against what a program made of it."""
    text = written if written.isascii() else to_half_width(written)
    if isinstance(seen, dt.timedelta):
        seen = (_EPOCH + seen).time() if dt.timedelta() <= seen < dt.timedelta(days=1) else seen
    if isinstance(seen, dt.date) and not isinstance(seen, dt.datetime):
        seen = dt.datetime.combine(seen, dt.time())
    try:
        if isinstance(seen, dt.time):
            return dt.time.fromisoformat(text).replace(microsecond=0) == _rounded(seen)
        if not isinstance(seen, dt.datetime):
            return False
        if ":" in text and not _DAY.match(text):  # a time of day that became the time of the first day
            return dt.time.fromisoformat(text) == _rounded(seen.time()) and seen.year < 1905
        day = text if len(text) > len("2022-11") else f"{text}-01"
        return abs(dt.datetime.fromisoformat(day) - seen) < _SECOND
    except (ValueError, TypeError):
        return False


def _rounded(time: dt.time) -> dt.time:
    """To the full second: a part of a day as a binary fraction is a little off."""
    seconds = time.hour * 3600 + time.minute * 60 + time.second + time.microsecond / 1e6
    return (_EPOCH + dt.timedelta(seconds=round(seconds) % 86_400)).time()
