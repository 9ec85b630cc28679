"""What a data file is made of: one survey's interviews, streamed, without what is personal unless asked for."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

from exports.code_rows import CodeRows, RosterRows
from exports.columns import Column, columns_of
from exports.deidentify import Deidentifier
from exports.sights import Sight, cells_with_status, sights
from exports.times import moment
from surveys.form import Form, parse_address, specify_cell
from surveys.frame import team_name
from surveys.store import Store
from surveys.value_types import ValueType


class Dataset:
    """One survey of a store, for the rooms that write a format.

    Void interviews are not in it. Going through `sights` again reads the store again: nothing is kept in memory.
    """

    def __init__(self, store: Store, survey_id: str, with_sensitive: bool = False) -> None:
        """Look at a survey.

        Args:
            store: A team's store, or the office's.
            survey_id: An installed survey.
            with_sensitive: Everything as it was entered, names and sensitive answers included.
        """
        self.store, self.survey_id, self.with_sensitive = store, survey_id, with_sensitive
        current = store.survey_digest(survey_id)
        used = sorted({row.survey for row in store.interviews(survey_id=survey_id)} - {current})
        self.form: Form = store.form(current)
        """The current definition; its texts are the ones shown."""
        self.forms = (self.form, *map(store.form, used))
        """Every definition in use, the current one first."""
        self.columns: tuple[Column, ...] = columns_of(self.forms)
        self._deidentify = Deidentifier(self.forms)
        self.interviews = 0
        """How many went through `sights` the last time."""

    @property
    def withheld(self) -> int:
        """Answers that were left out the last time the interviews went through."""
        return self._deidentify.withheld

    @property
    def made(self) -> datetime:
        """The time of the last event, so that the same content gives the same files."""
        sql = """SELECT max(e.at) FROM events e JOIN interviews i ON i.id = e.interview
                 JOIN surveys s ON s.digest = i.survey WHERE s.id = ?"""
        return moment(self.store.conn.execute(sql, (self.survey_id,)).fetchone()[0] or "")

    @property
    def team(self) -> str:
        """Whose data these are."""
        return team_name(int(self.store.setting("team") or 0))

    def sights(self) -> Iterator[Sight]:
        """Every interview that counts, one in memory at a time."""
        self._deidentify.withheld = self.interviews = 0
        for sight in sights(self.store, self.survey_id):
            if not sight.void:
                self.interviews += 1
                yield sight if self.with_sensitive else self._deidentify(sight)

    def with_status(self) -> set[str]:
        """Cells that need a column for statuses, in any interview."""
        found = cells_with_status(self.store, self.survey_id)
        if not self.with_sensitive:
            found |= {address for address in self._answered() if self._deidentify.is_sensitive(address)}
        return found

    def code_rows(self) -> CodeRows:
        """The columns of a row per interview."""
        return CodeRows(self.columns, self.with_status())

    def roster_rows(self) -> list[RosterRows]:
        """The columns of a row per registered thing, roster by roster."""
        with_status = self.with_status()
        return [RosterRows(column.item, with_status) for column in self.columns if column.roster]

    def is_withheld(self, address: str) -> bool:
        """True for a cell whose answers are left out."""
        return not self.with_sensitive and self._deidentify.is_sensitive(address)

    def kinds(self, address: str) -> list[ValueType]:
        """What a cell may hold, in every version that has it; a roster's by `roster[].field`."""
        roster, _, field = address.rpartition("[].")
        found = []
        for form in self.forms:
            item = form.by_name.get(roster or parse_address(address).question)
            cells = item.cells if item is not None else ()
            found += [cell.kind for cell in cells if cell.address == field]
        return found

    def _answered(self) -> Iterator[str]:
        sql = """SELECT DISTINCT a.cell FROM answers a JOIN interviews i ON i.id = a.interview
                 JOIN surveys s ON s.digest = i.survey WHERE s.id = ? AND a.value != ''"""
        for (address,) in self.store.conn.execute(sql, (self.survey_id,)):
            yield address


def cells_of(column: Column) -> tuple[str, ...]:
    """The addresses of a column: its cell and the texts that go with its choices."""
    return (column.address, *(specify_cell(column.address, code) for code in column.specifies))
