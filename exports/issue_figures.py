"""The office's figures on issues (办结率, 满意率, 反映比较多 …) as tables, for the terminal and for the summary."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from exports.case_words import CaseReader, CaseWords, owner_of
from surveys.register.figures import ALL, Count, Heard, Rates, Scope, counts, most_heard, rates
from surveys.register.keeping import register_of
from surveys.register.worklists import cases, overdue
from surveys.store import Store

TOP_TEN = 10

BY = (
    ("dimension", "按维度"),
    ("category", "按类别"),
    ("city", "按市（地）"),
    ("team", "按调查组"),
    ("source", "按来源"),
    ("status", "按状态"),
)
"""What issues are counted by, with the titles."""


@dataclass(frozen=True)
class FigureTable:
    """One table: headings, and rows of texts, counts (int) and shares or days (float; shares are of 1)."""

    title: str
    heads: tuple[str, ...]
    rows: tuple[tuple[str | int | float | None, ...], ...]
    note: str = ""


def issue_tables(store: Store, today: dt.date, scope: Scope = ALL) -> list[FigureTable]:
    """The figures of the problem taxonomy's section 6; the same tables wherever they are shown.

    Args:
        store: Where the cases are.
        today: Of what is overdue.
        scope: Which cases count.
    """
    found = rates(store, today, scope)
    return [
        _overall(found, today),
        _ways(store, found, scope),
        _late(store, today, scope),
        *(_counted(title, counts(store, by, scope), found.registered) for by, title in BY),
        _heard(store, "反映比较多的清单项（前十，按县数）", most_heard(store, "topic", TOP_TEN, scope)),
        _heard(store, "反映比较多的类别（前十，按县数）", most_heard(store, "category", TOP_TEN, scope)),
    ]


def _overall(found: Rates, today: dt.date) -> FigureTable:
    middling = found.satisfaction.get("2", 0)
    return FigureTable(
        "总的情况", ("指标", "数值"),
        (
            ("登记件", found.registered), ("已答复", found.answered), ("办结销号", found.closed), ("办结率", found.closing),
            ("按时办结率", found.on_time), ("回访率", found.follow_up), ("满意率", found.satisfied), ("基本满意（件）", middling),
            ("平均办理天数", found.mean_days), ("逾期未答复", found.overdue), ("逾期未回访", found.late_follow_ups),
        ),
        f"截至{today.isoformat()}。办结率＝办结销号÷登记件；按时办结率＝按时答复的÷办结的；满意率＝满意÷（满意＋基本满意＋不满意）。",
    )  # fmt: skip


def _ways(store: Store, found: Rates, scope: Scope) -> FigureTable:
    labels = {
        choice.name: str(choice.label) for choice in register_of(store, scope.register_id).choices.get("reply_kind", ())
    }
    rows = [(label, found.by_kind.get(code, 0), found.share_of_kind(code)) for code, label in labels.items()]
    return FigureTable("答复方式", ("方式", "件数", "占比"), (*rows, ("还没有定", found.by_kind.get("", 0), None)))


def _late(store: Store, today: dt.date, scope: Scope) -> FigureTable:
    """What is over its deadline, the longest first."""
    late = {one.row.id: -one.days for one in overdue(store, today, team=scope.team, register_id=scope.register_id)}
    rows = {row.id: row for row in cases(store, scope.type_name, register_id=scope.register_id, unit=scope.unit)}
    listed = CaseReader(store, scope.register_id).words(rows[ident] for ident in late if ident in rows)
    heads = ("编号和问题", "市（地）", "县（市、区）", "状态", "期限", "逾期天数")
    return FigureTable(
        "逾期清单", heads,
        tuple(
            (_named(case), case.unit.city, case.unit.county, case.status, case.row.due, late[case.row.id])
            for case in listed
            if scope.city in ("", case.unit.city)
        ),
    )  # fmt: skip


def _named(case: CaseWords) -> str:
    owner = owner_of(case)
    return f"{case.number} {case.row.title}{f'（{owner}承办）' if owner else ''}"


def _counted(title: str, rows: list[Count], total: int) -> FigureTable:
    return FigureTable(
        title,
        ("名称", "件数", "占比"),
        tuple((one.label or "未填", one.cases, one.cases / total if total else None) for one in rows),
    )


def _heard(store: Store, title: str, rows: list[Heard]) -> FigureTable:
    parameters = register_of(store).parameters
    note = f"反映比较多：不少于{parameters.get('many_units', 0)}个县，或不少于{parameters.get('many_cities', 0)}个市（地）。"
    heads = ("名称", "县数", "市（地）数", "件数", "组数", "反映比较多")
    shown = tuple((r.label, r.units, r.cities, r.cases, r.teams, "是" if r.widely else "") for r in rows)
    return FigureTable(title, heads, shown, note)
