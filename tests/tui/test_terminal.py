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
from surveys.acts import Actor
from surveys.answers import Status, display
from surveys.campaign import open_campaign
from surveys.form import Cell, Form, Item
from surveys.loading import library, load_form
from surveys.recording import Recorder
from surveys.standing import Finding
from surveys.store import Store
from tests.tui.states import make_world
from tests.tui.terminal import HAS_TMUX, Terminal
from tests.tui.typist import UNIT, Typist, contents

pytestmark = pytest.mark.skipif(not HAS_TMUX, reason="tmux is not installed")

KILL_AT = 27
"""The question at which the app is killed."""


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
    typist = Typist.of(shadow_store)
    shadow, unit = typist.shadow, shadow_store.unit(UNIT)
    assert unit
    terminal = Terminal(laptop)
    try:
        terminal.wait_for("第一次使用")
        terminal.press("1", "enter", *"一组联想", "enter", *"张三", "enter")
        terminal.wait_for("完成 0/18", unit.name)
        terminal.press(*UNIT)
        terminal.wait_for(unit.name)
        terminal.press("enter")
        for item in typist.questions():
            terminal.wait_for_question(item)
            if item.number == KILL_AT:
                _kill_and_reopen(terminal, laptop, shadow_store, unit.name)
                terminal.wait_for_question(item)
            terminal.press(*typist.keys(item))
            if warnings := typist.warnings(item):
                terminal.wait_for("再按 Enter 到下一题")
                for finding in warnings:
                    _explain(terminal, typist, finding)
                terminal.press("pagedown")
        assert [entry for entry in shadow.interview.open_items() if entry.kind != "warning"] == []
        _complete(terminal, typist)
        shadow.complete()
        terminal.press("escape")
        terminal.wait_for("完成 1/18")
        terminal.press("f4")
        code = re.search(r"校验码\s*([A-Z2-9-]{9})", terminal.wait_for("校验码"))
        terminal.press("ctrl+q")
        terminal.wait_for_end()
    finally:
        terminal.close()
    with Store(laptop / "zoufang.db") as store:
        assert contents(store) == contents(shadow_store)
    _office(tmp_path, laptop, code, shadow.interview.form, shadow, unit.city)
    shadow_store.close()


def _kill_and_reopen(terminal: Terminal, laptop: Path, shadow: Store, unit: str) -> None:
    terminal.kill()
    with Store(laptop / "zoufang.db") as store:
        assert contents(store) == contents(shadow)
    terminal.start()
    terminal.wait_for("草稿", unit)
    terminal.press(*UNIT)
    terminal.wait_for(unit)
    terminal.press("enter")


def _explain(terminal: Terminal, typist: Typist, finding: Finding) -> None:
    assert finding.level == "warning", finding
    first, *others = typist.explanation(finding)
    terminal.press(first)
    terminal.wait_for("请说明")
    terminal.press(*others)


def _complete(terminal: Terminal, typist: Typist) -> None:
    """Warnings that later answers raised on earlier questions are explained from the review list."""
    interview = typist.shadow.interview
    terminal.wait_for("检查")
    while warnings := [entry for entry in interview.open_items() if entry.kind == "warning"]:
        item = interview.form.by_name[warnings[0].item]
        terminal.press("enter")
        terminal.wait_for_question(item)
        _explain(terminal, typist, typist.warnings(item)[0])
        terminal.press("f9")
        terminal.wait_for("检查")
    terminal.wait_for("按 F10 定稿")
    terminal.press("f10")
    terminal.wait_for("现在定稿")
    terminal.press("enter")
    terminal.wait_for("已定稿")
    terminal.press("escape")
    terminal.wait_for("完成")


def _office(folder: Path, laptop: Path, code: re.Match[str] | None, form: Form, shadow: Recorder, city: str) -> None:
    """Merge what the laptop exported, summarise, and find every answer again in the summary workbook."""
    office, summary = folder / "office", folder / "汇总.xlsx"
    fingerprint = re.findall(r"\d{4} \d{4} \d{4}", zoufang("--data", laptop, "trust"))[0]
    zoufang("--data", office, "trust", fingerprint)
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


def test_a_dialog_that_shrinks_leaves_no_hole_in_the_chinese_around_it(tmp_path: Path) -> None:
    """What is repainted begins in the middle of double-width characters; only a real terminal shows it."""
    make_world(tmp_path / "data")
    terminal = Terminal(tmp_path / "data", 80, 24)
    try:
        terminal.wait_for("录入人 张三")
        terminal.press("ctrl+u", *UNIT, "enter")
        terminal.wait_for("检查")
        terminal.press("ctrl+f", "6", "enter")
        terminal.wait_for("借用到工会系统以外")
        terminal.press("ctrl+f")
        terminal.wait_for("找题：", "填报人职务")
        terminal.press(*"whg")
        terminal.wait_for("16、本县")
        terminal.wait_until_still()
        assert "借用到工会系统以外" in terminal.screen()
    finally:
        terminal.close()
