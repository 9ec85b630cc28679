"""The codebook as a table for software: a line per cell, and one more per code of its choices."""

from __future__ import annotations

from collections.abc import Iterator

from exports.dataset import Dataset
from exports.terms import type_of
from surveys.answers import choices_of
from surveys.form import Cell, Item
from surveys.value_types import ValueType

_HEADINGS = (
    "section", "section_label", "number", "question", "question_label", "cell", "cell_label", "type", "unit", "condition",
    "sensitive", "withheld", "code", "label",
)  # fmt: skip


def code_list(dataset: Dataset) -> tuple[tuple[str, ...], Iterator[list[object]]]:
    """Headings and lines. A roster's fields are called `roster[].field`; every version's codes are listed."""
    return _HEADINGS, _lines(dataset)


def _lines(dataset: Dataset) -> Iterator[list[object]]:
    for item in {column.item.name: column.item for column in dataset.columns}.values():
        section: list[object] = [item.section.name, item.section.label, item.number, item.name, item.label]
        if item.type == "roster":
            kind = type_of(item.question)
            yield [*section, item.name, "", kind, "项", item.question.relevant or "", "", "", "", ""]
        for cell in item.cells:
            place = f"{item.name}[].{cell.address}" if item.type == "roster" else cell.address
            yield from _cell(dataset, item, cell, place, section)


def _cell(dataset: Dataset, item: Item, cell: Cell, place: str, section: list[object]) -> Iterator[list[object]]:
    label = cell.label if cell.label != item.label else ""
    marks = [_mark(cell.sensitive), _mark(dataset.is_withheld(place))]
    unit = getattr(cell.kind, "unit", "")
    line = [*section, place, label, cell.kind.type, unit, item.question.relevant or "", *marks]
    yield [*line, "", ""]
    for code, text in codes(dataset.kinds(place)).items():
        yield [*line, code, text]


def _mark(yes: bool) -> str:
    return "1" if yes else ""


def codes(kinds: list[ValueType]) -> dict[str, str]:
    """Code → label over several versions of a cell; the first one's words count."""
    found: dict[str, str] = {}
    for kind in kinds:
        for choice in choices_of(kind):
            found.setdefault(choice.name, str(choice.label))
    return found
