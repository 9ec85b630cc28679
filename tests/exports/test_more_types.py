"""Every question type in the workbook, the codebook and the summary."""

import datetime as dt
import sqlite3
from fractions import Fraction

import pytest
from definitions import TEAMS, UNITS, WIDE
from openpyxl import load_workbook

from exports.figures import Dates, Frequencies, Ranks, Tally, months
from exports.indicators import tabulate_indicators
from exports.reading import Received, read_workbook
from exports.selection import Selection
from exports.summary import write_summary
from exports.tabulation import LONG_LIST, tabulate
from exports.workbook import export_team
from surveys.acts import Actor
from surveys.answers import Status
from surveys.definition import Survey
from surveys.form import Form, roster_cell
from surveys.recording import Recorder
from surveys.store import Store

DAOLI, XIANGFANG, DONGAN, SUIFENHE = "230102", "230110", "231002", "231081"
FIRST = {
    "share": "62.5", "since": "2015-03", "opens": "08:30", "funds": "600", "city": "hrb", "hours.open": "80",
    "hours.rest": "20.5",
}  # fmt: skip
SECOND = {"share": "50", "since": "2015-06", "opens": "07:00", "needs": "2 1", "hours.open": "60", "city": "mdj"}


@pytest.fixture(scope="module")
def team(tmp_path_factory):
    """Two complete interviews and a draft, under every type of question; for reading only."""
    folder = tmp_path_factory.mktemp("team")
    with Store(folder / "store.db") as store:
        store.install(WIDE, UNITS, TEAMS)
        store.set_settings(team="3")
        (folder / "证照=1.pdf").write_bytes(b"%PDF-1.7")
        enter(store, folder / "证照=1.pdf")
        yield store


def enter(store, file):
    def start(unit):
        return Recorder.start(store, store.form(), unit, Actor("张三", 3, store.setting("device_id")))

    one = start(DAOLI)
    one.answer_many(FIRST)
    one.answer_many({"towns": "dl xf", "needs": "96 2", "needs.96": "人手"})
    one.attach("paper", file)
    row = one.add_row("things")
    one.answer_many({roster_cell("things", row, "t_month"): "2011-1", roster_cell("things", row, "t_order"): "2 1"})
    one.attach(roster_cell("things", row, "t_paper"), file)
    for finding in one.interview.findings():
        one.pass_warning(finding.check, "已核对")
    one.complete()
    two = start(DONGAN)
    two.answer_many(SECOND)
    two.say_nothing("things")
    two.pass_warning(two.interview.findings()[-1].check, "属实")
    two.answer("towns", "da")
    two.complete()
    start(SUIFENHE).set_status("share", Status.DONT_KNOW)


@pytest.fixture(scope="module")
def book(team, tmp_path_factory):
    export = export_team(team, tmp_path_factory.mktemp("out"))
    result = read_workbook(export.path)
    assert isinstance(result, Received)
    for row in team.interviews():
        assert result.parcel.events(row.id) == team.interview(row.id).events
    return load_workbook(export.path)


def rows(book, name):
    return [[cell.value for cell in row] for row in book[name].iter_rows()]


def codes(book, unit):
    head, *lines = rows(book, "编码")
    return next(dict(zip(head, line, strict=True)) for line in lines if line[1] == unit)


def people(book, unit):
    _, _, questions, labels, *lines = rows(book, "答卷")
    line = next(line for line in lines if line[2] == unit)
    last, told = "", {}
    for question, label, value in zip(questions, labels, line, strict=True):
        last = question or last
        told[last + (f" {label}" if label else "")] = value
    return told


def test_people_read_words_and_numbers_with_their_units(book):
    told = people(book, DAOLI)
    assert told["3、占多少？（%）"] == 62.5
    assert told["4、从哪个月起？"] == "2015-03"
    assert told["5、几点开门？"] == "08:30"
    assert told["6、最需要什么？"] == "1. 其他：人手；2. 经费"
    assert told["7、证照"] == "证照=1.pdf"
    assert told["10、哪些区？"] == "道里；香坊"
    assert told["11、开放占比（%） 周末"] == 20.5
    assert told["等次"] == "好"
    assert told["1、单位名称"] == "哈尔滨市道里区"
    assert "请先看台账" not in str(told)
    assert people(book, DONGAN)["12、登记（项）"] == "一处也没有"


def test_software_reads_one_canonical_value_per_cell(book, team):
    told = codes(book, DAOLI)
    assert (told["share"], told["since"], told["opens"]) == (62.5, "2015-03", "08:30")
    assert (told["needs"], told["needs.96"], told["towns"]) == ("96 2", "人手", "dl xf")
    digest, _, name = told["paper"].partition("/")
    assert (len(digest), name) == (64, "证照=1.pdf")
    assert (told["grade"], told["twice"]) == ("好", 125)
    assert codes(book, SUIFENHE)["share__status"] == "dont_know"
    assert "hello" not in told


def test_a_roster_shows_names_of_files_and_codes_beside(book):
    _, names, line = rows(book, "名册_第12题_第二部分")
    told = dict(zip(names, line, strict=True))
    assert (told["t_month"], told["t_paper"], told["t_order"]) == ("2011-01", "证照=1.pdf", "1. 建；2. 修")
    assert told["t_order__code"] == "2 1"
    assert told["t_paper__code"].endswith("/证照=1.pdf")


def test_the_cover_says_that_files_travel_apart(book):
    texts = [value for line in rows(book, "封面") for value in line if value]
    assert any("附件 1 个" in str(text) and "attachments" in str(text) for text in texts)


def test_passed_warnings_are_told_in_words(book):
    told = {line[5] for line in rows(book, "待核实与备注")[1:]}
    assert told == {"多少钱？ 金额偏大——已核对", "整卷提醒——已核对", "整卷提醒——属实"}


def test_the_codebook_says_everything_the_definition_does(book):
    lines = rows(book, "题目")
    by_name = {str(line[2]): line for line in lines[4:] if line[2]}
    assert by_name["hello"][1] == "请先看台账，再逐题填写。"
    assert (by_name["hello"][3], by_name["hello"][5]) == ("说明", "只读，不填")
    assert by_name["where"][5] == "最多 1000 字；不能修改"
    assert by_name["where"][6] == "开始时带入：单位名称"
    assert by_name["people"][6] == "默认值：10"
    assert by_name["share"][3:6] == ["百分比", None, "%；0～100；可不答；可填：不掌握"]
    assert by_name["since"][5] == "2000-01～；可不答"
    assert by_name["opens"][5] == "～12:00；可不答"
    assert by_name["needs"][3] == "排序"
    assert by_name["needs"][5] == "排前 2 项；可不答"
    assert by_name["paper"][5] == "可收：pdf；可不答"
    assert "超过 500 要说明" in by_name["funds"][5]
    assert by_name["towns"][4].startswith("dl＝道里（city：hrb）\n")
    assert by_name["towns"][5] == "至少选 1 项；最多选 2 项；可不答"
    assert by_name["towns"][6] == "可选的选项：city = ${city}"
    assert by_name["things"][6] == "本部分：${people} > 0"
    assert by_name["grade"][3] == "推算文字"
    assert "用到的答案都有时才计算" in by_name["grade"][6]
    assert by_name["a"][1] == "本部分的检查"
    assert "必须：部分检查不过" in by_name["a"][7]
    assert [line[7] for line in lines if line[1] == "整份问卷的检查"] == ["提醒：整卷提醒\n　${share} >= ${hours.open}"]
    assert "汉语、English" in lines[2][0]
    assert "most＝50" in lines[2][0]


# ── tabulated ─────────────────────────────────────────────────────────────────────────


@pytest.fixture
def figures(team):
    form = team.form()
    tabulation = tabulate(team.conn, form, Selection.of(form))
    return {table.cell.address: table.columns[0] for each in tabulation.questions.values() for table in each.cells}


def test_shares_are_numbers_and_months_times_ranks_and_files_are_what_they_are(figures):
    assert figures["share"].figures.mean == Fraction("56.25")
    assert figures["since"].figures == Dates("2015-03", "2015-04", "2015-06")
    assert figures["opens"].figures == Dates("07:00", None, "08:30")
    assert figures["needs"].figures == Ranks((0, 1, 1), (1, 2, 1), (Fraction(2), Fraction(3, 2), Fraction(1)))
    assert (figures["paper"].figures, figures["paper"].tally) == (None, Tally(2, 1, empty=1))
    assert figures["towns"].figures == Frequencies((1, 1, 1))
    assert figures["hours.rest"].tally == Tally(2, 1, empty=1)
    assert figures["t_month"].figures.earliest == "2011-01"
    assert figures["t_order"].figures.first == (0, 1)


def test_a_median_month_may_lie_in_another_year():
    assert months({"2021-12": 1, "2022-02": 1}).median == "2022-01"
    assert months({"2021-11": 1, "2022-02": 1}).median == "2021-12"
    assert months({}) is None


def test_a_text_indicator_is_counted_by_what_it_says_and_per_cents_are_not_added_up(team):
    form = team.form()
    grade, twice = tabulate_indicators(team.conn, form, Selection.of(form))
    assert grade.columns[0].texts == (("好", 1), ("待改进", 1))
    assert grade.by_unit == {DAOLI: "好", DONGAN: "待改进"}
    assert (twice.columns[0].overall, twice.columns[0].units.maximum) == (None, 125)


def test_what_an_older_form_left_behind_is_counted_apart(team):
    copy = sqlite3.connect(":memory:")
    team.conn.backup(copy)
    copy.execute("UPDATE answers SET value = '2015年' WHERE cell IN ('since', 'opens', 'share')")
    form = team.form()
    found = tabulate(copy, form, Selection.of(form)).questions
    assert {name: found[name].cells[0].columns[0].tally.unreadable for name in ("since", "opens", "share")} == {
        "since": 2, "opens": 2, "share": 2,
    }  # fmt: skip


def test_of_a_long_list_only_what_was_taken_is_shown(make_store, start, tmp_path):
    places = [{"name": str(number), "label": f"地点{number}"} for number in range(LONG_LIST + 100)]
    definition = WIDE.model_dump(mode="json", exclude_defaults=True) | {"warnings": []}
    definition["sections"] = [{"name": "a", "label": "部分", "questions": [
        {"name": "place", "type": "select_one", "label": "在哪里？", "choices": places},
        {"name": "order", "type": "rank", "label": "先后？", "choices": places, "max_ranked": 1}]}]  # fmt: skip
    store = make_store("长", survey=Survey.model_validate(definition))
    recorder = start(store, DAOLI)
    recorder.answer_many({"place": "120", "order": "7"})
    recorder.complete()
    form = store.form()
    table = tabulate(store.conn, form, Selection.of(form)).questions["place"].cells[0]
    assert (table.codes, table.labels) == (("120",), ("地点120",))
    book = load_workbook(write_summary(store, tmp_path / "s.xlsx"))
    line = next(line for line in rows(book, "题目") if line[2] == "place")
    assert line[4].endswith("……另有 40 个选项，见问卷定义")


def test_the_summary_shows_every_type(team, tmp_path):
    book = load_workbook(write_summary(team, tmp_path / "s.xlsx"))
    lines = rows(book, "第一部分")

    def block(heading, count):
        start = next(number for number, line in enumerate(lines) if line[0] == heading)
        return [line[:5] for line in lines[start + 2 : start + 2 + count]]

    assert block("3、占多少？", 7) == [
        ["已答 n", "单位数", 2, 1, 1],
        ["平均数", "（%）", 56.25, 62.5, 50],
        ["下四分位", "（%）", 53.125, 62.5, 50],
        ["中位数", "（%）", 56.25, 62.5, 50],
        ["上四分位", "（%）", 59.375, 62.5, 50],
        ["最小", "（%）", 50, 62.5, 50],
        ["最大", "（%）", 62.5, 62.5, 50],
    ]
    assert block("4、从哪个月起？", 4)[1:] == [
        ["最早", "年月", "2015-03", "2015-03", "2015-06"],
        ["中位", "年月", "2015-04", "2015-03", "2015-06"],
        ["最晚", "年月", "2015-06", "2015-03", "2015-06"],
    ]
    assert [line[0] for line in block("5、几点开门？", 3)] == ["已答 n", "最早", "最晚"]
    rank = block("6、最需要什么？", 13)
    assert [line[0] for line in rank if line[0]] == [
        "已答 n",
        "排第一\n单位数",
        "排第一\n占比",
        "排入\n单位数",
        "平均名次",
    ]
    assert rank[-1] == [None, "其他", 1, 1, "–"]
    assert [line[2] for line in block("7、证照", 2)] == [1, 1]
    grade = [line[:3] for line in rows(book, "指标") if str(line[1]).startswith("“")]
    assert grade == [[None, "“好”的单位数", 1], [None, "“待改进”的单位数", 1]]
    by_unit = {line[1]: line[2:4] for line in rows(book, "分县指标")}
    assert by_unit["道里区"] == ["好", 125]
    kinds = {line[1]: line[2] for line in rows(book, "目录") if line[2]}
    assert (kinds["6、最需要什么？"], kinds["7、证照"], kinds["3、占多少？"]) == ("排序", "附件", "百分比")
    assert {cell.data_type for sheet in book for row in sheet.iter_rows() for cell in row}.isdisjoint({"f", "e"})


def test_labels_in_several_languages_are_texts_in_the_first(book):
    assert isinstance(book["封面"]["A1"].value, str)
    assert "占多少？" in str(rows(book, "答卷")[2])
    assert "What share?" not in str(rows(book, "答卷")[2])
    assert Form(WIDE).survey.title == book["封面"]["A1"].value


def test_a_date_is_still_a_date(make_store, start, small, tmp_path):
    store = make_store("日期", survey=small)
    start(store, DAOLI).answer("when", "2022-11-03")
    book = load_workbook(export_team(store, tmp_path / "out").path)
    assert codes(book, DAOLI)["when"] == dt.datetime(2022, 11, 3)  # noqa: DTZ001  cells have no zone
