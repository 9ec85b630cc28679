"""Inbox → office store. Merging is the union of histories (of interviews and cases): order and repetition change nothing.

One workbook is one transaction: killed at any point, the store is as before or after it. Nothing in
the inbox is moved or changed. Conflicts are kept with both values and reported, never resolved here.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from contextlib import closing
from dataclasses import asdict, replace
from pathlib import Path

from exports.collecting import few_collections
from exports.corrections import offer
from exports.disputes import disputes
from exports.files import ExportError, shown_name
from exports.gate import Admission, Gate, Standing
from exports.inbox import Inbox
from exports.manifest import CaseEntry, Entry
from exports.merge_report import (
    CaseLine,
    DuplicateInterview,
    DuplicateUnit,
    InterviewLine,
    MergeLine,
    MergeReport,
    Outcome,
    overall,
    tally,
)  # fmt: skip
from exports.reading import Known, Passwords, Received, Result, no_passwords, read_workbooks
from exports.register_definitions import take_definitions
from exports.rejections import Reason, Refused, Rejection
from exports.setting_aside import set_aside
from exports.terms import is_many
from exports.worker import Task
from surveys.definition import Survey
from surveys.duplicates import counted_beside, undecided
from surveys.form import Form
from surveys.history import heads
from surveys.problems import FormErrors
from surveys.register.keeping import receive_case
from surveys.standing import Stage
from surveys.store import Received as Taken
from surveys.store import Store, StoreError
from surveys.text import show_text

Told = Callable[[MergeLine], None]


def merge(
    store: Store,
    sources: Sequence[Path],
    progress: Told | None = None,
    unverified: bool = False,
    *,
    stop: Callable[[], bool] = lambda: False,
    aside: bool = False,
    passwords: Passwords = no_passwords,
) -> MergeReport:
    """Take everything in the sources into the store.

    Args:
        store: The office's store (or a team's: the law is the same).
        sources: Folders, read with all folders in them, zips, and files.
        progress: Told each line as soon as it is certain.
        unverified: Also take what no approved laptop signed, marked for ever (`exports.gate`).
        stop: Asked before each file; True ends the merge there. Run again, it goes on from there.
        aside: Move files that will never do into a folder beside them (`exports.setting_aside`).
        passwords: What to try on encrypted workbooks, which are refused without.

    Raises:
        ExportError: The store holds no survey yet, so nothing can be compared with it.
    """
    if not store.survey_digest():
        raise ExportError("本机还没有装入问卷，不能汇总；请先用同一份问卷建立数据文件夹。")
    lines, stopped = [], False
    with Inbox(sources) as inbox, store.in_bulk(), few_collections():
        merger = _Merger(store, Gate(store, unverified), inbox)
        results = read_workbooks(
            inbox.files(), store.workbook_known, task=Task.TAKE_IN, passwords=passwords, whom=merger.gate.believed()
        )
        with closing(results):
            for result in results:
                if stopped := stop():
                    break
                line = merger.line(result)
                if aside and line.reason and not inbox.is_unpacked(result.path):
                    line = _moved(line, result.path)
                lines.append(line)
                if progress is not None:
                    progress(line)
                inbox.done(result.path)
    return MergeReport(tuple(lines), duplicates(store), merger.gate.faults(), stopped)


def _moved(line: MergeLine, path: Path) -> MergeLine:
    assert line.reason is not None
    try:
        place = set_aside(path, line.reason, line.message)
    except OSError as error:
        return replace(line, message=f"{line.message[:-1]}（也移不开：{error.strerror}）。")
    return replace(line, message=f"{line.message[:-1]}，已移到“{place.parent.name}”文件夹。") if place else line


def duplicates(store: Store) -> tuple[DuplicateUnit, ...]:
    """Units with more than one interview of one survey in a round that somebody has to decide about.

    Voided ones are left out, and those of which it was decided that all are right. Surveys that allow many interviews
    per unit have none.
    """
    names = {unit.code: unit.name for unit in store.units()}
    return tuple(
        DuplicateUnit(heading.id, heading.title, unit, names.get(unit, unit), round_, tuple(found))
        for heading in store.surveys()
        for (unit, round_), found in _by_unit(store, heading.id).items()
        if len(found) > 1
        and not is_many(store.form(heading.digest).survey)
        and undecided(ids := [one.id for one in found], counted_beside(store.conn, ids))
    )


def _by_unit(store: Store, survey_id: str) -> dict[tuple[str, str], list[DuplicateInterview]]:
    groups: dict[tuple[str, str], list[DuplicateInterview]] = {}
    for row in store.interviews(survey_id=survey_id):
        if row.stage != Stage.VOID:
            found = DuplicateInterview(row.id, row.stage, row.team, row.who, row.done, row.total)
            groups.setdefault((row.unit, row.round), []).append(found)
    return groups


class _Merger:
    def __init__(self, store: Store, gate: Gate, inbox: Inbox) -> None:
        self._store, self.gate, self._shown = store, gate, inbox.shown
        self._surveys = {heading.id: heading.title for heading in store.surveys()}
        self._names = {unit.code: unit.name for unit in store.units()}

    def line(self, result: Result) -> MergeLine:
        """Take in one workbook, or say why not."""
        if isinstance(result, Known):
            message = f"“{shown_name(result.path)}”以前读入过，没有变化。"
            return MergeLine(self._shown(result.path), Outcome.KNOWN, message, sha256=result.sha256)
        if isinstance(result, Rejection):
            return self._rejected(result)
        try:
            return self._taken(result)
        except Refused as refused:
            return self._rejected(Rejection(result.path, refused.reason, refused.what, result.sha256))
        except StoreError as error:
            return self._rejected(
                Rejection(result.path, Reason.NOT_STORED, f"没有并入：{error.message}", result.sha256)
            )

    def _rejected(self, rejection: Rejection) -> MergeLine:
        outcome = Outcome.SKIPPED if rejection.harmless else Outcome.REJECTED
        path = self._shown(rejection.path)
        return MergeLine(path, outcome, rejection.message, rejection.reason, sha256=rejection.sha256)

    def _taken(self, received: Received) -> MergeLine:
        manifest = received.parcel.manifest
        if manifest.survey not in self._surveys:
            ours, theirs = "、".join(self._surveys), show_text(manifest.survey, line=True)[:60]
            raise Refused(Reason.OTHER_SURVEY, f"是另一次调查（{theirs}）的工作簿，本机汇总的是 {ours}")
        with self._store.transaction():
            try:
                admitted = self.gate.admit(received.parcel)
            except Refused as refused:
                unwanted = refused  # raised below: what was noted of the laptop stays
            else:
                return self._stored(received, admitted)
        raise unwanted

    def _stored(self, received: Received, admitted: Admission) -> MergeLine:
        """Everything that a workbook changes; in one transaction."""
        parcel, store = received.parcel, self._store
        manifest, mark = parcel.manifest, admitted.standing.mark
        for digest, text in parcel.definitions.items():
            self._learn(digest, text, manifest.survey)
        taken = store.take_in(received.arrivals.values())
        done = tuple(self._one(received, entry, mark, taken.get(entry.id)) for entry in manifest.interviews)
        told = tuple(take_definitions(store, parcel, admitted.standing in (Standing.OWN, Standing.APPROVED)))
        cases = tuple(self._case(received, entry) for entry in manifest.cases)
        line = self._told(received, replace(admitted, remarks=(*admitted.remarks, *told)), done, cases)
        self.gate.note(parcel, admitted.standing)
        offer(store, received)
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

    def _one(self, workbook: Received, entry: Entry, mark: str, taken: Taken | None) -> InterviewLine:
        name = self._names.get(entry.unit, show_text(entry.unit, line=True))
        try:
            if taken:
                last, received = workbook.arrivals[entry.id].heads, taken
            else:
                events = workbook.parcel.events(entry.id)
                last, received = heads(events), self._store.receive(entry.id, events)
        except (KeyError, ValueError) as error:  # a history that its own definition cannot explain
            raise Refused(Reason.PAYLOAD_DAMAGED, f"的数据已损坏：单位 {name} 的答卷与问卷不符") from error
        found = disputes(self._store, entry.id, name) if received.conflicts and received.added else ()
        return InterviewLine(entry.id, entry.unit, name, Outcome(received.outcome), received.added, found, mark, last)

    def _case(self, workbook: Received, entry: CaseEntry) -> CaseLine:
        events = workbook.parcel.case(entry.id)
        received = receive_case(self._store, entry.id, events)
        return CaseLine(entry.id, Outcome(received.outcome), received.added, received.conflicts, heads(events))

    def _told(
        self,
        received: Received,
        admitted: Admission,
        done: tuple[InterviewLine, ...],
        cases: tuple[CaseLine, ...],
    ) -> MergeLine:
        manifest = received.parcel.manifest
        strangers = tuple(line.unit for line in done if line.unit not in self._names)
        conflicts = sum(len(line.conflicts) for line in done)
        title = self._surveys[manifest.survey] if len(self._surveys) > 1 else ""
        message = f"“{shown_name(received.path)}”：{show_text(manifest.team_name, line=True)}{title}，"
        message += f"校验码 {manifest.check_code}，{tally(done, cases)}"
        message += f"，有 {conflicts} 处两边答得不同，都已保留" if conflicts else ""
        message += f"，其中 {len(strangers)} 个单位不在名单内" if strangers else ""
        message += "".join(f"；{remark}" for remark in (*admitted.remarks, *received.edits.remarks))
        return MergeLine(
            self._shown(received.path), overall((*done, *cases)), f"{message}。", None, received.sha256, manifest.team,
            show_text(manifest.device_name or manifest.device, line=True), manifest.check_code, done, strangers,
            manifest.survey, admitted.standing, len(received.edits.edits) + received.edits.more, cases,
        )  # fmt: skip


def _read_definition(text: str) -> Survey:
    try:
        survey = Survey.from_json(text)
        Form(survey)
    except (ValueError, FormErrors, RecursionError) as error:
        raise Refused(Reason.NEWER_FORMAT, "所用的问卷本机的程序读不懂，请先升级本机的程序") from error
    return survey
