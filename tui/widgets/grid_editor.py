"""Cells filled in like a spreadsheet: a matrix, or the fields of one roster row."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING

from textual import events, on
from textual.app import ComposeResult
from textual.widgets import Input

from surveys.answers import Status, display, grouped, read_back
from surveys.form import parse_address
from surveys.text import Refusal
from tui.marks import mask
from tui.textual_faults import TextLine
from tui.widgets.editor import Editor
from tui.widgets.grid_view import GridRow, GridView
from tui.widgets.prose import Prose, SteadyProse

if TYPE_CHECKING:
    from surveys.form import Cell, Item
    from tui.sitting import Sitting

_NUMBERS = ("integer", "decimal", "money")


class GridEditor(Editor):
    """The table shows everything; one line below it edits the cell the cursor is on.

    The line is a real text editor, so that an IME, pasting and full-width digits work in every cell.
    A cell is stored when it is left; a choice as soon as its number is clear.
    """

    place = "grid"

    def compose(self) -> ComposeResult:
        yield GridView()
        yield Prose(id="cell-label")
        yield TextLine(id="cell")
        yield SteadyProse(id="cell-hint")

    def on_mount(self) -> None:
        self.view = self.query_one(GridView)
        self.line = self.query_one(TextLine)
        self.label = self.query_one("#cell-label", Prose)
        self.hint = self.query_one("#cell-hint", Prose)
        self._row_id = self._here = ""
        self._rows: list[GridRow] = []

    def fill(self, sitting: Sitting, item: Item, row_id: str = "") -> None:
        """Show a matrix, or the fields of one row of a roster."""
        self._row_id, self._here = row_id, ""
        super().fill(sitting, item)

    def take_focus(self) -> None:
        self.line.focus()

    def here(self) -> str:
        return self._here

    def show_answers(self) -> None:
        self._lay_out()
        addresses = self._order()
        if self._here not in addresses:
            interview = self.sitting.interview
            empty = (a for a in addresses if interview.answer(a).status is Status.EMPTY)
            self._here = next(empty, addresses[0])
        self._go(self._here)

    def typed(self) -> dict[str, str]:
        kept = self.sitting.interview.kept(self._here)
        untouched = not self.line.text and self.sitting.masks(self._here)
        if untouched or self.line.text == kept.value:
            return {}
        return {self._here: self.line.text}

    def point_at(self, address: str) -> None:
        if address in self._order():
            self._go(address)

    def restore(self, address: str, text: str) -> bool:
        if address not in self._order():
            return False
        self._go(address)
        self.line.text = text
        return True

    def after_status(self) -> None:
        self._go(self._here)
        if self.sitting.advances:
            self._step(1)

    # ── layout ──

    def _lay_out(self) -> None:
        """Which cells there are now; a chosen 其他 adds the line for its text."""
        interview, question = self.sitting.interview, self.item.question
        addresses = interview.addresses(self.item.name)
        if self._row_id:
            mine = [a for a in addresses if parse_address(a).row_id == self._row_id]
            self._rows = [GridRow(self.sitting.form.cell(a).label, (a,)) for a in mine]
            return
        columns = [column.name for column in getattr(question, "columns", ())] or [""]
        at = {(cell.row, cell.column): cell.address for cell in self.item.cells}
        self._rows = []
        for row in getattr(question, "rows", ()):
            mine = [at.get((row.name, column), "") for column in columns]
            self._rows.append(GridRow(row.label, tuple(mine)))
            for address in mine:
                if address:
                    self._rows += [
                        GridRow(self.sitting.form.cell(a).label, (a, *[""] * (len(columns) - 1)))
                        for a in interview.specify_addresses(address)
                    ]

    def _order(self) -> list[str]:
        return [address for row in self._rows for address in row.addresses if address]

    def _cell(self, address: str) -> Cell:
        return self.sitting.form.cell(address)

    def _draw(self) -> None:
        columns = [column.label for column in getattr(self.item.question, "columns", ())]
        findings = self.sitting.interview.findings(self.item.name)
        wrong = frozenset(finding.cell for finding in findings if finding.level == "error")
        self.view.show(self._rows, columns, self._text_of, self._here, self._sums(), wrong)

    def _text_of(self, address: str) -> str:
        if address == self._here and self.typed():
            return self.line.text
        answer, kind = self.sitting.interview.answer(address), self._cell(address).kind
        if answer.status.missing or answer.status is Status.SKIPPED:
            return answer.status.label
        if self.sitting.masks(address):
            return mask()
        shown = display(kind, answer.value)
        return f"{answer.value} {shown}" if kind.type in ("select_one", "rating") and shown else shown

    def _sums(self) -> list[str]:
        """One sum per column, where all its cells are alike and none is a part of another (其中)."""
        if self._row_id or len(self._rows) < 2 or any(row.label.startswith("其中") for row in self._rows):
            return []
        kinds = [self._cell(address).kind for address in self._order()]
        units = {getattr(kind, "unit", "") for kind in kinds}
        if any(kind.type not in _NUMBERS for kind in kinds) or len(units) > 1:
            return []
        if any(map(self.sitting.masks, self._order())):
            return []
        sums = []
        for column in range(len(self._rows[0].addresses)):
            answers = [self.sitting.interview.answer(row.addresses[column]) for row in self._rows]
            values = [Decimal(answer.value) for answer in answers if answer.value]
            sums.append(f"{grouped(sum(values, Decimal(0)))} {units.copy().pop()}" if values else "")
        return sums

    # ── moving and storing ──

    def _go(self, address: str) -> None:
        self._here = address
        cell = self._cell(address)
        unit = getattr(cell.kind, "unit", "")
        bracketed = f"（{unit}）"
        self.label.say(f"{cell.label}{bracketed if unit and bracketed not in cell.label else ''}：")
        with self.line.prevent(Input.Changed):
            self.line.text = "" if self.sitting.masks(address) else self.sitting.interview.kept(address).value
        self._say_hint()
        self._draw()
        self.post_message(self.Turned())  # 不掌握 is for some cells only

    def _say_hint(self) -> None:
        """The numbers of the options or how the amount is understood; what is hidden; what the round before had."""
        sitting = self.sitting
        hidden = "已填，保密；输入新的就换掉。" if sitting.masks(self._here) else ""
        former = sitting.former.cell(self._here) if sitting.former else ""
        self.hint.say("\n".join(filter(None, (hidden, self._understood(), former))))

    def _understood(self) -> str:
        if choices := self.sitting.interview.choices(self._here):
            return "　".join(f"{choice.name}\u00a0{choice.label}" for choice in choices)
        try:
            value = self.sitting.interview.check_typed(self._here, self.line.text).value
        except Refusal:
            value = ""  # said when the cell is left
        fields = {field.name: field.hint for field in getattr(self.item.question, "questions", ())}
        return read_back(self._cell(self._here).kind, value) or fields.get(parse_address(self._here).rest, "")

    def _step(self, step: int) -> None:
        """Store this cell and go to another in reading order; past the last, the question is done."""
        if self.settle(lambda: self._step(step)):
            self._draw()
            return
        former = self._here
        self._lay_out()
        order = self._order()
        place = order.index(former) + step
        if place >= len(order):
            self._go(former)
            self.post_message(self.Done())
        else:
            self._go(order[max(0, place)])

    def _step_row(self, step: int) -> None:
        row, column = next(
            (n, r.addresses.index(self._here)) for n, r in enumerate(self._rows) if self._here in r.addresses
        )
        if self.settle(lambda: self._step_row(step)) or not 0 <= row + step < len(self._rows):
            self._draw()
            return
        self._lay_out()
        addresses = self._rows[row + step].addresses
        self._go(addresses[column] or addresses[0])

    def on_key(self, event: events.Key) -> None:
        columns = len(self._rows[0].addresses) if self._rows else 1
        match event.key:
            case "enter" | "tab":
                self._step(1)
            case "shift+tab":
                self._step(-1)
            case "up":
                self._step_row(-1)
            case "down":
                self._step_row(1)
            case "left" if columns > 1 and self.line.cursor_position == 0:
                self._step(-1)
            case "right" if columns > 1 and self.line.cursor_position == len(self.line.value):
                self._step(1)
            case _:
                return
        event.stop()
        event.prevent_default()

    @on(Input.Changed, "#cell")
    def _changed(self, event: Input.Changed) -> None:
        event.stop()
        if self.sitting.advances and self._is_clear_choice():
            self._step(1)
        else:
            self._say_hint()
            self._draw()

    def _is_clear_choice(self) -> bool:
        """True when what was typed is the number of an option and can become no other."""
        cell = self._cell(self._here)
        if cell.kind.type not in ("select_one", "rating"):
            return False
        try:
            code = self.sitting.interview.check_typed(self._here, self.line.text).value
        except Refusal:
            return False
        return bool(code) and [
            c.name for c in self.sitting.interview.choices(self._here) if c.name.startswith(code)
        ] == [code]

    @on(GridView.CellClicked)
    def _clicked(self, event: GridView.CellClicked) -> None:
        event.stop()
        self._leave_for(event.address)
        self.line.focus()

    def _leave_for(self, address: str) -> None:
        if not self.settle(lambda: self._leave_for(address)):
            self._lay_out()
            self._go(address)
