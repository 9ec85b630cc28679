"""Answers that a form can read: values of the types it has, at the places it has."""

from __future__ import annotations

from collections.abc import Mapping

from surveys.answers import EMPTY, Answer, Status
from surveys.form import Form
from surveys.text import Refusal
from surveys.typed import read_typed


def readable(form: Form, answers: Mapping[str, Answer]) -> dict[str, Answer]:
    """The answers, with those blank that are no values under the form.

    Somebody may go on under the old version of a form after somebody else has moved the interview to a newer one
    in which a question is of another type. What was answered stays in the history, and is a conflict where both wrote.
    """
    return {address: _read(form, address, answer) for address, answer in answers.items()}


def _read(form: Form, address: str, answer: Answer) -> Answer:
    if answer.status is not Status.ANSWERED:
        return answer
    try:
        kind = form.cell(address).kind
        value = read_typed(kind, answer.value)
    except KeyError:
        return answer  # no place: not looked at
    except Refusal:
        return EMPTY
    if value == answer.value or kind.type == "select_multiple":  # the list may stand in another order now
        return Answer(value, answer.status)
    return EMPTY
