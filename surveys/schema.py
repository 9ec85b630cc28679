"""The tables of a store, as numbered migrations; `surveys.store_format` counts them. STRICT and TEXT: types come from the questionnaire, never from a guess."""

from __future__ import annotations

import uuid

from sqlite_utils import Migrations
from sqlite_utils.db import Database

from surveys.seals import chained, checksum, spelled
from surveys.store_format import APPLICATION_ID

migrations = Migrations("zoufang")


@migrations()
def m001_first_tables(db: Database) -> None:
    """The event log (the truth), the frame, and the projections that lists and statistics read."""
    for statement in """
        CREATE TABLE settings (name TEXT PRIMARY KEY, value TEXT NOT NULL) STRICT;
        CREATE TABLE surveys (
            digest TEXT PRIMARY KEY, id TEXT NOT NULL, version TEXT NOT NULL, title TEXT NOT NULL, json TEXT NOT NULL
        ) STRICT;
        CREATE TABLE teams (number INTEGER PRIMARY KEY, name TEXT NOT NULL) STRICT;
        CREATE TABLE units (
            code TEXT PRIMARY KEY, city TEXT NOT NULL, county TEXT NOT NULL, kind TEXT NOT NULL,
            team INTEGER NOT NULL, ord INTEGER NOT NULL
        ) STRICT;
        CREATE TABLE events (
            id TEXT PRIMARY KEY, interview TEXT NOT NULL, seq INTEGER NOT NULL, parents TEXT NOT NULL,
            kind TEXT NOT NULL, cell TEXT NOT NULL, value TEXT NOT NULL, status TEXT NOT NULL, note TEXT NOT NULL,
            source TEXT NOT NULL, who TEXT NOT NULL, team INTEGER NOT NULL, device TEXT NOT NULL, at TEXT NOT NULL
        ) STRICT;
        CREATE INDEX events_of_interview ON events (interview, id);
        CREATE TABLE interviews (
            id TEXT PRIMARY KEY, unit TEXT NOT NULL, round TEXT NOT NULL, survey TEXT NOT NULL, stage TEXT NOT NULL,
            done INTEGER NOT NULL, total INTEGER NOT NULL, errors INTEGER NOT NULL, conflicts INTEGER NOT NULL,
            place TEXT NOT NULL, team INTEGER NOT NULL, device TEXT NOT NULL, who TEXT NOT NULL,
            updated_at TEXT NOT NULL
        ) STRICT;
        CREATE INDEX interviews_of_unit ON interviews (unit, round);
        CREATE TABLE answers (
            interview TEXT NOT NULL, cell TEXT NOT NULL, value TEXT NOT NULL, status TEXT NOT NULL,
            conflict INTEGER NOT NULL, PRIMARY KEY (interview, cell)
        ) STRICT, WITHOUT ROWID;
        CREATE TABLE drafts (
            interview TEXT NOT NULL, cell TEXT NOT NULL, text TEXT NOT NULL, PRIMARY KEY (interview, cell)
        ) STRICT, WITHOUT ROWID;
        CREATE TABLE workbooks (
            sha256 TEXT PRIMARY KEY, name TEXT NOT NULL, team INTEGER NOT NULL, device TEXT NOT NULL,
            export_id TEXT NOT NULL, report TEXT NOT NULL
        ) STRICT
        """.split(";"):  # noqa: SIM905  the tables read best as SQL
        db.conn.execute(statement)
    db.conn.execute("INSERT INTO settings VALUES ('device_id', ?)", (uuid.uuid4().hex,))
    db.conn.execute(f"PRAGMA application_id = {APPLICATION_ID}")


@migrations()
def m002_seals(db: Database) -> None:
    """A checksum in every row, as its last column; events numbered and chained in the order they were written."""
    for column in (
        "took INTEGER NOT NULL DEFAULT 0",
        "ord INTEGER NOT NULL DEFAULT 0",
        "seal TEXT NOT NULL DEFAULT ''",
    ):
        db.conn.execute(f"ALTER TABLE events ADD COLUMN {column}")
    seal = ""
    for number, row in enumerate(db.conn.execute("SELECT * FROM events ORDER BY rowid").fetchall(), 1):
        said = row[:-2]
        seal = chained(seal, [spelled(said)])
        db.conn.execute("UPDATE events SET ord = ?, seal = ? WHERE id = ?", (number, seal, row[0]))
    db.conn.execute("CREATE UNIQUE INDEX events_in_order ON events (ord)")
    for table in ("settings", "surveys", "teams", "units", "events", "interviews", "answers", "drafts", "workbooks"):
        rows = db.conn.execute(f"SELECT * FROM {table}").fetchall()
        db.conn.execute(f"ALTER TABLE {table} ADD COLUMN crc INTEGER NOT NULL DEFAULT 0")
        for row in rows:
            marks = ", ".join("?" * (len(row) + 1))
            db.conn.execute(f"INSERT OR REPLACE INTO {table} VALUES ({marks})", (*row, checksum(row)))


@migrations()
def m003_reference_lists(db: Database) -> None:
    """Every version of the reference lists, and the index by which entries are found.

    trigram finds any three characters in a row, which Chinese without spaces needs; shorter words are looked
    for in the entries themselves (`surveys.reference_search`). The index is derived and has no checksums; with
    trusted_schema=OFF no trigger may fill it (`surveys.references`).
    """
    for statement in """
        CREATE TABLE reference_lists (
            digest TEXT PRIMARY KEY, list TEXT NOT NULL, survey TEXT NOT NULL, origin TEXT NOT NULL, who TEXT NOT NULL,
            at TEXT NOT NULL, crc INTEGER NOT NULL
        ) STRICT;
        CREATE TABLE reference_entries (
            version TEXT NOT NULL, code TEXT NOT NULL, title TEXT NOT NULL, gist TEXT NOT NULL, dimension TEXT NOT NULL,
            questions TEXT NOT NULL, answerable TEXT NOT NULL, lead TEXT NOT NULL, source TEXT NOT NULL,
            keywords TEXT NOT NULL, version_date TEXT NOT NULL, verified INTEGER NOT NULL, initials TEXT NOT NULL,
            crc INTEGER NOT NULL, PRIMARY KEY (version, code)
        ) STRICT;
        CREATE VIRTUAL TABLE reference_search USING fts5 (
            version UNINDEXED, code UNINDEXED, title, gist, dimension, lead, source, keywords, initials,
            tokenize = 'trigram'
        )
        """.split(";"):  # noqa: SIM905  the tables read best as SQL
        db.conn.execute(statement)


@migrations()
def m004_laptops_and_exports(db: Database) -> None:
    """The laptops whose workbooks an office knows, and every workbook that was written or taken in, as a chain.

    `laptops.state` is waiting, approved or withdrawn, `who` and `at` of the last decision; `key` is "" while only the
    fingerprint is known. `exports.content` tells of one's own exports whether anything changed since.
    """
    for statement in """
        CREATE TABLE laptops (
            fingerprint TEXT PRIMARY KEY, key TEXT NOT NULL, device TEXT NOT NULL, device_name TEXT NOT NULL,
            team INTEGER NOT NULL, state TEXT NOT NULL, who TEXT NOT NULL, at TEXT NOT NULL, first_seen TEXT NOT NULL,
            crc INTEGER NOT NULL
        ) STRICT;
        CREATE TABLE exports (
            digest TEXT PRIMARY KEY, survey TEXT NOT NULL, device TEXT NOT NULL, device_name TEXT NOT NULL,
            team INTEGER NOT NULL, key TEXT NOT NULL, revision INTEGER NOT NULL, made TEXT NOT NULL,
            previous TEXT NOT NULL, content TEXT NOT NULL, standing TEXT NOT NULL, crc INTEGER NOT NULL
        ) STRICT;
        CREATE INDEX exports_of_device ON exports (device, survey)
        """.split(";"):  # noqa: SIM905  the tables read best as SQL
        db.conn.execute(statement)


@migrations()
def m005_corrections(db: Database) -> None:
    """What people changed by hand in workbooks that were merged, offered until somebody decides (`exports.corrections`)."""
    for statement in """
        CREATE TABLE corrections (
            number INTEGER PRIMARY KEY, workbook TEXT NOT NULL, sheet TEXT NOT NULL, cell TEXT NOT NULL,
            interview TEXT NOT NULL, address TEXT NOT NULL, was TEXT NOT NULL, now TEXT NOT NULL,
            trusted INTEGER NOT NULL, value TEXT NOT NULL, status TEXT NOT NULL, state TEXT NOT NULL, who TEXT NOT NULL,
            at TEXT NOT NULL, reason TEXT NOT NULL, crc INTEGER NOT NULL
        ) STRICT;
        CREATE UNIQUE INDEX corrections_of_cell ON corrections (workbook, sheet, cell);
        CREATE INDEX corrections_of_state ON corrections (state)
        """.split(";"):  # noqa: SIM905  the tables read best as SQL
        db.conn.execute(statement)


@migrations()
def m006_receipts(db: Database) -> None:
    """What an office confirmed to have of this laptop's interviews, a row per interview and receipt (`surveys.receipts`)."""
    db.conn.execute("""
        CREATE TABLE receipts (
            interview TEXT NOT NULL, receipt TEXT NOT NULL, heads TEXT NOT NULL, outcome TEXT NOT NULL,
            conflicts INTEGER NOT NULL, office TEXT NOT NULL, fingerprint TEXT NOT NULL, who TEXT NOT NULL,
            at TEXT NOT NULL, crc INTEGER NOT NULL, PRIMARY KEY (interview, receipt)
        ) STRICT
        """)


@migrations()
def m008_registers(db: Database) -> None:
    """Definitions of registers, and what lists and statistics read of their cases (`surveys.register`).

    All but `registers` is derived: `cases` and `case_values` from the events of the cases, without the personal fields;
    `candidates` from the interviews, each as far as `collected` says.
    """
    for statement in """
        CREATE TABLE registers (
            digest TEXT PRIMARY KEY, id TEXT NOT NULL, version TEXT NOT NULL, title TEXT NOT NULL, json TEXT NOT NULL,
            crc INTEGER NOT NULL
        ) STRICT;
        CREATE TABLE cases (
            id TEXT PRIMARY KEY, register TEXT NOT NULL, type TEXT NOT NULL, number TEXT NOT NULL, aliases TEXT NOT NULL,
            unit TEXT NOT NULL, round TEXT NOT NULL, status TEXT NOT NULL, phase TEXT NOT NULL, settled INTEGER NOT NULL,
            title TEXT NOT NULL, category TEXT NOT NULL, topic TEXT NOT NULL, registered TEXT NOT NULL,
            answered TEXT NOT NULL, closed TEXT NOT NULL, promised TEXT NOT NULL, due TEXT NOT NULL,
            conflicts INTEGER NOT NULL, team INTEGER NOT NULL, device TEXT NOT NULL, who TEXT NOT NULL,
            updated_at TEXT NOT NULL, crc INTEGER NOT NULL
        ) STRICT;
        CREATE INDEX cases_of_number ON cases (register, number);
        CREATE INDEX cases_of_topic ON cases (topic);
        CREATE TABLE case_values (
            case_id TEXT NOT NULL, cell TEXT NOT NULL, value TEXT NOT NULL, conflict INTEGER NOT NULL,
            crc INTEGER NOT NULL, PRIMARY KEY (case_id, cell)
        ) STRICT, WITHOUT ROWID;
        CREATE INDEX case_values_of_cell ON case_values (cell, value);
        CREATE TABLE candidates (
            id TEXT PRIMARY KEY, interview TEXT NOT NULL, unit TEXT NOT NULL, round TEXT NOT NULL, item TEXT NOT NULL,
            row TEXT NOT NULL, category TEXT NOT NULL, level TEXT NOT NULL, message TEXT NOT NULL, evidence TEXT NOT NULL,
            proposal TEXT NOT NULL, holds INTEGER NOT NULL, crc INTEGER NOT NULL
        ) STRICT;
        CREATE INDEX candidates_of_interview ON candidates (interview);
        CREATE TABLE collected (interview TEXT PRIMARY KEY, events INTEGER NOT NULL, crc INTEGER NOT NULL) STRICT
        """.split(";"):  # noqa: SIM905  the tables read best as SQL
        db.conn.execute(statement)


@migrations()
def m009_events_by_interview(db: Database) -> None:
    """An event is known by its interview and its id, which is how histories are read, compared and merged.

    No index holds the ids alone: the events of all laptops lie mixed in it, so that of a thousand workbooks every row
    changes a page of its own, and merging slows down with every workbook.
    """
    for statement in """
        CREATE TABLE events_by_interview (
            id TEXT NOT NULL, interview TEXT NOT NULL, seq INTEGER NOT NULL, parents TEXT NOT NULL, kind TEXT NOT NULL,
            cell TEXT NOT NULL, value TEXT NOT NULL, status TEXT NOT NULL, note TEXT NOT NULL, source TEXT NOT NULL,
            who TEXT NOT NULL, team INTEGER NOT NULL, device TEXT NOT NULL, at TEXT NOT NULL, took INTEGER NOT NULL,
            ord INTEGER NOT NULL, seal TEXT NOT NULL, crc INTEGER NOT NULL
        ) STRICT;
        INSERT INTO events_by_interview SELECT * FROM events ORDER BY ord;
        DROP TABLE events;
        ALTER TABLE events_by_interview RENAME TO events;
        CREATE UNIQUE INDEX events_of_interview ON events (interview, id);
        CREATE UNIQUE INDEX events_in_order ON events (ord)
        """.split(";"):  # noqa: SIM905  the tables read best as SQL
        db.conn.execute(statement)


@migrations()
def m010_events_by_number(db: Database) -> None:
    """An event's number in the log is the table's own key: an index less to write with every answer."""
    for statement in """
        CREATE TABLE events_by_number (
            id TEXT NOT NULL, interview TEXT NOT NULL, seq INTEGER NOT NULL, parents TEXT NOT NULL, kind TEXT NOT NULL,
            cell TEXT NOT NULL, value TEXT NOT NULL, status TEXT NOT NULL, note TEXT NOT NULL, source TEXT NOT NULL,
            who TEXT NOT NULL, team INTEGER NOT NULL, device TEXT NOT NULL, at TEXT NOT NULL, took INTEGER NOT NULL,
            ord INTEGER PRIMARY KEY, seal TEXT NOT NULL, crc INTEGER NOT NULL
        ) STRICT;
        INSERT INTO events_by_number SELECT * FROM events ORDER BY ord;
        DROP TABLE events;
        ALTER TABLE events_by_number RENAME TO events;
        CREATE UNIQUE INDEX events_of_interview ON events (interview, id)
        """.split(";"):  # noqa: SIM905  the tables read best as SQL
        db.conn.execute(statement)
