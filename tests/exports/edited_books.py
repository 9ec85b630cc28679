"""Workbooks with every kind of cell, and hands that change them."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from approving import settle
from definitions import SMALL, TEAMS, UNITS, WIDE
from openpyxl import Workbook, load_workbook

from exports.workbook import export_team
from surveys.acts import Actor
from surveys.answers import Status
from surveys.definition import Survey
from surveys.form import roster_cell
from surveys.recording import Recorder
from surveys.store import Store

TEXTS = (
    "=1+1", "007", "_x000D_ 和 _x0041_", "👨‍👩‍👧 𠮷野家", "一\n二\r\n三", "　前后　", "2022-11-03", "１２", "#N/A", "<b>&amp;</b>",
    "a\u202eb", "长" * 9_000, "TRUE", "1e5", "12.50%",
)  # fmt: skip
"""What people type, and what programs like to make something else of."""


def small_book(folder: Path, team: int = 3) -> Path:
    """The everyday definition: every unit once, rosters, statuses, a skipped question, hostile texts."""
    with _store(folder, Survey.model_validate(SMALL), team) as store:
        for number, unit in enumerate(UNITS):
            recorder = _start(store, unit.code)
            recorder.answer("kind", "96" if number == 0 else ("1", "007", "007")[number - 1])
            if number == 0:
                recorder.answer("kind.96", "丙类")
            recorder.answer("people", str(12 + number))
            if number == 1:
                recorder.set_status("people", Status.DONT_KNOW)
            else:
                recorder.answer("money", "1234.5")
            recorder.answer("when", f"2022-11-0{number + 1}")
            recorder.answer_many({"grid.x": str(number), "grid.y": "0"})
            recorder.answer("words", TEXTS[number])
            for name in TEXTS[number::4]:
                if "\n" not in name and len(name) < 200:
                    row = recorder.add_row("things")
                    recorder.answer(roster_cell("things", row, "t_name"), name)
                    recorder.answer(roster_cell("things", row, "t_kind"), "1 2" if len(name) % 2 else "2")
        for text in TEXTS:
            _start(store, "231002").answer("words", text)
        return export_team(store, folder).path


def wide_book(folder: Path, team: int = 3) -> Path:
    """Every other type: percent, month, time, rank, attachment, filtered choices, matrix, computed figures."""
    with _store(folder, WIDE, team) as store:
        for number, unit in enumerate(UNITS):
            recorder = _start(store, unit.code)
            recorder.answer("share", f"{60 + number}.5")
            recorder.answer("since", f"2015-0{number + 1}")
            recorder.answer("opens", f"08:0{number}")
            recorder.answer("needs", ("1 2", "2 1", "96 1", "2")[number])
            if number == 2:
                recorder.answer("needs.96", "另外的")
            recorder.answer("funds", "88.25")
            recorder.answer("city", "hrb")
            recorder.answer("towns", "dl xf" if number % 2 else "xf")
            recorder.answer("hours.open", "75")
            row = recorder.add_row("things")
            recorder.answer(roster_cell("things", row, "t_month"), "2001-01")
            recorder.answer(roster_cell("things", row, "t_order"), "2 1")
            paper = folder / f"证照{number}.pdf"
            paper.write_bytes(b"%PDF-1.4 " + str(number).encode())
            recorder.attach("paper", paper)
        return export_team(store, folder).path


@contextmanager
def _store(folder: Path, survey: Survey, team: int) -> Iterator[Store]:
    with Store(folder / f"{survey.id}.db") as store:
        store.install(survey, UNITS, TEAMS)
        store.set_settings(team=str(team), device="三组的笔记本", member="张三")
        settle(store, team)
        yield store


def _start(store: Store, unit: str) -> Recorder:
    return Recorder.start(store, store.form(), unit, Actor("张三", 3, store.setting("device_id")))


def changed(path: Path, target: Path, change: Callable[[Workbook], Any]) -> Path:
    """A copy of a workbook, changed as by somebody who opens it in a spreadsheet program."""
    book = load_workbook(path)
    change(book)
    book.save(target)
    return target


def keys_of(sheet: Any) -> tuple[int, list[str]]:
    """The number of the row with the keys, and the keys."""
    for number, row in enumerate(sheet.iter_rows(min_row=1, max_row=5, values_only=True), 1):
        if "interview" in row:
            return number, [str(cell) for cell in row]
    raise AssertionError("no row of keys")
