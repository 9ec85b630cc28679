"""A survey of visits, many per unit, beside one with a questionnaire per unit: same store, same units, same round."""

from fractions import Fraction

import pytest
from definitions import TEAMS, UNITS, VISIT
from openpyxl import load_workbook

from exports.coverage import Progress, survey_coverage
from exports.files import ExportError
from exports.indicators import tabulate_indicators
from exports.merge_report import Outcome
from exports.merging import merge
from exports.rejections import Reason
from exports.selection import Selection
from exports.summary import write_summary
from exports.tabulation import tabulate
from exports.workbook import export_all, export_team

DAOLI, XIANGFANG, DONGAN, SUIFENHE = "230102", "230110", "231002", "231081"


@pytest.fixture
def make_both(make_store):
    def make(name, team):
        store = make_store(name, team=team)
        store.install(VISIT, UNITS, TEAMS)
        return store

    return make


@pytest.fixture
def visit(start):
    """Record one visit."""

    def put(store, unit, stage="complete", **typed):
        recorder = start(store, unit, survey="visit")
        recorder.answer_many(typed)
        if stage == "complete":
            recorder.complete()
        elif stage == "void":
            recorder.void("点错")
        return recorder

    return put


@pytest.fixture
def team(make_both, start, visit):
    """One questionnaire, and five visits of two units: three complete, a draft, a void one."""
    store = make_both("三组", 3)
    questionnaire = start(store, DONGAN)
    questionnaire.answer("people", "100")
    questionnaire.complete()
    visit(store, DONGAN, kind="1", people="10", asked="4")
    visit(store, DONGAN, kind="2", people="30", asked="30")
    visit(store, SUIFENHE, kind="1", people="5", asked="1")
    visit(store, SUIFENHE, people="7", stage="draft")
    visit(store, SUIFENHE, people="9", stage="void")
    return store


def rows(book, name):
    return [[cell.value for cell in row] for row in book[name].iter_rows()]


@pytest.fixture
def office(make_both):
    return make_both("省总", 0)


# ── workbooks ─────────────────────────────────────────────────────────────────────────


def test_every_survey_that_was_filled_in_has_its_own_workbook_the_main_one_first(team, tmp_path):
    exports = export_all(team, tmp_path / "out")
    assert [(export.survey, export.interviews, export.complete, export.drafts) for export in exports] == [
        ("small", 1, 1, 0),
        ("visit", 5, 3, 1),
    ]
    assert [export.path.name.partition("_第3组_")[0] for export in exports] == ["小小", "走访记录"]
    assert [export.title for export in exports] == ["小小调查问卷", "走访记录"]
    first, second = (load_workbook(export.path) for export in exports)
    assert [line[1] for line in rows(first, "编码")] == ["unit", DONGAN]
    assert [line[1] for line in rows(second, "编码")] == ["unit", DONGAN, DONGAN, SUIFENHE, SUIFENHE]
    assert "asked" in rows(second, "编码")[0]
    assert "asked" not in rows(first, "编码")[0]


def test_without_a_name_the_main_survey_is_exported(team, tmp_path):
    assert export_team(team, tmp_path / "a").path.read_bytes() == export_all(team, tmp_path)[0].path.read_bytes()
    assert export_team(team, tmp_path / "b", "visit").survey == "visit"


def test_a_survey_nobody_filled_in_makes_no_workbook(make_both, start, tmp_path):
    store = make_both("空", 3)
    with pytest.raises(ExportError, match="还没有"):
        export_all(store, tmp_path)
    start(store, DONGAN)
    assert [export.survey for export in export_all(store, tmp_path)] == ["small"]
    with pytest.raises(ExportError, match="还没有"):
        export_team(store, tmp_path, "visit")
    with pytest.raises(ExportError, match="没有装入问卷“other”"):
        export_team(store, tmp_path, "other")


def test_the_cover_of_visits_counts_records_not_units_to_be_finished(team, tmp_path):
    lines = rows(load_workbook(export_team(team, tmp_path, "visit").path), "封面")
    place = next(number for number, line in enumerate(lines) if line[0] == "分配单位")
    assert lines[place][:4] == ["分配单位", "有记录的单位", "完成的记录", "草稿"]
    assert lines[place + 1][:4] == [2, 2, 3, 1]
    units = {line[2]: line[3:6] for line in lines if line[2] in (DONGAN, SUIFENHE)}
    assert units == {DONGAN: [2, 2, None], SUIFENHE: [2, 1, 1]}
    assert "未开始" not in str(lines)


# ── merging ───────────────────────────────────────────────────────────────────────────


def test_workbooks_of_every_installed_survey_are_taken_and_visits_are_no_duplicates(team, office, tmp_path):
    report = merge(office, [export.path for export in export_all(team, tmp_path)])
    assert [(line.outcome, line.survey) for line in report.lines] == [(Outcome.NEW, "small"), (Outcome.NEW, "visit")]
    assert "第3组走访记录，" in report.lines[1].message
    assert office.history_digest() == team.history_digest()
    assert report.duplicates == ()


def test_two_questionnaires_of_a_unit_are_still_duplicates(team, office, start, tmp_path):
    start(team, DONGAN)
    (found,) = merge(office, [export.path for export in export_all(team, tmp_path)]).duplicates
    assert (found.survey, found.unit, len(found.interviews)) == ("small", DONGAN, 2)
    assert "份《小小调查问卷》" in found.message


def test_a_survey_that_is_not_installed_is_refused_with_both_names(team, make_store, tmp_path):
    office = make_store("只有问卷", team=0)
    report = merge(office, [export_team(team, tmp_path, "visit").path])
    assert report.lines[0].reason is Reason.OTHER_SURVEY
    assert "（visit）" in report.lines[0].message
    assert "small" in report.lines[0].message
    assert not office.interviews()


def test_a_workbook_that_mixes_two_surveys_is_refused(team, office, tmp_path, monkeypatch):
    monkeypatch.setattr("exports.workbook.definitions_used", lambda store, survey: {store.survey_digest("visit")})
    path = export_team(team, tmp_path).path
    report = merge(office, [path])
    assert report.lines[0].reason is Reason.PAYLOAD_DAMAGED
    assert "另一次调查" in report.lines[0].message
    assert not office.interviews()


# ── tables ────────────────────────────────────────────────────────────────────────────


def of(store, survey="", **more):
    form = store.form(store.survey_digest(survey))
    return form, Selection.of(form, **more)


def people(store, survey="", **more):
    form, selection = of(store, survey, **more)
    return tabulate(store.conn, form, selection).questions["people"].cells[0].columns[0]


def test_each_survey_is_tabulated_alone(team):
    assert people(team).figures.total == 100
    assert people(team, "visit").figures.total == 45
    assert (people(team).tally.base, people(team, "visit").tally.base) == (1, 3)
    assert people(team, "visit", drafts=True).figures.total == 52


def test_the_main_survey_is_the_default(team):
    form, _ = of(team)
    assert tabulate(team.conn, form, Selection("2022")).bases[0] == 1


def test_every_complete_visit_counts_in_its_group(team):
    form, selection = of(team, "visit")
    found = tabulate(team.conn, form, selection)
    assert (found.groups[1:], found.bases, found.counted) == (("哈尔滨市", "牡丹江市"), (3, 0, 3), "记录")


def test_a_rate_over_visits_comes_from_sums_for_the_whole_and_for_a_unit(team):
    form, selection = of(team, "visit")
    rate, each = tabulate_indicators(team.conn, form, selection)
    assert (rate.columns[0].overall, rate.columns[0].overall_n) == (Fraction(3500, 45), 3)
    assert rate.columns[0].units.median == 40
    assert rate.by_unit == {DONGAN: 85, SUIFENHE: 20}
    assert each.by_unit == {SUIFENHE: 5}  # two quotients make nothing together


def test_coverage_of_visits_counts_records_and_knows_no_duplicate(team):
    whole = survey_coverage(team.conn, of(team, "visit")[1]).whole
    assert (whole.reached, whole.records, whole.drafts, whole.duplicates) == (2, 3, 1, 0)
    assert whole.reach == Fraction(1, 2)
    assert [(unit.complete, unit.drafts) for unit in whole.units] == [(0, 0), (0, 0), (2, 0), (1, 1)]
    main = survey_coverage(team.conn, of(team)[1]).whole
    assert (main.count(Progress.COMPLETE), main.records) == (1, 1)


def test_the_summary_of_visits_says_records(team, tmp_path):
    book = load_workbook(write_summary(team, tmp_path / "走访.xlsx", survey_id="visit"))
    texts = {
        name: [str(value) for line in rows(book, name) for value in line if value is not None]
        for name in book.sheetnames
    }
    assert "走访记录 · 汇总" in texts["封面"]
    cards = texts["封面"].index("有待裁定的单位")
    assert texts["封面"][cards + 1 : cards + 7] == ["4", "2", "0.5", "3", "1", "0"]
    assert [line[:7] for line in rows(book, "覆盖")[2:4]] == [
        ["市（地）", "单位数", "有记录", "占比", "完成的记录", "草稿", "有待裁定"],
        ["全省", 4, 2, 0.5, 3, 1, 0],
    ]
    assert "东安区（2份）、绥芬河市（1份、1份草稿）" in texts["覆盖"]
    assert not [text for text in texts["覆盖"] if "未开始" in text]
    assert any(text.startswith("1. 统计范围：本轮次已完成的记录") for text in texts["统计办法"])
    assert not [text for text in texts["统计办法"] if "重复" in text]
    assert rows(book, "走访")[3][:5] == ["统计的记录数", None, 3, 0, 3]
    assert ["见到几人？" in text for text in texts["走访"]].count(True) == 1
    assert [line[:3] for line in rows(book, "指标") if line[1] == "总率计入的记录 n"] == [[None, "总率计入的记录 n", 3]]
    assert next(line for line in rows(book, "分县指标") if line[1] == "东安区")[2:4] == [0.85, "–"]


def test_the_summary_of_the_main_survey_is_as_if_the_visits_were_not_there(team, make_store, tmp_path):
    alone = make_store("只有问卷", team=3)
    for row in team.interviews(survey_id="small"):
        alone.receive(row.id, team.events(row.id))
    both, one = (write_summary(store, tmp_path / name / "s.xlsx") for store, name in ((team, "a"), (alone, "b")))
    assert both.read_bytes() == one.read_bytes()


def test_a_summary_of_an_unknown_survey_is_refused(team, tmp_path):
    with pytest.raises(ExportError, match="还没有问卷“other”"):
        write_summary(team, tmp_path / "s.xlsx", survey_id="other")
