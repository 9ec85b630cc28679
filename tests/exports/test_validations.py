"""What a spreadsheet offers and checks where the office may correct: the right list, the right bounds, as a warning."""

import re

import pytest
from definitions import WIDE
from openpyxl import load_workbook
from openpyxl.utils import range_boundaries

from exports.workbook import export_team
from surveys.definition import Survey


def rules(book, name: str) -> dict[str, object]:
    """Heading of a column → the rule on its first answer."""
    sheet, first = book[name], {"答卷": 5, "编码": 2}[name]
    heads = [cell.value for cell in sheet[1]]  # both sheets have the cells' addresses in their first row
    found = {}
    for rule in sheet.data_validations.dataValidation:
        for part in rule.sqref.ranges:
            assert (part.min_row, part.max_row) == (first, sheet.max_row), "every answer and nothing else"
            found[heads[part.min_col - 1]] = rule
    return found


def offered(book, rule) -> list[str]:
    sheet, cells = re.fullmatch(r"'([^']+)'!(.+)", rule.formula1).groups()
    left, top, right, bottom = range_boundaries(cells.replace("$", ""))
    assert left == right
    return [book[sheet].cell(row, left).value for row in range(top, bottom + 1)]


@pytest.fixture
def book(make_store, start, tmp_path):
    store = make_store("三组")
    start(store).answer("kind", "1")
    start(store, "231081").answer("kind", "96")
    return load_workbook(export_team(store, tmp_path).path)


def test_a_choice_is_offered_in_words_to_people_and_in_codes_to_software(book):
    assert offered(book, rules(book, "答卷")["kind"])[:3] == ["甲", "乙", "其他"]
    assert offered(book, rules(book, "编码")["kind"]) == ["1", "007", "96"]
    assert "不掌握" in offered(book, rules(book, "答卷")["kind"])


def test_a_rule_warns_and_lets_go_on(book):
    for name in ("答卷", "编码"):
        for rule in rules(book, name).values():
            assert (rule.errorStyle, rule.showErrorMessage, rule.allowBlank) == ("warning", True, True)
            assert 0 < len(rule.error) <= 255


def test_numbers_are_held_to_their_bounds(make_store, start, county_union, tmp_path):
    store = make_store("三组", survey=county_union)
    start(store).answer("chair_post", "1")
    book = load_workbook(export_team(store, tmp_path).path)
    said = rules(book, "答卷")
    part_time, paid = said["vice_chair_extra.part_time"], said["income.paid"]
    assert (part_time.type, part_time.operator, part_time.formula1, part_time.formula2) == (
        "whole",
        "between",
        "0",
        "10",
    )
    assert (paid.type, paid.operator, paid.formula1) == ("decimal", "between", "0")
    assert "sw_main_problem" not in said, "several choices stand in one cell, which no rule can say"
    assert len(offered(book, said["chair_post"])) == 8 + 3, "its choices, and three reasons why there is none"


def test_a_list_may_be_long_and_have_commas_and_quotes(make_store, start, tmp_path):
    labels = ["a, b", '"引号"', "=1+1", *(f"很长很长的选项名称第{number}号" for number in range(60))]
    choices = [{"name": str(number), "label": label} for number, label in enumerate(labels)]
    question = {"name": "q", "type": "select_one", "label": "选哪个？", "choices": choices}
    places = [{"name": str(number), "label": f"村{number}"} for number in range(1500)]
    village = {"name": "v", "type": "select_one", "label": "哪个村？", "choices": places}
    section = {"name": "s", "label": "正文", "questions": [question, village]}
    survey = Survey.model_validate({"id": "x", "version": "1", "title": "长表", "unit": "单位", "sections": [section]})
    store = make_store("三组", survey=survey)
    start(store).answer("q", "1")
    book = load_workbook(export_team(store, tmp_path).path)
    assert offered(book, rules(book, "答卷")["q"])[: len(labels)] == labels
    assert all(cell.data_type == "s" for row in book["_选项"].iter_rows() for cell in row if cell.value)
    assert "v" not in rules(book, "答卷"), "nobody scrolls through 1,500 places"


def test_what_is_computed_has_no_rule_and_no_list_no_sheet(make_store, start, tmp_path):
    store = make_store("三组", survey=WIDE)
    start(store).answer("share", "50")
    said = rules(load_workbook(export_team(store, tmp_path).path), "编码")
    assert {"city", "share", "funds"} <= said.keys()
    assert not {"twice", "grade", "things", "towns", "where"} & said.keys()
    plain = {"name": "s", "label": "正文", "questions": [{"name": "w", "type": "text", "label": "说什么？"}]}
    other = make_store("无选项", survey=Survey.model_validate(
        {"id": "y", "version": "1", "title": "只有文字", "unit": "单位", "sections": [plain]}))  # fmt: skip
    start(other).answer("w", "好")
    assert "_选项" not in load_workbook(export_team(other, tmp_path).path).sheetnames
