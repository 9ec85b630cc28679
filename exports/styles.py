"""How our workbooks look, and the one way text gets into a cell.

Shared by the team workbook and the provincial summary. A `Look` is how a cell looks; a `Pen` makes
the cells of one write-only sheet, a `Brush` those of an ordinary one.
`save_steadily` writes a workbook whose bytes depend on its content only.
"""

from __future__ import annotations

import contextlib
import datetime as dt
import re
import shutil
import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from copy import copy
from dataclasses import dataclass, field
from decimal import Decimal
from fractions import Fraction
from functools import lru_cache
from io import BytesIO
from pathlib import Path
from typing import TYPE_CHECKING, Any
from zipfile import ZIP_DEFLATED, ZipFile, ZipInfo

from openpyxl import Workbook
from openpyxl.cell import WriteOnlyCell
from openpyxl.packaging.extended import ExtendedProperties
from openpyxl.styles import Alignment, Border, Font, PatternFill, Side
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.properties import PageSetupProperties
from openpyxl.xml.constants import ARC_APP
from openpyxl.xml.functions import tostring

from exports.ordinary_sheets import BookWriter
from exports.saved_by import OURS
from exports.sheet_rows import SheetRows
from exports.steady_zip import steady_member
from surveys.text import show_text

if TYPE_CHECKING:
    from exports.sealing import Seal

FONT = "微软雅黑"
"""There on Windows and with WPS; LibreOffice and UOS put their own Chinese font in its place."""

DARK, LIGHT, PALE, GREY, ALARM = "1F4E79", "DDEBF7", "F5F9FD", "808080", "C00000"
"""One blue in three strengths, a grey for what is secondary, a red for what must be seen."""

CELL_LIMIT = 32_767
"""Longest text of a workbook cell in UTF-16 units; openpyxl cuts silently, we cut visibly."""

LINE_HEIGHT = 14.5
"""Points that a line of 10-point text takes."""

_ESCAPE = re.compile(r"_(?=x[0-9A-Fa-f]{4}_)")


def _font(**options: Any) -> Font:
    return Font(**{"name": FONT, "size": 10, **options})


def _fill(colour: str) -> PatternFill:
    return PatternFill("solid", start_color=colour, end_color=colour)


def _frame() -> Border:
    side = Side(style="thin", color="BFBFBF")
    return Border(left=side, right=side, top=side, bottom=side)


def _line_below() -> Border:
    return Border(bottom=Side(style="thin", color="000000"))


@dataclass(frozen=True, eq=False)
class Look:
    """How a cell looks; compared by identity, so make them once at module level."""

    font: Font = field(default_factory=_font)
    fill: PatternFill | None = None
    horizontal: str | None = None
    vertical: str = "center"
    wrap: bool = False
    framed: bool = True
    number_format: str = "General"
    indent: int = 0
    underlined: bool = False
    """Whether a line to write on stands below the cell, in the place of a frame."""
    shrink: bool = False
    """Whether a number too wide for its column is written smaller instead of as `####`."""


TITLE = Look(_font(size=18, bold=True, color=DARK), framed=False)
"""The name of a sheet or document."""
SUBTITLE = Look(_font(size=12, color=DARK), framed=False)
NOTE = Look(_font(size=9, color=GREY), wrap=True, framed=False, vertical="top")
"""Explanations and sources, small and grey, without a frame."""
NOTE_LINE = Look(_font(size=9, color=GREY), framed=False)
"""The same on one line, running over empty cells to its right."""
SECTION = Look(_font(bold=True, color="FFFFFF", size=11), _fill(DARK), "left", framed=True, indent=1)
"""A band over a group of columns or rows, e.g. one dimension of the questionnaire."""
HEAD = Look(_font(bold=True, color=DARK), _fill(LIGHT), "center", wrap=True)
"""A column heading."""
LABEL = Look(_font(bold=True, color=DARK), _fill(PALE), "left", wrap=True)
"""The name of a row."""
TEXT = Look(horizontal="left", number_format="@", indent=1)
WRAPPED = Look(horizontal="left", vertical="top", wrap=True, number_format="@")
"""Text that may take several lines, in lists that are read line by line."""
BLOCK = Look(horizontal="left", wrap=True, number_format="@", indent=1)
"""The same, centred in its row, beside numbers."""
CENTERED = Look(horizontal="center", number_format="@")
MUTED = Look(_font(color=GREY, italic=True), horizontal="center", number_format="@")
"""A word in place of a value: 不掌握, 跳过."""
CODE = Look(_font(size=14, bold=True, color=ALARM), _fill(PALE), "left", number_format="@")
"""The check code: read aloud over the phone, so large."""
INTEGER = Look(horizontal="right", number_format="#,##0")
DECIMAL = Look(horizontal="right", number_format="#,##0.00")
"""万元 and other amounts with two decimals."""
ONE_DECIMAL = Look(horizontal="right", number_format="#,##0.0")
PERCENT = Look(horizontal="right", number_format="0.0%")
GENERAL = Look(horizontal="right", number_format="General")
DATE = Look(horizontal="center", number_format="yyyy-mm-dd")
TIME = Look(horizontal="center", number_format="yyyy-mm-dd hh:mm")
TOTAL = Look(_font(bold=True, color=DARK), _fill(LIGHT), "right", number_format="#,##0")
"""A number in a row or column of totals."""

WRITE_ON = Look(horizontal="left", wrap=True, underlined=True, number_format="@")
"""A place to write on paper, and what was written there."""


def sheet_text(text: str) -> str:
    """The text as it stands in a cell: visible symbols for what XML cannot hold, `_xHHHH_` escaped.

    Spreadsheets read `_x0041_` as `A` (ECMA-376 22.9.2.19), so a typed one must be written
    `_x005F_x0041_`. Text longer than a cell is cut, and says so; the payload holds it whole.
    """
    shown = show_text(text)
    cell = _ESCAPE.sub("_x005F_", shown)
    if len(cell) <= CELL_LIMIT // 2 or len(cell.encode("utf-16-le")) // 2 <= CELL_LIMIT:
        return cell
    kept = CELL_LIMIT // 2
    while len(cell := _ESCAPE.sub("_x005F_", shown[:kept])) > CELL_LIMIT // 2 - 20:
        kept = kept * 3 // 4
    return cell + "……（过长，以下略）"


def put(cell: Any, value: object, look: Look) -> Any:
    """Put a value into a cell of any sheet: text stays text, whatever it looks like; returns the cell."""
    _fill_in(cell, value)
    paint(cell, look)
    if isinstance(value, str) and look.number_format == "@":
        cell.quotePrefix = True  # so that it stays text when a person edits it
    return cell


def _fill_in(cell: Any, value: object) -> None:
    if isinstance(value, str):
        cell.value = sheet_text(value)
        cell.data_type = "s"  # after the value: openpyxl takes `=1+1` for a formula and `#N/A` for an error
    else:
        cell.value = float(value) if isinstance(value, Decimal | Fraction) else value


def paint(cell: Any, look: Look) -> None:
    """Give a cell its look."""
    cell.font = look.font
    if look.fill is not None:
        cell.fill = look.fill
    if look.underlined:
        cell.border = _LINE_BELOW
    elif look.framed:
        cell.border = _FRAME
    cell.alignment = Alignment(
        horizontal=look.horizontal,
        vertical=look.vertical,
        wrap_text=look.wrap,
        indent=look.indent,
        shrink_to_fit=look.shrink or None,
    )
    cell.number_format = look.number_format


_FRAME, _LINE_BELOW = _frame(), _line_below()


class Brush:
    """Puts values into the cells of one workbook, working out each look once."""

    def __init__(self) -> None:
        self._styles: dict[tuple[Look, bool], Any] = {}

    def put(self, cell: Any, value: object, look: Look) -> Any:
        """The same as `put`, quicker; fractions become floats here, at the very end."""
        key = (look, isinstance(value, str))
        style = self._styles.get(key)
        if style is None:
            put(cell, value, look)
            self._styles[key] = copy(cell._style)
        else:
            _fill_in(cell, value)
            cell._style = style  # after the value: a date brings its own number format
        return cell


class Pen:
    """Writes one write-only sheet row by row."""

    def __init__(self, sheet: Any) -> None:
        self.sheet = sheet
        self._rows = SheetRows()
        sheet.streamed = self._rows  # for `save_steadily`
        self._styles: dict[tuple[Look, bool], int] = {}

    @property
    def rows(self) -> int:
        """Rows written so far; the next one is `rows + 1`."""
        return self._rows.count

    def cell(self, value: object, look: Look = TEXT) -> tuple[object, Look]:
        """A cell for `row`: `str` is text and nothing else; numbers and dates stay what they are; None is blank."""
        return value, look

    def row(
        self, values: Iterable[object], look: Look = TEXT, height: float | None = None, hidden: bool = False
    ) -> None:
        """Append a row; values that have a look of their own (pairs, `cell`) keep it."""
        pairs = [value if type(value) is tuple else (value, look) for value in values]
        self._rows.add([self._styled(value, shown) for value, shown in pairs], height, hidden)

    def fitted(self, cells: Sequence[tuple[object, Look]], widths: Sequence[float], most: int = 8) -> None:
        """Append a row high enough for its wrapped texts, up to `most` lines.

        The height is written out because not every program works it out when it opens a file.
        """
        lines = max(
            [
                lines_of(value, 1.06 * width + 1 - 2 * look.indent)
                for (value, look), width in zip(cells, widths, strict=True)
                if look.wrap and isinstance(value, str) and (2 * len(value) > width or "\n" in value)
            ],
            default=1,
        )
        self.row(cells, height=min(lines, most) * LINE_HEIGHT + 3)

    def _styled(self, value: object, look: Look) -> tuple[object, int]:
        """The value as it stands in the file, and the number of its style in the workbook."""
        key = look, isinstance(value, str)
        style = self._styles.get(key)
        if style is None:
            style = self._styles[key] = put(WriteOnlyCell(self.sheet), "" if key[1] else None, look).style_id
        return sheet_text(value) if isinstance(value, str) else value, style


def width_of(text: str) -> int:
    """How many half-width columns the longest line takes; a Chinese character takes two."""
    return max((sum(_width(character) for character in line) for line in text.split("\n")), default=0)


def _width(character: str) -> int:
    if unicodedata.combining(character):
        return 0
    return 2 if unicodedata.east_asian_width(character) in "WF" else 1


@lru_cache(maxsize=1024)  # of choices and remarks the same come again and again
def lines_of(text: str, width: float) -> int:
    """How many lines the text takes when wrapped in a column of that width."""
    return sum(max(1, -(-width_of(line) // max(1, int(width) - 1))) for line in text.split("\n"))


def set_widths(sheet: Any, widths: Iterable[float]) -> None:
    """Column widths from A on, in characters; before the first row of a write-only sheet."""
    for number, width in enumerate(widths, 1):
        sheet.column_dimensions[get_column_letter(number)].width = width


def print_setup(
    sheet: Any,
    *,
    title: str = "",
    rows: str | None = None,
    columns: str | None = None,
    landscape: bool = True,
    fit_width: bool = True,
    scale: int = 70,
) -> None:
    """A4, margins, a header with the title and a footer with page numbers.

    Args:
        sheet: Any worksheet; before the first row of a write-only one.
        title: Stands at the top of every page.
        rows: Rows to repeat on every page, e.g. `1:3`.
        columns: Columns to repeat on every page, e.g. `A:C`.
        landscape: False for upright pages.
        fit_width: All columns on one page's width; False for sheets too wide for that, which print at `scale` %.
        scale: Per cent, without `fit_width`.
    """
    sheet.page_setup.paperSize = 9  # A4
    sheet.page_setup.orientation = "landscape" if landscape else "portrait"
    if fit_width:
        sheet.sheet_properties.pageSetUpPr = PageSetupProperties(fitToPage=True)
        sheet.page_setup.fitToWidth, sheet.page_setup.fitToHeight = 1, 0
    else:
        sheet.page_setup.scale = scale
    margins = sheet.page_margins
    margins.left = margins.right = 0.4
    margins.top, margins.bottom, margins.header, margins.footer = 0.7, 0.6, 0.3, 0.3
    sheet.oddHeader.center.text = show_text(title, line=True).replace("&", "&&")[:200] or None
    sheet.oddFooter.center.text = "第 &P 页，共 &N 页"
    if rows:
        sheet.print_title_rows = rows
    if columns:
        sheet.print_title_cols = columns


class _SteadyZip(ZipFile):
    """A zip whose members all carry the same date and rights, and whose sheets have their rows."""

    streamed: Mapping[str, SheetRows] = {}
    """Name of a member → the rows that belong into it."""
    held_back: tuple[str, bytes] = ("", b"")
    """Name of a member that is not written yet, and what it holds without its rows."""

    def writestr(self, zinfo_or_arcname: Any, data: Any, *_: Any, **__: Any) -> None:
        if zinfo_or_arcname == ARC_APP:  # openpyxl says Microsoft Excel
            application = ExtendedProperties()
            application.Application = OURS
            data = tostring(application.to_tree())
        super().writestr(_member(zinfo_or_arcname), data)

    def write(self, filename: Any, arcname: Any = None, *_: Any, **__: Any) -> None:
        rows = self.streamed.get(arcname)
        if arcname == self.held_back[0]:
            self.held_back = arcname, Path(filename).read_bytes()
            return
        with Path(filename).open("rb") as source, self.open(_member(arcname), "w", force_zip64=True) as member:
            if rows is None:
                shutil.copyfileobj(source, member, 1 << 20)
            else:
                rows.copy_into(source, member)


def _member(name: str | ZipInfo) -> ZipInfo:
    return steady_member(name.filename if isinstance(name, ZipInfo) else name)


def save_steadily(book: Workbook, path: Path, at: dt.datetime, title: str = "", seal: Seal | None = None) -> None:
    """Save so that the same content gives the same bytes.

    openpyxl puts the moment of saving into the file's properties and into every zip member; here both
    are `at` (the time of the last event) or fixed. Call inside `files.replace_file`: saving is not atomic.
    What is sealed has the sheet with the seal as its last part.
    """
    book.properties.creator = "走访 zoufang"
    book.properties.title = show_text(title, line=True) or None
    moment = at.astimezone(dt.UTC).replace(tzinfo=None) if at.tzinfo else at
    book.properties.created = book.properties.modified = moment.replace(microsecond=0)
    parts = {f"xl/worksheets/sheet{place}.xml": sheet for place, sheet in enumerate(book.worksheets, 1)}
    last = next((name for name, sheet in parts.items() if seal and sheet is seal.pen.sheet), "")
    with _SteadyZip(path, "w", ZIP_DEFLATED) as archive:
        archive.streamed = {name: rows for name, sheet in parts.items() if (rows := _rows_of(sheet)) is not None}
        archive.held_back = last, b""
        BookWriter(book, archive).save()
    if seal:
        seal.close(path, last)
        with _SteadyZip(path, "a", ZIP_DEFLATED) as rest, rest.open(_member(last), "w") as member:
            archive.streamed[last].copy_into(BytesIO(archive.held_back[1]), member)


def _rows_of(sheet: Any) -> SheetRows | None:
    """What a `Pen` wrote into a sheet."""
    return getattr(sheet, "streamed", None)


def discard(book: Workbook) -> None:
    """Close what a write-only workbook still holds open: also after a failed save, at the latest when it is done."""
    for sheet in book.worksheets:
        if (rows := _rows_of(sheet)) is not None:
            rows.close()
        if not getattr(sheet, "closed", True):
            with contextlib.suppress(OSError):
                sheet.close()
                sheet._writer.cleanup()
