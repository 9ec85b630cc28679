"""The way from an open store to what the sheets show: one `Sight` per interview, loaded one at a time."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator
from dataclasses import dataclass

from exports.columns import Answers, Stored
from surveys.answers import Status
from surveys.form import Form, parse_address, roster_cell
from surveys.frame import Unit
from surveys.history import Event, Kind, State, in_order, replay
from surveys.projection import projection_json
from surveys.standing import Stage
from surveys.store import InterviewRow, Store


@dataclass(frozen=True)
class Sight:
    """One interview as the sheets show it."""

    row: InterviewRow
    unit: Unit
    form: Form
    """The one it is filled in with now."""
    form_of: Callable[[str], Form]
    """Any form that it was ever filled in with, by digest."""
    events: list[Event]
    """In order: parents before children."""
    state: State
    answers: Answers

    @property
    def void(self) -> bool:
        """Started by mistake: kept in the payload, not shown among the answers."""
        return self.row.stage == Stage.VOID

    def roster_rows(self, roster: str) -> list[str]:
        """Row ids in the order they were added."""
        ids = dict.fromkeys(
            parse_address(event.cell).row_id
            for event in self.events
            if event.kind is Kind.ROW_ADDED and parse_address(event.cell).question == roster
        )
        return [row_id for row_id in ids if self._there(roster_cell(roster, row_id))]

    def attachments(self) -> set[str]:
        """The files that its answers name."""
        fields = {cell.address for item in self.form.items for cell in item.cells if cell.kind.type == "attachment"}
        return {
            stored.value
            for address, stored in self.answers.items()
            if stored.value and (parse_address(address).rest if "[" in address else address) in fields
        }

    def projection(self) -> str:
        """What the tables hold of it, as it travels."""
        answers = ((self.row.id, c, a.value, str(a.status), int(a.conflict)) for c, a in self.answers.items())
        return projection_json(self.row, answers)

    def respondent(self, question: str) -> str:
        """Who answered a question; "" if nobody was named."""
        named = self.state.live.get((str(Kind.RESPONDENT), question))
        return named.value if named else ""

    def status(self, address: str) -> Status:
        """The status of a cell; empty when nothing was said."""
        stored = self.answers.get(address)
        return stored.status if stored else Status.EMPTY

    def _there(self, row: str) -> bool:
        return self.state.live[("row", row)].kind is Kind.ROW_ADDED


def sights(store: Store, survey_id: str, only: Collection[str] | None = None) -> Iterator[Sight]:
    """Every interview of one survey, or only those with these ids, in the order of the frame; one in memory at a time."""
    units = {unit.code: unit for unit in store.units()}
    place = {code: number for number, code in enumerate(units)}
    rows = [row for row in store.interviews(survey_id=survey_id) if only is None or row.id in only]
    rows.sort(key=lambda row: (place.get(row.unit, len(place)), row.unit, row.round, row.id))
    for row in rows:
        events = in_order(store.events(row.id))
        yield Sight(
            row, units.get(row.unit) or Unit(row.unit, "", row.unit, "", row.team), store.form(row.survey),
            store.form, events, replay(events), answers_of(store, row.id),
        )  # fmt: skip


def answers_of(store: Store, interview: str) -> Answers:
    """The effective answers of one interview, as the store keeps them for queries."""
    rows = store.conn.execute("select cell, value, status, conflict from answers where interview = ?", [interview])
    return {cell: Stored(value, Status(status), bool(conflict)) for cell, value, status, conflict in rows}


def cells_with_status(store: Store, survey_id: str) -> set[str]:
    """Cells in which anything but an answer occurs, over all interviews of one survey."""
    rows = store.conn.execute(
        """SELECT DISTINCT a.cell FROM answers AS a JOIN interviews AS i ON i.id = a.interview
           JOIN surveys AS s ON s.digest = i.survey WHERE s.id = ? AND (a.status != 'answered' OR a.conflict)""",
        [survey_id],
    )
    return {cell for (cell,) in rows}


def definitions_used(store: Store, survey_id: str) -> set[str]:
    """Digests of every definition that interviews of one survey were begun with or moved to."""
    rows = store.conn.execute(
        """SELECT DISTINCT e.value FROM events AS e JOIN interviews AS i ON i.id = e.interview
           JOIN surveys AS s ON s.digest = i.survey WHERE s.id = ? AND e.kind IN ('opened', 'migrated')""",
        [survey_id],
    )
    return {digest for (digest,) in rows}
