"""Putting a finished file in its place: whole or not at all."""

from __future__ import annotations

import errno
import hashlib
import os
import secrets
import shutil
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from surveys.durable import sync_file, sync_folder
from surveys.text import show_text

TEMPORARY_PREFIX = ".zoufang-"
"""How the names of half-written files begin; a killed export may leave one."""


class ExportError(Exception):
    """A file could not be written; the message is one Chinese sentence for the person."""

    def __init__(self, message: str) -> None:
        super().__init__(message)
        self.message = message


def shown_name(path: Path) -> str:
    """A file's name as it may be printed: control characters and line breaks made visible."""
    return show_text(os.fsencode(path.name).decode("utf-8", "replace"), line=True)


def replace_file(target: Path, write: Callable[[Path], None], verify: Callable[[Path], None] | None = None) -> bool:
    """Write a file beside its target, check it, then rename it: at every instant the old file or the new one.

    (Saving a workbook over an old one destroyed 13 of 40 files under kill -9, faults.md 3.3.)

    Args:
        target: Where the file is to be.
        write: Writes the whole file to the path it is given.
        verify: Reads the written file again and raises if it is not right.

    Returns:
        False if a file with the same bytes was there already and was left alone.

    Raises:
        ExportError: The disk is full, the target is open elsewhere or may not be written. The old file is untouched.
    """
    with explained(target):
        target.parent.mkdir(parents=True, exist_ok=True)
        temporary = target.parent / f"{TEMPORARY_PREFIX}{secrets.token_hex(6)}{target.suffix}"
        try:
            write(temporary)
            sync_file(temporary)
            if verify is not None:
                verify(temporary)
            if _same_bytes(temporary, target):
                return False
            temporary.replace(target)
        finally:
            temporary.unlink(missing_ok=True)
        sync_folder(target.parent)
    return True


def replace_folder(parent: Path, name: str, write: Callable[[Path], None]) -> tuple[Path, bool]:
    """Write a folder of files beside its place, then rename it.

    The end of its name is of its content, so another content never takes the place of files that are there.

    Args:
        parent: Where the folder is to be.
        name: Its name; `_` and six digits of the content are added.
        write: Writes all files into the folder it is given.

    Returns:
        The folder, and False if the same files were there already and were left alone.

    Raises:
        ExportError: The disk is full or the place may not be written. Nothing is left behind.
    """
    with explained(parent / name):
        parent.mkdir(parents=True, exist_ok=True)
        temporary = parent / f"{TEMPORARY_PREFIX}{secrets.token_hex(6)}"
        temporary.mkdir()
        try:
            write(temporary)
            files = sorted(temporary.iterdir())
            for path in files:
                sync_file(path)
            target = parent / f"{name}_{_digest(files)}"
            if not target.exists():
                sync_folder(temporary)
                temporary.replace(target)
                sync_folder(parent)
                return target, True
            changed = [path for path in files if not _same_bytes(path, target / path.name)]
            for path in changed:
                path.replace(target / path.name)
            sync_folder(target)
            return target, bool(changed)
        finally:
            shutil.rmtree(temporary, ignore_errors=True)


def _digest(files: Sequence[Path]) -> str:
    total = hashlib.sha256()
    for path in files:
        with path.open("rb") as file:
            total.update(f"{path.name}\n{hashlib.file_digest(file, 'sha256').hexdigest()}\n".encode())
    return total.hexdigest()[:6]


@contextmanager
def explained(target: Path) -> Iterator[None]:
    """Turn what the system says while `target` is made into an ExportError."""
    try:
        yield
    except OSError as error:
        raise ExportError(_sentence(error, target)) from error


def _same_bytes(one: Path, other: Path) -> bool:
    if not other.is_file() or one.stat().st_size != other.stat().st_size:
        return False
    with one.open("rb") as left, other.open("rb") as right:
        while chunk := left.read(1 << 20):
            if chunk != right.read(1 << 20):
                return False
    return True


def _sentence(error: OSError, target: Path) -> str:
    name, folder = shown_name(target), show_text(str(target.parent), line=True)
    match error.errno:
        case errno.ENOSPC | errno.EDQUOT | errno.EFBIG:
            cause = f"磁盘空间不足（{folder}），请清理磁盘或换一个文件夹后再导出"
        case errno.EACCES | errno.EPERM if target.exists():
            cause = "文件正被其他程序打开或不允许改写，请先在 WPS 等程序中关闭它，或换一个文件夹"
        case errno.EACCES | errno.EPERM | errno.EROFS:
            cause = f"文件夹“{folder}”不允许写入，请换一个文件夹"
        case errno.ENOTDIR | errno.EEXIST:
            cause = f"“{folder}”不是文件夹，请换一个文件夹"
        case _:
            cause = f"写入失败（{error.strerror or type(error).__name__}），请换一个文件夹或换一个磁盘再试"
    return f"没有写成“{name}”：{cause}。原有文件和已填答案都没有变。"
