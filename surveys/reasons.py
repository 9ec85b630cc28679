"""An interview that was completed and opened again: every change of what stood then needs a reason. Pure, no I/O.

An answer that stood is one that somebody had given when the interview was last completed. Filling in what was
empty needs no reason, nor does putting back what stood; a change carries its reason as its event's `note`.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

from surveys import history
from surveys.acts import MOVED, Act
from surveys.answers import Answer
from surveys.form import parse_address, roster_cell
from surveys.history import Event, Kind
from surveys.text import Refusal, clean_text

REASON_LENGTH = 200


class ReasonNeeded(Refusal):
    """Nothing is wrong with the act but that nobody said why: ask, and do it again with the reason."""

    def __init__(self) -> None:
        super().__init__("这里改的是定稿时的答案，还没有保存，要写明原因。")


def checked_reason(typed: str) -> str:
    """A reason as it is kept, or a Refusal."""
    reason = clean_text(typed.strip(), REASON_LENGTH)
    if not any(character.isalpha() for character in reason):  # a number meant for the next question is no reason
        raise Refusal("请用文字写明原因，例如：录入错误。")
    return reason


def stood(events: Sequence[Event]) -> dict[str, Answer]:
    """Address → the answer that stood when the interview was last completed; nothing if it never was.

    Args:
        events: The history, parents before children.
    """
    completed = next((event for event in reversed(events) if event.kind is Kind.COMPLETED), None)
    if completed is None:
        return {}
    known = history.known_at(events, completed)
    state = history.replay(known)
    gone = {cell for (key, cell), event in state.live.items() if key == "row" and event.kind is Kind.ROW_REMOVED}
    standing = {
        address: answer
        for address, answer in state.answers().items()
        if answer.status.given and _row(address) not in gone
    }
    before = {event.id for event in known}
    for event in events:  # a move to a newer version may have carried them on to other places
        if event.id not in before and event.kind is Kind.ANSWERED and event.source.removeprefix(MOVED) in standing:
            standing[event.cell] = Answer(event.value, event.status)
    return standing


def explained(standing: Mapping[str, Answer], acts: Sequence[Act], reason: str) -> list[Act]:
    """The acts, those that change what stood with the reason as their note.

    Args:
        standing: What `stood` gives.
        acts: What is about to be recorded; an act that has a note already is explained by it.
        reason: "" if none was given.

    Raises:
        ReasonNeeded: There is something to explain, and no reason.
    """
    unexplained = {place for place, act in enumerate(acts) if not act.note and _changes(standing, act)}
    if unexplained and not reason:
        raise ReasonNeeded
    return [replace(act, note=reason) if place in unexplained else act for place, act in enumerate(acts)]


def _changes(standing: Mapping[str, Answer], act: Act) -> bool:
    match act.kind:
        case Kind.ANSWERED:
            return act.cell in standing and standing[act.cell] != Answer(act.value, act.status)
        case Kind.ROW_REMOVED:
            return any(_row(address) == act.cell for address in standing)
        case _:
            return False


def _row(address: str) -> str:
    """The roster row an address is in; "" if in none."""
    parsed = parse_address(address)
    return roster_cell(parsed.question, parsed.row_id) if parsed.row_id else ""
