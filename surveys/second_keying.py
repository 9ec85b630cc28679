"""Writing double entry: the second keying, and what is decided where it differs from the first."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Sequence

from surveys.acts import Actor
from surveys.answers import EMPTY, Answer
from surveys.comparison import Comparison, Difference, compare, decision_acts
from surveys.double_entry import AGAIN, Decision, first_keyers, in_history, known_beforehand, shadow
from surveys.form import Form, parse_address
from surveys.history import Event
from surveys.interview import Interview
from surveys.migration import Plan
from surveys.recording import Recorder, utc_now
from surveys.standing import Stage
from surveys.store import Store
from surveys.text import Refusal


class SamePerson(Refusal):
    """Who keyed the first time cannot be the one who keys again."""


class Deciding(Recorder):
    """The interview itself, while it is compared with its second keying."""

    def comparison(self) -> Comparison:
        """Both keyings side by side, as they stand now."""
        return compare(self.interview)

    def decide(self, difference: Difference, decision: Decision, typed: str = "") -> None:
        """Decide one difference. What changes the answers of a completed interview is refused until it is reopened.

        Args:
            difference: One of `comparison()`.
            decision: Which entry is right.
            typed: The answer, where neither is.
        """
        other = EMPTY
        if decision is Decision.OTHER:
            other = self._typed(difference, typed)
            same = {difference.first.answer: Decision.FIRST, difference.second.answer: Decision.SECOND}
            decision = same.get(other, decision)
        acts = decision_acts(self.comparison(), difference, decision, other)
        changing = len(acts) > 1
        if changing and self.interview.stage is Stage.COMPLETE:
            raise Refusal("这份答卷已经定稿，要改成别的答案请先重开并写明原因。")
        self._record(acts, None, even_if_closed=self.interview.stage is Stage.COMPLETE)

    def _typed(self, difference: Difference, typed: str) -> Answer:
        if not difference.typed:
            raise Refusal("整项只能取第一遍或第二遍。")
        if (answer := self.interview.check_typed(difference.address, typed)) == EMPTY:
            raise Refusal("还没有输入答案。")
        return answer


class SecondKeying(Recorder):
    """An interview being keyed a second time by somebody else, who does not see the first.

    Its `interview` is the shadow. Only answers, statuses, rows and undoing them are taken.

    Raises:
        SamePerson: The actor keyed the first time.
        Refusal: The interview is void, or nobody has keyed it yet.
    """

    again = True

    def __init__(
        self, store: Store, interview: Interview, actor: Actor, clock: Callable[[], dt.datetime] = utc_now
    ) -> None:
        self.first = Deciding(store, interview, actor, clock)
        if interview.stage is Stage.VOID:
            raise Refusal("这份答卷已经作废，不能双录。")
        if not first_keyers(interview.events):
            raise Refusal("这份答卷还没有录入内容，不能双录。")
        self._refuse_first_keyers(actor)
        super().__init__(store, shadow(interview), actor, clock)

    @property
    def actor(self) -> Actor:
        """Who keys again, and decides."""
        return self.first.actor

    @actor.setter
    def actor(self, actor: Actor) -> None:
        self.first.actor = actor

    @property
    def place(self) -> str:
        """The question keyed last; "" at the beginning. Going somewhere without keying leaves no trace."""
        keyed = (e for e in reversed(self.interview.events) if e.kind in AGAIN and not known_beforehand(e))
        return next((parse_address(event.cell).question for event in keyed), "")

    def go_to(self, item: str) -> None:
        """Nothing is kept: see `place`."""

    def migrate(self, form: Form) -> Plan:
        """Refused: the interview moves, and its second keying with it."""
        raise Refusal("双录时不能换用新版问卷，请先打开这份答卷换用。")

    def _write(self, events: Sequence[Event], changed: set[str]) -> None:
        """Write what was made on the shadow into the history of the interview."""
        self._refuse_first_keyers(self.actor)
        if not {event.kind for event in events} <= AGAIN.keys():
            raise Refusal("双录时只录答案；备注、说明等请在原来的答卷上写。")
        first = self.first.interview
        count = len(first.events)
        try:
            for event in events:
                first.apply(in_history(event, first))
            with self.store.transaction():
                self.store.append(first, first.events[count:], {})
                for event in events:
                    self.store.save_draft(self.interview.id, event.cell, "")
        except BaseException:
            self.first.interview = Interview(first.form, first.events[:count], first.clock)
            raise

    def _refuse_first_keyers(self, actor: Actor) -> None:
        keyers = first_keyers(self.first.interview.events)
        if actor.who in keyers:
            raise SamePerson(f"这份答卷的第一遍由{'、'.join(keyers)}录入，双录要由另一个人录。")
