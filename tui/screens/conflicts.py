"""All that two sides said differently, side by side over all interviews: decided one by one, or many by a rule."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

from surveys.adjudication import Adjudicator
from surveys.deciding import Dispute, Rule, Side, by_rule, disputes
from surveys.frame import Unit
from surveys.history import Event, Kind
from surveys.interview import Interview
from surveys.text import show_text
from tui.dispute_words import options_in_words, place_of_dispute, saying_in_words, sensitive
from tui.in_words import NOTHING
from tui.keys import Command, bindings_of
from tui.marks import between, pick
from tui.refusing import refusal_of
from tui.screens.dialogs import AskText, Choose, Confirm, Line
from tui.screens.list_room import ListRoom
from tui.side_by_side import LINES, apart, row, side_width
from tui.textual_faults import cut
from tui.unit_lines import local_time

NAMES = "甲乙丙丁戊己庚辛"
"""What the sides are called, oldest first."""


@dataclass
class Entry:
    """A conflict, and what was decided of it in this sitting."""

    dispute: Dispute
    unit: str
    """The unit's name."""
    county: str
    """Its short name, for where there is little room."""
    decided: str = ""
    """"" while it waits."""


class Conflicts(ListRoom[Entry]):
    """A line per conflict; below it every side with who said it, when, on what ground, and what it was before.

    What was decided stays in the list until the room is left, to be decided anew if it was a slip.
    """

    room = "conflicts"
    BINDINGS = bindings_of("conflicts")

    revealed = False
    """True while what is sensitive may be seen."""

    _deciding: Iterator[list[tuple[Entry, Side]]] | None = None
    """What a rule has still to decide, an interview at a time; None while nothing is going on."""

    # ── what is shown ──

    def read(self) -> Iterator[Entry]:
        store = self.zoufang.store
        units = {unit.code: unit for unit in store.units()}
        self._interviews: dict[str, Interview] = {}
        for one in store.interviews():
            if one.conflicts:
                interview = self._interviews[one.id] = store.interview(one.id)
                unit = units.get(one.unit) or Unit(one.unit, "", one.unit, "")
                yield from (Entry(dispute, unit.name, unit.county) for dispute in disputes(interview))

    def summarise(self) -> None:
        waiting = sum(not entry.decided for entry in self.entries)
        units = len({entry.dispute.unit for entry in self.entries if not entry.decided})
        self.heading.show(["冲突", self.zoufang.team_name], f"待裁定 {waiting}/{len(self.entries)}")
        self.summary.say(f"{units}个单位有{waiting}处说法不同，两边的都留着，裁定以后才作数。" if waiting else "")

    def head(self) -> str:
        return row(self.app.size.width, "", "单位和题目", NAMES[0], NAMES[1], "裁定")

    def line(self, entry: Entry) -> str:
        width, sides = self.app.size.width, self._words(entry)
        sign = pick("✓", "v") if entry.decided else pick("○", ".")
        label = between().join([entry.county, *reversed(self._place(entry))])
        shown = apart(sides[0], sides[1], side_width(width))
        more = f"（{len(sides)}种）" if len(sides) > 2 else ""
        return row(width, sign, show_text(label, line=True), *shown, entry.decided or more)

    def told(self, entry: Entry) -> str:
        dispute, room = entry.dispute, max(20, self.app.size.width - 4)
        lines = [between().join([entry.unit, *self._place(entry)])]
        for name, side, words in zip(NAMES, dispute.sides, self._words(entry), strict=False):
            lines.append(cut(f"{name} {self._by(side)}：{words}", room * LINES).rstrip())
            if said := _beside(dispute, side):
                lines.append(cut(f"　 {show_text(said, line=True)}", room * 2).rstrip())
        if dispute.base is None:
            lines.append(f"原先：{NOTHING}")
        else:
            base = self._saying(entry, dispute.base)
            lines.append(cut(f"原先 {local_time(dispute.base.at)}：{base}", room * 2).rstrip())
        return "\n".join([*lines, f"裁定：{entry.decided or '还没有裁定'}"])

    def nothing(self) -> str:
        return "没有冲突：各组答得不同的都裁定了。"

    def _interview(self, entry: Entry) -> Interview:
        return self._interviews[entry.dispute.interview]

    def _place(self, entry: Entry) -> list[str]:
        return place_of_dispute(self._interview(entry), entry.dispute)

    def _words(self, entry: Entry) -> list[str]:
        return [self._saying(entry, side.event) for side in entry.dispute.sides]

    def _saying(self, entry: Entry, event: Event) -> str:
        form = self._interview(entry).form
        return show_text(saying_in_words(self.zoufang.store, form, event, self.revealed), line=True)

    @staticmethod
    def _by(side: Side) -> str:
        return between().join(filter(None, (side.name, local_time(side.event.at), side.event.source)))

    # ── deciding one ──

    def works(self, command: Command) -> bool:
        here = self.here if self.is_mounted else None
        match command.id:
            case "take_first" | "take_second":
                return here is not None
            case "take_third":
                return here is not None and len(here.dispute.sides) > 2
            case "take_fourth":
                return here is not None and len(here.dispute.sides) > 3
            case "take_other":
                return here is not None and here.dispute.typed
            case "onward" | "rule":
                return self._next_open(-1) is not None
            case "reveal":
                masked = (sensitive(self._interview(entry).form, entry.dispute) for entry in self.entries)
                return not self.revealed and any(masked)
        return True

    def _next_open(self, place: int) -> int | None:
        waiting = [number for number, entry in enumerate(self.entries) if not entry.decided]
        return next((number for number in waiting if number > place), next(iter(waiting), None))

    def action_take_first(self) -> None:
        self._take(0)

    def action_take_second(self) -> None:
        self._take(1)

    def action_take_third(self) -> None:
        self._take(2)

    def action_take_fourth(self) -> None:
        self._take(3)

    def _take(self, number: int) -> None:
        if here := self.here:
            side = here.dispute.sides[number]
            refusal = self._record(here, lambda adjudicator: adjudicator.take([side]), f"取{NAMES[number]}")
            self.show_all()
            self.tell(refusal or self._finished(), trouble=bool(refusal))

    def action_take_other(self) -> None:
        if (here := self.here) is None:
            return
        options = options_in_words(self._interview(here).form, here.dispute)
        title = "\n".join(filter(None, ("都不对，另填：", between().join([here.unit, *self._place(here)]), options)))

        def accept(typed: str) -> str:
            return self._record(here, lambda adjudicator: adjudicator.settle(here.dispute, typed), "另填")

        def done(yes: bool | None) -> None:
            if yes:
                self.show_all()
                self.tell(self._finished())

        self.app.push_screen(AskText(title, "", accept), done)

    def _record(self, entry: Entry, act: Callable[[Adjudicator], None], decided: str) -> str:
        def record() -> None:
            adjudicator = Adjudicator.resume(self.zoufang.store, entry.dispute.interview, self.zoufang.actor)
            act(adjudicator)
            self._interviews[entry.dispute.interview] = adjudicator.interview
            entry.decided = decided

        return refusal_of(record)

    def _finished(self) -> str:
        return "" if self._next_open(-1) is not None else "每一处都裁定了；要改的，移到那一行再按数字。"

    def action_onward(self) -> None:
        self.list.highlighted = self._next_open(-1 if self.list.highlighted is None else self.list.highlighted)
        self.tell("")

    def action_reveal(self) -> None:
        self.revealed = True
        self.show_all()

    # ── many by a rule ──

    def action_rule(self) -> None:
        lines = [Line(str(number), rule.label) for number, rule in enumerate(Rule, 1)]

        def chosen(number: str | None) -> None:
            if number:
                rule = list(Rule)[int(number) - 1]
                if rule is Rule.TEAMS:
                    self._ask_teams()
                else:
                    self._preview(rule, ())

        self.app.push_screen(Choose("按什么裁定还没有裁定的？", lines), chosen)

    def _ask_teams(self) -> None:
        order: list[int] = []

        def accept(typed: str) -> str:
            words = typed.replace("，", " ").replace(",", " ").replace("、", " ").split()
            if not words or not all(word.isdecimal() and len(word) < 5 for word in words):
                return "请写组号，在前的先算，例如：3 1 2（0 是省总办公室）。"
            order[:] = [int(word) for word in words]
            return ""

        def done(yes: bool | None) -> None:
            if yes:
                self._preview(Rule.TEAMS, order)

        self.app.push_screen(AskText("以哪几个组的为准？写组号，在前的先算：", "", accept), done)

    def _preview(self, rule: Rule, teams: Sequence[int]) -> None:
        """Say how many the rule would decide, and decide them when that is confirmed."""
        device = self.zoufang.store.setting("device_id")
        waiting = [entry for entry in self.entries if not entry.decided]
        taken = [(entry, side) for entry in waiting if (side := by_rule(entry.dispute, rule, teams, device))]
        name = rule.label + (f" {'、'.join(map(str, teams))}" if teams else "")
        if not taken:
            self.tell(f"按“{name}”一处也定不下来，没有裁定。", trouble=True)
            return
        left = len(waiting) - len(taken)
        units = len({entry.dispute.unit for entry, _ in taken})
        rest = f"\n另有{left}处这条规则定不下来，留着逐个裁定。" if left else ""

        def confirmed(yes: bool | None) -> None:
            if yes:
                self._take_all(taken, f"规则：{name}")

        title = f"按“{name}”裁定{units}个单位的{len(taken)}处，没有取的说法仍留在历史里。{rest}\n现在裁定？"
        self.app.push_screen(Confirm(title), confirmed)

    def _take_all(self, taken: Sequence[tuple[Entry, Side]], why: str) -> None:
        """One act per interview; what could not be written is told and stays open."""
        by_interview: dict[str, list[tuple[Entry, Side]]] = {}
        for entry, side in taken:
            by_interview.setdefault(entry.dispute.interview, []).append((entry, side))
        self._deciding = iter(by_interview.values())
        self._done, self._refused, self._why = 0, "", why
        self._decide_on()

    def _decide_on(self) -> None:
        """The next interview; keys and painting have their turn between two."""
        if self._deciding and (together := next(self._deciding, None)):
            sides = [side for _, side in together]
            refusal = self._record(together[0][0], lambda adjudicator: adjudicator.take(sides, self._why), "按规则")
            for entry, _ in () if refusal else together:
                entry.decided = "按规则"
                self._done += 1
            self._refused = refusal or self._refused
            self.tell(f"正在裁定，已有{self._done}处……")
            self.set_timer(0.01, self._decide_on)
            return
        self._deciding = None
        self.show_all()
        trouble = f"有的没有裁定：{self._refused}" if self._refused else ""
        self.tell(f"{self._why}，裁定了{self._done}处。{trouble}", trouble=bool(trouble))

    def action_back(self) -> None:
        if self._deciding:
            self.tell("正在按规则裁定，请等一下。")
        else:
            super().action_back()


def _beside(dispute: Dispute, side: Side) -> str:
    """What was said at the question on a side, but for what is disputed itself."""
    said = ((Kind.RESPONDENT, "答复人", side.respondent), (Kind.EVIDENCED, "依据", side.evidence))
    told = (*said, (Kind.REMARKED, "备注", side.remark))
    return "　".join(f"{what}：{text}" for kind, what, text in told if text and kind != dispute.key[0])
