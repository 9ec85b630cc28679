"""Problems that a questionnaire makes: every flag that holds, every row of question 54. Pure, no I/O.

A candidate is no event: it follows from the interview's history, so two machines that have the same history have the
same candidates. There is one per interview, question, category and row, with an id made of these; it stays when a
correction ends its reason, and says so (`holds`). A person's word about it is an event of the case with its id.
"""

from __future__ import annotations

import json
import uuid
from collections.abc import Callable, Iterator, Mapping
from typing import NamedTuple

from surveys import history
from surveys.acts import Act
from surveys.answers import display
from surveys.form import Form, roster_cell
from surveys.history import Event, Kind
from surveys.interview import Interview
from surveys.personal import without_numbers
from surveys.register.case import OPENED_AS_CANDIDATE
from surveys.register.definition import Register
from surveys.standing import Stage

BY_ROW = "by_row"
"""The category of a flag whose rows are candidates of their own; a person says which category each has."""

LONGEST_SUMMARY = 200

_SPACE = uuid.UUID("6f1c3c5e-3f0e-5c07-9a34-2b7d1f0a9e11")
_LEVELS = ("red", "yellow")


class Candidate(NamedTuple):
    """One candidate, and a row of the table."""

    id: str
    """Of the case that it becomes."""
    interview: str
    unit: str
    round: str
    item: str
    row: str
    """The roster row, "" without."""
    category: str
    """"" where a person has to say it."""
    level: str
    """red or yellow."""
    message: str
    evidence: str
    """What was answered there, in words; nothing personal."""
    proposal: str
    """JSON: field of the case → value to begin with."""
    holds: int
    """0: a correction ended its reason."""

    @property
    def values(self) -> dict[str, str]:
        """The proposal."""
        return dict(json.loads(self.proposal))


def candidate_id(interview: str, item: str, category: str, row: str) -> str:
    """The same for the same flag of the same interview, on every machine."""
    return str(uuid.uuid5(_SPACE, "\x1f".join((interview, item, category, row))))


def candidates_of(register: Register, interview: Interview, form_of: Callable[[str], Form]) -> list[Candidate]:
    """Everything that the interview flags now, or flagged when it was completed at some time.

    Of a void interview nothing holds.

    Args:
        register: Says what becomes of flags.
        interview: As it is now.
        form_of: Gives the form of a definition by its digest: it may have been completed under an older version.
    """
    found: dict[str, Candidate] = {}
    for then in _completed(interview, form_of):
        found |= {one.id: one._replace(holds=0) for one in _flagged(register, then)}
    now = {one.id: one for one in _flagged(register, interview)}
    if interview.stage is Stage.VOID:
        now = {ident: one._replace(holds=0) for ident, one in now.items()}
    found |= now
    rosters = {one.item for one in found.values() if one.row and one.item in interview.form.by_name}
    places = {row: place for item in rosters for place, row in enumerate(interview.rows(item))}

    def place(one: Candidate) -> tuple[int, int, str, str]:
        return interview.form.position.get(one.item, 0), places.get(one.row, len(places)), one.category, one.id

    return sorted(found.values(), key=place)


def _completed(interview: Interview, form_of: Callable[[str], Form]) -> Iterator[Interview]:
    """The interview as it was each time somebody completed it, oldest first."""
    for event in interview.events:
        if event.kind is Kind.COMPLETED and interview.heads != (event.id,):
            known = history.known_at(interview.events, event)
            yield Interview(form_of(history.definition_digest(known)), known, interview.clock)


def _flagged(register: Register, interview: Interview) -> Iterator[Candidate]:
    """One per question, category and row; two flags that differ in the wording only are one problem."""
    by_id: dict[str, Candidate] = {}
    for hit in interview.flags():
        ident = candidate_id(interview.id, hit.item, hit.category, hit.row)
        category = "" if hit.category == BY_ROW else hit.category
        message, level = hit.message, hit.level
        if (former := by_id.get(ident)) is not None:
            message = f"{former.message}；{message}"
            level = min(former.level, level, key=_LEVELS.index)
        proposal = _proposal(register, interview, hit.item, hit.row, category, message)
        by_id[ident] = Candidate(
            ident, interview.id, interview.unit, interview.round, hit.item, hit.row, category, level, message,
            evidence_of(interview, hit.item, hit.row), json.dumps(proposal, ensure_ascii=False, sort_keys=True), 1,
        )  # fmt: skip
    yield from by_id.values()


def _proposal(
    register: Register, interview: Interview, item: str, row: str, category: str, message: str
) -> dict[str, str]:
    rules = register.candidates
    assert rules is not None
    columns = register.type(rules.type).columns
    heading = interview.form.by_name[item].heading
    values = {columns.title: f"{message}（{heading}）"[:LONGEST_SUMMARY], columns.category or "": category}
    if row and (rows := rules.rows.get(item)) is not None:
        values |= rows.values
        for field, asked in rows.fields.items():
            address = roster_cell(item, row, asked.field)
            if interview.form.fields.get(asked.field) != item or interview.form.cell(address).sensitive:
                continue
            said = interview.answer(address).value
            if said := asked.codes.get(said, "") if asked.codes else said:
                values[field] = without_numbers(said)
    else:
        values |= rules.flags
    return {field: value for field, value in values.items() if field and value}


def evidence_of(interview: Interview, item: str, row: str = "") -> str:
    """What is answered at the question (in the row), cell by cell; nothing personal."""
    form, said = interview.form, []
    for address in interview.addresses(item):
        if row and not address.startswith(f"{roster_cell(item, row)}."):
            continue
        cell, answer = form.cell(address), interview.answer(address)
        if cell.sensitive or not answer.status.given:
            continue
        words = display(cell.kind, answer.value) if answer.value else answer.status.label
        said.append(f"{cell.label}：{words}" if cell.label else words)
    return without_numbers("；".join(said))[:1000]


def opening_of(register: Register, candidate: Candidate, events: list[Event]) -> Event:
    """The first event of the case that a candidate becomes: the same on every machine that has the interview.

    Args:
        register: Of the case.
        candidate: What it is made of.
        events: The interview's history.
    """
    first = next(event for event in events if event.kind is Kind.OPENED)
    assert register.candidates is not None
    act = Act(Kind.CASE_OPENED, candidate.unit, f"{register.id}/{register.candidates.type}")
    source = f"{candidate.interview} {candidate.item} {candidate.category or BY_ROW} {candidate.row}".strip()
    return Event(
        candidate.id, (), candidate.id, first.seq, act.kind, act.cell, act.value, note=candidate.round, source=source,
        who=OPENED_AS_CANDIDATE, team=first.team, device=first.device, at=first.at,
    )  # fmt: skip


def beginning(candidate: Candidate) -> Mapping[str, str]:
    """The fields that a candidate's case begins with, as a person confirms or dismisses it."""
    return {
        **candidate.values, "interview": candidate.interview, "question": candidate.item,
        "evidence": candidate.evidence,
    }  # fmt: skip
