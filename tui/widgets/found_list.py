"""A list that is moved in while a line beside it has the focus and filters it."""

from __future__ import annotations

from collections.abc import Sequence

from textual import events
from textual.widgets import OptionList
from textual.widgets.option_list import Option

from tui.marks import pointer
from tui.textual_faults import shown

_MOVES = {"up": "cursor_up", "down": "cursor_down", "pageup": "page_up", "pagedown": "page_down"}


class FoundList(OptionList):
    """Never has the focus itself: typing always goes to the line."""

    def __init__(self, id: str) -> None:
        super().__init__(id=id, markup=False, compact=True)
        self.can_focus = False
        self._texts: Sequence[str] = ()
        self._pointed_at: int | None = None

    def fill(self, texts: Sequence[str]) -> None:
        """Show these lines, the cursor at the first, with a sign before it: colour is not all that shows where it is."""
        self._texts, self._pointed_at = texts, None
        self.set_options(Option(shown(pointer(False) + text)) for text in texts)
        self.highlighted = 0 if texts else None

    def add(self, texts: Sequence[str]) -> None:
        """Show more lines below the others; the cursor stays."""
        self._texts = [*self._texts, *texts]
        self.add_options([Option(shown(pointer(False) + text)) for text in texts])

    def watch_highlighted(self, highlighted: int | None) -> None:
        super().watch_highlighted(highlighted)
        former, self._pointed_at = self._pointed_at, highlighted
        for place in {former, highlighted}:
            if place is not None and place < len(self._texts):
                text = pointer(place == highlighted) + self._texts[place]
                self.replace_option_prompt_at_index(place, shown(text))

    def moves(self, event: events.Key) -> bool:
        """Carry out an arrow or page key; False for any other."""
        if event.key not in _MOVES:
            return False
        getattr(self, f"action_{_MOVES[event.key]}")()
        event.stop()
        event.prevent_default()
        return True
