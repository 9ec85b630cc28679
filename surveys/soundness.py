"""Finding damage in a store file: SQLite's own check, every row's checksum, the chain of events, the witness.

SQLite alone does not notice a flipped bit in a value (66 of 228 changed data with `quick_check` ok, faults.md 3.4).
"""

from __future__ import annotations

import hashlib
import sqlite3
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import islice
from typing import Any

from surveys.seals import chained, checksum, spelled
from surveys.witness import Testimony

BROKEN = (sqlite3.DatabaseError, UnicodeDecodeError)
"""What reading a damaged file raises; the second when SQLite's own message quotes damaged text."""

CHAINED = 15
"""How many columns of an event its seal covers: all but its place in the chain, the seal and the checksum."""

_NAMES = {
    "settings": "设置", "surveys": "问卷定义", "teams": "调研组", "units": "单位", "events": "答卷记录",
    "interviews": "答卷目录", "answers": "答案", "drafts": "未保存的输入", "workbooks": "合并登记",
    "reference_lists": "清单目录", "reference_entries": "清单", "laptops": "电脑登记", "exports": "交接登记",
    "corrections": "手工改动", "receipts": "回执",
    "registers": "登记簿定义", "cases": "登记目录", "case_values": "登记内容", "candidates": "待核实的问题",
    "collected": "待核实的进度",
}  # fmt: skip


UNRECORDED = "unrecorded_commits"
"""The setting that counts the commits that wrote no event (typing not yet entered, the place, settings), so that the
loss of one is noticed too."""


@dataclass(frozen=True, slots=True)
class Damage:
    """One thing that is wrong with a store file."""

    table: str
    """Where; "" for the file as a whole."""
    key: str
    """The row's first column, as far as it can be read; "" for the table as a whole."""
    message: str
    """What is wrong, as a Chinese sentence."""


def find_damage(connection: sqlite3.Connection, testimony: Testimony | None) -> list[Damage]:
    """Everything that is wrong with a store of this program's schema. Reads every row, writes nothing.

    Args:
        connection: To the file, or to a copy of it.
        testimony: What the witness beside it says.
    """
    found, tables = [*_file(connection)], list[str]()
    try:
        tables = sealed_tables(connection)
    except BROKEN as error:
        found = found or [Damage("", "", f"文件结构已损坏（{error}）。")]
    for table in tables:
        found += _rows(connection, table)
    if tables and not found:  # the chain of a damaged file breaks at the rows that were named already
        found += [*_chain(connection), *_definitions(connection, tables), *_behind(connection, testimony)]
    return found


def _file(connection: sqlite3.Connection) -> Iterator[Damage]:
    try:
        said = [str(row[0]) for row in connection.execute("PRAGMA integrity_check(5)")]
    except BROKEN as error:
        said = [str(error)]
    if said != ["ok"]:
        yield Damage("", "", f"文件结构已损坏（{said[0]}）。")


def sealed_tables(connection: sqlite3.Connection) -> list[str]:
    """The tables whose rows carry a checksum. Raises `BROKEN` where one, or the index for searching, cannot be opened."""
    sql = """SELECT t.name FROM sqlite_master t JOIN pragma_table_info(t.name) c
             WHERE t.type = 'table' AND c.name = 'crc' ORDER BY t.rowid"""
    return [name for (name,) in connection.execute(sql).fetchall()]


def _rows(connection: sqlite3.Connection, table: str) -> Iterator[Damage]:
    name = _NAMES.get(table, table)
    try:
        for row in sound_rows(connection, table):
            if row is not None and row[-1] != checksum(row[:-1]):
                yield Damage(table, str(row[0]), f"“{name}”中的一条（{row[0]}）被改动或损坏。")
    except BROKEN as error:
        yield Damage(table, "", f"“{name}”读不出来（{error}）。")


def sound_rows(connection: sqlite3.Connection, table: str) -> Iterator[tuple[Any, ...]]:
    """All rows of a table, one in memory at a time.

    Text that is no longer UTF-8 is read with replacement characters from there on, so its checksum fails.
    """
    read = 0
    try:
        for row in connection.execute(f"SELECT * FROM {table}"):
            read += 1
            yield row
    except BROKEN as error:
        if "decode" not in str(error).lower():
            raise
        former, connection.text_factory = connection.text_factory, _replacing
        try:
            yield from islice(connection.execute(f"SELECT * FROM {table}"), read, None)
        finally:
            connection.text_factory = former


def _replacing(text: bytes) -> str:
    return text.decode(errors="replace")


def _chain(connection: sqlite3.Connection) -> Iterator[Damage]:
    """Whole rows that were taken out, put in or moved. The last of those that were written together has their seal."""
    former, together = "", list[tuple[Any, ...]]()
    for number, row in enumerate(connection.execute("SELECT * FROM events ORDER BY ord"), 1):
        place, seal = row[CHAINED], row[CHAINED + 1]
        together.append(row)
        if place == number and not seal:
            continue
        if place != number or seal != chained(former, (spelled(one[:CHAINED]) for one in together)):
            break
        former, together = seal, []
    if together:
        yield Damage(
            "events",
            str(together[0][0]),
            f"第{number - len(together) + 1}条答卷记录起，记录的先后次序对不上：有记录被删去、插入或改动。",
        )


def _definitions(connection: sqlite3.Connection, tables: Sequence[str]) -> Iterator[Damage]:
    for table in {"surveys", "registers"} & {*tables}:  # a file of an older version may have the first only
        for digest, text in connection.execute(f"SELECT digest, json FROM {table}"):
            if hashlib.sha256(text.encode()).hexdigest() != digest:
                yield Damage(table, digest, f"{_NAMES[table]} {digest[:12]} 被改动或损坏。")


def _behind(connection: sqlite3.Connection, testimony: Testimony | None) -> Iterator[Damage]:
    """The file is whole, but it is not what was saved here last."""
    if testimony is None:
        return
    device = _value(connection, "SELECT value FROM settings WHERE name = 'device_id'")
    if device != testimony.device:
        yield Damage("", "", "数据文件换成了另一份（设备编号不同），不是上次在这里使用的那一份。")
        return
    last = _value(connection, "SELECT coalesce(max(ord), 0) FROM events")
    if last < testimony.last:
        yield Damage(
            "events",
            "",
            f"上次已保存到第{testimony.last}条记录，现在只有{last}条：数据文件是较旧的一份，或少了同名的 -wal 文件。",
        )
    elif (
        testimony.last and _value(connection, "SELECT seal FROM events WHERE ord = ?", testimony.last) != testimony.seal
    ):
        yield Damage("events", "", f"第{testimony.last}条记录与上次保存的不同：数据文件换成了另一份。")
    elif (
        int(_value(connection, "SELECT coalesce(max(value), 0) FROM settings WHERE name = ?", UNRECORDED))
        < testimony.unrecorded
    ):
        yield Damage("settings", "", "最后存下的设置或还没有录完的输入不见了，答案都在：同名的 -wal 文件可能损坏了。")


def _value(connection: sqlite3.Connection, sql: str, *values: object) -> Any:
    row = connection.execute(sql, values).fetchone()
    return row[0] if row else None


def told(found: Sequence[Damage]) -> str:
    """The damage in a sentence or two, for a person who has no doctor's report at hand."""
    more = f"（共{len(found)}处）" if len(found) > 1 else ""
    return f"数据文件有损坏{more}：{found[0].message}"
