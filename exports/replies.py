"""答复清单: the office's answers on their way back to the teams, and through them to the counties.

A team's has the cases in its parcel, as every workbook has, so its laptop takes it in as the office takes in theirs. A
county's is only to read and to print: the histories in a parcel hold names, and go to nobody but the team that knows them.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import groupby
from pathlib import Path
from typing import Any

from openpyxl import Workbook
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.pagebreak import Break

from exports.case_sheets import MOST_LINES, PRACTICE_COLUMNS, REPLY_COLUMNS, CaseColumn, cells_of
from exports.case_words import ISSUE, PRACTICE, CaseReader, CaseWords
from exports.files import ExportError, replace_file
from exports.manifest import SHEET, UNLINKED, CaseEntry, Manifest, encode, sha256
from exports.sealing import Seal
from exports.signing import LaptopKey, laptop_key
from exports.styles import (
    HEAD,
    NOTE_LINE,
    SECTION,
    SUBTITLE,
    TEXT,
    TITLE,
    Pen,
    discard,
    print_setup,
    save_steadily,
    set_widths,
)  # fmt: skip
from exports.times import moment
from exports.version import app_version
from exports.workbook import safe_name, verify_written
from surveys.frame import OFFICE, Unit, team_name
from surveys.history import Event, history_json
from surveys.register.keeping import PROBLEMS, registers_used
from surveys.register.worklists import cases, linked_to
from surveys.store import Store

NOBODY = "还没有登记任何问题，没有答复可以发回。"


@dataclass(frozen=True)
class RepliesFile:
    """A workbook that was written (or was there already, byte for byte)."""

    path: Path
    whose: str
    """The team or county it is for."""
    issues: int
    answered: int
    check_code: str
    """"" for a county's, which carries nothing to check."""
    written: bool


def write_replies(store: Store, folder: Path, *, counties: bool = False) -> list[RepliesFile]:
    """Write a workbook for every team that has issues; the same content gives the same bytes.

    Args:
        store: The office's.
        folder: Made if it is not there.
        counties: Also one for every county that has issues, without a parcel.

    Raises:
        ExportError: There are no issues, or a file could not be written.
    """
    reader = CaseReader(store)
    issues = reader.listed(ISSUE)
    if not issues:
        raise ExportError(NOBODY)
    practices = [case for case in reader.listed(PRACTICE) if case.row.phase == "done"]
    key, _ = laptop_key(store)
    done = []
    for team, mine in groupby(sorted(issues, key=_of_team), key=_of_team):
        done.append(_write(store, folder, team_name(team), [*mine], practices, _Parcel(store, team, practices, key)))
    if counties:
        for unit, mine in groupby(sorted(issues, key=_of_unit), key=_of_unit):
            if unit:
                listed = [*mine]
                done.append(_write(store, folder, listed[0].unit.name, listed, practices, None))
    return done


def _of_team(case: CaseWords) -> int:
    return case.team


def _of_unit(case: CaseWords) -> str:
    return case.row.unit


class _Parcel:
    """What travels to a team: its issues as they are, decided or not, what answers them, and what is recommended."""

    def __init__(self, store: Store, team: int, practices: Sequence[CaseWords], key: LaptopKey) -> None:
        issues = cases(store, ISSUE, team=team)
        topics = {row.topic for row in issues if row.topic}
        measures = {ident for topic in topics for ident in linked_to(store, "topics", topic)}
        wanted = {row.id for row in issues} | topics | measures | {case.row.id for case in practices}
        self._key = key
        self._texts: list[tuple[str, str]] = []
        entries, happened = [], []
        for ident in sorted(wanted):
            events = store.events(ident)
            if events:  # a topic that somebody named and this office was never sent
                history = history_json(events)
                entries.append(CaseEntry(ident, PROBLEMS, len(events), sha256(history)))
                self._texts.append(("case", history))
                happened += events
        definitions = registers_used(store)
        self.manifest = _manifest(store, entries, happened, key, tuple(definitions))
        self._texts.append(("definition", store.definition_json(self.manifest.digest)))
        self._texts += (("register", text) for text in definitions.values())

    def write(self, book: Any) -> Seal:
        """The hidden sheet; how it is sealed."""
        hidden = book.create_sheet(SHEET)
        hidden.sheet_state = "hidden"
        pen = Pen(hidden)
        for row in encode([*self._texts, ("manifest", self.manifest.to_json())], self._key.sign):
            pen.row(row, TEXT)
        return Seal(pen, self.manifest.sha256, self._key.sign)


def _manifest(
    store: Store, entries: Sequence[CaseEntry], events: Iterable[Event], key: LaptopKey, registers: tuple[str, ...]
) -> Manifest:
    heading, device = store.survey_heading(), store.setting("device_id")
    happened = list(events)
    return Manifest(
        app=app_version(), survey=heading.id, version=heading.version, digest=heading.digest, team=OFFICE,
        team_name=team_name(OFFICE), device=device, device_name=store.setting("device"), member=store.setting("member"),
        revision=max((event.seq for event in happened if event.device == device), default=0),
        made=max(event.at for event in happened), definitions=(heading.digest,), key=key.public,
        previous=UNLINKED,  # each goes to another team: none has to have the one before
        cases=tuple(entries), registers=registers,
    )  # fmt: skip


def _write(
    store: Store,
    folder: Path,
    whose: str,
    issues: Sequence[CaseWords],
    practices: Sequence[CaseWords],
    parcel: _Parcel | None,
) -> RepliesFile:
    latest = parcel.manifest.made if parcel else max(case.row.updated_at for case in (*issues, *practices))
    made = moment(latest)
    end = f"_{made:%Y%m%d-%H%M}_{parcel.manifest.sha256[:4]}" if parcel else ""
    target = folder / f"答复清单_{safe_name(whose)}{end}.xlsx"
    book = Workbook(write_only=True)
    try:
        _replies(book, whose, issues, _TO_TEAM if parcel else _TO_COUNTY)
        if practices:
            _list(book, "经验清单", "推荐的经验", "各县的好做法，供参考。", PRACTICE_COLUMNS, [("", practices)])
        seal = parcel.write(book) if parcel else None
        written = replace_file(
            target,
            write=lambda path: save_steadily(book, path, made, f"答复清单 {whose}", seal),
            verify=(lambda path: verify_written(path, parcel.manifest, target.name)) if parcel else None,
        )
    finally:
        discard(book)
    answered = sum(case.reply is not None for case in issues)
    code = parcel.manifest.check_code if parcel else ""
    return RepliesFile(target, whose, len(issues), answered, code, written)


_TO_TEAM = "请按本清单答复提出人，回访后在程序里登记结果。本文件带着登记的记录，只发给本组；给县里的另写。"
_TO_COUNTY = "提出人的姓名、电话不列；对答复有意见的，请告诉调查组。"


def _replies(book: Any, whose: str, issues: Sequence[CaseWords], note: str) -> None:
    """The list, county by county, each beginning on a page of its own."""

    def of_unit(case: CaseWords) -> Unit:
        return case.unit

    groups = [
        (f"{unit.name or '不属于某个县'}（{len(listed)} 件，有答复 {sum(case.reply is not None for case in listed)} 件）", listed)
        for unit, listed in (
            (unit, [*mine]) for unit, mine in groupby(sorted(issues, key=lambda case: case.row.unit), key=of_unit)
        )
    ]  # fmt: skip
    _list(book, "答复清单", f"{whose} 答复清单", note, REPLY_COLUMNS, groups)


def _list(
    book: Any,
    name: str,
    title: str,
    note: str,
    columns: Sequence[CaseColumn],
    groups: Sequence[tuple[str, Sequence[CaseWords]]],
) -> None:
    sheet = book.create_sheet(name)
    widths = [column.width for column in columns]
    set_widths(sheet, widths)
    sheet.freeze_panes = "A4"
    sheet.sheet_view.showGridLines = False
    print_setup(sheet, title=name, rows="1:3")
    pen = Pen(sheet)
    pen.row([title], TITLE, height=34)
    pen.row([note], SUBTITLE, height=20)
    pen.row([column.heading for column in columns], HEAD, height=24)
    for number, (heading, listed) in enumerate(groups):
        if number:
            sheet.row_breaks.append(Break(id=pen.rows))
        if heading:
            pen.row([heading, *[""] * (len(columns) - 1)], SECTION, height=20)
            sheet.merged_cells.add(f"A{pen.rows}:{get_column_letter(len(columns))}{pen.rows}")
        for case in listed:
            pen.fitted(cells_of(case, columns), widths, most=MOST_LINES)
    pen.row([])
    pen.row(["本表由程序写出，在表里改动不会读回。"], NOTE_LINE)
