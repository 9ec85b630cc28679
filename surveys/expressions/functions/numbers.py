"""Number functions (ODK XForms Specification, "Number Functions"; XPath 1.0, 4.4; XPath 3.0 math)."""

import math
import random
from collections.abc import Callable
from decimal import ROUND_FLOOR, Decimal

from surveys.expressions.conversion import NAN, single, to_number
from surveys.expressions.functions.registry import Function, Pure
from surveys.expressions.values import Value

_MOST_DIGITS = 400
"""No double has more digits than this on either side of its decimal point."""


def quiet(function: Callable[..., float]) -> Callable[..., float]:
    """Make a function of `math` give IEEE results: NaN outside its domain, Infinity for overflow."""

    def run(*numbers: float) -> float:
        try:
            return float(function(*numbers))
        except ValueError:
            return NAN
        except OverflowError:
            return math.inf

    return run


def _round(value: Value, digits: float = 0.0) -> float:
    """Round to `digits` decimals, negative ones to tens and hundreds; a half goes up (XPath 1.0, 4.4: towards +∞).

    Text with a decimal comma is read as JavaRosa's `round` reads it: `round('14,6')` is 15.
    """
    scalar = single(value)
    if isinstance(scalar, str):
        scalar = scalar.replace(",", ".")
    number = to_number(scalar)
    if not math.isfinite(number) or number == 0:
        return number
    places = int(max(min(digits, _MOST_DIGITS), -_MOST_DIGITS)) if digits == digits else 0
    # On the decimal that a person sees, because 1.005 is a little less than that in binary.
    scaled = Decimal(repr(number)).scaleb(places)
    if scaled == scaled.to_integral_value():
        return number
    rounded = float((scaled + Decimal("0.5")).to_integral_value(ROUND_FLOOR).scaleb(-places))
    return math.copysign(rounded, number) if rounded == 0 else rounded


def _int(number: float) -> float:
    return float(math.trunc(number)) if math.isfinite(number) else number


def _power(base: float, exponent: float) -> float:
    try:
        return math.pow(base, exponent)
    except ValueError:
        # IEEE 754: zero to a negative power is infinite; a negative to a fraction is no real number.
        odd = exponent == math.trunc(exponent) and exponent % 2 == 1
        return math.copysign(math.inf, base if odd else 1.0) if base == 0 else NAN
    except OverflowError:
        return -math.inf if base < 0 and exponent % 2 == 1 else math.inf


def _log(function: Callable[[float], float]) -> Callable[[float], float]:
    def run(number: float) -> float:
        if number == 0:
            return -math.inf
        return function(number) if number > 0 else NAN

    return run


def _percent(part: Value, whole: Value) -> float | str:
    """`part ÷ whole × 100`, blank if either is blank or `whole` is 0 (ours, for checks)."""
    above, below = to_number(part), to_number(whole)
    if above != above or below != below or below == 0:
        return ""
    return above * 100 / below


def _of_one(name: str, function: Callable[[float], float]) -> Pure:
    return Pure(name, 1, 1, ("number",), "number", function)


FUNCTIONS: tuple[Function, ...] = (
    _of_one("number", lambda number: number),
    _of_one("int", _int),
    _of_one("abs", abs),
    _of_one("sqrt", quiet(math.sqrt)),
    _of_one("exp", quiet(math.exp)),
    _of_one("exp10", lambda number: _power(10.0, number)),
    _of_one("log", _log(math.log)),
    _of_one("log10", _log(math.log10)),
    _of_one("sin", quiet(math.sin)),
    _of_one("cos", quiet(math.cos)),
    _of_one("tan", quiet(math.tan)),
    _of_one("asin", quiet(math.asin)),
    _of_one("acos", quiet(math.acos)),
    _of_one("atan", quiet(math.atan)),
    Pure("atan2", 2, 2, ("number",), "number", quiet(math.atan2)),
    Pure("pow", 2, 2, ("number",), "number", _power),
    Pure("round", 1, 2, ("any", "number"), "number", _round),
    Pure("pi", 0, 0, ("number",), "number", lambda: math.pi),
    Pure("random", 0, 0, ("number",), "number", random.random),
    Pure("percent", 2, 2, ("any",), "any", _percent),
)
"""The number functions."""
