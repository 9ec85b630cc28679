"""Questions and answers as people say them, for the lists that show a whole interview."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from surveys.answers import Answer, Status, display
from surveys.form import Item, parse_address

if TYPE_CHECKING:
    from surveys.form import Form
    from surveys.interview import Interview

NOTHING = "—"
"""Stands where no answer was given."""


def answer_in_words(form: Form, address: str, answer: Answer) -> str:
    """The answer's labels, number with unit or text; a missing status by its name.

    An address that the form does not know (left by an older version) gives the stored value.
    """
    if answer.status is Status.EMPTY:
        return NOTHING
    item = form.by_name.get(address)
    if item is not None and item.type == "roster":
        return str(getattr(item.question, "none_label", "")) or answer.status.label
    if answer.status is not Status.ANSWERED:
        return answer.status.label
    try:
        return display(form.cell(address).kind, answer.value)
    except KeyError:
        return answer.value


def place_in_words(interview: Interview, form: Form, address: str) -> str:
    """The question's heading, with the roster row and the cell if it has several.

    Args:
        interview: Knows how roster rows are called.
        form: The version whose words are used; an address it does not know is given back as it is.
        address: Of a cell, of a roster row, or of a question.
    """
    parsed = parse_address(address)
    if (item := form.by_name.get(parsed.question)) is None:
        return address
    parts = [item.heading]
    if parsed.row_id:
        known = parsed.question in interview.form.by_name and parsed.row_id in interview.rows(parsed.question)
        parts.append(interview.row_label(parsed.question, parsed.row_id) if known else parsed.row_id)
    if parsed.rest:
        try:
            parts.append(form.cell(address).label)
        except KeyError:
            parts.append(parsed.rest)
    return " · ".join(parts)


def question_in_words(interview: Interview, item: Item) -> Iterator[str]:
    """Everything that was said at a question, a line each: answers, what they rest on, the remark."""
    if not interview.relevant(item.name):
        yield "不需要回答"
    elif item.type == "roster":
        yield from _rows(interview, item)
    elif item.asked:
        yield "；".join(_cells(interview, interview.addresses(item.name), named=item.type == "matrix"))
    if evidence := interview.evidence(item.name):
        yield f"依据：{evidence}"
    if remark := interview.remark(item.name):
        yield f"备注：{remark}"


def _rows(interview: Interview, item: Item) -> Iterator[str]:
    rows = interview.rows(item.name)
    if not rows:
        stated = interview.nothing(item.name)
        yield answer_in_words(interview.form, item.name, Answer("", Status.NOT_APPLICABLE)) if stated else NOTHING
    for row_id in rows:
        mine = [address for address in interview.addresses(item.name) if parse_address(address).row_id == row_id]
        cells = "；".join(_cells(interview, mine, named=True))
        yield f"{interview.row_label(item.name, row_id)}——{cells}"


def _cells(interview: Interview, addresses: list[str] | tuple[str, ...], named: bool) -> Iterator[str]:
    """What each cell holds; a text that belongs to a choice in brackets behind it."""
    form, owner = interview.form, ""
    said = ""
    for address in addresses:
        answer = interview.answer(address)
        if owner and address.startswith(f"{owner}."):
            said += f"（{answer.value or NOTHING}）"
            continue
        if owner:
            yield said
        owner, words = address, answer_in_words(form, address, answer)
        said = f"{form.cell(address).label} {words}" if named else words
    if owner:
        yield said
