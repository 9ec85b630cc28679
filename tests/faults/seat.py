"""The real app on a pseudo-terminal: keys go in, what comes out is kept with its time, and it can be killed."""

from __future__ import annotations

import os
import pty
import select
import subprocess
import sys
import termios
import time
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Self

import pyte

COLUMNS, LINES = 80, 24
ROOT = Path(__file__).parents[2]


class Seat:
    """One run of the program on a data folder; a context that leaves no process behind.

    Args:
        data: The data folder.
        build: What is run as `python -m`, with its first arguments; negative controls run faulty builds.
    """

    def __init__(self, data: Path, build: Sequence[str] = ("tui.cli",)) -> None:
        self._main, terminal = pty.openpty()
        termios.tcsetwinsize(terminal, (LINES, COLUMNS))
        size = {"COLUMNS": str(COLUMNS), "LINES": str(LINES)}
        self.process = subprocess.Popen(
            [sys.executable, "-m", *build, "--data", str(data)],
            stdin=terminal,
            stdout=terminal,
            stderr=terminal,
            cwd=ROOT,
            env={**os.environ, **size, "TERM": "xterm-256color", "LANG": "C.UTF-8"},
        )
        os.close(terminal)
        self.ended_at = 0.0
        """Monotonic time of the end, in seconds."""
        self._came: list[tuple[float, bytes]] = []  # what came out and was not looked at, with the time it came
        self._screen = pyte.Screen(COLUMNS, LINES)
        self._stream = pyte.ByteStream(self._screen)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.kill()
        os.close(self._main)

    def press(self, keys: str) -> None:
        """Send characters as a terminal does; what an IME commits arrives in one piece."""
        os.write(self._main, keys.encode())

    def listen(self, seconds: float) -> None:
        """Read what comes out for so long, or until the program ends."""
        until = time.monotonic() + seconds
        while self._more(until):
            pass

    def wait_for(self, text: str, seconds: float = 60) -> None:
        """Read until a text that is painted in one piece has come out since the last look."""
        until = time.monotonic() + seconds
        while text.encode() not in b"".join(piece for _, piece in self._came):
            if not self._more(until):
                raise AssertionError(f"{text} did not appear on:\n{self.screen()}")

    def wait_for_end(self, seconds: float = 60) -> int:
        """Read until the program ends by itself; its exit code."""
        self.listen(seconds)
        return self.process.wait(1)

    def kill(self) -> None:
        """kill -9, and what had come out by then."""
        self.process.kill()
        self.ended_at = self.ended_at or time.monotonic()
        self.process.wait()
        while self._read():
            pass

    def screen(self) -> str:
        """What a person sees now."""
        for _, piece in self._came:
            self._stream.feed(piece)
        self._came.clear()
        return self._seen()

    def frames(self) -> Iterator[tuple[float, str]]:
        """What a person saw since the last look, piece by piece, with the time in seconds (monotonic)."""
        for at, piece in self._came:
            self._stream.feed(piece)
            yield at, self._seen()
        self._came.clear()

    def _more(self, until: float) -> bool:
        """Wait for the next piece; False at the end of the time or of the program."""
        left = until - time.monotonic()
        return left > 0 and bool(select.select([self._main], [], [], left)[0]) and self._read()

    def _seen(self) -> str:
        # Not `Screen.display`, which stumbles over the second half of a wide character whose first was painted over.
        lines = (self._screen.buffer[y] for y in range(LINES))
        return "\n".join("".join(line[x].data for x in range(COLUMNS)) for line in lines)

    def _read(self) -> bool:
        try:
            piece = os.read(self._main, 65536)
        except OSError:  # Linux says EIO when the other end closes
            return False
        self._came.append((time.monotonic(), piece))
        return bool(piece)
