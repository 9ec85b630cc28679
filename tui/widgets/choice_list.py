"""Options to choose from by their numbers, for single and multiple choice."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol

from rich.text import Text
from textual import events
from textual.geometry import Size
from textual.message import Message
from textual.reactive import Reactive
from textual.widgets import OptionList
from textual.widgets.option_list import Option

from surveys.text import show_text, to_half_width
from tui.marks import pick, pointer
from tui.textual_faults import SteadyBars, fold


class Entry(Protocol):
    """What is to be known of an option: a `surveys.definition.Choice`, or a line of a dialog."""

    @property
    def name(self) -> str: ...

    @property
    def label(self) -> str: ...


class ChoiceList(SteadyBars, OptionList):
    """A list in which digits choose; wraps, which RadioSet and SelectionList do not.

    A digit that is only the beginning of a number, or a number and the beginning of another, waits for the
    next digit or Enter. Options without a number are counted through.
    """

    class Picked(Message):
        """An option was chosen, or in a multiple choice taken or dropped."""

        def __init__(self, code: str, last: bool = False) -> None:
            super().__init__()
            self.code = code
            self.last = last
            """True if Enter came with it: choose, and go on."""

    class Entered(Message):
        """Enter without a choice to make: go on."""

    class Edge(Message):
        """The arrow went past the first (-1) or the last (1) option."""

        def __init__(self, step: int) -> None:
            super().__init__()
            self.step = step

    virtual_size = Reactive(Size(0, 0), repaint=False)
    """Without Textual's `layout=True`: filling the list asks for the one layout there has to be."""

    def __init__(self, id: str | None = None) -> None:
        super().__init__(id=id, markup=False, compact=True)
        self._choices: Sequence[Entry] = ()
        self._keys: dict[str, str] = {}
        self._chosen: frozenset[str] = frozenset()
        self._multiple = False
        self._pending = ""
        self._room = 0

    def fill(self, choices: Sequence[Entry], chosen: frozenset[str], multiple: bool) -> None:
        """Show other options; the highlight goes to the first chosen one."""
        self._choices, self._chosen, self._multiple, self._pending = choices, chosen, multiple, ""
        numbered = all(choice.name.isascii() and choice.name.isdigit() for choice in choices)
        self._keys = {choice.name if numbered else str(n): choice.name for n, choice in enumerate(choices, 1)}
        self.set_options([Option(self._prompt(n, False), id=choice.name) for n, choice in enumerate(choices)])
        self.highlighted = next((n for n, choice in enumerate(choices) if choice.name in chosen), 0)

    def point_nowhere(self) -> None:
        """No option has the cursor, where none is chosen: then Enter chooses none."""
        if not self._chosen:
            self.highlighted = None

    def choose(self, chosen: frozenset[str]) -> None:
        """Show other choices as taken."""
        self._chosen = chosen
        self._redraw()

    @property
    def pending(self) -> str:
        """The digits that wait for another one."""
        return self._pending

    def _prompt(self, number: int, here: bool) -> Text:
        choice = self._choices[number]
        key = next(key for key, code in self._keys.items() if code == choice.name)
        if choice.name in self._chosen:
            sign = pick("●", "(*)") if not self._multiple else "[x]"
        else:
            sign = pick("○", "( )") if not self._multiple else "[ ]"
        head = f"{pointer(here)}{sign} {key:>{max(map(len, self._keys))}} "
        room = max(8, self._room - Text(head).cell_len)
        lines = fold(show_text(choice.label), room)
        indent = "\n" + " " * Text(head).cell_len
        return Text(head + indent.join(lines), "bold" if choice.name in self._chosen else "")

    def _fold_to(self, width: int) -> None:
        """Write the lines for a width, which is known only when the list is laid out or painted."""
        if width and width != self._room:
            self._room = width
            for number, option in enumerate(self._options):
                option._set_prompt(self._prompt(number, number == self.highlighted))
            self._option_render_cache.clear()
            self._line_cache.clear()

    def get_content_height(self, container: Size, viewport: Size, width: int) -> int:
        self._fold_to(width)
        return super().get_content_height(container, viewport, width)

    def _update_lines(self) -> None:
        self._fold_to(self.scrollable_content_region.width)
        super()._update_lines()

    def _redraw(self) -> None:
        for number, option in enumerate(self._options):
            option._set_prompt(self._prompt(number, number == self.highlighted))
        self._clear_caches()

    def watch_highlighted(self, highlighted: int | None) -> None:
        self._redraw()
        super().watch_highlighted(highlighted)

    def _on_resize(self, event: events.Resize) -> None:  # type: ignore[override]
        event.prevent_default()  # of OptionList's own, which draws everything anew for another height too

    def on_key(self, event: events.Key) -> None:
        digit = to_half_width(event.character or "")
        if len(digit) == 1 and digit.isascii() and digit.isdigit():
            self._press(digit)
        elif event.key == "enter":
            self._enter()
        elif event.key == "space":
            self._pick(self._keys.get(self._pending) or self._here())
        elif event.key == "up" and not self.highlighted:
            self.post_message(self.Edge(-1))
        elif event.key == "down" and self.highlighted == len(self._options) - 1:
            self.post_message(self.Edge(1))
        elif self._pending and event.key in ("backspace", "escape"):
            self._pending = ""
        else:
            return
        event.stop()
        event.prevent_default()

    def _here(self) -> str:
        return self._choices[self.highlighted].name if self.highlighted is not None else ""

    def _press(self, digit: str) -> None:
        pending = self._pending + digit
        if not any(key.startswith(pending) for key in self._keys):
            if self._multiple and self._pending in self._keys:
                self._pick(self._keys[self._pending])
            pending = digit
        matching = [key for key in self._keys if key.startswith(pending)]
        if matching == [pending]:
            self._pick(self._keys[pending])
            return
        self._pending = pending if matching else ""
        if matching:
            self.highlighted = self.get_option_index(self._keys[min(matching, key=len)])

    def _enter(self) -> None:
        if self._pending in self._keys:
            self._pick(self._keys[self._pending], last=True)
        elif self._multiple or self._here() in self._chosen or self.highlighted is None:
            self._pending = ""
            self.post_message(self.Entered())
        else:
            self._pick(self._here())

    def _pick(self, code: str, last: bool = False) -> None:
        self._pending = ""
        if code:
            self.highlighted = self.get_option_index(code)
            self.post_message(self.Picked(code, last))
