"""Cells whose value nobody typed: formulas, whose cached result says whatever its writer wanted, and error values.

calamine gives cached results as if they were values, so they are looked for in the sheets' XML itself.
"""

from __future__ import annotations

import posixpath
import re
from collections.abc import Iterator
from contextlib import contextmanager
from typing import IO, Any
from xml.parsers import expat
from zipfile import ZipFile

from exports.hand_edits import MAX_TEXT
from exports.places import Place, place_of

_SUSPECT = re.compile(rb"<(?:[\w.-]+:)?f[\s/>]|\bt\s*=\s*[\"']e[\"']")
_ERRORS = (b'"e"', b"'e'")
_FORMULAS = (b"<f", b":f")
"""Before the end of the name one of these stands; looking for them is ten times as fast as the pattern."""
_AFTER = b">/ \n\r\t"
_LOOKS = 64
"""How many names that begin with f are looked at one by one; where there are more, the pattern is faster."""
_PLAIN = (b"<", b"\xef\xbb\xbf<")
"""How XML begins whose markup is ASCII; other encodings are always looked through."""
OVERLAP = 64
"""Bytes by which chunks overlap, so that nothing is cut in two."""
MAX_FOUND = 100_000
"""Cells of a sheet that are named; a workbook with more is no team's."""


class Unreadable(Exception):
    """A sheet's XML is not well-formed, has a DTD, or more formulas than a person writes."""


def is_suspect(chunk: bytes, start: bool) -> bool:
    """Whether a piece of a sheet's XML may hold a formula or an error value.

    Args:
        chunk: The piece, with the end of the one before.
        start: Whether it is the first.
    """
    if start and not chunk.lstrip().startswith(_PLAIN):
        return True
    hinted = any(mark in chunk for mark in _ERRORS) or any(_may_begin(chunk, mark) for mark in _FORMULAS)
    return hinted and _SUSPECT.search(chunk) is not None


def _may_begin(chunk: bytes, mark: bytes) -> bool:
    place = -2
    for _ in range(_LOOKS):
        if (place := chunk.find(mark, place + 2)) < 0:
            return False
        if chunk[place + 2 : place + 3] in _AFTER:  # at the very end too: b"" is in everything
            return True
    return True


def untrusted_cells(archive: ZipFile, part: str) -> dict[Place, str]:
    """The formulas (`=A1+1`) and error values of the sheet in a part, by place; of array formulas all cells they fill.

    Raises:
        Unreadable: The XML is not what a spreadsheet program writes.
        KeyError: There is no such part.
    """
    with archive.open(part) as content:
        finder = _Finder()
        _parse(content, start=finder.start, end=finder.end, data=finder.data)
    return finder.found


def counts_from_1904(archive: ZipFile) -> bool:
    """Whether the workbook's days are counted from 1904. Raises Unreadable, KeyError."""
    found: list[str] = []

    def start(tag: str, attributes: dict[str, str]) -> None:
        if _local(tag) == "workbookPr":
            found.append(attributes.get("date1904", "0"))

    with archive.open("xl/workbook.xml") as part:
        _parse(part, start=start)
    return bool(found) and found[0] in ("1", "true", "on")


def part_of(archive: ZipFile, sheet: str) -> str:
    """The name of the part that a sheet is in. Raises KeyError for a sheet that is not there, Unreadable."""
    ids: dict[str, str] = {}
    targets: dict[str, str] = {}

    def in_book(tag: str, attributes: dict[str, str]) -> None:
        if _local(tag) == "sheet":
            relation = next((value for name, value in attributes.items() if name.endswith(":id")), "")
            ids.setdefault(attributes.get("name", ""), relation)

    def in_relations(tag: str, attributes: dict[str, str]) -> None:
        if _local(tag) == "Relationship":
            targets[attributes.get("Id", "")] = attributes.get("Target", "")

    with archive.open("xl/workbook.xml") as part:
        _parse(part, start=in_book)
    with archive.open("xl/_rels/workbook.xml.rels") as part:
        _parse(part, start=in_relations)
    target = targets[ids[sheet]]
    return target.lstrip("/") if target.startswith("/") else posixpath.normpath(f"xl/{target}")


class _Finder:
    def __init__(self) -> None:
        self.found: dict[Place, str] = {}
        self._row, self._column = -1, -1
        self._error = self._formula = False
        self._text: list[str] = []

    def start(self, tag: str, attributes: dict[str, str]) -> None:
        match _local(tag):
            case "row":
                self._row = int(attributes.get("r", self._row + 2)) - 1
                self._column = -1
            case "c":
                self._move(attributes.get("r"))
                self._error = attributes.get("t") == "e"
            case "f":
                self._formula, self._text = True, []
                self._spread(attributes.get("ref", "") if attributes.get("t") in ("array", "dataTable") else "")
            case "v" if self._error:
                self._text = []

    def end(self, tag: str) -> None:
        match _local(tag):
            case "f":
                self._formula = False
                self._note("=" + ("".join(self._text)[:MAX_TEXT] or "（同旁边的公式）"))
            case "c" if self._error:
                self.found.setdefault((self._row, self._column), "".join(self._text)[:20] or "#N/A")

    def data(self, text: str) -> None:
        if (self._formula or self._error) and len(self._text) < 1000:
            self._text.append(text)

    def _move(self, reference: str | None) -> None:
        if reference is None:
            self._column += 1
            return
        self._row, self._column = place_of(reference)

    def _note(self, formula: str) -> None:
        self.found[self._row, self._column] = formula
        if len(self.found) > MAX_FOUND:
            raise Unreadable

    def _spread(self, reference: str) -> None:
        """Of an array formula only the first cell has the formula; the others look as if they were typed."""
        if not reference:
            return
        corner, _, other = reference.partition(":")
        (top, left), (bottom, right) = place_of(corner), place_of(other or corner)
        if (right - left + 1) * (bottom - top + 1) > MAX_FOUND:
            raise Unreadable
        for row in range(top, bottom + 1):
            for column in range(left, right + 1):
                self.found.setdefault((row, column), "=（数组公式）")


def _local(tag: str) -> str:
    return tag.rpartition(":")[2]


def _parse(part: IO[bytes], **handlers: Any) -> None:
    parser = expat.ParserCreate()
    parser.buffer_text = True
    parser.StartElementHandler = handlers["start"]
    parser.EndElementHandler = handlers.get("end")
    parser.CharacterDataHandler = handlers.get("data")
    parser.StartDoctypeDeclHandler = _refuse
    with _well_formed():
        while chunk := part.read(1 << 18):
            parser.Parse(chunk, False)
        parser.Parse(b"", True)


def _refuse(*_: object) -> None:
    raise Unreadable


@contextmanager
def _well_formed() -> Iterator[None]:
    try:
        yield
    except (expat.ExpatError, ValueError, TypeError) as error:
        raise Unreadable from error
