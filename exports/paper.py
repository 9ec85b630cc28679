"""The questionnaire on paper, blank or filled: what stands where, before it is a page of HTML or of a workbook."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from exports.columns import with_unit
from exports.extents import MOST_CHOICES
from exports.styles import width_of
from surveys.answers import Answer, Status, choices_of, display
from surveys.conditions import in_words
from surveys.definition import Matrix, Question, Roster
from surveys.form import Cell, Form, Item, roster_cell, specify_cell
from surveys.interview import Interview
from surveys.standing import Stage
from surveys.value_types import ValueType

EMPTY_BOX, TICKED = "□", "☑"
ITEMS_SIDE_BY_SIDE, BLANK_ITEMS = 3, 6
"""How many things of a roster stand beside one another, and for how many a blank form has room."""
LONG = 100
"""Texts that may be longer than this get several lines."""
WITHHELD = "（保密，已略去）"


@dataclass(frozen=True)
class Choices:
    """Boxes to tick, or brackets to number."""

    texts: tuple[str, ...]

    @property
    def columns(self) -> int:
        """How many stand beside one another, so that none is broken."""
        longest = max(map(width_of, self.texts), default=0)
        return next((columns for columns, width in ((4, 18), (3, 26), (2, 42)) if longest <= width), 1)


@dataclass(frozen=True)
class Blank:
    """One thing to write, on a line of its own; `text` is what was written."""

    text: str
    unit: str = ""
    lines: int = 1
    """How many lines there are to write on."""


@dataclass(frozen=True)
class Table:
    """A grid: the first column names the rows."""

    head: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    label_share: float = 0.4
    """Of the width, for the first column."""


Body = Choices | Blank | Table


@dataclass(frozen=True)
class PaperQuestion:
    """One question with its place to answer."""

    heading: str
    condition: str = ""
    """When it is to be answered, as a sentence; "" for always."""
    hint: str = ""
    bodies: tuple[Body, ...] = ()
    skipped: bool = False
    """It is not asked of this unit."""


@dataclass(frozen=True)
class PaperSection:
    """A dimension."""

    title: str
    condition: str
    questions: tuple[PaperQuestion, ...]


@dataclass(frozen=True)
class Paper:
    """The whole questionnaire."""

    title: str
    notes: tuple[str, ...]
    facts: tuple[tuple[str, str], ...]
    """Label and text of what stands before the questions; an empty text is a line to write on."""
    sections: tuple[PaperSection, ...]
    signatures: tuple[str, ...] = ("填报人", "单位负责人", "单位（盖章）", "日期")
    sensitive: bool = field(default=False)
    """It shows sensitive answers, and says so on every page."""


def blank_paper(form: Form) -> Paper:
    """The form with nothing in it."""
    return _Layout(form, None, False).paper((("单位", ""), ("代码", ""), ("填报日期", ""), ("调研组", "")))


def filled_paper(interview: Interview, unit: str, team: str, masked: bool = False) -> Paper:
    """An interview, complete unless masked: for the unit's own stamp.

    Args:
        interview: What was answered.
        unit: The unit's name.
        team: The team's.
        masked: Leaves sensitive answers out.
    """
    stage = "" if interview.stage is Stage.COMPLETE else f"（{interview.stage.label}）"
    facts = (("单位", unit), ("代码", interview.unit), ("轮次", interview.round + stage), ("调研组", team))
    return _Layout(interview.form, interview, masked).paper(facts)


class _Layout:
    def __init__(self, form: Form, interview: Interview | None, masked: bool) -> None:
        self._form, self._interview, self._masked = form, interview, masked
        self._shown_sensitive = False

    def paper(self, facts: tuple[tuple[str, str], ...]) -> Paper:
        survey = self._form.survey
        sections = tuple(
            PaperSection(
                section.label, self._condition(section.relevant, section.questions[0].name, "本部分"), questions
            )
            for section in self._form.sections()
            if (questions := tuple(self._questions(section.name)))
        )
        notes = ("选择题在 □ 里打 ✓；不能回答的写明原因（不掌握、不适用）。金额单位按题目标明的填写。",)
        return Paper(
            survey.title, tuple(filter(None, (survey.notice, *notes))), facts, sections, sensitive=self._shown_sensitive
        )

    def _questions(self, section: str) -> Iterator[PaperQuestion]:
        for item in self._form.items_of(section):
            if item.type != "calculate":
                yield self._question(item)

    def _question(self, item: Item) -> PaperQuestion:
        question = item.question
        condition = self._condition(question.relevant, item.name, "")
        if item.type == "note":
            return PaperQuestion(item.label, condition)
        hint = "；".join(filter(None, (question.hint.rstrip("。"), _demand(question, item))))
        skipped = self._interview is not None and not self._interview.relevant(item.name)
        bodies = () if skipped else tuple(self._bodies(item))
        return PaperQuestion(item.heading, condition, f"（{hint}）" if hint else "", bodies, skipped)

    def _condition(self, source: str | None, item: str, of: str) -> str:
        return f"{of}仅当{in_words(self._form, source, item)}时填写。" if source else ""

    # ── places to answer ──────────────────────────────────────────────────────────────

    def _bodies(self, item: Item) -> Iterator[Body]:
        if isinstance(item.question, Roster):
            yield from self._roster(item, item.question)
        elif isinstance(item.question, Matrix):
            yield self._matrix(item, item.question)
        else:
            yield self._cell(item.cells[0], item.name)

    def _cell(self, cell: Cell, address: str) -> Body:
        answer = self._answer(address)
        reason = self._reason(cell, address)
        if _tickable(cell.kind) and not reason:
            return Choices((*self._boxes(cell, address, answer), *self._statuses(cell, answer)))
        unit = getattr(cell.kind, "unit", "") if not reason else ""
        lines = 3 if cell.kind.type == "text" and cell.kind.max_length > LONG else 1
        return Blank(reason or self._text(cell, address, answer), unit, lines)

    def _boxes(self, cell: Cell, address: str, answer: Answer) -> Iterator[str]:
        chosen = answer.value.split() if answer.status is Status.ANSWERED else []
        for choice in choices_of(cell.kind):
            if cell.kind.type == "rank":
                place = str(chosen.index(choice.name) + 1) if choice.name in chosen else "　"
                box = f"（{place}）"
            else:
                box = TICKED if choice.name in chosen else EMPTY_BOX
            text = f"{box} {choice.name} {choice.label}"
            if choice.specify:
                said = self._answer(specify_cell(address, choice.name)).value
                text += f"：{said}" if said else "：＿＿＿＿＿＿" if self._interview is None else ""
            yield text

    def _statuses(self, cell: Cell, answer: Answer) -> Iterator[str]:
        for status in cell.statuses:
            yield f"{TICKED if answer.status is status else EMPTY_BOX} {status.label}"

    def _text(self, cell: Cell, address: str, answer: Answer) -> str:
        """What was written there; a code with its label where the list is too long to print."""
        if answer.status is not Status.ANSWERED:
            return answer.status.label if answer.status.missing else ""
        specified = (
            [self._answer(specify_cell(address, code)).value for code in answer.value.split()[:20]]
            if choices_of(cell.kind)
            else []
        )
        return "：".join(filter(None, (display(cell.kind, answer.value, unit=False), *specified)))

    def _reason(self, cell: Cell, address: str) -> str:
        """What stands there in the place of an answer that is not shown."""
        answer = self._answer(address)
        if cell.sensitive and answer.status is Status.ANSWERED:
            if self._masked:
                return WITHHELD
            self._shown_sensitive = True
        return ""

    def _in_table(self, cell: Cell, address: str) -> str:
        """The same within a grid: the words, or nothing."""
        return self._reason(cell, address) or self._text(cell, address, self._answer(address))

    def _answer(self, address: str) -> Answer:
        return self._interview.answer(address) if self._interview is not None else Answer()

    def _matrix(self, item: Item, matrix: Matrix) -> Table:
        cells = {(cell.row, cell.column): cell for cell in item.cells}
        kinds = {id(cell.kind) for cell in item.cells}
        kind = item.cells[0].kind
        if not matrix.columns and len(kinds) == 1 and _tickable(kind) and len(choices_of(kind)) <= 6:
            head = ("", *(str(choice.label) for choice in choices_of(kind)))
            rows = [(str(row.label), *self._ticks(cells[row.name, ""])) for row in matrix.rows]
            return Table(head, tuple(rows), 0.3)
        names = [column.name for column in matrix.columns] or [""]
        heads = [str(column.label) for column in matrix.columns] or ["填写"]
        unit = getattr(kind, "unit", "")
        head = ("", *(with_unit(text, kind) for text in heads))
        rows = [
            (_row_label(cells[row.name, names[0]], str(row.label), unit),
             *(self._in_table(cells[row.name, name], cells[row.name, name].address) for name in names))
            for row in matrix.rows
        ]  # fmt: skip
        return Table(head, tuple(rows), 0.6 if len(names) == 1 else 0.3)

    def _ticks(self, cell: Cell) -> Iterator[str]:
        if reason := self._reason(cell, cell.address):
            yield from (reason, *[""] * (len(choices_of(cell.kind)) - 1))
            return
        answer = self._answer(cell.address)
        for choice in choices_of(cell.kind):
            ticked = answer.status is Status.ANSWERED and choice.name in answer.value.split()
            said = self._answer(specify_cell(cell.address, choice.name)).value if choice.specify else ""
            yield f"{TICKED if ticked else EMPTY_BOX}{said}"

    def _roster(self, item: Item, roster: Roster) -> Iterator[Body]:
        """Fields down, things side by side; when there are more than the paper has room for, on a sheet of their own."""
        rows: Sequence[str] = self._interview.rows(item.name) if self._interview is not None else [""] * BLANK_ITEMS
        if roster.none_label:
            said = self._interview is not None and self._interview.nothing(item.name)
            yield Choices((f"{TICKED if said else EMPTY_BOX} {roster.none_label}",))
        for start in range(0, len(rows), ITEMS_SIDE_BY_SIDE):
            some = rows[start : start + ITEMS_SIDE_BY_SIDE]
            blanks = [""] * (ITEMS_SIDE_BY_SIDE - len(some))
            head = ("", *(f"第{start + place}项" for place in range(1, len(some) + 1)), *blanks)
            lines = [
                (self._field_label(item, cell, field),
                 *(self._in_table(cell, roster_cell(item.name, row_id, cell.address)) if row_id else _room(cell) for row_id in some),
                 *blanks)
                for cell, field in zip(item.cells, roster.questions, strict=True)
            ]  # fmt: skip
            yield Table(head, tuple(lines), 0.34)
        if self._interview is None:
            yield Blank(f"超过{BLANK_ITEMS}项的另附纸，按同样的栏目填写。", lines=0)

    def _field_label(self, item: Item, cell: Cell, question: Question) -> str:
        """Of a field: its unit, its choices, when it is asked."""
        label = with_unit(cell.label, cell.kind)
        choices = choices_of(cell.kind)
        if self._interview is None and 0 < len(choices) <= MOST_CHOICES:
            label += "：" + "　".join(f"{choice.name} {choice.label}" for choice in choices)
        if self._interview is None and question.relevant:
            label += f"（仅当{in_words(self._form, question.relevant, item.name)}时填写）"
        return label


def _tickable(kind: ValueType) -> bool:
    return 0 < len(choices_of(kind)) <= MOST_CHOICES


def _room(cell: Cell) -> str:
    """Blank lines to write on in a grid: more where long texts are asked for."""
    return "\n\n\n" if cell.kind.type == "text" and cell.kind.max_length > LONG else ""


def _row_label(cell: Cell, label: str, unit: str) -> str:
    """A row that is counted in something else says so."""
    own = getattr(cell.kind, "unit", "")
    return label if own == unit else with_unit(label, cell.kind)


def _demand(question: Question, item: Item) -> str:
    """How many may be chosen; what a date looks like."""
    kind = item.cells[0].kind if item.cells and item.type not in ("matrix", "roster") else None
    if "选" in question.hint or "排" in question.hint:
        return ""  # the hint says it
    match kind.type if kind is not None else "":
        case "select_multiple":
            most = getattr(kind, "max_selected", None)
            return f"可多选，最多{most}项" if most else "可多选"
        case "rank":
            most = getattr(kind, "max_ranked", None)
            return f"在括号里写1、2……排出前{most}项" if most else "在括号里写1、2……排序"
        case "date":
            return "年-月-日"
        case "month":
            return "年-月"
        case "time":
            return "时:分"
    return ""
