"""What stands between an interview and its completion."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from surveys.answers import Status
from surveys.definition import Roster
from surveys.form import Item, parse_address
from surveys.standing import Open

if TYPE_CHECKING:
    from surveys.interview import Interview


def open_items(interview: Interview) -> list[Open]:
    """Empty required cells, errors, warnings without a note and conflicts, in the order of the form."""
    found: list[Open] = []
    for item in interview.form.items:
        if not interview.relevant(item.name) or not item.asked:
            continue
        found += [Open(item.name, address, message, "empty") for address, message in empty_cells(interview, item)]
        for finding in interview.findings(item.name):
            if finding.level == "error":
                found.append(Open(item.name, finding.cell, finding.message, "error"))
            elif not finding.note:
                found.append(Open(item.name, finding.cell, f"{finding.message}（属实请写一句说明）", "warning"))
    return [*found, *_conflicts(interview)]


def empty_cells(interview: Interview, item: Item) -> Iterator[tuple[str, str]]:
    """The addresses of a question that must still be answered, each with what to say."""
    question = item.question
    if isinstance(question, Roster):
        count = len(interview.rows(item.name))
        if count < question.min_items:
            yield item.name, f"至少登记{question.min_items}项，现在{count}项"
        elif question.required and not count and not interview.nothing(item.name):
            yield (
                item.name,
                "还没有登记" + (f"；确实没有的，请选“{question.none_label}”" if question.none_label else ""),
            )
    for address in interview.addresses(item.name):
        if interview.form.cell(address).required and interview.answer(address).status is Status.EMPTY:
            yield address, _message(interview, item, address)


def _message(interview: Interview, item: Item, address: str) -> str:
    cell = interview.form.cell(address)
    if row_id := parse_address(address).row_id:
        return f"“{interview.row_label(item.name, row_id)}”的{cell.label}未填"
    return "未答" if address == item.name else f"{cell.label} 未填"


def _conflicts(interview: Interview) -> Iterator[Open]:
    for (_, cell), conflict in interview.conflicts.items():
        question = parse_address(cell).question if cell else ""
        place = question if question in interview.form.by_name else interview.form.items[0].name
        yield Open(place, cell, f"有{len(conflict.sides)}种不同的说法，等待裁定", "conflict")
