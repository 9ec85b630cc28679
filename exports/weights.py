"""A weight per unit, from a file: what a sample of units stands for."""

from __future__ import annotations

import csv
from collections.abc import Collection
from fractions import Fraction
from pathlib import Path

from exports.files import ExportError
from surveys.frame import Unit

CODE, WEIGHT = "单位代码", "权重"
DECIMALS, MOST = 6, 1_000_000
"""Decimal places of a weight, and the greatest: so a sum over a million interviews is exact in SQLite's integers."""


def read_weights(path: Path, units: Collection[Unit]) -> tuple[tuple[str, Fraction], ...]:
    """The weights of a CSV file with the columns 单位代码 and 权重, for `Selection.weights`.

    Every unit of the frame needs one: a weighted figure without some of them would say something about nobody knows
    whom.

    Raises:
        ExportError: it cannot be read, or is not exactly one weight greater than 0 for each unit.
    """
    try:
        with path.open(encoding="utf-8-sig", newline="") as file:
            rows = csv.DictReader(file)
            if not {CODE, WEIGHT} <= {*(rows.fieldnames or ())}:
                raise ExportError(f"权重表第一行要有“{CODE}”和“{WEIGHT}”两栏，请补上。")
            lines = [(rows.line_num, (row[CODE] or "").strip(), (row[WEIGHT] or "").strip()) for row in rows]
    except (OSError, UnicodeDecodeError, csv.Error):
        raise ExportError(f"读不了权重表 {path.name}，请另存为 UTF-8 的 CSV 文件。") from None
    known = {unit.code: unit.name for unit in units}
    found: dict[str, Fraction] = {}
    for number, code, text in lines:
        if code not in known:
            raise ExportError(f"权重表第{number}行的单位代码“{code}”不在名录里，请改正。")
        if code in found:
            raise ExportError(f"权重表第{number}行的{known[code]}前面已经写过，请删去一行。")
        found[code] = _weight(text, number)
    if absent := [name for code, name in known.items() if code not in found]:
        raise ExportError(f"权重表里没有{'、'.join(absent[:5])}等{len(absent)}个单位，请补上。")
    return tuple((code, found[code]) for code in known)


def _weight(text: str, number: int) -> Fraction:
    try:
        weight = Fraction(text) if "/" not in text else Fraction(0)
    except ValueError:
        weight = Fraction(0)
    if not (0 < weight <= MOST and (weight * 10**DECIMALS).denominator == 1):
        raise ExportError(f"权重表第{number}行的权重“{text}”要是大于0的数，小数不超过{DECIMALS}位，请改正。")
    return weight
