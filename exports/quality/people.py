"""Teams and their members: how much they did, how fast, how often without an answer, how much was changed."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

from exports.quality.blanks import BLANK, Blanks
from exports.quality.findings import Context, Finding, Severity, percent
from exports.quality.rechecks import corrections
from exports.quality.robust import median_of, standing_out
from exports.quality.sheets import Sheet
from exports.quality.times import active_minutes
from surveys.answers import Status
from surveys.frame import team_name
from surveys.standing import Stage


@dataclass(slots=True)
class Work:
    """What a team, or one member of it, did."""

    team: int
    who: str = ""
    """ "" for the whole team."""
    interviews: int = 0
    complete: int = 0
    asked: int = 0
    """Cells asked in the interviews that are counted."""
    blank: int = 0
    """Of those 不掌握, 拒答 and not answered."""
    unknown: int = 0
    """Of those 不掌握."""
    corrected: int = 0
    """Answers changed after completion."""
    reopened: int = 0
    minutes: list[float] = field(default_factory=list)
    """How long each counted interview took that was timed."""
    findings: Counter[str] = field(default_factory=Counter)
    """Severity → findings about its interviews."""

    @property
    def median_minutes(self) -> float | None:
        """Of the timed interviews; None without any."""
        return median_of(self.minutes) if self.minutes else None


class People(Blanks):
    """Members who say 不掌握 much oftener than the others; keeps the figures of all teams and members."""

    id, label = "people", "调查员差别"
    rule = "一个人填的答卷里不掌握、拒答、未答的，比其他人多得多（排除偶然）。"

    def __init__(self, context: Context) -> None:
        super().__init__(context)
        self.work: dict[tuple[int, str], Work] = {}

    def look(self, sheet: Sheet) -> Iterable[Finding]:
        """Added to the figures of the team and of the person."""
        statuses = Counter(status for _, status in self.counted(sheet)) if sheet.counted else Counter[Status]()
        reopened, changed = corrections(sheet.events)
        minutes = active_minutes(sheet.events, self.limits.pause_minutes)
        for who in {"", sheet.who}:
            work = self.work.setdefault((sheet.team, who), Work(sheet.team, who))
            work.interviews += 1
            work.complete += sheet.stage is Stage.COMPLETE
            work.asked += statuses.total()
            work.blank += sum(statuses[status] for status in BLANK)
            work.unknown += statuses[Status.DONT_KNOW]
            work.corrected += len(changed)
            work.reopened += reopened
            if sheet.counted and minutes:
                work.minutes.append(minutes)
        return ()

    def conclude(self) -> Iterator[Finding]:
        """One per person."""
        groups = {(work.team, work.who): (work.blank, work.asked) for work in self.members()}
        for group in standing_out(groups, self.limits.chance, self.limits.excess, self.limits.timed):
            team, who = group.group
            message = (
                f"{team_name(team)}{who}填的答卷里{percent(group.hits, group.n)}没有答上来"
                f"（{group.hits}／{group.n}），其他人是{percent(group.other_hits, group.other_n)}。"
            )
            yield Finding(self.id, Severity.WARNING, message, team=team, who=who)

    def members(self) -> list[Work]:
        """One per person who entered something, by team and name."""
        return [self.work[key] for key in sorted(self.work) if key[1]]

    def teams(self) -> list[Work]:
        """One per team, by number."""
        return [self.work[key] for key in sorted(self.work) if not key[1]]
