"""The lines of the register's list: cases and candidates, which of them are shown, and in which order."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

from surveys.answers import label_of
from surveys.frame import Unit, sounds_like
from surveys.register.calendar import days_left
from surveys.register.collecting import candidates
from surveys.register.figures import topics_heard
from surveys.register.keeping import register_of
from surveys.register.worklists import at_question, cases, numbers_shown, uninformed
from surveys.text import show_text
from tui.case_words import CANDIDATE, due_words, sign
from tui.textual_faults import cut

if TYPE_CHECKING:
    from surveys.register.candidates import Candidate
    from surveys.register.definition import CaseType
    from surveys.register.projection import CaseRow
    from surveys.register.registrar import Registrar


class View(StrEnum):
    """Which lines are shown."""

    PENDING = "pending"
    OPEN = "open"
    CANDIDATES = "candidates"
    OVERDUE = "overdue"
    SOON = "soon"
    MINE = "mine"
    UNINFORMED = "uninformed"
    DISPUTED = "disputed"
    DONE = "done"
    ALL = "all"

    @property
    def label(self) -> str:
        labels = (
            "待办的",
            "在办的",
            "待核实的",
            "逾期的",
            "临期的",
            "我办的",
            "待告知提出人的",
            "有争议的",
            "办完的",
            "全部",
        )
        return labels[list(View).index(self)]


class Order(StrEnum):
    """How the lines are ordered; those of the question one comes from always stand first."""

    DUE = "due"
    NUMBER = "number"
    UNIT = "unit"
    CATEGORY = "category"

    @property
    def label(self) -> str:
        return {"due": "期限", "number": "编号", "unit": "单位", "category": "类别"}[self]


@dataclass(frozen=True)
class Entry:
    """A line."""

    id: str
    number: str
    """"" for a candidate."""
    title: str
    unit: Unit
    place: int
    """Of the unit in the frame."""
    category: str
    """In words."""
    code: str
    """The category's."""
    state: str
    phase: str
    conflicts: int
    days: int | None
    """Until it is due."""
    mine: bool
    here: bool
    """Whether it belongs to the question one comes from."""
    waits_to_be_told: bool = False
    told: str = ""
    """More of it, for below the list."""


def entries(
    registrar: Registrar, type_: CaseType, team: int | None, unit: str = "", question: str = ""
) -> Iterator[Entry]:
    """Every case of a type, and of issues every candidate.

    Args:
        registrar: Whose register, and who asks.
        type_: Of the register.
        team: Those of one team's units; None for all.
        unit: Those of one unit.
        question: Those of this question are marked.
    """
    store = registrar.store
    register = register_of(store, registrar.register.id, type_.name)
    units = {found.code: (found, place) for place, found in enumerate(store.units())}
    states = {status.code: str(status.label) for status in type_.statuses}
    field = next((field for field in type_.fields if field.name == type_.columns.category), None)
    kind = register.kind_of(field) if field else None

    heard = topics_heard(store, register)

    def about(code: str, topic: str = "") -> tuple[Unit, int]:
        if topic in heard:
            return Unit("", "", f"{heard[topic].units}县", ""), 0
        return units.get(code, (Unit(code, "", code, ""), len(units)))

    def category(code: str) -> str:
        return label_of(kind, code) if kind and code else ""

    def of_case(row: CaseRow) -> Entry:
        found, place = about(row.unit, row.id)
        return Entry(
            row.id, numbers[row.id], row.title, found, place, category(row.category), row.category,
            states.get(row.status, row.status), row.phase, row.conflicts, days_left(row.due, registrar.today),
            row.who == registrar.actor.who and row.team == registrar.actor.team, row.id in here, row.id in waiting,
        )  # fmt: skip

    def of_candidate(found: Candidate) -> Entry:
        of, place = about(found.unit)
        told = f"依据的答案：{found.evidence}" + ("" if found.holds else "\n! 答案后来改了，标记的理由不再成立。")
        return Entry(
            found.id, "", found.values.get(type_.columns.title, found.message), of, place, category(found.category),
            found.category, states[type_.initial], CANDIDATE, 0, None, False, found.item == question, told=told,
        )  # fmt: skip

    rows = cases(store, type_.name, register_id=register.id, team=team, unit=unit)
    numbers = numbers_shown(store, rows)
    here = at_question(store, unit, question) if question else set()
    waiting = {row.id for row in uninformed(store, team=team, register_id=register.id)}
    yield from (of_case(row) for row in rows if row.phase != CANDIDATE)
    if register.candidates and register.candidates.type == type_.name:
        yield from (of_candidate(found) for found in candidates(store, team=team, unit=unit))


def fits(entry: Entry, view: View, soon: int) -> bool:
    """Whether a line is shown in a view; `soon` is how many days ahead are near."""
    open_ = entry.phase in ("open", "answered") or entry.conflicts > 0
    match view:
        case View.PENDING:
            return open_ or entry.phase == CANDIDATE or entry.waits_to_be_told
        case View.OPEN:
            return open_
        case View.CANDIDATES:
            return entry.phase == CANDIDATE
        case View.OVERDUE:
            return entry.days is not None and entry.days < 0
        case View.SOON:
            return entry.days is not None and 0 <= entry.days <= soon
        case View.MINE:
            return entry.mine
        case View.UNINFORMED:
            return entry.waits_to_be_told
        case View.DISPUTED:
            return entry.conflicts > 0
        case View.DONE:
            return entry.phase in ("done", "merged", "dropped") and not entry.conflicts
    return True


def found(entry: Entry, typed: str) -> bool:
    """Whether what was typed is in the number, the title, the unit or the category."""
    words = typed.split()
    texts = (entry.number, entry.title, entry.unit.name, entry.unit.code, entry.code, entry.category)
    return all(any(sounds_like(text, word) for text in texts) for word in words)


def arranged(lines: Sequence[Entry], order: Order) -> list[Entry]:
    """The lines in order."""

    def key(entry: Entry) -> tuple[object, ...]:
        due = (entry.phase == CANDIDATE, entry.days is None, entry.days or 0)
        by: dict[Order, tuple[object, ...]] = {
            Order.DUE: due, Order.NUMBER: (entry.number == "",), Order.UNIT: (entry.place,),
            Order.CATEGORY: (entry.code == "", entry.code),
        }  # fmt: skip
        return (not entry.here, *by[order], entry.number, entry.place, entry.id if entry.number else "")

    return sorted(lines, key=key)


NUMBER, COUNTY, STATE, DUE = 15, 7, 10, 10
"""Cells of the columns; the title has the rest."""


def head(width: int, one_unit: bool, numbered: bool) -> str:
    """The headings above the lines; of one unit, no column names it; `numbered` leaves room for numbers."""
    return _row(width, numbered, "", "编号", "" if one_unit else "单位", "摘要", "状态", "期限")


def line(entry: Entry, width: int, one_unit: bool, numbered: bool) -> str:
    """A line of the list."""
    where = ("本题" if entry.here else "") if one_unit else entry.unit.county
    mark = sign(entry.phase, entry.conflicts, entry.days)
    return _row(width, numbered, mark, entry.number, where, entry.title, entry.state, due_words(entry.days))


def _row(width: int, numbered: bool, mark: str, number: str, where: str, title: str, state: str, due: str) -> str:
    taken = NUMBER + 1 if numbered else 0
    room = max(8, width - 7 - taken - COUNTY - STATE - DUE)
    cells = ((number, NUMBER), (where, COUNTY), (title, room), (state, STATE), (due, DUE))[not numbered :]
    return (cut(mark, 2) + " ".join(cut(show_text(text, line=True), size) for text, size in cells)).rstrip()
