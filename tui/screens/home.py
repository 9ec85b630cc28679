"""My units: how each stands, and the way into it."""

from __future__ import annotations

from collections.abc import Sequence

from textual import events, on
from textual.app import ComposeResult
from textual.containers import Horizontal
from textual.widgets import Input, OptionList, Static

from surveys.frame import Unit, matches
from tui.current_survey import SURVEY, current_survey, following_survey, outline, rounds_of
from tui.keys import Command, bindings_of
from tui.marks import between
from tui.members import MEMBER
from tui.screens.room import Room
from tui.textual_faults import TextLine
from tui.unit_lines import NARROW, ORDER, Narrow, Order, arranged, following, remembered, summary, unit_lines
from tui.widgets.title_line import TitleLine
from tui.widgets.unit_list import UnitList


class Home(Room[None]):
    """A line per unit of one survey in one round.

    Typing filters at once; arrows and Enter work on the list all the while. How the lines are ordered and which
    are left out is remembered; the round is not: the program always begins with the one that is going on.
    """

    room = "home"
    BINDINGS = bindings_of("home")

    def body(self) -> ComposeResult:
        self.heading = TitleLine()
        self.line = TextLine(placeholder="输入代码、名称或拼音查找", id="filter")
        self.view = Static(id="view", markup=False)
        self.list = UnitList(id="units")
        yield self.heading
        with Horizontal(id="top"):
            yield self.line
            yield self.view
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
        definition = outline(store, survey.digest)
        rows = store.interviews(team, survey.id)
        self._several = len(store.surveys()) > 1
        self._rounds = rounds_of(definition, rows)
        if self._round not in self._rounds:
            self._round = definition.round
        self._past = self._round != definition.round
        self._lines = list(
            unit_lines(store.units(team), [row for row in rows if row.round == self._round], definition.many)
        )
        if self._order is None:
            self._order = remembered(Order, store.setting(ORDER))
            self._narrow = remembered(Narrow, store.setting(NARROW))
        names = [self.zoufang.team_name, f"录入人 {store.setting(MEMBER)}", survey.title]
        if self._past:  # nobody may take it for what is going on
            names.append(f"轮次 {self._round or '未写'}（以前的，只能看）")
        elif self._round:
            names.insert(0, f"轮次 {self._round}")
        self.heading.show(names, summary(self._lines, definition.many))
        self._show()
        if troubles := self.zoufang.key_troubles:
            self.tell("\n".join(troubles), trouble=True)

    _seen = False
    """True once the screen was shown."""

    _several = False
    """True if more than one survey is installed."""

    _rounds: Sequence[str] = ()
    """The rounds of the survey; the one that is going on first."""

    _round: str | None = None
    """The round that is shown; None is the one that is going on."""

    _past = False
    """True while the round that is shown is over."""

    _order: Order | None = None
    """How the lines are ordered; None before the store was read."""

    _narrow = Narrow.ALL
    """Which lines are shown."""

    _width = 0
    """Columns of the terminal that the lines were written for; 0 before there are any."""

    def _show(self) -> None:
        self._width = self.app.size.width
        order = self._order or Order.FRAME
        lines = [line for line in arranged(self._lines, order, self._narrow) if matches(line.unit, self.line.text)]
        self.list.show(lines, self._width, self._chosen)
        count = f"{len(lines)}/{len(self._lines)}" if len(lines) < len(self._lines) else ""
        self.view.update(between().join([f"排序 {order.label}", f"筛选 {self._narrow.label} {count}".rstrip()]))
        self.key_line.show_keys()
        self.tell("" if lines else self._nothing())

    def _nothing(self) -> str:
        """Why the list is empty."""
        if not self._lines:
            return "还没有分给本组的单位。"
        if self._narrow is Narrow.ALL:
            return "没有这样的单位。"
        return f"没有这样的单位：现在只列出{self._narrow.label}的，按 {self.key_of('narrow')} 换筛选。"

    # ── typing goes to the filter, moving to the list ──

    @on(Input.Changed, "#filter")
    def _typed(self) -> None:
        if self._width:
            self._show()

    def on_key(self, event: events.Key) -> None:
        self.list.moves(event)

    @on(OptionList.OptionSelected, "#units")
    def _clicked(self, event: OptionList.OptionSelected) -> None:
        event.stop()
        self.action_open()

    # ── commands ──

    def works(self, command: Command) -> bool:
        if command.id in ("open", "double") and not (self._width and self.list.here):
            return False
        if command.id == "survey":
            return self._several
        if command.id == "round":
            return len(self._rounds) > 1
        if command.id == "double":
            return not (self._past or self.zoufang.store.read_only)
        return bool(self._width) or command.id in ("help", "leave", "quit")

    def action_open(self) -> None:
        if (line := self.list.here) is None:
            return
        self._chosen = line.unit.code
        if self._past and not line.rows:
            self.tell(f"这一轮没有这个单位的答卷；按 {self.key_of('round')} 回到现在的轮次再填。")
            return
        if not (line.many and line.rows):
            wanted = line.row and (self._past or line.row.stage != "void")
            self._open(line.unit, line.row.id if line.row and wanted else "")
            return
        from tui.screens.records import NEW, Records

        def chosen(ident: str | None) -> None:
            if ident:
                self._open(line.unit, "" if ident == NEW else ident)

        self.app.push_screen(Records(line.unit.name, line.rows, more=not self._past), chosen)

    def _open(self, unit: Unit, ident: str) -> None:
        from surveys.store import StoreError

        try:
            self.zoufang.open_interview(unit, ident)
        except StoreError as error:
            self.tell(error.message, trouble=True)

    def action_double(self) -> None:
        if (line := self.list.here) is None:
            return
        self._chosen = line.unit.code
        if not line.rows:
            self.tell("这个单位还没有答卷，不能双录。")
        elif not line.many:
            self._key_again(line.unit, line.rows[0].id)
        else:
            from tui.screens.records import Records

            def chosen(ident: str | None) -> None:
                if ident:
                    self._key_again(line.unit, ident)

            self.app.push_screen(Records(line.unit.name, line.rows, more=False), chosen)

    def _key_again(self, unit: Unit, ident: str) -> None:
        from surveys.second_keying import SamePerson
        from surveys.store import StoreError
        from surveys.text import Refusal

        try:
            self.zoufang.key_again(unit, ident)
        except SamePerson as refusal:
            self.tell(f"{refusal.message}请先按 {self.key_of('member')} 换人。", trouble=True)
        except (Refusal, StoreError) as error:
            self.tell(error.message, trouble=True)

    def action_survey(self) -> None:
        if self.remember(SURVEY, following_survey(self.zoufang.store).id):
            self._round = None
            self.load()

    def action_round(self) -> None:
        place = self._rounds.index(self._round or "")
        self._round = self._rounds[(place + 1) % len(self._rounds)]
        self.load()

    def action_order(self) -> None:
        self._order = following(self._order or Order.FRAME)
        self._arrange(ORDER, self._order)

    def action_narrow(self) -> None:
        self._narrow = following(self._narrow)
        self._arrange(NARROW, self._narrow)

    def _arrange(self, setting: str, choice: str) -> None:
        """Show the list in its new order, the cursor still on the same unit; also when the disk refuses to keep it."""
        if line := self.list.here:
            self._chosen = line.unit.code
        self._show()
        self.remember(setting, choice)

    def action_member(self) -> None:
        from tui.screens.members import change_member

        def changed(refusal: str) -> None:
            self.load()
            if refusal:
                self.call_after_refresh(self.tell, refusal, trouble=True)  # when coming back has shown the list

        change_member(self.zoufang, changed)

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
            lines = [f"已导出 {export.path}，校验码 {export.check_code}。" for export in written]
            self.tell("\n".join([*lines, written[0].news or f"电脑指纹 {written[0].fingerprint}。"]))

    def action_lists(self) -> None:
        from surveys.reference_search import References
        from surveys.references import current_versions
        from tui.screens.reference import Reference

        store = self.zoufang.store
        surveys = [version.survey for version in current_versions(store).values()]
        if surveys:
            form = self.zoufang.form(store.survey_digest(surveys[0]))
            self.app.push_screen(Reference(References(store, form)))
        else:
            self.tell("还没有参考清单，请用 zoufang reference 清单.xlsx 放入。")

    def action_register(self) -> None:
        from tui.screens.cases import Cases

        line = self.list.here
        self.app.push_screen(Cases(near=line.unit.code if line else ""))

    def action_office(self) -> None:
        from tui.screens.office import Office

        self.app.push_screen(Office())

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
