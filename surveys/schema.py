"""The tables of a store, as numbered migrations. STRICT and TEXT: types come from the questionnaire, never from a guess."""

from __future__ import annotations

import uuid

from sqlite_utils import Migrations
from sqlite_utils.db import Database

from surveys.seals import chained, checksum

APPLICATION_ID = 0x7A6F7566
"""`zouf`: tells our files from other SQLite databases."""

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
        seal = chained(seal, said)
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


VERSION = 3
"""How many migrations there are; kept as the file's `user_version`, so that an older program knows a newer file."""
