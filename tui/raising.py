"""What a new case begins with: where it was raised, and what was said of the case before it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from surveys.register.candidates import evidence_of
from surveys.register.worklists import cases

if TYPE_CHECKING:
    from surveys.interview import Interview
    from surveys.register.case import Case
    from surveys.register.registrar import Registrar

ALIKE = ("source", "raised_by")
"""Fields that are probably the same as in the case that was raised before it on the same day: one meeting raises several."""


def beginning(
    registrar: Registrar, blank: Case, interview: Interview | None, question: str
) -> tuple[dict[str, str], dict[str, str]]:
    """What is known without asking, and what is offered to be changed; by field.

    Args:
        registrar: Who raises it.
        blank: The case that nobody has opened yet.
        interview: Where it is raised; None for alone.
        question: At which question.
    """
    known, offered = {}, _as_before(registrar, blank)
    if interview:
        known = {"interview": interview.id, "question": question}
        item = interview.form.by_name.get(question)
        offered |= _of_the_survey(registrar, interview.form.survey.id, question)
        offered["evidence"] = evidence_of(interview, question) if item and item.asked else ""
    return _taken(blank, known), _taken(blank, offered)


def _of_the_survey(registrar: Registrar, survey: str, question: str) -> dict[str, str]:
    """What problems of this survey have in common; at a roster, what its candidates have."""
    if (rules := registrar.register.candidates) is None:
        return {}
    return {**rules.surveys.get(survey, {}), **(rules.rows[question].values if question in rules.rows else {})}


def _as_before(registrar: Registrar, blank: Case) -> dict[str, str]:
    mine = [
        row
        for row in cases(registrar.store, blank.type.name, register_id=registrar.register.id, unit=blank.unit)
        if row.registered == registrar.today.isoformat() and row.device == registrar.actor.device
    ]
    if not mine:
        return {}
    before = registrar.case(max(mine, key=lambda row: row.id).id)
    return {name: before.value(name) for name in ALIKE}


def _taken(blank: Case, values: dict[str, str]) -> dict[str, str]:
    return {name: value for name, value in values.items() if value and name in blank.fields}
