"""A form writer tries an expression and sees what it gives, or where it is wrong."""

from __future__ import annotations

import datetime as dt

import pytest

from surveys.text import Refusal
from surveys.trial import pointed, try_expression


@pytest.mark.parametrize(
    ("source", "given", "shown"),
    [
        ("1 + 2", [], "3（数字）"),
        ("${a} * 2", ["a=1.5"], "3（数字）"),
        ("${a} > 2", ["a=3"], "是（是否）"),
        ("${a} > 2", ["a=2"], "否（是否）"),
        ("concat(${a}, '号')", ["a=7"], "7号（文字）"),
        ("''", [], "空（文字）"),
        ("number(${a})", ["a=甲"], "空（数字）"),
        ("'NaN'", [], "NaN（文字）"),
        ("${a} = '007'", ["a=007"], "是（是否）"),  # a code stays as it is written
        ("${a}", ["a=007"], "007（文字）"),
        ("${a} + 1", ["a=007"], "8（数字）"),
        ("${a}", ["a=1 2 96"], "1 2 96（文字）"),
        ("selected(${a}, '96')", ["a=1 2 96"], "是（是否）"),
        ("${d}", ["d=2022-11-03"], "2022-11-03（日期）"),
        ("months-between(${d}, date('2022-11-03'))", ["d=2022-01-03"], "10（数字）"),
        ("${d}", ["d=2022-13-03"], "2022-13-03（文字）"),
        ("sum(${m})", ["m.a=1", "m.b=2"], "3（数字）"),
        ("${m.b}", ["m.a=1", "m.b=2"], "2（数字）"),
        ("${m.y}", ["m.r.x=1", "m.r.y=2", "m.s.y=3"], "2、3（若干个，共2个）"),
        ("count(${x})", ["x=1", "x=2", "x=3"], "3（数字）"),
        ("${x}[. > 1]", ["x=1", "x=2", "x=3"], "2、3（若干个，共2个）"),
        ("${x}[. > 5]", ["x=1"], "空（若干个，共0个）"),
        (". <= param('most')", [".=60", "most=50"], "否（是否）"),
        ("is-missing(${a})", ["a=不掌握"], "是（是否）"),
        ("is-missing(${a})", ["a=3"], "否（是否）"),
        ("${a} = ''", ["a=不掌握"], "是（是否）"),
        ("city = ${q}", ["city=hrb", "q=hrb"], "是（是否）"),  # as in a choice_filter
        ("jr:choice-name(${q}, '${q}')", ["q=7"], "7（文字）"),
        ("${a}", ["a==1=2"], "=1=2（文字）"),
    ],
)
def test_what_an_expression_gives(source: str, given: list[str], shown: str) -> None:
    assert str(try_expression(source, given)) == shown


def test_what_was_not_given_is_blank_and_named() -> None:
    """Like a question that is not answered yet; a misspelt name shows here."""
    outcome = try_expression("${sw_totl} > 0 or ${a.r} = '' or . = '' or city = '1'", ["sw_total=3", "a.s=1"])
    assert str(outcome) == "是（是否）"
    assert outcome.blanks == ("sw_totl", "a.r", "city", ".")


def test_today_is_today() -> None:
    assert try_expression("today()").value == dt.datetime.now().astimezone().date().isoformat()


@pytest.mark.parametrize(
    ("source", "message"),
    [
        ("if(1，2, 3)", "请用半角逗号 ,（第 5 个字符）\nif(1，2, 3)\n    ^"),
        (
            "${人数} + ，",
            "请用半角逗号 ,（第 9 个字符）\n${人数} + ，\n          ^",
        ),  # a Chinese character is two columns
        ("1 +\nfoo(2)", "没有函数 foo()（第 5 个字符）\nfoo(2)\n^"),
        ("round(1.5", "这个 ( 没有配对的 )（第 6 个字符）\nround(1.5\n     ^"),
    ],
)
def test_a_wrong_expression_is_pointed_at(source: str, message: str) -> None:
    with pytest.raises(Refusal) as caught:
        try_expression(source)
    assert caught.value.message == message


@pytest.mark.parametrize("given", ["a", "=1", ""])
def test_an_answer_is_a_name_and_a_value(given: str) -> None:
    with pytest.raises(Refusal, match="应写成 名称=值"):
        try_expression("1", [given])


def test_a_parameter_must_be_given() -> None:
    with pytest.raises(Refusal, match="没有给出参数 low 的值"):
        try_expression("param('low') + 1")


def test_the_caret_stands_at_the_end_too() -> None:
    assert pointed("甲+", 2) == "甲+\n   ^"
