"""Moving an interview to a newer version of its form: what is kept, renamed, dropped aside, new.

Nothing is deleted. What the new version cannot take stays in the history and in the plan, which
is shown before anything happens; the move itself is events like everything else.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from surveys import history
from surveys.acts import MOVED, Act
from surveys.answers import Answer, Status
from surveys.definition import Roster
from surveys.form import Form, parse_address, roster_cell
from surveys.history import Kind
from surveys.interview import Interview
from surveys.renames import Renames
from surveys.text import Refusal
from surveys.typed import read_typed

_CHOSEN = frozenset({"select_one", "select_multiple", "rating"})
_PLAIN = frozenset({"integer", "decimal", "text", "date", "month", "time"})


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
    """Old address, new address, what is entered there; the two are the same where only the spelling changes."""
    rows: tuple[tuple[str, str], ...]
    """Roster rows that move with their renamed roster: old and new address."""
    dropped: tuple[Dropped, ...]
    added: tuple[str, ...]
    """Questions the old version did not have."""
    besides: tuple[Act, ...] = ()
    """What is said at the questions: remarks that move along, notes on warnings that are other warnings now."""

    def acts(self) -> Iterator[Act]:
        """The move as acts; the first names the new version."""
        yield Act(Kind.MIGRATED, value=self.form.digest)
        for old, new in self.rows:
            yield Act(Kind.ROW_ADDED, new, source=f"{MOVED}{old}")
        taken = {new for _, new in self.rows}
        for old, _ in self.rows:
            # A roster of the old name that the new version has too is another one.
            if old not in taken and parse_address(old).question in self.form.by_name:
                yield Act(Kind.ROW_REMOVED, old)
        for old, new, answer in self.renamed:
            yield Act(Kind.ANSWERED, new, answer.value, answer.status, source=f"{MOVED}{old}")
        written = {*self.kept, *(new for _, new, _ in self.renamed)}
        for old, new, _ in self.renamed:
            # Closed, so that somebody who still answers under the old name gets a conflict and is not passed over.
            if old not in written:
                yield Act(Kind.ANSWERED, old, "", Status.EMPTY, note=f"新版改名为 {new}")
        for drop in self.dropped:
            # Only what would otherwise be read under the new form; the rest is simply not looked at any more.
            if drop.address not in written and _has_place(self.form, drop.address):
                yield Act(Kind.ANSWERED, drop.address, "", Status.EMPTY, note=f"新版不能用：{drop.reason}")
        yield from self.besides


def plan_migration(interview: Interview, form: Form) -> Plan:
    """What moving an interview to another version of its form would do."""
    renames = Renames(interview.form, form)
    kept, renamed, dropped = [], [], []
    for address, answer in interview.kept_answers().items():
        known = _has_place(interview.form, address)
        if not known and not _has_place(form, address):
            continue  # set aside by an earlier move, and still without a place
        target = renames.address(address) if known else address
        taken = _taken(interview.form if known else None, address, form, target, answer)
        if isinstance(taken, str):
            dropped.append(Dropped(address, answer, taken))
        elif (target, taken) == (address, answer):
            kept.append(address)
        else:
            renamed.append((address, target, taken))
    rows = [
        (roster_cell(item.name, row_id), roster_cell(new, row_id))
        for item in interview.form.items
        if item.type == "roster" and (new := renames.question(item.name)) != item.name and _is_roster(form, new)
        for row_id in interview.rows(item.name)
    ]
    old = {renames.question(item.name) for item in interview.form.items}
    added = [item.name for item in form.items if item.asked and item.name not in old]
    besides = (*_said(interview, form, renames), *_other_warnings(interview, form))
    return Plan(form, tuple(kept), tuple(renamed), tuple(rows), tuple(dropped), tuple(added), besides)


def _is_roster(form: Form, name: str) -> bool:
    return name in form.by_name and form.by_name[name].type == "roster"


def _has_place(form: Form, address: str) -> bool:
    """True when an answer at the address is read under the form."""
    parsed = parse_address(address)
    if _is_roster(form, parsed.question):
        if not parsed.row_id:
            return not parsed.rest  # 暂无
    elif parsed.row_id:
        return False
    try:
        form.cell(address)
    except KeyError:
        return False
    return True


def _taken(old: Form | None, address: str, form: Form, target: str, answer: Answer) -> Answer | str:
    """The answer as the new form takes it, or why it cannot. `old` is None for what an earlier move set aside."""
    parsed = parse_address(target)
    item = form.by_name.get(parsed.question)
    if item is None:
        return "新版没有这道题"
    if not item.asked:
        return "新版这里不用填写"
    if not _has_place(form, target):
        return "新版没有这一格"
    if isinstance(item.question, Roster) and not parsed.row_id:
        stated = answer.status is Status.NOT_APPLICABLE and (old is None or _is_roster(old, address))
        return answer if stated and item.question.none_label else "新版不能填“暂无”"
    cell = form.cell(target)
    if answer.status is not Status.ANSWERED:
        return answer if answer.status in cell.statuses else f"新版不能填“{answer.status.label}”"
    if old is not None and not _alike(old.cell(address).kind.type, cell.kind.type):
        return "新版的题型不同"
    try:
        value = read_typed(cell.kind, answer.value)
    except Refusal as refusal:
        sensitive = cell.sensitive or (old is not None and old.cell(address).sensitive)
        return "新版填不进这个答案" if sensitive else refusal.message  # the message may name the value
    return Answer(value, Status.ANSWERED) if value else "新版的题型不同"


def _alike(old: str, new: str) -> bool:
    """True where a value means the same under both types: a code is no number, and 万元 are no percent."""
    return old == new or {old, new} <= _CHOSEN or {old, new} <= _PLAIN


def _said(interview: Interview, form: Form, renames: Renames) -> Iterator[Act]:
    """Remarks, doubts, evidence and respondents of renamed questions, under the new name."""
    for item in interview.form.items:
        new = renames.question(item.name)
        if new == item.name or new not in form.by_name:
            continue
        for kind, text in (
            (Kind.REMARKED, interview.remark(item.name)),
            (Kind.DOUBTED, "1" if interview.doubted(item.name) else ""),
            (Kind.EVIDENCED, interview.evidence(item.name)),
            (Kind.RESPONDENT, interview.respondent(item.name)),
        ):
            if text:
                yield Act(kind, new, text, source=f"{MOVED}{item.name}")


def _other_warnings(interview: Interview, form: Form) -> Iterator[Act]:
    """Notes whose warning's id now belongs to another warning: they must not pass that one."""
    before, now = _warnings(interview.form), _warnings(form)
    for (kind, check), event in history.replay(interview.events).live.items():
        rule = check.partition("@")[0]
        if kind == Kind.WARNING_PASSED and event.note and rule in now and before.get(rule) != now[rule]:
            yield Act(Kind.WARNING_PASSED, check)


def _warnings(form: Form) -> Mapping[str, tuple[str, str]]:
    """Id → what makes a warning the same one."""
    return {
        rule.id: (rule.expression.source, rule.message)
        for item in form.items
        for rule in item.rules
        if rule.kind == "warning"
    }
