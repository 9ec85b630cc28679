"""Source text to syntax tree, by lark. The parser is built once, when the first expression is compiled."""

from __future__ import annotations

from collections.abc import Callable
from functools import lru_cache
from typing import TYPE_CHECKING, Any, Literal, cast

from surveys.expressions import tree
from surveys.expressions.errors import ExpressionError
from surveys.expressions.mistakes import explain, full_width
from surveys.expressions.tree import Tree

if TYPE_CHECKING:
    from lark import Token

MAX_LENGTH = 10_000
"""Characters in one expression. Longer text is not an expression that a person wrote."""
MAX_DEPTH = 100
"""Levels of nesting. Each costs a few Python stack frames in compiling and in evaluating."""
_PREDICATE_DEPTH = 20
"""Levels that a predicate counts for: each level multiplies the time by the number of rows."""

_AXES: dict[str, Literal["child", "parent", "self"]] = {"child": "child", "parent": "parent", "self": "self"}
"""The axes of the ODK XForms Specification, "XPath Axes"."""


class _Builder:
    """Makes syntax tree nodes of what lark reduces; one method per alias of grammar.lark. Holds no state."""

    def reference(self, children: list[Token]) -> Tree:
        written = children[0][2:-1].strip()
        if not written.isascii() and (wide := full_width(written)):
            raise ExpressionError(f"题目名 {written} 里请用半角字符，{wide} 是全角的", _at(children[0]))
        name, *parts = written.split(".")
        return tree.Name(name, tuple(parts), _at(children[0]))

    def text(self, children: list[Token]) -> Tree:
        return tree.TextLiteral(children[0][1:-1], _at(children[0]))

    def number(self, children: list[Token]) -> Tree:
        return tree.NumberLiteral(float(children[0]), _at(children[0]))

    def group(self, children: list[Tree]) -> Tree:
        return tree.Group(children[0], children[0].offset, _deeper(children))

    def call(self, children: list[Any]) -> Tree:
        name, *arguments = children
        return tree.Call(str(name), tuple(arguments), _at(name), _deeper(arguments, _at(name)))

    def disjunction(self, children: list[Tree]) -> Tree:
        return tree.Logic("or", tuple(children), children[0].offset, _deeper(children))

    def conjunction(self, children: list[Tree]) -> Tree:
        return tree.Logic("and", tuple(children), children[0].offset, _deeper(children))

    def chain(self, children: list[Any]) -> Tree:
        operands = tuple(children[::2])
        return tree.Chain(operands, tuple(map(str, children[1::2])), operands[0].offset, _deeper(operands))

    def negation(self, children: list[Any]) -> Tree:
        *signs, operand = children
        return tree.Negation(operand, len(signs), _at(signs[0]), _deeper([operand]))

    def union(self, children: list[Tree]) -> Tree:
        return tree.Union(tuple(children), children[0].offset, _deeper(children))

    def filter(self, children: list[Tree]) -> Tree:
        base, *predicates = children
        return tree.Filter(base, tuple(predicates), base.offset, _deeper(children, weight=_PREDICATE_DEPTH))

    def predicate(self, children: list[Tree]) -> Tree:
        return children[0]

    def filtered_path(self, children: list[Any]) -> Tree:
        return _path(children[0], False, children[1:])

    def relative_path(self, children: list[Any]) -> Tree:
        return _path(None, False, children)

    def absolute_path(self, children: list[Any]) -> Tree:
        return _path(None, True, children)

    def step(self, children: list[Any]) -> tree.Step:
        made: tree.Step = children[0]
        if len(children) > 1:
            made.predicates = tuple(children[1:])
            made.depth = _deeper(children[1:], made.offset, weight=_PREDICATE_DEPTH)
        return made

    def child(self, children: list[Token]) -> tree.Step:
        return tree.Step("child", str(children[0]), (), _at(children[0]))

    def wildcard(self, children: list[Token]) -> tree.Step:
        raise ExpressionError("这里的 * 表示“任意字段”，暂不支持；请写出字段名", _at(children[0]))

    def parent(self, children: list[Token]) -> tree.Step:
        return tree.Step("parent", "", (), _at(children[0]))

    def self_(self, children: list[Token]) -> tree.Step:
        return tree.Step("self", "", (), _at(children[0]))

    def axis(self, children: list[Token]) -> tree.Step:
        axis, test = children
        kind = _AXES.get(axis)
        if kind is None:
            raise ExpressionError(f"不支持 {axis}:: 轴，只有 child、parent、self 可用", _at(axis))
        if test.type == "STAR" or (kind == "child") != (test.type == "NAME"):
            raise ExpressionError("轴只支持 child::字段名、parent::node()、self::node() 三种写法", _at(axis))
        return tree.Step(kind, str(test) if kind == "child" else "", (), _at(axis))


def _at(token: Token) -> int:
    return token.start_pos or 0


def _deeper(trees: list[Any] | tuple[Any, ...], offset: int | None = None, weight: int = 1) -> int:
    """The depth of a node over `trees`. Raises ExpressionError past `MAX_DEPTH`."""
    depth = max((each.depth for each in trees), default=0) + weight
    if depth > MAX_DEPTH:
        raise ExpressionError(
            f"嵌套超过 {MAX_DEPTH} 层，请拆成几个计算题", trees[0].offset if offset is None else offset
        )
    return depth


def _path(base: Tree | None, absolute: bool, parts: list[Any]) -> Tree:
    steps: list[tree.Step] = []
    for part in parts:
        if isinstance(part, tree.Step):
            steps.append(part)
        elif part == "//":
            raise ExpressionError("不支持 //，请写出完整路径或用 ${题目名}", _at(part))
    start = base.offset if base else _at(parts[0]) if absolute else steps[0].offset
    depth = _deeper([*([base] if base else []), *steps], start)
    return tree.Path(base, absolute, tuple(steps), start, depth)


@lru_cache(maxsize=1)
def _parser() -> Callable[[str], Tree]:
    # Imported here: 50 ms that only compiling needs.
    from importlib.resources import files

    from lark import Lark, Transformer, v_args

    methods = {name: value for name, value in vars(_Builder).items() if not name.startswith("__")}
    transformer: Any = v_args(inline=False)(type("Builder", (Transformer,), methods))()
    grammar = files("surveys.expressions").joinpath("grammar.lark").read_text("utf-8")
    lark = Lark(grammar, parser="lalr", transformer=transformer, maybe_placeholders=False)
    return cast(Callable[[str], Tree], lark.parse)


def parse(source: str) -> Tree:
    """Parse `source`. Raises ExpressionError, with a hint at the likely mistake, if it is no expression."""
    if len(source) > MAX_LENGTH:
        raise ExpressionError(f"表达式有 {len(source)} 个字符，最多 {MAX_LENGTH} 个", MAX_LENGTH)
    if not source.strip(" \t\r\n"):
        raise ExpressionError("表达式是空的", 0)
    run = _parser()
    from lark.exceptions import UnexpectedInput, VisitError

    try:
        return run(source)
    except UnexpectedInput as error:
        raise explain(source, error) from None
    except VisitError as error:
        if isinstance(error.orig_exc, ExpressionError):
            raise error.orig_exc from None
        raise
