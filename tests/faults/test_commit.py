"""What an acknowledged answer costs, against a bare SQLite commit of the same rows in the same run."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from surveys.recording import Recorder
from tests.faults.committing import Times, times
from tests.faults.reliability import Figures
from tests.faults.syscalls import run, script, strace_trouble, traced

GOAL = 0.3
"""What an answer may add to a bare commit, as a share of it."""

FLUSH = 0.001
"""Seconds a commit takes on a good disk of a field laptop. Where a commit takes less (a virtual disk, a server's),
the share is of this: there it would say more of the processor than of what we do."""

STRETCH = 100
"""Turns in which other programs may happen to leave the machine alone."""

FLUSHES = "fsync,fdatasync"
"""The calls that wait for the disk."""

LAPTOP = 2
"""Milliseconds that a solid state disk without a capacitor, as laptops have them, takes to bring a commit to safety; a
turning disk takes ten."""


def percentile(seconds: list[float], percent: int) -> float:
    return sorted(seconds)[len(seconds) * percent // 100]


def added(ours: list[float], bare: list[float]) -> float:
    """What is added to a bare commit, as a share of it, in the least disturbed stretch of turns."""
    shares = []
    for start in range(0, len(bare), STRETCH):
        answer, commit = (percentile(some[start : start + STRETCH], 25) for some in (ours, bare))
        shares.append((answer - commit) / max(commit, FLUSH))
    return min(shares)


def noted(taken: Times, figures: Figures, where: str = "") -> dict[str, float]:
    """Put both into the document; what each takes in the middle, as a multiple of a bare commit."""
    middle = {}
    for what, ours in (("an acknowledged answer", taken.answers), ("its commit", taken.commits)):
        p50, p99 = (percentile(ours, percent) / percentile(taken.bare, percent) for percent in (50, 99))
        here, bare = (percentile(some, 50) * 1000 for some in (ours, taken.bare))
        note = f"{here:.2f} ms here, a bare commit {bare:.2f} ms"
        print(f"{what}{where} : bare commit = {p50:.2f} (p50), {p99:.2f} (p99); {note}")
        figures.add_latency(what + where, len(ours), p50, p99, note)
        middle[what] = p50
    return middle


def test_an_answer_takes_little_more_than_a_bare_commit(
    tmp_path: Path, figures: Figures, pytestconfig: pytest.Config
) -> None:
    """One answer through the recorder and one bare commit (WAL, FULL, EXCLUSIVE) of the same rows in the same tables, by turns."""
    taken = times(tmp_path, 4_000 if pytestconfig.getoption("--soak") else 1_500, Recorder.answer)
    noted(taken, figures)
    assert added(taken.answers, taken.bare) <= GOAL


@pytest.mark.skipif(bool(strace_trouble()), reason=strace_trouble())
def test_on_a_laptops_disk_the_goal_is_met(tmp_path: Path, figures: Figures, pytestconfig: pytest.Config) -> None:
    """The same with strace letting every flush take 2 ms longer, as on a laptop's solid state disk; a turning one takes 10."""
    slow = traced(tmp_path / "record", FLUSHES, "-e", f"inject={FLUSHES}:delay_exit={LAPTOP * 1000}")
    turns = 2_000 if pytestconfig.getoption("--soak") else 300
    (told,) = run([*slow, *script("committing", tmp_path / "folder", turns)])
    taken = Times(**json.loads(told))
    assert min(taken.bare) > LAPTOP / 1000
    middle = noted(taken, figures, f", a flush taking {LAPTOP} ms")
    assert middle["its commit"] <= 1 + GOAL


def test_a_build_that_commits_twice_for_an_answer_is_found_out(tmp_path: Path) -> None:
    def answer(recorder: Recorder, name: str, value: str) -> None:
        recorder.answer(name, value)
        recorder.go_to(name)

    taken = times(tmp_path, 200, answer)
    assert added(taken.answers, taken.bare) > GOAL
