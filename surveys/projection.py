"""What lists and statistics read of an interview: rows derived from its history, never the truth themselves."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from surveys.answers import EMPTY
from surveys.history import DOUBLE_ENTRY, Kind

if TYPE_CHECKING:
    from surveys.interview import Interview


class InterviewRow(NamedTuple):
    """One interview as lists show it, and as the table holds it."""

    id: str
    unit: str
    round: str
    survey: str
    """Digest of the definition it is filled in with."""
    stage: str
    done: int
    total: int
    errors: int
    conflicts: int
    place: str
    """The question one was last at."""
    team: int
    device: str
    who: str
    updated_at: str


AnswerRow = tuple[str, str, str, str, int]
"""Interview, cell, value, status, 1 where it is disputed."""


def answer_rows(interview: Interview) -> list[AnswerRow]:
    """What the answers table holds of an interview."""
    answers = {c: a for item in interview.form.items for c, a in interview.effective(item.name).items()}
    disputed = {cell for kind, cell in interview.conflicts if kind == Kind.ANSWERED}
    answers |= dict.fromkeys(disputed - answers.keys(), EMPTY)  # disputed, and blank on the latest side
    return [(interview.id, c, a.value, str(a.status), int(c in disputed)) for c, a in answers.items()]


def list_row(interview: Interview, place: str) -> InterviewRow:
    """What the interviews table holds of an interview; the place is not in its history."""
    # In a history that is still without some of its events, others may stand before the first.
    first = next(event for event in interview.events if event.kind is Kind.OPENED)
    last = next(event for event in reversed(interview.events) if event.kind not in DOUBLE_ENTRY)
    progress = interview.progress()
    return InterviewRow(
        interview.id, interview.unit, interview.round, interview.form.digest, str(interview.stage), progress.done,
        progress.total, interview.error_count, len(interview.conflicts), place, first.team, first.device, last.who,
        last.at,
    )  # fmt: skip
