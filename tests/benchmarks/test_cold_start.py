"""From the shell to the first painted screen, against a bare Textual app in the same run."""

from __future__ import annotations

import os
import pty
import subprocess
import sys
import time
from pathlib import Path

import pytest

BARE = """
from textual.app import App
from textual.widgets import Static
class Bare(App):
    def compose(self):
        yield Static("走访")
    def on_ready(self):
        self.call_after_refresh(self.exit)
Bare().run()
"""

OURS = """
import sys
from pathlib import Path
import tui.app
class Timed(tui.app.ZoufangApp):
    CSS_PATH = Path(tui.app.__file__).parent / "styles/zoufang.tcss"
    def on_ready(self):
        self.call_after_refresh(self.exit)
Timed(Path(sys.argv[1])).run()
"""

RUNS = 7


def seconds(script: str, *arguments: str) -> float:
    """Wall time of a fresh interpreter that paints its first screen on a terminal and leaves."""
    main, terminal = pty.openpty()
    started = time.perf_counter()
    process = subprocess.Popen(
        [sys.executable, "-c", script, *arguments],
        stdin=terminal,
        stdout=terminal,
        stderr=terminal,
        env={**os.environ, "TERM": "xterm-256color", "COLUMNS": "80", "LINES": "24"},
        cwd=Path(__file__).parents[2],
    )
    os.close(terminal)
    try:
        while os.read(main, 65536):
            pass
    except OSError:
        pass  # Linux says EIO when the other end closes
    process.wait(timeout=60)
    os.close(main)
    assert process.returncode == 0
    return time.perf_counter() - started


@pytest.mark.skipif(sys.platform == "win32", reason="needs a pseudo-terminal")
def test_the_first_screen_is_painted_within_one_and_a_half_bare_textual_apps(tmp_path: Path) -> None:
    from surveys.campaign import open_campaign

    with open_campaign(tmp_path) as store:  # a laptop in use: the definition is cached, the team registered
        store.set_settings(team="1", device="测试本", member="甲")
    ours, bare = [], []
    for _ in range(RUNS):
        bare.append(seconds(BARE))
        ours.append(seconds(OURS, str(tmp_path)))
    ratio = min(ours) / min(bare)  # noise only ever adds
    print(f"cold start, zoufang : bare Textual = {ratio:.2f}")
    assert ratio <= 1.5
