"""题目: the codebook, so that a workbook can be understood without the program."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from openpyxl.utils import get_column_letter

from exports.extents import beginning, choices_text, extent
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
from exports.terms import SENSITIVE, TYPES, is_many, type_of
from surveys.definition import Calculate, Check, Column, Matrix, Question, Roster, Row, Section, Survey
from surveys.form import Cell, Form, Item

_COLUMNS = (
    ("题号", 6), ("题目", 38), ("名称（编码）", 22), ("类型", 9), ("选项（编码＝标签）", 32), ("单位和范围", 18),
    ("何时提问", 24), ("检查、提醒、标记为问题", 48), ("来源", 24),
)  # fmt: skip
_WIDTHS = [float(width) for _, width in _COLUMNS]
_LEVELS = {"red": "红色问题", "yellow": "黄色问题"}


def write_codebook(book: Any, form: Form) -> None:
    """Write every question of a form, with everything the definition says of it."""
    sheet = book.create_sheet("题目")
    set_widths(sheet, _WIDTHS)
    sheet.freeze_panes = "C5"
    print_setup(sheet, title=f"{form.survey.title} 题目与编码", rows="4:4")
    pen = Pen(sheet)
    pen.row([form.survey.title], TITLE, height=30)
    pen.row([form.survey.notice], SUBTITLE, height=20)
    pen.row([_about(form)], NOTE_LINE, height=18)
    pen.row([heading for heading, _ in _COLUMNS], HEAD, height=24)
    for section in form.sections():
        _band(sheet, pen, section.label)
        if checks := _checks(section):
            _line(pen, ["", "本部分的检查", section.name, "", "", "", "", checks, ""])
        for item in form.items_of(section.name):
            for texts in _lines(item):
                _line(pen, texts)
    if checks := _checks(form.survey):
        _band(sheet, pen, "整份问卷")
        _line(pen, ["", "整份问卷的检查", "", "", "", "", "", checks, ""])


def _about(form: Form) -> str:
    survey = form.survey
    parts = [f"问卷 {survey.id}，版本 {survey.version}，校验值 {form.digest[:16]}；共 {len(form.numbered)} 题"]
    parts += ["每个单位可以有多份记录"] if is_many(survey) else []
    parts += [f"文字有{'、'.join(survey.languages.values())}"] if survey.languages else []
    parts += (
        [f"参数：{'，'.join(f'{name}＝{value}' for name, value in survey.parameters.items())}"]
        if survey.parameters
        else []
    )
    return "；".join(parts)


def _band(sheet: Any, pen: Pen, text: str) -> None:
    pen.row([text, *[""] * (len(_COLUMNS) - 1)], SECTION, height=20)
    sheet.merged_cells.add(f"A{pen.rows}:{get_column_letter(len(_COLUMNS))}{pen.rows}")


def _line(pen: Pen, texts: Sequence[str]) -> None:
    cells = [(text, WRAPPED if place else CENTERED) for place, text in enumerate(texts)]
    pen.fitted(cells, _WIDTHS, most=27)


def _lines(item: Item) -> Iterator[list[str]]:
    """A line for the question, then one for each cell of a matrix or field of a roster."""
    question = item.question
    number = str(item.number or "")
    several = isinstance(question, Matrix | Roster)
    kind = item.cells[0].kind if item.cells and not several else None
    statuses = item.cells[0].statuses if item.cells and item.type != "roster" else ()
    label = f"{item.label}\n（{question.hint}）" if question.hint else item.label
    yield [
        number, label, _name(item.name, question.was), _type(type_of(question), question.sensitive), choices_text(kind),
        extent(kind, question, statuses), _condition(question, item.section), _checks(question), _source(question),
    ]  # fmt: skip
    if isinstance(question, Roster):
        for cell, field in zip(item.cells, question.questions, strict=True):
            yield _cell_line(number, f"{item.name}[…].{cell.address}", cell, field)
    elif isinstance(question, Matrix):
        parts: list[Row | Column] = [*question.rows, *question.columns]
        was = {part.name: part.was or "" for part in parts}
        for cell in item.cells:
            former = "、".join(filter(None, (was.get(cell.row), was.get(cell.column))))
            yield _cell_line(number, _name(cell.address, former), cell, None)


def _type(name: str, sensitive: bool) -> str:
    return f"{name}\n（{SENSITIVE}）" if sensitive else name


def _name(name: str, was: str | None) -> str:
    return f"{name}\n（旧版 {was}）" if was else name


def _cell_line(number: str, address: str, cell: Cell, field: Question | None) -> list[str]:
    more = [_condition(field, None), _checks(field), _source(field)] if field else [""] * 3
    return [
        number,
        f"　· {cell.label}",
        _name(address, field.was if field else None),
        _type(TYPES[cell.kind.type], cell.sensitive),
        choices_text(cell.kind),
        extent(cell.kind, field, cell.statuses),
        *more,
    ]


def _condition(question: Question, section: Section | None) -> str:
    """When it is asked, the condition of its section included; what it begins with; how it is computed."""
    parts = [f"＝{question.calculation}"] if isinstance(question, Calculate) else []
    if isinstance(question, Calculate) and question.needs_all:
        parts.append("用到的答案都有时才计算")
    parts += [f"本部分：{section.relevant}"] if section is not None and section.relevant else []
    parts += [question.relevant] if question.relevant else []
    if choice_filter := getattr(question, "choice_filter", None):
        parts.append(f"可选的选项：{choice_filter}")
    return "\n".join([*parts, *beginning(question)])


def _checks(carrier: Question | Section | Survey) -> str:
    hard: Sequence[Check] = carrier.hard_checks if isinstance(carrier, Question) else carrier.constraints
    said = [f"必须：{check.message}\n　{check.check}" for check in hard]
    said += [f"提醒：{check.message}\n　{check.check}" for check in carrier.warnings]
    said += [f"{_LEVELS[flag.level]}：{flag.message}（{flag.category}）\n　{flag.when}" for flag in carrier.flags]
    return "\n".join(said)


def _source(question: Question) -> str:
    quoted = f"题目原文照录：{question.quoted}" if question.quoted else ""
    return "\n".join(filter(None, (quoted, question.source)))
