"""kill -9 of the real program on a terminal while somebody types; what its screen had acknowledged must be on disk."""

from __future__ import annotations

import sys
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

if sys.platform == "win32":
    pytest.skip("needs a pseudo-terminal", allow_module_level=True)

from tests.faults.keying import prepare
from tests.faults.laptop import Laptop
from tests.faults.reliability import Figures

SIDE_BY_SIDE = 2
"""Laptops at work at the same time; one of them alone leaves the machine idle for half the time."""

LATE = 0.5
"""Seconds by which timer and screen may be late while other programs want the same cores."""


@pytest.fixture(scope="module")
def prepared(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return prepare(tmp_path_factory.mktemp("kill") / "prepared")


def test_no_kill_takes_an_acknowledged_answer_or_more_than_a_second_of_typing(
    prepared: Path, tmp_path: Path, figures: Figures, pytestconfig: pytest.Config
) -> None:
    """The program runs on a pty and is killed at a random moment while keys come in; the screen says what was acknowledged."""
    kills = 1_000 if pytestconfig.getoption("--soak") else 50
    laptops = [Laptop(prepared, tmp_path / str(seed), seed=str(seed)) for seed in range(SIDE_BY_SIDE)]

    def work(laptop: Laptop) -> None:
        for number in range(kills // SIDE_BY_SIDE):
            laptop.work_and_die(long_text=number % 5 == 4)

    with ThreadPoolExecutor(SIDE_BY_SIDE) as pool:
        list(pool.map(work, laptops))
    lost = [loss for laptop in laptops for loss in laptop.lost]
    wrong = [fault for laptop in laptops for fault in laptop.wrong]
    acknowledged = sum(laptop.acknowledged for laptop in laptops)
    typing_lost = max(laptop.typing_lost for laptop in laptops)
    note = f"{acknowledged:,} answers acknowledged; at most {typing_lost:.2f} s of typing lost"
    figures.add("kill -9 while typing", sum(laptop.kills for laptop in laptops), len(lost) + len(wrong), note)
    assert lost == []
    assert wrong == []
    assert acknowledged >= kills  # otherwise hardly anything was at stake
    assert 0 < typing_lost <= 1.0 + LATE


def _until(found: Callable[[Laptop], bool], laptop: Laptop, at_most: int, long_text: bool) -> bool:
    while laptop.kills < at_most and not found(laptop):
        laptop.work_and_die(long_text)
    return found(laptop)


def test_a_build_that_acknowledges_before_it_commits_is_found_out(
    prepared: Path, tmp_path: Path, figures: Figures
) -> None:
    """The same, killed until an acknowledged answer is gone."""
    faulty = Laptop(prepared, tmp_path / "data", ("tests.faults.faulty_builds", "acknowledge-before-commit"))
    found = _until(lambda laptop: bool(laptop.lost), faulty, 30, long_text=False)
    figures.add_control("kill -9, acknowledges before it commits", faulty.kills, len(faulty.lost))
    assert found


def test_a_build_that_keeps_no_shadow_of_the_typing_is_found_out(
    prepared: Path, tmp_path: Path, figures: Figures
) -> None:
    """The same, killed until more typing is gone than was promised."""
    faulty = Laptop(prepared, tmp_path / "data", ("tests.faults.faulty_builds", "shadow-no-typing"))
    found = _until(lambda laptop: laptop.typing_lost > 1.0 + LATE, faulty, 10, long_text=True)
    note = f"{faulty.typing_lost:.2f} s of typing lost"
    figures.add_control("kill -9, keeps no shadow of the typing", faulty.kills, int(found), note)
    assert found
