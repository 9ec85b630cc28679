"""The store: one SQLite file that holds the event log, the frame and what is derived from them.

The same schema serves a team's laptop and the office. A transaction is durable when it returns
(WAL with synchronous=FULL), and the file has one writer (locking_mode=EXCLUSIVE).
"""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import astuple, dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

from sqlite_utils.db import Database

from surveys import schema
from surveys.answers import EMPTY, Answer, Status
from surveys.frame import Team, Unit
from surveys.history import Event, Kind, history_json
from surveys.troubles import explain

if TYPE_CHECKING:
    from surveys.definition import Survey
    from surveys.form import Form
    from surveys.interview import Interview

EVENT_COLUMNS = "id, interview, seq, parents, kind, cell, value, status, note, source, who, team, device, at"


CONTRADICTION = "这份答卷的历史与已有的记录矛盾（同一条记录内容不同），没有并入，请向该组索要原文件。"


class StoreError(Exception):
    """The store cannot do what was asked; the message is one Chinese sentence for the person."""

    def __init__(self, message: str) -> None:
        super().__init__(message)
        self.message = message


@dataclass(frozen=True, slots=True)
class InterviewRow:
    """One interview as lists show it."""

    id: str
    unit: str
    round: str
    survey: str
    """Digest of the definition it is filled in with."""
    stage: str
    done: int
    total: int
    errors: int
    conflicts: int
    place: str
    """The question one was last at."""
    team: int
    device: str
    who: str
    updated_at: str


@dataclass(frozen=True, slots=True)
class Received:
    """What taking in somebody's history of one interview did."""

    outcome: Literal["new", "advanced", "known", "diverged"]
    """advanced: ours was a part of theirs; known: theirs was a part of ours; diverged: neither."""
    added: int
    conflicts: int


class Store:
    """An open store. Not for use from several threads.

    Raises:
        StoreError: when the file is held by another window, unreadable, damaged or of a newer program.
    """

    def __init__(self, path: Path) -> None:
        self.path = path
        with self._explained():
            path.parent.mkdir(parents=True, exist_ok=True)
            # isolation_level stays the default, as sqlite-utils needs it; it opens transactions by itself.
            self.db = Database(sqlite3.connect(path, timeout=0.3), execute_plugins=False)
            try:
                self._prepare()
            except BaseException:
                self.db.conn.close()
                raise

    def __enter__(self) -> Store:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """Close the file and free its lock."""
        self.db.conn.close()

    def _prepare(self) -> None:
        wanted = {"locking_mode": "exclusive", "journal_mode": "wal", "synchronous": 2, "foreign_keys": 1}
        wanted["trusted_schema"] = 0
        self.db.conn.execute("PRAGMA locking_mode = exclusive").fetchall()
        self._refuse_strangers()  # before journal_mode, which is written into the file
        for name, value in wanted.items():
            self.db.conn.execute(f"PRAGMA {name} = {value}").fetchall()
        with self.db.atomic():  # also takes the exclusive lock
            schema.migrations.apply(self.db)
            self.db.conn.execute(f"PRAGMA user_version = {schema.VERSION}")
        for name, value in wanted.items():
            if self._pragma(name) != value:
                raise StoreError(f"数据库设置 {name} 没有生效，不能保证答案安全，请换一个数据文件夹。")
        device = self.setting("device_id")
        self._seq: int = self._one("SELECT coalesce(max(seq), 0) FROM events WHERE device = ?", device)

    def _refuse_strangers(self) -> None:
        """A file that is not ours, or of a newer program, is left exactly as it is."""
        version = self._pragma("user_version")
        if self.db.table_names() and self._pragma("application_id") != schema.APPLICATION_ID:
            raise StoreError(f"{self.path} 不是走访的数据文件，请换一个数据文件夹。")
        if version > schema.VERSION:
            raise StoreError(
                f"数据文件 {self.path} 是更新的程序建立的（结构版本 {version}，本程序 {schema.VERSION}），请升级本程序后再打开。"
            )

    def _pragma(self, name: str) -> Any:
        return self._one(f"PRAGMA {name}")

    def _one(self, sql: str, *values: object) -> Any:
        return self.db.conn.execute(sql, values).fetchone()[0]

    @contextmanager
    def _explained(self) -> Iterator[None]:
        """Turn what SQLite and the file system say into a sentence for the person."""
        try:
            yield
        except (sqlite3.Error, OSError) as error:
            raise StoreError(explain(error, self.path)) from error

    @contextmanager
    def transaction(self) -> Iterator[None]:
        """All or nothing, durable when it returns; inner ones join the outer. Raises StoreError."""
        with self._explained(), self.db.atomic():
            yield

    # ── settings, definitions, frame ──────────────────────────────────────────────────

    def setting(self, name: str, default: str = "") -> str:
        """A setting of this store."""
        row = self.db.conn.execute("SELECT value FROM settings WHERE name = ?", (name,)).fetchone()
        return row[0] if row else default

    def set_settings(self, **values: str) -> None:
        """Change settings, all or none."""
        with self.transaction():
            self.db.conn.executemany("INSERT OR REPLACE INTO settings VALUES (?, ?)", values.items())

    def next_seq(self) -> int:
        """The next number in this device's sequence; never goes back, whatever the clock does."""
        self._seq += 1
        return self._seq

    def install(self, survey: Survey, units: Sequence[Unit], teams: Sequence[Team]) -> None:
        """Put the frame and the current definition in; doing it again changes nothing."""
        with self.transaction():
            self.set_settings(survey=self.add_definition(survey))
            execute = self.db.conn.executemany
            execute("INSERT OR REPLACE INTO teams VALUES (?, ?)", [astuple(team) for team in teams])
            rows = [(*astuple(unit), place) for place, unit in enumerate(units)]
            execute("INSERT OR REPLACE INTO units VALUES (?, ?, ?, ?, ?, ?)", rows)

    def add_definition(self, survey: Survey) -> str:
        """Keep a definition; every one that was ever used stays readable. Returns its digest."""
        digest = survey.digest()
        row = (digest, survey.id, survey.version, survey.title, survey.canonical_json())
        with self.transaction():
            self.db.conn.execute("INSERT OR IGNORE INTO surveys VALUES (?, ?, ?, ?, ?)", row)
        return digest

    def survey_digest(self) -> str:
        """Digest of the current definition; "" before `install`."""
        return self.setting("survey")

    def survey_heading(self) -> dict[str, str]:
        """id, version, title and digest of the current definition, without reading it whole."""
        sql = "SELECT id, version, title, digest FROM surveys WHERE digest = ?"
        row = self.db.conn.execute(sql, (self.survey_digest(),)).fetchone()
        return dict(zip(("id", "version", "title", "digest"), row or ("",) * 4, strict=True))

    def definition_json(self, digest: str) -> str:
        """A stored definition. Raises KeyError for an unknown digest."""
        row = self.db.conn.execute("SELECT json FROM surveys WHERE digest = ?", (digest,)).fetchone()
        if row is None:
            raise KeyError(digest)
        return str(row[0])

    def form(self, digest: str = "") -> Form:
        """A stored definition (the current one by default) made ready to run; made once per process."""
        from surveys.form import form_from_json  # pydantic and the expression compiler: not for the home screen

        return form_from_json(self.definition_json(digest or self.survey_digest()))

    def units(self, team: int | None = None) -> list[Unit]:
        """The units of the frame in its order; those of one team if given."""
        sql = "SELECT code, city, county, kind, team FROM units WHERE ? IS NULL OR team = ? ORDER BY ord"
        return [Unit(*row) for row in self.db.conn.execute(sql, (team, team))]

    def teams(self) -> list[Team]:
        """The survey groups."""
        return [Team(*row) for row in self.db.conn.execute("SELECT number, name FROM teams ORDER BY number")]

    # ── interviews ────────────────────────────────────────────────────────────────────

    def interviews(self, team: int | None = None) -> list[InterviewRow]:
        """All interviews, oldest id first; those of one team's units if given."""
        sql = """SELECT i.* FROM interviews i LEFT JOIN units u ON u.code = i.unit
                 WHERE ? IS NULL OR u.team = ? ORDER BY i.id"""
        return [InterviewRow(*row) for row in self.db.conn.execute(sql, (team, team))]

    def interview_row(self, interview_id: str) -> InterviewRow | None:
        """One interview as lists show it; None for an unknown id."""
        row = self.db.conn.execute("SELECT * FROM interviews WHERE id = ?", (interview_id,)).fetchone()
        return InterviewRow(*row) if row else None

    def events(self, interview_id: str) -> list[Event]:
        """The history of one interview, oldest id first."""
        sql = f"SELECT {EVENT_COLUMNS} FROM events WHERE interview = ? ORDER BY id"
        return [_event(row) for row in self.db.conn.execute(sql, (interview_id,))]

    def interview(self, interview_id: str) -> Interview:
        """One interview, replayed from its history. Raises KeyError for an unknown id."""
        from surveys.interview import Interview

        events = self.events(interview_id)
        opened = next((event for event in events if event.kind is Kind.OPENED), None)
        if opened is None:
            raise KeyError(interview_id)
        return Interview(self.form(opened.value), events)

    def append(self, interview: Interview, events: Sequence[Event], changed: Mapping[str, Answer | None]) -> None:
        """Write new events of an interview that has already taken them, with what they changed.

        Args:
            interview: Its state after the events.
            events: The new events.
            changed: Address → effective answer, None where it is empty now.
        """
        with self.transaction():
            self._insert(events)
            execute = self.db.conn.execute
            for cell, answer in changed.items():
                if answer is None:
                    execute("DELETE FROM answers WHERE interview = ? AND cell = ?", (interview.id, cell))
                else:
                    row = (interview.id, cell, answer.value, answer.status, ("answered", cell) in interview.conflicts)
                    execute("INSERT OR REPLACE INTO answers VALUES (?, ?, ?, ?, ?)", row)
            written = [(interview.id, event.cell) for event in events if event.kind is Kind.ANSWERED]
            self.db.conn.executemany("DELETE FROM drafts WHERE interview = ? AND cell = ?", written)
            self._write_row(interview)

    def receive(self, interview_id: str, events: Sequence[Event]) -> Received:
        """Take in somebody's history of one interview: the union of theirs and ours.

        Raises:
            StoreError: for a forged or damaged history: an event we have with another content, events of another
                interview, no beginning, answers that its definition cannot explain. Nothing is taken in.
            KeyError: when the definition it was filled in with is not in the store.
        """
        from surveys.interview import Interview

        ours = {event.id: event for event in self.events(interview_id)}
        theirs = {event.id: event for event in events}
        if any(ours[ident] != theirs[ident] for ident in ours.keys() & theirs.keys()):
            raise StoreError(CONTRADICTION)
        new = [event for ident, event in theirs.items() if ident not in ours]
        if not new:
            row = self.interview_row(interview_id)
            return Received("known", 0, row.conflicts if row else 0)
        merged = list((ours | theirs).values())
        opened = [event for event in merged if event.kind is Kind.OPENED]
        if [event.id for event in opened] != [interview_id] or {event.interview for event in merged} != {interview_id}:
            raise StoreError("这份答卷的历史不完整或混入了别的答卷，没有并入，请向该组索要原文件。")
        form = self.form(opened[0].value)
        try:
            interview = Interview(form, merged)
        except (LookupError, ValueError, ArithmeticError) as error:
            message = "这份答卷的历史与它的问卷不符，读不出来，没有并入，请向该组索要原文件。"
            raise StoreError(message) from error
        with self.transaction():
            try:
                self._insert(new)
            except sqlite3.IntegrityError:
                raise StoreError(CONTRADICTION) from None
            self.db.conn.execute("DELETE FROM answers WHERE interview = ?", (interview_id,))
            answers = {c: a for item in interview.form.items for c, a in interview.effective(item.name).items()}
            disputed = {cell for kind, cell in interview.conflicts if kind == Kind.ANSWERED}
            answers |= dict.fromkeys(disputed - answers.keys(), EMPTY)  # disputed, and blank on the latest side
            rows = [(interview_id, c, a.value, a.status, c in disputed) for c, a in answers.items()]
            self.db.conn.executemany("INSERT INTO answers VALUES (?, ?, ?, ?, ?)", rows)
            self._write_row(interview)
        outcome: Literal["new", "advanced", "diverged"] = "diverged"
        if not ours:
            outcome = "new"
        elif ours.keys() <= theirs.keys():
            outcome = "advanced"
        return Received(outcome, len(new), len(interview.conflicts))

    def set_place(self, interview_id: str, item: str) -> None:
        """Remember the question one is at."""
        with self.transaction():
            self.db.conn.execute("UPDATE interviews SET place = ? WHERE id = ?", (item, interview_id))

    def draft(self, interview_id: str, cell: str) -> str:
        """What was being typed there and not yet entered; "" if nothing."""
        sql = "SELECT text FROM drafts WHERE interview = ? AND cell = ?"
        row = self.db.conn.execute(sql, (interview_id, cell)).fetchone()
        return row[0] if row else ""

    def save_draft(self, interview_id: str, cell: str, text: str) -> None:
        """Shadow what is being typed; an empty text forgets it."""
        with self.transaction():
            if text:
                row = (interview_id, cell, text)
                self.db.conn.execute("INSERT OR REPLACE INTO drafts VALUES (?, ?, ?)", row)
            else:
                self.db.conn.execute("DELETE FROM drafts WHERE interview = ? AND cell = ?", (interview_id, cell))

    def history_digest(self) -> str:
        """SHA-256 over every event: the same digest, the same histories."""
        import hashlib

        total = hashlib.sha256()
        for row in self.db.conn.execute(f"SELECT {EVENT_COLUMNS} FROM events ORDER BY id"):
            total.update(history_json([_event(row)]).encode())
        return total.hexdigest()

    # ── workbooks that were merged ────────────────────────────────────────────────────

    def workbook_known(self, sha256: str) -> bool:
        """True when this very file was merged before."""
        return bool(self._one("SELECT count(*) FROM workbooks WHERE sha256 = ?", sha256))

    def record_workbook(self, sha256: str, name: str, team: int, device: str, export_id: str, report: str) -> None:
        """Remember a merged workbook; `report` is JSON."""
        with self.transaction():
            row = (sha256, name, team, device, export_id, report)
            self.db.conn.execute("INSERT OR REPLACE INTO workbooks VALUES (?, ?, ?, ?, ?, ?)", row)

    def workbooks(self) -> list[dict[str, Any]]:
        """The merged workbooks."""
        return list(self.db["workbooks"].rows)

    # ── inside ────────────────────────────────────────────────────────────────────────

    def _insert(self, events: Sequence[Event]) -> None:
        marks = ", ".join("?" * 14)
        rows = [
            (e.id, e.interview, e.seq, json.dumps(e.parents), e.kind, e.cell, e.value, e.status, e.note, e.source,
             e.who, e.team, e.device, e.at)
            for e in events
        ]  # fmt: skip
        self.db.conn.executemany(f"INSERT INTO events ({EVENT_COLUMNS}) VALUES ({marks})", rows)

    def _write_row(self, interview: Interview) -> None:
        # In a history that is still without some of its events, others may stand before the first.
        first = next(event for event in interview.events if event.kind is Kind.OPENED)
        last = interview.events[-1]
        progress = interview.progress()
        values = (
            interview.id, interview.unit, interview.round, interview.form.digest, str(interview.stage), progress.done,
            progress.total, interview.error_count, len(interview.conflicts), first.team, first.device, last.who,
            last.at,
        )  # fmt: skip
        self.db.conn.execute(
            """INSERT INTO interviews (id, unit, round, survey, stage, done, total, errors, conflicts, place, team,
                                       device, who, updated_at)
               VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, '', ?, ?, ?, ?)
               ON CONFLICT (id) DO UPDATE SET stage = excluded.stage, done = excluded.done, total = excluded.total,
                   errors = excluded.errors, conflicts = excluded.conflicts, who = excluded.who,
                   updated_at = excluded.updated_at""",
            values,
        )


def _event(row: Sequence[Any]) -> Event:
    ident, interview, seq, parents, kind, cell, value, status, note, source, who, team, device, at = row
    return Event(
        ident, tuple(json.loads(parents)), interview, seq, Kind(kind), cell, value, Status(status), note, source,
        who, team, device, at,
    )  # fmt: skip
