"""What runs in a worker process: calamine and unpacking, under limits.

calamine may abort its whole process on a hostile file (faults.md 3.5), so only this module imports
it, and only inside `serve`.
"""

from __future__ import annotations

import contextlib
import gc
import hashlib
import io
import os
import sys
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from enum import Enum, auto
from multiprocessing.connection import Connection
from pathlib import Path
from typing import TYPE_CHECKING, Any

from exports.bare_sheets import BareSheets, bare_sheets
from exports.believing import NOBODY, Believed
from exports.collecting import COLLECT_AFTER
from exports.comparing import compared
from exports.encryption import decrypted
from exports.hand_edits import HandEdits
from exports.manifest import SHEET, ManifestError, NewerFormatError, Parcel, decode
from exports.preflight import preflight
from exports.rejections import Reason, Refused
from exports.sealing import enclosed

if TYPE_CHECKING:
    from python_calamine import CalamineWorkbook

    from exports.preparing import Preparer
    from surveys.arriving import Arrival

READY = "ready"
"""The first thing a worker says: from then on what happens to it is the file's doing."""
MAX_ROWS = 500_000
"""Rows of the hidden sheet; 10,000 interviews take about as many."""

MAX_LINES, MAX_COLUMNS = 5_000, 200
"""Of a sheet that people fill in by hand."""

Tables = dict[str, list[list[Any]]]
"""Name of a sheet → its rows, as calamine gives their cells."""


class Task(Enum):
    """What is wanted of one of our own workbooks."""

    CHECK = auto()
    """Its parcel, verified."""
    TAKE_IN = auto()
    """The same, and its interviews made ready to be stored."""
    TAKE_BELIEVED = auto()
    """The same, but only of those interviews that need not be evaluated."""
    VERIFY = auto()
    """The same as CHECK without its contents: for a program that has just written them."""
    RECOVER = auto()
    """What stands on its sheets, the parcel being lost."""


@dataclass(frozen=True)
class Reading:
    """What a worker took out of one of our own workbooks."""

    parcel: Parcel
    arrivals: Mapping[str, Arrival]
    """Interview id → the interview made ready; see `exports.preparing`."""
    edits: HandEdits
    """What was changed by hand on its sheets."""


@dataclass(frozen=True)
class Order:
    """What a worker is told to read."""

    path: Path
    sha256: str
    """What the file must still hold."""
    task: Task | Sequence[str]
    """What is wanted of one of our own workbooks, or the names of the sheets whose rows are wanted of any (none: the
    first sheet)."""
    suspects: Collection[str] | None
    """What the preflight found; None where it is made here: of encrypted workbooks, and of those that may be sealed."""
    password: str
    """Opens an encrypted workbook; "" for others."""


_OUR_SHEETS = {"封面", "答卷", "编码", "题目"}


def serve(pipe: Connection, whom: Believed) -> None:
    """Answer each Order with a Refused or with what its task asks for, until the pipe closes.

    Args:
        pipe: To who gives the orders.
        whom: Whose projections stand for their histories.
    """
    _be_quiet()
    _stand_back()
    gc.set_threshold(COLLECT_AFTER)
    with contextlib.suppress(EOFError, OSError, KeyboardInterrupt):
        pipe.send(READY)
        while True:
            order = pipe.recv()
            _limit(order.path.stat().st_size)
            pipe.send(_answer(order, whom))


def allowance(size: int) -> float:
    """CPU seconds that a workbook of `size` bytes may cost; an honest one needs about a tenth."""
    return 5 + 3 * size / (1 << 20)


def memory(size: int) -> int:
    """Bytes of address space for a workbook of `size` bytes, the interpreter's own included."""
    return (256 << 20) + 16 * size


def _answer(order: Order, whom: Believed) -> Reading | Tables | BareSheets | Refused:
    try:
        data = _content(order)
        if order.password:
            data = decrypted(data, order.password)
        if isinstance(order.task, Task) and (reading := read_sealed(data, order.task, whom)):
            return reading
        suspects = preflight(io.BytesIO(data), len(data)) if order.suspects is None else order.suspects
        if order.task is Task.RECOVER:
            return read_bare(data, suspects)
        if isinstance(order.task, Task):
            return read_parcel(data, order.task, suspects, whom)
        return read_sheets(data, order.task)
    except Refused as refused:
        return refused
    except (KeyboardInterrupt, SystemExit):
        raise
    except MemoryError:
        return Refused(Reason.HOSTILE, "要占用的内存大得不正常")
    except BaseException:  # calamine's PanicException is no Exception
        return Refused(Reason.DAMAGED, "内容损坏，读不出来")


def read_sealed(data: bytes, task: Task, whom: Believed) -> Reading | None:
    """The parcel of a workbook in which nothing was changed since somebody who is believed exported it.

    Its other parts are not even unpacked. None for any other workbook, which may be anything.
    """
    if not whom.keys or not (found := enclosed(data)):
        return None
    preparer = _preparer(task, whom)
    try:
        parcel = decode(found.rows, preparer, lambda manifest, signature: found.check(manifest, signature, whom))
    except ManifestError:
        return None
    return Reading(parcel, preparer.arrivals if preparer else {}, HandEdits())


def read_parcel(data: bytes, task: Task, suspects: Collection[str], whom: Believed = NOBODY) -> Reading:
    """The parcel of one workbook, and what people changed on its sheets. Call in a worker only.

    Raises:
        Refused: Not ours, damaged, or of a later format.
    """
    from python_calamine import CalamineWorkbook  # never outside a worker

    book = CalamineWorkbook.from_filelike(io.BytesIO(data))
    if (rows := _rows(book)) is None:
        if _OUR_SHEETS.issubset(book.sheet_names):
            raise Refused(Reason.PAYLOAD_MISSING, f"的数据页（隐藏的 {SHEET}）被删掉了")
        raise Refused(Reason.OTHER_WORKBOOK, "是 Excel 工作簿，但不是走访导出的工作簿")
    preparer = _preparer(task, whom)
    try:
        parcel = decode(rows, preparer)
        edits = compared(book, data, parcel, suspects)
        if task is Task.VERIFY:  # of thousands of interviews the contents would fill the memory of who asks
            return Reading(replace(parcel, definitions={}, histories={}, views=(), cases={}), {}, edits)
        return Reading(replace(parcel, views=()), preparer.arrivals if preparer else {}, edits)
    except NewerFormatError as error:
        raise Refused(Reason.NEWER_FORMAT, str(error)) from None
    except ManifestError as error:
        raise Refused(Reason.PAYLOAD_DAMAGED, f"的数据已损坏：{error}") from None


def read_bare(data: bytes, suspects: Collection[str]) -> BareSheets | Reading:
    """The answer sheets of a workbook whose parcel is lost, or what is in it if it is not. Call in a worker only.

    Raises:
        Refused: It is no workbook of ours, or damaged beyond that.
    """
    from python_calamine import CalamineWorkbook  # never outside a worker

    try:
        return read_parcel(data, Task.CHECK, suspects)
    except Refused as refused:
        if refused.reason not in (Reason.PAYLOAD_MISSING, Reason.PAYLOAD_DAMAGED):
            raise
    return bare_sheets(CalamineWorkbook.from_filelike(io.BytesIO(data)), data, suspects)


def _preparer(task: Task, whom: Believed) -> Preparer | None:
    if task not in (Task.TAKE_IN, Task.TAKE_BELIEVED):
        return None
    from exports.preparing import Preparer  # not for who only checks a workbook

    return Preparer(whom, evaluating=task is Task.TAKE_IN)


def read_sheets(data: bytes, sheets: Sequence[str]) -> Tables:
    """The cells of those of the sheets that are there (no names: of the first one), from the first row on.

    Call in a worker only.

    Raises:
        Refused: A sheet is far larger than a list that people keep by hand.
    """
    from python_calamine import CalamineWorkbook  # never outside a worker

    book = CalamineWorkbook.from_filelike(io.BytesIO(data))
    tables: Tables = {}
    for name in sheets or book.sheet_names[:1]:
        if name in book.sheet_names:
            sheet = book.get_sheet_by_name(name)
            row, column = sheet.end or (0, 0)
            if row >= MAX_LINES or column >= MAX_COLUMNS:
                raise Refused(Reason.HOSTILE, f"的“{name}”有 {row + 1:,} 行、{column + 1:,} 列，不正常")
            tables[name] = list(sheet.iter_rows())
    return tables


def _content(order: Order) -> bytes:
    data = order.path.read_bytes()
    if hashlib.sha256(data).hexdigest() != order.sha256:
        raise Refused(Reason.UNREADABLE, "在读取时被改写")
    return data


def _rows(book: CalamineWorkbook) -> Any | None:
    """The rows of the hidden sheet; None if there is none."""
    from python_calamine import WorksheetNotFound  # never outside a worker

    if SHEET not in book.sheet_names:
        return None
    try:
        sheet = book.get_sheet_by_name(SHEET)
    except WorksheetNotFound:
        return None
    if sheet.total_height > MAX_ROWS:
        raise Refused(Reason.HOSTILE, f"的数据页有 {sheet.total_height:,} 行，不正常")
    return sheet.iter_rows()


def _be_quiet() -> None:
    """An aborting reader writes to the terminal, which may hold a full-screen app; nobody needs its words."""
    with contextlib.suppress(OSError, ValueError):
        nowhere = os.open(os.devnull, os.O_RDWR)
        for stream in (0, 1, 2):
            os.dup2(nowhere, stream)


def _stand_back() -> None:
    """Let who stores go first, which nobody can do beside it, and who is at the screen. (Windows shares out by itself.)"""
    if sys.platform != "win32":
        os.nice(5)


def _limit(size: int) -> None:
    """Limits for one workbook of that size, where the system has them (Windows has none; there only the clock is watched)."""
    if sys.platform != "win32":
        import resource

        used = resource.getrusage(resource.RUSAGE_SELF)
        seconds = int(used.ru_utime + used.ru_stime + allowance(size)) + 1
        limits = ((resource.RLIMIT_CORE, 0), (resource.RLIMIT_AS, memory(size)), (resource.RLIMIT_CPU, seconds))
        for kind, limit in limits:
            with contextlib.suppress(OSError, ValueError):
                resource.setrlimit(kind, (limit, resource.getrlimit(kind)[1]))
