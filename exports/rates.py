"""What a calculated indicator adds up to over many units, read from its calculation.

A province's rate is the sum of the parts over the sum of the wholes, never the mean of the counties'
rates. That needs the two sides of `percent(a, b)`, which this room takes out of the syntax tree
wherever both are plain sums of answers.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from enum import Enum

from surveys.expressions.parsing import parse
from surveys.expressions.tree import Call, Chain, Name, Tree, unwrap
from surveys.form import Form, Item

Terms = Mapping[str, int]
"""Cell address → how many times it is added (negative: subtracted)."""


@dataclass(frozen=True, slots=True)
class Ratio:
    """The two sides of a `percent(numerator, denominator)`."""

    numerator: Terms
    denominator: Terms

    @property
    def cells(self) -> frozenset[str]:
        """Every cell that must be answered for a unit to count."""
        return frozenset(self.numerator) | frozenset(self.denominator)


class Adding(Enum):
    """What the figures of several units make together, other than by `Ratio`."""

    SUM = "sum"
    """Amounts and numbers of things: they add up."""
    NONE = "none"
    """Anything else (months, means): only the distribution over the units says something."""


def combination(item: Item, form: Form) -> Ratio | Adding:
    """How the figures of one calculated question are put together for a group of units."""
    if getattr(item.question, "result", "") == "text":
        return Adding.NONE
    tree = unwrap(parse(getattr(item.question, "calculation", "")))
    if isinstance(tree, Call) and tree.name == "percent" and len(tree.arguments) == 2:
        above, below = (_terms(argument, form) for argument in tree.arguments)
        return Ratio(above, below) if above and below else Adding.NONE
    counting = isinstance(tree, Call) and tree.name in ("count", "count-non-empty")
    return Adding.SUM if counting or _terms(tree, form) else Adding.NONE


def _terms(tree: Tree, form: Form) -> Terms | None:
    """The tree as a sum of cells; None if it is anything else."""
    match unwrap(tree):
        case Name(name=name, parts=parts):
            cells = _cells(name, parts, form)
            return {cells[0]: 1} if len(cells) == 1 else None
        case Call(name="sum", arguments=(Name(name=name, parts=parts),)):
            return dict.fromkeys(_cells(name, parts, form), 1) or None
        case Chain(operands=operands, operators=operators) if {*operators} <= {"+", "-"}:
            total: Counter[str] = Counter()
            for sign, operand in zip(("+", *operators), operands, strict=True):
                terms = _terms(operand, form)
                if terms is None:
                    return None
                for cell, times in terms.items():
                    total[cell] += times if sign == "+" else -times
            return total
        case _:
            return None


def _cells(name: str, parts: tuple[str, ...], form: Form) -> list[str]:
    """The cells a reference stands for if their numbers can be added up.

    None for rosters and their fields, whose cells vary by unit, and for per cents, which do not add up.
    """
    item = form.by_name.get(name)
    if item is None or item.type == "roster":
        return []
    cells = [cell for cell in item.cells if {*parts} <= {cell.row, cell.column}]
    numeric = all(cell.kind.type in ("integer", "decimal", "money") for cell in cells)
    return [cell.address for cell in cells] if numeric else []
