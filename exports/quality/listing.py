"""The findings as lines and as a CSV file."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from exports.csv_files import CsvTable
from exports.files import replace_file
from exports.quality.examining import Quality, counts
from exports.quality.findings import Finding, Severity
from surveys.frame import Unit, team_name
from surveys.text import show_text

HEADINGS = (
    "轻重",
    "检查",
    "检查代号",
    "单位代码",
    "市（地）",
    "县（市、区）",
    "调查组",
    "填报人",
    "题号",
    "题目",
    "位置",
    "答卷",
    "说明",
)


def lines(quality: Quality, units: dict[str, Unit]) -> Iterator[str]:
    """For a terminal: how many per check, then every finding.

    Args:
        quality: What was found.
        units: Code → unit of the frame.
    """
    total = "，".join(f"{severity.label}{quality.of_severity(severity)}" for severity in Severity)
    yield f"查了{quality.examined}份答卷，其中计入的{quality.counted}份；发现{len(quality.findings)}处：{total}。"
    for check, found in counts(quality):
        told = "，".join(f"{severity.label}{found[severity]}" for severity in Severity if found[severity])
        yield f"  {check.label}（{check.id}）：{told or '没有'}"
    for finding in quality.findings:
        unit = units.get(finding.unit)
        place = (
            unit.name if unit else finding.unit or ("" if finding.team is None else team_name(finding.team)) or "全部"
        )
        yield show_text(f"{finding.severity.label}　{place}　{finding.message}", line=True)


def write_findings(quality: Quality, units: dict[str, Unit], target: Path) -> Path:
    """Write a CSV with a line per finding. Raises ExportError."""
    labels = {check.id: check.label for check, _ in counts(quality)}

    def write(path: Path) -> None:
        with CsvTable(path, HEADINGS) as table:
            for found in quality.findings:
                table.add(_row(found, labels[found.check], units.get(found.unit), quality))

    replace_file(target, write)
    return target


def _row(found: Finding, label: str, unit: Unit | None, quality: Quality) -> list[object]:
    item = quality.form.by_name.get(found.question)
    return [
        found.severity.label, label, found.check, found.unit, unit.city if unit else "", unit.county if unit else "",
        None if found.team is None else team_name(found.team), found.who, item.number if item else None,
        found.question, found.cell, found.interview, found.message,
    ]  # fmt: skip
