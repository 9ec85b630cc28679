"""Where a figure becomes a problem, read from the flags of a questionnaire.

A flag such as `percent(${a}, ${b}) < param('least')` judges the very figure that a calculated question shows, so the
bounds that hold for one unit can mark the same figure wherever it stands. Flags that judge something else (a choice,
two answers together) have no bounds.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, fields, is_dataclass
from fractions import Fraction
from operator import eq, ge, gt, le, lt

from exports.figures import exact
from surveys.definition import Flag
from surveys.expressions.parsing import parse
from surveys.expressions.tree import Call, Chain, Logic, Name, NumberLiteral, TextLiteral, Tree, unwrap
from surveys.form import Form, Item

_HOLDS = {"<": lt, "<=": le, ">": gt, ">=": ge, "=": eq}
_TURNED = {"<": ">", "<=": ">=", ">": "<", ">=": "<=", "=": "="}


@dataclass(frozen=True, slots=True)
class Bound:
    """One comparison of a figure."""

    operator: str
    """`<`, `<=`, `>`, `>=` or `=`."""
    amount: Fraction
    """In the figure's own unit (per cents as 70, not 0.7)."""


@dataclass(frozen=True, slots=True)
class Limit:
    """All bounds together make the problem."""

    level: str
    """red or yellow."""
    message: str
    bounds: tuple[Bound, ...]

    def holds(self, figure: Fraction) -> bool:
        """Whether a figure is a problem."""
        return all(_HOLDS[bound.operator](figure, bound.amount) for bound in self.bounds)


class Limits:
    """The limits of all figures of one form."""

    def __init__(self, form: Form) -> None:
        self._parameters = form.survey.parameters
        self._by_figure: dict[object, list[Limit]] = {}
        for flag in _flags(form):
            parts = [self._compared(part) for part in _conjuncts(parse(flag.when))]
            figures = {part[0] for part in parts if part}
            if all(parts) and len(figures) == 1:
                bounds = tuple(part[1] for part in parts if part)
                self._by_figure.setdefault(figures.pop(), []).append(Limit(flag.level, flag.message, bounds))

    def of(self, item: Item) -> tuple[Limit, ...]:
        """The limits of a calculated figure, or of a question with a single number; red ones first."""
        if not self._by_figure:
            return ()
        found = list(self._by_figure.get(_shape(Name(item.name, (), 0)), ()))
        if calculation := getattr(item.question, "calculation", ""):
            found += self._by_figure.get(_shape(parse(calculation)), ())
        return tuple(sorted(found, key=lambda limit: limit.level != "red"))

    def _compared(self, tree: Tree) -> tuple[object, Bound] | None:
        """What is compared, and with what; None for anything but a figure beside an amount."""
        if not isinstance(tree, Chain) or len(tree.operands) != 2 or tree.operators[0] not in _HOLDS:
            return None
        left, right, operator = *tree.operands, tree.operators[0]
        if (amount := self._amount(unwrap(left))) is not None:
            return _shape(right), Bound(_TURNED[operator], amount)
        amount = self._amount(unwrap(right))
        return None if amount is None else (_shape(left), Bound(operator, amount))

    def _amount(self, tree: Tree) -> Fraction | None:
        match tree:
            case NumberLiteral(value=value):
                return Fraction(repr(value))
            case Call(name="param", arguments=(TextLiteral(value=name),)):
                return exact(str(self._parameters.get(name, "")))
            case _:
                return None


def worst(figure: Fraction, limits: tuple[Limit, ...]) -> Limit | None:
    """The most serious limit that a figure passes; None for a figure in order."""
    return next((limit for limit in limits if limit.holds(figure)), None)


def _flags(form: Form) -> Iterator[Flag]:
    for section in form.sections():
        yield from section.flags
        for question in section.questions:
            yield from question.flags
    yield from form.survey.flags


def _conjuncts(tree: Tree) -> list[Tree]:
    tree = unwrap(tree)
    return [unwrap(part) for part in tree.operands] if isinstance(tree, Logic) and tree.operator == "and" else [tree]


def _shape(tree: object) -> object:
    """A tree without its brackets and places, to be compared."""
    if isinstance(tree, tuple):
        return tuple(map(_shape, tree))
    if not is_dataclass(tree):
        return tree
    tree = unwrap(tree)  # type: ignore[arg-type]  # every dataclass here is a tree or a part of one
    return (
        type(tree),
        *(_shape(getattr(tree, part.name)) for part in fields(tree) if part.name not in ("offset", "depth")),
    )
