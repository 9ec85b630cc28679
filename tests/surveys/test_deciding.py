"""Open conflicts with both sides, taken, typed or decided by a rule; decisions travel and merge like everything else."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from samples import SMALL, form_of

from surveys.acts import Actor
from surveys.adjudication import Adjudicator
from surveys.answers import Answer, Status
from surveys.deciding import Dispute, Rule, by_rule, disputes
from surveys.form import Form
from surveys.frame import Team, Unit
from surveys.history import Kind
from surveys.recording import Recorder
from surveys.standing import Stage
from surveys.store import Store
from surveys.text import Refusal

OFFICE = Actor("汇总员", 0, "office")
MORNING = dt.datetime(2022, 11, 7, 1, 0, tzinfo=dt.UTC)


def at(minute: int) -> Callable[[], dt.datetime]:
    return lambda: MORNING + dt.timedelta(minutes=minute)


@pytest.fixture
def stores(tmp_path: Path, small: Form) -> Iterator[Callable[[str], Store]]:
    """Stores by name."""
    opened: dict[str, Store] = {}

    def make(name: str) -> Store:
        if name not in opened:
            opened[name] = Store(tmp_path / name / "zoufang.db")
            opened[name].install(small.survey, [Unit("230111", "哈尔滨市", "呼兰区", "区", 1)], [Team(1, "第1组")])
        return opened[name]

    yield make
    for store in opened.values():
        store.close()


def travel(source: Store, target: Store, ident: str) -> None:
    target.receive(ident, source.events(ident))


class Parted:
    """One interview that two laptops went on with; the office has both."""

    def __init__(
        self, stores: Callable[[str], Store], small: Form, first: dict[str, str], second: dict[str, str]
    ) -> None:
        self.stores = stores
        begun = Recorder.start(stores("one"), small, "230111", Actor("张三", 1, "k1"), at(0))
        begun.answer("staff_count", "3")
        self.id = begun.interview.id
        travel(stores("one"), stores("two"), self.id)
        self.one = Recorder.resume(stores("one"), self.id, Actor("张三", 1, "k1"), at(10))
        self.two = Recorder.resume(stores("two"), self.id, Actor("李四", 2, "k2"), at(5))
        if first:
            self.one.answer_many(first)
        if second:
            self.two.answer_many(second)

    def at_office(self, name: str = "office") -> Adjudicator:
        for laptop in ("one", "two"):
            travel(self.stores(laptop), self.stores(name), self.id)
        return Adjudicator.resume(self.stores(name), self.id, OFFICE, at(60))


@pytest.fixture
def parted(stores: Callable[[str], Store], small: Form) -> Callable[..., Parted]:
    return lambda first=None, second=None: Parted(stores, small, first or {}, second or {})


def only(adjudicator: Adjudicator) -> Dispute:
    (dispute,) = disputes(adjudicator.interview)
    return dispute


def stored(store: Store, ident: str, cell: str) -> tuple[str, int]:
    sql = "SELECT value, conflict FROM answers WHERE interview = ? AND cell = ?"
    return store.conn.execute(sql, (ident, cell)).fetchone()


def test_both_sides_with_what_was_said_beside_them_and_what_they_came_from(parted: Callable[..., Parted]) -> None:
    p = parted({"staff_count": "4"})
    p.one.remark("staff_count", "含借调一人")
    p.two.evidence("staff_count", "台账")
    p.two.answer("staff_count", "5")
    p.two.name_respondent("staff_count", "王五（主席）")
    dispute = only(p.at_office())
    assert dispute.key == (Kind.ANSWERED, "staff_count")
    told = [(s.name, s.event.value, s.remark, s.evidence, s.respondent) for s in dispute.sides]
    assert sorted(told) == [
        ("第1组 张三", "4", "含借调一人", "", ""),
        ("第2组 李四", "5", "", "台账", "王五（主席）"),
    ]
    assert dispute.base is not None
    assert dispute.base.value == "3"
    assert dispute.typed


def test_without_anything_before_there_is_no_base(parted: Callable[..., Parted]) -> None:
    assert only(parted({"chair": "1"}, {"chair": "2"}).at_office()).base is None


def test_taking_a_side_decides_and_says_so(parted: Callable[..., Parted]) -> None:
    p = parted({"staff_count": "4"}, {"staff_count": "5"})
    office = p.at_office()
    assert stored(p.stores("office"), p.id, "staff_count")[1] == 1
    (side,) = [side for side in only(office).sides if side.event.value == "4"]
    office.take([side])
    assert disputes(office.interview) == ()
    assert stored(p.stores("office"), p.id, "staff_count") == ("4", 0)
    row = p.stores("office").interview_row(p.id)
    assert row is not None
    assert row.conflicts == 0
    last = office.interview.events[-1]
    assert (last.source, last.note, last.team) == ("裁定", "取第1组 张三的", 0)
    assert {e.value for e in office.interview.events if e.cell == "staff_count"} >= {"4", "5"}


def test_what_was_decided_can_be_decided_anew(parted: Callable[..., Parted]) -> None:
    office = parted({"staff_count": "4"}, {"staff_count": "5"}).at_office()
    one, two = only(office).sides
    office.take([one])
    office.take([two])
    assert office.interview.answer("staff_count").value == two.event.value
    assert not office.interview.conflicts


def test_something_else_is_read_and_checked_as_anywhere(parted: Callable[..., Parted]) -> None:
    office = parted({"staff_count": "4"}, {"staff_count": "5"}).at_office()
    dispute = only(office)
    with pytest.raises(Refusal):
        office.settle(dispute, "很多")
    with pytest.raises(Refusal, match="还没有输入"):
        office.settle(dispute, " ")
    assert disputes(office.interview) == (dispute,)
    office.settle(dispute, "１２")
    assert office.interview.answer("staff_count") == Answer("12", Status.ANSWERED)
    assert office.interview.events[-1].note == "另填"


def test_remarks_are_decided_too(parted: Callable[..., Parted]) -> None:
    p = parted()
    p.one.remark("chair", "甲说")
    p.two.remark("chair", "乙说")
    office = p.at_office()
    dispute = only(office)
    assert dispute.question == "chair"
    office.settle(dispute, "都对")
    assert office.interview.remark("chair") == "都对"
    assert not office.interview.conflicts


def test_rows_are_taken_or_taken_off(
    parted: Callable[..., Parted], small: Form, stores: Callable[[str], Store]
) -> None:
    p = parted()
    row = p.one.add_row("venues")
    travel(stores("one"), stores("two"), p.id)
    p.two = Recorder.resume(stores("two"), p.id, Actor("李四", 2, "k2"), at(20))
    p.one.remove_row("venues", row)
    p.one.undo()
    p.two.remove_row("venues", row)
    office = p.at_office()
    dispute = only(office)
    assert not dispute.typed
    with pytest.raises(Refusal):
        office.settle(dispute, "1")
    office.take([side for side in dispute.sides if side.event.kind is Kind.ROW_ADDED])
    assert office.interview.rows("venues") == (row,)
    assert not office.interview.conflicts


# ── the interview as a whole ──


def complete(recorder: Recorder) -> None:
    recorder.answer_many({"filler": "赵六", "chair": "1", "ages.young": "1", "ages.old": "2"})
    recorder.say_nothing("venues")
    recorder.complete()


def test_completed_interviews_are_decided_without_opening_them_again(
    parted: Callable[..., Parted], stores: Callable[[str], Store]
) -> None:
    p = parted()
    complete(p.one)
    p.two.answer("chair", "2")
    office = p.at_office()
    assert office.interview.stage is Stage.COMPLETE
    office.take([side for side in only(office).sides if side.event.value == "2"])
    assert office.interview.stage is Stage.COMPLETE
    assert office.interview.answer("chair").value == "2"


def test_complete_or_void_is_decided_last(parted: Callable[..., Parted]) -> None:
    p = parted()
    complete(p.one)
    p.two.answer("chair", "2")
    p.two.void("开错了")
    office = p.at_office()
    stage, chair = sorted(disputes(office.interview), key=lambda dispute: dispute.key, reverse=True)
    assert stage.key[0] == "stage"
    completed = [side for side in stage.sides if side.event.kind is Kind.COMPLETED]
    with pytest.raises(Refusal, match="还有1处"):
        office.take(completed)
    office.take(chair.sides[:1])
    office.take(completed)
    assert office.interview.stage is Stage.COMPLETE
    assert not office.interview.conflicts


def test_of_a_void_interview_nothing_is_asked(parted: Callable[..., Parted]) -> None:
    p = parted({"staff_count": "4"}, {"staff_count": "5"})
    p.two.void("开错了")
    assert disputes(p.at_office().interview) == ()


def test_the_reason_it_was_voided_for_stays(parted: Callable[..., Parted]) -> None:
    p = parted()
    complete(p.one)
    p.two.void("单位已撤并")
    office = p.at_office()
    (side,) = [side for side in only(office).sides if side.event.kind is Kind.VOIDED]
    office.take([side])
    assert office.interview.stage is Stage.VOID
    assert "单位已撤并" in office.interview.events[-1].note


NEWER, NEWEST = (SMALL.replace('version: "1"', f'version: "{v}"').replace("填表人", f"填表人{v}") for v in "23")


def test_two_versions_of_the_form(parted: Callable[..., Parted], stores: Callable[[str], Store]) -> None:
    two, three = form_of(NEWER), form_of(NEWEST)
    assert two.digest != three.digest
    p = parted({"chair": "1"}, {"chair": "2"})
    p.one.migrate(two)
    p.two.migrate(three)
    for form in (two, three):
        stores("office").add_definition(form.definition)
    office = p.at_office()
    form, chair = disputes(office.interview)
    assert form.key[0] == "form"
    other = [side for side in form.sides if side.event.value != office.interview.form.digest]
    with pytest.raises(Refusal, match="先裁定那些"):
        office.take(other)
    office.take(chair.sides[1:])
    office.take(other)
    assert office.interview.form.digest == other[0].event.value
    assert not office.interview.conflicts
    assert stores("office").interview(p.id).answer("chair").value == "2"


# ── by rule ──


def test_rules(parted: Callable[..., Parted]) -> None:
    dispute = only(parted({"staff_count": "4"}, {"staff_count": "5"}).at_office())  # 张三 five minutes later

    def taken(*arguments: object) -> str | None:
        side = by_rule(dispute, *arguments)  # type: ignore[arg-type]
        return side.event.value if side else None

    assert taken(Rule.NEWER) == "4"
    assert taken(Rule.TEAMS, (2, 1)) == "5"
    assert taken(Rule.TEAMS, (3, 1)) == "4"
    assert taken(Rule.TEAMS, (3,)) is None
    assert taken(Rule.HERE, (), "k2") == "5"
    assert taken(Rule.HERE, (), "office") is None


def test_a_rule_decides_nothing_where_two_of_one_team_differ_or_about_the_whole(parted: Callable[..., Parted]) -> None:
    p = parted()
    p.two.actor = Actor("李四", 1, "k2")
    p.one.answer("chair", "1")
    p.two.answer("chair", "2")
    assert by_rule(only(p.at_office()), Rule.TEAMS, (1,)) is None
    complete(p.one)
    p.two.void("开错了")
    whole = [dispute for dispute in disputes(p.at_office().interview) if dispute.key[0] == "stage"]
    assert whole
    assert by_rule(whole[0], Rule.NEWER) is None


# ── decisions travel ──


def test_two_offices_that_decide_alike_agree_and_that_decide_differently_have_a_conflict(
    parted: Callable[..., Parted], stores: Callable[[str], Store]
) -> None:
    p = parted({"staff_count": "4", "chair": "1"}, {"staff_count": "5", "chair": "2"})
    one, two = p.at_office("office"), p.at_office("other")
    for place, office in enumerate((one, two)):
        count, chair = disputes(office.interview)
        office.take(count.sides[:1])
        office.take(chair.sides[place : place + 1])
    travel(stores("other"), stores("office"), p.id)
    travel(stores("office"), stores("other"), p.id)
    assert stores("office").history_digest() == stores("other").history_digest()
    again = Adjudicator.resume(stores("office"), p.id, OFFICE)
    assert only(again).key == (Kind.ANSWERED, "chair")
    again.take(only(again).sides[:1])
    assert not again.interview.conflicts


def test_a_laptop_that_goes_on_without_the_decision_opens_it_again(
    parted: Callable[..., Parted], stores: Callable[[str], Store]
) -> None:
    p = parted({"staff_count": "4"}, {"staff_count": "5"})
    office = p.at_office()
    office.take(only(office).sides[:1])
    p.two.answer("staff_count", "6")
    travel(stores("two"), stores("office"), p.id)
    assert len(disputes(stores("office").interview(p.id))) == 1
