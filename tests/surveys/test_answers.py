"""What people type becomes one canonical value, or a sentence that says what was expected."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import TypeAdapter

from surveys.answers import (
    Answer,
    Status,
    display,
    label_of,
    native,
    plain_number,
    read_back,
)
from surveys.text import Refusal, show_text
from surveys.typed import read_typed
from surveys.value_types import (
    Choice,
    DateType,
    DecimalType,
    IntegerType,
    MoneyType,
    RatingType,
    SelectMultipleType,
    SelectOneType,
    TextType,
    ValueType,
)

CHOICES = (
    Choice(name="1", label="常委"),
    Choice(name="10", label="专职"),
    Choice(name="96", label="其他", specify=True),
    Choice(name="97", label="没有", exclusive=True),
)
INTEGER = IntegerType(type="integer", min=-5, max=300_000, unit="人")
DECIMAL = DecimalType(type="decimal", decimals=2, unit="平方米")
MONEY = MoneyType(type="money")
DATE = DateType(type="date", min=dt.date(2000, 1, 1), max=dt.date(2022, 12, 31))
TEXT = TextType(type="text", min_length=2, max_length=10)
LINES = TextType(type="text", multiline=True)
ONE = SelectOneType(type="select_one", choices=CHOICES)
SEVERAL = SelectMultipleType(type="select_multiple", choices=CHOICES, max_selected=2)
RATING = RatingType(type="rating", choices=CHOICES[:2])
KINDS = (INTEGER, DECIMAL, MONEY, DATE, TEXT, LINES, ONE, SEVERAL, RATING)


@pytest.mark.parametrize(
    ("kind", "typed", "value"),
    [
        (INTEGER, "12", "12"),
        (INTEGER, " １２ ", "12"),
        (INTEGER, "　1，200　", "1200"),
        (INTEGER, "1,200", "1200"),
        (INTEGER, "007", "7"),
        (INTEGER, "2千", "2000"),
        (INTEGER, "3万", "30000"),
        (INTEGER, "3 万", "30000"),
        (INTEGER, "1.2万", "12000"),
        (INTEGER, "3百", "300"),
        (INTEGER, "12.0", "12"),
        (INTEGER, "+5", "5"),
        (INTEGER, "-5", "-5"),
        (INTEGER, "－3", "-3"),
        (INTEGER, "-0", "0"),
        (INTEGER, "", ""),
        (INTEGER, " 　", ""),
        (DECIMAL, "12.50", "12.5"),
        (DECIMAL, "１２．５", "12.5"),
        (DECIMAL, ".5", "0.5"),
        (DECIMAL, "100", "100"),
        (DECIMAL, "0.00", "0"),
        (DECIMAL, "1.25亿", "125000000"),
        (MONEY, "12.5", "12.5"),
        (MONEY, "3万", "3"),
        (MONEY, "3万元", "3"),
        (MONEY, "250000元", "25"),
        (MONEY, "250,000 元", "25"),
        (MONEY, "2亿元", "20000"),
        (MONEY, "2千元", "0.2"),
        (DATE, "2022-11-03", "2022-11-03"),
        (DATE, "2022-1-3", "2022-01-03"),
        (DATE, "2022/11/3", "2022-11-03"),
        (DATE, "2022.11.3", "2022-11-03"),
        (DATE, "20221103", "2022-11-03"),
        (DATE, "2022年11月3日", "2022-11-03"),
        (DATE, "２０２２年 １１月 ３日", "2022-11-03"),
        (DATE, "", ""),
        (TEXT, "工会　主席", "工会　主席"),
        (TEXT, " 　\t ", ""),
        (TEXT, "１２３", "１２３"),
        (LINES, "一\r\n二\r三", "一\n二\n三"),
        (ONE, "１０", "10"),
        (ONE, " 96 ", "96"),
        (ONE, "", ""),
        (RATING, "1", "1"),
        (SEVERAL, "10 1", "1 10"),
        (SEVERAL, "１、１０", "1 10"),
        (SEVERAL, "10，1，10；", "1 10"),
        (SEVERAL, "97", "97"),
        (SEVERAL, "", ""),
    ],
)
def test_what_is_typed_is_read_kindly(kind: ValueType, typed: str, value: str) -> None:
    assert read_typed(kind, typed) == value


@pytest.mark.parametrize(
    ("kind", "typed", "says"),
    [
        *(
            (INTEGER, typed, "不是数字")
            for typed in ["1_000", "1e3", "nan", "inf", "true", "二十", "٣", "१२", "十", "万", ".", "-", "5.", "0x10",
                          "1,20", "1 200", "10²", "x²", "1/2", "½", "1—2", "12人", "3元", "1\n2", "\x1b[2J", "𝟏a"]
        ),
        *((MONEY, typed, "不是数字") for typed in ["三万", "元", "3美元", "1_000"]),
        (INTEGER, "12.5", "这里要填整数，12.5 有小数"),
        (INTEGER, "300001", "300,001 超出范围，应在 -5—300,000人 之间"),
        (INTEGER, "-6", "-6 超出范围"),
        (INTEGER, "1" * 16, "数字有16位，最多15位"),
        (INTEGER, "12345678901234亿", "最多15位"),
        (DECIMAL, "1" * 40, "最多15位"),
        (DECIMAL, "0.125", "最多保留2位小数，0.125 的小数位太多"),
        (MONEY, "-1", "应不小于 0万元"),
        (MONEY, "1元", "最多保留2位小数，0.0001"),
        *((DATE, typed, "不是日期") for typed in ["2022-02-30", "22-11-03", "2022-13-01", "昨天", "2022-11", "0000-01-01", "٢٠٢٢-11-03"]),
        (DATE, "1999-12-31", "1999-12-31 超出范围，应在 2000-01-01 至 2022-12-31 之间"),
        (DATE, "2023-01-01", "超出范围"),
        (TEXT, "一", "至少填2个字，现在是1个字"),
        (TEXT, "一" * 11, "最多填10个字，现在是11个字"),
        (TEXT, "一\n二", "只能填一行"),
        (TEXT, "一\x00二", "第2个字符是不可见的控制字符（U+0000）"),
        (ONE, "2", "没有编号为“2”的选项，可选：1、10、96、97"),
        (ONE, "1 10", "没有编号为“1 10”的选项"),
        (SEVERAL, "1 2", "没有编号为“2”的选项"),
        (SEVERAL, "1 97", "“没有”不能和其他选项同时选"),
        (SEVERAL, "1 10 96", "最多选2项，现在选了3项"),
    ],
)  # fmt: skip
def test_what_cannot_be_meant_is_refused_with_a_sentence(kind: ValueType, typed: str, says: str) -> None:
    with pytest.raises(Refusal) as refused:
        read_typed(kind, typed)
    assert says in refused.value.message
    assert refused.value.message.endswith("。")


def test_an_open_range_names_its_one_end() -> None:
    with pytest.raises(Refusal, match="应不大于 9"):
        read_typed(IntegerType(type="integer", max=9), "10")
    with pytest.raises(Refusal, match="应在 很早 至 2000-01-01 之间"):
        read_typed(DateType(type="date", max=dt.date(2000, 1, 1)), "2001-01-01")


def test_a_refusal_never_carries_what_would_move_the_cursor() -> None:
    for kind in (INTEGER, DATE, ONE):
        with pytest.raises(Refusal) as refused:
            read_typed(kind, "\x1b]52;c;x\x07")
        assert refused.value.message.isprintable()


def test_codes_that_look_full_width_are_taken_as_they_are() -> None:
    odd = (Choice(name="①", label="一"), Choice(name="甲、乙", label="二"))
    assert read_typed(SelectOneType(type="select_one", choices=odd), "①") == "①"
    assert read_typed(SelectMultipleType(type="select_multiple", choices=odd), "甲、乙 ①") == "① 甲、乙"


numbers = st.decimals(allow_nan=False, allow_infinity=False, places=2, min_value=-(10**12), max_value=10**12)
canonical = st.one_of(
    st.tuples(st.just(INTEGER), st.integers(-5, 300_000).map(str)),
    st.tuples(st.just(DECIMAL), numbers.map(plain_number)),
    st.tuples(st.just(MONEY), numbers.filter(lambda n: n >= 0).map(plain_number)),
    st.tuples(st.just(DATE), st.dates(dt.date(2000, 1, 1), dt.date(2022, 12, 31)).map(dt.date.isoformat)),
    st.tuples(st.sampled_from([ONE, RATING]), st.sampled_from(["1", "10"])),
    st.tuples(st.just(SEVERAL), st.sampled_from(["1", "1 10", "10 96", "97"])),
    st.tuples(
        st.just(LINES),
        st.text(st.characters(exclude_categories=["Cs", "Cc", "Cn"]), min_size=1, max_size=50).filter(str.strip),
    ),
)


@given(canonical)
def test_a_canonical_value_reads_as_itself(case: tuple[ValueType, str]) -> None:
    kind, value = case
    assert read_typed(kind, value) == value


@given(
    st.sampled_from(KINDS),
    st.text(st.characters(), max_size=60) | st.from_regex(r"[-+]?[0-9０-９.,，万亿千元年月/ -]{0,40}"),
)
def test_any_text_is_read_or_refused_and_reading_settles_it(kind: ValueType, typed: str) -> None:
    try:
        value = read_typed(kind, typed)
    except Refusal as refused:
        messages = [refused.message]
    else:
        assert read_typed(kind, value) == value
        native(kind, value)
        messages = [display(kind, value), read_back(kind, value)] if kind.type != "text" else []
    assert [show_text(message, line=True) for message in messages] == messages


@pytest.mark.parametrize(
    ("kind", "value", "shown", "bare", "python"),
    [
        (INTEGER, "12345", "12,345 人", "12,345", 12345),
        (INTEGER, "100", "100 人", "100", 100),
        (DECIMAL, "12.5", "12.5 平方米", "12.5", Decimal("12.5")),
        (MONEY, "20000", "20,000 万元", "20,000", Decimal(20000)),
        (DecimalType(type="decimal"), "0.5", "0.5", "0.5", Decimal("0.5")),
        (DATE, "2022-11-03", "2022-11-03", "2022-11-03", dt.date(2022, 11, 3)),
        (TEXT, "工会", "工会", "工会", "工会"),
        (ONE, "96", "其他", "其他", "96"),
        (ONE, "5", "5", "5", "5"),
        (SEVERAL, "1 10", "常委；专职", "常委；专职", ("1", "10")),
        (RATING, "1", "常委", "常委", "1"),
        (INTEGER, "", "", "", None),
    ],
)
def test_a_value_as_people_read_it_and_as_python_has_it(
    kind: ValueType, value: str, shown: str, bare: str, python: object
) -> None:
    assert display(kind, value) == shown
    assert display(kind, value, unit=False) == bare
    assert native(kind, value) == python


@pytest.mark.parametrize(
    ("kind", "value", "said"),
    [(MONEY, "3.5", "= 35,000 元"), (MONEY, "0", "= 0 元"), (MONEY, "", ""), (DECIMAL, "3.5", ""), (INTEGER, "3", "")],
)
def test_money_is_read_back_in_yuan(kind: ValueType, value: str, said: str) -> None:
    assert read_back(kind, value) == said


@given(st.integers(-(10**40), 10**40), st.integers(0, 6))
def test_plain_numbers_are_exact_and_have_one_spelling(digits: int, places: int) -> None:
    amount = Decimal(f"{digits}E-{places}")
    spelled = plain_number(amount)
    assert Decimal(spelled) == amount
    assert "E" not in spelled
    assert spelled != "-0"
    assert not ("." in spelled and spelled[-1] in ".0")


def test_a_label_of_an_older_form_falls_back_to_the_code() -> None:
    assert label_of(ONE, "3") == "3"


def test_a_shared_list_must_have_been_resolved() -> None:
    unresolved: ValueType = TypeAdapter(ValueType).validate_python({"type": "select_one", "choices": "yes_no"})
    with pytest.raises(TypeError, match="yes_no"):
        read_typed(unresolved, "1")


def test_statuses_say_whether_a_person_spoke_and_whether_a_value_is_missing() -> None:
    assert {s for s in Status if s.missing} == {Status.DONT_KNOW, Status.REFUSED, Status.NOT_APPLICABLE}
    assert {s for s in Status if s.given} == {s for s in Status if s.missing} | {Status.ANSWERED}
    assert [s.label for s in Status] == ["已答", "不掌握", "拒答", "不适用", "跳过", "未答"]
    assert Answer() == Answer("", Status.EMPTY)
