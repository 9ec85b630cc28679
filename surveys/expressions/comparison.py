"""`=`, `!=`, `<`, `<=`, `>`, `>=` (XPath 1.0, 3.4, with JavaRosa's tolerance and blanks)."""

import datetime
import math
from collections.abc import Callable

from surveys.expressions.conversion import SCALARS, scalars, single, to_boolean, to_number, to_text
from surveys.expressions.values import Scalar, Value

_ABSOLUTE = 1e-12
"""JavaRosa takes numbers this near as equal."""
_RELATIVE = 1e-14
"""The same allowance for large fractional amounts, whose rounding noise grows with them."""


def numbers_equal(left: float, right: float) -> bool:
    """Whether two numbers are equal but for rounding noise: `6.1 - 7.8 = -1.7`. NaN equals nothing."""
    if left == right:
        return True
    gap = abs(left - right)
    if gap < _ABSOLUTE:
        return True
    # Whole numbers carry no noise: 1000000000000001 and 1000000000000002 are different codes.
    if not math.isfinite(gap) or (left.is_integer() and right.is_integer()):
        return False
    return gap < _RELATIVE * max(abs(left), abs(right))


def scalars_equal(left: Scalar, right: Scalar) -> bool:
    """Whether two single values are equal: as booleans if either is one, else numbers, else dates, else text."""
    if isinstance(left, str) and isinstance(right, str):
        return left == right
    if isinstance(left, bool) or isinstance(right, bool):
        return to_boolean(left) == to_boolean(right)
    if isinstance(left, (float, int)) or isinstance(right, (float, int)):
        return numbers_equal(to_number(left), to_number(right))
    if isinstance(left, datetime.date) or isinstance(right, datetime.date):
        first, second = to_number(left), to_number(right)
        if first == first and second == second:
            return numbers_equal(first, second)
    return to_text(left) == to_text(right)


def _any_pair(left: Value, right: Value, test: Callable[[Scalar, Scalar], bool]) -> bool:
    # An empty node-set counts as one blank, as in JavaRosa.
    rights = scalars(right) or ("",)
    return any(test(one, other) for one in scalars(left) or ("",) for other in rights)


def _many(value: Value) -> bool:
    return not isinstance(value, SCALARS) and len(value) > 1


def equal(left: Value, right: Value) -> bool:
    """`left = right`; true for several nodes if it is for any of them (XPath 1.0, 3.4)."""
    if isinstance(left, bool) or isinstance(right, bool):
        return to_boolean(left) == to_boolean(right)
    if _many(left) or _many(right):
        return _any_pair(left, right, scalars_equal)
    return scalars_equal(single(left), single(right))


def unequal(left: Value, right: Value) -> bool:
    """`left != right`; for several nodes true if any of them differs, so it is not the opposite of `=` there."""
    if isinstance(left, bool) or isinstance(right, bool):
        return to_boolean(left) != to_boolean(right)
    if _many(left) or _many(right):
        return _any_pair(left, right, lambda one, other: not scalars_equal(one, other))
    return not scalars_equal(single(left), single(right))


def _ordering(holds: Callable[[float, float], bool]) -> Callable[[Value, Value], bool]:
    def compare(left: Value, right: Value) -> bool:
        if _many(left) or _many(right):
            return _any_pair(left, right, lambda one, other: holds(to_number(one), to_number(other)))
        return holds(to_number(left), to_number(right))

    return compare


COMPARISONS: dict[str, Callable[[Value, Value], bool]] = {
    "=": equal,
    "!=": unequal,
    "<": _ordering(lambda left, right: left < right),
    "<=": _ordering(lambda left, right: left <= right),
    ">": _ordering(lambda left, right: left > right),
    ">=": _ordering(lambda left, right: left >= right),
}
"""The comparison operators. Ordering is always numeric, so text that is no number compares false."""
