"""The parcel inside a workbook: the hidden sheet `_zoufang` that carries every history exactly.

The visible sheets are a view; this is the truth. Texts travel as JSON → zlib → base64 in cells of
printable ASCII, so no program that re-saves the workbook can change them. It is a small hash tree:
the manifest names the SHA-256 of every definition and history, and the workbook's own digest (and
so its check code) is the SHA-256 of the manifest.

A sheet row is `kind, SHA-256 of the whole text, part/parts, base64`. Rows may stand in any order.
"""

from __future__ import annotations

import base64
import binascii
import hashlib
import json
import zlib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass

from surveys.history import Event, Kind, history_json, in_order
from surveys.text import clean_text

SHEET = "_zoufang"
FORMAT = 1
"""Raised when an older program could no longer read the sheet rightly."""

CHUNK = 30_000
"""Characters per cell: below the 32,767 a cell holds; re-saving by LibreOffice keeps these byte for byte."""

TEXT_LIMIT = 32 << 20
"""Bytes of one text unpacked; a real interview is about 0.1 MB."""

FIRST_ROW = ("zoufang", str(FORMAT), "", "走访程序的数据页，汇总时读取；请勿修改、删除")
"""Names the format, and says what the sheet is to whoever makes it visible."""

CHECK_LETTERS = "ABCDEFGHJKLMNPQRSTUVWXYZ23456789"
"""32 letters that cannot be misheard or misread for one another: no 0/O, no 1/I."""


class ManifestError(ValueError):
    """The sheet is not a whole and unchanged parcel; the message is a Chinese clause for the person."""


class NewerFormatError(ManifestError):
    """Written by a later version of the program than this one."""


@dataclass(frozen=True)
class Entry:
    """What the manifest says of one interview."""

    id: str
    unit: str
    round: str
    events: int
    sha256: str
    """Of its history as JSON (`surveys.history.history_json`)."""


@dataclass(frozen=True)
class Manifest:
    """What a parcel holds and where it comes from."""

    app: str
    survey: str
    version: str
    digest: str
    """The definition in use on the laptop."""
    team: int
    team_name: str
    device: str
    device_name: str
    member: str
    revision: int
    """Counts up with the device's own events, so the later of two workbooks of a laptop is known without clocks."""
    made: str
    """Time of the last event, UTC; the same content gives the same manifest."""
    definitions: tuple[str, ...] = ()
    """Digests of all definitions that the histories were begun with or moved to, the current one included."""
    interviews: tuple[Entry, ...] = ()
    format: int = FORMAT

    def to_json(self) -> str:
        """The one spelling of this manifest."""
        return json.dumps(asdict(self), ensure_ascii=False, sort_keys=True, separators=(",", ":"))

    @property
    def sha256(self) -> str:
        """The digest of the whole parcel."""
        return sha256(self.to_json())

    @property
    def check_code(self) -> str:
        """Eight letters to read over the phone: `K7QF-2M9X`."""
        return check_code(self.sha256)

    @classmethod
    def from_json(cls, text: str) -> Manifest:
        """The inverse of `to_json`. Raises ManifestError."""
        try:
            data = json.loads(text)
            made_by = data.get("format")
            _check_format(made_by if type(made_by) is int else 0)
            entries = tuple(Entry(**entry) for entry in data.pop("interviews"))
            manifest = cls(interviews=entries, definitions=tuple(data.pop("definitions")), **data)
        except (ValueError, TypeError, KeyError, AttributeError, RecursionError) as error:
            if isinstance(error, ManifestError):
                raise
            raise ManifestError("数据页的目录读不懂") from error
        if not _well_typed(manifest):
            raise ManifestError("数据页的目录读不懂")
        return manifest


@dataclass(frozen=True)
class Parcel:
    """A parcel taken out of a workbook, with every digest verified."""

    manifest: Manifest
    definitions: dict[str, str]
    """Digest → the definition's canonical JSON."""
    histories: dict[str, str]
    """Interview id → its history, still packed, so that a large parcel stays small; use `events`."""

    def events(self, interview: str) -> list[Event]:
        """The history of one interview."""
        return [Event.from_list(row) for row in json.loads(_unpacked(self.histories[interview], "history"))]


def sha256(text: str) -> str:
    """SHA-256 of a text, in hex."""
    return hashlib.sha256(text.encode()).hexdigest()


def check_code(digest: str) -> str:
    """The first 40 bits of a digest as eight letters in two groups."""
    number = int(digest[:10], 16)
    letters = "".join(CHECK_LETTERS[number >> shift & 31] for shift in range(35, -5, -5))
    return f"{letters[:4]}-{letters[4:]}"


def encode(texts: Iterable[tuple[str, str]]) -> Iterator[list[str]]:
    """The rows of the sheet, one text at a time.

    Args:
        texts: (kind, text): every `definition` and `history`, and one `manifest` that names their digests.
            It may come last, when all digests are known.
    """
    yield list(FIRST_ROW)
    for kind, text in texts:
        yield from _pack(kind, text)


def _pack(kind: str, text: str) -> Iterator[list[str]]:
    packed = base64.b64encode(zlib.compress(text.encode(), 9)).decode("ascii")
    parts = [packed[start : start + CHUNK] for start in range(0, len(packed), CHUNK)]
    for number, part in enumerate(parts, 1):
        yield [kind, sha256(text), f"{number}/{len(parts)}", part]


def decode(rows: Iterable[Sequence[object]]) -> Parcel:
    """Take the parcel out of the sheet's rows.

    Raises:
        ManifestError: Anything is missing, damaged or of a later format; says what.
    """
    packed = _packed_texts(rows)
    manifests = [key for key in packed if key[0] == "manifest"]
    if len(manifests) != 1:
        raise ManifestError("数据页里没有目录" if not manifests else "数据页里有两份不同的目录")
    manifest = Manifest.from_json(_verified(packed, manifests[0]))
    definitions = {}
    for digest in (*manifest.definitions, manifest.digest):
        if ("definition", digest) not in packed:
            raise ManifestError("数据页里缺少问卷定义")
        definitions[digest] = _verified(packed, ("definition", digest))
    histories = {}
    for entry in manifest.interviews:
        key = ("history", entry.sha256)
        if key not in packed:
            raise ManifestError(f"数据页里缺少单位 {entry.unit[:20]} 的答卷")
        if entry.id in histories:
            raise ManifestError(f"数据页里单位 {entry.unit[:20]} 的答卷出现两次")
        _check_history(entry, _verified(packed, key), definitions)
        histories[entry.id] = packed[key]
    return Parcel(manifest, definitions, histories)


def _packed_texts(rows: Iterable[Sequence[object]]) -> dict[tuple[str, str], str]:
    """(kind, digest) → text put together from its parts, still packed."""
    parts: dict[tuple[str, str], dict[int, str]] = {}
    totals: dict[tuple[str, str], int] = {}
    known = False
    for row in rows:
        kind, digest, place, part, *_ = (*(cell if isinstance(cell, str) else "" for cell in row), "", "", "", "")
        if kind == "zoufang":
            known = True
            _check_format(int(digest) if digest.isdecimal() and len(digest) < 9 else 0)
        elif kind in _KINDS:
            number, _, total = place.partition("/")
            if not (number.isdecimal() and total.isdecimal() and len(place) < 16):
                raise ManifestError("数据页里有一行的序号被改动")
            key = (kind, digest)
            same_total = totals.setdefault(key, int(total)) == int(total)
            if not same_total or parts.setdefault(key, {}).setdefault(int(number), part) != part:
                raise ManifestError("数据页里有一行被改动")
    if not known:
        raise ManifestError("数据页不是走访程序写的")
    for (kind, digest), pieces in parts.items():
        total_of_it = totals[kind, digest]
        if len(pieces) != total_of_it or min(pieces) != 1 or max(pieces) != total_of_it:
            raise ManifestError(f"数据页不完整（{_KINDS[kind]}少了 {total_of_it - len(pieces)} 行）")
    return {key: "".join(pieces[number] for number in sorted(pieces)) for key, pieces in parts.items()}


def _check_format(number: int) -> None:
    if number > FORMAT:
        raise NewerFormatError(f"由更新版本的程序导出（数据格式 {number}，本机只认到 {FORMAT}），请先升级本机的程序")


_KINDS = {"manifest": "目录", "definition": "问卷定义", "history": "答卷"}


def _verified(packed: Mapping[tuple[str, str], str], key: tuple[str, str]) -> str:
    kind, digest = key
    text = _unpacked(packed[key], kind)
    if sha256(text) != digest:
        raise ManifestError(f"数据页里的{_KINDS[kind]}与它的校验值不符，被改动过")
    return text


def _unpacked(packed: str, kind: str) -> str:
    name = _KINDS[kind]
    try:
        unpacking = zlib.decompressobj()
        data = unpacking.decompress(base64.b64decode(packed, validate=True), TEXT_LIMIT)
        if unpacking.unconsumed_tail:
            raise ManifestError(f"数据页里的{name}大得不正常")
        if not unpacking.eof or unpacking.unused_data:
            raise ManifestError(f"数据页里的{name}损坏了")
        return data.decode()
    except (binascii.Error, zlib.error, UnicodeError) as error:
        raise ManifestError(f"数据页里的{name}损坏了") from error


def _check_history(entry: Entry, text: str, definitions: Mapping[str, str]) -> None:
    """A history must hold what the manifest says, and be a history."""
    try:
        events = [Event.from_list(row) for row in json.loads(text)]
        in_order(events)
        clean = history_json(events) == text and all(map(_clean, events))
    except (ValueError, TypeError, RecursionError) as error:
        raise ManifestError(f"单位 {entry.unit[:20]} 的答卷读不懂") from error
    opened = [event for event in events if event.kind is Kind.OPENED]
    moved = [event for event in events if event.kind is Kind.MIGRATED]
    if (
        not clean
        or len(events) != entry.events
        or len({event.id for event in events}) != len(events)
        or any(event.interview != entry.id for event in events)
        or not opened
        or any(event.cell != entry.unit for event in opened)
        or any(event.value not in definitions for event in (*opened, *moved))
    ):
        raise ManifestError(f"单位 {entry.unit[:20]} 的答卷与目录不符")


def _clean(event: Event) -> bool:
    """True when every text of the event could have come through the app's own gate."""
    texts = (event.id, event.cell, event.value, event.note, event.source, event.who, event.device, event.at)
    return all(clean_text(text) == text for text in texts if not (text.isascii() and text.isprintable()))


def _well_typed(manifest: Manifest) -> bool:
    texts = (
        manifest.app, manifest.survey, manifest.version, manifest.digest, manifest.team_name, manifest.device,
        manifest.device_name, manifest.member, manifest.made, *manifest.definitions,
    )  # fmt: skip
    numbers = (manifest.team, manifest.revision, manifest.format)
    return (
        all(isinstance(text, str) for text in texts)
        and all(type(number) is int for number in numbers)
        and all(
            isinstance(text, str)
            for entry in manifest.interviews
            for text in (entry.id, entry.unit, entry.round, entry.sha256)
        )
        and all(type(entry.events) is int for entry in manifest.interviews)
    )
