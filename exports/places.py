"""Cells by name and by number; openpyxl has the same, but a worker that only reads starts three times as fast without."""

from __future__ import annotations

import re

Place = tuple[int, int]
"""Row and column of a cell, from 0."""

_NAME = re.compile(r"\$?([A-Za-z]{1,3})\$?([0-9]{1,7})")


def cell_name(place: Place) -> str:
    """(11, 1) → `B12`."""
    letters, column = "", place[1] + 1
    while column:
        column, letter = divmod(column - 1, 26)
        letters = chr(65 + letter) + letters
    return f"{letters}{place[0] + 1}"


def place_of(name: str) -> Place:
    """`B12` → (11, 1). Raises ValueError for what names no cell."""
    if not (found := _NAME.fullmatch(name)):
        raise ValueError(name)
    column = 0
    for letter in found[1].upper():
        column = column * 26 + ord(letter) - 64
    return int(found[2]) - 1, column - 1
