"""Writing a workbook: its time beside openpyxl's for the very same cells, and memory that does not grow.

The peer is plain write-only openpyxl that is given the finished values and writes them without any look. Writing is
what lies between the finished cells and the file. A whole export also reads the store, replays the histories, works
out what stands in every cell, packs and signs the parcel and reads the file back; how much that takes is printed, and
held to a limit of its own.
"""

from __future__ import annotations

import random
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import pytest
from openpyxl import Workbook

from exports import workbook
from exports.demo import fill_unit
from exports.styles import Pen, discard, save_steadily
from surveys.acts import Actor
from surveys.campaign import open_campaign
from surveys.history import Event
from surveys.store import Store
from tests.benchmarks.writing import multiplied

ROOT = Path(__file__).parents[2]
LIMIT = 1.3
WHOLE = 4.0
"""The whole export to the peer's bare writing."""
MOST_MEMORY = 300.0
"""MiB for 10,000 interviews."""
FEW, MANY = 30, 150
FLAT = 5.0
"""MiB that the interviews between may take: the allocator's noise, and their lines on the cover and in the manifest."""

Rows = list[tuple[Pen, list[Any], dict[str, Any]]]
"""What was written: the pen, the cells as they were given to it, the row's own options."""


@pytest.fixture(scope="module")
def patterns(tmp_path_factory: pytest.TempPathFactory) -> list[list[Event]]:
    """A few interviews filled in as the demonstration does."""
    with open_campaign(tmp_path_factory.mktemp("patterns")) as store:
        store.set_settings(team="1", device="测试本", member="甲")
        for unit in store.units(1)[:3]:
            fill_unit(store, unit, Actor("甲", 1, "d"), random.Random(unit.code))
        return [store.events(row.id) for row in store.interviews() if row.stage == "complete"]


def recorded(store: Store, out: Path, monkeypatch: pytest.MonkeyPatch) -> Rows:
    """Every row of one export, with its looks."""
    rows: Rows = []
    write = Pen.row

    def record(pen: Pen, values: Any, look: Any = workbook.TEXT, **options: Any) -> None:
        pairs = [value if type(value) is tuple else (value, look) for value in values]
        rows.append((pen, pairs, options))
        write(pen, pairs, look, **options)

    with monkeypatch.context() as patch:
        patch.setattr(Pen, "row", record)
        workbook.export_team(store, out)
    return rows


def write_ours(rows: Rows, target: Path) -> float:
    """CPU seconds from the finished cells to the file, looks included."""
    started = time.process_time()
    book = Workbook(write_only=True)
    pens: dict[int, Pen] = {}
    for pen, pairs, options in rows:
        if id(pen) not in pens:
            pens[id(pen)] = Pen(book.create_sheet(pen.sheet.title))
        pens[id(pen)].row(pairs, **options)
    save_steadily(book, target, workbook.moment(""))
    discard(book)
    return time.process_time() - started


def write_plainly(rows: Rows, target: Path) -> float:
    """CPU seconds of openpyxl for the same values without looks."""
    values = [(pen, [value for value, _ in pairs]) for pen, pairs, _ in rows]
    started = time.process_time()
    book = Workbook(write_only=True)
    sheets: dict[int, Any] = {}
    for pen, row in values:
        if id(pen) not in sheets:
            sheets[id(pen)] = book.create_sheet(pen.sheet.title)
        sheets[id(pen)].append(row)
    book.save(target)
    return time.process_time() - started


def whole(store: Store, out: Path) -> float:
    """CPU seconds of a whole export, without the worker that reads the file back."""
    started = time.process_time()
    workbook.export_team(store, out)
    return time.process_time() - started


@pytest.mark.parametrize("count", [121, pytest.param(10_000, marks=pytest.mark.soak)])
def test_writing_takes_no_longer_than_1_3_times_plain_openpyxl(
    tmp_path: Path, patterns: list[list[Event]], count: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    multiplied(tmp_path / "data", patterns, count)
    ours, plain, exports = [], [], []
    with open_campaign(tmp_path / "data") as store:
        rows = recorded(store, tmp_path / "out", monkeypatch)
        for number in range(2 if count < 1000 else 1):  # in turns, so that a busy moment hits all
            ours.append(write_ours(rows, tmp_path / "ours.xlsx"))
            plain.append(write_plainly(rows, tmp_path / "plain.xlsx"))
            exports.append(whole(store, tmp_path / f"out{number}"))
    writing, export = min(ours) / min(plain), min(exports) / min(plain)
    cells = sum(len(pairs) for _, pairs, _ in rows)
    print(
        f"{count} interviews, {cells} cells: plain openpyxl {min(plain):.2f} s, writing {writing:.2f} ×, whole export {export:.2f} ×"
    )
    assert writing <= LIMIT
    assert export <= WHOLE


def test_writing_cell_by_cell_through_openpyxl_would_miss_the_limit(
    tmp_path: Path, patterns: list[list[Event]], monkeypatch: pytest.MonkeyPatch
) -> None:
    """The negative control: the same rows as styled cells of openpyxl's own."""
    from openpyxl.cell import WriteOnlyCell

    from exports.styles import Brush

    multiplied(tmp_path / "data", patterns, 30)
    with open_campaign(tmp_path / "data") as store:
        rows = recorded(store, tmp_path / "out", monkeypatch)

    def write_through_openpyxl(target: Path) -> float:
        started = time.process_time()
        book, brush = Workbook(write_only=True), Brush()
        sheets: dict[int, Any] = {}
        for pen, pairs, _ in rows:
            if id(pen) not in sheets:
                sheets[id(pen)] = book.create_sheet(pen.sheet.title)
            sheet = sheets[id(pen)]
            sheet.append([brush.put(WriteOnlyCell(sheet), value, look) for value, look in pairs])
        book.save(target)
        return time.process_time() - started

    cells = min(write_through_openpyxl(tmp_path / "cells.xlsx") for _ in range(2))
    plain = min(write_plainly(rows, tmp_path / "plain.xlsx") for _ in range(2))
    assert cells / plain > LIMIT


def peak(folder: Path, out: Path, file_format: str) -> float:
    """MiB of a process that exports."""
    command = [sys.executable, "-m", "tests.benchmarks.writing", str(folder), str(out), file_format]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    return float(done.stdout)


@pytest.fixture(scope="module")
def few_and_many(tmp_path_factory: pytest.TempPathFactory, patterns: list[list[Event]]) -> tuple[Path, Path]:
    folder = tmp_path_factory.mktemp("flat")
    multiplied(folder / "few", patterns, FEW)
    multiplied(folder / "many", patterns, MANY)
    return folder / "few", folder / "many"


@pytest.mark.skipif(sys.platform != "linux", reason="reads the memory of a process as Linux gives it")
@pytest.mark.parametrize("file_format", ["xlsx", "csv", pytest.param("json", marks=pytest.mark.soak)])
def test_memory_is_flat(tmp_path: Path, few_and_many: tuple[Path, Path], file_format: str) -> None:
    few, many = (peak(folder, tmp_path / "out", file_format) for folder in few_and_many)
    print(f"{file_format}: {FEW} interviews {few:.1f} MiB, {MANY} interviews {many:.1f} MiB")
    assert many - few <= FLAT


@pytest.mark.soak
@pytest.mark.parametrize("file_format", ["xlsx", "csv", "json"])
def test_10_000_interviews_take_less_than_300_mib(
    tmp_path: Path, patterns: list[list[Event]], file_format: str
) -> None:
    multiplied(tmp_path / "data", patterns, 10_000)
    memory = peak(tmp_path / "data", tmp_path / "out", file_format)
    print(f"{file_format}: 10,000 interviews {memory:.0f} MiB")
    assert memory < MOST_MEMORY
