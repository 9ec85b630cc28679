"""Which interviews are counted, and in which groups: the common head of every query of the summary."""

from __future__ import annotations

import sqlite3
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from exports.terms import is_many
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

    CITY = "u.city"
    KIND = "u.kind"
    TEAM = "CASE u.team WHEN 0 THEN '省总办公室' ELSE '第' || u.team || '组' END"


@dataclass(frozen=True, slots=True)
class Selection:
    """One interview per unit of one round of one survey; of a survey with many per unit, every one.

    A unit that has several interviews in the round (a duplicate, see coverage) is counted once, by the
    complete one with the smallest id, which is the one that was started first; the choice does not
    depend on the order of merging. Void interviews never count. Units that the frame does not have
    belong to no group and do not count either; coverage names them.
    """

    round: str
    drafts: bool = False
    """Whether a unit that has no complete interview is represented by its first draft."""
    by: Breakdown = Breakdown.CITY
    survey: str = ""
    """Id of the survey; "" for the store's main one."""
    many: bool = False
    """Whether every interview of a unit counts (visits), not just one."""

    @classmethod
    def of(cls, form: Form, *, drafts: bool = False) -> Selection:
        """The current round of a form's survey."""
        survey = form.survey
        return cls(survey.round, drafts, survey=survey.id, many=is_many(survey))

    @property
    def with_chosen(self) -> str:
        """A WITH clause that defines `chosen(interview, unit, grp)`; needs `parameters`."""
        stages = "('complete', 'draft')" if self.drafts else "('complete')"
        return f"""
            WITH chosen AS (
                SELECT ranked.id AS interview, ranked.unit AS unit, {self.by} AS grp
                FROM (
                    SELECT id, unit, ROW_NUMBER() OVER (PARTITION BY unit ORDER BY stage = 'draft', id) AS place
                    FROM ({OF_SURVEY}) WHERE stage IN {stages}
                ) AS ranked JOIN units AS u ON u.code = ranked.unit
                WHERE ranked.place = 1 OR :many
            )"""

    @property
    def parameters(self) -> dict[str, Any]:
        """The named parameters of `with_chosen`."""
        return {"round": self.round, "survey": self.survey, "many": self.many}

    def groups(self, connection: sqlite3.Connection) -> dict[str, int]:
        """Every group of the frame, in its order, with the number of interviews counted in it."""
        rows = connection.execute(
            f"{self.with_chosen} SELECT {self.by} AS grp, COUNT(chosen.unit) FROM units AS u"
            " LEFT JOIN chosen ON chosen.unit = u.code GROUP BY 1 ORDER BY MIN(u.ord)",
            self.parameters,
        )
        return {str(group): count for group, count in rows}
