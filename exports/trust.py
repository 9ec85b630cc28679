"""The laptops an office knows: whose workbooks it takes.

A laptop is approved once, by its fingerprint compared over the phone; from its first workbook on the whole key is
what counts. Approving works before that workbook came, too.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import astuple, dataclass, fields, replace
from enum import StrEnum

from exports.manifest import Manifest
from exports.signing import FINGERPRINT_DIGITS, fingerprint, spaced
from surveys.frame import team_name
from surveys.store import Store
from surveys.text import Refusal, show_text, to_half_width


class State(StrEnum):
    """What was decided of a laptop."""

    WAITING = "waiting"
    APPROVED = "approved"
    WITHDRAWN = "withdrawn"

    @property
    def label(self) -> str:
        """The word on screens."""
        return {"waiting": "待认可", "approved": "已认可", "withdrawn": "已撤销"}[self]


@dataclass(frozen=True, slots=True)
class Laptop:
    """One row of the table `laptops`."""

    fingerprint: str
    """Twelve digits, without spaces."""
    key: str
    """The public key in hex; "" until its first workbook comes."""
    device: str
    device_name: str
    team: int
    state: State
    who: str
    """Who decided that; "" while it waits."""
    at: str
    """When, UTC, ISO 8601."""
    first_seen: str
    """When its first workbook came, UTC; "" before."""

    @property
    def name(self) -> str:
        """`第3组 三组联想`."""
        return f"{team_name(self.team)} {self.device_name or self.device[:8]}" if self.key else "（还没有交来工作簿）"


class TrustError(Refusal):
    """What was asked for cannot be done."""


_COLUMNS = ", ".join(column.name for column in fields(Laptop))


def laptops(store: Store) -> list[Laptop]:
    """All that are known, those that wait for a decision first."""
    sql = f"SELECT {_COLUMNS} FROM laptops ORDER BY state != ?, team, device_name, fingerprint"
    return [_laptop(row) for row in store.conn.execute(sql, (State.WAITING,))]


def laptop(store: Store, digits: str) -> Laptop | None:
    """The one of a fingerprint; None if it is not known."""
    row = store.conn.execute(f"SELECT {_COLUMNS} FROM laptops WHERE fingerprint = ?", (digits,)).fetchone()
    return _laptop(row) if row else None


def digits_of(typed: str) -> str:
    """A fingerprint as people write it (spaces, full-width digits) → twelve digits. Raises TrustError."""
    digits = "".join(to_half_width(typed).replace("-", " ").split())
    if not (digits.isascii() and digits.isdigit() and len(digits) == FINGERPRINT_DIGITS):
        raise TrustError(f"“{show_text(typed, line=True)[:40]}”不是电脑指纹：指纹是 12 位数字，写在工作簿的封面上。")
    return digits


def approve(store: Store, digits: str, who: str = "") -> Laptop:
    """Take the laptop's workbooks from now on; a fingerprint that nothing is known of is approved in advance.

    Args:
        store: The office's.
        digits: Twelve digits.
        who: Who compared them; the store's member by default.

    Raises:
        StoreError: It could not be written.
    """
    known = laptop(store, digits) or Laptop(digits, "", "", "", 0, State.WAITING, "", "", "")
    return _decided(store, known, State.APPROVED, who)


def withdraw(store: Store, digits: str, who: str = "") -> Laptop:
    """Take no more workbooks of this laptop; those that were taken stay.

    Raises:
        TrustError: Nothing is known of such a laptop.
        StoreError: It could not be written.
    """
    if (known := laptop(store, digits)) is None:
        raise TrustError(f"没有指纹为 {spaced(digits)} 的电脑，没有改动。")
    return _decided(store, known, State.WITHDRAWN, who)


def meet(store: Store, manifest: Manifest) -> Laptop:
    """The laptop that signed a workbook, noted as waiting if it is new. Raises StoreError.

    Where its fingerprint belongs to another key already, that other laptop is returned: compare `key`.
    """
    digits = fingerprint(manifest.key)
    seen = Laptop(
        digits, manifest.key, show_text(manifest.device, line=True)[:64],
        show_text(manifest.device_name, line=True)[:64], manifest.team, State.WAITING, "", "", _now(),
    )  # fmt: skip
    if known := laptop(store, digits):
        if known.key not in ("", seen.key):
            return known
        first_seen = known.first_seen or seen.first_seen
        seen = replace(seen, state=known.state, who=known.who, at=known.at, first_seen=first_seen)
    if seen != known:
        _put(store, seen)
    return seen


def former_keys(store: Store, seen: Laptop) -> list[Laptop]:
    """The same laptop (by its device id) under other keys, those of which somebody decided: anyone can claim an id."""
    sql = f"SELECT {_COLUMNS} FROM laptops WHERE device = ? AND key NOT IN ('', ?) AND state != ? ORDER BY at"
    return [_laptop(row) for row in store.conn.execute(sql, (seen.device, seen.key, State.WAITING))]


def _decided(store: Store, known: Laptop, state: State, who: str) -> Laptop:
    decided = replace(known, state=state, who=who or store.setting("member"), at=_now())
    _put(store, decided)
    return decided


def _put(store: Store, row: Laptop) -> None:
    with store.transaction():
        store.put("laptops", astuple(row))


def _laptop(row: tuple[str, ...]) -> Laptop:
    found = Laptop(*row)  # type: ignore[arg-type]
    return replace(found, state=State(found.state))


def _now() -> str:
    return dt.datetime.now(dt.UTC).isoformat(timespec="seconds")
