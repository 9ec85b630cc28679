"""Moving an interview to a newer version of its form: what is kept, renamed, dropped aside, new.

Nothing is deleted. What the new version cannot take stays in the history and in the plan, which
is shown before anything happens; the move itself is events like everything else.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from surveys.acts import Act
from surveys.answers import Answer, Status
from surveys.definition import Column, Matrix, Question, Roster, Row
from surveys.form import Form, parse_address, roster_cell
from surveys.history import Kind
from surveys.interview import Interview
from surveys.text import Refusal
from surveys.typed import read_typed


@dataclass(frozen=True, slots=True)
class Dropped:
    """An answer the new version cannot take."""

    address: str
    answer: Answer
    reason: str


@dataclass(frozen=True, slots=True)
class Plan:
    """What moving one interview would do."""

    form: Form
    kept: tuple[str, ...]
    """Addresses that stay as they are."""
    renamed: tuple[tuple[str, str, Answer], ...]
    """Old address, new address, what moves."""
    rows: tuple[tuple[str, str], ...]
    """Roster rows that move with their renamed roster: old and new address."""
    dropped: tuple[Dropped, ...]
    added: tuple[str, ...]
    """Questions the old version did not have."""

    def acts(self) -> Iterator[Act]:
        """The move as acts; the first names the new version."""
        yield Act(Kind.MIGRATED, value=self.form.digest)
        for old, new in self.rows:
            yield Act(Kind.ROW_ADDED, new, source=f"原 {old}")
        for old, new, answer in self.renamed:
            yield Act(Kind.ANSWERED, new, answer.value, answer.status, source=f"原 {old}")
        for drop in self.dropped:
            # Only what would otherwise be read under the new form; the rest is simply not looked at any more.
            if drop.address.partition(".")[0].partition("[")[0] in self.form.by_name:
                yield Act(Kind.ANSWERED, drop.address, "", Status.EMPTY, note=f"新版不能用：{drop.reason}")


def plan_migration(interview: Interview, form: Form) -> Plan:
    """What moving an interview to another version of its form would do."""
    renames = _Renames(form)
    kept, renamed, dropped = [], [], []
    for address, answer in interview.kept_answers().items():
        target = renames.target(address)
        reason = _refusal(form, target, answer)
        if reason:
            dropped.append(Dropped(address, answer, reason))
        elif target == address:
            kept.append(address)
        else:
            renamed.append((address, target, answer))
    rows = [
        (roster_cell(item.name, row_id), roster_cell(renames.question(item.name), row_id))
        for item in interview.form.items
        if item.type == "roster" and renames.question(item.name) != item.name
        for row_id in interview.rows(item.name)
    ]
    old = {renames.question(item.name) for item in interview.form.items}
    added = [item.name for item in form.items if item.asked and item.name not in old]
    return Plan(form, tuple(kept), tuple(renamed), tuple(rows), tuple(dropped), tuple(added))


def _refusal(form: Form, address: str, answer: Answer) -> str:
    """Why the new form cannot take an answer; "" if it can."""
    parsed = parse_address(address)
    item = form.by_name.get(parsed.question)
    if item is None:
        return "新版没有这道题"
    if item.type == "roster" and address == item.name:
        return "" if getattr(item.question, "none_label", "") else "新版不能填“暂无”"
    try:
        cell = form.cell(address)
    except KeyError:
        return "新版没有这一格"
    if answer.status is not Status.ANSWERED:
        return "" if answer.status in cell.statuses else f"新版不能填“{answer.status.label}”"
    try:
        value = read_typed(cell.kind, answer.value)
    except Refusal as refusal:
        return refusal.message
    return "" if value == answer.value else "新版的题型不同"


class _Renames:
    """Old names → new names, as `was` says."""

    def __init__(self, form: Form) -> None:
        self._questions: dict[str, str] = {}
        self._parts: dict[tuple[str, str], str] = {}
        for item in form.items:
            question = item.question
            if question.was:
                self._questions[question.was] = question.name
            parts: list[Row | Column | Question] = []
            if isinstance(question, Matrix):
                parts += [*question.rows, *question.columns]
            if isinstance(question, Roster):
                parts += question.questions
            self._parts |= {(question.name, part.was): part.name for part in parts if part.was}

    def question(self, name: str) -> str:
        return self._questions.get(name, name)

    def target(self, address: str) -> str:
        parsed = parse_address(address)
        question = self.question(parsed.question)
        rest = ".".join(self._parts.get((question, part), part) for part in parsed.rest.split("."))
        if parsed.row_id:
            return roster_cell(question, parsed.row_id, rest)
        return f"{question}.{rest}" if rest else question
