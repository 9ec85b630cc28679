"""Two interviews of one unit made into one, question by question. Pure, no I/O.

One of them stays; at each question where the two differ it keeps its own answers or takes the other's, of a roster
also both. What is taken comes with what was said beside it: remark, evidence, respondent, passed warnings.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum

from surveys import history
from surveys.acts import Act
from surveys.answers import EMPTY, Answer
from surveys.deciding import SOURCE
from surveys.definition import Roster
from surveys.form import Item, parse_address, roster_cell
from surveys.history import Kind
from surveys.interview import Interview
from surveys.text import Refusal


class Choice(StrEnum):
    """Whose answers a question gets."""

    OURS = "ours"
    """Those of the interview that stays."""
    THEIRS = "theirs"
    BOTH = "both"
    """The rows of both; rosters only."""

    @property
    def label(self) -> str:
        """The choice in Chinese."""
        return {Choice.OURS: "留甲", Choice.THEIRS: "取乙", Choice.BOTH: "都要"}[self]


@dataclass(frozen=True, slots=True)
class Question:
    """A question at which the two do not say the same."""

    item: str
    proposal: Choice | None
    """The side that says anything, where only one does; None where a person has to choose."""
    roster: bool


def questions(ours: Interview, theirs: Interview) -> tuple[Question, ...]:
    """Where two interviews differ, in the order of the form; what a condition hides in both is left out.

    Raises:
        Refusal: They are not of one unit, or not filled in with one version of one form.
    """
    if ours.unit != theirs.unit or ours.id == theirs.id:
        raise Refusal("不是同一个单位的两份答卷，不能合并。")
    if ours.form.digest != theirs.form.digest:
        raise Refusal("两份答卷用的问卷版本不同，不能逐题合并；请先把草稿换用同一版本，或只留一份。")
    found = []
    for item in ours.form.items:
        mine, other = said(ours, item), said(theirs, item)
        if not item.asked or mine == other or not (ours.relevant(item.name) or theirs.relevant(item.name)):
            continue
        proposal = None if mine and other else Choice.OURS if mine else Choice.THEIRS
        found.append(Question(item.name, proposal, item.type == "roster"))
    return tuple(found)


def said(interview: Interview, item: Item) -> object:
    """What an interview says at a question, so that two can be compared; row ids do not count. False for nothing."""
    answers = _answers(interview, item.name)
    if item.type != "roster":
        return answers or False
    rows = [tuple(sorted(_fields(answers, item.name, row).items())) for row in interview.rows(item.name)]
    return (rows, answers.get(item.name, EMPTY)) if answers or rows else False


def combination(ours: Interview, theirs: Interview, choices: Mapping[str, Choice], whose: str) -> list[Act]:
    """What the interview that stays records.

    Args:
        ours: The interview that stays.
        theirs: The other one.
        choices: For every one of `questions`.
        whose: Names the other one in the reasons.

    Raises:
        Refusal: A roster would get more rows than it may have.
    """
    acts: list[Act] = []
    for question in questions(ours, theirs):
        choice = choices[question.item]
        if choice is not Choice.OURS:
            acts += _taken(ours, theirs, ours.form.by_name[question.item], choice, f"重复合并：取{whose}的一份")
    return acts


def _taken(ours: Interview, theirs: Interview, item: Item, choice: Choice, why: str) -> Iterator[Act]:
    mine, other = _answers(ours, item.name), _answers(theirs, item.name)
    if isinstance(item.question, Roster):
        rows = (*(ours.rows(item.name) if choice is Choice.BOTH else ()), *theirs.rows(item.name))
        if len(rows) > item.question.max_items:
            raise Refusal(f"“{item.label}”两份合起来{len(rows)}项，最多登记{item.question.max_items}项，请只取一份。")
        if rows:
            other.pop(item.name, None)  # 暂无 of the side that has none
        for row in ours.rows(item.name) if choice is Choice.THEIRS else ():
            yield Act(Kind.ROW_REMOVED, roster_cell(item.name, row), note=why, source=SOURCE)
        mine = {address: answer for address, answer in mine.items() if address == item.name}
        for row in theirs.rows(item.name):
            yield Act(Kind.ROW_ADDED, roster_cell(item.name, row), note=why, source=SOURCE)
    for address in dict.fromkeys([*mine, *other]):
        answer = other.get(address, EMPTY)
        if mine.get(address, EMPTY) != answer:
            yield Act(Kind.ANSWERED, address, answer.value, answer.status, note=why, source=SOURCE)
    yield from _beside(ours, theirs, item, why)


def _beside(ours: Interview, theirs: Interview, item: Item, why: str) -> Iterator[Act]:
    """What was said at the question on the other side, as far as it says something else."""
    for kind, mine, other in (
        (Kind.REMARKED, ours.remark(item.name), theirs.remark(item.name)),
        (Kind.EVIDENCED, ours.evidence(item.name), theirs.evidence(item.name)),
        (Kind.RESPONDENT, ours.respondent(item.name), theirs.respondent(item.name)),
        (Kind.DOUBTED, ours.doubted(item.name), theirs.doubted(item.name)),
    ):
        if other and other != mine:
            yield Act(kind, item.name, "1" if other is True else str(other), note=why, source=SOURCE)
    rules = {rule.id for rule in item.rules}
    for (key, check), event in history.replay(theirs.events).live.items():
        if key == Kind.WARNING_PASSED and event.note and check.partition("@")[0] in rules:
            yield Act(Kind.WARNING_PASSED, check, note=event.note, source=SOURCE)


def _answers(interview: Interview, name: str) -> dict[str, Answer]:
    """Address → what is stored at a question, taken-off rows left out."""
    kept = interview.kept_answers()
    return {address: answer for address, answer in kept.items() if parse_address(address).question == name}


def _fields(answers: Mapping[str, Answer], roster: str, row: str) -> dict[str, tuple[str, str]]:
    start = f"{roster_cell(roster, row)}."
    return {
        address.removeprefix(start): (answer.value, str(answer.status))
        for address, answer in answers.items()
        if address.startswith(start)
    }
