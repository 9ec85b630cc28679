"""The only way answers are made: a person's act becomes an event, is written, and only then counts.

The app and the demonstration both go through `Recorder`; so does everything that later enters
answers by other ways.
"""

from __future__ import annotations

import contextlib
import datetime as dt
import secrets
import time
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Self

from uuid_utils import uuid7

from surveys.acts import Act, Actor, beginning_acts, row_acts
from surveys.answers import Answer, Status
from surveys.attachments import keep_file
from surveys.definition import Roster
from surveys.double_entry import moved_again
from surveys.form import Form, parse_address, roster_cell
from surveys.frame import Unit
from surveys.history import Event, Kind
from surveys.interview import Interview
from surveys.migration import Plan, plan_migration
from surveys.reasons import checked_reason, explained
from surveys.standing import Stage
from surveys.store import Store, StoreError
from surveys.text import Refusal, clean_text
from surveys.troubles import explain
from surveys.value_types import AttachmentType

REMARK_LENGTH = 2000
RESPONDENT_LENGTH = 60
"""Name and post fit in it."""


def utc_now() -> dt.datetime:
    """The time of the moment."""
    return dt.datetime.now(dt.UTC)


class Recorder:
    """One interview being filled in by somebody.

    Every method that changes something returns after the change is durable. It raises `Refusal`
    (a sentence for the person) or `StoreError`; in both cases nothing has changed.
    """

    again = False
    """True where somebody keys a second time (see `second_keying`)."""

    def __init__(
        self, store: Store, interview: Interview, actor: Actor, clock: Callable[[], dt.datetime] = utc_now
    ) -> None:
        self.store = store
        self.interview = interview
        self.actor = actor
        self.clock = clock
        self.saved_at: dt.datetime | None = None
        """When the last durable save was, UTC."""
        self.changed: frozenset[str] = frozenset()
        """Questions whose mark, answers or findings may differ since the last act."""
        self.respondent = ""
        """Who is answering now; see `name_respondent`."""
        self._reason = ""
        self._acted = 0.0
        self._undo: list[list[Act]] = []

    @classmethod
    def start(
        cls, store: Store, form: Form, unit: str, actor: Actor, clock: Callable[[], dt.datetime] = utc_now
    ) -> Self:
        """Begin a new interview of a unit, in the definition's round, with what is known beforehand."""
        act = Act(Kind.OPENED, unit, form.digest, note=form.survey.round)
        ident = str(uuid7())
        now = clock()
        opened = event_of(act, ident, (), store.next_seq(), actor, now)
        interview = Interview(form, [opened])
        everything = {cell: answer for item in form.items for cell, answer in interview.effective(item.name).items()}
        recorder = cls(store, interview, actor, clock)
        known = store.unit(unit) or Unit(unit, "", "", "")
        with store.transaction():
            store.add_definition(form.definition)
            store.append(interview, [opened], everything)
            recorder._record(list(beginning_acts(form, known, actor, now.astimezone().date())), None)
        recorder.saved_at = None
        return recorder

    @classmethod
    def resume(cls, store: Store, interview_id: str, actor: Actor, clock: Callable[[], dt.datetime] = utc_now) -> Self:
        """Go on with an interview. Raises KeyError for an unknown id."""
        return cls(store, store.interview(interview_id), actor, clock)

    @property
    def place(self) -> str:
        """The question one was last at; "" at the beginning."""
        row = self.store.interview_row(self.interview.id)
        return row.place if row else ""

    def go_to(self, item: str) -> None:
        """Remember where one is, for the next opening."""
        self.store.set_place(self.interview.id, item)

    @contextlib.contextmanager
    def because(self, reason: str) -> Iterator[None]:
        """What is changed inside has this reason: needed for what stood when the interview was last completed.

        Without it such a change is refused with `ReasonNeeded`. A blank reason is refused itself.
        """
        self._reason = checked_reason(reason)
        try:
            yield
        finally:
            self._reason = ""

    # ── answering ─────────────────────────────────────────────────────────────────────

    def answer(self, address: str, typed: str) -> Answer:
        """Enter what was typed; nothing typed clears the cell. Returns what is now stored."""
        return self.answer_many({address: typed})[address]

    def answer_many(self, typed: Mapping[str, str]) -> dict[str, Answer]:
        """Enter several cells as one act (a choice with its text): all or none."""
        answers = {address: self.interview.check_typed(address, text) for address, text in typed.items()}
        self._answer(answers)
        for address in answers:
            if self.store.draft(self.interview.id, address):  # entered as it was: the typing is settled too
                with contextlib.suppress(StoreError):  # a left-over draft does no harm
                    self.store.save_draft(self.interview.id, address, "")
        return answers

    def set_status(self, address: str, status: Status) -> None:
        """Say that there is no answer, and why."""
        cell = self.interview.form.cell(address)
        if status not in cell.statuses or (cell.read_only and self.interview.kept(address).status.given):
            raise Refusal(f"这里不能填“{status.label}”。")
        self._answer({address: Answer("", status)})

    def say_nothing(self, roster: str, nothing: bool = True) -> None:
        """State that there is nothing to register (暂无), or take it back."""
        question = self.interview.form.by_name[roster].question
        if not isinstance(question, Roster) or not question.none_label:
            raise Refusal("这里不能填“暂无”。")
        if nothing and self.interview.rows(roster):
            raise Refusal("已经登记了内容，删去以后才能填“暂无”。")
        self._answer({roster: Answer("", Status.NOT_APPLICABLE if nothing else Status.EMPTY)})

    def add_row(self, roster: str) -> str:
        """Add an item to a roster; returns its row id."""
        question = self.interview.form.by_name[roster].question
        if isinstance(question, Roster) and len(self.interview.rows(roster)) >= question.max_items:
            raise Refusal(f"最多登记{question.max_items}项。")
        row_id = secrets.token_hex(4)
        acts = list(row_acts(self.interview.form, roster, row_id))
        undo = [Act(Kind.ROW_REMOVED, roster_cell(roster, row_id))]
        if self.interview.nothing(roster):
            acts.insert(0, Act(Kind.ANSWERED, roster, "", Status.EMPTY))
            undo.append(Act(Kind.ANSWERED, roster, "", Status.NOT_APPLICABLE, self.interview.why(roster)))
        self._record(acts, undo)
        return row_id

    def remove_row(self, roster: str, row_id: str) -> None:
        """Take an item off a roster; its answers stay in the history."""
        cell = roster_cell(roster, row_id)
        if row_id not in self.interview.rows(roster):
            raise Refusal("这一行已经删去。")
        self._record([Act(Kind.ROW_REMOVED, cell)], [Act(Kind.ROW_ADDED, cell)])

    def attach(self, address: str, path: Path) -> Answer:
        """Answer with a file, which is copied into the store's folder. Raises Refusal."""
        kind = self.interview.form.cell(address).kind
        if not isinstance(kind, AttachmentType):
            raise Refusal("这里不能登记附件。")
        try:
            value = keep_file(self.store.path.parent, kind, path)
        except OSError as error:
            raise explain(error, self.store.path) from error
        return self.answer(address, value)

    def undo(self) -> str:
        """Take back the last act of this sitting by a new event; returns its question, "" if there is none."""
        if not self._undo:
            return ""
        acts = self._undo[-1]
        self._record(acts, None)
        self._undo.pop()  # only now: what could not be taken back may be tried again
        return parse_address(acts[0].cell).question

    def _answer(self, answers: Mapping[str, Answer]) -> None:
        interview = self.interview
        for address in answers:
            interview.refuse_gone_row(address)
        differing = {
            address: answer
            for address, answer in answers.items()
            # Saying one side of a dispute again decides it.
            if answer != interview.kept(address) or (str(Kind.ANSWERED), address) in interview.conflicts
        }
        former = {address: interview.kept(address) for address in differing}
        theirs = self._newly_theirs(address for address, answer in differing.items() if answer.status.given)
        self._record(
            [
                *(Act(Kind.RESPONDENT, question, self.respondent) for question in theirs),
                *(Act(Kind.ANSWERED, address, answer.value, answer.status) for address, answer in differing.items()),
            ],
            [
                *(Act(Kind.RESPONDENT, question, interview.respondent(question)) for question in theirs),
                *(
                    Act(Kind.ANSWERED, address, answer.value, answer.status, interview.why(address))
                    for address, answer in former.items()
                ),
            ],
        )

    def _newly_theirs(self, addresses: Iterable[str]) -> list[str]:
        """The questions of these addresses that somebody else, or nobody, was named for until now."""
        if not self.respondent:
            return []
        questions = dict.fromkeys(parse_address(address).question for address in addresses)
        return [name for name in questions if self.interview.respondent(name) != self.respondent]

    # ── at the question ───────────────────────────────────────────────────────────────

    def remark(self, item: str, text: str) -> None:
        """Keep a remark on a question; an empty text removes it."""
        self._record([Act(Kind.REMARKED, item, clean_text(text.strip(), REMARK_LENGTH))], None)

    def doubt(self, item: str, doubted: bool) -> None:
        """Mark a question 待核实, or take the mark off."""
        self._record([Act(Kind.DOUBTED, item, "1" if doubted else "")], None)

    def evidence(self, item: str, text: str) -> None:
        """Name what an answer rests on (口头, 台账 …)."""
        self._record([Act(Kind.EVIDENCED, item, clean_text(text.strip(), REMARK_LENGTH))], None)

    def name_respondent(self, item: str, who: str) -> None:
        """Say who answers a question, and from now on all that are answered; "" takes the name off and goes on without.

        Several people sit at the table and take turns, each for a run of questions: naming somebody once, when the
        turn passes, is the fewest keys. A question that is corrected meanwhile becomes the speaker's too: what stands
        there now is what the speaker said, and who said it before stays in the history. A question without an answer
        gets no name, and a new sitting begins without one: other people may be in the room.
        """
        who = clean_text(who.strip(), RESPONDENT_LENGTH)
        if "\n" in who:
            raise Refusal("答复人的姓名和职务请写在一行里。")
        former = self.interview.respondent(item)
        answered = any(answer.status.given for answer in self.interview.effective(item).values())
        disputed = (str(Kind.RESPONDENT), item) in self.interview.conflicts
        named = disputed or (who != former and (answered or former))
        self._record([Act(Kind.RESPONDENT, item, who)] if named else [], None)
        self.respondent = who

    def pass_warning(self, check: str, note: str) -> None:
        """Let a warning stand, saying why the answer is right."""
        note = clean_text(note.strip(), REMARK_LENGTH)
        if not note:
            raise Refusal("请写一句说明，例如数字为什么是对的。")
        self._record([Act(Kind.WARNING_PASSED, check, note=note)], None)

    # ── the whole interview ───────────────────────────────────────────────────────────

    def complete(self) -> None:
        """Finish the interview. Refused while anything is open."""
        if open_items := self.interview.open_items():
            raise Refusal(f"还有{len(open_items)}处没有完成，请先逐项处理。")
        self._record([Act(Kind.COMPLETED)], None)
        self._forget_drafts()

    def reopen(self, reason: str) -> None:
        """Open a finished interview again, saying why."""
        reason = clean_text(reason.strip(), REMARK_LENGTH)
        if not reason:
            raise Refusal("请写明退回修改的原因。")
        if self.interview.stage is Stage.DRAFT:
            raise Refusal("这份答卷还是草稿，可以直接修改。")
        self._record([Act(Kind.REOPENED, note=reason)], None, even_if_closed=True)

    def void(self, reason: str) -> None:
        """Declare an interview started by mistake; nothing is deleted."""
        reason = clean_text(reason.strip(), REMARK_LENGTH)
        if not reason:
            raise Refusal("请写明作废的原因。")
        self._record([Act(Kind.VOIDED, note=reason)], None, even_if_closed=True)
        self._forget_drafts()

    def _forget_drafts(self) -> None:
        """Nobody goes on typing in what is closed."""
        for address in self.store.drafts(self.interview.id):
            with contextlib.suppress(StoreError):  # a left-over draft does no harm
                self.store.save_draft(self.interview.id, address, "")

    def migrate(self, form: Form) -> Plan:
        """Move the interview to another version of its form, by recorded events. Returns what was done.

        Under that version already, nothing is recorded.
        """
        if self.interview.stage is not Stage.DRAFT:
            raise Refusal("只有草稿可以换用新版问卷，请先退回草稿并写明原因。")
        if form.definition.id != self.interview.form.definition.id:
            raise Refusal(f"这份答卷属于另一份问卷（{self.interview.form.definition.id}），不能换用。")
        if self.interview.conflicts:
            raise Refusal(f"这份答卷有{len(self.interview.conflicts)}处冲突没有裁定，请先裁定再换用新版问卷。")
        plan = plan_migration(self.interview, form)
        if form.digest == self.interview.form.digest:
            self.changed = frozenset()
            return plan
        self._move(form, (*plan.acts(), *moved_again(self.interview, form)))
        return plan

    def _move(self, form: Form, acts: Sequence[Act]) -> None:
        """Record acts by which the interview goes over to another version of its form, all or nothing."""
        events, heads = [], self.interview.heads
        for act in acts:
            event = event_of(act, self.interview.id, heads, self.store.next_seq(), self.actor, self.clock())
            events.append(event)
            heads = (event.id,)
        moved = Interview(form, [*self.interview.events, *events])
        with self.store.transaction():
            self.store.add_definition(form.definition)
            self.store.rewrite(moved, events)
        self.interview, self.saved_at, self._undo = moved, utc_now(), []
        self.changed = frozenset(form.by_name)

    def _record(self, acts: Sequence[Act], undo: list[Act] | None, *, even_if_closed: bool = False) -> None:
        if not even_if_closed and self.interview.stage is not Stage.DRAFT:
            raise Refusal(f"这份答卷已经{self.interview.stage.label}，要修改请先退回草稿并写明原因。")
        if not acts:
            self.changed = frozenset()
            return
        acts = explained(self.interview.standing, acts, self._reason)
        count = len(self.interview.events)
        events: list[Event] = []
        changed: set[str] = set()
        touched: set[str] = set()
        took = self._pause()
        try:
            for act in acts:
                event = event_of(
                    act, self.interview.id, self.interview.heads, self.store.next_seq(), self.actor, self.clock(), took
                )
                took = 0
                changed |= self.interview.apply(event)
                touched |= self.interview.touched
                events.append(event)
            # Answered cells are written even if they read the same: a decided conflict shows in their row.
            changed |= {event.cell for event in events if event.kind is Kind.ANSWERED}
            self._write(events, changed)
        except BaseException:
            # The disk is the truth: forget what could not be written.
            self.interview = Interview(self.interview.form, self.interview.events[:count])
            raise
        self.changed = frozenset(touched)
        self.saved_at = utc_now()
        if undo:
            self._undo.append(undo)

    def stopwatch(self) -> float:
        """Seconds, by a clock that nobody can set."""
        return time.monotonic()

    def _pause(self) -> int:
        """Milliseconds since the act before; 0 for the first."""
        now = self.stopwatch()
        before, self._acted = self._acted or now, now
        return round((now - before) * 1000)

    def _write(self, events: Sequence[Event], changed: set[str]) -> None:
        """Make durable what the interview has taken; `changed` are the cells whose answers may differ now."""
        self.store.append(self.interview, events, self._effective(changed))

    def _effective(self, cells: set[str]) -> dict[str, Answer | None]:
        """Address → effective answer, None where it is empty now."""
        answers: dict[str, Answer] = {}
        for name in {parse_address(cell).question for cell in cells}:
            answers |= self.interview.effective(name)
        return {cell: answers.get(cell) for cell in cells}


def event_of(
    act: Act, interview: str, parents: tuple[str, ...], seq: int, actor: Actor, at: dt.datetime, took: int = 0
) -> Event:
    """What a person says, as an event of an interview (or of a case) made on these heads."""
    stamp = at.astimezone(dt.UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")
    ident = interview if act.kind in (Kind.OPENED, Kind.CASE_OPENED) else str(uuid7())
    return Event(
        id=ident, parents=parents, interview=interview, seq=seq, kind=act.kind, cell=act.cell, value=act.value,
        status=act.status, note=act.note, source=act.source, who=actor.who, team=actor.team, device=actor.device, at=stamp,
        took=took,
    )  # fmt: skip
