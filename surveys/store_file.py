"""The SQLite file of a store: opening it safely, its transactions, its settings."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Self

from sqlite_utils.db import Database

from surveys import schema
from surveys.troubles import explain


class StoreError(Exception):
    """The store cannot do what was asked; the message is one Chinese sentence for the person."""

    def __init__(self, message: str) -> None:
        super().__init__(message)
        self.message = message


class StoreFile:
    """An open file with our schema. Not for use from several threads.

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

    def __enter__(self) -> Self:
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
