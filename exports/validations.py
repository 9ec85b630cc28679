"""What a spreadsheet offers and checks while somebody corrects an answer by hand.

It warns and lets the person go on: what counts is checked when the correction is accepted. The lists stand on a hidden
sheet, because a list inside a rule may have 255 characters only and none with a comma in it.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import zip_longest
from typing import Any

from openpyxl.utils import get_column_letter
from openpyxl.worksheet.datavalidation import DataValidation

from exports.columns import Column
from exports.styles import TEXT, Pen
from surveys.answers import MISSING, choices_of, plain_number
from surveys.value_types import ValueType

SHEET = "_选项"
MOST_CHOICES = 1000
"""Longer lists (places read from a file) are not offered: nobody scrolls through them."""


class ChoiceLists:
    """The lists that are offered, each once, a column of the hidden sheet for each."""

    def __init__(self) -> None:
        self._columns: dict[tuple[str, ...], str] = {}

    def reference(self, texts: Iterable[str]) -> str:
        """Where a list stands, as a formula."""
        listed = tuple(texts)
        letter = self._columns.setdefault(listed, get_column_letter(len(self._columns) + 1))
        return f"'{SHEET}'!${letter}$1:${letter}${len(listed)}"

    def write(self, book: Any) -> None:
        """Make the hidden sheet if there is anything to offer; after every sheet has asked for its lists."""
        if not self._columns:
            return
        sheet = book.create_sheet(SHEET)
        sheet.sheet_state = "hidden"
        pen = Pen(sheet)
        for row in zip_longest(*self._columns):
            pen.row(row, TEXT)


def offer(
    sheet: Any, lists: ChoiceLists, columns: Iterable[tuple[int, Column]], first: int, last: int, codes: bool
) -> None:
    """Set the rules of a sheet's answer columns.

    Args:
        sheet: An open sheet.
        lists: Where its lists go.
        columns: Number of each column on the sheet, from 1, and what it holds.
        first: The first row of answers.
        last: The last one.
        codes: Whether codes stand there, or words.
    """
    if last < first:
        return
    rules: dict[tuple[str, ...], DataValidation] = {}
    for number, column in columns:
        if column.roster or column.item.type == "calculate":
            continue
        for key in _rule(column.kind, lists, codes):
            rule = rules.get(key)
            if rule is None:
                rule = rules[key] = _validation(key)
                sheet.data_validations.append(rule)
            letter = get_column_letter(number)
            rule.add(f"{letter}{first}:{letter}{last}")


def _rule(kind: ValueType, lists: ChoiceLists, codes: bool) -> Iterator[tuple[str, ...]]:
    """Type, operator, bounds and what to tell; nothing for what cannot be said in a rule."""
    if kind.type in ("select_one", "rating") and len(choices := choices_of(kind)) <= MOST_CHOICES:
        words = [*(str(choice.label) for choice in choices), *(status.label for status in sorted(MISSING))]
        texts = [choice.name for choice in choices] if codes else words
        yield "list", "", lists.reference(texts), "", "请从列表里选，或照列表里的写法填写。"
    elif kind.type in ("integer", "decimal", "money", "percent"):
        low, high = kind.min, kind.max
        whole = kind.type == "integer"
        said = "整数" if whole else "数字"
        if low is None and high is None and not whole:
            return
        lower, upper = (plain_number(bound) if bound is not None else "" for bound in (low, high))
        if low is not None and high is not None:
            operator, bounds, told = "between", (lower, upper), f"{lower}～{upper} 的{said}"
        elif high is not None:
            operator, bounds, told = "lessThanOrEqual", (upper, ""), f"不超过 {upper} 的{said}"
        else:
            least = lower or "-999999999999999"
            operator, bounds, told = "greaterThanOrEqual", (least, ""), f"不小于 {lower} 的{said}" if lower else said
        yield "whole" if whole else "decimal", operator, *bounds, f"请填{told}；没有数字的写明原因（如 不掌握）。"


def _validation(key: tuple[str, ...]) -> DataValidation:
    kind, operator, one, two, told = key
    rule = DataValidation(
        type=kind,
        operator=operator or None,
        formula1=one,
        formula2=two or None,
        allow_blank=True,
        showErrorMessage=True,
    )
    rule.errorStyle = "warning"
    rule.errorTitle, rule.error = "请核对", told
    return rule
