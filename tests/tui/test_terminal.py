"""The whole way in a real terminal: 56 questions by keyboard, kill -9, the workbook, the office, the summary."""

from __future__ import annotations

import random
import re
import subprocess
import sys
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path

import openpyxl
import pytest

from exports.demo import fill_unit
from exports.demo_answers import DemoAnswers, Row, draw
from surveys.acts import Actor
from surveys.answers import Status, choices_of, display
from surveys.campaign import open_campaign
from surveys.form import Cell, Form, Item
from surveys.loading import library, load_form
from surveys.recording import Recorder
from surveys.store import Store
from tests.tui.terminal import HAS_TMUX, Terminal

pytestmark = pytest.mark.skipif(not HAS_TMUX, reason="tmux is not installed")

UNIT = "230109"
KILL_AT = 27
"""The question at which the app is killed."""


class Typist:
    """Fills questions on the screen and, beside it, in a store of its own, which says what must come out."""

    def __init__(self, terminal: Terminal, shadow: Recorder, answers: DemoAnswers) -> None:
        self.terminal, self.shadow, self.answers = terminal, shadow, answers

    def at(self, item: Item) -> None:
        """Wait until the question is on the screen."""
        self.terminal.wait_for(f"第{item.number}题" if item.number else item.label, item.label[:12])

    def fill(self, item: Item) -> None:
        if item.type == "roster":
            self._fill_roster(item, self.answers.rows[item.name])
        elif item.type == "matrix":
            for cell in item.cells:
                self._fill_cell(cell.address, self.answers.cells[cell.address])
        elif item.name not in self.answers.cells:
            self.terminal.keys("Enter")
        else:
            self._fill_simple(item)

    def _fill_simple(self, item: Item) -> None:
        value = self.answers.cells[item.name]
        if isinstance(value, Status):
            self.shadow.set_status(item.name, value)
            self.terminal.keys("F7")
            return
        self.shadow.answer(item.name, value)
        if item.type == "select_multiple":
            for code in value.split():
                self._press_code(item, code)
            self.terminal.keys("Enter")
        elif item.type == "select_one":
            self._press_code(item, value)
            specify = f"{item.name}.{value}"
            if specify in self.answers.cells:
                self.shadow.answer(specify, str(self.answers.cells[specify]))
                self.terminal.type(str(self.answers.cells[specify]))
                self.terminal.keys("Enter")
        else:
            self.terminal.type(value)
            self.terminal.keys("Enter")

    def _press_code(self, item: Item, code: str) -> None:
        self.terminal.type(code)
        if sum(choice.name.startswith(code) for choice in choices_of(item.cells[0].kind)) > 1:
            self.terminal.keys("Space")  # 1 could become 10: say that it is meant

    def _fill_cell(self, address: str, value: str | Status) -> None:
        kind = self.shadow.interview.form.cell(address).kind
        if isinstance(value, Status):
            self.shadow.set_status(address, value)
            self.terminal.keys("F7")
            return
        self.shadow.answer(address, value)
        self.terminal.type(value)
        codes = [choice.name for choice in choices_of(kind)]
        if not codes or sum(code.startswith(value) for code in codes) > 1:
            self.terminal.keys("Enter")

    def _fill_roster(self, item: Item, rows: list[Row]) -> None:
        if not rows:
            self.shadow.say_nothing(item.name)
            self.terminal.keys("Down", "Enter")
            return
        for number, row in enumerate(rows, 1):
            row_id = self.shadow.add_row(item.name)
            self.terminal.keys("Enter")
            for cell in item.cells:
                self._fill_cell(f"{item.name}[{row_id}].{cell.address}", row[cell.address])
            self.terminal.wait_for("登记一项", f"{number} ✓")
        self.terminal.keys("Down", "Enter")


def contents(store: Store) -> dict[str, tuple[str, str]]:
    """Every effective answer, row ids replaced by the row's place."""
    (row,) = store.interviews()
    interview = store.interview(row.id)
    places = {
        row_id: str(place)
        for item in interview.form.items
        if item.type == "roster"
        for place, row_id in enumerate(interview.rows(item.name))
    }
    return {
        re.sub(r"\[(\w+)\]", lambda found: f"[{places[found[1]]}]", cell): (value, status)
        for cell, value, status in store.db.conn.execute("SELECT cell, value, status FROM answers")
    }


def zoufang(*arguments: str | Path) -> str:
    """Run the command line as a person would."""
    done = subprocess.run(
        [sys.executable, "-m", "tui.cli", *map(str, arguments)],
        capture_output=True,
        text=True,
        cwd=Path(__file__).parents[2],
        check=False,
    )
    assert done.returncode == 0, done.stderr
    return done.stdout


def test_an_interview_typed_in_a_terminal_survives_kill_9_and_arrives_in_the_summary(tmp_path: Path) -> None:
    laptop, shadow_folder = tmp_path / "laptop", tmp_path / "shadow"
    shadow_store = open_campaign(shadow_folder)
    form = shadow_store.form()
    unit = next(unit for unit in shadow_store.units() if unit.code == UNIT)
    shadow = Recorder.start(shadow_store, form, UNIT, Actor("张三", 1, "shadow"))
    terminal = Terminal(laptop)
    try:
        terminal.wait_for("第一次使用")
        for text in ("1", "一组联想", "张三"):
            terminal.type(text)
            terminal.keys("Enter")
        terminal.wait_for("完成 0/18", unit.name)
        terminal.type(UNIT)
        terminal.wait_for(unit.name)
        terminal.keys("Enter")
        typist = Typist(terminal, shadow, draw(unit, random.Random("terminal")))
        item: Item | None = form.items[0]
        while item:
            typist.at(item)
            if item.number == KILL_AT:
                _kill_and_reopen(terminal, laptop, shadow_store, unit.name)
                typist.at(item)
            typist.fill(item)
            if warnings := [f for f in shadow.interview.findings(item.name) if not f.note]:
                terminal.wait_for("再按 Enter 到下一题")
                for finding in warnings:
                    assert finding.level == "warning", finding
                    shadow.pass_warning(finding.check, "属实，已看台账")
                    terminal.keys("F8")
                    terminal.wait_for("请说明")
                    terminal.type("属实，已看台账")
                    terminal.keys("Enter")
                terminal.keys("PageDown")
            following = shadow.interview.following(item.name)
            item = form.by_name[following] if following else None
        assert [entry for entry in shadow.interview.open_items() if entry.kind != "warning"] == []
        _complete(terminal, shadow, typist)
        shadow.complete()
        terminal.keys("Escape")
        terminal.wait_for("完成 1/18")
        terminal.keys("F4")
        code = re.search(r"校验码\s*([A-Z2-9-]{9})", terminal.wait_for("校验码"))
        terminal.keys("C-q")
        terminal.wait_for_end()
    finally:
        terminal.close()
    with Store(laptop / "zoufang.db") as store:
        assert contents(store) == contents(shadow_store)
    _office(tmp_path, laptop, code, form, shadow, unit.city)
    shadow_store.close()


def _kill_and_reopen(terminal: Terminal, laptop: Path, shadow: Store, unit: str) -> None:
    terminal.kill()
    with Store(laptop / "zoufang.db") as store:
        assert contents(store) == contents(shadow)
    terminal.start()
    terminal.wait_for("草稿", unit)
    terminal.type(UNIT)
    terminal.wait_for(unit)
    terminal.keys("Enter")


def _complete(terminal: Terminal, shadow: Recorder, typist: Typist) -> None:
    """Warnings that later answers raised on earlier questions are explained from the review list."""
    terminal.wait_for("检查")
    while warnings := [entry for entry in shadow.interview.open_items() if entry.kind == "warning"]:
        terminal.keys("Enter")
        typist.at(shadow.interview.form.by_name[warnings[0].item])
        finding = next(f for f in shadow.interview.findings(warnings[0].item) if not f.note)
        shadow.pass_warning(finding.check, "属实")
        terminal.keys("F8")
        terminal.wait_for("请说明")
        terminal.type("属实")
        terminal.keys("Enter")
        terminal.keys("F9")
        terminal.wait_for("检查")
    terminal.wait_for("按 F10 定稿")
    terminal.keys("F10")
    terminal.wait_for("现在定稿")
    terminal.keys("Enter")
    terminal.wait_for("已定稿")
    terminal.keys("Escape")
    terminal.wait_for("完成")


def _office(folder: Path, laptop: Path, code: re.Match[str] | None, form: Form, shadow: Recorder, city: str) -> None:
    """Merge what the laptop exported, summarise, and find every answer again in the summary workbook."""
    office, summary = folder / "office", folder / "汇总.xlsx"
    told = zoufang("--data", office, "merge", laptop / "导出")
    assert code
    assert code[1] in told
    zoufang("--data", office, "summary", "--out", summary)
    interview, found = shadow.interview, 0
    tables = _tables(summary)
    for item in form.numbered:
        for address, expected in _expected(item, shadow):
            answer = interview.answer(address)
            if answer.status is Status.ANSWERED or item.type == "roster":
                assert expected(tables[item.name]), (item.heading, address, answer, tables[item.name])
                found += 1
    assert found > 100
    assert any(line.get(city) == 1 for line in tables[form.numbered[0].name])


Line = dict[str, object]
"""One line of a table: the two heads, and a figure per column head (全省, 哈尔滨市 …)."""


def _tables(summary: Path) -> dict[str, list[Line]]:
    """Question name → the lines of its table in the summary workbook."""
    form = load_form(library("county_union"))
    tables: dict[str, list[Line]] = {}
    headings = {item.heading: item.name for item in form.numbered}
    for sheet in openpyxl.load_workbook(summary):
        columns: list[str] = []
        name = stat = ""
        for first, second, *figures in sheet.iter_rows(values_only=True):
            if first == "统计":
                columns = [str(figure) for figure in figures]
            name = headings.get(str(first), name)
            stat = str(first).replace("\n", "") if first is not None else stat
            if name and second is not None:
                line: Line = {"stat": stat, "label": str(second)}
                tables.setdefault(name, []).append(line | dict(zip(columns, figures, strict=False)))
    return tables


def _expected(item: Item, shadow: Recorder) -> Iterator[tuple[str, Callable[[list[Line]], bool]]]:
    """For each answered cell of a question, what its table must say of the one interview there is."""
    interview = shadow.interview
    if not interview.relevant(item.name):
        return
    if item.type == "roster":
        count = len(interview.rows(item.name))
        yield item.name, lambda lines: any(line["label"] == "项目总数" and line["全省"] == count for line in lines)
        return
    for cell in item.cells:
        answer = interview.answer(cell.address)
        labels = {cell.label, *cell.label.split(" · ")} if item.type == "matrix" else set()
        yield cell.address, partial(_says, cell, answer.value, labels)


def _says(cell: Cell, value: str, labels: set[str], lines: list[Line]) -> bool:
    mine = [line for line in lines if not labels or line["label"] in labels]
    if cell.column:
        mine = [line for line in mine if cell.label.split(" · ")[1] in str(line["stat"])]
    match cell.kind.type:
        case "integer" | "money":
            return any("合计" in str(line["stat"]) and line["全省"] == float(value) for line in mine)
        case "date":
            return any(str(line["全省"]).startswith(value) for line in mine)
        case "text":
            return any(line["stat"] == "已答 n" and line["全省"] == 1 for line in mine)
    chosen = {display(cell.kind, code) for code in value.split()}
    if labels:
        return all(
            any(str(line["stat"]) == f"{label}单位数" and line["全省"] == 1 for line in mine) for label in chosen
        )
    counted = {str(line["label"]): line["全省"] for line in mine if line["stat"] == "单位数"}
    return {label for label, count in counted.items() if count == 1} == chosen


def test_the_simulated_campaign_fills_interviews_without_an_error(tmp_path: Path) -> None:
    with open_campaign(tmp_path) as store:
        actor = Actor("演示", 1, store.setting("device_id"))
        for unit in store.units()[:5]:
            fill_unit(store, unit, actor, random.Random(unit.code))
        assert all(row.errors == 0 for row in store.interviews())
