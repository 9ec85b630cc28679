"""The issues as a list: chosen, as lines for a terminal, and as a CSV file; nothing personal is in it."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from exports.case_sheets import value_of
from exports.case_words import ISSUE, CaseReader, CaseWords
from exports.csv_files import CsvTable
from exports.files import replace_file
from exports.issue_figures import FigureTable
from surveys.frame import team_name
from surveys.register.calendar import days_left
from surveys.register.grouping import suggestions
from surveys.register.worklists import due_soon, overdue
from surveys.store import Store
from surveys.text import show_text

COLUMNS = (
    ("编号", "number"), ("市（地）", "city"), ("县（市、区）", "county"), ("单位代码", "unit"), ("调查组", "team"), ("类别", "category"),
    ("摘要", "title"), ("详细情况", "detail"), ("来源", "source"), ("提出人类别", "raised_by"), ("紧急程度", "urgency"),
    ("影响范围", "scope"), ("登记日期", "registered_on"), ("状态", "status"), ("答复方式", "reply_kind"), ("承办部门", "lead_department"),
    ("接办单位", "receiver"), ("现在的期限", "deadline"), ("逾期天数", "days"), ("答复", "answer"), ("答复日期", "answered"),
    ("解决程度", "outcome"), ("回访结果", "satisfaction"), ("登记号", "id"),
)  # fmt: skip


@dataclass(frozen=True)
class Wanted:
    """Which issues are listed; without a choice all that count."""

    open: bool = False
    """Only those that are not settled."""
    overdue: bool = False
    soon: bool = False
    """Due within the register's `soon_days`; with `overdue` these too."""
    team: int | None = None
    unit: str = ""
    """Code."""


def chosen(store: Store, wanted: Wanted, today: dt.date) -> list[CaseWords]:
    """The issues in words: by deadline where deadlines are asked for, else by number."""
    issues = CaseReader(store).listed(ISSUE, team=wanted.team, unit=wanted.unit)
    if wanted.overdue or wanted.soon:
        found = overdue(store, today, team=wanted.team) if wanted.overdue else []
        found += due_soon(store, today, team=wanted.team) if wanted.soon else []
        place = {one.row.id: number for number, one in enumerate(found)}
        issues = sorted((case for case in issues if case.row.id in place), key=lambda case: place[case.row.id])
    return [case for case in issues if not (wanted.open and case.row.settled)]


def lines(issues: Sequence[CaseWords], today: dt.date) -> Iterator[str]:
    """A line per issue, then how many there are."""
    for case in issues:
        place = case.unit.name or team_name(case.team)
        told = [case.number, place, case.category, case.status, _due(case, today), case.row.title]
        yield show_text("　".join(filter(None, told)), line=True)
    late = sum((days_left(case.row.due, today) or 0) < 0 for case in issues)
    yield f"共 {len(issues)} 件，有答复 {sum(case.reply is not None for case in issues)} 件，逾期 {late} 件。"


def _due(case: CaseWords, today: dt.date) -> str:
    days = days_left(case.row.due, today)
    if days is None:
        return ""
    left = f"逾期{-days}天" if days < 0 else f"还有{days}天" if days else "今天到期"
    return f"期限{case.row.due}（{left}）"


def write_issue_list(issues: Sequence[CaseWords], today: dt.date, target: Path) -> Path:
    """Write a CSV file with a line per issue. Raises ExportError."""

    def write(path: Path) -> None:
        with CsvTable(path, [heading for heading, _ in COLUMNS]) as table:
            for case in issues:
                table.add(_value(case, key, today) for _, key in COLUMNS)

    replace_file(target, write)
    return target


def _value(case: CaseWords, key: str, today: dt.date) -> object:
    match key:
        case "id" | "unit":
            return getattr(case.row, key)
        case "team":
            return team_name(case.team)
        case "deadline":
            return case.row.due
        case "days":
            days = days_left(case.row.due, today)
            return -days if days is not None and days < 0 else None
        case _:
            return value_of(case, key)


def figure_lines(tables: Iterable[FigureTable]) -> Iterator[str]:
    """Tables for a terminal; those without rows are left out."""
    for table in tables:
        if table.rows:
            yield f"【{table.title}】"
            yield from (f"  {_row(table, row)}" for row in table.rows)
            if table.note:
                yield f"  {table.note}"


def _row(table: FigureTable, row: tuple[str | int | float | None, ...]) -> str:
    label, *values = row
    named = [
        f"{head}{_number(head, value)}" for head, value in zip(table.heads[1:], values, strict=True) if value != ""
    ]
    if table.heads[1:] == ("数值",):
        named = [_number(str(label), values[0])]
    return show_text(f"{label or '—'}：{'，'.join(named)}", line=True)


def _number(head: str, value: str | int | float | None) -> str:
    if value is None:
        return "—"
    if isinstance(value, float):
        return f"{value:.1f}" if head == "平均办理天数" else f"{value:.1%}"
    return str(value)


def alike_lines(store: Store) -> Iterator[str]:
    """Which issues may be one topic; a person decides."""
    reader = CaseReader(store)
    found = suggestions(store)
    for number, suggestion in enumerate(found, 1):
        topics = "；可以并入：" + "、".join(f"{one.title}（{one.ratio}）" for one in suggestion.topics)
        yield show_text(f"第{number}组 {len(suggestion.issues)} 件{topics if suggestion.topics else ''}", line=True)
        for case in reader.words(suggestion.issues):
            yield show_text(f"  {case.number}　{case.unit.name}　{case.category}　{case.row.title}", line=True)
    yield f"可能相同的问题 {len(found)} 组；只是提示，是否合并由人决定。" if found else "没有看到可能相同的问题。"
