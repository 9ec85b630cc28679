"""Every key that is shown does something, and every key that is hidden does nothing: all screens, all states.

A key works when it changes what can be observed: the screen with its sentences, the focus, the store, or
whether the program runs. Each key is pressed on a fresh copy of the state; the same running app is used
again only when it has verifiably come back to that state.
"""

from __future__ import annotations

import importlib
import pkgutil
import shutil
from collections import deque
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from itertools import count
from pathlib import Path

import pytest
from textual.screen import Screen

import tui.screens
from surveys.soundness import UNRECORDED
from tests.tui.conftest import Desk, at_desk
from tests.tui.states import STATES, State, steady
from tui.keys import COMMANDS, ROOMS, Command, commands_of, key_name
from tui.screens.dialogs import Dialog
from tui.screens.interview import InterviewScreen
from tui.screens.room import Room
from tui.widgets.key_line import KeyLine
from tui.widgets.prose import Prose

_PRESSED = {"digits": "1", "arrows": "up"}
"""What is pressed for keys that stand for several."""

_LAST = {"back": 1, "cancel": 1, "quit": 2}
"""What leaves the state comes after what may not."""


@dataclass(frozen=True)
class Look:
    """What can be observed."""

    screens: tuple[str, ...]
    text: str
    focus: str
    stored: tuple[object, ...]


def look(desk: Desk) -> Look:
    app = desk.app
    if not app.is_running:
        return Look((), "", "", ())
    stored: tuple[object, ...] = ()
    if app.is_open:
        connection = app.store.conn
        events = connection.execute("SELECT count(*) FROM events").fetchone()
        settings = connection.execute("SELECT name, value FROM settings WHERE name != ? ORDER BY name", (UNRECORDED,))
        stored = (*events, *settings)  # the place, written a moment after one came, is no doing of the key
    screens = tuple(type(screen).__name__ for screen in app.screen_stack)
    return Look(screens, steady(desk.screen), str(app.focused), stored)


class Walk:
    """Presses every key of a state."""

    def __init__(self, state: State, world: Path, folder: Path) -> None:
        self.state, self.folder = state, folder
        self._copies = count()
        self._prepared = folder / "prepared"
        shutil.copytree(world, self._prepared)
        state.prepare(self._prepared)

    @asynccontextmanager
    async def fresh(self) -> AsyncIterator[Desk]:
        """The app in the state."""
        data = self.folder / str(next(self._copies))
        if not self.state.new:
            shutil.copytree(self._prepared, data)
        async with at_desk(data) as desk:
            await self.state.reach(desk)
            assert type(desk.app.screen).__name__ == self.state.screen, desk.screen
            yield desk

    async def complaints(self, press: bool = True, room: bool = True) -> list[str]:
        """A sentence for each key that does not do what the key line says.

        Args:
            press: Whether keys are pressed, or only the key line is read.
            room: Whether the keys that every editor of the room has are among those pressed.
        """
        async with self.fresh() as desk:
            working, hidden = self._commands(desk)
            said = [command for command in working if command.line]
            found = [f"{c.id} is not to be read in the key line" for c in said if not self._shown(desk, c)]
            if not press:
                return found
            found += await self._press_hidden(desk, hidden)
            ours = () if room else tuple(commands_of(self.state.place.split(".")[0]))
            pressed = sorted((c for c in working if c not in ours), key=lambda c: _LAST.get(c.id, 0))
            keys = deque((c, _PRESSED.get(key, key)) for c in pressed for key in c.keys.split(","))
            found += [] if found else await self._press(desk, keys)
        while keys and not found:
            async with self.fresh() as desk:
                found += await self._press(desk, keys)
        return found

    def _commands(self, desk: Desk) -> tuple[list[Command], list[Command]]:
        """The commands that are to work now, and those that are not."""
        screen = desk.app.screen
        commands = list(commands_of(*self.state.place.split(".")))
        works = screen.works if isinstance(screen, Room) else lambda command: True
        if isinstance(screen, Room):
            assert ".".join(filter(None, (screen.room, screen.place()))) == self.state.place
        working = [command for command in commands if works(command)]
        taken = {key for command in working for key in command.keys.split(",")}
        return working, [c for c in commands if c not in working and c.action and not taken & set(c.keys.split(","))]

    @staticmethod
    def _shown(desk: Desk, command: Command) -> bool:
        """Whether it is to be read in the key line."""
        region = desk.app.screen.query_one(KeyLine).region
        lines = desk.screen.splitlines()[region.y : region.bottom]
        return any(f"{key_name(command)} {command.label}" in line for line in lines)

    async def _press(self, desk: Desk, keys: deque[tuple[Command, str]]) -> list[str]:
        """Press keys on one copy until one has changed it for good."""
        found, before = [], look(desk)
        while keys:
            command, key = keys.popleft()
            await desk.press(key)
            if look(desk) == before:
                found += [] if self._refused_again(desk, command) else [f"{key} ({command.id}) does nothing"]
            elif not await self._back(desk, before):
                break
        return found

    @staticmethod
    def _refused_again(desk: Desk, command: Command) -> bool:
        """What is typed is refused with the sentence that is there already."""
        return command.id == "accept" and bool(desk.app.screen.query_one("#refusal", Prose).prose)

    async def _back(self, desk: Desk, before: Look) -> bool:
        """Close what a key has opened; True if everything is as before."""
        if desk.app.is_running and len(desk.app.screen_stack) > len(before.screens):
            await desk.press("escape")
        return look(desk) == before

    async def _press_hidden(self, desk: Desk, hidden: list[Command]) -> list[str]:
        before = look(desk)
        for command in hidden:
            if self._shown(desk, command):
                return [f"{command.id} is hidden but shown"]
            for key in command.keys.split(","):
                await desk.press(key)
                if look(desk) != before:
                    return [f"{key} ({command.id}) is hidden and does something"]
        return []


ALIKE = {
    "case_candidate", "case_disputed", "case_form_masked", "case_topic", "cases_of_a_question", "cases_of_a_team",
    "cases_to_check", "choices_specify", "coverage_city", "date", "drop_row", "explanation", "find_command", "grid_of_choices",
    "grid_of_columns", "grid_warned", "home_found", "reason", "review_whole", "rounds_of_one", "specify", "void",
}  # fmt: skip
"""States with the same keys as another: there it is enough that the key line says so."""


FIRST = {state.screen: name for name, state in reversed(STATES.items()) if name not in ALIKE}
"""Screen → the state in which all its keys are pressed in any case; in its other states only with --soak, but for those
of the editor in it."""

WALKED = [
    pytest.param(name, marks=[] if name in FIRST.values() or "." in state.place else pytest.mark.soak)
    for name, state in STATES.items()
]


@pytest.mark.parametrize("name", WALKED)
async def test_every_key_that_is_shown_works(
    world: Path, tmp_path: Path, name: str, pytestconfig: pytest.Config
) -> None:
    room = pytestconfig.getoption("--soak") or name in FIRST.values()
    assert await Walk(STATES[name], world, tmp_path).complaints(press=name not in ALIKE, room=room) == []


def test_every_room_every_editor_and_every_dialog_is_walked() -> None:
    for module in pkgutil.iter_modules(tui.screens.__path__):
        importlib.import_module(f"tui.screens.{module.name}")
    walked = [state for name, state in STATES.items() if name not in ALIKE]
    assert _leaves(Room) | _leaves(Dialog) <= {state.screen for state in walked}
    places = {state.place for state in walked}
    assert {place for command in COMMANDS for place in command.places} | ROOMS.keys() <= places | {
        place.split(".")[0] for place in places
    }


def _leaves(kind: type[Screen]) -> set[str]:
    """Names of the classes of a kind that are no base of others."""
    below = kind.__subclasses__()
    return {kind.__name__} if not below else set().union(*map(_leaves, below))


# ── what the walk would say if something were wrong ──


async def complaints_at_a_choice(world: Path, folder: Path) -> list[str]:
    return await Walk(STATES["choice"], world, folder).complaints()


async def test_a_shown_key_that_does_nothing_is_found(world: Path, tmp_path: Path, monkeypatch) -> None:
    monkeypatch.setattr(InterviewScreen, "action_doubt", lambda self: None)
    assert await complaints_at_a_choice(world, tmp_path) == ["f3 (doubt) does nothing"]


async def test_a_hidden_key_that_does_something_is_found(world: Path, tmp_path: Path, monkeypatch) -> None:
    monkeypatch.setattr(Room, "check_action", lambda self, action, parameters: True)
    (complaint,) = await complaints_at_a_choice(world, tmp_path)
    assert "is hidden and does something" in complaint


async def test_a_key_line_that_is_cut_off_is_found(world: Path, tmp_path: Path, monkeypatch) -> None:
    monkeypatch.setattr(KeyLine, "get_content_height", lambda *arguments: 1)
    complaints = await Walk(STATES["choice"], world, tmp_path).complaints(press=False)
    assert "back is not to be read in the key line" in complaints
