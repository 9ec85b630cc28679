"""Whether a history in a parcel is one: of an interview, or of a case of a register."""

from __future__ import annotations

import json
from collections.abc import Collection
from functools import lru_cache
from itertools import pairwise
from operator import lt
from typing import Any

from surveys.answers import Status
from surveys.history import CASES, Event, Kind, in_order
from surveys.text import MAX_LENGTH, clean_text


class Unfit(ValueError):
    """What is wrong with a history, as the end of a Chinese clause: 读不懂."""


def interview_events(text: str, interview: str, unit: str, count: int, definitions: Collection[str]) -> list[Event]:
    """The history of an interview.

    Args:
        text: As `surveys.history.history_json` spells it.
        interview: The id it must have.
        unit: The unit it must be of.
        count: How many events it must have.
        definitions: Digests of the definitions it may be of.

    Raises:
        Unfit: It is another one, or none.
    """
    events = _spelled(text, interview, count)
    opened = [event for event in events if event.kind is Kind.OPENED]
    moved = [event for event in events if event.kind is Kind.MIGRATED]
    if (
        not opened
        or any(event.cell != unit for event in opened)
        or any(event.value not in definitions for event in (*opened, *moved))
    ):
        raise Unfit("与目录不符")
    return events


def is_line(text: str, interview: str, unit: str, count: int, definitions: Collection[str]) -> bool:
    """Whether it is one that `interview_events` takes, and each event was made on the one before it, as in nearly all.

    Looking at such a history column by column is a fifth of the work.
    """
    try:
        _columns(text, interview, unit, count, definitions, spelled=False)
    except Unfit:
        return False
    return True


def interview_columns(
    text: str, interview: str, unit: str, count: int, definitions: Collection[str]
) -> list[tuple[Any, ...]]:
    """The history of an interview as the table has it, by columns (`surveys.arriving.EventRow`).

    That it is in the one spelling, our program's signature says.

    Raises:
        Unfit: It is another one, or none, or not one line of events.
    """
    columns = _columns(text, interview, unit, count, definitions, spelled=True)
    ids, _, _, seq, kinds, cells, values, statuses, notes, sources, who, teams, devices, at, took = columns
    made_on = ("[]", *(f'["{one}"]' for one in ids[:-1]))
    return [
        ids, (interview,) * count, seq, made_on, kinds, cells, values, statuses, notes, sources, who, teams, devices, at,
        took,
    ]  # fmt: skip


def _columns(
    text: str, interview: str, unit: str, count: int, definitions: Collection[str], spelled: bool
) -> list[tuple[Any, ...]]:
    """The fields of a line of events, each of all events. Raises Unfit."""
    try:
        rows = json.loads(text)
        columns: list[tuple[Any, ...]] = list(zip(*rows, strict=True))
        ids, parents, whose, seq, kinds, cells, values, statuses, notes, sources, who, teams, devices, at, took = (
            columns
        )
        texts = {*cells, *values, *notes, *sources, *who, *devices, *at}
        told = {value for kind, value in zip(kinds, values, strict=True) if kind in _NAMING}
        fits = (
            len(ids) == count
            and {*whose} == {interview}
            and kinds.count(Kind.OPENED) == 1
            and cells[kinds.index(Kind.OPENED)] == unit
            and told <= {*definitions}
            and {*map(type, texts), *map(type, ids)} == {str}
            and {*map(type, (*seq, *teams, *took))} == {int}
            and -(2**63) < min(*seq, *teams, *took) <= max(*seq, *teams, *took) < 2**63
            and {*kinds} <= _OF_INTERVIEWS
            and {*statuses} <= _STATUSES
            and "".join(ids).replace("-", "").isalnum()
            and "".join(ids).isascii()
            and all(map(lt, ids, ids[1:]))
            and [*parents] == [[], *([one] for one in ids[:-1])]
            and (
                ("".join(texts).isprintable() and len(max(texts, key=len)) <= MAX_LENGTH) or all(map(_is_clean, texts))
            )
            and (spelled or _spell(rows) == text)
        )
    except (ValueError, TypeError, RecursionError) as error:
        raise Unfit("读不懂") from error
    if not fits:
        raise Unfit("与目录不符")
    return columns


_NAMING = {str(Kind.OPENED), str(Kind.MIGRATED)}
"""Kinds whose value names a definition."""
_OF_INTERVIEWS = {str(kind) for kind in Kind} - CASES
_STATUSES = {str(status) for status in Status}


def case_events(text: str, case: str, register: str, count: int) -> list[Event]:
    """The history of a case; raises as `interview_events` does. `register` is the id of the one it must be of."""
    events = _spelled(text, case, count)
    opened = [event for event in events if event.kind is Kind.CASE_OPENED]
    if len(opened) != 1 or opened[0].value.partition("/")[0] != register or any(e.kind not in CASES for e in events):
        raise Unfit("与目录不符")
    return events


def _spelled(text: str, whose: str, count: int) -> list[Event]:
    """Events in the one spelling, that all belong to one interview or case."""
    try:
        rows = json.loads(text)
        events = [Event.from_list(row) for row in rows]
        in_order(events)
        # The one spelling (`history_json`), of which the rows already are the lists of the events.
        spelled = _spell(rows) == text
        clean = spelled and all(a.id < b.id for a, b in pairwise(events)) and all(map(_clean, events))
    except (ValueError, TypeError, RecursionError) as error:
        raise Unfit("读不懂") from error
    distinct = len({event.id for event in events}) == len(events) == count
    if not clean or not distinct or any(event.interview != whose for event in events):
        raise Unfit("与目录不符")
    return events


def _spell(rows: list[list[object]]) -> str:
    return json.dumps(rows, ensure_ascii=False, separators=(",", ":"))


def _clean(event: Event) -> bool:
    """True when every text of the event could have come through the app's own gate."""
    texts = (event.id, event.cell, event.value, event.note, event.source, event.who, event.device, event.at)
    return ((together := "".join(texts)).isascii() and together.isprintable()) or all(map(_is_clean, texts))


@lru_cache(maxsize=256)  # who, notes and sources are the same again and again
def _is_clean(text: str) -> bool:
    return (text.isascii() and text.isprintable()) or clean_text(text) == text
