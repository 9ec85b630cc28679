"""A day's deliveries to the office: nine teams, one cloned laptop, two hand-edited workbooks, one truncated, one county twice.

Every laptop fills in and exports through the program itself; what happens to the files on their way is done to the
files. `Day` says what a person at the office would know: which digits each team reads out on the phone, and what was
changed where.
"""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass, field
from pathlib import Path

from openpyxl import load_workbook

from exports.signing import laptop_key
from exports.workbook import export_team
from surveys.acts import Actor
from surveys.campaign import open_campaign
from surveys.frame import team_name
from surveys.recording import Recorder
from surveys.store import Store

FORM = """\
id: day
version: "1"
round: "2022"
title: 一日汇总问卷
unit: 单位
sections:
  - name: all
    label: 全部
    questions:
      - {name: people, type: integer, label: 有几人, required: true, min: 0, max: 500, unit: 人}
      - {name: kind, type: select_one, label: 哪一类, required: true, choices: [{name: "1", label: 企业}, {name: "2", label: 社区}]}
      - {name: words, type: text, label: 说明}
"""

CLONED, TRUNCATED, TWICE = 3, 7, 9
"""Teams: whose laptop was cloned, whose file arrived cut off, who surveyed a county of the team before."""

EDITED = (5, 6)
"""Teams whose workbooks were changed by hand."""


@dataclass
class Day:
    """What is on the table in the morning."""

    office: Path
    """The office's data folder, where nobody has begun yet."""
    inbox: Path
    fingerprints: dict[int, str] = field(default_factory=dict)
    """Team → what it reads out on the phone."""
    complete: set[str] = field(default_factory=set)
    """Codes of the units that the teams completed."""
    drafts: set[str] = field(default_factory=set)
    conflicts: dict[str, tuple[str, str]] = field(default_factory=dict)
    """Unit → number of people on the laptop, and on its clone."""
    twice: str = ""
    """The unit that two teams surveyed."""
    edits: dict[str, tuple[str, str]] = field(default_factory=dict)
    """Unit → number of people as exported, and as changed by hand."""
    resent: Path = Path()
    """The whole file that the team of the truncated one sends again."""


def make_day(folder: Path, units_per_team: int) -> Day:
    """Fill in, export and spoil."""
    form = folder / "day.yaml"
    form.parent.mkdir(parents=True, exist_ok=True)
    form.write_text(FORM, "utf-8")
    with open_campaign(folder / "省总", form) as office:
        units = {team.number: office.units(team.number)[:units_per_team] for team in office.teams()}
    day = Day(folder / "省总", folder / "省总" / "收件夹")
    for team, mine in units.items():
        with closing(_laptop(folder / team_name(team), form, team)) as store:
            day.fingerprints[team] = laptop_key(store)[0].fingerprint
            for number, unit in enumerate(mine):
                recorder = _filled(
                    store, unit.code, team, str(100 * team + number) if team < 5 else str(10 * team + number)
                )
                if number:
                    recorder.complete()
                    day.complete.add(unit.code)
                else:
                    day.drafts.add(unit.code)
            if team == TWICE:
                day.twice = units[team - 1][1].code
                _filled(store, day.twice, team, "7").complete()
        if team == CLONED:
            _cloned(folder, day, mine[0].code, team)
        with open_campaign(folder / team_name(team)) as store:
            path = export_team(store, day.inbox).path
        if team in EDITED:
            _edited(path, day, mine[1].code)
        if team == TRUNCATED:
            day.resent = Path(shutil.move(path, folder / path.name))
            path.write_bytes(day.resent.read_bytes()[: day.resent.stat().st_size // 2])
    return day


def _laptop(folder: Path, form: Path, team: int) -> Store:
    store = open_campaign(folder, form)
    store.set_settings(team=str(team), device=f"{team_name(team)}笔记本", member=f"录入员{team}")
    return store


def _actor(store: Store, who: str) -> Actor:
    return Actor(who, int(store.setting("team")), store.setting("device_id"))


def _filled(store: Store, unit: str, team: int, people: str) -> Recorder:
    recorder = Recorder.start(store, store.form(), unit, _actor(store, f"录入员{team}"))
    recorder.answer_many({"people": people, "kind": str(1 + team % 2), "words": f"第{team}组看过台账"})
    return recorder


def _cloned(folder: Path, day: Day, unit: str, team: int) -> None:
    """The data folder is copied to a second computer, and both go on with the same draft."""
    original, clone = folder / team_name(team), folder / f"{team_name(team)}克隆"
    shutil.copytree(original, clone)
    said = ("31", "32")
    for place, people, who in ((original, said[0], "录入员3"), (clone, said[1], "借用的人")):
        with open_campaign(place) as store:
            recorder = Recorder.resume(store, store.interviews()[0].id, _actor(store, who))
            recorder.answer("people", people)
    with open_campaign(clone) as store:
        export_team(store, day.inbox)
    day.conflicts[unit] = said


def _edited(path: Path, day: Day, unit: str) -> None:
    """Somebody types another number into the sheet of codes and saves the workbook."""
    book = load_workbook(path)
    sheet = book["编码"]
    for row, column in _cells(sheet, unit):
        cell = sheet.cell(row, column)
        was, now = str(cell.value), str(int(str(cell.value)) + 200)
        cell.value = now
        day.edits[unit] = (was, now)
    book.save(path)


def _cells(sheet: object, unit: str) -> Iterator[tuple[int, int]]:
    """Where the number of people of a unit stands."""
    rows = list(sheet.iter_rows(values_only=True))  # type: ignore[attr-defined]
    head = next(number for number, row in enumerate(rows) if "people" in row)
    for number, row in enumerate(rows[head + 1 :], head + 2):
        if unit in row:
            yield number, rows[head].index("people") + 1
