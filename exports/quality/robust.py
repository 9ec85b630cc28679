"""Statistics that a few wild values do not move, and the probability that a difference is mere chance."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Generic, TypeVar

_NORMAL_MAD = 0.6745
"""Of a normal distribution the median absolute deviation is so many standard deviations."""
_NORMAL_MEAN = 1.253314
"""And the standard deviation so many mean absolute deviations."""


@dataclass(frozen=True, slots=True)
class Spread:
    """Middle and spread of at least one number."""

    n: int
    median: float
    deviation: float
    """A robust standard deviation; 0 where all numbers are alike."""

    def score(self, value: float) -> float:
        """The modified z-score; 0 where there is no spread to measure by."""
        return (value - self.median) / self.deviation if self.deviation else 0.0


def spread_of(histogram: Mapping[float, int]) -> Spread:
    """The spread of a histogram that is not empty.

    By the median absolute deviation; where more than half of the numbers are alike, which makes that 0, by the mean
    one (Iglewicz and Hoaglin 1993).
    """
    n = sum(histogram.values())
    middle = median(histogram)
    distances: dict[float, int] = {}
    for value, times in histogram.items():
        distance = abs(value - middle)
        distances[distance] = distances.get(distance, 0) + times
    deviation = median(distances) / _NORMAL_MAD
    if not deviation:
        deviation = _NORMAL_MEAN * sum(distance * times for distance, times in distances.items()) / n
    return Spread(n, middle, deviation)


def median(histogram: Mapping[float, int]) -> float:
    """The median of a histogram that is not empty."""
    half, passed = sum(histogram.values()) / 2, 0
    ordered = sorted(histogram)
    for place, value in enumerate(ordered):
        passed += histogram[value]
        if passed == half:
            return (value + ordered[place + 1]) / 2
        if passed > half:
            return value
    raise ValueError("an empty histogram has no median")


def median_of(values: Sequence[float]) -> float:
    """The median of numbers one by one."""
    counted: dict[float, int] = {}
    for value in values:
        counted[value] = counted.get(value, 0) + 1
    return median(counted)


def chance_of_more(hits: int, drawn: int, all_hits: int, everything: int) -> float:
    """Probability that so many draws without replacement hold at least so many hits (hypergeometric, exact).

    That is Fisher's exact test, one-sided, of a group against all the others.

    Args:
        hits: In the group.
        drawn: Size of the group.
        all_hits: In the group and all others.
        everything: Size of both together.
    """
    most, least = min(drawn, all_hits), max(hits, drawn + all_hits - everything, 0)
    total, usual, chance = _ways(everything, drawn), drawn * all_hits / max(1, everything), 0.0
    for k in range(least, most + 1):
        term = math.exp(_ways(all_hits, k) + _ways(everything - all_hits, drawn - k) - total)
        chance += term
        if k > usual and term < chance * 1e-17:  # from here on they only shrink, and there may be millions
            break
    return min(1.0, chance)


def _ways(whole: int, part: int) -> float:
    """Logarithm of the number of ways to choose."""
    return math.lgamma(whole + 1) - math.lgamma(part + 1) - math.lgamma(whole - part + 1)


Group = TypeVar("Group")


@dataclass(frozen=True, slots=True)
class Standing(Generic[Group]):
    """A group whose share is greater than that of all the others together, beyond chance."""

    group: Group
    hits: int
    n: int
    other_hits: int
    other_n: int


def standing_out(
    groups: Mapping[Group, tuple[int, int]], chance: float, excess: float, least: float
) -> list[Standing[Group]]:
    """The groups that stand out.

    Args:
        groups: Group → (hits, size).
        chance: Greatest probability; it is divided by the number of groups compared.
        excess: How many times the share of the others.
        least: Smallest group, and smallest rest, that is judged.
    """
    hits, n = (sum(pair[place] for pair in groups.values()) for place in (0, 1))
    judged = {name: pair for name, pair in groups.items() if pair[1] >= least and n - pair[1] >= least}
    return [
        Standing(name, mine, size, hits - mine, n - size)
        for name, (mine, size) in judged.items()
        if mine * (n - size) > excess * (hits - mine) * size
        and chance_of_more(mine, size, hits, n) * len(judged) < chance
    ]
