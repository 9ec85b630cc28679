"""问题清单 and 经验清单 in the summary: the cases of the register as lists; nothing personal is in them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from exports.case_sheets import ISSUE_COLUMNS, PRACTICE_COLUMNS, CaseColumn, cells_of
from exports.case_words import CaseWords
from exports.list_sheets import ListSheet
from exports.styles import CENTERED, DATE, TEXT

_CITY = CaseColumn("city", "市（地）", 13)
_ISSUES = (ISSUE_COLUMNS[0], _CITY, *ISSUE_COLUMNS[1:])
_PRACTICES = (PRACTICE_COLUMNS[0], _CITY, *PRACTICE_COLUMNS[1:])
# Topics and measures stand under the issues, so that a column of theirs is as wide as the one of the issues.
_TOPICS = (
    CaseColumn("number", "编号", 0, TEXT), CaseColumn("", "", 0), CaseColumn("", "", 0), CaseColumn("category", "类别", 0),
    CaseColumn("title", "题目", 0), CaseColumn("listed_on", "列入日期", 0, DATE), CaseColumn("status", "状态", 0, CENTERED),
    CaseColumn("lead_department", "牵头", 0), CaseColumn("due", "办理期限", 0, DATE), CaseColumn("findings", "研究结果", 0),
    CaseColumn("published_on", "公布日期", 0, DATE), CaseColumn("", "", 0),
)  # fmt: skip
_MEASURES = (
    CaseColumn("number", "编号", 0, TEXT), CaseColumn("", "", 0), CaseColumn("", "", 0), CaseColumn("kind", "种类", 0),
    CaseColumn("title", "名称", 0), CaseColumn("drafted_on", "起草日期", 0, DATE), CaseColumn("status", "状态", 0, CENTERED),
    CaseColumn("batch", "四个一批", 0), CaseColumn("", "", 0), CaseColumn("text", "内容", 0),
    CaseColumn("published_on", "公布日期", 0, DATE), CaseColumn("", "", 0),
)  # fmt: skip


def write_issues(
    sheet: Any, issues: Sequence[CaseWords], topics: Sequence[CaseWords], measures: Sequence[CaseWords], back: str
) -> None:
    """The issues, the topics they were merged into, the measures taken."""
    note = "登记并核实的问题；提出人的姓名、电话不在任何清单里。"
    listed = ListSheet(sheet, "问题清单", [column.width for column in _ISSUES], back, note)
    for title, columns, cases in (
        (f"问题件：{len(issues)}件", _ISSUES, issues),
        (f"合并清单项：{len(topics)}项", _TOPICS, topics),
        (f"措施：{len(measures)}项", _MEASURES, measures),
    ):
        if cases:
            listed.band(title)
            listed.heads([column.heading for column in columns])
            for case in cases:
                listed.row(cells_of(case, columns))


def write_practices(sheet: Any, practices: Sequence[CaseWords], back: str) -> None:
    """What counties do well and others may take over."""
    heads = [column.heading for column in _PRACTICES]
    listed = ListSheet(sheet, "经验清单", [column.width for column in _PRACTICES], back, "", heads)
    for case in practices:
        listed.row(cells_of(case, _PRACTICES))
