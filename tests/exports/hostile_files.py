"""Files that nobody wants in the inbox, made from a good workbook: by name, with what reading may say of them."""

from __future__ import annotations

import io
import re
import struct
import zipfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass

from exports.rejections import Reason

OLE2 = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
CODES = "xl/worksheets/sheet3.xml"
"""Where 编码 is in a workbook of ours."""
_NAMESPACE = b'xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"'
_DTD = b'<!DOCTYPE l [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;&a;&a;">]>'
H, D, P = Reason.HOSTILE, Reason.DAMAGED, Reason.PAYLOAD_DAMAGED


@dataclass(frozen=True)
class Case:
    """A file.

    Attributes:
        data: Its bytes.
        reasons: How it may be refused; empty where its parcel must be read as if nothing were wrong.
        told: What must be said of its sheets then, as a pattern; "" where nothing may be said but who saved it.
    """

    data: bytes
    reasons: frozenset[Reason] = frozenset()
    told: str = ""


def cases(good: bytes) -> Iterator[tuple[str, Callable[[], Case]]]:
    """All of them; each is made when it is called for.

    Args:
        good: A workbook of ours with an interview in it.
    """
    for name, (change, *said) in {**_zips(good), **_parts(good), **_sheets(good), **_parcels(good)}.items():
        reasons = frozenset(one for one in said if isinstance(one, Reason))
        told = next((one for one in said if not isinstance(one, Reason)), "")
        yield name, lambda change=change, reasons=reasons, told=told: Case(change(), reasons, told)


def remade(good: bytes, change: Callable[[str, bytes], bytes | None] = lambda _, c: c, **extra: bytes) -> bytes:
    """The zip with its parts changed (None drops one) and parts added (`__` stands for a slash)."""
    target = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(good)) as old, zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as new:
        for name in old.namelist():
            if (content := change(name, old.read(name))) is not None:
                new.writestr(name, content)
        for name, content in extra.items():
            new.writestr(name.replace("__", "/"), content)
    return target.getvalue()


def _with(good: bytes, part: str, change: Callable[[bytes], bytes]) -> bytes:
    def one(name: str, content: bytes) -> bytes:
        if name != part:
            return content
        changed = change(content)
        assert changed != content, part
        return changed

    return remade(good, one)


def _zips(good: bytes) -> dict[str, tuple]:
    """What is wrong with the container."""
    return {
        "nothing is wrong": (lambda: good,),
        "0 bytes": (lambda: b"", Reason.EMPTY),
        "half a file": (lambda: good[: len(good) // 2], Reason.TRUNCATED),
        "without its end record": (lambda: good[:-22], Reason.TRUNCATED),
        "a flipped bit in a sheet": (lambda: _flipped(good, CODES), D),
        "old xls": (lambda: OLE2 + b"\0" * 2000 + "Workbook".encode("utf-16-le"), Reason.OLD_FORMAT),
        "WPS et": (lambda: OLE2 + b"\0" * 2000 + "ETExtData".encode("utf-16-le"), Reason.OLD_FORMAT),
        "a password": (lambda: OLE2 + b"\0" * 2000 + "EncryptedPackage".encode("utf-16-le"), Reason.ENCRYPTED, D),
        "csv": (lambda: "单位,人数\n香坊区,12\n".encode("gb18030"), Reason.OTHER_FILE),
        "macros": (lambda: remade(good, xl__vbaProject__bin=b"x", **{"xl/vbaProject.bin": b"x"}), Reason.MACROS),
        "a workbook in a zip": (lambda: _zip({"第3组.xlsx": good}), Reason.OTHER_FILE),
        "16 MB of blanks in 16 KB": (lambda: remade(good, xl__more=b" " * (16 << 20)), H),
        "shared strings of 20 MB": (lambda: remade(good, **{"xl/sharedStrings.xml": b"<si/>" * (4 << 20)}), H),
        "60,000 members": (lambda: _zip({f"xl/media/{n}.bin": b"" for n in range(60_000)}), H),
        "the same member twice": (lambda: _twice(good, CODES), H),
        "two members but for case": (lambda: remade(good, XL__WORKBOOK=b"", **{"XL/WORKBOOK.XML": b"x"}), H),
        "a way out": (lambda: remade(good, **{"xl/../../../etc/passwd": b"x"}), H),
        "a way from the root": (lambda: remade(good, **{"/etc/passwd": b"x"}), H),
        "a way out by Windows": (lambda: remade(good, **{"..\\..\\x": b"x"}), H),
        "an encrypted member": (lambda: _patched(good, b"PK\x01\x02", 8, 1), Reason.ENCRYPTED, D),
        "an unknown compression": (lambda: _patched(good, b"PK\x01\x02", 10, 99), D),
        "a size that is a lie, small": (lambda: _lying(good, 100), H, D),
        "a size that is a lie, huge": (lambda: _lying(good, 0xFFFFFFF0), H, D),
        "another name in the local header": (lambda: good.replace(b"PK\x03\x04", b"PK\x03\x05", 1), Reason.OTHER_FILE, D),
        "junk in front": (lambda: b"junk" * 100 + good, Reason.OTHER_FILE),
        "a long comment": (lambda: _commented(good),),
        "no workbook part": (lambda: remade(good, lambda n, c: None if n == "xl/workbook.xml" else c), Reason.OTHER_FILE),
        "no relations": (lambda: remade(good, lambda n, c: None if n.endswith("workbook.xml.rels") else c), D, Reason.OTHER_WORKBOOK),
        "no styles": (lambda: remade(good, lambda n, c: None if n == "xl/styles.xml" else c), "手工|^$"),
    }  # fmt: skip


def _parts(good: bytes) -> dict[str, tuple]:
    """What is wrong with the XML."""
    book = "xl/workbook.xml"
    return {
        "a billion laughs": (lambda: remade(good, **{"xl/sharedStrings.xml": _DTD + b"<sst>&b;</sst>"}), H),
        "an outside entity": (lambda: _with(good, CODES, lambda c: b'<!DOCTYPE l SYSTEM "file:///etc/passwd">' + c), H),
        "a DTD in UTF-16": (lambda: remade(good, **{"xl/more.xml": "<!DOCTYPE l>".encode("utf-16")}), H),
        "a DTD cut in two": (lambda: remade(good, **{"xl/more.xml": b" " * ((1 << 18) - 4) + b"<!DOCTYPE l>"}), H),
        "a sheet in another encoding": (lambda: _with(good, CODES, lambda c: b'<?xml version="1.0" encoding="cp037"?>' + c), D, "^$"),
        "a sheet in UTF-16": (lambda: _with(good, CODES, lambda c: c.decode().encode("utf-16")), D, "."),
        "100,000 elements deep": (lambda: _cells(good, b"<row r='9'>" + b"<c>" * 100_000 + b"</c>" * 100_000 + b"</row>"), D, H, "."),
        "an attribute of 9 MB": (lambda: _cells(good, b"<row r='9' x='" + b"y" * (9 << 20) + b"'/>"), D, H, "^$"),
        "half an element": (lambda: _with(good, CODES, lambda c: c[: len(c) // 2]), D, H, "."),
        "bytes that are no text": (lambda: _with(good, CODES, lambda c: c.replace(b">231002<", b">23\xff\xfe02<")), D, H, "."),
        "two sheets of one name": (lambda: _with(good, book, lambda c: c.replace("封面".encode(), "编码".encode())), D, "没有|认不出|手工"),
        "a sheet without its part": (lambda: remade(good, lambda n, c: None if n == CODES else c), D, H, "."),
        "the sheets exchanged": (lambda: _with(good, "xl/_rels/workbook.xml.rels", _exchanged), "认不出|少了"),
        "links to outside": (lambda: remade(good, **{"xl/externalLinks/externalLink1.xml": b'<externalLink><ddeLink ddeService="cmd"/></externalLink>'}),),
        "strings that are not there": (lambda: _cells(good, _row(9, b'<c r="A9" t="s"><v>4294967295</v></c>')), D, H, "."),
        "a lie about how many strings": (lambda: remade(good, **{"xl/sharedStrings.xml": b"<sst %b count='4294967295' uniqueCount='4294967295'><si><t>x</t></si></sst>" % _NAMESPACE}), D, H, "^$"),
    }  # fmt: skip


def _sheets(good: bytes) -> dict[str, tuple]:
    """What is wrong with, or was done to, the sheet of codes."""
    merged = b'<mergeCells count="1"><mergeCell ref="A1:XFD1048576"/></mergeCells>'
    many = (
        b"<mergeCells>" + b"".join(b'<mergeCell ref="A%d:B%d"/>' % (n, n) for n in range(9, 100_000)) + b"</mergeCells>"
    )
    return {
        "a lone cell in the last corner": (lambda: _cells(good, _row(1048576, b'<c r="XFD1048576"><v>1</v></c>')), H, D),
        "row 99,999,999": (lambda: _cells(good, _row(99999999, b'<c r="A99999999"><v>1</v></c>')), H, D),
        "a column beyond the last": (lambda: _cells(good, _row(9, b'<c r="ZZZZZZ9"><v>1</v></c>')), H, D, "."),
        "a place that is none": (lambda: _cells(good, _row(9, b'<c r="$$$"><v>1</v></c>')), H, D, "."),
        "everything merged": (lambda: _with(good, CODES, lambda c: c.replace(b"</sheetData>", b"</sheetData>" + merged)),),
        "100,000 merged cells": (lambda: _with(good, CODES, lambda c: c.replace(b"</sheetData>", b"</sheetData>" + many)),),
        "dimension A1": (lambda: _with(good, CODES, lambda c: _dimension(c, b"A1")),),
        "dimension of everything": (lambda: _with(good, CODES, lambda c: _dimension(c, b"A1:XFD1048576")),),
        "a dimension of two rows": (lambda: _with(good, CODES, lambda c: _dimension(c, b"B2:C3")),),
        "300,000 styled rows": (lambda: _cells(good, b"".join(b'<row r="%d" s="1" customFormat="1"/>' % n for n in range(9, 300_000))), H, "^$"),
        "100,100 formulas": (lambda: _cells(good, b"".join(_row(n, b'<c r="A%d"><f>1</f><v>1</v></c>' % n) for n in range(9, 100_109))), H, "不正常"),
        "a formula that fills everything": (lambda: _cells(good, _row(9, b'<c r="A9"><f t="array" ref="A1:XFD1048576">1</f></c>')), "不正常"),
        "true by formula": (lambda: _replaced(good, b'<c r="%b" t="b"><f>TRUE()</f><v>1</v></c>'), "手工改动"),
        "the right number by formula": (lambda: _replaced(good, b'<c r="%b"><f>6+6</f><v>12</v></c>'), "手工改动"),
        "an error value": (lambda: _replaced(good, b'<c r="%b" t="e"><v>#REF!</v></c>'), "手工改动"),
        "no number": (lambda: _replaced(good, b'<c r="%b"><v>NaN</v></c>'), D, "手工改动"),
        "an endless number": (lambda: _replaced(good, b'<c r="%b"><v>1e999</v></c>'), D, "手工改动"),
        "a day before all days": (lambda: _replaced(good, b'<c r="%b" t="d"><v>-99999-01-01</v></c>'), D, "手工改动"),
        "a text of 2 MB": (lambda: _replaced(good, b'<c r="%b" t="inlineStr"><is><t>' + b"x" * (2 << 20) + b"</t></is></c>"), "手工改动"),
        "an escape that says escape": (lambda: _replaced(good, b'<c r="%b" t="inlineStr"><is><t>_x001B_]52;c;x_x0007_</t></is></c>'), "手工改动"),
        "the number as a text": (lambda: _replaced(good, b'<c r="%b" t="inlineStr"><is><t> \xef\xbc\x91\xef\xbc\x92 </t></is></c>'),),
        "the row twice": (lambda: _cells(good, _row(9, b'<c r="A9" t="inlineStr"><is><t>no id of ours</t></is></c>')), "多了 1 行"),
        "no keys": (lambda: _with(good, CODES, lambda c: c.replace(b">interview<", b">x<")), "认不出"),
        "no rows": (lambda: _with(good, CODES, lambda c: re.sub(rb"<sheetData>.*</sheetData>", b"<sheetData/>", c, flags=re.S)), "认不出"),
    }  # fmt: skip


def _parcels(good: bytes) -> dict[str, tuple]:
    """What is wrong with the hidden sheet."""
    part = _part(good, b">_zoufang<", b">zoufang<")

    def hidden(old: bytes, new: bytes) -> Callable[[], bytes]:
        return lambda: _with(good, part, lambda c: c.replace(old, new))

    return {
        "no hidden sheet": (lambda: _with(good, "xl/workbook.xml", lambda c: re.sub(rb'<sheet [^>]*name="_zoufang"[^>]*/>', b"", c)), Reason.PAYLOAD_MISSING),
        "another name for it": (lambda: _with(good, "xl/workbook.xml", lambda c: c.replace(b"_zoufang", b"zoufang_")), Reason.PAYLOAD_MISSING),
        "an emptied hidden sheet": (lambda: _with(good, part, lambda c: re.sub(rb"<sheetData>.*</sheetData>", b"<sheetData/>", c, flags=re.S)), P),
        "a newer format": (hidden(b">2<", b">3<"), Reason.NEWER_FORMAT),
        "no manifest": (hidden(b">manifest<", b">manifesto<"), P),
        "no history": (hidden(b">history<", b">hystory<"), P),
        "no view": (hidden(b">view<", b">viev<"), P),
        "parts that are not there": (hidden(b">1/1<", b">1/9<"), P),
        "numbers that are none": (hidden(b">1/1<", b">1/x<"), P),
        "a history that unpacks to 40 MB": (lambda: _with(good, part, _bombed), P),
    }  # fmt: skip


def _part(good: bytes, *marks: bytes) -> str:
    """The sheet that has one of the marks in it."""
    with zipfile.ZipFile(io.BytesIO(good)) as archive:
        sheets = [name for name in archive.namelist() if "worksheets/sheet" in name]
        return next(name for name in sheets if any(mark in archive.read(name) for mark in marks))


def _zip(parts: dict[str, bytes]) -> bytes:
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in parts.items():
            archive.writestr(name, content)
    return target.getvalue()


def _flipped(good: bytes, part: str) -> bytes:
    with zipfile.ZipFile(io.BytesIO(good)) as archive:
        info = archive.getinfo(part)
    data = bytearray(good)
    data[info.header_offset + 30 + len(part) + info.compress_size // 2] ^= 0x10
    return bytes(data)


def _twice(good: bytes, part: str) -> bytes:
    target = io.BytesIO(good)
    with zipfile.ZipFile(target, "a") as archive:
        archive.writestr(part.replace("3", "#"), archive.read(part))
    return target.getvalue().replace(part.replace("3", "#").encode(), part.encode())


def _patched(good: bytes, mark: bytes, offset: int, value: int) -> bytes:
    data = bytearray(good)
    struct.pack_into("<H", data, good.index(mark) + offset, value)
    return bytes(data)


def _lying(good: bytes, size: int) -> bytes:
    data = bytearray(remade(good, **{"xl/big.bin": b"\0" * (16 << 20)}))
    struct.pack_into("<I", data, data.rfind(b"xl/big.bin") - 46 + 24, size)
    return bytes(data)


def _commented(good: bytes) -> bytes:
    target = io.BytesIO(good)
    with zipfile.ZipFile(target, "a") as archive:
        archive.comment = b"PK\x03\x04" * 16_000
    return target.getvalue()


def _exchanged(relations: bytes) -> bytes:
    return relations.replace(b"sheet2.xml", b"#").replace(b"sheet3.xml", b"sheet2.xml").replace(b"#", b"sheet3.xml")


def _row(number: int, cells: bytes) -> bytes:
    return b'<row r="%d">%b</row>' % (number, cells)


def _cells(good: bytes, rows: bytes) -> bytes:
    """With more rows under the others."""
    return _with(good, CODES, lambda content: content.replace(b"</sheetData>", rows + b"</sheetData>"))


def _dimension(content: bytes, reference: bytes) -> bytes:
    bare = re.sub(rb"<dimension[^>]*>", b"", content)
    return re.sub(rb"(<sheetViews|<sheetFormatPr|<sheetData)", rb'<dimension ref="%b"/>\1' % reference, bare, count=1)


def _replaced(good: bytes, cell: bytes) -> bytes:
    """With other XML in the place of the first number 12."""

    def change(content: bytes) -> bytes:
        found = re.search(rb'<c r="([A-Z]+\d+)"[^>]*><v>12</v></c>', content)
        assert found
        return content.replace(found[0], cell.replace(b"%b", found[1]), 1)

    return _with(good, CODES, change)


def _bombed(content: bytes) -> bytes:
    import base64
    import zlib

    bomb = base64.b64encode(zlib.compress(b" " * (40 << 20), 9))
    start = content.index(b">", content.index(b">1/1<", content.index(b">history<")) + 30)
    place = content.rindex(b"<t", 0, start)
    text = content.index(b">", place) + 1
    chunk = bomb if len(bomb) < 60_000 else bomb[:60_000]
    return content[:text] + chunk + content[content.index(b"<", text) :]
