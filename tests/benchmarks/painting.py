"""A program on a pseudo-terminal, and how long each key takes until the screen stands still again. Linux only."""

from __future__ import annotations

import fcntl
import os
import pty
import select
import struct
import subprocess
import sys
import termios
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

QUIET = 0.06
"""Seconds without output after which the screen counts as still: more than three frames of 1/60 s."""

_ASKED, _ANSWER = b"\x1b[?2026$p", b"\x1b[?2026;2$y"
"""Synchronized output: Textual asks whether the terminal knows it, and then brackets every frame."""

_FRAME_END = b"\x1b[?2026l"


@dataclass(frozen=True)
class Painted:
    """What one key cost."""

    seconds: float
    """From writing the key to reading the end of the last frame it brought."""
    work: float
    """CPU seconds of the program in that time: what is left of `seconds` on a machine that does nothing else."""
    frames: int


class Watched:
    """A Python program with the terminal as its own."""

    def __init__(self, *arguments: str) -> None:
        self._main, terminal = pty.openpty()
        fcntl.ioctl(terminal, termios.TIOCSWINSZ, struct.pack("HHHH", 24, 80, 0, 0))
        self._process = subprocess.Popen(
            [sys.executable, *arguments],
            stdin=terminal,
            stdout=terminal,
            stderr=terminal,
            env={**os.environ, "TERM": "xterm-256color", "COLORTERM": "truecolor"},
            cwd=Path(__file__).parents[2],
            start_new_session=True,
        )
        os.close(terminal)
        self._output = b""
        self.written = bytearray()
        """All that the program ever wrote."""

    def close(self) -> None:
        self._process.kill()
        self._process.wait()
        os.close(self._main)

    def wait_for_end(self, seconds: float = 20) -> None:
        """Wait until the program has ended; what it still writes is read."""
        until = time.monotonic() + seconds
        while self._process.poll() is None:
            assert time.monotonic() < until, f"still running after {self._output[-2000:]!r}"
            self._read(0.2)
        while self._read(0):
            pass

    def type(self, keys: str) -> None:
        os.write(self._main, keys.encode())

    def wait_for(self, text: str, seconds: float = 30) -> None:
        """Wait until a text has been painted and the screen stands still; forget what has been."""
        until = time.monotonic() + seconds
        while text.encode() not in self._output:
            assert time.monotonic() < until, f"{text} did not appear in {self._output[-2000:]!r}"
            self._read(0.5)
        self.settle()

    def settle(self) -> None:
        """Wait until the screen stands still; forget what has been painted."""
        while self._read(QUIET):
            pass
        self._output = b""

    def press(self, key: str) -> Painted:
        """Press a key that changes the screen."""
        self.settle()
        work, started = self._cpu_seconds(), time.perf_counter()
        os.write(self._main, key.encode())
        painted = worked = 0.0
        while self._read(QUIET if painted else 5):
            painted, worked = time.perf_counter(), self._cpu_seconds()
        assert painted, f"{key!r} changed nothing"
        return Painted(painted - started, worked - work, self._output.count(_FRAME_END))

    def watch(self, key: str, seconds: float = 5) -> bool:
        """Press a key and read what it brings until the first whole frame; False if it changed nothing."""
        assert self._process.poll() is None, f"ended before {key!r}"
        self._output = b""
        os.write(self._main, key.encode())
        until = time.monotonic() + seconds
        while _FRAME_END not in self._output and self._read(0.3) and time.monotonic() < until:
            pass
        return bool(self._output)

    def _read(self, seconds: float) -> bool:
        """Read what there is within this time; False if nothing came, also because the program has ended."""
        if not select.select([self._main], [], [], seconds)[0]:
            return False
        try:
            got = os.read(self._main, 1 << 16)
        except OSError:  # Linux says EIO when the other end is closed
            return False
        if _ASKED in got:
            os.write(self._main, _ANSWER)
        self._output += got
        self.written += got
        return True

    def _cpu_seconds(self) -> float:
        nanoseconds = 0
        for thread in Path(f"/proc/{self._process.pid}/task").iterdir():
            with suppress(OSError):  # a thread that has ended
                nanoseconds += int((thread / "schedstat").read_text().split()[0])
        return nanoseconds / 1e9


@contextmanager
def watched(*arguments: str) -> Iterator[Watched]:
    """A program for as long as it is looked at."""
    program = Watched(*arguments)
    try:
        yield program
    finally:
        program.close()
