"""Checks of what was not answered: by question, by team, by interview."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator

from exports.quality.findings import Check, Context, Finding, Severity, named, percent
from exports.quality.robust import standing_out
from exports.quality.sheets import Sheet
from surveys.answers import Status
from surveys.form import Cell, Item
from surveys.frame import team_name

BLANK = frozenset({Status.DONT_KNOW, Status.REFUSED, Status.EMPTY})
"""No answer, and not because there is nothing to answer (不适用, or skipped by logic)."""


class Blanks(Check):
    """Counts what was asked and what got no answer; the checks below say what is too much.

    Rosters are left out: how many rows there should be nobody knows.
    """

    def __init__(self, context: Context) -> None:
        super().__init__(context)
        self.cells: list[tuple[Item, Cell]] = [
            (item, cell)
            for item in self.form.items
            if item.asked and item.type != "roster"
            for cell in item.cells
        ]  # fmt: skip

    def counted(self, sheet: Sheet) -> Iterator[tuple[Item, Status]]:
        """Every cell that was asked of the unit, with how it was answered."""
        for item, cell in self.cells:
            stored = sheet.answers.get(cell.address)
            status = stored.status if stored else Status.EMPTY
            optional = status is Status.EMPTY and not cell.required  # nobody has to say anything there
            if status not in (Status.SKIPPED, Status.NOT_APPLICABLE) and not optional:
                yield item, status


class MissingAnswers(Blanks):
    """Questions that many, or many of one team, do not answer."""

    id, label = "missing", "答不上来的题"
    rule = "一道题不掌握、拒答、未答的太多，或者一个组比其他组多得多（排除偶然）。"

    def __init__(self, context: Context) -> None:
        super().__init__(context)
        self._asked: Counter[tuple[str, int]] = Counter()
        self._blank: Counter[tuple[str, int]] = Counter()
        self._why: Counter[tuple[str, Status]] = Counter()

    def look(self, sheet: Sheet) -> Iterable[Finding]:
        """Counted for the end."""
        if sheet.counted:
            for item, status in self.counted(sheet):
                self._asked[item.name, sheet.team] += 1
                if status in BLANK:
                    self._blank[item.name, sheet.team] += 1
                    self._why[item.name, status] += 1
        return ()

    def conclude(self) -> Iterator[Finding]:
        """By question, then by team."""
        teams = sorted({team for _, team in self._asked})
        names = [name for name in self.form.by_name if any((name, team) in self._asked for team in teams)]
        for name in names:
            item = self.form.by_name[name]
            groups = {team: (self._blank[name, team], self._asked[name, team]) for team in teams}
            blank, asked = (sum(pair[place] for pair in groups.values()) for place in (0, 1))
            if asked >= self.limits.peers and blank >= self.limits.missing * asked:
                why = "、".join(f"{status.label}{count}" for status in Status if (count := self._why[name, status]))
                message = f"{named(item)}{percent(blank, asked)}没有答上来（{blank}／{asked}：{why}）。"
                yield Finding(self.id, Severity.WARNING, message, question=name)
            for group in standing_out(groups, self.limits.chance / len(names), self.limits.excess, self.limits.peers):
                message = (
                    f"{named(item)}{team_name(group.group)}{percent(group.hits, group.n)}没有答上来"
                    f"（{group.hits}／{group.n}），其他组是{percent(group.other_hits, group.other_n)}"
                    f"（{group.other_hits}／{group.other_n}），不像是偶然。"
                )
                yield Finding(self.id, Severity.WARNING, message, team=group.group, question=name)


class Unanswered(Blanks):
    """Interviews of which a great part was not answered."""

    id, label = "unanswered", "大半没有答的答卷"
    rule = "一份答卷里不掌握、拒答、未答的太多，多半没有问到知情的人。"

    def look(self, sheet: Sheet) -> Iterator[Finding]:
        """At most one."""
        if not sheet.counted:
            return
        found = Counter(status for _, status in self.counted(sheet))
        asked, blank = sum(found.values()), sum(found[status] for status in BLANK)
        if asked >= self.limits.peers and blank >= self.limits.unanswered * asked:
            why = "、".join(f"{status.label}{found[status]}" for status in Status if status in BLANK and found[status])
            message = f"{asked}格里{blank}格（{percent(blank, asked)}）没有答上来：{why}。"
            yield self.found(sheet, Severity.WARNING, message)
