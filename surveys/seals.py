"""Checksums by which damage to stored rows is found: a CRC in every row, and a hash chain through the event log."""

from __future__ import annotations

import hashlib
import zlib
from collections.abc import Iterable, Sequence


def spelled(row: Iterable[object]) -> bytes:
    """A row as its checksum and its seal take it.

    Columns are told apart by a character that no entrance lets in; a damaged file may hold any.
    """
    return "\x1f".join(map(str, row)).encode(errors="surrogatepass")


def checksum(row: Iterable[object]) -> int:
    """CRC-32 of a row's columns as they are stored, without the checksum itself.

    Found by it are accidents (a flipped bit, a torn page). Whoever changes a row on purpose can make it anew;
    against that stand the chain and the workbooks that already went out.
    """
    return zlib.crc32(spelled(row))


def chained(previous: str, spellings: Iterable[bytes]) -> str:
    """The seal of events that were written together, which the last of them carries: SHA-256, in hex.

    The last seal stands for the whole log: no event in it can be changed, taken out or moved without changing it.

    Args:
        previous: Seal of the events before them; "" for the first.
        spellings: The events in the order they are written, as `spelled_columns` gives them.
    """
    total = hashlib.sha256(previous.encode())
    for number, spelling in enumerate(spellings):
        if number:
            total.update(b"\x1e")
        total.update(spelling)
    return total.hexdigest()


def sealed_rows(rows: Sequence[Sequence[object]]) -> list[tuple[object, ...]]:
    """Rows of one table, each with its checksum."""
    spellings = spelled_columns([*zip(*rows, strict=True)])
    return [(*row, crc) for row, crc in zip(rows, map(zlib.crc32, spellings), strict=True)]


def sealed_events(previous: str, number: int, spellings: Sequence[bytes]) -> tuple[str, list[int]]:
    """The seal of events that are written together, and the checksum of each, which also covers its number and seal.

    Args:
        previous: Seal of the event that was written before them.
        number: Its number.
        spellings: At least one event, as `chained` takes them.
    """
    seal = chained(previous, spellings)
    # The checksum of all columns goes on from that of the event's own, which are spelled only once.
    own = map(zlib.crc32, spellings)
    checksums = [zlib.crc32(b"\x1f%d\x1f" % place, crc) for place, crc in enumerate(own, number + 1)]
    checksums[-1] = zlib.crc32(seal.encode(), checksums[-1])
    return seal, checksums


def spelled_columns(columns: Iterable[Sequence[object]]) -> list[bytes]:
    """The same of many rows, given by columns. A merge writes millions: so it takes half the time."""
    texts = [column if column and type(column[0]) is str else [*map(str, column)] for column in columns]
    try:
        lines = [*map("\x1f".join, zip(*texts, strict=True))]
    except TypeError:  # no table has columns of two types, but a damaged file may
        lines = [*map("\x1f".join, zip(*(map(str, column) for column in texts), strict=True))]
    return [line.encode(errors="surrogatepass") for line in lines]
