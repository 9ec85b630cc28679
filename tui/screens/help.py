"""F1: every key of the screen one was on, after the texts it had no room for."""

from __future__ import annotations

from textual.app import ComposeResult
from textual.containers import VerticalScroll

from tui.keymap import Keyboard
from tui.keys import ROOMS, bindings_of, key_name
from tui.screens.room import Room
from tui.textual_faults import cut
from tui.widgets.prose import Prose


class Help(Room[None]):
    """Made from the command table, so that it cannot say anything else than the keys do."""

    room = "help"
    BINDINGS = bindings_of("help")

    def __init__(self, keyboard: Keyboard, room: str, editor: str, cut_texts: list[str]) -> None:
        super().__init__()
        self._lines = [line for text in cut_texts for line in (text, "")]
        self._lines += [f"{ROOMS[room]}：这一屏的按键", ""]
        for command in keyboard.commands_of(room, editor):
            self._lines.append(f"{cut(key_name(command), 9)}{cut(command.label, 9)}{command.tooltip}")
        self._lines += ["", "答案在光标移开之前已写入磁盘；任何时候退出都不会丢失。"]

    def body(self) -> ComposeResult:
        with VerticalScroll(id="page"):
            for line in self._lines:
                yield Prose(line or " ")

    def on_mount(self) -> None:
        self.query_one("#page").focus()
