"""Every place of the app that takes text, and how to get there."""

from __future__ import annotations

import re
import shutil
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

from textual.widgets import Input, TextArea

from tests.tui.conftest import Desk, at_desk
from tests.tui.states import STATES

TUI = Path(__file__).parents[2] / "tui"
_MADE = re.compile(r"\b(?:TextLine|TextBox)\([^)]*?\bid=(?:\"(\w+)\"|(\w+))\)")


@dataclass(frozen=True)
class TextPlace:
    """An editor of text, as `tui` makes it."""

    state: str
    """The state of the app in which it has the focus."""
    keys: tuple[str, ...] = ()
    """Keys from there."""

    @asynccontextmanager
    async def reached(self, world: Path, folder: Path) -> AsyncIterator[Desk]:
        """The app with the cursor in the emptied editor."""
        state = STATES[self.state]
        data = folder / "data"
        if not state.new:
            shutil.copytree(world, data)
            state.prepare(data)
        async with at_desk(data) as desk:
            await state.reach(desk)
            await desk.press(*self.keys)
            editor(desk).text = ""
            await desk.settle()
            yield desk


PLACES = {
    "screens/home.py filter": TextPlace("home"),
    "screens/reference.py filter": TextPlace("reference"),
    "screens/settings.py team": TextPlace("first_start"),
    "screens/settings.py device": TextPlace("first_start", ("1", "enter")),
    "screens/settings.py SECOND": TextPlace("settings", ("shift+tab",)),
    "screens/settings.py member": TextPlace("settings"),
    "screens/cases.py filter": TextPlace("cases"),
    "screens/case_form.py text": TextPlace("case_form_text"),
    "screens/case_form.py value": TextPlace("case_form", ("pagedown",)),
    "screens/dialogs.py line 1": TextPlace("remark"),
    "screens/dialogs.py line 2": TextPlace("respondent"),
    "screens/dialogs.py line 3": TextPlace("find"),
    "widgets/value_editor.py value": TextPlace("value"),
    "widgets/grid_editor.py cell": TextPlace("grid"),
    "widgets/choice_editor.py specify": TextPlace("specify"),
    "widgets/text_editor.py text": TextPlace("text"),
}
"""Where it is made → how to get there."""


def made() -> set[str]:
    """Every editor that the code of `tui` makes."""
    found = set()
    for path in TUI.rglob("*.py"):
        names = ["".join(groups) for groups in _MADE.findall(path.read_text("utf-8"))]
        for place, name in enumerate(names):
            number = f" {names[: place + 1].count(name)}" if names.count(name) > 1 else ""
            found.add(f"{path.relative_to(TUI).as_posix()} {name}{number}")
    return found


def editor(desk: Desk) -> Input | TextArea:
    """The editor that has the focus."""
    focused = desk.app.focused
    assert isinstance(focused, Input | TextArea), focused
    return focused
