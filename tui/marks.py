"""Marks, bars and borders, in two spellings: with symbols, and in ASCII for old consoles (`ZOUFANG_ASCII=1`)."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from surveys.standing import Mark

_ASCII_MARKS = {"✓": "v", "○": ".", "◐": "~", "–": "-", "!": "!", "?": "?"}
_STAGES = {"": "未开始", "draft": "草稿", "complete": "完成", "void": "作废"}


def ascii_only() -> bool:
    """True when marks and borders have to be ASCII. Asked each time, so that a test can set it."""
    return os.environ.get("ZOUFANG_ASCII", "") not in ("", "0")


def pick(symbol: str, plain: str) -> str:
    """The symbol, or what stands for it in ASCII."""
    return plain if ascii_only() else symbol


def mark_symbol(mark: Mark) -> str:
    """One cell that says how a question stands."""
    return pick(mark.symbol, _ASCII_MARKS.get(mark.symbol, mark.symbol))


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
