"""The provincial office: what there is to do, and the way to each desk."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from textual import events, on
from textual.widgets import OptionList

from surveys.frame import OFFICE
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
        office = self.zoufang.team == OFFICE
        done = f"有事待办 {waiting}项" if waiting else "没有待办" if office else ""
        self.heading.show(["汇总", self.zoufang.team_name], done)
        told = "各组的工作簿从收件夹并入，答得不同的都留着，由人裁定。"
        self.summary.say(told if office else "本机的答卷合在一起看；全省的由省总办公室汇总。")

    def line(self, entry: Desk) -> str:
        sign = pick("○", ".") if entry.urgent else pick("✓", "v")
        number = _digit(list(self.entries).index(entry))
        return f"{number} {cut(entry.name, 8)}{sign} {entry.waiting}"

    def told(self, entry: Desk) -> str:
        return entry.about

    def works(self, command: Command) -> bool:
        return command.id != "desk" or bool(self.entries)

    _ahead = ""
    """The digit that was pressed while the desks were still being counted up."""

    def show_all(self) -> None:
        super().show_all()
        ahead, self._ahead = self._ahead, ""
        self._open(ahead)

    def on_key(self, event: events.Key) -> None:
        digit = to_half_width(event.character or "")
        if not self.entries and digit.isascii() and digit.isdigit():
            self._ahead = digit
            event.stop()
        elif self._open(digit):
            event.stop()
        else:
            super().on_key(event)

    def _open(self, digit: str) -> bool:
        """Open the desk of a digit; False if there is none."""
        places = [place for place in range(len(self.entries)) if _digit(place) == digit != " "]
        if places:
            self.list.highlighted = places[0]
            self.action_desk()
        return bool(places)

    @on(OptionList.OptionSelected)
    def _clicked(self, event: OptionList.OptionSelected) -> None:
        event.stop()
        self.action_desk()

    def action_desk(self) -> None:
        if self.here:
            self.app.push_screen(self.here.room())


def _digit(place: int) -> str:
    """The key of a desk: 1 to 9, 0 for the tenth; those after it have none."""
    return str((place + 1) % 10) if place < 10 else " "
