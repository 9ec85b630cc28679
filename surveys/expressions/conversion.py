"""Conversions between the types of the language (XPath 1.0, 4.2 to 4.4, with the extensions of ODK XForms)."""

import datetime
import math
import re
from collections.abc import Sequence
from decimal import Decimal

from surveys.expressions import dates
from surveys.expressions.values import Node, NodeSet, Scalar, Value

NAN = math.nan
SCALARS = (str, float, bool, int, datetime.date)
"""What `isinstance` takes for a scalar; `int` because contexts may hand over counts."""
_NUMBER = re.compile(r"-?(?:[0-9]+(?:\.[0-9]*)?|\.[0-9]+)")
_XML_SPACE = " \t\r\n"
_EXACT = 2.0**53
"""Whole numbers up to here are exact in a double; beyond, `repr` gives the shortest digits that identify it."""


def single(value: Value) -> Scalar:
    """The value itself, or that of the first node; `''` for an empty node-set (XPath 1.0, 4.2: first node)."""
    if isinstance(value, SCALARS):
        return value
    return value[0].value if value else ""


def scalars(value: Value) -> Sequence[Scalar]:
    """The value itself, or those of all its nodes."""
    return (value,) if isinstance(value, SCALARS) else [node.value for node in value]


def text_to_number(text: str) -> float:
    """Read a number as XPath 1.0, 4.4 does (no `+`, no exponent), else a date as ODK `number()` does, else NaN."""
    if text.isdecimal() and text.isascii():
        return float(text)
    stripped = text.strip(_XML_SPACE)
    if _NUMBER.fullmatch(stripped):
        return float(stripped)
    if len(stripped) > 7:  # the shortest date is 2022-1-1
        day = dates.parse_date(stripped)
        if day is not None:
            return dates.days(day)
    return NAN


def to_number(value: Value) -> float:
    """Convert to a double; NaN for blank and for text that is neither number nor date; days since 1970 for dates."""
    if isinstance(value, float):
        return value
    if isinstance(value, str):
        return text_to_number(value)
    if isinstance(value, (bool, int)):
        return float(value)
    if isinstance(value, datetime.date):
        return dates.days(value)
    return to_number(value[0].value) if value else NAN


def number_to_text(number: float) -> str:
    """Write a number as XPath 1.0, 4.2 does: `12` not `12.0`, never an exponent, `NaN`, `Infinity`; `-0` is `0`."""
    if number != number:
        return "NaN"
    if math.isinf(number):
        return "Infinity" if number > 0 else "-Infinity"
    if number == int(number) and abs(number) <= _EXACT:
        return str(int(number))
    digits = repr(number)
    if "e" in digits or digits.endswith(".0"):
        return format(Decimal(digits).normalize(), "f")
    return digits


def to_text(value: Value) -> str:
    """Convert to text: dates as ISO 8601, booleans as `true`/`false`, a node-set as its first node."""
    if isinstance(value, str):
        return value
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, (float, int)):
        return number_to_text(float(value))
    if isinstance(value, datetime.datetime):
        return value.isoformat(timespec="milliseconds")
    if isinstance(value, datetime.date):
        return value.isoformat()
    return to_text(value[0].value) if value else ""


def to_boolean(value: Value) -> bool:
    """Convert to a boolean: a number unless 0 or NaN, text unless empty, several nodes always (XPath 1.0, 4.3).

    A single node is read as its value, as JavaRosa does, so `not(${q})` is true for a blank `q`; what a
    predicate selected (`NodeSet`) is true if it selected anything.
    """
    if isinstance(value, bool):
        return value
    if isinstance(value, str):
        return value != ""
    if isinstance(value, (float, int)):
        return value == value and value != 0
    if isinstance(value, datetime.date):
        return True
    return sequence_to_boolean(value)


def sequence_to_boolean(nodes: Sequence[Node]) -> bool:
    """The boolean value of nodes; see `to_boolean`."""
    if len(nodes) == 1 and not isinstance(nodes, NodeSet):
        return to_boolean(nodes[0].value)
    return len(nodes) > 0
