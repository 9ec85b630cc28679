"""Coverage: every unit of the frame has one state, and whoever is missing is named."""

from fractions import Fraction

import pytest

from exports.coverage import Progress, survey_coverage
from exports.merging import duplicates
from exports.selection import Selection
from surveys.acts import Actor
from surveys.duplicates import Duplicates

DAOLI, XIANGFANG, DONGAN, SUIFENHE = "230102", "230110", "231002", "231081"


@pytest.fixture
def office(make_store):
    return make_store("office", team=0)


@pytest.fixture
def enter(office, start):
    def put(unit, stage="draft"):
        recorder = start(office, unit)
        if stage == "complete":
            recorder.complete()
        elif stage == "void":
            recorder.void("重复录入")
        return recorder

    return put


def coverage_of(store):
    return survey_coverage(store.conn, Selection("2022"))


def unit_of(store, code):
    return next(unit for unit in coverage_of(store).whole.units if unit.code == code)


def test_every_unit_is_not_started_until_it_has_an_interview(office):
    whole = coverage_of(office).whole
    assert (len(whole.units), whole.count(Progress.NOT_STARTED), whole.rate) == (4, 4, 0)


def test_states_are_counted_by_city_and_by_team_and_add_up(office, enter):
    enter(DAOLI, "complete")
    enter(XIANGFANG)
    enter(DONGAN, "void")
    coverage = coverage_of(office)
    assert [(line.label, [line.count(state) for state in Progress]) for line in coverage.cities] == [
        ("哈尔滨市", [0, 1, 1]),
        ("牡丹江市", [2, 0, 0]),
    ]
    assert [(line.label, line.rate) for line in coverage.teams] == [("第1组", Fraction(1, 2)), ("第3组", 0)]
    assert [coverage.whole.count(state) for state in Progress] == [2, 1, 1]


def test_a_void_interview_is_as_if_it_had_not_been_started(office, enter):
    enter(DONGAN, "void")
    assert unit_of(office, DONGAN).progress is Progress.NOT_STARTED
    enter(DONGAN, "complete")
    assert unit_of(office, DONGAN).progress is Progress.COMPLETE
    assert not unit_of(office, DONGAN).duplicate


def test_two_interviews_of_one_unit_are_a_duplicate_and_the_one_that_is_tabulated_comes_first(office, enter):
    draft = enter(SUIFENHE)
    complete = enter(SUIFENHE, "complete")
    unit = unit_of(office, SUIFENHE)
    assert unit.duplicate
    assert unit.progress is Progress.COMPLETE
    assert unit.interviews == (complete.interview.id, draft.interview.id)
    assert coverage_of(office).whole.duplicates == 1


def test_conflicts_are_counted_beside_the_state(office, make_store, start, go_on):
    laptop = make_store("laptop")
    recorder = start(laptop, DAOLI)
    recorder.answer("people", "1")
    ident = recorder.interview.id
    office.receive(ident, laptop.events(ident))
    recorder.answer("people", "2")
    recorder.complete()
    go_on(office, ident).answer("people", "3")
    office.receive(ident, laptop.events(ident))
    unit = unit_of(office, DAOLI)
    assert (unit.progress, unit.conflicts) == (Progress.COMPLETE, 1)
    assert coverage_of(office).whole.conflicts == 1


def test_another_round_does_not_count(office, enter):
    enter(DAOLI, "complete")
    assert survey_coverage(office.conn, Selection("2023")).whole.count(Progress.COMPLETE) == 0


def test_an_interview_of_a_unit_outside_the_frame_is_named_and_not_counted(office, enter):
    ident = enter("990000", "complete").interview.id
    coverage = coverage_of(office)
    assert coverage.strays == (("990000", ident),)
    assert coverage.whole.count(Progress.COMPLETE) == 0


def test_an_empty_frame_has_no_rate(office):
    office.conn.execute("DELETE FROM units")
    assert coverage_of(office).whole.rate is None
    assert coverage_of(office).cities == ()


def test_a_unit_whose_interviews_are_all_right_is_no_duplicate_until_another_comes(office, enter):
    actor = Actor("汇总员", 0, "office")
    ids = [enter(DONGAN, "complete").interview.id for _ in range(2)]
    assert unit_of(office, DONGAN).duplicate
    assert [unit.unit for unit in duplicates(office)] == [DONGAN]
    Duplicates(office, ids, actor).keep_all("两位负责人分别作答")
    assert not unit_of(office, DONGAN).duplicate
    assert duplicates(office) == ()
    assert sum(Selection("2022").groups(office.conn).values()) == 1
    enter(DONGAN)
    assert unit_of(office, DONGAN).duplicate
    assert len(duplicates(office)) == 1
