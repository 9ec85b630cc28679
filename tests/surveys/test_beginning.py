"""What an interview (or a roster row) holds before anybody types, and what cannot be changed."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from pathlib import Path

import pytest
from samples import HEAD, Load, answered, form_of, questions

from surveys.acts import ASSIGNMENT, DEFAULT, Actor
from surveys.answers import EMPTY, Status
from surveys.frame import Team, Unit
from surveys.history import Kind
from surveys.recording import Recorder
from surveys.store import Store
from surveys.text import Refusal

UNIT = Unit("230111", "哈尔滨市", "呼兰区", "区", 1)
TEXT = (
    HEAD
    + """
statuses: [dont_know]
choices:
  cities: [{name: "1", label: 哈, filter: {p: a}}, {name: "2", label: 齐, filter: {p: b}}]
sections:
  - name: cover
    label: 封面
    numbered: false
    questions:
      - {name: code, type: text, label: 代码, prefill: unit.code, read_only: true}
      - {name: place, type: text, label: 名称, prefill: unit.name}
      - {name: city, type: text, label: 市, prefill: unit.city}
      - {name: county, type: text, label: 县, prefill: unit.county}
      - {name: team, type: text, label: 组, prefill: team}
      - {name: filler, type: text, label: 人, prefill: who}
      - {name: day, type: date, label: 日, prefill: today}
      - {name: kind, type: select_one, label: 类, required: true, prefill: unit.kind, read_only: true, choices: [{name: 区, label: 区}, {name: 县, label: 县}]}
  - name: one
    label: 一
    questions:
      - {name: share, type: percent, label: 比例, default: "４５％"}
      - {name: since, type: month, label: 月, default: 2022年1月}
      - {name: opens, type: time, label: 时, default: "8:30"}
      - {name: order, type: rank, label: 序, default: b a, choices: [{name: a, label: 甲}, {name: b, label: 乙}]}
      - {name: town, type: select_one, label: 市, choices: cities, choice_filter: "p = 'b'", default: "1"}
      - {name: fixed, type: integer, label: 定, default: "7", read_only: true}
      - {name: hidden, type: integer, label: 藏, relevant: "${fixed} > 9", default: "3"}
      - {name: total, type: calculate, label: 合, calculation: "${share} + ${fixed}"}
      - name: r
        type: roster
        label: 册
        none_label: 暂无
        questions:
          - {name: r_kind, type: select_one, label: 类, default: "2", choices: cities}
          - {name: r_area, type: decimal, label: 面积, default: "1,200.50"}
          - {name: r_more, type: text, label: 余}
          - {name: r_fixed, type: text, label: 定, default: 固定, read_only: true}
"""
)


@pytest.fixture
def opened(tmp_path: Path) -> Iterator[Store]:
    with Store(tmp_path / "data" / "zoufang.db") as store:
        store.install(form_of(TEXT).definition, [UNIT], [Team(1, "第1组")])
        yield store


def begin(store: Store, unit: str = UNIT.code, at: dt.datetime | None = None) -> Recorder:
    moment = at or dt.datetime(2022, 11, 3, 9, tzinfo=dt.UTC)
    return Recorder.start(store, form_of(TEXT), unit, Actor("张三", 1, "k1"), lambda: moment)


# ── prefilled ─────────────────────────────────────────────────────────────────────────


def test_the_assignment_is_known_before_anybody_types(opened: Store) -> None:
    interview = begin(opened).interview
    known = {
        name: interview.answer(name).value
        for name in ("code", "place", "city", "county", "team", "filler", "day", "kind")
    }
    assert known == {
        "code": "230111", "place": "哈尔滨市呼兰区", "city": "哈尔滨市", "county": "呼兰区", "team": "第1组",
        "filler": "张三", "day": "2022-11-03", "kind": "区",
    }  # fmt: skip


def test_every_beginning_is_an_event_that_says_where_it_comes_from(opened: Store) -> None:
    recorder = begin(opened)
    events = opened.events(recorder.interview.id)
    assert [event.kind for event in events][:2] == [Kind.OPENED, Kind.ANSWERED]
    sources = {event.cell: event.source for event in events if event.kind is Kind.ANSWERED}
    assert (sources["code"], sources["share"]) == (ASSIGNMENT, DEFAULT)
    assert all(event.value and event.status is Status.ANSWERED for event in events[1:])
    again = Recorder.resume(opened, recorder.interview.id, Actor("李四", 2, "k1"))
    assert again.interview.answer("filler") == answered("张三")


def test_what_the_unit_is_not_known_for_is_left_to_the_person(opened: Store) -> None:
    recorder = begin(opened, unit="999999")
    interview = recorder.interview
    assert (interview.answer("code"), interview.answer("kind"), interview.answer("city")) == (
        answered("999999"),
        EMPTY,
        EMPTY,
    )
    # Read-only protects what is there; an empty one that is required would otherwise block the interview for ever.
    assert "kind" in [entry.item for entry in interview.open_items()]
    assert recorder.answer("kind", "县") == answered("县")
    with pytest.raises(Refusal, match="这里由任务分派带入，不能修改"):
        recorder.answer("kind", "区")


def test_a_kind_that_the_question_does_not_list_is_not_entered(opened: Store, tmp_path: Path) -> None:
    with Store(tmp_path / "other.db") as store:
        store.install(form_of(TEXT).definition, [Unit("1", "甲市", "乙", "开发区", 1)], [])
        interview = begin(store, unit="1").interview
    assert interview.answer("kind") == EMPTY


# ── defaults ──────────────────────────────────────────────────────────────────────────


def test_defaults_are_read_as_if_typed(opened: Store) -> None:
    interview = begin(opened).interview
    assert [interview.answer(name).value for name in ("share", "since", "opens", "order", "fixed")] == [
        "45", "2022-01", "08:30", "b a", "7",
    ]  # fmt: skip
    assert interview.answer("total") == answered("52")


def test_a_default_can_be_changed_and_cleared_and_does_not_come_back(opened: Store) -> None:
    recorder = begin(opened)
    recorder.answer("share", "")
    assert recorder.interview.answer("share") == EMPTY
    recorder.set_status("since", Status.DONT_KNOW)
    again = Recorder.resume(opened, recorder.interview.id, recorder.actor).interview
    assert (again.answer("share"), again.answer("since").status) == (EMPTY, Status.DONT_KNOW)


def test_a_default_waits_behind_a_condition(opened: Store) -> None:
    interview = begin(opened).interview
    assert interview.answer("hidden").status is Status.SKIPPED
    assert interview.kept("hidden") == answered("3")


def test_a_default_that_a_filter_does_not_offer_shows_as_an_error(opened: Store) -> None:
    interview = begin(opened).interview
    assert [finding.message for finding in interview.findings("town")] == ["“哈”现在不在可选的范围里，请重选"]


def test_the_beginning_is_not_undone(opened: Store) -> None:
    recorder = begin(opened)
    assert recorder.undo() == ""
    recorder.answer("place", "另一名称")
    assert recorder.undo() == "place"
    assert recorder.interview.answer("place") == answered("哈尔滨市呼兰区")
    assert recorder.undo() == ""


def test_every_new_row_begins_with_its_defaults(opened: Store) -> None:
    recorder = begin(opened)
    first, second = recorder.add_row("r"), recorder.add_row("r")
    for row in (first, second):
        values = {
            field: recorder.interview.answer(f"r[{row}].{field}") for field in ("r_kind", "r_area", "r_more", "r_fixed")
        }
        assert values == {
            "r_kind": answered("2"),
            "r_area": answered("1200.5"),
            "r_more": EMPTY,
            "r_fixed": answered("固定"),
        }
    recorder.answer(f"r[{first}].r_area", "5")
    assert recorder.interview.answer(f"r[{second}].r_area") == answered("1200.5")


def test_undoing_a_new_row_takes_its_defaults_off_too(opened: Store) -> None:
    recorder = begin(opened)
    recorder.say_nothing("r")
    row = recorder.add_row("r")
    assert not recorder.interview.nothing("r")
    assert recorder.undo() == "r"
    assert (recorder.interview.rows("r"), recorder.interview.nothing("r")) == ((), True)
    assert recorder.interview.answer(f"r[{row}].r_kind") == EMPTY


# ── read-only ─────────────────────────────────────────────────────────────────────────


def test_what_is_read_only_is_neither_typed_nor_cleared_nor_given_a_status(opened: Store) -> None:
    recorder = begin(opened)
    row = recorder.add_row("r")
    before = len(recorder.interview.events)
    for address in ("code", "fixed", f"r[{row}].r_fixed"):
        for typed in ("8", ""):
            with pytest.raises(Refusal, match="不能修改"):
                recorder.answer(address, typed)
        with pytest.raises(Refusal, match="这里不能填“不掌握”"):
            recorder.set_status(address, Status.DONT_KNOW)
    assert len(recorder.interview.events) == before


def test_a_row_with_read_only_fields_can_be_taken_off(opened: Store) -> None:
    recorder = begin(opened)
    recorder.remove_row("r", recorder.add_row("r"))
    assert recorder.interview.rows("r") == ()


# ── definitions that cannot begin ─────────────────────────────────────────────────────

WRONG = [
    # a question · where the fault is · what is said
    ('name: a, label: 甲, type: integer, default: "很多"', '"很多"', "default 填不进去：“很多”不是数字"),
    ('name: a, label: 甲, type: integer, max: 5, default: "6"', '"6"', "default 填不进去：6 超出范围"),
    ("name: a, label: 甲, type: integer, default: 6", "6}", "“6”应为文字，数字请加引号"),
    ('name: a, label: 甲, type: text, default: ""', '""', "default 是空的，请填上内容或删去"),
    ('name: a, label: 甲, type: select_one, default: "3", choices: [{name: "1", label: 一}]', '"3"', "default 填不进去：没有编号为“3”的选项"),
    ("name: a, label: 甲, type: attachment, default: 照片.jpg", "照片.jpg", "default 填不进去：附件要从文件登记"),
    ("name: a, label: 甲, type: note, default: x", "x}", "这种题型不能有 default"),
    ("name: a, label: 甲, type: calculate, calculation: 1 + 1, default: x", "x}", "这种题型不能有 default"),
    ("name: a, label: 甲, type: calculate, calculation: 1 + 1, read_only: true", "true}", "这种题型不能有 read_only"),
    ("name: a, label: 甲, type: matrix, cell: {type: text}, rows: [{name: r, label: 行}], default: x", "x}", "这种题型不能有 default"),
    ("name: a, label: 甲, type: matrix, cell: {type: text}, rows: [{name: r, label: 行}], prefill: who", "who}", "这种题型不能有 prefill"),
    ("name: a, label: 甲, type: roster, questions: [{name: f, label: 栏, type: text}], prefill: who", "who}", "这种题型不能有 prefill"),
    ("name: a, label: 甲, type: roster, questions: [{name: f, label: 栏, type: text, prefill: who}]", "who}", "名册里的栏目不能有 prefill，请用 default"),
    ("name: a, label: 甲, type: roster, questions: [{name: f, label: 栏, type: integer, default: x}]", "x}", "default 填不进去"),
    ("name: a, label: 甲, type: text, prefill: nobody", "nobody", "“nobody”不在可用的值里"),
    ("name: a, label: 甲, type: text, prefill: who, default: x", "x}", "default 和 prefill 只能写一个"),
    ("name: a, label: 甲, type: month, prefill: today", "today", "today 只能填进日期题或文字题"),
    ("name: a, label: 甲, type: text, read_only: true", "true}", "没有 default 或 prefill，read_only 的题目永远填不上"),
]  # fmt: skip


@pytest.mark.parametrize(("question", "needle", "says"), WRONG)
def test_a_beginning_that_cannot_be_is_refused_at_load(faults: Load, question: str, needle: str, says: str) -> None:
    text = questions(question)
    (problem,) = faults(text)
    assert says in problem.message
    at = text.index(needle)
    assert (problem.line, problem.column) == (text.count("\n", 0, at) + 1, at - text.rfind("\n", 0, at))
