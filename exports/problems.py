"""Candidate problems over all units: how many flags of each category hold, where, how serious.

What a flag says was made from answers and nobody has checked it; what people confirmed is in the register
(`surveys.register`), whose categories these are.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from fractions import Fraction
from functools import cached_property

from exports.figures import share
from exports.said import Said
from surveys.frame import Unit
from surveys.register.candidates import BY_ROW
from surveys.register.definition import Register
from surveys.standing import FlagHit

RED = "red"


@dataclass(frozen=True)
class Heard:
    """Something that flags say, and of which units."""

    code: str
    """Of the category; `by_row` where a person has to say which category each row is."""
    label: str
    level: str
    """The most serious one that occurs."""
    units: tuple[Unit, ...]
    """In the order of the frame."""
    red: int
    """Units with a red flag."""
    share: Fraction | None
    """Of the counted units."""

    @cached_property
    def cities(self) -> dict[str, int]:
        """City → units."""
        found: dict[str, int] = {}
        for unit in self.units:
            found[unit.city] = found.get(unit.city, 0) + 1
        return found


@dataclass(frozen=True)
class Category(Heard):
    """A category with the flags that make it up."""

    dimension: str = ""
    flags: tuple[Heard, ...] = ()


@dataclass(frozen=True)
class Profile:
    """All categories that occur."""

    counted: int
    """Units that were counted."""
    categories: tuple[Category, ...]
    """In the order of the register, then what it does not know."""
    many_units: int
    many_cities: int

    @property
    def widely(self) -> tuple[Category, ...]:
        """反映比较多: from many counties or cities (the register's parameters); the most units first."""
        found = [c for c in self.categories if len(c.units) >= self.many_units or len(c.cities) >= self.many_cities]
        return tuple(sorted(found, key=lambda category: (-len(category.units), -len(category.cities), category.code)))


def profile(interviews: Iterable[Said], register: Register) -> Profile:
    """Add up the flags of the counted interviews. A unit counts once in a line, whatever its number of records."""
    units: dict[str, Unit] = {}
    hits: dict[str, dict[tuple[str, str], set[str]]] = {}
    for one in interviews:
        unit = one.sight.unit
        units[unit.code] = unit
        for hit in one.flags:
            place = _place(one, hit)
            hits.setdefault(hit.category, {}).setdefault((place, hit.level), set()).add(unit.code)
    choices = {choice.name: choice for choice in register.choices.get("category", ())}
    dimensions = {choice.name: str(choice.label) for choice in register.choices.get("dimension", ())}
    order = {code: number for number, code in enumerate(choices)}
    categories = []
    for code in sorted(hits, key=lambda code: (order.get(code, len(order)), code)):
        flags = tuple(_heard(code, label, {level: found}, units) for (label, level), found in hits[code].items())
        together: dict[str, set[str]] = {}
        for (_, level), found in hits[code].items():
            together.setdefault(level, set()).update(found)
        whole = _heard(code, _label(code, choices), together, units)
        dimension = dimensions.get(choices[code].filter.get("dimension", ""), "") if code in choices else ""
        categories.append(Category(**vars(whole), dimension=dimension, flags=flags))
    needed = (int(register.parameters.get(name, 1)) for name in ("many_units", "many_cities"))
    return Profile(len(units), tuple(categories), *needed)


def _place(one: Said, hit: FlagHit) -> str:
    item = one.sight.form.by_name[hit.item]
    return f"第{item.number}题 {hit.message}" if item.number else hit.message


def _label(code: str, choices: Mapping[str, object]) -> str:
    if code == BY_ROW:
        return "逐项登记的困难和问题（类别由人判断）"
    return str(getattr(choices.get(code), "label", "")) or f"类别{code}"


def _heard(code: str, label: str, by_level: Mapping[str, set[str]], units: Mapping[str, Unit]) -> Heard:
    codes = {unit for found in by_level.values() for unit in found}
    held = tuple(unit for unit in units.values() if unit.code in codes)
    red = len(by_level.get(RED, ()))
    return Heard(code, label, RED if red else "yellow", held, red, share(len(held), len(units)))
