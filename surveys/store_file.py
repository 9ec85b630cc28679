"""The SQLite file of a store: opening it safely, its transactions, its settings."""

from __future__ import annotations

import datetime as dt
import os
import sqlite3
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from functools import cached_property
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Any, Self

from surveys.copies import copy_store
from surveys.durable import make_folder
from surveys.first_look import keep_before_migration, look_first, refuse_if_known
from surveys.held import is_held
from surveys.seals import sealed_rows
from surveys.soundness import UNRECORDED
from surveys.store_format import APPLICATION_ID, VERSION
from surveys.troubles import READ_ONLY, HeldError, StoreError, explain
from surveys.witness import Testimony, Witness, read_witness

if TYPE_CHECKING:
    from sqlite_utils.db import Database


class StoreFile:
    """An open file with our schema. Not for use from several threads.

    Args:
        path: The file; made if it is not there.
        read_only: True opens a private copy instead: nothing is written, and nobody is in the way of anybody.
            Also opens a file of a newer program, as far as it can be read.
        trusting: True leaves out the search for damage.

    Raises:
        StoreError: when the file is held by another window, unreadable, damaged or of a newer program.
        HeldError: of these, when it is held.
        DamagedError: of these, when the content is not what was saved.
    """

    def __init__(self, path: Path, *, read_only: bool = False, trusting: bool = False) -> None:
        self.path, self.read_only = path, read_only
        self._private: TemporaryDirectory[str] | None = None
        self._witness: Witness | None = None
        self._holder: tuple[str, str] | None = None  # device and member, read again after settings were changed
        self._news: tuple[int, str] | None = (
            None  # number and seal of the last event, when the witness must learn of it
        )
        with self._explained():
            if not read_only and is_held(path):
                raise HeldError(path)
            if not trusting:
                look_first(path)
            make_folder(path.parent)
            # isolation_level stays the default, as sqlite-utils needs it; it opens transactions by itself.
            opened = self._private_copy() if read_only else path
            self.conn = sqlite3.connect(opened, timeout=0.3)
            try:
                self._prepare()
            except BaseException:
                self.close()
                raise

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """Close the file and free its lock."""
        self.conn.close()
        if self._witness:
            self._witness.close()
        if self._private:
            self._private.cleanup()

    @cached_property
    def db(self) -> Database:
        """The same connection with what sqlite-utils can do; not needed before something is written."""
        from sqlite_utils.db import Database

        return Database(self.conn, execute_plugins=False)

    def _private_copy(self) -> Path:
        self._private = TemporaryDirectory(prefix="zoufang-")
        return copy_store(self.path, Path(self._private.name))

    def _prepare(self) -> None:
        wanted = {"locking_mode": "exclusive", "journal_mode": "wal", "synchronous": 2, "foreign_keys": 1}
        wanted["trusted_schema"] = 0
        self.conn.execute("PRAGMA locking_mode = exclusive").fetchall()
        version = self._refuse_strangers()  # before journal_mode, which is written into the file
        for name, value in wanted.items():
            self.conn.execute(f"PRAGMA {name} = {value}").fetchall()
        if version < VERSION:
            self._migrate(version)
        for name, value in wanted.items():
            if self._pragma(name) != value:
                raise StoreError(f"数据库设置 {name} 没有生效，不能保证答案安全，请换一个数据文件夹。")
        self._file = self.path.stat()
        self._unrecorded = int(self.setting(UNRECORDED, "0"))
        self._seq: int = self._one(
            "SELECT coalesce(max(seq), 0) FROM events WHERE device = ?", self.setting("device_id")
        )
        if self.read_only:
            self.conn.execute("PRAGMA query_only = 1").fetchall()
        else:
            self._witness = Witness(self.path)
            self._testify(*self._last_event())

    def _migrate(self, version: int) -> None:
        """Bring the file from an older version, of which a copy is kept, to this one; all or nothing."""
        if version and not self.read_only:
            keep_before_migration(self.conn, self.path.parent, version)
        from surveys import schema

        with self.db.atomic():  # also takes the exclusive lock
            schema.migrations.apply(self.db)
            self.conn.execute(f"PRAGMA user_version = {VERSION}")

    def _refuse_strangers(self) -> int:
        """A file that is not ours is left exactly as it is; a newer program's is only read. The schema's version."""
        version = int(self._pragma("user_version"))
        if self._one("SELECT count(*) FROM sqlite_master") and self._pragma("application_id") != APPLICATION_ID:
            refuse_if_known(read_witness(self.path), "已经不像走访的数据文件")
            raise StoreError(f"{self.path} 不是走访的数据文件，请换一个数据文件夹。")
        if version > VERSION and not self.read_only:
            raise StoreError(
                f"数据文件 {self.path} 是更新的程序建立的（结构版本 {version}，本程序 {VERSION}），请升级本程序后再打开。",
                readable=True,
            )
        return version

    def _pragma(self, name: str) -> Any:
        return self._one(f"PRAGMA {name}")

    def _one(self, sql: str, *values: object) -> Any:
        return self.conn.execute(sql, values).fetchone()[0]

    @contextmanager
    def _explained(self) -> Iterator[None]:
        """Turn what SQLite and the file system say into a sentence for the person."""
        try:
            yield
        except (sqlite3.Error, UnicodeDecodeError, OSError) as error:
            raise explain(error, self.path) from error

    @contextmanager
    def transaction(self) -> Iterator[None]:
        """All or nothing, durable when it returns; inner ones join the outer. Raises StoreError."""
        if self.read_only:
            raise StoreError(READ_ONLY)
        inner = self.conn.in_transaction
        with self._explained():
            try:
                with self.db.atomic():
                    yield
                    if not inner:
                        if not self._news:
                            self.put("settings", (UNRECORDED, str(self._unrecorded + 1)))
                        self._refuse_if_moved()
                if not inner:
                    self._unrecorded += not self._news
                    self._testify(*(self._news or self._last_event()))
            except BaseException:
                if not inner and self.conn.in_transaction:  # a commit that failed leaves it open
                    with suppress(sqlite3.Error):
                        self.conn.rollback()
                raise
            finally:
                self._news = self._news if inner else None

    @contextmanager
    def in_bulk(self) -> Iterator[None]:
        """Many large transactions follow, as in a merge: more memory for pages, and the log is played in less often.

        Each is as durable as ever.
        """
        wanted = {"cache_size": -32_768, "wal_autocheckpoint": 8_000}  # 32 MiB each
        former = {name: self._pragma(name) for name in wanted}
        try:
            for name, value in wanted.items():
                self.conn.execute(f"PRAGMA {name} = {value}").fetchall()
            yield
        finally:
            for name, value in former.items():
                self.conn.execute(f"PRAGMA {name} = {value}").fetchall()

    def _refuse_if_moved(self) -> None:
        """Nobody would find what is written to a file that was deleted, renamed, or is on a stick that was pulled out."""
        try:
            same = os.path.samestat(self.path.stat(), self._file)
        except FileNotFoundError:
            same = False
        if not same:
            raise StoreError(
                f"数据文件 {self.path} 已被移走或删除，刚才这一步没有保存；请把数据文件夹放回原处再试，或退出后重新打开。"
            )

    def _testify(self, last: int, seal: str) -> None:
        """Let the witness know what is committed now, and who has the file open."""
        assert self._witness is not None
        now = self._witness.testimony
        since = now.since if now else dt.datetime.now(dt.UTC).isoformat(timespec="seconds")
        with suppress(sqlite3.Error):  # what was committed stays committed
            self._holder = self._holder or (self.setting("device_id"), self.setting("member")[:40])
            device, who = self._holder
            self._witness.say(Testimony(device, last, seal, who, since, os.getpid(), self._unrecorded))

    def _last_event(self) -> tuple[int, str]:
        """Number and seal of the event that was written last."""
        row = self.conn.execute("SELECT ord, seal FROM events ORDER BY ord DESC LIMIT 1").fetchone()
        return row or (0, "")

    def put(self, table: str, *rows: Sequence[object]) -> None:
        """Insert rows, or replace those with the same key, each with its checksum."""
        if rows:
            marks = ", ".join("?" * (len(rows[0]) + 1))
            self.conn.executemany(f"INSERT OR REPLACE INTO {table} VALUES ({marks})", sealed_rows(rows))

    def setting(self, name: str, default: str = "") -> str:
        """A setting of this store."""
        row = self.conn.execute("SELECT value FROM settings WHERE name = ?", (name,)).fetchone()
        return row[0] if row else default

    def set_settings(self, **values: str) -> None:
        """Change settings, all or none."""
        with self.transaction():
            self.put("settings", *values.items())
            self._holder = None

    def next_seq(self) -> int:
        """The next number in this device's sequence; never goes back, whatever the clock does."""
        self._seq += 1
        return self._seq
