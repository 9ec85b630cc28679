"""Checksums by which damage to stored rows is found: a CRC in every row, and a hash chain through the event log."""

from __future__ import annotations

import hashlib
import zlib
from collections.abc import Iterable


def checksum(row: Iterable[object]) -> int:
    """CRC-32 of a row's columns as they are stored, without the checksum itself.

    Found by it are accidents (a flipped bit, a torn page). Whoever changes a row on purpose can make it anew;
    against that stand the chain and the workbooks that already went out.
    """
    return zlib.crc32(_spelled(row))


def chained(previous: str, row: Iterable[object]) -> str:
    """SHA-256, in hex, of an event's columns and the seal of the event that was written before it ("" for the first).

    The last seal stands for the whole log: no event in it can be changed, taken out or moved without changing it.
    """
    return hashlib.sha256(previous.encode() + _spelled(row)).hexdigest()


def sealed_event(previous: str, number: int, row: tuple[object, ...]) -> tuple[tuple[object, ...], str]:
    """An event's row with its number in the log, its seal and its checksum; and the seal once more, for the next."""
    spelled = _spelled(row)
    seal = hashlib.sha256(previous.encode() + spelled).hexdigest()
    # The checksum of all columns goes on from that of the event's own, which are spelled only once.
    return (*row, number, seal, zlib.crc32(_spelled(("", number, seal)), zlib.crc32(spelled))), seal


def _spelled(row: Iterable[object]) -> bytes:
    """Columns are told apart by a character that no entrance lets in; a damaged file may hold any."""
    return "\x1f".join(map(str, row)).encode(errors="surrogatepass")
