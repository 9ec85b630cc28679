"""What people changed by hand on the answer sheets of a workbook, against what the parcel says they show.

Rows may have been sorted, filtered and hidden, columns moved, inserted and hidden: rows are found by the ids in them,
columns by the keys in their heading row. Pure; called in a worker (`exports.worker`).
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import islice
from typing import Any

from exports.cell_values import same, told, told_written
from exports.places import Place, cell_name
from exports.views import INTERVIEW, ROW, Expected, Line, Value
from surveys.text import listed, show_text

MAX_EDITS = 1_000
"""Edits of a workbook that are told one by one; the rest are counted."""
MAX_TEXT = 12_000
"""Longest text of a cell that is told: an answer has at most 10,000 characters."""
HEADING_ROWS = 50
"""Where the row with the keys is looked for: people put titles above it."""
STRANGERS = 50
"""Rows with an unknown id for which it is tried whether they are known rows whose id was changed."""


@dataclass(frozen=True, slots=True)
class HandEdit:
    """One cell that says something else than the parcel.

    Attributes:
        sheet: Its sheet.
        cell: `B12`.
        interview: Id of the interview.
        address: The address the column is about, with `__status` or `__code` as the sheet has it; "" for what is no
            answer.
        was: What was written there, as text.
        now: What stands there, as text; of a formula the formula.
        trusted: False for formulas and error values: what they show is nobody's answer.
    """

    sheet: str
    cell: str
    interview: str
    address: str
    was: str
    now: str
    trusted: bool = True


@dataclass(frozen=True)
class HandEdits:
    """All that was changed in a workbook since it was exported.

    Attributes:
        edits: Cell by cell, sheet by sheet.
        more: How many edits there are beyond those.
        notices: Chinese clauses on rows, columns and sheets that are gone or new.
        saved_by: The program that saved the workbook again; "" if none did.
    """

    edits: tuple[HandEdit, ...] = ()
    more: int = 0
    notices: tuple[str, ...] = ()
    saved_by: str = ""

    @property
    def remarks(self) -> list[str]:
        """All of it as Chinese clauses, the edits counted."""
        saved = [f"由 {self.saved_by} 重新保存"] if self.saved_by else []
        count = len(self.edits) + self.more
        told = [f"有 {count:,} 处手工改动，没有采用，用 zoufang corrections 逐处处理"] if count else []
        if self.more:
            told.append(f"只列出前 {len(self.edits):,} 处，改动这样多请让该组在程序里改后重新导出")
        return [*saved, *told, *self.notices]


@dataclass
class Comparing:
    """Goes through the sheets of one workbook, and gathers what differs.

    Attributes:
        mac: Whether the workbook counts its days from 1904.
    """

    mac: bool = False
    edits: list[HandEdit] = field(default_factory=list)
    more: int = 0
    notices: list[str] = field(default_factory=list)

    def compare(
        self,
        name: str,
        expected: Expected,
        rows: Iterable[Sequence[Any]],
        first: int = 0,
        untrusted: Mapping[Place, str] | None = None,
    ) -> None:
        """Compare one sheet.

        Args:
            name: Its name.
            expected: What it should show.
            rows: Its rows from the first on.
            first: Number of the column in which the rows begin, from 0.
            untrusted: The formulas and error values in it.
        """
        numbered = enumerate(rows)
        if (columns := _heading(expected, numbered)) is None:
            self.notices.append(f"“{name}”的编号行或编号列被改动，认不出各行各列，没有逐格核对")
            return
        sheet = _Sheet(name, expected, columns, first, untrusted or {}, self)
        sheet.rows(numbered)

    def note(self, edit: HandEdit) -> None:
        """Take in one more edit."""
        if len(self.edits) < MAX_EDITS:
            self.edits.append(edit)
        else:
            self.more += 1


Columns = list[tuple[int, int]]
"""Place in a row that was read, place in the row that was written."""


@dataclass
class _Sheet:
    name: str
    expected: Expected
    columns: Columns
    first: int
    untrusted: Mapping[Place, str]
    found: Comparing

    def __post_init__(self) -> None:
        keys = self.expected.keys
        place_of = {keys[written]: place for place, written in reversed(self.columns)}
        self._seen, self._written = zip(*self.columns, strict=True)
        self._ids = [place_of[key] for key in (INTERVIEW, ROW) if key in keys]

    def rows(self, numbered: Iterable[tuple[int, Sequence[Any]]]) -> None:
        known: set[Line] = set()
        headings = self.expected.headings
        strangers: list[tuple[int, Sequence[Any]]] = []
        for number, row in numbered:
            interview, row_id = (*(told(row[place]) for place in self._ids), "")[:2]
            if (line := (interview, row_id)) in self.expected.rows:
                known.add(line)
                self._row(number, row, line)
            elif headings:
                headings -= 1
            elif any(told(row[place]) for place, _ in self.columns):
                strangers.append((number, row))
        missing = [line for line in self.expected.rows if line not in known]
        if strangers and missing:
            self._recognise(strangers, missing)
        self._tell(strangers, missing)

    def _row(self, number: int, row: Sequence[Any], line: Line) -> None:
        values, mac = self.expected.row(line), self.found.mac
        if self.untrusted:
            for place, written in self.columns:
                if (formula := self.untrusted.get((number, place + self.first))) is not None:
                    self._note(number, place, written, line, values[written], formula, trusted=False)
        # Nearly every cell is what it was: those are passed over before anything is called. True is 1 to Python.
        cells = zip(map(values.__getitem__, self._written), map(row.__getitem__, self._seen), strict=True)
        differing = [at for at, (value, seen) in enumerate(cells) if value != seen or seen is True or seen is False]
        for place, written in [self.columns[at] for at in differing]:
            if (number, place + self.first) not in self.untrusted and not same(values[written], row[place], mac):
                self._note(number, place, written, line, values[written], told(row[place]))

    def _note(
        self, number: int, place: int, written: int, line: Line, was: Value, now: str, trusted: bool = True
    ) -> None:
        from surveys.form import roster_cell  # the models: not for who finds nothing

        key, roster = self.expected.keys[written], self.expected.roster
        address = roster_cell(roster, line[1], key) if roster else key
        cell = cell_name((number, place + self.first))
        about = address if written in self.expected.answers else ""
        texts = told_written(was)[:MAX_TEXT], now[:MAX_TEXT]
        self.found.note(HandEdit(self.name, cell, line[0], about, *texts, trusted))

    def _recognise(self, strangers: list[tuple[int, Sequence[Any]]], missing: list[Line]) -> None:
        """Find the rows of which only the id was changed: most of the rest is as it was."""
        for number, row in strangers[:STRANGERS]:
            alike = {line: self._alike(row, line) for line in missing[:STRANGERS]}
            best = max(alike, key=lambda line: alike[line], default=None)
            if best is not None and alike[best] > 0.5:
                self._row(number, row, best)
                missing.remove(best)
                strangers.remove((number, row))

    def _alike(self, row: Sequence[Any], line: Line) -> float:
        values = self.expected.row(line)
        filled = [(place, written) for place, written in self.columns if values[written] != ""]
        return sum(same(values[written], row[place], self.found.mac) for place, written in filled) / len(filled)

    def _tell(self, strangers: Sequence[tuple[int, Sequence[Any]]], missing: Sequence[Line]) -> None:
        there = {written for _, written in self.columns}
        gone = [
            key for place, key in enumerate(self.expected.keys) if place in self.expected.answers and place not in there
        ]
        if gone:
            self.found.notices.append(f"“{self.name}”少了 {len(gone)} 列：{listed(gone, 5)}")
        if missing:
            units = list(dict.fromkeys(self._unit(line) for line in missing[:100]))
            self.found.notices.append(f"“{self.name}”少了 {len(missing)} 行：{listed(units, 5)}")
        if strangers:
            numbers = [str(number + 1) for number, _ in strangers]
            self.found.notices.append(
                f"“{self.name}”多了 {len(strangers)} 行，不是程序写的：第 {listed(numbers, 5)} 行"
            )

    def _unit(self, line: Line) -> str:
        named = dict(zip(self.expected.keys, self.expected.row(line), strict=False))
        return show_text(str(named.get("county") or named.get("unit") or line[0]), line=True)


def _heading(expected: Expected, numbered: Iterator[tuple[int, Sequence[Any]]]) -> Columns | None:
    """The columns by the first row that has the keys by which rows are known; None if none has."""
    needed = {key for key in (INTERVIEW, ROW) if key in expected.keys}
    for _, row in islice(numbered, HEADING_ROWS):
        if needed <= {cell.strip() for cell in row if isinstance(cell, str)}:
            return _columns(expected.keys, row)
    return None


def _columns(keys: Sequence[str], row: Sequence[Any]) -> Columns:
    """Which column is where. Of keys that come twice the first is the first; a copy of a column is compared too."""
    if row == [*keys]:
        return [(place, place) for place in range(len(keys))]
    places: dict[str, list[int]] = {}
    for written, key in enumerate(keys):
        places.setdefault(key, []).append(written)
    columns = []
    for place, cell in enumerate(row):
        if isinstance(cell, str) and (waiting := places.get(cell.strip())):
            columns.append((place, waiting.pop(0) if len(waiting) > 1 else waiting[0]))
    return columns
