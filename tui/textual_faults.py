"""Textual 8.2.8 with Chinese: every work-round of this program, each with its cause.

Import this module before anything else of textual: the first work-round is an environment variable
that textual reads while it is imported. The remaining rules that are no code:

* `Footer` leaks a widget per binding change (#6666): `widgets.key_line` is one Static of our own.
* `Toast` eats Chinese characters over a border (#6357): messages go to `widgets.status_line`.
* `RadioSet`, `SelectionList` and `Checkbox` do not wrap: `widgets.choice_list` is an OptionList.
* Remounted `Input`s stay alive through a signal's closure: editors are mounted once and refilled.
* Strings are parsed as markup (`[/foo]` kills the app, `[red]` vanishes): text from data is only ever
  shown as a rich `Text` made by `shown`, or in a widget with `markup=False`.
"""

from __future__ import annotations

import os
import re
import sys
from functools import lru_cache
from typing import TYPE_CHECKING

if sys.platform != "win32":
    # Under the kitty keyboard protocol an IME commit of five or more characters arrives as garbage, and
    # several terminals lose IME text altogether. On Windows the variable breaks ordinary keys instead.
    os.environ.setdefault("TEXTUAL_DISABLE_KITTY_KEY", "1")

from rich.cells import cell_len
from rich.style import StyleType
from rich.text import Text
from textual import events
from textual._styles_cache import StylesCache
from textual.geometry import Size
from textual.message import Message
from textual.reactive import Reactive
from textual.scrollbar import ScrollBarRender
from textual.widget import Widget
from textual.widgets import Input, TextArea

from surveys.text import MAX_LENGTH, Refusal, clean_text, show_text
from tui.marks import pick

KEPT_CHARACTERS = frozenset("\u3000\u00a0\u200c\u200d")
"""Characters that `str.isprintable` denies and Textual therefore drops while typing: the full-width and the
no-break space, and the joiners inside emoji and minority scripts."""

LINE_BREAK = "\ufdd0"
"""Stands for a line break inside a one-line editor and shows as ⏎; no text can contain this one by itself."""

_NEVER_FIRST = "，。、；：？！）》〉」』】〕”’％%,.;:?!)]}"
_NEVER_LAST = "（《〈「『【〔“‘([{"
_PIECE = re.compile(r"[!-~]+|\s|.", re.DOTALL)
"""What may not be torn apart: a run of ASCII; everything else may break between characters."""


def shown(text: str, style: StyleType = "") -> Text:
    """Text from data, safe to show: no markup is read, no control character reaches the terminal (#6643 aside)."""
    return Text(show_text(text), style=style)


def fold(text: str, width: int) -> list[str]:
    """Break text into lines of at most `width` cells, as Chinese is set.

    Textual breaks at spaces only, so that a Chinese run after a space goes to the next line as one word.
    A closing mark never begins a line; an opening mark never ends one.
    """
    lines = []
    for paragraph in text.split("\n"):
        line, used = "", 0
        for piece in _PIECE.findall(paragraph):
            size = cell_len(piece)
            if used + size <= width:
                line, used = line + piece, used + size
                continue
            if size > width:  # an endless word: break it anywhere
                for character in piece:
                    if used + cell_len(character) > width:
                        lines.append(line)
                        line, used = "", 0
                    line, used = line + character, used + cell_len(character)
                continue
            carried = ""
            if piece[0] in _NEVER_FIRST and len(line) > 1:
                line, carried = line[:-1], line[-1]
            if head := line.rstrip(_NEVER_LAST):
                line, carried = head, line[len(head) :] + carried
            lines.append(line.rstrip(" "))
            line = carried + piece.lstrip(" ")
            used = cell_len(line)
        lines.append(line)
    return lines


def cut(text: str, width: int) -> str:
    """The text in exactly `width` cells: cut with `…` (`~` in ASCII) or filled with spaces."""
    size = cell_len(text)
    if size <= width:
        return text + " " * (width - size)
    kept, used = "", 0
    for character in text:
        size = cell_len(character)
        if used + size > width - 1:
            break
        kept, used = kept + character, used + size
    return f"{kept}{pick('…', '~')}" + " " * (width - used - 1)


def pasted(text: str, there: int) -> str:
    """What may be pasted where so many characters are; a Refusal otherwise.

    Textual takes NUL, ESC and a million characters, and is busy for 4 s with every key after those.
    """
    if len(text) > MAX_LENGTH:
        raise Refusal(f"粘贴的文字有{len(text):,}个字，超过{MAX_LENGTH:,}字的上限，没有粘贴。")
    text = clean_text(text).rstrip("\n")
    if there + len(text) > MAX_LENGTH:
        raise Refusal(f"已有{there:,}个字，再粘贴{len(text):,}个字就超过{MAX_LENGTH:,}字的上限，没有粘贴。")
    return text


def wanted(event: events.Key) -> bool:
    """True for a typed character that belongs in a text although Textual would drop it."""
    return event.character is not None and event.character in KEPT_CHARACTERS


class PasteRefused(Message):
    """A paste was not taken; `message` says why."""

    def __init__(self, message: str) -> None:
        super().__init__()
        self.message = message


class TextLine(Input):
    """A one-line text editor that loses nothing: full-width spaces stay, a paste of several lines stays whole.

    `Input` keeps only the first line of a paste and says nothing; here line breaks show as `⏎`, and
    `text` gives them back, so that the answer's own rule says whether several lines are allowed.
    """

    virtual_size = Reactive(Size(0, 0))
    """Without Textual's `layout=True`: that lays the whole screen out anew for every character."""

    def __init__(self, placeholder: str = "", id: str | None = None) -> None:
        super().__init__(placeholder=placeholder, id=id, compact=True, select_on_focus=False)
        self.cursor_blink = False

    @property
    def text(self) -> str:
        return self.value.replace(LINE_BREAK, "\n")

    @text.setter
    def text(self, text: str) -> None:
        self.value = text.replace("\n", LINE_BREAK)
        self.cursor_position = len(self.value)

    @property
    def selected_text(self) -> str:
        return super().selected_text.replace(LINE_BREAK, "\n")

    @property
    def _value(self) -> Text:
        """The text as rendered; direction overrides become symbols, one for one, so that the cursor stays right."""
        return Text(show_text(self.text, line=True), no_wrap=True, overflow="ignore", end="")

    def check_consume_key(self, key: str, character: str | None) -> bool:
        return (
            character in KEPT_CHARACTERS if character in KEPT_CHARACTERS else super().check_consume_key(key, character)
        )

    async def _on_key(self, event: events.Key) -> None:
        if wanted(event):
            self.replace(event.character or "", *sorted(self.selection))
            event.stop()
            event.prevent_default()

    def _on_paste(self, event: events.Paste) -> None:
        event.stop()
        event.prevent_default()
        try:
            text = pasted(event.text, len(self.value) - len(self.selected_text))
        except Refusal as refusal:
            self.post_message(PasteRefused(refusal.message))
            return
        self.replace(text.replace("\n", LINE_BREAK), *sorted(self.selection))

    def action_paste(self) -> None:
        self._on_paste(events.Paste(self.app.clipboard))


class TextBox(TextArea):
    """A text editor of several lines with the same promises as `TextLine`; Enter belongs to the screen.

    Ctrl+J breaks the line: terminals cannot tell Ctrl+Enter or Shift+Enter from Enter.
    """

    class Submitted(Message):
        """Enter was pressed."""

    def __init__(self, id: str | None = None) -> None:
        super().__init__(id=id, compact=True, soft_wrap=True, tab_behavior="focus", highlight_cursor_line=False)
        self.cursor_blink = False

    def get_line(self, line_index: int) -> Text:
        return Text(show_text(self.document.get_line(line_index)), end="", no_wrap=True)

    def check_consume_key(self, key: str, character: str | None = None) -> bool:
        return True if character in KEPT_CHARACTERS else super().check_consume_key(key, character)

    async def _on_key(self, event: events.Key) -> None:
        if event.key == "enter":
            self.post_message(self.Submitted())
        elif event.key == "ctrl+j":
            self.insert("\n")
        elif wanted(event):
            self.replace(event.character or "", *self.selection)
        else:
            return
        event.stop()
        event.prevent_default()

    async def _on_paste(self, event: events.Paste) -> None:
        event.stop()
        event.prevent_default()
        try:
            text = pasted(event.text, len(self.text) - len(self.selected_text))
        except Refusal as refusal:
            self.post_message(PasteRefused(refusal.message))
            return
        if result := self._replace_via_keyboard(text, *self.selection):
            self.move_cursor(result.end_location)

    async def action_paste(self) -> None:  # type: ignore[override]
        await self._on_paste(events.Paste(self.app.clipboard))


class AsciiScrollBar(ScrollBarRender):
    """A scroll bar without block glyphs, which old consoles show as question marks."""

    VERTICAL_BARS = [" "] * 8
    HORIZONTAL_BARS = [" "] * 8


class SteadyBars(Widget if TYPE_CHECKING else object):  # type: ignore[misc]
    """Mixin for what scrolls: its bar is drawn anew only when it has changed, not at every layout of the screen."""

    _bars: tuple[Size, Size] | None = None

    def _scroll_update(self, virtual_size: Size) -> None:
        if (bars := (virtual_size, self.container_size)) != self._bars:
            self._bars = bars
            super()._scroll_update(virtual_size)


# The results of this method are kept for each widget that was ever drawn, and with them all its lines (#6665). They
# depend on two colours only.
StylesCache.get_inner_outer = classmethod(lru_cache(1024)(StylesCache.get_inner_outer.__wrapped__))  # type: ignore[assignment, arg-type]
