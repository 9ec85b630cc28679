"""Any question by any breakdown: a table, and a bar chart of the row or the column the cursor is in."""

from __future__ import annotations

from collections.abc import Sequence

from textual import events
from textual.app import ComposeResult

from exports.blocks import Block, Line, Part, Style
from exports.exploring import BREAKDOWNS, Explored, askable, breakdowns, explore, in_words, size_of, write_csv
from exports.files import ExportError
from exports.selection import Selection
from surveys.form import Item
from surveys.text import Refusal, show_text
from tui.current_survey import SURVEY, current_survey, following_survey
from tui.keys import Command, bindings_of
from tui.marks import pick
from tui.screens.dialogs import Find
from tui.screens.room import Room
from tui.widgets.bars import Bar, Bars
from tui.widgets.board import Board
from tui.widgets.prose import Prose
from tui.widgets.title_line import TitleLine

_STEPS = {"up": (-1, 0), "down": (1, 0), "left": (0, -1), "right": (0, 1)}
LABEL = 30
"""Cells of the names of statistics and choices at most."""
FIRST = "city"
"""The breakdown it begins with."""


class Explorer(Room[None]):
    """A row per statistic and choice, a column per group."""

    room = "explorer"
    BINDINGS = bindings_of("explorer")

    explored: Explored | None = None

    _by, _drafts, _part, _row, _column = FIRST, False, 0, 0, 0
    _over_groups = False
    """Whether the chart compares the groups in one row, and not the rows of one group."""

    def body(self) -> ComposeResult:
        self.heading = TitleLine()
        self.summary = Prose(id="summary")
        self.board = Board(id="board", label=LABEL)
        self.bars = Bars(id="bars")
        yield self.heading
        yield self.summary
        yield self.board
        yield self.bars

    def on_mount(self) -> None:
        self.load()

    def on_resize(self) -> None:
        if self.explored:
            self.show_all()

    def load(self) -> None:
        """Begin at the survey's first question."""
        store = self.zoufang.store
        self.survey = current_survey(store)
        self.form = store.form(self.survey.digest)
        self._items = askable(self.form)
        numbered = [place for place, item in enumerate(self._items) if item.number]
        self._place, self._by = next(iter(numbered), 0), FIRST
        # Where nothing is complete yet, drafts are all there is to look at.
        complete = store.conn.execute("SELECT 1 FROM interviews WHERE stage = 'complete' LIMIT 1").fetchone()
        self._drafts = complete is None
        self.count()

    def count(self) -> None:
        """Tabulate the question anew; the cursor stays as far as it can."""
        selection = Selection.of(self.form, drafts=self._drafts)
        try:
            self.explored = explore(self.zoufang.store.conn, self.form, selection, self.item.name, self._by)
        except Refusal as refusal:
            self._by = FIRST
            self.explored = explore(self.zoufang.store.conn, self.form, selection, self.item.name, self._by)
            self.tell(refusal.message, trouble=True)
        self._part = min(self._part, len(self.explored.parts) - 1)
        self._column = min(self._column, len(self.explored.groups) - 1)
        lines = self._lines()
        if self._row >= len(lines) or lines[self._row][1] is None:
            self._row = self._first_charted(lines)
        self.show_all()

    @property
    def item(self) -> Item:
        """The question that is looked at."""
        return self._items[self._place]

    @property
    def part(self) -> Part:
        """The table of it that is shown: a register has one for each of its fields."""
        assert self.explored is not None
        return self.explored.parts[self._part]

    # ── what is shown ──

    def _lines(self) -> list[tuple[Block, Line | None]]:
        """The rows of the table: a block's title, then its lines."""
        rows: list[tuple[Block, Line | None]] = []
        for block in self.part.blocks:
            rows += [(block, None), *((block, line) for line in block.lines)]
        return rows

    def _first_charted(self, lines: Sequence[tuple[Block, Line | None]]) -> int:
        """The first row of what a chart is best of; the first row with figures without such."""
        charted = (place for place, (block, line) in enumerate(lines) if line is not None and block.measure)
        return next(charted, next(place for place, (_, line) in enumerate(lines) if line is not None))

    def show_all(self) -> None:
        """Write the table and the chart anew."""
        explored = self.explored
        assert explored is not None
        measure = "份记录" if explored.counted == "记录" else f"个{explored.counted}"
        counted = f"{'含草稿' if self._drafts else '完成的'} {explored.bases[0]}{measure}"
        self.heading.show([self.survey.title, "统计", f"分组：{explored.by}"], counted)
        part = f"　栏目：{self.part.title}" if self.part.title else ""
        self.summary.say(show_text(f"{explored.item.heading}{part}", line=True))
        rows = []
        for block, line in self._lines():
            if line is None:
                rows.append((block.title.replace("\n", " "), [""] * len(explored.groups)))
            else:
                rows.append((f" {line.label}", [in_words(v, line.style) or pick("–", "-") for v in line.values]))
        cell = max((len(text) for _, cells in rows for text in cells), default=0)
        self.board.styles.max_height = max(6, self.app.size.height // 2)
        self.board.show(_short(explored.groups), rows, self._row, self._column, max(7, min(cell, 14)))
        self._draw()
        self.key_line.show_keys()

    def _draw(self) -> None:
        """The chart: the block's rows in the cursor's group, or the groups in the cursor's row."""
        assert self.explored is not None
        block, line = self._lines()[self._row]
        assert line is not None
        title = block.title.replace("\n", " ")
        if self._over_groups:
            values = zip(self.explored.groups, line.values, strict=True)
            bars = [Bar(name, size_of(value), in_words(value, line.style) or "–") for name, value in values]
            # A sum over all would leave nothing to see of its parts; a rate or a mean is what they are held against.
            alone = 0 if line.judged or line.style is Style.SHARE or len(bars) == 1 else 1
            here = self._column - alone
            self.bars.show(f"{title} {line.label}：各{self.explored.by}", bars[alone:], here if here >= 0 else None)
            return
        found = ((each.label, each.values[self._column], each.style) for each in block.lines)
        bars = [Bar(label, size_of(value), in_words(value, style) or "–") for label, value, style in found]
        self.bars.show(f"{title}：{self.explored.groups[self._column]}", bars, block.lines.index(line))

    def cut_texts(self) -> list[str]:
        return [self.item.heading] if self.summary.is_cut else []

    # ── moving ──

    def on_key(self, event: events.Key) -> None:
        if event.key not in _STEPS or self.explored is None:
            return
        event.stop()
        down, right = _STEPS[event.key]
        self._column = max(0, min(len(self.explored.groups) - 1, self._column + right))
        lines = self._lines()
        row = self._row + down
        while 0 <= row < len(lines) and lines[row][1] is None:  # over the titles
            row += down
        self._row = row if 0 <= row < len(lines) else self._row
        self.show_all()

    # ── commands ──

    def works(self, command: Command) -> bool:
        match command.id:
            case "survey":
                return len(self.zoufang.store.surveys()) > 1
            case "next_part":
                return self.explored is not None and len(self.explored.parts) > 1
        return True

    def action_find(self) -> None:
        from surveys.frame import sounds_like

        entries = [(item.name, item.heading) for item in self._items]
        numbers = {item.name: str(item.number or "") for item in self._items}

        def rank(name: str, text: str, typed: str) -> int | None:
            if typed and numbers[name] == typed.strip():
                return 0
            return 1 if sounds_like(text, typed) else None

        def chosen(name: str | None) -> None:
            if name:
                self._go([item.name for item in self._items].index(name))

        self.app.push_screen(Find("看哪一题：输入题号、文字或拼音首字母", entries, rank), chosen)

    def action_breakdown(self) -> None:
        from surveys.frame import sounds_like

        entries = breakdowns(self.form)

        def rank(key: str, text: str, typed: str) -> int | None:
            return (0 if key in BREAKDOWNS else 1) if sounds_like(text, typed) else None

        def chosen(key: str | None) -> None:
            if key:
                self._by, self._column = key, 0
                self.count()

        self.app.push_screen(Find("按什么分组：市、县区、组，或另一题的答案", entries, rank), chosen)

    def action_next_question(self) -> None:
        self._go(min(len(self._items) - 1, self._place + 1))

    def action_previous_question(self) -> None:
        self._go(max(0, self._place - 1))

    def _go(self, place: int) -> None:
        self._place, self._part, self._row = place, 0, -1
        self._row = 10**6  # none of its rows: the first that a chart is best of is looked for
        self.count()

    def action_next_part(self) -> None:
        assert self.explored is not None
        self._part, self._row = (self._part + 1) % len(self.explored.parts), 10**6
        self.count()

    def action_chart(self) -> None:
        self._over_groups = not self._over_groups
        self.show_all()

    def action_drafts(self) -> None:
        self._drafts = not self._drafts
        self.count()

    def action_survey(self) -> None:
        if self.remember(SURVEY, following_survey(self.zoufang.store).id):
            self.load()

    def action_write_table(self) -> None:
        from exports.explored_workbook import write_workbook
        from exports.limits import Limits
        from exports.times import moment
        from exports.workbook import safe_name

        explored = self.explored
        assert explored is not None
        number = f"第{explored.item.number}题" if explored.item.number else explored.item.label
        name = safe_name(f"统计_{number}_{explored.by}")
        folder = self.zoufang.export_folder
        limits = Limits(self.form).of(explored.item) if len(explored.item.cells) == 1 else ()
        made = moment(self.zoufang.store.last_at())
        try:
            path = write_workbook(explored, limits, folder / f"{name}.xlsx", made, self.survey.title)
            write_csv(explored, folder / f"{name}.csv")
        except ExportError as error:
            self.tell(error.message, trouble=True)
        else:
            self.tell(f"已写好 {path}（带图），同名的 .csv 也写了一份。")


def _short(groups: Sequence[str]) -> list[str]:
    """Cities without what they all end with."""
    return [group.removesuffix("市").removesuffix("地区") or group for group in groups]
