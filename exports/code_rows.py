"""One row per interview, or per registered thing, in codes: what 编码 and the data files hold."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence

from exports.columns import Column, for_software, status_of
from exports.sights import Sight
from exports.styles import INTEGER, TEXT, Look
from surveys.answers import Status, choices_of
from surveys.form import Cell, Item, parse_address, roster_cell, specify_cell

KEYS = ("interview", "unit", "round", "stage", "team", "city", "county")
"""The columns before the cells."""

Shown = tuple[object, Look]


def status_heading(address: str) -> str:
    """The column beside a cell's that says why it holds no value."""
    return f"{address}__status"


def keys_of(sight: Sight) -> list[Shown]:
    """What stands in the columns before the cells."""
    row, unit = sight.row, sight.unit
    texts = (row.id, row.unit, row.round, row.stage)
    return [*((text, TEXT) for text in texts), (row.team, INTEGER), (unit.city, TEXT), (unit.county, TEXT)]


class CodeRows:
    """The columns of a row per interview: every cell, and beside it its status where one occurs."""

    def __init__(self, columns: Sequence[Column], with_status: Collection[str]) -> None:
        """Make the columns.

        Args:
            columns: Those of all forms in use.
            with_status: Cells that need a column for statuses (`sights.cells_with_status`).
        """
        self._addresses = [
            (column, address, address in with_status)
            for column in columns
            for address in (column.address, *(specify_cell(column.address, code) for code in column.specifies))
        ]
        self.headings = list(KEYS)
        for _, address, status in self._addresses:
            self.headings += [address, status_heading(address)] if status else [address]

    def cells(self, sight: Sight) -> list[Shown]:
        """The row of one interview."""
        cells = keys_of(sight)
        for column, address, with_status in self._addresses:
            if column.roster:
                cells.append((roster_count(column, sight)[0], INTEGER))
            elif address == column.address:
                cells.append(for_software(address, column.kind, sight.answers))
            else:
                cells.append((_specified(address, sight), TEXT))
            if with_status:
                cells.append((status_of(address, sight.answers), TEXT))
        return cells


class RosterRows:
    """The columns of a row per thing registered in one roster."""

    def __init__(self, item: Item, with_status: Collection[str]) -> None:
        """Make the columns; `with_status` as for `CodeRows`."""
        self.item = item
        places = {parse_address(address) for address in with_status}
        statuses = {place.rest for place in places if place.row_id and place.question == item.name}
        self._fields: list[tuple[Cell, str, bool]] = [
            (cell, field, field in statuses)
            for cell in item.cells
            for field in (cell.address, *(specify_cell(cell.address, code) for code in _specify_codes(cell)))
        ]
        self.headings = [*KEYS, "row", "position"]
        for _, field, status in self._fields:
            self.headings += [field, status_heading(field)] if status else [field]

    def rows(self, sight: Sight) -> Iterator[list[Shown]]:
        """The rows of one interview."""
        for position, row_id in enumerate(sight.roster_rows(self.item.name), 1):
            cells = [*keys_of(sight), (row_id, TEXT), (position, INTEGER)]
            for cell, field, with_status in self._fields:
                address = roster_cell(self.item.name, row_id, field)
                if field == cell.address:
                    cells.append(for_software(address, cell.kind, sight.answers))
                else:
                    cells.append((_specified(address, sight), TEXT))
                if with_status:
                    cells.append((status_of(address, sight.answers), TEXT))
            yield cells


def roster_count(column: Column, sight: Sight) -> tuple[int | None, Status | None]:
    """How many things are registered, or why there is no number; 0 with a status when 暂无 was stated."""
    stored = sight.answers.get(column.address)
    if stored is not None:
        return (0 if stored.status is Status.NOT_APPLICABLE else None), stored.status
    rows = sight.roster_rows(column.address)
    statuses = {sight.status(roster_cell(column.address, row_id, column.item.cells[0].address)) for row_id in rows}
    if statuses == {Status.SKIPPED}:
        return None, Status.SKIPPED
    return len(rows) or None, None


def _specified(address: str, sight: Sight) -> str | None:
    stored = sight.answers.get(address)
    return stored.value if stored and stored.value else None


def _specify_codes(cell: Cell) -> list[str]:
    return [choice.name for choice in choices_of(cell.kind) if choice.specify]
