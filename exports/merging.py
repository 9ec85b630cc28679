"""Inbox → office store. Merging is the union of histories, so order and repetition change nothing.

One workbook is one transaction: killed at any point, the store is as before or after it. Nothing in
the inbox is moved or changed. Conflicts are kept with both values and reported, never resolved here.
"""

from __future__ import annotations

import json
import os
from collections.abc import Callable, Iterator, Sequence
from contextlib import closing
from dataclasses import asdict
from pathlib import Path

from exports.changes import in_words, place_of
from exports.files import TEMPORARY_PREFIX, ExportError, shown_name
from exports.manifest import Manifest
from exports.reading import Known, Received, Result, read_workbooks
from exports.receipts import (
    ConflictCell,
    DuplicateInterview,
    DuplicateUnit,
    InterviewLine,
    MergeLine,
    MergeReport,
    Outcome,
    Side,
    overall,
    tally,
)  # fmt: skip
from exports.rejections import Reason, Refused, Rejection
from exports.terms import is_many
from surveys.answers import Answer
from surveys.definition import Survey
from surveys.form import Form
from surveys.history import Conflict, Event, Kind
from surveys.problems import FormErrors
from surveys.standing import Stage
from surveys.store import Store, StoreError
from surveys.text import show_text

Told = Callable[[MergeLine], None]


def merge(store: Store, sources: Sequence[Path], progress: Told | None = None) -> MergeReport:
    """Take everything in the sources into the store.

    Args:
        store: The office's store (or a team's: the law is the same).
        sources: Folders, read with all folders in them, and files.
        progress: Told each line as soon as it is certain.

    Raises:
        ExportError: The store holds no survey yet, so nothing can be compared with it.
    """
    if not store.survey_digest():
        raise ExportError("本机还没有装入问卷，不能汇总；请先用同一份问卷建立数据文件夹。")
    merger = _Merger(store)
    lines = []
    with closing(read_workbooks(files_in(sources), known=store.workbook_known)) as results:
        for result in results:
            line = merger.line(result)
            lines.append(line)
            if progress is not None:
                progress(line)
    return MergeReport(tuple(lines), duplicates(store))


def files_in(sources: Sequence[Path]) -> Iterator[Path]:
    """Every file of the sources, folders in the order of names; links inside folders are not followed."""
    for source in sources:
        if source.is_dir():
            yield from _files_below(source)
        else:
            yield source


def _files_below(folder: Path) -> Iterator[Path]:
    with os.scandir(folder) as entries:
        found = sorted(entries, key=lambda entry: entry.name)
    for entry in found:
        if entry.is_dir(follow_symlinks=False):
            yield from _files_below(Path(entry.path))
        elif not entry.name.startswith(TEMPORARY_PREFIX):  # an export that is being written, or was killed
            yield Path(entry.path)


def duplicates(store: Store) -> tuple[DuplicateUnit, ...]:
    """Units with more than one interview of one survey in a round, voided ones left out.

    Surveys that allow many interviews per unit have none.
    """
    names = {unit.code: unit.name for unit in store.units()}
    return tuple(
        DuplicateUnit(heading.id, heading.title, unit, names.get(unit, unit), round_, tuple(found))
        for heading in store.surveys()
        for (unit, round_), found in _by_unit(store, heading.id).items()
        if len(found) > 1 and not is_many(store.form(heading.digest).survey)
    )


def _by_unit(store: Store, survey_id: str) -> dict[tuple[str, str], list[DuplicateInterview]]:
    groups: dict[tuple[str, str], list[DuplicateInterview]] = {}
    for row in store.interviews(survey_id=survey_id):
        if row.stage != Stage.VOID:
            found = DuplicateInterview(row.id, row.stage, row.team, row.who, row.done, row.total)
            groups.setdefault((row.unit, row.round), []).append(found)
    return groups


class _Merger:
    def __init__(self, store: Store) -> None:
        self._store = store
        self._surveys = {heading.id: heading.title for heading in store.surveys()}
        self._names = {unit.code: unit.name for unit in store.units()}

    def line(self, result: Result) -> MergeLine:
        """Take in one workbook, or say why not."""
        if isinstance(result, Known):
            message = f"“{shown_name(result.path)}”以前读入过，没有变化。"
            return MergeLine(_shown(result.path), Outcome.KNOWN, message, sha256=result.sha256)
        if isinstance(result, Rejection):
            return _rejected(result)
        try:
            return self._taken(result)
        except Refused as refused:
            return _rejected(Rejection(result.path, refused.reason, refused.what, result.sha256))
        except StoreError as error:
            return _rejected(Rejection(result.path, Reason.NOT_STORED, f"没有并入：{error.message}", result.sha256))

    def _taken(self, received: Received) -> MergeLine:
        parcel, store = received.parcel, self._store
        manifest = parcel.manifest
        if manifest.survey not in self._surveys:
            ours, theirs = "、".join(self._surveys), show_text(manifest.survey, line=True)[:60]
            raise Refused(Reason.OTHER_SURVEY, f"是另一次调查（{theirs}）的工作簿，本机汇总的是 {ours}")
        with store.transaction():
            for digest, text in parcel.definitions.items():
                self._learn(digest, text, manifest.survey)
            done = tuple(self._one(entry.id, entry.unit, parcel.events(entry.id)) for entry in manifest.interviews)
            line = self._told(received, manifest, done)
            report = json.dumps(asdict(line), ensure_ascii=False)
            store.record_workbook(
                received.sha256, shown_name(received.path), manifest.team, manifest.device, manifest.sha256, report
            )
        return line

    def _learn(self, digest: str, text: str, survey_id: str) -> None:
        """Keep a definition the laptop used: an earlier or later version of the workbook's survey."""
        try:
            known = self._store.survey_of(digest)
        except KeyError:
            survey = _read_definition(text)
            if survey.digest() != digest:
                raise Refused(Reason.PAYLOAD_DAMAGED, "的数据已损坏：问卷定义与它的校验值不符") from None
            known = survey.id
            if known == survey_id:
                self._store.add_definition(survey)
        if known != survey_id:
            raise Refused(Reason.PAYLOAD_DAMAGED, "的数据已损坏：混有另一次调查的问卷定义")

    def _one(self, interview: str, unit: str, events: list[Event]) -> InterviewLine:
        name = self._names.get(unit, show_text(unit, line=True))
        try:
            received = self._store.receive(interview, events)
        except (KeyError, ValueError) as error:  # a history that its own definition cannot explain
            raise Refused(Reason.PAYLOAD_DAMAGED, f"的数据已损坏：单位 {name} 的答卷与问卷不符") from error
        found = self._conflicts(interview, name) if received.conflicts and received.added else ()
        return InterviewLine(interview, unit, name, Outcome(received.outcome), received.added, found)

    def _conflicts(self, interview_id: str, name: str) -> tuple[ConflictCell, ...]:
        interview = self._store.interview(interview_id)
        return tuple(
            ConflictCell(
                interview_id, interview.unit, name, place, key[1] or key[0],
                tuple(Side(value, event.who, event.team, event.at) for event, value in sides),
            )
            for key, conflict in sorted(interview.conflicts.items())
            for place, sides in [self._described(interview.form, conflict)]
        )  # fmt: skip

    def _described(self, form: Form, conflict: Conflict) -> tuple[str, list[tuple[Event, str]]]:
        """The question in words, and every side's event with what it says in words."""
        kind, cell = conflict.key
        if kind == "stage":
            return "答卷状态", [(event, _STAGES.get(event.kind, str(event.kind))) for event in conflict.sides]
        if kind == "form":
            versions = [(event, self._store.form(event.value).survey.version) for event in conflict.sides]
            return "换用的问卷版本", [(event, str(version)) for event, version in versions]
        heading, label = place_of(form, cell)
        place = f"{heading} {label}".strip()
        if kind != Kind.ANSWERED:
            return place, [(event, _ROWS.get(event.kind) or event.value or event.note) for event in conflict.sides]
        return place, [(event, in_words(form, cell, Answer(event.value, event.status))) for event in conflict.sides]

    def _told(self, received: Received, manifest: Manifest, done: tuple[InterviewLine, ...]) -> MergeLine:
        strangers = tuple(line.unit for line in done if line.unit not in self._names)
        conflicts = sum(len(line.conflicts) for line in done)
        title = self._surveys[manifest.survey] if len(self._surveys) > 1 else ""
        message = f"“{shown_name(received.path)}”：{show_text(manifest.team_name, line=True)}{title}，"
        message += f"校验码 {manifest.check_code}，{tally(done)}"
        message += f"，有 {conflicts} 处两边答得不同，都已保留" if conflicts else ""
        message += f"，其中 {len(strangers)} 个单位不在名单内" if strangers else ""
        return MergeLine(
            _shown(received.path), overall(done), f"{message}。", None, received.sha256, manifest.team,
            show_text(manifest.device_name or manifest.device, line=True), manifest.check_code, done, strangers,
            manifest.survey,
        )  # fmt: skip


def _read_definition(text: str) -> Survey:
    try:
        survey = Survey.from_json(text)
        Form(survey)
    except (ValueError, FormErrors, RecursionError) as error:
        raise Refused(Reason.NEWER_FORMAT, "所用的问卷本机的程序读不懂，请先升级本机的程序") from error
    return survey


_STAGES = {Kind.COMPLETED: Stage.COMPLETE.label, Kind.REOPENED: "退回草稿", Kind.VOIDED: Stage.VOID.label}
_ROWS = {Kind.ROW_ADDED: "登记", Kind.ROW_REMOVED: "删去"}


def _rejected(rejection: Rejection) -> MergeLine:
    outcome = Outcome.SKIPPED if rejection.harmless else Outcome.REJECTED
    return MergeLine(_shown(rejection.path), outcome, rejection.message, rejection.reason, sha256=rejection.sha256)


def _shown(path: Path) -> str:
    return show_text(os.fsencode(path).decode("utf-8", "replace"), line=True)
