"""The provincial summary: one workbook of plain values that the leadership reads, mostly printed."""

from __future__ import annotations

import datetime as dt
import re
import sqlite3
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

from openpyxl import Workbook
from openpyxl.styles import Font

from exports.case_words import ISSUE, MEASURE, PRACTICE, TOPIC, CaseReader
from exports.codebook import write_codebook
from exports.collecting import few_collections
from exports.coverage import survey_coverage
from exports.decisions import decisions
from exports.files import ExportError, replace_file, shown_name
from exports.indicators import tabulate_indicators
from exports.issue_figures import issue_tables
from exports.limits import Limits
from exports.mirror import engine
from exports.problems import Profile, profile
from exports.quality import Quality, Severity, examine
from exports.rates import Ratio
from exports.said import said
from exports.selection import Selection
from exports.sights import cells_with_status
from exports.styles import save_steadily
from exports.summary_codes import CodedAnswers
from exports.summary_coverage import write_coverage
from exports.summary_decisions import write_decisions
from exports.summary_front import Headlines, heading_of, write_contents, write_cover, write_rules
from exports.summary_indicators import write_by_unit, write_indicators
from exports.summary_issues import write_issue_figures
from exports.summary_problems import write_profile, write_widely
from exports.summary_quality import write_checks
from exports.summary_ranking import write_ranking
from exports.summary_register import write_issues, write_practices
from exports.summary_tables import Placed, write_section
from exports.summary_texts import read_texts, write_texts
from exports.tabulation import tabulate
from exports.times import moment
from exports.weights import read_weights
from surveys.definition import Section
from surveys.form import Form
from surveys.register.figures import most_heard
from surveys.register.keeping import register_of

if TYPE_CHECKING:
    from surveys.store import Store

COVER, CONTENTS, COVERAGE, INDICATORS, BY_UNIT, RANKING = "封面", "目录", "覆盖", "指标", "分县指标", "指标排位"
PROFILE, WIDELY, ISSUES, FIGURES, PRACTICES = "问题画像", "反映比较多的问题", "问题清单", "问题统计", "经验清单"
TEXTS, CHECKS, DECISIONS, RULES, CODES, CODEBOOK = (
    "其他（请注明）", "质量检查", "冲突与更正", "统计办法", "编码", "题目",
)  # fmt: skip
_OURS = (
    COVER, CONTENTS, COVERAGE, INDICATORS, BY_UNIT, RANKING, PROFILE, WIDELY, ISSUES, FIGURES, PRACTICES, TEXTS, CHECKS,
    DECISIONS, RULES, CODES, CODEBOOK,
)  # fmt: skip

_FORBIDDEN = re.compile(r"[\[\]:*?/\\\x00-\x1f]")
_SHEET_NAME = 31
"""Longest name of a sheet."""
_BEGINNING = "1980-01-01T00:00:00+00:00"


def write_summary(
    store: Store,
    target: Path,
    *,
    drafts: bool = False,
    survey_id: str = "",
    round_: str = "",
    weights: Path | None = None,
) -> Path:
    """Write the summary of one round of a survey; the same content gives the same bytes.

    Args:
        store: The office's store.
        target: The workbook to write.
        drafts: Count units that only have a draft, too (every draft, where a unit has many records).
        survey_id: An installed survey; "" is the main one.
        round_: One that has interviews; "" is the current one.
        weights: A file with a weight per unit (`weights.read_weights`): figures stand there with and without them.

    Raises:
        ExportError: there is no such questionnaire or round, the weights are not right, or the file could not be
            written; an older one is untouched.
    """
    form, selection = form_and_selection(store, survey_id, round_, drafts, weights)
    with few_collections():
        summary = _Summary(store, form, selection, shown_name(weights) if weights else "")
        made = moment(summary.last_event or _BEGINNING)
        replace_file(target, lambda path: save_steadily(summary.write(), path, made, f"{summary.title} 汇总"))
    return target


def form_and_selection(
    store: Store, survey_id: str, round_: str, drafts: bool, weights: Path | None = None
) -> tuple[Form, Selection]:
    """The form of a survey's round, and what is counted in it; of an earlier round the last form it was filled in with.

    Raises:
        ExportError: there is no such questionnaire or round, or the weights are not right.
    """
    if not (digest := store.survey_digest(survey_id)):
        what = f"问卷“{survey_id}”" if survey_id else "问卷"
        raise ExportError(f"这里还没有{what}，汇总不了，请先打开一次程序或合并一份工作簿。")
    form = store.form(digest)
    selection = Selection.of(form, drafts=drafts)
    if weights:
        selection = replace(selection, weights=read_weights(weights, store.units()))
    if round_ in ("", selection.round):
        return form, selection
    used = dict(
        store.conn.execute(
            """SELECT i.round, s.digest FROM interviews AS i JOIN surveys AS s ON s.digest = i.survey
               WHERE s.id = ? ORDER BY s.rowid""",
            (selection.survey,),
        ).fetchall()
    )
    if round_ not in used:
        known = "、".join(sorted({*filter(None, used), *filter(None, [selection.round])})) or "没有分轮次"
        raise ExportError(f"没有轮次“{round_}”的答卷，现有的轮次：{known}。")
    return store.form(used[round_]), replace(selection, round=round_)


@dataclass(frozen=True)
class _Sheet:
    """One sheet and what the table of contents says of it; "" for one that it does not list."""

    name: str
    about: str
    write: Callable[[Any], None]


class _Summary:
    """Everything that is counted, and the sheets made of it; `weights` is the name of their file, "" without."""

    def __init__(self, store: Store, form: Form, selection: Selection, weights: str) -> None:
        connection = store.conn
        self._store, self._form, self._selection, self._weights = store, form, selection, weights
        self.title = form.survey.title
        self.last_event = last_event(connection, selection)
        self._coverage = survey_coverage(connection, selection)
        with engine(connection, form) as queries:
            self._tabulation = tabulate(queries, form, selection)
        self._indicators = tabulate_indicators(connection, form, selection)
        self._limits = Limits(form)
        reader = CaseReader(store)
        self._cases = {name: reader.listed(name, round_=selection.round) for name in (ISSUE, TOPIC, MEASURE, PRACTICE)}
        self._texts = list(read_texts(connection, form, selection))
        self._quality = self._examined()

    def _examined(self) -> Quality | None:
        """The quality of the current round; checks know no other."""
        if self._selection.round != Selection.of(self._form).round:
            return None
        now = self.last_event or _BEGINNING  # so that the same content gives the same bytes
        return examine(self._store, self._selection.survey, drafts=self._selection.drafts, now=now)

    def write(self) -> Workbook:
        """Make the workbook."""
        book = Workbook()
        # Column widths count digits of this font. Arial or its twin of the same widths is everywhere, Calibri is not.
        book._named_styles["Normal"].font = Font(name="Arial", size=10)
        book.remove(book.active)
        codes = CodedAnswers(
            book.create_sheet(CODES), self._form, cells_with_status(self._store, self._selection.survey), self.title
        )
        doubted = 0
        profiled = []
        for one in said(self._store, self._selection):
            codes.add(one.sight)
            doubted += sum(note.doubted for note in one.notes)
            profiled.append(replace(one, sight=replace(one.sight, events=[], answers={})))
        codes.close()
        found = profile(profiled, register_of(self._store)) if makes_flags(self._form) else None

        asked = [section for section in self._form.sections() if any(_asked(self._form, section))]
        names = dict(zip((section.name for section in asked), sheet_names([s.label for s in asked]), strict=True))
        places: dict[str, Placed] = {}
        for section in asked:
            sheet = book.create_sheet(names[section.name])
            places |= write_section(sheet, section, self._tabulation, self._limits, CONTENTS)
        others = list(self._others(found))
        for other in others:
            other.write(book.create_sheet(other.name))
        write_codebook(book, self._form)

        cover, contents = book.create_sheet(COVER), book.create_sheet(CONTENTS)
        drafts = self._selection.drafts
        demo = self._store.setting("demo") == "1"
        heading = heading_of(
            self._form, self._selection.round, self.last_event, demo=demo, drafts=drafts, weights=self._weights
        )
        write_cover(cover, heading, self._coverage, self._headlines(found, doubted), CONTENTS)
        listed = [(other.name, other.about) for other in others]
        listed += [(CODES, "每份答卷一行的编码，不含保密题目"), (CODEBOOK, "每题的编码、选项、跳答条件和检查")]
        sections = [(section, names[section.name]) for section in asked]
        write_contents(contents, listed, sections, self._tabulation, places)
        order = (COVER, CONTENTS, COVERAGE, *names.values(), *(name for name, _ in listed if name != COVERAGE))
        book._sheets = [book[name] for name in order]
        book.active = 0
        return book

    def _others(self, found: Profile | None) -> list[_Sheet]:
        """The sheets that are no dimension, in the order of reading; none that would be empty."""
        many, coverage, limits = self._coverage.many, self._coverage, self._limits
        cities = [line.label for line in coverage.cities]
        progress = "各单位的记录数" if many else "应调查单位的进度"
        about = f"{progress}：各市（地）、各调查组，{'有记录的单位' if many else '缺报单位名单'}"
        sheets = [_Sheet(COVERAGE, about, partial(write_coverage, coverage=coverage, back=CONTENTS))]
        if indicators := self._indicators:
            sheets += [
                _Sheet(INDICATORS, "综合指标：全省和各市（地）", lambda sheet: write_indicators(
                    sheet, indicators, self._tabulation, limits, CONTENTS)),
                _Sheet(BY_UNIT, "综合指标：每个县（市、区），达到问题界限的标出", lambda sheet: write_by_unit(
                    sheet, indicators, coverage, limits, CONTENTS)),
                _Sheet(RANKING, "综合指标：每项最大和最小的单位", lambda sheet: write_ranking(
                    sheet, indicators, coverage, limits, CONTENTS)),
            ]  # fmt: skip
        cases = self._cases
        if found is not None:
            heard = most_heard(self._store, "category", 20) if cases[ISSUE] else []
            sheets += [
                _Sheet(PROFILE, "问题线索：各类别、程度、市（地）", lambda sheet: write_profile(
                    sheet, found, cities, CONTENTS)),
                _Sheet(WIDELY, "反映比较多的问题：涉及的单位", lambda sheet: write_widely(
                    sheet, found, heard, cities, CONTENTS)),
            ]  # fmt: skip
        if any(cases[name] for name in (ISSUE, TOPIC, MEASURE)):
            sheets.append(_Sheet(ISSUES, "登记的问题、合并清单项、措施", lambda sheet: write_issues(
                sheet, cases[ISSUE], cases[TOPIC], cases[MEASURE], CONTENTS)))  # fmt: skip
        if cases[ISSUE]:
            tables = issue_tables(self._store, self._as_of())
            sheets.append(_Sheet(FIGURES, "登记的问题：件数、办结率、满意率、反映比较多的", lambda sheet: write_issue_figures(
                sheet, tables, CONTENTS)))  # fmt: skip
        if cases[PRACTICE]:
            sheets.append(_Sheet(PRACTICES, "可供别处借鉴的做法", lambda sheet: write_practices(
                sheet, cases[PRACTICE], CONTENTS)))  # fmt: skip
        if self._texts:
            sheets.append(_Sheet(TEXTS, "选了“其他”时注明的文字，文字题的答案", lambda sheet: write_texts(
                sheet, self._texts, CONTENTS)))  # fmt: skip
        if (quality := self._quality) is not None:
            sheets.append(_Sheet(CHECKS, "要核实的地方，各组各人的情况", lambda sheet: write_checks(
                sheet, quality, coverage, CONTENTS)))  # fmt: skip
        settled = decisions(self._store, self._selection)
        sheets.append(_Sheet(DECISIONS, "待裁定的、裁定过的答案，退回修改，手工改动", lambda sheet: write_decisions(
            sheet, settled, CONTENTS)))  # fmt: skip
        rules = f"统计办法，{'' if many else '重复的单位，'}待裁定的答案"
        sheets.append(_Sheet(RULES, rules, lambda sheet: write_rules(
            sheet, coverage, self._selection.drafts, self._weights, CONTENTS)))  # fmt: skip
        return sheets

    def _as_of(self) -> dt.date:
        """The day of the last entry, in the survey or in the register: the same content gives the same bytes."""
        changed = [case.row.updated_at for case in self._cases[ISSUE]]
        return moment(max([self.last_event, *changed])).date()

    def _headlines(self, found: Profile | None, doubted: int) -> Headlines:
        rates = [one for one in self._indicators if isinstance(one.rule, Ratio)]
        flags = None if found is None else sum(len(flag.units) for one in found.categories for flag in one.flags)
        red = 0 if found is None else sum(flag.red for one in found.categories for flag in one.flags)
        urgent = (Severity.ERROR, Severity.WARNING)
        return Headlines(
            [(indicator, self._limits.of(indicator.item)) for indicator in rates],
            flags, red, [] if found is None else [(one.label, len(one.units)) for one in found.widely], doubted,
            len(self._cases[ISSUE]),
            None if self._quality is None else sum(self._quality.of_severity(one) for one in urgent),
        )  # fmt: skip


def last_event(connection: sqlite3.Connection, selection: Selection) -> str:
    """When somebody last entered something for a round of a survey; "" if nobody did."""
    row = connection.execute(
        """SELECT COALESCE(MAX(e.at), '') FROM events AS e JOIN interviews AS i ON i.id = e.interview
           JOIN surveys AS s ON s.digest = i.survey WHERE s.id = ? AND i.round = ?""",
        (selection.survey, selection.round),
    ).fetchone()
    return str(row[0])


def makes_flags(form: Form) -> bool:
    """Whether the form makes candidate problems at all."""
    return any(rule.kind == "flag" for item in form.items for rule in item.rules)


def _asked(form: Form, section: Section) -> list[bool]:
    return [item.asked for item in form.items_of(section.name)]


def sheet_names(labels: Sequence[str], ours: Sequence[str] = _OURS) -> list[str]:
    """A valid sheet name for each label, different from each other and from our own sheets."""
    taken = {*ours}
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
