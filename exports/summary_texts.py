"""其他（请注明） and the answers in words: what no table can count, to be read."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from exports.list_sheets import ListSheet, by_city
from exports.selection import Selection
from surveys.form import SPECIFY, Cell, Form, Item, specify_cell
from surveys.value_types import TextType


@dataclass(frozen=True)
class Text:
    """One text, and the units that wrote it."""

    text: str
    units: tuple[tuple[str, str], ...]
    """City and county, in the order of the frame; several times where a unit has it in several rows or records."""


@dataclass(frozen=True)
class Texts:
    """What was written at one place of the form."""

    item: Item
    cell: Cell
    specify: str
    """The choice it goes with; "" for an answer in words."""
    texts: tuple[Text, ...]
    """The commonest first, equals in the order of the frame."""


def read_texts(connection: sqlite3.Connection, form: Form, selection: Selection) -> Iterator[Texts]:
    """The texts of the counted interviews in the order of the form.

    Short answers in words (names, posts) are left out, and everything sensitive, and what is in conflict.
    """
    places = list(_places(form))
    found: dict[str, dict[str, list[tuple[str, str]]]] = {}
    rows = connection.execute(
        f"""{selection.with_chosen},
            placed AS (
                SELECT chosen.unit AS unit, a.value AS value,
                       CASE WHEN INSTR(a.cell, '[') THEN SUBSTR(a.cell, INSTR(a.cell, ']') + 2) ELSE a.cell END AS cell
                FROM chosen JOIN answers AS a ON a.interview = chosen.interview
                WHERE a.status = 'answered' AND NOT a.conflict AND a.value != ''
            )
            SELECT placed.cell, placed.value, u.city, u.county FROM placed JOIN units AS u ON u.code = placed.unit
            WHERE placed.cell IN (SELECT value FROM json_each(:places)) ORDER BY u.ord, placed.value""",
        selection.parameters | {"places": json.dumps([place for place, *_ in places], ensure_ascii=False)},
    )
    for place, value, city, county in rows:
        found.setdefault(place, {}).setdefault(value, []).append((city, county))
    for place, item, cell, label in places:
        if place in found:
            texts = [Text(text, tuple(units)) for text, units in found[place].items()]
            yield Texts(item, cell, label, tuple(sorted(texts, key=lambda text: -len(text.units))))


def _places(form: Form) -> Iterator[tuple[str, Item, Cell, str]]:
    for item in form.items:
        for cell in item.cells if item.asked else ():
            if cell.sensitive:
                continue
            for choice in getattr(cell.kind, "choices", ()):
                if choice.specify:
                    yield specify_cell(cell.address, choice.name), item, cell, str(choice.label)
            if isinstance(cell.kind, TextType) and cell.kind.max_length > SPECIFY.max_length:
                yield cell.address, item, cell, ""


def write_texts(sheet: Any, found: Sequence[Texts], back: str) -> None:
    """The texts that go with choices, then the answers in words; equal ones counted together."""
    note = "文字照原样列出，同样的合在一起数；保密的、待裁定的和职务、名称等短文字不列。"
    listed = ListSheet(sheet, "其他（请注明）和文字答案", [74.0, 8.0, 78.0], back, note)
    for title, chosen in (
        ("其他（请注明）", [texts for texts in found if texts.specify]),
        ("文字题的答案", [texts for texts in found if not texts.specify]),
    ):
        listed.band(title)
        if not chosen:
            listed.none()
        for texts in chosen:
            listed.canvas.keep(45)
            listed.heads((_heading(texts), "次数", "单位"))
            for text in texts.texts:
                listed.row((text.text, len(text.units), by_city(text.units)))


def _heading(texts: Texts) -> str:
    parts = (texts.item.heading, texts.cell.label if texts.cell.label != texts.item.label else "", texts.specify)
    return " · ".join(part for part in parts if part)
