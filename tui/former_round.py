"""What the same unit answered in the round before, in the words of the form it was asked in then."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from rich.cells import cell_len

from surveys.answers import EMPTY, Status
from surveys.renames import Renames
from surveys.text import show_text
from tui.in_words import answer_in_words, cells_in_words
from tui.textual_faults import cut

if TYPE_CHECKING:
    from collections.abc import Callable

    from surveys.form import Form, Item
    from surveys.interview import Interview
    from surveys.store import Store


def former_round(store: Store, now: Interview, form_of: Callable[[str], Form]) -> FormerRound | None:
    """The round before of an interview's unit; None where there was none, or where a unit has many interviews.

    Args:
        store: Holds both.
        now: The interview being filled in.
        form_of: Makes a stored definition ready, in the language that is shown.
    """
    from surveys.interview import Interview

    if now.form.survey.per_unit == "many" or (row := store.earlier(now.id)) is None:
        return None
    return FormerRound(Interview(form_of(row.survey), store.events(row.id)), now.form)


class FormerRound:
    """Looked up by the names that questions and cells have now.

    Args:
        interview: The one of the round before.
        form: The form that is filled in now.
    """

    def __init__(self, interview: Interview, form: Form) -> None:
        self._interview = interview
        renames = Renames(interview.form, form)
        self._items = {renames.question(item.name): item for item in interview.form.items}
        old = [item for item in interview.form.items if item.type == "matrix" and not _sensitive(item)]
        now = {
            cell.address for item in form.items if item.type == "matrix" and not _sensitive(item) for cell in item.cells
        }
        self._cells = {
            address: former.address
            for item in old
            for former in item.cells
            if (address := renames.address(former.address)) in now
        }

    @property
    def _head(self) -> str:
        name = self._interview.round
        year = "年" if len(name) == 4 and name.isdecimal() else ""
        return f"上一轮（{name}{year}）：" if name else "上一轮："

    def line(self, item: Item, width: int) -> str:
        """What was answered at a question, in at most `width` cells; "" for nothing, and for what is sensitive.

        A matrix has its answers cell by cell, see `cell`.
        """
        former = self._items.get(item.name)
        if former is None or item.type == "matrix" or former.type == "matrix" or _sensitive(item) or _sensitive(former):
            return ""
        words = "；".join(self._rows(former)) if former.type == "roster" else cells_in_words(self._interview, former)
        answered = any(answer.status.given for answer in self._interview.effective(former.name).values())
        if not former.asked or not answered:
            return ""
        line = f"{self._head}{show_text(words, line=True)}"
        return line if cell_len(line) <= width else cut(line, width)

    def cell(self, address: str) -> str:
        """What was answered at a cell of a matrix; "" for nothing, and for what is sensitive."""
        former = self._cells.get(address, "")
        answer = self._interview.answer(former) if former else EMPTY
        if not answer.status.given:
            return ""
        return f"{self._head}{show_text(answer_in_words(self._interview.form, former, answer), line=True)}"

    def _rows(self, former: Item) -> Iterator[str]:
        """How many things were registered, and what they are called."""
        rows = self._interview.rows(former.name)
        if self._interview.nothing(former.name):
            yield str(getattr(former.question, "none_label", "")) or Status.NOT_APPLICABLE.label
        elif rows:
            names = "、".join(self._interview.row_label(former.name, row_id) for row_id in rows)
            yield f"{len(rows)}项：{names}"


def _sensitive(item: Item) -> bool:
    return any(cell.sensitive for cell in item.cells)
