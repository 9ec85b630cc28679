"""The store loses nothing it acknowledged, holds one truth, and comes out the same however histories arrive."""

from __future__ import annotations

import hashlib
import os
import random
import signal
import sqlite3
import stat
import time
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from samples import NASTY, SMALL, Edits, Hand, all_effective, form_of, numbers, survey_of
from sqlite_utils.db import Database

from surveys import schema
from surveys.acts import Actor
from surveys.answers import Status
from surveys.content import content_digest
from surveys.form import Form
from surveys.frame import Team, Unit
from surveys.history import Event, Kind
from surveys.interview import Interview
from surveys.recording import Recorder
from surveys.store import Store, StoreError, SurveyHeading
from surveys.store_format import VERSION

NASTY_FORM = form_of(NASTY)
ACTOR = Actor("张三", 1, "k1")


def answers_table(store: Store, interview: str) -> dict[str, tuple[str, str, int]]:
    sql = "SELECT cell, value, status, conflict FROM answers WHERE interview = ?"
    return {cell: (value, status, conflict) for cell, value, status, conflict in store.conn.execute(sql, [interview])}


def expected_table(interview: Interview) -> dict[str, tuple[str, str, int]]:
    disputed = {cell for kind, cell in interview.conflicts if kind == Kind.ANSWERED}
    blank = dict.fromkeys(disputed, ("", "empty", 1))
    return blank | {
        cell: (answer.value, str(answer.status), int(cell in disputed))
        for cell, answer in all_effective(interview).items()
    }


# ── opening ───────────────────────────────────────────────────────────────────────────


def test_the_settings_that_make_an_answer_durable_hold(store: Store) -> None:
    wanted = {
        "journal_mode": "wal",
        "synchronous": 2,
        "locking_mode": "exclusive",
        "foreign_keys": 1,
        "trusted_schema": 0,
    }
    assert {name: store.conn.execute(f"PRAGMA {name}").fetchone()[0] for name in wanted} == wanted


def test_a_setting_that_does_not_take_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    real = Store._pragma
    monkeypatch.setattr(Store, "_pragma", lambda self, name: 1 if name == "synchronous" else real(self, name))
    with pytest.raises(StoreError, match="synchronous 没有生效，不能保证答案安全"):
        Store(tmp_path / "zoufang.db")


def test_every_table_is_strict_and_a_number_stays_the_text_it_was(store: Store) -> None:
    conn = store.conn
    names = [
        row[0]
        for row in conn.execute(
            # not the search index and its shadows, which SQLite itself makes
            "SELECT name FROM pragma_table_list WHERE type = 'table' AND schema = 'main'"
            " AND name NOT LIKE '\\_%' ESCAPE '\\' AND name NOT LIKE 'sqlite\\_%' ESCAPE '\\'"
        )
    ]
    assert {
        name for name in names if not conn.execute(f"SELECT strict FROM pragma_table_list('{name}')").fetchone()[0]
    } == set()
    store.set_settings(code="007", big="1e3")
    assert (store.setting("code"), store.setting("big")) == ("007", "1e3")


def test_a_second_window_is_refused_with_a_sentence_and_may_open_when_the_first_is_closed(store: Store) -> None:
    store.set_settings(member="张三")
    started = time.monotonic()
    sentence = (
        rf"正在另一个窗口中使用（录入人 张三，\d\d月\d\d日 \d\d:\d\d 打开，进程 {os.getpid()}）。请先关掉那个窗口"
    )
    with pytest.raises(StoreError, match=sentence):
        Store(store.path)
    assert time.monotonic() - started < 2
    store.close()
    Store(store.path).close()


def test_a_newer_file_is_left_alone(store: Store) -> None:
    store.conn.execute("PRAGMA user_version = 99")
    store.close()
    before = store.path.read_bytes()
    with pytest.raises(StoreError, match=r"更新的程序建立的（结构版本 99，本程序 \d+），请升级"):
        Store(store.path)
    assert store.path.read_bytes() == before


@pytest.mark.parametrize("version", [0, 1])
def test_another_programs_database_is_left_exactly_as_it_is(tmp_path: Path, version: int) -> None:
    path = tmp_path / "other.db"
    with sqlite3.connect(path) as conn:
        conn.execute("CREATE TABLE photos (id)")
        conn.execute(f"PRAGMA user_version = {version}")
    conn.close()
    before = path.read_bytes()
    with pytest.raises(StoreError, match="不是走访的数据文件"):
        Store(path)
    assert path.read_bytes() == before
    assert sorted(file.name for file in tmp_path.iterdir()) == ["other.db"]


@pytest.mark.parametrize("content", ["这是一份笔记。\n" * 200, "SQLite format 3\0" + "x" * 5000])
def test_a_file_that_is_no_database_is_left_exactly_as_it_is(tmp_path: Path, content: str) -> None:
    path = tmp_path / "notes.db"
    path.write_text(content)
    with pytest.raises(StoreError, match="的结构已损坏。没有改动它，请不要删除"):
        Store(path)
    assert path.read_text() == content


def test_a_folder_that_is_a_file_and_a_file_that_is_a_folder_are_said_in_chinese(tmp_path: Path) -> None:
    (tmp_path / "full locked").write_text("x")
    with pytest.raises(StoreError, match="full locked 不是文件夹"):
        Store(tmp_path / "full locked" / "zoufang.db")
    (tmp_path / "zoufang.db").mkdir()
    with pytest.raises(StoreError, match="不能写入，请换一个数据文件夹"):
        Store(tmp_path / "zoufang.db")


@pytest.mark.skipif(os.geteuid() == 0, reason="root may write into read-only folders")
@pytest.mark.parametrize("protected", ["folder", "file"])
def test_a_read_only_folder_or_file_is_named(store: Store, protected: str) -> None:
    store.close()
    place = store.path.parent if protected == "folder" else store.path
    mode = place.stat().st_mode
    place.chmod(mode & ~(stat.S_IWUSR | stat.S_IWGRP | stat.S_IWOTH))
    try:
        with pytest.raises(StoreError, match="不能写入，请换一个数据文件夹，或解除只读"):
            Store(store.path)
    finally:
        place.chmod(mode)


@pytest.mark.parametrize(
    ("error", "says"),
    [
        (sqlite3.OperationalError("attempt to write a readonly database"), "不能写入"),
        (sqlite3.OperationalError("database or disk is full"), "磁盘已满，刚才这一步没有保存；以前的答案都在"),
        (sqlite3.OperationalError("database is locked"), "另一个窗口"),
        (sqlite3.DatabaseError("database disk image is malformed"), "已损坏"),
        (OSError(28, "No space left on device", "/x"), "磁盘已满"),
        (OSError(30, "Read-only file system", "/x"), "不能写入"),
        (PermissionError(13, "Permission denied", "/full/locked"), "不能写入"),
        (OSError(5, "Input/output error", "/full"), "系统错误 5"),
    ],
)
def test_what_the_system_says_becomes_a_sentence(store: Store, error: Exception, says: str) -> None:
    with pytest.raises(StoreError, match=says) as caught, store.transaction():
        raise error
    assert caught.value.message.endswith("。")
    assert caught.value.__cause__ is error


def test_a_full_disk_leaves_what_was_there_and_writing_goes_on_when_there_is_room(store: Store, small: Form) -> None:
    recorder = Recorder.start(store, small, "230111", ACTOR)
    pages = store.conn.execute("PRAGMA page_count").fetchone()[0]
    store.conn.execute(f"PRAGMA max_page_count = {pages}")
    written: list[str] = []

    def fill_the_disk() -> None:
        for number in range(10_000):
            recorder.remark("chair", "满" * 900 + str(number))
            written.append(recorder.interview.remark("chair"))

    with pytest.raises(StoreError, match="磁盘已满"):
        fill_the_disk()
    assert recorder.interview.remark("chair") == written[-1] == "满" * 900 + str(len(written) - 1)
    assert store.interview(recorder.interview.id).remark("chair") == recorder.interview.remark("chair")
    store.conn.execute(f"PRAGMA max_page_count = {pages + 100}")
    recorder.remark("chair", "有空间了")
    assert store.interview(recorder.interview.id).remark("chair") == "有空间了"


def test_a_reopened_store_knows_its_device_and_goes_on_counting(store: Store, small: Form) -> None:
    device = store.setting("device_id")
    recorder = Recorder.start(store, small, "230111", Actor("张三", 1, device))
    recorder.answer("chair", "1")
    last = max(event.seq for event in recorder.interview.events)
    store.close()
    with Store(store.path) as again:
        assert again.setting("device_id") == device
        assert len(device) == 32
        assert again.next_seq() == last + 1


# ── transactions ──────────────────────────────────────────────────────────────────────


def test_a_transaction_is_all_or_nothing(store: Store) -> None:
    def interrupted() -> None:
        with store.transaction():
            store.set_settings(one="1")
            store.set_settings(two="2")
            raise RuntimeError

    with pytest.raises(RuntimeError):
        interrupted()
    assert (store.setting("one"), store.setting("two")) == ("", "")
    with store.transaction():
        store.set_settings(one="1")
    assert store.setting("one") == "1"


def test_the_check_sees_two_writes_that_are_not_one(store: Store) -> None:
    """`with db.conn` around sqlite-utils writes: the first survives the exception (measured.md)."""

    def interrupted() -> None:
        with store.conn:
            store.db["settings"].insert({"name": "one", "value": "1"})  # type: ignore[union-attr]
            raise RuntimeError

    with pytest.raises(RuntimeError):
        interrupted()
    assert store.setting("one") == "1"


def test_an_inner_transaction_that_fails_takes_the_outer_with_it(store: Store) -> None:
    def contradicting() -> None:
        with store.transaction():
            store.set_settings(one="1")
            with store.transaction():
                store.conn.execute("INSERT INTO settings VALUES ('one', '2')")

    with pytest.raises(StoreError):
        contradicting()
    assert store.setting("one") == ""


def test_nothing_of_a_failed_append_stays(store: Store, small: Form) -> None:
    recorder = Recorder.start(store, small, "230111", ACTOR)
    before = (store.history_digest(), answers_table(store, recorder.interview.id), store.interviews())
    store.conn.execute("CREATE TEMP TRIGGER t BEFORE INSERT ON answers BEGIN SELECT raise(ABORT, 'disk full'); END")
    with pytest.raises(StoreError, match="磁盘已满"):
        recorder.answer("chair", "1")
    assert (store.history_digest(), answers_table(store, recorder.interview.id), store.interviews()) == before


# ── what it holds ─────────────────────────────────────────────────────────────────────


def test_installing_twice_changes_nothing(store: Store, small: Form) -> None:
    before = (store.units(), store.teams(), store.survey_heading(), store.survey_digest())
    store.install(small.survey, store.units(), store.teams())
    assert (store.units(), store.teams(), store.survey_heading(), store.survey_digest()) == before
    assert store.survey_heading() == SurveyHeading("sample", "1", "样例问卷", small.digest)


def test_units_are_listed_in_the_order_of_the_frame_and_by_team(store: Store) -> None:
    assert [unit.name for unit in store.units()] == ["哈尔滨市呼兰区", "佳木斯市向阳区"]
    assert [unit.code for unit in store.units(2)] == ["230803"]
    assert store.units(9) == []
    assert store.teams() == [Team(1, "第1组"), Team(2, "第2组")]


def test_every_definition_that_was_used_stays_readable(store: Store, small: Form) -> None:
    newer = survey_of(SMALL.replace('version: "1"', 'version: "2"'))
    store.install(newer, [], [])
    assert store.survey_heading().version == "2"
    assert store.form().digest == newer.digest()
    assert store.form(small.digest).digest == small.digest
    assert store.form() is store.form()
    with pytest.raises(KeyError):
        store.definition_json("unknown")


def test_interviews_are_listed_by_team_and_the_unknown_is_unknown(store: Store, small: Form) -> None:
    first = Recorder.start(store, small, "230111", ACTOR).interview.id
    second = Recorder.start(store, small, "230803", ACTOR).interview.id
    assert [row.id for row in store.interviews()] == sorted([first, second])
    assert [row.id for row in store.interviews(2)] == [second]
    assert store.interview_row("unknown") is None
    with pytest.raises(KeyError):
        store.interview("unknown")
    assert store.events("unknown") == []


def test_drafts_are_kept_and_forgotten(store: Store) -> None:
    store.save_draft("i1", "q", "正在打")
    store.save_draft("i1", "q", "正在打字")
    assert (store.draft("i1", "q"), store.draft("i1", "p")) == ("正在打字", "")
    assert (store.drafts("i1"), store.drafts("i2")) == ({"q": "正在打字"}, {})
    store.save_draft("i1", "q", "")
    assert store.draft("i1", "q") == ""


def test_merged_workbooks_are_remembered(store: Store) -> None:
    assert not store.workbook_known("abc")
    store.record_workbook("abc", "第1组.xlsx", 1, "k1", "x1", "{}")
    store.record_workbook("abc", "第1组(1).xlsx", 1, "k1", "x1", "{}")
    assert store.workbook_known("abc")
    assert [row["name"] for row in store.workbooks()] == ["第1组(1).xlsx"]


# ── the answers table is what the interview says ──────────────────────────────────────


class Clerk:
    """Carries random edits into a store through the only way answers are made."""

    def __init__(self, store: Store, form: Form) -> None:
        self.store, self.edits = store, Edits()
        self.recorder = Recorder.start(store, form, "230111", ACTOR)

    def do(self, step: tuple[int, int, int]) -> None:
        recorder, event = self.recorder, self.edits.make(self.recorder.interview, step)
        match event.kind:
            case Kind.ANSWERED if event.cell in ("venues", "f"):
                recorder.say_nothing(event.cell, event.status is Status.NOT_APPLICABLE)
            case Kind.ANSWERED if event.status.missing:
                recorder.set_status(event.cell, event.status)
            case Kind.ROW_ADDED:
                roster = event.cell.partition("[")[0]
                if len(recorder.interview.rows(roster)) < 3:
                    recorder.add_row(roster)
            case Kind.ROW_REMOVED:
                recorder.remove_row(*event.cell.rstrip("]").split("["))
            case Kind.WARNING_PASSED:
                recorder.pass_warning(event.cell, event.note)
            case Kind.ANSWERED:
                recorder.answer_many({event.cell: event.value})
            case _:
                recorder.undo()


@settings(deadline=None, max_examples=15, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(seed=st.integers(0, 10**6))
def test_after_any_recording_the_answers_table_is_what_the_interview_says(
    tmp_path_factory: pytest.TempPathFactory, seed: int
) -> None:
    from surveys.text import Refusal

    with Store(tmp_path_factory.mktemp("store") / "zoufang.db") as store:
        store.install(NASTY_FORM.survey, [], [])
        clerk = Clerk(store, NASTY_FORM)
        ident = clerk.recorder.interview.id
        for step in numbers(seed, 40):
            try:
                clerk.do(step)
            except Refusal:
                continue
            interview = clerk.recorder.interview
            assert answers_table(store, ident) == expected_table(interview)
        row = store.interview_row(ident)
        assert row is not None
        assert (row.done, row.total) == (interview.progress().done, interview.progress().total)
        assert (row.errors, row.stage, row.conflicts) == (interview.error_count, interview.stage, 0)
        assert all_effective(store.interview(ident)) == all_effective(interview)


# ── receiving ─────────────────────────────────────────────────────────────────────────


def diverged_history(seed: int) -> list[Event]:
    """One interview as two laptops and an office went on with it: branches, meetings, decisions."""
    dice = random.Random(seed)
    start = Hand("k0").opened(NASTY_FORM)
    sides: list[dict[str, Event]] = [{start.id: start} for _ in range(2)]
    edits = [Edits(Hand(f"k{n + 1}")) for n in range(2)]
    for step in numbers(seed, 30):
        side = dice.randrange(2)
        if dice.random() < 0.1:
            sides[side] |= sides[1 - side]
        interview = Interview(NASTY_FORM, sides[side].values())
        edits[side].hand.count += 1
        event = edits[side].make(interview, step)
        sides[side][event.id] = event
    return list((sides[0] | sides[1]).values())


def with_ancestors(events: list[Event], chosen: set[str]) -> list[Event]:
    """The chosen events and all that they stand on: what a workbook would carry."""
    by_id = {event.id: event for event in events}
    found: dict[str, Event] = {}
    waiting = [*chosen, "i1"]
    while waiting:
        ident = waiting.pop()
        if ident not in found:
            found[ident] = by_id[ident]
            waiting += by_id[ident].parents
    return list(found.values())


def state_of(store: Store) -> tuple[object, ...]:
    rows = [row._replace(place="") for row in store.interviews()]
    return store.history_digest(), answers_table(store, "i1"), rows


@pytest.fixture
def offices(tmp_path: Path) -> Iterator[Callable[[], Store]]:
    """Fresh office stores with the nasty form."""
    made: list[Store] = []

    def make() -> Store:
        store = Store(tmp_path / f"office{len(made)}" / "zoufang.db")
        store.install(NASTY_FORM.survey, [], [])
        made.append(store)
        return store

    yield make
    for store in made:
        store.close()


@settings(deadline=None, max_examples=10, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(seed=st.integers(0, 10**6), parts=st.integers(1, 4), whole=st.booleans())
def test_histories_may_arrive_in_any_parts_and_order_and_however_often(
    offices: Callable[[], Store], seed: int, parts: int, whole: bool
) -> None:
    events, dice = diverged_history(seed), random.Random(seed)
    direct, other = offices(), offices()
    direct.receive("i1", events)
    piles: list[set[str]] = [set() for _ in range(parts)]
    for event in events:
        piles[dice.randrange(parts)].add(event.id)
    opened = [event for event in events if event.kind is Kind.OPENED]
    deliveries = [
        with_ancestors(events, pile)
        if whole
        else opened + [event for event in events if event.id in pile and event not in opened]
        for pile in piles
    ]
    deliveries += dice.sample(deliveries, len(deliveries) // 2)
    dice.shuffle(deliveries)
    for delivery in deliveries:
        dice.shuffle(delivery)
        other.receive("i1", delivery)
    assert state_of(other) == state_of(direct)
    assert answers_table(other, "i1") == expected_table(Interview(NASTY_FORM, events))
    assert other.receive("i1", events).outcome == "known"
    assert state_of(other) == state_of(direct)


def test_the_comparison_of_offices_sees_a_missing_event(offices: Callable[[], Store]) -> None:
    events = diverged_history(1)
    direct, other = offices(), offices()
    direct.receive("i1", events)
    last = max((event for event in events if event.kind is Kind.ANSWERED), key=lambda event: event.id)
    other.receive("i1", [event for event in events if event is not last])
    assert state_of(other) != state_of(direct)


def small_history(small: Form) -> tuple[Hand, Event, Event]:
    hand = Hand()
    opened = hand.opened(small)
    return hand, opened, hand.event([opened.id], Kind.ANSWERED, "chair", "1")


def test_receiving_says_whether_it_was_new_known_advanced_or_diverged(store: Store, small: Form) -> None:
    hand, opened, first = small_history(small)
    second = hand.event([first.id], Kind.ANSWERED, "filler", "张三")
    aside = Hand("k2").event([first.id], Kind.ANSWERED, "filler", "李四")
    told = [
        store.receive("i1", [opened, first]),
        store.receive("i1", [opened]),
        store.receive("i1", [second, first, opened]),
        store.receive("i1", [second, first, opened]),
        store.receive("i1", [opened, first, aside]),
    ]
    assert [(one.outcome, one.added, one.conflicts) for one in told] == [
        ("new", 2, 0),
        ("known", 0, 0),
        ("advanced", 1, 0),
        ("known", 0, 0),
        ("diverged", 1, 1),
    ]
    assert answers_table(store, "i1")["filler"][2] == 1
    assert answers_table(store, "i1")["chair"] == ("1", "answered", 0)
    row = store.interview_row("i1")
    assert row is not None
    assert (row.conflicts, row.unit, row.device) == (1, "230102", "k1")


def test_a_conflict_is_decided_by_answering_even_with_the_answer_shown(store: Store, small: Form) -> None:
    _, opened, first = small_history(small)
    store.receive("i1", [opened, first, Hand("k2").event([opened.id], Kind.ANSWERED, "chair", "2")])
    recorder = Recorder.resume(store, "i1", ACTOR)
    shown = recorder.interview.answer("chair").value
    recorder.answer("chair", shown)
    assert recorder.interview.conflicts == {}
    assert answers_table(store, "i1") == expected_table(recorder.interview)
    assert answers_table(store, "i1")["chair"] == (shown, "answered", 0)
    assert store.interview("i1").conflicts == {}


FORGED = [
    ("another content under a known id", lambda o, f: [o, replace(f, value="2")]),
    ("another note under a known id", lambda o, f: [o, replace(f, note="改过")]),
    ("an event of another interview", lambda o, f: [o, f, replace(f, id="x", interview="i2")]),
    ("a second beginning", lambda o, f: [o, f, replace(o, id="x")]),
    ("a ring of parents", lambda o, f: [o, f, replace(f, id="x", parents=("y",)), replace(f, id="y", parents=("x",))]),
    ("an address that is none", lambda o, f: [o, f, replace(f, id="x", parents=(f.id,), cell="[[")]),
    ("a number that is none", lambda o, f: [o, f, replace(f, id="x", parents=(f.id,), cell="staff_count", value="三")]),
]


@pytest.mark.parametrize("forge", [case[1] for case in FORGED], ids=[case[0] for case in FORGED])
def test_a_forged_history_is_refused_and_changes_nothing(
    store: Store, small: Form, forge: Callable[[Event, Event], list[Event]]
) -> None:
    _, opened, first = small_history(small)
    store.receive("i1", [opened, first])
    before = state_of(store)
    with pytest.raises(StoreError, match="没有并入，请向该组索要原文件"), store.transaction():
        store.receive("i1", forge(opened, first))
    assert state_of(store) == before


def test_a_history_without_its_beginning_is_refused(store: Store, small: Form) -> None:
    _, _, first = small_history(small)
    with pytest.raises(StoreError, match="不完整"):
        store.receive("i1", [first])


def test_an_event_of_another_interview_is_another_event_whatever_its_id(tmp_path: Path, small: Form) -> None:
    """Whoever forges ids keeps nobody's answers out, and the order of arrival decides nothing."""
    _, opened, first = small_history(small)
    forged = [Hand(ident="i2").opened(small), replace(first, interview="i2", parents=("i2",), value="别的")]
    arriving = {"i1": [opened, first], "i2": forged}
    digests = set()
    for order in (["i1", "i2"], ["i2", "i1"]):
        with Store(tmp_path / f"{order[0]}.db") as store:
            store.install(small.survey, [], [])
            for ident in order:
                assert store.receive(ident, arriving[ident]).outcome == "new"
            assert {ident: {*store.events(ident)} for ident in order} == {i: {*sent} for i, sent in arriving.items()}
            digests.add(content_digest(store))
    assert len(digests) == 1


def test_a_history_of_an_unknown_definition_is_a_key_error(store: Store) -> None:
    opened = Hand().opened(NASTY_FORM)
    with pytest.raises(KeyError):
        store.receive("i1", [opened])
    assert store.events("i1") == []


# ── kill -9 ───────────────────────────────────────────────────────────────────────────


def record_until_killed(path: Path, interview: str, pipe: int, *, early: bool) -> None:
    """What a child process does: record answers, acknowledge each; with `early`, before they are durable."""
    with Store(path) as store:
        recorder = Recorder.resume(store, interview, ACTOR)
        number = int(recorder.interview.kept("staff_count").value or "0") + 1

        def burst() -> None:
            nonlocal number
            for _ in range(40):
                recorder.answer("staff_count", str(number % 200))
                recorder.remark("staff_count", str(number))
                os.write(pipe, f"{number}\n".encode())
                number += 1

        while True:
            if early:
                with store.transaction():
                    burst()
            else:
                burst()


def lost_after_kills(path: Path, kills: int, *, early: bool) -> int:
    """How many of the kills lost something that had been acknowledged."""
    with Store(path) as store:
        store.install(survey_of(SMALL), [], [])
        interview = Recorder.start(store, store.form(), "230111", ACTOR).interview.id
    dice, lost = random.Random(5), 0
    for _ in range(kills):
        reading, writing = os.pipe()
        child = os.fork()
        if child == 0:
            try:
                record_until_killed(path, interview, writing, early=early)
            finally:
                os._exit(1)
        os.close(writing)
        acknowledged = os.read(reading, 100)  # recording has begun
        time.sleep(dice.uniform(0.0, 0.06))
        os.kill(child, signal.SIGKILL)
        os.waitpid(child, 0)
        while more := os.read(reading, 65536):
            acknowledged += more
        os.close(reading)
        last = int(acknowledged.splitlines()[-1])
        with Store(path) as store:
            assert store.conn.execute("PRAGMA integrity_check").fetchone()[0] == "ok"
            found = store.interview(interview)
            assert answers_table(store, interview) == expected_table(found)
            lost += int(found.remark("staff_count") or "0") < last
    return lost


@pytest.mark.skipif(not hasattr(os, "fork"), reason="needs fork and SIGKILL")
def test_after_kill_9_every_acknowledged_answer_is_there(tmp_path: Path) -> None:
    assert lost_after_kills(tmp_path / "zoufang.db", 20, early=False) == 0


@pytest.mark.skipif(not hasattr(os, "fork"), reason="needs fork and SIGKILL")
def test_the_kill_test_sees_answers_acknowledged_before_they_are_durable(tmp_path: Path) -> None:
    assert lost_after_kills(tmp_path / "zoufang.db", 8, early=True) > 0


def test_a_history_digest_changes_with_every_event(store: Store, small: Form) -> None:
    empty = store.history_digest()
    assert empty == hashlib.sha256(b"").hexdigest()
    recorder = Recorder.start(store, small, "230111", ACTOR)
    begun = store.history_digest()
    recorder.answer("chair", "1")
    assert len({empty, begun, store.history_digest()}) == 3


def test_a_unit_has_its_place_in_the_frame() -> None:
    assert Unit("230111", "哈尔滨市", "呼兰区", "区").name == "哈尔滨市呼兰区"


def test_the_schema_version_counts_the_migrations() -> None:
    assert len(schema.migrations.pending(Database(memory=True))) == VERSION
