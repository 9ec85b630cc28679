"""What people changed by hand in workbooks: each change is let count, with a reason, or left."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace

from exports.corrections import Correction, Offer, State, corrections, described, leave, take
from surveys.store import StoreError
from surveys.text import Refusal, show_text
from tui.in_words import NOTHING
from tui.keys import Command, bindings_of
from tui.marks import between, pick
from tui.screens.dialogs import Choose, ChooseOrWrite, Line
from tui.screens.list_room import ListRoom
from tui.side_by_side import row

REASONS = ("电话核实过", "录入错误", "办公室统一口径")
"""What is offered for taking; another can be written."""

NO_REASONS = ("手误", "核实后原来的对", "不是这一格的内容")
"""What is offered for leaving."""


class Corrections(ListRoom[Offer]):
    """A line per change; what was decided stays in the list until the room is left."""

    room = "corrections"
    BINDINGS = bindings_of("corrections")

    def read(self) -> Iterator[Offer]:
        for found in corrections(self.zoufang.store):
            yield from described(self.zoufang.store, [found])

    def summarise(self) -> None:
        waiting = len(self._open())
        self.heading.show(["更正", self.zoufang.team_name], f"待处理 {waiting}/{len(self.entries)}")
        self.summary.say(
            "工作簿里手工改过的格子，核实以前不算数；采用的记下原因和出处，不采用的也留着。" if self.entries else ""
        )

    def head(self) -> str:
        return row(self.app.size.width, "", "单位和题目", "原来", "改成", "处理")

    def line(self, entry: Offer) -> str:
        waits = entry.correction.state is State.OPEN
        sign = ("!" if entry.obstacle else pick("○", ".")) if waits else pick("✓", "v")
        place = show_text(between().join(filter(None, (entry.unit, entry.place))), line=True)
        decided = "" if waits else entry.correction.state.label
        return row(self.app.size.width, sign, place, _said(entry.old), _said(entry.new), decided)

    def told(self, entry: Offer) -> str:
        found = entry.correction
        where = f"{entry.workbook} {found.sheet}!{found.cell}"
        lines = [
            between().join(filter(None, (entry.unit, entry.place))),
            f"原来：{_said(entry.old)}",
            f"改成：{_said(entry.new)}",
            f"出处：{show_text(where, line=True)}",
        ]
        if entry.obstacle:
            lines.append(f"不能采用：{show_text(entry.obstacle, line=True)}")
        if found.state is not State.OPEN:
            lines.append(f"{found.state.label}：{show_text(found.reason, line=True)}")
        return "\n".join(lines)

    def nothing(self) -> str:
        return "没有：并入的工作簿里没有手工改过的格子，或者都处理了。"

    # ── deciding ──

    def _open(self) -> list[int]:
        return [number for number, entry in enumerate(self.entries) if entry.correction.state is State.OPEN]

    def works(self, command: Command) -> bool:
        here = self.here if self.is_mounted else None
        waits = here is not None and here.correction.state is State.OPEN
        match command.id:
            case "accept_edit":
                return waits and here is not None and not here.obstacle
            case "leave_edit" | "many_edits":
                return waits
            case "onward":
                return bool(self._open())
        return True

    def action_onward(self) -> None:
        place, waiting = self.list.highlighted, self._open()
        here = -1 if place is None else place
        self.list.highlighted = next((number for number in waiting if number > here), waiting[0])

    def action_accept_edit(self) -> None:
        if self.here:
            self._ask(take, REASONS, [self.here])

    def action_leave_edit(self) -> None:
        if self.here:
            self._ask(leave, NO_REASONS, [self.here])

    def action_many_edits(self) -> None:
        if (here := self.here) is None:
            return
        waiting = [self.entries[number] for number in self._open()]
        book = [entry for entry in waiting if entry.correction.workbook == here.correction.workbook]
        question = [entry for entry in waiting if here.question and entry.question == here.question]
        offers: list[tuple[str, Callable[..., Correction], Sequence[str], list[Offer]]] = []
        for what, group in (("这本工作簿", book), ("这一题", question)):
            takeable = [entry for entry in group if not entry.obstacle]
            if takeable:
                offers.append((f"采用{what}的{len(takeable)}处", take, REASONS, takeable))
            if group:
                offers.append((f"不采用{what}的{len(group)}处", leave, NO_REASONS, group))

        def chosen(number: str | None) -> None:
            if number:
                _, act, reasons, entries = offers[int(number) - 1]
                self._ask(act, reasons, entries)

        lines = [Line(str(number), label) for number, (label, *_) in enumerate(offers, 1)]
        self.app.push_screen(Choose("一起处理哪些还没有处理的？", lines), chosen)

    def _ask(self, act: Callable[..., Correction], reasons: Sequence[str], entries: Sequence[Offer]) -> None:
        """Ask why, and decide each; the last refusal is told, and what it is about stays open."""
        done: list[Correction] = []

        def accept(reason: str) -> str:
            refusal = ""
            for entry in entries:
                try:
                    done.append(act(self.zoufang.store, entry.correction.number, reason, self.zoufang.actor))
                except (Refusal, StoreError) as error:
                    refusal = error.message
            return "" if done else refusal

        def chosen(reason: str | None) -> None:
            decided = {correction.number: correction for correction in done}
            self.entries = [
                replace(entry, correction=decided.get(entry.correction.number, entry.correction))
                for entry in self.entries
            ]
            self.show_all()
            if reason is not None:
                left = len(entries) - len(done)
                self.tell(
                    f"处理了{len(done)}处。" + (f"另有{left}处没有成，仍待处理。" if left else ""), trouble=left > 0
                )

        lines = [Line(str(number), reason) for number, reason in enumerate(reasons, 1)]
        title = "为什么采用？" if act is take else "为什么不采用？"
        self.app.push_screen(ChooseOrWrite(title, lines, "", accept), chosen)


def _said(words: str) -> str:
    return show_text(words, line=True) or NOTHING
