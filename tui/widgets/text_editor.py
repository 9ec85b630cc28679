"""A text of several lines."""

from __future__ import annotations

from textual import on
from textual.app import ComposeResult

from tui.textual_faults import TextBox
from tui.widgets.editor import Editor
from tui.widgets.prose import Prose


class TextEditor(Editor):
    """Enter goes on like everywhere else; Ctrl+J breaks the line."""

    place = "text"

    def compose(self) -> ComposeResult:
        yield TextBox(id="text")
        yield Prose(id="count")

    def on_mount(self) -> None:
        self.box = self.query_one(TextBox)
        self.count = self.query_one(Prose)

    def show_answers(self) -> None:
        self.box.load_text(self.sitting.interview.kept(self.item.name).value)
        self._loaded = self.box.text
        self.box.move_cursor(self.box.document.end)
        self._say_count()

    def take_focus(self) -> None:
        self.box.focus()

    def typed(self) -> dict[str, str]:
        if self.box.text == self._loaded:  # the box breaks lines at more characters than an answer does
            return {}
        return {self.item.name: self.box.text}

    def settled(self) -> None:
        self._loaded = self.box.text

    def restore(self, address: str, text: str) -> bool:
        self.box.load_text(text)
        self.box.move_cursor(self.box.document.end)
        return True

    @on(TextBox.Changed)
    def _say_count(self) -> None:
        most = getattr(self.item.cells[0].kind, "max_length", 0)
        self.count.say(f"{len(self.box.text)}/{most} 字")

    @on(TextBox.Submitted)
    def _submitted(self, event: TextBox.Submitted) -> None:
        event.stop()
        self._finish()

    def _finish(self) -> None:
        if not self.settle(self._finish):
            self.post_message(self.Done())
