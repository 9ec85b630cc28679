"""一本账 as a workbook: a sheet per county on A4, upright, meant to be printed on two pages."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

from openpyxl import Workbook
from openpyxl.styles import Font
from openpyxl.utils import get_column_letter

from exports.canvas import LINE, Canvas, lettered
from exports.case_sheets import answer_words
from exports.county import County, Standing, answers_in_words, counties
from exports.files import ExportError, replace_file
from exports.shading import LEGEND, painted
from exports.styles import (
    CENTERED,
    HEAD,
    LABEL,
    NOTE_LINE,
    PERCENT,
    SECTION,
    TITLE,
    WRAPPED,
    Look,
    Pen,
    lines_of,
    print_setup,
    save_steadily,
    set_widths,
)  # fmt: skip
from exports.summary import form_and_selection, sheet_names
from exports.summary_indicators import scaled, style_of
from exports.times import in_words, moment
from surveys.form import Form
from surveys.frame import team_name
from surveys.standing import Stage
from surveys.store import Store

CONTENTS = "目录"
_PART = (21.0, 9.5, 9.5, 9.5, 8.0)
_WIDTHS = [*_PART, 1.5, *_PART]
_LAST = len(_WIDTHS)
_LINE = 11.6
_LEVELS = {"red": "红", "yellow": "黄"}


def _small(look: Look, size: float = 8, **changes: Any) -> Look:
    return replace(lettered(look, size=size), **changes)


_BAND, _HEAD, _NAME = _small(SECTION, 9), _small(HEAD), _small(LABEL, shrink=True, wrap=False)
_TEXT, _CENTRE, _NUMBER = (
    _small(WRAPPED, vertical="center"),
    _small(CENTERED, shrink=True),
    _small(PERCENT, shrink=True),
)
_FIGURES: dict[tuple[str, str], Look] = {}


def write_counties(
    store: Store, target: Path, codes: Sequence[str] = (), *, survey_id: str = "", round_: str = ""
) -> tuple[Path, int]:
    """Write the sheets of some counties; the same content gives the same bytes.

    Args:
        store: The office's store, or a team's.
        target: The workbook to write.
        codes: Units; () for every one that has an interview.
        survey_id: An installed survey; "" is the main one.
        round_: One that has interviews; "" is the current one.

    Returns:
        The file, and how many counties are in it.

    Raises:
        ExportError: there is nothing to write, or the file could not be written; an older one is untouched.
    """
    form, selection = form_and_selection(store, survey_id, round_, drafts=False)
    book = Workbook()
    book._named_styles["Normal"].font = Font(name="Arial", size=10)
    contents = book.active
    contents.title = CONTENTS
    written: list[tuple[str, County]] = []
    for county in counties(store, form, selection, codes):
        name = _sheet_name(county, [name for name, _ in written])
        _Page(book.create_sheet(name), county, form, selection.round).write()
        written.append((name, replace(county, standings=())))
    if not written:
        raise ExportError("这一轮还没有可以写成一本账的答卷；请先填写或并入。")
    if len(written) > 1:
        _write_contents(contents, form, written)
    else:
        book.remove(contents)
    made = moment(max(county.said.sight.row.updated_at for _, county in written))
    replace_file(target, lambda path: save_steadily(book, path, made, f"{form.survey.title} 一本账"))
    return target, len(written)


def _sheet_name(county: County, taken: Sequence[str]) -> str:
    unit = county.said.sight.unit
    name = unit.county if unit.county not in taken else unit.name
    return sheet_names([name], (CONTENTS, *taken))[0]


def _write_contents(sheet: Any, form: Form, written: Sequence[tuple[str, County]]) -> None:
    canvas = Canvas(sheet, f"{form.survey.title} 一本账", [16, 22, 11, 9, 9, 9, 16], head=2, landscape=False)
    canvas.put(canvas.advance(30), 1, f"{form.survey.title} · 一本账", TITLE)
    row = canvas.advance(20)
    canvas.repeat(20)
    for column, text in enumerate(("市（地）", "县（市、区）", "调查组", "状态", "问题线索", "问题件", "填报人"), 1):
        canvas.put(row, column, text, HEAD)
    for name, county in written:
        row, sight = canvas.advance(LINE), county.said.sight
        canvas.put(row, 1, sight.unit.city, CENTERED)
        canvas.link(row, 2, sight.unit.county, name)
        told = (team_name(sight.row.team), Stage(sight.row.stage).label, len(county.said.flags), len(county.issues))
        for column, value in enumerate((*told, sight.row.who), 3):
            canvas.put(row, column, value, CENTERED)


class _Page:
    """One county's sheet, written from top to bottom."""

    def __init__(self, sheet: Any, county: County, form: Form, round_: str) -> None:
        self._sheet, self._county, self._form, self._round = sheet, county, form, round_
        set_widths(sheet, _WIDTHS)
        unit = county.said.sight.unit
        print_setup(sheet, title=f"{unit.name} 一本账　{form.survey.title}", landscape=False)
        sheet.sheet_view.showGridLines = False
        self._pen = Pen(sheet)

    def write(self) -> None:
        sight = self._county.said.sight
        row = sight.row
        self._line([(f"{sight.unit.name}　一本账", TITLE)], 24)
        facts = (
            self._form.survey.title, f"轮次{self._round}" if self._round else "", team_name(row.team), row.who,
            Stage(row.stage).label, f"已答{row.done}/{row.total}", f"最后修改 {in_words(row.updated_at)}",
        )  # fmt: skip
        self._line([("　".join(filter(None, facts)), NOTE_LINE)], 13)
        if self._county.standings:
            self._write_standings()
        self._write_flags()
        self._write_notes()
        self._write_cases()
        self._write_answers()

    # ── parts ──

    def _write_standings(self) -> None:
        self._band("指标：本县、本市（地）中位数、全省中位数、排位（由大到小）")
        heads = ("指标", "本县", "市中位数", "省中位数", "排位")
        self._line([*((head, _HEAD) for head in heads), (None, NOTE_LINE), *((head, _HEAD) for head in heads)], 13)
        standings = self._county.standings
        half = -(-len(standings) // 2)
        for number in range(half):
            right = standings[half + number] if half + number < len(standings) else None
            parts = [*_standing(standings[number]), (None, NOTE_LINE), *(_standing(right) if right else ())]
            self._line(parts, _LINE)
        self._line([(LEGEND, NOTE_LINE)], 12)

    def _write_flags(self) -> None:
        flags = self._county.said.flags
        self._band(f"问题线索（由答案推出，待核实）：{len(flags)}条")
        form, told = self._county.said.sight.form, []
        for hit in flags:
            item = form.by_name[hit.item]
            number = f"第{item.number}题 " if item.number else ""
            told.append(f"〔{_LEVELS.get(hit.level, hit.level)}〕{number}{hit.message}")
        self._text("；".join(dict.fromkeys(told)) or "没有。")

    def _write_notes(self) -> None:
        notes = self._county.said.notes
        if notes:
            self._band("待核实和备注")
            told = (
                f"第{note.item.number}题" * bool(note.item.number)
                + "（待核实）" * note.doubted
                + (f"：{note.text}" if note.text else "")
                for note in notes
            )
            self._text("；".join(told))

    def _write_cases(self) -> None:
        if issues := self._county.issues:
            self._band(f"登记的问题：{len(issues)}件")
            for case in issues:
                reply = answer_words(case)
                told = [f"{case.number} {case.row.title}〔{case.status}〕", f"答复：{reply}" if reply else ""]
                self._text("　".join(filter(None, told)))
        if practices := self._county.practices:
            self._band(f"经验：{len(practices)}条")
            for case in practices:
                self._text(f"{case.number} {case.row.title}：{case.values.get('description', '')}")

    def _write_answers(self) -> None:
        section = None
        for item, text in answers_in_words(self._county.said.sight):
            if item.section is not section:
                section = item.section
                self._band(section.label)
            question, answer = sum(_WIDTHS[:4]) * 1.2, sum(_WIDTHS[4:]) * 1.2
            lines = max(lines_of(item.heading, question), lines_of(text, answer))
            cells: list[tuple[object, Look]] = [(item.heading, _TEXT), *[(None, _TEXT)] * 3, (text, _TEXT)]
            self._line([*cells, *[(None, _TEXT)] * (_LAST - 5)], min(lines, 35) * _LINE + 1)
            self._merge(1, 4)
            self._merge(5, _LAST)

    # ── lines ──

    def _band(self, text: str) -> None:
        self._line([(None, NOTE_LINE)], 4)
        self._line([(text, _BAND), *[(None, _BAND)] * (_LAST - 1)], 14)
        self._merge(1, _LAST)

    def _text(self, text: str) -> None:
        """Words over the whole width."""
        lines = lines_of(text, sum(_WIDTHS) * 1.2)
        self._line([(text, _TEXT), *[(None, _TEXT)] * (_LAST - 1)], min(lines, 35) * _LINE + 1)
        self._merge(1, _LAST)

    def _line(self, cells: Iterable[tuple[object, Look]], height: float) -> None:
        self._pen.row(cells, height=height)

    def _merge(self, first: int, last: int) -> None:
        row = self._pen.rows
        self._sheet.merged_cells.add(f"{get_column_letter(first)}{row}:{get_column_letter(last)}{row}")


def _standing(standing: Standing) -> list[tuple[object, Look]]:
    """The five cells of one indicator."""
    indicator = standing.indicator
    unit = f"（{indicator.unit}）" if indicator.unit not in ("", "%") else ""
    style = style_of(indicator).value
    own: object = scaled(indicator, standing.own) if not isinstance(standing.own, str) else standing.own
    place = f"{standing.place}/{standing.of}" if standing.place else "–"
    medians = ((scaled(indicator, figure), _figure(style, "")) for figure in (standing.city, standing.whole))
    return [
        (indicator.item.label + unit, _NAME),
        (own if own is not None else "–", _figure(style, standing.limit.level if standing.limit else "")),
        *((figure if figure is not None else "–", look) for figure, look in medians),
        (place, _CENTRE),
    ]


def _figure(style: str, level: str) -> Look:
    if (style, level) not in _FIGURES:
        look = replace(_NUMBER, number_format=style)
        _FIGURES[style, level] = painted(look, level) if level else look
    return _FIGURES[style, level]
