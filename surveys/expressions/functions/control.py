"""Booleans and choosing between values (ODK XForms Specification, "Boolean Functions")."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from surveys.expressions.code import Code, Scope, as_boolean
from surveys.expressions.conversion import single
from surveys.expressions.functions.registry import Function, Pure, Special
from surveys.expressions.tree import Call
from surveys.expressions.values import Context, Item, Value

if TYPE_CHECKING:
    from surveys.expressions.compiler import Compiler


def _if(compiler: Compiler, call: Call, scope: Scope) -> Code:
    """`if(condition, then, else)`; only the chosen branch is evaluated, and keeps its type."""
    condition, then, otherwise = (compiler.compile(argument, scope) for argument in call.arguments)
    test, first, second = as_boolean(condition), then.run, otherwise.run
    kind = then.kind if then.kind == otherwise.kind else "any"
    owners = then.owners + otherwise.owners
    return Code(
        lambda context, item: first(context, item) if test(context, item) else second(context, item),
        kind,
        None,
        owners,
    )


def _coalesce(compiler: Compiler, call: Call, scope: Scope) -> Code:
    """The first value unless it is blank or NaN, else the second, which is evaluated only then."""
    first, second = (compiler.compile(argument, scope) for argument in call.arguments)
    run, other = first.run, second.run

    def choose(context: Context, item: Item | None) -> Any:
        value: Value = run(context, item)
        scalar = single(value)
        return other(context, item) if scalar == "" or scalar != scalar else value

    return Code(choose, first.kind if first.kind == second.kind else "any", None, first.owners + second.owners)


def _once(compiler: Compiler, call: Call, scope: Scope) -> Code:
    """The current answer, or, while that is blank, the value of the argument."""
    run = compiler.compile(call.arguments[0], scope).run
    compiler.findings.reads_current = True

    def choose(context: Context, item: Item | None) -> Any:
        current = single(context.current())
        return run(context, item) if current == "" else current

    return Code(choose, "any")


def _from_string(text: str) -> bool:
    """True for `true` or `1` only; case does not matter (XForms 1.0, 7.9.1)."""
    return text.lower() in ("true", "1")


FUNCTIONS: tuple[Function, ...] = (
    Special("if", 3, 3, _if),
    Special("coalesce", 2, 2, _coalesce),
    Special("once", 1, 1, _once),
    Pure("true", 0, 0, ("boolean",), "boolean", lambda: True),
    Pure("false", 0, 0, ("boolean",), "boolean", lambda: False),
    Pure("not", 1, 1, ("boolean",), "boolean", lambda value: not value),
    Pure("boolean", 1, 1, ("boolean",), "boolean", lambda value: value),
    Pure("boolean-from-string", 1, 1, ("text",), "boolean", _from_string),
)
"""The boolean functions."""
