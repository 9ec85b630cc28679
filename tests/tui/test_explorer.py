"""Any question by any breakdown at the screen: its figures are those of the tables, and it is handed on as a file."""

from __future__ import annotations

import csv
import shutil
from contextlib import asynccontextmanager
from fractions import Fraction
from pathlib import Path

import pytest
from openpyxl import load_workbook

from exports.exploring import breakdowns, explore, in_words
from exports.selection import Selection
from tests.tui.conftest import at_desk
from tests.tui.states import HALF, STATES
from tui.screens.explorer import Explorer
from tui.screens.interview import InterviewScreen
from tui.screens.quality import QualityList
from tui.widgets.bars import drawn


@pytest.fixture
def laptop(world: Path, tmp_path: Path):
    """A team's app at the first or the second of its desks."""

    @asynccontextmanager
    async def opened(desk_number: str, size=(120, 40)):
        data = Path(shutil.copytree(world, tmp_path / "data"))
        STATES["explorer_of_a_team"].prepare(data)
        async with at_desk(data, size) as desk:
            await desk.press("f12", desk_number)
            yield desk

    return opened


def shown(desk) -> list[str]:
    """The cells of the row the cursor is in."""
    line = next(line for line in desk.screen.splitlines() if line.startswith("▶"))
    return line.replace(">", " ").split()


async def test_the_table_shows_what_is_tabulated(laptop) -> None:
    async with laptop("1") as desk:
        assert isinstance(desk.app.screen, Explorer)
        store = desk.app.store
        form = store.form()
        for name, by in (("chair_post", "kind"), ("sw_total", "team"), ("staff_fill_rate", "palace_exists")):
            wanted = explore(store.conn, form, Selection.of(form), name, by)
            screen = desk.app.screen
            screen._by = by
            screen._go([item.name for item in screen._items].index(name))
            await desk.press("down", "up")
            line = screen._lines()[screen._row][1]
            assert line in [each for part in wanted.parts for block in part.blocks for each in block.lines]
            assert shown(desk)[-len(line.values) :] == [in_words(value, line.style) or "–" for value in line.values]


async def test_a_breakdown_is_found_by_typing_and_an_answer_groups(laptop) -> None:
    async with laptop("1") as desk:
        await desk.press("f3", *"文化宫（含", "enter")
        screen = desk.app.screen
        assert "工人文化宫" in screen.explored.by
        assert "有，独立使用" in screen.explored.groups
        assert "分组：" in desk.screen.splitlines()[0]


async def test_drafts_count_when_they_are_asked_for(laptop) -> None:
    async with laptop("1") as desk:
        complete = desk.app.screen.explored.bases[0]
        await desk.press("f8")
        assert desk.app.screen.explored.bases[0] > complete
        assert "含草稿" in desk.screen.splitlines()[0]


async def test_the_table_is_handed_on_with_the_same_figures(laptop) -> None:
    async with laptop("1") as desk:
        await desk.press("f4")
        explored = desk.app.screen.explored
        folder = desk.app.export_folder
        (book,), (table,) = folder.glob("统计_*.xlsx"), folder.glob("统计_*.csv")
        assert book.name in desk.screen.replace("\n ", "")
        lines = list(csv.reader(table.open(encoding="utf-8-sig")))
        assert lines[0][3:] == list(explored.groups)
        assert [int(base) for base in lines[1][3:]] == list(explored.bases)
        line = next(line for block in explored.parts[0].blocks if block.title == "占比" for line in block.lines)
        assert next(cells for cells in lines if cells[1:3] == ["占比", line.label])[3] == in_words(
            line.values[0], line.style
        )
        sheet = load_workbook(book).active
        assert sheet["A1"].value == explored.item.heading
        assert len(sheet._charts) == 2


async def test_every_breakdown_of_the_form_can_be_chosen(laptop) -> None:
    async with laptop("1") as desk:
        store = desk.app.store
        form = store.form()
        found = breakdowns(form)
        assert len(found) > 150
        for by, _ in found[::20]:
            explored = explore(store.conn, form, Selection.of(form, drafts=True), "chair_post", by)
            assert len(explored.groups) == len(explored.bases)


async def test_plain_bars_on_old_consoles(laptop, monkeypatch) -> None:
    monkeypatch.setenv("ZOUFANG_ASCII", "1")
    async with laptop("1") as desk:
        await desk.press("f8")
        assert "##" in desk.screen
        assert not {*"█▏▎▍▌▋▊▉"} & set(desk.screen)


@pytest.mark.parametrize(
    ("size", "bar"),
    [
        (8, "█" * 10),
        (4, "█" * 5),
        (0, ""),
        (-1, ""),
        (None, ""),
        (Fraction(1, 1000), "▏"),
        (Fraction(41, 10), "█████▏"),
    ],
)
def test_a_bar_is_as_long_as_its_figure(size, bar) -> None:
    assert drawn(None if size is None else Fraction(size), Fraction(8), 10) == bar


async def test_a_finding_leads_to_its_place_in_the_interview(laptop) -> None:
    async with laptop("2") as desk:
        room = desk.app.screen
        assert isinstance(room, QualityList)
        while room._view:
            await desk.press("f7")
        place = next(n for n, found in enumerate(room.entries) if found.check == "doubted" and found.unit == HALF)
        room.list.highlighted = place
        await desk.press("enter")
        assert isinstance(desk.app.screen, InterviewScreen)
        assert desk.app.screen.item.name == room.entries[place].question == "chair_post"
        await desk.press("escape")
        assert desk.app.screen is room


async def test_the_findings_are_written_as_a_table(laptop) -> None:
    async with laptop("2") as desk:
        await desk.press("f4")
        (table,) = desk.app.export_folder.glob("质量检查_*.csv")
        lines = list(csv.reader(table.open(encoding="utf-8-sig")))
        assert len(lines) == 1 + len(desk.app.screen.quality.findings)
