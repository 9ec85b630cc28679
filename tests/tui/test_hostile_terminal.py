"""What the data hold never gives orders to the terminal: every screen is painted on one and all that came is read."""

from __future__ import annotations

import re
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.benchmarks.painting import Watched, watched
from tests.tui.hostile import COLOUR, PLACE
from tests.tui.hostile_world import make_hostile_world

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="needs a pseudo-terminal")

_OWN = re.compile(
    r"\x1b\[(?:\?\d+[hl]|\?\d+\$p|<u|\d+;\d+H|[\d;]*m|\d*[ABCD]|[02]?[JK])"  # modes, questions, places, colours, erasing
    r"|\x1b\]22;[a-z]+\x07|\r\n|\n"  # the shape of the mouse
)
"""The sequences that Textual's renderer writes."""

_CONTROL = re.compile("[\x00-\x1f\x7f-\x9f]|[\u202a-\u202e\u2066-\u2069]")

_KEYS = {
    "enter": "\r", "escape": "\x1b", "pagedown": "\x1b[6~", "pageup": "\x1b[5~", "up": "\x1b[A", "down": "\x1b[B",
    "delete": "\x1b[3~", "ctrl+f": "\x06", "ctrl+l": "\x0c", "ctrl+p": "\x10", "ctrl+q": "\x11", "ctrl+t": "\x14", "ctrl+u": "\x15",
    **{f"f{number}": f"\x1bO{letter}" for number, letter in zip(range(1, 5), "PQRS", strict=True)},
    **{f"f{number}": f"\x1b[{code}~" for number, code in zip(range(5, 13), (15, 17, 18, 19, 20, 21, 23, 24), strict=True)},
}  # fmt: skip
"""Textual's names → what a terminal sends."""


ESCAPE = 0.02
"""Seconds that Textual waits for the rest of a sequence after Esc; 0.1 s unless it is told otherwise."""


def foreign(written: bytes) -> list[str]:
    """Every control that our own renderer did not write, with what stands around it."""
    text = bytes(written).decode("utf-8")  # raises for half a character
    ours = _OWN.sub("", text)
    found = [ours[max(0, match.start() - 20) : match.end() + 20] for match in _CONTROL.finditer(ours)]
    return found + [mark for mark in (f"{COLOUR}m", PLACE) if f"\x1b[{mark}" in text]


def screens(questions: int) -> Iterator[str]:
    """Keys that lead through everything there is to see."""
    yield from ["pagedown"] * 8
    yield from ("f8", "escape", "f6", "escape", "f3", "escape", "f1", "escape", "f5", "f7", "f7", "f7", "f7", "f7")
    yield from ("f10", *["pagedown"] * 4, "enter", "escape", "escape")
    yield from ("ctrl+u", *"230001", "enter")
    for number in range(questions):
        if number % 44 == 3:  # a text with an open warning, by the order of the kinds
            for key in ("f2", "f8", "ctrl+t", "ctrl+f", "f6", "ctrl+p", "f5"):
                yield from (key, "pagedown", "escape")
        yield "pagedown"
    yield from ("f9", *["pagedown"] * 10, "f7", *["pagedown"] * 40, "f8", *["pagedown"] * 10, "escape", "f12", "escape")
    yield from ("escape", "escape", "ctrl+u", *"230003", "enter", "f9", "f10", "escape", "escape", "escape")
    yield from ("ctrl+u", *"230002", "enter", *["pagedown"] * 3, "f10", "pagedown", "escape")


def walk(app: Watched, questions: int) -> None:
    """Press all the keys; at the end of a list, where paging changes nothing any more, on to the next."""
    still = 0
    for key in screens(questions):
        if key != "pagedown":
            still = 0
        elif still == 2:
            continue
        if not app.watch(_KEYS.get(key, key)):
            still += 1
        if key == "escape":
            time.sleep(3 * ESCAPE)
            app.settle()


def test_no_order_in_any_text_reaches_the_terminal(
    tmp_path: Path, pytestconfig: pytest.Config, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("ESCDELAY", str(int(ESCAPE * 1000)))
    world = make_hostile_world(tmp_path / "world")
    with watched("-m", "tui.cli", "--data", str(world)) as app:
        app.wait_for("230001")
        walk(app, 480 if pytestconfig.getoption("--soak") else 96)
        app.type(_KEYS["ctrl+q"])
        app.wait_for_end()
    assert foreign(app.written) == []
    painted = bytes(app.written).decode("utf-8")
    seen = (
        "zoufang-payload",
        "␛[38;2;7;11;13m后",
        "[@click=app.quit]",
        "定稿",
        "待核实线索",
        "工作任务清单",
        "换用新版",
    )
    assert [text for text in seen if text not in painted] == []


def test_a_folder_with_an_order_in_its_name_is_named_without_it(tmp_path: Path) -> None:
    folder = tmp_path / f"[red]\x1b]0;zoufang-payload\x07\x1b[{COLOUR}m夹"
    with watched("-m", "tui.cli", "--data", str(folder)) as app:
        app.wait_for("第一次使用")
        app.type("1\r甲\r乙\r")
        app.wait_for("230102")
        app.type(_KEYS["f8"])
        app.wait_for("数据文件")
        app.type(_KEYS["escape"] + _KEYS["ctrl+q"])
        app.wait_for_end()
    (folder / "zoufang.db").write_bytes(b"no database" * 1000)
    with watched("-m", "tui.cli", "--data", str(folder)) as broken:
        broken.wait_for("退出")
        broken.type("0")
        broken.wait_for_end()
    assert foreign(app.written) + foreign(broken.written) == []


BARE = """
from rich.text import Text
from textual.app import App
from textual.widgets import Static
class Bare(App):
    def compose(self):
        yield Static(Text({text!r}))
Bare().run()
"""


@pytest.mark.parametrize(
    "text", [f"\x1b[{COLOUR}m字", "\x1b]0;zoufang-payload\x07", "\x9b31m", "甲\u202e乙", "甲\x00乙", f"\x1b[{PLACE}"]
)
def test_a_bare_textual_app_lets_it_through_and_is_found_out(text: str) -> None:
    with watched("-c", BARE.format(text=text)) as bare:
        bare.wait_for("\x1b[?2026l")  # a whole frame
    assert foreign(bare.written)


def test_a_bare_textual_app_with_a_harmless_text_is_not(tmp_path: Path) -> None:
    with watched("-c", BARE.format(text="[red]字[/]")) as bare:
        bare.wait_for("[red]字[/]")
    assert foreign(bare.written) == []
