"""Laws, as Hypothesis properties."""

import math
import subprocess
import sys

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from surveys.expressions import ExpressionError, compile_expression, to_boolean, to_number, to_text

FRAGMENTS = st.sampled_from(
    [
        *"()[],.'\"/*+-=<>|$@ ",
        *("${a}", "${a.b}", "1", ".5", "'x'", " and ", " or ", " div ", " mod ", "!=", "<=", "..", "//", "::", "（"),
        *("not(", "selected(", "sum(", "count(", "if(", "round(", "position(", "current()", "once(", "regex("),
        *(
            "venues",
            "v_kind",
            "${venues}[",
            "date(",
            "string(",
            "percent(",
            "is-missing(",
            "param('p')",
            "年龄",
            "self",
        ),
    ]
)


class Nothing:
    """A context in which nothing is answered."""

    def nodes(self, name, parts):
        return ()

    def current(self):
        return ()

    def here(self):
        return None

    def parameter(self, name):
        return ""

    def missing(self, name, parts):
        return False

    def choice_label(self, value, name):
        return ""


@given(st.text(max_size=60))
def test_any_text_compiles_or_is_an_expression_error(source):
    _compile_and_evaluate(source)


@settings(max_examples=500)
@given(st.lists(FRAGMENTS, max_size=14).map("".join))
def test_anything_made_of_pieces_of_the_language_compiles_or_is_an_expression_error(source):
    _compile_and_evaluate(source)


def _compile_and_evaluate(source):
    try:
        compiled = compile_expression(source)
    except ExpressionError as error:
        refused = error
    else:
        refused = None
    if refused is not None:
        assert 0 <= refused.offset <= len(source)
        assert refused.message
        return
    nothing = Nothing()
    compiled.evaluate(nothing)
    assert isinstance(compiled.number(nothing), float)
    assert isinstance(compiled.text(nothing), str)
    assert isinstance(compiled.boolean(nothing), bool)


numbers = st.floats(allow_nan=False, allow_infinity=False)


@given(numbers)
def test_a_number_survives_becoming_text(number):
    text = to_text(number)
    assert to_number(text) == number
    assert "e" not in text.lower()


@given(numbers)
def test_a_literal_is_the_number_it_shows(number):
    assert compile_expression(to_text(number)).number(Nothing()) == number


@given(st.integers(-(10**12), 10**12), st.integers(-(10**12), 10**12), st.sampled_from("+-*"))
def test_arithmetic_is_that_of_doubles(left, right, operator):
    expected = {"+": float(left) + right, "-": float(left) - right, "*": float(left) * right}[operator]
    assert compile_expression(f"{left} {operator} {right}").number(Nothing()) == expected


@given(numbers, numbers)
def test_division_and_remainder_are_those_of_doubles(left, right):
    texts = to_text(left), to_text(right)
    divided = compile_expression("({}) div ({})".format(*texts)).number(Nothing())
    rest = compile_expression("({}) mod ({})".format(*texts)).number(Nothing())
    if right:
        assert divided == left / right
        assert rest == math.fmod(left, right)
    else:
        assert math.isnan(rest)
        assert not math.isfinite(divided)


@given(numbers, numbers)
def test_equal_and_unequal_are_opposites_for_single_values(left, right):
    pair = f"{to_text(left)} {{}} {to_text(right)}"
    equal = compile_expression(pair.format("=")).boolean(Nothing())
    assert compile_expression(pair.format("!=")).boolean(Nothing()) is not equal


@given(st.text(st.characters(exclude_characters="'")))
def test_text_literals_are_taken_as_they_are(text):
    if len(text) < 9000:
        assert compile_expression(f"'{text}'").text(Nothing()) == text


@given(st.floats(-1e9, 1e9), st.integers(-6, 9))
def test_rounding_moves_a_number_by_at_most_half_a_unit(number, digits):
    rounded = compile_expression(f"round({to_text(number)}, {digits})").number(Nothing())
    assert abs(rounded - number) <= 0.5 * 10.0**-digits * (1 + 1e-9) + math.ulp(number)


@given(st.one_of(numbers, st.text(), st.booleans(), st.dates(), st.datetimes()))
def test_every_scalar_converts(value):
    assert isinstance(to_number(value), float)
    assert isinstance(to_text(value), str)
    assert isinstance(to_boolean(value), bool)


@given(st.dates())
def test_a_date_survives_becoming_a_number(day):
    assert compile_expression(f"date({to_text(to_number(day))})").evaluate(Nothing()) == day
    assert to_number(to_text(day)) == to_number(day)


def test_importing_builds_no_parser():
    code = "import sys, surveys.expressions; print('lark' in sys.modules)"
    run = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert run.stdout.strip() == "False"


@pytest.mark.parametrize("source", ["\ud800", "'\ud800'", "${\U00020bb7}", "'\x00'"])
def test_odd_characters_do_no_harm(source):
    _compile_and_evaluate(source)
