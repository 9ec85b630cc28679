"""Problems that may be the same one, as groups: suggested by likeness, put together by a person."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

from textual import on
from textual.widgets import OptionList

from surveys.answers import label_of
from surveys.register.similar import groups
from surveys.register.worklists import cases, numbers_shown
from surveys.store import StoreError
from surveys.text import Refusal, show_text
from tui.case_words import case_words
from tui.keys import Command, bindings_of
from tui.screens.case_picking import pick_case
from tui.screens.dialogs import ChooseSeveral, Line
from tui.screens.list_room import ListRoom
from tui.textual_faults import cut

if TYPE_CHECKING:
    from surveys.register.definition import CaseType
    from surveys.register.projection import CaseRow
    from surveys.register.registrar import Registrar


@dataclass(frozen=True)
class Group:
    """Cases of one category that say about the same."""

    rows: tuple[CaseRow, ...]

    @property
    def units(self) -> int:
        """How many units they are from."""
        return len({row.unit for row in self.rows if row.unit})


class Similar(ListRoom[Group]):
    """A line per suggestion, the largest first; a group that was put together is not suggested again.

    Args:
        registrar: Whose register.
        type_: Whose cases.
    """

    room = "similar"
    BINDINGS = bindings_of("similar")

    def __init__(self, registrar: Registrar, type_: CaseType) -> None:
        super().__init__()
        self.registrar, self.type = registrar, type_

    def read(self) -> Iterator[Group]:
        rows = {
            row.id: row
            for row in cases(self.registrar.store, self.type.name, register_id=self.registrar.register.id)
            if row.phase in ("open", "answered") and not row.topic
        }
        self._numbers = numbers_shown(self.registrar.store, list(rows.values()))
        for group in groups((row.id, row.category, row.title) for row in rows.values()):
            yield Group(tuple(rows[ident] for ident in group))

    def summarise(self) -> None:
        self.heading.show(["相似", str(self.type.label)], f"{len(self.entries)}组")
        self.summary.say(
            "类别相同、说法相近的，是不是同一件事由人定；已经在研究、转办的，归到一项以后仍各自答复。"
            if self.entries
            else ""
        )

    def line(self, entry: Group) -> str:
        first = entry.rows[0]
        told = f"{len(entry.rows)}件，{entry.units}个单位　{self._category(first)}　{first.title}"
        return cut(show_text(told, line=True), self.app.size.width - 3)

    def _category(self, row: CaseRow) -> str:
        field = next(one for one in self.type.fields if one.name == self.type.columns.category)
        return label_of(self.registrar.register.kind_of(field), row.category)

    def told(self, entry: Group) -> str:
        return "\n".join(f"{n} {self._words(row)}" for n, row in enumerate(entry.rows, 1))

    def _words(self, row: CaseRow) -> str:
        units = {unit.code: unit.county for unit in self.registrar.store.units()}
        return show_text(f"{self._numbers[row.id]} {units.get(row.unit, row.unit)} {row.title}", line=True)

    def nothing(self) -> str:
        return "没有相似的：还没有归并的问题里，没有类别相同、说法相近的。"

    def works(self, command: Command) -> bool:
        if command.id != "group":
            return True
        return self.is_mounted and self.here is not None and not self.registrar.store.read_only

    @on(OptionList.OptionSelected)
    def _clicked(self, event: OptionList.OptionSelected) -> None:
        event.stop()
        self.action_group()

    def action_group(self) -> None:
        if (group := self.here) is None or self.registrar.store.read_only:
            return
        by_digit = {str(number): row for number, row in enumerate(group.rows, 1)}

        def chosen(digits: list[str] | None) -> None:
            if digits:
                self._into([by_digit[digit] for digit in digits])

        lines = [Line(digit, self._words(row)) for digit, row in by_digit.items()]
        self.app.push_screen(ChooseSeveral("哪些说的是同一件事？按数字去掉不是的", lines), chosen)

    def _into(self, rows: list[CaseRow]) -> None:
        """Name the topic, one that there is or a new one, and let all go with it."""
        field = next(one for one in self.type.fields if one.name == self.type.columns.topic)

        def picked(topic: str | None) -> None:
            if not topic:
                return
            try:
                named = self.registrar.group([row.id for row in rows], topic)
            except (Refusal, StoreError) as error:
                self.tell(error.message, trouble=True)
                return
            self.load()
            self.tell(f"{len(rows)}件归到了{case_words(self.registrar.store, named)}。")

        title, category = rows[0].title, rows[0].category
        pick_case(self, self.registrar, getattr(field, "of", ""), title, category, picked)
