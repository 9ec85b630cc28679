"""The seal of a workbook: who finds it whole knows that nothing outside the hidden sheet changed since the export.

The hidden sheet's part is the last in the zip. The laptop signs the SHA-256 of the zip as it was without that part,
together with the digest of the manifest and the part's name; the signature is the last row of the hidden sheet. A
reader takes the part off again, which leaves no byte of the file out, and compares. Every program that saves a workbook
again breaks the seal, which is no fault: then the sheets are looked at cell by cell.
"""

from __future__ import annotations

import base64
import hashlib
import re
import struct
import zlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from exports.believing import Believed
from exports.exact_base64 import bytes_of
from exports.manifest import Manifest, ManifestError, Signature
from exports.preflight import MAX_MEMBER, is_bomb
from exports.signing import verify

if TYPE_CHECKING:
    from exports.styles import Pen

KIND = "seal"
"""First cell of the row with the signature."""

_END = struct.Struct("<4s4H2LH")
"""The zip's last record (APPNOTE 4.3.16), without a comment."""
_ENTRY = 46
"""Bytes of an entry of the directory before its name; the local header before the part has 30."""
_TAIL = re.compile(rb"PK\x01\x02.{42}xl/worksheets/sheet\d{1,4}\.xml\Z", re.DOTALL)
TAIL = 128
"""Bytes at the end of a file that say whether it may be sealed."""


class BrokenSeal(ManifestError):
    """Whatever is on the sheets has to be looked at."""


@dataclass(frozen=True)
class Seal:
    """How a workbook is sealed when it is saved (`exports.styles.save_steadily`).

    Attributes:
        pen: Of the hidden sheet, which is otherwise complete.
        manifest: SHA-256 of the manifest on it.
        sign: Signs with the key that the manifest names.
    """

    pen: Pen
    manifest: str
    sign: Callable[[str], bytes]

    def close(self, rest: Path, part: str) -> None:
        """Write the last row.

        Args:
            rest: The finished zip without the hidden sheet's part.
            part: The name it will have.
        """
        with rest.open("rb") as file:
            digest = hashlib.file_digest(file, "sha256").hexdigest()
        signature = base64.b64encode(self.sign(_signed(self.manifest, part, digest))).decode("ascii")
        self.pen.row([KIND, digest, "1/1", signature])


@dataclass(frozen=True)
class Enclosed:
    """The hidden sheet of a workbook that may be sealed.

    Attributes:
        part: The name of its part.
        rows: The texts in each of its rows, which need no more care: all of them are signed, or of no use.
        digest: SHA-256 of the zip without it.
    """

    part: str
    rows: list[list[str]]
    digest: str

    def check(self, manifest: Manifest, signature: Signature, whom: Believed) -> None:
        """Raise BrokenSeal unless somebody who is believed sealed this manifest in exactly this workbook."""
        seals = [row for row in self.rows if row[:1] == [KIND]]
        if len(seals) != 1 or len(seals[0]) != 4 or not whom.vouches(manifest, signature):
            raise BrokenSeal
        try:
            bare = bytes_of(seals[0][3])
        except ValueError:
            raise BrokenSeal from None
        if not verify(manifest.key, _signed(manifest.sha256, self.part, self.digest), bare):
            raise BrokenSeal


def may_be_sealed(tail: bytes) -> bool:
    """Whether to look for a seal in a file that ends like this (at least TAIL bytes)."""
    return _TAIL.search(tail, 0, len(tail) - _END.size) is not None


def enclosed(data: bytes) -> Enclosed | None:
    """The hidden sheet, unpacked within the limits for a part; None for a zip that is not laid out as we do it.

    Nothing of a file is left out: it is the part's local header and content, the last entry of the directory and the
    last record, each exactly where it must be, and the rest, which is hashed.
    """
    end = len(data) - _END.size
    entry = data.rfind(b"PK\1\2", 0, max(end, 0))
    if entry < 0 or entry + _ENTRY > end:
        return None
    count, _, start = struct.unpack_from("<H2L", data, end + 10)
    flags, method, crc, packed, size = struct.unpack_from("<2H4x3L", data, entry + 8)
    first = struct.unpack_from("<L", data, entry + 42)[0]
    name = data[entry + _ENTRY : end]
    content = first + 30 + len(name)
    as_we_do_it = (
        start <= entry
        and content + packed == start
        and (flags, method) == (0, 8)
        and data[end:] == _last_record(count, start, end)
        and data[entry + 28 : entry + 36] == struct.pack("<4H", len(name), 0, 0, 0)  # no extra field, no comment
        and data[first : first + 4] == b"PK\3\4"
        and data[first + 4 : first + 30] == data[entry + 6 : entry + 32]
        and data[first + 30 : content] == name
        and name.isascii()
        and not is_bomb(size, MAX_MEMBER, packed)
    )
    sheet = _inflated(data[content:start], size, crc) if as_we_do_it else None
    if sheet is None:
        return None
    rest = hashlib.sha256(memoryview(data)[:first])
    rest.update(memoryview(data)[start:entry])
    rest.update(_last_record(count - 1, first, first + entry - start))
    return Enclosed(name.decode("ascii"), [*_rows(sheet)], rest.hexdigest())


def _last_record(count: int, start: int, end: int) -> bytes:
    return _END.pack(b"PK\5\6", 0, 0, count, count, end - start, start, 0)


def _rows(sheet: bytes) -> Iterator[list[str]]:
    """The texts as `exports.sheet_rows` writes them; those of a parcel have nothing in them that XML must escape."""
    for row in sheet.split(b"</row>"):
        yield [cell.partition(b"</t>")[0].decode("utf-8", "replace") for cell in row.split(b"<t>")[1:]]


def _inflated(packed: bytes, size: int, crc: int) -> bytes | None:
    unpacking = zlib.decompressobj(-zlib.MAX_WBITS)
    try:
        sheet = unpacking.decompress(packed, size + 1)
    except zlib.error:
        return None
    whole = unpacking.eof and not unpacking.unused_data and len(sheet) == size and zlib.crc32(sheet) == crc
    return sheet if whole else None


def _signed(manifest: str, part: str, digest: str) -> str:
    """What is signed; no manifest and no receipt begins like it."""
    return f"{KIND}\n{manifest}\n{part}\n{digest}"
