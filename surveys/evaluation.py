"""Running the checks, flags and calculations of one question."""

from __future__ import annotations

import math
from collections.abc import Iterator
from decimal import Decimal
from typing import TYPE_CHECKING

from surveys.answers import Status, plain_number
from surveys.built_in_checks import built_in_findings
from surveys.definition import Calculate
from surveys.expressions import Expression, Reference
from surveys.form import Item, roster_cell
from surveys.rules import Rule
from surveys.scope import Scope
from surveys.standing import Finding, FlagHit
from surveys.text import MAX_LENGTH, show_text
from surveys.typed import MAX_DIGITS

if TYPE_CHECKING:
    from surveys.interview import Interview

_ANSWERED = Status.ANSWERED  # see surveys.scope


def evaluate_rules(interview: Interview, item: Item) -> tuple[tuple[Finding, ...], tuple[FlagHit, ...]]:
    """Run what a question carries; nothing runs while the question is hidden."""
    if not interview.relevant(item.name):
        return (), ()
    findings, flags = [*built_in_findings(interview, item)], []
    for rule in item.rules:
        for scope in _scopes(interview, item, rule):
            if not _present(rule.expression, scope):
                continue
            holds = rule.expression.boolean(scope)
            if rule.kind == "flag":
                flags += _hits(interview, rule, scope) if holds else []
            elif not holds:
                findings.append(_finding(interview, rule, scope))
    return tuple(findings), tuple(flags)


def figure(calculation: Expression, scope: Scope, item: Item) -> str:
    """A calculated figure as canonical text; "" where it cannot be computed."""
    if isinstance(item.question, Calculate) and item.question.needs_all and not _present(calculation, scope):
        return ""
    if isinstance(item.question, Calculate) and item.question.result == "text":
        return show_text(calculation.text(scope))[:MAX_LENGTH]
    value = calculation.number(scope)
    if not math.isfinite(value) or abs(value) >= 10**MAX_DIGITS:
        return ""
    decimals = item.question.decimals if isinstance(item.question, Calculate) else 0
    return plain_number(round(Decimal(repr(value)), decimals))


def _scopes(interview: Interview, item: Item, rule: Rule) -> Iterator[Scope]:
    """A roster field's rule runs once per row in which the field is asked, any other once."""
    if not rule.field:
        yield Scope(interview, item)
        return
    for row_id in interview.rows(item.name):
        if interview.field_relevant(item.name, row_id, rule.field):
            yield Scope(interview, item, row_id, rule.field)


def _present(expression: Expression, scope: Scope) -> bool:
    """True when every answer the expression names is there: a check never judges what is missing."""
    if expression.reads_current and not _own_present(scope):
        return False
    return all(reference.only_missing or _reference_present(reference, scope) for reference in expression.references)


def _own_present(scope: Scope) -> bool:
    return _field_present(scope, scope.field) if scope.field else _cells_present(scope, scope.item.name, ())


def _field_present(scope: Scope, field: str) -> bool:
    address = roster_cell(scope.item.name, scope.row_id, field)
    return scope.interview.answer(address).status is Status.ANSWERED


def _reference_present(reference: Reference, scope: Scope) -> bool:
    if not _cells_present(scope, reference.name, reference.parts):
        return False
    return all(
        _row_field_present(scope, reference.name, row_id, field)
        for field in reference.fields
        for row_id in scope.interview.rows(reference.name)
    )


def _row_field_present(scope: Scope, roster: str, row_id: str, field: str) -> bool:
    """A field that is not asked in a row is not missing there."""
    status = scope.interview.answer(roster_cell(roster, row_id, field)).status
    return status is Status.ANSWERED or (
        status is Status.SKIPPED and not scope.interview.field_relevant(roster, row_id, field)
    )


def _cells_present(scope: Scope, name: str, parts: tuple[str, ...]) -> bool:
    interview = scope.interview
    form = interview.form
    if (readers := form.readers_at(name, parts)) is not None:  # as in Scope.nodes: shown or hidden together
        if not interview.relevant(name):
            return False
        stored = interview.stored
        for address, _ in readers:
            if (answer := stored.get(address)) is None or answer.status is not _ANSWERED:
                return False
        return True
    roster = form.fields.get(name) or (name if form.by_name[name].type == "roster" else "")
    if roster and not (roster == scope.item.name and scope.row_id):
        if not interview.relevant(roster) or not (interview.rows(roster) or interview.nothing(roster)):
            return False
        if roster == name:
            return True
        return all(_row_field_present(scope, roster, row_id, name) for row_id in interview.rows(roster))
    return all(interview.answer(address).status is Status.ANSWERED for address in scope.addresses(name, parts))


def _finding(interview: Interview, rule: Rule, scope: Scope) -> Finding:
    cell, check = rule.item, rule.id
    if scope.row_id:
        cell, check = roster_cell(rule.item, scope.row_id, rule.field), f"{rule.id}@{scope.row_id}"
    if rule.kind == "error":
        return Finding("error", rule.item, cell, check, rule.message)
    note = interview.warning_note(check, rule.reads)
    return Finding("warning", rule.item, cell, check, rule.message, note)


def _hits(interview: Interview, rule: Rule, scope: Scope) -> list[FlagHit]:
    """One candidate, or one per row of the roster; a field's flag is about its own row."""
    rows = interview.rows(rule.item) if rule.category == "by_row" and not scope.row_id else (scope.row_id,)
    return [FlagHit(rule.item, rule.category, rule.level, rule.message, row) for row in rows]
