"""Printable questionnaires of a store: blank, or one unit's with its answers."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path

from exports.files import ExportError
from exports.paper import Paper, blank_paper, filled_paper
from exports.paper_html import write_html
from exports.paper_workbook import write_workbook
from exports.times import CHINA, moment
from exports.workbook import safe_name, short_title
from surveys.form import Form
from surveys.frame import team_name
from surveys.standing import Stage
from surveys.store import InterviewRow, Store

_BLANK_MADE = datetime(1980, 1, 1, tzinfo=CHINA)
"""A blank form has no time of its own; the same definition gives the same file."""


def print_blank(store: Store, folder: Path, survey_id: str = "") -> list[Path]:
    """Write the blank questionnaire as .xlsx and .html. Raises ExportError."""
    form = store.form(store.survey_digest(survey_id))
    name = f"{short_title(form.survey.title)}_空白问卷_{safe_name(form.survey.version)}"
    return _write(blank_paper(form), folder / name, _BLANK_MADE)


def print_filled(store: Store, folder: Path, unit: str, survey_id: str = "", masked: bool = False) -> list[Path]:
    """Write one unit's questionnaire with its answers; several records of the unit are several files each.

    Args:
        store: A team's store, or the office's.
        folder: Made if it is not there.
        unit: A code or the name of a county.
        survey_id: An installed survey; "" is the main one.
        masked: Leaves sensitive answers out.

    Raises:
        ExportError: There is no such unit, nothing was filled in for it, or a file could not be written.
    """
    form = store.form(store.survey_digest(survey_id))
    code, name = unit_meant(store, unit)
    rows = _of_unit(store, form, code)
    if not rows:
        raise ExportError(
            f"“{name}”在《{form.survey.title}》这一轮还没有答卷，没有可以打印的内容；空白问卷用 --blank。"
        )
    written = []
    for number, row in enumerate(rows, 1):
        paper = filled_paper(store.interview(row.id), name, team_name(row.team), masked)
        parts = [short_title(form.survey.title), code, safe_name(name), str(number) if len(rows) > 1 else ""]
        parts.append("略去保密内容" if masked else "")
        written += _write(paper, folder / "_".join(filter(None, parts)), moment(row.updated_at))
    return written


def _write(paper: Paper, stem: Path, made: datetime) -> list[Path]:
    workbook, page = stem.with_name(f"{stem.name}.xlsx"), stem.with_name(f"{stem.name}.html")
    write_workbook(paper, workbook, made)
    write_html(paper, page)
    return [workbook, page]


def unit_meant(store: Store, said: str) -> tuple[str, str]:
    """Code and name of the unit that is meant; a unit outside the frame by its code."""
    said = said.strip()
    for unit in store.units():
        if said in (unit.code, unit.county, f"{unit.city}{unit.county}"):
            return unit.code, f"{unit.city}{unit.county}"
    if any(row.unit == said for row in store.interviews()):
        return said, said
    raise ExportError(f"没有代码或名称是“{said}”的单位；请写六位代码或县（市、区）的全称。")


def _of_unit(store: Store, form: Form, code: str) -> list[InterviewRow]:
    """The unit's interviews of the current round, void ones left out."""
    rows = store.interviews(survey_id=form.survey.id)
    return [row for row in rows if row.unit == code and row.round == form.survey.round and row.stage != Stage.VOID]
