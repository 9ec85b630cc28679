"""An office's day in a real terminal, from the first start to the chase list, by the app alone; then it is recounted.

The recount reads the store with sqlite3, the workbooks with openpyxl, and nothing of this program.
"""

from __future__ import annotations

import json
import shutil
import sqlite3
from collections import defaultdict
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest
from openpyxl import load_workbook

from tests.tui.office_day import CLONED, TRUNCATED, TWICE, Day, make_day
from tests.tui.terminal import HAS_TMUX, Terminal

pytestmark = pytest.mark.skipif(not HAS_TMUX, reason="needs tmux")

INBOX, CONFLICTS, DUPLICATES, CORRECTIONS, REJECTED, LAPTOPS, COVERAGE = "1234567"


@pytest.fixture(params=[3, pytest.param(99, marks=pytest.mark.soak)], ids=["three_units_a_team", "all_units"])
def day(request: pytest.FixtureRequest, tmp_path: Path) -> Day:
    return make_day(tmp_path / "day", request.param)


@pytest.fixture
def terminal(day: Day) -> Iterator[Terminal]:
    with closing(Terminal(day.office, 120, 40)) as opened:
        yield opened


def escape(terminal: Terminal, text: str) -> None:
    """Back to the screen with this text."""
    terminal.press("escape")
    terminal.wait_until_still()  # a key that follows at once would make it Alt and that key
    terminal.wait_for(text)


def enter_desk(terminal: Terminal, number: str, text: str) -> None:
    terminal.wait_for("Enter 打开", "7 覆盖")
    terminal.press(number)
    terminal.wait_for(text)


def leave_desk(terminal: Terminal) -> None:
    escape(terminal, "7 覆盖")


def work_through(terminal: Terminal, day: Day) -> None:
    """What the person at the office does."""
    terminal.wait_for("第一次使用")
    terminal.press("0", "enter", *"省总台式机", "enter", *"汇总员", "enter")
    terminal.wait_for("完成 0/121", "F12 汇总")
    terminal.press("f12")

    enter_desk(terminal, INBOX, "新到 10/10")
    merge(terminal, "并入或已有0，没有并入10")  # nobody has been approved yet, and one is cut off
    leave_desk(terminal)

    enter_desk(terminal, LAPTOPS, "待认可 8/8")
    for left, team in enumerate((team for team in sorted(day.fingerprints) if team != TRUNCATED), 1):
        terminal.press("f10")
        terminal.wait_for("请对方念出12位指纹", f"第{team}组")
        terminal.press(*day.fingerprints[team], "enter")
        terminal.wait_for(f"待认可 {8 - left}/8")
    terminal.press("f7")
    terminal.wait_for("还没有交来的电脑")
    terminal.press(*day.fingerprints[TRUNCATED], "enter")
    terminal.wait_for("已预先认可")
    leave_desk(terminal)

    enter_desk(terminal, REJECTED, "传输不完整")
    terminal.press("f4")
    terminal.wait_for("已复制")
    leave_desk(terminal)
    shutil.copy(day.resent, day.inbox)  # the team sends it again

    enter_desk(terminal, INBOX, "新到 10/10")
    merge(terminal, f"并入或已有10，没有并入0，冲突{len(day.conflicts)}处，重复单位1个")
    leave_desk(terminal)

    enter_desk(terminal, CONFLICTS, "待裁定 1/1")
    terminal.wait_for("31 人", "32 人", f"第{CLONED}组 借用的人")
    terminal.press("3")
    terminal.wait_for("都不对，另填")
    terminal.press("3", "3", "enter")
    terminal.wait_for("每一处都裁定了")
    leave_desk(terminal)

    enter_desk(terminal, DUPLICATES, "待决定 1个单位")
    terminal.press("enter")
    terminal.wait_for("只留第1份", f"第{TWICE - 1}组")
    terminal.press("1")
    terminal.wait_for("为什么？")
    terminal.press(*"九组走错了县", "enter")
    terminal.wait_for("没有重复")
    leave_desk(terminal)

    enter_desk(terminal, CORRECTIONS, "待处理 2/2")
    terminal.press("1")
    terminal.wait_for("为什么采用")
    terminal.press("1")
    terminal.wait_for("处理了1处", "待处理 1/2")
    terminal.press("enter", "2")
    terminal.wait_for("为什么不采用")
    terminal.press("1")
    terminal.wait_for("待处理 0/2")
    leave_desk(terminal)

    enter_desk(terminal, COVERAGE, f"完成 {len(day.complete)}/121")
    terminal.press("f4")
    terminal.wait_for("催办名单已复制")
    leave_desk(terminal)
    escape(terminal, "F12 汇总")
    terminal.press("ctrl+q")
    terminal.wait_for_end()


def merge(terminal: Terminal, result: str) -> None:
    terminal.press("f10")
    terminal.wait_for("并入完毕", result, seconds=120)


# ── the recount ──


def answers_now(office: sqlite3.Connection) -> dict[str, dict[str, str]]:
    """Unit → what its standing interview says, replayed from the events by the plainest rule there is.

    Every cell here was decided in the end, so the event that no other of its cell knows of is the answer.
    """
    events = defaultdict(list)
    columns = "id, interview, parents, kind, cell, value, note, source, team FROM events"
    for row in office.execute(f"SELECT {columns} ORDER BY id"):
        events[row[1]].append(row)
    said: dict[str, dict[str, str]] = {}
    for history in events.values():
        parents = {row[0]: set(json.loads(row[2])) for row in history}
        known = {ident: ancestors(ident, parents) for ident in parents}
        if any(row[3] == "voided" for row in history):
            continue
        unit = next(row[4] for row in history if row[3] == "opened")
        assert unit not in said, "two interviews of one unit stand"
        said[unit] = {}
        for cell in {row[4] for row in history if row[3] == "answered"}:
            writers = [row for row in history if (row[3], row[4]) == ("answered", cell)]
            last = [row for row in writers if not any(row[0] in known[other[0]] for other in writers)]
            assert len({row[5] for row in last}) == 1, "something is still in conflict"
            said[unit][cell] = last[0][5]
    return said


def ancestors(ident: str, parents: dict[str, set[str]]) -> set[str]:
    found: set[str] = set()
    waiting = [*parents[ident]]
    while waiting:
        one = waiting.pop()
        if one not in found:
            found.add(one)
            waiting += parents[one]
    return found


def answers_in_workbooks(folder: Path) -> Iterator[tuple[str, str, str]]:
    """Team's file, unit code and number of people, from the sheet of codes of every workbook that was handed over."""
    for path in sorted(folder.glob("*.xlsx")):
        rows = [list(row) for row in load_workbook(path)["编码"].iter_rows(values_only=True)]
        head = next(row for row in rows if "people" in row)
        unit, people = next(n for n, name in enumerate(head) if name in ("unit", "unit_code")), head.index("people")
        for row in rows[rows.index(head) + 1 :]:
            if row[people] is not None:
                yield path.name, str(row[unit]), str(row[people])


def recount(day: Day, store: Path) -> None:
    """Compare a store with what the teams handed over and what was decided."""
    with closing(sqlite3.connect(f"{store.as_uri()}?mode=ro", uri=True)) as office:
        said = answers_now(office)
        stages = dict(office.execute("SELECT unit, stage FROM interviews WHERE stage != 'void'").fetchall())
        voided = office.execute("SELECT unit, team FROM interviews WHERE stage = 'void'").fetchall()
        notes = dict(office.execute("SELECT source, note FROM events WHERE team = 0 AND kind = 'answered'").fetchall())
        projected = dict(
            office.execute(
                "SELECT i.unit, a.value FROM answers a JOIN interviews i ON i.id = a.interview"
                " WHERE a.cell = 'people' AND i.stage != 'void'"
            ).fetchall()
        )
    # Every unit that a team surveyed is there once, at the stage its team left it.
    assert {unit for unit, stage in stages.items() if stage == "complete"} == day.complete
    assert {unit for unit, stage in stages.items() if stage == "draft"} == day.drafts
    assert voided == [(day.twice, TWICE)]
    # The number of people is the one in the workbooks, but for what was decided: one typed, one taken, one left.
    handed_over = defaultdict(set)
    for name, unit, people in answers_in_workbooks(day.inbox):
        handed_over[unit].add((name, people))
    (disputed,) = day.conflicts
    taken, left = day.edits  # in the order of the teams, which is that of the files
    expected = {unit: {people for _, people in found} for unit, found in handed_over.items()}
    assert expected[disputed] == set(day.conflicts[disputed])
    assert expected[taken] == {day.edits[taken][1]}
    assert expected[left] == {day.edits[left][1]}
    expected |= {disputed: {"33"}, left: {day.edits[left][0]}}
    expected[day.twice] -= {"7"}
    assert {unit: {cells["people"]} for unit, cells in said.items()} == expected
    assert projected == {unit: next(iter(people)) for unit, people in expected.items()}
    assert notes["裁定"] == "另填"
    assert any("编码!" in source and note == "电话核实过" for source, note in notes.items())


def spoilt(store: Path, sql: str) -> Path:
    """A copy of a store in which something is different."""
    copy = store.with_name("spoilt.db")
    shutil.copy(store, copy)
    with closing(sqlite3.connect(copy)) as connection:
        assert connection.execute(sql).rowcount == 1
        connection.commit()
    return copy


def test_the_day_is_done_from_the_app_alone_and_comes_out_as_recounted(day: Day, terminal: Terminal) -> None:
    work_through(terminal, day)
    store = day.office / "zoufang.db"
    recount(day, store)
    for sql in (  # negative controls: a decision that was lost, an answer that was swapped, a unit that is missing
        "DELETE FROM events WHERE source = '裁定' AND kind = 'answered'",
        "UPDATE events SET value = '9' WHERE id = (SELECT max(id) FROM events WHERE cell = 'people' AND team = 1)",
        "UPDATE interviews SET stage = 'draft' WHERE id = (SELECT max(id) FROM interviews WHERE stage = 'complete')",
    ):
        with pytest.raises(AssertionError):
            recount(day, spoilt(store, sql))
    # The truncated file lies aside with its reason, and the chase list names who is missing.
    (aside,) = (day.inbox / "未并入").glob("*.xlsx")
    assert aside.name == day.resent.name
    assert aside.read_bytes() == day.resent.read_bytes()[: aside.stat().st_size]
    (chase,) = (day.office / "导出").glob("催办名单_*.txt")
    head = chase.read_text("utf-8-sig").splitlines()[1]
    missing = 121 - len(day.complete) - len(day.drafts)
    assert head == f"应查121个单位，未开始{missing}个，草稿{len(day.drafts)}个："
