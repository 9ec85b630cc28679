"""The province's 121 units from the open store to the finished workbook, beside openpyxl writing the same values bare."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from exports.demo import run_demo

SECONDS = 3.0
"""Of the processor, with everything the first summary of a process has to load, without the opening of the store."""

WRITTEN = """
import sys, time
from pathlib import Path
from surveys.campaign import open_campaign
with open_campaign(Path(sys.argv[1])) as store:
    begun = time.process_time()
    from exports.summary import write_summary
    write_summary(store, Path(sys.argv[2]))
print(time.process_time() - begun)
"""
BARE = """
import sys, time
from openpyxl import Workbook, load_workbook
sheets = [(sheet.title, [*sheet.iter_rows(values_only=True)]) for sheet in load_workbook(sys.argv[2])]
begun = time.process_time()
book = Workbook()
for name, rows in sheets:
    sheet = book.create_sheet(name)
    for row in rows:
        sheet.append(row)
book.save(sys.argv[2] + ".bare.xlsx")
print(time.process_time() - begun)
"""


def seconds(script: str, *arguments: Path) -> float:
    """The best of three processes."""
    command = [sys.executable, "-c", script, *map(str, arguments)]
    return min(float(subprocess.run(command, capture_output=True, text=True, check=True).stdout) for _ in range(3))


@pytest.mark.soak
def test_121_units_within_three_seconds(tmp_path: Path) -> None:
    demo = run_demo(tmp_path)
    assert demo.units == 121
    ours, bare = (seconds(script, demo.office, tmp_path / "汇总.xlsx") for script in (WRITTEN, BARE))
    print(f"121 units: {ours:.2f} s of the processor; openpyxl with the values alone {bare:.2f} s: {ours / bare:.1f} ×")
    assert ours <= SECONDS
