"""Checks of how answers hang together: straight lines, texts that belong to a choice."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import groupby

from exports.quality.findings import Check, Context, Finding, Severity, named, percent
from exports.quality.sheets import Sheet
from surveys.answers import choices_of, label_of
from surveys.form import Cell, Form, Item, parse_address


@dataclass(frozen=True, slots=True)
class Battery:
    """Cells on one scale: the rows of a matrix (column by column), or ratings one after another."""

    items: tuple[Item, ...]
    cells: tuple[Cell, ...]

    @property
    def label(self) -> str:
        """How it is called in a message."""
        first, last = self.items[0], self.items[-1]
        if first is last:
            column = self.cells[0].label.rpartition(" · ")[2] if self.cells[0].column else ""
            return named(first) + (f"“{column}”一列" if column else "")
        return f"{named(first)}到{named(last)}"


def batteries(form: Form, least: float) -> list[Battery]:
    """All batteries of at least so many cells."""
    found: list[Battery] = []
    for item in form.items:
        if item.type == "matrix":
            columns: dict[str, list[Cell]] = {}
            for cell in item.cells:
                if cell.kind.type in ("rating", "select_one"):
                    columns.setdefault(cell.column, []).append(cell)
            for cells in columns.values():
                for _, alike in groupby(cells, key=lambda cell: choices_of(cell.kind)):
                    found.append(Battery((item,), tuple(alike)))
    ratings = groupby(
        form.items,
        key=lambda item: (item.section.name, choices_of(item.cells[0].kind)) if item.type == "rating" else (),
    )
    for key, items in ratings:
        if key:
            members = tuple(items)
            found.append(Battery(members, tuple(item.cells[0] for item in members)))
    return [battery for battery in found if len(battery.cells) >= least]


class StraightLine(Check):
    """The same answer all the way down."""

    id, label = "straight_line", "一路填同一个答案"
    rule = "表格或连续的评价题全部填了同一个答案，而多数答卷不是这样。"

    def __init__(self, context: Context) -> None:
        super().__init__(context)
        self._batteries = batteries(self.form, self.limits.battery)
        self._answered: Counter[int] = Counter()
        self._lines: dict[tuple[int, str], list[Finding]] = {}

    def look(self, sheet: Sheet) -> Iterable[Finding]:
        """Kept for the end: where most do so, it is the answer."""
        for number, battery in enumerate(self._batteries if sheet.counted else ()):
            values = [value for cell in battery.cells if (value := sheet.value(cell.address)) is not None]
            if len(values) >= self.limits.battery:
                self._answered[number] += 1
                if len({*values}) == 1:
                    self._lines.setdefault((number, values[0]), []).append(self._found(sheet, battery, values))
        return ()

    def _found(self, sheet: Sheet, battery: Battery, values: list[str]) -> Finding:
        cell = battery.cells[0]
        what = "同一个答案" if cell.sensitive else f"“{label_of(cell.kind, values[0])}”"
        message = f"{battery.label}的{len(values)}项全部填了{what}。"
        return self.found(sheet, Severity.WARNING, message, battery.items[0].name, cell.address)

    def conclude(self) -> Iterator[Finding]:
        """One per line that is unusual; of a usual one it is said once how usual it is."""
        for (number, _), findings in self._lines.items():
            answered = self._answered[number]
            # Of a handful of interviews nobody can say what is usual.
            if answered < self.limits.peers or len(findings) < self.limits.usual_line * answered:
                yield from findings
            else:
                told = f"{findings[0].message[:-1]}的有{len(findings)}份，占{percent(len(findings), answered)}，不逐份列出。"
                yield Finding(self.id, Severity.INFO, told, question=findings[0].question)


class SpecifyText(Check):
    """What was written for 其他（请注明）: to be read, and perhaps to become a choice."""

    id, label = "specify", "其他（请注明）"
    rule = "选了“其他”写下的文字；与现有选项相同的，应当改选那一项。"

    def look(self, sheet: Sheet) -> Iterator[Finding]:
        """One per text."""
        for address in sheet.answers if sheet.counted else ():
            parsed = parse_address(address)
            template = parsed.rest if parsed.row_id else address
            if template not in self.form.specifies or not (text := sheet.value(address)):
                continue
            item, (place, _, code) = self.form.by_name[parsed.question], address.rpartition(".")
            cell = self.form.cell(place)
            choices = [choice for choice in choices_of(cell.kind) if choice.name != code]
            same = next((choice.label for choice in choices if _plain(choice.label) == _plain(text)), "")
            shown = "文字（保密）" if cell.sensitive else f"“{text}”"
            if same:
                message = f"{named(item, cell)}在其他里写的{shown}本来就有这一项，应当改选。"
                yield self.found(sheet, Severity.WARNING, message, item.name, address)
            else:
                yield self.found(
                    sheet, Severity.INFO, f"{named(item, cell)}在其他里写的是{shown}。", item.name, address
                )


def _plain(text: str) -> str:
    """Without what does not matter between a choice and the same thing typed."""
    return "".join(character for character in text.casefold() if character.isalnum())
