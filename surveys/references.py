"""The reference lists: what the groups carry along to answer questions with, by entries that can be cited.

A list is replaced as a whole, and every version that was ever current is kept, so that what a reply cites
can be read later as it was. The lists that are shipped are our own outline, not the union's text.
"""

from __future__ import annotations

import csv
import datetime as dt
import hashlib
import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import astuple, dataclass, fields
from typing import TYPE_CHECKING

from surveys.frame import LIBRARY

if TYPE_CHECKING:
    from surveys.store import Store

LISTS = {"A": "制度机制清单", "B": "工作任务清单"}
"""The letter that the codes of a list begin with → its name."""

ANSWERABLE = {"当": "可当场答复", "研": "记下来，研究后答复", "转": "转有关部门办理"}
"""Whether a question about it may be answered on the spot."""

SHIPPED = LIBRARY / "reference_lists.csv"
SHIPPED_FOR = "county_union"
"""The survey whose questions the shipped lists name."""
SHIPPED_ORIGIN = "自带清单，要点自拟，不是省总工会清单原文"

CURRENT = "current_reference."
"""Settings of this prefix name the digest of each list's current version."""

_INDEXED = "version, code, title, gist, dimension, lead, source, keywords, initials"


@dataclass(frozen=True, slots=True)
class Entry:
    """One entry of a list, without the list's version."""

    code: str
    """The list's letter and two or three digits: `A03`."""
    title: str
    gist: str
    """The point in a few sentences; of a task, when it is done."""
    dimension: str
    """Label of the questionnaire's section it belongs to, or 全部."""
    questions: tuple[str, ...]
    """Names of the questions it belongs to; `question_numbers.EVERY` alone for the whole questionnaire."""
    answerable: str
    """A key of `ANSWERABLE`; "" for tasks."""
    lead: str
    """Who is suggested to take a task on; "" elsewhere."""
    source: str
    keywords: str
    """Other words it is looked for by, with spaces between."""
    version_date: str
    """ISO date of the wording."""
    verified: bool
    """False where it must be held against the original now in force before anybody relies on it."""

    @property
    def list(self) -> str:
        """The letter of its list."""
        return self.code[0]

    @property
    def label(self) -> str:
        """`A03 社会化工会工作者招聘条件`."""
        return f"{self.code} {self.title}"


FIELDS = tuple(field.name for field in fields(Entry))


@dataclass(frozen=True, slots=True)
class Version:
    """A list as it was put in once."""

    digest: str
    """SHA-256 of its content: the same digest, the same entries."""
    list: str
    survey: str
    """Id of the survey whose questions its entries name."""
    origin: str
    """Where it came from, for people."""
    who: str
    at: str
    """UTC, ISO 8601."""


@dataclass(frozen=True, slots=True)
class Cited:
    """An entry in the version it was cited from."""

    entry: Entry
    version: Version

    @property
    def citation(self) -> str:
        """What a reply keeps: `A03@` and twelve digits of the version; see `cited`."""
        return f"{self.entry.code}@{self.version.digest[:12]}"

    @property
    def words(self) -> str:
        """The same for people."""
        date, digest = self.entry.version_date, self.version.digest[:12]
        return f"《{LISTS[self.entry.list]}》{self.entry.label}（{date}，版本 {digest}）"


def digest_of(survey: str, entries: Sequence[Entry]) -> str:
    """The digest of a list with these entries for that survey; their order says nothing."""
    rows = sorted(astuple(entry) for entry in entries)
    return hashlib.sha256(json.dumps([survey, rows], ensure_ascii=False).encode()).hexdigest()


# ── in a store ────────────────────────────────────────────────────────────────────────


def put_in(
    store: Store, survey: str, entries: Iterable[Entry], origin: str, who: str, at: dt.datetime | None = None
) -> list[Version]:
    """Make the entries the current ones of their lists, all or nothing; lists without an entry here stay as they are.

    A version that was current before becomes so again, with the origin it had.

    Args:
        survey: Id of the survey whose questions the entries name.
        entries: Checked ones (`surveys.reference_rows`).
        origin: Where they came from, for people.
        who: Who puts them in.
        at: When; now by default.

    Returns:
        The versions that were not current before.

    Raises:
        StoreError: when it cannot be written.
    """
    stamp = (at or dt.datetime.now(dt.UTC)).astimezone(dt.UTC).isoformat(timespec="seconds")
    by_list: dict[str, list[Entry]] = {}
    for entry in entries:
        by_list.setdefault(entry.list, []).append(entry)
    changed = []
    with store.transaction():
        for letter, mine in by_list.items():
            version = Version(digest_of(survey, mine), letter, survey, origin, who, stamp)
            known = _versions(store, "digest = ?", version.digest)
            if not known:
                store.put("reference_lists", astuple(version))
                store.put("reference_entries", *(_row(version.digest, entry) for entry in mine))
            elif store.setting(CURRENT + letter) == version.digest:
                continue
            store.set_settings(**{CURRENT + letter: version.digest})
            changed += known or [version]
        index_entries(store)
    return changed


def index_entries(store: Store) -> None:
    """Make every version that is not in the search index yet found. Call within a transaction."""
    store.conn.execute(
        f"""INSERT INTO reference_search ({_INDEXED}) SELECT {_INDEXED} FROM reference_entries
            WHERE version NOT IN (SELECT version FROM reference_search)"""
    )


def put_in_shipped(store: Store) -> None:
    """Give a store with the shipped survey those of the shipped lists that it has none of. Raises StoreError."""
    current = current_versions(store)
    if current.keys() >= LISTS.keys() or not store.survey_digest(SHIPPED_FOR):
        return
    missing = [entry for entry in shipped_entries() if entry.list not in current]
    put_in(store, SHIPPED_FOR, missing, SHIPPED_ORIGIN, "程序")


def shipped_entries() -> list[Entry]:
    """The entries of both lists that come with the program."""
    with SHIPPED.open(encoding="utf-8", newline="") as lines:
        return [_entry(row) for row in csv.DictReader(lines)]


def current_versions(store: Store) -> dict[str, Version]:
    """List letter → its current version."""
    found = _versions(store, f"'{CURRENT}' || list IN (SELECT name FROM settings WHERE value = digest)")
    return {version.list: version for version in found}


def entries_of(store: Store, version: Version) -> list[Entry]:
    """The entries of a version, by code."""
    sql = f"SELECT {', '.join(FIELDS)} FROM reference_entries WHERE version = ? ORDER BY code"
    return [_entry(dict(zip(FIELDS, row, strict=True))) for row in store.conn.execute(sql, (version.digest,))]


def cited(store: Store, citation: str) -> Cited:
    """What a citation stands for, whether or not its version is still current. Raises KeyError if there is none."""
    code, _, digest = citation.partition("@")
    for version in _versions(store, "substr(digest, 1, 12) = ?", digest):
        for entry in entries_of(store, version):
            if entry.code == code:
                return Cited(entry, version)
    raise KeyError(citation)


def _versions(store: Store, where: str, *values: str) -> list[Version]:
    sql = f"SELECT digest, list, survey, origin, who, at FROM reference_lists WHERE {where} ORDER BY list"
    return [Version(*row) for row in store.conn.execute(sql, values)]


def _row(digest: str, entry: Entry) -> tuple[object, ...]:
    values = {**_columns(entry), "questions": " ".join(entry.questions), "verified": int(entry.verified)}
    return (digest, *values.values(), initials(f"{entry.title} {entry.keywords}"))


def _columns(entry: Entry) -> dict[str, object]:
    return dict(zip(FIELDS, astuple(entry), strict=True))


def _entry(row: Mapping[str, str | int]) -> Entry:
    """From a row of the database or of the CSV file, which write `questions` and `verified` their own way."""
    texts = {name: str(row[name]) for name in FIELDS}
    verified = texts.pop("verified") in ("1", "y")
    return Entry(**texts | {"questions": tuple(texts["questions"].split())}, verified=verified)  # type: ignore[arg-type]


def initials(text: str) -> str:
    """The pinyin initials of a text, its words still apart: `工会经费 来源` → `ghjf ly`."""
    from pypinyin import Style, lazy_pinyin  # loads its tables on import: only when a list is put in

    return " ".join("".join(lazy_pinyin(word, style=Style.FIRST_LETTER)).lower() for word in text.split())
