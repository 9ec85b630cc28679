"""Units that were surveyed more than once in a round: somebody decides which interview counts."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import partial
from typing import TYPE_CHECKING

from surveys.combining import questions
from surveys.duplicates import Duplicates
from surveys.frame import team_name
from surveys.text import Refusal, show_text
from tui.keys import Command, bindings_of
from tui.marks import between, stage_label
from tui.refusing import refusal_of
from tui.screens.dialogs import Choose, Line
from tui.screens.list_room import ListRoom
from tui.unit_lines import local_time

if TYPE_CHECKING:
    from exports.merge_report import DuplicateInterview, DuplicateUnit


class DuplicateUnits(ListRoom["DuplicateUnit"]):
    """A line per unit; below it its interviews, numbered as the choices of the dialog are."""

    room = "duplicates"
    BINDINGS = bindings_of("duplicates")

    def read(self) -> Iterator[DuplicateUnit]:
        from exports.merging import duplicates

        return iter(duplicates(self.zoufang.store))

    def on_screen_resume(self) -> None:
        if self.entries:  # back from combining
            self.load()

    def summarise(self) -> None:
        self.heading.show(["重复", self.zoufang.team_name], f"待决定 {len(self.entries)}个单位")
        self.summary.say(
            "同一个单位在一轮里有几份答卷，都留着；决定以前只有最早开始的完成份计入汇总。" if self.entries else ""
        )

    def line(self, entry: DuplicateUnit) -> str:
        whose = "、".join(_whose(found) for found in entry.interviews)
        return f"{show_text(entry.unit_name, line=True)}　{len(entry.interviews)}份《{entry.survey_title}》：{show_text(whose, line=True)}"

    def told(self, entry: DuplicateUnit) -> str:
        rows = {row.id: row for row in self.zoufang.store.interviews(survey_id=entry.survey)}
        lines = [show_text(entry.unit_name, line=True)]
        for number, found in enumerate(entry.interviews, 1):
            row = rows[found.id]
            told = (
                stage_label(found.stage, row.conflicts),
                f"已答 {found.done}/{found.total}",
                local_time(row.updated_at),
            )
            lines.append(f"{number} {between().join((_whose(found), *told))}")
        return "\n".join(lines)

    def nothing(self) -> str:
        return "没有重复：每个单位至多一份答卷，或者已经决定。"

    def works(self, command: Command) -> bool:
        return command.id != "settle" or (self.is_mounted and self.here is not None)

    # ── deciding ──

    def action_settle(self) -> None:
        if (unit := self.here) is None:
            return
        found = {str(number): one for number, one in enumerate(unit.interviews, 1)}
        choices: dict[str, tuple[str, Callable[[], None]]] = {}

        def offer(label: str, act: Callable[[], None]) -> None:
            choices[str(len(choices) + 1)] = (label, act)

        for number, one in found.items():
            offer(f"只留第{number}份（{_whose(one)}），其余作废", partial(self._keep_one, unit, one.id))
        offer("都保留：几位负责人各自作答，都有效", partial(self._keep_all, unit))
        for number, one in found.items():
            for other_number, other in found.items():
                if one is not other:
                    offer(
                        f"逐题合并：留第{number}份，从第{other_number}份取",
                        partial(self._combine, unit, one.id, other.id),
                    )

        def chosen(number: str | None) -> None:
            if number:
                choices[number][1]()

        lines = [Line(number, label) for number, (label, _) in choices.items()]
        self.app.push_screen(Choose(f"{unit.unit_name}的几份答卷怎么办？", lines), chosen)

    def _deciding(self, unit: DuplicateUnit) -> Duplicates:
        return Duplicates(self.zoufang.store, [found.id for found in unit.interviews], self.zoufang.actor)

    def _keep_one(self, unit: DuplicateUnit, kept: str) -> None:
        def accept(reason: str) -> str:
            return refusal_of(lambda: self._deciding(unit).keep_one(kept, reason.strip()))

        self.ask_and_load(
            "其余的作废，内容仍留着。为什么？（可以不写）", accept, f"{unit.unit_name}只留了一份，其余作废。"
        )

    def _keep_all(self, unit: DuplicateUnit) -> None:
        def accept(reason: str) -> str:
            return refusal_of(lambda: self._deciding(unit).keep_all(reason))

        told = f"{unit.unit_name}的{len(unit.interviews)}份都保留；汇总表一个单位仍只计一份（最早开始的完成份）。"
        self.ask_and_load("为什么都保留？例如：由两位负责人分别作答。", accept, told)

    def _combine(self, unit: DuplicateUnit, kept: str, other: str) -> None:
        from tui.screens.combining import Combining

        deciding = self._deciding(unit)
        try:
            differing = questions(deciding.interview(kept), deciding.interview(other))
        except Refusal as refusal:
            self.tell(refusal.message, trouble=True)
            return

        def done(told: str | None) -> None:
            if told:
                self.tell(told)

        self.app.push_screen(Combining(deciding, kept, other, differing, unit.unit_name), done)


def _whose(found: DuplicateInterview) -> str:
    return show_text(f"{team_name(found.team)} {found.who}", line=True)
