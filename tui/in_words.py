"""Questions and answers as people say them, for the lists that show a whole interview."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from surveys.answers import Answer, Status, display
from surveys.form import Item, parse_address
from tui.marks import between, mask

if TYPE_CHECKING:
    from surveys.form import Form
    from surveys.interview import Interview

NOTHING = "—"
"""Stands where no answer was given."""


def answer_in_words(form: Form, address: str, answer: Answer, revealed: bool = False) -> str:
    """The answer's labels, number with unit or text; a missing status by its name.

    A mask for what is sensitive, unless it is revealed. An address that the form does not know (left by an older
    version) gives the stored value.
    """
    if answer.status is Status.EMPTY:
        return NOTHING
    item = form.by_name.get(address)
    if item is not None and item.type == "roster":
        return str(getattr(item.question, "none_label", "")) or answer.status.label
    if answer.status is not Status.ANSWERED:
        return answer.status.label
    try:
        cell = form.cell(address)
    except KeyError:
        return answer.value
    return mask() if cell.sensitive and not revealed else display(cell.kind, answer.value)


def place_in_words(interview: Interview, form: Form, address: str) -> str:
    """The question's heading, with the roster row and the cell if it has several; see `place_parts`."""
    return between().join(place_parts(interview, form, address))


def place_parts(interview: Interview, form: Form, address: str) -> list[str]:
    """The question's heading, then the roster row and the cell if it has several.

    Args:
        interview: Knows how roster rows are called.
        form: The version whose words are used; an address it does not know is given back as it is.
        address: Of a cell, of a roster row, or of a question.
    """
    parsed = parse_address(address)
    if (item := form.by_name.get(parsed.question)) is None:
        return [address]
    parts = [item.heading]
    if parsed.row_id:
        known = parsed.question in interview.form.by_name and parsed.row_id in interview.rows(parsed.question)
        parts.append(interview.row_label(parsed.question, parsed.row_id) if known else parsed.row_id)
    if parsed.rest:
        try:
            parts.append(form.cell(address).label)
        except KeyError:
            parts.append(parsed.rest)
    return parts


def question_in_words(interview: Interview, item: Item, revealed: bool = False) -> Iterator[str]:
    """Everything that was said at a question, a line each: answers, who gave them, what they rest on, the remark.

    What is sensitive is masked, unless it is revealed.
    """
    if not interview.relevant(item.name):
        yield "不需要回答"
    elif item.type == "roster":
        yield from _rows(interview, item, revealed)
    elif item.asked:
        yield cells_in_words(interview, item, revealed)
    if respondent := interview.respondent(item.name):
        yield f"答复人：{respondent}"
    if evidence := interview.evidence(item.name):
        yield f"依据：{evidence}"
    if remark := interview.remark(item.name):
        yield f"备注：{remark}"


def cells_in_words(interview: Interview, item: Item, revealed: bool = False) -> str:
    """The answers of a question without rows of its own, on one line."""
    return "；".join(_cells(interview, interview.addresses(item.name), named=item.type == "matrix", revealed=revealed))


def _rows(interview: Interview, item: Item, revealed: bool) -> Iterator[str]:
    rows = interview.rows(item.name)
    if not rows:
        stated = interview.nothing(item.name)
        yield answer_in_words(interview.form, item.name, Answer("", Status.NOT_APPLICABLE)) if stated else NOTHING
    for row_id in rows:
        yield row_in_words(interview, item.name, row_id, revealed)


def row_in_words(interview: Interview, roster: str, row_id: str, revealed: bool = False) -> str:
    """What a roster row is called, and everything in it."""
    mine = [address for address in interview.addresses(roster) if parse_address(address).row_id == row_id]
    return f"{interview.row_label(roster, row_id)}——{'；'.join(_cells(interview, mine, named=True, revealed=revealed))}"


def _cells(
    interview: Interview, addresses: list[str] | tuple[str, ...], named: bool, revealed: bool = False
) -> Iterator[str]:
    """What each cell holds; a text that belongs to a choice in brackets behind it."""
    form, owner = interview.form, ""
    said = ""
    for address in addresses:
        answer = interview.answer(address)
        words = answer_in_words(form, address, answer, revealed)
        if owner and address.startswith(f"{owner}."):
            said += f"（{words}）"
            continue
        if owner:
            yield said
        owner = address
        said = f"{form.cell(address).label} {words}" if named else words
    if owner:
        yield said
