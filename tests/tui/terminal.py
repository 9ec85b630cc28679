"""A real terminal: tmux with the app in it, keys sent and the screen read as text."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import sys
import time
import uuid
from pathlib import Path

HAS_TMUX = shutil.which("tmux") is not None


class Terminal:
    """One tmux window running `zoufang` on a data folder."""

    def __init__(self, data: Path, columns: int = 100, lines: int = 30) -> None:
        self.data = data
        self._socket = f"zoufang-{uuid.uuid4().hex[:8]}"
        command = f"exec '{sys.executable}' -m tui.cli --data '{data}'"
        self._command = command
        self._tmux("-f", os.devnull, "new-session", "-d", "-x", str(columns), "-y", str(lines), "-s", "z", "cat")
        self._tmux("set-option", "-g", "remain-on-exit", "on")
        self._tmux("set-option", "-g", "escape-time", "0")
        self.start()

    def start(self) -> None:
        """Run the app (again) in the window."""
        root = Path(__file__).parents[2]
        self._tmux("respawn-pane", "-k", "-t", "z", "-c", str(root), self._command)

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

    def keys(self, *names: str) -> None:
        """Press keys by tmux's names (Enter, F10, PageDown)."""
        self._tmux("send-keys", "-t", "z", *names)

    def type(self, text: str) -> None:
        """Type text as a terminal would send it."""
        self._tmux("send-keys", "-t", "z", "-l", text)

    def screen(self) -> str:
        return self._tmux("capture-pane", "-p", "-t", "z")

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

    def _tmux(self, *arguments: str) -> str:
        done = subprocess.run(
            ["tmux", "-u", "-L", self._socket, *arguments],
            capture_output=True,
            text=True,
            check=False,
            env={**os.environ, "LANG": "C.UTF-8", "TERM": "xterm-256color"},
        )
        return done.stdout.strip("\n")
