"""One table of commands: what the key line shows works, and nothing says anything else than the table."""

import re

from tests.tui.conftest import at_desk
from tests.tui.states import STATES
from tui.keys import COMMANDS, ROOMS, commands_of
from tui.screens.help import Help
from tui.screens.interview import InterviewScreen
from tui.screens.settings import Settings

PLACES = {state.place for state in STATES.values() if state.place.split(".")[0] not in ("dialog", "help")}
"""Every place that has keys and a help; that F1 brings it there, the walk over every key sees."""


async def test_help_lists_every_command_of_the_screen(data):
    async with at_desk(data, (100, 60)) as desk:
        for place in PLACES:
            desk.app.push_screen(Help(desk.app.keyboard, *place.partition(".")[::2], []))
            await desk.settle()
            for command in commands_of(*place.split(".")):
                assert command.tooltip in desk.screen, place
            await desk.press("escape")


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
    """But for F10, which completes a draft and opens again what is none."""
    for room in ROOMS:
        commands = [command for command in commands_of(room) if (room, command.id) != ("review", "reopen")]
        keys = [key for command in commands if command.action for key in command.keys.split(",")]
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
