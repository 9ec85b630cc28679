"""Functions on answers that choose from a list (ODK XForms Specification, "Select Functions")."""

from __future__ import annotations

from typing import TYPE_CHECKING

from surveys.expressions.code import Code, Scope, as_text
from surveys.expressions.conversion import scalars, text_to_number, to_number
from surveys.expressions.errors import ExpressionError
from surveys.expressions.functions.registry import Function, Pure, Special
from surveys.expressions.tree import Call, TextLiteral, unwrap
from surveys.expressions.values import Scalar, Value

if TYPE_CHECKING:
    from surveys.expressions.compiler import Compiler


def _selected(compiler: Compiler, call: Call, scope: Scope) -> Code:
    """Whether a value is among the space-separated values of an answer."""
    answers = compiler.compile(call.arguments[0], scope)
    compiler.choice_use(answers, call.arguments[1])
    chosen = as_text(answers)
    literal = unwrap(call.arguments[1])
    if isinstance(literal, TextLiteral):
        wanted = literal.value.strip()
        return Code(lambda context, item: wanted in chosen(context, item).split(), "boolean")
    value = as_text(compiler.compile(literal, scope))
    return Code(lambda context, item: value(context, item).strip() in chosen(context, item).split(), "boolean")


def _selected_at(text: str, index: float) -> str:
    """The value at a 0-based index, `''` if there is none."""
    values = text.split()
    return values[int(index)] if 0 <= index < len(values) else ""


def _ticked(value: Scalar) -> bool:
    """Whether a checklist answer counts: true, a number above 0, or `yes` (specification and documentation)."""
    if isinstance(value, str):
        return value in ("yes", "true") or text_to_number(value) > 0
    return value if isinstance(value, bool) else to_number(value) > 0


def _within(total: float, least: float, most: float) -> bool:
    """Whether `least <= total <= most`, where -1 stands for no limit."""
    return (least < 0 or total >= least) and (most < 0 or total <= most)


def _checklist(least: Value, most: Value, *answers: Value) -> bool:
    return _within(
        float(sum(_ticked(scalar) for answer in answers for scalar in scalars(answer))),
        to_number(least),
        to_number(most),
    )


def _weighted_checklist(least: Value, most: Value, *pairs: Value) -> bool:
    total = 0.0
    for answer, weight in zip(pairs[::2], pairs[1::2], strict=True):
        for value, each in zip(scalars(answer), scalars(weight), strict=False):
            total += to_number(each) if _ticked(value) else 0.0
    return _within(total, to_number(least), to_number(most))


def _check_pairs(call: Call) -> None:
    if len(call.arguments) % 2:
        raise ExpressionError("weighted-checklist() 的答案和权重要成对出现", call.offset)


FUNCTIONS: tuple[Function, ...] = (
    Special("selected", 2, 2, _selected),
    Pure("selected-at", 2, 2, ("text", "number"), "text", _selected_at),
    Pure("count-selected", 1, 1, ("text",), "number", lambda text: float(len(text.split()))),
    Pure("checklist", 2, None, ("any",), "boolean", _checklist),
    Pure("weighted-checklist", 2, None, ("any",), "boolean", _weighted_checklist, _check_pairs),
)
"""The selection functions."""
