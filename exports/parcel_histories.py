"""Whether a history in a parcel is one: of an interview, or of a case of a register."""

from __future__ import annotations

import json
from collections.abc import Collection
from functools import lru_cache
from itertools import pairwise

from surveys.history import CASES, Event, Kind, in_order
from surveys.text import clean_text


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
        spelled = json.dumps(rows, ensure_ascii=False, separators=(",", ":")) == text
        clean = spelled and all(a.id < b.id for a, b in pairwise(events)) and all(map(_clean, events))
    except (ValueError, TypeError, RecursionError) as error:
        raise Unfit("读不懂") from error
    distinct = len({event.id for event in events}) == len(events) == count
    if not clean or not distinct or any(event.interview != whose for event in events):
        raise Unfit("与目录不符")
    return events


def _clean(event: Event) -> bool:
    """True when every text of the event could have come through the app's own gate."""
    texts = (event.id, event.cell, event.value, event.note, event.source, event.who, event.device, event.at)
    return ((together := "".join(texts)).isascii() and together.isprintable()) or all(map(_is_clean, texts))


@lru_cache(maxsize=256)  # who, notes and sources are the same again and again
def _is_clean(text: str) -> bool:
    return (text.isascii() and text.isprintable()) or clean_text(text) == text
