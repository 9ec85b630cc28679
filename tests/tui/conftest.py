"""The real app on the real form, with a data folder per test and keys that arrive as fast as they can."""

import asyncio
import shutil
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager, suppress
from functools import cache
from pathlib import Path
from unittest.mock import patch

import pytest
from textual import events
from textual.keys import _character_to_key
from textual.pilot import Pilot

from surveys.campaign import open_campaign
from surveys.interview import Interview
from surveys.loading import LoadErrors, load_survey
from tui.app import ZoufangApp
from tui.screens.interview import InterviewScreen

FRAME = 0.001
"""Seconds between two paintings: the 1/60 s of a person's terminal would be a third of the time of most tests."""

UNIT = "230110"  # 哈尔滨市香坊区, the first of team 1's that the tests open


class Desk:
    """Somebody at the laptop."""

    def __init__(self, app: ZoufangApp, pilot: Pilot) -> None:
        self.app, self.pilot = app, pilot

    async def press(self, *keys: str) -> None:
        """Send keys in one burst, as a fast typist on a slow laptop does; wait until all are carried out."""
        for key in keys:
            if len(key) == 1:
                self.app.post_message(events.Key(_character_to_key(key), key))
            else:
                self.app.post_message(events.Key(key, {"space": " "}.get(key)))
        await self.settle()

    async def type(self, text: str, *then: str) -> None:
        await self.press(*text, *then)

    async def paste(self, text: str) -> None:
        self.app.post_message(events.Paste(text))
        await self.settle()

    async def settle(self) -> None:
        await self.app.all_keys_done()
        if self.app._exit:  # widgets that are closing answer nobody, and the pilot would wait for them
            return
        await self.pilot._wait_for_screen()
        for _ in range(500):
            await asyncio.sleep(2 * FRAME)
            screen = self.app.screen if self.app.screen_stack else None
            if screen is None or not (screen._layout_required or screen._dirty_widgets or screen._scroll_required):
                return

    async def resize(self, width: int, height: int) -> None:
        await self.pilot.resize_terminal(width, height)
        await self.settle()

    async def open(self, unit: str = UNIT) -> None:
        """Open a unit's interview from the home screen."""
        await self.press("ctrl+u", *unit, "enter")
        assert isinstance(self.app.screen, InterviewScreen)

    async def go(self, question: str) -> None:
        self.room.go(question)
        await self.settle()

    @property
    def room(self) -> InterviewScreen:
        return next(screen for screen in self.app.screen_stack if isinstance(screen, InterviewScreen))

    @property
    def interview(self) -> Interview:
        return self.room.sitting.interview

    @property
    def at(self) -> str:
        """The question on the screen."""
        return self.room.item.name

    def value(self, address: str) -> str:
        return self.interview.answer(address).value

    @property
    def screen(self) -> str:
        """What is to be read on the terminal."""
        strips = self.app.screen._compositor.render_strips()
        return "\n".join("".join(segment.text for segment in strip).rstrip() for strip in strips)


@asynccontextmanager
async def at_desk(data: Path, size: tuple[int, int] = (80, 24), definition: Path | None = None) -> AsyncIterator[Desk]:
    """The app at the screen it starts with; with a definition that can be used, in a folder that has only it."""
    if definition is not None:
        with suppress(LoadErrors):
            load_survey(definition)
            data, definition = prepare(data.parent / "own", definition), None
    app = ZoufangApp(data, definition)
    with patch("textual.screen.UPDATE_PERIOD", FRAME):
        async with app.run_test(size=size) as pilot:
            desk = Desk(app, pilot)
            await desk.settle()
            yield desk


OpenApp = Callable[..., AbstractAsyncContextManager[Desk]]


def prepare(folder: Path, definition: Path | None = None) -> Path:
    """A data folder as it is after the first start."""
    with open_campaign(folder, definition) as store:
        store.set_settings(team="1", device="一组联想", member="张三")
    return folder


@pytest.fixture(scope="session")
def prepared(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A data folder with the shipped form, made once."""
    return prepare(tmp_path_factory.mktemp("prepared"))


@pytest.fixture
def data(prepared: Path, tmp_path: Path) -> Path:
    return Path(shutil.copytree(prepared, tmp_path / "data"))


@pytest.fixture
def open_app(data: Path) -> OpenApp:
    """`async with open_app() as desk:`; more than once in a test is closing and opening again."""
    return lambda **options: at_desk(options.pop("data", data), **options)


@pytest.fixture(scope="session")
def world(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A data folder with interviews in every stage, made once; copy it before you write in it."""
    from tests.tui.states import make_world

    return make_world(tmp_path_factory.mktemp("world"))


SMALL_FORM = """\
id: small
version: "1"
title: "{title}"
unit: 单位
sections:
  - name: all
    label: "{title}"
    questions:
{questions}
"""


def write_form(folder: Path, questions: str, title: str = "小问卷") -> Path:
    """A definition with a few questions of one's own."""
    path = folder / "small.yaml"
    indented = "\n".join(f"      {line}" for line in questions.strip().splitlines())
    path.write_text(SMALL_FORM.format(title=title, questions=indented), "utf-8")
    return path


@pytest.fixture
def small_form(tmp_path: Path) -> Callable[..., Path]:
    """Write a definition with a few questions of one's own."""
    return lambda questions, title="小问卷": write_form(tmp_path, questions, title)


Beginning = Callable[[Desk], Awaitable[None]]


@pytest.fixture(scope="session")
def beginnings(tmp_path_factory: pytest.TempPathFactory) -> Callable[[Beginning, str], Path]:
    """A data folder in which a beginning has been typed on a form with these questions: each is typed once."""

    async def typed(beginning: Beginning, data: Path) -> None:
        async with at_desk(data) as desk:
            await beginning(desk)

    @cache
    def made(beginning: Beginning, questions: str) -> Path:
        folder = tmp_path_factory.mktemp("beginning")
        data = prepare(folder / "data", write_form(folder, questions))
        asyncio.run(typed(beginning, data))
        return data

    return made


@pytest.fixture
def begun(beginnings: Callable[[Beginning, str], Path], tmp_path: Path) -> Callable[[Beginning, str], Path]:
    """`begun(beginning, questions)`: a copy of such a folder for the test; from fixtures only, it has a loop of its own."""
    return lambda *what: Path(shutil.copytree(beginnings(*what), tmp_path / "begun"))
