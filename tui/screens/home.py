"""My units: how each stands, and the way into it."""

from __future__ import annotations

from textual import events, on
from textual.app import ComposeResult
from textual.widgets import Input, OptionList
from textual.widgets.option_list import Option

from surveys.frame import Unit, matches
from tui.current_survey import SURVEY, current_survey, following_survey, outline
from tui.keys import Command, bindings_of
from tui.screens.room import Room
from tui.textual_faults import TextLine, shown
from tui.unit_lines import summary, unit_lines
from tui.widgets.title_line import TitleLine


class Home(Room[None]):
    """A line per unit of one survey. Typing filters at once; arrows and Enter work on the list all the while."""

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
        survey = current_survey(store)
        many = outline(store, survey.digest).many
        self._several = len(store.surveys()) > 1
        self._lines = list(unit_lines(store.units(team), store.interviews(team, survey.id), many))
        self.heading.show(
            [self.zoufang.team_name, f"录入人 {store.setting('member')}", survey.title], summary(self._lines, many)
        )
        self._show()

    _seen = False
    """True once the screen was shown."""

    _several = False
    """True if more than one survey is installed."""

    _width = 0
    """Columns of the terminal that the lines were written for; 0 before there are any."""

    def _show(self) -> None:
        self._width = self.app.size.width
        typed = self.line.text
        self._shown = [line for line in self._lines if matches(line.unit, typed)]
        former = self._chosen
        self.list.set_options(Option(shown(line.text(self._width))) for line in self._shown)
        codes = [line.unit.code for line in self._shown]
        self.list.highlighted = (codes.index(former) if former in codes else 0) if codes else None
        self.key_line.show_keys()
        self.tell("" if codes else "没有这样的单位。" if self._lines else "还没有分给本组的单位。")

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
        if command.id == "survey":
            return self._several
        return bool(self._width) or command.id in ("help", "leave", "quit")

    def action_open(self) -> None:
        if self.list.highlighted is None:
            return
        line = self._shown[self.list.highlighted]
        self._chosen = line.unit.code
        if not (line.many and line.rows):
            self._open(line.unit, line.row.id if line.row and line.row.stage != "void" else "")
            return
        from tui.screens.records import NEW, Records

        def chosen(ident: str | None) -> None:
            if ident:
                self._open(line.unit, "" if ident == NEW else ident)

        self.app.push_screen(Records(line.unit.name, line.rows), chosen)

    def _open(self, unit: Unit, ident: str) -> None:
        from surveys.store import StoreError

        try:
            self.zoufang.open_interview(unit, ident)
        except StoreError as error:
            self.tell(error.message, trouble=True)

    def action_survey(self) -> None:
        from surveys.store import StoreError

        try:
            self.zoufang.store.set_settings(**{SURVEY: following_survey(self.zoufang.store).id})
        except StoreError as error:
            self.tell(error.message, trouble=True)
        else:
            self.load()

    def action_export(self) -> None:
        self.tell("正在导出……")
        self.call_after_refresh(self._export)

    def _export(self) -> None:
        from surveys.store import StoreError

        try:
            written = self.zoufang.export()
        except StoreError as error:
            self.tell(error.message, trouble=True)
        else:
            self.tell("\n".join(f"已导出 {path}，校验码 {code}。" for path, code in written))

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
