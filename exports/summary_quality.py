"""质量检查: what the checks over all interviews found, per check, per team, and line by line."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from typing import Any

from exports.canvas import LINE
from exports.coverage import Coverage
from exports.figures import share
from exports.list_sheets import RATE, ListSheet
from exports.quality import Finding, Quality, Severity, Work, counts
from exports.styles import CENTERED, ONE_DECIMAL
from surveys.frame import team_name

_LISTED = 1_000
"""Findings that are listed one by one; `zoufang quality --csv` writes all."""


def write_checks(sheet: Any, quality: Quality, coverage: Coverage, back: str) -> None:
    """The checks with what they found, the teams, then every finding that somebody has to look at."""
    total = "，".join(f"{severity.label}{quality.of_severity(severity)}处" for severity in Severity)
    note = f"查了{quality.examined}份答卷，其中计入统计的{quality.counted}份：{total}。发现的是要核实的地方，不是结论。"
    listed = ListSheet(sheet, "质量检查", [19.0, 10.0, 10.0, 10.0, 14.0, 16.0, 82.0], back, note)
    listed.band("各项检查")
    listed.heads(("检查", *(severity.label for severity in Severity), "查什么"))
    for check, found in counts(quality):
        numbers = [found[severity] or None for severity in Severity]
        listed.row((check.label, *numbers, check.rule))
    _write_work(listed, "各调查组", quality.teams)
    _write_work(listed, "各录入人", quality.members)
    _write_findings(listed, quality, coverage)


def _write_work(listed: ListSheet, title: str, work: Sequence[Work]) -> None:
    listed.band(title)
    listed.heads(("调查组", "答卷", "完成", "不掌握率", "未答上来的占比", "时长中位数（分钟）", "录入人；发现的处数"))
    for one in work:
        minutes = one.median_minutes
        found = "，".join(
            f"{severity.label}{one.findings[severity]}" for severity in Severity if one.findings[severity]
        )
        listed.row((
            team_name(one.team), one.interviews, one.complete, (share(one.unknown, one.asked), RATE),
            (share(one.blank, one.asked), RATE), (minutes, ONE_DECIMAL), "；".join(filter(None, (one.who, found))),
        ))  # fmt: skip
    if not work:
        listed.none()


def _write_findings(listed: ListSheet, quality: Quality, coverage: Coverage) -> None:
    names = {unit.code: (unit.city, unit.county) for unit in coverage.whole.units}
    labels = {check.id: check.label for check, _ in counts(quality)}
    urgent = [found for found in quality.findings if found.severity is not Severity.INFO]
    listed.band(f"须处理和要核实的：{len(urgent)}处" + (f"（列前{_LISTED}处）" if len(urgent) > _LISTED else ""))
    if not urgent:
        return listed.none()
    listed.heads(("检查", "轻重", "调查组", "题号", "市（地）", "县（市、区）", "发现"))
    for found in urgent[:_LISTED]:
        listed.row(_line(found, quality, labels[found.check], *names.get(found.unit, ("", ""))))
    rest = Counter(labels[found.check] for found in quality.findings if found.severity is Severity.INFO)
    if rest:
        told = "，".join(f"{label}{count}处" for label, count in rest.items())
        listed.canvas.advance(LINE / 2)
        listed.row((f"{Severity.INFO.label}的不逐处列出", told))


def _line(found: Finding, quality: Quality, label: str, city: str, county: str) -> tuple[object, ...]:
    item = quality.form.by_name.get(found.question)
    number = f"第{item.number}题" if item and item.number else ""
    team = "" if found.team is None else team_name(found.team)
    centred = ((text, CENTERED) for text in (found.severity.label, team, number, city, county))
    return (label, *centred, found.message)
