"""Small dialogs: ask a text, choose one of a few, find one of many, confirm."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from textual import events, on
from textual.app import ComposeResult
from textual.containers import Vertical
from textual.screen import ModalScreen
from textual.widget import Widget
from textual.widgets import Input, OptionList
from textual.widgets.option_list import Option

from surveys.text import show_text, to_half_width
from tui.key_queue import PaintedOnce
from tui.keys import bindings_of
from tui.textual_faults import PasteRefused, TextLine, shown
from tui.widgets.choice_list import ChoiceList
from tui.widgets.found_list import FoundList
from tui.widgets.key_line import KeyLine
from tui.widgets.prose import Prose


class Dialog(ModalScreen[Any], PaintedOnce[Any]):
    """A box in the middle with a title above and its keys below; Esc changes nothing and gives None."""

    BINDINGS = bindings_of("dialog")

    def __init__(self, title: str) -> None:
        super().__init__()
        self.title_text = title

    def body(self) -> Sequence[Widget]:
        return ()

    def compose(self) -> ComposeResult:
        with Vertical(id="box"):
            yield Prose(self.title_text, id="title")
            yield from self.body()
            yield Prose(id="refusal")
            yield KeyLine("dialog", lambda command: True)

    def refuse(self, sentence: str) -> None:
        self.query_one("#refusal", Prose).say(sentence)

    def on_paste_refused(self, event: PasteRefused) -> None:
        self.refuse(event.message)

    def action_cancel(self) -> None:
        self.dismiss(None)


class Confirm(Dialog):
    """Enter is yes, Esc is no. Gives True or None."""

    def on_key(self, event: events.Key) -> None:
        if event.key == "enter":
            event.stop()
            self.dismiss(True)


class AskText(Dialog):
    """Ask a line of text.

    Args:
        title: What is asked.
        text: What there is already.
        accept: Does what the text is for; returns "" or the sentence that says why it was not taken. A text
            that was not taken stays in the line.
    """

    def __init__(self, title: str, text: str, accept: Callable[[str], str]) -> None:
        super().__init__(title)
        self.text, self.accept = text, accept

    def body(self) -> Sequence[Widget]:
        self.line = TextLine(id="line")
        return (self.line,)

    def on_mount(self) -> None:
        self.line.text = self.text
        self.line.focus()

    @on(Input.Submitted)
    def _submitted(self, event: Input.Submitted) -> None:
        event.stop()
        if refusal := self.accept(self.line.text):
            self.refuse(refusal)
        else:
            self.dismiss(True)


@dataclass(frozen=True)
class Line:
    """An entry of `Choose`, in the shape a `ChoiceList` shows."""

    name: str
    label: str


class Choose(Dialog):
    """Choose one of a few by its digit. Gives the chosen name."""

    def __init__(self, title: str, lines: Sequence[Line], chosen: str = "") -> None:
        super().__init__(title)
        self.lines, self.chosen = lines, chosen

    def body(self) -> Sequence[Widget]:
        self.list = ChoiceList(id="lines")
        return (self.list,)

    def on_mount(self) -> None:
        self.list.fill(self.lines, frozenset({self.chosen}), multiple=False)
        self.list.focus()

    @on(ChoiceList.Picked)
    def _picked(self, event: ChoiceList.Picked) -> None:
        event.stop()
        self.dismiss(event.code)

    @on(ChoiceList.Entered)
    def _entered(self, event: ChoiceList.Entered) -> None:
        event.stop()
        self.dismiss(self.chosen)


class ChooseSeveral(Dialog):
    """Choose several of a few by their digits, all of them to begin with; Enter is done. Gives their names."""

    def __init__(self, title: str, lines: Sequence[Line]) -> None:
        super().__init__(title)
        self.lines, self.taken = lines, {line.name for line in lines}

    def body(self) -> Sequence[Widget]:
        self.list = ChoiceList(id="lines")
        return (self.list,)

    def on_mount(self) -> None:
        self.list.fill(self.lines, frozenset(self.taken), multiple=True)
        self.list.focus()

    @on(ChoiceList.Picked)
    def _picked(self, event: ChoiceList.Picked) -> None:
        event.stop()
        self.taken ^= {event.code}
        self.list.choose(frozenset(self.taken))

    @on(ChoiceList.Entered)
    def _entered(self, event: ChoiceList.Entered) -> None:
        event.stop()
        self.dismiss([line.name for line in self.lines if line.name in self.taken])


class ChooseOrWrite(Dialog):
    """Choose one of a few by its digit, or write another. Gives the text.

    The line has the focus, so that both are typed without choosing first which; a digit that begins a text of one's
    own is typed behind a space.

    Args:
        title: What is asked.
        lines: What there is to choose from: digits and text.
        alone: The text that Enter alone stands for; "" for none.
        accept: Does what the text is for; returns "" or the sentence that says why it was not taken.
    """

    def __init__(self, title: str, lines: Sequence[Line], alone: str, accept: Callable[[str], str]) -> None:
        super().__init__(title)
        self.texts = {line.name: line.label for line in lines}
        self.alone, self.accept = alone, accept

    def body(self) -> Sequence[Widget]:
        listed = "\n".join(f"{digits}\u00a0\u00a0{text}" for digits, text in self.texts.items())
        enter = f"直接按 Enter：{show_text(self.alone, line=True)}" if self.alone else "按数字选，或者直接写"
        self.line = TextLine(placeholder=enter, id="line")
        return (Prose(listed, id="listed"), self.line)

    def on_mount(self) -> None:
        self.line.focus()

    @on(Input.Changed)
    def _changed(self, event: Input.Changed) -> None:
        event.stop()
        digits = to_half_width(self.line.text) if self.line.text == self.line.text.strip() else ""
        if [key for key in self.texts if digits and key.startswith(digits)] == [digits]:
            self._take(self.texts[digits])

    @on(Input.Submitted)
    def _submitted(self, event: Input.Submitted) -> None:
        event.stop()
        typed = self.line.text
        self._take(self.texts.get(to_half_width(typed), typed.strip()) or self.alone)

    def _take(self, text: str) -> None:
        if refusal := self.accept(text):
            self.refuse(refusal)
        else:
            self.dismiss(text)


class Find(Dialog):
    """Find one of many by typing. Gives its id.

    Args:
        title: What is looked for.
        entries: (id, text) of everything there is.
        rank: How well an entry fits what was typed: smaller is better, None is not at all.
    """

    def __init__(
        self, title: str, entries: Sequence[tuple[str, str]], rank: Callable[[str, str, str], int | None]
    ) -> None:
        super().__init__(title)
        self.entries, self.rank = entries, rank

    def body(self) -> Sequence[Widget]:
        self.line = TextLine(id="line")
        self.list = FoundList(id="found")
        return (self.line, self.list)

    def on_mount(self) -> None:
        self._show("")
        self.line.focus()

    @on(Input.Changed)
    def _changed(self, event: Input.Changed) -> None:
        event.stop()
        self._show(self.line.text)

    def _show(self, typed: str) -> None:
        ranked = ((self.rank(ident, text, typed), place) for place, (ident, text) in enumerate(self.entries))
        found = sorted((rank, place) for rank, place in ranked if rank is not None)
        entries = [self.entries[place] for _, place in found]
        self.list.set_options(Option(shown(text.replace("\n", " ")), id=ident) for ident, text in entries)
        self.list.highlighted = 0 if entries else None
        self.refuse("" if entries else "没有找到，请换一个词。")
        self.refresh()  # all of the screen: the shrinking box leaves holes in double-width characters around it

    def on_key(self, event: events.Key) -> None:
        if not self.list.moves(event) and event.key == "enter":
            if self.list.highlighted_option:
                self.dismiss(self.list.highlighted_option.id)
            event.stop()
            event.prevent_default()

    @on(OptionList.OptionSelected)
    def _selected(self, event: OptionList.OptionSelected) -> None:
        event.stop()
        self.dismiss(event.option_id)
