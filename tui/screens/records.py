"""The records of one unit, where a unit has many: one more, or one of those there are."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from textual import on
from textual.widget import Widget
from textual.widgets import OptionList
from textual.widgets.option_list import Option

from tui.marks import stage_label
from tui.screens.dialogs import Dialog
from tui.textual_faults import cut, shown
from tui.unit_lines import local_time

if TYPE_CHECKING:
    from surveys.store import InterviewRow

NEW = "+"
"""Id of the first line; the others have the ids of their interviews."""


class Records(Dialog):
    """Gives the id of a record, or `NEW`.

    The cursor begins at a draft, if there is one: it is more likely to be finished than to be left lying.

    Args:
        unit: The unit's name.
        rows: Its records, oldest first; the latest is shown first.
        more: Whether there may be one more.
    """

    def __init__(self, unit: str, rows: Sequence[InterviewRow], more: bool) -> None:
        super().__init__(f"{unit}的记录")
        self.rows, self.more = list(reversed(rows)), more

    def body(self) -> Sequence[Widget]:
        self.list = OptionList(
            *((Option(shown("新记一次"), id=NEW),) if self.more else ()),
            *(Option(shown(_text(row)), id=row.id) for row in self.rows),
            id="found",
            markup=False,
            compact=True,
        )
        return (self.list,)

    def on_mount(self) -> None:
        stages = [*([""] if self.more else []), *(row.stage for row in self.rows)]
        self.list.highlighted = stages.index("draft") if "draft" in stages else 0
        self.list.focus()

    @on(OptionList.OptionSelected)
    def _selected(self, event: OptionList.OptionSelected) -> None:
        event.stop()
        self.dismiss(event.option_id)


def _text(row: InterviewRow) -> str:
    state = cut(stage_label(row.stage, row.conflicts), 6)
    answered = f"已答 {row.done}/{row.total}" if row.total else ""
    return f"{local_time(row.updated_at)}  {state} {cut(row.who, 16)} {answered}"
