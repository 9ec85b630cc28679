"""The provincial office: what there is to do, and the way to each desk."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from textual import events, on
from textual.widgets import OptionList

from surveys.text import to_half_width
from tui.keys import Command, bindings_of
from tui.marks import pick
from tui.screens.list_room import ListRoom
from tui.textual_faults import cut

if TYPE_CHECKING:
    from tui.screens.room import Room


@dataclass(frozen=True)
class Desk:
    """One of the things an office does."""

    name: str
    about: str
    """A sentence or two for who is at it for the first time."""
    waiting: str
    """What there is to do or to see, in words."""
    urgent: bool
    """Whether something waits for a person."""
    room: Callable[[], Room[Any]]


class Office(ListRoom[Desk]):
    """A line per desk with what waits there; its number or Enter opens it."""

    room = "office"
    BINDINGS = bindings_of("office")

    def on_screen_resume(self) -> None:
        if self.entries:  # back from a desk
            self.load()

    def read(self) -> Iterator[Desk]:
        from tui.desks import desks

        return desks(self.zoufang)

    def summarise(self) -> None:
        waiting = sum(desk.urgent for desk in self.entries)
        self.heading.show(["汇总", self.zoufang.team_name], f"有事待办 {waiting}项" if waiting else "没有待办")
        self.summary.say("各组的工作簿从收件夹并入，答得不同的都留着，由人裁定。")

    def line(self, entry: Desk) -> str:
        sign = pick("○", ".") if entry.urgent else pick("✓", "v")
        number = list(self.entries).index(entry) + 1
        return f"{number} {cut(entry.name, 8)}{sign} {entry.waiting}"

    def told(self, entry: Desk) -> str:
        return entry.about

    def works(self, command: Command) -> bool:
        return command.id != "desk" or bool(self.entries)

    def on_key(self, event: events.Key) -> None:
        digit = to_half_width(event.character or "")
        if digit.isascii() and digit.isdigit() and 0 < int(digit) <= len(self.entries):
            event.stop()
            self.list.highlighted = int(digit) - 1
            self.action_desk()
        else:
            super().on_key(event)

    @on(OptionList.OptionSelected)
    def _clicked(self, event: OptionList.OptionSelected) -> None:
        event.stop()
        self.action_desk()

    def action_desk(self) -> None:
        if self.here:
            self.app.push_screen(self.here.room())
