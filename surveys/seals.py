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
    return [(*row, crc) for row, crc in zip(rows, map(zlib.crc32, spelled(rows)), strict=True)]


def sealed_events(previous: str, number: int, spellings: Iterable[bytes]) -> tuple[list[str], list[int]]:
    """The seals and the checksums of events, in the order they are written.

    Args:
        previous: Seal of the event that was written before them.
        number: Its number.
        spellings: The events as `spelled` gives them.
    """
    seals, seal, sha256, crc32 = list[str](), previous, hashlib.sha256, zlib.crc32  # called for every event of a merge
    checksums = list[int]()
    for place, spelling in enumerate(spellings, number + 1):
        seal = sha256(seal.encode() + spelling).hexdigest()
        seals.append(seal)
        # The checksum of all columns goes on from that of the event's own, which are spelled only once.
        checksums.append(crc32(f"\x1f{place}\x1f{seal}".encode(), crc32(spelling)))
    return seals, checksums


def spelled(rows: Iterable[Iterable[object]]) -> list[bytes]:
    """Each row as the checksums take it."""
    return spelled_columns(zip(*rows, strict=True))


def spelled_columns(columns: Iterable[Sequence[object]]) -> list[bytes]:
    """The same of rows that are given by columns. A merge writes millions: so it takes half the time."""
    texts = [column if column and type(column[0]) is str else [*map(str, column)] for column in columns]
    try:
        lines = [*map("\x1f".join, zip(*texts, strict=True))]
    except TypeError:  # no table has columns of two types, but a damaged file may
        lines = [*map("\x1f".join, zip(*(map(str, column) for column in texts), strict=True))]
    return [line.encode(errors="surrogatepass") for line in lines]


def _spelled(row: Iterable[object]) -> bytes:
    """Columns are told apart by a character that no entrance lets in; a damaged file may hold any."""
    return "\x1f".join(map(str, row)).encode(errors="surrogatepass")
