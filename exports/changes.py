"""How an interview came to be what it is, in words: changed answers, and moves to a newer version of its form."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field

from exports.columns import words
from exports.sights import Sight
from exports.terms import decision_word, nothing_word
from surveys.acts import MOVED
from surveys.answers import Answer, Status
from surveys.form import Cell, Form, Item, parse_address, roster_cell
from surveys.history import Event, Kind

LEFT = "（新版没有这一格，原答案仍在数据里）"
"""What became of an answer that the newer version has no place for."""


@dataclass(frozen=True, slots=True)
class Change:
    """One line of the list of changes."""

    event: Event
    heading: str
    """The question, as the version had it that was used at the time."""
    label: str
    """The cell within the question; "" when it has one."""
    cell: str
    old: str
    new: str
    respondent: str = ""
    """Who gave the answer, where somebody was named."""

    @property
    def reason(self) -> str:
        """Why, and where it came from. The note of a comparison is no reason: it is the entry that was looked at."""
        note = "" if self.event.kind is Kind.COMPARED else self.event.note
        return "；".join(filter(None, (note, self.event.source)))


def changes(sight: Sight) -> Iterator[Change]:
    """Every change after the first entry, oldest first."""
    teller = _Teller(sight)
    for event in sight.events:
        yield from teller.told(event)


def find(form: Form, address: str) -> tuple[Item | None, Cell | None]:
    """The question and the cell at an address; None for what the form does not have."""
    try:
        item = form.question_of(address)
    except KeyError:  # the address of another definition
        return None, None
    try:
        return item, form.cell(address)
    except KeyError:
        return item, None


def place_of(form: Form, address: str) -> tuple[str, str]:
    """The heading of the question an address is in, and what the cell is called within it."""
    item, cell = find(form, address)
    if item is None:
        return address, ""
    return item.heading, cell.label if cell is not None and cell.label != item.label else ""


def in_words(form: Form, address: str, answer: Answer) -> str:
    """An answer in words, as the form has them."""
    item, cell = find(form, address)
    if item is not None and item.type == "roster" and not parse_address(address).row_id:
        return nothing_word(item) if answer.status is Status.NOT_APPLICABLE else "（空）"
    return words(cell.kind, answer.value, answer.status) if cell else answer.value or answer.status.label


@dataclass(frozen=True, slots=True)
class _Said:
    """An answer, with the words of the version it was given under."""

    answer: Answer
    cell: str
    form: Form

    @property
    def words(self) -> str:
        """Worked out when they are told: most answers are never changed."""
        return in_words(self.form, self.cell, self.answer)


@dataclass
class _Teller:
    """Walks through a history once."""

    sight: Sight
    last: dict[str, _Said] = field(default_factory=dict)
    at_move: dict[str, _Said] = field(default_factory=dict)
    """What had been said when the last move was made."""
    removed: set[str] = field(default_factory=set)
    """Roster rows that were taken off."""
    respondents: dict[str, str] = field(default_factory=dict)
    """Question → who was named last."""
    again: dict[str, str] = field(default_factory=dict)
    """What the second keying said last."""

    def __post_init__(self) -> None:
        self.form = self.sight.form
        """The version in use at the time."""
        sources = (event.source for event in self.sight.events)
        self.moved = {source.removeprefix(MOVED) for source in sources if source.startswith(MOVED)}

    def told(self, event: Event) -> Iterator[Change]:
        match event.kind:
            case Kind.OPENED:
                self.form = self.sight.form_of(event.value)
            case Kind.MIGRATED:
                yield from self._move(event)
            case Kind.RESPONDENT:
                self.respondents[event.cell] = event.value
            case Kind.ANSWERED:
                yield from self._answer(event)
            case Kind.ROW_ADDED:
                self.removed.discard(event.cell)
                if event.source.startswith(MOVED):
                    yield self._change(event, "已登记", "随新版改名")
            case Kind.ROW_REMOVED:
                self.removed.add(event.cell)
                if event.cell not in self.moved:
                    yield self._change(event, "已登记", "删去一项")
            case Kind.KEYED_AGAIN | Kind.ROW_ADDED_AGAIN | Kind.ROW_REMOVED_AGAIN:
                yield from self._keyed_again(event)
            case Kind.COMPARED:
                yield self._change(event, self._second(event), f"双录对照：{decision_word(event)}")
            case Kind.REOPENED:
                yield self._change(event, "完成", "退回草稿")
            case Kind.COUNTED_BESIDE:
                yield Change(event, "同单位的另一份", "", "", "", "两份都保留" if event.value else "不再都保留")
            case Kind.VOIDED:
                yield self._change(event, "", "作废")

    def _change(self, event: Event, old: str, new: str) -> Change:
        heading, label = place_of(self.form, event.cell)
        said = event.kind in (Kind.ANSWERED, Kind.ROW_ADDED, Kind.ROW_REMOVED)
        respondent = self.respondents.get(parse_address(event.cell).question, "") if said else ""
        return Change(event, heading, label, event.cell, old, new, respondent)

    def _answer(self, event: Event) -> Iterator[Change]:
        answer, old = Answer(event.value, event.status), self.last.get(event.cell)
        self.last[event.cell] = said = _Said(answer, event.cell, self.form)
        if event.source.startswith(MOVED):
            former = self.at_move.get(event.source.removeprefix(MOVED))
            yield self._change(event, former.words if former else "", said.words)
        elif old is not None and old.answer != answer and not self._is_closing(event):
            yield self._change(event, old.words, said.words)

    def _keyed_again(self, event: Event) -> Iterator[Change]:
        """The beginning of the second keying, then what was changed in it after its first entry."""
        if not self.again:
            yield Change(event, "双录", "", "", "", "开始录第二遍")
        former = self.again.get(event.cell)
        self.again[event.cell] = self._second(event)
        if event.kind is Kind.ROW_REMOVED_AGAIN:
            yield self._change(event, "第二遍已登记", "第二遍删去一项")
        elif event.kind is Kind.KEYED_AGAIN and former not in (None, self.again[event.cell]):
            yield self._change(event, str(former), self.again[event.cell])

    def _second(self, event: Event) -> str:
        """What the second keying says at a place; of a roster row only whether it is there."""
        answer = Answer(event.note if event.kind is Kind.COMPARED else event.value, event.status)
        parsed = parse_address(event.cell)
        if parsed.row_id and not parsed.rest:
            return "第二遍有这一项" if answer.status.given else "第二遍没有这一项"
        return f"第二遍：{in_words(self.form, event.cell, answer)}"

    def _is_closing(self, event: Event) -> bool:
        """Whether an old name is only closed: what stood there is told where it was moved to."""
        return event.cell in self.moved and not event.value and not _has_place(self.form, event.cell)

    def _move(self, event: Event) -> Iterator[Change]:
        """The move itself, then what the newer version has no place for; what it carries are events of their own."""
        before, self.form = self.form, self.sight.form_of(event.value)
        self.at_move = dict(self.last)
        old, new = before.survey.version, self.form.survey.version
        yield Change(event, "换用新版问卷", "", "", f"版本 {old}", f"版本 {new}")
        for address, said in self.last.items():
            gone = not _has_place(self.form, address) and _has_place(before, address)
            parsed = parse_address(address)
            taken_off = parsed.row_id and roster_cell(parsed.question, parsed.row_id) in self.removed
            if gone and said.answer.status.given and address not in self.moved and not taken_off:
                heading, label = place_of(before, address)
                yield Change(event, heading, label, address, said.words, LEFT)


def _has_place(form: Form, address: str) -> bool:
    item, cell = find(form, address)
    return cell is not None or (item is not None and item.type == "roster" and address == item.name)
