"""What an expression sees of an interview: cells and roster rows as nodes."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from surveys.answers import EMPTY, Answer, Status, label_of
from surveys.expressions import Node, Scalar
from surveys.form import Cell, Item, roster_cell, specify_cell

if TYPE_CHECKING:
    from surveys.interview import Interview


_NOTHING: dict[str, Answer] = {}
_ANSWERED = Status.ANSWERED  # looking it up in the class takes longer than the rest of a comparison


def scalar(cell: Cell, answer: Answer) -> Scalar:
    """The answer as the expression language has it: numbers as floats, dates as dates, blank as ''."""
    return cell.read(answer.value) if answer.status is _ANSWERED else ""


# None of these ever changes; they are not `frozen`, because that makes one three times as slow to make, and evaluating
# makes many.


@dataclass(slots=True, eq=False)
class CellNode:
    """One cell; the same cell is the same node, whichever way it was come to."""

    value: Scalar
    place: str
    row: RowNode | None = None

    def __eq__(self, other: object) -> bool:
        return isinstance(other, CellNode) and self.place == other.place

    def __hash__(self) -> int:
        return hash(self.place)

    @property
    def position(self) -> int:
        return 1

    def children(self, name: str) -> Sequence[Node]:
        return ()

    def parent(self) -> Node | None:
        return self.row


@dataclass(slots=True)
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
        address = roster_cell(self.item.name, self.row_id, name)
        return (CellNode(scalar(cell, self.interview.answer(address)), address, self),)

    def parent(self) -> Node | None:
        return None


@dataclass(slots=True)
class Scope:
    """The context of one expression: the question it belongs to and, in a roster, the row and field."""

    interview: Interview
    item: Item
    row_id: str = ""
    field: str = ""

    def nodes(self, name: str, parts: tuple[str, ...]) -> Sequence[Node]:
        interview = self.interview
        known = interview.nodes.get(name)
        if known is not None and (nodes := known.get(parts)) is not None:
            return nodes
        if (readers := interview.form.readers_at(name, parts)) is None:
            return self._other_nodes(name, parts)
        # The form's own cells need not be asked one by one whether they are shown.
        kept = interview.stored.get if interview.relevant(name) else _NOTHING.get
        made = tuple(
            [
                CellNode(read(answer.value) if (answer := kept(address, EMPTY)).status is _ANSWERED else "", address)
                for address, read in readers
            ]
        )
        if known is None:
            interview.nodes[name] = {parts: made}
        else:
            known[parts] = made
        return made

    def _other_nodes(self, name: str, parts: tuple[str, ...]) -> Sequence[Node]:
        """Rosters and their fields, specify texts, what is computed."""
        form = self.interview.form
        if (roster := form.fields.get(name)) is not None:
            if roster == self.item.name and (row := self.row()):
                return row.children(name)
            return [node for row in self.rows(form.by_name[roster]) for node in row.children(name)]
        if (item := form.by_name.get(name)) is None:
            return ()
        if item.type == "roster":
            return self.rows(item)
        if parts:
            address = specify_cell(name, parts[0])
            return (CellNode(self.interview.answer(address).value, address),)
        return tuple([CellNode(scalar(cell, self.interview.answer(cell.address)), cell.address) for cell in item.cells])

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
        rows = self.interview.rows(self.item.name)
        return RowNode(self.interview, self.item, self.row_id, rows.index(self.row_id) + 1)

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
        return [cell.address for cell in form.cells_at(name, parts)]

    def choice_label(self, value: str, name: str) -> str:
        form = self.interview.form
        cells = form.by_name[form.fields.get(name, name)].cells
        cell = next((cell for cell in cells if name not in form.fields or cell.address == name), None)
        return label_of(cell.kind, value) if cell else value

    def now(self) -> dt.datetime:
        return self.interview.clock()
