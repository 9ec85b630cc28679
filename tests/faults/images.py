"""What a disk may hold after a power cut, given what the processes asked of the system until then."""

from __future__ import annotations

import random
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from tests.faults.syscalls import FOLDER, Names, Resize, Step, Sync, SyncNames, Write

SECTOR = 512
"""Bytes that a disk writes whole or not at all."""

Change = Write | Resize
Fate = Callable[[Sequence[Change], random.Random], list[Change]]
"""Which of the changes that nobody waited for did reach the disk."""


def nothing(_changes: Sequence[Change], _dice: random.Random) -> list[Change]:
    """The system had not begun to write."""
    return []


def everything(changes: Sequence[Change], _dice: random.Random) -> list[Change]:
    """The system was just done."""
    return list(changes)


def prefix(changes: Sequence[Change], dice: random.Random) -> list[Change]:
    """The system wrote in the order it was asked to, and was cut off."""
    return list(changes[: dice.randint(0, len(changes))])


def subset(changes: Sequence[Change], dice: random.Random) -> list[Change]:
    """The system wrote in an order of its own."""
    share = dice.random()
    return [change for change in changes if dice.random() < share]


def torn(changes: Sequence[Change], dice: random.Random) -> list[Change]:
    """And of each write only some sectors."""
    share = dice.random()
    return [
        piece
        for change in changes
        for piece in (_sectors(change) if isinstance(change, Write) else [change])
        if dice.random() < share
    ]


def _sectors(write: Write) -> list[Change]:
    end = write.offset + len(write.data)
    starts = [write.offset, *range((write.offset // SECTOR + 1) * SECTOR, end, SECTOR)]
    return [
        Write(write.file, start, write.data[start - write.offset : stop - write.offset])
        for start, stop in zip(starts, [*starts[1:], end], strict=True)
    ]


FATES: tuple[Fate, ...] = (nothing, everything, prefix, subset, torn)


@dataclass
class _File:
    content: bytearray = field(default_factory=bytearray)
    """What is on the disk for certain."""
    waiting: list[Change] = field(default_factory=list)


class Disk:
    """Follows the steps and knows at each moment what is on the disk for certain and what only may be.

    Assumed is that a sync does what it says, that a sector is written whole or not at all, and that a rename is
    never half done. Not assumed is any order between files or between writes, nor that a file's name is on the
    disk because its content is.
    """

    def __init__(self) -> None:
        self.files: dict[int, _File] = {}
        self.names: dict[str, int | None] = {}
        """The names on the disk for certain."""
        self.waiting: list[dict[str, int | None]] = []

    def take(self, step: Step) -> None:
        """Go on by one step."""
        match step:
            case Write() | Resize():
                self.files.setdefault(step.file, _File()).waiting.append(step)
            case Sync():
                file = self.files.setdefault(step.file, _File())
                _apply(file.content, file.waiting)
                file.waiting = []
            case Names():
                self.waiting.append(step.to)
            case SyncNames():
                synced = [to for to in self.waiting if any(_parent(path) == step.folder for path in to)]
                for to in synced:
                    self.names |= to
                self.waiting = [to for to in self.waiting if to not in synced]

    def after_power_cut(self, dice: random.Random) -> dict[str, bytearray]:
        """One of the states in which a power cut at this moment may leave the disk: path → content of each file."""
        return self.image(dice.choice((*FATES, None)), dice)

    def image(self, common: Fate | None, dice: random.Random) -> dict[str, bytearray]:
        """The state in which one fate leaves everything; None lets each file and each name have its own."""
        names = dict(self.names)
        for to in self.waiting:
            if common is everything or (common is not nothing and dice.random() < 0.5):
                names |= to
        image = {}
        for path, number in sorted(names.items()):
            if number is None or number == FOLDER or not self._reachable(path, names):
                continue
            file = self.files.get(number, _File())
            content = bytearray(file.content)
            _apply(content, (common or dice.choice(FATES))(file.waiting, dice))
            image[path] = content
        return image

    def _reachable(self, path: str, names: dict[str, int | None]) -> bool:
        folder = _parent(path)
        return not folder or (names.get(folder) == FOLDER and self._reachable(folder, names))


def put(image: dict[str, bytearray], folder: Path) -> None:
    """Make the files of an image in a folder."""
    for path, content in image.items():
        (folder / path).parent.mkdir(parents=True, exist_ok=True)
        (folder / path).write_bytes(content)


def _parent(path: str) -> str:
    return path.rpartition("/")[0]


def _apply(content: bytearray, changes: Sequence[Change]) -> None:
    for change in changes:
        size = change.size if isinstance(change, Resize) else max(len(content), change.offset)
        del content[size:]
        content.extend(bytes(size - len(content)))
        if isinstance(change, Write):
            content[change.offset : change.offset + len(change.data)] = change.data
