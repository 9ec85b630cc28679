"""An interview that was moved to a newer version: told in the workbook, carried whole, merged in any order."""

import copy
import json

import pytest
from definitions import SMALL, TEAMS, UNITS
from openpyxl import load_workbook

from exports.changes import LEFT
from exports.merge_report import Outcome
from exports.merging import merge
from exports.reading import Received, read_workbook
from exports.rejections import Reason
from exports.workbook import export_team
from surveys.definition import Survey
from surveys.form import roster_cell
from surveys.history import Kind

DONGAN = "231002"


def newer(version="2", **names):
    """The next version: `people` is called `staff`, `when` asks for a number, `grid.y` and `words` are gone."""
    data = copy.deepcopy(SMALL) | {"version": version}
    first, second = (section["questions"] for section in data["sections"])
    first[1] |= {"name": "staff", "was": "people", "label": "现有多少人？"}
    first[3] = {"name": "when", "type": "integer", "label": "几月？"}
    first[4]["rows"].pop()
    second.pop(0)
    second[0] |= {"name": "places", "was": "things", "label": "地点"}
    second[1]["calculation"] = "${money} div ${staff}"
    return Survey.model_validate(data | names)


@pytest.fixture
def laptop(make_store):
    return make_store("三组")


@pytest.fixture
def draft(laptop, start):
    recorder = start(laptop, DONGAN)
    recorder.answer_many({"people": "12", "when": "2022-11-03", "grid.x": "3", "grid.y": "4", "words": "多派人来"})
    row = recorder.add_row("things")
    recorder.answer(roster_cell("things", row, "t_name"), "一号")
    return recorder


@pytest.fixture
def moved(laptop, draft):
    """The draft under the newer version, in which it went on."""
    laptop.install(newer(), UNITS, TEAMS)
    draft.migrate(laptop.form())
    draft.answer("staff", "15")
    return draft


def told(path):
    head, *lines = [[cell.value for cell in row] for row in load_workbook(path)["修改记录"].iter_rows()]
    assert head[3:8] == ["题目", "栏目", "单元格", "原来", "改为"]
    return [tuple(line[3:8]) for line in lines], [line[11] for line in lines]


def test_the_move_is_told_with_what_it_carried_and_what_it_left(laptop, moved, tmp_path):
    lines, reasons = told(export_team(laptop, tmp_path).path)
    row = moved.interview.rows("places")[0]
    assert lines == [
        ("换用新版问卷", None, None, "版本 1", "版本 2"),
        ("5、各多少？", "竖", "grid.y", "4", LEFT),
        ("6、想说什么？", None, "words", "多派人来", LEFT),
        ("6、地点", None, f"places[{row}]", "已登记", "随新版改名"),
        ("2、现有多少人？", None, "staff", "12 人", "12 人"),
        ("6、地点", "名称", f"places[{row}].t_name", "一号", "一号"),
        ("4、几月？", None, "when", "2022-11-03", "（空）"),
        ("2、现有多少人？", None, "staff", "12 人", "15 人"),
    ]
    assert reasons[4] == "原 people"
    assert reasons[6].startswith("新版不能用：")


def test_the_sheets_hold_what_the_newer_version_asks(laptop, moved, tmp_path):
    book = load_workbook(export_team(laptop, tmp_path).path)
    head, line = [[cell.value for cell in row] for row in book["编码"].iter_rows()]
    told_codes = dict(zip(head, line, strict=True))
    assert (told_codes["staff"], told_codes["grid.x"], told_codes["places"], told_codes["when"]) == (15, 3, 1, None)
    assert not {"people", "grid.y", "words"} & told_codes.keys()
    assert "2、现有多少人？" in [cell.value for cell in book["答卷"][3]]


def test_every_definition_the_history_was_made_under_travels(laptop, moved, small, tmp_path):
    result = read_workbook(export_team(laptop, tmp_path).path)
    assert isinstance(result, Received)
    assert result.parcel.manifest.digest == newer().digest()
    assert {*result.parcel.definitions} == {small.digest(), newer().digest()}


def test_a_workbook_without_a_definition_of_its_history_is_refused(laptop, moved, tmp_path, monkeypatch):
    monkeypatch.setattr("exports.workbook.definitions_used", lambda store, survey: set())
    monkeypatch.setattr("exports.workbook.verify_written", lambda *_: None)
    result = read_workbook(export_team(laptop, tmp_path).path)
    assert result.reason is Reason.PAYLOAD_DAMAGED
    assert f"单位 {DONGAN} 的答卷与目录不符" in result.message


@pytest.mark.usefixtures("read_once")
@pytest.mark.parametrize("order", [(0, 1, 2), (2, 1, 0), (1, 2, 0)])
def test_the_moved_and_the_unmoved_copy_merge_in_any_order(laptop, draft, make_store, go_on, tmp_path, order):
    """The office's form stays the old one; a clone of the laptop that was not moved has gone on, too."""
    early = export_team(laptop, tmp_path).path
    clone = make_store("克隆")
    merge(clone, [early])
    go_on(clone, draft.interview.id, "李四").answer("grid.x", "8")
    apart = export_team(clone, tmp_path).path
    laptop.install(newer(), UNITS, TEAMS)
    draft.migrate(laptop.form())
    draft.answer("staff", "15")
    workbooks = [early, apart, export_team(laptop, tmp_path).path]
    office = make_store("省总", team=0)
    for place in order:
        merge(office, [workbooks[place]])
    both = make_store("对照", team=0)
    merge(both, workbooks)
    assert office.history_digest() == both.history_digest()
    interview = office.interview(draft.interview.id)
    assert interview.form.survey.version == "2"
    assert interview.answer("staff").value == "15"
    assert interview.answer("grid.x").value == "8"
    assert not interview.conflicts
    assert {event.value for event in interview.events if event.kind is Kind.MIGRATED} == {newer().digest()}
    answers = [list(store.db.query("select * from answers order by cell")) for store in (office, both)]
    assert json.dumps(answers[0]) == json.dumps(answers[1])
    lines, _ = told(export_team(office, tmp_path / "上报").path)
    assert ("换用新版问卷", None, None, "版本 1", "版本 2") in lines
    assert ("5、各多少？", "横", "grid.x", "3", "8") in lines


def test_two_laptops_that_moved_to_different_versions_are_reported(laptop, draft, make_store, go_on, tmp_path):
    early = export_team(laptop, tmp_path).path
    clone = make_store("克隆")
    merge(clone, [early])
    for store, version in ((laptop, "2"), (clone, "3")):
        store.install(newer(version), UNITS, TEAMS)
        go_on(store, draft.interview.id).migrate(store.form())
    office = make_store("省总", team=0)
    report = merge(office, [export_team(store, tmp_path).path for store in (laptop, clone)])
    assert [line.outcome for line in report.lines] == [Outcome.NEW, Outcome.DIVERGED]
    (conflict,) = [found for found in report.conflicts if found.cell == "form"]
    assert conflict.question == "换用的问卷版本"
    assert {side.value for side in conflict.sides} == {"2", "3"}


def test_a_choice_is_told_in_the_words_of_the_version_it_was_given_under(laptop, start, tmp_path):
    recorder = start(laptop, DONGAN)
    recorder.answer("kind", "007")
    data = newer().model_dump(mode="json", exclude_defaults=True)
    data["sections"][0]["questions"][0]["choices"][1] = {"name": "8", "label": "戊"}
    laptop.install(Survey.model_validate(data), UNITS, TEAMS)
    recorder.migrate(laptop.form())
    lines, reasons = told(export_team(laptop, tmp_path).path)
    assert lines[1] == ("1、哪一类？", None, "kind", "乙", "（空）")
    assert reasons[1].startswith("新版不能用：")
