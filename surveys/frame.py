"""Who is to be surveyed and by whom: units, teams, the default assignment."""

from __future__ import annotations

import csv
import functools
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path

LIBRARY = Path(__file__).parent / "library"
OFFICE = 0
"""The team number of the provincial office."""


@dataclass(frozen=True, slots=True)
class Unit:
    """One county-level union."""

    code: str
    """Six digits, GB/T 2260."""
    city: str
    county: str
    kind: str
    """区, 县级市, 县, 自治县."""
    team: int = OFFICE

    @property
    def name(self) -> str:
        """City and county: county names alone occur twice (向阳区)."""
        return f"{self.city}{self.county}"


@dataclass(frozen=True, slots=True)
class Team:
    """A survey group."""

    number: int
    name: str


def read_units(path: Path, teams: Path) -> list[Unit]:
    """The county-level units of a list (columns code, city, county, kind, level), each with its team.

    Args:
        path: CSV of units; prefecture rows are passed over.
        teams: CSV with the columns team, city.
    """
    with teams.open(encoding="utf-8-sig", newline="") as lines:
        team_of = {row["city"]: int(row["team"]) for row in csv.DictReader(lines)}
    with path.open(encoding="utf-8-sig", newline="") as lines:
        rows = [row for row in csv.DictReader(lines) if row["county"]]
    units = [Unit(row["code"], row["city"], row["county"], row["kind"]) for row in rows]
    return [replace(unit, team=team_of.get(unit.city, OFFICE)) for unit in units]


def heilongjiang() -> tuple[list[Unit], list[Team]]:
    """The 121 county-level units and the nine groups shipped with the program."""
    units = read_units(LIBRARY / "heilongjiang.csv", LIBRARY / "heilongjiang_teams.csv")
    numbers = sorted({unit.team for unit in units})
    return units, [Team(number, team_name(number)) for number in numbers]


def team_name(number: int) -> str:
    """第3组; the office for 0."""
    return f"第{number}组" if number else "省总办公室"


def cities(units: Sequence[Unit]) -> list[str]:
    """City names in the order of the list, each once."""
    return list(dict.fromkeys(unit.city for unit in units))


def matches(unit: Unit, typed: str) -> bool:
    """True when what was typed is part of the unit's code or name, or of its pinyin."""
    return typed in unit.code or sounds_like(unit.name, typed) or sounds_like(unit.county, typed)


def sounds_like(text: str, typed: str) -> bool:
    """True when `typed` is a part of the text, of its pinyin initials, or begins its full pinyin."""
    wanted = typed.strip().lower()
    if not wanted or wanted in text.lower():
        return True
    if not wanted.isascii() or not wanted.isalpha():
        return False
    initials, full = _pinyin(text)
    return wanted in initials or wanted in full


@functools.lru_cache(maxsize=4096)
def in_pinyin(text: str) -> tuple[str, ...]:
    """The syllables of a name, to put names in the order of a Chinese dictionary."""
    from pypinyin import lazy_pinyin

    return tuple(lazy_pinyin(text))


@functools.lru_cache(maxsize=4096)
def _pinyin(text: str) -> tuple[str, str]:
    from pypinyin import Style, lazy_pinyin  # loads its tables on import: only when somebody types letters

    return (
        "".join(lazy_pinyin(text, style=Style.FIRST_LETTER)).lower(),
        "".join(lazy_pinyin(text)).lower(),
    )
