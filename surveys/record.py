"""What the history of an interview says, before relevance and checks. Pure, no I/O."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from surveys import history
from surveys.answers import EMPTY, Answer, Status
from surveys.form import Form, parse_address
from surveys.history import Event, Kind
from surveys.readable import readable
from surveys.reasons import stood
from surveys.standing import Stage
from surveys.text import Refusal


class Record:
    """The stored answers, rows, remarks and stage of one interview, hidden or not."""

    def __init__(self, form: Form, events: Iterable[Event]) -> None:
        self.form = form
        self.events: list[Event] = history.in_order(events)
        opened = next((event for event in self.events if event.kind is Kind.OPENED), None)
        if opened is None:
            raise ValueError("a history begins with an `opened` event")
        self.id, self.unit, self.round = opened.interview, opened.cell, opened.note
        state = history.replay(self.events)
        self.conflicts = {
            key: conflict
            for key, conflict in state.conflicts.items()
            if conflict.sides[0].kind not in history.DOUBLE_ENTRY
        }
        self.heads = history.heads(self.events)
        self._live = state.live
        self.stored = state.answers()
        """Address → the answer last given there, hidden or not; changed by `apply` only."""
        if ("form", "") in state.live:  # moved from another version
            self.stored = readable(form, self.stored)
        self.standing: Mapping[str, Answer] = stood(self.events) if self.stage is Stage.DRAFT else {}
        """Of an interview that was opened again: address → the answer that stood when it was completed."""
        self._order = {event.id: number for number, event in enumerate(self.events)}
        self._rows: dict[str, dict[str, bool]] = {}  # roster → row id → still there; in the order they were added
        for (kind, cell), event in state.live.items():
            if kind == "row":
                parsed = parse_address(cell)
                self._rows.setdefault(parsed.question, {})[parsed.row_id] = event.kind is Kind.ROW_ADDED
        self._changed_at: dict[str, int] = {}
        for number, event in enumerate(self.events):
            self._note_change(event, number)

    @property
    def stage(self) -> Stage:
        """Draft, complete or void."""
        event = self._live.get(("stage", ""))
        if event is None or event.kind is Kind.REOPENED:
            return Stage.DRAFT
        return Stage.COMPLETE if event.kind is Kind.COMPLETED else Stage.VOID

    def kept(self, address: str) -> Answer:
        """The answer as stored, also while the question is hidden."""
        return self.stored.get(address, EMPTY)

    def kept_answers(self) -> dict[str, Answer]:
        """Every stored answer a person gave, hidden ones too; rows that were taken off left out."""
        return {
            address: answer
            for address, answer in self.stored.items()
            if answer.status.given and self._row_there(address)
        }

    def _row_there(self, address: str) -> bool:
        parsed = parse_address(address)
        return not parsed.row_id or self._rows.get(parsed.question, {}).get(parsed.row_id, False)

    def rows(self, roster: str) -> tuple[str, ...]:
        """Row ids in the order they were added."""
        return tuple(row_id for row_id, there in self._rows.get(roster, {}).items() if there)

    def nothing(self, roster: str) -> bool:
        """True when the person stated that there is nothing to register (暂无)."""
        return self.stored.get(roster, EMPTY).status is Status.NOT_APPLICABLE

    def remark(self, item: str) -> str:
        """The remark on a question, "" if none."""
        return self._said(Kind.REMARKED, item)

    def evidence(self, item: str) -> str:
        """What the answer rests on, "" if not named."""
        return self._said(Kind.EVIDENCED, item)

    def respondent(self, item: str) -> str:
        """Who answered a question, "" if nobody was named."""
        return self._said(Kind.RESPONDENT, item)

    def respondents(self) -> tuple[str, ...]:
        """Everybody who was ever named, in the order of the first time."""
        named = (event.value for event in self.events if event.kind is Kind.RESPONDENT and event.value)
        return tuple(dict.fromkeys(named))

    def why(self, address: str) -> str:
        """Why the answer at an address was given instead of another, "" if nobody had to say."""
        event = self._live.get((str(Kind.ANSWERED), address))
        return event.note if event else ""

    @property
    def reopened_because(self) -> str:
        """Why a completed interview was opened again; "" if it was not."""
        event = self._live.get(("stage", ""))
        return event.note if event and event.kind is Kind.REOPENED else ""

    def doubted(self, item: str) -> bool:
        """True when marked 待核实."""
        return self._said(Kind.DOUBTED, item) == "1"

    def warning_note(self, rule: str, reads: Iterable[str]) -> str:
        """The note a warning was passed with, "" once anything the rule reads has changed since."""
        event = self._live.get((str(Kind.WARNING_PASSED), rule))
        if event is None:
            return ""
        passed = self._order[event.id]
        return event.note if all(self._changed_at.get(name, -1) < passed for name in reads) else ""

    def refuse_gone_row(self, address: str) -> None:
        """Raises Refusal for an address in a row that is not, or no longer, there."""
        if not self._row_there(address):
            raise Refusal("这一行已经删去，没有保存。")

    def _take(self, event: Event) -> set[str]:
        """Take one more event, made on the present heads; returns the cell whose dispute it decides, if any."""
        if event.parents != self.heads:
            raise ValueError("an event must be made on the present heads")
        self._order[event.id] = len(self.events)
        self.events.append(event)
        self.heads = (event.id,)
        key = history.key_of(event)
        self._live[key] = event
        if key[0] == "stage":
            self.standing = stood(self.events) if self.stage is Stage.DRAFT else {}
        return {event.cell} if self.conflicts.pop(key, None) else set()

    def _put(self, event: Event, number: int) -> None:
        """Put what a taken event says of an answer or a row in its place."""
        parsed = parse_address(event.cell)
        if event.kind is Kind.ANSWERED:
            self.stored[event.cell] = Answer(event.value, event.status)
        else:
            self._rows.setdefault(parsed.question, {})[parsed.row_id] = event.kind is Kind.ROW_ADDED
        self._note_change(event, number)

    def _said(self, kind: Kind, item: str) -> str:
        event = self._live.get((str(kind), item))
        return event.value if event else ""

    def _note_change(self, event: Event, number: int) -> None:
        if event.kind in (Kind.ANSWERED, Kind.ROW_ADDED, Kind.ROW_REMOVED):
            self._changed_at[parse_address(event.cell).question] = number
