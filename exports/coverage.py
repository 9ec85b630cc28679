"""How far the field work is: every unit of the frame, by city and by team, and who is missing.

Of a survey with many interviews per unit (visits, called records) nobody is missing or twice there: the
number of records is what says something. A unit's progress is one of three states, which add up to all units. Conflicts and duplicates are
counted beside them: a finished unit stays finished while somebody decides what is right.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from enum import StrEnum
from fractions import Fraction
from typing import TypeVar

from exports.figures import share
from exports.selection import OF_SURVEY, WHOLE, Selection
from surveys.duplicates import Pairs, counted_beside, undecided
from surveys.frame import team_name
from surveys.standing import Stage


class Progress(StrEnum):
    """How far one unit is."""

    NOT_STARTED = "未开始"
    DRAFT = "草稿"
    COMPLETE = "完成"


@dataclass(frozen=True, slots=True)
class UnitCoverage:
    """One unit in one round."""

    code: str
    city: str
    county: str
    team: int
    progress: Progress
    interviews: tuple[str, ...]
    """Ids of its interviews that are not void, the one that is tabulated first."""
    conflicts: int
    """Cells that wait for a decision, over all its interviews."""
    complete: int = 0
    """How many of its interviews are complete."""
    many: bool = False
    """Whether a unit may have many interviews."""
    settled: bool = False
    """Whether somebody decided that all its interviews are right."""

    @property
    def name(self) -> str:
        """City and county, as in the frame."""
        return f"{self.city}{self.county}"

    @property
    def duplicate(self) -> bool:
        """More than one interview where there should be one: a person has to decide which counts."""
        return len(self.interviews) > 1 and not (self.many or self.settled)

    @property
    def drafts(self) -> int:
        """How many of its interviews are drafts."""
        return len(self.interviews) - self.complete


@dataclass(frozen=True, slots=True)
class CoverageLine:
    """Several units together."""

    label: str
    units: tuple[UnitCoverage, ...]

    def count(self, progress: Progress) -> int:
        """Units in a state."""
        return sum(unit.progress is progress for unit in self.units)

    @property
    def rate(self) -> Fraction | None:
        """Complete units, as a fraction of one."""
        return share(self.count(Progress.COMPLETE), len(self.units))

    @property
    def reached(self) -> int:
        """Units with at least one interview."""
        return len(self.units) - self.count(Progress.NOT_STARTED)

    @property
    def reach(self) -> Fraction | None:
        """Units with at least one interview, as a fraction of one."""
        return share(self.reached, len(self.units))

    @property
    def records(self) -> int:
        """Complete interviews."""
        return sum(unit.complete for unit in self.units)

    @property
    def drafts(self) -> int:
        """Interviews that are drafts."""
        return sum(unit.drafts for unit in self.units)

    @property
    def conflicts(self) -> int:
        """Units with at least one cell in conflict."""
        return sum(unit.conflicts > 0 for unit in self.units)

    @property
    def duplicates(self) -> int:
        """Units with more than one interview."""
        return sum(unit.duplicate for unit in self.units)


@dataclass(frozen=True, slots=True)
class Coverage:
    """The whole frame."""

    whole: CoverageLine
    cities: tuple[CoverageLine, ...]
    teams: tuple[CoverageLine, ...]
    strays: tuple[tuple[str, str], ...]
    """(unit code, interview id) of interviews whose unit is not in the frame: nowhere counted."""
    many: bool = False
    """Whether a unit may have many interviews, which are then called records."""


def survey_coverage(connection: sqlite3.Connection, selection: Selection) -> Coverage:
    """The coverage of one round of one survey. Void interviews are as if they had not been started."""
    found: dict[str, list[tuple[str, str, int]]] = {}
    rows = connection.execute(
        f"SELECT unit, id, stage, conflicts FROM ({OF_SURVEY}) WHERE stage != 'void' ORDER BY stage = 'draft', id",
        {"round": selection.round, "survey": selection.survey},
    )
    for unit, ident, stage, conflicts in rows:
        found.setdefault(unit, []).append((ident, stage, conflicts))
    frame = connection.execute("SELECT code, city, county, team FROM units ORDER BY ord")
    several = [ident for interviews in found.values() if len(interviews) > 1 for ident, _, _ in interviews]
    decided = counted_beside(connection, () if selection.many else several)
    units = [
        _unit(code, city, county, team, found.pop(code, []), selection.many, decided)
        for code, city, county, team in frame
    ]
    return Coverage(
        CoverageLine(WHOLE, tuple(units)),
        _grouped(units, lambda unit: unit.city, str),
        _grouped(sorted(units, key=lambda unit: unit.team), lambda unit: unit.team, team_name),
        tuple((unit, ident) for unit, interviews in sorted(found.items()) for ident, _, _ in interviews),
        selection.many,
    )


def _unit(
    code: str, city: str, county: str, team: int, interviews: list[tuple[str, str, int]], many: bool, decided: Pairs
) -> UnitCoverage:
    complete = sum(stage == Stage.COMPLETE for _, stage, _ in interviews)
    progress = Progress.COMPLETE if complete else Progress.DRAFT if interviews else Progress.NOT_STARTED
    ids = tuple(ident for ident, _, _ in interviews)
    return UnitCoverage(
        code, city, county, team, progress, ids, sum(conflicts for _, _, conflicts in interviews),
        complete, many, not undecided(ids, decided),
    )  # fmt: skip


Key = TypeVar("Key", int, str)


def _grouped(
    units: Iterable[UnitCoverage], key: Callable[[UnitCoverage], Key], label: Callable[[Key], str]
) -> tuple[CoverageLine, ...]:
    groups: dict[Key, list[UnitCoverage]] = {}
    for unit in units:
        groups.setdefault(key(unit), []).append(unit)
    return tuple(CoverageLine(label(name), tuple(members)) for name, members in groups.items())
