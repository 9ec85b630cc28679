"""Single and multiple choice, with the text that 其他（请注明） asks for."""

from __future__ import annotations

from textual import on
from textual.app import ComposeResult
from textual.widgets import Input

from tui.textual_faults import TextLine
from tui.widgets.choice_list import ChoiceList
from tui.widgets.editor import Editor
from tui.widgets.prose import Prose


class ChoiceEditor(Editor):
    """Every choice is stored when it is made; a single choice then moves on by itself, unless that is switched off."""

    def compose(self) -> ComposeResult:
        yield ChoiceList(id="choices")
        yield Prose(id="specify-label")
        yield TextLine(id="specify")

    def on_mount(self) -> None:
        self.list = self.query_one(ChoiceList)
        self.line = self.query_one(TextLine)
        self.label = self.query_one(Prose)
        self._specify = ""

    @property
    def place(self) -> str:  # type: ignore[override]
        return "choices" if self.multiple else "choice"

    @property
    def multiple(self) -> bool:
        return self.item.type == "select_multiple"

    def show_answers(self) -> None:
        self.list.fill(self.sitting.interview.choices(self.item.name), self._chosen(), self.multiple)
        self._open_specify(next(iter(self.sitting.interview.specify_addresses(self.item.name)), ""))

    def take_focus(self) -> None:
        self.list.focus()

    def typed(self) -> dict[str, str]:
        if not self._specify or self.line.text == self.sitting.interview.kept(self._specify).value:
            return {}
        return {self._specify: self.line.text}

    def settled(self) -> None:
        self.line.text = self.sitting.interview.kept(self._specify).value

    def restore(self, address: str, text: str) -> bool:
        if address not in self.sitting.interview.specify_addresses(self.item.name):
            return False
        self._open_specify(address)
        self.line.text = text
        self.line.focus()
        return True

    def _chosen(self) -> frozenset[str]:
        return frozenset(self.sitting.interview.kept(self.item.name).value.split())

    def _open_specify(self, address: str) -> None:
        """Show the text line of a chosen option, or none."""
        self._specify = address
        self.line.display = bool(address)
        self.label.say(f"{self.sitting.form.cell(address).label}：" if address else "")
        self.line.text = self.sitting.interview.kept(address).value if address else ""

    @on(ChoiceList.Picked)
    def _picked(self, event: ChoiceList.Picked) -> None:
        event.stop()
        self._pick(event.code, event.last)

    def _pick(self, code: str, last: bool) -> None:
        def retry() -> None:
            self._pick(code, last)

        if self.typed() and self.settle(retry):
            return
        refusal = self.sitting.answer({self.item.name: self._with(code)}, retry)
        self.tell(refusal)
        if refusal:
            return
        chosen = self._chosen()
        self.list.choose(chosen)
        addresses = self.sitting.interview.specify_addresses(self.item.name)
        mine = next((address for address in addresses if address.endswith(f".{code}")), "")
        self._open_specify(mine or next(iter(addresses), ""))
        if mine:
            self.line.focus()
        elif last or (self.sitting.advances and not self.multiple):
            self.post_message(self.Done())

    def _with(self, code: str) -> str:
        """The choices after taking or dropping one; an exclusive one stands alone."""
        if not self.multiple:
            return code
        chosen = set(self._chosen())
        alone = {choice.name for choice in self.sitting.interview.choices(self.item.name) if choice.exclusive}
        if code in chosen:
            return " ".join(chosen - {code})
        return code if code in alone else " ".join((chosen - alone) | {code})

    @on(ChoiceList.Entered)
    def _entered(self, event: ChoiceList.Entered) -> None:
        event.stop()
        self.post_message(self.Done())

    @on(Input.Submitted, "#specify")
    def _specified(self, event: Input.Submitted) -> None:
        event.stop()
        self._finish_text()

    def _finish_text(self) -> None:
        if self.settle(self._finish_text):
            return
        if self.multiple:
            self.list.focus()
        else:
            self.post_message(self.Done())
