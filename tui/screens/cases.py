"""A register as a list: what is open, overdue, due soon; what the questionnaire flagged and nobody has checked."""

from __future__ import annotations

import time
from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING

from textual import on
from textual.app import ComposeResult
from textual.widgets import Input, OptionList

from surveys.frame import OFFICE, sounds_like
from surveys.register.collecting import collecting
from surveys.register.keeping import kinds, register_of
from surveys.register.registrar import Registrar
from surveys.store import StoreError
from surveys.text import show_text
from surveys.troubles import READ_ONLY
from tui.case_lines import Entry, Order, View, arranged, entries, fits, found, head, line
from tui.case_words import due_words
from tui.keys import Command, bindings_of
from tui.marks import between
from tui.screens.case import CaseRoom
from tui.screens.case_form import CaseForm
from tui.screens.dialogs import Choose, Find, Line
from tui.screens.list_room import AT_ONCE, ListRoom
from tui.textual_faults import TextLine
from tui.widgets.found_list import FoundList
from tui.widgets.prose import Prose
from tui.widgets.title_line import TitleLine

if TYPE_CHECKING:
    from surveys.interview import Interview
    from surveys.register.case import Case
    from surveys.register.definition import CaseType

LATER = 0.3
"""Seconds until it is tried again."""

NOWHERE = "-"
"""The line for a case of no unit."""


class Cases(ListRoom[Entry]):
    """Typing finds; arrows and Enter work on the list all the while.

    Args:
        unit: Code of the unit it is about; "" for all that the team (at the office: everybody) has.
        near: Code of the unit a new case is probably about.
        interview: The interview one comes from.
        question: Name of the question one comes from.
    """

    room = "cases"
    BINDINGS = bindings_of("cases")

    def __init__(self, unit: str = "", near: str = "", interview: Interview | None = None, question: str = "") -> None:
        super().__init__()
        self.unit, self.near, self.interview, self.question = unit, near or unit, interview, question
        self.view = self._usual
        self.order = Order.DUE
        self.kind = 0

    def body(self) -> ComposeResult:
        self.heading = TitleLine()
        self.field = TextLine(placeholder="输入编号、文字、单位或类别查找", id="filter")
        self.summary, self.columns = Prose(id="view"), Prose(id="columns")
        self.list, self.detail = FoundList(id="rows"), Prose(id="detail")
        yield self.heading
        yield self.field
        yield self.summary
        yield self.columns
        yield self.list
        yield self.detail

    def on_mount(self) -> None:
        self.kinds = list(kinds(self.zoufang.store))
        self.field.focus()
        self._collecting = collecting(self.zoufang.store)
        self._news = False
        self.call_after_refresh(self._collect)

    _counted: Mapping[View, int] = {}
    """How many there are in each view; nothing before the list was read."""

    def _collect(self) -> None:
        """Look for new candidates, in steps, while the list is worked with: after a merge every interview is new."""
        if not self.is_attached:
            return
        if not self.is_current:  # not while somebody is at a case
            self.set_timer(LATER, self._collect)
            return
        store, until = self.zoufang.store, time.monotonic() + AT_ONCE
        told = READ_ONLY if store.read_only else ""
        try:
            for done, of in self._collecting:
                self._news = True
                if time.monotonic() > until:
                    self.tell(f"正在看新填的答卷里标记了什么：{done}/{of} 份……")
                    self.set_timer(0.01, self._collect)
                    return
        except StoreError as error:
            told = error.message
        if self._news:
            self.load()
        if told or self._news:
            self.tell(told, trouble=bool(told))

    def on_screen_resume(self) -> None:
        if self._counted:
            self.load()

    # ── what is shown ──

    @property
    def registrar(self) -> Registrar:
        """Whoever is entering now."""
        return Registrar(self.zoufang.store, self.zoufang.actor, self.kinds[self.kind][0])

    @property
    def _usual(self) -> View:
        """What is listed to begin with."""
        return View.PENDING if self.unit else View.OPEN

    @property
    def type(self) -> CaseType:
        """What is listed."""
        register, name = self.kinds[self.kind]
        return register_of(self.zoufang.store, register, name).type(name)

    def read(self) -> Iterator[Entry]:
        team = None if self.unit or self.zoufang.team == OFFICE else self.zoufang.team
        everything = list(entries(self.registrar, self.type, team, self.unit, self.question))
        soon = self.registrar.register.parameters.get("soon_days", 7)
        self._counted = {view: sum(fits(entry, view, soon) for entry in everything) for view in View}
        self._in_view = arranged([entry for entry in everything if fits(entry, self.view, soon)], self.order)
        return iter(self._wanted())

    def _wanted(self) -> list[Entry]:
        return [entry for entry in self._in_view if found(entry, self.field.text)]

    @on(Input.Changed, "#filter")
    def _typed(self) -> None:
        if self._counted:
            self.entries = self._wanted()
            self.show_all()

    def summarise(self) -> None:
        where = next((unit.name for unit in self.zoufang.store.units() if unit.code == self.unit), "")
        overdue, soon, waiting = (self._counted[view] for view in (View.OVERDUE, View.SOON, View.CANDIDATES))
        counted = (f"逾期 {overdue}件" if overdue else "", f"临期 {soon}件" if soon else "")
        self.heading.show([self.zoufang.team_name, where, str(self.type.label)], *counted)
        shown = f"{self.view.label} {len(self.entries)}/{self._counted[View.ALL]}"
        self.summary.say(
            between().join(
                filter(None, (f"筛选 {shown}", f"排序 {self.order.label}", f"待核实 {waiting}件" if waiting else ""))
            )
        )

    def head(self) -> str:
        return head(self.app.size.width, bool(self.unit), self._numbered)

    def line(self, entry: Entry) -> str:
        return line(entry, self.app.size.width, bool(self.unit), self._numbered)

    @property
    def _numbered(self) -> bool:
        """Whether any line has a number; candidates have none."""
        return self.view is not View.CANDIDATES

    def told(self, entry: Entry) -> str:
        first = (entry.number or entry.state, entry.unit.name, entry.category or "类别待定", due_words(entry.days))
        words = [between().join(filter(None, first)), show_text(entry.title, line=True), entry.told]
        return "\n".join(filter(None, words))

    def nothing(self) -> str:
        if not self._counted[View.ALL]:
            return f"还没有登记{self.type.label}，按 {self.key_of('raise')} 记一件。"
        waiting = self._counted[View.CANDIDATES]
        flagged = f"问卷标记的{waiting}件还没有人核实；" if waiting and self.view is not View.CANDIDATES else ""
        narrowed = self.view is not View.ALL
        more = f"{flagged}现在只列出{self.view.label}，按 {self.key_of('case_view')} 换筛选。" if narrowed else ""
        return f"没有这样的{self.type.label}。{more}"

    def works(self, command: Command) -> bool:
        if not self._counted:
            return command.id in ("help", "back", "quit", "palette")
        match command.id:
            case "case":
                return self.here is not None
            case "similar":
                return self.zoufang.team == OFFICE and bool(self.type.columns.topic)
            case "case_figures":
                return not self.unit
            case "raise":
                return not self.zoufang.store.read_only
        return True

    # ── commands ──

    @on(OptionList.OptionSelected)
    def _clicked(self, event: OptionList.OptionSelected) -> None:
        event.stop()
        self.action_case()

    def action_case(self) -> None:
        if self.here:
            self.app.push_screen(CaseRoom(self.registrar, self.here.id))

    def action_kind(self) -> None:
        self.kind, self.view = (self.kind + 1) % len(self.kinds), self._usual
        self.load()

    def action_order(self) -> None:
        orders = list(Order)
        self.order = orders[(orders.index(self.order) + 1) % len(orders)]
        self.load()

    def action_view(self) -> None:
        lines = [Line(str(number % 10), f"{view.label} {self._counted[view]}件") for number, view in enumerate(View, 1)]
        views = dict(zip((one.name for one in lines), View, strict=True))
        now = next(name for name, view in views.items() if view is self.view)

        def chosen(number: str | None) -> None:
            if number:
                self.view = views[number]
                self.load()

        self.app.push_screen(Choose("只列出哪些？", lines, now), chosen)

    def action_figures(self) -> None:
        from tui.screens.register_figures import RegisterFigures

        self.app.push_screen(RegisterFigures(self.kinds[self.kind][0]))

    def action_similar(self) -> None:
        from tui.screens.similar import Similar

        self.app.push_screen(Similar(self.registrar, self.type))

    # ── one more ──

    def action_raise(self) -> None:
        if self.unit or not self.registrar.register.about_units(self.type):
            self._raise(self.unit)
            return
        units = {unit.code: unit for unit in self.zoufang.store.units(self.zoufang.team or None)}
        codes = sorted(units, key=lambda code: code != self.near)
        listed = [(code, f"{code} {units[code].name}") for code in codes] + [(NOWHERE, "不属于某个县级单位")]

        def rank(code: str, text: str, typed: str) -> int | None:
            return 0 if sounds_like(text, typed) else None

        def chosen(code: str | None) -> None:
            if code:
                self._raise("" if code == NOWHERE else code)

        self.app.push_screen(Find(f"哪个单位的{self.type.label}？输入名称或拼音首字母", listed, rank), chosen)

    def _raise(self, unit: str) -> None:
        from tui.raising import beginning

        registrar, type_, interview = self.registrar, self.type, self.interview
        round_ = interview.round if interview else ""
        blank = registrar.blank(type_.name, unit, round_)
        fixed, given = beginning(registrar, blank, interview, self.question)
        form = CaseForm(
            f"记一件{type_.label}",
            registrar,
            blank,
            lambda typed: registrar.entering(blank, type_.opens_at, **{**fixed, **typed}),
            lambda typed: registrar.open(type_.name, unit, round_=round_, **{**fixed, **typed}),
            f"new {type_.name} {unit} {self.question}",
            given,
        )

        def done(case: Case | None) -> None:
            if case is not None:
                self.call_after_refresh(self.tell, f"已登记{type_.label} {show_text(case.numbers[0], line=True)}。")

        self.app.push_screen(form, done)
