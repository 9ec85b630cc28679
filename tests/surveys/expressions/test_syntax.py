"""Lexical structure and paths (XPath 1.0, 2 and 3.7; ODK XForms Specification, "XPath Paths")."""

import pytest

from surveys.expressions import ExpressionError, compile_expression

TOKENS = [
    ("XP 3.7 hyphen after a reference subtracts", "${age}-1", 4),
    ("XP 3.7 hyphen inside a reference is a name", "${a-b}", 30),
    ("XP 3.7 hyphen inside a reference is a name", "${a-b}-1", 29),
    ("XP 3.7 hyphen with a space before it subtracts", "${venues}[1]/v_area -1", 99),
    ("XP 3.7 hyphen inside a name is a name", "${venues}[v_area-1 = 0]", False),
    ("XP 3.7 hyphen after a number", "5-3", 2),
    ("XP 3.7 hyphen after a bracket", "(5)-3", 2),
    ("XP 3.7 hyphen after .", ". -1", 4),
    ("XP 3.7 hyphen after .", ".-1", 4),
    ("XP 3.7 * between operands multiplies", ". * .", 25),
    ("XP 3.7 * between operands multiplies", "2*3*4", 24),
    ("XP 3.7 div after an operand divides", "${div} div 4", 2),
    ("XP 3.7 mod needs no spaces after a bracket", "(7)mod(4)", 3),
    ("XP 3.7 and needs no spaces after a bracket", "(1)and(0)", False),
    ("XP 3.7 operator names may be field names", "count(${venues}[or or and])", 0),
    ("XP 3.7 operator names may be field names", "count(${venues}[div div mod > 1])", 0),
    ("XP 3.7 names may begin like operators", "count(${venues}[order = 'x' or android = 'y'])", 0),
    ("XP 3.7 either quote", '"it\'s"', "it's"),
    ("XP 3.7 either quote", "'说“好”'", "说“好”"),
    ("XP 3.7 text keeps its spaces", "' a  b '", " a  b "),
    ("XP 3.7 text may be empty", "''", ""),
    ("XP 3.7 text keeps references as they are", "'${age}'", "${age}"),
    ("XP 3.7 white space is free", "\n 1\t+\r\n2 ", 3),
    ("XP 3.7 white space before brackets", "concat ( 'a' , 'b' )", "ab"),
    ("XP 3.7 white space in references", "${ age }", 5),
    ("ours: Chinese names", "${人数} + 1", 13),
    ("ours: parts", "${staff.a35}", 3),
    ("XP 3.3 brackets", "((((1))))", 1),
]

PATHS = [
    ("ODK paths: .", ". + 1", 6),
    ("ODK paths: ..", "position(..)", 1),
    ("ODK paths: sibling", "../age", 5),
    ("ODK paths: groups are passed over", "../staffing/age", 5),
    ("ODK paths: upwards past groups", "../../staffing/age", 5),
    ("ODK paths: absolute", "/data/age", 5),
    ("ODK paths: absolute through groups", "/data/staffing/age", 5),
    ("ODK paths: absolute to a roster's field", "sum(/data/venues/v_area)", 120.5),
    ("ODK paths: absolute with predicate", "count(/data/venues[v_kind = '1'])", 2),
    ("ODK paths: absolute with predicate and field", "/data/venues[v_kind = '2']/v_name", "俱乐部"),
    ("ODK paths: absolute with place", "/data/venues[2]/v_name", "俱乐部"),
    ("ODK paths: absolute to a matrix row", "/data/staff/a35", 3),
    ("ODK paths: absolute with ..", "/data/staffing/name/../age", 5),
    ("ODK paths: current() is the question", "current() + 1", 6),
    ("ODK paths: current()/.", "current()/. + 1", 6),
    ("ODK paths: current()/..", "current()/../age", 5),
    ("ODK paths: child of a reference", "count(${venues}/v_area)", 3),
    ("ODK paths: parent of a reference", "count(${v_area}/..)", 3),
    ("ODK paths: parents are counted once", "count((${v_area} | ${v_kind})/..)", 3),
    ("ODK axes: child::", "count(${venues}/child::v_area)", 3),
    ("ODK axes: parent::", "count(${v_area}/parent::node())", 3),
    ("ODK axes: self::", "self::node() + 1", 6),
    ("XP 3.3 union", "count(${v_area} | ${v_kind})", 6),
    ("XP 3.3 union removes doubles", "count(${venues} | ${venues})", 3),
    ("XP 3.3 union takes paths", "sum(${age} | ${人数})", 17),
]

PREDICATES = [
    ("XP 2.4 field", "count(${venues}[v_kind = '1'])", 2),
    ("XP 2.4 several fields", "count(${venues}[v_kind = '1' and v_status = '1'])", 1),
    ("XP 2.4 one after another", "count(${venues}[v_kind = '1'][v_status = '2'])", 1),
    ("XP 2.4 then a step", "sum(${venues}[v_status = '1']/v_area)", 120.5),
    ("XP 2.4 number is a place", "${venues}[2]/v_name", "俱乐部"),
    ("XP 2.4 number beyond the last", "count(${venues}[4])", 0),
    ("XP 2.4 number that is computed", "${venues}[1 + 1]/v_name", "俱乐部"),
    ("XP 2.4 position()", "${venues}[position() = 3]/v_name", "书屋"),
    ("XP 2.4 position() counts what is left", "${venues}[v_kind = '1'][2]/v_name", "书屋"),
    ("XP 2.4 position() > 1", "count(${venues}[position() > 1])", 2),
    ("XP 2.4 . is the node at hand", "count(${v_area}[. > 50])", 1),
    ("XP 2.4 . in functions", "count(${v_name}[contains(., '书')])", 1),
    ("XP 2.4 ./field", "count(${venues}[./v_kind = '1'])", 2),
    ("XP 2.4 ../field", "count(${v_area}[../v_kind = '1'])", 2),
    ("XP 2.4 references are looked up in the survey", "count(${venues}[v_area > ${age}])", 2),
    ("XP 2.4 nested", "count(${venues}[count(${venues}[v_kind = '1']) = 2])", 3),
    ("XP 2.4 blank field", "count(${venues}[v_area = ''])", 1),
    ("XP 2.4 field as condition", "count(${venues}[v_area])", 2),
    ("XP 2.4 on a step", "count(${venues}/v_area[. < 50])", 1),
    ("XP 2.4 on brackets", "(${v_area})[2]", 20.5),
    ("XP 2.4 on a cell", "count(${age}[. = 5])", 1),
    ("XP 2.4 on current()", "count(current()[. = 5])", 1),
    ("ODK current() in a predicate is not the node at hand", "count(${v_area}[. > current()])", 2),
    ("ODK string-length() of the node at hand", "count(${v_name}[string-length() = 2])", 1),
    ("JR a place gives a value", "not(${v_area}[3])", True),
]


@pytest.mark.parametrize(("clause", "source", "expected"), TOKENS + PATHS + PREDICATES)
def test_syntax(check, clause, source, expected):
    check(source, expected)


ROW = [
    ("ODK ..: the row", "position(..)", 2),
    ("ODK position()", "position()", 2),
    ("ODK paths: sibling in the row", "../v_name", "俱乐部"),
    ("ODK paths: bare name is a field of the row", "v_name", "俱乐部"),
    ("ODK paths: current()/field", "current()/v_name", "俱乐部"),
    ("ODK paths: current()/../field", "current()/../v_name", "俱乐部"),
    ("ODK paths: out of the row", "../../age", 5),
    ("ODK .", ". * 2", 41),
    ("reference in its own row", "${v_area}", 20.5),
    ("reference outside the row", "${age}", 5),
    ("rows like this one", "count(${venues}[v_status = current()/v_status])", 2),
    ("rows before this one", "count(${venues}[position() < position(current()/..)])", 1),
    ("row before this one", "${venues}[position() = position(current()/..) - 1]/v_name", "文化宫"),
    ("indexed-repeat of the row before", "indexed-repeat(${v_name}, ${venues}, position(..) - 1)", "文化宫"),
]


@pytest.mark.parametrize(("clause", "source", "expected"), ROW)
def test_inside_a_roster_row(inside_second_row, check, clause, source, expected):
    check(source, expected)


def test_a_choice_filter_reads_the_columns_of_the_choice_as_bare_names(inside_second_row, check):
    check("v_kind = '2' and v_status = ${v_status}", True)


@pytest.mark.parametrize(
    "source", ["(" * 50 + "1" + ")" * 50, "if(1," * 45 + "1" + ",0)" * 45, " or ".join(["0"] * 2000), "-" * 9000 + "1"]
)
def test_long_and_moderately_deep_expressions_work(evaluate, source):
    assert evaluate(source) in (1.0, False)


@pytest.mark.parametrize(
    "source",
    [
        "(" * 4000 + "1" + ")" * 4000,
        "not(" * 2000 + "1" + ")" * 2000,
        "a[" * 3000 + "1" + "]" * 3000,
        "${age}[" * 6 + "1" + "]" * 6,
        "1 + (" * 1500 + "1" + ")" * 1500,
        "(" * 9999,
    ],
)
def test_too_deep_is_refused(source):
    with pytest.raises(ExpressionError):
        compile_expression(source)


@pytest.mark.parametrize(
    "source",
    ["not(" * 98 + "1" + ")" * 98, "${age}[" * 4 + "1" + "]" * 4, "1+(" * 49 + "1" + ")" * 49],
)
def test_what_is_just_allowed_fits_on_a_stack_that_is_half_full(survey, source):
    def deep(levels: int) -> object:
        return deep(levels - 1) if levels else compile_expression(source).evaluate(survey)

    deep(400)


def test_too_long_is_refused():
    with pytest.raises(ExpressionError) as caught:
        compile_expression("1+" * 5001)
    assert "10000" in caught.value.message
