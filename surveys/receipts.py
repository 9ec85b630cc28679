"""Which interviews and cases an office has, and up to where: what its receipts say, held against the histories here."""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import dataclass

from surveys.history import Event, in_order
from surveys.register.keeping import case_ids
from surveys.store import Store


@dataclass(frozen=True, slots=True)
class Confirmed:
    """What one receipt says of one interview or case; a row of the table `receipts`."""

    interview: str
    receipt: str
    """SHA-256 of what the receipt says."""
    heads: tuple[str, ...]
    """Ids of the last events that arrived: these, and all they were made on."""
    outcome: str
    """What it was to the office: new, advanced, known, diverged."""
    conflicts: int
    """Places where the office had another answer."""
    office: str
    fingerprint: str
    """Twelve digits, of the office's key."""
    who: str
    """Who merged."""
    at: str
    """When, UTC, ISO 8601."""


@dataclass(frozen=True, slots=True)
class Delivery:
    """How much of one interview or case the office has."""

    interview: str
    missing: int
    """Events here that no receipt confirms."""
    last: Confirmed | None
    """The newest receipt that names it; None: nothing of it was confirmed."""

    @property
    def complete(self) -> bool:
        """True when the office has all there is."""
        return not self.missing


def keep(store: Store, confirmed: Iterable[Confirmed]) -> None:
    """Keep what a receipt says; keeping it again changes nothing. Raises StoreError."""
    rows = [
        (c.interview, c.receipt, json.dumps(c.heads), c.outcome, c.conflicts, c.office, c.fingerprint, c.who, c.at)
        for c in confirmed
    ]
    with store.transaction():
        store.put("receipts", *rows)


def deliveries(store: Store) -> dict[str, Delivery]:
    """Interview id → how much of it the office has, of every interview in this store."""
    return _delivered(store, [row.id for row in store.interviews()])


def case_deliveries(store: Store) -> dict[str, Delivery]:
    """Case id → how much of it the office has, of every case of every register in this store."""
    return _delivered(store, case_ids(store))


def _delivered(store: Store, ids: Iterable[str]) -> dict[str, Delivery]:
    receipts: dict[str, list[Confirmed]] = {}
    sql = "SELECT interview, receipt, heads, outcome, conflicts, office, fingerprint, who, at FROM receipts ORDER BY at"
    for interview, receipt, heads, *rest in store.conn.execute(sql):
        receipts.setdefault(interview, []).append(Confirmed(interview, receipt, tuple(json.loads(heads)), *rest))
    found = {}
    for ident in ids:
        mine = receipts.get(ident, [])
        heads = {head for confirmed in mine for head in confirmed.heads}
        missing = len(not_in(store.events(ident), heads))
        found[ident] = Delivery(ident, missing, mine[-1] if mine else None)
    return found


def not_in(events: Iterable[Event], heads: Iterable[str]) -> list[Event]:
    """The events that are neither among these nor what they were made on, parents before children."""
    wanted = {*heads}
    ordered = in_order(events)
    for event in reversed(ordered):
        if event.id in wanted:
            wanted.update(event.parents)
    return [event for event in ordered if event.id not in wanted]
