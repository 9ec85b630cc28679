"""Registers in the store: definitions with their faults told, forged histories refused, damage found, everything rescued."""

from __future__ import annotations

import shutil
import sqlite3
from collections.abc import Callable
from contextlib import closing
from dataclasses import replace
from pathlib import Path

import pytest
from registering import HULAN, Desk

from surveys.content import content_digest
from surveys.doctor import examine
from surveys.history import Event, Kind
from surveys.loading import LoadErrors, library
from surveys.register import worklists
from surveys.register.keeping import case_of, install_register, receive_case, register_of, unlike
from surveys.register.loading import load_register, shipped
from surveys.register.narration import history_lines
from surveys.rescue import rescue
from surveys.store import Store
from surveys.store_format import VERSION
from surveys.troubles import DamagedError, StoreError

MakeDesk = Callable[..., Desk]
PROBLEMS = library("problems").read_text("utf-8")
WISHES = library("wishes").read_text("utf-8")

# ── definitions ───────────────────────────────────────────────────────────────────────

FAULTS = [
    # what is changed in the wishes · the line it stands in · what is said
    ("next: [{to: \"2\"}, {to: \"9\"}]}", "next: [{to: \"7\"}, {to: \"9\"}]}", "没有名为“7”的状态"),
    ("fields:\n      - {name: wish,", "fields:\n      - {name: kind,", "字段名称“kind”重复"),
    ("requires: [reviewer]", "requires: [reviewr]", "没有名为“reviewr”的字段，是不是“reviewer”？"),
    ("days: fulfil_days", "days: fulfill_days", "没有名为“fulfill_days”的参数，是不是“fulfil_days”？"),
    ("dated: fulfilled_on}", "dated: wish}", "“wish”不是日期（date），不能在这里用。"),
    ("choices: kind, always", "choices: kinds, always", "没有名为“kinds”的编码表，是不是“kind”？"),
    ("opens_at: \"1\"", "opens_at: \"0\"", "没有名为“0”的状态"),
    ("opens_at: \"1\"", "answered_at: \"60\"\n    opens_at: \"1\"", "没有名为“60”的状态"),
    ("phase: done,", "phase: finished,", "不在可用的值里"),
    ("requires: [wish, kind", "require: [wish, kind", "不认识的键“require”，是不是“requires”？"),
    ("type: date, label: 实现日期", "type: day, label: 实现日期", "不认识的题型“day”"),
    ("requires: [talked_on, due], dated: talked_on, deadlines: [{field: due, days: fulfil_days}], next: [{to: \"4\"}, {to: \"9\"}]", "requires: [talked_on], next: [{to: \"2\"}]", "没有任何路可以到达。"),
    ("prefix: W", "prefix: 心", "不能作名称"),
    ("review_days: 7", "review_days: 七", "应为整数"),
    ("registered: collected_on", "registered: kind", "“kind”不是日期（date），不能在这里用。"),
]  # fmt: skip


@pytest.mark.parametrize(("old", "new", "words"), FAULTS, ids=[words[:16] for *_, words in FAULTS])
def test_a_wrong_definition_is_told_with_its_line(tmp_path: Path, old: str, new: str, words: str) -> None:
    assert old in WISHES
    path = tmp_path / "wishes.yaml"
    path.write_text(WISHES.replace(old, new, 1), "utf-8")
    with pytest.raises(LoadErrors) as caught:
        load_register(path)
    told = {problem.line: problem.message for problem in caught.value.problems}
    (line,) = [line for line, message in told.items() if words in message]
    where = WISHES[: WISHES.index(old)].count("\n") + 1 + old.count("\n") + ("重复" in words)  # named at the second one
    assert line == where or "到达" in words


def test_a_status_without_a_way_out_and_an_automatic_circle_are_told(tmp_path: Path) -> None:
    path = tmp_path / "problems.yaml"
    path.write_text(
        PROBLEMS.replace('        next: [{to: "40"}, {to: "50"}]\n      - code: "80"', '      - code: "80"'), "utf-8"
    )
    with pytest.raises(LoadErrors, match="状态“75 重新办理”走不到办结：请在 next 里写明下一步。"):
        load_register(path)
    path.write_text(
        PROBLEMS.replace(
            "        deadlines: [{field: follow_up_due", '        then: "60"\n        deadlines: [{field: follow_up_due'
        ),
        "utf-8",
    )
    with pytest.raises(LoadErrors, match="绕成了圈"):
        load_register(path)


def test_the_shipped_definitions_are_what_their_json_says() -> None:
    for name in ("problems", "wishes"):
        register = shipped(name)
        assert type(register).from_json(register.canonical_json()) == register
        assert register.digest() != register.model_copy(update={"version": "x"}).digest()


def test_an_office_may_change_the_codes_and_older_cases_stay_readable(make_desk: MakeDesk, tmp_path: Path) -> None:
    desk = make_desk("王五", 0)
    ident = desk.issue(urgency="1")
    path = tmp_path / "problems.yaml"
    changed = PROBLEMS.replace('{name: "108", label: 招聘年龄条件偏严', '{name: "108", label: 招聘年龄')
    changed = (
        changed.replace("      - {name: urgency, type: select_one, label: 紧急程度, choices: urgency}\n", "")
        .replace("asks: [detail, urgency, scope", "asks: [detail, scope")
        .replace("level: {field: d_level}, urgency: {field: d_urgency}", "level: {field: d_level}")
    )
    path.write_text(changed.replace('version: "2022.11"', 'version: "2023"'), "utf-8")
    install_register(desk.store, load_register(path))
    assert register_of(desk.store).version == "2023"
    case = case_of(desk.store, ident)
    assert case.value("urgency") == "1"
    text = " ".join(line.text for line in history_lines(case))
    assert "招聘年龄" in text
    assert not desk.store.conn.execute("SELECT count(*) FROM case_values WHERE cell = 'urgency'").fetchone()[0]
    assert not unlike(desk.store, ident)


# ── taken in ──────────────────────────────────────────────────────────────────────────


def other_case(events: list[Event]) -> list[Event]:
    return [replace(events[0], id="x"), *events[1:]]


FORGED = [
    ("changed", lambda e: [*e[:-1], replace(e[-1], value="别的")], "矛盾"),
    ("without its beginning", lambda e: e[1:], "不完整或读不懂"),
    ("two beginnings", lambda e: [*e, replace(e[0], id="x")], "不完整或读不懂"),
    ("of an interview", lambda e: [*e, replace(e[-1], id="x", kind=Kind.ANSWERED)], "不完整或读不懂"),
    ("of another case", lambda e: [*e, replace(e[-1], id="x", interview="y")], "混入了别的记录"),
    ("another first id", other_case, "混入了别的记录"),
    ("of no register", lambda e: [replace(e[0], value="nothing/issue"), *e[1:]], "没有登记簿“nothing”的定义"),
    ("of no type", lambda e: [replace(e[0], value="problems/none"), *e[1:]], "不完整或读不懂"),
    ("in a circle", lambda e: [replace(e[0], parents=(e[1].id,)), *e[1:]], "不完整或读不懂"),
]  # fmt: skip


@pytest.mark.parametrize(("forge", "words"), [case[1:] for case in FORGED], ids=[case[0] for case in FORGED])
def test_a_forged_history_is_refused_whole(
    make_desk: MakeDesk, forge: Callable[[list[Event]], list[Event]], words: str
) -> None:
    team, office = make_desk("张三", 1), make_desk("王五", 0)
    ident = team.issue()
    if words == "矛盾":
        office.takes(team)
    before = content_digest(office.store)
    events = forge(sorted(team.store.events(ident), key=lambda event: event.seq))
    with pytest.raises(StoreError, match=words):
        receive_case(office.store, ident, events)
    assert content_digest(office.store) == before


def test_an_interview_takes_no_event_of_a_case(make_desk: MakeDesk) -> None:
    team, office = make_desk("张三", 1), make_desk("王五", 0)
    recorder = team.interview(HULAN)
    events = team.store.events(recorder.interview.id)
    stray = replace(events[-1], id="x", kind=Kind.CASE_SET, cell="reply", value="混入")
    with pytest.raises(StoreError, match="混入了别的"):
        office.store.receive(recorder.interview.id, [*events, stray])


# ── damage ────────────────────────────────────────────────────────────────────────────


def test_the_doctor_finds_a_case_whose_rows_are_not_what_its_history_says(make_desk: MakeDesk) -> None:
    desk = make_desk("张三", 1)
    ident = desk.issue()
    path = desk.store.path
    with desk.store.transaction():
        row = worklists.cases(desk.store)[0]
        desk.store.put("cases", row._replace(status="80", phase="done", settled=1))
    assert unlike(desk.store, ident)
    desk.store.close()
    assert examine(path).unlike == ("登记 G1-230111-0001：目录里的内容与记录不符。",)


def test_the_doctor_is_content_with_what_the_registrar_wrote(make_desk: MakeDesk) -> None:
    desk = make_desk("张三", 1)
    desk.registrar.follow_up(desk.answered(), satisfaction="1")
    desk.store.close()
    found = examine(desk.store.path)
    assert found.well
    assert found.clock == ()


def test_a_changed_row_of_a_case_is_told_at_opening(make_desk: MakeDesk) -> None:
    desk = make_desk("张三", 1)
    desk.issue()
    desk.store.close()
    with closing(sqlite3.connect(desk.store.path)) as connection:
        connection.execute("UPDATE case_values SET value = '109' WHERE cell = 'category'")
        connection.commit()
    with pytest.raises(DamagedError, match="登记内容"):
        Store(desk.store.path)


def test_cases_and_definitions_are_rescued(make_desk: MakeDesk, tmp_path: Path) -> None:
    desk = make_desk("张三", 1)
    desk.answered()
    install_register(desk.store, shipped("problems").model_copy(update={"version": "自定"}))
    before = content_digest(desk.store)
    desk.store.close()
    saved = rescue(desk.store.path, tmp_path / "saved" / "zoufang.db", [])
    assert saved.lost == ()
    with Store(saved.path) as store:
        assert content_digest(store) == before
        assert register_of(store).version == "自定"


def test_a_store_of_before_there_were_registers_gets_them(make_desk: MakeDesk, tmp_path: Path) -> None:
    desk = make_desk("张三", 1)
    recorder = desk.interview(HULAN)
    desk.store.close()
    old = tmp_path / "old" / "zoufang.db"
    old.parent.mkdir()
    shutil.copy(desk.store.path, old)
    with closing(sqlite3.connect(old)) as connection:
        for table in ("registers", "cases", "case_values", "candidates", "collected"):
            connection.execute(f"DROP TABLE {table}")
        connection.execute("DELETE FROM _sqlite_migrations WHERE name = 'm008_registers'")
        connection.execute(f"PRAGMA user_version = {VERSION - 1}")
        connection.commit()
    with Store(old) as store:
        assert Desk(store, "张三", 1).issue()
        assert store.interview(recorder.interview.id).unit == HULAN
