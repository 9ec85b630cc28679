"""What every screen looks like, as plain text. `pytest --snapshot-update` after a wanted change."""

from __future__ import annotations

import shutil
import time
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest
from syrupy.assertion import SnapshotAssertion

from tests.tui.conftest import Desk, at_desk
from tests.tui.states import STATES, steady

NARROW, WIDE = (80, 24), (120, 40)


@pytest.fixture(autouse=True)
def china_time(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Screens show local times."""
    with monkeypatch.context() as patch:
        patch.setenv("TZ", "Asia/Shanghai")
        time.tzset()
        yield
    time.tzset()


@asynccontextmanager
async def reached(world: Path, name: str) -> AsyncIterator[Desk]:
    """A state on a narrow terminal, in the working folder so that the screens name no other."""
    data = Path("走访数据")
    if not STATES[name].new:
        shutil.copytree(world, data)
        STATES[name].prepare(data)
    async with at_desk(data, NARROW) as desk:
        await STATES[name].reach(desk)
        yield desk


@pytest.mark.parametrize("name", STATES)
async def test_every_screen(
    world: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, snapshot: SnapshotAssertion, name: str
) -> None:
    """On a narrow terminal, which is then made wide."""
    monkeypatch.chdir(tmp_path)
    async with reached(world, name) as desk:
        assert steady(desk.screen) == snapshot(name="80x24")
        await desk.resize(*WIDE)
        assert steady(desk.screen) == snapshot(name="120x40")


@pytest.mark.parametrize("name", ["home", "choice", "choices", "grid", "review"])
async def test_old_consoles(
    world: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, snapshot: SnapshotAssertion, name: str
) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("ZOUFANG_ASCII", "1")
    async with reached(world, name) as desk:
        assert steady(desk.screen) == snapshot
