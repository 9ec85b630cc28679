"""What a worker does to find hand edits: the sheets of a workbook against the views in its parcel."""

from __future__ import annotations

import io
from collections.abc import Collection
from typing import TYPE_CHECKING
from zipfile import ZipFile

from exports.hand_edits import Comparing, HandEdits
from exports.manifest import ManifestError, Parcel
from exports.places import Place
from exports.saved_by import saved_by
from exports.untrusted_cells import Unreadable, counts_from_1904, part_of, untrusted_cells
from exports.views import unpacked
from surveys.text import listed, show_text

if TYPE_CHECKING:
    from python_calamine import CalamineWorkbook


def compared(book: CalamineWorkbook, data: bytes, parcel: Parcel, suspects: Collection[str]) -> HandEdits:
    """All that was changed by hand in a workbook. Call in a worker only.

    Args:
        book: The workbook.
        data: The same as bytes.
        parcel: What it carries; of format 1 nothing says what its sheets showed, and nothing is compared.
        suspects: The parts that may hold formulas, as `preflight` found.

    Raises:
        ManifestError: The views in the parcel cannot be read.
    """
    try:
        sheets = unpacked(parcel.shown())
    except (ValueError, LookupError, TypeError) as error:
        raise ManifestError("数据页里的底稿读不懂") from error
    with ZipFile(io.BytesIO(data)) as archive:
        by = saved_by(archive)
        comparing = Comparing(mac=_mac(archive))
        for name, expected in sheets.items():
            if name not in book.sheet_names:
                comparing.notices.append(f"没有工作表“{name}”")
                continue
            try:
                untrusted = _untrusted(archive, name, suspects)
            except (Unreadable, KeyError):
                comparing.notices.append(f"“{name}”的内容不正常，没有逐格核对")
                continue
            sheet = book.get_sheet_by_name(name)
            first = sheet.start[1] if sheet.start else 0
            if expected.answers:
                comparing.compare(name, expected, sheet.iter_rows(), first, untrusted)
                continue
            apart = Comparing(mac=comparing.mac)
            apart.compare(name, expected, sheet.iter_rows(), first, untrusted)
            comparing.notices += [*_only_told(name, apart), *apart.notices]
    return HandEdits(tuple(comparing.edits), comparing.more, tuple(comparing.notices), by)


def _only_told(name: str, found: Comparing) -> list[str]:
    """What was changed on a sheet whose hand edits nobody can take, as one clause."""
    count = len(found.edits) + found.more
    if not count:
        return []
    some = listed([f"{edit.cell}“{show_text(edit.now, line=True)[:20]}”" for edit in found.edits], 3)
    return [f"“{name}”有 {count:,} 处手工改动（{some}），不会采用，要改请在程序的登记簿里改"]


def _untrusted(archive: ZipFile, sheet: str, suspects: Collection[str]) -> dict[Place, str]:
    if not suspects or (part := part_of(archive, sheet)) not in suspects:
        return {}
    return untrusted_cells(archive, part)


def _mac(archive: ZipFile) -> bool:
    try:
        return counts_from_1904(archive)
    except (Unreadable, KeyError):
        return False
