"""Registers and their cases in a store. The event log is the truth; the tables of cases are derived from it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Literal

from surveys.arriving import news
from surveys.history import Event, Kind
from surveys.register.case import UNREADABLE, Case, understood
from surveys.register.loading import register_from_json, shipped, shipped_digest
from surveys.register.projection import CaseRow, case_row, value_rows
from surveys.store import Received, Store, StoreError
from surveys.text import Refusal, show_text

if TYPE_CHECKING:
    from surveys.register.definition import Register

CURRENT = "current_register."
"""Settings of this prefix name the digest of each register's current definition; without one the shipped one counts."""

PROBLEMS, WISHES = "problems", "wishes"
SHIPPED = (PROBLEMS, WISHES)
"""The registers that come with the program."""


def register_of(store: Store, register_id: str = PROBLEMS, type_name: str = "") -> Register:
    """A register's definition as it is now.

    Args:
        store: Where it is.
        register_id: Which register.
        type_name: Of a case. Where the definition of now has no such type, one that came with somebody's cases and has
            it counts, of several the latest.

    Raises:
        KeyError: This store does not know the register.
    """
    known = _definitions(store, register_id)
    if (now := next(known, None)) is None:
        raise KeyError(register_id)
    if not type_name or now.has(type_name):
        return now
    return next((other for other in known if other.has(type_name)), now)


def _definitions(store: Store, register_id: str) -> Iterator[Register]:
    """The definition of now, then those that came with somebody's cases, the latest first."""
    now, select = store.setting(CURRENT + register_id), "SELECT json FROM registers WHERE id = ? AND digest"
    rows = store.conn.execute(f"{select} = ?", (register_id, now)).fetchall()
    yield from (register_from_json(text) for (text,) in rows)
    if not rows and register_id in SHIPPED:
        yield shipped(register_id)
    others = store.conn.execute(f"{select} != ? ORDER BY version DESC, digest", (register_id, now)).fetchall()
    yield from (register_from_json(text) for (text,) in others)


def kinds(store: Store) -> Iterator[tuple[str, str]]:
    """Register and type of everything that can be registered here, and of what others registered."""
    sql = "SELECT DISTINCT type FROM cases WHERE register = ? ORDER BY type"
    for register_id in dict.fromkeys((*SHIPPED, *register_ids(store))):
        mine = [type_.name for type_ in register_of(store, register_id).types]
        there = [type_name for (type_name,) in store.conn.execute(sql, (register_id,))]
        yield from ((register_id, type_name) for type_name in dict.fromkeys((*mine, *there)))


def current_digest(store: Store, register_id: str) -> str:
    """The digest of a register's definition as it is now; "" for a register of which only others' definitions came."""
    return store.setting(CURRENT + register_id) or (shipped_digest(register_id) if register_id in SHIPPED else "")


def registers_used(store: Store) -> dict[str, str]:
    """Digest → JSON of the definitions of the registers that have cases here, and of what explains these."""
    found = {}
    sql = "SELECT DISTINCT register, type FROM cases ORDER BY register, type"
    for register_id, type_name in store.conn.execute(sql).fetchall():
        for register in (register_of(store, register_id), register_of(store, register_id, type_name)):
            found[register.digest()] = register.canonical_json()
    return found


def install_register(store: Store, register: Register) -> None:
    """Make a definition the current one of its register, and derive anew what lists show. Raises StoreError.

    Cases that were made under another version stay as they are: a field or status that the new one does not have is
    kept and shown as it is.
    """
    with store.transaction():
        store.set_settings(**{CURRENT + register.id: register.digest()})
        keep_register(store, register)
        store.conn.execute("DELETE FROM collected")


def keep_register(store: Store, register: Register) -> None:
    """Keep a definition that came with somebody's cases, for what the current one does not know. Raises StoreError."""
    digest = register.digest()
    with store.transaction():
        store.put("registers", (digest, register.id, register.version, register.title, register.canonical_json()))
        for (ident,) in store.conn.execute("SELECT id FROM cases WHERE register = ?", (register.id,)).fetchall():
            project(store, case_of(store, ident))


def case_of(store: Store, case_id: str) -> Case:
    """One case, replayed from its history. Raises KeyError for an unknown id."""
    events = store.events(case_id)
    opened = next((event for event in events if event.kind is Kind.CASE_OPENED), None)
    if opened is None:
        raise KeyError(case_id)
    return Case(register_of(store, *opened.value.split("/", 1)), events)


def append(store: Store, register: Register, known: Sequence[Event], new: Sequence[Event]) -> Case:
    """Write new events of a case (of a new one: all), and what is derived from them. Returns the case with them."""
    case = Case(register, [*known, *new])
    with store.transaction():
        store.write_events(new)
        project(store, case)
    return case


def receive_case(store: Store, case_id: str, events: Sequence[Event]) -> Received:
    """Take in somebody's history of one case: the union of theirs and ours.

    Raises:
        StoreError: for a forged or damaged history, and for one of a register that this store does not know. Nothing
            is taken in.
    """
    ours = {event.id: event for event in store.events(case_id)}
    new = news(ours, events)
    if ours and not new:
        return Received("known", 0, len(case_of(store, case_id).conflicts))
    together = [*ours.values(), *new]
    opened = next((event for event in together if event.kind is Kind.CASE_OPENED), None)
    if opened is None:
        raise StoreError(UNREADABLE)
    named, _, type_name = opened.value.partition("/")
    try:
        case = understood(register_of(store, named, type_name), case_id, together)
    except KeyError:
        shown = show_text(named, line=True)[:40]
        raise StoreError(f"本机没有登记簿“{shown}”的定义，没有并入，请先装入那份定义。") from None
    except Refusal as refusal:
        raise StoreError(refusal.message) from refusal
    with store.transaction():
        store.write_events(new)
        project(store, case)
    outcome: Literal["new", "advanced", "diverged"] = "new"
    if ours:
        outcome = "advanced" if ours.keys() <= {event.id for event in events} else "diverged"
    return Received(outcome, len(new), len(case.conflicts))


def register_ids(store: Store) -> list[str]:
    """The registers that have cases here."""
    return [ident for (ident,) in store.conn.execute("SELECT DISTINCT register FROM cases ORDER BY register")]


def case_ids(store: Store, register_id: str = "") -> list[str]:
    """The cases of all registers or of one: whose histories a workbook carries."""
    sql = "SELECT id FROM cases WHERE ? IN ('', register) ORDER BY id"
    return [ident for (ident,) in store.conn.execute(sql, (register_id,))]


def project(store: Store, case: Case) -> None:
    """Derive a case's rows from its history anew; within a transaction."""
    store.conn.execute("DELETE FROM case_values WHERE case_id = ?", (case.id,))
    store.put("case_values", *value_rows(case))
    store.put("cases", case_row(case))


def kept_row(store: Store, case_id: str) -> CaseRow | None:
    """A case as the table holds it; None for an unknown id."""
    sql = f"SELECT {', '.join(CaseRow._fields)} FROM cases WHERE id = ?"
    row = store.conn.execute(sql, (case_id,)).fetchone()
    return CaseRow(*row) if row else None


def unlike(store: Store, case_id: str) -> bool:
    """True when a case's rows are not what its history says: the doctor asks."""
    case = case_of(store, case_id)
    sql = "SELECT case_id, cell, value, conflict FROM case_values WHERE case_id = ? ORDER BY cell"
    values = [tuple(row) for row in store.conn.execute(sql, (case_id,))]
    return kept_row(store, case_id) != case_row(case) or values != value_rows(case)
