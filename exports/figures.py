"""Statistics of one cell in one group of units: exact, from a histogram (value → how often it occurs).

A histogram is all that a set-wise query has to bring back, whatever the number of interviews, and
every statistic here follows from it without rounding: numbers are fractions until they are shown.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import TypeAlias

from surveys.answers import Status


@dataclass(frozen=True, slots=True)
class Tally:
    """How many were asked and what became of it: `base` is the sum of all the others."""

    base: int = 0
    """Interviews (for a roster field: items) that could have given an answer."""
    answered: int = 0
    """The n of every figure."""
    dont_know: int = 0
    refused: int = 0
    not_applicable: int = 0
    skipped: int = 0
    empty: int = 0
    conflicts: int = 0
    """Left out because two sides say different things and nobody has decided."""
    unreadable: int = 0
    """Left out because an older form's answer does not fit the present type of the question."""


Amount: TypeAlias = int | Fraction
"""How many, or how much weight."""

MISSING_LABELS = {
    **{str(status): status.label for status in Status if status is not Status.ANSWERED},
    "conflicts": "待裁定",
    "unreadable": "旧版不符",
}
"""What people read for each part of a `Tally` other than `answered`."""


@dataclass(frozen=True, slots=True)
class Frequencies:
    """How often each choice was taken, in the order of the table's choices."""

    counts: tuple[Amount, ...]

    @property
    def answers(self) -> Amount:
        """How many choices were taken in all: the n of shares of answers, where several may be taken."""
        return sum(self.counts)


@dataclass(frozen=True, slots=True)
class Numbers:
    """Of at least one number."""

    total: Fraction
    mean: Fraction
    median: Fraction
    """The middle number; of an even count the mean of the two middle ones."""
    minimum: Fraction
    maximum: Fraction
    lower: Fraction
    """The lower quartile, as `quantile` defines it; so also the upper."""
    upper: Fraction


@dataclass(frozen=True, slots=True)
class Ranks:
    """How choices were put in order, each in the order of the table's choices."""

    first: tuple[Amount, ...]
    """How often each stood first."""
    ranked: tuple[Amount, ...]
    """How often each was given any place."""
    mean: tuple[Fraction | None, ...]
    """The mean place of each, over those who gave it one; 1 is the most important."""


@dataclass(frozen=True, slots=True)
class Dates:
    """Of at least one date, month (`2022-11`) or time of day (`14:30`)."""

    earliest: dt.date | str
    median: dt.date | str | None
    """The middle one; of an even count the day or month half-way between the two middle ones (the earlier of two).

    None for times of day, which go round.
    """
    latest: dt.date | str


Figures: TypeAlias = Frequencies | Ranks | Numbers | Dates | None
"""None: nothing was answered, or the cell is a text or a file, of which only the tally is of use."""


def share(part: Amount, whole: Amount) -> Fraction | None:
    """`part` of `whole` as a fraction of one; None where there is nothing to be part of."""
    return Fraction(part) / whole if whole else None


def exact(value: str) -> Fraction | None:
    """A canonical number without rounding; None if the text is no number (an answer to an older form)."""
    try:
        return Fraction(value)
    except ValueError:
        return None


def numbers(histogram: Mapping[Fraction, Amount], n: int | None = None) -> Numbers | None:
    """Sum, mean, median, least and greatest, quartiles.

    Args:
        histogram: Number → how often it occurs, or its weight (greater than 0).
        n: Of a histogram of weights how many numbers there are.
    """
    if not histogram:
        return None
    count = sum(histogram.values())
    total = sum((value * times for value, times in histogram.items()), Fraction(0))
    lower, middle, upper = (quantile(histogram, Fraction(part, 4), n) for part in (1, 2, 3))
    return Numbers(total, total / count, middle, min(histogram), max(histogram), lower, upper)


def dates(histogram: Mapping[dt.date, Amount], n: int | None = None) -> Dates | None:
    """Earliest, middle and latest."""
    if not histogram:
        return None
    middle = quantile({Fraction(day.toordinal()): times for day, times in histogram.items()}, Fraction(1, 2), n)
    return Dates(min(histogram), dt.date.fromordinal(int(middle)), max(histogram))


def months(histogram: Mapping[str, Amount], n: int | None = None) -> Dates | None:
    """Earliest, middle and latest month."""
    if not histogram:
        return None
    counted = {Fraction(12 * int(month[:4]) + int(month[5:]) - 1): times for month, times in histogram.items()}
    year, place = divmod(int(quantile(counted, Fraction(1, 2), n)), 12)
    return Dates(min(histogram), f"{year:04}-{place + 1:02}", max(histogram))


def times(histogram: Mapping[str, Amount], n: int | None = None) -> Dates | None:
    """Earliest and latest time of day."""
    return Dates(min(histogram), None, max(histogram)) if histogram else None


def ranks(histogram: Mapping[str, Amount], codes: Sequence[str]) -> Ranks | None:
    """How each of the codes was placed; an answer is the codes in order, the first the most important."""
    if not histogram:
        return None
    first, ranked, places = (dict[str, Amount](dict.fromkeys(codes, 0)) for _ in range(3))
    for value, answers in histogram.items():
        for place, code in enumerate(value.split(), 1):
            first[code] += answers if place == 1 else 0
            ranked[code] += answers
            places[code] += place * answers
    return Ranks(
        tuple(first[code] for code in codes),
        tuple(ranked[code] for code in codes),
        tuple(share(places[code], ranked[code]) for code in codes),
    )


def quantile(histogram: Mapping[Fraction, Amount], part: Fraction, n: int | None = None) -> Fraction:
    """The number below which a part of at least one number lies.

    That of spreadsheets (QUARTILE.INC), numpy and pandas: at the place 1 + (n - 1) × part of the numbers in order,
    between two neighbours in proportion. Weights are made to add up to n first, as `wtd.quantile` of R's Hmisc does,
    so that equal weights change nothing.

    Args:
        histogram: Number → how often it occurs, or its weight (greater than 0).
        part: From 0 to 1.
        n: Of a histogram of weights how many numbers there are.
    """
    whole = sum(histogram.values())
    n = n or int(whole)
    place = 1 + (n - 1) * part
    low = int(place)
    wanted = [low, min(low + 1, n)]
    found: list[Fraction] = []
    passed: Amount = 0
    for value in sorted(histogram):
        passed += histogram[value]
        while len(found) < 2 and passed * n >= wanted[len(found)] * whole:
            found.append(value)
    return found[0] + (found[1] - found[0]) * (place - low)
