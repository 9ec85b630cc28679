"""What stands where an editor would: a text that is only read, or an answer that is not to be seen."""

from __future__ import annotations

from textual import events
from textual.app import ComposeResult

from tui.marks import mask
from tui.widgets.editor import Editor
from tui.widgets.prose import Prose


class NoteView(Editor, can_focus=True):
    """Takes the focus, so that Enter goes on here as it does everywhere."""

    place = "note"
    words = "读完按 Enter 到下一题。"

    def compose(self) -> ComposeResult:
        yield Prose(self.words, id="count")

    def show_answers(self) -> None:
        """Nothing is answered here."""

    def take_focus(self) -> None:
        self.focus()

    def on_key(self, event: events.Key) -> None:
        if event.key == "enter":
            event.stop()
            self.post_message(self.Done())


class MaskedView(NoteView):
    """Stands before what is sensitive and was entered already, until a person asks to see it."""

    def show_answers(self) -> None:
        status = self.sitting.interview.kept(self.item.name).status
        self.query_one(Prose).say(f"已记：{status.label}" if status.missing else f"{mask()}（已填，保密）")
