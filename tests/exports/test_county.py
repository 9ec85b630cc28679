"""一本账: one county's answers and figures beside the others', on paper."""

import random
import shutil
from fractions import Fraction
from pathlib import Path
from statistics import median

import pytest
from openpyxl import load_workbook

from exports.county import answers_in_words, counties
from exports.county_sheets import write_counties
from exports.demo import fill_unit
from exports.files import ExportError
from exports.selection import Selection
from surveys.acts import Actor
from surveys.frame import heilongjiang
from surveys.recording import Recorder
from surveys.store import Store

UNITS = ("230102", "230103", "230110", "231002")
SELECTION = Selection("2022", survey="county_union")


@pytest.fixture(scope="module")
def store(tmp_path_factory, county_union):
    """Three complete interviews in two cities, and a draft."""
    path = tmp_path_factory.mktemp("office") / "store.db"
    with Store(path) as opened:
        units, teams = heilongjiang()
        opened.install(county_union, [unit for unit in units if unit.code in UNITS], teams)
        opened.set_settings(device_id="office", team="0")
        for seed, unit in enumerate(opened.units()):
            actor = Actor("张三", unit.team, "office")
            fill_unit(opened, unit, actor, random.Random(seed))
            recorder = Recorder.resume(opened, opened.interviews()[-1].id, actor)
            recorder.reopen("补填")
            recorder.remark("chair_post", "主席三月调离")
            recorder.doubt("sw_pay", True)
            if unit.code != UNITS[0]:
                recorder.complete()
        yield opened


@pytest.fixture(scope="module")
def book(store, tmp_path_factory):
    path, count = write_counties(store, tmp_path_factory.mktemp("sheets") / "一本账.xlsx")
    assert count == 4
    return load_workbook(path)


def texts(sheet):
    return [cell.value for row in sheet.iter_rows() for cell in row if isinstance(cell.value, str)]


def test_a_county_stands_beside_the_medians_of_its_city_and_the_province(store):
    found = {county.said.sight.unit.code: county for county in counties(store, store.form(), SELECTION)}
    complete = [code for code in UNITS if code != UNITS[0]]
    compared = 0
    for place, standing in enumerate(found[UNITS[1]].standings):
        figures = {code: found[code].standings[place].own for code in complete}
        known = [figure for figure in figures.values() if isinstance(figure, Fraction)]
        if not known:
            continue
        assert standing.whole == median(known)
        in_city = [figures[code] for code in UNITS[1:3] if isinstance(figures[code], Fraction)]
        assert standing.city == (median(in_city) if in_city else None)
        if isinstance(standing.own, Fraction):
            assert standing.place == 1 + sum(figure > standing.own for figure in known)
            compared += 1
    assert compared > 15
    assert {standing.own for standing in found[UNITS[0]].standings} == {None}  # a draft counts in no figure


def test_every_question_is_there_with_what_was_answered(book, store):
    county = next(counties(store, store.form(), SELECTION, [UNITS[1]]))
    told = texts(book[county.said.sight.unit.county])
    questions = 0
    for item, answer in answers_in_words(county.said.sight):
        assert item.heading in told
        assert answer in told, item.name
        questions += 1
    assert questions == 58
    assert "主席三月调离" in " ".join(told)
    assert "第14题（待核实）" in " ".join(told)


def test_flags_are_told_as_what_has_to_be_checked(book, store):
    county = next(counties(store, store.form(), SELECTION, [UNITS[1]]))
    told = " ".join(texts(book[county.said.sight.unit.county]))
    assert county.said.flags
    assert f"待核实）：{len(county.said.flags)}条" in told
    assert all(hit.message in told for hit in county.said.flags)


def test_it_prints_upright_on_a4_and_the_contents_lead_to_every_county(book):
    contents = book["目录"]
    places = {
        cell.value: cell.hyperlink.location for (cell,) in contents.iter_rows(min_col=2, max_col=2) if cell.hyperlink
    }
    assert len(places) == 4
    for county, place in places.items():
        sheet = book[place.rpartition("!")[0].strip("'")]
        assert sheet.title == county
        assert (sheet.page_setup.paperSize, sheet.page_setup.orientation) == (9, "portrait")
        assert "&P" in sheet.oddFooter.center.text


def test_one_county_alone_has_no_contents_and_the_same_bytes_twice(store, tmp_path):
    one, other = (write_counties(store, tmp_path / name / "s.xlsx", [UNITS[3]])[0].read_bytes() for name in "ab")
    assert one == other
    assert load_workbook(tmp_path / "a" / "s.xlsx").sheetnames == ["东安区"]


def test_sensitive_answers_are_hidden(make_store, start, small, tmp_path):
    definition = small.model_dump(mode="json", exclude_defaults=True)
    definition["sections"][0]["questions"].append({"name": "phone", "type": "text", "label": "电话", "sensitive": True})
    from surveys.definition import Survey

    store = make_store("office", team=0, survey=Survey.model_validate(definition))
    recorder = start(store, UNITS[0])
    recorder.answer("phone", "13912345678")
    told = " ".join(texts(load_workbook(write_counties(store, tmp_path / "s.xlsx")[0]).worksheets[0]))
    assert "（保密）" in told
    assert "13912345678" not in told


def test_nothing_filled_in_is_refused_with_a_sentence(make_store, county_union, tmp_path):
    store = make_store("office", team=0, survey=county_union)
    with pytest.raises(ExportError, match="还没有可以写成一本账的答卷"):
        write_counties(store, tmp_path / "s.xlsx")
    assert not (tmp_path / "s.xlsx").exists()


def test_copying_a_store_changes_nothing(store, tmp_path):
    """The control of the bytes: another answer gives another file."""
    before = write_counties(store, tmp_path / "a.xlsx", [UNITS[1]])[0].read_bytes()
    with Store(Path(shutil.copy(store.conn.execute("PRAGMA database_list").fetchone()[2], tmp_path / "c.db"))) as copy:
        row = next(row for row in copy.interviews() if row.unit == UNITS[1])
        recorder = Recorder.resume(copy, row.id, Actor("张三", 1, "office"))
        recorder.reopen("再补")
        recorder.remark("mode", "另一句话")
        after = write_counties(copy, tmp_path / "b.xlsx", [UNITS[1]])[0].read_bytes()
    assert before != after
