"""Zips of workbooks, as people send them: unpacked one workbook at a time, with the care a workbook itself gets.

Names in a zip are only shown, never used as paths, and sizes are counted while unpacking, never believed.
"""

from __future__ import annotations

import re
import stat
import zipfile
import zlib
from collections.abc import Iterator
from pathlib import Path, PurePosixPath

from exports.preflight import MAX_FILE, check_path, is_bomb
from exports.rejections import Reason, Refused, Rejection

MAX_MEMBERS = 20_000
_BROKEN = (zipfile.BadZipFile, zlib.error, EOFError, ValueError, NotImplementedError, RuntimeError)
_UTF8 = 0x800
"""The flag of a member whose name is UTF-8; without it Chinese Windows wrote GBK."""


def is_archive(path: Path) -> bool:
    """True for a whole zip that is no document of an office program. The path is a plain file."""
    try:
        with path.open("rb") as file:
            if file.read(2) != b"PK":
                return False
            with zipfile.ZipFile(file) as archive:
                names = {*archive.namelist()}
    except (OSError, *_BROKEN):
        return False
    return bool(names) and not names & {"[Content_Types].xml", "mimetype"}


def count_members(path: Path) -> int:
    """How many files an archive says it has."""
    with zipfile.ZipFile(path) as archive:
        return sum(not member.is_dir() for member in archive.infolist())


def unpacked(path: Path, folder: Path) -> Iterator[Path | Rejection]:
    """Unpack an archive into a folder, a file at a time: the next one when it is asked for.

    What cannot be unpacked comes as a rejection: of a single member, or of the archive, which then ends there.
    """
    try:
        with zipfile.ZipFile(path) as archive:
            members = archive.infolist()
            _check(members)
            for number, member in enumerate(members):
                if not member.is_dir() and "__MACOSX" not in member.filename.split("/"):
                    yield _unpacked(archive, member, folder / str(number))
    except Refused as refused:
        yield Rejection(path, refused.reason, refused.what)
    except OSError as error:
        yield Rejection(path, Reason.UNREADABLE, f"解不开（{error.strerror or type(error).__name__}）")
    except _BROKEN:
        yield Rejection(path, Reason.DAMAGED, "里面有一部分损坏，后面的解不开")


def _check(members: list[zipfile.ZipInfo]) -> None:
    if len(members) > MAX_MEMBERS:
        raise Refused(Reason.HOSTILE, f"里面有 {len(members):,} 个文件，超过 {MAX_MEMBERS:,} 个的上限")
    if any(member.flag_bits & 1 for member in members):
        raise Refused(Reason.ENCRYPTED, "是加了密码的压缩包，请先解压")
    for member in members:
        check_path(member.filename.replace("\\", "/"), "压缩包")


def _unpacked(archive: zipfile.ZipFile, member: zipfile.ZipInfo, folder: Path) -> Path | Rejection:
    """One member, in a folder of its own, so that its name does not meet another's. Raises Refused for a bomb."""
    target = folder / _name(member)
    if stat.S_ISLNK(member.external_attr >> 16):
        return Rejection(target, Reason.NOT_A_FILE, "是链接，不是文件")
    folder.mkdir(parents=True)
    size = 0
    with archive.open(member) as packed, target.open("wb") as file:
        while chunk := packed.read(1 << 18):
            size += len(chunk)
            if is_bomb(size, MAX_FILE, member.compress_size):
                # Not only this one: a zip can name the same packed bytes a thousand times.
                raise Refused(Reason.HOSTILE, f"里面的“{target.name}”解开后大得不正常（压缩炸弹），后面的没有再解")
            file.write(chunk)
    if is_archive(target):
        return Rejection(target, Reason.OTHER_FILE, "是压缩包里的压缩包，请先解压外面一层")
    return target


def _name(member: zipfile.ZipInfo) -> str:
    """What a member is called, safe as a file's name."""
    name = member.filename
    if not member.flag_bits & _UTF8:
        try:
            name = name.encode("cp437").decode("gb18030")
        except UnicodeError:
            name = member.filename
    path = PurePosixPath(name.replace("\\", "/"))
    stem, ending = (re.sub(r'[\\/:*?"<>|\x00-\x1f\x7f]', "_", part) for part in (path.stem, path.suffix))
    return f"{stem[:60]}{ending[:10]}" or "_"
