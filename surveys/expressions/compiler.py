"""Syntax tree to closures. Types known in advance choose the closure, so that evaluating decides little."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from surveys.expressions import tree
from surveys.expressions.arithmetic import ARITHMETIC
from surveys.expressions.code import VIEWS, Code, Scope, as_boolean, as_nodes, as_number
from surveys.expressions.comparison import COMPARISONS, numbers_equal
from surveys.expressions.conversion import to_number
from surveys.expressions.errors import ExpressionError
from surveys.expressions.findings import Findings
from surveys.expressions.functions.registry import Pure, lookup
from surveys.expressions.paths import compile_filter, compile_path
from surveys.expressions.tree import Tree, unwrap
from surveys.expressions.values import Context, Item, Node, Nodes


class Compiler:
    """Compiles one expression; what it reads is in `findings` afterwards."""

    def __init__(self) -> None:
        self.findings = Findings()

    def compile(self, node: Tree, scope: Scope) -> Code:
        """Compile a tree. Raises ExpressionError for unknown functions, wrong arity and misplaced types."""
        match node:
            case tree.Group():
                return self.compile(node.inner, scope)
            case tree.Name():
                return self.reference(node)
            case tree.TextLiteral():
                text = node.value
                return Code(lambda context, item: text, "text")
            case tree.NumberLiteral():
                number = node.value
                return Code(lambda context, item: number, "number")
            case tree.Chain():
                return self._chain(node, scope)
            case tree.Logic():
                return self._logic(node, scope)
            case tree.Call():
                return self._call(node, scope)
            case tree.Path():
                return compile_path(self, node, scope)
            case tree.Filter():
                return compile_filter(self, node, scope)
            case tree.Negation():
                return self._negation(node, scope)
            case tree.Union():
                return self._union(node, scope)

    def reference(self, node: tree.Name, *, in_missing: bool = False) -> Code:
        """Compile `${name}` and record it."""
        name, parts = node.name, node.parts
        owner = self.findings.refer(name, parts, node.offset, in_missing=in_missing)
        return Code(lambda context, item: context.nodes(name, parts), "nodes", (name, parts), (owner,))

    def choice_use(self, code: Code, literal: Tree) -> None:
        """Record that the answers of `code` are compared with a choice code, if that is what `literal` is."""
        literal = unwrap(literal)
        if code.subject is not None and isinstance(literal, tree.TextLiteral) and literal.value:
            name, parts = code.subject
            self.findings.choice_uses.append((name, parts, literal.value, literal.offset))

    def _chain(self, node: tree.Chain, scope: Scope) -> Code:
        codes = [self.compile(operand, scope) for operand in node.operands]
        if node.operators[0] in ARITHMETIC:
            return _arithmetic(codes, node.operators)
        left, left_tree = codes[0], node.operands[0]
        for operator, right, right_tree in zip(node.operators, codes[1:], node.operands[1:], strict=True):
            if operator in ("=", "!="):
                self.choice_use(left, right_tree)
                self.choice_use(right, left_tree)
            left, left_tree = _comparison(operator, left, right, unwrap(right_tree)), node
        return left

    def _logic(self, node: tree.Logic, scope: Scope) -> Code:
        tests = [as_boolean(self.compile(operand, scope)) for operand in node.operands]
        first, second, *others = tests
        if node.operator == "and":
            if not others:
                return Code(lambda context, item: first(context, item) and second(context, item), "boolean")
            return Code(lambda context, item: all(test(context, item) for test in tests), "boolean")
        if not others:
            return Code(lambda context, item: first(context, item) or second(context, item), "boolean")
        return Code(lambda context, item: any(test(context, item) for test in tests), "boolean")

    def _negation(self, node: tree.Negation, scope: Scope) -> Code:
        operand = as_number(self.compile(node.operand, scope))
        if node.times % 2:
            return Code(lambda context, item: -operand(context, item), "number")
        return Code(operand, "number")

    def _union(self, node: tree.Union, scope: Scope) -> Code:
        codes = [self.compile(operand, scope) for operand in node.operands]
        for code, operand in zip(codes, node.operands, strict=True):
            if code.kind not in ("nodes", "any"):
                raise ExpressionError("| 的两边都要是题目或路径；“或者”请写 or", operand.offset)
        getters = [as_nodes(code) for code in codes]

        def run(context: Context, item: Item | None) -> Nodes:
            found: list[Node] = []
            for get in getters:
                found.extend(node for node in get(context, item) if node not in found)
            return found

        return Code(run, "nodes", None, tuple(owner for code in codes for owner in code.owners))

    def _call(self, node: tree.Call, scope: Scope) -> Code:
        function = lookup(node)
        if not isinstance(function, Pure):
            return function.build(self, node, scope)
        if function.check is not None:
            function.check(node)
        codes = [self.compile(argument, scope) for argument in node.arguments]
        views = []
        for place, (code, argument) in enumerate(zip(codes, node.arguments, strict=True)):
            kind = function.takes[min(place, len(function.takes) - 1)]
            if kind == "nodes" and code.kind not in ("nodes", "any"):
                raise ExpressionError(f"{node.name}() 要的是题目或路径，不是算出来的值", argument.offset)
            views.append(VIEWS[kind](code))
        return Code(_apply(function.run, views), function.gives)


def _apply(function: Callable[..., Any], views: Sequence[Callable[[Context, Item | None], Any]]) -> Any:
    if len(views) == 1:
        only = views[0]
        return lambda context, item: function(only(context, item))
    if len(views) == 2:
        first, second = views
        return lambda context, item: function(first(context, item), second(context, item))
    return lambda context, item: function(*[view(context, item) for view in views])


def _arithmetic(codes: Sequence[Code], operators: Sequence[str]) -> Code:
    numbers = [as_number(code) for code in codes]
    functions = [ARITHMETIC[operator] for operator in operators]
    if len(functions) == 1:
        (function,), (left, right) = functions, numbers
        return Code(lambda context, item: function(left(context, item), right(context, item)), "number")
    first, rest = numbers[0], list(zip(functions, numbers[1:], strict=True))

    def run(context: Context, item: Item | None) -> float:
        total = first(context, item)
        for function, number in rest:
            total = function(total, number(context, item))
        return total

    return Code(run, "number")


def _comparison(operator: str, left: Code, right: Code, right_tree: Tree) -> Code:
    compare = COMPARISONS[operator]
    first, second = left.run, right.run
    wanted = operator == "="
    if operator in ("=", "!=") and left.kind == "nodes" and isinstance(right_tree, tree.TextLiteral):
        literal = right_tree.value

        def same_text(context: Context, item: Item | None) -> bool:
            nodes = first(context, item)
            if len(nodes) == 1:
                value = nodes[0].value
                if type(value) is str:
                    return (value == literal) is wanted
            return compare(nodes, literal)

        return Code(same_text, "boolean")
    if isinstance(right_tree, tree.NumberLiteral) and left.kind == "nodes":
        number = right_tree.value

        def against_number(context: Context, item: Item | None) -> bool:
            nodes = first(context, item)
            if len(nodes) == 1:
                value = nodes[0].value
                if type(value) is not bool:
                    return plain(to_number(value), number)
            return compare(nodes, number)

        plain = _PLAIN[operator]
        return Code(against_number, "boolean")
    if left.kind == "nodes" and (right.kind == "number" or (right.kind == "nodes" and operator not in ("=", "!="))):
        plain_values = _PLAIN[operator]

        def single_values(context: Context, item: Item | None) -> bool:
            nodes, others = first(context, item), second(context, item)
            if len(nodes) == 1:
                value = nodes[0].value
                if type(others) is float and type(value) is not bool:
                    return plain_values(to_number(value), others)
                if type(others) is tuple and len(others) == 1:
                    return plain_values(to_number(value), to_number(others[0].value))
            return compare(nodes, others)

        return Code(single_values, "boolean")
    if left.kind == "number" and right.kind == "number":
        plain_numbers = _PLAIN[operator]
        return Code(lambda context, item: plain_numbers(first(context, item), second(context, item)), "boolean")
    return Code(lambda context, item: compare(first(context, item), second(context, item)), "boolean")


_PLAIN: dict[str, Callable[[float, float], bool]] = {
    "=": numbers_equal,
    "!=": lambda left, right: not numbers_equal(left, right),
    "<": lambda left, right: left < right,
    "<=": lambda left, right: left <= right,
    ">": lambda left, right: left > right,
    ">=": lambda left, right: left >= right,
}
"""The comparisons of two numbers known to be numbers."""
