"""The provincial office: what there is to do, and the way to each desk."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

from textual import events, on
from textual.widgets import OptionList

from surveys.frame import OFFICE
from surveys.text import to_half_width
from tui.current_survey import current_survey
from tui.keys import Command, bindings_of
from tui.lending import lend
from tui.marks import pick
from tui.screens.dialogs import Choose, Line
from tui.screens.list_room import ListRoom
from tui.textual_faults import cut

if TYPE_CHECKING:
    from surveys.store import Store
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


WRITTEN = {
    "xlsx": ("汇总工作簿", "汇总工作簿：各题、指标、问题、质量"),
    "docx": ("报告", "Word 报告：表和图都填好，留出自己写的地方"),
}
"""Ending of a file → its name, and what it is."""


class Office(ListRoom[Desk]):
    """A line per desk with what waits there; its number or Enter opens it."""

    room = "office"
    BINDINGS = bindings_of("office")

    _writing = ""
    """What a thread is writing that has the store for itself (`tui.lending`); "" while the store is here."""
    _title: Sequence[str] = ()
    _is_office = False

    def on_screen_resume(self) -> None:
        if self.entries and not self._writing:  # back from a desk
            self.load()

    def load(self) -> None:
        self._title, self._is_office = ["汇总", self.zoufang.team_name], self.zoufang.team == OFFICE
        super().load()

    def read(self) -> Iterator[Desk]:
        from tui.desks import desks

        return desks(self.zoufang)

    def summarise(self) -> None:
        waiting = sum(desk.urgent for desk in self.entries)
        done = f"有事待办 {waiting}项" if waiting else "没有待办" if self._is_office else ""
        self.heading.show(self._title, f"正在写{self._writing}" if self._writing else done)
        told = "各组的工作簿从收件夹并入，答得不同的都留着，由人裁定。"
        self.summary.say(told if self._is_office else "本机的答卷合在一起看；全省的由省总办公室汇总。")

    def line(self, entry: Desk) -> str:
        sign = pick("○", ".") if entry.urgent else pick("✓", "v")
        number = _digit(list(self.entries).index(entry))
        return f"{number} {cut(entry.name, 8)}{sign} {entry.waiting}"

    def told(self, entry: Desk) -> str:
        return entry.about

    def works(self, command: Command) -> bool:
        if self._writing:
            return command.id in ("help", "palette", "quit", "back")  # the last says why it has to wait
        if command.id == "write_summary":
            return self._is_office and not self.zoufang.store.read_only
        return command.id != "desk" or bool(self.entries)

    _ahead = ""
    """The digit that was pressed while the desks were still being counted up."""

    def show_all(self) -> None:
        super().show_all()
        ahead, self._ahead = self._ahead, ""
        self._open(ahead)

    def on_key(self, event: events.Key) -> None:
        digit = "" if self._writing else to_half_width(event.character or "")
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
        if self.here and not self._writing:
            self.app.push_screen(self.here.room())

    def action_back(self) -> None:
        if self._writing:
            self.tell(f"正在写{self._writing}，请等一下。")
        else:
            super().action_back()

    # ── the summary and the report ──

    def action_write_summary(self) -> None:
        def chosen(kind: str | None) -> None:
            if kind:
                self._write(kind)

        lines = [Line(kind, about) for kind, (_, about) in WRITTEN.items()]
        self.app.push_screen(Choose("写哪一样？", lines), chosen)

    def _write(self, kind: str) -> None:
        from exports.workbook import safe_name

        survey = current_survey(self.zoufang.store)
        self._writing = WRITTEN[kind][0]
        target = self.zoufang.export_folder / f"{safe_name(f'{survey.title}_{self._writing}')}.{kind}"
        self.summarise()
        self.key_line.show_keys()

        async def busy() -> None:
            from exports.files import ExportError
            from surveys.store import StoreError

            told, trouble = f"已写好 {target}", False
            try:
                await lend(self.zoufang, partial(_written, kind, survey.id, target))
            except (ExportError, StoreError) as error:
                told, trouble = error.message, True
            finally:
                self._writing = ""
            if self.is_attached:
                self.load()
                self.tell(told, trouble=trouble)

        self.run_worker(busy(), exit_on_error=True)


def _written(kind: str, survey: str, target: Path, store: Store) -> Path:
    if kind == "docx":
        from exports.report import write_report

        return write_report(store, target, survey_id=survey)
    from exports.summary import write_summary

    return write_summary(store, target, survey_id=survey)


def _digit(place: int) -> str:
    """The key of a desk: 1 to 9, 0 for the tenth; those after it have none."""
    return str((place + 1) % 10) if place < 10 else " "
