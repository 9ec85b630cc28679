"""Cases of a register as lists show them, in words; nothing personal is in them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from functools import cached_property

from surveys import references
from surveys.answers import display
from surveys.frame import Unit
from surveys.register.definition import CaseField, Register
from surveys.register.keeping import PROBLEMS, register_of
from surveys.register.projection import CaseRow
from surveys.register.worklists import cases, numbers_shown
from surveys.store import Store

ISSUE, TOPIC, MEASURE, PRACTICE = "issue", "topic", "measure", "practice"
"""The types of the register of problems."""

EXPLAINED = "90"
"""The status of an issue to which the reason is the reply."""
UNSATISFIED = "3"
"""The satisfaction of an issue that was opened again: what its topic answers was not enough."""


@dataclass(frozen=True)
class Reply:
    """What is to be said to whoever raised an issue."""

    text: str
    on: str
    """ISO date."""
    basis: str = ""
    """The entry or document it rests on, in words."""
    through: str = ""
    """The title of the topic whose answer it is; "" for one of its own."""


@dataclass(frozen=True)
class CaseWords:
    """A case in words."""

    row: CaseRow
    number: str
    """As it is shown (`worklists.numbers_shown`)."""
    unit: Unit
    """One of no list has its code for a name."""
    team: int
    """Whose unit it is; of no list's unit, who registered it."""
    status: str
    category: str
    values: Mapping[str, str] = field(default_factory=dict)
    """Field → what it holds; fields of many links are left out."""
    reply: Reply | None = None
    """What stands now; None while there is none."""

    def value(self, name: str) -> str:
        """A field in words; "" if it is blank."""
        return self.values.get(name, "")


def owner_of(case: CaseWords) -> str:
    """Who is at it: the department, or whom it was passed on to."""
    return case.value("lead_department") or case.value("receiver")


class CaseReader:
    """Reads cases of one register; what is looked up again and again is kept.

    Args:
        store: Where they are.
        register_id: Which register.
    """

    def __init__(self, store: Store, register_id: str = PROBLEMS) -> None:
        self._store, self._id = store, register_id
        self._units = {unit.code: unit for unit in store.units()}
        self._citations: dict[str, str] = {}

    @cached_property
    def register(self) -> Register:
        """The definition; read when there is something to put in words."""
        return register_of(self._store, self._id)

    def listed(self, type_name: str, *, round_: str = "", team: int | None = None, unit: str = "") -> list[CaseWords]:
        """The cases of one type that count: no candidates, and none that were found to be no problem.

        Args:
            type_name: Of the register.
            round_: Those of one round, and those of none; "" for all.
            team: Those of one team.
            unit: Those of one unit.
        """
        rows = cases(self._store, type_name, register_id=self._id, team=team, unit=unit)
        return self.words(
            row
            for row in rows
            if row.phase not in ("candidate", "dropped") and (not round_ or row.round in ("", round_))
        )

    def words(self, rows: Iterable[CaseRow]) -> list[CaseWords]:
        """These cases in words, in the same order."""
        rows = list(rows)
        numbers = numbers_shown(self._store, rows)
        return [self._words(row, numbers[row.id], self._values.get(row.id, {})) for row in rows]

    @cached_property
    def _values(self) -> dict[str, dict[str, str]]:
        found: dict[str, dict[str, str]] = {}
        sql = (
            "SELECT v.case_id, v.cell, v.value FROM case_values v JOIN cases c ON c.id = v.case_id WHERE c.register = ?"
        )
        for case_id, cell, value in self._store.conn.execute(sql, (self._id,)):
            found.setdefault(case_id, {})[cell] = value
        return found

    def _words(self, row: CaseRow, number: str, values: Mapping[str, str]) -> CaseWords:
        type_ = self.register.type(row.type)
        status = next((str(status.label) for status in type_.statuses if status.code == row.status), row.status)
        said = {one.name: self._value(one, values[one.name]) for one in type_.fields if values.get(one.name)}
        category = said.get(type_.columns.category or "", row.category)
        unit = self._units.get(row.unit) or Unit(row.unit, "", row.unit, "", row.team)
        reply = self._reply(row, values.get("satisfaction", ""), said) if row.type == ISSUE else None
        return CaseWords(row, number, unit, unit.team, "待裁定" if row.conflicts else status, category, said, reply)

    def _value(self, case_field: CaseField, value: str) -> str:
        try:
            return display(self.register.kind_of(case_field), value)
        except (ValueError, ArithmeticError):  # no typing makes it, but a history of elsewhere may hold it
            return value

    # ── replies ───────────────────────────────────────────────────────────────────────

    def _reply(self, row: CaseRow, satisfaction: str, said: Mapping[str, str]) -> Reply | None:
        """Its own reply, else that of its topic, unless the raiser was not satisfied with that."""
        text = said.get("reply") or (said.get("reason") if row.status == EXPLAINED else "")
        if text:
            return Reply(text, row.answered, self._basis(said))
        return self._of_topics.get(row.topic) if satisfaction != UNSATISFIED else None

    def _basis(self, said: Mapping[str, str]) -> str:
        if citation := said.get("citation"):
            if citation not in self._citations:
                try:
                    self._citations[citation] = references.cited(self._store, citation).words
                except KeyError:  # another machine has that version of the list
                    self._citations[citation] = citation
            return self._citations[citation]
        return said.get("document") or said.get("basis", "")

    @cached_property
    def _of_topics(self) -> dict[str, Reply]:
        """Topic id → the answer that its measures give, of the topics that are answered."""
        found = {}
        measures = [case for case in self.listed(MEASURE) if case.row.phase == "done" and not case.row.conflicts]
        for topic in self.listed(TOPIC):
            if topic.row.phase in ("answered", "done") and not topic.row.conflicts:
                mine = [one for one in measures if f"topics[{topic.row.id}]" in self._values.get(one.row.id, {})]
                text = "；".join(f"{one.row.title}：{one.value('text')}" for one in mine) or topic.value("findings")
                basis = "；".join(filter(None, (one.value("document") for one in mine)))
                found[topic.row.id] = Reply(text, topic.row.answered, basis, topic.row.title)
        return found
