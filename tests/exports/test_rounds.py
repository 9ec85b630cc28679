"""The same units a year later: only what both rounds answered is held against each other."""

from fractions import Fraction

import pytest
from definitions import SMALL

from exports.rounds import compare_rounds, earlier_rounds, write_rounds
from exports.selection import Selection
from surveys.acts import Actor
from surveys.answers import Status
from surveys.definition import Survey
from surveys.form import Form
from surveys.recording import Recorder

DAOLI, XIANGFANG, DONGAN = "230102", "230110", "231002"


@pytest.fixture
def last_year():
    return Survey.model_validate({**SMALL, "round": "2021", "version": "0"})


@pytest.fixture
def office(make_store, last_year):
    """Last year's version first, then this year's."""
    store = make_store("office", team=0, survey=last_year)
    store.install(Survey.model_validate({**SMALL, "round": "2022"}), [], [])
    return store


@pytest.fixture
def answer(office):
    """Complete an interview of a round in which these cells are answered."""

    forms = [office.form(digest) for (digest,) in office.conn.execute("SELECT digest FROM surveys")]
    by_round = {form.survey.round: form for form in forms}

    def put(round_, unit, complete=True, **typed):
        recorder = Recorder.start(office, by_round[round_], unit, Actor("张三", 1, "d"))
        recorder.answer_many(typed)
        if complete:
            recorder.complete()
        return recorder

    return put


def compared(office, round_="2021"):
    form = office.form()
    return {change.cell.address: change for change in compare_rounds(office.conn, form, round_)}


def test_totals_are_of_the_units_that_answered_in_both(office, answer):
    answer("2021", DAOLI, people="10")
    answer("2022", DAOLI, people="13")
    answer("2021", XIANGFANG, people="100")  # not there this year
    answer("2022", DONGAN, people="7")  # not there last year
    change = compared(office)["people"]
    assert [unit.unit for unit in change.units] == [DAOLI]
    assert (change.figure(False), change.figure(True)) == (10, 13)
    assert change.changed[0].difference == Fraction(3)
    assert (change.figure_name, change.in_words(change.figure(True))) == ("合计", "13 人")


def test_drafts_statuses_and_blanks_are_not_compared(office, answer):
    answer("2021", DAOLI, people="10")
    answer("2022", DAOLI, complete=False, people="13")
    answer("2021", XIANGFANG, people="1")
    unknown = answer("2022", XIANGFANG, complete=False)
    unknown.set_status("people", Status.DONT_KNOW)
    unknown.complete()
    answer("2021", DONGAN, people="1")
    answer("2022", DONGAN)
    assert "people" not in compared(office)


def test_the_greatest_difference_comes_first_and_equal_ones_are_no_change(office, answer):
    for unit, before, now in ((DAOLI, "10", "11"), (XIANGFANG, "10", "3"), (DONGAN, "5", "5")):
        answer("2021", unit, people=before, kind="1")
        answer("2022", unit, people=now, kind="1")
    changes = compared(office)
    assert [unit.unit for unit in changes["people"].changed] == [XIANGFANG, DAOLI]
    assert changes["kind"].changed == ()
    assert changes["kind"].commonest(True) == ("1", 3)


def test_the_other_rounds_are_those_with_complete_interviews(office, answer):
    selection = Selection.of(office.form())
    assert earlier_rounds(office.conn, selection) == []
    answer("2021", DAOLI, complete=False)
    assert earlier_rounds(office.conn, selection) == []
    answer("2021", XIANGFANG)
    answer("2022", XIANGFANG)
    assert earlier_rounds(office.conn, selection) == ["2021"]


def test_a_table_has_a_line_per_cell_and_unit(office, answer, tmp_path):
    answer("2021", DAOLI, people="10")
    answer("2022", DAOLI, people="13")
    path = tmp_path / "轮次.csv"
    write_rounds(path, "2021", "2022", list(compared(office).values()))
    lines = path.read_bytes().decode("utf-8-sig").split("\r\n")
    assert lines[0].endswith("2021,2022,增减")
    assert any(line.startswith(f"{DAOLI},") and line.endswith("10 人,13 人,3") for line in lines)


def test_a_draft_could_have_been_counted(office, answer):
    """Negative control of what is left out."""
    answer("2021", DAOLI, complete=False, people="10")
    answer("2022", DAOLI, complete=False, people="13")
    form: Form = office.form()
    with_drafts = Selection.of(form, drafts=True)
    assert [c.cell.address for c in compare_rounds(office.conn, form, "2021", with_drafts)] == ["people"]
    assert compared(office) == {}
