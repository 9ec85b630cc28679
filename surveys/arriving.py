"""Somebody's history of one interview, understood and made ready for the tables.

Needs no store: understanding is most of the work of a merge, and worker processes do it beside each other.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import TYPE_CHECKING, NamedTuple
from zlib import crc32

from surveys.arriving_rows import packed
from surveys.history import CASES, Event, Kind, definition_digest
from surveys.projection import InterviewRow, answer_rows, list_row
from surveys.seals import spelled_columns
from surveys.troubles import CONTRADICTION, StoreError

if TYPE_CHECKING:
    from surveys.form import Form
    from surveys.interview import Interview

EventRow = tuple[str, str, int, str, str, str, str, str, str, str, str, int, str, str, int]
"""An event as the table has it, without its place in the log."""


class Arrival(NamedTuple):
    """One interview as it is to be stored. Whatever can be worked out beforehand is: only one process can write."""

    interview: str
    heads: tuple[str, ...]
    """Ids of the events that nothing in this history was made on (`surveys.history.heads`)."""
    rows: bytes
    """Of the whole history, oldest id first, and of the answers (`surveys.arriving_rows`)."""
    spellings: list[bytes]
    """The events as their seals take them (`surveys.seals.spelled`)."""
    row: InterviewRow
    conflicts: int


def arrival(
    interview: str,
    heads: tuple[str, ...],
    events: Sequence[Sequence[object]],
    answers: Sequence[Sequence[object]],
    row: InterviewRow,
) -> Arrival:
    """Work out the rest. Events and answers come by columns; those oldest id first, these by cell, as the table has them:
    rows beside each other are written together."""
    rows = packed(events, [*answers, [*map(crc32, spelled_columns(answers))]])
    return Arrival(interview, heads, rows, spelled_columns(events), row, row.conflicts)


def prepared(form_of: Callable[[str], Form], interview_id: str, events: Iterable[Event]) -> Arrival:
    """Make a history ready.

    Args:
        form_of: Gives the form of a definition by its digest; may raise KeyError.
        interview_id: The interview it is said to be of.
        events: The history, in any order.

    Raises:
        StoreError: see `understood`.
        KeyError: The definition is not known.
    """
    interview = understood(form_of, interview_id, events)
    columns = [*zip(*event_rows(sorted(interview.events, key=lambda event: event.id)), strict=True)]
    answers = [*zip(*sorted(answer_rows(interview)), strict=True)]
    return arrival(interview_id, interview.heads, columns, answers, list_row(interview, ""))


def news(ours: Mapping[str, Event], theirs: Iterable[Event]) -> list[Event]:
    """What they know of an interview and we do not. The union of the two is the merged history.

    Args:
        ours: Our events by id.
        theirs: All of theirs.

    Raises:
        StoreError: The same event has another content there: one of the two is forged or damaged.
    """
    new = []
    for event in theirs:
        known = ours.get(event.id)
        if known is None:
            new.append(event)
        elif known != event:
            raise StoreError(CONTRADICTION)
    return new


def understood(form_of: Callable[[str], Form], interview_id: str, events: Iterable[Event]) -> Interview:
    """The interview that a history adds up to.

    Raises:
        StoreError: The history is forged or damaged: events of another interview, no beginning, answers that its
            definition cannot explain.
        KeyError: The definition is not known.
    """
    from surveys.double_entry import is_keyed_again, shadow  # forms and rules: not for who only stores
    from surveys.interview import Interview

    known = list(events)
    opened = [event.id for event in known if event.kind is Kind.OPENED]
    stray = any(event.interview != interview_id or event.kind in CASES for event in known)
    if opened != [interview_id] or stray:
        raise StoreError("这份答卷的历史不完整或混入了别的答卷，没有并入，请向该组索要原文件。")
    with _sound_history():
        digest = definition_digest(known)
    form = form_of(digest)
    with _sound_history():
        interview = Interview(form, known)
        if is_keyed_again(known):
            shadow(interview)
    return interview


def event_rows(events: Sequence[Event]) -> list[EventRow]:
    """The events as the table has them."""
    return [
        (
            e.id, e.interview, e.seq, _listed(e.parents), e.kind.value, e.cell, e.value, e.status.value, e.note,
            e.source, e.who, e.team, e.device, e.at, e.took,
        )
        for e in events
    ]  # fmt: skip


def _listed(parents: tuple[str, ...]) -> str:
    """As JSON. Nearly always it is one id, which needs no escaping."""
    if len(parents) == 1 and parents[0].replace("-", "").isalnum() and parents[0].isascii():
        return f'["{parents[0]}"]'
    return json.dumps(parents)


@contextmanager
def _sound_history() -> Iterator[None]:
    """What a forged or damaged history makes the code stumble over is a fault of the history."""
    try:
        yield
    except (LookupError, ValueError, ArithmeticError) as error:
        raise StoreError("这份答卷的历史与它的问卷不符，读不出来，没有并入，请向该组索要原文件。") from error
