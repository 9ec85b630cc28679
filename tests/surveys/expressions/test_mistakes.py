"""What a form writer gets wrong is refused when the form is loaded: where, what, and how to mend it."""

import pytest

from surveys.expressions import ExpressionError, compile_expression

MISTAKES = [
    # source, offset, what the message must say
    ("", 0, "空的"),
    ("  \n", 0, "空的"),
    ("“a”", 0, "半角引号"),
    ("${a} = ‘1’", 7, "半角引号"),
    ("＇a＇", 0, "半角引号"),
    ("not（1）", 3, "半角 ("),
    ("(1 ＋ 2)", 3, "半角 +"),
    ("${a} ＝ 1", 5, "半角 ="),
    ("concat('a'，'b')", 10, "半角逗号"),
    ("${a} = １", 7, "半角 1"),
    ("${ａge} = 1", 0, "半角"),
    ("1\u3000+ 1", 1, "半角空格"),
    ("1\u00a0+ 1", 1, "普通空格"),
    ("1 ≥ 2", 2, ">="),
    ("1 ≤ 2", 2, "<="),
    ("1 ≠ 2", 2, "!="),
    ("2 × 3", 2, "*"),
    ("6 ÷ 3", 2, "div"),
    ("${a} / 2", 7, "div"),
    ("${a} / ${b}", 7, "div"),
    ("${a} % 2", 5, "mod"),
    ("2 ^ 3", 2, "pow"),
    ("${a} == 1", 6, "一个 ="),
    ("${a} <> 1", 6, "!="),
    ("${a} && ${b}", 5, "and"),
    ("${a} || ${b}", 6, "or"),
    ("!${a}", 0, "not"),
    ("'abc", 0, "成对"),
    ('concat("a, 1)', 7, "成对"),
    ("(1 + 2", 0, ")"),
    ("${v}[1", 4, "]"),
    ("(1 + (2)", 0, ")"),
    ("1 + 2)", 5, "多了"),
    ("1 +", 3, "没有写完"),
    ("1 and", 5, "没有写完"),
    ("not()", 0, "1 个参数"),
    ("concat('a',)", 11, "多了"),
    ("concat(,'a')", 7, "逗号"),
    ("= 1", 0, "缺一个值"),
    ("${a} ${b}", 5, "运算符"),
    ("${a} 5", 5, "运算符"),
    ("'a' 'b'", 4, "运算符"),
    ("$a + 1", 0, "${题目名}"),
    ("${a + 1", 0, "配对"),
    ("${}", 0, "题目名"),
    ("${1a}", 0, "不合规则"),
    ("${a..b}", 0, "不合规则"),
    ("{a}", 0, "${题目名}"),
    ("1; 2", 1, "分号"),
    ("1 \x00", 2, "看不见"),
    ("1 \u200b+ 1", 2, "看不见"),
    ("@a", 0, "@"),
    ("count(//a)", 6, "//"),
    ("count(${venues}/*)", 16, "*"),
    ("ancestor::a", 0, "ancestor"),
    ("parent::a", 0, "轴"),
    ("self::a", 0, "轴"),
    ("slected(., 'a')", 0, "selected"),
    ("count_selected(.)", 0, "count-selected"),
    ("Round(1)", 0, "round"),
    ("nonsense(1)", 0, "没有函数"),
    ("1 + unknown-function(1)", 4, "没有函数"),
    ("instance('x')/root/item", 0, "暂不支持"),
    ("pulldata('a', 'b', 'c', 'd')", 0, "暂不支持"),
    ("count('a')", 6, "题目或路径"),
    ("count(1 + 1)", 6, "题目或路径"),
    ("'a'[1]", 0, "方括号"),
    ("'a'/b", 0, "路径"),
    ("1 | 2", 0, "or"),
    ("position(1)", 9, "position(..)"),
    ("param(${a})", 6, "pay_low"),
    ("param('')", 6, "pay_low"),
    ("is-missing('a')", 11, "${sw_total}"),
    ("jr:choice-name('1', 2)", 20, "'${q}'"),
    ("jr:choice-name('1', '')", 20, "'${q}'"),
    ("indexed-repeat(1, ${v}, 1)", 15, "第一个参数"),
    ("indexed-repeat(${a}, 1, 1)", 21, "第二个参数"),
    ("indexed-repeat(${a}, ${v}, 1, ${w})", 0, "成对"),
    ("weighted-checklist(1, 2, 3)", 0, "成对"),
    ("digest('a', 'MD4')", 12, "SHA-256"),
    ("digest('a', 'MD5', 'base32')", 19, "hex"),
    ("regex(., '[')", 9, "正则"),
    ("regex(., '(?P<')", 9, "正则"),
    ("regex(., '\\p{Klingon}')", 9, "正则"),
    ("format-date(today(), '%Q')", 22, "%Q"),
    ("format-date(today(), 'a%')", 23, "%"),
]


@pytest.mark.parametrize(("source", "offset", "says"), MISTAKES)
def test_mistake(source, offset, says):
    with pytest.raises(ExpressionError) as caught:
        compile_expression(source)
    assert (caught.value.offset, says in caught.value.message) == (offset, True), caught.value


ARITY = {
    "0": ["true", "false", "pi", "random", "now", "today", "current"],
    "1": [
        *("number", "string", "boolean", "not", "int", "abs", "sqrt", "exp", "exp10", "log", "log10", "sin", "cos"),
        *("tan", "asin", "acos", "atan", "boolean-from-string", "date", "date-time", "decimal-date-time", "once"),
        *("decimal-time", "count", "count-non-empty", "count-distinct", "count-selected", "is-missing", "param"),
    ],
    "2": [
        *("pow", "atan2", "selected", "selected-at", "contains", "starts-with", "ends-with", "substring-before"),
        *("substring-after", "regex", "format-date", "format-date-time", "coalesce", "percent", "months-between"),
        "jr:choice-name",
    ],
    "3": ["if", "translate"],
}


@pytest.mark.parametrize(("count", "name"), [(count, name) for count, names in ARITY.items() for name in names])
def test_a_wrong_number_of_arguments_is_refused_when_the_form_is_loaded(count, name):
    for wrong in {int(count) - 1, int(count) + 1} - {-1}:
        with pytest.raises(ExpressionError) as caught:
            compile_expression(f"1 + {name}({', '.join(['${a}'] * wrong)})")
        assert caught.value.offset == 4
        assert name in caught.value.message


@pytest.mark.parametrize(
    ("name", "refused"),
    [
        ("round", (0, 3)),
        ("substr", (1, 4)),
        ("digest", (1, 4)),
        ("uuid", (2,)),
        ("string-length", (2,)),
        ("normalize-space", (2,)),
        ("position", (2,)),
        ("indexed-repeat", (2, 8)),
        ("join", (0,)),
        ("sum", (0,)),
        ("min", (0,)),
        ("max", (0,)),
        ("checklist", (1,)),
        ("weighted-checklist", (1,)),
    ],
)
def test_optional_arguments_have_limits_too(name, refused):
    for count in refused:
        with pytest.raises(ExpressionError) as caught:
            compile_expression(f"{name}({', '.join(['${a}'] * count)})")
        assert "参数" in caught.value.message


def test_the_error_reads_as_one_sentence_with_its_place():
    with pytest.raises(ExpressionError, match="第 1 个字符"):
        compile_expression("slected(., 'a')")
