"""My units: how each stands, and the way into it."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from typing import TYPE_CHECKING

from rich.cells import cell_len
from textual import events, on
from textual.app import ComposeResult
from textual.widgets import Input, OptionList
from textual.widgets.option_list import Option

from surveys.frame import Unit, matches
from tui.keys import Command, bindings_of
from tui.marks import bar, stage_label
from tui.screens.room import Room
from tui.textual_faults import TextLine, cut, shown
from tui.widgets.title_line import TitleLine

if TYPE_CHECKING:
    from surveys.store import InterviewRow


class Home(Room[None]):
    """A line per unit and interview. Typing filters at once; arrows and Enter work on the list all the while."""

    room = "home"
    BINDINGS = bindings_of("home")

    def body(self) -> ComposeResult:
        self.heading = TitleLine()
        self.line = TextLine(placeholder="输入代码、名称或拼音查找", id="filter")
        self.list = OptionList(id="units", markup=False, compact=True)
        self.list.can_focus = False
        yield self.heading
        yield self.line
        yield self.list

    def on_mount(self) -> None:
        self.line.focus()
        self._chosen = ""
        self.tell("正在打开……")

    def on_screen_resume(self) -> None:
        if self._seen and self.zoufang.is_open:  # back from another screen
            self.load()
        self._seen = True

    def on_resize(self) -> None:
        if self._width not in (0, self.app.size.width):
            self._show()

    def load(self) -> None:
        """Read units and interviews anew."""
        store = self.zoufang.store
        team = self.zoufang.team or None  # the office sees every unit
        self._entries = list(_entries(store.units(team), store.interviews(team)))
        rows = [row for _, row in self._entries if row]
        complete = sum(row.stage == "complete" for row in rows)
        units = len({unit.code for unit, _ in self._entries})
        self.heading.show(
            [store.survey_heading().title, self.zoufang.team_name, f"录入人 {store.setting('member')}"],
            f"完成 {complete}/{units} {bar(complete, units, 10)}",
        )
        self._show()

    _seen = False
    """True once the screen was shown."""

    _width = 0
    """Columns of the terminal that the lines were written for; 0 before there are any."""

    def _show(self) -> None:
        self._width = self.app.size.width
        typed = self.line.text
        self._shown = [entry for entry in self._entries if matches(entry[0], typed)]
        former = self._chosen
        self.list.set_options(Option(shown(self._text(unit, row))) for unit, row in self._shown)
        codes = [unit.code for unit, _ in self._shown]
        self.list.highlighted = (codes.index(former) if former in codes else 0) if codes else None
        self.key_line.show_keys()
        self.tell("" if codes else "没有这样的单位。" if self._entries else "还没有分给本组的单位。")

    def _text(self, unit: Unit, row: InterviewRow | None) -> str:
        state = stage_label(row.stage, row.conflicts) if row else stage_label("")
        progress = f"{bar(row.done, row.total, 10)} {row.done:>2}/{row.total}" if row else bar(0, 1, 10)
        saved = _local(row.updated_at) if row else ""
        wrong = f" !{row.errors}" if row and row.errors else ""
        tail = f"{cut(state, 6)} {cut(progress, 16)}{cut(wrong, 4)} {saved}"
        room = self.app.size.width - 2 - cell_len(tail) - 11
        return f" {unit.code}  {cut(unit.name, max(16, min(room, 40)))}{tail}"

    # ── typing goes to the filter, moving to the list ──

    @on(Input.Changed, "#filter")
    def _typed(self) -> None:
        if self._width:
            self._show()

    def on_key(self, event: events.Key) -> None:
        moves = {"up": "cursor_up", "down": "cursor_down", "pageup": "page_up", "pagedown": "page_down"}
        if event.key in moves:
            getattr(self.list, f"action_{moves[event.key]}")()
            event.stop()
            event.prevent_default()

    @on(OptionList.OptionSelected, "#units")
    def _clicked(self, event: OptionList.OptionSelected) -> None:
        event.stop()
        self.action_open()

    # ── commands ──

    def works(self, command: Command) -> bool:
        return bool(self._width) or command.id in ("help", "leave", "quit")

    def action_open(self) -> None:
        if self.list.highlighted is None:
            return
        unit, row = self._shown[self.list.highlighted]
        self._chosen = unit.code
        from surveys.store import StoreError

        try:
            self.zoufang.open_interview(unit, row if row and row.stage != "void" else None)
        except StoreError as error:
            self.tell(error.message, trouble=True)

    def action_export(self) -> None:
        self.tell("正在导出……")
        self.call_after_refresh(self._export)

    def _export(self) -> None:
        from surveys.store import StoreError

        try:
            path, code = self.zoufang.export()
        except StoreError as error:
            self.tell(error.message, trouble=True)
        else:
            self.tell(f"已导出 {path}，校验码 {code}。")

    def action_settings(self) -> None:
        from tui.screens.settings import Settings

        self.app.push_screen(Settings())

    def action_about(self) -> None:
        from tui.screens.about import About

        self.app.push_screen(About())

    def action_leave(self) -> None:
        if self.line.text:
            self.line.text = ""
        else:
            self.app.exit()


def _entries(units: list[Unit], rows: list[InterviewRow]) -> Iterator[tuple[Unit, InterviewRow | None]]:
    """Every unit with each of its interviews; void ones only where there is no other."""
    by_unit: dict[str, list[InterviewRow]] = {}
    for row in rows:
        by_unit.setdefault(row.unit, []).append(row)
    for unit in units:
        mine: list[InterviewRow | None] = [*by_unit.get(unit.code, [])]
        standing = [row for row in mine if row and row.stage != "void"]
        yield from ((unit, row) for row in standing or mine[-1:] or [None])


def _local(at: str) -> str:
    """`2022-11-03T06:02:31.000Z` → `11-03 14:02` in the laptop's time zone."""
    try:
        return f"{dt.datetime.fromisoformat(at).astimezone():%m-%d %H:%M}"
    except ValueError:
        return at
