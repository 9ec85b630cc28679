"""What a person wrote into a cell of an answer sheet, as an answer: words for people or codes for software."""

from __future__ import annotations

import datetime as dt
import re

from surveys.answers import Status, choices_of
from surveys.form import Cell, Form, parse_address, specify_cell
from surveys.text import Refusal, to_half_width
from surveys.value_types import Choice

STATUS, CODE = "__status", "__code"
"""How the keys of columns end that hold a status, and the codes beside the labels."""

Said = dict[str, str | Status]
"""Address → what to type there, or why there is no answer; the answer itself first, then texts of its choices."""

_SERIAL = re.compile(r"[2-6]\d{4}")
"""A day as a spreadsheet counts it from 1900: between 1954 and 2091."""
_EPOCH = dt.date(1899, 12, 30)
_RANKED = re.compile(r"\d+\s*[.、．]\s*")
_BETWEEN = re.compile(r"[；;\n]")
_SPECIFIED = re.compile(r"\s*[：:]\s*")


def answer_address(form: Form, key: str) -> str:
    """The address of the answer that a column with this key is about. Raises Refusal where it is about none."""
    for suffix in ("", STATUS, CODE):
        address = key.removesuffix(suffix) if suffix else key
        try:
            form.cell(address)
        except KeyError:
            continue
        return address
    if key.removesuffix(STATUS) in form.by_name:
        raise Refusal("登记的项数由登记的各项数出，不能直接改，请打开答卷增减。")
    raise Refusal("问卷里没有这一格，不能采用。")


def said_in(form: Form, key: str, text: str) -> Said:
    """What the text of a cell says.

    Args:
        form: What the interview is filled in with.
        key: The column's: an address, perhaps with a suffix.
        text: What stands in the cell.

    Raises:
        Refusal: It says nothing that could be an answer there.
    """
    address = answer_address(form, key)
    cell = form.cell(address)
    status = _status(text)
    if key == address + STATUS:
        if status is None:
            raise Refusal("这一列只写没有答案的原因；有答案的，请改答案那一列。")
        return {address: status}
    if status is not None and text not in {choice.label for choice in choices_of(cell.kind)}:
        return {address: status}
    if choices := choices_of(cell.kind):
        return _chosen(address, cell, choices, text)
    return {address: _typed(cell, text)}


def _status(text: str) -> Status | None:
    """The status that a word or a code names, of those a person may give."""
    return next((status for status in Status if status.missing and text in (str(status), status.label)), None)


def _typed(cell: Cell, text: str) -> str:
    match cell.kind.type:
        case "date" if _SERIAL.fullmatch(text):
            return (_EPOCH + dt.timedelta(days=int(text))).isoformat()
        case "month" if re.fullmatch(r"\d{4}-\d{2}-\d{2}", text):  # a program made a day of the month
            return text[:7]
        case _:
            return text


def _chosen(address: str, cell: Cell, choices: tuple[Choice, ...], text: str) -> Said:
    """Codes as they are; labels one after the other, each perhaps with the text it asks for."""
    codes = {choice.name for choice in choices}
    if not text or set(to_half_width(text).split()) <= codes:
        return {address: to_half_width(text)}
    by_label = {str(choice.label): choice for choice in choices}
    if text in by_label:
        return {address: by_label[text].name}
    if len(number := [code for code in codes if code.isdigit() and text.isdigit() and int(code) == int(text)]) == 1:
        return {address: number[0]}  # 007 that a program made 7 of
    said: Said = {address: ""}
    found = []
    for part in filter(None, (piece.strip() for piece in _BETWEEN.split(text))):
        label = _RANKED.sub("", part, count=1) if cell.kind.type == "rank" else part
        name, *more = [label] if label in by_label else _SPECIFIED.split(label, maxsplit=1)
        if name not in by_label:
            raise Refusal(f"没有“{name[:20]}”这个选项，可选：{'、'.join(by_label)[:200]}。")
        found.append(by_label[name].name)
        if more and by_label[name].specify:
            said[specify_cell(address, by_label[name].name)] = more[0]
    return said | {address: " ".join(found)}


def question_of(form: Form, key: str) -> str:
    """The question that a column with this key belongs to; "" for none of the form."""
    for suffix in ("", STATUS, CODE):
        name = parse_address(key.removesuffix(suffix) if suffix else key).question
        if name in form.by_name:
            return name
    return ""
