"""The provincial summary: one workbook of plain values that the leadership reads, mostly printed."""

from __future__ import annotations

import re
import sqlite3
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from openpyxl import Workbook
from openpyxl.styles import Font

from exports.codebook import write_codebook
from exports.coverage import survey_coverage
from exports.files import ExportError, replace_file
from exports.indicators import tabulate_indicators
from exports.selection import Selection
from exports.styles import save_steadily
from exports.summary_coverage import write_coverage
from exports.summary_front import heading_of, write_contents, write_cover, write_quality
from exports.summary_indicators import write_by_unit, write_indicators
from exports.summary_tables import Placed, write_section
from exports.tabulation import tabulate
from exports.times import moment
from surveys.definition import Section
from surveys.form import Form

if TYPE_CHECKING:
    from surveys.store import Store

COVER, CONTENTS, COVERAGE, INDICATORS, BY_UNIT, QUALITY, CODEBOOK = (
    "封面", "目录", "覆盖", "指标", "分县指标", "质量", "题目",
)  # fmt: skip

_FORBIDDEN = re.compile(r"[\[\]:*?/\\\x00-\x1f]")
_SHEET_NAME = 31
"""Longest name of a sheet."""


def write_summary(store: Store, target: Path, *, drafts: bool = False, survey_id: str = "") -> Path:
    """Write the summary of a survey's current round; the same content gives the same bytes.

    Args:
        store: The office's store.
        target: The workbook to write.
        drafts: Count units that only have a draft, too (every draft, where a unit has many records).
        survey_id: An installed survey; "" is the main one.

    Raises:
        ExportError: there is no such questionnaire, or the file could not be written; an older one is untouched.
    """
    if not (digest := store.survey_digest(survey_id)):
        what = f"问卷“{survey_id}”" if survey_id else "问卷"
        raise ExportError(f"这里还没有{what}，汇总不了，请先打开一次程序或合并一份工作簿。")
    connection, form = store.db.conn, store.form(digest)
    selection = Selection.of(form, drafts=drafts)
    coverage = survey_coverage(connection, selection)
    tabulation = tabulate(connection, form, selection)
    indicators = tabulate_indicators(connection, form, selection)
    last_event = _last_event(connection, form.survey.id)
    heading = heading_of(form, last_event, demo=store.setting("demo") == "1", drafts=drafts)

    book = Workbook()
    # Column widths count digits of this font. Arial or its twin of the same widths is everywhere, Calibri is not.
    book._named_styles["Normal"].font = Font(name="Arial", size=10)
    book.remove(book.active)
    asked = [section for section in form.sections() if any(_asked(form, section))]
    names = dict(zip((section.name for section in asked), sheet_names([s.label for s in asked]), strict=True))
    sheets: dict[str, Any] = {
        name: book.create_sheet(name)
        for name in (
            COVER,
            CONTENTS,
            COVERAGE,
            *names.values(),
            *([INDICATORS, BY_UNIT] if indicators else []),
            QUALITY,
        )
    }
    places: dict[str, Placed] = {}
    for section in asked:
        places |= write_section(sheets[names[section.name]], section, tabulation, CONTENTS)
    progress = "各单位的记录数" if coverage.many else "应调查单位的进度"
    names_listed = "有记录的单位" if coverage.many else "缺报单位名单"
    others = [(COVERAGE, f"{progress}：各市（地）、各调查组，{names_listed}")]
    if indicators:
        write_indicators(sheets[INDICATORS], indicators, tabulation, CONTENTS)
        write_by_unit(sheets[BY_UNIT], indicators, coverage, CONTENTS)
        others += [(INDICATORS, "综合指标：全省和各市（地）"), (BY_UNIT, "综合指标：每个县（市、区）")]
    others += [
        (QUALITY, f"统计办法，{'' if coverage.many else '重复的单位，'}待裁定的答案"),
        (CODEBOOK, "每题的编码、选项、跳答条件和检查"),
    ]
    write_codebook(book, form)
    write_coverage(sheets[COVERAGE], coverage, CONTENTS)
    write_quality(sheets[QUALITY], coverage, drafts, CONTENTS)
    write_cover(sheets[COVER], heading, coverage, CONTENTS)
    write_contents(sheets[CONTENTS], others, [(section, names[section.name]) for section in asked], tabulation, places)
    made = moment(heading.last_event)
    replace_file(target, lambda path: save_steadily(book, path, made, f"{heading.title} 汇总"))
    return target


def _last_event(connection: sqlite3.Connection, survey_id: str) -> str:
    """When somebody last entered something for a survey; "" if nobody did."""
    row = connection.execute(
        """SELECT COALESCE(MAX(e.at), '') FROM events AS e JOIN interviews AS i ON i.id = e.interview
           JOIN surveys AS s ON s.digest = i.survey WHERE s.id = ?""",
        (survey_id,),
    ).fetchone()
    return str(row[0])


def _asked(form: Form, section: Section) -> list[bool]:
    return [item.asked for item in form.items_of(section.name)]


def sheet_names(labels: Sequence[str]) -> list[str]:
    """A valid sheet name for each label, different from each other and from our own sheets."""
    taken = {COVER, CONTENTS, COVERAGE, INDICATORS, BY_UNIT, QUALITY, CODEBOOK}
    names = []
    for label in labels:
        base = _FORBIDDEN.sub("", label).strip().strip("'")[: _SHEET_NAME - 6] or "部分"
        name, number = base, 1
        while name.casefold() in {other.casefold() for other in taken}:
            number += 1
            name = f"{base}（问卷{number if number > 2 else ''}）"
        taken.add(name)
        names.append(name)
    return names
