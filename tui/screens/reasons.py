"""Why a completed interview is opened again, and why what stood in it is changed."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from textual.app import App

from surveys.reasons import checked_reason
from surveys.text import Refusal
from tui.screens.dialogs import ChooseOrWrite, Line
from tui.sitting import Sitting


def ask_to_reopen(app: App[Any], sitting: Sitting, done: Callable[[], None]) -> None:
    """Ask the reason and open the interview again; `done` is called after that, not after Esc."""

    def accept(reason: str) -> str:
        return sitting.write(lambda: sitting.recorder.reopen(reason))

    def chosen(reason: str | None) -> None:
        if reason is not None:
            done()

    app.push_screen(ChooseOrWrite("为什么要重开这份问卷？", _lines(sitting), "", accept), chosen)


def ask_reason(app: App[Any], sitting: Sitting, retry: Callable[[], object]) -> None:
    """Ask why an answer is changed, and carry the change out with it; Enter alone repeats the reason given last."""

    def accept(reason: str) -> str:
        try:
            checked_reason(reason)
        except Refusal as refusal:
            return refusal.message
        return ""

    def chosen(reason: str | None) -> None:
        if reason is not None:
            sitting.because(reason, retry)

    app.push_screen(ChooseOrWrite("为什么改定稿时的答案？", _lines(sitting), sitting.reason, accept), chosen)


def _lines(sitting: Sitting) -> list[Line]:
    return [Line(str(number), reason) for number, reason in enumerate(sitting.form.survey.reasons, 1)]
