"""A power cut at any moment: every acknowledged answer is there when the laptop starts again.

The controls cut the power of stores with a fault, and must lose answers: so the images can show a loss.
"""

from __future__ import annotations

import random
import shutil
from collections.abc import Callable, Iterator, Sequence
from functools import cache
from pathlib import Path

import pytest

from surveys.campaign import STORE_NAME
from tests.faults.images import SECTOR, Change, Disk, everything, put
from tests.faults.promises import Promises, Verdict, goes_on, judge
from tests.faults.reliability import Figures
from tests.faults.syscalls import Names, Said, Step, SyncNames, Write, script, steps_of, strace_trouble

pytestmark = pytest.mark.skipif(bool(strace_trouble()), reason=strace_trouble())

SITTINGS, ANSWERS = 2, 200
CONTROLS = 60
"""How many images show that a fault is found."""

Record = Callable[[str], list[Step]]


@pytest.fixture(scope="module")
def record(memory: Path) -> Record:
    """What a child did and told under a setting of SQLite ("" for the shipped ones); recorded once."""

    @cache
    def record(pragma: str) -> list[Step]:
        folder = memory / f"recorded {pragma}"
        folder.mkdir()
        return steps_of(folder, script("answering", folder / "data", SITTINGS, ANSWERS, pragma))

    return record


def verdicts(steps: Sequence[Step], count: int, room: Path) -> Iterator[Verdict]:
    """Cut the power at random moments, start again, and look. The same steps and count give the same cuts."""
    dice = random.Random(count)
    disk, promises = Disk(), Promises()
    cuts = sorted((dice.randrange(len(steps)) for _ in range(count)), reverse=True)
    for number, step in enumerate(steps):
        disk.take(step)
        if isinstance(step, Said):
            promises.hear(step.line)
        while cuts and cuts[-1] == number:
            cuts.pop()
            put(disk.after_power_cut(dice), room / "image")
            verdict = judge(room / "image" / "data", promises)
            if verdict == ([], []) and len(cuts) % 10 == 0:
                verdict = goes_on(room / "image" / "data")
            shutil.rmtree(room / "image", ignore_errors=True)
            yield verdict


def losses(found: list[Verdict]) -> int:
    return sum(bool(verdict.lost) for verdict in found)


def test_no_power_cut_takes_an_acknowledged_answer(
    record: Record, memory: Path, figures: Figures, pytestconfig: pytest.Config
) -> None:
    """Images of what the disk may hold, made from a record of system calls, are opened and held against the promises."""
    count = 10_000 if pytestconfig.getoption("--soak") else 500
    found = list(verdicts(record(""), count, memory))
    figures.add("power loss", count, losses(found), "writes not waited for kept, dropped, reordered or torn")
    assert len(found) == count
    assert [verdict for verdict in found if verdict != ([], [])] == []


def test_a_power_cut_at_the_very_first_write_of_a_store_is_no_damage(record: Record, memory: Path) -> None:
    """The file's first sector is missing, and the journal that takes the write back is there."""

    def headless(changes: Sequence[Change], _dice: random.Random) -> list[Change]:
        return [
            Write(change.file, SECTOR, change.data[SECTOR:])
            for change in changes
            if isinstance(change, Write) and len(change.data) > SECTOR
        ]

    disk = Disk()
    for step in record(""):
        disk.take(step)
        if isinstance(step, Write) and step.file == disk.names.get(f"data/{STORE_NAME}"):
            break
    image = disk.image(headless, random.Random())
    assert not any(image[f"data/{STORE_NAME}"][:SECTOR])
    put(image, memory / "first")
    assert judge(memory / "first" / "data", Promises()) == ([], [])
    put(image | {f"data/{STORE_NAME}-journal": bytearray()}, memory / "without")  # negative control
    assert judge(memory / "without" / "data", Promises()).corrupt


@pytest.mark.parametrize("setting", ["NORMAL", "OFF"])
def test_a_store_that_does_not_wait_for_the_disk_is_found_out(record: Record, memory: Path, setting: str) -> None:
    found = list(verdicts(record(f"synchronous={setting}"), CONTROLS, memory))
    assert losses(found) > CONTROLS / 2


def test_a_folder_whose_names_are_never_synced_is_found_out(record: Record, memory: Path) -> None:
    found = list(verdicts([step for step in record("") if not isinstance(step, SyncNames)], CONTROLS, memory))
    assert losses(found) > CONTROLS / 4


def test_the_record_ends_with_the_files_that_are_there(record: Record, memory: Path) -> None:
    disk = Disk()
    for step in record(""):
        disk.take(step)
    folder = memory / "recorded "
    there = {str(path.relative_to(folder)): path.read_bytes() for path in folder.rglob("*") if path.is_file()}
    assert f"data/{STORE_NAME}" in there
    assert disk.image(everything, random.Random()) == there


def test_the_record_has_checkpoints_amid_the_sittings(record: Record) -> None:
    files: dict[str, int | None] = {}
    begun_again = 0
    for step in record(""):
        if isinstance(step, Names):
            files |= step.to
        elif isinstance(step, Write) and step.file == files.get(f"data/{STORE_NAME}-wal") and step.offset == 0:
            begun_again += 1
    assert begun_again > SITTINGS
