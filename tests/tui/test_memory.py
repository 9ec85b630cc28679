"""Memory stays flat while somebody goes from question to question for hours."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from surveys.campaign import open_campaign

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="reads the memory of a process as Linux gives it")

LIMIT = 5.0
"""Mebibytes that 5,000 steps may take."""


def growth(folder: Path, steps: int, *options: str) -> float:
    """Mebibytes between the first fifth of the way, on which everything is seen once, and its end."""
    with open_campaign(folder) as store:
        store.set_settings(team="1", device="测试本", member="甲")
    command = [sys.executable, "-m", "tests.benchmarks.walking", str(folder), str(steps), *options]
    done = subprocess.run(command, cwd=Path(__file__).parents[2], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    memory = [float(line) for line in done.stdout.split()]
    print(f"memory over {steps} steps{''.join(options)}: {memory} MiB")
    return max(memory[1:]) - memory[1]


def test_some_hundred_steps_leave_memory_flat(tmp_path: Path) -> None:
    """320 of them are measured; they may take 1.5 MiB, for the allocator's noise does not shrink with the way."""
    assert growth(tmp_path, 400) <= 1.5


@pytest.mark.soak
def test_five_thousand_steps_leave_memory_flat(tmp_path: Path) -> None:
    assert growth(tmp_path, 6_250) <= LIMIT


def test_a_widget_that_leaks_is_seen_within_fifty_steps(tmp_path: Path) -> None:
    """Textual's Footer keeps a widget per key at every change (#6666)."""
    assert growth(tmp_path, 50, "footer") > LIMIT
