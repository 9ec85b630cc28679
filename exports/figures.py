"""Statistics of one cell in one group of units: exact, from a histogram (value → how often it occurs).

A histogram is all that a set-wise query has to bring back, whatever the number of interviews, and
every statistic here follows from it without rounding: numbers are fractions until they are shown.
"""

from __future__ import annotations

import datetime as dt
import math
from bisect import bisect_left
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from itertools import accumulate
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


QUARTERS = (Fraction(1, 4), Fraction(1, 2), Fraction(3, 4))

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
    # Over one denominator: whole numbers are put in order and added up many times as fast as fractions.
    unit = math.lcm(*(value.denominator for value in histogram))
    ordered = sorted((value.numerator * (unit // value.denominator), times) for value, times in histogram.items())
    total = Fraction(sum(value * times for value, times in ordered)) / unit
    lower, middle, upper = (found / unit for found in _quantiles(ordered, QUARTERS, n))
    mean = total / sum(times for _, times in ordered)
    return Numbers(total, mean, middle, Fraction(ordered[0][0], unit), Fraction(ordered[-1][0], unit), lower, upper)


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
    return next(_quantiles(sorted(histogram.items()), (part,), n))


def _quantiles(
    ordered: Sequence[tuple[Fraction | int, Amount]], parts: Iterable[Fraction], n: int | None
) -> Iterator[Fraction]:
    passed = [*accumulate(times for _, times in ordered)]
    whole = passed[-1]
    n = n or int(whole)
    each = 1 if whole == n else Fraction(whole) / n
    for part in parts:
        place = 1 + (n - 1) * part
        low = int(place)
        below, above = (ordered[bisect_left(passed, number * each)][0] for number in (low, min(low + 1, n)))
        yield below + (above - below) * (place - low)
