"""Trying an expression without a survey: for form writers who want to see what it gives."""

from __future__ import annotations

import datetime as dt
import math
import unicodedata
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from surveys.answers import MISSING
from surveys.expressions import (
    ExpressionError,
    Node,
    NodeSet,
    Scalar,
    Value,
    compile_expression,
    to_number,
    to_text,
)
from surveys.expressions.dates import parse_date
from surveys.text import Refusal, show_text

CURRENT = "."
"""`.=5` says what the question itself holds."""

_MISSING = frozenset(status.label for status in MISSING)
"""`a=不掌握`: a blank, for which `is-missing` is true."""


@dataclass(frozen=True, slots=True)
class Outcome:
    """What an expression gave, in words."""

    value: str
    type: str
    blanks: tuple[str, ...]
    """Questions that it reads and that were not given: blank."""

    def __str__(self) -> str:
        return f"{self.value}（{self.type}）"


def try_expression(source: str, given: Iterable[str] = ()) -> Outcome:
    """Evaluate an expression with these answers.

    Args:
        source: The expression.
        given: `name=value`, `name.part=value` for a cell of a matrix; a name given again adds a node. Numbers and
            dates are recognised, everything else is text. Parameters of `param('…')` are given alike.

    Raises:
        Refusal: with what is wrong; for the expression itself with the place under it.
    """
    answers = _Answers([_read(text) for text in given])
    try:
        expression = compile_expression(source)
    except ExpressionError as error:
        raise Refusal(f"{error}\n{pointed(source, error.offset)}") from error
    lacking = sorted(name for name in expression.parameters if not answers.has(name, ()))
    if lacking:
        raise Refusal(f"没有给出参数 {lacking[0]} 的值，请加上 --set {lacking[0]}=…")
    value = expression.evaluate(answers)
    read = [(reference.name, reference.parts) for reference in expression.references]
    read += [(name, ()) for name in sorted(expression.row_fields)]
    read += [(CURRENT, ())] if expression.reads_current else []
    blanks = dict.fromkeys(".".join((name, *parts)) for name, parts in read if not answers.has(name, parts))
    return Outcome(_shown(value), _type(value), tuple(blanks))


def pointed(source: str, offset: int) -> str:
    """The line of the source that holds the offset, and a caret under it; wide characters take two columns."""
    start = source.rfind("\n", 0, offset) + 1
    line, before = source[start:].partition("\n")[0], source[start:offset]
    width = sum(2 if unicodedata.east_asian_width(character) in "WF" else 1 for character in before)
    return f"{show_text(line, line=True)}\n{' ' * width}^"


@dataclass(frozen=True, slots=True)
class _Cell:
    """One answer that was given."""

    value: Scalar
    name: str = ""
    parts: tuple[str, ...] = ()
    missing: bool = False
    position: int = 1

    def children(self, name: str) -> Sequence[Node]:
        """None: it is a leaf."""
        return ()

    def parent(self) -> Node | None:
        """None: it is in no row."""
        return None


@dataclass(frozen=True, slots=True)
class _Row:
    """What bare names (`city = ${q}` in a choice_filter) are read from."""

    answers: _Answers
    value: Scalar = ""
    position: int = 1

    def children(self, name: str) -> Sequence[Node]:
        """The answers of that name."""
        return self.answers.nodes(name, ())

    def parent(self) -> Node | None:
        """None: nothing is above it."""
        return None


@dataclass(frozen=True, slots=True)
class _Answers:
    """The context: what was given, and blanks for the rest."""

    cells: list[_Cell] = field(default_factory=list)

    def has(self, name: str, parts: tuple[str, ...]) -> bool:
        """True when something was given for a reference."""
        return any(self._of(name, parts))

    def nodes(self, name: str, parts: tuple[str, ...]) -> Sequence[Node]:
        """The cells given for a reference; one blank if there are none, like a question not answered yet."""
        return self._of(name, parts) or [_Cell("")]

    def _of(self, name: str, parts: tuple[str, ...]) -> list[_Cell]:
        return [cell for cell in self.cells if cell.name == name and {*parts} <= {*cell.parts}]

    def current(self) -> Sequence[Node]:
        """What was given for `.`."""
        return self.nodes(CURRENT, ())

    def here(self) -> Node | None:
        """One row that holds everything given."""
        return _Row(self)

    def parameter(self, name: str) -> str:
        """A parameter, given like an answer."""
        return to_text(self.nodes(name, ()))

    def missing(self, name: str, parts: tuple[str, ...]) -> bool:
        """True for `a=不掌握`."""
        return any(cell.missing for cell in self._of(name, parts))

    def choice_label(self, value: str, name: str) -> str:
        """The code itself: there is no list to look it up in."""
        return value

    def now(self) -> dt.datetime:
        """The time of the moment."""
        return dt.datetime.now().astimezone()


def _read(text: str) -> _Cell:
    place, equals, value = text.partition("=")
    name, *parts = place.strip().split(".") if place.strip() != CURRENT else (CURRENT,)
    if not equals or not name:
        raise Refusal(f"“{show_text(text[:40], line=True)}”应写成 名称=值，如 a=1。")
    missing = value.strip() in _MISSING
    return _Cell("" if missing else _scalar(value), name, tuple(parts), missing)


def _scalar(text: str) -> Scalar:
    """A number as it would be written back, a date, or the text: `007` is a code and stays one."""
    number = to_number(text)
    if to_text(number) == text and number == number:
        return number
    return parse_date(text) or text


def _shown(value: Value) -> str:
    if isinstance(value, bool):
        return "是" if value else "否"
    if isinstance(value, str | float | dt.date):
        text = to_text(value)
        blank = not text or (isinstance(value, float) and math.isnan(value))
        return "空" if blank else show_text(text)
    if len(value) == 1 and not isinstance(value, NodeSet):
        return _shown(value[0].value)
    return "、".join(_shown(node.value) for node in value) or "空"


def _type(value: Value) -> str:
    if isinstance(value, bool):
        return "是否"
    if isinstance(value, float):
        return "数字"
    if isinstance(value, str):
        return "文字"
    if isinstance(value, dt.date):
        return "日期"
    if len(value) == 1 and not isinstance(value, NodeSet):
        return _type(value[0].value)
    return f"若干个，共{len(value)}个"
