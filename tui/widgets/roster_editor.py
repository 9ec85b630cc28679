"""A list of things registered one by one."""

from __future__ import annotations

from textual import events, on
from textual.app import ComposeResult
from textual.widgets import OptionList
from textual.widgets.option_list import Option

from surveys.completeness import empty_cells
from surveys.form import Item, parse_address
from tui.marks import pick
from tui.screens.dialogs import Confirm
from tui.sitting import Sitting
from tui.textual_faults import shown
from tui.widgets.editor import Editor
from tui.widgets.grid_editor import GridEditor

ADD, NOTHING, GO_ON = "+", "0", ">"
"""Ids of the lines below the registered ones; row ids are hexadecimal of eight digits."""


class RosterEditor(Editor):
    """The list; Enter opens a row as a grid of its fields, in the same place."""

    def compose(self) -> ComposeResult:
        yield OptionList(id="roster", markup=False, compact=True)
        yield GridEditor(id="fields")

    def on_mount(self) -> None:
        self.list = self.query_one(OptionList)
        self.fields = self.query_one(GridEditor)
        self.fields.tell = lambda sentence: self.tell(sentence)
        self._open = ""
        self.fields.display = False

    @property
    def place(self) -> str:  # type: ignore[override]
        return "grid" if self._open else "roster"

    def show_answers(self) -> None:
        if self._open and self._open in self.sitting.interview.rows(self.item.name):
            self.fields.show_answers()
            return
        self._show_list()

    def fill(self, sitting: Sitting, item: Item) -> None:
        self._open = ""
        super().fill(sitting, item)

    def _show_list(self, highlight: str = "") -> None:
        self._open = ""
        self.fields.display, self.list.display = False, True
        interview, name = self.sitting.interview, self.item.name
        rows = interview.rows(name)
        empty = {address for address, _ in empty_cells(interview, self.item)}
        options = []
        for number, row_id in enumerate(rows, 1):
            sign = "◐" if any(a.startswith(f"{name}[{row_id}]") for a in empty) else "✓"
            sign = pick(sign, {"◐": "~", "✓": "v"}[sign])
            options.append(Option(shown(f"{number:>2} {sign} {interview.row_label(name, row_id)}"), id=row_id))
        options.append(Option(shown(f" {ADD} 登记一项"), id=ADD))
        none_label = getattr(self.item.question, "none_label", "")
        if none_label and not rows:
            box = "[x]" if interview.nothing(name) else "[ ]"
            options.append(Option(shown(f" {box} {none_label}"), id=NOTHING))
        options.append(Option(shown(f" {pick('→', '>')} 下一题"), id=GO_ON))
        self.list.set_options(options)
        ids = [option.id for option in options]
        self.list.highlighted = ids.index(highlight) if highlight in ids else ids.index(ADD)
        self.post_message(self.Turned())

    def take_focus(self) -> None:
        if self._open:
            self.fields.take_focus()
        else:
            self.list.focus()

    def here(self) -> str:
        return self.fields.here() if self._open else self.item.name

    def typed(self) -> dict[str, str]:
        return self.fields.typed() if self._open else {}

    def point_at(self, address: str) -> None:
        row_id = parse_address(address).row_id
        if row_id in self.sitting.interview.rows(self.item.name):
            self._open_row(row_id)
            self.fields.point_at(address)

    def restore(self, address: str, text: str) -> bool:
        row_id = parse_address(address).row_id
        if row_id not in self.sitting.interview.rows(self.item.name):
            return False
        self._open_row(row_id)
        return self.fields.restore(address, text)

    def after_status(self) -> None:
        self.fields.after_status()

    def close_inner(self) -> bool:
        """From a row back to the list; a row in which nothing was entered is taken off again.

        Returns:
            True if there was a row open.
        """
        if not self._open:
            return False
        row_id, prefix = self._open, f"{self.item.name}[{self._open}]"
        interview = self.sitting.interview
        addresses = [a for a in interview.addresses(self.item.name) if a.startswith(prefix)]
        if not any(interview.kept(address).status.given for address in addresses) and not self.sitting.locked:
            self._remove(row_id)
        else:
            self._show_list()
        self.list.focus()
        return True

    @on(OptionList.OptionSelected, "#roster")
    def _selected(self, event: OptionList.OptionSelected) -> None:
        event.stop()
        match event.option_id:
            case "+":
                self._add()
            case "0":
                self._say_nothing()
            case ">":
                self.post_message(self.Done())
            case str(row_id):
                self._open_row(row_id)

    def _say_nothing(self) -> None:
        """Say that there is nothing to register, or take that back."""
        nothing = not self.sitting.interview.nothing(self.item.name)
        write = self.sitting.recorder.say_nothing
        refusal = self.sitting.write(lambda: write(self.item.name, nothing), self._say_nothing)
        self.tell(refusal)
        if not refusal:
            self._show_list(GO_ON if nothing else ADD)
            if nothing:
                self.post_message(self.Done())

    def _add(self) -> None:
        refusal = self.sitting.write(lambda: self.sitting.recorder.add_row(self.item.name), self._add)
        self.tell(refusal)
        if not refusal:
            self._open_row(self.sitting.interview.rows(self.item.name)[-1])

    def _open_row(self, row_id: str) -> None:
        self._open = row_id
        self.list.display, self.fields.display = False, True
        self.fields.fill(self.sitting, self.item, row_id)
        self.fields.take_focus()
        self.post_message(self.Turned())

    @on(Editor.Done)
    def _row_done(self, event: Editor.Done) -> None:
        if event.sender_is(self.fields):
            event.stop()
            self.close_inner()

    def on_key(self, event: events.Key) -> None:
        option = self.list.highlighted_option
        if self._open or self.sitting.locked:
            return
        if event.character in ("+", "＋") or event.key == "insert":
            self._add()
        elif event.key == "delete" and option and option.id not in (ADD, NOTHING, GO_ON):
            self._ask_to_remove(str(option.id))
        else:
            return
        event.stop()

    def _remove(self, row_id: str) -> None:
        remove = self.sitting.recorder.remove_row
        self.tell(self.sitting.write(lambda: remove(self.item.name, row_id), lambda: self._remove(row_id)))
        self._show_list()

    def _ask_to_remove(self, row_id: str) -> None:
        def answered(yes: bool | None) -> None:
            if yes:
                self._remove(row_id)

        label = self.sitting.interview.row_label(self.item.name, row_id)
        self.app.push_screen(Confirm(f"删除“{label}”？已填的内容留在历史里，不再导出。"), answered)
