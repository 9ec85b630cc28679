"""`+ - * div mod` on doubles (XPath 1.0, 3.5: IEEE 754, so division by zero is an infinity or NaN)."""

import math
import operator
from collections.abc import Callable

from surveys.expressions.conversion import NAN


def divide(left: float, right: float) -> float:
    """`left div right`; `1 div 0` is Infinity, `-1 div 0` is -Infinity, `0 div 0` is NaN."""
    if right != 0:
        return left / right
    if left == 0 or left != left:
        return NAN
    return math.copysign(math.inf, left) * math.copysign(1.0, right)


def remainder(left: float, right: float) -> float:
    """`left mod right`: the remainder of truncating division, with the sign of `left`; `x mod 0` is NaN."""
    if right == 0 or math.isinf(left):
        return NAN
    return math.fmod(left, right)


ARITHMETIC: dict[str, Callable[[float, float], float]] = {
    "+": operator.add,
    "-": operator.sub,
    "*": operator.mul,
    "div": divide,
    "mod": remainder,
}
"""The arithmetic operators."""
