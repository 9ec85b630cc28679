"""An interview on the screen: the one place where the app writes answers.

Puts the recorder's exceptions into sentences and keeps the shadow of what is being typed. Whether
something may be answered, and what follows from it, the recorder decides.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING

from surveys.answers import Status
from surveys.interview import Interview
from surveys.store import StoreError
from surveys.text import Refusal

if TYPE_CHECKING:
    from surveys.form import Form
    from surveys.recording import Recorder


class Sitting:
    """What the editors know of the interview.

    Args:
        recorder: Writes answers; its interview is what the screen shows.
        advances: See the attribute.
    """

    def __init__(self, recorder: Recorder, advances: bool = True) -> None:
        self.recorder = recorder
        self.advances = advances
        """True when a choice goes on to the next question by itself."""
        self._remembered = recorder.place
        self.on_change: Callable[[frozenset[str]], None] = lambda items: None
        """Told the names of the questions to be shown anew after every write."""
        self.on_trouble: Callable[[str], None] = lambda sentence: None
        """Told when the disk refused; the sentence of the `StoreError`."""

    @property
    def interview(self) -> Interview:
        """The interview as it is now; the recorder replaces it when a write fails."""
        return self.recorder.interview

    @property
    def form(self) -> Form:
        return self.recorder.interview.form

    @property
    def locked(self) -> bool:
        """True when the interview is completed or void: nothing can be answered."""
        return self.interview.stage != "draft"

    def show_in(self, form: Form) -> None:
        """Go on with the same questions in another language; answers do not depend on it."""
        if form is not self.form:
            former = self.interview
            self.recorder.interview = Interview(form, former.events, former.clock)

    def answer(self, typed: Mapping[str, str]) -> str:
        """Store what was typed at these addresses, all or nothing; see `write`."""
        return self.write(lambda: self.recorder.answer_many(typed))

    def give_status(self, address: str, status: Status) -> str:
        """Say why there is no answer; see `write`."""
        return self.write(lambda: self.recorder.set_status(address, status))

    def remember(self, question: str) -> None:
        """Keep the question one is at, to open there next time."""
        if question == self._remembered:
            return
        try:
            self.recorder.go_to(question)
            self._remembered = question
        except StoreError as error:
            self.on_trouble(error.message)

    def write(self, change: Callable[[], object]) -> str:
        """Carry out one act of the recorder.

        Returns:
            "" when it is on disk; otherwise the sentence that says why it is not.
        """
        try:
            change()
        except Refusal as refusal:
            return refusal.message
        except StoreError as error:
            self.on_trouble(error.message)
            return error.message
        self.on_change(self.recorder.changed)
        return ""

    # ── the shadow of what is being typed ──

    def drafts(self, question: str) -> dict[str, str]:
        """What was being typed in a question and is no answer yet, by address."""
        store, ident = self.recorder.store, self.interview.id
        rows = store.db.conn.execute("SELECT cell FROM drafts WHERE interview = ?", (ident,)).fetchall()
        cells = [cell for (cell,) in rows if self.form.question_of(cell).name == question]
        return {cell: store.draft(ident, cell) for cell in cells}

    def save_draft(self, address: str, text: str) -> None:
        """Keep typed text that is no answer yet; a full disk is told, never raised."""
        try:
            self.recorder.store.save_draft(self.interview.id, address, text)
        except StoreError as error:
            self.on_trouble(error.message)
