"""Which program saved a workbook last."""

from __future__ import annotations

import re
from zipfile import ZipFile

from surveys.text import show_text

OURS = "zoufang"
"""What our own workbooks name as the application that wrote them."""

_APPLICATION = re.compile(rb"<(?:\w+:)?Application>([^<]{0,200})</")
_MOST = 1 << 16
"""Bytes of a properties part that are looked at."""
_KNOWN = (
    ("LibreOffice", "LibreOffice"),
    ("Openpyxl", "openpyxl"),
    ("WPS", "WPS"),
    ("Microsoft", "Excel"),
    ("Excel", "Excel"),
)


def saved_by(archive: ZipFile) -> str:
    """The program that saved a workbook of ours again; "" for one that is as it was written."""
    named = _APPLICATION.search(_part(archive, "docProps/app.xml"))
    application = named[1].decode("utf-8", "replace") if named else ""
    if application == OURS:
        return ""
    if b"KSOProductBuildVer" in _part(archive, "docProps/custom.xml"):  # WPS calls itself Excel
        return "WPS"
    known = next((name for mark, name in _KNOWN if mark in application), "")
    return known or show_text(application.strip(), line=True)[:40] or "别的程序"


def _part(archive: ZipFile, name: str) -> bytes:
    if name not in archive.namelist():
        return b""
    with archive.open(name) as part:
        return part.read(_MOST)
