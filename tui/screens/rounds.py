"""Two rounds of a survey side by side, over the units that answered in both."""

from __future__ import annotations

from collections.abc import Iterator

from exports.files import ExportError
from exports.rounds import CellChange, UnitChange, compare_rounds, earlier_rounds, write_rounds
from exports.selection import Selection
from surveys.text import show_text
from tui.current_survey import SURVEY, current_survey, following_survey
from tui.keys import Command, bindings_of
from tui.marks import pick
from tui.screens.list_room import ListRoom
from tui.side_by_side import row
from tui.textual_faults import cut


class Rounds(ListRoom[CellChange]):
    """A line per question or cell; below it the units that answer something else now, by name."""

    room = "rounds"
    BINDINGS = bindings_of("rounds")

    _earlier = ""

    def load(self) -> None:
        store = self.zoufang.store
        self.survey = current_survey(store)
        self.form = store.form(self.survey.digest)
        self.selection = Selection.of(self.form)
        self._others = earlier_rounds(store.conn, self.selection)
        if self._earlier not in self._others:
            self._earlier = next(iter(self._others), "")
        super().load()

    def read(self) -> Iterator[CellChange]:
        if not self._others or self.selection.many:
            return iter(())
        return compare_rounds(self.zoufang.store.conn, self.form, self._earlier)

    def summarise(self) -> None:
        self.heading.show(
            ["轮次对照", self.survey.title], f"{self._earlier or '—'} {pick('→', '->')} {self.selection.round or '—'}"
        )
        units = max((len(entry.units) for entry in self.entries), default=0)
        if self.entries:
            self.summary.say(f"只比较两轮都完成、两轮都答了的单位（最多的一题{units}个）；合计的差别都来自答案。")

    def head(self) -> str:
        return row(self.app.size.width, "", "题目", self._earlier, self.selection.round, "变了")

    def line(self, entry: CellChange) -> str:
        sign = pick("○", ".") if entry.changed else "="
        told = f"{len(entry.changed)}/{len(entry.units)}"
        label = show_text(entry.label, line=True)
        return row(self.app.size.width, sign, label, self._sum(entry, False), self._sum(entry, True), told)

    def _sum(self, entry: CellChange, later: bool) -> str:
        if entry.number:
            difference = entry.figure(True) - entry.figure(False)
            more = f"（{'+' if difference > 0 else ''}{entry.in_words(difference)}）" if later and difference else ""
            return f"{entry.figure_name} {entry.in_words(entry.figure(later))}{more}"
        answer, count = entry.commonest(later)
        return show_text(f"{entry.in_words(answer)} {count}个", line=True)

    def told(self, entry: CellChange) -> str:
        room = 5 * max(20, self.app.size.width - 4)
        said = "；".join(self._unit(entry, unit) for unit in entry.changed) or "两轮都一样。"
        return f"{entry.label}\n{cut(show_text(said, line=True), room).rstrip()}"

    @staticmethod
    def _unit(entry: CellChange, unit: UnitChange) -> str:
        return f"{unit.city}{unit.county} {entry.in_words(unit.before)} {pick('→', '->')} {entry.in_words(unit.now)}"

    def nothing(self) -> str:
        if self.selection.many:
            return "这份问卷一个单位可以有许多份，不分轮次对照。"
        if not self._others:
            return "这份问卷只有一轮有完成的答卷，没有可以对照的。"
        return "没有两轮都完成、都答了的单位。"

    def works(self, command: Command) -> bool:
        match command.id:
            case "survey":
                return len(self.zoufang.store.surveys()) > 1
            case "other_round":
                return self.is_mounted and len(self._others) > 1
            case "write_rounds":
                return bool(self.entries)
        return True

    def action_survey(self) -> None:
        if self.remember(SURVEY, following_survey(self.zoufang.store).id):
            self.load()

    def action_other_round(self) -> None:
        self._earlier = self._others[(self._others.index(self._earlier) + 1) % len(self._others)]
        self.load()

    def action_write_rounds(self) -> None:
        later = self.selection.round
        path = self.zoufang.export_folder / f"轮次对照_{self.survey.id}_{_safe(self._earlier)}_{_safe(later)}.csv"
        try:
            write_rounds(path, self._earlier, later, list(self.entries))
        except ExportError as error:
            self.tell(error.message, trouble=True)
        else:
            self.tell(f"已写好 {path}：每个单位每一格一行，可以用 WPS 打开筛选。")


def _safe(name: str) -> str:
    """A round's name as a part of a file name."""
    return "".join(character if character.isalnum() else "-" for character in name) or "无"
