"""The questionnaire on paper: everything asked stands there, what was answered is ticked, nothing typed is markup."""

import copy
import itertools
import re

import pytest
from definitions import SMALL
from openpyxl import load_workbook

from exports.files import ExportError
from exports.paper import Choices, Table, blank_paper
from exports.paper_files import print_blank, print_filled
from exports.paper_html import html_of
from surveys.answers import Status
from surveys.definition import Survey
from surveys.form import Form, roster_cell

MARKUP = "<script>alert(1)</script> & =1+1"
SECRET = "因病致困的一户"


@pytest.fixture
def out(tmp_path):
    return tmp_path / "out"


@pytest.fixture
def store(make_store, start):
    data = copy.deepcopy(SMALL)
    first = data["sections"][0]["questions"]
    first.append({"name": "who_ill", "type": "text", "label": "谁家困难？", "sensitive": True})
    first.append({"name": "judged", "type": "matrix", "label": "怎样？", "rows": [{"name": "x", "label": "横"}], "cell": {
        "type": "rating", "choices": [{"name": "1", "label": "好"}, {"name": "2", "label": "差"}]}})  # fmt: skip
    made = make_store("三组", survey=Survey.model_validate(data))
    one = start(made, "231081")
    one.answer_many({"kind": "96", "kind.96": "丙类"})
    one.set_status("people", Status.DONT_KNOW)
    one.answer("money", "1234.5")
    one.answer("judged.x", "2")
    one.answer("who_ill", SECRET)
    one.answer("words", MARKUP)
    row = one.add_row("things")
    one.answer_many({roster_cell("things", row, "t_name"): "一号", roster_cell("things", row, "t_kind"): "1 2"})
    return made


def texts(path) -> list[str]:
    book = load_workbook(path)
    return [cell.value for row in book["问卷"].iter_rows() for cell in row if cell.value is not None]


def test_the_blank_form_has_every_question_choice_and_condition(make_store, county_union, out):
    store = make_store("三组", survey=county_union)
    workbook, page = print_blank(store, out)
    html, sheet = page.read_text("utf-8"), texts(workbook)
    form = Form(county_union)
    for item in form.numbered:
        assert item.heading in html
        assert item.heading in sheet
        for cell in item.cells if item.type in ("select_one", "select_multiple") else ():
            for choice in cell.kind.choices:
                assert f"□ {choice.name} {choice.label}" in html
                assert any(text.startswith(f"□ {choice.name} {choice.label}") for text in sheet)
    said = "仅当第16题选“有，独立使用”或“有，与其他单位合用”时填写。"
    assert said in html
    assert said in sheet
    assert "☑" not in html


def test_the_filled_form_has_the_answers(store, out):
    workbook, page = print_filled(store, out, "绥芬河市")
    html, sheet = page.read_text("utf-8"), texts(workbook)
    for text in ("☑ 96 其他：丙类", "□ 1 甲", "1,234.5", "不掌握", "一号", "红；绿", SECRET, "牡丹江市绥芬河市"):
        assert text in html
        assert text in sheet
    assert "含保密内容" in html
    assert "含保密内容" in load_workbook(workbook)["问卷"].oddHeader.center.text
    assert "2022（草稿）" in sheet


def test_sensitive_answers_are_left_out_when_asked(store, out):
    workbook, page = print_filled(store, out, "231081", masked=True)
    assert SECRET not in page.read_text("utf-8") + "".join(texts(workbook))
    assert "（保密，已略去）" in texts(workbook)
    assert "含保密内容" not in page.read_text("utf-8")


def test_nothing_typed_is_markup_or_a_formula(store, out):
    workbook, page = print_filled(store, out, "231081")
    html = page.read_text("utf-8")
    assert "<script" not in html
    assert "&lt;script&gt;" in html
    assert all(cell.data_type != "f" for row in load_workbook(workbook)["问卷"].iter_rows() for cell in row)
    assert MARKUP in texts(workbook)


def test_a_question_that_is_not_asked_of_the_unit_says_so(make_store, start, out):
    store = make_store("三组")
    start(store).answer("kind", "1")
    _, page = print_filled(store, out, "231002")
    assert re.search("仅当第1题没有选“甲”时填写。（本单位不填）", page.read_text("utf-8"))


def test_grids_and_rosters_have_places_to_write(store):
    paper = blank_paper(store.form())
    by_heading = {question.heading: question for section in paper.sections for question in section.questions}
    (judged,) = by_heading["7、怎样？"].bodies
    assert judged == Table(("", "好", "差"), (("横", "□", "□"),), 0.3)
    nothing, first, second, more = by_heading["9、登记"].bodies
    assert nothing == Choices(("□ 暂无",))
    assert first.head == ("", "第1项", "第2项", "第3项")
    assert second.head[-1] == "第6项"
    assert first.rows[1][0] == "类别：1 红　2 绿"
    assert "另附纸" in more.text


def test_no_page_break_of_the_workbook_is_inside_a_question(make_store, county_union, out):
    store = make_store("三组", survey=county_union)
    workbook, _ = print_blank(store, out)
    sheet = load_workbook(workbook)["问卷"]
    breaks = [found.id for found in sheet.row_breaks.brk]
    assert len(breaks) > 5
    heads = [sheet.cell(row + 1, 1).value or sheet.cell(row + 2, 1).value or "" for row in breaks]
    begins = re.compile("[0-9]+、|[一-龥]+$")
    table = [head for head in heads if not begins.match(head)]
    assert len(table) <= 2, "only the second table of a roster may begin a page"
    heights = [sheet.row_dimensions[row].height or 0 for row in range(1, sheet.max_row + 1)]
    edges = [0, *breaks, sheet.max_row]
    assert all(sum(heights[a:b]) <= 740 for a, b in itertools.pairwise(edges))


def test_the_same_content_is_the_same_files(store, start, out, tmp_path):
    one, two = print_filled(store, out, "231081"), print_filled(store, tmp_path / "U盘", "231081")
    assert [path.read_bytes() for path in one] == [path.read_bytes() for path in two]
    assert html_of(blank_paper(store.form())) != one[1].read_text("utf-8"), "the negative control"


@pytest.mark.parametrize(("unit", "words"), [("没有县", "没有代码或名称"), ("231002", "还没有答卷")])
def test_a_unit_without_an_interview_gets_a_sentence(store, out, unit, words):
    with pytest.raises(ExportError, match=words):
        print_filled(store, out, unit)
