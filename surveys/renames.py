"""Old names → new names between two versions of a form, as `was` says."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Protocol

from surveys.definition import AnyQuestion, Matrix, Roster
from surveys.form import Form, parse_address, roster_cell


class Named(Protocol):
    """What can be renamed: a question, a roster field, a row or a column of a matrix."""

    @property
    def name(self) -> str:
        """The name it has now."""

    @property
    def was(self) -> str | None:
        """The name it had in an earlier version."""


def renamed(old: Iterable[Named], new: Iterable[Named]) -> dict[str, str]:
    """Old name → new name.

    `was` stays in a definition when further versions follow, so it counts only where the old version does not have
    the new name for the same thing already; two names may also change places.
    """
    known = {entry.name: entry.was for entry in old}
    moves = {
        entry.was: entry.name
        for entry in new
        if entry.was and entry.was != entry.name and entry.was in known and known.get(entry.name) != entry.was
    }
    # A name that is taken can be moved to only if what has it moves away itself.
    while stuck := {was for was, name in moves.items() if name in known and name not in moves}:
        moves = {was: name for was, name in moves.items() if was not in stuck}
    return moves


class Renames:
    """What became of every name of an old version in a new one."""

    def __init__(self, old: Form, new: Form) -> None:
        self._old = old
        self._questions = renamed([item.question for item in old.items], [item.question for item in new.items])
        self._parts: dict[str, Mapping[str, str]] = {}
        """Old question → its fields, or its rows and columns (which share their names)."""
        for item in old.items:
            if (target := new.by_name.get(self.question(item.name))) is not None:
                self._parts[item.name] = renamed(_parts(item.question), _parts(target.question))

    def question(self, name: str) -> str:
        """The name of a question in the new version."""
        return self._questions.get(name, name)

    def address(self, address: str) -> str:
        """Where an answer of the old version has its place in the new one."""
        parsed = parse_address(address)
        question, parts = self.question(parsed.question), self._parts.get(parsed.question, {})
        steps = parsed.rest.split(".")
        places = self._coordinates(parsed.question)  # behind them stands the code of a specify text
        rest = ".".join([*(parts.get(step, step) for step in steps[:places]), *steps[places:]])
        if parsed.row_id:
            return roster_cell(question, parsed.row_id, rest)
        return f"{question}.{rest}" if rest else question

    def _coordinates(self, name: str) -> int:
        """How many steps behind the question's name are names of its parts."""
        match self._old.by_name[name].question:
            case Roster():
                return 1
            case Matrix() as matrix:
                return 2 if matrix.columns else 1
            case _:
                return 0


def _parts(question: AnyQuestion) -> list[Named]:
    match question:
        case Roster():
            return list(question.questions)
        case Matrix():
            return [*question.rows, *question.columns]
        case _:
            return []
