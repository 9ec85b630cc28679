"""Cases of a register in words and signs: what a value says, how a case stands, when it is due. No sign is a colour."""

from __future__ import annotations

from typing import TYPE_CHECKING

from surveys import references
from surveys.register.definition import CaseField, CaseLinkField, CaseLinksField, CitationField, InterviewField
from surveys.register.keeping import kept_row
from surveys.register.narration import in_words
from surveys.register.registrar import NEW
from surveys.store import StoreError
from surveys.text import show_text
from tui.marks import mask, pick

if TYPE_CHECKING:
    from surveys.register.case import Case
    from surveys.store import Store

CANDIDATE = "candidate"
_SIGNS = {"open": ("○", "."), "answered": ("◐", "~"), "done": ("✓", "v"), CANDIDATE: ("⚑", "*")}


def sign(phase: str, conflicts: int, days: int | None) -> str:
    """One cell: `?` disputed, `!` overdue, otherwise how far it is."""
    if conflicts:
        return "?"
    if days is not None and days < 0:
        return "!"
    return pick(*_SIGNS.get(phase, ("–", "-")))


def due_words(days: int | None) -> str:
    """逾期3天, 今天到期, 还有5天; "" where nothing is due."""
    if days is None:
        return ""
    return f"逾期{-days}天" if days < 0 else f"还有{days}天" if days else "今天到期"


def value_words(store: Store, case: Case, name: str, value: str, revealed: bool = False) -> str:
    """A field's value for people; what is personal is masked."""
    field = case.fields.get(name)
    if value and case.is_sensitive(name) and not revealed:
        return mask()
    try:
        match field:
            case CitationField():
                return show_text(references.cited(store, value).words, line=True)
            case CaseLinkField() | CaseLinksField():
                return "新立一项，题目同摘要" if value == NEW else case_words(store, value)
            case InterviewField():
                return show_text(store.interview(value).form.survey.title, line=True)
    except (KeyError, StoreError):
        return show_text(value, line=True)
    if name == "question":
        return question_words(store, case.value("interview"), value)
    return show_text(in_words(case, name, value, revealed))


def case_words(store: Store, case_id: str) -> str:
    """Number and title of another case."""
    row = kept_row(store, case_id)
    return show_text(f"{row.number} {row.title}" if row else case_id, line=True)


def question_words(store: Store, interview: str, name: str) -> str:
    """第17题 and its wording; the name where the questionnaire does not have it."""
    try:
        return show_text(store.interview(interview).form.by_name[name].heading, line=True)
    except (KeyError, StoreError):
        return show_text(name, line=True)


def is_picked(field: CaseField) -> bool:
    """True for what is picked from a list of its own and never typed."""
    return isinstance(field, CitationField | CaseLinkField)
