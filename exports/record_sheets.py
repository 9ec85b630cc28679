"""待核实与备注 and 修改记录: what was said about answers, and how they changed."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from exports.columns import words
from exports.sights import Sight, naive
from exports.styles import BLOCK, CENTERED, HEAD, TEXT, TIME, Look, Pen, print_setup, set_widths
from surveys.answers import Answer, Status
from surveys.form import Cell, Form, Item, parse_address
from surveys.frame import team_name
from surveys.history import Event, Kind

_SAID = {
    Kind.REMARKED: "备注",
    Kind.DOUBTED: "待核实",
    Kind.EVIDENCED: "佐证",
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
        self._last = chr(ord("A") + len(columns) - 1)

    def close(self) -> None:
        """Set the filter over everything written."""
        self._sheet.auto_filter.ref = f"A1:{self._last}{self._pen.rows}"

    def _unit(self, sight: Sight) -> list[Shown]:
        return [(sight.unit.county, TEXT), (sight.unit.city, TEXT), (sight.row.unit, CENTERED)]

    def _who(self, event: Event) -> list[Shown]:
        return [(event.who, TEXT), (team_name(event.team), CENTERED), (naive(event.at), TIME)]


class NoteSheet(_RecordSheet):
    """待核实与备注: remarks, doubts, evidence, and the notes with which warnings were passed."""

    def __init__(self, book: Any, title: str) -> None:
        columns = (*_UNIT, ("题目", 46), ("类别", 12), ("内容", 60), ("填写人", 12), ("组别", 9), ("时间", 17))
        super().__init__(book, "待核实与备注", title, columns)

    def add(self, sight: Sight) -> None:
        """Write what was said in one interview, in the order of the form."""
        for item, event, text in _notes(sight):
            told: list[Shown] = [(item, BLOCK), (_SAID[event.kind], CENTERED), (text, BLOCK)]
            self._pen.fitted([*self._unit(sight), *told, *self._who(event)], self._widths, most=20)


class ChangeSheet(_RecordSheet):
    """修改记录: every change of an answer after its first entry."""

    def __init__(self, book: Any, title: str) -> None:
        columns = (
            *_UNIT, ("题目", 40), ("栏目", 18), ("单元格", 20), ("原来", 26), ("改为", 26), ("修改人", 12), ("组别", 9),
            ("时间", 17), ("原因或来源", 26),
        )  # fmt: skip
        super().__init__(book, "修改记录", title, columns)

    def add(self, sight: Sight) -> None:
        """Write the changes of one interview, oldest first."""
        for event, old, new in _changes(sight):
            heading, label = place_of(sight.form, event.cell)
            told: list[Shown] = [
                (heading, BLOCK),
                (label, BLOCK),
                (event.cell, TEXT),
                (old, BLOCK),
                (new, BLOCK),
            ]
            reason: Shown = ("；".join(filter(None, (event.note, event.source))), BLOCK)
            self._pen.fitted([*self._unit(sight), *told, *self._who(event), reason], self._widths, most=20)


def place_of(form: Form, address: str) -> tuple[str, str]:
    """The heading of the question an address is in, and what the cell is called within it."""
    item, cell = _find(form, address)
    if item is None:
        return address, ""
    return item.heading, cell.label if cell is not None and cell.label != item.label else ""


def _find(form: Form, address: str) -> tuple[Item | None, Cell | None]:
    try:
        return form.question_of(address), form.cell(address)
    except KeyError:
        try:
            return form.question_of(address), None
        except KeyError:  # the address of another definition
            return None, None


def _notes(sight: Sight) -> Iterator[tuple[str, Event, str]]:
    checks = {rule.id: (item, rule.message) for item in sight.form.items for rule in item.rules}
    found = []
    for (kind, cell), event in sight.state.live.items():
        if kind == Kind.WARNING_PASSED and event.note:
            item, message = checks.get(cell, (None, cell))
            found.append((item, event, f"{message}——{event.note}"))
        elif kind in (Kind.REMARKED, Kind.EVIDENCED, Kind.DOUBTED) and event.value:
            found.append((_find(sight.form, cell)[0], event, "" if kind == Kind.DOUBTED else event.value))
    position = {item.name: number for number, item in enumerate(sight.form.items)}
    found.sort(key=lambda note: (position.get(note[0].name, -1) if note[0] else -1, note[1].id))
    for item, event, text in found:
        yield item.heading if item else event.cell, event, text


def _changes(sight: Sight) -> Iterator[tuple[Event, str, str]]:
    last: dict[str, Answer] = {}
    for event in sight.events:
        match event.kind:
            case Kind.ANSWERED:
                new, old = Answer(event.value, event.status), last.get(event.cell)
                last[event.cell] = new
                if old is not None and old != new:
                    yield event, _words(sight.form, event.cell, old), _words(sight.form, event.cell, new)
            case Kind.ROW_REMOVED:
                yield event, "已登记", "删去一项"
            case Kind.REOPENED:
                yield event, "完成", "退回草稿"
            case Kind.VOIDED:
                yield event, "", "作废"


def _words(form: Form, address: str, answer: Answer) -> str:
    item, cell = _find(form, address)
    if item is not None and item.type == "roster" and parse_address(address).row_id == "":
        return "暂无" if answer.status is Status.NOT_APPLICABLE else "（空）"
    return words(cell.kind, answer.value, answer.status) if cell else answer.value or answer.status.label
