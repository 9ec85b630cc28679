"""What runs in a worker process: calamine and unpacking, under limits.

calamine may abort its whole process on a hostile file (faults.md 3.5), so only this module imports
it, and only inside `serve`.
"""

from __future__ import annotations

import contextlib
import hashlib
import io
import os
import sys
from collections.abc import Sequence
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Any

from exports.manifest import SHEET, ManifestError, NewerFormatError, Parcel, decode
from exports.rejections import Reason, Refused

READY = "ready"
"""The first thing a worker says: from then on what happens to it is the file's doing."""
MAX_ROWS = 500_000
"""Rows of the hidden sheet; 10,000 interviews take about as many."""

MAX_LINES, MAX_COLUMNS = 5_000, 200
"""Of a sheet that people fill in by hand."""

Tables = dict[str, list[list[Any]]]
"""Name of a sheet → its rows, as calamine gives their cells."""

_OUR_SHEETS = {"封面", "答卷", "编码", "题目"}


def serve(pipe: Connection) -> None:
    """Answer `(path, sha256, sheets)` with a Parcel, the rows of those sheets if any are named, or a Refused.

    Goes on until the pipe closes.
    """
    _be_quiet()
    with contextlib.suppress(EOFError, OSError, KeyboardInterrupt):
        pipe.send(READY)
        while True:
            path, expected, sheets = pipe.recv()
            _limit(Path(path).stat().st_size)
            pipe.send(_answer(Path(path), expected, sheets))


def allowance(size: int) -> float:
    """CPU seconds that a workbook of `size` bytes may cost; an honest one needs about a tenth."""
    return 5 + 3 * size / (1 << 20)


def memory(size: int) -> int:
    """Bytes of address space for a workbook of `size` bytes, the interpreter's own included."""
    return (256 << 20) + 16 * size


def _answer(path: Path, expected: str, sheets: Sequence[str]) -> Parcel | Tables | Refused:
    try:
        return read_sheets(path, expected, sheets) if sheets else read_parcel(path, expected)
    except Refused as refused:
        return refused
    except (KeyboardInterrupt, SystemExit):
        raise
    except MemoryError:
        return Refused(Reason.HOSTILE, "要占用的内存大得不正常")
    except BaseException:  # calamine's PanicException is no Exception
        return Refused(Reason.DAMAGED, "内容损坏，读不出来")


def read_parcel(path: Path, expected: str) -> Parcel:
    """The parcel of one workbook. Call in a worker only.

    Raises:
        Refused: Not ours, damaged, or of a later format.
    """
    rows, names = _rows(_content(path, expected))
    if rows is None:
        if names >= _OUR_SHEETS:
            raise Refused(Reason.PAYLOAD_MISSING, f"的数据页（隐藏的 {SHEET}）被删掉了")
        raise Refused(Reason.OTHER_WORKBOOK, "是 Excel 工作簿，但不是走访导出的工作簿")
    try:
        return decode(rows)
    except NewerFormatError as error:
        raise Refused(Reason.NEWER_FORMAT, str(error)) from None
    except ManifestError as error:
        raise Refused(Reason.PAYLOAD_DAMAGED, f"的数据已损坏：{error}") from None


def read_sheets(path: Path, expected: str, sheets: Sequence[str]) -> Tables:
    """The cells of those of the sheets that are there, from the first row on. Call in a worker only.

    Raises:
        Refused: A sheet is far larger than a list that people keep by hand.
    """
    from python_calamine import CalamineWorkbook  # never outside a worker

    book = CalamineWorkbook.from_filelike(io.BytesIO(_content(path, expected)))
    tables: Tables = {}
    for name in sheets:
        if name in book.sheet_names:
            sheet = book.get_sheet_by_name(name)
            row, column = sheet.end or (0, 0)
            if row >= MAX_LINES or column >= MAX_COLUMNS:
                raise Refused(Reason.HOSTILE, f"的“{name}”有 {row + 1:,} 行、{column + 1:,} 列，不正常")
            tables[name] = list(sheet.iter_rows())
    return tables


def _content(path: Path, expected: str) -> bytes:
    data = path.read_bytes()
    if hashlib.sha256(data).hexdigest() != expected:
        raise Refused(Reason.UNREADABLE, "在读取时被改写")
    return data


def _rows(data: bytes) -> tuple[Any | None, set[str]]:
    from python_calamine import CalamineWorkbook, WorksheetNotFound  # never outside a worker

    book = CalamineWorkbook.from_filelike(io.BytesIO(data))
    names = set(book.sheet_names)
    if SHEET not in names:
        return None, names
    try:
        sheet = book.get_sheet_by_name(SHEET)
    except WorksheetNotFound:
        return None, names
    if sheet.total_height > MAX_ROWS:
        raise Refused(Reason.HOSTILE, f"的数据页有 {sheet.total_height:,} 行，不正常")
    return sheet.iter_rows(), names


def _be_quiet() -> None:
    """An aborting reader writes to the terminal, which may hold a full-screen app; nobody needs its words."""
    with contextlib.suppress(OSError, ValueError):
        nowhere = os.open(os.devnull, os.O_RDWR)
        for stream in (0, 1, 2):
            os.dup2(nowhere, stream)


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
