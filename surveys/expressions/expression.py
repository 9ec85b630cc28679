"""A compiled expression, and the function that compiles one."""

from dataclasses import dataclass, field
from functools import lru_cache
from typing import cast

from surveys.expressions.code import Run, Scope, as_boolean, as_number, as_text
from surveys.expressions.compiler import Compiler
from surveys.expressions.findings import ChoiceUse, Reference
from surveys.expressions.parsing import parse
from surveys.expressions.values import Context, Value


@dataclass(frozen=True, slots=True, eq=False)
class Expression:
    """A compiled expression: what it reads, and how to evaluate it. Immutable; may be evaluated from any thread."""

    source: str
    """The text it was compiled from."""
    references: tuple[Reference, ...]
    """Every `${…}` in the order of the source, also those that location paths such as `../name` come down to."""
    parameters: frozenset[str]
    """The names used in `param('…')`."""
    reads_current: bool
    """Whether it uses `.`, the answer of the question it belongs to."""
    row_fields: frozenset[str]
    """Bare names outside predicates: fields of the row at hand, or the columns of a choice in a choice_filter."""
    choice_uses: tuple[ChoiceUse, ...]
    """Answers compared with a literal choice code, by `=`, `!=` or `selected()`, so that codes can be checked."""
    _run: Run = field(repr=False)
    _number: Run = field(repr=False)
    _text: Run = field(repr=False)
    _boolean: Run = field(repr=False)

    def evaluate(self, context: Context) -> Value:
        """The value; node-sets stay node-sets."""
        return cast(Value, self._run(context, None))

    def number(self, context: Context) -> float:
        """The value as a number; NaN if it is none."""
        return cast(float, self._number(context, None))

    def text(self, context: Context) -> str:
        """The value as text; `''` for a blank."""
        return cast(str, self._text(context, None))

    def boolean(self, context: Context) -> bool:
        """The value as a condition."""
        holds: bool = self._boolean(context, None)
        return holds


@lru_cache(maxsize=4096)
def compile_expression(source: str) -> Expression:
    """Compile `source`, ODK XForms expression language.

    Raises ExpressionError, with the offset, for a syntax error, an unknown function, a wrong number of arguments, or
    text that is too long or too deeply nested. Remembered, because the same form is made again in another language and
    for every store.
    """
    compiler = Compiler()
    code = compiler.compile(parse(source), Scope())
    findings = compiler.findings
    return Expression(
        source=source,
        references=findings.references(),
        parameters=frozenset(findings.parameters),
        reads_current=findings.reads_current,
        row_fields=frozenset(findings.row_fields),
        choice_uses=tuple(sorted(findings.choice_uses, key=lambda use: use[3])),
        _run=code.run,
        _number=as_number(code),
        _text=as_text(code),
        _boolean=as_boolean(code),
    )
