"""Compiled pieces of an expression: a closure and the type of what it gives, with typed views of it."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, Literal, TypeAlias

from surveys.expressions.conversion import NAN, SCALARS, sequence_to_boolean, to_boolean, to_number, to_text
from surveys.expressions.values import Context, Item, Node, Value

Kind: TypeAlias = Literal["number", "text", "boolean", "nodes", "any"]
"""The static type of a piece; `any` is known only when it runs (a date, or the branches of `if`)."""
Run: TypeAlias = Callable[[Context, Item | None], Any]
"""A closure. Its second argument is the node that the surrounding predicate is tried on, None outside predicates."""
Subject: TypeAlias = tuple[str, tuple[str, ...]]
"""Name and parts of the question whose answers a piece gives."""


@dataclass(slots=True)
class Code:
    """A compiled piece."""

    run: Run
    kind: Kind
    subject: Subject | None = None
    owners: tuple[set[str], ...] = ()
    """The field sets of the references that the nodes come from, for predicates and steps to add to."""


@dataclass(slots=True)
class Scope:
    """Where a piece stands: `inside` a predicate, and if so on whose nodes."""

    inside: bool = False
    subject: Subject | None = None
    owners: tuple[set[str], ...] = ()


def as_number(code: Code) -> Callable[[Context, Item | None], float]:
    """The piece as a number."""
    run = code.run
    if code.kind == "number":
        return run
    if code.kind != "nodes":
        return lambda context, item: to_number(run(context, item))

    def number(context: Context, item: Item | None) -> float:
        nodes = run(context, item)
        return to_number(nodes[0].value) if nodes else NAN

    return number


def as_text(code: Code) -> Callable[[Context, Item | None], str]:
    """The piece as text."""
    run = code.run
    if code.kind == "text":
        return run
    if code.kind != "nodes":
        return lambda context, item: to_text(run(context, item))

    def text(context: Context, item: Item | None) -> str:
        nodes = run(context, item)
        return to_text(nodes[0].value) if nodes else ""

    return text


def as_boolean(code: Code) -> Callable[[Context, Item | None], bool]:
    """The piece as a boolean."""
    run = code.run
    if code.kind == "boolean":
        return run
    if code.kind == "nodes":
        return lambda context, item: sequence_to_boolean(run(context, item))
    return lambda context, item: to_boolean(run(context, item))


def as_nodes(code: Code) -> Callable[[Context, Item | None], Sequence[Node]]:
    """The piece as nodes; a scalar that only running reveals counts as none."""
    run = code.run
    if code.kind == "nodes":
        return run

    def nodes(context: Context, item: Item | None) -> Sequence[Node]:
        value: Value = run(context, item)
        return () if isinstance(value, SCALARS) else value

    return nodes


VIEWS: dict[Kind, Callable[[Code], Run]] = {
    "number": as_number,
    "text": as_text,
    "boolean": as_boolean,
    "nodes": as_nodes,
    "any": lambda code: code.run,
}
"""How to see a piece as each type."""
