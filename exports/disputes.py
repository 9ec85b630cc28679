"""What two sides say differently, in words: the question, and every side's value with who said it."""

from __future__ import annotations

from exports.changes import find, in_words, place_of
from exports.merge_report import ConflictCell, Side
from exports.terms import SENSITIVE
from surveys.answers import Answer
from surveys.form import Form
from surveys.history import Conflict, Event, Kind
from surveys.standing import Stage
from surveys.store import Store

_STAGES = {Kind.COMPLETED: Stage.COMPLETE.label, Kind.REOPENED: "退回草稿", Kind.VOIDED: Stage.VOID.label}
_ROWS = {Kind.ROW_ADDED: "登记", Kind.ROW_REMOVED: "删去"}


def disputes(store: Store, interview_id: str, name: str) -> tuple[ConflictCell, ...]:
    """The open conflicts of an interview.

    Args:
        store: Where it is.
        interview_id: Raises KeyError for an unknown id.
        name: What its unit is called.
    """
    interview = store.interview(interview_id)
    return tuple(
        ConflictCell(
            interview_id, interview.unit, name, place, key[1] or key[0],
            tuple(Side(value, event.who, event.team, event.at) for event, value in sides),
        )
        for key, conflict in sorted(interview.conflicts.items())
        for place, sides in [_described(store, interview.form, conflict)]
    )  # fmt: skip


def _described(store: Store, form: Form, conflict: Conflict) -> tuple[str, list[tuple[Event, str]]]:
    """The question in words, and every side's event with what it says in words."""
    kind, cell = conflict.key
    if kind == "stage":
        return "答卷状态", [(event, _STAGES.get(event.kind, str(event.kind))) for event in conflict.sides]
    if kind == "form":
        versions = [(event, store.form(event.value).survey.version) for event in conflict.sides]
        return "换用的问卷版本", [(event, str(version)) for event, version in versions]
    heading, label = place_of(form, cell)
    place = f"{heading} {label}".strip()
    if kind != Kind.ANSWERED:
        return place, [(event, _ROWS.get(event.kind) or event.value or event.note) for event in conflict.sides]
    if _sensitive(form, cell):  # what is told is printed and kept; the conflict room of the app shows them on demand
        return place, [(event, f"（{SENSITIVE}）") for event in conflict.sides]
    return place, [(event, in_words(form, cell, Answer(event.value, event.status))) for event in conflict.sides]


def _sensitive(form: Form, address: str) -> bool:
    cell = find(form, address)[1]
    return cell is not None and cell.sensitive
