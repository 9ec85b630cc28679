"""回执: what an office tells a laptop that has arrived, as data that its key has signed.

The laptop keeps it, and from then on knows which of its interviews the office has, up to which event.
"""

from __future__ import annotations

import base64
import hashlib
import json
from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from exports.files import ExportError, shown_name
from exports.merge_report import MergeLine, Outcome
from exports.reading import read_sheets
from exports.rejections import Rejection
from exports.signing import LaptopKey, fingerprint, laptop_key, verify
from surveys.receipts import Confirmed, keep
from surveys.store import Store
from surveys.text import UNPRINTABLE, show_text

SHEET = "_zoufang_receipt"
FORMAT = 1
MARK = "zoufang-receipt"
"""The first cell of the sheet, then the format and the signature in hex; below the text in base64, in parts."""


@dataclass(frozen=True, slots=True)
class Arrived:
    """One interview that the office has."""

    id: str
    unit: str
    unit_name: str
    outcome: Outcome
    added: int
    """Events that were new to the office."""
    conflicts: int
    heads: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class ArrivedCase:
    """One case of a register that the office has; nothing of what it holds."""

    id: str
    outcome: Outcome
    conflicts: int
    heads: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Receipt:
    """What one merge took in from one laptop."""

    device: str
    device_name: str
    team: int
    office: str
    """What the office's computer is called."""
    who: str
    at: str
    """When, UTC, ISO 8601."""
    key: str
    """The office's public key, in hex."""
    workbooks: tuple[tuple[str, str], ...]
    """Name and check code of each."""
    interviews: tuple[Arrived, ...]
    corrections: int
    """Hand edits in these workbooks that wait for somebody to decide."""
    cases: tuple[ArrivedCase, ...] = ()
    format: int = FORMAT

    def to_json(self) -> str:
        """The one spelling, which is signed."""
        return json.dumps(asdict(self), ensure_ascii=False, sort_keys=True, separators=(",", ":"))

    @classmethod
    def from_json(cls, text: str) -> Receipt:
        """The inverse of `to_json`. Raises ValueError on anything else."""
        try:
            data = json.loads(text)
            data["interviews"] = tuple(Arrived(**_typed(entry)) for entry in data["interviews"])
            data["cases"] = tuple(ArrivedCase(**_typed(entry)) for entry in data["cases"])
            data["workbooks"] = tuple((str(name), str(code)) for name, code in data["workbooks"])
            receipt = cls(**data)
            same = receipt.to_json() == text and not UNPRINTABLE.search(text) and _well_typed(receipt)
        except (TypeError, KeyError, AttributeError, RecursionError) as error:
            raise ValueError("not a receipt") from error
        if not same:
            raise ValueError("not a receipt")
        return receipt


def receipts_of(store: Store, lines: Iterable[MergeLine], at: str) -> list[tuple[Receipt, LaptopKey]]:
    """A receipt for every laptop whose workbooks a merge took in, or had before.

    Args:
        store: The office's.
        lines: The merge's; of a file that was known, what was noted when it was taken counts.
        at: The time of the moment, UTC, ISO 8601.
    """
    by_device: dict[str, list[dict[str, Any]]] = {}
    sql = "SELECT device, report FROM workbooks WHERE sha256 = ?"
    for line in lines:
        row = store.conn.execute(sql, (line.sha256,)).fetchone() if line.merged else None
        if row is not None:
            by_device.setdefault(row[0], []).append(json.loads(row[1]))
    key, _ = laptop_key(store)
    return [(_receipt(store, device, taken, key.public, at), key) for device, taken in sorted(by_device.items())]


def _receipt(store: Store, device: str, taken: Sequence[dict[str, Any]], key: str, at: str) -> Receipt:
    interviews: dict[str, Arrived] = {}
    cases: dict[str, ArrivedCase] = {}
    for report in taken:  # of two workbooks of a laptop the later has all the earlier had, or went on elsewhere
        for done in report.get("cases", ()):  # older reports have none
            known = {*done["heads"], *(cases[done["id"]].heads if done["id"] in cases else ())}
            cases[done["id"]] = ArrivedCase(
                done["id"], Outcome(done["outcome"]), done["conflicts"], tuple(sorted(known))
            )
        for done in report["interviews"]:
            before = interviews.get(done["id"])
            heads = {*done["heads"], *(before.heads if before else ())}
            interviews[done["id"]] = Arrived(
                done["id"], done["unit"], done["unit_name"], Outcome(done["outcome"]),
                done["added"] + (before.added if before else 0), len(done["conflicts"]), tuple(sorted(heads)),
            )  # fmt: skip
    marks = ", ".join("?" * len(taken))
    sql = f"SELECT count(*) FROM corrections WHERE state = 'open' AND workbook IN ({marks})"
    waiting = store.conn.execute(sql, [report["sha256"] for report in taken]).fetchone()[0]
    workbooks = tuple((Path(report["path"]).name, report["check_code"]) for report in taken)
    return Receipt(
        device, taken[-1]["device"], taken[-1]["team"], store.setting("device"), store.setting("member"), at, key,
        workbooks, tuple(interviews.values()), waiting, tuple(cases.values()),
    )  # fmt: skip


def read_receipt(path: Path) -> Receipt:
    """The receipt in a workbook.

    Raises:
        ExportError: It is none, or damaged, or of a later program.
    """
    name = shown_name(path)
    tables = read_sheets(path, (SHEET,))
    if isinstance(tables, Rejection):
        raise ExportError(f"“{name}”{tables.what}，没有登记；请向省总办公室重新索取回执。")
    rows = [[str(cell) for cell in row] for row in tables.get(SHEET, [])]
    if not rows or rows[0][:1] != [MARK]:
        raise ExportError(f"“{name}”不是回执，没有登记；请用省总办公室合并后发回的回执工作簿。")
    if not rows[0][1:2] == [str(FORMAT)]:
        raise ExportError(f"“{name}”是更新版本的程序写的回执，没有登记；请先升级本机的程序。")
    try:
        text = base64.b64decode("".join(row[0] for row in rows[1:] if row), validate=True).decode()
        receipt = Receipt.from_json(text)
        signed = verify(receipt.key, text, bytes.fromhex(rows[0][2]))
    except (ValueError, IndexError):
        signed = False
    if not signed:
        raise ExportError(f"“{name}”里的回执损坏或被改动过，没有登记；请向省总办公室重新索取。")
    return receipt


def take_receipt(store: Store, path: Path) -> tuple[Receipt, int]:
    """Keep a receipt on the laptop it is for. Returns it, and how many of its interviews are not as they are here.

    That is so when the laptop's data folder was copied and the copy sent them, or when this one is older.

    Raises:
        ExportError: See `read_receipt`; or it is another laptop's.
        StoreError: It cannot be stored.
    """
    receipt = read_receipt(path)
    if receipt.device != store.setting("device_id"):
        whose = show_text(receipt.device_name, line=True)
        raise ExportError(f"“{shown_name(path)}”是给另一台电脑（{whose}）的回执，没有登记；请在那台电脑上登记。")
    digest, number = hashlib.sha256(receipt.to_json().encode()).hexdigest(), fingerprint(receipt.key)

    def is_here(done: Arrived | ArrivedCase) -> bool:
        return {*done.heads} <= {event.id for event in store.events(done.id)}

    here = [*filter(is_here, receipt.interviews)]
    confirmed: list[Arrived | ArrivedCase] = [*here, *filter(is_here, receipt.cases)]
    keep(store, [
        Confirmed(
            done.id, digest, done.heads, str(done.outcome), done.conflicts, receipt.office, number, receipt.who,
            receipt.at,
        )
        for done in confirmed
    ])  # fmt: skip
    return receipt, len(receipt.interviews) - len(here)


def _typed(entry: dict[str, Any]) -> dict[str, Any]:
    return {**entry, "outcome": Outcome(entry["outcome"]), "heads": tuple(entry["heads"])}


def _well_typed(receipt: Receipt) -> bool:
    texts = [receipt.device, receipt.device_name, receipt.office, receipt.who, receipt.at, receipt.key]
    numbers = [receipt.team, receipt.corrections, receipt.format]
    for done in receipt.interviews:
        texts += [done.id, done.unit, done.unit_name, *done.heads]
        numbers += [done.added, done.conflicts]
    for case in receipt.cases:
        texts += [case.id, *case.heads]
        numbers.append(case.conflicts)
    return all(isinstance(text, str) for text in texts) and all(type(number) is int for number in numbers)
