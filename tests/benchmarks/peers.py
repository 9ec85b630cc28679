"""Bare Textual apps to be measured against: `python -m tests.benchmarks.peers NAME` runs one in the terminal."""

from __future__ import annotations

import sys

from textual import events
from textual.app import App, ComposeResult
from textual.containers import Horizontal, Vertical
from textual.widgets import Input, OptionList, Static, TextArea


class Line(App[None]):
    """One line to type into."""

    def compose(self) -> ComposeResult:
        line = Input()
        line.cursor_blink = False
        yield line


class Box(App[None]):
    """Several lines to type into."""

    def compose(self) -> ComposeResult:
        box = TextArea()
        box.cursor_blink = False
        yield box


class Remounted(Line):
    """A line that is made anew for every character, as forms are whose editors are not mounted once."""

    AUTO_FOCUS = "Input"

    async def on_input_changed(self) -> None:
        await self.query_one(Input).remove()
        await self.mount(*Line.compose(self))
        self.query_one(Input).focus()


class Questions(App[None]):
    """Shows another question for every `1`: its text, its options, its place in a list; stores and checks nothing."""

    CSS = """
    #desk, #index { height: 1fr; }
    #index { width: 26; }
    #heading, #options { height: auto; }
    #keys { dock: bottom; height: 2; }
    """
    number = 0

    def compose(self) -> ComposeResult:
        yield Static(id="title")
        with Horizontal(id="desk"):
            yield OptionList(*(f"{number} 第{number}个问题" for number in range(200)), id="index")
            with Vertical():
                yield Static(id="heading")
                yield OptionList(id="options")
        yield Static(id="keys")

    def on_mount(self) -> None:
        self.show()
        self.query_one("#options").focus()

    def on_key(self, event: events.Key) -> None:
        if event.key == "1":
            self.number += 1
            self.show()

    def show(self) -> None:
        """Put the question on the screen."""
        self.query_one("#title", Static).update(f"长问卷 · 第1组　已答 {self.number}/200")
        self.query_one("#heading", Static).update(f"第{self.number}题 第{self.number}个问题怎样？")
        options = self.query_one("#options", OptionList)
        options.set_options([f"{number} 选项{number}" for number in range(1, 4)])
        options.highlighted = 0
        self.query_one("#index", OptionList).highlighted = self.number
        self.query_one("#keys", Static).update(f"数字 选择  Enter 下一题  {self.number}")


PEERS = {"line": Line, "box": Box, "remounted": Remounted, "questions": Questions}

if __name__ == "__main__":
    PEERS[sys.argv[1]]().run()
