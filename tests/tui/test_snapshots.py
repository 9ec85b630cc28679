"""What every screen looks like, as plain text. `pytest --snapshot-update` after a wanted change."""

from __future__ import annotations

import shutil
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from syrupy.assertion import SnapshotAssertion

from tests.tui.conftest import at_desk
from tests.tui.states import STATES, steady

SIZES = {"80x24": (80, 24), "120x40": (120, 40)}


@pytest.fixture(params=SIZES)
def size(request: pytest.FixtureRequest) -> tuple[int, int]:
    return SIZES[request.param]


@pytest.fixture(autouse=True)
def china_time(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Screens show local times."""
    with monkeypatch.context() as patch:
        patch.setenv("TZ", "Asia/Shanghai")
        time.tzset()
        yield
    time.tzset()


async def screen(world: Path, name: str, size: tuple[int, int]) -> str:
    """A state, reached in the working folder so that the screens name no other."""
    data = Path("走访数据")
    if not STATES[name].new:
        shutil.copytree(world, data)
        STATES[name].prepare(data)
    async with at_desk(data, size) as desk:
        await STATES[name].reach(desk)
        return steady(desk.screen)


@pytest.mark.parametrize("name", STATES)
async def test_every_screen(
    world: Path,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    snapshot: SnapshotAssertion,
    size: tuple[int, int],
    name: str,
) -> None:
    monkeypatch.chdir(tmp_path)
    assert await screen(world, name, size) == snapshot


@pytest.mark.parametrize("name", ["home", "choice", "choices", "grid", "review"])
async def test_old_consoles(
    world: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, snapshot: SnapshotAssertion, name: str
) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("ZOUFANG_ASCII", "1")
    assert await screen(world, name, SIZES["80x24"]) == snapshot
