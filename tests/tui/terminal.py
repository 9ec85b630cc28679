"""A real terminal: tmux with the app in it, keys sent and the screen read as text."""

from __future__ import annotations

import os
import re
import shutil
import signal
import subprocess
import sys
import time
import uuid
from itertools import groupby
from pathlib import Path

from surveys.form import Item

HAS_TMUX = shutil.which("tmux") is not None

_ENVIRONMENT = {
    "LANG": "C.UTF-8",
    "TZ": "Asia/Shanghai",
    "TERM": "xterm-256color",
    "COLORTERM": "truecolor",
    "PYTHONPATH": str(Path(__file__).parents[2]),
}


class Terminal:
    """One tmux window running `zoufang` on a data folder, from the folder around it."""

    def __init__(self, data: Path, columns: int = 100, lines: int = 30) -> None:
        self.data = data
        self._socket = f"zoufang-{uuid.uuid4().hex[:8]}"
        self._command = f"exec '{sys.executable}' -m tui.cli --data '{data.name}'"
        self._tmux("-f", os.devnull, "new-session", "-d", "-x", str(columns), "-y", str(lines), "-s", "z", "cat")
        self._tmux("set-option", "-g", "remain-on-exit", "on")
        self._tmux("set-option", "-g", "escape-time", "0")
        self.start()

    def start(self) -> None:
        """Run the app (again) in the window."""
        self._tmux("respawn-pane", "-k", "-t", "z", "-c", str(self.data.parent), self._command)

    def close(self) -> None:
        self._tmux("kill-server")

    def kill(self) -> None:
        """kill -9 of the app itself."""
        pid = int(self._tmux("display-message", "-p", "-t", "z", "#{pane_pid}"))
        os.kill(pid, signal.SIGKILL)
        self.wait_for_end()

    def wait_for_end(self, seconds: float = 20) -> None:
        """Wait until the app has ended."""
        until = time.monotonic() + seconds
        while self._tmux("display-message", "-p", "-t", "z", "#{pane_dead}") != "1":
            if time.monotonic() > until:
                raise AssertionError(f"the app did not end:\n{self.screen()}")
            time.sleep(0.02)

    def press(self, *keys: str) -> None:
        """Press keys by Textual's names, single characters being typed, all in one burst."""
        command: list[str] = []
        for typed, group in groupby(keys, key=lambda key: len(key) == 1):
            run = list(group)
            names = ["-l", "--", re.sub(";$", r"\;", "".join(run))] if typed else map(_tmux_name, run)
            command += [";", "send-keys", "-t", "z", *names]
        self._tmux(*command[1:])

    def screen(self) -> str:
        return self._tmux("capture-pane", "-p", "-t", "z")

    def coloured_screen(self) -> str:
        """The screen with its escape sequences, and its lines in full length."""
        return self._tmux("capture-pane", "-peN", "-t", "z")

    def wait_for(self, *texts: str, seconds: float = 20) -> str:
        """Wait until all texts are on the screen; the screen then."""
        until = time.monotonic() + seconds
        while True:
            screen = self.screen()
            flat = screen.replace(" ", "").replace("\n", "")
            if all(text.replace(" ", "") in flat for text in texts):
                return screen
            if time.monotonic() > until:
                raise AssertionError(f"{texts} did not appear on:\n{screen}")
            time.sleep(0.02)

    def wait_for_question(self, item: Item) -> None:
        """Wait until a question is on the screen."""
        self.wait_for(f"第{item.number}题" if item.number else item.label, item.label[:12])

    def wait_until_still(self, seconds: float = 0.4) -> str:
        """Wait until the screen has not changed for a while; the screen with its colours."""
        before, since = "", time.monotonic()
        while time.monotonic() < since + seconds:
            if (now := self.coloured_screen()) != before:
                before, since = now, time.monotonic()
            time.sleep(0.05)
        return before

    def _tmux(self, *arguments: str) -> str:
        done = subprocess.run(
            ["tmux", "-u", "-L", self._socket, *arguments],
            capture_output=True,
            text=True,
            check=False,
            env={**os.environ, **_ENVIRONMENT},
        )
        return done.stdout.strip("\n")


def _tmux_name(key: str) -> str:
    """Textual's name of a key as tmux calls it: pagedown is PageDown, f9 is F9, ctrl+f is C-f."""
    if key.startswith("ctrl+"):
        return f"C-{key.removeprefix('ctrl+')}"
    return {"pagedown": "PageDown", "pageup": "PageUp"}.get(key, key.capitalize())
