"""Deciding conflicts: what somebody (or a rule that somebody chose) decides is recorded, durable when it returns."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from surveys.acts import Act
from surveys.answers import EMPTY
from surveys.deciding import WHOLE, Dispute, Side, decision, typed_decision
from surveys.double_entry import moved_again
from surveys.history import Event, Kind
from surveys.migration import plan_migration
from surveys.recording import REMARK_LENGTH, RESPONDENT_LENGTH, Recorder
from surveys.text import Refusal, clean_text


class Adjudicator(Recorder):
    """One interview whose conflicts are decided. Completed ones too: deciding is no change of what was surveyed.

    What was decided can be decided anew: the last word counts.
    """

    def decide(self, acts: Sequence[Act]) -> None:
        """Record a decision that has several acts, all or nothing."""
        self._record(acts, None, even_if_closed=True)

    def take(self, sides: Sequence[Side], why: str = "") -> None:
        """Take these sides, each of another dispute, as one act.

        Args:
            sides: What is right.
            why: Kept as the reason; by default whose it was.

        Raises:
            Refusal: Of a completion, while something else of the interview is open; of a move to another version of
                the form together with anything else.
        """
        events = [side.event for side in sides]
        if any(event.kind is Kind.COMPLETED for event in events):
            self._refuse_incomplete()
        acts = [decision(side.event, why or f"取{side.name}的") for side in sides]
        if not any(event.kind is Kind.MIGRATED for event in events):
            self.decide(acts)
        elif len(acts) == 1:
            self._go_over(events[0], acts[0])
        else:
            raise Refusal("换用哪个版本要单独裁定。")

    def settle(self, dispute: Dispute, typed: str) -> None:
        """Neither side is right: what is typed, read and checked as anywhere else. Raises Refusal."""
        if not dispute.typed:
            raise Refusal("这里只能取其中一方的。")
        act = typed_decision(dispute, self._typed(dispute, typed), "另填")
        self.decide([act])

    def _typed(self, dispute: Dispute, typed: str) -> Act:
        kind, cell = dispute.sides[0].event.kind, dispute.key[1]
        if kind is Kind.ANSWERED:
            if (answer := self.interview.check_typed(cell, typed)) == EMPTY:
                raise Refusal("还没有输入答案。")
            return Act(kind, cell, answer.value, answer.status)
        length = RESPONDENT_LENGTH if kind is Kind.RESPONDENT else REMARK_LENGTH
        return Act(kind, cell, clean_text(typed.strip(), length))

    def _refuse_incomplete(self) -> None:
        """Who decides that an interview is complete says that nothing in it is open."""
        open_items = len(self.interview.open_items()) - (("stage", "") in self.interview.conflicts)
        if open_items:
            raise Refusal(f"还有{open_items}处没有完成（其他冲突、没答的、有错的），请先处理，或者取退回草稿的一方。")

    def _go_over(self, event: Event, act: Act) -> None:
        """Decide under which version of its form the interview goes on; what was answered under the other moves along."""
        form = self.store.form(event.value)
        if form.digest == self.interview.form.digest:
            self.decide([act])
            return
        others = sum(key[0] not in WHOLE for key in self.interview.conflicts)
        if others:  # moving an answer would decide what is disputed about it, unseen
            raise Refusal(f"还有{others}处答案等的冲突，请先裁定那些，再裁定换用哪个版本。")
        moved, *rest = (*plan_migration(self.interview, form).acts(), *moved_again(self.interview, form))
        self._move(form, (replace(moved, note=act.note, source=act.source), *rest))
