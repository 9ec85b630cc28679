"""The sheets of the summary beside the tables: ranked indicators, problems, texts, checks, decisions, codes, rounds."""

import random
import shutil
from fractions import Fraction
from pathlib import Path

import pytest
from openpyxl import load_workbook

from exports.coverage import survey_coverage
from exports.demo import fill_unit
from exports.files import ExportError
from exports.indicators import tabulate_indicators
from exports.limits import Limits, worst
from exports.problems import profile
from exports.said import said
from exports.selection import Selection
from exports.summary import write_summary
from exports.summary_ranking import ranking
from surveys.acts import Actor
from surveys.frame import heilongjiang
from surveys.recording import Recorder
from surveys.register.keeping import register_of
from surveys.register.registrar import Registrar
from surveys.store import Store

UNITS = ("230102", "230110", "231002", "231081")
CLERK = Actor("李四", 0, "office")


@pytest.fixture(scope="module")
def filled_file(tmp_path_factory, county_union):
    """Four complete interviews with everything that the sheets tell of."""
    path = tmp_path_factory.mktemp("office") / "store.db"
    with Store(path) as store:
        units, teams = heilongjiang()
        store.install(county_union, [unit for unit in units if unit.code in UNITS], teams)
        store.set_settings(device_id="office", team="0")
        for seed, unit in enumerate(store.units()):
            actor = Actor("张三", unit.team, "office")
            fill_unit(store, unit, actor, random.Random(seed + 10))
            ident = store.interviews()[-1].id
            recorder = Recorder.resume(store, ident, actor)
            recorder.reopen("补填")
            with recorder.because("核对后更正"):
                recorder.answer("chair_post", "96")
                recorder.answer("chair_post.96", "=1+1 由书记兼任")
            recorder.complete()
        registrar = Registrar(store, CLERK)
        registrar.open(
            "issue", UNITS[0], round_="2022", summary="文化宫冬季没有暖气，活动开展不了", category="202", source="3",
            raised_by="1", registered_on="2022-11-20", raiser_name="王五", raiser_phone="13912345678",
        )  # fmt: skip
        registrar.open(
            "practice", UNITS[1], round_="2022", title="乡镇联合站点", description="几个乡镇合用一名专职干部，轮流坐班。",
            dimension="1", registered_on="2022-11-20",
        )  # fmt: skip
    return path


@pytest.fixture(scope="module")
def store(filled_file, tmp_path_factory):
    with Store(Path(shutil.copy(filled_file, tmp_path_factory.mktemp("filled")))) as opened:
        yield opened


@pytest.fixture(scope="module")
def book(store, tmp_path_factory):
    return load_workbook(write_summary(store, tmp_path_factory.mktemp("summary") / "汇总.xlsx"))


def rows(sheet):
    return [[cell.value for cell in row] for row in sheet.iter_rows()]


def texts(sheet):
    return [value for row in rows(sheet) for value in row if isinstance(value, str)]


def test_registered_problems_and_practices_have_their_sheets_without_the_raiser(book):
    assert "文化宫冬季没有暖气，活动开展不了" in texts(book["问题清单"])
    assert "乡镇联合站点" in texts(book["经验清单"])
    everything = " ".join(text for sheet in book for text in texts(sheet))
    assert "王五" not in everything
    assert "13912345678" not in everything


def test_no_sheet_is_made_for_what_is_not_there(make_store, county_union, tmp_path):
    store = make_store("office", team=0, survey=county_union)
    names = load_workbook(write_summary(store, tmp_path / "s.xlsx")).sheetnames
    assert not {"问题清单", "经验清单", "其他（请注明）"} & {*names}


def test_ranks_are_those_of_sorting_and_equals_share_a_place(store):
    indicators = tabulate_indicators(store.conn, store.form(), Selection("2022"))
    names = {unit.code: unit.name for unit in store.units()}
    for indicator in indicators:
        figures = [figure for figure in indicator.by_unit.values() if isinstance(figure, Fraction)]
        ranked = ranking(indicator, names)
        assert [one.figure for one in ranked] == sorted(figures, reverse=True)
        assert all(one.place == 1 + sum(figure > one.figure for figure in figures) for one in ranked)


def test_problem_figures_are_marked_by_conditional_formats(book, store):
    """The formats of 分县指标 are evaluated here by hand: they mark what passes a limit, and nothing else."""
    form = store.form()
    limits, indicators = Limits(form), tabulate_indicators(store.conn, form, Selection("2022"))
    sheet = book["分县指标"]
    formats = {str(ranges.sqref): found for ranges, found in sheet.conditional_formatting._cf_rules.items()}
    marked = 0
    for column, indicator in enumerate(indicators, 3):
        letter = sheet.cell(1, column).column_letter
        found = [rule for place, each in formats.items() for rule in each if place.startswith(f"{letter}6:")]
        wanted = limits.of(indicator.item)
        assert [rule.type for rule in found] == (["expression"] * len(wanted) or ["colorScale"])
        for row, unit in enumerate(survey_coverage(store.conn, Selection("2022")).whole.units, 6):
            value = sheet.cell(row, column).value
            figure = indicator.by_unit.get(unit.code)
            if wanted and isinstance(figure, Fraction):
                held = [_holds(rule.formula[0], f"{letter}6", value) for rule in found]
                assert any(held) is (worst(figure, wanted) is not None), (indicator.item.name, value)
                marked += any(held)
    assert marked > 0


def _holds(formula: str, first: str, value: float) -> bool:
    """AND(ISNUMBER(C6),C6>=0.2,C6<0.4) for one value."""
    tests = formula.removeprefix("AND(").removesuffix(")").split(",")[1:]
    return all(
        eval(test.replace(first, repr(value)).replace("=", "==").replace("<==", "<=").replace(">==", ">="))
        for test in tests
    )


def test_the_profile_counts_units_and_not_flags(book, store):
    found = profile(said(store, Selection("2022", survey="county_union")), register_of(store))
    flags: dict[str, set[str]] = {}
    for one in said(store, Selection("2022", survey="county_union")):
        for hit in one.flags:
            flags.setdefault(hit.category, set()).add(one.sight.unit.code)
    assert {category.code: {unit.code for unit in category.units} for category in found.categories} == flags
    lines = {row[0]: row for row in rows(book["问题画像"])}
    for category in found.categories:
        if category.code.isdigit():
            assert lines[category.code][3] == len(category.units)
            assert sum(filter(None, lines[category.code][7:])) == len(category.units)
    assert all(len(category.units) < 5 for category in found.widely if len(category.cities) < 3) or not found.widely


def test_texts_behind_other_are_told_once_with_their_units_and_stay_text(book):
    (line,) = [row for row in book["其他（请注明）"].iter_rows() if str(row[0].value).startswith("=1+1")]
    assert line[0].data_type == "s"
    assert line[1].value == 4
    assert line[2].value.count("：") == 2  # two cities


def test_reopened_interviews_are_told_with_the_reason(book):
    sheet = rows(book["冲突与更正"])
    assert any("定稿后退回修改的答卷：4次" in row for row in sheet)
    assert sum("补填" in row for row in sheet) == 4


def test_the_codes_are_those_of_the_counted_interviews(book, store):
    sheet = book["编码"]
    heads = [cell.value for cell in sheet[1]]
    place = heads.index("chair_post")
    assert [row[place] for row in rows(sheet)[1:]] == ["96"] * 4
    assert [row[0] for row in rows(sheet)[1:]] == [
        row.id for row in sorted(store.interviews(), key=lambda r: UNITS.index(r.unit))
    ]


def test_checks_are_listed_with_their_rules(book):
    told = texts(book["质量检查"])
    assert {"万元和元填错", "离群的数", "各调查组"} <= set(told)


def test_an_unknown_round_is_refused_with_those_there_are(store, tmp_path):
    with pytest.raises(ExportError, match="没有轮次“1999”的答卷，现有的轮次：2022"):
        write_summary(store, tmp_path / "s.xlsx", round_="1999")


def test_an_earlier_round_is_summed_up_alone(filled_file, tmp_path):
    with Store(Path(shutil.copy(filled_file, tmp_path))) as store:
        with store.transaction():
            row = store.interviews()[0]
            store.put("interviews", row._replace(round="2021"))
        now = load_workbook(write_summary(store, tmp_path / "now.xlsx"))
        then = load_workbook(write_summary(store, tmp_path / "then.xlsx", round_="2021"))
    assert (now["人员配备"]["C4"].value, then["人员配备"]["C4"].value) == (3, 1)
    assert "轮次：2021" in texts(then["封面"])
    assert "质量检查" not in then.sheetnames  # the checks know the current round only
