"""The words that several sheets use for the same thing."""

from __future__ import annotations

from surveys.definition import AnyQuestion, Calculate, Survey
from surveys.double_entry import Decision
from surveys.form import Item
from surveys.history import Event

TYPES = {
    "select_one": "单选", "select_multiple": "多选", "integer": "整数", "decimal": "小数", "money": "金额",
    "percent": "百分比", "text": "文字", "date": "日期", "month": "年月", "time": "时间", "rating": "评价", "rank": "排序",
    "attachment": "附件", "matrix": "表格", "roster": "逐项登记", "calculate": "推算指标", "note": "说明",
}  # fmt: skip
"""What people call the question types."""


SENSITIVE = "保密"
"""What marks a question whose answers are personal."""


def type_of(question: AnyQuestion) -> str:
    """What people call the type of a question."""
    if isinstance(question, Calculate) and question.result == "text":
        return "推算文字"
    return TYPES[question.type]


def is_many(survey: Survey) -> bool:
    """True where one unit has many interviews (visits), which are then called records."""
    return survey.per_unit == "many"


def counted_word(many: bool) -> str:
    """What figures count: units where each has one interview, otherwise records."""
    return "记录" if many else "单位"


def decision_word(event: Event) -> str:
    """Which entry was taken where two keyings differ; the stored word for what a newer program may decide."""
    decision = Decision.of(event)
    return decision.label if decision else event.value


def nothing_word(item: Item) -> str:
    """What stands for a roster of which was said that there is nothing to register."""
    return str(getattr(item.question, "none_label", "")) or "暂无"
