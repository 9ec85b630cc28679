"""What the question pane asks of every editor."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from textual.containers import Vertical
from textual.message import Message

if TYPE_CHECKING:
    from surveys.form import Item
    from tui.sitting import Sitting


class Editor(Vertical):
    """Mounted once, then filled with one question after another."""

    place = ""
    """The editor's name in the command table."""

    class Done(Message):
        """The question has been dealt with; go on to the next."""

        def sender_is(self, editor: Editor) -> bool:
            """True if this very editor is done, not one around it."""
            return self._sender is editor

    class Turned(Message):
        """The editor now answers to other keys."""

    sitting: Sitting
    item: Item
    tell: Callable[[str], None]
    """Shows why something was refused, under the editor; "" clears it. Set by the pane."""

    def fill(self, sitting: Sitting, item: Item) -> None:
        """Show a question with its answers."""
        self.sitting, self.item = sitting, item
        self.show_answers()

    def show_answers(self) -> None:
        """Show the stored answers of the question again; forgets what is being typed."""
        raise NotImplementedError

    def take_focus(self) -> None:
        raise NotImplementedError

    def typed(self) -> dict[str, str]:
        """What has been typed and is not stored yet, by address."""
        return {}

    def settle(self, retry: Callable[[], object] | None = None) -> str:
        """Store what has been typed. Returns "" or the refusal; refused text stays.

        Args:
            retry: What is being done with it, to be done again when a reason had to be asked; None does not ask.
        """
        typed = self.typed()
        refusal = self.sitting.answer(typed, retry) if typed else ""
        self.tell(refusal)
        if typed and not refusal:
            self.settled()
        return refusal

    def settled(self) -> None:
        """What was typed is stored: from now on it is no longer `typed`, however it was spelled."""

    def said(self) -> str:
        """How the stored answer reads, for the status line of the next question; "" if that is plain to see."""
        return ""

    def here(self) -> str:
        """The address the cursor is on: what a missing status is given to."""
        return self.item.name

    def point_at(self, address: str) -> None:
        """Put the cursor on a cell, where the question has several; an address that is not there changes nothing."""

    def restore(self, address: str, text: str) -> bool:
        """Put typed text back that was no answer yet; False if its place is not there any more."""
        return False

    def after_status(self) -> None:
        """Go on after a missing status was given where the cursor is."""
        self.show_answers()
        if self.sitting.advances:
            self.post_message(self.Done())

    def close_inner(self) -> bool:
        """Close what is open inside the editor; False if nothing is."""
        return False
