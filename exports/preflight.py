"""A cheap look at a file before anything parses it: is it a workbook, whole, and of sane size?

Uses only zlib and byte searches, so a hostile file can cost it little: unpacked sizes are counted
while reading, never believed. What passes still goes to a worker process (`reading`).
"""

from __future__ import annotations

import zipfile
import zlib
from typing import IO

from exports.rejections import Reason, Refused
from exports.untrusted_cells import OVERLAP, is_suspect

MAX_FILE = 200 << 20
MAX_MEMBERS = 2_000
MAX_MEMBER = 200 << 20
MAX_ALL = 400 << 20
MAX_EAGER = 64 << 20
"""Parts that a reader unpacks whole as soon as it opens the workbook (shared strings, styles, the book itself)."""
MAX_RATIO = 250
"""Unpacked to packed of a large part; our own sheets reach about 40, a bomb about 1,000."""
RATIO_FROM = 8 << 20

_OLE2 = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_MAGIC: tuple[tuple[bytes, Reason, str], ...] = (
    (b"Rar!", Reason.OTHER_FILE, "是 RAR 压缩包，请先解压"),
    (b"7z\xbc\xaf\x27\x1c", Reason.OTHER_FILE, "是 7z 压缩包，请先解压"),
    (b"\x1f\x8b", Reason.OTHER_FILE, "是 gzip 压缩文件，请先解压"),
    (b"%PDF", Reason.OTHER_FILE, "是 PDF 文件"),
    (b"{\\rtf", Reason.OTHER_FILE, "是 RTF 文档"),
    (b"\x89PNG", Reason.OTHER_FILE, "是图片"),
    (b"\xff\xd8\xff", Reason.OTHER_FILE, "是图片"),
    (b"GIF8", Reason.OTHER_FILE, "是图片"),
    (b"SQLite format 3\0", Reason.OTHER_FILE, "是数据库文件，不是工作簿，请在填报的电脑上用“导出”生成工作簿"),
)
_DTD = tuple(mark.encode(code) for mark in ("<!DOCTYPE", "<!ENTITY") for code in ("utf-8", "utf-16-le", "utf-16-be"))
"""A document type declaration, in UTF-8 or UTF-16; no spreadsheet program writes one."""
_XML = (".xml", ".rels", ".vml")


def preflight(file: IO[bytes], size: int) -> frozenset[str]:
    """Look at an open file of `size` bytes.

    Returns:
        The parts that may hold formulas or error values (`exports.untrusted_cells`).

    Raises:
        Refused: With the right name for what the file is or suffers from.
    """
    if size == 0:
        raise Refused(Reason.EMPTY, "是空文件（0 字节），多半没有传完")
    if size > MAX_FILE:
        raise Refused(Reason.TOO_LARGE, f"有 {size >> 20} MB，超过 {MAX_FILE >> 20} MB 的上限")
    file.seek(0)
    start = file.read(4096)
    if start.startswith(b"PK"):
        return _zip(file)
    if start.startswith(_OLE2):
        file.seek(0)
        raise _ole2(file.read(8 << 20))
    raise _other(start)


LOCKED = "设了打开密码"


class Locked(Refused):
    """An encrypted workbook, which its password opens."""


def _ole2(data: bytes) -> Refused:
    if "EncryptedPackage".encode("utf-16-le") in data:
        return Locked(Reason.ENCRYPTED, LOCKED)
    if "WordDocument".encode("utf-16-le") in data:
        return Refused(Reason.OTHER_FILE, "是 Word 文档（.doc）")
    if "PowerPoint Document".encode("utf-16-le") in data:
        return Refused(Reason.OTHER_FILE, "是演示文稿（.ppt）")
    return Refused(Reason.OLD_FORMAT, "是旧版 Excel（.xls）或 WPS 表格（.et）文件，只是名字可能写成了 .xlsx")


def _other(start: bytes) -> Refused:
    for magic, reason, what in _MAGIC:
        if start.startswith(magic):
            return Refused(reason, what)
    if not start.strip(b"\0"):
        return Refused(Reason.DAMAGED, "内容全是空字节，多半没有传完")
    head = start.lstrip(b"\xef\xbb\xbf \t\r\n").lower()
    if b"urn:schemas-microsoft-com:office:spreadsheet" in head:
        return Refused(Reason.OLD_FORMAT, "是 XML 表格（Excel 2003）")
    if head.startswith((b"<!doctype html", b"<html")) or b"<html" in head or b"<table" in head:
        return Refused(Reason.OTHER_FILE, "是网页（HTML），只是名字可能写成了 .xlsx")
    if head.startswith(b"<?xml"):
        return Refused(Reason.OTHER_FILE, "是 XML 文件")
    for encoding in ("utf-8", "gb18030"):
        try:
            text = start[:-4].decode(encoding) if len(start) == 4096 else start.decode(encoding)
        except UnicodeDecodeError:
            continue
        if "\0" not in text:
            table = any(mark in text.split("\n")[0] for mark in (",", "\t", ";"))
            return Refused(Reason.OTHER_FILE, "是文本表格（CSV），不是工作簿" if table else "是文本文件，不是工作簿")
    return Refused(Reason.OTHER_FILE, "不是 Excel 工作簿")


def _zip(file: IO[bytes]) -> frozenset[str]:
    try:
        with zipfile.ZipFile(file) as archive:
            members = archive.infolist()
            _check_names(members)
            total, suspects = 0, set()
            for member in members:
                size, suspect = _check_member(archive, member, MAX_ALL - total)
                total += size
                suspects |= {member.filename} if suspect else set()
            return frozenset(suspects)
    except Refused:
        raise
    except (zipfile.BadZipFile, zlib.error, EOFError, ValueError, NotImplementedError, RuntimeError, OSError) as error:
        if _has_directory(file):
            raise Refused(Reason.DAMAGED, "内容损坏（压缩包校验不符）") from error
        raise Refused(Reason.TRUNCATED, "传输不完整（文件缺了后半部分）") from error


def _has_directory(file: IO[bytes]) -> bool:
    """True when the zip's end record is there, so that nothing was cut off."""
    file.seek(0, 2)
    file.seek(max(0, file.tell() - 66_000))
    return b"PK\x05\x06" in file.read()


def _check_names(members: list[zipfile.ZipInfo]) -> None:
    names = [member.filename for member in members]
    if len(members) > MAX_MEMBERS:
        raise Refused(Reason.HOSTILE, f"里面有 {len(members):,} 个部件，不是正常的工作簿")
    if len({name.lower() for name in names}) != len(names):
        raise Refused(Reason.HOSTILE, "里面有重名的部件，不是正常的工作簿")
    for name in names:
        check_path(name, "工作簿")
    if any(member.flag_bits & 1 for member in members):
        raise Refused(Reason.ENCRYPTED, "是加了密码的压缩包")
    known = set(names)
    if any(name.lower().endswith("vbaproject.bin") for name in names):
        raise Refused(Reason.MACROS, "是带宏的工作簿")
    if "xl/workbook.xml" not in known or "[Content_Types].xml" not in known:
        raise Refused(*_what_zip(known))


def check_path(name: str, kind: str) -> None:
    """Raises Refused for the name of a part that leads out of the folder it is unpacked into."""
    if ".." in name.split("/") or name.startswith("/") or "\\" in name or "\0" in name:
        raise Refused(Reason.HOSTILE, f"里面有越出文件夹的路径，不是正常的{kind}")


def _what_zip(names: set[str]) -> tuple[Reason, str]:
    if "xl/workbook.bin" in names:
        return Reason.OLD_FORMAT, "是二进制工作簿（.xlsb）"
    if "word/document.xml" in names:
        return Reason.OTHER_FILE, "是 Word 文档（.docx）"
    if "ppt/presentation.xml" in names:
        return Reason.OTHER_FILE, "是演示文稿（.pptx）"
    if "content.xml" in names and "mimetype" in names:
        return Reason.OLD_FORMAT, "是 OpenDocument 文件（.ods）"
    return Reason.OTHER_FILE, "是压缩包，不是工作簿，请先解压" if names else "是空的压缩包"


def _check_member(archive: zipfile.ZipFile, member: zipfile.ZipInfo, room: int) -> tuple[int, bool]:
    """Unpack one part to the end, keeping nothing: its CRC (checked by zipfile), no DTD.

    Returns its size, and whether a sheet in it may hold formulas.
    """
    name = member.filename.lower()
    eager = name.endswith(("sharedstrings.xml", "styles.xml", "workbook.xml", ".rels", "[content_types].xml"))
    limit = min(MAX_EAGER if eager else MAX_MEMBER, room)
    look, suspect = name.endswith(_XML), False
    if is_bomb(member.file_size, limit, member.compress_size):  # what it admits to; below it is counted
        raise Refused(Reason.HOSTILE, _BOMB)
    size, tail = 0, b""
    with archive.open(member) as part:
        while chunk := part.read(1 << 18):
            size += len(chunk)
            if is_bomb(size, limit, member.compress_size):
                raise Refused(Reason.HOSTILE, _BOMB)
            if look:
                piece = tail + chunk
                if any(mark in piece for mark in _DTD):
                    raise Refused(Reason.HOSTILE, "里面有文档类型声明（DTD），不是正常的工作簿")
                suspect = suspect or is_suspect(piece, start=not tail)
                tail = chunk[-OVERLAP:]
    return size, suspect


_BOMB = "解开后大得不正常（压缩炸弹）"


def is_bomb(size: int, limit: int, packed: int) -> bool:
    """Whether `packed` bytes have unpacked to more than is sane; to be asked again and again while unpacking."""
    return size > limit or (size > RATIO_FROM and size > MAX_RATIO * max(packed, 1))
