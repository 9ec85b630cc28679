"""封面: whose workbook this is, how far they are, the check code, how to hand it over."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from openpyxl.styles import Font

from exports.manifest import Manifest
from exports.signing import fingerprint, spaced
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
from exports.terms import is_many
from exports.times import in_words
from surveys.attachments import FOLDER
from surveys.definition import Survey
from surveys.frame import Unit
from surveys.standing import Stage
from surveys.store import InterviewRow

_NOBODY: list[InterviewRow | None] = [None]
_STEPS = (
    "1. 用U盘、微信或内网邮件把本文件原样交给汇总单位，不要改名后缀，不要压缩加密。",
    "2. 打电话核对上面的校验码：两边念出来一致，就是完整送到；第一次送交还要核对电脑指纹。",
    "3. 可以用 WPS 或 Excel 打开查看、筛选、打印、另存；答案以程序里的为准，要改答案请在程序里改后重新导出。",
    "4. 内容没有变化时，重新导出得到的是同一个文件；重复送交不会重复计数。",
)


@dataclass(frozen=True)
class Numbers:
    """How far a team is."""

    assigned: int
    complete: int
    """Assigned units with a complete interview; of a survey with many interviews per unit its complete records."""
    draft: int
    """Assigned units with nothing better than a draft; of a survey with many per unit the drafts."""
    reached: int
    """Assigned units with any interview that is not void."""
    elsewhere: int
    """Interviews of units that are not assigned to this team."""
    void: int

    @property
    def not_started(self) -> int:
        """Assigned units without any interview that counts."""
        return self.assigned - self.reached


def count(units: Sequence[Unit], rows: Sequence[InterviewRow], many: bool) -> Numbers:
    """Count the assigned units by their best interview, or all their records where there may be many."""
    codes = {unit.code for unit in units}
    standing = [row for row in rows if row.stage != Stage.VOID]
    complete = [row.unit for row in standing if row.unit in codes and row.stage == Stage.COMPLETE]
    draft = [row.unit for row in standing if row.unit in codes and row.stage == Stage.DRAFT]
    numbers = (len(complete), len(draft)) if many else (len({*complete}), len({*draft} - {*complete}))
    elsewhere = len(standing) - len(complete) - len(draft)
    return Numbers(len(codes), *numbers, len({*complete, *draft}), elsewhere, len(rows) - len(standing))


def of_round(rows: Sequence[InterviewRow], round_name: str) -> list[InterviewRow]:
    """The interviews of one round; those of others do not say how far this one is."""
    return [row for row in rows if row.round == round_name]


class Cover:
    """The first sheet; made first and written last, when the check code is known."""

    def __init__(self, book: Any, survey: Survey) -> None:
        self._sheet = book.create_sheet("封面")
        set_widths(self._sheet, [18, 14, 14, 16, 12, 14])
        self._sheet.sheet_view.showGridLines = False
        print_setup(self._sheet, title=survey.title, landscape=False)
        self._survey, self._many = survey, is_many(survey)

    def write(
        self,
        manifest: Manifest,
        members: Sequence[str],
        units: Sequence[Unit],
        rows: Sequence[InterviewRow],
        attachments: int,
    ) -> None:
        """Write everything.

        Args:
            manifest: Of the parcel in this workbook.
            members: Everyone who entered something.
            units: Those assigned to the team.
            rows: All interviews in the workbook.
            attachments: How many files the answers name.
        """
        earlier = len(rows)
        rows = of_round(rows, self._survey.round)
        earlier -= len(rows)
        pen, numbers = Pen(self._sheet), count(units, rows, self._many)
        pen.row([self._survey.title], TITLE, height=36)
        pen.row([f"{manifest.team_name} 交接工作簿"], SUBTITLE, height=24)
        pen.row([])
        self._line(pen, "校验码", manifest.check_code, CODE, height=28)
        self._line(pen, "轮次", self._survey.round)
        self._line(pen, "组别", manifest.team_name)
        self._line(pen, "成员", "、".join(members))
        self._line(pen, "电脑", manifest.device_name or manifest.device)
        self._line(pen, "电脑指纹", f"{spaced(fingerprint(manifest.key))}（省总办公室据此认可这台电脑）")
        self._line(pen, "最后填答时间", in_words(manifest.made))
        self._line(pen, "问卷版本", f"{manifest.survey} {manifest.version}（{manifest.digest[:8]}）")
        self._line(pen, "程序版本", manifest.app)
        pen.row([])
        if self._many:
            pen.row(["分配单位", "有记录的单位", "完成的记录", "草稿"], HEAD, height=22)
            pen.row([numbers.assigned, numbers.reached, numbers.complete, numbers.draft], _COUNT, height=26)
        else:
            pen.row(["分配单位", "完成", "草稿", "未开始"], HEAD, height=22)
            pen.row([numbers.assigned, numbers.complete, numbers.draft, numbers.not_started], _COUNT, height=26)
        sheets = "记录" if self._many else "答卷"
        if numbers.elsewhere:
            pen.row([f"另有不属于本组的单位的{sheets} {numbers.elsewhere} 份。"], NOTE_LINE)
        if numbers.void:
            pen.row([f"另有作废{sheets} {numbers.void} 份，只留底，不列入各表。"], NOTE_LINE)
        if earlier:
            pen.row([f"另有其他轮次的{sheets} {earlier} 份，在各表里，轮次不同。"], NOTE_LINE)
        if manifest.cases:
            pen.row(
                [
                    f"另有登记的问题、经验等 {len(manifest.cases)} 件，见“问题清单”等表；提出人的姓名、电话不列，只在数据页里。"
                ],
                NOTE_LINE,
            )
        if attachments:
            told = (
                f"答案里登记了附件 {attachments} 个，文件不在本工作簿内，请把数据文件夹里的 {FOLDER} 文件夹一并送交。"
            )
            pen.row([told], NOTE_LINE)
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
        """Every unit with its state or its number of records, the unassigned ones that have any last."""
        figures = ["记录", "完成", "草稿"] if self._many else ["状态", "已答", "应答"]
        pen.row(["县（市、区）", "市（地）", "代码", *figures], HEAD, height=22)
        of_unit: dict[str, list[InterviewRow]] = {}
        for row in rows:
            of_unit.setdefault(row.unit, []).append(row)
        known = {unit.code for unit in units}
        strangers = [Unit(code, "", code, "") for code in sorted(of_unit.keys() - known)]
        for unit in (*units, *strangers):
            mine = of_unit.get(unit.code, [])
            for shown in [_records(mine)] if self._many else [*map(_state, mine or _NOBODY)]:
                name = [pen.cell(unit.county), pen.cell(unit.city), pen.cell(unit.code, CENTERED)]
                pen.row([*name, *(pen.cell(value, CENTERED if isinstance(value, str) else INTEGER) for value in shown)])


def _state(row: InterviewRow | None) -> tuple[str | int | None, ...]:
    return (Stage(row.stage).label, row.done, row.total) if row else ("未开始", None, None)


def _records(rows: Sequence[InterviewRow]) -> tuple[int | None, ...]:
    counts = [sum(row.stage == stage for row in rows) for stage in (Stage.COMPLETE, Stage.DRAFT)]
    return (sum(counts), *(number or None for number in counts))


_COUNT = Look(Font(name=FONT, size=14, bold=True), horizontal="center", number_format="#,##0")
_STEP = Look(horizontal="left", wrap=True, framed=False)
