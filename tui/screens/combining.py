"""Two interviews of one unit, question by question: whose answers the one that stays is to have."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from surveys.combining import Choice, Question
from surveys.duplicates import Duplicates
from surveys.interview import Interview
from surveys.store import StoreError
from surveys.text import Refusal, show_text
from tui.in_words import NOTHING, question_in_words
from tui.keys import Command, bindings_of
from tui.marks import pick
from tui.screens.list_room import ListRoom
from tui.side_by_side import LINES, apart, row, side_width
from tui.textual_faults import cut


@dataclass
class Entry:
    """A question, and whose answers it gets."""

    question: Question
    choice: Choice | None


class Combining(ListRoom[Entry]):
    """Nothing is written before everything is chosen; leaving forgets what was chosen.

    Args:
        deciding: The interviews of the unit.
        kept: Id of the one that stays: 甲.
        other: Id of the one that is void afterwards: 乙.
        differing: The questions at which the two differ.
        unit: The unit's name.
    """

    room = "combining"
    BINDINGS = bindings_of("combining")

    def __init__(self, deciding: Duplicates, kept: str, other: str, differing: Sequence[Question], unit: str) -> None:
        super().__init__()
        self.deciding, self.kept, self.other, self.differing, self.unit = deciding, kept, other, differing, unit

    revealed = False
    """True while what is sensitive may be seen."""

    def read(self) -> Iterator[Entry]:
        return (Entry(question, question.proposal) for question in self.differing)

    def summarise(self) -> None:
        waiting = sum(entry.choice is None for entry in self.entries)
        self.heading.show(["逐题合并", self.unit], f"待选 {waiting}/{len(self.entries)}")
        sides = f"甲（留下）：{self.deciding.name(self.kept)}；乙（并入后作废）：{self.deciding.name(self.other)}。"
        self.summary.say(f"{sides}只有一方答了的已经选好，可以改。")

    def head(self) -> str:
        return row(self.app.size.width, "", "题目", "甲（留下）", "乙", "取")

    def line(self, entry: Entry) -> str:
        width = self.app.size.width
        sign = pick("○", ".") if entry.choice is None else pick("✓", "v")
        heading = show_text(self._interview(self.kept).form.by_name[entry.question.item].heading, line=True)
        one, two = apart(*self._both(entry), side_width(width))
        return row(width, sign, heading, one, two, entry.choice.label if entry.choice else "")

    def told(self, entry: Entry) -> str:
        room = LINES * max(20, self.app.size.width - 4)
        lines = [self._interview(self.kept).form.by_name[entry.question.item].heading]
        for name, words in zip(("甲", "乙"), self._both(entry), strict=True):
            lines.append(cut(f"{name}：{words}", room).rstrip())
        return "\n".join([*lines, f"取：{entry.choice.label if entry.choice else '还没有选'}"])

    def nothing(self) -> str:
        return f"两份没有不同的地方，按 {self.key_of('combine')} 只留一份。"

    def _interview(self, ident: str) -> Interview:
        return self.deciding.interview(ident)

    def _both(self, entry: Entry) -> tuple[str, str]:
        """What the two say at a question, each on one line."""
        return self._words(self.kept, entry), self._words(self.other, entry)

    def _words(self, ident: str, entry: Entry) -> str:
        interview = self._interview(ident)
        item = interview.form.by_name[entry.question.item]
        said = "；".join(question_in_words(interview, item, self.revealed))
        return show_text(said or NOTHING, line=True)

    # ── choosing ──

    def works(self, command: Command) -> bool:
        here = self.here if self.is_mounted else None
        match command.id:
            case "take_first" | "take_second":
                return here is not None
            case "take_both":
                return here is not None and here.question.roster
            case "onward":
                return self._next_open(-1) is not None
            case "reveal":
                form = self._interview(self.kept).form
                cells = (cell for entry in self.entries for cell in form.by_name[entry.question.item].cells)
                return not self.revealed and any(cell.sensitive for cell in cells)
        return True

    def _next_open(self, place: int) -> int | None:
        waiting = [number for number, entry in enumerate(self.entries) if entry.choice is None]
        return next((number for number in waiting if number > place), next(iter(waiting), None))

    def action_take_first(self) -> None:
        self._choose(Choice.OURS)

    def action_take_second(self) -> None:
        self._choose(Choice.THEIRS)

    def action_take_both(self) -> None:
        self._choose(Choice.BOTH)

    def _choose(self, choice: Choice) -> None:
        if here := self.here:
            here.choice = choice
            self.show_all()
            ready = self._next_open(-1) is None
            self.tell(f"这一题{choice.label}。" + (f"都选好了，按 {self.key_of('combine')} 合并。" if ready else ""))

    def action_onward(self) -> None:
        self.list.highlighted = self._next_open(-1 if self.list.highlighted is None else self.list.highlighted)

    def action_reveal(self) -> None:
        self.revealed = True
        self.show_all()

    def action_combine(self) -> None:
        chosen = {entry.question.item: entry.choice for entry in self.entries if entry.choice}
        if waiting := len(self.entries) - len(chosen):
            self.tell(f"还有{waiting}题没有选取哪一份的。", trouble=True)
            return
        try:
            self.deciding.combine(self.kept, self.other, chosen)
        except (Refusal, StoreError) as error:
            self.tell(error.message, trouble=True)
            return
        wrong = self._interview(self.kept).error_count
        more = f"合并后有{wrong}处错误，请打开这份答卷核对。" if wrong else ""
        self.dismiss(f"{self.unit}的两份已合并成一份，另一份作废。{more}")
