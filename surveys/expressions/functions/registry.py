"""What a function of the language is, and finding one by name."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import lru_cache
from importlib import import_module
from typing import TYPE_CHECKING, Any

from surveys.expressions.code import Code, Kind, Scope
from surveys.expressions.errors import ExpressionError, nearest
from surveys.expressions.tree import Call

if TYPE_CHECKING:
    from surveys.expressions.compiler import Compiler

_THEMES = ("control", "dates", "nodesets", "numbers", "selection", "strings", "survey")
_UNSUPPORTED = frozenset(
    [
        "area",
        "distance",
        "randomize",
        "instance",
        "pulldata",
        "jr:itext",
        "property",
        "base64-decode",
        "extract-signed",
        "intersects",
    ]
)
"""Functions of ODK that need what this tool has not: secondary instances, maps, keys."""


@dataclass(frozen=True, slots=True)
class Pure:
    """A function that needs nothing but its argument values."""

    name: str
    least: int
    most: int | None
    """Arity; no upper limit if None."""
    takes: tuple[Kind, ...]
    """The types that arguments are converted to; the last one serves all further arguments."""
    gives: Kind
    run: Callable[..., Any]
    check: Callable[[Call], None] | None = None
    """Refuses literal arguments that can never work."""


@dataclass(frozen=True, slots=True)
class Special:
    """A function that compiles its own call."""

    name: str
    least: int
    most: int | None
    build: Callable[[Compiler, Call, Scope], Code]


Function = Pure | Special


@lru_cache(maxsize=1)
def library() -> dict[str, Function]:
    """All functions by name. Read on first use, because the themes import this module."""
    known: dict[str, Function] = {}
    for theme in _THEMES:
        for function in import_module(f"surveys.expressions.functions.{theme}").FUNCTIONS:
            known[function.name] = function
    return known


def lookup(call: Call) -> Function:
    """The function that `call` names. Raises ExpressionError if there is none or it takes another number."""
    known = library()
    function = known.get(call.name)
    if function is None:
        if call.name in _UNSUPPORTED:
            raise ExpressionError(f"暂不支持 ODK 的函数 {call.name}()", call.offset)
        raise ExpressionError(f"没有函数 {call.name}(){nearest(call.name, known)}", call.offset)
    count = len(call.arguments)
    if count < function.least or (function.most is not None and count > function.most):
        raise ExpressionError(f"{call.name}() {_arity(function)}，这里有 {count} 个", call.offset)
    return function


def _arity(function: Function) -> str:
    least, most = function.least, function.most
    if most is None:
        return f"至少要 {least} 个参数"
    if most == 0:
        return "不带参数"
    return f"要 {least} 个参数" if least == most else f"要 {least} 到 {most} 个参数"
