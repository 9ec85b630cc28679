"""What the home screen, its dialogs and the settings look like, as plain text."""

import re

import pytest

from surveys.campaign import open_campaign
from surveys.loading import library, load_form

SIZES = {"80x24": (80, 24), "120x40": (120, 40)}


@pytest.fixture(params=SIZES, ids=list(SIZES))
def size(request):
    return SIZES[request.param]


@pytest.fixture
def looks(snapshot):
    def check(desk, name):
        assert re.sub(r"\d\d-\d\d \d\d:\d\d", "mm-dd hh:mm", desk.screen) == snapshot(name=name)

    return check


async def test_the_first_start(open_app, looks, size, tmp_path):
    async with open_app(size=size, data=tmp_path / "new") as desk:
        looks(desk, "first")
        await desk.press("f8")
        looks(desk, "first in ASCII")


async def test_home_ordered_and_filtered(open_app, looks, size):
    async with open_app(size=size) as desk:
        await desk.open("230184")
        await desk.press("2", *"主席", "enter", "1", "escape", "ctrl+u", "f5", "f5")
        looks(desk, "recent")
        await desk.press("f7", "f7")
        looks(desk, "drafts")
        await desk.press("f7")
        looks(desk, "none")


async def test_who_is_entering(open_app, looks, size):
    async with open_app(size=size) as desk:
        await desk.press("f3", "0", *"李四", "enter", "f3")
        looks(desk, "members")
        await desk.press("0")
        looks(desk, "new member")


async def test_an_earlier_round(open_app, looks, size, data):
    async with open_app(size=size) as desk:
        await desk.open()
        await desk.press("2", *"主席", "enter", "1")
    with open_campaign(data) as store:
        newer = load_form(library("county_union")).survey.model_copy(update={"round": "2023", "version": "2023.10"})
        store.install(newer, store.units(), store.teams())
    async with open_app(size=size) as desk:
        looks(desk, "now")
        await desk.press("ctrl+y")
        looks(desk, "earlier")
        await desk.press(*"香坊", "enter")
        screen = re.sub(r"\d\d:\d\d:\d\d", "hh:mm:ss", desk.screen)
        assert "轮次 2022 只看" in screen.splitlines()[0]
        assert "这是以前轮次（2022）的答卷，只能看，不能改。" in screen


async def test_a_keymap_file(open_app, looks, size, data):
    (data / "keys.toml").write_text('settings = "f24"\nexport = "x"\nremark = "f9"\n', "utf-8")
    async with open_app(size=size) as desk:
        looks(desk, "refusals")
        await desk.press("f1")
        looks(desk, "help")
