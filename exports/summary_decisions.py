"""冲突与更正: what waits for a decision, what was decided by whom, and what became of hand edits."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from exports.corrections import State
from exports.decisions import Decisions, Settled
from exports.list_sheets import ListSheet, Shown
from exports.styles import CENTERED, TIME
from exports.times import naive
from surveys.frame import team_name

_HEADS = ("市（地）", "县（市、区）", "题目", "说法", "由谁", "时间", "原因")


def write_decisions(sheet: Any, decisions: Decisions, back: str) -> None:
    """Lists that are empty say so: nothing to decide is news, too."""
    note = "裁定前的各种说法、改动前的答案都留在数据里；待裁定的不计入统计。保密题目的答案不列。"
    listed = ListSheet(sheet, "冲突与更正", [13.0, 15.0, 40.0, 50.0, 14.0, 16.0, 26.0], back, note)
    _write(listed, f"待裁定的冲突：{len(decisions.open)}处", decisions.open)
    _write(listed, f"已裁定：{len(decisions.decided)}处", decisions.decided)
    _write(listed, f"定稿后退回修改的答卷：{len(decisions.reopened)}次", decisions.reopened)
    listed.band(f"工作簿里的手工改动：{len(decisions.edits)}处")
    if not decisions.edits:
        return listed.none()
    listed.heads(("结果", "单位", "题目", "改动", "由谁", "时间", "原因"))
    for offer in decisions.edits:
        made = offer.correction
        change = f"{offer.workbook} {made.sheet}!{made.cell}：{offer.old or '（空）'} → {offer.new or '（空）'}"
        who = [(made.who, CENTERED), _time(made.at), made.reason] if made.state is not State.OPEN else ["", "", ""]
        listed.row(((made.state.label, CENTERED), offer.unit, offer.place, change, *who))


def _write(listed: ListSheet, title: str, lines: Sequence[Settled]) -> None:
    listed.band(title)
    if not lines:
        return listed.none()
    listed.heads(_HEADS)
    for line in lines:
        who = f"{team_name(line.team)} {line.who}".strip() if line.at else ""
        listed.row((
            (line.unit.city, CENTERED), line.unit.county, line.place, line.said, (who, CENTERED), _time(line.at),
            line.why,
        ))  # fmt: skip


def _time(at: str) -> Shown:
    return (naive(at), TIME) if at else ("", CENTERED)
