"""A new round begins with a new definition: units start anew, and what the earlier round has is only read."""

import pytest

from surveys.campaign import open_campaign
from surveys.loading import load_form
from tui.screens.interview import InterviewScreen

FORM = """\
id: yearly
version: "{year}"
round: "{year}"
title: 年度问卷
unit: 单位
{many}
sections:
  - name: all
    label: 全部
    questions:
      - {{name: kind, type: select_one, label: 哪一类, required: true, choices: [{{name: "1", label: 企业}}, {{name: "2", label: 社区}}]}}
      - {{name: heads, type: integer, label: 多少人}}
"""


def install(data, year: str, many: bool = False) -> None:
    """Make the definition of a year the current one."""
    path = data.parent / "yearly.yaml"
    path.write_text(FORM.format(year=year, many="per_unit: many" if many else ""), "utf-8")
    with open_campaign(data) as store:
        store.install(load_form(path).survey, store.units(), store.teams())
        store.set_settings(shown_survey="yearly")


def line_of(desk, unit: str) -> str:
    return next(line for line in desk.screen.splitlines() if unit in line)


@pytest.fixture
def first_year(data):
    install(data, "2022")


async def fill_in(open_app, unit: str, *keys: str) -> str:
    """Begin an interview; its id."""
    async with open_app() as desk:
        await desk.open(unit)
        await desk.press(*keys)
        return desk.interview.id


async def test_the_round_that_is_going_on_shows_and_there_is_no_key_for_others(open_app, first_year):
    async with open_app() as desk:
        assert "轮次 2022" in desk.screen.splitlines()[0]
        assert "Ctrl+Y" not in desk.screen
        before = desk.screen
        await desk.press("ctrl+y")
        assert desk.screen == before


async def test_in_a_new_round_every_unit_is_not_started_and_opening_it_starts_one(open_app, data, first_year):
    old = await fill_in(open_app, "230110", "1", "7", "enter")
    install(data, "2023")
    async with open_app() as desk:
        assert "轮次 2023" in desk.screen.splitlines()[0]
        assert "未开始" in line_of(desk, "香坊区")
        await desk.open("230110")
        assert desk.interview.id != old
        assert desk.interview.round == "2023"
        await desk.press("2", "escape")
        assert "草稿" in line_of(desk, "香坊区")
        assert [row.round for row in desk.app.store.interviews() if row.unit == "230110"] == ["2022", "2023"]


async def test_the_earlier_round_can_be_looked_at_and_stays_as_it_is(open_app, data, first_year):
    old = await fill_in(open_app, "230110", "1", "7", "enter")
    install(data, "2023")
    async with open_app() as desk:
        before, digest = desk.app.store.events(old), desk.app.store.interview_row(old)
        await desk.press("ctrl+y")
        assert "轮次 2022（以前的，只能看）" in desk.screen.splitlines()[0]
        assert "草稿" in line_of(desk, "香坊区")
        await desk.press(*"香坊", "enter")
        assert isinstance(desk.app.screen, InterviewScreen)  # and no question whether to go over to the new version
        assert desk.interview.id == old
        assert "轮次 2022 只看" in desk.screen.splitlines()[0]
        await desk.press("2", "9", "enter", "f2", *"备注", "enter", "f3", "f8", "f7", "pagedown", "2")
        await desk.press("f9")
        assert "这是以前轮次（2022）的答卷，只能看" in desk.screen
        await desk.press("f10", "f12", "f6", "escape", "escape")
        assert desk.app.store.events(old) == before
        assert desk.app.store.interview_row(old) == digest


async def test_an_interview_of_the_round_that_is_going_on_can_be_changed(open_app, data, first_year):
    """The control of the one before: the same keys do change it there."""
    old = await fill_in(open_app, "230110", "1", "7", "enter")
    async with open_app() as desk:
        before = desk.app.store.events(old)
        await desk.press(*"香坊", "enter", "f2", *"备注", "enter")
        assert desk.app.store.events(old) != before


async def test_what_reaches_a_past_interview_by_another_way_is_refused_with_a_sentence(open_app, data, first_year):
    await fill_in(open_app, "230110", "1")
    install(data, "2023")
    async with open_app() as desk:
        await desk.press("ctrl+y", *"香坊", "enter")
        sitting = desk.room.sitting
        assert "以前轮次（2022）" in sitting.answer({"kind": "2"})
        assert desk.value("kind") == "1"


async def test_no_interview_is_started_in_an_earlier_round(open_app, data, first_year):
    await fill_in(open_app, "230110", "1")
    install(data, "2023")
    async with open_app() as desk:
        await desk.press("ctrl+y", *"230111", "enter")
        assert "这一轮没有这个单位的答卷；按 Ctrl+Y" in desk.screen
        await desk.press("ctrl+y", "enter")
        assert desk.interview.round == "2023"


async def test_the_key_goes_round_and_the_program_begins_with_what_is_going_on(open_app, data, first_year):
    await fill_in(open_app, "230110", "1")
    install(data, "2023")
    await fill_in(open_app, "230111", "1")
    install(data, "2024")
    async with open_app() as desk:
        seen = []
        for _ in range(4):
            title = desk.screen.splitlines()[0]
            seen.append(next(year for year in ("2022", "2023", "2024") if year in title))
            await desk.press("ctrl+y")
        assert seen == ["2024", "2023", "2022", "2024"]
    async with open_app() as desk:
        assert "2024" in desk.screen.splitlines()[0]


async def test_an_earlier_visit_can_be_opened_but_no_further_one_begun(open_app, data):
    install(data, "2022", many=True)
    await fill_in(open_app, "230110", "1")
    install(data, "2023", many=True)
    async with open_app() as desk:
        assert "未记" in line_of(desk, "香坊区")
        await desk.press("ctrl+y", *"香坊", "enter")
        assert "草稿" in desk.screen.split("的记录")[1]
        assert "新记一次" not in desk.screen
        await desk.press("enter")
        assert desk.interview.round == "2022"
        assert desk.room.sitting.locked
