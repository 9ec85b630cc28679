"""Who answered, why a completed answer was changed, and what is personal: in the workbook, and back from it."""

import pytest
from definitions import SMALL
from openpyxl import load_workbook

from exports.merging import merge
from exports.workbook import export_team
from surveys.definition import Survey
from surveys.history import Kind

FINANCE, CHAIR = "张三（财务部长）", "李四（主席）"


def sheet(path, name):
    head, *lines = [[cell.value for cell in row] for row in load_workbook(path)[name].iter_rows()]
    return [dict(zip(head, line, strict=True)) for line in lines]


@pytest.fixture
def store(make_store):
    return make_store("三组")


def test_who_answered_is_listed_and_stands_beside_what_else_was_said(store, start, tmp_path):
    recorder = start(store)
    recorder.name_respondent("people", FINANCE)
    recorder.answer("people", "12")
    recorder.evidence("people", "台账")
    recorder.name_respondent("when", CHAIR)
    recorder.answer("when", "2022-11-03")
    recorder.remark("words", "没有人说")
    lines = sheet(export_team(store, tmp_path).path, "待核实与备注")
    told = [(line["题目"], line["类别"], line["内容"], line["答复人"]) for line in lines]
    assert told == [
        ("2、多少人？", "答复人", None, FINANCE),
        ("2、多少人？", "佐证", "台账", FINANCE),
        ("4、哪一天？", "答复人", None, CHAIR),
        ("6、想说什么？", "备注", "没有人说", None),
    ]


def test_a_change_is_listed_with_its_reason_and_who_answered_then(store, start, tmp_path):
    recorder = start(store)
    recorder.name_respondent("people", FINANCE)
    recorder.answer("people", "12")
    row = recorder.add_row("things")
    recorder.answer(f"things[{row}].t_name", "一号")
    recorder.complete()
    recorder.reopen("对方来电")
    recorder.name_respondent("people", CHAIR)
    with recorder.because("对方更正"):
        recorder.answer("people", "15")
    with recorder.because("没有这件"):
        recorder.remove_row("things", row)
    lines = sheet(export_team(store, tmp_path).path, "修改记录")
    told = [(line["原来"], line["改为"], line["原因或来源"], line["答复人"]) for line in lines]
    assert told == [
        ("完成", "退回草稿", "对方来电", None),
        ("12 人", "15 人", "对方更正", CHAIR),
        ("已登记", "删去一项", "没有这件", FINANCE),
    ]


def test_who_answered_travels_and_two_names_for_one_question_are_a_conflict_until_it_is_said_again(
    make_store, store, start, go_on, tmp_path
):
    recorder = start(store)
    recorder.answer("people", "12")
    office, clone = make_store("省总", team=0), make_store("三组克隆")
    merge(clone, [export_team(store, tmp_path).path])
    other = go_on(clone, recorder.interview.id)
    recorder.name_respondent("people", FINANCE)
    other.name_respondent("people", CHAIR)
    merge(office, [export_team(store, tmp_path / "1").path, export_team(clone, tmp_path / "2").path])
    deciding = go_on(office, recorder.interview.id)
    assert set(deciding.interview.conflicts) == {(str(Kind.RESPONDENT), "people")}
    assert deciding.interview.respondent("people") in (FINANCE, CHAIR)
    deciding.name_respondent("people", deciding.interview.respondent("people"))
    assert deciding.interview.conflicts == {}


def test_the_codebook_marks_what_is_personal(make_store, start, tmp_path):
    definition = Survey.model_validate(SMALL).model_dump(mode="json", exclude_defaults=True)
    first, second = definition["sections"]
    first["questions"][3]["sensitive"] = first["questions"][4]["sensitive"] = True
    second["questions"][1]["questions"][0]["sensitive"] = True
    store = make_store("四组", survey=Survey.model_validate(definition))
    start(store).answer("when", "2022-11-03")
    book = load_workbook(export_team(store, tmp_path).path)
    types = {row[2].value: str(row[3].value) for row in book["题目"].iter_rows(min_row=5)}
    marked = {name for name, type_ in types.items() if "保密" in type_}
    assert marked == {"when", "grid", "grid.x", "grid.y", "things[…].t_name"}
    assert "2022-11-03" in {str(cell.value)[:10] for row in book["答卷"].iter_rows() for cell in row}
