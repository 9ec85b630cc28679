"""One case: what is known of it, what happened to it, and what can be done with it now."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from itertools import groupby
from typing import TYPE_CHECKING

from rich.cells import cell_len
from textual import events
from textual.app import ComposeResult
from textual.containers import VerticalScroll

from surveys.deciding import said_by
from surveys.register.calendar import days_left
from surveys.register.collecting import candidate
from surveys.register.figures import topics_heard
from surveys.register.flow import due_now
from surveys.register.narration import disputes, history_lines
from surveys.register.worklists import cases, linked_to, numbers_shown
from surveys.text import show_text, to_half_width
from surveys.troubles import READ_ONLY
from tui.case_deeds import Deed, amend, deeds
from tui.case_words import case_words, due_words, value_words
from tui.keys import Command, bindings_of
from tui.marks import between
from tui.refusing import refusal_of
from tui.screens.dialogs import AskText
from tui.screens.room import Room
from tui.unit_lines import local_time
from tui.widgets.prose import Prose
from tui.widgets.title_line import TitleLine

if TYPE_CHECKING:
    from surveys.register.case import Case
    from surveys.register.registrar import Registrar


class CaseRoom(Room[None]):
    """Digits carry out what is listed below; arrows move the page.

    Args:
        registrar: Whose register.
        case_id: The case or candidate.
    """

    room = "case"
    BINDINGS = bindings_of("case")

    def __init__(self, registrar: Registrar, case_id: str) -> None:
        super().__init__()
        self.registrar, self.store = registrar, registrar.store
        self.case = registrar.case(case_id)
        self.revealed = False
        self.deeds: list[Deed] = []

    def body(self) -> ComposeResult:
        self.heading, self.known, self.past = TitleLine(), Prose(id="known"), Prose(id="history")
        self.offered = Prose(id="deeds")
        yield self.heading
        with VerticalScroll(id="page"):
            yield self.known
            yield Prose("经过", classes="-title -next")
            yield self.past
        yield self.offered

    def on_mount(self) -> None:
        self.query_one("#page").focus()
        self.load()

    def load(self) -> None:
        """Read the case anew."""
        self.case = self.registrar.case(self.case.id)
        self.members = [
            row.id
            for type_ in self.case.register.types
            if type_.columns.topic
            for row in cases(self.store, type_.name, register_id=self.case.register.id, topic=self.case.id)
        ]
        self.deeds = [] if self.store.read_only else deeds(self)
        row = [row for row in cases(self.store, register_id=self.case.register.id) if row.id == self.case.id]
        number = numbers_shown(self.store, row).get(self.case.id, "")
        due = due_words(days_left(due_now(self.case), self.registrar.today))
        state = f"{self.case.status_label}{'（有争议）' if self.case.conflicts else ''}"
        self.heading.show([self._unit(), str(self.case.type.label), number], state, due)
        self.known.say("\n".join(self._known()))
        self.past.say("\n".join(self._history()))
        self.offered.say(self._listed())
        self.key_line.show_keys()

    def _listed(self) -> str:
        """The deeds with their numbers, several in a line, none broken."""
        if not self.deeds:
            return READ_ONLY if self.store.read_only else "已经没有下一步。"
        lines = ["现在可以："]
        for number, deed in enumerate(self.deeds, 1):
            piece = f"{number} {deed.label}　"
            if cell_len(lines[-1] + piece) > self.app.size.width - 2:
                lines.append("　　　　　")
            lines[-1] += piece
        return "\n".join(line.rstrip() for line in lines)

    def on_resize(self) -> None:
        self.offered.say(self._listed())

    def _unit(self) -> str:
        units = {unit.code: unit.name for unit in self.store.units()}
        return units.get(self.case.unit, self.case.unit)

    def _known(self) -> Iterator[str]:
        case = self.case
        for dispute in disputes(case, self.revealed, self.words):
            sides = "；".join(f"{said_by(side)}：{words}" for side, words in dispute.sides)
            yield f"? {dispute.label}两边说法不同——{sides}"
        if case.status not in case.statuses:
            yield f"! 本机的登记簿定义里没有状态“{show_text(case.status, line=True)}”，不能往下办；请先用 zoufang register 换用有它的定义。"
        if lacking := case.lacking():
            yield f"! 还缺：{'、'.join(str(case.fields[name].label) for name in lacking)}"
        if (found := candidate(self.store, case.id)) is not None:
            yield from self._candidate(found.message, found.evidence, bool(found.holds))
        for name, field in case.fields.items():
            if value := case.value(name):
                yield f"{field.label}：{value_words(self.store, case, name, value, self.revealed)}"
            elif linked := case.links(name):
                yield "\n".join([f"{field.label}：", *(f"　{case_words(self.store, one)}" for one in linked)])
        for name in case.values:
            if name.partition("[")[0] not in case.fields:
                words = value_words(self.store, case, name, case.value(name), self.revealed)
                yield f"{show_text(name, line=True)}（本机的定义里没有）：{words}"
        yield from self._around()

    def _candidate(self, message: str, evidence: str, holds: bool) -> Iterator[str]:
        if not self.case.value("summary"):
            yield f"问卷标记：{message}"
            yield f"依据的答案：{evidence}"
        if not holds:
            yield "! 答案后来改了，原来标记的理由不再成立；请核对以后再定。"

    def _around(self) -> Iterator[str]:
        """Former answers, what goes with a topic, and the measures that answer it."""
        now = self.case.value("reply")
        for reply in self.case.replies():
            if (said := reply.values.get("reply", "")) and said != now:
                yield f"以前的答复（{local_time(reply.event.at)}）：{show_text(said, line=True)}"
        if self.members:
            rows = [row for row in cases(self.store, register_id=self.case.register.id) if row.id in self.members]
            yield f"归到这一项的{len(rows)}件{self._heard()}："
            labels = {
                status.code: status.label for t in self.case.register.types for status in t.statuses if t.columns.topic
            }
            yield from (
                f"　{show_text(row.number, line=True)} {labels.get(row.status, row.status)} {show_text(row.title, line=True)}"
                for row in rows
            )
        for type_ in self.case.register.types:
            for field in type_.fields:
                if field.type == "cases" and field.of == self.case.type.name:
                    for ident in linked_to(self.store, field.name, self.case.id):
                        yield f"{type_.label}：{case_words(self.store, ident)}"

    def _heard(self) -> str:
        """From how many counties and cities a topic is heard."""
        if (heard := topics_heard(self.store, self.case.register).get(self.case.id)) is None:
            return ""
        return f"，{heard.units}个县，{heard.cities}个市（地）{'，反映比较多' if heard.widely else ''}"

    def words(self, case: Case, name: str, value: str, revealed: bool) -> str:
        """How a value of the case reads."""
        return value_words(self.store, case, name, value, revealed)

    def _history(self) -> Iterator[str]:
        """A heading for everything that somebody did in one minute, and what it was."""
        lines = history_lines(self.case, self.revealed, self.words)
        for heading, done in groupby(lines, lambda line: (local_time(line.at), show_text(line.who, line=True))):
            yield between().join(heading)
            yield from (f"　{line.text}" for line in done)

    # ── doing ──

    def works(self, command: Command) -> bool:
        match command.id:
            case "deed":
                return bool(self.deeds)
            case "case_remark" | "tried" | "amend" if self.store.read_only:
                return False
            case "reveal":
                return not self.revealed and any(map(self.case.is_sensitive, self.case.values))
            case "tried":
                return self.case.phase == "answered" and "satisfaction" in self.case.fields
        return True

    def on_key(self, event: events.Key) -> None:
        digit = to_half_width(event.character or "")
        if digit.isascii() and digit.isdigit() and 0 < int(digit) <= len(self.deeds):
            event.stop()
            self.deeds[int(digit) - 1].act()

    def refusal(self, act: Callable[[], object]) -> str:
        """Carry something out; "" or why it was not."""
        return refusal_of(act)

    def do(self, act: Callable[[], object], told: str) -> None:
        """Carry something out and say so, or why not."""
        refusal = refusal_of(act)
        if refusal:
            self.tell(refusal, trouble=True)
        else:
            self.told(told)

    def told(self, words: str) -> None:
        """Something was done: show how the case stands now."""
        self.load()
        self.tell(words)

    def _ask(self, title: str, write: Callable[[str], object], told: str) -> None:
        dialog = AskText(title, "", lambda typed: refusal_of(lambda: write(typed)))
        self.app.push_screen(dialog, lambda yes: self.told(told) if yes else None)

    def action_remark(self) -> None:
        self._ask("备注（写进这一件的历史）", lambda t: self.registrar.remark(self.case.id, t), "已写备注。")

    def action_tried(self) -> None:
        title = "什么时候、怎么联系提出人的？例如：11月21日打电话，没有人接"
        self._ask(title, lambda t: self.registrar.tried(self.case.id, t), "已记下这次联系。")

    def action_amend(self) -> None:
        amend(self)

    def action_reveal(self) -> None:
        self.revealed = True
        self.load()
