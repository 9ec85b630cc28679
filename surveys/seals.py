"""Checksums by which damage to stored rows is found: a CRC in every row, and a hash chain through the event log."""

from __future__ import annotations

import hashlib
import zlib
from collections.abc import Iterable, Sequence


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


def sealed_rows(rows: Sequence[Sequence[object]]) -> list[tuple[object, ...]]:
    """Rows of one table, each with its checksum."""
    return [(*row, crc) for row, crc in zip(rows, map(zlib.crc32, _all_spelled(rows)), strict=True)]


def sealed_events(previous: str, number: int, rows: Sequence[Sequence[object]]) -> tuple[list[tuple[object, ...]], str]:
    """The rows of events, each with its number in the log, its seal and its checksum; and the seal of the last.

    Args:
        previous: Seal of the event that was written before them.
        number: Its number.
        rows: In the order they are written.
    """
    sealed, seal = [], previous
    for place, (row, spelled) in enumerate(zip(rows, _all_spelled(rows), strict=True), number + 1):
        seal = hashlib.sha256(seal.encode() + spelled).hexdigest()
        # The checksum of all columns goes on from that of the event's own, which are spelled only once.
        sealed.append((*row, place, seal, zlib.crc32(f"\x1f{place}\x1f{seal}".encode(), zlib.crc32(spelled))))
    return sealed, seal


def _all_spelled(rows: Sequence[Iterable[object]]) -> list[bytes]:
    """Each row as `_spelled` has it. A merge writes millions: by columns, it is three times as fast."""
    columns = [map(str, column) for column in zip(*rows, strict=True)]
    return [line.encode(errors="surrogatepass") for line in map("\x1f".join, zip(*columns, strict=True))]


def _spelled(row: Iterable[object]) -> bytes:
    """Columns are told apart by a character that no entrance lets in; a damaged file may hold any."""
    return "\x1f".join(map(str, row)).encode(errors="surrogatepass")
