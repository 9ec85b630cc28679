"""The answer sheets of a workbook without its parcel, as far as they can be read: for `exports.recovering`."""

from __future__ import annotations

import io
from collections.abc import Collection
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any
from zipfile import ZipFile

from exports.places import Place
from exports.rejections import Reason, Refused
from exports.untrusted_cells import Unreadable, part_of, untrusted_cells

if TYPE_CHECKING:
    from python_calamine import CalamineWorkbook

COVER, CODES, ROSTERS = "封面", "编码", "名册_"
MAX_CELLS = 5_000_000
"""Of a sheet; ten thousand interviews have about two million."""


@dataclass(frozen=True)
class BareSheets:
    """What stands on the sheets.

    Attributes:
        tables: Name of a sheet → its rows from A1 on.
        untrusted: Name of a sheet → its formulas and error values.
    """

    tables: dict[str, list[list[Any]]]
    untrusted: dict[str, dict[Place, str]]


def bare_sheets(book: CalamineWorkbook, data: bytes, suspects: Collection[str]) -> BareSheets:
    """The cover, the codes and the rosters of a workbook. Call in a worker only.

    Args:
        book: The workbook.
        data: The same as bytes.
        suspects: The parts that may hold formulas, as `preflight` found.

    Raises:
        Refused: It has no sheet of codes, or one that is no sheet of ours.
    """
    if CODES not in book.sheet_names:
        raise Refused(Reason.OTHER_WORKBOOK, f"没有工作表“{CODES}”，恢复不了")
    tables: dict[str, list[list[Any]]] = {}
    untrusted: dict[str, dict[Place, str]] = {}
    with ZipFile(io.BytesIO(data)) as archive:
        for name in book.sheet_names:
            if name not in (COVER, CODES) and not name.startswith(ROSTERS):
                continue
            sheet = book.get_sheet_by_name(name)
            if sheet.total_height * sheet.total_width > MAX_CELLS:
                raise Refused(Reason.HOSTILE, f"的“{name}”大得不正常")
            left = [""] * (sheet.start[1] if sheet.start else 0)
            tables[name] = [[*left, *row] for row in sheet.iter_rows()]
            try:
                part = part_of(archive, name) if suspects else ""
                untrusted[name] = untrusted_cells(archive, part) if part in suspects else {}
            except (Unreadable, KeyError):
                raise Refused(Reason.DAMAGED, f"的“{name}”内容不正常，恢复不了") from None
    return BareSheets(tables, untrusted)
