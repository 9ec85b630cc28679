"""Which choices a question offers: those of its list for which `choice_filter` is true."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from surveys.answers import choices_of
from surveys.expressions import Node
from surveys.form import parse_address
from surveys.scope import CellNode, Scope
from surveys.value_types import Choice

if TYPE_CHECKING:
    from surveys.interview import Interview


@dataclass(slots=True)
class ChoiceNode:
    """A choice as its filter sees it: `filter` entries, `name` and `label` are its children."""

    choice: Choice

    @property
    def value(self) -> str:
        return self.choice.name

    @property
    def position(self) -> int:
        return 1

    def children(self, name: str) -> Sequence[Node]:
        known = {"name": self.choice.name, "label": str(self.choice.label), **self.choice.filter}
        return (CellNode(known.get(name, ""), f"{self.choice.name}.{name}"),)

    def parent(self) -> Node | None:
        return None


@dataclass(slots=True)
class ChoiceScope(Scope):
    """The context of a filter: names without `${}` are the choice's."""

    choice: Choice | None = None

    def here(self) -> Node | None:
        return ChoiceNode(self.choice) if self.choice else None


def offered_choices(interview: Interview, address: str, among: Collection[str] | None = None) -> tuple[Choice, ...]:
    """The choices at an address for which the filter is true; all where there is no filter.

    Args:
        interview: What the filter reads.
        address: A cell; in a row that was taken off nothing is offered.
        among: Look at these codes only, where a list is long.
    """
    form = interview.form
    parsed = parse_address(address)
    choices = choices_of(form.cell(address).kind)
    if among is not None:
        choices = tuple(choice for choice in choices if choice.name in among)
    field = parsed.rest.partition(".")[0] if parsed.row_id else ""
    condition = form.rules.choice_filters.get(field or parsed.question)
    if condition is None:
        return choices
    item = form.by_name[parsed.question]
    if parsed.row_id and parsed.row_id not in interview.rows(item.name):
        return ()
    return tuple(
        choice for choice in choices if condition.boolean(ChoiceScope(interview, item, parsed.row_id, field, choice))
    )
