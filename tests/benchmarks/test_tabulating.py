"""56 questions × 13 cities over a million interviews: beside queries written by hand for DuckDB, and beside pandas.

Every contestant is a process of its own, so that its memory can be read, and counts the same file. What happens once
only is not counted: making the columnar copy (`test_copying_keeps_a_steady_pace` tells how long that takes), and for
pandas the reading of the file into its own tables.
"""

from __future__ import annotations

import json
import subprocess
import sys
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import pytest

pytest.importorskip("duckdb", reason="the extra `analysis` is not installed")
pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="reads the memory of a process as Linux gives it")

ROOT = Path(__file__).parents[2]
FEW, MANY = 5_000, 1_000_000
MEMORY = 2 << 30
"""Bytes that tabulating may take."""


def run(who: str, folder: Path, interviews: int = 0) -> dict[str, Any]:
    command = [
        sys.executable,
        "-W",
        "ignore",
        "-m",
        "tests.benchmarks.tabulate_runs",
        who,
        str(folder),
        str(interviews),
    ]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout) if done.stdout else {}


def quickest(who: str, folder: Path, times: int) -> dict[str, Any]:
    return min((run(who, folder) for _ in range(times)), key=lambda each: each["clock"])


def differences(ours: dict[str, Any], theirs: dict[str, Any]) -> list[tuple[str, str, str]]:
    """Where two contestants found something else: counts exactly, sums and means as floats can say them."""
    assert ours.keys() == theirs.keys()
    return [
        (question, group, what)
        for question, groups in ours.items()
        for group, told in groups.items()
        for what, found in told.items()
        if theirs[question][group][what] != (pytest.approx(found, rel=1e-9) if what == "numbers" else found)
    ]


@pytest.fixture(scope="module")
def few(tmp_path_factory: pytest.TempPathFactory) -> Path:
    place = tmp_path_factory.mktemp("few")
    run("data", place, FEW)
    return place


def test_all_find_the_same(few: Path) -> None:
    ours, others = run("zoufang", few)["figures"], ["duckdb", *(["pandas"] if find_spec("pandas") else [])]
    assert (len(ours), {len(groups) for groups in ours.values()}) == (56, {1 + 13})
    for other in others:
        theirs = run(other, few)["figures"]
        assert differences(ours, theirs) == []
        theirs["q0"]["市3"]["counts"][0] += 1
        theirs["q1"]["全省"]["numbers"][3] += 0.01
        assert differences(ours, theirs) == [("q0", "市3", "counts"), ("q1", "全省", "numbers")]


@pytest.mark.soak
def test_a_million_interviews(tmp_path: Path) -> None:
    run("data", tmp_path, MANY)
    found = {who: quickest(who, tmp_path, 2) for who in ("zoufang", "duckdb")}
    if find_spec("pandas"):
        found["pandas"] = quickest("pandas", tmp_path, 1)
    ours = found["zoufang"]
    for who, each in found.items():
        assert differences(ours["figures"], each["figures"]) == []
        print(
            f"{who}: {each['clock']:.1f} s ({each['clock'] / ours['clock']:.2f} × ours), of the processor "
            f"{each['processor']:.1f} s ({each['processor'] / ours['processor']:.2f} ×), {each['memory'] / 1e9:.2f} GB"
        )
    assert ours["memory"] <= MEMORY
    assert ours["clock"] <= 2 * found["duckdb"]["clock"]
    if "pandas" in found:
        assert found["pandas"]["clock"] >= 5 * ours["clock"]
