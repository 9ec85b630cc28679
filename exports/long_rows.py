"""One row per cell of an interview: what the long CSV holds."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from exports.code_rows import keys_of
from exports.columns import NUMBERS, status_of, words
from exports.sights import Sight
from surveys.answers import Status, choices_of, native
from surveys.form import Cell, Item, roster_cell, specify_cell
from surveys.history import Event, Kind

HEADINGS = (
    "interview", "unit", "round", "stage", "team", "city", "county", "section", "number", "question", "cell", "row_id",
    "position", "row", "column", "type", "value", "label", "status", "doubt", "remark", "evidence", "respondent",
)  # fmt: skip
"""The columns. `value` is canonical (`surveys.answers`), `label` the same in words, `status` why there is none or
`answered`. What is said of a question (doubt, remark, evidence, respondent) stands at each of its cells."""

EMPTY = str(Status.EMPTY)


def long_rows(sight: Sight) -> Iterator[list[object]]:
    """The rows of one interview, in the order of its form."""
    keys: list[object] = [value for value, _ in keys_of(sight)]
    for item in sight.form.items:
        if item.type == "note":
            continue
        section: list[object] = [item.section.name, item.number, item.name]
        said = _said(item, sight.state.live)
        if item.type == "roster":
            yield [*keys, *section, *_roster(item, sight), *said]
        for cell, address, row_id, position in _places(item, sight):
            yield [*keys, *section, address, row_id, position, *_cell(cell, address, sight), *said]


def _places(item: Item, sight: Sight) -> Iterator[tuple[Cell, str, str, int | None]]:
    """Every cell with its address; of a roster row by row."""
    if item.type != "roster":
        yield from ((cell, cell.address, "", None) for cell in item.cells)
        return
    for position, row_id in enumerate(sight.roster_rows(item.name), 1):
        yield from ((cell, roster_cell(item.name, row_id, cell.address), row_id, position) for cell in item.cells)


def _roster(item: Item, sight: Sight) -> list[object]:
    """How many things are registered; 0 and not_applicable where 暂无 was stated."""
    rows, status = sight.roster_rows(item.name), status_of(item.name, sight.answers)
    value = None if status not in (None, str(Status.NOT_APPLICABLE)) else len(rows)
    return [item.name, "", None, "", "", "roster", value, "", status or (str(Status.ANSWERED) if rows else EMPTY)]


def _cell(cell: Cell, address: str, sight: Sight) -> list[object]:
    """Row, column, type, value, label, status."""
    stored = sight.answers.get(address)
    answered = stored is not None and status_of(address, sight.answers) is None and stored.status is Status.ANSWERED
    value = stored.value if stored is not None and answered else ""
    label = words(cell.kind, value, Status.ANSWERED) if value and choices_of(cell.kind) else ""
    extra = [sight.answers.get(specify_cell(address, code)) for code in value.split()] if choices_of(cell.kind) else []
    label += "".join(f"：{text.value}" for text in extra if text is not None and text.value)
    status = status_of(address, sight.answers) or (str(Status.ANSWERED) if answered else EMPTY)
    number = native(cell.kind, value) if cell.kind.type in NUMBERS else value or None
    return [cell.row, cell.column, cell.kind.type, number, label, status]


def _said(item: Item, live: Mapping[tuple[str, str], Event]) -> list[object]:
    """Doubt, remark, evidence and respondent of a question."""
    kinds = (Kind.DOUBTED, Kind.REMARKED, Kind.EVIDENCED, Kind.RESPONDENT)
    events = [live.get((str(kind), item.name)) for kind in kinds]
    return [event.value if event is not None else "" for event in events]
