"""封面: whose workbook this is, how far they are, the check code, how to hand it over."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from openpyxl.styles import Font

from exports.manifest import Manifest
from exports.sights import naive
from exports.styles import (
    CENTERED,
    CODE,
    FONT,
    HEAD,
    INTEGER,
    LABEL,
    NOTE_LINE,
    SECTION,
    SUBTITLE,
    TEXT,
    TITLE,
    Look,
    Pen,
    lines_of,
    print_setup,
    set_widths,
)  # fmt: skip
from surveys.frame import Unit
from surveys.store import InterviewRow

_NOBODY: list[InterviewRow | None] = [None]
_STAGES = {"complete": "完成", "draft": "草稿", "void": "作废"}
_STEPS = (
    "1. 用U盘、微信或内网邮件把本文件原样交给汇总单位，不要改名后缀，不要压缩加密。",
    "2. 打电话核对上面的校验码：两边念出来一致，就是完整送到。",
    "3. 可以用 WPS 或 Excel 打开查看、筛选、打印、另存；答案以程序里的为准，要改答案请在程序里改后重新导出。",
    "4. 内容没有变化时，重新导出得到的是同一个文件；重复送交不会重复计数。",
)


@dataclass(frozen=True)
class Numbers:
    """How far a team is; units are counted once, whatever the number of their interviews."""

    assigned: int
    complete: int
    draft: int
    elsewhere: int
    """Interviews of units that are not assigned to this team."""
    void: int

    @property
    def not_started(self) -> int:
        """Assigned units without any interview that counts."""
        return self.assigned - self.complete - self.draft


def count(units: Sequence[Unit], rows: Sequence[InterviewRow]) -> Numbers:
    """Count the assigned units by their best interview."""
    codes = {unit.code for unit in units}
    complete = {row.unit for row in rows if row.stage == "complete"} & codes
    draft = ({row.unit for row in rows if row.stage == "draft"} & codes) - complete
    elsewhere = sum(row.unit not in codes and row.stage != "void" for row in rows)
    return Numbers(len(codes), len(complete), len(draft), elsewhere, sum(row.stage == "void" for row in rows))


class Cover:
    """The first sheet; made first and written last, when the check code is known."""

    def __init__(self, book: Any, title: str) -> None:
        self._sheet = book.create_sheet("封面")
        set_widths(self._sheet, [18, 14, 14, 16, 12, 14])
        self._sheet.sheet_view.showGridLines = False
        print_setup(self._sheet, title=title, landscape=False)
        self._title = title

    def write(
        self,
        manifest: Manifest,
        members: Sequence[str],
        round_: str,
        units: Sequence[Unit],
        rows: Sequence[InterviewRow],
    ) -> None:
        """Write everything.

        Args:
            manifest: Of the parcel in this workbook.
            members: Everyone who entered something.
            round_: 轮次.
            units: Those assigned to the team.
            rows: All interviews in the workbook.
        """
        pen, numbers = Pen(self._sheet), count(units, rows)
        pen.row([self._title], TITLE, height=36)
        pen.row([f"{manifest.team_name} 交接工作簿"], SUBTITLE, height=24)
        pen.row([])
        self._line(pen, "校验码", manifest.check_code, CODE, height=28)
        self._line(pen, "轮次", round_)
        self._line(pen, "组别", manifest.team_name)
        self._line(pen, "成员", "、".join(members))
        self._line(pen, "电脑", manifest.device_name or manifest.device)
        self._line(pen, "最后填答时间", naive(manifest.made).strftime("%Y年%m月%d日 %H:%M（北京时间）"))
        self._line(pen, "问卷版本", f"{manifest.survey} {manifest.version}（{manifest.digest[:8]}）")
        self._line(pen, "程序版本", manifest.app)
        pen.row([])
        pen.row(["分配单位", "完成", "草稿", "未开始"], HEAD, height=22)
        pen.row([numbers.assigned, numbers.complete, numbers.draft, numbers.not_started], _COUNT, height=26)
        if numbers.elsewhere:
            pen.row([f"另有不属于本组的单位的答卷 {numbers.elsewhere} 份。"], NOTE_LINE)
        if numbers.void:
            pen.row([f"另有作废答卷 {numbers.void} 份，只保留记录，不列入各表。"], NOTE_LINE)
        pen.row([])
        pen.row(["怎样送交", *[""] * 5], SECTION, height=20)
        self._sheet.merged_cells.add(f"A{pen.rows}:F{pen.rows}")
        for step in _STEPS:
            self._wide(pen, step)
        pen.row([])
        self._write_units(pen, units, rows)

    def _line(self, pen: Pen, label: str, value: str, look: Look = TEXT, height: float = 20) -> None:
        height = max(height, lines_of(value, 66) * 15 + 4)
        pen.row([pen.cell(label, LABEL), *(pen.cell(text, look) for text in (value, "", "", "", ""))], height=height)
        self._sheet.merged_cells.add(f"B{pen.rows}:F{pen.rows}")

    def _wide(self, pen: Pen, text: str) -> None:
        pen.row([pen.cell(part, _STEP) for part in (text, "", "", "", "", "")], height=lines_of(text, 82) * 15 + 5)
        self._sheet.merged_cells.add(f"A{pen.rows}:F{pen.rows}")

    def _write_units(self, pen: Pen, units: Sequence[Unit], rows: Sequence[InterviewRow]) -> None:
        """Every unit with its state, the unassigned ones that have an interview last."""
        pen.row(["县（市、区）", "市（地）", "代码", "状态", "已答", "应答"], HEAD, height=22)
        of_unit: dict[str, list[InterviewRow | None]] = {}
        for row in rows:
            of_unit.setdefault(row.unit, []).append(row)
        known = {unit.code for unit in units}
        strangers = [Unit(code, "", code, "") for code in sorted(of_unit.keys() - known)]
        for unit in (*units, *strangers):
            for found in of_unit.get(unit.code, _NOBODY):
                state = _STAGES.get(found.stage, found.stage) if found else "未开始"
                texts = [
                    pen.cell(unit.county),
                    pen.cell(unit.city),
                    pen.cell(unit.code, CENTERED),
                    pen.cell(state, CENTERED),
                ]
                pen.row(
                    [
                        *texts,
                        pen.cell(found.done if found else None, INTEGER),
                        pen.cell(found.total if found else None, INTEGER),
                    ]
                )


_COUNT = Look(Font(name=FONT, size=14, bold=True), horizontal="center", number_format="#,##0")
_STEP = Look(horizontal="left", wrap=True, framed=False)
