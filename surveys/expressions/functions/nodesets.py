"""Functions over node-sets (ODK XForms Specification, "Node-set Functions" and "Repeat Functions")."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING

from surveys.expressions.code import Code, Scope, as_nodes, as_number
from surveys.expressions.conversion import NAN, scalars, to_number, to_text
from surveys.expressions.errors import ExpressionError
from surveys.expressions.functions.registry import Function, Pure, Special
from surveys.expressions.tree import Call, Filter, Name, Path, Tree, unwrap
from surveys.expressions.values import Context, Item, Nodes, Value

if TYPE_CHECKING:
    from surveys.expressions.compiler import Compiler


def _numbers(values: tuple[Value, ...]) -> Iterator[float]:
    """The numbers among the values and nodes; blanks and text that is no number are passed over, as Collect does."""
    for value in values:
        for scalar in scalars(value):
            number = to_number(scalar)
            if number == number:
                yield number


def _sum(*values: Value) -> float:
    return sum(_numbers(values), 0.0)


def _extreme(choose: Callable[..., float]) -> Callable[..., float]:
    def run(*values: Value) -> float:
        return choose(_numbers(values), default=NAN)

    return run


def _count_non_empty(nodes: Nodes) -> float:
    return float(sum(to_text(node.value) != "" for node in nodes))


def _count_distinct(nodes: Nodes) -> float:
    """How many different answers there are, blanks apart (ours, for checks)."""
    return float(len({to_text(node.value) for node in nodes} - {""}))


def _position(compiler: Compiler, call: Call, scope: Scope) -> Code:
    """`position()` of the node at hand or of the row; `position(node)` among its siblings."""
    if call.arguments:
        code = compiler.compile(call.arguments[0], scope)
        if code.kind not in ("nodes", "any"):
            raise ExpressionError("position() 要的是题目或路径，如 position(..)", call.arguments[0].offset)
        get = as_nodes(code)

        def of_node(context: Context, item: Item | None) -> float:
            nodes = get(context, item)
            return float(nodes[0].position) if nodes else NAN

        return Code(of_node, "number")
    if scope.inside:
        return Code(lambda context, item: float(item.position) if item else NAN, "number")

    def of_row(context: Context, item: Item | None) -> float:
        here = context.here()
        return float(here.position) if here is not None else 1.0

    return Code(of_row, "number")


def _current(compiler: Compiler, call: Call, scope: Scope) -> Code:
    """The nodes of the question that the expression belongs to, also inside predicates (XForms 1.1, 7.10.2)."""
    compiler.findings.reads_current = True
    return Code(lambda context, item: context.current(), "nodes", (".", ()))


def _field(tree: Tree) -> str:
    """The name of the field that the first argument of `indexed-repeat` points at."""
    inner = unwrap(tree)
    while isinstance(inner, Filter):
        inner = unwrap(inner.base)
    if isinstance(inner, Name):
        return inner.parts[-1] if inner.parts else inner.name
    if isinstance(inner, Path) and inner.steps[-1].kind == "child":
        return inner.steps[-1].name
    raise ExpressionError("indexed-repeat() 的第一个参数要是表格里的题目，如 ${v_area}", tree.offset)


def _indexed_repeat(compiler: Compiler, call: Call, scope: Scope) -> Code:
    """`indexed-repeat(${field}, ${roster}, index, …)`: the field in the row of that 1-based index."""
    target, *levels = call.arguments
    if len(levels) % 2:
        raise ExpressionError("indexed-repeat() 的表格和序号要成对出现", call.offset)
    last = _field(target)
    compiler.compile(target, scope)
    codes = [compiler.compile(level, scope) for level in levels]
    if codes[0].kind not in ("nodes", "any"):
        raise ExpressionError("indexed-repeat() 的第二个参数要是表格，如 ${venues}", levels[0].offset)
    for fields in codes[0].owners:
        fields.add(_field(levels[2]) if len(levels) > 2 else last)
    rows, indexes = as_nodes(codes[0]), [as_number(code) for code in codes[1::2]]
    names = [*(_field(level) for level in levels[2::2]), last]

    def run(context: Context, item: Item | None) -> Nodes:
        nodes: Nodes = rows(context, item)
        for index, name in zip(indexes, names, strict=True):
            number = index(context, item)
            place = int(number) if 1 <= number <= len(nodes) else 0
            nodes = nodes[place - 1].children(name) if place else ()
        return nodes

    return Code(run, "nodes", (last, ()))


FUNCTIONS: tuple[Function, ...] = (
    Pure("count", 1, 1, ("nodes",), "number", lambda nodes: float(len(nodes))),
    Pure("count-non-empty", 1, 1, ("nodes",), "number", _count_non_empty),
    Pure("count-distinct", 1, 1, ("nodes",), "number", _count_distinct),
    Pure("sum", 1, None, ("any",), "number", _sum),
    Pure("min", 1, None, ("any",), "number", _extreme(min)),
    Pure("max", 1, None, ("any",), "number", _extreme(max)),
    Special("position", 0, 1, _position),
    Special("current", 0, 0, _current),
    Special("indexed-repeat", 3, 7, _indexed_repeat),
)
"""The node-set functions."""
