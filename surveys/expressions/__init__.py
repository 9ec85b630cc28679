"""The ODK XForms expression language: source text in, a compiled `Expression` with its known dependencies out.

What lives here: grammar, compiler, conversions and the function library. What may not: any knowledge of questions,
YAML or the store; all of that comes through `Context` and `Node`. Importing the package builds nothing; the parser is
built when the first expression is compiled.
"""

from surveys.expressions.conversion import to_boolean, to_number, to_text
from surveys.expressions.errors import ExpressionError
from surveys.expressions.expression import Expression, compile_expression
from surveys.expressions.findings import Reference
from surveys.expressions.values import Context, Node, NodeSet, Scalar, Value

__all__ = [
    "Context",
    "Expression",
    "ExpressionError",
    "Node",
    "NodeSet",
    "Reference",
    "Scalar",
    "Value",
    "compile_expression",
    "to_boolean",
    "to_number",
    "to_text",
]
