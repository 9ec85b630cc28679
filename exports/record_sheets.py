"""待核实与备注 and 修改记录: what was said about answers, and how they changed."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from openpyxl.utils import get_column_letter

from exports.changes import changes, find
from exports.sights import Sight
from exports.styles import BLOCK, CENTERED, HEAD, NOTE_LINE, TEXT, TIME, Look, Pen, print_setup, set_widths
from exports.times import naive
from surveys.form import Form, Item
from surveys.frame import team_name
from surveys.history import Event, Kind

_SAID = {
    Kind.REMARKED: "备注",
    Kind.DOUBTED: "待核实",
    Kind.EVIDENCED: "佐证",
    Kind.RESPONDENT: "答复人",
    Kind.WARNING_PASSED: "提醒已说明",
}
_UNIT = (("县（市、区）", 14), ("市（地）", 13), ("代码", 9))


Shown = tuple[object, Look]


class _RecordSheet:
    """A list under one heading row, with a filter."""

    def __init__(self, book: Any, name: str, title: str, columns: tuple[tuple[str, float], ...]) -> None:
        self._sheet = book.create_sheet(name)
        set_widths(self._sheet, [width for _, width in columns])
        self._sheet.freeze_panes = "C2"
        print_setup(self._sheet, title=f"{title} {name}", rows="1:1")
        self._pen = Pen(self._sheet)
        self._pen.row([heading for heading, _ in columns], HEAD, height=24)
        self._widths = [width for _, width in columns]
        self._last = get_column_letter(len(columns))

    def close(self) -> None:
        """Set the filter over everything written; an empty list says that it is meant to be."""
        if self._pen.rows == 1:
            self._pen.row(["（没有）"], NOTE_LINE)
        self._sheet.auto_filter.ref = f"A1:{self._last}{self._pen.rows}"

    def _unit(self, sight: Sight) -> list[Shown]:
        return [(sight.unit.county, TEXT), (sight.unit.city, TEXT), (sight.row.unit, CENTERED)]

    def _who(self, event: Event) -> list[Shown]:
        return [(event.who, TEXT), (team_name(event.team), CENTERED), (naive(event.at), TIME)]


class NoteSheet(_RecordSheet):
    """待核实与备注: remarks, doubts, evidence, who answered, and the notes with which warnings were passed."""

    def __init__(self, book: Any, title: str) -> None:
        columns = (
            *_UNIT, ("题目", 46), ("类别", 12), ("内容", 60), ("答复人", 20), ("填写人", 12), ("组别", 9), ("时间", 17),
        )  # fmt: skip
        super().__init__(book, "待核实与备注", title, columns)

    def add(self, sight: Sight) -> None:
        """Write what was said in one interview, in the order of the form."""
        for item, event, text in _notes(sight):
            heading = item.heading if item else event.cell
            respondent = sight.respondent(item.name if item else event.cell)
            told: list[Shown] = [
                (heading, BLOCK),
                (_SAID[event.kind], CENTERED),
                (text, BLOCK),
                (respondent, BLOCK),
            ]
            self._pen.fitted([*self._unit(sight), *told, *self._who(event)], self._widths, most=20)


class ChangeSheet(_RecordSheet):
    """修改记录: every change of an answer after its first entry, moves to a newer version of the form, double entry."""

    def __init__(self, book: Any, title: str) -> None:
        columns = (
            *_UNIT, ("题目", 40), ("栏目", 18), ("单元格", 20), ("原来", 26), ("改为", 26), ("修改人", 12), ("组别", 9),
            ("时间", 17), ("原因或来源", 26), ("答复人", 20),
        )  # fmt: skip
        super().__init__(book, "修改记录", title, columns)

    def add(self, sight: Sight) -> None:
        """Write the changes of one interview, oldest first."""
        for change in changes(sight):
            event = change.event
            told: list[Shown] = [
                (change.heading, BLOCK),
                (change.label, BLOCK),
                (change.cell, TEXT),
                (change.old, BLOCK),
                (change.new, BLOCK),
            ]
            ground: list[Shown] = [(change.reason, BLOCK), (change.respondent, BLOCK)]
            self._pen.fitted([*self._unit(sight), *told, *self._who(event), *ground], self._widths, most=20)


def _notes(sight: Sight) -> Iterator[tuple[Item | None, Event, str]]:
    checks = {rule.id: (item, str(rule.message)) for item in sight.form.items for rule in item.rules}
    found: list[tuple[Item | None, Event, str]] = []
    for (kind, cell), event in sight.state.live.items():
        if kind == Kind.WARNING_PASSED and event.note:
            passed, message = _warning(checks, sight.form, cell)
            found.append((passed, event, f"{message}——{event.note}"))
        elif kind in (Kind.REMARKED, Kind.EVIDENCED) and event.value:
            found.append((find(sight.form, cell)[0], event, event.value))
        elif kind in (Kind.DOUBTED, Kind.RESPONDENT) and event.value:  # who answered has a column of its own
            found.append((find(sight.form, cell)[0], event, ""))
    position = {item.name: number for number, item in enumerate(sight.form.items)}
    found.sort(key=lambda note: (position.get(note[0].name, -1) if note[0] else -1, note[1].id))
    yield from found


def _warning(checks: Mapping[str, tuple[Item, str]], form: Form, check: str) -> tuple[Item | None, str]:
    """The question and the words of a warning; of another version's only its id is known."""
    if (known := checks.get(check.partition("@")[0])) is not None:  # behind the @: the roster row it is about
        return known
    address = check.removesuffix(".likely_max")
    item, cell = find(form, address) if address != check else (None, None)
    return (item, f"{cell.label} 金额偏大") if item is not None and cell is not None else (None, check)
