"""The office at the screen: what waits is seen, and deciding it is recorded; a merge leaves the screen alive."""

from __future__ import annotations

import asyncio
import os
import shutil
import threading
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest

from exports.corrections import corrections
from exports.merge_report import MergeLine, MergeReport, Outcome
from exports.trust import State as Trusted
from exports.trust import laptop
from surveys.history import Kind
from surveys.standing import Stage
from tests.tui.conftest import Desk, at_desk
from tests.tui.office_world import DISPUTED, STAGED, TWICE
from tests.tui.states import DESKS, STATES
from tui.screens.combining import Combining
from tui.screens.inbox import InboxRoom
from tui.screens.office import Office


@pytest.fixture
def office(world: Path, tmp_path: Path):
    """The app at the office's desk of a name."""

    @asynccontextmanager
    async def open_at(name: str = "") -> AsyncIterator[Desk]:
        data = Path(shutil.copytree(world, tmp_path / "data"))
        STATES["office"].prepare(data)
        async with at_desk(data) as desk:
            if name:
                await desk.press("f12", str(DESKS.index(name) + 1))
            yield desk

    return open_at


def interview_of(desk: Desk, unit: str, place: int = 0):
    rows = [row for row in desk.app.store.interviews() if row.unit == unit]
    return desk.app.store.interview(rows[place].id)


async def test_a_team_has_only_what_looks_at_its_own_answers(world: Path, tmp_path: Path) -> None:
    data = Path(shutil.copytree(world, tmp_path / "data"))
    async with at_desk(data) as desk:
        await desk.press("f12")
        assert isinstance(desk.app.screen, Office)
        assert [entry.name for entry in desk.app.screen.entries] == ["统计", "质量"]
        await desk.press("3")
        assert isinstance(desk.app.screen, Office)


async def test_a_line_per_desk_says_what_waits(office) -> None:
    async with office() as desk:
        await desk.press("f12")
        assert isinstance(desk.app.screen, Office)
        for said in ("新到1个文件", "4处待裁定", "1个单位待决定", "2处待处理", "3台，待认可1台", "应查121"):
            assert said in desk.screen


async def test_an_inbox_that_cannot_be_read_is_told_at_its_desk_and_in_it(office, monkeypatch) -> None:
    """A stick was pulled out. (Not by permissions: the tests may run as root.)"""
    scan = os.scandir

    def pulled_out(path):
        if str(path).endswith("收件夹"):
            raise OSError(5, "Input/output error")
        return scan(path)

    async with office() as desk:
        monkeypatch.setattr(os, "scandir", pulled_out)
        await desk.press("f12")
        assert "读不出来，请换一个文件夹" in desk.screen
        await desk.press("1")
        assert "读不出来（Input/output error），请换一个文件夹" in desk.screen


# ── conflicts ──


async def test_both_sides_are_shown_and_a_digit_decides(office) -> None:
    async with office("冲突") as desk:
        await desk.press("down", "down")
        for said in (
            "第3组 孙三",
            "13 人",
            "依据：台账",
            "含借调1人",
            "21 人",
            "王五（副主席）",
            "31 人",
            "原先",
            "12 人",
        ):
            assert said in desk.screen
        await desk.press("2")
        interview = interview_of(desk, DISPUTED)
        assert interview.answer("sw_total").value == "21"
        assert interview.events[-1].note == "取第3组 钱二的"
        assert "待裁定 3/4" in desk.screen
        await desk.press("4")  # a slip
        assert interview_of(desk, DISPUTED).answer("sw_total").value == "31"


async def test_something_else_is_typed_and_what_cannot_be_is_refused(office) -> None:
    async with office("冲突") as desk:
        await desk.press("down", "down", "3", *"很多", "enter")
        assert "不是数字" in desk.screen
        await desk.press("ctrl+u", *"１４", "enter")
        assert interview_of(desk, DISPUTED).answer("sw_total").value == "14"
        assert "另填" in desk.screen


async def test_a_rule_says_first_how_many_it_would_decide(office) -> None:
    async with office("冲突") as desk:
        before = desk.app.store.history_digest()
        await desk.press("f7", "1")
        assert "1个单位的3处" in desk.screen
        assert "另有1处这条规则定不下来" in desk.screen
        await desk.press("escape")
        assert desk.app.store.history_digest() == before
        await desk.press("f7", "1", "enter")
        await until(desk, lambda: "裁定了3处" in desk.screen)
        interview = interview_of(desk, DISPUTED)
        assert not interview.conflicts
        assert {event.note for event in interview.events if event.source == "裁定"} == {"规则：较新的"}
        assert "待裁定 1/4" in desk.screen


async def test_an_order_of_teams_is_typed(office) -> None:
    async with office("冲突") as desk:
        await desk.press("f7", "2", *"第四组", "enter")
        assert "请写组号" in desk.screen
        await desk.press("ctrl+u", *"4，3", "enter")
        assert "1个单位的2处" in desk.screen  # two of team 3 said different things about one question
        await desk.press("enter")
        await until(desk, lambda: "裁定了2处" in desk.screen)
        assert interview_of(desk, DISPUTED).remark("mode") == "三人一组"


async def test_a_stage_is_decided_and_the_board_follows(office) -> None:
    async with office("冲突") as desk:
        await desk.press("down", "down", "down")
        assert "答卷状态" in desk.screen
        await desk.press("1")
        assert interview_of(desk, STAGED).stage is Stage.DRAFT
        await desk.press("escape")
        assert "3处待裁定" in desk.screen
        assert "草稿5" in desk.screen


async def test_what_the_disk_refuses_stays_open(office, monkeypatch) -> None:
    from surveys.store import StoreError

    def full(*arguments: object) -> None:
        raise StoreError("磁盘已满，没有保存。")

    async with office("冲突") as desk:
        monkeypatch.setattr(desk.app.store, "append", full)
        await desk.press("1")
        assert "磁盘已满" in desk.screen
        assert "待裁定 4/4" in desk.screen


# ── duplicates ──


async def test_one_of_two_is_kept(office) -> None:
    async with office("重复") as desk:
        await desk.press("enter", "2", *"四组走错了", "enter")
        assert interview_of(desk, TWICE, 0).stage is Stage.VOID
        assert interview_of(desk, TWICE, 1).stage is Stage.DRAFT
        assert "没有重复" in desk.screen


async def test_both_are_kept_with_a_reason_and_not_asked_about_again(office) -> None:
    async with office("重复") as desk:
        await desk.press("enter", "3", "enter")
        assert "请写明为什么都保留" in desk.screen
        await desk.press(*"两位负责人", "enter", "escape")
        assert "重复    ✓ 没有" in desk.screen
        assert interview_of(desk, TWICE).events[-1].kind is Kind.COUNTED_BESIDE


async def test_two_are_made_into_one_question_by_question(office) -> None:
    async with office("重复") as desk:
        await desk.press("enter", "4", "f10")
        assert isinstance(desk.app.screen, Combining)
        assert "还有1题没有选" in desk.screen
        await desk.press("2", "down", "2", "f10")
        assert "已合并成一份" in desk.screen
        kept, other = interview_of(desk, TWICE, 0), interview_of(desk, TWICE, 1)
        assert (kept.answer("chair_post").value, kept.answer("sw_total").value) == ("3", "")
        assert [kept.answer(f"venues[{row}].v_name").value for row in kept.rows("venues")] == ["文化宫"]
        assert other.stage is Stage.VOID


async def test_leaving_before_the_end_changes_nothing(office) -> None:
    async with office("重复") as desk:
        before = desk.app.store.history_digest()
        await desk.press("enter", "4", "2", "escape")
        assert desk.app.store.history_digest() == before


# ── corrections, laptops, rejected files, coverage ──


async def test_a_correction_is_taken_with_a_reason_and_another_left(office) -> None:
    async with office("更正") as desk:
        await desk.press("1", "1")
        assert interview_of(desk, DISPUTED).answer("sw_edu_req").value == "3"
        assert interview_of(desk, DISPUTED).why("sw_edu_req") == "电话核实过"
        await desk.press("enter")
        assert "不能采用" in desk.screen
        await desk.press("1")
        assert len(desk.app.screen_stack) == 3  # not offered
        await desk.press("2", *"写错了", "enter")
        assert corrections(desk.app.store) == []
        assert "处理了1处" in desk.screen


async def test_a_laptop_is_approved_by_what_the_team_reads_out(office) -> None:
    async with office("电脑") as desk:
        await desk.press("f10", *"307174166743", "enter")
        assert "与这台电脑的指纹不同" in desk.screen
        assert laptop(desk.app.store, "307174166742").state is Trusted.WAITING
        await desk.press("ctrl+u", *"3071 7416 6742", "enter")
        known = laptop(desk.app.store, "307174166742")
        assert (known.state, known.who) == (Trusted.APPROVED, "张三")
        await desk.press("f9", "enter")
        assert laptop(desk.app.store, "307174166742").state is Trusted.WITHDRAWN
        assert "已撤销，以后不再收" in desk.screen


async def test_the_chase_list_is_copied_and_written(office, monkeypatch) -> None:
    copied: list[str] = []
    async with office("覆盖") as desk:
        monkeypatch.setattr(desk.app, "copy_to_clipboard", copied.append)
        await desk.press(*["up"] * 8, "f4")  # 大庆市
        (path,) = desk.app.export_folder.glob("催办名单_*.txt")
        assert path.read_text("utf-8-sig") == copied[0]
        lines = copied[0].splitlines()
        assert lines[1] == "应查9个单位，未开始8个，草稿1个："
        assert "第4组（9个）" in lines
        assert "  大庆市草稿1个：萨尔图区" in lines
        assert "已复制" in desk.screen


async def test_the_board_counts_what_a_plain_query_counts(office) -> None:
    async with office("覆盖") as desk:
        board = desk.app.screen
        sql = """SELECT u.team, u.city, count(*), count(i.unit) FROM units u LEFT JOIN (
                   SELECT DISTINCT unit FROM interviews i JOIN surveys s ON s.digest = i.survey
                   WHERE stage != 'void' AND s.id = 'county_union') i ON i.unit = u.code GROUP BY u.team, u.city"""
        rows = desk.app.store.conn.execute(sql).fetchall()
        assert len(rows) == 13
        for team, city, units, begun in rows:
            line = board._cells[city, team]
            assert (len(line.units), line.reached) == (units, begun)


# ── merging beside the screen ──


async def until(desk: Desk, holds, seconds: float = 20) -> None:
    end = time.monotonic() + seconds
    while not holds():
        assert time.monotonic() < end, desk.screen
        await asyncio.sleep(0.02)


@pytest.fixture
def slow_merge(monkeypatch):
    """A merge of 200 files, each of which takes a while, that may be stopped."""

    def merge(store, sources, progress, unverified, *, stop, aside, passwords):
        assert aside
        assert passwords(Path("x")) == ()
        lines = []
        for number in range(200):
            if stop():
                break
            store.set_settings(merged=str(number))  # the thread's own store: SQLite refuses another thread's
            time.sleep(0.02)
            lines.append(MergeLine(f"{number}.xlsx", Outcome.NEW, f"“{number}.xlsx”：新增 1 份。"))
            progress(lines[-1])
        return MergeReport(tuple(lines), (), (), len(lines) < 200)

    monkeypatch.setattr("exports.merging.merge", merge)


async def test_keys_are_answered_while_a_merge_goes_on_and_it_stops_when_asked(office, slow_merge) -> None:
    async with office("收件夹") as desk:
        await desk.press("f10")
        room = desk.app.screen
        assert isinstance(room, InboxRoom)
        await until(desk, lambda: len(room.entries) > 3)
        began = time.monotonic()
        await desk.press("escape")
        assert time.monotonic() - began < 1
        assert "正在并入，请等一下" in desk.screen
        assert desk.app.screen is room
        assert not desk.app.is_open
        assert desk.app.keep_copy() == ""  # the half-hourly copy leaves the lent store alone
        await desk.press("f9")
        await until(desk, lambda: not room.merging)
        assert 3 < len(room.entries) < 200
        assert "已停下" in desk.screen
        assert desk.app.store.setting("merged") == str(len(room.entries) - 1)
        await desk.press("escape")
        assert isinstance(desk.app.screen, Office)


@pytest.mark.parametrize(("digit", "name"), [("1", "汇总工作簿.xlsx"), ("2", "报告.docx")])
async def test_keys_are_answered_while_the_summary_is_written(office, monkeypatch, digit: str, name: str) -> None:
    done = threading.Event()

    def write(store, target, *, survey_id):
        assert done.wait(20)
        target.parent.mkdir(exist_ok=True)
        target.write_text(f"{survey_id} {len(store.interviews())}", "utf-8")
        return target

    monkeypatch.setattr("exports.summary.write_summary", write)
    monkeypatch.setattr("exports.report.write_report", write)
    async with office() as desk:
        count = len(desk.app.store.interviews())
        await desk.press("f12", "f4", digit)
        room = desk.app.screen
        await desk.press("1", "f4", "escape")  # a desk needs the store, which is away
        assert desk.app.screen is room
        assert "请等一下" in desk.screen
        assert not desk.app.is_open
        done.set()
        await until(desk, lambda: "已写好" in desk.screen)
        (written,) = desk.app.export_folder.iterdir()
        assert (written.name.endswith(name), written.read_text("utf-8")) == (True, f"county_union {count}")
        await desk.press("1")
        assert isinstance(desk.app.screen, InboxRoom)


async def test_quitting_ends_after_the_workbook_it_is_at(office, slow_merge) -> None:
    async with office("收件夹") as desk:
        await desk.press("f10")
        room = desk.app.screen
        await until(desk, lambda: len(room.entries) > 1)
        await desk.press("ctrl+q")
    assert room._stop.is_set()


async def test_what_keeps_a_merge_from_beginning_is_told(office, monkeypatch) -> None:
    from exports.files import ExportError

    def merge(*arguments: object, **options: object) -> None:
        raise ExportError("读取工作簿的程序启动不了。")

    monkeypatch.setattr("exports.merging.merge", merge)
    async with office("收件夹") as desk:
        await desk.press("f10")
        await until(desk, lambda: "启动不了" in desk.screen)
        assert desk.app.is_open
        assert "新到 1/1" in desk.screen


async def test_another_folder_is_chosen_and_remembered(office, tmp_path: Path) -> None:
    stick = tmp_path / "U盘"
    stick.mkdir()
    (stick / "a.txt").write_text("x")
    async with office("收件夹") as desk:
        await desk.press("f4", "ctrl+u", *str(tmp_path / "没有"), "enter")
        assert "没有文件夹" in desk.screen
        await desk.press("ctrl+u", *str(stick), "enter")
        assert "a.txt" in desk.screen
        assert desk.app.store.setting("inbox") == str(stick)
