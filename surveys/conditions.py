"""A condition in words, for people who read a form on paper: `第16题选“有”或“正在建设”`. Pure.

The words cover how questionnaires are written: choices, numbers, sums, `and`, `or`, `not`. What is beyond that stands
there as it is written, with the questions' numbers in the place of their names; it is never left out.
"""

from __future__ import annotations

import re

from surveys.answers import choices_of
from surveys.expressions import tree
from surveys.expressions.parsing import parse
from surveys.expressions.tree import Tree, unwrap
from surveys.form import Form
from surveys.value_types import ValueType

_COMPARED = {"=": "等于", "!=": "不等于", "<": "小于", "<=": "不大于", ">": "大于", ">=": "不小于"}
_TURNED = {"=": "=", "!=": "!=", "<": ">", "<=": ">=", ">": "<", ">=": "<="}
_WHOLE = {"sum": "各项合计", "count": "登记的项数", "max": "最大的一项", "min": "最小的一项", "string-length": "的字数"}
_NAME = re.compile(r"\$\{\s*([^}\s]+)\s*\}")


class _Beyond(Exception):
    """Something the words do not cover."""


def in_words(form: Form, source: str, item: str) -> str:
    """The condition as a clause.

    Args:
        form: Whose questions it names.
        source: An expression that the form has compiled.
        item: The question it belongs to.
    """
    try:
        return _Words(form, item).said(parse(source))
    except _Beyond:
        written = _NAME.sub(lambda found: place_in_words(form, found[1], item), source)
        return f"符合条件（{' '.join(written.split())}）"


def place_in_words(form: Form, path: str, item: str) -> str:
    """`第16题`, `第5题“行政”`; a question without a number by its wording; a field of the same roster `本项“类别”`."""
    name, _, rest = path.partition(".")
    if (roster := form.fields.get(name)) is not None:
        label = next(cell.label for cell in form.by_name[roster].cells if cell.address == name)
        return f"本项“{label}”" if roster == item else f"{place_in_words(form, roster, item)}“{label}”"
    found = form.by_name[name]
    place = f"第{found.number}题" if found.number else f"“{found.label.rstrip('？?')}”"
    parts = rest.split(".") if rest else []
    cell = next((cell for cell in found.cells if parts and {*parts} <= {cell.row, cell.column}), None)
    return f"{place}“{cell.label}”" if cell is not None else place


class _Words:
    def __init__(self, form: Form, item: str) -> None:
        self._form, self._item = form, item

    def said(self, node: Tree) -> str:
        node = unwrap(node)
        match node:
            case tree.Logic(operator="or"):
                return self._alternatives(node)
            case tree.Logic(operator="and"):
                return "，并且".join(self._bracketed(part) for part in node.operands)
            case tree.Chain(operands=(left, right), operators=(operator,)) if operator in _COMPARED:
                return self._comparison(unwrap(left), operator, unwrap(right))
            case tree.Call(name="selected", arguments=(of, code)):
                return f"{self._place(of)}选了{self._choice(of, code)}"
            case tree.Call(name="not", arguments=(inner,)):
                return self._negated(unwrap(inner))
        raise _Beyond

    def _bracketed(self, node: Tree) -> str:
        words = self.said(node)
        return f"（{words}）" if isinstance(unwrap(node), tree.Logic) and "，" in words else words

    def _alternatives(self, node: tree.Logic) -> str:
        """`选“甲”或“乙”` where all compare the same answer with a choice."""
        pairs = [self._chosen(part) for part in node.operands]
        if all(pairs) and len({place for place, _ in filter(None, pairs)}) == 1:
            choices = "或".join(choice for _, choice in filter(None, pairs))
            return f"{next(place for place, _ in filter(None, pairs))}选{choices}"
        return "，或者".join(self._bracketed(part) for part in node.operands)

    def _chosen(self, node: Tree) -> tuple[str, str] | None:
        node = unwrap(node)
        if isinstance(node, tree.Chain) and node.operators == ("=",):
            left, right = (unwrap(operand) for operand in node.operands)
            if isinstance(left, tree.Name) and isinstance(right, tree.TextLiteral) and self._kind(left) is not None:
                return self._place(left), self._choice(left, right)
        return None

    def _negated(self, node: Tree) -> str:
        match node:
            case tree.Call(name="selected", arguments=(of, code)):
                return f"{self._place(of)}没有选{self._choice(of, code)}"
            case tree.Call(name="not", arguments=(inner,)):
                return self.said(inner)
        return f"不是“{self.said(node)}”的情况"

    def _comparison(self, left: Tree, operator: str, right: Tree) -> str:
        if not isinstance(left, tree.Name | tree.Call) and isinstance(right, tree.Name | tree.Call):
            left, operator, right = right, _TURNED[operator], left
        match right:
            case tree.TextLiteral(value="") if operator in ("=", "!="):
                return f"{self._place(left)}{'没有填' if operator == '=' else '已填'}"
            case tree.TextLiteral() if operator in ("=", "!=") and self._kind(left) is not None:
                verb = "选" if operator == "=" else "没有选"
                return f"{self._place(left)}{verb}{self._choice(left, right)}"
        return f"{self._amount(left)}{_COMPARED[operator]}{self._amount(right)}"

    def _amount(self, node: Tree) -> str:
        match unwrap(node):
            case tree.NumberLiteral(value=value):
                return f"{value:g}"
            case tree.TextLiteral(value=value):
                return f"“{value}”"
            case tree.Call(name="param", arguments=(tree.TextLiteral(value=name),)):
                return str(self._form.survey.parameters[name])
            case tree.Call(name=name, arguments=(of,)) if name in _WHOLE:
                return f"{self._place(of)}{_WHOLE[name]}"
            case tree.Call(name="number" | "string" | "coalesce", arguments=(of, *_)):
                return self._amount(of)
        return self._place(node)

    def _place(self, node: Tree) -> str:
        node = unwrap(node)
        if not isinstance(node, tree.Name):
            raise _Beyond
        return place_in_words(self._form, ".".join((node.name, *node.parts)), self._item)

    def _kind(self, node: Tree) -> ValueType | None:
        """What the answer is chosen from; None where it is not chosen."""
        if not isinstance(node, tree.Name):
            return None
        cells = self._form.by_name[self._form.fields.get(node.name, node.name)].cells
        in_roster = node.name in self._form.fields
        cell = next((cell for cell in cells if not in_roster or cell.address == node.name), None)
        return cell.kind if cell is not None and choices_of(cell.kind) else None

    def _choice(self, of: Tree, code: Tree) -> str:
        code = unwrap(code)
        kind = self._kind(unwrap(of))
        if kind is None or not isinstance(code, tree.TextLiteral):
            raise _Beyond
        for choice in choices_of(kind):
            if choice.name == code.value:
                return f"“{choice.label}”"
        raise _Beyond
