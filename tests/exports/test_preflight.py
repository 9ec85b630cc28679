"""What a file is, told before anything parses it, by its right name."""

import io
import random
import re
import time
import zipfile

import pytest

from exports.reading import read_workbook
from exports.rejections import Reason, Rejection

OLE2 = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
TEXTS = {
    "empty": (b"", Reason.EMPTY, "空文件"),
    "zeroes": (b"\0" * 9000, Reason.DAMAGED, "空字节"),
    "csv": ("单位,人数\n香坊区,12\n".encode(), Reason.OTHER_FILE, "CSV"),
    "csv in GBK": ("单位,人数\n香坊区,12\n".encode("gbk"), Reason.OTHER_FILE, "CSV"),
    "text": ("今天天气不错".encode(), Reason.OTHER_FILE, "文本"),
    "long text": (("今天天气不错" * 2000).encode(), Reason.OTHER_FILE, "文本"),
    "html": (b"<html><table><tr><td>1</td></tr></table></html>", Reason.OTHER_FILE, "网页"),
    "html doctype": (b"\xef\xbb\xbf<!DOCTYPE html><html>", Reason.OTHER_FILE, "网页"),
    "xml 2003": (
        b'<?xml version="1.0"?><Workbook xmlns="urn:schemas-microsoft-com:office:spreadsheet">',
        Reason.OLD_FORMAT,
        "2003",
    ),
    "other xml": (b'<?xml version="1.0"?><a/>', Reason.OTHER_FILE, "XML"),
    "xls": (OLE2 + b"\0" * 2000 + "Workbook".encode("utf-16-le"), Reason.OLD_FORMAT, r"\.xls.*\.et"),
    "encrypted": (OLE2 + b"\0" * 2000 + "EncryptedPackage".encode("utf-16-le"), Reason.ENCRYPTED, "打开密码"),
    "doc": (OLE2 + b"\0" * 2000 + "WordDocument".encode("utf-16-le"), Reason.OTHER_FILE, "Word"),
    "pdf": (b"%PDF-1.7 ...", Reason.OTHER_FILE, "PDF"),
    "rar": (b"Rar!\x1a\x07\x01\x00", Reason.OTHER_FILE, "RAR"),
    "picture": (b"\x89PNG\r\n\x1a\n", Reason.OTHER_FILE, "图片"),
    "database": (b"SQLite format 3\0" + b"\0" * 100, Reason.OTHER_FILE, "数据库"),
    "noise": (bytes(random.Random(1).randbytes(5000)), Reason.OTHER_FILE, "不是 Excel"),
}


@pytest.mark.parametrize("what", TEXTS)
def test_what_is_no_workbook_is_called_by_its_name(what, put):
    data, reason, said = TEXTS[what]
    result = read_workbook(put("第3组.xlsx", data))
    assert isinstance(result, Rejection)
    assert result.reason is reason, result.message
    assert re.search(said, result.message), result.message
    assert result.message.startswith("“第3组.xlsx”")
    assert result.message.endswith("。")


def zipped(**parts: bytes) -> bytes:
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in parts.items():
            archive.writestr(name.replace("__", "/"), content)
    return target.getvalue()


@pytest.mark.parametrize(
    ("data", "reason", "said"),
    [
        (zipped(**{"word/document.xml": b"<a/>"}), Reason.OTHER_FILE, "Word"),
        (zipped(**{"ppt/presentation.xml": b"<a/>"}), Reason.OTHER_FILE, "演示文稿"),
        (zipped(**{"xl/workbook.bin": b"x"}), Reason.OLD_FORMAT, "xlsb"),
        (zipped(**{"mimetype": b"x", "content.xml": b"<a/>"}), Reason.OLD_FORMAT, "OpenDocument"),
        (zipped(**{"第3组.xlsx": b"x"}), Reason.OTHER_FILE, "先解压"),
        (zipped(), Reason.OTHER_FILE, "空的压缩包"),
    ],
    ids=["docx", "pptx", "xlsb", "ods", "zip", "empty zip"],
)
def test_other_zips_are_called_by_their_name(data, reason, said, put):
    result = read_workbook(put("第3组.xlsx", data))
    assert isinstance(result, Rejection)
    assert (result.reason, said in result.message) == (reason, True), result.message


@pytest.mark.parametrize(
    ("parts", "reason", "said"),
    [
        ({"xl/worksheets/sheet99.xml": b" " * (300 << 20)}, Reason.HOSTILE, "压缩炸弹"),
        ({f"xl/media/{number}.bin": b"" for number in range(2_100)}, Reason.HOSTILE, "部件"),
        ({"xl/../../../etc/passwd": b"x"}, Reason.HOSTILE, "越出"),
        ({"/etc/passwd": b"x"}, Reason.HOSTILE, "越出"),
        ({"XL/WORKBOOK.XML": b"x"}, Reason.HOSTILE, "重名"),
        ({"xl/vbaProject.bin": b"x"}, Reason.MACROS, "带宏"),
        ({"xl/bomb.xml": b'<!DOCTYPE l [<!ENTITY a "aaa">]><l>&a;</l>'}, Reason.HOSTILE, "DTD"),
        ({"xl/bomb.xml": b" " * ((1 << 18) - 4) + b"<!DOCTYPE l>"}, Reason.HOSTILE, "DTD"),
        ({"xl/bomb.xml": "<!DOCTYPE l>".encode("utf-16-le")}, Reason.HOSTILE, "DTD"),
    ],
    ids=[
        "bomb",
        "members",
        "dots",
        "absolute",
        "same name",
        "macros",
        "dtd",
        "dtd cut in two",
        "dtd utf-16",
    ],
)
def test_a_hostile_zip_is_refused_before_anything_parses_it(original, put, parts, reason, said, rezipped):
    path = put("x.xlsx", rezipped(original, extra=parts))
    started = time.perf_counter()
    result = read_workbook(path)
    assert time.perf_counter() - started < 5
    assert isinstance(result, Rejection)
    assert (result.reason, said in result.message) == (reason, True), result.message


def test_shared_strings_have_a_smaller_limit_because_readers_unpack_them_whole(original, put, monkeypatch, rezipped):
    path = put("x.xlsx", rezipped(original, extra={"xl/sharedStrings.xml": random.Random(1).randbytes(2 << 20)}))
    monkeypatch.setattr("exports.preflight.MAX_EAGER", 1 << 20)
    result = read_workbook(path)
    assert isinstance(result, Rejection)
    assert "压缩炸弹" in result.message


def test_sizes_are_counted_not_believed(original, put, rezipped):
    data = bytearray(rezipped(original, extra={"xl/big.bin": b"\0" * (250 << 20)}))
    place = data.rfind(b"xl/big.bin") - 46
    data[place + 24 : place + 28] = (100).to_bytes(4, "little")  # the directory claims 100 bytes
    result = read_workbook(put("x.xlsx", bytes(data)))
    assert isinstance(result, Rejection)
    assert result.reason in (Reason.HOSTILE, Reason.DAMAGED)
