"""The provincial summary: read again, its figures are the figures; it prints, links and never calculates."""

import random
import shutil
from functools import partial
from pathlib import Path
from zipfile import ZipFile

import pytest
from openpyxl import load_workbook

from exports.blocks import Style, parts_of
from exports.coverage import survey_coverage
from exports.demo import fill_unit
from exports.files import ExportError
from exports.indicators import tabulate_indicators
from exports.mirror import Mirror, engine
from exports.selection import Selection
from exports.summary import sheet_names, write_summary
from exports.summary_indicators import indicator_block
from exports.tabulation import tabulate
from surveys.acts import Actor
from surveys.definition import Survey
from surveys.frame import heilongjiang
from surveys.recording import Recorder
from surveys.store import Store

DAOLI, XIANGFANG, DONGAN, SUIFENHE = "230102", "230110", "231002", "231081"
DIMENSIONS = ["封面（问卷）", "人员配备", "阵地服务", "资金使用", "制度机制", "作用发挥"]


@pytest.fixture
def office(make_store, county_union):
    return make_store("office", team=0, survey=county_union)


def interview(store, unit, seed=1):
    """Fill one interview to completion with plausible answers."""
    actor = Actor("张三", unit.team, store.setting("device_id"))
    fill_unit(store, unit, actor, random.Random(seed))
    return store.interviews()[-1].id, actor


def fill(office):
    """Two units are complete, one is a draft, the fourth has not begun."""
    for unit in office.units()[:3]:
        ident, actor = interview(office, unit)
        if unit.code == XIANGFANG:
            Recorder.resume(office, ident, actor).reopen("漏填一页")
    with office.transaction():
        posts = office.conn.execute("SELECT interview, cell, value, status FROM answers WHERE cell = 'chair_post'")
        office.put("answers", *((*row, 1) for row in posts.fetchall()))
        office.put("interviews", *(row._replace(conflicts=1) for row in office.interviews()))


@pytest.fixture(scope="module")
def filled_file(tmp_path_factory, county_union):
    """A closed store; copy it."""
    path = tmp_path_factory.mktemp("office") / "store.db"
    with Store(path) as store:
        units, teams = heilongjiang()
        chosen = [next(unit for unit in units if unit.code == code) for code in (DAOLI, XIANGFANG, DONGAN, SUIFENHE)]
        store.install(county_union, chosen, teams)
        fill(store)
    return path


@pytest.fixture(scope="module")
def filled(filled_file, tmp_path_factory):
    """For reading only."""
    with Store(Path(shutil.copy(filled_file, tmp_path_factory.mktemp("filled")))) as store:
        yield store


@pytest.fixture
def refilled(filled_file, tmp_path):
    """The same, to be changed."""
    with Store(Path(shutil.copy(filled_file, tmp_path))) as store:
        yield store


@pytest.fixture(scope="module")
def written(filled, tmp_path_factory):
    return write_summary(filled, tmp_path_factory.mktemp("summary") / "汇总.xlsx")


@pytest.fixture(scope="module")
def book(written):
    return load_workbook(written)


def values(sheet, row, count, first=3):
    return [sheet.cell(row, column).value for column in range(first, first + count)]


def shown(line):
    """A line's values as a workbook gives them back."""
    if line.style is Style.DATE:
        return [value and value.isoformat() for value in line.values]
    return [None if value is None else pytest.approx(float(value)) for value in line.values]


def read(cells):
    return [None if value == "–" else value.date().isoformat() if hasattr(value, "date") else value for value in cells]


def begins(book):
    """Question heading → (sheet, row), by the links of the table of contents."""
    places = {}
    for (cell,) in book["目录"].iter_rows(min_col=2, max_col=2):
        if cell.hyperlink:
            name, _, target = cell.hyperlink.location.rpartition("!")
            places[cell.value] = (book[name.strip("'")], int(target[1:]))
    return places


def test_sheets_stand_in_the_order_of_reading(book):
    others = [
        "指标",
        "分县指标",
        "指标排位",
        "问题画像",
        "反映比较多的问题",
        "其他（请注明）",
        "质量检查",
        "冲突与更正",
    ]
    assert book.sheetnames == ["封面", "目录", "覆盖", *DIMENSIONS, *others, "统计办法", "编码", "题目"]


def test_every_figure_of_every_question_is_found_where_the_contents_lead(book, filled):
    tabulation = tabulate(filled.conn, filled.form(), Selection("2022"))
    places = begins(book)
    compared = 0
    for table in tabulation.questions.values():
        sheet, row = places[table.item.heading]
        assert sheet.cell(row, 1).value == table.item.heading
        for part in parts_of(table):
            for block in part.blocks:
                row = next(r for r in range(row + 1, row + 60) if sheet.cell(r, 1).value == block.title)
                for number, line in enumerate(block.lines):
                    assert sheet.cell(row + number, 2).value == line.label
                    assert read(values(sheet, row + number, 3)) == shown(line), (table.item.name, line.label)
                    compared += len(line.values)
    assert len(tabulation.questions) == 58
    assert compared > 3000


def test_a_question_reads_as_it_was_answered(refilled, tmp_path):
    with refilled.transaction():
        refilled.conn.execute("UPDATE answers SET value = '3' WHERE cell = 'joint_meetings'")
    sheet, row = begins(load_workbook(write_summary(refilled, tmp_path / "s.xlsx")))[
        "38、上一年度以来，同级政府与工会联席会议召开过几次？"
    ]
    rows = [[cell.value for cell in cells[:5]] for cells in sheet.iter_rows(min_row=row + 2, max_row=row + 9)]
    assert rows == [
        ["已答 n", "单位数", 2, 1, 1],
        ["合计", "（次）", 6, 3, 3],
        ["平均数", "（次）", 3, 3, 3],
        ["下四分位", "（次）", 3, 3, 3],
        ["中位数", "（次）", 3, 3, 3],
        ["上四分位", "（次）", 3, 3, 3],
        ["最小", "（次）", 3, 3, 3],
        ["最大", "（次）", 3, 3, 3],
    ]


def test_answers_in_conflict_are_told_under_the_table(book):
    sheet, row = begins(book)["1、贵会主席现由哪一类干部担任？"]
    assert values(sheet, row + 2, 3) == [0, 0, 0]
    last = next(r for r in range(row, row + 40) if sheet.cell(r, 1).value == "未计入")
    assert [sheet.cell(last, 2).value, *values(sheet, last, 3)] == ["待裁定", 2, 1, 1]


def test_the_indicators_stand_by_group_and_by_unit(book, filled):
    form, connection = filled.form(), filled.conn
    indicators = tabulate_indicators(connection, form, Selection("2022"))
    assert len(indicators) == 29
    sheet, row = book["指标"], 4
    for indicator in indicators:
        for number, line in enumerate(indicator_block(indicator).lines):
            row += 1
            while sheet.cell(row, 2).value != line.label:
                row += 1
            assert read(values(sheet, row, 3)) == shown(line), (indicator.item.name, number)
    sheet = book["分县指标"]
    for row, unit in enumerate(survey_coverage(connection, Selection("2022")).whole.units, 6):
        assert (sheet.cell(row, 1).value, sheet.cell(row, 2).value) == (unit.city, unit.county)
        for column, indicator in enumerate(indicators, 3):
            figure = indicator.by_unit.get(unit.code)
            if figure is not None and indicator.unit == "%":
                figure /= 100
            assert read([sheet.cell(row, column).value]) == [None if figure is None else pytest.approx(float(figure))]


def test_the_coverage_names_who_is_missing(book):
    rows = [[cell.value for cell in row] for row in book["覆盖"].iter_rows()]
    assert ["全省", 4, 2, 1, 1, 0.5, 3, 0] in [row[:8] for row in rows]
    assert ["哈尔滨市", 2, 1, 1, 0, 0.5, 2, 0] in [row[:8] for row in rows]
    texts = [row[2] for row in rows]
    assert {"绥芬河市（第3组）", "香坊区（第1组）"} <= {text for text in texts if isinstance(text, str)}


def test_the_cover_has_the_headline_figures_and_the_origin(book, filled):
    texts = [cell.value for row in book["封面"].iter_rows() for cell in row if cell.value is not None]
    assert texts[texts.index("待裁定或重复") + 1 :][:6] == [4, 2, 0.5, 1, 1, 3]
    assert {"2022.10", filled.survey_digest()[:16], filled.form().survey.notice} <= set(texts)
    assert any(str(text).endswith("（北京时间）") for text in texts)


def test_a_summary_with_drafts_says_so(filled, tmp_path):
    book = load_workbook(write_summary(filled, tmp_path / "s.xlsx", drafts=True))
    texts = [str(cell.value) for sheet in (book["封面"], book["统计办法"]) for row in sheet.iter_rows() for cell in row]
    assert "各题的数字包括还没有完成的草稿。" in texts
    assert any("没有完成的单位用草稿" in text for text in texts)
    assert book["人员配备"].cell(4, 3).value == 3


def test_duplicates_conflicts_and_strays_are_listed_for_a_person(office, start, tmp_path):
    interview(office, office.units()[0])
    second = start(office, DAOLI).interview.id
    stray = start(office, "990000").interview.id
    book = load_workbook(write_summary(office, tmp_path / "s.xlsx"))
    texts = [str(cell.value) for row in book["统计办法"].iter_rows() for cell in row]
    assert any("重复的单位：1个" in text for text in texts)
    assert any(text.endswith(f"、{second}") for text in texts)
    assert stray in texts


def test_every_dimension_has_a_chart_and_no_chart_lies_over_a_table(book):
    for name in ["覆盖", *DIMENSIONS]:
        sheet = book[name]
        assert sheet._charts, name
        for chart in sheet._charts:
            start, end = chart.anchor._from, chart.anchor.to
            under = sheet.iter_rows(start.row + 1, end.row, start.col + 1, end.col)
            assert not [cell.coordinate for row in under for cell in row if cell.value is not None], name


def test_charts_are_titled_in_chinese_and_carry_their_values(written):
    with ZipFile(written) as archive:
        charts = [archive.read(name).decode() for name in archive.namelist() if name.startswith("xl/charts/chart")]
    assert len(charts) > 20
    for chart in charts:
        assert "<numCache>" in chart
        assert "<strCache>" in chart
        assert chart.count("<title>") == 3  # the chart, both axes
        assert 'showVal val="1"' in chart
        assert '<delete val="1"' not in chart


def test_sheets_print_on_landscape_a4_with_repeated_heads_and_page_numbers(book):
    for name in ["目录", *DIMENSIONS, "指标", "分县指标"]:
        sheet = book[name]
        assert (sheet.page_setup.paperSize, sheet.page_setup.orientation) == (9, "landscape")
        assert sheet.print_title_rows, name
        assert sheet.freeze_panes, name
        assert "&P" in sheet.oddFooter.center.text


def test_a_table_is_cut_by_a_page_only_between_its_blocks(book):
    sheet = book["阵地服务"]
    blocks = [area for area in sheet.merged_cells.ranges if area.min_col == area.max_col == 1]
    cuts = [cut.id for cut in sheet.row_breaks.brk]
    assert cuts
    assert not [(cut, area.coord) for cut in cuts for area in blocks if area.min_row <= cut < area.max_row]


def test_no_cell_is_a_formula_or_an_error(book):
    kinds = {cell.data_type for sheet in book for row in sheet.iter_rows() for cell in row}
    assert not kinds & {"f", "e"}


def test_a_label_that_looks_like_a_formula_stays_text(make_store, start, small, tmp_path):
    definition = small.model_dump(mode="json", exclude_defaults=True)
    definition["sections"][0]["label"] = "=1+1/[a]"
    definition["sections"][0]["questions"][0]["label"] = '=HYPERLINK("http://x","y")'
    definition["sections"][0]["questions"][0]["choices"][0]["label"] = "=cmd|' /C calc'!A1"
    store = make_store("office", team=0, survey=Survey.model_validate(definition))
    start(store, DAOLI).complete()
    book = load_workbook(write_summary(store, tmp_path / "s.xlsx"))
    cells = [cell for sheet in book for row in sheet.iter_rows() for cell in row if str(cell.value).startswith("=")]
    assert {cell.data_type for cell in cells} == {"s"}
    assert "=1+1a" in book.sheetnames


def test_charts_hold_labels_that_xml_cannot(make_store, start, small, tmp_path):
    definition = small.model_dump(mode="json", exclude_defaults=True)
    question = definition["sections"][0]["questions"][0]
    assert question["type"] == "select_one"
    question["label"] += "\x07"
    for choice in question["choices"]:
        choice["label"] += "\x1b"
    store = make_store("office", team=0, survey=Survey.model_validate(definition))
    recorder = start(store, DAOLI)
    recorder.answer(question["name"], question["choices"][0]["name"])
    book = load_workbook(write_summary(store, tmp_path / "s.xlsx", drafts=True))  # reads the charts, too
    assert any(sheet._charts for sheet in book)


@pytest.mark.parametrize("units", [0, 1])
def test_an_empty_store_and_a_single_unit_make_a_whole_workbook(office, tmp_path, units):
    for unit in office.units()[:units]:
        interview(office, unit)
    book = load_workbook(write_summary(office, tmp_path / "s.xlsx"))
    assert len(book.sheetnames) == 19 + (units > 0)  # texts to be read only where there are any
    assert book["人员配备"].cell(4, 3).value == units
    assert bool(book["人员配备"]._charts) == bool(units)


def test_a_store_without_units_can_be_summarised(office, tmp_path):
    with office.transaction():
        office.conn.execute("DELETE FROM units")
    assert load_workbook(write_summary(office, tmp_path / "s.xlsx"))["覆盖"].cell(4, 6).value == "–"


def test_a_store_without_a_questionnaire_is_refused_with_a_sentence(tmp_path):
    with Store(tmp_path / "new.db") as store, pytest.raises(ExportError, match="还没有问卷"):
        write_summary(store, tmp_path / "s.xlsx")


def test_the_same_content_gives_the_same_bytes(filled, tmp_path):
    one, other = (write_summary(filled, tmp_path / name / "s.xlsx").read_bytes() for name in ("a", "b"))
    assert one == other


def test_a_large_store_is_tabulated_in_its_columnar_copy_to_the_same_bytes(filled, written, tmp_path, monkeypatch):
    pytest.importorskip("duckdb", reason="the extra `analysis` is not installed")
    used = []

    def tabulated(queries, *arguments):
        used.append(type(queries))
        return tabulate(queries, *arguments)

    monkeypatch.setattr("exports.summary.tabulate", tabulated)
    monkeypatch.setattr("exports.summary.engine", partial(engine, large=1))
    assert write_summary(filled, tmp_path / "s.xlsx").read_bytes() == written.read_bytes()
    assert used == [Mirror]


def test_sheet_names_are_valid_and_never_ours_or_each_others():
    labels = ["封面", "a/b:c", "A/BC", "'", "很长" * 20, "很长" * 20]
    names = sheet_names(labels)
    assert names[:3] == ["封面（问卷）", "abc", "ABC（问卷）"]
    assert len({name.casefold() for name in names}) == len(labels)
    assert max(map(len, names)) <= 31


def test_libreoffice_opens_it_without_an_error_cell(book, written, resaved):
    again = load_workbook(resaved(written))
    assert again.sheetnames == book.sheetnames
    for sheet in book:
        for row in sheet.iter_rows():
            for cell in row:
                other = again[sheet.title][cell.coordinate]
                assert other.data_type not in ("e", "f"), (sheet.title, cell.coordinate)
                if isinstance(cell.value, int | float):
                    assert other.value == pytest.approx(cell.value), (sheet.title, cell.coordinate)
