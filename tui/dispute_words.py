"""What two sides say differently, as people say it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from surveys.answers import Answer, choices_of
from surveys.deciding import WHOLE, Dispute
from surveys.history import Event, Kind
from tui.in_words import NOTHING, answer_in_words, place_parts

if TYPE_CHECKING:
    from surveys.form import Form
    from surveys.interview import Interview
    from surveys.store import Store

_SAYINGS = {
    Kind.COMPLETED: "完成",
    Kind.REOPENED: "退回草稿",
    Kind.VOIDED: "作废",
    Kind.ROW_ADDED: "有这一项",
    Kind.ROW_REMOVED: "删去这一项",
}
_SAID_AT = {
    Kind.REMARKED: "备注",
    Kind.DOUBTED: "待核实",
    Kind.EVIDENCED: "依据",
    Kind.RESPONDENT: "答复人",
    Kind.COUNTED_BESIDE: "同单位的另一份",
}
_MARKED = {
    Kind.DOUBTED: {"1": "标了待核实", "": "没有标"},
    Kind.COUNTED_BESIDE: {"1": "两份都保留", "": "不再都保留"},
}


def place_of_dispute(interview: Interview, dispute: Dispute) -> list[str]:
    """What it is about, from the question to the cell."""
    kind, cell = dispute.key
    if kind in WHOLE:
        return ["答卷状态" if kind == "stage" else "换用的问卷版本"]
    if kind == Kind.COUNTED_BESIDE:
        return [_SAID_AT[Kind.COUNTED_BESIDE]]
    said_at = [name for said, name in _SAID_AT.items() if said == kind]
    return [*place_parts(interview, interview.form, cell), *said_at]


def saying_in_words(store: Store, form: Form, event: Event, revealed: bool) -> str:
    """What one side says.

    Args:
        store: Has the versions of the form.
        form: The one the interview is seen under.
        event: The side's.
        revealed: Whether what is sensitive may be seen.
    """
    if event.kind is Kind.ANSWERED:
        return answer_in_words(form, event.cell, Answer(event.value, event.status), revealed)
    if event.kind is Kind.MIGRATED:
        return f"版本 {store.form(event.value).survey.version}"
    if event.kind in _MARKED:
        return _MARKED[event.kind].get(event.value, event.value)
    return _SAYINGS.get(event.kind) or event.value or NOTHING


def sensitive(form: Form, dispute: Dispute) -> bool:
    """Whether what the sides say is to be masked until somebody wants to see it."""
    if dispute.key[0] != Kind.ANSWERED:
        return False
    try:
        return form.cell(dispute.key[1]).sensitive
    except KeyError:  # 暂无 of a roster, or a place of another version
        return False


def options_in_words(form: Form, dispute: Dispute) -> str:
    """The choices that can be typed, "" where there are none."""
    if dispute.key[0] != Kind.ANSWERED:
        return ""
    try:
        choices = choices_of(form.cell(dispute.key[1]).kind)
    except KeyError:
        return ""
    return "　".join(f"{choice.name}\u00a0{choice.label}" for choice in choices)
