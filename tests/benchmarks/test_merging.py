"""A merge against the scripts that people write for the same files, in the same run; flat in time and memory.

Ours does more: it verifies every history, signature and seal, and keeps every change, one durable transaction per
workbook. The laptops are approved and nobody saved their workbooks again, so that what they evaluated is believed and no
cell is read.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from statistics import fmean

import pytest

from tests.benchmarks.workbooks import write_tiny_workbooks, write_workbooks

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="reads the memory of a process as Linux gives it")

ROOT = Path(__file__).parents[2]
STARTED = 6
"""Workbooks after which the reading processes have started and know the form."""
MEMORY = 400 << 20
"""Bytes that the merging process may take, and each of the two that read for it."""


def run(who: str, folder: Path, most: int = 10**6, python: str = sys.executable) -> dict[str, list[float]]:
    command = [python, "-W", "ignore", "-m", "tests.benchmarks.merge_runs", who, str(folder), str(most)]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    result: dict[str, list[float]] = json.loads(done.stdout)
    return result


def steps(done: list[float]) -> list[float]:
    return [after - before for before, after in zip([0.0, *done], done, strict=False)]


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory, request: pytest.FixtureRequest) -> Path:
    """Workbooks of 20 interviews of the 56 questions."""
    place = tmp_path_factory.mktemp("workbooks")
    write_workbooks(place, 1000 if request.config.getoption("--soak") else 14, 20)
    return place


def compared(folder: Path, script: str, python: str = sys.executable) -> float:
    """How many times as long as ours the script takes for one more workbook, on two processors that nobody else uses.

    Seconds of the processor are counted, not of the clock: other programs would slow three processes down more than
    one. Ours store in one process while two others read; none can be done before the longer half.
    """
    few, all_of_ours, theirs = (
        run("zoufang", folder, STARTED),
        run("zoufang", folder),
        run(script, folder, python=python),
    )
    assert max(all_of_ours["memory"]) < MEMORY
    count = len(all_of_ours["done"]) - STARTED
    storing, reading = (
        after - before for before, after in zip(few["processors"], all_of_ours["processors"], strict=True)
    )
    ours, script_takes = max(storing, (storing + reading) / 2) / count, sum(theirs["processors"]) / len(theirs["done"])
    print(
        f"one more of {len(theirs['done'])} workbooks, ms: storing {storing / count * 1000:.0f}, "
        f"reading {reading / count * 1000:.0f}, {script} {script_takes * 1000:.0f}: {script_takes / ours:.2f} × as long; "
        f"by the clock {all_of_ours['done'][-1]:.1f} s and {theirs['done'][-1]:.1f} s"
    )
    return script_takes / ours


def test_one_more_workbook_costs_less_than_a_script_with_openpyxl_needs(folder: Path) -> None:
    assert compared(folder, "openpyxl") > 2


@pytest.mark.soak
@pytest.mark.parametrize("engine", ["openpyxl", "calamine"])
def test_against_pandas(folder: Path, engine: str) -> None:
    """With an interpreter that has pandas, named by PANDAS_PYTHON; the project does not install it.

    Of 1,000 workbooks on two processors that nobody else slowed, 5 and 1.2 were also reached by the clock.
    """
    if not (python := os.environ.get("PANDAS_PYTHON")):
        pytest.skip("PANDAS_PYTHON names no interpreter that has pandas")
    assert compared(folder, f"pandas-{engine}", python) > {"openpyxl": 5, "calamine": 1.2}[engine]


@pytest.mark.soak
def test_a_thousand_workbooks_take_as_long_each_as_ten(folder: Path) -> None:
    taken = steps(run("zoufang", folder)["done"])[20:]
    assert fmean(taken[-200:]) < 1.3 * fmean(taken[:200])


def grown(folder: Path, first: int, count: int) -> tuple[float, list[float]]:
    """Bytes per workbook between the first ones, by which everything has been seen once, and all; and the seconds of each."""
    small, large = folder / "small", folder / "large"
    for place, number in ((small, first), (large, count)):
        write_tiny_workbooks(place, number)
    few, all_of_them = run("zoufang", small), run("zoufang", large)
    peaks = few["memory"][0], all_of_them["memory"][0]
    print(f"memory at {first} and {count} workbooks: {[peak >> 20 for peak in peaks]} MiB")
    return (peaks[1] - peaks[0]) / (count - first), steps(all_of_them["done"])


def test_memory_is_flat(tmp_path: Path) -> None:
    """A line of the report and its bookkeeping is what stays of a workbook; a history held would be 100 kB."""
    assert grown(tmp_path, 30, 120)[0] < 40_000


@pytest.mark.soak
def test_ten_thousand_take_no_more_memory_and_no_more_time_each(tmp_path: Path) -> None:
    memory, taken = grown(tmp_path, 200, 10_000)
    parts = [fmean(taken[start : start + 1000]) * 1000 for start in range(0, 10_000, 1000)]
    print("ms for each of a thousand:", *(f"{part:.1f}" for part in parts))
    assert memory < 5_000
    assert fmean(parts[-3:]) < 1.3 * fmean(parts[:3])
