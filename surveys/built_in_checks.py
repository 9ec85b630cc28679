"""The checks that come with a question's type, without a rule being written.

Their messages stand in lists, so they name no answer of a sensitive question.
"""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal
from typing import TYPE_CHECKING

from surveys.answers import Status, choices_of, grouped, label_of
from surveys.choosing import offered_choices
from surveys.definition import Roster
from surveys.form import Item
from surveys.standing import Finding
from surveys.value_types import MoneyType, RankType, SelectMultipleType

if TYPE_CHECKING:
    from surveys.interview import Interview

_SEVERAL = (SelectMultipleType, RankType)


def built_in_findings(interview: Interview, item: Item) -> Iterator[Finding]:
    """Too many rows, too few choices, an unfinished ranking, choices no longer offered, 元 for 万元."""
    if isinstance(item.question, Roster) and len(interview.rows(item.name)) > item.question.max_items:
        message = f"最多登记{item.question.max_items}项"
        yield Finding("error", item.name, item.name, f"{item.name}.max_items", message)
    for address in interview.addresses(item.name):
        answer = interview.answer(address)
        if answer.status is not Status.ANSWERED:
            continue
        yield from _of_choices(interview, item, address, answer.value)
        yield from _of_amount(interview, item, address, answer.value)


def _of_choices(interview: Interview, item: Item, address: str, value: str) -> Iterator[Finding]:
    cell = interview.form.cell(address)
    kind = cell.kind
    filtered = interview.form.has_filter(address)
    if not (filtered or isinstance(kind, _SEVERAL)):
        return
    codes = value.split()
    if filtered:
        offered = {choice.name for choice in offered_choices(interview, address, among=codes)}
        if gone := [code for code in codes if code not in offered]:
            labels = "所选的" if cell.sensitive else f"“{'、'.join(label_of(kind, code) for code in gone)}”"
            yield Finding("error", item.name, address, f"{address}.offered", f"{labels}现在不在可选的范围里，请重选")
    if isinstance(kind, SelectMultipleType) and kind.min_selected:
        alone = any(choice.exclusive and choice.name in codes for choice in choices_of(kind))
        if len(codes) < kind.min_selected and not alone:
            least = min(kind.min_selected, len(interview.choices(address)))
            if len(codes) >= least:
                return  # a filter offers no more
            message = f"至少选{least}项，现在选了{len(codes)}项"
            yield Finding("error", item.name, address, f"{address}.min_selected", message)
    if isinstance(kind, RankType):
        wanted = min(kind.max_ranked or len(choices_of(kind)), len(interview.choices(address)))
        if len(codes) < wanted:
            message = f"要排{wanted}项，现在排了{len(codes)}项"
            yield Finding("error", item.name, address, f"{address}.ranked", message)


def _of_amount(interview: Interview, item: Item, address: str, value: str) -> Iterator[Finding]:
    cell = interview.form.cell(address)
    kind = cell.kind
    if isinstance(kind, MoneyType) and kind.likely_max is not None and Decimal(value) > kind.likely_max:
        check = f"{address}.likely_max"
        amount = "金额" if cell.sensitive else f"{grouped(Decimal(value))}{kind.unit}"
        message = f"{amount}偏大，请核对是不是把元填成了万元"
        yield Finding("warning", item.name, address, check, message, interview.warning_note(check, {item.name}))
