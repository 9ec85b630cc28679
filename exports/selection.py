"""Which interviews are counted, with what weight, and in which groups: the common head of every query of the summary."""

from __future__ import annotations

import json
import math
from collections.abc import Iterable
from dataclasses import dataclass, replace
from enum import StrEnum
from fractions import Fraction
from typing import Any, Protocol

from exports.terms import is_many
from surveys.answers import Status
from surveys.form import Form

WHOLE = "全省"
"""The name of the group that all units belong to; always the first column."""


OF_SURVEY = """
    SELECT i.* FROM interviews AS i JOIN surveys AS s ON s.digest = i.survey
    WHERE i.round = :round
      AND s.id = CASE :survey WHEN '' THEN (SELECT value FROM settings WHERE name = 'main_survey') ELSE :survey END"""
"""The interviews of one round of one survey, whatever the version of its form; needs `round` and `survey`."""


class Breakdown(StrEnum):
    """How units are put in groups; the value is the SQL over a row `u` of `units`."""

    WHOLE = f"'{WHOLE}'"
    CITY = "u.city"
    KIND = "u.kind"
    TEAM = "CASE u.team WHEN 0 THEN '省总办公室' ELSE '第' || u.team || '组' END"


class Queries(Protocol):
    """What runs our queries: a connection to a store, or a copy of it (`mirror`)."""

    def execute(self, sql: str, parameters: Any, /) -> Iterable[Any]:
        """The rows of a query with named parameters."""


UNGIVEN = {f" {status}": status.label for status in Status if status is not Status.ANSWERED} | {" conflict": "待裁定"}
"""Groups of the interviews that have no answer to the question they are grouped by. No code begins with a space."""


@dataclass(frozen=True, slots=True)
class ByAnswer:
    """Interviews put in groups by what they answer to another question (`crossing.by_answer` makes one)."""

    cell: str
    """Address of the cell."""
    value: str
    """SQL of the group's key over a row `b` of `answers` that holds an answer."""
    keys: tuple[tuple[str, str], ...]
    """(key, name) of the groups that are shown though nobody is in them, in their order; others are named by key."""
    several: bool = False
    """Whether an interview may be in several groups; the key is then `part.value`."""
    given: str = ""
    """SQL that takes the place of the cell's own status, for rosters: is there anything?"""

    @property
    def join(self) -> str:
        """What is joined to the ranked interviews."""
        split = (
            f"CASE WHEN {self._answered} THEN '[' || REPLACE(json_quote(b.value), ' ', '\",\"') || ']' ELSE '[0]' END"
        )
        parts = f" LEFT JOIN json_each({split}) AS part ON TRUE" if self.several else ""
        return f"LEFT JOIN answers AS b ON b.interview = ranked.id AND b.cell = :by_cell{parts}"

    @property
    def _answered(self) -> str:
        return self.given or "(b.status = 'answered' AND NOT b.conflict)"

    def __str__(self) -> str:
        return (
            f"CASE WHEN {self._answered} THEN {self.value} WHEN b.conflict THEN ' conflict'"
            " ELSE ' ' || COALESCE(b.status, 'empty') END"
        )


@dataclass(frozen=True, slots=True)
class Selection:
    """One interview per unit of one round of one survey; of a survey with many per unit, every one.

    A unit that has several interviews in the round (a duplicate, see coverage) is counted once, by the
    complete one with the smallest id, which is the one that was started first; the choice does not
    depend on the order of merging. So also where somebody decided that all of them are right (several
    respondents): tables count units, and no unit counts twice. Void interviews never count. Units that the frame does not have
    belong to no group and do not count either; coverage names them.
    """

    round: str
    drafts: bool = False
    """Whether a unit that has no complete interview is represented by its first draft."""
    by: Breakdown | ByAnswer = Breakdown.CITY
    survey: str = ""
    """Id of the survey; "" for the store's main one."""
    many: bool = False
    """Whether every interview of a unit counts (visits), not just one."""
    weights: tuple[tuple[str, Fraction], ...] = ()
    """(unit code, weight) of every unit of the frame, greater than 0 (`weights.read_weights`); () without weights."""

    @classmethod
    def of(cls, form: Form, *, drafts: bool = False) -> Selection:
        """The current round of a form's survey."""
        survey = form.survey
        return cls(survey.round, drafts, survey=survey.id, many=is_many(survey))

    @property
    def whole(self) -> Selection:
        """The same interviews in one group."""
        return replace(self, by=Breakdown.WHOLE)

    @property
    def overlapping(self) -> bool:
        """Whether an interview may be in several groups, so that these do not add up to the whole."""
        return isinstance(self.by, ByAnswer) and self.by.several

    @property
    def scale(self) -> int:
        """By what weights are multiplied in queries, which then add whole numbers and stay exact."""
        return math.lcm(*(weight.denominator for _, weight in self.weights))

    @property
    def chosen(self) -> str:
        """A query of (interview, unit, grp, weight); needs `parameters`."""
        stages = "('complete', 'draft')" if self.drafts else "('complete')"
        by_answer = self.by.join if isinstance(self.by, ByAnswer) else ""
        weighted = "LEFT JOIN json_each(:weights) AS w ON w.key = u.code" if self.weights else ""
        return f"""
                SELECT ranked.id AS interview, ranked.unit AS unit, {self.by} AS grp,
                       {"CAST(w.value AS BIGINT)" if self.weights else "1"} AS weight
                FROM (
                    SELECT id, unit, ROW_NUMBER() OVER (PARTITION BY unit ORDER BY stage = 'draft', id) AS place
                    FROM ({OF_SURVEY}) WHERE stage IN {stages}
                ) AS ranked JOIN units AS u ON u.code = ranked.unit {by_answer} {weighted}
                WHERE ranked.place = 1 OR :many"""

    @property
    def with_chosen(self) -> str:
        """A WITH clause that defines `chosen(interview, unit, grp, weight)`; needs `parameters`."""
        return f"WITH chosen AS ({self.chosen})"

    @property
    def parameters(self) -> dict[str, Any]:
        """The named parameters of `with_chosen`."""
        named: dict[str, Any] = {"round": self.round, "survey": self.survey, "many": self.many}
        if isinstance(self.by, ByAnswer):
            named["by_cell"] = self.by.cell
        if self.weights:
            named["weights"] = json.dumps({code: int(weight * self.scale) for code, weight in self.weights})
        return named

    def groups(self, connection: Queries) -> dict[str, int]:
        """Every group in its order (of a breakdown that of the frame), with the number of interviews counted in it."""
        if isinstance(self.by, ByAnswer):
            rows = connection.execute(
                f"{self.with_chosen} SELECT grp, COUNT(*) FROM chosen GROUP BY 1 ORDER BY 1", self.parameters
            )
            found = {str(group): count for group, count in rows}
            known = dict.fromkeys((key for key, _ in self.by.keys), 0)
            others = {group: 0 for group in found if group not in UNGIVEN}
            return known | others | {group: found[group] for group in UNGIVEN if group in found} | found
        rows = connection.execute(
            f"{self.with_chosen} SELECT {self.by} AS grp, COUNT(chosen.unit) FROM units AS u"
            " LEFT JOIN chosen ON chosen.unit = u.code GROUP BY 1 ORDER BY MIN(u.ord)",
            self.parameters,
        )
        return {str(group): count for group, count in rows}

    def name_of(self, group: str) -> str:
        """What people call a group."""
        if isinstance(self.by, ByAnswer):
            return UNGIVEN.get(group) or dict(self.by.keys).get(group, group)
        return group
