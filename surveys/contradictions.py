"""What a definition of the right shape asks for and nobody can meet: bounds crossed, defaults that cannot be typed."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Any

from surveys.answers import choices_of
from surveys.definition import Calculate, Matrix, Note, Question, Roster, Survey
from surveys.problems import Path, Problem
from surveys.text import Refusal
from surveys.typed import read_typed
from surveys.value_types import ValueType

if TYPE_CHECKING:
    from surveys.form import Item

_BOUNDS = (("min", "max"), ("min_length", "max_length"), ("min_selected", "max_selected"), ("min_items", "max_items"))


def contradictions(survey: Survey, items: Mapping[str, Item]) -> Iterator[Problem]:
    """Every contradiction within one question.

    Args:
        survey: The definition.
        items: Question name → its item, with choice lists resolved.
    """
    for s, section in enumerate(survey.sections):
        for q, question in enumerate(section.questions):
            path: Path = ("sections", s, "questions", q)
            kinds = {cell.address: cell.kind for cell in items[question.name].cells}
            yield from _crossed(question, path)
            if isinstance(question, Note) and question.sensitive:
                yield Problem((*path, "sensitive"), "说明文字没有答案，不能写 sensitive")
            if isinstance(question, Roster):
                yield from _told_by_name(question, path)
                for n, field in enumerate(question.questions):
                    inner = (*path, "questions", n)
                    yield from _crossed(field, inner)
                    yield from _unchoosable(field, kinds[field.name], inner)
                    yield from _of_beginning(field, kinds[field.name], inner, in_roster=True)
            elif isinstance(question, Matrix):
                yield from _of_matrix(question, kinds, path)
            elif not isinstance(question, Note | Calculate):
                yield from _unchoosable(question, kinds[question.name], path)
            simple = not isinstance(question, Note | Calculate | Matrix | Roster)
            yield from _of_beginning(question, kinds[question.name] if simple else None, path)


def _told_by_name(roster: Roster, path: Path) -> Iterator[Problem]:
    """An item is called by its label in every list; what is sensitive would be seen there."""
    for field in roster.questions:
        if (roster.sensitive or field.sensitive) and f"${{{field.name}}}" in roster.item_label:
            yield Problem((*path, "item_label"), f"item_label 会显示在列表里，不能用保密的栏目“{field.name}”")


def _of_matrix(matrix: Matrix, kinds: Mapping[str, ValueType], path: Path) -> Iterator[Problem]:
    yield from _crossed(matrix.cell, (*path, "cell"))
    column = f".{matrix.columns[0].name}" if matrix.columns else ""
    for n, row in enumerate(matrix.rows):
        where: Path = (*path, "rows", n, "cell") if row.cell else (*path, "cell")
        if row.cell:
            yield from _crossed(row.cell, where)
        if row.cell or n == 0:
            yield from _unchoosable(row.cell or matrix.cell, kinds[f"{matrix.name}.{row.name}{column}"], where)


def _crossed(shape: Any, path: Path) -> Iterator[Problem]:
    """Lower bounds above the upper ones."""
    values = vars(shape)
    for low, high in _BOUNDS:
        least, most = values.get(low), values.get(high)
        if least is not None and most is not None and least > most:
            yield Problem((*path, low), f"{low}（{least}）比 {high}（{most}）大，怎么填都不对")


def _unchoosable(shape: Any, kind: ValueType, path: Path) -> Iterator[Problem]:
    """More choices wanted than there are; a file of no kind at all."""
    least, count = vars(shape).get("min_selected"), len(choices_of(kind))
    if least and count and least > count:
        yield Problem((*path, "min_selected"), f"min_selected（{least}）比选项数（{count}）大，怎么选都不够")
    if kind.type == "attachment" and not kind.extensions:
        yield Problem((*path, "extensions"), "extensions 是空的，什么文件都不能登记")


def _of_beginning(
    question: Question, kind: ValueType | None, path: Path, *, in_roster: bool = False
) -> Iterator[Problem]:
    """Defaults, prefilled and read-only answers; `kind` is None where a question holds no single value."""
    if kind is None:
        for key in ("default", "prefill", "read_only"):
            if getattr(question, key):
                yield Problem((*path, key), f"这种题型不能有 {key}")
        return
    if question.default is not None:
        yield from _of_default(kind, question.default, (*path, "default"))
    if question.prefill and in_roster:
        yield Problem((*path, "prefill"), "名册里的栏目不能有 prefill，请用 default")
    elif question.prefill and question.default is not None:
        yield Problem((*path, "default"), "default 和 prefill 只能写一个")
    elif question.prefill == "today" and kind.type not in ("date", "text"):
        yield Problem((*path, "prefill"), "today 只能填进日期题或文字题")
    if question.read_only and not question.prefill and question.default is None:
        yield Problem((*path, "read_only"), "没有 default 或 prefill，read_only 的题目永远填不上")


def _of_default(kind: ValueType, default: str, path: Path) -> Iterator[Problem]:
    """A default has to be something that could be typed there."""
    try:
        if not read_typed(kind, default):
            yield Problem(path, "default 是空的，请填上内容或删去")
    except Refusal as refusal:
        yield Problem(path, f"default 填不进去：{refusal.message}")
