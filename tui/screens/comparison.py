"""The two keyings of an interview side by side: which is right is decided one by one."""

from __future__ import annotations

from typing import TYPE_CHECKING

from textual import events, on
from textual.app import ComposeResult
from textual.widgets import OptionList

from surveys.answers import choices_of
from surveys.comparison import Difference, Entry
from surveys.double_entry import Decision
from surveys.form import parse_address
from surveys.interview import Interview
from surveys.standing import Stage
from surveys.text import show_text
from tui.in_words import answer_in_words, place_parts, row_in_words
from tui.keys import Command, bindings_of
from tui.marks import between, pick, stage_label
from tui.screens.dialogs import AskText
from tui.screens.reasons import ask_to_reopen
from tui.screens.room import Room
from tui.side_by_side import LINES, apart, row, side_width
from tui.sitting import Sitting
from tui.textual_faults import cut
from tui.unit_lines import local_time
from tui.widgets.found_list import FoundList
from tui.widgets.prose import Prose
from tui.widgets.title_line import TitleLine

if TYPE_CHECKING:
    from surveys.second_keying import SecondKeying


class ComparisonScreen(Room[None]):
    """A line per difference, and below it what the two keyed there, who and when.

    Args:
        keying: The second keying and, as its `first`, the interview in which is decided.
        unit: Name of the unit, for the title.
    """

    room = "comparison"
    BINDINGS = bindings_of("comparison")

    def __init__(self, keying: SecondKeying, unit: str) -> None:
        super().__init__()
        self.deciding, self.unit = keying.first, unit
        self.sitting = Sitting(keying.first)
        self.sitting.show_in(keying.interview.form)
        self.sitting.on_trouble = lambda sentence: self.tell(sentence, trouble=True)

    def body(self) -> ComposeResult:
        self.heading = TitleLine()
        self.summary = Prose(id="summary")
        self.columns = Prose(id="columns")
        self.list = FoundList(id="differences")
        self.detail = Prose(id="detail")
        yield self.heading
        yield self.summary
        yield self.columns
        yield self.list
        yield self.detail

    def on_mount(self) -> None:
        self._load()

    def on_resize(self) -> None:
        if self.list.options:
            self._load()

    # ── what is shown ──

    def _load(self) -> None:
        """Compare anew; the cursor stays where it was."""
        former = self._here.address if self._here else ""
        self.comparison = self.deciding.comparison()
        self.differences = self.comparison.differences
        self.list.fill([self._line(difference) for difference in self.differences])
        addresses = [difference.address for difference in self.differences]
        if addresses:
            self.list.highlighted = addresses.index(former) if former in addresses else self._next_open(-1) or 0
        self.columns.say(" " + row(self.app.size.width, "", "题目", "甲（第一遍）", "乙（第二遍）", "裁定"))
        count = self.comparison.count
        decided = "，".join(f"{decision.label}{count(decision)}" for decision in Decision if count(decision))
        told = f"比较了{self.comparison.compared}处，不同{len(addresses)}处"
        self.summary.say(f"{told}：{decided}。" if decided else f"{told}。")
        stage = self.comparison.now.stage
        state = "" if stage is Stage.DRAFT else stage_label(stage)
        self.heading.show(["双录对照", self.unit], state, f"待裁定 {count(None)}/{len(addresses)}")
        self._show_detail()

    def _line(self, difference: Difference) -> str:
        one, two = self._both(difference)
        sign = pick("○", ".") if difference.decision is None else pick("✓", "v")
        label = show_text(self._label(difference), line=True)
        width, decided = self.app.size.width, difference.decision.label if difference.decision else ""
        return row(width, sign, label, *apart(one, two, side_width(width)), decided)

    def _label(self, difference: Difference) -> str:
        """The cell before its question, so that it is read where the line is short."""
        return between().join(reversed(self._parts(difference)))

    def _place(self, difference: Difference) -> str:
        return between().join(self._parts(difference))

    def _parts(self, difference: Difference) -> list[str]:
        interview, address = self.comparison.first, difference.address
        if not self._has_row(interview, address):
            interview, address = self.comparison.second, difference.second_address
        return place_parts(interview, interview.form, address)

    def _has_row(self, interview: Interview, address: str) -> bool:
        parsed = parse_address(address)
        return not parsed.row_id or parsed.row_id in interview.rows(parsed.question)

    def _both(self, difference: Difference) -> tuple[str, str]:
        """What the two keyed, in words on one line."""
        one = self._words(self.comparison.first, difference, difference.address, difference.first)
        two = self._words(self.comparison.second, difference, difference.second_address, difference.second)
        return show_text(one, line=True), show_text(two, line=True)

    def _words(self, interview: Interview, difference: Difference, address: str, entry: Entry) -> str:
        if not difference.whole_row:
            return answer_in_words(interview.form, address, entry.answer, self.sitting.revealed)
        if not entry.answer.status.given:
            return "没有这一项"
        return row_in_words(interview, difference.item, parse_address(address).row_id)

    @on(OptionList.OptionHighlighted)
    def _show_detail(self) -> None:
        self.key_line.show_keys()
        if (difference := self._here) is None:
            self.detail.say("两遍没有不同的地方。")
            return
        room = max(20, self.app.size.width - 4)
        one, two = apart(*self._both(difference), room * LINES // 2)
        decided = difference.decision.label if difference.decision else "还没有裁定"
        if difference.decision is Decision.OTHER:
            now = self.comparison.now.answer(difference.address)
            decided += f"，{answer_in_words(self.comparison.now.form, difference.address, now, self.sitting.revealed)}"
        sides = (("甲", one, difference.first), ("乙", two, difference.second))
        told = [cut(f"{side}{_by(entry)}：{words}", room * LINES).rstrip() for side, words, entry in sides]
        self.detail.say("\n".join([self._place(difference), *told, f"裁定：{decided}"]))

    # ── deciding ──

    @property
    def _here(self) -> Difference | None:
        place = self.list.highlighted
        return self.differences[place] if place is not None and place < len(self.differences) else None

    differences: tuple[Difference, ...] = ()

    def _next_open(self, place: int) -> int | None:
        """The first line after this one that waits for a decision, after the last from the first on."""
        waiting = [n for n, difference in enumerate(self.differences) if difference.decision is None]
        return next((n for n in waiting if n > place), next(iter(waiting), None))

    def works(self, command: Command) -> bool:
        here = self._here if self.is_mounted else None
        match command.id:
            case "take_first" | "take_second":
                return here is not None
            case "take_other":
                return here is not None and here.typed
            case "onward":
                return self._next_open(-1) is not None
            case "reopen":
                return self.sitting.interview.stage is not Stage.DRAFT
            case "reveal":
                return not self.sitting.revealed and any(map(self._sensitive, self.differences))
        return True

    def _sensitive(self, difference: Difference) -> bool:
        return difference.typed and self.sitting.form.cell(difference.address).sensitive

    def action_take_first(self) -> None:
        self._decide(Decision.FIRST)

    def action_take_second(self) -> None:
        self._decide(Decision.SECOND)

    def action_take_other(self) -> None:
        if (here := self._here) is None:
            return
        kind = self.sitting.form.cell(here.address).kind
        options = "　".join(f"{choice.name}\u00a0{choice.label}" for choice in choices_of(kind))
        title = "\n".join(filter(None, ("两遍都不对，另填：", self._place(here), options)))

        def done(yes: bool | None) -> None:
            if yes:
                self.tell(self._finished())

        self.app.push_screen(AskText(title, "", lambda typed: self._write(here, Decision.OTHER, typed)), done)

    def _decide(self, decision: Decision) -> None:
        if here := self._here:
            refusal = self._write(here, decision)
            self.tell(refusal or self._finished(), trouble=bool(refusal))

    def _finished(self) -> str:
        return "" if self.comparison.count(None) else "每一处都裁定了；要改的，移到那一行再按数字。"

    def _write(self, difference: Difference, decision: Decision, typed: str = "") -> str:
        """ "" when it is on disk; otherwise the sentence that says why it is not."""
        refusal = self.sitting.write(lambda: self.deciding.decide(difference, decision, typed))
        if not refusal:
            self._load()
        return refusal

    def action_onward(self) -> None:
        self.list.highlighted = self._next_open(-1 if self.list.highlighted is None else self.list.highlighted)
        self.tell("")

    def on_key(self, event: events.Key) -> None:
        self.list.moves(event)

    def action_reopen(self) -> None:
        def done() -> None:
            self._load()
            self.tell("已重开，可以裁定；裁定完请打开这份答卷再定稿。")

        ask_to_reopen(self.app, self.sitting, done)

    def action_reveal(self) -> None:
        self.sitting.revealed = True
        self._load()

    def action_back(self) -> None:
        self.dismiss(None)


def _by(entry: Entry) -> str:
    """Who keyed it and when; "" where nobody said anything."""
    said = between().join(filter(None, (entry.who, local_time(entry.at) if entry.at else "")))
    return f" {said}" if said else ""
