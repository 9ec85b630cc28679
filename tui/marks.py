"""Marks, bars and borders, in two spellings: with symbols, and in ASCII.

Old consoles lack some of the symbols, and Chinese ones draw many of them two cells wide (Unicode calls their
width ambiguous), so that borders no longer line up. A person chooses in the settings, or by `ZOUFANG_ASCII=1`.
"""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from surveys.standing import Mark

MARKS = "marks"
"""The setting that is "ascii" where a person chose ASCII."""

SAMPLE = ("│✓○●◐▶▓░⚑✎–…·│", "│123456789012│")
"""Two lines that end alike where the symbols are one cell wide, as they are counted."""

_ASCII_MARKS = {"✓": "v", "○": ".", "◐": "~", "–": "-", "!": "!", "?": "?", "·": " "}
_STAGES = {"": "未开始", "draft": "草稿", "complete": "完成", "void": "作废"}


class _Chosen:
    """What the settings say; for the whole process, as it draws on one terminal."""

    ascii_only = False


def choose_ascii(wanted: bool) -> None:
    """Draw in ASCII from now on, or in symbols; the environment variable stands above it."""
    _Chosen.ascii_only = wanted


def forced() -> bool:
    """True when `ZOUFANG_ASCII` says how to draw: 1 in ASCII, 0 in symbols."""
    return bool(os.environ.get("ZOUFANG_ASCII"))


def ascii_only() -> bool:
    """True when marks and borders have to be ASCII. Asked each time, so that a test can set it."""
    return os.environ["ZOUFANG_ASCII"] != "0" if forced() else _Chosen.ascii_only


def pick(symbol: str, plain: str) -> str:
    """The symbol, or what stands for it in ASCII."""
    return plain if ascii_only() else symbol


def between() -> str:
    """What stands between the parts of a line."""
    return pick(" · ", " | ")


def mark_symbol(mark: Mark) -> str:
    """One cell that says how a question stands."""
    return pick(mark.symbol, _ASCII_MARKS.get(mark.symbol, mark.symbol))


def mask() -> str:
    """Stands for what is sensitive; as long for a short answer as for a long one."""
    return pick("●●●●", "****")


def bar(done: int, total: int, width: int) -> str:
    """A progress bar in text."""
    filled = width * done // total if total else 0
    return pick("▓", "#") * filled + pick("░", "-") * (width - filled)


def pointer(here: bool) -> str:
    """What stands before the line one is on."""
    return pick("▶", ">") if here else " "


def stage_label(stage: str, conflicts: int = 0) -> str:
    """How an interview stands, in a word; "" is a unit without one."""
    return "冲突" if conflicts and stage != "void" else _STAGES.get(stage, stage)
