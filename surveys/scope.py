"""What an expression sees of an interview: cells and roster rows as nodes."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from surveys.answers import Answer, Status, label_of
from surveys.expressions import Node, Scalar
from surveys.form import Cell, Item, roster_cell, specify_cell

if TYPE_CHECKING:
    from surveys.interview import Interview


def scalar(cell: Cell, answer: Answer) -> Scalar:
    """The answer as the expression language has it: numbers as floats, dates as dates, blank as ''."""
    if answer.status is not Status.ANSWERED:
        return ""
    match cell.kind.type:
        case "integer" | "decimal" | "money" | "percent":
            return float(answer.value)
        case "date":
            return dt.date.fromisoformat(answer.value)
        case _:
            return answer.value


@dataclass(frozen=True, slots=True)
class CellNode:
    """One cell."""

    value: Scalar
    row: RowNode | None = None

    @property
    def position(self) -> int:
        return 1

    def children(self, name: str) -> Sequence[Node]:
        return ()

    def parent(self) -> Node | None:
        return self.row


@dataclass(frozen=True, slots=True)
class RowNode:
    """One row of a roster; its fields are its children."""

    interview: Interview
    item: Item
    row_id: str
    position: int

    @property
    def value(self) -> Scalar:
        return ""

    def children(self, name: str) -> Sequence[Node]:
        cell = next((cell for cell in self.item.cells if cell.address == name), None)
        if cell is None:
            return ()
        answer = self.interview.answer(roster_cell(self.item.name, self.row_id, name))
        return (CellNode(scalar(cell, answer), self),)

    def parent(self) -> Node | None:
        return None


@dataclass(frozen=True, slots=True)
class Scope:
    """The context of one expression: the question it belongs to and, in a roster, the row and field."""

    interview: Interview
    item: Item
    row_id: str = ""
    field: str = ""

    def nodes(self, name: str, parts: tuple[str, ...]) -> Sequence[Node]:
        form = self.interview.form
        if (roster := form.fields.get(name)) is not None:
            if roster == self.item.name and (row := self.row()):
                return row.children(name)
            return [node for row in self.rows(form.by_name[roster]) for node in row.children(name)]
        item = form.by_name.get(name)
        if item is None:
            return ()
        if item.type == "roster":
            return self.rows(item)
        if item.type != "matrix" and parts:
            address = specify_cell(name, parts[0])
            return (CellNode(self.interview.answer(address).value),)
        return [self._node(cell) for cell in item.cells if {*parts} <= {cell.row, cell.column}]

    def rows(self, item: Item) -> Sequence[RowNode]:
        """The rows of a roster; none while it is hidden."""
        if not self.interview.relevant(item.name):
            return ()
        row_ids = self.interview.rows(item.name)
        return [RowNode(self.interview, item, row_id, place) for place, row_id in enumerate(row_ids, 1)]

    def current(self) -> Sequence[Node]:
        if self.field:
            row = self.row()
            return row.children(self.field) if row else ()
        return self.nodes(self.item.name, ())

    def here(self) -> Node | None:
        return self.row()

    def row(self) -> RowNode | None:
        """The roster row the expression is evaluated in."""
        if not self.row_id:
            return None
        place = self.interview.rows(self.item.name).index(self.row_id) + 1
        return RowNode(self.interview, self.item, self.row_id, place)

    def parameter(self, name: str) -> str:
        return str(self.interview.form.survey.parameters[name])

    def missing(self, name: str, parts: tuple[str, ...]) -> bool:
        return any(self.interview.answer(address).status.missing for address in self.addresses(name, parts))

    def addresses(self, name: str, parts: tuple[str, ...] = ()) -> list[str]:
        """The addresses a reference stands for, from where this scope is."""
        form = self.interview.form
        if (roster := form.fields.get(name)) is not None:
            inside = roster == self.item.name and self.row_id
            rows = (self.row_id,) if inside else self.interview.rows(roster)
            return [roster_cell(roster, row_id, name) for row_id in rows]
        item = form.by_name[name]
        if item.type == "roster":
            return [name]
        if item.type != "matrix" and parts:
            return [specify_cell(name, parts[0])]
        return [cell.address for cell in item.cells if {*parts} <= {cell.row, cell.column}]

    def choice_label(self, value: str, name: str) -> str:
        form = self.interview.form
        cells = form.by_name[form.fields.get(name, name)].cells
        cell = next((cell for cell in cells if name not in form.fields or cell.address == name), None)
        return label_of(cell.kind, value) if cell else value

    def now(self) -> dt.datetime:
        return self.interview.clock()

    def _node(self, cell: Cell) -> CellNode:
        return CellNode(scalar(cell, self.interview.answer(cell.address)))
