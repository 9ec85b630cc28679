"""CSV: wide (a row per interview), long (a row per cell), a file per roster, the codebook.

UTF-8 with a byte order mark, so that Excel and WPS read the Chinese; RFC 4180: commas, CRLF, quotes doubled.
A text that a spreadsheet would run as a formula gets an apostrophe in front, and so does one that begins with an
apostrophe: taking one apostrophe off a text that begins with one gives every text back exactly. Numbers stay numbers.
"""

from __future__ import annotations

import csv
import re
from collections.abc import Iterable, Sequence
from contextlib import ExitStack
from decimal import Decimal
from pathlib import Path
from typing import Any

from exports.code_list import code_list
from exports.dataset import Dataset
from exports.long_rows import HEADINGS, long_rows
from exports.roster_sheets import sheet_name

_RUNS = re.compile(r"\s*[=+\-@＝＋－＠']|[\t\r]")
"""How texts begin that are formulas for a spreadsheet (OWASP, "CSV Injection"), full-width signs too."""


def safe_text(text: str) -> str:
    """The text with an apostrophe in front if a spreadsheet might run it; `plain_text` takes it off."""
    return f"'{text}" if _RUNS.match(text) else text


def plain_text(text: str) -> str:
    """The inverse of `safe_text`."""
    return text.removeprefix("'")


def write_csv(dataset: Dataset, folder: Path) -> None:
    """Write all files into a folder, in one pass over the interviews."""
    wide, rosters = dataset.code_rows(), dataset.roster_rows()
    with ExitStack() as open_files:

        def table(name: str, headings: Sequence[str]) -> CsvTable:
            return open_files.enter_context(CsvTable(folder / f"{name}.csv", headings))

        wide_file, long_file = table("答卷_宽", wide.headings), table("答卷_长", HEADINGS)
        roster_files = [table(sheet_name(roster.item), roster.headings) for roster in rosters]
        for sight in dataset.sights():
            wide_file.add(value for value, _ in wide.cells(sight))
            for row in long_rows(sight):
                long_file.add(row)
            for roster, file in zip(rosters, roster_files, strict=True):
                for cells in roster.rows(sight):
                    file.add(value for value, _ in cells)
        headings, lines = code_list(dataset)
        codes = table("编码表", headings)
        for line in lines:
            codes.add(line)


class CsvTable:
    """One CSV file under its headings."""

    def __init__(self, path: Path, headings: Sequence[str]) -> None:
        self._file = path.open("w", encoding="utf-8-sig", newline="")
        self._writer = csv.writer(self._file, lineterminator="\r\n")
        self.add(headings)

    def add(self, values: Iterable[object]) -> None:
        """Write a line; None is blank."""
        self._writer.writerow([_field(value) for value in values])

    def __enter__(self) -> CsvTable:
        return self

    def __exit__(self, *_: Any) -> None:
        self._file.close()


def _field(value: object) -> str:
    if value is None:
        return ""
    if isinstance(value, str):
        return safe_text(value)
    return f"{value:f}" if isinstance(value, Decimal) else str(value)
