"""An interview on the screen: the one place where the app writes answers.

Puts the recorder's exceptions into sentences and keeps the shadow of what is being typed. Whether
something may be answered, and what follows from it, the recorder decides.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING

from surveys.answers import Status
from surveys.form import parse_address
from surveys.interview import Interview
from surveys.reasons import ReasonNeeded
from surveys.reference_search import References
from surveys.store import StoreError
from surveys.text import Refusal

if TYPE_CHECKING:
    from surveys.form import Form
    from surveys.recording import Recorder
    from tui.former_round import FormerRound


class Sitting:
    """What the editors know of the interview.

    Args:
        recorder: Writes answers; its interview is what the screen shows.
        advances: See the attribute.
        only_read: See the attribute.
    """

    def __init__(self, recorder: Recorder, advances: bool = True, only_read: str = "") -> None:
        self.recorder = recorder
        self.only_read = only_read
        """Why nothing may be changed here, whatever the stage (a round that is over): a sentence; "" where it may."""
        self.advances = advances
        """True when a choice goes on to the next question by itself."""
        self._remembered = recorder.place
        self.on_change: Callable[[frozenset[str]], None] = lambda items: None
        """Told the names of the questions to be shown anew after every write."""
        self.on_trouble: Callable[[str], None] = lambda sentence: None
        """Told when the disk refused; the sentence of the `StoreError`."""
        self.on_reason: Callable[[Callable[[], object]], None] = lambda retry: None
        """Told what to do again, by `because`, when a change was not made because nobody said why."""
        self._reason = ""
        self.revealed = False
        """True while what is sensitive in the question on the screen may be seen; a person asks for it each time."""
        self.former: FormerRound | None = None
        """What this unit answered in the round before, if it did."""
        self.references = References(recorder.store, recorder.interview.form)
        """The reference lists; nobody can replace them while the store is open here."""

    @property
    def interview(self) -> Interview:
        """The interview as it is now; the recorder replaces it when a write fails."""
        return self.recorder.interview

    @property
    def form(self) -> Form:
        return self.recorder.interview.form

    @property
    def locked(self) -> bool:
        """True when the interview is completed or void, or only read: nothing can be answered."""
        return bool(self.only_read) or self.interview.stage != "draft"

    def show_in(self, form: Form) -> None:
        """Go on with the same questions in another language; answers do not depend on it."""
        if form is not self.form:
            former = self.interview
            self.recorder.interview = Interview(form, former.events, former.clock)
            self.references = References(self.recorder.store, form)

    def answer(self, typed: Mapping[str, str], retry: Callable[[], object] | None = None) -> str:
        """Store what was typed at these addresses, all or nothing; see `write`."""
        return self.write(lambda: self.recorder.answer_many(typed), retry)

    def give_status(self, address: str, status: Status, retry: Callable[[], object]) -> str:
        """Say why there is no answer; see `write`."""
        return self.write(lambda: self.recorder.set_status(address, status), retry)

    def masks(self, address: str) -> bool:
        """True while what was entered at an address is not to be seen on the screen."""
        hidden = not self.revealed and self.form.cell(address).sensitive
        return hidden and self.interview.kept(address).status is Status.ANSWERED

    @property
    def reason(self) -> str:
        """The reason given last in this sitting, at first the one the interview was opened again for; "" without."""
        return self._reason or self.interview.reopened_because

    def because(self, reason: str, retry: Callable[[], object]) -> None:
        """Do something again, now with the reason for what it changes. Raises Refusal for a reason that is none."""
        with self.recorder.because(reason):
            self._reason = reason
            retry()

    def remember(self, question: str) -> None:
        """Keep the question one is at, to open there next time."""
        if self.only_read or question == self._remembered:
            return
        try:
            self.recorder.go_to(question)
            self._remembered = question
        except StoreError as error:
            self.on_trouble(error.message)

    def write(self, change: Callable[[], object], retry: Callable[[], object] | None = None) -> str:
        """Carry out one act of the recorder.

        Args:
            change: The act.
            retry: What the person did, as a whole: done again, and so carried to its end, when the act needs a
                reason and one was given. None does not ask.

        Returns:
            "" when it is on disk; otherwise the sentence that says why it is not.
        """
        if self.only_read:
            return self.only_read
        try:
            change()
        except Refusal as refusal:
            if retry and isinstance(refusal, ReasonNeeded):
                self.on_reason(retry)
            return refusal.message
        except StoreError as error:
            self.on_trouble(error.message)
            return error.message
        self.on_change(self.recorder.changed)
        return ""

    # ── the shadow of what is being typed ──

    def drafts(self, question: str) -> dict[str, str]:
        """What was being typed in a question and is no answer yet, by address."""
        drafts = self.recorder.store.drafts(self.interview.id)
        return {cell: text for cell, text in drafts.items() if parse_address(cell).question == question}

    def save_draft(self, address: str, text: str) -> None:
        """Keep typed text that is no answer yet; a full disk is told, never raised."""
        try:
            self.recorder.store.save_draft(self.interview.id, address, text)
        except StoreError as error:
            self.on_trouble(error.message)
