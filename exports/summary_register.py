"""问题清单 and 经验清单: the cases of the register as lists; nothing personal is in them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from exports.list_sheets import ListSheet, Shown
from exports.selection import Selection
from exports.styles import CENTERED
from surveys.answers import display
from surveys.frame import Unit
from surveys.register.definition import Register
from surveys.register.keeping import PROBLEMS, register_of
from surveys.register.projection import CaseRow
from surveys.register.worklists import cases, numbers_shown
from surveys.store import Store

ISSUE, TOPIC, MEASURE, PRACTICE = "issue", "topic", "measure", "practice"


@dataclass(frozen=True)
class Case:
    """A case as lists show it, in words."""

    row: CaseRow
    number: str
    unit: str
    status: str
    category: str
    values: dict[str, str]
    """Field → what it holds, in words."""


def cases_in_words(store: Store, type_name: str, round_: str = "", unit: str = "") -> list[Case]:
    """The cases of one type that people confirmed, by their numbers.

    Args:
        store: Where they are.
        type_name: `issue`, `topic`, `measure` or `practice`.
        round_: Those of one round, and those of none.
        unit: Those of one unit.
    """
    rows = cases(store, type_name, unit=unit)
    rows = [row for row in rows if row.phase not in ("candidate", "dropped") and row.round in ("", round_ or row.round)]
    if not rows:
        return []
    register = register_of(store, PROBLEMS)
    units = {one.code: one for one in store.units()}
    values: dict[str, dict[str, str]] = {}
    for case_id, cell, value in store.db.conn.execute("SELECT case_id, cell, value FROM case_values"):
        values.setdefault(case_id, {})[cell] = value
    numbers = numbers_shown(store, rows)
    return [_in_words(register, row, numbers[row.id], units, values.get(row.id, {})) for row in rows]


def _in_words(register: Register, row: CaseRow, number: str, units: dict[str, Unit], values: dict[str, str]) -> Case:
    type_ = register.type(row.type)
    status = next((str(status.label) for status in type_.statuses if status.code == row.status), row.status)
    said = {}
    for field in type_.fields:
        if value := values.get(field.name, ""):
            said[field.name] = display(register.kind_of(field), value)
    category = said.get(type_.columns.category or "", row.category)
    unit = units[row.unit].name if row.unit in units else row.unit
    return Case(row, number, unit, "待裁定" if row.conflicts else status, category, said)


def write_issues(
    sheet: Any, issues: Sequence[Case], topics: Sequence[Case], measures: Sequence[Case], back: str
) -> None:
    """The issues, the topics they were merged into, the measures taken."""
    note = "登记并核实的问题；提出人的姓名、电话不在任何清单里。"
    heads = ("编号", "单位", "类别", "摘要", "答复方式", "答复", "办理期限", "状态", "回访结果")
    listed = ListSheet(sheet, "问题清单", [11.0, 18.0, 20.0, 42.0, 11.0, 46.0, 11.0, 12.0, 11.0], back, note)
    listed.band(f"问题件：{len(issues)}件")
    listed.heads(heads)
    for case in issues:
        values = case.values
        listed.row((
            (case.number, CENTERED), case.unit, case.category, case.row.title, values.get("reply_kind", ""),
            values.get("reply", ""), _day(values.get("due", "")), case.status, values.get("satisfaction", ""),
        ))  # fmt: skip
    if topics:
        listed.band(f"合并清单项：{len(topics)}项")
        listed.heads(("编号", "牵头部门", "类别", "题目", "办理期限", "说明", "公布日期", "状态", ""))
        for case in topics:
            values = case.values
            listed.row((
                (case.number, CENTERED), values.get("lead_department", ""), case.category, case.row.title,
                _day(values.get("due", "")), values.get("findings", values.get("description", "")),
                _day(values.get("published_on", "")), case.status, "",
            ))  # fmt: skip
    if measures:
        listed.band(f"措施：{len(measures)}项")
        listed.heads(("编号", "种类", "文件", "名称", "公布日期", "内容", "起草日期", "状态", ""))
        for case in measures:
            values = case.values
            listed.row((
                (case.number, CENTERED), values.get("kind", ""), values.get("document", ""), case.row.title,
                _day(values.get("published_on", "")), values.get("text", ""), _day(values.get("drafted_on", "")),
                case.status, "",
            ))  # fmt: skip


def write_practices(sheet: Any, practices: Sequence[Case], back: str) -> None:
    """What counties do well and others may take over."""
    heads = ("编号", "单位", "方面", "题目", "做法", "推荐给", "状态")
    listed = ListSheet(sheet, "经验清单", [11.0, 20.0, 14.0, 34.0, 76.0, 24.0, 12.0], back, "", heads)
    for case in practices:
        values = case.values
        listed.row((
            (case.number, CENTERED), case.unit, case.category, case.row.title, values.get("description", ""),
            values.get("recommended_to", ""), case.status,
        ))  # fmt: skip


def registered(store: Store, selection: Selection) -> dict[str, list[Case]]:
    """Type → its cases of a round."""
    return {name: cases_in_words(store, name, selection.round) for name in (ISSUE, TOPIC, MEASURE, PRACTICE)}


def _day(text: str) -> Shown:
    return text, CENTERED
