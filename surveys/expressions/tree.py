"""The syntax tree: what the parser makes and the compiler reads. `offset` is a 0-based position in the source."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal, TypeAlias


@dataclass(slots=True)
class NumberLiteral:
    """`2500` or `.5`."""

    value: float
    offset: int
    depth: int = 1


@dataclass(slots=True)
class TextLiteral:
    """`'text'`, without its quotes. `offset` is that of the opening quote."""

    value: str
    offset: int
    depth: int = 1


@dataclass(slots=True)
class Name:
    """`${name.part.part}`. `offset` is that of the `$`."""

    name: str
    parts: tuple[str, ...]
    offset: int
    depth: int = 1


@dataclass(slots=True)
class Step:
    """One step of a location path, with its predicates."""

    kind: Literal["child", "parent", "self"]
    name: str
    predicates: tuple[Tree, ...]
    offset: int
    depth: int = 1


@dataclass(slots=True)
class Path:
    """Steps from `base`, or, without one, from the node at hand or (`absolute`) from the form's root."""

    base: Tree | None
    absolute: bool
    steps: tuple[Step, ...]
    offset: int
    depth: int


@dataclass(slots=True)
class Filter:
    """`base[predicate][predicate]`."""

    base: Tree
    predicates: tuple[Tree, ...]
    offset: int
    depth: int


@dataclass(slots=True)
class Group:
    """`( … )`; kept so that deep brackets count towards the depth limit."""

    inner: Tree
    offset: int
    depth: int


@dataclass(slots=True)
class Negation:
    """Unary minus, applied `times` times."""

    operand: Tree
    times: int
    offset: int
    depth: int


@dataclass(slots=True)
class Chain:
    """Operands joined by operators of one precedence, to be applied from the left."""

    operands: tuple[Tree, ...]
    operators: tuple[str, ...]
    offset: int
    depth: int


@dataclass(slots=True)
class Logic:
    """Operands joined by `and` or by `or`."""

    operator: Literal["and", "or"]
    operands: tuple[Tree, ...]
    offset: int
    depth: int


@dataclass(slots=True)
class Union:
    """Node-sets joined by `|`."""

    operands: tuple[Tree, ...]
    offset: int
    depth: int


@dataclass(slots=True)
class Call:
    """A function call."""

    name: str
    arguments: tuple[Tree, ...]
    offset: int
    depth: int


Tree: TypeAlias = NumberLiteral | TextLiteral | Name | Path | Filter | Group | Negation | Chain | Logic | Union | Call


def unwrap(tree: Tree) -> Tree:
    """The tree inside any brackets around it."""
    while isinstance(tree, Group):
        tree = tree.inner
    return tree
