"""How far the field work is: cities by teams, and by name who is missing."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from enum import StrEnum

from textual import events
from textual.app import ComposeResult

from exports.chase import chase_list, write_chase_list
from exports.coverage import Coverage, CoverageLine, Progress, survey_coverage
from exports.files import ExportError
from exports.selection import Selection
from surveys.frame import team_name
from tui.current_survey import SURVEY, current_survey, following_survey
from tui.keys import Command, bindings_of
from tui.marks import bar, pick
from tui.screens.room import Room
from tui.textual_faults import cut
from tui.widgets.board import Board
from tui.widgets.prose import Prose
from tui.widgets.title_line import TitleLine

_STEPS = {"up": (-1, 0), "down": (1, 0), "left": (0, -1), "right": (0, 1)}
NAMES = 3
"""Lines of names per state below the table."""


class Figure(StrEnum):
    """What the cells show."""

    COMPLETE = "complete"
    NOT_STARTED = "not_started"
    DRAFT = "draft"
    CONFLICT = "conflict"

    @property
    def label(self) -> str:
        labels = {"complete": "完成/应查", "not_started": "未开始", "draft": "草稿", "conflict": "有冲突或重复"}
        return labels[self]


class CoverageBoard(Room[None]):
    """A table with a row per city and a column per team; below it the names of the cell the cursor is in."""

    room = "coverage"
    BINDINGS = bindings_of("coverage")

    figure = Figure.COMPLETE
    coverage: Coverage | None = None

    _row = _column = 0

    def body(self) -> ComposeResult:
        self.heading = TitleLine()
        self.board = Board(id="board")
        self.detail = Prose(id="detail")
        yield self.heading
        yield self.board
        yield self.detail

    def on_mount(self) -> None:
        self.load()

    def on_resize(self) -> None:
        if self.coverage:
            self.show_all()

    def load(self) -> None:
        """Count anew; the cursor begins at the whole."""
        store = self.zoufang.store
        self.survey = current_survey(store)
        self.selection = Selection.of(store.form(self.survey.digest))
        self.coverage = survey_coverage(store.conn, self.selection)
        units = self.coverage.whole.units
        self._cities = list(dict.fromkeys(unit.city for unit in units))
        self._teams = sorted({unit.team for unit in units})
        self._cells: dict[tuple[str, int], CoverageLine] = {}
        for unit in units:
            former = self._cells.get((unit.city, unit.team))
            self._cells[unit.city, unit.team] = CoverageLine(unit.city, (*(former.units if former else ()), unit))
        self._row, self._column = len(self._cities), len(self._teams)
        self.show_all()

    # ── what is shown ──

    def show_all(self) -> None:
        """Write the table and what is below it anew."""
        assert self.coverage is not None
        whole = self.coverage.whole
        done = whole.reached if self.coverage.many else whole.count(Progress.COMPLETE)
        names = ["覆盖", f"轮次 {self.selection.round}" if self.selection.round else "", self.survey.title]
        progress = f"完成 {done}/{len(whole.units)} {bar(done, len(whole.units), 10)}"
        self.heading.show(names, f"格子里：{self.figure.label}", progress)
        columns = [*(f"{number}组" if number else "省总" for number in self._teams), "合计"]
        rows = [*(city.removesuffix("市").removesuffix("地区") for city in self._cities), "合计"]
        table = [(name, [self._cell(self._at(y, x)) for x in range(len(columns))]) for y, name in enumerate(rows)]
        self.board.show(columns, table, self._row, self._column)
        self.detail.say(self._told())
        self.key_line.show_keys()

    def _at(self, row: int, column: int) -> CoverageLine | None:
        """The units of a cell; None for a team that has none in that city."""
        assert self.coverage is not None
        if row == len(self._cities):
            return self.coverage.whole if column == len(self._teams) else self.coverage.teams[column]
        if column == len(self._teams):
            return self.coverage.cities[row]
        return self._cells.get((self._cities[row], self._teams[column]))

    def _cell(self, line: CoverageLine | None) -> str:
        if line is None:
            return pick("·", ".")
        trouble = "!" if line.conflicts or line.duplicates else ""
        done = self._done(line)
        match self.figure:
            case Figure.COMPLETE:
                return f"{done}/{len(line.units)}" + (trouble or (pick("✓", "v") if done == len(line.units) else ""))
            case Figure.NOT_STARTED:
                return str(line.count(Progress.NOT_STARTED))
            case Figure.DRAFT:
                return str(line.count(Progress.DRAFT))
            case Figure.CONFLICT:
                return f"{self._troubled(line)}{trouble}"

    def _done(self, line: CoverageLine) -> int:
        """Units that are finished; where there may be many interviews of a unit, those that have any."""
        return line.reached if self.selection.many else line.count(Progress.COMPLETE)

    @staticmethod
    def _troubled(line: CoverageLine) -> int:
        return sum(bool(unit.conflicts or unit.duplicate) for unit in line.units)

    def _told(self) -> str:
        """The counts of the cell, then who is missing and who waits for a decision, by name."""
        line = self._at(self._row, self._column)
        if line is None:
            return "这个组没有分到这个市的单位。"
        count = {state: line.count(state) for state in Progress}
        head = f"{self._place()}：应查{len(line.units)}，" + "，".join(f"{state}{count[state]}" for state in Progress)
        head += f"，冲突{line.conflicts}，重复{line.duplicates}"
        head += "（格子里带 ! 的）" if self._troubled(line) else ""
        named = {
            **{
                str(state): [u.name for u in line.units if u.progress is state] for state in Progress if state != "完成"
            },
            "冲突": [unit.name for unit in line.units if unit.conflicts],
            "重复": [unit.name for unit in line.units if unit.duplicate],
        }
        return "\n".join([head, *(self._names(what, names) for what, names in named.items() if names)])

    def _place(self) -> str:
        city = "" if self._row == len(self._cities) else self._cities[self._row]
        team = "" if self._column == len(self._teams) else team_name(self._teams[self._column])
        return f"{city} {team}".strip() or "全部"

    def _names(self, what: str, names: Sequence[str]) -> str:
        """The names, as many as there is room for; below a city its name is left out."""
        city = "" if self._row == len(self._cities) else self._cities[self._row]
        said = f"{what}{len(names)}：" + "、".join(name.removeprefix(city) or name for name in names)
        lines = NAMES if self.app.size.height >= 30 else 1
        return cut(said, lines * max(20, self.app.size.width - 2)).rstrip()

    # ── moving ──

    def on_key(self, event: events.Key) -> None:
        if event.key not in _STEPS:
            return
        event.stop()
        down, right = _STEPS[event.key]
        if right:
            self._column = self._next_column(right)
        else:
            self._row = max(0, min(len(self._cities), self._row + down))
            if self._at(self._row, self._column) is None:
                self._column = next(x for x in range(len(self._teams) + 1) if self._at(self._row, x))
        self.show_all()

    def _next_column(self, step: int) -> int:
        """The next column with units in this row; the same at the end."""
        column = self._column + step
        while 0 <= column <= len(self._teams):
            if self._at(self._row, column):
                return column
            column += step
        return self._column

    # ── commands ──

    def works(self, command: Command) -> bool:
        if command.id == "survey":
            return len(self.zoufang.store.surveys()) > 1
        return True

    def action_figure(self) -> None:
        figures = list(Figure)
        self.figure = figures[(figures.index(self.figure) + 1) % len(figures)]
        self.show_all()

    def action_survey(self) -> None:
        if self.remember(SURVEY, following_survey(self.zoufang.store).id):
            self.load()

    def action_chase(self) -> None:
        line = self._at(self._row, self._column)
        if line is None:
            return
        now = dt.datetime.now().astimezone()
        text = chase_list(line.units, self.survey.title, self.selection.round, now)
        self.app.copy_to_clipboard(text)
        try:
            path = write_chase_list(self.zoufang.export_folder, text, now)
        except ExportError as error:
            self.tell(f"催办名单已复制；{error.message}", trouble=True)
        else:
            self.tell(f"{self._place()}的催办名单已复制，可以粘贴到微信或文档里（终端不支持复制的，见文件 {path}）。")
