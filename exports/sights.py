"""The way from an open store to what the sheets show: one `Sight` per interview, loaded one at a time."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta, timezone

from exports.columns import Answers, Stored
from surveys.answers import Status
from surveys.form import Form, parse_address, roster_cell
from surveys.frame import Unit
from surveys.history import Event, Kind, State, in_order, replay
from surveys.standing import Stage
from surveys.store import InterviewRow, Store

CHINA = timezone(timedelta(hours=8), "北京时间")
"""Workbooks show Beijing time whatever the laptop's zone: the same content gives the same file."""


@dataclass(frozen=True)
class Sight:
    """One interview as the sheets show it."""

    row: InterviewRow
    unit: Unit
    form: Form
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

    def status(self, address: str) -> Status:
        """The status of a cell; empty when nothing was said."""
        stored = self.answers.get(address)
        return stored.status if stored else Status.EMPTY

    def _there(self, row: str) -> bool:
        return self.state.live[("row", row)].kind is Kind.ROW_ADDED


def sights(store: Store) -> Iterator[Sight]:
    """Every interview of a store, in the order of the frame; one in memory at a time."""
    units = {unit.code: unit for unit in store.units()}
    place = {code: number for number, code in enumerate(units)}
    rows = sorted(store.interviews(), key=lambda row: (place.get(row.unit, len(place)), row.unit, row.round, row.id))
    for row in rows:
        events = in_order(store.events(row.id))
        yield Sight(
            row, units.get(row.unit) or Unit(row.unit, "", row.unit, "", row.team), store.form(row.survey), events,
            replay(events), answers_of(store, row.id),
        )  # fmt: skip


def answers_of(store: Store, interview: str) -> Answers:
    """The effective answers of one interview, as the store keeps them for queries."""
    rows = store.db.execute("select cell, value, status, conflict from answers where interview = ?", [interview])
    return {cell: Stored(value, Status(status), bool(conflict)) for cell, value, status, conflict in rows}


def cells_with_status(store: Store) -> set[str]:
    """Cells in which anything but an answer occurs, over all interviews."""
    rows = store.db.execute("select distinct cell from answers where status <> 'answered' or conflict <> 0")
    return {cell for (cell,) in rows}


def moment(at: str) -> datetime:
    """An event's time as Beijing time; the beginning of 1980 if a broken clock wrote something else."""
    try:
        time = datetime.fromisoformat(at)
    except ValueError:
        return datetime(1980, 1, 1, tzinfo=CHINA)
    return (time if time.tzinfo else time.replace(tzinfo=UTC)).astimezone(CHINA)


def naive(at: str) -> datetime:
    """The same without its zone, as cells hold times."""
    return moment(at).replace(tzinfo=None, microsecond=0)
