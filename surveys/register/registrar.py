"""The only way cases are made and changed: a person's act becomes events, is written, and only then counts."""

from __future__ import annotations

import contextlib
import datetime as dt
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace

from uuid_utils import uuid7

from surveys import references
from surveys.acts import Act, Actor
from surveys.answers import Status
from surveys.deciding import SOURCE, said_by
from surveys.history import Event, Kind
from surveys.personal import refuse_numbers
from surveys.recording import event_of, utc_now
from surveys.register import flow
from surveys.register.candidates import beginning, opening_of
from surveys.register.case import MOVED, Case, kind_of
from surveys.register.collecting import candidate
from surveys.register.definition import CaseLinkField, CaseLinksField, CitationField
from surveys.register.keeping import PROBLEMS, append, case_of, register_of
from surveys.store import Store
from surveys.text import Refusal, clean_text
from surveys.typed import read_typed

NOTE_LENGTH = 1000
REMARKED = "remark"
"""The kind of note that is a remark."""

NEW = "+"
"""Typed into a field that names another case: one that is opened together with what names it."""


class Registrar:
    """Somebody keeping a register.

    Every method that changes something returns the case after the change is durable. It raises `Refusal` (a sentence
    for the person) or `StoreError`; in both cases nothing has changed. An unknown id is a KeyError. Values are given
    as typed, by field name.
    """

    def __init__(
        self, store: Store, actor: Actor, register_id: str = PROBLEMS, clock: Callable[[], dt.datetime] = utc_now
    ) -> None:
        self.store, self.actor, self.clock = store, actor, clock
        self.register = register_of(store, register_id)

    @property
    def today(self) -> dt.date:
        """The day of the moment, here."""
        return self.clock().astimezone().date()

    # ── reading ───────────────────────────────────────────────────────────────────────

    def case(self, case_id: str) -> Case:
        """A case, or a candidate as the case it would become. Raises KeyError."""
        try:
            return case_of(self.store, case_id)
        except KeyError:
            found = candidate(self.store, case_id)
            if found is None:
                raise
        return Case(self.register, [opening_of(self.register, found, self.store.events(found.interview))])

    def moves(self, case_id: str, **typed: str) -> tuple[flow.Move, ...]:
        """What may come next, with what each asks for once these fields are filled in; see `flow.moves`."""
        case = self.case(case_id)
        return flow.moves(case, {**self._beginning(case), **self._canonical(case, typed)}, self.today)

    def entering(self, case: Case, to: str, **typed: str) -> flow.Move:
        """What a status asks for once these fields are filled in; the case may be a `blank` one."""
        return flow.entering(case, to, {**self._beginning(case), **self._canonical(case, typed)}, self.today)

    def following(self, case_id: str, **typed: str) -> flow.Move | None:
        """What `follow_up` asks for once these fields are filled in; see `flow.following`."""
        case = self.case(case_id)
        return flow.following(case, {**case.values, **self._canonical(case, typed)}, self.today)

    def read(self, case: Case, field: str, typed: str) -> str:
        """The canonical value of what was typed into a field. Raises Refusal; KeyError for an unknown field."""
        found = case.fields[field]
        try:
            value = read_typed(kind_of(case, field), typed)
            refuse_numbers(value, phones=not found.sensitive)
        except Refusal as refusal:
            raise Refusal(f"{found.label}：{refusal.message}") from None
        if not value:
            return ""
        if isinstance(found, CitationField):
            self._refuse_unless_cited(value)
        if isinstance(found, CaseLinksField) or (isinstance(found, CaseLinkField) and value != NEW):
            self._refuse_unless_there(case, value, found.of)
        return value

    # ── making ────────────────────────────────────────────────────────────────────────

    def open(self, type_name: str, unit: str = "", *, round_: str = "", **typed: str) -> Case:
        """Open a case in the status its type begins with.

        Args:
            type_name: Of the register.
            unit: Code of the unit it is about; "" for none.
            round_: The round; "" outside of one.
            typed: Its fields; `interview` and `question` link it to a question, `raiser_name` to who raised it.
        """
        case = self.blank(type_name, unit, round_)
        return self._write(case, flow.opening(case, case.type.opens_at, self._canonical(case, typed), self.today))

    def blank(self, type_name: str, unit: str = "", round_: str = "") -> Case:
        """A case of which nothing is written yet; see `open`."""
        ident, register = str(uuid7()), register_of(self.store, self.register.id, type_name)
        act = Act(Kind.CASE_OPENED, unit, f"{register.id}/{type_name}", note=round_)
        return Case(register, [event_of(act, ident, (), self.store.next_seq(), self.actor, self.clock())])

    def move(self, case_id: str, to: str, *, note: str = "", **typed: str) -> Case:
        """Go on along the flow. A candidate that is moved becomes a case: so it is confirmed, merged or dismissed.

        Args:
            case_id: The case or candidate.
            to: Code of the status.
            note: Put down beside the move.
            typed: Fields that are given with it.
        """
        case = self.case(case_id)
        given = {**self._beginning(case), **self._canonical(case, typed)}
        return self._write(case, flow.moving(case, to, given, self._words(note), self.today))

    def follow_up(self, case_id: str, *, note: str = "", **typed: str) -> Case:
        """Go wherever the values lead: the one next status whose conditions they meet (满意 closes, 不满意 reopens)."""
        way = self.following(case_id, **typed)
        if way is None or not way.to:
            raise Refusal(f"现在是“{self.case(case_id).status_label}”，看不出下一步，请直接选下一步。")
        return self.move(case_id, way.to, note=note, **typed)

    def change(self, case_id: str, **typed: str) -> Case:
        """Change fields without going on; "" empties one."""
        case = self.case(case_id)
        return self._write(case, flow.changing(case, self._canonical(case, typed)))

    def extend(self, case_id: str, reason: str, until: str = "") -> Case:
        """Put the deadline off, with a reason; `until` as typed, by default the parameter's days later."""
        case = self.case(case_id)
        rule = case.type.extension
        status = case.statuses.get(case.status)
        day = self.read(case, status.deadlines[-1].field, until) if until and status and status.deadlines else ""
        why = self.read(case, rule.reason, reason) if rule else self._words(reason)
        return self._write(case, flow.extension(case, day, why))

    def tried(self, case_id: str, words: str) -> Case:
        """Record a try to reach the raiser: when and how."""
        return self._note(case_id, flow.TRIED, words)

    def remark(self, case_id: str, words: str) -> Case:
        """Put a remark down in the history."""
        return self._note(case_id, REMARKED, words)

    def link(self, case_id: str, field: str, other: str, linked: bool = True) -> Case:
        """Name another case in a field of many links (a measure answers a topic), or take that back."""
        case = self.case(case_id)
        cell = f"{field}[{self.read(case, field, other)}]"
        if (case.value(cell) != "") == linked:
            return case
        status = Status.ANSWERED if linked else Status.EMPTY
        return self._write(case, [Act(Kind.CASE_SET, cell, "1" if linked else "", status)])

    def join(self, case_id: str, topic: str) -> Case:
        """Let a case go with a topic: merged into it where that may be, otherwise it keeps its own way and names it."""
        case = self.case(case_id)
        named = {str(case.type.columns.topic): topic}
        ways = (move.to for move in self.moves(case_id, **named) if named.keys() & set(move.fields))
        if (merged := next(ways, "")) == "":
            return self.change(case_id, **named)
        return self.move(case_id, merged, **named)

    def group(self, case_ids: Sequence[str], topic: str) -> str:
        """Let cases go with one topic, `NEW` for one with the title of the first, all or none. Returns the topic's id."""
        with self.store.transaction():
            for ident in case_ids:
                case = self.join(ident, topic)
                topic = case.value(str(case.type.columns.topic))
        return topic

    def waiting(self, topic: str) -> list[Case]:
        """The cases that go with a topic and may get its answer now (`CaseType.answered_at`)."""
        sql = "SELECT id FROM cases WHERE topic = ? ORDER BY id"
        cases = [self.case(ident) for (ident,) in self.store.conn.execute(sql, (topic,)).fetchall()]
        return [case for case in cases if any(move.to == case.type.answered_at for move in self.moves(case.id))]

    def answer_all(self, topic: str, **typed: str) -> list[Case]:
        """Give every case that waits for it the answer of a topic, all or none; others are left as they are."""
        with self.store.transaction():
            return [self.move(case.id, str(case.type.answered_at), **typed) for case in self.waiting(topic)]

    # ── deciding ──────────────────────────────────────────────────────────────────────

    def decide(self, case_id: str, side: Event, why: str = "") -> Case:
        """Take one side of a dispute (an event of `Case.conflicts`); `why` is kept, by default whose it was."""
        case = self.case(case_id)
        note = self._words(why) or f"取{said_by(side)}的"
        came_from = case.status if side.kind is Kind.CASE_MOVED else side.cell
        return self._write(case, [Act(side.kind, came_from, side.value, side.status, note=note, source=SOURCE)])

    # ── inside ────────────────────────────────────────────────────────────────────────

    def _beginning(self, case: Case) -> dict[str, str]:
        """What a candidate's case begins with, as far as it has nothing there yet; nothing of one that was moved.

        What a field cannot take (a summary that is too short) is left out: the person is asked.
        """
        found = candidate(self.store, case.id) if MOVED not in case.live else None
        begun = {}
        for name, value in (beginning(found) if found else {}).items():
            if value and name in case.fields and not case.value(name):
                with contextlib.suppress(Refusal):
                    begun[name] = self.read(case, name, value)
        return begun

    def _note(self, case_id: str, kind: str, words: str) -> Case:
        if not (said := self._words(words)):
            raise Refusal("请写一句说明。")
        return self._write(self.case(case_id), [Act(Kind.CASE_NOTED, kind, said)])

    def _words(self, text: str) -> str:
        said = clean_text(text.strip(), NOTE_LENGTH)
        refuse_numbers(said, phones=True)
        return said

    def _canonical(self, case: Case, typed: Mapping[str, str]) -> dict[str, str]:
        return {field: self.read(case, field, text) for field, text in typed.items()}

    def _write(self, case: Case, acts: Sequence[Act]) -> Case:
        """Record acts as one: all or none. A case that is new to this store gets its number here."""
        if not acts:
            return case
        with self.store.transaction():
            acts = self._with_new(case, acts)
            known = self.store.events(case.id)
            if not known:
                acts = [*acts, Act(Kind.CASE_NUMBERED, value=self._number(case))]
            events, heads = [] if known else [*case.events], case.heads
            for act in acts:
                events.append(event_of(act, case.id, heads, self.store.next_seq(), self.actor, self.clock()))
                heads = (events[-1].id,)
            return append(self.store, case.register, known, events)

    def _with_new(self, case: Case, acts: Sequence[Act]) -> Sequence[Act]:
        """The acts, with the ids of the cases that they name as `NEW`, which are opened here."""
        said = case.values | {act.cell: act.value for act in acts if act.kind is Kind.CASE_SET}
        return [
            replace(act, value=self._open_for(case, field.of, said))
            if act.value == NEW and isinstance(field := case.fields.get(act.cell), CaseLinkField)
            else act
            for act in acts
        ]

    def _open_for(self, case: Case, type_name: str, said: Mapping[str, str]) -> str:
        """Open a case with the title and category of the one that names it; both can be changed later."""
        mine, theirs = case.type.columns, self.register.type(type_name).columns
        longest = getattr(kind_of(self.blank(type_name), theirs.title), "max_length", None)
        given = {theirs.title: said.get(mine.title, "")[:longest], theirs.category: said.get(mine.category or "", "")}
        return self.open(type_name, **{name: value for name, value in given.items() if name and value}).id

    def _number(self, case: Case) -> str:
        """`G3-230110-0007`: team, unit, and one more than the greatest that is known here."""
        stem = f"{case.type.prefix}{self.actor.team}-{case.unit + '-' if case.unit else ''}"
        sql = "SELECT number || ' ' || aliases FROM cases WHERE register = ? AND type = ?"
        rows = self.store.conn.execute(sql, (case.register.id, case.type.name)).fetchall()
        given = [number.removeprefix(stem) for (text,) in rows for number in text.split() if number.startswith(stem)]
        return f"{stem}{max((int(tail) for tail in given if tail.isdecimal()), default=0) + 1:04}"

    def _refuse_unless_cited(self, citation: str) -> None:
        try:
            references.cited(self.store, citation)
        except KeyError:
            raise Refusal(f"清单里没有条目“{citation}”，请从清单中选。") from None

    def _refuse_unless_there(self, case: Case, other: str, type_name: str) -> None:
        sql = "SELECT count(*) FROM cases WHERE id = ? AND register = ? AND type = ?"
        if not self.store.conn.execute(sql, (other, case.register.id, type_name)).fetchone()[0]:
            raise Refusal(f"没有这一件“{case.register.type(type_name).label}”，请从清单中选。")
