"""What the answers add up to: the flags that hold, and the calculated figures."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from textual.app import ComposeResult
from textual.containers import VerticalScroll

from tui.in_words import NOTHING, answer_in_words
from tui.keys import bindings_of
from tui.screens.room import Room
from tui.widgets.prose import Prose
from tui.widgets.title_line import TitleLine

if TYPE_CHECKING:
    from surveys.interview import Interview
    from surveys.standing import FlagHit

_LEVELS = {"red": "红", "yellow": "黄"}
_BY_ROW = "by_row"
"""The category of a flag that leaves it to people to say which problem each row is."""


class Figures(Room[None]):
    """Only read: nothing here was typed, and no candidate is a finding before somebody has checked it."""

    room = "figures"
    BINDINGS = bindings_of("figures")

    def __init__(self, interview: Interview, unit: str) -> None:
        super().__init__()
        self.interview, self.unit = interview, unit

    def body(self) -> ComposeResult:
        self.heading = TitleLine()
        yield self.heading
        with VerticalScroll(id="page"):
            yield Prose("待核实的问题线索（由答案推出，核实以后才算问题）", classes="-title")
            yield Prose("\n".join(map(self._flag, self.interview.flags())) or "没有。", id="flags")
            yield Prose("自动计算的指标", classes="-title -next")
            yield Prose("\n".join(self._figures()) or "这份问卷没有自动计算的指标。", id="figures")

    def on_mount(self) -> None:
        flags = len(self.interview.flags())
        self.heading.show(["指标", self.unit], f"待核实线索 {flags}条")
        self.query_one("#page").focus()

    def _figures(self) -> Iterator[str]:
        form = self.interview.form
        for item in form.items:
            if item.type == "calculate" and self.interview.relevant(item.name):
                words = answer_in_words(form, item.name, self.interview.answer(item.name))
                yield f"{item.label}：{words if words != NOTHING else '—（答案还不够）'}"

    def _flag(self, hit: FlagHit) -> str:
        item = self.interview.form.by_name[hit.item]
        number = f"第{item.number}题 " if item.number else ""
        row = f"（{self.interview.row_label(hit.item, hit.row)}）" if hit.row else ""
        kind = "类别待定" if hit.category == _BY_ROW else f"类别{hit.category}"
        return f"{_LEVELS.get(hit.level, hit.level)} {kind} {number}{hit.message}{row}"
