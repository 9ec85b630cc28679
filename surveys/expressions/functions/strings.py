"""String functions (ODK XForms Specification, "String Functions")."""

from __future__ import annotations

import base64
import hashlib
import re
import secrets
import string
import uuid
from functools import lru_cache
from typing import TYPE_CHECKING

from surveys.expressions.code import Code, Scope, as_text
from surveys.expressions.conversion import scalars, to_text
from surveys.expressions.errors import ExpressionError
from surveys.expressions.functions.patterns import UnusablePattern, java_pattern
from surveys.expressions.functions.registry import Function, Pure, Special
from surveys.expressions.tree import Call, TextLiteral, unwrap
from surveys.expressions.values import Context, Item, Value

if TYPE_CHECKING:
    from surveys.expressions.compiler import Compiler

_SPACE = re.compile(r"[ \t\r\n]+")
_IDENTIFIER = string.ascii_uppercase + string.digits
_LONGEST_IDENTIFIER = 1000
_ALGORITHMS = {"MD5": "md5", "SHA-1": "sha1", "SHA-256": "sha256", "SHA-384": "sha384", "SHA-512": "sha512"}
_ENCODINGS = ("base64", "hex")


def _texts(values: tuple[Value, ...]) -> list[str]:
    """The text of every value, and of every node of the node-sets among them."""
    return [to_text(scalar) for value in values for scalar in scalars(value)]


def _concat(*values: Value) -> str:
    return "".join(_texts(values))


def _join(separator: Value, *values: Value) -> str:
    return to_text(separator).join(_texts(values))


def _substr(text: str, start: float, end: float | None = None) -> str:
    """From 0-based `start` up to but not including `end`; negative indexes count from the end, as in JavaRosa."""
    size = len(text)
    first, last = _index(start, size), size if end is None else _index(end, size)
    return text[first:last] if first <= last else ""


def _index(number: float, size: int) -> int:
    if number != number:
        return 0
    whole = int(max(min(number, size), -size - 1.0))
    return max(size + whole, 0) if whole < 0 else whole


def _before(text: str, mark: str) -> str:
    head, found, _ = text.partition(mark) if mark else ("", "", "")
    return head if found else ""


def _after(text: str, mark: str) -> str:
    return text.partition(mark)[2] if mark else text


def _translate(text: str, old: str, new: str) -> str:
    table: dict[int, str | None] = {}
    for place, character in enumerate(old):
        table.setdefault(ord(character), new[place] if place < len(new) else None)
    return text.translate(table)


def _normalize(text: str) -> str:
    return _SPACE.sub(" ", text).strip(" ")


def _uuid(length: float | None = None) -> str:
    """An RFC 4122 version 4 identifier, or a random one of `length` characters (at most 1000)."""
    if length is None:
        return str(uuid.uuid4())
    count = int(min(length, _LONGEST_IDENTIFIER)) if length > 0 else 0
    return "".join(secrets.choice(_IDENTIFIER) for _ in range(count))


def _digest(text: str, algorithm: str, encoding: str = "base64") -> str:
    if algorithm not in _ALGORITHMS or encoding not in _ENCODINGS:
        return ""
    summary = hashlib.new(_ALGORITHMS[algorithm], text.encode("utf-8", "surrogatepass"), usedforsecurity=False)
    return summary.hexdigest() if encoding == "hex" else base64.b64encode(summary.digest()).decode("ascii")


def _check_digest(call: Call) -> None:
    for argument, allowed, what in zip(call.arguments[1:], (_ALGORITHMS, _ENCODINGS), ("算法", "编码"), strict=False):
        literal = unwrap(argument)
        if isinstance(literal, TextLiteral) and literal.value not in allowed:
            raise ExpressionError(f"digest() 没有{what} {literal.value}，可用：{'、'.join(allowed)}", literal.offset)


@lru_cache(maxsize=256)
def _pattern(source: str) -> re.Pattern[str] | None:
    try:
        return java_pattern(source)
    except UnusablePattern:
        return None


def _regex(text: str, source: str) -> bool:
    """Whether the whole of `text` matches, as Java's `matches`; a pattern that is none matches nothing."""
    pattern = _pattern(source)
    return pattern is not None and pattern.fullmatch(text) is not None


def _build_regex(compiler: Compiler, call: Call, scope: Scope) -> Code:
    text = as_text(compiler.compile(call.arguments[0], scope))
    literal = unwrap(call.arguments[1])
    if isinstance(literal, TextLiteral):
        try:
            matches = java_pattern(literal.value).fullmatch
        except UnusablePattern as error:
            raise ExpressionError(f"正则表达式不能用：{error}", literal.offset) from None
        return Code(lambda context, item: matches(text(context, item)) is not None, "boolean")
    source = as_text(compiler.compile(literal, scope))
    return Code(lambda context, item: _regex(text(context, item), source(context, item)), "boolean")


def _of_current(name: str, finish: Pure) -> Special:
    """A function whose missing argument is the current answer (ODK documentation, "string-length")."""

    def build(compiler: Compiler, call: Call, scope: Scope) -> Code:
        run = finish.run
        if call.arguments:
            text = as_text(compiler.compile(call.arguments[0], scope))
            return Code(lambda context, item: run(text(context, item)), finish.gives)
        if scope.inside:
            return Code(lambda context, item: run(to_text(item.node.value) if item else ""), finish.gives)
        compiler.findings.reads_current = True

        def current(context: Context, item: Item | None) -> object:
            return run(to_text(context.current()))

        return Code(current, finish.gives)

    return Special(name, 0, 1, build)


FUNCTIONS: tuple[Function, ...] = (
    Pure("string", 1, 1, ("text",), "text", lambda text: text),
    Pure("concat", 0, None, ("any",), "text", _concat),
    Pure("join", 1, None, ("any",), "text", _join),
    Pure("substr", 2, 3, ("text", "number", "number"), "text", _substr),
    Pure("substring-before", 2, 2, ("text",), "text", _before),
    Pure("substring-after", 2, 2, ("text",), "text", _after),
    Pure("translate", 3, 3, ("text",), "text", _translate),
    Pure("contains", 2, 2, ("text",), "boolean", lambda text, part: part in text),
    Pure("starts-with", 2, 2, ("text",), "boolean", str.startswith),
    Pure("ends-with", 2, 2, ("text",), "boolean", str.endswith),
    _of_current("string-length", Pure("", 1, 1, ("text",), "number", lambda text: float(len(text)))),
    _of_current("normalize-space", Pure("", 1, 1, ("text",), "text", _normalize)),
    Special("regex", 2, 2, _build_regex),
    Pure("uuid", 0, 1, ("number",), "text", _uuid),
    Pure("digest", 2, 3, ("text",), "text", _digest, _check_digest),
)
"""The string functions."""
