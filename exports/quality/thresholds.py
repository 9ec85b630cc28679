"""From where on something is odd: every number that a check judges by, with its reason."""

from __future__ import annotations

from dataclasses import dataclass, fields

from surveys.definition import Survey

PREFIX = "quality_"


@dataclass(frozen=True, slots=True)
class Thresholds:
    """What counts as odd. A survey's parameter `quality_<name>` takes the place of the default."""

    peers: float = 8
    """Fewest answers to compare with: of fewer, a median and a spread say little."""
    outlier: float = 3.5
    """Modified z-score from which on a number is an outlier, as Iglewicz and Hoaglin (1993) advise."""
    least_factor: float = 3
    """An outlier is also so many times the peers' median (or a part of it): peers may hardly differ at all."""
    least_points: float = 10
    """The same of per cents, in points."""
    small_count: float = 10
    """Added to a whole number before it is judged by its ratio: 1 where the others have 5 is nothing, 10 where they
    have 500 is."""
    slip_within: float = 2
    """How near to 10,000 times the former round's amount a slip of unit is, as a factor: amounts do grow."""
    missing: float = 0.2
    """Share of 不掌握, 拒答 and blanks from which on a question was not understood or cannot be answered."""
    unanswered: float = 0.3
    """The same of one interview: so much is not asked, or the wrong person was asked."""
    chance: float = 0.001
    """Greatest probability that a group differs from the others by chance alone, divided by the number of groups
    looked at (Bonferroni)."""
    excess: float = 1.5
    """A group's share is also so many times that of the others: of many interviews every difference is certain."""
    battery: float = 4
    """Fewest answers on one scale that make a straight line: three alike are nothing."""
    usual_line: float = 0.25
    """Share of interviews from which on the same straight line is the normal answer and no sign of haste."""
    timed: float = 20
    """Fewest timed answers by which a pace is judged."""
    pause_minutes: float = 10
    """A longer time between two acts is a pause, of which only this much counts as work."""
    fast: float = 2
    """So many times the median pace is too fast: the relative speed index of Leiner (2019)."""
    slow: float = 4
    """So many times the median time per answer is worth a look."""
    rushed_seconds: float = 1
    """Nobody reads a question out and hears an answer in less."""
    rushed: float = 0.3
    """Share of questions answered in less than that, from which on it was keyed from notes."""
    night_from: float = 22
    """Hour (Beijing time) from which on nobody is visited."""
    night_until: float = 6
    night: float = 0.2
    """Share of the answers entered at night, from which on they were filled in afterwards."""
    same_numbers: float = 8
    """So many numbers, all alike in two units, are a copy: no two counties have the same figures throughout."""
    corrected: float = 5
    """Answers changed after completion, from which on somebody should ask why."""
    differing: float = 0.1
    """Share of differing answers in a back-check or second keying, from which on the work is done again; the
    tenth is what IPA's and many agencies' manuals name."""
    rounded_from: float = 10
    """Smallest number whose last digit says something: below, 5 and 0 are answers like others."""

    @classmethod
    def of(cls, survey: Survey) -> Thresholds:
        """The thresholds of a survey. Raises ValueError for a parameter that is no number."""
        given = {each.name: survey.parameters.get(f"{PREFIX}{each.name}") for each in fields(cls)}
        return cls(**{name: float(value) for name, value in given.items() if value is not None})
