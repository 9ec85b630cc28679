"""A broken definition names every fault with its place, in Chinese; nothing else is ever raised."""

from __future__ import annotations

import re
from collections.abc import Callable
from decimal import Decimal
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from samples import HEAD, NASTY, SMALL, questions

from surveys.definition import SelectOne
from surveys.loading import MAX_BYTES, LoadErrors, LoadProblem, library, load_form, load_survey

Load = Callable[[str | bytes], list[LoadProblem]]

ENGLISH = re.compile(r"[A-Za-z]+ [a-z]+ [a-z]+")
"""Three words in a row: a sentence of a library, not one of ours."""


@pytest.fixture
def faults(tmp_path: Path) -> Load:
    """The problems of a definition given as text."""

    def load(text: str | bytes) -> list[LoadProblem]:
        path = tmp_path / "form.yaml"
        path.write_bytes(text if isinstance(text, bytes) else text.encode())
        with pytest.raises(LoadErrors) as caught:
            load_form(path)
        assert str(caught.value) == "\n".join(
            f"{path}:{problem.line}:{problem.column}: {problem.message}" for problem in caught.value.problems
        )
        return list(caught.value.problems)

    return load


def place_of(text: str, needle: str) -> tuple[int, int]:
    """Line and column (from 1) of the last occurrence of a piece of the definition."""
    at = text.rindex(needle)
    return text.count("\n", 0, at) + 1, at - text.rfind("\n", 0, at)


ONE = "name: a, type: text, label: 甲"
PICK = (
    'name: p, type: select_one, label: 选, choices: [{name: "1", label: 一}, {name: "96", label: 其他, specify: true}]'
)

SHAPE = [
    # a definition · where the fault is · what is said
    (questions(f"{ONE}, requird: true"), "requird", "不认识的键“requird”，是不是“required”？"),
    (questions("name: a, type: text"), "{name: a", "缺少“label”"),
    (questions("name: a, label: 甲"), "{name: a", "缺少“type”（题型）"),
    (questions("name: a, type: selectone, label: 甲"), "selectone", "不认识的题型“selectone”，是不是“select_one”？（可用：select_one、"),
    (questions("name: a, type: matrix, label: 甲, cell: {type: whole}, rows: [{name: r, label: 行}]"), "whole", "不认识的题型“whole”"),
    (questions("name: 1a, type: text, label: 甲"), "1a", "“1a”不能作名称"),
    (questions("name: a b, type: text, label: 甲"), "a b", "“a b”不能作名称"),
    (questions("name: 2, type: text, label: 甲"), "2, type", "“2”应为文字，数字请加引号"),
    (questions("name: a, type: text, label: "), " }\n", "这里的内容应为文字"),
    (questions('name: a, type: text, label: ""'), '""', "不能为空"),
    (questions(f"name: a, type: text, label: {'长' * 501}"), "长" * 501, "太长，最多500个字"),
    (questions(f"{ONE}, min_length: -1"), "-1", "“-1”太小，应不小于0"),
    (questions("name: a, type: decimal, label: 甲, decimals: 9"), "9}", "“9”太大，应不大于6"),
    (questions("name: a, type: integer, label: 甲, min: 很多"), "很多", "“很多”应为整数"),
    (questions("name: a, type: integer, label: 甲, min: 1.5"), "1.5", "“1.5”应为整数"),
    (questions("name: a, type: decimal, label: 甲, max: .nan"), ".nan", "“nan”应为数字"),
    (questions("name: a, type: decimal, label: 甲, max: 很多"), "很多", "“很多”应为数字"),
    (questions("name: a, type: date, label: 甲, min: 5"), "5}", "“5”应为日期，如 2022-11-03"),
    (questions("name: a, type: date, label: 甲, min: 昨天"), "昨天", "“昨天”应为日期"),
    (questions("name: a, type: date, label: 甲, min: 2022-13-45"), "2022-13-45", "“2022-13-45”不是有效的日期或数字"),
    (questions(f"{ONE}, required: 也许"), "也许", "“也许”应为 true 或 false"),
    (questions(f"{ONE}, statuses: [dontknow]"), "dontknow", "“dontknow”不在可用的值里，是不是“dont_know”？"),
    (questions(f"{ONE}, warnings: {{check: x, message: y}}"), "{check", "这里的内容应为列表（每项以 - 开头）"),
    (questions(f"{ONE}, flags: [{{when: true(), category: '1', level: blue, message: x}}]"), "blue", "“blue”不在可用的值里（可用：red、yellow）"),
    (questions(f"{ONE}, constraint: true()"), "{name: a", "constraint 和 constraint_message 要同时写"),
    (questions(f"{ONE}, 7: x"), "7: x", "键“7”应为文字，请加引号"),
    (questions("name: a, type: select_one, label: 甲, choices: 5"), "5}", "“5”应为选项列表，或共用选项表的名称"),
    (questions("name: a, type: select_one, label: 甲, choices: []"), "[]", "不能为空"),
    (questions("name: a, type: select_one, label: 甲, choices: [{name: 7, label: 七}]"), "7, label", '“7”应为文字，数字请加引号，如 "7"'),
    (questions('name: a, type: select_one, label: 甲, choices: [{name: "1.5", label: 七}]'), '"1.5"', "“1.5”不能作编号"),
    (questions('name: a, type: select_one, label: 甲, choices: [{name: "7", label: 七, excl: true}]'), "excl", "不认识的键“excl”，是不是“exclusive”？"),
    (questions("name: a, type: matrix, label: 甲, cell: {type: text}, rows: [{name: r, label: 行}], columns: [{name: r, label: 列}]"), "{name: a", "行和列不能同名：r"),
    (HEAD + "sections:\n  - 你好\n", "你好", "“你好”应为“键: 值”"),
    (HEAD + "sections: 没有\n", "没有", "“没有”应为列表"),
    (HEAD + "sections: []\n", "[]", "不能为空"),
    (HEAD + "parameters: {asof: 2022-10-31}\n" + questions(ONE).removeprefix(HEAD), "2022-10-31", "应为数字或文字，日期等请加引号"),
    (HEAD + "parameters: {asof: [1]}\n" + questions(ONE).removeprefix(HEAD), "[1]", "应为数字或文字"),
    (HEAD + "parameters: {5: 1}\n" + questions(ONE).removeprefix(HEAD), "5: 1", "键“5”应为文字"),
]  # fmt: skip


@pytest.mark.parametrize(("text", "needle", "says"), SHAPE)
def test_a_fault_of_shape_is_named_once_at_its_place(faults: Load, text: str, needle: str, says: str) -> None:
    (problem,) = faults(text)
    assert says in problem.message
    assert (problem.line, problem.column) == place_of(text, needle)
    assert not ENGLISH.search(problem.message)


MEANING = [
    (questions(ONE, 'name: b, type: text, label: 乙, relevant: "${aa} = 1"'), '"${aa}', "没有名为“aa”的题目，是不是“a”？"),
    (questions(ONE, "name: b, type: text, label: 乙, relevant: 1 = ${c}", "name: c, type: text, label: 丙").replace("1 = ${c}", '"1 = ${c}"'), "${c}", "显示条件只能用前面的题目，“c”在本题或本题之后"),
    (questions('name: b, type: text, label: 乙, relevant: "${b} = 1"'), '"${b}', "“b”在本题或本题之后"),
    (questions('name: b, type: text, label: 乙, relevant: ". = 1"'), '". = 1"', "“.”在本题或本题之后"),
    (questions('name: b, type: calculate, label: 乙, calculation: ". + 1"'), '". + 1"', "不能用本题自己的结果"),
    (questions('name: b, type: calculate, label: 乙, calculation: "once(1)"'), '"once(1)"', "不能用本题自己的结果"),
    (questions(ONE, "name: b, type: text, label: 乙, relevant: a = 1"), "a = 1", "这里不能用“a”，是不是 ${a}？"),
    (questions(PICK, "name: b, type: text, label: 乙, relevant: \"${p} = '1' or ${p} = '7'\""), "'7'", "“p”没有编号为“7”的选项，可用：1、96"),
    (questions(PICK, "name: b, type: text, label: 乙, relevant: 'selected(${p}, ''1'') or selected(${p}, ''7'')'"), "''7''", "“p”没有编号为“7”的选项"),
    (questions(PICK, 'name: b, type: text, label: 乙, relevant: "${p.1} = 1"'), '"${p.1}', "“p”里没有“1”（写的是 ${p.1}）"),
    (questions(f"{ONE}, constraint: \"${{a}} > param('lo')\", constraint_message: x"), "lo')", "parameters 里没有“lo”"),
    (questions(f'{ONE}, constraint: "1 + ", constraint_message: x'), " \", constraint_m", "没有写完"),
    (questions(f'{ONE}, constraint: "1 ＋ 2", constraint_message: x'), "＋", "请用半角 +"),
    (questions(f'{ONE}, warnings: [{{check: "summe(1)", message: x}}]'), '"summe', "summe"),
    (questions(f'{ONE}, flags: [{{when: "${{b}} = 1", category: "1", level: red, message: x}}]'), '"${b}', "没有名为“b”的题目"),
    (questions(ONE, ONE), "a, type", "名称“a”重复，前面已经用过"),
    (questions(ONE, f"name: r, type: roster, label: 册, questions: [{{{ONE}}}]"), "a, type", "名称“a”重复"),
    (questions("name: m, type: matrix, label: 表, cell: {type: text}, rows: [{name: x, label: 一}, {name: x, label: 二}]"), "x, label", "名称“x”重复"),
    (questions("name: p, type: select_one, label: 选, choices: yes_no"), "yes_no", "没有名为“yes_no”的选项表"),
    (questions('name: p, type: select_one, label: 选, choices: [{name: "1", label: 一}, {name: "1", label: 二}]'), "[{name: \"1\"", "选项编号重复：1"),
    (questions("name: r, type: roster, label: 册, questions: [{name: f, type: text, label: 栏, relevant: \"${g} = '1'\"}, {name: g, type: text, label: 后}]"), '"${g}', "“g”在本题或本题之后"),
    (questions('name: r, type: roster, label: 册, questions: [{name: f, type: text, label: 栏}]', "name: c, type: calculate, label: 数, calculation: \"count(${r}[ff = '1'])\""), "${r}", "“r”里没有名为“ff”的栏目，是不是“f”？"),
    (questions("name: c, type: calculate, label: 一, calculation: '${d} + 1'", "name: d, type: calculate, label: 二, calculation: '${e}'", "name: e, type: calculate, label: 三, calculation: '${c}'"), None, "互相依赖成环：c → d → e → c"),
    (questions("name: a, type: integer, label: 甲, relevant: '${c} > 0'", "name: c, type: calculate, label: 数, calculation: '${a} + 1'"), None, "互相依赖成环：a → c → a"),
]  # fmt: skip


@pytest.mark.parametrize(("text", "needle", "says"), MEANING)
def test_a_fault_of_meaning_is_named_at_its_place(faults: Load, text: str, needle: str | None, says: str) -> None:
    (problem,) = faults(text)
    assert says in problem.message
    if needle:
        assert (problem.line, problem.column) == place_of(text, needle)


def test_an_offset_is_counted_inside_a_plain_expression_too(faults: Load) -> None:
    text = (
        HEAD
        + "sections:\n  - name: s\n    label: 节\n    questions:\n      - name: a\n        type: text\n        label: 甲\n        relevant: 1 = 1 and ${x} = 2\n"
    )
    (problem,) = faults(text)
    assert (problem.line, problem.column) == place_of(text, "${x}")


def test_an_expression_over_several_lines_is_placed_where_it_begins(faults: Load) -> None:
    text = (
        HEAD
        + "sections:\n  - name: s\n    label: 节\n    questions:\n      - name: a\n        type: text\n        label: 甲\n        relevant: >-\n          1 = 1\n          and ${x} = 2\n"
    )
    (problem,) = faults(text)
    assert (problem.line, problem.column) == place_of(text, ">-")


YAML_FAULTS = [
    ("", 1, 1, "文件是空的"),
    ("# 只有注释\n", 1, 1, "文件是空的"),
    ("你好\n", 1, 1, "不是“键: 值”的形式"),
    ("- a\n", 1, 1, "不是“键: 值”的形式"),
    ("id: x\nid: y\n", 2, 1, "同一处写了两个相同的键“id”"),
    ("id: x\n? {a: 1}\n: 2\n", 2, 3, "键应为一个词"),
    ("id: x\n[a, b]: 2\n", 2, 1, "键应为一个词"),
    ("id: x\n\tversion: 1\n", 2, 1, "制表符（Tab）"),
    ("id: 'x\nversion: 1\n", 1, 5, "引号没有配对"),
    ("id: [1, 2\n", 1, 5, "方括号或花括号没有配对"),
    ("id: {a: ${b}}\n", 1, 10, "请给它加引号"),
    ("id: a: b\n", 1, 6, "含冒号的文字请加引号"),
    ("id: @x\n", 1, 5, "这个字符不能开头"),
    ('id: "\\q"\n', 1, 7, "请改用单引号"),
    ("id: x\nversion\ntitle: y\n", 2, 1, "缺少冒号"),
    ("id: x\n---\nid: y\n", 2, 1, "一个文件只能有一份问卷"),
    ("id: !!python/object:os.system x\n", 1, 5, "类型标记"),
    ("id: !!int abc\n", 1, 5, "类型标记"),
    ("id: x\ntitle: 2022-02-30\n", 2, 8, "“2022-02-30”不是有效的日期或数字"),
    ("id: " + "9" * 5000, 1, 5, "不是有效的日期或数字"),
    ("id: x\ntitle: 响\x07铃\n", 2, 9, "不可见的控制字符（U+0007）"),
    ('id: x\ntitle: "\\x1b[31m"\n', 2, 8, "不可见的控制字符（U+001B）"),
    ('id: x\ntitle: "\\ud800"\n', 2, 8, "不可见的控制字符（U+D800）"),
    ("%YAML 9.1\n---\nid: x\n", 1, 1, "YAML写法有误"),
    ("id: " + "[" * 60 + "]" * 60, 1, 54, "嵌套超过50层"),
    ("id: " + "[" * 3000 + "]" * 3000, 1, 54, "嵌套超过50层"),
]


@pytest.mark.parametrize(("text", "line", "column", "says"), YAML_FAULTS)
def test_what_is_no_yaml_for_us_is_refused_at_its_place(
    faults: Load, text: str, line: int, column: int, says: str
) -> None:
    (problem,) = faults(text)
    assert says in problem.message
    assert (problem.line, problem.column) == (line, column)
    assert not ENGLISH.search(problem.message)


def test_every_anchor_and_alias_is_refused(faults: Load) -> None:
    bomb = "a: &a [1, 1]\nb: &b [*a, *a]\nc: [*b, *b]\n"
    assert [(p.line, p.column) for p in faults(bomb)] == [(1, 4), (2, 4), (2, 8), (2, 12), (3, 5), (3, 9)]
    assert all("锚点或别名" in p.message for p in faults("a: &a [*a]\n"))


def test_all_faults_of_shape_are_told_at_once_in_the_order_of_the_file(faults: Load) -> None:
    text = questions(
        "name: a, type: txt, label: 甲", f"{ONE}, hnt: x", "name: b, type: integer, label: 乙, min: 甲, max: 乙"
    )
    text = text.replace("title:", "titel:")
    said = [(problem.line, problem.message.partition("，")[0]) for problem in faults(text)]
    assert said == [
        (1, "缺少“title”"),
        (3, "不认识的键“titel”"),
        (10, "不认识的题型“txt”"),
        (11, "不认识的键“hnt”"),
        (12, "“甲”应为整数"),
        (12, "“乙”应为整数"),
    ]


def test_all_faults_of_meaning_are_told_at_once(faults: Load) -> None:
    text = questions(
        ONE,
        'name: b, type: text, label: 乙, relevant: "${x} = 1 and ${y} = 2"',
        "name: p, type: select_one, label: 选, choices: yes_no",
        f"{ONE}",
        "name: c, type: calculate, label: 数, calculation: 1 +",
    )
    said = [problem.message for problem in faults(text)]
    assert len(said) == 5
    for piece in ("“x”", "“y”", "“yes_no”", "名称“a”重复", "没有写完"):
        assert any(piece in message for message in said), piece


def test_a_file_in_another_encoding_names_the_line(faults: Load) -> None:
    (problem,) = faults("id: x\ntitle: 县级工会\n".encode("gbk"))
    assert (problem.line, problem.column) == (2, 1)
    assert "不是UTF-8编码（可能是GBK）" in problem.message
    (problem,) = faults("id: x\n".encode("utf-16"))
    assert "另存为UTF-8" in problem.message


def test_a_byte_order_mark_does_no_harm(tmp_path: Path) -> None:
    path = tmp_path / "form.yaml"
    path.write_bytes(b"\xef\xbb\xbf" + SMALL.encode())
    assert load_survey(path).id == "sample"


def test_a_file_that_is_too_large_is_not_even_read(faults: Load) -> None:
    (problem,) = faults("id: x\n" + "#" * MAX_BYTES)
    assert "不能超过1,000,000字节" in problem.message


def test_a_missing_file_and_a_folder_are_told_apart(tmp_path: Path) -> None:
    for path, says in ((tmp_path / "none.yaml", "没有这个文件"), (tmp_path, "这是一个文件夹")):
        with pytest.raises(LoadErrors, match=says) as caught:
            load_form(path)
        assert str(caught.value).startswith(f"{path}:1:1: ")


def test_codes_and_words_stay_text(tmp_path: Path) -> None:
    path = tmp_path / "form.yaml"
    path.write_text(
        questions(
            'name: no, type: select_one, label: on, choices: [{name: "007", label: no}, {name: 是, label: "1e3"}]'
        )
    )
    (question,) = load_survey(path).sections[0].questions
    assert isinstance(question, SelectOne)
    assert (question.name, question.label) == ("no", "on")
    assert [(c.name, c.label) for c in question.choices if not isinstance(c, str)] == [("007", "no"), ("是", "1e3")]


def test_parameters_keep_their_kind(tmp_path: Path) -> None:
    path = tmp_path / "form.yaml"
    path.write_text(SMALL)
    assert load_survey(path).parameters == {"most": 50, "rate": Decimal("2.5")}


@pytest.mark.parametrize("text", [SMALL, NASTY])
def test_the_sample_forms_have_no_fault(text: str, tmp_path: Path) -> None:
    path = tmp_path / "form.yaml"
    path.write_text(text)
    assert load_form(path).items


def test_the_shipped_form_loads_with_56_numbered_questions() -> None:
    assert len(load_form(library("county_union")).numbered) == 56


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None, max_examples=150)
@given(place=st.integers(0, len(NASTY)), count=st.integers(0, 12), put=st.text(st.characters(), max_size=4))
def test_whatever_is_done_to_a_definition_it_loads_or_says_why_in_chinese(
    tmp_path: Path, place: int, count: int, put: str
) -> None:
    path = tmp_path / "form.yaml"
    path.write_bytes((NASTY[:place] + put + NASTY[place + count :]).encode("utf-8", "surrogatepass"))
    try:
        load_form(path)
    except LoadErrors as errors:
        problems = errors.problems
    else:
        return
    lines = path.read_bytes().count(b"\n") + 2
    for problem in problems:
        assert 1 <= problem.line <= lines
        assert problem.column >= 1
        assert not ENGLISH.search(problem.message)
