"""What the loader and incremental evaluation are told about an expression."""

import pytest

from surveys.expressions import compile_expression


def names(source):
    return [(reference.name, *reference.parts) for reference in compile_expression(source).references]


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        ("1 + 1", []),
        ("${a} + ${b.c.d} + ${a}", [("a",), ("b", "c", "d"), ("a",)]),
        ("'${a}'", []),
        ("if(${a}, ${b}, ${c})", [("a",), ("b",), ("c",)]),
        ("${a}[. = ${b}]", [("a",), ("b",)]),
        ("../a + current()/../b + /data/c/d", [("a",), ("b",), ("d",)]),
        ("current()/a", [("a",)]),
        ("/data/venues[v_kind = '1']/v_area", [("venues",)]),
        ("position(..) + position()", []),
        ("jr:choice-name(${a}, '${b}')", [("a",), ("b",)]),
        ("indexed-repeat(${f}, ${r}, ${i})", [("f",), ("r",), ("i",)]),
        ("is-missing(${a})", [("a",)]),
        ("regex(${a}, ${b})", [("a",), ("b",)]),
    ],
)
def test_every_reference_is_listed_in_order(source, expected):
    assert names(source) == expected


def test_offsets_are_those_of_the_dollar_sign():
    assert [reference.offset for reference in compile_expression("1 + ${a} and\n${b}").references] == [4, 13]


@pytest.mark.parametrize(
    ("source", "fields"),
    [
        ("${venues}", []),
        ("${venues}[v_kind = '1' and v_status = '1']", ["v_kind", "v_status"]),
        ("${venues}/v_area", ["v_area"]),
        ("${venues}[./v_kind]/v_area", ["v_area", "v_kind"]),
        ("sum((${venues}[v_kind = 1])[v_status]/v_area)", ["v_area", "v_kind", "v_status"]),
        ("if(1, ${venues}, 2)[v_kind]", ["v_kind"]),
        ("/data/venues[v_kind = '1']/v_area", ["v_area", "v_kind"]),
        ("indexed-repeat(f, ${venues}, 1)", ["f"]),
    ],
)
def test_row_fields_are_told_with_the_reference_they_are_read_of(source, fields):
    (reference,) = compile_expression(source).references
    assert sorted(reference.fields) == fields


def test_fields_of_two_references_are_kept_apart():
    first, second = compile_expression("${a}[x]/y = ${b}[z]").references
    assert (first.fields, second.fields) == (frozenset("xy"), frozenset("z"))


@pytest.mark.parametrize(
    ("source", "only"),
    [
        ("is-missing(${a})", [True]),
        ("${a} > 1", [False]),
        ("is-missing(${a}) or ${b} > 1", [True, False]),
        ("is-missing(${a}) or ${a} > 1", [False, False]),
        ("is-missing(${m.x}) or ${m.y} > 1", [True, False]),
    ],
)
def test_references_that_only_is_missing_reads(source, only):
    assert [reference.only_missing for reference in compile_expression(source).references] == only


def test_parameters():
    assert compile_expression("param('a') + param('b') * param('a')").parameters == {"a", "b"}


@pytest.mark.parametrize(
    ("source", "reads"),
    [
        (". > 1", True),
        ("sum(.)", True),
        ("current() = 1", True),
        ("./v_area", True),
        ("once(1)", True),
        ("string-length() > 2", True),
        ("string-length('a')", False),
        ("${a}[. > 1]", False),
        ("${a}[current() > 1]", True),
        ("${a}[string-length() > 1]", False),
        ("position(..)", False),
        ("current()/a", False),
        ("../a", False),
    ],
)
def test_reads_current(source, reads):
    assert compile_expression(source).reads_current is reads


@pytest.mark.parametrize(
    ("source", "fields"),
    [
        ("province = ${province}", {"province"}),
        ("selected(kind, 'a') and 人数 > 1", {"kind", "人数"}),
        ("${venues}[v_kind = '1']", set()),
        ("../a", set()),
    ],
)
def test_bare_names_outside_predicates_are_row_fields(source, fields):
    assert compile_expression(source).row_fields == fields


@pytest.mark.parametrize(
    ("source", "uses"),
    [
        ("${q} = '1'", [("q", (), "1", 7)]),
        ("'1' != ${q}", [("q", (), "1", 0)]),
        ("${m.row} = ('x')", [("m", ("row",), "x", 12)]),
        ("selected(${q}, 'a') and selected(., 'b')", [("q", (), "a", 15), (".", (), "b", 36)]),
        (". = 'a'", [(".", (), "a", 4)]),
        ("${venues}[v_kind = '1']", [("v_kind", (), "1", 19)]),
        ("${v_kind}[. = '1']", [("v_kind", (), "1", 14)]),
        ("${venues}/v_kind = '1'", [("v_kind", (), "1", 19)]),
        ("../q = '1'", [("q", (), "1", 7)]),
        ("jr:choice-name('1', '${q}')", [("q", (), "1", 15)]),
        ("${q} = ''", []),
        ("${q} = 1", []),
        ("${q} > '1'", []),
        ("concat(${q}, '') = '1'", []),
        ("province = '23'", []),
        ("'1' = '1'", []),
    ],
)
def test_answers_compared_with_a_choice_code(source, uses):
    assert compile_expression(source).choice_uses == tuple(uses)
