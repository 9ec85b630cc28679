"""What can be wrong with a definition, said so that its author can mend it."""

from __future__ import annotations

import difflib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

Path = tuple[str | int, ...]
"""Keys and indexes from the top of the definition to the faulty value."""


@dataclass(frozen=True)
class Problem:
    """One fault, at a place in the definition."""

    path: Path
    message: str
    offset: int = 0
    """Characters into the value (for expressions)."""


class FormErrors(Exception):
    """A definition of the right shape that cannot be run; carries every problem."""

    def __init__(self, problems: Sequence[Problem]) -> None:
        self.problems = tuple(problems)
        super().__init__("；".join(f"{'.'.join(map(str, p.path))}：{p.message}" for p in problems))


def nearest(name: str, known: Iterable[str]) -> str:
    """`，是不是“…”？` when something close is known, else ""."""
    close = difflib.get_close_matches(name, list(known), n=1, cutoff=0.6)
    return f"，是不是“{close[0]}”？" if close else ""
