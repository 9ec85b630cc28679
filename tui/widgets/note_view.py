"""A text that is only read."""

from __future__ import annotations

from textual import events
from textual.app import ComposeResult

from tui.widgets.editor import Editor
from tui.widgets.prose import Prose


class NoteView(Editor, can_focus=True):
    """Stands where an editor stands, so that Enter goes on here as it does everywhere."""

    place = "note"

    def compose(self) -> ComposeResult:
        yield Prose("读完按 Enter 到下一题。", id="count")

    def show_answers(self) -> None:
        """Nothing is answered here."""

    def take_focus(self) -> None:
        self.focus()

    def on_key(self, event: events.Key) -> None:
        if event.key == "enter":
            event.stop()
            self.post_message(self.Done())
