"""A weight per unit, from a file: what a sample of units stands for."""

from __future__ import annotations

import csv
from collections.abc import Collection, Iterator, Sequence
from contextlib import suppress
from decimal import Decimal, InvalidOperation
from fractions import Fraction
from pathlib import Path
from typing import Any

from exports.files import ExportError, shown_name
from exports.reading import read_sheets
from exports.rejections import Rejection
from surveys.frame import Unit
from surveys.text import show_text

CODE, WEIGHT = "单位代码", "权重"
DECIMALS, MOST = 6, 1_000_000
"""Decimal places of a weight, and the greatest: so a sum over a million interviews is exact in SQLite's integers."""

Line = tuple[int, str, str]
"""Number of a line as people count it, unit code, weight."""


def read_weights(path: Path, units: Collection[Unit]) -> tuple[tuple[str, Fraction], ...]:
    """The weights of a CSV file, or of the first sheet of a workbook, with the columns 单位代码 and 权重.

    They are for `Selection.weights`. Every unit of the frame needs one: a weighted figure without some of them would
    say something about nobody knows whom.

    Raises:
        ExportError: it cannot be read, or is not exactly one weight greater than 0 for each unit.
    """
    lines = _of_workbook(path) if path.suffix.lower() == ".xlsx" else _of_csv(path)
    known = {unit.code: unit.name for unit in units}
    found: dict[str, Fraction] = {}
    for number, code, text in lines:
        if code not in known:
            raise ExportError(f"权重表第{number}行的单位代码“{show_text(code, line=True)}”不在名录里，请改正。")
        if code in found:
            raise ExportError(f"权重表第{number}行的{known[code]}前面已经写过，请删去一行。")
        found[code] = _weight(text, number)
    if absent := [name for code, name in known.items() if code not in found]:
        raise ExportError(f"权重表里没有{'、'.join(absent[:5])}等{len(absent)}个单位，请补上。")
    return tuple((code, found[code]) for code in known)


def _of_csv(path: Path) -> list[Line]:
    """UTF-8, or what WPS and Excel write on a Chinese Windows."""
    for encoding in ("utf-8-sig", "gb18030"):
        with suppress(UnicodeDecodeError, OSError, csv.Error), path.open(encoding=encoding, newline="") as file:
            rows = csv.reader(file)
            return [*_lines((rows.line_num, row) for row in rows)]
    raise ExportError(f"读不了权重表 {shown_name(path)}，请检查文件名，并另存为 UTF-8 的 CSV 文件或 .xlsx 工作簿。")


def _of_workbook(path: Path) -> list[Line]:
    sheets = read_sheets(path, ())
    if isinstance(sheets, Rejection):
        raise ExportError(f"权重表 {shown_name(path)} {sheets.what}，请用 WPS 或 Excel 另存为 .xlsx 后再试。")
    return [*_lines(enumerate(next(iter(sheets.values()), []), 1))]


def _lines(rows: Iterator[tuple[int, Sequence[Any]]]) -> Iterator[Line]:
    """What stands in the two columns, wherever they are; blank lines are left out."""
    _, heads = next(rows, (0, ()))
    names = [_text(head) for head in heads]
    if not {CODE, WEIGHT} <= {*names}:
        raise ExportError(f"权重表第一行要有“{CODE}”和“{WEIGHT}”两栏，请补上。")
    places = [names.index(name) for name in (CODE, WEIGHT)]
    for number, row in rows:
        code, weight = (_text(row[place]) if place < len(row) else "" for place in places)
        if code or weight:
            yield number, code, weight


def _text(cell: Any) -> str:
    """A cell as it was typed: workbooks keep codes as numbers."""
    return str(int(cell)) if isinstance(cell, float) and cell.is_integer() else str(cell).strip()


def _weight(text: str, number: int) -> Fraction:
    try:
        typed = Decimal(text)
    except InvalidOperation:
        typed = Decimal(0)
    # Looked at before it becomes a fraction: 1e999999999 would be one of a billion digits.
    small = len(text) < 40 and typed.is_finite() and 0 < typed <= MOST and typed.adjusted() >= -DECIMALS
    weight = Fraction(typed) if small else Fraction(0)
    if not weight or (weight * 10**DECIMALS).denominator != 1:
        shown = show_text(text, line=True)
        raise ExportError(f"权重表第{number}行的权重“{shown}”要是大于0的数，小数不超过{DECIMALS}位，请改正。")
    return weight
