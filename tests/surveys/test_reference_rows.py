"""Tables that an office has edited: read as they are meant, or every fault named with its sheet, row and column."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from surveys.loading import library, load_form
from surveys.question_numbers import EVERY, names_in, numbers_text
from surveys.reference_rows import HEADINGS, Cell, ReferenceFaults, changes, read_lists, row_of
from surveys.references import LISTS, Entry, shipped_entries
from surveys.text import Refusal

COUNTY = load_form(library("county_union"))
NUMBERED = [item.name for item in COUNTY.numbered]
RULES, TASKS = LISTS["A"], LISTS["B"]
GOOD: dict[str, Cell] = {
    "编码": "A01", "名称": "任期", "要点": "五年", "维度": "制度机制", "题号": "37", "答复": "当", "来源": "工会法",
    "关键词": "", "版本日期": "2022-11-03", "已核对": "是",
}  # fmt: skip


def table(*rows: dict[str, Cell]) -> list[list[Cell]]:
    return [list(GOOD), *([(GOOD | row).get(heading) for heading in GOOD] for row in rows)]


def read(*rows: dict[str, Cell]) -> list[Entry]:
    return read_lists({RULES: table(*rows)}, COUNTY)


def faults(tables: dict[str, list[list[Cell]]]) -> list[str]:
    with pytest.raises(ReferenceFaults) as caught:
        read_lists(tables, COUNTY)
    return [fault.sentence for fault in caught.value.faults]


# ── question numbers ──────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    ("text", "numbers"),
    [
        ("28", [28]),
        ("1—3、8", [1, 2, 3, 8]),
        ("1-3,8", [1, 2, 3, 8]),
        ("１～３；８", [1, 2, 3, 8]),
        ("第1 至 3题 8", [1, 2, 3, 8]),
        ("8、1到3、2", [1, 2, 3, 8]),
        ("", []),
        ("—", []),
        ("－", []),
        ("56", [56]),
    ],
)
def test_numbers_are_read_as_people_write_them(text: str, numbers: list[int]) -> None:
    assert names_in(text, COUNTY) == tuple(NUMBERED[number - 1] for number in numbers)


@pytest.mark.parametrize(
    "text", ["0", "57", "3—1", "1—99", "一", "1—", "1—2—3", "1.5", "-3", "第", "chair", "*", "1e1"]
)
def test_what_is_no_number_of_the_form_is_refused(text: str) -> None:
    with pytest.raises(Refusal):
        names_in(text, COUNTY)


def test_questions_without_a_number_are_written_by_name() -> None:
    names = ("mode", "chair_post", "exec_vice_chair", "vice_chair_extra", "staff_on_post")
    assert numbers_text(names, COUNTY) == "mode、1—3、5"
    assert names_in("5、mode、1—3", COUNTY) == names
    assert (numbers_text((EVERY,), COUNTY), names_in("全部", COUNTY)) == ("全部", (EVERY,))
    assert numbers_text(("gone", "chair_post"), COUNTY) == "1、gone"  # a question that a newer version took out


@given(st.sets(st.sampled_from([item.name for item in COUNTY.items])))
def test_numbers_and_names_are_inverse(names: set[str]) -> None:
    assert set(names_in(numbers_text(tuple(names), COUNTY), COUNTY)) == names


# ── rows ──────────────────────────────────────────────────────────────────────────────


def test_a_row_is_read_whole() -> None:
    assert read({}) == [
        Entry("A01", "任期", "五年", "制度机制", ("last_congress",), "当", "", "工会法", "", "2022-11-03", True)
    ]


def test_the_shipped_lists_written_as_rows_read_back_the_same() -> None:
    entries = shipped_entries()
    tables = {
        name: [[*HEADINGS[letter].values()], *(row_of(one, COUNTY) for one in entries if one.list == letter)]
        for letter, name in LISTS.items()
    }
    assert read_lists(tables, COUNTY) == entries


def test_cells_are_read_kindly() -> None:
    kind: dict[str, Cell] = {
        "编码": "ａ０２",
        "名称": " 任期 ",
        "题号": 37.0,
        "版本日期": dt.date(2022, 11, 3),
        "已核对": True,
    }
    other: dict[str, Cell] = {
        "编码": "A003",
        "要点": "一\r\n二",
        "题号": None,
        "版本日期": "２０２２年１１月３日",
        "已核对": "否",
    }
    first, second = read(kind, other)
    assert first == replace(read({})[0], code="A02")
    assert (second.code, second.gist, second.questions, second.version_date) == ("A003", "一\n二", (), "2022-11-03")
    assert not second.verified


def test_titles_above_the_headings_blank_rows_and_another_order_of_columns_do_no_harm() -> None:
    shuffled = [[None, *reversed(row)] for row in table({}, {"编码": "A02"})]
    rows: list[list[Cell]] = [["制度机制清单"], [], shuffled[0], [None, ""], shuffled[1], [], shuffled[2], [" "]]
    assert [one.code for one in read_lists({RULES: rows}, COUNTY)] == ["A01", "A02"]


@pytest.mark.parametrize(
    ("row", "sentence"),
    [
        ({"编码": "B01"}, "“编码”：“B01”不能作编码，应是 A 加两三位数字，如 A01"),
        ({"编码": "A1"}, "“编码”：“A1”不能作编码，应是 A 加两三位数字，如 A01"),
        ({"编码": None}, "“编码”：空着；不能作编码，应是 A 加两三位数字，如 A01"),
        ({"名称": "  "}, "“名称”：不能空着"),
        ({"名称": "甲\n乙"}, "“名称”：里面有换行，请写成一行"),
        ({"名称": "甲" * 61}, "“名称”：有61个字，最多60个字"),
        ({"要点": "甲" * 2001}, "“要点”：有2,001个字，最多2,000个字"),
        ({"要点": "甲\x07乙"}, "“要点”：第2个字符是不可见的控制字符（U+0007），请删去后重新输入"),
        ({"要点": "\ud800"}, "“要点”：第1个字符是不可见的控制字符（U+D800），请删去后重新输入"),
        ({"要点": "\u202e甲"}, "“要点”：里面有改变文字方向的不可见字符，请删去"),
        ({"来源": None}, "“来源”：不能空着"),
        ({"维度": "别的"}, "“维度”：“别的”应是其中之一：人员配备、阵地服务、资金使用、制度机制、作用发挥、全部"),
        ({"题号": "57"}, "“题号”：没有第57题，问卷共56题"),
        ({"题号": "三"}, "“题号”：“三”不是题号，应如 1—3、8，或写“全部”"),
        ({"题号": dt.date(2022, 1, 3)}, "“题号”：被表格软件当成了日期，请把单元格格式改为文本，再写如 1—3"),
        ({"答复": "也许"}, "“答复”：“也许”应是其中之一：当、研、转"),
        ({"已核对": "y"}, "“已核对”：“y”应是其中之一：是、否"),
        ({"版本日期": "2022-13-01"}, "“版本日期”：“2022-13-01”不是日期，应如 2022-11-03"),
        ({"版本日期": None}, "“版本日期”：空着；不是日期，应如 2022-11-03"),
    ],
)
def test_a_fault_is_named_with_its_sheet_row_and_column(row: dict[str, Cell], sentence: str) -> None:
    assert faults({RULES: table({}, {"编码": "A02"} | row)}) == [f"“制度机制清单”第3行{sentence}。"]


def test_every_fault_is_named_at_once_in_both_sheets() -> None:
    twice = table({}, {"编码": "A01", "名称": ""}, {"编码": "A02", "题号": "99", "答复": ""})
    assert faults({RULES: twice, TASKS: [["编码"]]})[:4] == [
        "“制度机制清单”第3行“编码”：A01 重复，第2行已经用过。",
        "“制度机制清单”第3行“名称”：不能空着。",
        "“制度机制清单”第4行“题号”：没有第99题，问卷共56题。",
        "“制度机制清单”第4行“答复”：空着；应是其中之一：当、研、转。",
    ]


def test_of_very_many_faults_the_first_are_told_and_how_many_there_are() -> None:
    with pytest.raises(ReferenceFaults) as caught:
        read_lists({RULES: table(*({"编码": f"A{n:03}", "名称": ""} for n in range(200)))}, COUNTY)
    lines = caught.value.message.splitlines()
    assert (len(lines), lines[-2:]) == (52, ["另有150处，改好这些以后再看。", "共200处要改，清单没有变。"])


@pytest.mark.parametrize(
    ("tables", "sentence"),
    [
        ({}, "“工作簿”：里面没有叫“制度机制清单”或“工作任务清单”的工作表，请先用 --export 导出一份再改。"),
        (
            {RULES: []},
            "“制度机制清单”：没有列名一行，应有：编码、名称、要点、维度、题号、答复、来源、关键词、版本日期、已核对。",
        ),
        ({RULES: table()}, "“制度机制清单”：没有条目；不想换这张清单，就删去这个工作表。"),
        ({RULES: [[*GOOD, "备注"]]}, "“制度机制清单”第1行“备注”：不认识的列，应是：" + "、".join(GOOD) + "。"),
        ({RULES: [[*GOOD, "名称"]]}, "“制度机制清单”第1行“名称”：这一列有几个，只能有一个。"),
        ({RULES: [[*GOOD][:-1]]}, "“制度机制清单”第1行“已核对”：缺少这一列。"),
    ],
)
def test_a_fault_of_a_sheet_is_named(tables: dict[str, list[list[Cell]]], sentence: str) -> None:
    assert faults(tables) == [sentence]


def test_more_entries_than_codes_are_refused() -> None:
    assert faults({RULES: table(*({"编码": f"A{n}"} for n in range(1000)))}) == [
        "“制度机制清单”：有1,000条，最多999条。"
    ]


def test_what_a_version_changes_is_told_by_codes() -> None:
    (one,) = read({})
    former = [one, replace(one, code="A02"), replace(one, code="A03")]
    now = [one, replace(one, code="A03", gist="新"), replace(one, code="A04")]
    assert changes(former, now) == "新增 A04，改动 A03，删去 A02"
    assert changes(former, former) == "内容没有变"
