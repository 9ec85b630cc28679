"""What lists and statistics read of an interview: rows derived from its history, never the truth themselves."""

from __future__ import annotations

import json
from collections.abc import Iterable
from typing import TYPE_CHECKING, Any, NamedTuple

from surveys.answers import EMPTY, Status
from surveys.history import DOUBLE_ENTRY, Kind
from surveys.text import clean_text

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


_TYPES = (str, str, str, str, str, int, int, int, int, str, int, str, str, str)
"""Of the columns of an InterviewRow."""


def projection_json(row: InterviewRow, answers: Iterable[AnswerRow]) -> str:
    """What the tables hold of an interview, as it travels: its row without the place one was at, its answers by cell."""
    told = [[cell, value, status, conflict] for _, cell, value, status, conflict in sorted(answers)]
    return json.dumps([row._replace(place=""), told], ensure_ascii=False, separators=(",", ":"))


def read_projection(text: str) -> tuple[InterviewRow, list[tuple[Any, ...]]]:
    """The inverse of `projection_json`, the answers by columns. Raises ValueError, TypeError for what no table could hold."""
    row, told = json.loads(text)
    cells, values, statuses, conflicts = zip(*told, strict=True) if told else ((), (), (), ())
    if tuple(map(type, row)) != _TYPES or len({*cells}) != len(cells):
        raise ValueError("no row of an interview, or a cell twice")
    typed = {*map(type, (*cells, *values))} <= {str} and {*map(type, conflicts)} <= {int}
    if not typed or {*statuses} - {*Status} or {*conflicts} - {0, 1}:
        raise ValueError("no answers")
    texts = "".join((*cells, *values, *(value for value in row if type(value) is str)))
    if any(type(value) is int and abs(value) >= 2**63 for value in row) or not _is_clean(texts):
        raise ValueError("a number or a text that no table holds")
    return InterviewRow(*row), [(row[0],) * len(told), cells, values, statuses, conflicts]


def _is_clean(texts: str) -> bool:
    return texts.isprintable() or clean_text(texts, len(texts)) == texts
