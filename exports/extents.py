"""What may be entered at a place, in words: choices, bounds, what it begins with."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from surveys.answers import Status, choices_of, plain_number
from surveys.definition import Calculate, Note, Question, Roster
from surveys.value_types import Choice, ValueType

MOST_CHOICES = 100
"""Choices named one by one; a list of places read from a file may have thousands."""

_PREFILL = {
    "unit.code": "单位代码", "unit.city": "市（地）", "unit.county": "县（市、区）", "unit.name": "单位名称",
    "unit.kind": "单位类别", "team": "组别", "who": "填报人", "today": "当天日期",
}  # fmt: skip


def choices_text(kind: ValueType | None) -> str:
    """A line per choice: code, label, what is special about it."""
    choices = choices_of(kind) if kind is not None else ()
    lines = [f"{choice.name}＝{choice.label}{_marks(choice)}" for choice in choices[:MOST_CHOICES]]
    left = len(choices) - MOST_CHOICES
    return "\n".join([*lines, f"……另有 {left:,} 个选项，见问卷定义"] if left > 0 else lines)


def _marks(choice: Choice) -> str:
    marks = ["另填文字"] if choice.specify else []
    marks += ["与其他互斥"] if choice.exclusive else []
    marks += [f"{name}：{value}" for name, value in choice.filter.items()]
    return f"（{'，'.join(marks)}）" if marks else ""


def extent(kind: ValueType | None, question: Question | None, statuses: Sequence[Status]) -> str:
    """Unit, bounds, whether it must be answered, which missing statuses it offers."""
    if isinstance(question, Note):
        return "只读，不填"
    parts = []
    if unit := getattr(kind, "unit", "") or getattr(question, "unit", ""):
        parts.append(unit)
    low, high = getattr(kind, "min", None), getattr(kind, "max", None)
    if low is not None or high is not None:
        parts.append(f"{'' if low is None else _bound(low)}～{'' if high is None else _bound(high)}")
    parts += _of_kind(kind) if kind is not None and not isinstance(question, Calculate) else []
    if isinstance(question, Roster):
        parts.append(f"{question.min_items}～{question.max_items} 项")
        parts += [f"可填“{question.none_label}”"] if question.none_label else []
    if question is not None and not isinstance(question, Calculate):
        parts.append("不能修改" if question.read_only else "必答" if question.required else "可不答")
        parts += [f"可填：{'、'.join(status.label for status in statuses)}"] if statuses else []
    return "；".join(parts)


def _of_kind(kind: ValueType) -> list[str]:
    match kind.type:
        case "select_multiple":
            bounds = (("至少", kind.min_selected), ("最多", kind.max_selected))
            return [f"{word}选 {number} 项" for word, number in bounds if number]
        case "rank":
            return [f"排前 {kind.max_ranked} 项" if kind.max_ranked else "全部排序"]
        case "text":
            return [f"{kind.min_length}～{kind.max_length} 字" if kind.min_length else f"最多 {kind.max_length} 字"]
        case "money" if kind.likely_max is not None:
            return [f"超过 {plain_number(kind.likely_max)} 要说明"]
        case "attachment":
            return [f"可收：{'、'.join(kind.extensions)}"]
    return []


def _bound(value: Any) -> str:
    return str(value) if hasattr(value, "year") or isinstance(value, str) else plain_number(value)


def beginning(question: Question) -> list[str]:
    """What stands there before anybody types."""
    said = []
    if question.prefill:
        said.append(f"开始时带入：{_PREFILL[question.prefill]}")
    if question.default is not None:
        said.append(f"默认值：{question.default}")
    return said
