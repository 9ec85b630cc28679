"""Who is entering: one of those who have used this laptop, by a digit, or somebody new."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from textual import events

from surveys.store import StoreError
from tui import members
from tui.refusing import refusal_of
from tui.screens.dialogs import AskText, Choose, Line
from tui.widgets.key_line import KeyLine

if TYPE_CHECKING:
    from surveys.store import Store
    from tui.app import ZoufangApp

NEW = "0"
"""The digit of the line for a new name."""


class Members(Choose):
    """Gives the digit of a line, or `NEW`; Delete takes a name off the list."""

    def __init__(self, store: Store) -> None:
        self._store = store
        super().__init__("现在由谁录入？", [], "")
        self._read()

    def _read(self) -> None:
        now, self.people = self._store.setting(members.MEMBER), members.known(self._store)
        self.lines = [*(Line(str(n), name) for n, name in enumerate(self.people, 1)), Line(NEW, "写一个新名字")]
        self.chosen = str(self.people.index(now) + 1) if now in self.people else ""

    def on_mount(self) -> None:
        self.query_one(KeyLine).show_keys("members")

    def on_key(self, event: events.Key) -> None:
        place = self.list.highlighted
        if event.key != "delete" or place is None or place >= len(self.people):
            return
        event.stop()
        if self.lines[place].name == self.chosen:
            self.refuse("正在录入的人不能移走，请先换人。")
            return
        try:
            self._store.set_settings(**members.without(self._store, self.people[place]))
        except StoreError as error:
            self.refuse(error.message)
            return
        self._read()
        self.list.fill(self.lines, frozenset({self.chosen}), multiple=False)
        self.list.highlighted = place
        self.refuse("")


def change_member(app: ZoufangApp, done: Callable[[str], None]) -> None:
    """Ask who is entering; from then on events carry that name.

    Args:
        app: Keeps the name, also for an interview that is open.
        done: Told "" after the change, or the sentence that says why there was none; not called after Esc.
    """
    dialog = Members(app.store)

    def take(typed: str) -> str:
        return refusal_of(lambda: app.hand_over(members.checked_name(typed)))

    def named(yes: bool | None) -> None:
        if yes:
            done("")

    def chosen(digit: str | None) -> None:
        if digit == NEW:
            app.push_screen(AskText("录入人姓名或代号：", "", take), named)
        elif digit:
            done(take(dialog.people[int(digit) - 1]))

    app.push_screen(dialog, chosen)
