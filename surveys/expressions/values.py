"""The values of the language, and the two protocols through which expressions see a survey."""

from __future__ import annotations

import datetime
from collections.abc import Sequence
from typing import NamedTuple, Protocol, TypeAlias

Scalar: TypeAlias = str | float | bool | datetime.date | datetime.datetime
"""A single value. A blank answer is `''` (ODK XForms: node values are strings, an unanswered one is empty)."""


class Node(Protocol):
    """One cell, or one roster row."""

    @property
    def value(self) -> Scalar:
        """The cell's answer; `''` for a blank cell and for a row."""

    @property
    def position(self) -> int:
        """1-based position of a row in its roster; 1 for anything else."""

    def children(self, name: str) -> Sequence[Node]:
        """The cells called `name` in a row; `()` for a leaf."""

    def parent(self) -> Node | None:
        """The row that a cell is in, or None outside rosters."""


class NodeSet(tuple[Node, ...]):
    """Nodes that a predicate selected, in document order.

    Its boolean value is whether anything was selected (XPath 1.0, 4.3), whereas any other sequence of one node is
    read as that node's value, as JavaRosa unpacks it.
    """

    __slots__ = ()


Nodes: TypeAlias = Sequence[Node]
Value: TypeAlias = Scalar | Sequence[Node]


class Context(Protocol):
    """What an expression may ask of the interview it is evaluated in."""

    def nodes(self, name: str, parts: tuple[str, ...]) -> Sequence[Node]:
        """The nodes of `${name.part.part}`; `()` if there are none."""

    def current(self) -> Sequence[Node]:
        """`.`: the cell or cells of the question that the expression belongs to."""

    def here(self) -> Node | None:
        """The row in which the expression is evaluated; None outside rosters."""

    def parameter(self, name: str) -> str:
        """The survey parameter of `param('name')`. Raises KeyError if the survey has none of that name."""

    def missing(self, name: str, parts: tuple[str, ...]) -> bool:
        """Whether a person gave dont_know, refused or not_applicable instead of an answer."""

    def choice_label(self, value: str, name: str) -> str:
        """The label of choice `value` of question `name`, in the language in use."""

    def now(self) -> datetime.datetime:
        """The local time, timezone-aware. The only clock that expressions know."""


class Item(NamedTuple):
    """The node that a predicate is being tried on, and its 1-based place among the candidates."""

    node: Node
    position: int
