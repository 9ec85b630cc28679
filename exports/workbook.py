"""The team workbook: a document that looks right and prints right, with the exact parcel inside.

Everything is written in one pass over the interviews, each sheet streaming to its own place, so
memory does not grow with their number. The same content gives the same file name and bytes.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Protocol

from openpyxl import Workbook

from exports import chain
from exports.answer_sheets import AnswerSheet, CodeSheet
from exports.case_sheets import write_case_sheets
from exports.case_words import CaseReader
from exports.codebook import write_codebook
from exports.columns import columns_of
from exports.cover import Cover, count, of_round
from exports.encryption import encrypt
from exports.files import ExportError, explained, replace_file
from exports.manifest import SHEET, CaseEntry, Entry, Manifest, Signature, encode, sha256
from exports.reading import Received, read_workbook
from exports.record_sheets import ChangeSheet, NoteSheet
from exports.rejections import Rejection
from exports.roster_sheets import RosterSheet
from exports.sealing import Seal
from exports.sights import Sight, cells_with_status, definitions_used, sights
from exports.signing import laptop_key
from exports.styles import TEXT, Pen, discard, save_steadily
from exports.terms import is_many
from exports.times import moment
from exports.validations import ChoiceLists
from exports.version import app_version
from exports.views import BATCH, SheetView, packed
from exports.worker import Task
from surveys.form import Form
from surveys.frame import team_name
from surveys.history import Event, Kind, history_json
from surveys.register.keeping import PROBLEMS, case_ids, register_ids, registers_used
from surveys.store import InterviewRow, Store, StoreError


@dataclass(frozen=True)
class Export:
    """A workbook that was written (or was there already, byte for byte)."""

    path: Path
    check_code: str
    survey: str
    """Id of the survey whose interviews are in it."""
    title: str
    interviews: int
    complete: int
    """Assigned units with a complete interview; of a survey with many interviews per unit its complete records."""
    drafts: int
    written: bool
    """False when the same file was there already."""
    fingerprint: str
    """`1234 5678 9012`: of the laptop's key, by which the office knows it."""
    news: str
    """A sentence when the key is a new one; else ""."""


NOTHING = "还没有开始填任何答卷，没有可以导出的内容。"


def export_all(store: Store, folder: Path, password: str = "") -> list[Export]:
    """Write a workbook for every installed survey that has interviews, the main one's first; that has the cases.

    Args:
        store: A team's store, or the office's.
        folder: Made if it is not there.
        password: See `export_team`.

    Raises:
        ExportError: There is nothing to export, or a file could not be written; those before it are.
    """
    ids = [heading.id for heading in store.surveys() if _has_anything(store, heading.id)]
    if not ids:
        raise ExportError(NOTHING)
    return [export_team(store, folder, survey_id, password) for survey_id in ids]


def export_team(store: Store, folder: Path, survey_id: str = "", password: str = "") -> Export:
    """Write the workbook of everything in this store that belongs to one survey into a folder.

    With the main survey's go the cases of all registers.

    Args:
        store: A team's store, or the office's.
        folder: Made if it is not there.
        survey_id: An installed survey; "" is the main one.
        password: Encrypts the workbook, so that it opens only with it; its bytes then differ each time.

    Raises:
        ExportError: There is nothing to export, or the file could not be written; nothing was changed.
    """
    survey_id = survey_id or store.survey_heading().id
    if not store.survey_digest(survey_id):
        raise ExportError(f"本机没有装入问卷“{survey_id}”，没有可以导出的内容。" if survey_id else NOTHING)
    if not _has_anything(store, survey_id):
        raise ExportError(NOTHING)
    try:
        return _export(store, folder, survey_id, password, counted=not store.read_only)
    except StoreError:  # nothing can be noted in the store; the hand-over must go out all the same
        return _export(store, folder, survey_id, password, counted=False)


def _has_anything(store: Store, survey_id: str) -> bool:
    return bool(store.interviews(survey_id=survey_id) or (_carries_cases(store, survey_id) and register_ids(store)))


def _carries_cases(store: Store, survey_id: str) -> bool:
    return survey_id == store.survey_heading().id


def _export(store: Store, folder: Path, survey_id: str, password: str, counted: bool) -> Export:
    writer = _Writer(store, survey_id, counted)
    survey = writer.form.survey
    try:
        with explained(folder):
            manifest = writer.write()
        made = moment(manifest.made)
        name = file_name(survey.title, manifest, made, encrypted=bool(password))
        written = replace_file(
            folder / name,
            write=lambda target: writer.save(target, made, f"{survey.title} {manifest.team_name}", password),
            verify=lambda target: writer.finish(target, manifest, name, password),
        )
    finally:
        discard(writer.book)
    numbers = count(writer.units, of_round(writer.rows, survey.round), is_many(survey))
    return Export(
        folder / name, manifest.check_code, survey.id, str(survey.title), len(writer.rows), numbers.complete,
        numbers.draft, written, writer.key.fingerprint, writer.news,
    )  # fmt: skip


def verify_written(written: Path, manifest: Manifest, name: str, password: str = "") -> None:
    """Read the file back as its reader will. Raises ExportError if it is not what was to be written."""
    result = read_workbook(written, password, Task.VERIFY)
    parcel = result.parcel if isinstance(result, Received) else None
    if parcel is None or (parcel.manifest, parcel.signature) != (manifest, Signature.VALID):
        what = result.what if isinstance(result, Rejection) else "写入的内容读回来不一致"
        raise ExportError(f"没有写成“{name}”：写完后检查没有通过（{what}）。答案都在，请换一个磁盘再导出。")


def file_name(title: str, manifest: Manifest, made: datetime, encrypted: bool = False) -> str:
    """县级工会摸底_第3组_20221118-1930_7f3a.xlsx: the time is that of the last event, the end is of the content."""
    end = f"{manifest.sha256[:4]}{'_加密' if encrypted else ''}"
    return f"{short_title(title)}_{safe_name(manifest.team_name)}_{made:%Y%m%d-%H%M}_{end}.xlsx"


def short_title(title: str) -> str:
    """县级工会摸底调查问卷 → 县级工会摸底, safe in a file name."""
    return safe_name(re.sub(r"(调查问卷|调查表|问卷|调查)$", "", title.strip())) or "走访"


def safe_name(text: str) -> str:
    """A part of a file name that every system takes."""
    return re.sub(r'[\\/:*?"<>|\s\x00-\x1f\x7f]+', "-", text).strip("-. ")[:40]


class Sheet(Protocol):
    """A sheet that takes one interview after the other."""

    def add(self, sight: Sight) -> None:
        """Write what this sheet shows of one interview."""

    def close(self) -> None:
        """Finish the sheet when all are written."""


@dataclass
class _Writer:
    """One pass over the interviews of one survey."""

    store: Store
    survey_id: str
    counted: bool
    """Whether the store can take note of this export."""
    book: Workbook = field(default_factory=lambda: Workbook(write_only=True))
    rows: list[InterviewRow] = field(default_factory=list)
    _entries: list[Entry] = field(default_factory=list)
    _members: dict[str, None] = field(default_factory=dict)
    _attachments: set[str] = field(default_factory=set)
    _cases: list[CaseEntry] = field(default_factory=list)
    _registers: list[str] = field(default_factory=list)
    _views: list[str] = field(default_factory=list)
    _made: str = ""
    _revision: int = 0
    _seal: Seal | None = None

    def __post_init__(self) -> None:
        store, current = self.store, self.store.survey_digest(self.survey_id)
        self.form: Form = store.form(current)
        self.key, self.news = laptop_key(store)
        self.team = int(store.setting("team") or 0)
        self.units = store.units(self.team or None)
        used = {row.survey for row in store.interviews(survey_id=self.survey_id)}
        self._shown = list(dict.fromkeys([current, *sorted(used)]))
        """The definitions whose columns are shown."""
        self._digests = [*self._shown, *sorted(definitions_used(store, self.survey_id).difference(self._shown))]
        """The definitions that travel: also those that interviews were moved away from."""

    def write(self) -> Manifest:
        """Fill the book; returns the manifest of the parcel in it."""
        title = self.form.survey.title
        columns = columns_of(self.store.form(digest) for digest in self._shown)
        cover, lists = Cover(self.book, self.form.survey), ChoiceLists()
        viewed: tuple[AnswerSheet | CodeSheet | RosterSheet, ...] = (
            AnswerSheet(self.book, columns, title, lists),
            CodeSheet(self.book, columns, cells_with_status(self.store, self.survey_id), title, lists),
            *(RosterSheet(self.book, column.item, title) for column in columns if column.roster),
        )
        views = [sheet.view for sheet in viewed]
        if _carries_cases(self.store, self.survey_id):
            registers = dict.fromkeys([PROBLEMS, *register_ids(self.store)])
            views += write_case_sheets(self.book, [CaseReader(self.store, name) for name in registers], title)
        answers: list[Sheet] = [*viewed, NoteSheet(self.book, title)]
        changes = ChangeSheet(self.book, title)
        write_codebook(self.book, self.form)
        hidden = self.book.create_sheet(SHEET)
        hidden.sheet_state = "hidden"
        pen = Pen(hidden)

        def show(sight: Sight) -> None:
            changes.add(sight)
            if not sight.void:
                for sheet in answers:
                    sheet.add(sight)

        for row in encode(self._texts(show, views), self.key.sign):
            pen.row(row, TEXT)
        manifest = self._manifest()
        self._seal = Seal(pen, manifest.sha256, self.key.sign)
        for sheet in (*answers, changes):
            sheet.close()
        lists.write(self.book)
        cover.write(manifest, sorted(self._members), self.units, self.rows, len(self._attachments))
        return manifest

    def _texts(self, show: Callable[[Sight], None], views: Sequence[SheetView]) -> Iterator[tuple[str, str]]:
        """The texts of the parcel; every interview is shown on the sheets as it passes."""
        for digest in self._digests:
            yield "definition", self.store.definition_json(digest)
        for place, sight in enumerate(sights(self.store, self.survey_id), 1):
            history, projection = history_json(sight.events), sight.projection()
            self._note(sight, sha256(history), sha256(projection))
            show(sight)
            yield "history", history
            yield "projection", projection
            if place % BATCH == 0:
                yield "view", self._noted(packed(views))
        yield "view", self._noted(packed(views))
        if _carries_cases(self.store, self.survey_id):
            for ident in case_ids(self.store):
                events = self.store.events(ident)
                history = history_json(events)
                opened = next(event for event in events if event.kind is Kind.CASE_OPENED)
                self._cases.append(CaseEntry(ident, opened.value.partition("/")[0], len(events), sha256(history)))
                self._pass(events)
                yield "case", history
            for digest, definition in registers_used(self.store).items():
                self._registers.append(digest)
                yield "register", definition
        yield "manifest", self._manifest().to_json()

    def _noted(self, view: str) -> str:
        self._views.append(sha256(view))
        return view

    def _note(self, sight: Sight, history: str, projection: str) -> None:
        self.rows.append(sight.row)
        row, count = sight.row, len(sight.events)
        self._entries.append(Entry(row.id, row.unit, row.round, count, history, projection))
        self._members |= dict.fromkeys(event.who for event in sight.events if event.who)
        self._attachments |= set() if sight.void else sight.attachments()
        self._pass(sight.events)

    def _pass(self, events: Sequence[Event]) -> None:
        """Take note of when something happened last, and of this laptop's last event."""
        device = self.store.setting("device_id")
        self._made = max([self._made, *(event.at for event in events)])
        self._revision = max([self._revision, *(event.seq for event in events if event.device == device)])

    def _manifest(self) -> Manifest:
        survey, store = self.form.survey, self.store
        manifest = Manifest(
            app=app_version(), survey=survey.id, version=survey.version, digest=self._digests[0], team=self.team,
            team_name=team_name(self.team), device=store.setting("device_id"), device_name=store.setting("device"),
            member=store.setting("member"), revision=self._revision, made=self._made,
            definitions=tuple(self._digests), interviews=tuple(self._entries), key=self.key.public,
            views=tuple(self._views), cases=tuple(self._cases), registers=tuple(self._registers),
        )  # fmt: skip
        return (chain.linked if self.counted else chain.unlinked)(store, manifest)

    def save(self, target: Path, made: datetime, title: str, password: str) -> None:
        """Write the filled book, encrypted if there is a password; its plain text then never comes near the target."""
        if not password:
            save_steadily(self.book, target, made, title, self._seal)
            return
        with TemporaryDirectory(prefix="zoufang-") as private:
            plain = Path(private) / target.name
            save_steadily(self.book, plain, made, title, self._seal)
            encrypt(plain, target, password)

    def finish(self, written: Path, manifest: Manifest, name: str, password: str) -> None:
        """Check the file, and take note of it before it gets its name: none may be out of which nothing is known."""
        verify_written(written, manifest, name, password)
        if self.counted:
            chain.record(self.store, manifest, chain.OWN)
