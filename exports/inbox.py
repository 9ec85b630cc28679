"""What lies in an inbox: the files of folders and zips, one after the other. Nothing there is moved or changed."""

from __future__ import annotations

import os
import shutil
import stat
from collections.abc import Iterator, Sequence
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Self

from exports.archives import count_members, is_archive, unpacked
from exports.files import TEMPORARY_PREFIX
from exports.rejections import Reason, Rejection
from exports.setting_aside import ASIDE
from surveys.text import show_text


class Inbox:
    """The files of some sources; what comes out of zips is on the disk only until it is done with.

    Args:
        sources: Folders, read with all folders in them, zips, and files. Links inside folders are not followed.
    """

    def __init__(self, sources: Sequence[Path]) -> None:
        self._sources = sources
        self._unpacked: dict[Path, Path] = {}  # a file that was unpacked → the zip it came from
        self._zips = 0

    def __enter__(self) -> Self:
        self._room = TemporaryDirectory(prefix="zoufang-", ignore_cleanup_errors=True)
        return self

    def __exit__(self, *_: object) -> None:
        self._room.cleanup()

    def __len__(self) -> int:
        """How many files there seem to be; looks at names only."""
        return sum(count_members(path) if is_zip(path) else 1 for path in files_of(self._sources))

    def files(self) -> Iterator[Path | Rejection]:
        """Every file, folders in the order of names; what cannot be taken out of a zip as a rejection."""
        for path in files_of(self._sources):
            if path.is_dir() and not path.is_symlink():
                yield Rejection(path, Reason.UNREADABLE, "是文件夹，读不出里面有什么")
                continue
            if not is_zip(path):
                yield path
                continue
            self._zips += 1
            for file in unpacked(path, Path(self._room.name) / str(self._zips)):
                place = file.path if isinstance(file, Rejection) else file
                if place != path:
                    self._unpacked[place] = path
                yield file

    def shown(self, path: Path) -> str:
        """Where a file is, as it may be printed."""
        archive = self._unpacked.get(path)
        return _printed(archive / path.name if archive else path)

    def is_unpacked(self, path: Path) -> bool:
        """True for a file that came out of a zip."""
        return path in self._unpacked

    def done(self, path: Path) -> None:
        """A file is not needed any more."""
        if self._unpacked.pop(path, None):
            shutil.rmtree(path.parent, ignore_errors=True)


def _printed(path: Path) -> str:
    return show_text(os.fsencode(path).decode("utf-8", "replace"), line=True)


def files_of(sources: Sequence[Path]) -> Iterator[Path]:
    """Every file of the sources, folders in the order of names; zips are not looked into.

    In place of the files of a folder that cannot be read (a stick was pulled out) comes the folder.
    """
    for source in sources:
        if source.is_dir():
            yield from _files_below(source)
        else:
            yield source


def _files_below(folder: Path) -> Iterator[Path]:
    try:
        with os.scandir(folder) as entries:
            found = sorted(entries, key=lambda entry: entry.name)
    except OSError:
        yield folder
        return
    for entry in found:
        if entry.is_dir(follow_symlinks=False):
            if entry.name != ASIDE:
                yield from _files_below(Path(entry.path))
        elif not entry.name.startswith(TEMPORARY_PREFIX):  # an export that is being written, or was killed
            yield Path(entry.path)


def is_zip(path: Path) -> bool:
    """Workbooks are zips too; those that are named so are not looked into here. A FIFO must not be opened."""
    try:
        plain = stat.S_ISREG(path.lstat().st_mode)
    except OSError:
        return False
    return plain and path.suffix.lower() != ".xlsx" and is_archive(path)
