"""A store that cannot be opened as it should be: what is offered, and what comes of it."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from surveys.campaign import STORE_NAME
from surveys.copies import FOLDER
from surveys.snapshots import snapshots_in
from surveys.store import Store
from tui.app import SETTLED


def flip(path: Path, text: str) -> None:
    """Change a bit of the first place in a file where this text is."""
    content = bytearray(path.read_bytes())
    content[content.find(text.encode())] ^= 1
    path.write_bytes(content)


@pytest.fixture
async def filled(open_app, data: Path) -> Path:
    """A data folder with an answer and a remark in it, closed as it should be."""
    async with open_app() as desk:
        await desk.open()
        await desk.press("2", "主", "席", "enter", "6")
    return data


async def test_copies_are_made_at_the_end_and_not_again_at_the_start(open_app, filled):
    made = snapshots_in(filled / FOLDER)
    async with open_app() as desk:
        await desk.pilot.pause(2 * SETTLED)
        assert made[0].events == desk.app.store.last_event()
        assert snapshots_in(filled / FOLDER) == made


async def test_a_completed_interview_is_copied_at_once(open_app, data, monkeypatch):
    async with open_app() as desk:
        await desk.open()
        monkeypatch.setattr("surveys.interview.Interview.open_items", lambda self: [])
        await desk.press("f9", "f10", "enter")
        assert desk.interview.stage == "complete"
        assert snapshots_in(data / FOLDER)[0].events == desk.app.store.last_event()


async def test_a_damaged_store_is_rescued_and_the_interview_goes_on(open_app, filled):
    flip(filled / STORE_NAME, "主席")
    async with open_app() as desk:
        assert "数据文件有损坏" in desk.screen
        await desk.press("1")
        assert "没有丢失" in desk.screen
        await desk.press("1")
        await desk.open()
        assert desk.value("chair_post") == "6"
    (aside,) = filled.glob("损坏-*")
    assert (aside / STORE_NAME).exists()


async def test_a_damaged_store_is_left_alone_when_one_leaves(open_app, filled):
    flip(filled / STORE_NAME, "主席")
    before = (filled / STORE_NAME).read_bytes()
    async with open_app() as desk:
        await desk.press("0")
        assert desk.app.return_code == 1
    assert (filled / STORE_NAME).read_bytes() == before
    assert not list(filled.glob("损坏-*"))


async def test_what_another_window_holds_can_be_looked_at(open_app, filled):
    script = (
        "import sys; from pathlib import Path; from surveys.store import Store; "
        "store = Store(Path(sys.argv[1])); print('open', flush=True); sys.stdin.read()"
    )
    with subprocess.Popen(
        [sys.executable, "-c", script, filled / STORE_NAME], stdin=subprocess.PIPE, stdout=subprocess.PIPE
    ) as holder:
        assert holder.stdout
        assert holder.stdin
        assert holder.stdout.readline() == b"open\n"
        async with open_app() as desk:
            assert "正在另一个窗口中使用（录入人 张三" in desk.app.screen.title_text
            await desk.press("2")
            assert "只读" in desk.screen
            await desk.open()
            assert desk.value("chair_post") == "6"
            before = len(desk.interview.events)
            await desk.press("1", "f2")
            assert len(desk.interview.events) == before
            assert len(desk.app.screen_stack) > 1
        holder.stdin.close()


async def test_a_newer_programs_store_can_be_looked_at(open_app, filled):
    with Store(filled / STORE_NAME) as store:
        store.conn.execute("PRAGMA user_version = 99")
    async with open_app() as desk:
        assert "结构版本 99，本程序" in desk.app.screen.title_text
        await desk.press("2")
        await desk.open()
        assert desk.value("chair_post") == "6"


async def test_a_clock_behind_the_last_save_is_told(open_app, filled, monkeypatch):
    monkeypatch.setattr("surveys.store.Store.last_at", lambda self: "2099-01-01T00:00:00.000Z")
    async with open_app() as desk:
        await desk.pilot.pause(2 * SETTLED)
        assert "设备时间异常" in desk.screen


async def test_a_store_that_is_gone_is_missed_and_comes_back_from_its_copy(open_app, filled):
    for path in filled.glob(STORE_NAME + "*"):
        path.unlink()
    async with open_app() as desk:
        assert "数据文件不见了" in desk.screen
        await desk.press("1", "1")
        await desk.open()
        assert desk.value("chair_post") == "6"
