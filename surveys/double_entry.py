"""Double entry: a second person keys an interview again, blind; where the two differ, somebody decides. Pure, no I/O.

The second keying lives in the interview's own history, in kinds of its own, so that it travels and merges by the
same law and the interview does not notice it. Read by itself it is a *shadow*: an interview like any other.
The two are held against each other as they stand now, after conditions: what only one of them asks follows from a
difference elsewhere and is none itself. A decision holds while the second entry it looked at is still the entry.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import replace
from enum import StrEnum

from surveys import history
from surveys.acts import ASSIGNMENT, DEFAULT, Act
from surveys.form import Form
from surveys.history import DOUBLE_ENTRY, Event, Kind
from surveys.interview import Interview
from surveys.migration import plan_migration

SOURCE = "双录"
"""The source of events by which a comparison changes the interview."""

AGAIN = {
    Kind.ANSWERED: Kind.KEYED_AGAIN,
    Kind.ROW_ADDED: Kind.ROW_ADDED_AGAIN,
    Kind.ROW_REMOVED: Kind.ROW_REMOVED_AGAIN,
}
"""What can be keyed again, and how it stands in the history. Whatever else is said at a question is said once."""

_PLAIN = {again: kind for kind, again in AGAIN.items()}
_BEFORE_ANYBODY = frozenset({ASSIGNMENT, DEFAULT})


class Decision(StrEnum):
    """Which of two entries is right."""

    FIRST = "first"
    SECOND = "second"
    OTHER = "other"
    """Neither: a third was typed."""

    @property
    def label(self) -> str:
        """The decision in Chinese."""
        return {Decision.FIRST: "取第一遍", Decision.SECOND: "取第二遍", Decision.OTHER: "另填"}[self]

    @classmethod
    def of(cls, event: Event | None) -> Decision | None:
        """What an event of kind `COMPARED` decided; None without one, and for what a newer program may decide."""
        return next((decision for decision in cls if event and decision == event.value), None)


def known_beforehand(event: Event) -> bool:
    """True for an answer that nobody keyed: prefilled by the assignment, or a default."""
    return event.kind is Kind.ANSWERED and event.source in _BEFORE_ANYBODY and "[" not in event.cell


def is_keyed_again(events: Iterable[Event]) -> bool:
    """True when somebody has begun to key the interview a second time."""
    return any(event.kind in _PLAIN for event in events)


def first_keyers(events: Iterable[Event]) -> tuple[str, ...]:
    """Who entered the interview, in the order of their first entry; what a comparison wrote is not counted."""
    entered = (e.who for e in events if e.kind in AGAIN and e.source not in {*_BEFORE_ANYBODY, SOURCE})
    return tuple(dict.fromkeys(entered))


def shadow(interview: Interview) -> Interview:
    """The second keying as an interview of its own: always a draft, without anything of the first.

    It begins with what was known before anybody typed. Its id is another one, so that nothing that is kept by
    an interview's id (drafts, the place one is at) is shared.
    """
    ident = f"{interview.id}/2"
    events = history.only(interview.events, _in_shadow)
    return Interview(
        interview.form,
        [replace(event, interview=ident, kind=_PLAIN.get(event.kind, event.kind)) for event in events],
        interview.clock,
    )


def first_keying(interview: Interview) -> Interview:
    """The interview as if nothing had been keyed again and no comparison had changed it."""
    events = history.only(interview.events, lambda e: e.kind not in DOUBLE_ENTRY and e.source != SOURCE)
    return Interview(interview.form, events, interview.clock)


def moved_again(interview: Interview, form: Form) -> Iterator[Act]:
    """What moving to another version of the form does to the second keying, if there is any."""
    if is_keyed_again(interview.events):
        for act in plan_migration(shadow(interview), form).acts():
            if act.kind in AGAIN:
                yield replace(act, kind=AGAIN[act.kind])


def in_history(event: Event, first: Interview) -> Event:
    """An event made on the shadow, as it is to be made on the interview's history now. Its kind is one of `AGAIN`."""
    return replace(event, interview=first.id, parents=first.heads, kind=AGAIN[event.kind])


def _in_shadow(event: Event) -> bool:
    return event.kind in _PLAIN or event.kind in (Kind.OPENED, Kind.MIGRATED) or known_beforehand(event)
