"""题目: the codebook, so that a workbook can be understood without the program."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from exports.styles import (
    CENTERED,
    HEAD,
    NOTE_LINE,
    SECTION,
    SUBTITLE,
    TITLE,
    WRAPPED,
    Pen,
    print_setup,
    set_widths,
)  # fmt: skip
from surveys.answers import choices_of, plain_number
from surveys.definition import Calculate, Matrix, Question, Roster
from surveys.form import Cell, Form, Item
from surveys.value_types import ValueType

_COLUMNS = (
    ("题号", 6), ("题目", 38), ("名称（编码）", 22), ("类型", 9), ("选项（编码＝标签）", 32), ("单位和范围", 18),
    ("何时提问", 24), ("检查、提醒、标记为问题", 48), ("来源", 24),
)  # fmt: skip
_TYPES = {
    "select_one": "单选", "select_multiple": "多选", "integer": "整数", "decimal": "小数", "money": "金额", "text": "文字",
    "date": "日期", "rating": "评价", "matrix": "表格", "roster": "逐项登记", "calculate": "推算指标",
}  # fmt: skip
_LEVELS = {"red": "红色问题", "yellow": "黄色问题"}


def write_codebook(book: Any, form: Form) -> None:
    """Write every question of a form, with everything the definition says of it."""
    sheet = book.create_sheet("题目")
    set_widths(sheet, [width for _, width in _COLUMNS])
    sheet.freeze_panes = "C5"
    print_setup(sheet, title=f"{form.survey.title} 题目与编码", rows="4:4")
    pen = Pen(sheet)
    pen.row([form.survey.title], TITLE, height=30)
    pen.row([form.survey.notice], SUBTITLE, height=20)
    version = (
        f"问卷 {form.survey.id}，版本 {form.survey.version}，校验值 {form.digest[:16]}；共 {len(form.numbered)} 题"
    )
    pen.row([version], NOTE_LINE, height=18)
    pen.row([heading for heading, _ in _COLUMNS], HEAD, height=24)
    for section in form.sections():
        pen.row([section.label, *[""] * (len(_COLUMNS) - 1)], SECTION, height=20)
        sheet.merged_cells.add(f"A{pen.rows}:{chr(ord('A') + len(_COLUMNS) - 1)}{pen.rows}")
        for item in form.items_of(section.name):
            for texts in _lines(item):
                cells = [(text, WRAPPED if place else CENTERED) for place, text in enumerate(texts)]
                pen.fitted(cells, [width for _, width in _COLUMNS], most=27)


def _lines(item: Item) -> Iterator[list[str]]:
    """A line for the question, then one for each cell of a matrix or field of a roster."""
    question = item.question
    number = str(item.number or "")
    several = isinstance(question, Matrix | Roster)
    kind = None if several else item.cells[0].kind
    label = f"{item.label}\n（{question.hint}）" if question.hint else item.label
    yield [
        number, label, item.name, _TYPES[item.type], _choices(kind), _extent(kind, question),
        _condition(question), _checks(question), _source(question),
    ]  # fmt: skip
    if isinstance(question, Roster):
        for cell, field in zip(item.cells, question.questions, strict=True):
            yield _cell_line(number, f"{item.name}[…].{cell.address}", cell, field)
    elif isinstance(question, Matrix):
        for cell in item.cells:
            yield _cell_line(number, cell.address, cell, None)


def _cell_line(number: str, address: str, cell: Cell, field: Question | None) -> list[str]:
    more = [_condition(field), _checks(field), _source(field)] if field else [""] * 3
    return [
        number,
        f"　· {cell.label}",
        address,
        _TYPES[cell.kind.type],
        _choices(cell.kind),
        _extent(cell.kind, field),
        *more,
    ]


def _choices(kind: ValueType | None) -> str:
    if kind is None:
        return ""
    return "\n".join(
        f"{choice.name}＝{choice.label}{'（另填文字）' if choice.specify else ''}{'（与其他互斥）' if choice.exclusive else ''}"
        for choice in choices_of(kind)
    )


def _extent(kind: ValueType | None, question: Question | None) -> str:
    parts = []
    if unit := getattr(kind, "unit", "") or getattr(question, "unit", ""):
        parts.append(unit)
    low, high = getattr(kind, "min", None), getattr(kind, "max", None)
    if low is not None or high is not None:
        parts.append(f"{'' if low is None else _bound(low)}～{'' if high is None else _bound(high)}")
    if most := getattr(kind, "max_selected", None):
        parts.append(f"最多选 {most} 项")
    if kind is not None and kind.type == "text":
        parts.append(f"最多 {kind.max_length} 字")
    if isinstance(question, Roster):
        parts.append(f"{question.min_items}～{question.max_items} 项")
        parts += [f"可填“{question.none_label}”"] if question.none_label else []
    if question is not None and not isinstance(question, Calculate):
        parts.append("必答" if question.required else "可不答")
        parts += [f"可填：{'、'.join(status.label for status in question.statuses)}"] if question.statuses else []
    return "；".join(parts)


def _bound(value: Any) -> str:
    return str(value) if hasattr(value, "year") else plain_number(value)


def _condition(question: Question) -> str:
    if isinstance(question, Calculate):
        return f"＝{question.calculation}"
    return question.relevant or ""


def _checks(question: Question) -> str:
    hard = [f"必须：{check.message}\n　{check.check}" for check in question.hard_checks]
    soft = [f"提醒：{check.message}\n　{check.check}" for check in question.warnings]
    flags = [f"{_LEVELS[flag.level]}：{flag.message}（{flag.category}）\n　{flag.when}" for flag in question.flags]
    return "\n".join([*hard, *soft, *flags])


def _source(question: Question) -> str:
    quoted = f"题目原文照录：{question.quoted}" if question.quoted else ""
    return "\n".join(filter(None, (quoted, question.source)))
