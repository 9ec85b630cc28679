"""Runs a child process under strace and reads from its record what happened to a folder, step by step."""

from __future__ import annotations

import functools
import os
import re
import shutil
import subprocess
import sys
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path

ROOT = Path(__file__).parents[2]

MODELLED = "openat,mkdir,unlink,rename,fsync,fdatasync,lseek,ftruncate,pwrite64,write,writev"
ALIEN = (
    "open,creat,pwritev,pwritev2,truncate,fallocate,sync_file_range,unlinkat,renameat,renameat2,mkdirat,rmdir,link,linkat,"
    "symlink,symlinkat,copy_file_range,sendfile,mmap"
)
"""Calls that change folders in ways which `Step` cannot say: a child that makes one is refused."""

FOLDER = -1
"""Stands in `Names` for a folder, where others have the number of their file."""


@dataclass(frozen=True, slots=True)
class Write:
    """Bytes handed to the system for a file; a later `Sync` brings them to the disk."""

    file: int
    """Number of the file, the same under every name."""
    offset: int
    data: bytes


@dataclass(frozen=True, slots=True)
class Resize:
    """A file cut off, or lengthened by zeros; a later `Sync` brings that to the disk."""

    file: int
    size: int


@dataclass(frozen=True, slots=True)
class Sync:
    """All that was written to the file before is on the disk after this."""

    file: int


@dataclass(frozen=True, slots=True)
class Names:
    """Names that now lead elsewhere, all at once; a later `SyncNames` of their folder brings that to the disk."""

    to: dict[str, int | None]
    """Path below the folder → number of the file, None where nothing has this name any more."""


@dataclass(frozen=True, slots=True)
class SyncNames:
    """The names in a folder are on the disk after this."""

    folder: str


@dataclass(frozen=True, slots=True)
class Said:
    """A line that the child told its parent."""

    line: str


Step = Write | Resize | Sync | Names | SyncNames | Said


@functools.cache
def strace_trouble() -> str:
    """Why strace cannot be used here; "" if it can."""
    if not shutil.which("strace"):
        return "strace is not installed"
    tried = subprocess.run([*traced(Path(os.devnull), "fsync"), "true"], capture_output=True, check=False)
    return "" if tried.returncode == 0 else "strace may not trace processes here"


def script(module: str, *arguments: object) -> list[str]:
    """The command that runs a module of this folder."""
    return [sys.executable, "-m", f"tests.faults.{module}", *map(str, arguments)]


def run(command: Sequence[str]) -> list[str]:
    """Run a child; returns the lines that it told."""
    done = subprocess.run(command, cwd=ROOT, capture_output=True, encoding="utf-8", timeout=600, check=False)
    assert done.returncode == 0, done.stderr[-4000:]
    return done.stdout.splitlines()


def traced(record: Path, calls: str, *options: str) -> list[str]:
    """The beginning of a command that puts some calls (their names, with commas) of what follows into a record."""
    return ["strace", "-f", "--seccomp-bpf", "-o", str(record), "-e", f"trace={calls}", *options]


def steps_of(folder: Path, command: Sequence[str]) -> list[Step]:
    """Run a child; returns what it did to everything below a folder, and what it told, in the order it happened.

    What it tells it must write to descriptor 1 by `os.writev`, a line a call.
    """
    record = folder.with_suffix(".strace")
    run([*traced(record, f"{MODELLED},{ALIEN}", "-y", "-xx", "-s", str(1 << 23)), *command])
    with record.open(encoding="ascii") as lines:
        steps = list(_Reader(str(folder)).steps(lines))
    record.unlink()  # large
    return steps


LINE = re.compile(r"\d+ +(\w+)\((.*)\) += +(-?\d+)")
STRING = re.compile(r'"((?:\\x[0-9a-f]{2})*)"')


@dataclass
class _Reader:
    """Knows at every line which file stands behind each name and each descriptor."""

    folder: str
    names: dict[str, int | None] = field(default_factory=dict)
    opened: dict[int, tuple[int, int]] = field(default_factory=dict)
    """Descriptor → number of the file, place in it."""
    count: int = 0

    def steps(self, lines: Iterable[str]) -> Iterator[Step]:
        spelled = "".join(f"\\x{byte:02x}" for byte in self.folder.encode())
        for line in lines:
            if spelled not in line and " writev(1<" not in line:
                continue
            found = LINE.match(line)
            assert found, f"not understood: {line[:200]}"  # such as a call of one thread amid a call of another
            call, arguments, result = found[1], found[2].split(", "), int(found[3])
            only_read = (
                (call == "mmap" and "MAP_PRIVATE" in arguments[3])
                or (call == "sendfile" and spelled not in arguments[0])
                or (call == "copy_file_range" and spelled not in arguments[2])
            )
            if result >= 0 and not only_read:
                assert call in MODELLED.split(","), f"not in the model: {line[:300]}"
                yield from self._step(call, arguments, result)

    def _step(self, call: str, arguments: list[str], result: int) -> Iterator[Step]:
        strings = [
            bytes.fromhex(text.replace("\\x", "")) for argument in arguments for text in STRING.findall(argument)
        ]
        file, place = self.opened.get(int(arguments[0].split("<")[0]) if arguments[0][0].isdigit() else -1, (FOLDER, 0))
        match call:
            case "writev":
                yield Said(strings[0].decode())
            case "openat":
                yield from self._open(self._inside(strings[0]), arguments[2].split("|"), result)
            case "mkdir":
                yield self._name({self._inside(strings[0]): FOLDER})
            case "unlink":
                yield self._name({self._inside(strings[0]): None})
            case "rename":
                old, new = map(self._inside, strings)
                yield self._name({old: None, new: self.names[old]})
            case "fsync" | "fdatasync" if file == FOLDER:
                yield SyncNames(self._inside(bytes.fromhex(arguments[0].split("<")[1].strip("<>").replace("\\x", ""))))
            case "fsync" | "fdatasync":
                yield Sync(file)
            case "lseek":
                self._move(arguments, file, result)
            case "ftruncate":
                yield Resize(file, int(arguments[1]))
            case "pwrite64":
                yield Write(file, int(arguments[3]), strings[0][:result])
            case "write":
                self._move(arguments, file, place + result)
                yield Write(file, place, strings[0][:result])

    def _open(self, path: str, flags: list[str], descriptor: int) -> Iterator[Step]:
        assert "O_APPEND" not in flags, f"not in the model: appending to {path}"
        self.opened.pop(descriptor, None)
        if path == "" or self.names.get(path) == FOLDER:
            return
        if self.names.get(path) is None:
            self.count += 1
            yield self._name({path: self.count})
        file = self.names[path]
        assert file is not None
        self.opened[descriptor] = (file, 0)
        if "O_TRUNC" in flags:
            yield Resize(file, 0)

    def _move(self, arguments: list[str], file: int, place: int) -> None:
        self.opened[int(arguments[0].split("<")[0])] = (file, place)

    def _name(self, to: dict[str, int | None]) -> Names:
        assert all(path and self.names.get(path) != FOLDER for path in to), f"not in the model: a folder changed, {to}"
        self.names |= to
        return Names(to)

    def _inside(self, path: bytes) -> str:
        relative = os.path.relpath(path.decode(), self.folder)
        return "" if relative == "." else relative
