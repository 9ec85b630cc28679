"""One table of commands: what the key line shows works, and nothing says anything else than the table."""

import re

import pytest

from tui.keys import COMMANDS, ROOMS, commands_of, key_name
from tui.screens.interview import InterviewScreen
from tui.screens.settings import Settings

SCREENS = {
    "home": ("home", []),
    "choice": ("interview", ["sw_edu_req"]),
    "choices": ("interview", ["sw_main_problem"]),
    "value": ("interview", ["sw_age_limit"]),
    "text": ("interview", ["good_practice"]),
    "grid": ("interview", ["appeals"]),
    "roster": ("interview", ["venues"]),
    "review": ("review", ["f9"]),
    "figures": ("figures", ["f9", "f8"]),
    "about": ("about", ["f8"]),
    "settings": ("settings", ["f6"]),
    "help": ("help", ["f1"]),
}


async def reach(desk, screen):
    room, way = SCREENS[screen]
    if room in ("interview", "review", "figures"):
        await desk.open()
    for step in way:
        await (desk.go(step) if room == "interview" else desk.press(step))


@pytest.mark.parametrize("screen", SCREENS)
async def test_every_key_in_the_key_line_does_something(open_app, screen):
    room, way = SCREENS[screen]
    async with open_app() as desk:
        await reach(desk, screen)
        here = desk.app.screen
        shown = [c for c in commands_of(room, here.place()) if c.line and c.action and here.works(c)]
        assert shown
        for command in sorted(shown, key=lambda c: c.keys == "escape"):  # what leaves the screen comes last
            assert f"{key_name(command)} {command.label}" in " ".join(desk.screen.split())
            if command.id == "previous":
                await desk.press("pagedown")
            if command.id == "undo":
                await desk.go("mode")
                await desk.press("1")
                await desk.go(way[0])
            before = desk.screen
            await desk.press(command.keys.split(",")[0])
            assert not desk.app.is_running or desk.screen != before, command
            if not desk.app.is_running:
                return
            left = here not in desk.app.screen_stack
            while desk.app.screen is not (desk.app.home if left else here):
                await desk.press("escape")
            if left:
                await reach(desk, screen)
                here = desk.app.screen
            elif room == "interview":
                await desk.go(way[0])


@pytest.mark.parametrize("screen", SCREENS)
async def test_help_lists_every_command_of_the_screen(open_app, screen):
    if screen == "help":
        return
    async with open_app(size=(100, 60)) as desk:
        await reach(desk, screen)
        room, place = desk.app.screen.room, desk.app.screen.place()
        await desk.press("f1")
        for command in commands_of(room, place):
            assert command.tooltip in desk.screen


async def test_the_palette_finds_a_command_by_initials_and_runs_it(open_app):
    async with open_app() as desk:
        await desk.press("ctrl+p", *"sz", "enter")
        assert isinstance(desk.app.screen, Settings)
        await desk.press("escape")
        await desk.open()
        await desk.press("ctrl+p", *"dhs", "enter")
        assert desk.interview.doubted("mode")


def test_no_letter_is_ever_a_key():
    """Letters belong to the IME while an editor has the focus."""
    keys = [key for command in COMMANDS for key in command.keys.split(",")]
    assert not [key for key in keys if re.fullmatch(r"(shift\+)?[a-zA-Z]", key)]


def test_no_key_has_two_meanings_in_one_room():
    for room in ROOMS:
        keys = [key for command in commands_of(room) if command.action for key in command.keys.split(",")]
        assert len(keys) == len(set(keys)), room


def test_every_command_has_a_place_and_what_it_says():
    for command in COMMANDS:
        assert command.places
        assert command.tooltip
        assert {place.split(".")[0] for place in command.places} <= ROOMS.keys()
    assert len({command.id for command in COMMANDS}) == len(COMMANDS)


def test_every_action_exists_on_its_screen():
    for command in commands_of("interview"):
        assert not command.action or hasattr(InterviewScreen, f"action_{command.action}"), command
