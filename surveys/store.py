"""The store: one SQLite file that holds the event log, the frame and what is derived from them.

The same schema serves a team's laptop and the office. A transaction is durable when it returns
(WAL with synchronous=FULL), and the file has one writer (locking_mode=EXCLUSIVE).
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import astuple, dataclass
from typing import TYPE_CHECKING, Any, Literal

from surveys.answers import Answer, Status
from surveys.frame import Team, Unit
from surveys.history import Event, Kind, definition_digest, history_json
from surveys.projection import InterviewRow as InterviewRow
from surveys.projection import answer_rows, list_row
from surveys.seals import sealed_events, spelled_columns
from surveys.store_file import StoreFile
from surveys.troubles import StoreError as StoreError

if TYPE_CHECKING:
    from surveys.arriving import Arrival
    from surveys.definition import Survey
    from surveys.form import Form
    from surveys.interview import Interview

EVENT_COLUMNS = "id, interview, seq, parents, kind, cell, value, status, note, source, who, team, device, at, took"


INSERT_EVENT = f"INSERT INTO events ({EVENT_COLUMNS}, ord, seal, crc) VALUES ({', '.join('?' * 18)})"

CURRENT = "current_survey."
"""Settings of this prefix name the digest of each installed survey's current definition."""


@dataclass(frozen=True, slots=True)
class SurveyHeading:
    """An installed survey as lists show it."""

    id: str
    version: str
    title: str
    digest: str


INTERVIEW_COLUMNS = ", ".join(f"i.{name}" for name in InterviewRow._fields)


@dataclass(frozen=True, slots=True)
class Received:
    """What taking in somebody's history of one interview did."""

    outcome: Literal["new", "advanced", "known", "diverged"]
    """advanced: ours was a part of theirs; known: theirs was a part of ours; diverged: neither."""
    added: int
    conflicts: int


class Store(StoreFile):
    """Interviews, definitions and the frame in a store file. Not for use from several threads."""

    # ── definitions, frame ────────────────────────────────────────────────────────────

    def install(self, survey: Survey, units: Sequence[Unit], teams: Sequence[Team]) -> None:
        """Put the frame and a survey's current definition in; doing it again changes nothing.

        The first survey to be installed is the main one. A newer version takes the place of its survey's.
        """
        with self.transaction():
            self.set_settings(**{f"{CURRENT}{survey.id}": self.add_definition(survey)})
            if not self.setting("main_survey"):
                self.set_settings(main_survey=survey.id)
            self.put("teams", *map(astuple, teams))
            self.put("units", *((*astuple(unit), place) for place, unit in enumerate(units)))

    def add_definition(self, survey: Survey) -> str:
        """Keep a definition; every one that was ever used stays readable. Returns its digest."""
        digest = survey.digest()
        if self.conn.execute("SELECT 1 FROM surveys WHERE digest = ?", (digest,)).fetchone():
            return digest
        with self.transaction():
            self.put("surveys", (digest, survey.id, survey.version, survey.title, survey.canonical_json()))
        return digest

    def survey_digest(self, survey_id: str = "") -> str:
        """Digest of a survey's current definition (the main one's by default); "" if it is not installed."""
        return self.setting(f"{CURRENT}{survey_id or self.setting('main_survey')}")

    def survey_heading(self) -> SurveyHeading:
        """The main survey's current definition; empty before `install`."""
        return next(iter(self.surveys()), SurveyHeading("", "", "", ""))

    def surveys(self) -> list[SurveyHeading]:
        """The current definitions, the main one first, without reading them whole."""
        sql = """SELECT s.id, s.version, s.title, s.digest FROM settings n JOIN surveys s ON s.digest = n.value
                 WHERE n.name = ? || s.id ORDER BY s.id != ?, s.rowid"""
        return [SurveyHeading(*row) for row in self.conn.execute(sql, (CURRENT, self.setting("main_survey")))]

    def definitions(self) -> frozenset[str]:
        """Digests of all that are stored."""
        return frozenset(digest for (digest,) in self.conn.execute("SELECT digest FROM surveys"))

    def survey_of(self, digest: str) -> str:
        """The id of the survey a stored definition is a version of. Raises KeyError for an unknown digest."""
        row = self.conn.execute("SELECT id FROM surveys WHERE digest = ?", (digest,)).fetchone()
        if row is None:
            raise KeyError(digest)
        return str(row[0])

    def definition_json(self, digest: str) -> str:
        """A stored definition. Raises KeyError for an unknown digest."""
        row = self.conn.execute("SELECT json FROM surveys WHERE digest = ?", (digest,)).fetchone()
        if row is None:
            raise KeyError(digest)
        return str(row[0])

    def form(self, digest: str = "", language: str = "") -> Form:
        """A stored definition (the main survey's current one by default) made ready to run, once per process."""
        from surveys.form import form_from_json  # pydantic and the expression compiler: not for the home screen

        return form_from_json(self.definition_json(digest or self.survey_digest()), language)

    def units(self, team: int | None = None) -> list[Unit]:
        """The units of the frame in its order; those of one team if given."""
        sql = "SELECT code, city, county, kind, team FROM units WHERE ? IS NULL OR team = ? ORDER BY ord"
        return [Unit(*row) for row in self.conn.execute(sql, (team, team))]

    def unit(self, code: str) -> Unit | None:
        """One unit; None if the frame does not have it."""
        sql = "SELECT code, city, county, kind, team FROM units WHERE code = ?"
        row = self.conn.execute(sql, (code,)).fetchone()
        return Unit(*row) if row else None

    def teams(self) -> list[Team]:
        """The survey groups."""
        return [Team(*row) for row in self.conn.execute("SELECT number, name FROM teams ORDER BY number")]

    # ── interviews ────────────────────────────────────────────────────────────────────

    def interviews(self, team: int | None = None, survey_id: str = "") -> list[InterviewRow]:
        """All interviews, oldest id first; those of one team's units, of one survey, if given."""
        sql = f"""SELECT {INTERVIEW_COLUMNS} FROM interviews i
                 LEFT JOIN units u ON u.code = i.unit LEFT JOIN surveys s ON s.digest = i.survey
                 WHERE (? IS NULL OR u.team = ?) AND (? = '' OR s.id = ?) ORDER BY i.id"""
        values = (team, team, survey_id, survey_id)
        return [InterviewRow(*row) for row in self.conn.execute(sql, values)]

    def interview_row(self, interview_id: str) -> InterviewRow | None:
        """One interview as lists show it; None for an unknown id."""
        row = self.conn.execute(
            f"SELECT {INTERVIEW_COLUMNS} FROM interviews i WHERE id = ?", (interview_id,)
        ).fetchone()
        return InterviewRow(*row) if row else None

    def earlier(self, interview_id: str) -> InterviewRow | None:
        """The same unit's interview in the same survey's round before; None where there is none.

        Ids tell which began before: rounds are names, and a clock may have been set. A complete one is preferred to
        a later draft; void ones do not count.
        """
        sql = f"""SELECT {INTERVIEW_COLUMNS} FROM interviews i
                  JOIN interviews now ON now.id = ? JOIN surveys mine ON mine.digest = now.survey
                  JOIN surveys theirs ON theirs.digest = i.survey
                  WHERE i.unit = now.unit AND i.round != now.round AND i.id < now.id AND i.stage != 'void'
                    AND theirs.id = mine.id
                  ORDER BY i.stage = 'complete' DESC, i.id DESC LIMIT 1"""
        row = self.conn.execute(sql, (interview_id,)).fetchone()
        return InterviewRow(*row) if row else None

    def events(self, interview_id: str) -> list[Event]:
        """The history of one interview, oldest id first."""
        sql = f"SELECT {EVENT_COLUMNS} FROM events WHERE interview = ? ORDER BY id"
        return [event_from_row(row) for row in self.conn.execute(sql, (interview_id,))]

    def interview(self, interview_id: str) -> Interview:
        """One interview, replayed from its history. Raises KeyError for an unknown id."""
        from surveys.interview import Interview

        events = self.events(interview_id)
        if not events:
            raise KeyError(interview_id)
        return Interview(self.form(definition_digest(events)), events)

    def append(self, interview: Interview, events: Sequence[Event], changed: Mapping[str, Answer | None]) -> None:
        """Write new events of an interview that has already taken them, with what they changed.

        Args:
            interview: Its state after the events.
            events: The new events.
            changed: Address → effective answer, None where it is empty now.
        """
        with self.transaction():
            self.write_events(events)
            execute = self.conn.execute
            for cell, answer in changed.items():
                if answer is None:
                    execute("DELETE FROM answers WHERE interview = ? AND cell = ?", (interview.id, cell))
                else:
                    disputed = ("answered", cell) in interview.conflicts
                    self.put("answers", (interview.id, cell, answer.value, answer.status, int(disputed)))
            written = [(interview.id, event.cell) for event in events if event.kind is Kind.ANSWERED]
            self.conn.executemany("DELETE FROM drafts WHERE interview = ? AND cell = ?", written)
            self._write_row(interview)

    def rewrite(self, interview: Interview, events: Sequence[Event]) -> None:
        """Write new events of an interview, and everything derived from it anew (after a change of its form)."""
        with self.transaction():
            self.write_events(events)
            self._project(interview)

    def receive(self, interview_id: str, events: Sequence[Event]) -> Received:
        """Take in somebody's history of one interview: the union of theirs and ours.

        Raises:
            StoreError: for a forged or damaged history: an event we have with another content, events of another
                interview, no beginning, answers that its definition cannot explain. Nothing is taken in.
            KeyError: when the definition it was filled in with is not in the store.
        """
        from surveys.arriving import news, prepared, understood

        ours = {event.id: event for event in self.events(interview_id)}
        if not ours:
            arrival = prepared(self.form, interview_id, events)
            with self.transaction():
                return self.take_in([arrival])[interview_id]
        if not (new := news(ours, events)):
            row = self.interview_row(interview_id)
            return Received("known", 0, row.conflicts if row else 0)
        interview = understood(self.form, interview_id, [*ours.values(), *new])
        with self.transaction():
            self.write_events(new)
            self._project(interview)
        outcome: Literal["advanced", "diverged"] = "advanced" if ours.keys() <= {e.id for e in events} else "diverged"
        return Received(outcome, len(new), len(interview.conflicts))

    def take_in(self, arrivals: Iterable[Arrival]) -> dict[str, Received]:
        """The same as `receive`, of many histories that were made ready elsewhere: so it takes a fraction of the time.

        Call it within a transaction: one more inside would keep a second copy of every page that it changes. Left for
        `receive` are those of which there is something here already, and those of unknown definitions.

        Returns:
            Interview id → what taking it in did, of those that were taken.

        Raises:
            StoreError: as `receive`.
        """
        from surveys.arriving_rows import Intake

        here = "SELECT EXISTS (SELECT 1 FROM events WHERE interview = ?)"
        known = self.definitions()
        new = [one for one in arrivals if one.row.survey in known and not self._one(here, one.interview)]
        intake = Intake(self.conn, *self._last_event())
        for arrival in new:
            intake.copy(arrival.rows, arrival.spellings)
            self._news = (intake.number, intake.seal)
        self.put("interviews", *(arrival.row for arrival in new))
        return {arrival.interview: Received("new", len(arrival.spellings), arrival.conflicts) for arrival in new}

    def set_place(self, interview_id: str, item: str) -> None:
        """Remember the question one is at."""
        if row := self.interview_row(interview_id):
            with self.transaction():
                self.put("interviews", row._replace(place=item))

    def draft(self, interview_id: str, cell: str) -> str:
        """What was being typed there and not yet entered; "" if nothing."""
        sql = "SELECT text FROM drafts WHERE interview = ? AND cell = ?"
        row = self.conn.execute(sql, (interview_id, cell)).fetchone()
        return row[0] if row else ""

    def drafts(self, interview_id: str) -> dict[str, str]:
        """Everything of an interview that was being typed and not yet entered, by address."""
        sql = "SELECT cell, text FROM drafts WHERE interview = ?"
        return dict(self.conn.execute(sql, (interview_id,)).fetchall())

    def save_draft(self, interview_id: str, cell: str, text: str) -> None:
        """Shadow what is being typed; an empty text forgets it."""
        with self.transaction():
            if text:
                self.put("drafts", (interview_id, cell, text))
            else:
                self.conn.execute("DELETE FROM drafts WHERE interview = ? AND cell = ?", (interview_id, cell))

    def last_event(self) -> int:
        """Number of the event that was written last; 0 before the first."""
        return self._last_event()[0]

    def has_reference_lists(self) -> bool:
        """True once there are any (`surveys.references`)."""
        return bool(self._one("SELECT EXISTS (SELECT 1 FROM reference_lists)"))

    def last_at(self) -> str:
        """Time of this device's last event; "" before the first."""
        sql = "SELECT at FROM events WHERE device = ? ORDER BY seq DESC LIMIT 1"
        row = self.conn.execute(sql, (self.setting("device_id"),)).fetchone()
        return row[0] if row else ""

    def history_digest(self) -> str:
        """SHA-256 over every event: the same digest, the same histories."""
        import hashlib

        total = hashlib.sha256()
        for row in self.conn.execute(f"SELECT {EVENT_COLUMNS} FROM events ORDER BY interview, id"):
            total.update(history_json([event_from_row(row)]).encode())
        return total.hexdigest()

    # ── workbooks that were merged ────────────────────────────────────────────────────

    def workbook_known(self, sha256: str) -> bool:
        """True when this very file was merged before."""
        return bool(self._one("SELECT count(*) FROM workbooks WHERE sha256 = ?", sha256))

    def record_workbook(self, sha256: str, name: str, team: int, device: str, export_id: str, report: str) -> None:
        """Remember a merged workbook; `report` is JSON."""
        with self.transaction():
            self.put("workbooks", (sha256, name, team, device, export_id, report))

    def workbooks(self) -> list[dict[str, Any]]:
        """The merged workbooks."""
        columns = "sha256, name, team, device, export_id, report"
        return list(self.db.query(f"SELECT {columns} FROM workbooks ORDER BY rowid"))

    # ── inside ────────────────────────────────────────────────────────────────────────

    def write_events(self, events: Sequence[Event]) -> None:
        """Write events behind the last one, within a transaction that also writes what is derived from them."""
        from surveys.arriving import event_rows

        if not events:
            return
        columns = [*zip(*event_rows(events), strict=True)]
        number, former = self._last_event()
        seal, checksums = sealed_events(former, number, spelled_columns(columns))
        numbers, seals = range(number + 1, number + 1 + len(events)), [""] * (len(events) - 1) + [seal]
        self.conn.executemany(INSERT_EVENT, zip(*columns, numbers, seals, checksums, strict=True))
        self._news = (numbers[-1], seal)

    def _project(self, interview: Interview) -> None:
        """Derive an interview's answers and list row from its history anew."""
        self.conn.execute("DELETE FROM answers WHERE interview = ?", (interview.id,))
        self.put("answers", *answer_rows(interview))
        self._write_row(interview)

    def _write_row(self, interview: Interview) -> None:
        former = self.interview_row(interview.id)
        self.put("interviews", list_row(interview, former.place if former else ""))


def event_from_row(row: Sequence[Any]) -> Event:
    """The event of these columns, in the order of `EVENT_COLUMNS`."""
    ident, interview, seq, parents, kind, cell, value, status, note, source, who, team, device, at, took = row
    return Event(
        ident, tuple(json.loads(parents)), interview, seq, Kind(kind), cell, value, Status(status), note, source,
        who, team, device, at, took,
    )  # fmt: skip
