"""A questionnaire of plain questions, and the keys with which a person answers them."""

from __future__ import annotations

import random
from dataclasses import dataclass
from pathlib import Path

from surveys.campaign import open_campaign

QUESTIONS = 60
UNIT = "230109"

_CHOICES = "choices: [{name: '1', label: 甲}, {name: '2', label: 乙}, {name: '3', label: 丙}, {name: '4', label: 丁}]"
_KINDS = {
    "one": f"type: select_one, {_CHOICES}",
    "number": "type: integer",
    "line": "type: text, max_length: 200",
    "several": f"type: select_multiple, {_CHOICES}",
    "two digits": "type: select_one, choices: [{name: '11', label: 东}, {name: '12', label: 西}, {name: '13', label: 南}]",
    "text": "type: text, multiline: true, max_length: 200",
}
_LETTERS = "bcdfghjkmnpqrstvwxz工会职补录访查统"
_CLEAR = "\x15"
"""Ctrl+U."""
_LONG = 28
"""Characters of a text that takes a person two to three seconds and still fits into one line of the screen."""


@dataclass(frozen=True, slots=True)
class Stroke:
    """One key, or what an IME commits at once."""

    pause: float
    """Seconds before it."""
    keys: str
    last: bool = False
    """True if the question is answered with it."""


def prepare(folder: Path) -> Path:
    """A data folder in use: the questionnaire installed, the team registered."""
    kinds = [*_KINDS.values()] * (QUESTIONS // len(_KINDS))
    head = ["id: keyed", "version: '1'", "title: 键入", "unit: 单位", "round: '1'", "sections:"]
    section = ["  - name: all", "    label: 全部", "    questions:"]
    questions = [f"      - {{name: q{n}, label: 第{n}问, {kind}}}" for n, kind in enumerate(kinds, 1)]
    definition = folder.with_suffix(".yaml")
    definition.write_text("\n".join([*head, *section, *questions]), "utf-8")
    with open_campaign(folder, definition) as store:
        store.set_settings(team="1", device="一组联想", member="张三")
    return folder


def is_text(number: int) -> bool:
    """True for the questions that take a text."""
    return _kind(number) in ("line", "text")


def answer(number: int, there: str, dice: random.Random, long: bool = False) -> tuple[str, list[Stroke]]:
    """How somebody answers a question that holds something already: what it holds then, and the keys.

    Args:
        number: The question's, counted from 1.
        there: What it holds; typing goes on after it, ticks are taken off it.
        dice: Chooses answer and rhythm.
        long: Type a text that takes seconds, without a rest, in place of what is there.
    """
    match _kind(number):
        case "one":
            value = dice.choice("1234")
            keys = [value]
        case "two digits":
            value = dice.choice(("11", "12", "13"))
            keys = [*value]
        case "several":
            ticked = dice.sample("1234", 1)
            while not (value := " ".join(sorted({*there.split()} ^ {*ticked}))):
                ticked = dice.sample("1234", 2)
            keys = [*ticked, "\r"]
        case "number":
            typed = str(dice.randint(1, 999))
            value, keys = there + typed, [*typed, "\r"]
        case _ if long:
            value = "".join(dice.choices(_LETTERS, k=_LONG))
            keys = [*[_CLEAR for _ in there[:1]], *value, "\r"]
        case _:
            typed = "".join(dice.choices(_LETTERS, k=dice.randint(2, 6)))
            value, keys = there + typed, [*typed, "\r"]
    rhythm = (0.05, 0.08, 0.12) if long else (0.0, 0.02, 0.05, 0.08, 0.12, 0.25)  # bursts, and moments of thought
    return value, [Stroke(dice.choice(rhythm), key, n == len(keys)) for n, key in enumerate(keys, 1)]


def _kind(number: int) -> str:
    return [*_KINDS][(number - 1) % len(_KINDS)]
