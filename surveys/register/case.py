"""One case: what its history adds up to. Pure, no I/O.

The law is that of `surveys.history`: merging is the union of events; a field that two people set differently without
knowing of each other has both values until a person decides. For the status this means: it is undisputed only if
everybody who moved the case knew of all other moves or said the same. So nobody's closing is undone, and nobody's
reopening is closed, by a merge: it becomes a dispute. While anything of a case is disputed it is not `settled`, and
of disputed statuses the least settled one counts, so that it stays on the list of what is owed.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

from surveys import history
from surveys.answers import Status
from surveys.history import Event, Kind
from surveys.register.definition import PHASES, CaseField, CaseStatus, CaseType, Phase, Register
from surveys.text import Refusal

if TYPE_CHECKING:
    from surveys.value_types import ValueType

AUTOMATIC = "自动"
"""The source of a move that followed another by itself."""

UNREADABLE = "这件登记的历史不完整或读不懂，没有并入，请向该组索要原文件，或先升级本机的程序。"

MOVED = (str(Kind.CASE_MOVED), "")
"""The key of the status."""

OPENED_AS_CANDIDATE = "问卷标记"
"""Who opened a case that was made of a candidate: no person."""


@dataclass(frozen=True, slots=True)
class Reply:
    """An answer that was given at some time, with the fields as they were then."""

    event: Event
    """The move by which it was given."""
    values: Mapping[str, str]


class Case:
    """The state of one case.

    Args:
        register: The definition that explains it; what that does not know is kept, and shown as it is.
        events: Its whole history, in any order. Must begin with a `case_opened` event.

    Raises:
        ValueError: It is no history of a case.
        KeyError: The register has no such type.
    """

    def __init__(self, register: Register, events: Iterable[Event]) -> None:
        self.register = register
        self.events: list[Event] = history.in_order(events)
        opened = [event for event in self.events if event.kind is Kind.CASE_OPENED]
        if len(opened) != 1 or any(event.kind not in history.CASES for event in self.events):
            raise ValueError("not the history of one case")
        self.opened = opened[0]
        self.id, self.unit, self.round = self.opened.interview, self.opened.cell, self.opened.note
        self.type: CaseType = register.type(self.opened.value.partition("/")[2])
        self.fields: dict[str, CaseField] = {field.name: field for field in self.type.fields}
        self.statuses: dict[str, CaseStatus] = {status.code: status for status in self.type.statuses}
        state = history.replay(self.events)
        self.conflicts = state.conflicts
        self.heads = history.heads(self.events)
        self.live: Mapping[tuple[str, str], Event] = state.live
        """Per key the event that counts; of disputed ones provisionally one."""
        self.values: dict[str, str] = {
            cell: event.value for (kind, cell), event in state.live.items() if kind == Kind.CASE_SET and event.value
        }
        """Cell → value, blank ones left out; of a field that links many cases a cell per link."""
        self.status: str = self._status()

    def _status(self) -> str:
        """The status that counts."""
        if (dispute := self.conflicts.get(MOVED)) is not None:
            return min(
                (event.value for event in dispute.sides), key=lambda code: (PHASES.index(self.phase_of(code)), code)
            )
        event = self.live.get(MOVED)
        return event.value if event else self.type.initial

    # ── where it stands ───────────────────────────────────────────────────────────────

    def phase_of(self, code: str) -> Phase:
        """What a status means; one that this definition does not know is open."""
        status = self.statuses.get(code)
        return status.phase if status else "open"

    @property
    def phase(self) -> Phase:
        """What its status means."""
        return self.phase_of(self.status)

    @property
    def settled(self) -> bool:
        """True when it is closed and nothing of it is disputed."""
        return self.phase in ("done", "dropped") and not self.conflicts

    @property
    def status_label(self) -> str:
        """The status in words; the code of one that is not known."""
        return self.label_of(self.status)

    def label_of(self, code: str) -> str:
        """A status in words."""
        return str(self.statuses[code].label) if code in self.statuses else code

    @property
    def numbers(self) -> tuple[str, ...]:
        """Its readable numbers, the one that counts first: that of whoever gave one first."""
        named = sorted((event for event in self.events if event.kind is Kind.CASE_NUMBERED), key=lambda e: e.id)
        return tuple(dict.fromkeys(event.value for event in named))

    @property
    def automatic_from(self) -> str:
        """The status from which it went on by itself last; "" if a person moved it last, or that is disputed."""
        event = self.live.get(MOVED)
        return event.cell if event and event.source == AUTOMATIC and MOVED not in self.conflicts else ""

    # ── what it holds ─────────────────────────────────────────────────────────────────

    def value(self, field: str) -> str:
        """A field's value; "" if it is blank."""
        return self.values.get(field, "")

    def links(self, field: str) -> tuple[str, ...]:
        """The cases that a field of many links names."""
        start = f"{field}["
        return tuple(sorted(cell[len(start) : -1] for cell in self.values if cell.startswith(start)))

    def shown(self, sensitive: bool = False) -> dict[str, str]:
        """The values as lists may have them; personal ones only when asked for."""
        return {cell: value for cell, value in self.values.items() if sensitive or not self.is_sensitive(cell)}

    def is_sensitive(self, cell: str) -> bool:
        """True for personal fields, and for those that this definition does not know: they may be."""
        field = self.fields.get(cell.partition("[")[0])
        return field is None or field.sensitive

    def notes(self, kind: str) -> list[Event]:
        """What was put down in its history, of one kind."""
        return [event for event in self.events if event.kind is Kind.CASE_NOTED and event.cell == kind]

    def notes_since_move(self, kind: str) -> list[Event]:
        """The same, without what whoever moved it last already knew: tries of an earlier round do not count."""
        event = self.live.get(MOVED)
        known = {known.id for known in history.known_at(self.events, event)} if event else set()
        return [note for note in self.notes(kind) if note.id not in known]

    def replies(self) -> list[Reply]:
        """Every answer that was ever given, oldest first; reopening empties the fields, here they are kept."""
        given = []
        for event in self.events:
            if event.kind is Kind.CASE_MOVED and event.source != AUTOMATIC and self.phase_of(event.value) == "answered":
                state = history.replay(history.known_at(self.events, event))
                values = {cell: e.value for (kind, cell), e in state.live.items() if kind == Kind.CASE_SET and e.value}
                given.append(Reply(event, values))
        return given

    def lacking(self) -> tuple[str, ...]:
        """Required fields that the status of now is without: two people's work may add up to that."""
        status = self.statuses.get(self.status)
        return missing(self, status, self.values) if status else ()


def applies(field: CaseField, values: Mapping[str, str]) -> bool:
    """True while a field is asked."""
    return all(values.get(name, "") in codes for name, codes in field.only_with.items())


def missing(case: Case, status: CaseStatus, values: Mapping[str, str]) -> tuple[str, ...]:
    """The fields that a status requires and that these values are without."""
    return tuple(name for name in status.requires if applies(case.fields[name], values) and not values.get(name))


def understood(register: Register, case_id: str, events: Iterable[Event]) -> Case:
    """The case that somebody's history adds up to. Raises Refusal for a forged or damaged one."""
    known = list(events)
    try:
        case = Case(register, known)
    except (ValueError, KeyError) as error:
        raise Refusal(UNREADABLE) from error
    first = case.opened
    stray = any(event.interview != case_id or event.status not in (Status.ANSWERED, Status.EMPTY) for event in known)
    if stray or first.id != case_id or first.value.partition("/")[0] != register.id:
        raise Refusal("这件登记的历史混入了别的记录，没有并入，请向该组索要原文件。")
    return case


def kind_of(case: Case, field: str) -> ValueType:
    """What a field holds. Raises KeyError for one that the definition does not have."""
    return case.register.kind_of(case.fields[field])
