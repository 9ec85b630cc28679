"""The set-wise queries behind the tables: how often each value occurs in each cell and group.

A histogram is all that comes back, whatever the number of interviews. Weights are added as whole numbers
(`Selection.scale`), so that they stay exact.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any, Protocol, runtime_checkable

from exports.figures import Numbers
from exports.selection import WHOLE, Queries, Selection
from surveys.answers import Status
from surveys.form import Item

COUNTED_ONLY = ("text", "attachment")
"""Types of which only is counted whether there is an answer."""

FIELD = "CASE WHEN INSTR(a.cell, '[') THEN SUBSTR(a.cell, INSTR(a.cell, ']') + 2) ELSE a.cell END"
"""A cell's address, of a roster's field its name alone: all rows of all units together."""

Place = tuple[str, str]
"""Cell (or roster) and group."""


@dataclass(slots=True)
class Sums:
    """What the rows of the queries add up to for one cell in one group."""

    statuses: Counter[str] = field(default_factory=Counter)
    values: Counter[str] = field(default_factory=Counter)
    """Answered value → how often."""
    weights: Counter[str] = field(default_factory=Counter)
    """Answered value → its weight times `Selection.scale`."""
    per_unit: Counter[str] = field(default_factory=Counter)
    """Of a roster's field: all the values one interview has in its rows, in any order → how many interviews."""
    numbers: tuple[Numbers, int] | None = None
    """Of a number cell what the engine added up, and of how many; then there are no `values`."""


@runtime_checkable
class Adding(Queries, Protocol):
    """An engine that adds numbers up exactly by itself (`mirror.Mirror`)."""

    def numbers(
        self, selection: Selection, cells: Sequence[str], fields: Sequence[str]
    ) -> Iterator[tuple[str, str, int, Numbers]]:
        """(cell, group, how many, figures) of number cells, and of those that are a roster's field."""


NUMBER_TYPES = ("integer", "decimal", "money", "percent")

Sheets = dict[Place, Sums]
Rows = dict[Place, Counter[tuple[int, str]]]


def histograms(connection: Queries, items: Sequence[Item], selection: Selection) -> Sheets:
    """(cell, group) → its sums, for the cells of all these questions."""
    found: Sheets = {}
    cells = [cell for item in items for cell in item.cells]
    valued = [cell.address for cell in cells if cell.kind.type not in COUNTED_ONLY]
    fields = [cell.address for item in items if item.type == "roster" for cell in item.cells]
    adding = connection if isinstance(connection, Adding) and not selection.weights else None
    added = [cell.address for cell in cells if adding and cell.kind.type in NUMBER_TYPES]
    for names, cell, status, value, count, weight in _rows(
        connection, selection,
        f"""placed AS (
                SELECT chosen.grp AS grp, chosen.weight AS weight, a.status AS status, a.conflict AS conflict,
                       a.value AS value, {FIELD} AS cell
                FROM chosen JOIN answers AS a ON a.interview = chosen.interview
            )
            SELECT grp, cell, CASE WHEN conflict THEN 'conflict' ELSE status END,
                   CASE WHEN cell IN (SELECT value FROM json_each(:valued)) THEN value ELSE '' END,
                   COUNT(*), SUM(weight)
            FROM placed WHERE cell IN (SELECT value FROM json_each(:cells)) GROUP BY 1, 2, 3, 4""",
        valued=[cell for cell in valued if cell not in added], cells=[cell.address for cell in cells],
    ):  # fmt: skip
        for name in names:
            sums = found.setdefault((cell, name), Sums())
            sums.statuses[status] += count
            if status == Status.ANSWERED and cell not in added:
                sums.values[value] += count
                sums.weights[value] += weight
    for names, cell, values, count in _rows(
        connection, selection,
        f"""per_unit AS (
                SELECT chosen.grp AS grp, {FIELD} AS cell, GROUP_CONCAT(a.value, ' ') AS said
                FROM chosen JOIN answers AS a ON a.interview = chosen.interview
                WHERE INSTR(a.cell, '[') AND a.status = 'answered' AND NOT a.conflict
                GROUP BY 1, 2, a.interview
            )
            SELECT grp, cell, said, COUNT(*) FROM per_unit
            WHERE cell IN (SELECT value FROM json_each(:fields)) GROUP BY 1, 2, 3""",
        fields=[cell for cell in fields if cell in valued],
    ) if fields else ():  # fmt: skip
        for name in names:
            found[cell, name].per_unit[values] += count
    if adding:
        plain, inside = ([cell for cell in added if (cell in fields) is within] for within in (False, True))
        for cell, group, n, figures in adding.numbers(selection, plain, inside):
            found[cell, group].numbers = figures, n
    return found


def roster_rows(connection: Queries, items: Sequence[Item], selection: Selection) -> Rows:
    """(roster, group) → how many interviews have (so many items, this status of the roster itself)."""
    found: Rows = {}
    if not (rosters := [item.name for item in items if item.type == "roster"]):
        return found
    for names, roster, count, said, interviews in _rows(
        connection, selection,
        """placed AS (
                SELECT chosen.grp AS grp, a.interview AS interview, a.status AS status, a.conflict AS conflict,
                       SUBSTR(a.cell, 1, INSTR(a.cell || '[', '[') - 1) AS roster,
                       SUBSTR(a.cell, INSTR(a.cell, '['), INSTR(a.cell, ']') - INSTR(a.cell, '[')) AS item
                FROM chosen JOIN answers AS a ON a.interview = chosen.interview
            ),
            counted AS (
                SELECT roster, grp, COUNT(DISTINCT CASE WHEN item != '' AND status != 'skipped' THEN item END) AS items,
                       MAX(CASE WHEN item = '' THEN CASE WHEN conflict THEN 'conflict' ELSE status END END) AS said
                FROM placed WHERE roster IN (SELECT value FROM json_each(:rosters)) GROUP BY roster, grp, interview
            )
            SELECT grp, roster, items, COALESCE(said, ''), COUNT(*) FROM counted GROUP BY 1, 2, 3, 4""",
        rosters=rosters,
    ):  # fmt: skip
        for name in names:
            found.setdefault((roster, name), Counter())[count, said] += interviews
    return found


def _rows(connection: Queries, selection: Selection, sql: str, **lists: list[str]) -> Iterator[Any]:
    """The rows of a query over `chosen` with the names of the groups in place of the group.

    The whole is the sum of its groups; where these overlap it is asked for by itself.
    """
    for part in (selection.whole, selection) if selection.overlapping else (selection,):
        parameters = {name: json.dumps(values, ensure_ascii=False) for name, values in lists.items()}
        for group, *row in connection.execute(f"{part.with_chosen}, {sql}", part.parameters | parameters):
            yield [(str(group),) if part.overlapping else {WHOLE, str(group)}, *row]
