"""A simulated campaign: nine laptops, nine workbooks, one office, one summary. Everything is marked 演示.

The laptops fill their units through the same `Recorder` and `Store` as the app, one durable
transaction per answer, so the demonstration is also an end-to-end test of the way of the data.
"""

from __future__ import annotations

import multiprocessing
import os
import random
from collections.abc import Callable
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from queue import Empty
from typing import Any

from exports.demo_answers import MARK, DemoAnswers, Row, draw
from exports.merging import merge
from exports.summary import write_summary
from exports.trust import approve, digits_of
from exports.workbook import export_team
from surveys.acts import Actor
from surveys.answers import Status
from surveys.campaign import open_campaign
from surveys.form import roster_cell
from surveys.frame import Unit, team_name
from surveys.recording import Recorder
from surveys.store import Store

NOT_STARTED, DRAFT = 0.02, 0.03
"""Shares of units that nobody has visited yet, and that are half done."""

CLERK = "演示汇总员"
"""Who approves the laptops at the office."""


@dataclass(frozen=True)
class Demo:
    """Where everything is."""

    inbox: Path
    office: Path
    """The data folder of the office."""
    summary: Path
    workbooks: int
    units: int
    complete: int
    drafts: int
    conflicts: int


def run_demo(folder: Path, seed: int = 2022, progress: Callable[[str, int, int], None] | None = None) -> Demo:
    """Run the campaign in a folder.

    Args:
        folder: Where laptops, inbox and office go; should be new or empty.
        seed: The same seed gives the same answers.
        progress: Told (what, done, total) as the work goes on.
    """
    tell = progress or (lambda what, done, total: None)
    inbox = folder / "收件箱"
    with open_campaign(folder / "省总办公室") as office:
        office.set_settings(team="0", device="演示-省总", member=CLERK, demo="1")
        teams, total = office.teams(), len(office.units())
    tell("填写", 0, total)
    with multiprocessing.Manager() as manager, ProcessPoolExecutor(min(len(teams), os.cpu_count() or 1)) as pool:
        ticks = manager.Queue()
        laptops = [pool.submit(_run_laptop, folder, team.number, seed, inbox, ticks) for team in teams]
        _follow(laptops, ticks, tell, total)
    with open_campaign(folder / "省总办公室") as office:
        for laptop in laptops:
            approve(office, digits_of(laptop.result()), CLERK)
        tell("合并", 0, len(teams))
        done = 0

        def count(_: object) -> None:
            nonlocal done
            done += 1
            tell("合并", done, len(teams))

        report = merge(office, [inbox], count)
        tell("汇总", 0, 1)
        summary = write_summary(office, folder / "全省汇总_演示.xlsx")
        tell("汇总", 1, 1)
        stages = [row.stage for row in office.interviews()]
        conflicts = sum(row.conflicts for row in office.interviews())
    merged = sum(1 for line in report.lines if line.merged)
    complete = stages.count("complete")
    return Demo(inbox, folder / "省总办公室", summary, merged, total, complete, stages.count("draft"), conflicts)


def _follow(laptops: list[Any], ticks: Any, tell: Callable[[str, int, int], None], total: int) -> None:
    """Count units as laptops finish them; a laptop's failure is raised here."""
    done = 0
    while done < total and not all(laptop.done() for laptop in laptops):
        try:
            done += ticks.get(timeout=0.2)
            tell("填写", done, total)
        except Empty:
            continue
    for laptop in laptops:
        laptop.result()
    tell("填写", total, total)


def _run_laptop(folder: Path, team: int, seed: int, inbox: Path, ticks: Any) -> str:
    """One survey group: fill the assigned units, export the workbook into the inbox; its fingerprint as on the cover."""
    name = f"演示-{team_name(team)}笔记本"
    with open_campaign(folder / team_name(team)) as store:
        store.set_settings(team=str(team), device=name, member=f"演示录入员{team}", demo="1")
        actor = Actor(f"演示录入员{team}", team, store.setting("device_id"))
        for unit in store.units(team):
            fill_unit(store, unit, actor, random.Random(f"{seed}-{unit.code}"))
            ticks.put(1)
        return export_team(store, inbox).fingerprint


class _Unhurried(Recorder):
    """Takes the time of a conversation for every answer, so that nobody is warned of a haste that was the computer's."""

    def stopwatch(self) -> float:
        return len(self.interview.events) * (8 + ord(self.interview.unit[-1]) % 9)


def fill_unit(store: Store, unit: Unit, actor: Actor, rng: random.Random) -> None:
    """Fill one interview from the first question to completion, as a person with the ledger would."""
    fate = rng.random()
    if fate < NOT_STARTED:
        return
    recorder = _Unhurried.start(store, store.form(), unit.code, actor)
    answers = draw(unit, rng)
    item: str | None = recorder.interview.form.items[0].name
    stop_at = rng.randrange(12, 40) if fate < NOT_STARTED + DRAFT else None
    asked = 0
    while item and asked != stop_at:
        _answer_question(recorder, item, answers, rng)
        item = recorder.interview.following(item)
        asked += 1
    if item:
        recorder.go_to(item)  # a draft opens where it was left
    for finding in recorder.interview.findings():
        if finding.level == "warning" and not finding.note:
            recorder.pass_warning(finding.check, f"{MARK}已与台账核对，情况属实")
    if stop_at is None:
        recorder.complete()


def _answer_question(recorder: Recorder, name: str, answers: DemoAnswers, rng: random.Random) -> None:
    if name in answers.rows:
        _register(recorder, name, answers.rows[name])
        return
    for address, value in answers.cells.items():
        if address == name or address.startswith(f"{name}."):
            if isinstance(value, Status):
                recorder.set_status(address, value)
            else:
                recorder.answer(address, value)
    if rng.random() < 0.02:
        recorder.remark(name, f"{MARK}数字由单位提供，已看台账")
    if rng.random() < 0.02:
        recorder.doubt(name, True)
    if rng.random() < 0.1:
        recorder.evidence(name, rng.choice(recorder.interview.form.survey.evidence))


def _register(recorder: Recorder, roster: str, rows: list[Row]) -> None:
    if not rows:
        recorder.say_nothing(roster)
    for row in rows:
        row_id = recorder.add_row(roster)
        for field, value in row.items():
            address = roster_cell(roster, row_id, field)
            if isinstance(value, Status):
                recorder.set_status(address, value)
            else:
                recorder.answer(address, value)
