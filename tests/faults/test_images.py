"""The model of the disk: what a sync makes certain, and what may be left of everything else."""

from __future__ import annotations

import random

from tests.faults.images import Disk
from tests.faults.syscalls import FOLDER, Names, Resize, Step, Sync, SyncNames, Write


def images(*steps: Step) -> list[dict[str, bytes]]:
    """Many of the states in which the disk may be after these steps."""
    disk = Disk()
    for step in steps:
        disk.take(step)
    dice = random.Random(1)
    return [{path: bytes(content) for path, content in disk.after_power_cut(dice).items()} for _ in range(300)]


FILE = (Names({"f": 1}), Write(1, 0, b"a" * 1024), Sync(1), SyncNames(""))


def test_what_was_synced_is_there_for_certain() -> None:
    assert images(*FILE) == [{"f": b"a" * 1024}] * 300


def test_of_writes_that_were_not_synced_any_part_may_be_there() -> None:
    found = {image["f"] for image in images(*FILE, Write(1, 0, b"b" * 1024), Write(1, 1024, b"c" * 100))}
    for state in (
        b"a" * 1024,  # none
        b"b" * 1024 + b"c" * 100,  # all
        b"b" * 1024,  # the first
        b"a" * 1024 + b"c" * 100,  # another than the first
        b"b" * 512 + b"a" * 512,  # torn
        b"a" * 512 + b"b" * 512 + b"c" * 100,
    ):
        assert state in found
    assert all(set(content[at : at + 512]) < {*b"ab"} for content in found for at in (0, 512))  # sectors are whole


def test_a_gap_left_by_a_write_that_is_missing_is_zeros() -> None:
    found = {image["f"] for image in images(*FILE, Write(1, 1024, b"b" * 512), Write(1, 1536, b"c" * 512))}
    assert b"a" * 1024 + bytes(512) + b"c" * 512 in found


def test_a_file_may_be_as_long_as_before_it_was_cut() -> None:
    assert {image["f"] for image in images(*FILE, Resize(1, 0))} == {b"a" * 1024, b""}


def test_a_content_without_a_synced_name_may_be_gone() -> None:
    found = images(Names({"d": FOLDER}), SyncNames(""), Names({"d/f": 1}), Write(1, 0, b"a"), Sync(1))
    assert {tuple(image.items()) for image in found} == {(), (("d/f", b"a"),)}


def test_a_folder_without_a_synced_name_takes_all_in_it_along() -> None:
    found = images(Names({"d": FOLDER}), Names({"d/f": 1}), Write(1, 0, b"a"), Sync(1), SyncNames("d"))
    assert {tuple(image.items()) for image in found} == {(), (("d/f", b"a"),)}


def test_a_rename_is_never_half_done() -> None:
    found = images(*FILE, Names({"g": 2}), Write(2, 0, b"new"), Sync(2), Names({"g": None, "f": 2}))
    assert {tuple(image.items()) for image in found} == {
        (("f", b"a" * 1024),),
        (("f", b"a" * 1024), ("g", b"new")),
        (("f", b"new"),),
    }
