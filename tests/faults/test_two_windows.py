"""The program opened twice on one data folder: one writes, the other is told who and since when, and may look."""

from __future__ import annotations

import datetime as dt
import json
import re
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from surveys.acts import Actor
from surveys.campaign import STORE_NAME
from surveys.recording import Recorder
from surveys.store import Store, StoreError
from tests.faults.keying import UNIT, prepare
from tests.faults.reliability import Figures
from tests.faults.seat import ROOT, Seat

RACERS = 3


@pytest.fixture
def data(tmp_path: Path) -> Path:
    return prepare(tmp_path / "data")


def contender(command: str, data: Path, *more: str) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [sys.executable, "-m", "tests.faults.contender", command, str(data / STORE_NAME), *more],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
        cwd=ROOT,
    )


@contextmanager
def held(data: Path) -> Iterator[subprocess.Popen[str]]:
    """Another process has the store open."""
    with contender("hold", data) as process:
        try:
            assert process.stdout is not None
            assert process.stdout.readline() == "open\n"
            yield process
        finally:
            process.kill()


def refusal(data: Path) -> StoreError:
    with pytest.raises(StoreError) as caught:
        Store(data / STORE_NAME)
    return caught.value


def minutes_of(since: dt.datetime) -> set[str]:
    """The minutes from then until now, as people read them."""
    now = dt.datetime.now().astimezone()
    return {f"{since + dt.timedelta(minutes=n):%H:%M}" for n in range((now - since) // dt.timedelta(minutes=1) + 2)}


def test_the_second_is_told_who_has_it_since_when(data: Path) -> None:
    since = dt.datetime.now().astimezone()
    with held(data) as holder:
        error = refusal(data)
    assert "张三" in error.message
    assert f"进程 {holder.pid}）" in error.message
    assert set(re.findall(r"\d\d:\d\d", error.message)) & minutes_of(since)
    assert error.readable


def test_the_second_may_look_and_cannot_write(data: Path) -> None:
    with Store(data / STORE_NAME) as store:
        recorder = Recorder.start(store, store.form(), UNIT, Actor("张三", 1, "d"))
        recorder.answer("q2", "42")
    with held(data):
        before = {path.name: path.read_bytes() for path in data.iterdir() if path.is_file()}
        with Store(data / STORE_NAME, read_only=True) as copy:
            assert copy.interview(recorder.interview.id).kept("q2").value == "42"
            with pytest.raises(StoreError, match="只读"):
                copy.set_settings(member="李四")
            with pytest.raises(StoreError, match="只读"):
                Recorder.resume(copy, recorder.interview.id, Actor("李四", 1, "d")).answer("q2", "43")
        assert {path.name: path.read_bytes() for path in data.iterdir() if path.is_file()} == before
        assert "张三" in refusal(data).message  # looking did not take the lock


def test_kill_9_frees_the_store_at_once_and_the_next_holder_is_named(data: Path) -> None:
    for _ in range(5):
        with held(data) as killed:
            assert f"进程 {killed.pid}）" in refusal(data).message
            killed.kill()
            killed.wait()
            with Store(data / STORE_NAME) as store:
                store.set_settings(member="张三")


# ── the program itself ────────────────────────────────────────────────────────────────

needs_pty = pytest.mark.skipif(sys.platform == "win32", reason="needs a pseudo-terminal")


@needs_pty
def test_a_second_window_says_so_and_leaves_and_the_first_goes_on(data: Path) -> None:
    since = dt.datetime.now().astimezone()
    with Seat(data) as first:
        first.wait_for("完成 0/")
        with Seat(data) as second:
            second.wait_for("正在另一个窗口中使用")
            second.listen(0.2)
            screen = re.sub(r"[\s│┃▌▐]", "", second.screen())
            assert "张三" in screen
            assert f"进程{first.process.pid}" in screen
            assert set(re.findall(r"\d\d:\d\d", screen)) & minutes_of(since)
            second.press("0")
            assert second.wait_for_end() == 1
        first.press(f"{UNIT}\r")
        first.wait_for("全部 · 第1题")
        first.press("2")
        first.wait_for("全部 · 第2题")
    with Store(data / STORE_NAME) as store:
        (row,) = store.interviews()
        assert store.interview(row.id).kept("q1").value == "2"


@needs_pty
def test_a_second_window_can_look_while_the_first_writes(data: Path) -> None:
    with Seat(data) as first:
        first.wait_for("完成 0/")
        first.press(f"{UNIT}\r")
        first.wait_for("全部 · 第1题")
        first.press("2")
        first.wait_for("全部 · 第2题")
        with Seat(data) as second:
            second.wait_for("正在另一个窗口中使用")
            second.press("2")
            second.wait_for("完成 0/")
            second.press(f"{UNIT}\r")
            second.wait_for("全部 · 第2题")
            second.press("7\r")
            second.listen(0.5)
            first.press("42\r")
            first.wait_for("全部 · 第3题")
    with Store(data / STORE_NAME) as store:
        (row,) = store.interviews()
        assert store.interview(row.id).kept("q2").value == "42"


@needs_pty
def test_the_window_after_a_killed_one_opens_at_once(data: Path) -> None:
    with Seat(data) as first:
        first.wait_for("完成 0/")
        first.kill()
        with Seat(data) as second:
            second.wait_for("完成 0/")
            assert "正在另一个窗口" not in second.screen()


# ── never two ─────────────────────────────────────────────────────────────────────────


def race(command: str, data: Path, seconds: float) -> dict[str, int]:
    """Several processes open and close the store as fast as they can; what happened, added up."""
    racers = [contender(command, data, str(seconds)) for _ in range(RACERS)]
    tallies = [json.loads(racer.communicate(timeout=seconds + 60)[0]) for racer in racers]
    return {name: sum(tally[name] for tally in tallies) for name in tallies[0]}


def test_two_never_have_the_store_at_the_same_time(data: Path, figures: Figures, pytestconfig: pytest.Config) -> None:
    """Three processes open and close one store as fast as they can; each marks the time in which it has it."""
    total = race("race", data, 60 if pytestconfig.getoption("--soak") else 5)
    figures.add("one writer", total["had"], total["shared"], f"refused {total['refused']:,} times meanwhile")
    assert total["shared"] == 0
    assert total["had"] > RACERS
    assert total["refused"] > 0


def test_a_build_that_lets_go_of_the_lock_is_found_out(data: Path, figures: Figures) -> None:
    """The same, in which each lets go of the lock as soon as it has the store."""
    total = race("race-unlocked", data, 5)
    figures.add_control("one writer, lets go of the lock", total["had"], total["shared"])
    assert total["shared"] > 0
