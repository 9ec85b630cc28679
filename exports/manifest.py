"""The parcel inside a workbook: the hidden sheet `_zoufang` that carries every history exactly, of interviews and cases.

The visible sheets are a view; this is the truth. Texts travel as JSON → zlib → base64 in cells of
printable ASCII, so no program that re-saves the workbook can change them. It is a small hash tree:
the manifest names the SHA-256 of every definition and history, and the workbook's own digest (and
so its check code) is the SHA-256 of the manifest. It also names the laptop's public key, which signed it.

A sheet row is `kind, SHA-256 of the whole text, part/parts, base64`. Rows may stand in any order. The row
`signature` has the manifest's SHA-256, and the bare signature over the manifest's text in base64.
"""

from __future__ import annotations

import base64
import binascii
import hashlib
import json
import zlib
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, field
from enum import StrEnum
from functools import cached_property, lru_cache
from typing import TYPE_CHECKING

from exports.check_codes import check_code
from exports.exact_base64 import bytes_of
from exports.parcel_histories import Unfit, case_events, interview_events, is_line
from exports.signing import verify
from exports.well_typed import well_typed
from surveys.history import Event

if TYPE_CHECKING:
    from exports.preparing import Preparer

SHEET = "_zoufang"
FORMAT = 2
"""Raised when an older program could no longer read the sheet rightly. Of format 1 nothing is signed."""

UNLINKED = "-"
"""In place of the digest of the export before: the laptop could not keep count of this one."""

CHUNK = 30_000
"""Characters per cell: below the 32,767 a cell holds; re-saving by LibreOffice keeps these byte for byte."""

TEXT_LIMIT = 32 << 20
"""Bytes of one text unpacked; a real interview is about 0.1 MB."""

FIRST_ROW = ("zoufang", str(FORMAT), "", "走访程序的数据页，汇总时读取；请勿修改、删除")
"""Names the format, and says what the sheet is to whoever makes it visible."""


class ManifestError(ValueError):
    """The sheet is not a whole and unchanged parcel; the message is a Chinese clause for the person."""


class NewerFormatError(ManifestError):
    """Written by a later version of the program than this one."""


class Signature(StrEnum):
    """Whether the holder of the key that the manifest names signed it."""

    VALID = "valid"
    MISSING = "missing"
    INVALID = "invalid"


@dataclass(frozen=True)
class Entry:
    """What the manifest says of one interview."""

    id: str
    unit: str
    round: str
    events: int
    sha256: str
    """Of its history as JSON (`surveys.history.history_json`)."""
    projection: str = ""
    """SHA-256 of what the laptop's tables hold of it (`surveys.projection`); "" in format 1."""


@dataclass(frozen=True)
class CaseEntry:
    """What the manifest says of one case of a register."""

    id: str
    register: str
    events: int
    sha256: str


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
    key: str = ""
    """The laptop's public key in hex (`exports.signing`); "" in format 1."""
    previous: str = ""
    """Digest of the different manifest that this laptop exported before of the same survey; "" for its first."""
    views: tuple[str, ...] = ()
    """Digests of the texts that say what the answer sheets show (`exports.views`); none in format 1."""
    cases: tuple[CaseEntry, ...] = ()
    """Of all registers; none in format 1."""
    registers: tuple[str, ...] = ()
    """Digests of the definitions that explain the cases; left out of the spelling where there are none."""
    format: int = FORMAT

    def to_json(self) -> str:
        """The one spelling of this manifest."""
        return self._json

    @cached_property
    def _json(self) -> str:
        data = asdict(self)
        if not self.registers:
            del data["registers"]
        if self.format < 2:
            del data["key"], data["previous"], data["views"], data["cases"]
            for entry in data["interviews"]:
                del entry["projection"]
        return json.dumps(data, ensure_ascii=False, sort_keys=True, separators=(",", ":"))

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
            cases = tuple(CaseEntry(**entry) for entry in data.pop("cases", ()))
            definitions, views = tuple(data.pop("definitions")), tuple(data.pop("views", ()))
            registers = tuple(data.pop("registers", ()))
            manifest = cls(
                interviews=entries, cases=cases, definitions=definitions, views=views, registers=registers, **data
            )
        except (ValueError, TypeError, KeyError, AttributeError, RecursionError) as error:
            if isinstance(error, ManifestError):
                raise
            raise ManifestError("数据页的目录读不懂") from error
        if not well_typed(manifest) or manifest.to_json() != text:
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
    signature: Signature
    views: tuple[str, ...] = ()
    """What the answer sheets show, still packed; use `shown`."""
    cases: dict[str, str] = field(default_factory=dict)
    """Case id → its history, still packed; use `case`."""
    registers: dict[str, str] = field(default_factory=dict)
    """Digest → JSON of the definitions of registers."""

    def shown(self) -> Iterator[str]:
        """The texts that say what the answer sheets show (`exports.views`)."""
        return (_unpacked(view, "view") for view in self.views)

    def events(self, interview: str) -> list[Event]:
        """The history of one interview."""
        return [Event.from_list(row) for row in json.loads(_unpacked(self.histories[interview], "history"))]

    def case(self, case: str) -> list[Event]:
        """The history of one case."""
        return [Event.from_list(row) for row in json.loads(_unpacked(self.cases[case], "case"))]


def sha256(text: str) -> str:
    """SHA-256 of a text, in hex."""
    return hashlib.sha256(text.encode()).hexdigest()


def encode(texts: Iterable[tuple[str, str]], sign: Callable[[str], bytes]) -> Iterator[list[str]]:
    """The rows of the sheet, one text at a time.

    Args:
        texts: (kind, text): every `definition`, `history`, `projection`, `case`, `register` and `view`, and one
            `manifest` that names their digests. It may come last, when all digests are known.
        sign: Signs the manifest with the key it names.
    """
    yield list(FIRST_ROW)
    for kind, text in texts:
        yield from _pack(kind, text)
        if kind == "manifest":
            yield ["signature", sha256(text), "1/1", base64.b64encode(sign(text)).decode("ascii")]


def _pack(kind: str, text: str) -> Iterator[list[str]]:
    packed = base64.b64encode(zlib.compress(text.encode(), 9)).decode("ascii")
    parts = [packed[start : start + CHUNK] for start in range(0, len(packed), CHUNK)]
    for number, part in enumerate(parts, 1):
        yield [kind, sha256(text), f"{number}/{len(parts)}", part]


def decode(rows: Iterable[Sequence[object]], preparer: Preparer | None = None, check: Check | None = None) -> Parcel:
    """Take the parcel out of the sheet's rows; whether an unsigned one will do is for the caller to say.

    Args:
        rows: Of the sheet.
        preparer: Told of every interview as soon as its texts are verified.
        check: Asked whether the workbook is sealed, as soon as that can be said. Of one that is, the views are left
            alone: nobody needs them.

    Raises:
        ManifestError: Anything is missing, damaged or of a later format; says what.
    """
    packed = _packed_texts(rows)
    manifests = [key for key in packed if key[0] == "manifest"]
    if len(manifests) != 1:
        raise ManifestError("数据页里没有目录" if not manifests else "数据页里有两份不同的目录")
    manifest = Manifest.from_json(_verified(packed, manifests[0]))
    signature = _signature(packed, manifest)
    if check:
        check(manifest, signature)
    definitions = {}
    for digest in (*manifest.definitions, manifest.digest):
        if ("definition", digest) not in packed:
            raise ManifestError("数据页里缺少问卷定义")
        definitions[digest] = _definition(packed["definition", digest], digest)
    histories = {}
    believed = preparer is not None and preparer.believes(manifest, signature)
    for entry in manifest.interviews:
        whose = f"单位 {entry.unit[:20]} 的答卷"
        text = _own_text(packed, ("history", entry.sha256), whose, entry.id in histories)
        projection = _own_text(packed, ("projection", entry.projection), f"{whose}的结果") if entry.projection else ""
        histories[entry.id] = packed["history", entry.sha256]
        if preparer and believed and preparer.believe(entry, text, projection, definitions):
            continue
        if check and not preparer:
            continue  # what our own program signed is a history; only who takes it in has to look
        try:
            _check(entry, text, definitions, preparer)
        except Unfit as error:
            raise ManifestError(f"数据页里{whose}{error}") from error
    cases = _cases(packed, manifest)
    registers = {digest: _own_text(packed, ("register", digest), "登记簿的定义") for digest in manifest.registers}
    views = []
    for digest in () if check else manifest.views:
        if ("view", digest) not in packed:
            raise ManifestError("数据页里缺少各表的底稿")
        _verified(packed, ("view", digest))
        views.append(packed["view", digest])
    return Parcel(manifest, definitions, histories, signature, tuple(views), cases, registers)


Check = Callable[[Manifest, Signature], None]
"""Raises ManifestError for a manifest that will not do."""


def _check(entry: Entry, text: str, definitions: Mapping[str, str], preparer: Preparer | None) -> None:
    """Whether a history is one; its events are made only for who evaluates them. Raises Unfit."""
    asked = text, entry.id, entry.unit, entry.events, definitions
    if preparer and preparer.evaluating:
        preparer.evaluate(entry, interview_events(*asked), definitions)
        return
    if not is_line(*asked):
        interview_events(*asked)


def _cases(packed: Mapping[tuple[str, str], str], manifest: Manifest) -> dict[str, str]:
    """Case id → its history, verified and still packed."""
    cases: dict[str, str] = {}
    for entry in manifest.cases:
        whose = f"登记的第 {len(cases) + 1} 件"
        text = _own_text(packed, ("case", entry.sha256), whose, entry.id in cases)
        try:
            case_events(text, entry.id, entry.register, entry.events)
        except Unfit as error:
            raise ManifestError(f"数据页里{whose}{error}") from error
        cases[entry.id] = packed["case", entry.sha256]
    return cases


def _own_text(packed: Mapping[tuple[str, str], str], key: tuple[str, str], whose: str, again: bool = False) -> str:
    """A history's text, which must be there, and no other under the same id."""
    if key not in packed:
        raise ManifestError(f"数据页里缺少{whose}")
    if again:
        raise ManifestError(f"数据页里{whose}出现两次")
    return _verified(packed, key)


def _signature(packed: Mapping[tuple[str, str], str], manifest: Manifest) -> Signature:
    signatures = [(digest, text) for (kind, digest), text in packed.items() if kind == "signature"]
    if not signatures or not manifest.key:
        return Signature.MISSING
    try:
        ((digest, text),) = signatures
        bare = bytes_of(text)
    except ValueError:
        return Signature.INVALID
    signed = digest == manifest.sha256 and verify(manifest.key, manifest.to_json(), bare)
    return Signature.VALID if signed else Signature.INVALID


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
            if not (number.isdecimal() and total.isdecimal() and place.isascii() and len(place) < 16):
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


_KINDS = {
    "manifest": "目录",
    "definition": "问卷定义",
    "history": "答卷",
    "projection": "答卷的结果",
    "case": "登记的问题",
    "register": "登记簿的定义",
    "view": "底稿",
    "signature": "签名",
}


def _verified(packed: Mapping[tuple[str, str], str], key: tuple[str, str]) -> str:
    kind, digest = key
    data = _bytes(packed[key], kind)
    if hashlib.sha256(data).hexdigest() != digest:
        raise ManifestError(f"数据页里的{_KINDS[kind]}与它的校验值不符，被改动过")
    return _text(data, kind)


@lru_cache(maxsize=4)  # nearly all workbooks have the same
def _definition(packed: str, digest: str) -> str:
    return _verified({("definition", digest): packed}, ("definition", digest))


def _unpacked(packed: str, kind: str) -> str:
    return _text(_bytes(packed, kind), kind)


def _bytes(packed: str, kind: str) -> bytes:
    name = _KINDS[kind]
    try:
        unpacking = zlib.decompressobj()
        data = unpacking.decompress(bytes_of(packed), TEXT_LIMIT)
    except (binascii.Error, zlib.error) as error:
        raise ManifestError(f"数据页里的{name}损坏了") from error
    if unpacking.unconsumed_tail:
        raise ManifestError(f"数据页里的{name}大得不正常")
    if not unpacking.eof or unpacking.unused_data:
        raise ManifestError(f"数据页里的{name}损坏了")
    return data


def _text(data: bytes, kind: str) -> str:
    try:
        return data.decode()
    except UnicodeError as error:
        raise ManifestError(f"数据页里的{_KINDS[kind]}损坏了") from error
