"""Functions that ask the survey itself: parameters, statuses, choice labels."""

from __future__ import annotations

from typing import TYPE_CHECKING

from surveys.expressions.code import Code, Scope, as_text
from surveys.expressions.errors import ExpressionError
from surveys.expressions.functions.registry import Function, Special
from surveys.expressions.tree import Call, Name, TextLiteral, Tree, unwrap

if TYPE_CHECKING:
    from surveys.expressions.compiler import Compiler


def _param(compiler: Compiler, call: Call, scope: Scope) -> Code:
    """`param('name')`: a parameter of the survey (ours, so that thresholds stand in one place)."""
    literal = unwrap(call.arguments[0])
    if not isinstance(literal, TextLiteral) or not literal.value:
        raise ExpressionError("param() 里要直接写参数名，如 param('pay_low')", call.arguments[0].offset)
    name = literal.value
    compiler.findings.parameters.add(name)
    return Code(lambda context, item: context.parameter(name), "text")


def _is_missing(compiler: Compiler, call: Call, scope: Scope) -> Code:
    """`is-missing(${q})`: a person said dont_know, refused or not_applicable (ours)."""
    inner = unwrap(call.arguments[0])
    if not isinstance(inner, Name):
        raise ExpressionError("is-missing() 里要直接写题目，如 is-missing(${sw_total})", call.arguments[0].offset)
    name, parts = inner.name, inner.parts
    compiler.reference(inner, in_missing=True)
    return Code(lambda context, item: context.missing(name, parts), "boolean")


def _choice_name(compiler: Compiler, call: Call, scope: Scope) -> Code:
    """`jr:choice-name(value, '${q}')`: the label of a choice, in the language in use."""
    value, question = call.arguments
    code = compiler.compile(value, scope)
    name = _question(compiler, question)
    compiler.choice_use(Code(code.run, "text", (name, ())), value)
    text = as_text(code)
    return Code(lambda context, item: context.choice_label(text(context, item), name), "text")


def _question(compiler: Compiler, argument: Tree) -> str:
    """The question that the second argument of `jr:choice-name` names: `'${q}'`, `'q'`, a path in quotes, or `${q}`."""
    inner = unwrap(argument)
    if isinstance(inner, Name):
        compiler.reference(inner)
        return ".".join((inner.name, *inner.parts))
    if isinstance(inner, TextLiteral):
        name = inner.value.strip().removeprefix("${").removesuffix("}").rsplit("/", 1)[-1].strip()
        if name:
            head, *parts = name.split(".")
            compiler.findings.refer(head, tuple(parts), inner.offset + 1)
            return name
    raise ExpressionError("jr:choice-name() 的第二个参数要是加引号的题目名，如 '${q}'", inner.offset)


FUNCTIONS: tuple[Function, ...] = (
    Special("param", 1, 1, _param),
    Special("is-missing", 1, 1, _is_missing),
    Special("jr:choice-name", 2, 2, _choice_name),
)
"""The survey functions."""
