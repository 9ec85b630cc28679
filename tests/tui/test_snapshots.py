"""What the screens look like, as plain text. `pytest --snapshot-update` after a wanted change."""

import re

import pytest

SIZES = {"80x24": (80, 24), "120x40": (120, 40)}


def steady(screen: str) -> str:
    """The screen without the time of day."""
    screen = re.sub(r"\d\d:\d\d:\d\d", "hh:mm:ss", screen)
    return re.sub(r"\d\d-\d\d \d\d:\d\d", "mm-dd hh:mm", screen)


@pytest.fixture(params=SIZES, ids=list(SIZES))
def size(request):
    return SIZES[request.param]


@pytest.fixture
def looks(snapshot):
    def check(desk, name):
        assert steady(desk.screen) == snapshot(name=name)

    return check


async def test_home_settings_about_and_help(open_app, looks, size):
    async with open_app(size=size) as desk:
        await desk.open()
        await desk.press("2", *"主席", "enter", "1", "escape", "escape")
        looks(desk, "home")
        await desk.press("f6")
        looks(desk, "settings")
        await desk.press("escape", "f1")
        looks(desk, "help")


@pytest.mark.parametrize(
    ("name", "keys"),
    [
        ("sw_edu_req", ["2", "pageup"]),
        ("sw_main_problem", ["2", "9", "6", *"待遇"]),
        ("return_due", [*"3.5万元"]),
        ("sw_total", [*"3000", "enter"]),
        ("joint_meetings", ["7", "enter"]),
        ("last_congress", [*"2021.11.3"]),
        ("good_practice", [*"第一条", "ctrl+j", *"第二条"]),
        ("income", ["1", "0", "enter", *"2.5", "enter"]),
        ("new_form", ["9", "enter", "8", "enter", "7"]),
        ("service_capacity", ["1", "9", "3"]),
        ("disputes", ["3", "enter", "4", "enter"]),
        ("venues", ["enter", *"文化宫", "enter", "1", *"安埠街道", "enter", "f7"]),
        ("palace_operating", []),
    ],
)
async def test_interview(open_app, looks, size, name, keys):
    async with open_app(size=size) as desk:
        await desk.open()
        await desk.go(name)
        await desk.press(*keys)
        looks(desk, name)


async def test_review_find_and_dialogs(open_app, looks, size):
    async with open_app(size=size) as desk:
        await desk.open()
        await desk.press("ctrl+f", *"hb")
        looks(desk, "find")
        await desk.press("escape", "f5")
        looks(desk, "evidence")
        await desk.press("2", "f2", *"备注")
        looks(desk, "remark")
        await desk.press("enter", "f3", "f9")
        looks(desk, "review")


async def test_ascii(open_app, looks, size, monkeypatch):
    monkeypatch.setenv("ZOUFANG_ASCII", "1")
    async with open_app(size=size) as desk:
        await desk.open()
        await desk.press("2", "pageup", "f3")
        looks(desk, "interview")


async def test_the_whole_interview_in_words_and_the_figures(open_app, looks, size):
    async with open_app(size=size) as desk:
        await desk.open()
        await desk.press(
            "2", *"主席", "enter", "7", "4", "0", "enter", "0", "enter", *"10", "enter", "2", "enter", "0", "enter"
        )
        await desk.press("9", "enter", "2", "enter", "0", "enter", "f5", "2", "f9", "f7")
        looks(desk, "whole")
        await desk.press("f8")
        looks(desk, "figures")
