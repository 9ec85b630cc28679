"""A list that is moved in while a line beside it has the focus and filters it."""

from __future__ import annotations

from collections.abc import Sequence

from textual import events
from textual.widgets import OptionList
from textual.widgets.option_list import Option

from tui.marks import pointer
from tui.textual_faults import shown

BELOW = 120
"""Lines that are ready below the cursor, more than two screens."""

_MOVES = {"up": "cursor_up", "down": "cursor_down", "pageup": "page_up", "pagedown": "page_down"}


class FoundList(OptionList):
    """Never has the focus itself: typing always goes to the line."""

    def __init__(self, id: str) -> None:
        super().__init__(id=id, markup=False, compact=True)
        self.can_focus = False
        self._texts: Sequence[str] = ()
        self._pointed_at: int | None = None

    def fill(self, texts: Sequence[str]) -> None:
        """Show these lines, the cursor at the first, with a sign before it: colour is not all that shows where it is.

        Lines far below the cursor are asked for, and become options, when it comes near: a list of thousands is there
        as soon as a short one.
        """
        self._texts, self._pointed_at = (), None
        self.set_options(())
        self._texts = texts
        self.highlighted = 0 if texts else None

    def add(self, texts: Sequence[str]) -> None:
        """Show more lines below the others; the cursor stays."""
        self._texts = [*self._texts, *texts]
        self._reach(self.highlighted or 0)

    def _reach(self, place: int) -> None:
        """Make sure that the lines below a place are there."""
        there = self.option_count
        if there < min(place + BELOW // 2, len(self._texts)):
            self.add_options([Option(shown(pointer(False) + text)) for text in self._texts[there : place + BELOW]])

    def validate_highlighted(self, highlighted: int | None) -> int | None:
        self._reach(highlighted or 0)
        return super().validate_highlighted(highlighted)

    def watch_highlighted(self, highlighted: int | None) -> None:
        super().watch_highlighted(highlighted)
        former, self._pointed_at = self._pointed_at, highlighted
        for place in {former, highlighted}:
            if place is not None and place < min(len(self._texts), self.option_count):
                # Not by `replace_option_prompt`, which measures every line anew: the sign leaves the height as it is.
                self.options[place]._set_prompt(shown(pointer(place == highlighted) + self._texts[place]))
        self._option_render_cache.clear()
        self.refresh()

    def watch_scroll_y(self, old_value: float, new_value: float) -> None:
        super().watch_scroll_y(old_value, new_value)
        self._reach(int(new_value) + self.size.height)  # a line has at least one row

    def action_cursor_up(self) -> None:
        if not self.highlighted:  # on to the last line
            self._reach(len(self._texts))
        super().action_cursor_up()

    def action_last(self) -> None:
        self._reach(len(self._texts))
        super().action_last()

    def moves(self, event: events.Key) -> bool:
        """Carry out an arrow or page key; False for any other."""
        if event.key not in _MOVES:
            return False
        getattr(self, f"action_{_MOVES[event.key]}")()
        event.stop()
        event.prevent_default()
        return True
