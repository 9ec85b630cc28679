"""Which problems may be the same one, for a person to decide. Pure.

Chinese has no spaces between words, so the token ratios of the library are given single characters: what share of
the characters of the shorter text the longer one has, whatever their order. Of ten pairs of our own, the same
problem in other words had 65–85, another problem of the same category 52–62; plain character ratios mixed them up
(32–51 against 19–56).
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import NamedTuple

ALIKE = 63
"""From which ratio on two texts of one category are suggested, of 100."""

_NO_WORD = re.compile(r"[\W_]+")


class Likeness(NamedTuple):
    """A case that may say the same."""

    id: str
    title: str
    ratio: int
    """0–100."""


def likeness(one: str, other: str) -> int:
    """How alike two texts are, 0–100."""
    from rapidfuzz import fuzz  # only when somebody groups problems

    spaced = (" ".join(_NO_WORD.sub("", text).lower()) for text in (one, other))
    return round(fuzz.token_set_ratio(*spaced))


def similar(category: str, text: str, others: Iterable[tuple[str, str, str]], least: int = ALIKE) -> list[Likeness]:
    """Those of the same category that are alike, the most alike first.

    Args:
        category: Code.
        text: What is compared.
        others: Id, category and text of each.
        least: The ratio from which they count.
    """
    found = [
        Likeness(ident, title, ratio)
        for ident, theirs, title in others
        if theirs == category and (ratio := likeness(text, title)) >= least
    ]
    return sorted(found, key=lambda one: (-one.ratio, one.id))


def groups(cases: Iterable[tuple[str, str, str]], least: int = ALIKE) -> list[tuple[str, ...]]:
    """Suggested topics: cases of one category that are alike, directly or through others; the largest first.

    Args:
        cases: Id, category and text of each.
        least: The ratio from which two count as alike.
    """
    waiting = sorted(cases)
    made = []
    while waiting:
        group = [waiting.pop(0)]
        for mine in group:  # grows while it is walked
            alike = [case for case in waiting if case[1] == mine[1] and likeness(case[2], mine[2]) >= least]
            group += alike
            waiting = [case for case in waiting if case not in alike]
        if len(group) > 1:
            made.append(tuple(ident for ident, _, _ in group))
    return sorted(made, key=lambda group: (-len(group), group))
