"""The history of a case as lines that people read."""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple

from surveys.answers import display
from surveys.deciding import said_by
from surveys.history import Event, Kind
from surveys.register.case import AUTOMATIC, MOVED, Case, kind_of
from surveys.register.definition import CaseLinkField, CaseLinksField
from surveys.register.flow import TRIED
from surveys.text import show_text

Words = Callable[[Case, str, str, bool], str]
"""How a value reads: the case, its field, the value, whether what is personal is shown."""

HIDDEN = "［已隐去］"
"""Stands where something personal is."""


class Line(NamedTuple):
    """One thing that happened."""

    at: str
    """UTC, ISO 8601."""
    who: str
    """第3组 张三."""
    text: str


def history_lines(case: Case, revealed: bool = False, words: Words | None = None) -> list[Line]:
    """The whole history, parents before children; nothing is left out, also what another value took the place of.

    Args:
        case: Whose.
        revealed: True shows personal fields.
        words: How values read; by default as `in_words` puts them.
    """
    return [
        Line(event.at, said_by(event), show_text(_words(case, event, revealed, words or in_words), line=True))
        for event in case.events
    ]


class Dispute(NamedTuple):
    """What two people said differently."""

    key: tuple[str, str]
    label: str
    """The field, or 状态."""
    sides: tuple[tuple[Event, str], ...]
    """Each event with what it says in words; `Registrar.decide` takes one."""


def disputes(case: Case, revealed: bool = False, words: Words | None = None) -> list[Dispute]:
    """The open conflicts of a case, the status first."""
    found = []
    for key, conflict in sorted(case.conflicts.items(), key=lambda item: (item[0] != MOVED, item[0])):
        name = key[1].partition("[")[0]
        label = "状态" if key == MOVED else str(case.fields[name].label) if name in case.fields else name
        sides = tuple((side, _side(case, side, revealed, words or in_words)) for side in conflict.sides)
        found.append(Dispute(key, label, sides))
    return found


def _side(case: Case, side: Event, revealed: bool, words: Words) -> str:
    if side.kind is Kind.CASE_MOVED:
        return case.label_of(side.value)
    return show_text(words(case, side.cell, side.value, revealed), line=True) or "（空）"


def in_words(case: Case, cell: str, value: str, revealed: bool = False) -> str:
    """A field's value as people read it; whatever names something else is the caller's to look up."""
    if value and case.is_sensitive(cell) and not revealed:
        return HIDDEN
    field = case.fields.get(cell)
    if field is None or isinstance(field, CaseLinkField | CaseLinksField):
        return value
    try:
        return display(kind_of(case, cell), value)
    except (ValueError, ArithmeticError):  # no typing makes it, but a history of elsewhere may hold it
        return value


def _words(case: Case, event: Event, revealed: bool, words: Words) -> str:
    note = f"（{event.note}）" if event.note else ""
    match event.kind:
        case Kind.CASE_OPENED:
            return f"建立{case.type.label}"
        case Kind.CASE_NUMBERED:
            return f"编号 {event.value}"
        case Kind.CASE_NOTED:
            return f"联系提出人：{event.value}" if event.cell == TRIED else f"备注：{event.value}"
        case Kind.CASE_MOVED:
            by_itself = "，自动" if event.source == AUTOMATIC else ""
            start = f"{case.label_of(event.cell)} → " if event.cell and event.cell != event.value else ""
            return f"{start}{case.label_of(event.value)}{by_itself}{note}"
        case _:
            return f"{_set(case, event, revealed, words)}{note}"


def _set(case: Case, event: Event, revealed: bool, words: Words) -> str:
    name, bracket, other = event.cell.partition("[")
    label = case.fields[name].label if name in case.fields else name
    if bracket:
        return f"{label}：{'加上' if event.value else '去掉'} {words(case, name, other.rstrip(']'), revealed)}"
    return f"{label}：{words(case, event.cell, event.value, revealed) or '（清空）'}"
