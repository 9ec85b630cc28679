"""Correcting answers from outside the app: what was changed by hand in a workbook and a person has looked at."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from surveys.acts import Act
from surveys.answers import EMPTY, Answer, Status, display
from surveys.form import parse_address
from surveys.history import Event, Kind
from surveys.reasons import checked_reason
from surveys.recording import Recorder
from surveys.standing import Stage
from surveys.text import Refusal


class Correcting(Recorder):
    """Puts right single answers of an interview, of a completed one too, without opening it again.

    A correction goes through the same checks as typing. Beyond that it may leave nothing behind that nobody would
    then look at: no check that fails, no question that is no longer asked, and in a completed interview nothing open.
    A check that only warns there is passed with the reason of the correction.
    """

    def correct(self, said: Mapping[str, str | Status], was: Answer, reason: str, source: str) -> bool:
        """Correct one answer.

        Args:
            said: Address → what to type there, or why there is no answer. The first is the answer itself; others are
                texts that belong to its choices.
            was: What stood at the first address when the workbook was exported.
            reason: Why it is right now.
            source: Where it comes from, kept with the event.

        Returns:
            False when that is the answer already, and nothing was recorded.

        Raises:
            Refusal: It cannot be the answer, or something else stands there by now. Nothing has changed.
            StoreError: It could not be written. Nothing has changed.
        """
        reason = checked_reason(reason)
        address = next(iter(said))
        if self.interview.stage is Stage.VOID:
            raise Refusal("这份答卷已经作废，不能更正。")
        if (str(Kind.ANSWERED), address) in self.interview.conflicts:
            raise Refusal("这里两边答得不同，还没有裁定，请先裁定。")
        before = self._wrong()
        answers = {place: self._answer_of(place, typed) for place, typed in said.items()}
        if all(self.interview.kept(place) == answer for place, answer in answers.items()):
            return False
        if (now := self.interview.kept(address)) != was:
            raise Refusal(
                f"现在的答案是“{self._words(address, now)}”，已不是导出时的“{self._words(address, was)}”，请核对后直接修改。"
            )
        acts = [Act(Kind.ANSWERED, place, a.value, a.status, reason, source) for place, a in answers.items()]
        self._before, warned = before, self._warnings()
        with self.store.transaction():
            self._record(acts, None, even_if_closed=True)
            if self.interview.stage is Stage.COMPLETE:
                new = [
                    Act(Kind.WARNING_PASSED, check, "", note=reason, source=source)
                    for check in self._warnings() - warned
                ]
                self._record(new, None, even_if_closed=True)
        return True

    def _warnings(self) -> set[str]:
        """The warnings that nobody has passed."""
        return {found.check for found in self.interview.findings() if found.level == "warning" and not found.note}

    def _answer_of(self, address: str, typed: str | Status) -> Answer:
        if not isinstance(typed, Status):
            return self.interview.check_typed(address, typed)
        self.interview.refuse_gone_row(address)
        cell = self.interview.form.cell(address)
        if typed not in cell.statuses or (cell.read_only and self.interview.kept(address).status.given):
            raise Refusal(f"这里不能填“{typed.label}”。")
        return Answer("", typed)

    def _write(self, events: Sequence[Event], changed: set[str]) -> None:
        """Look at what the interview would be with the correction, before it is written."""
        said = events[0]
        if (
            said.kind is Kind.ANSWERED
            and said.status.given
            and self.interview.answer(said.cell).status is Status.SKIPPED
        ):
            raise Refusal("按跳题规则这里不用答，不能更正。")
        if message := next((said for key, said in self._wrong().items() if key not in self._before), None):
            raise Refusal(f"改成这样不符合问卷的要求：{message}")
        super()._write(events, changed)

    def _wrong(self) -> dict[tuple[str, str], str]:
        """Checks that fail, and of a completed interview whatever else would keep it open, with their sentences."""
        interview = self.interview
        wrong: dict[tuple[str, str], str] = {
            (found.check, found.cell): found.message for found in interview.findings() if found.level == "error"
        }
        if interview.stage is Stage.COMPLETE:
            form = interview.form
            wrong |= {
                (found.kind, found.cell): f"{form.by_name[parse_address(found.item).question].heading}：{found.message}"
                for found in interview.open_items()
                if found.kind != "warning"
            }
        return wrong

    def _words(self, address: str, answer: Answer) -> str:
        if answer == EMPTY:
            return "（空）"
        return display(self.interview.form.cell(address).kind, answer.value) or answer.status.label
