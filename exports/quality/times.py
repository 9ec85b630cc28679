"""Checks of time: how long it took, when it was, and clocks that cannot be right."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Iterator
from dataclasses import replace

from exports.quality.findings import Check, Context, Finding, Severity, percent
from exports.quality.robust import median_of
from exports.quality.sheets import Sheet
from exports.times import in_words
from exports.times import moment as local
from surveys.clock import clock_faults, moment
from surveys.form import parse_address
from surveys.history import Event

AHEAD = dt.timedelta(days=1)
"""A clock set to another time zone is no fault."""


def active_minutes(events: Iterable[Event], pause_minutes: float) -> float:
    """How long somebody worked: the times between acts, long pauses cut short; by a clock that nobody can set."""
    longest = pause_minutes * 60_000
    return sum(min(event.took, longest) for event in events if event.took > 0) / 60_000


class Pace(Check):
    """Interviews that took much less, or much more, time per answer than the others."""

    id, label = "pace", "过快或过慢"
    rule = "平均每个答案用的时间，不到各份中位数的一半，或超过四倍（停顿超过10分钟的只算10分钟）。"

    def __init__(self, context: Context) -> None:
        super().__init__(context)
        self._paces: list[tuple[Finding, float, float, int]] = []

    def look(self, sheet: Sheet) -> Iterable[Finding]:
        """Kept for the end."""
        timed = sum(event.took > 0 for event in sheet.typed)
        if sheet.counted and timed >= self.limits.timed:
            minutes = active_minutes(sheet.events, self.limits.pause_minutes)
            count = len(sheet.typed)
            self._paces.append((self.found(sheet, Severity.WARNING, ""), minutes, 60 * minutes / count, count))
        return ()

    def conclude(self) -> Iterator[Finding]:
        """One per interview."""
        if len(self._paces) < self.limits.peers:
            return
        usual = median_of([seconds for _, _, seconds, _ in self._paces])
        for at, minutes, seconds, count in self._paces:
            fast, slow = seconds * self.limits.fast < usual, seconds > usual * self.limits.slow
            if fast or slow:
                message = (
                    f"{count}个答案共用{minutes:.1f}分钟，平均{seconds:.1f}秒一个，"
                    f"各份的中位数是{usual:.1f}秒，{'太快' if fast else '太慢'}。"
                )
                severity = Severity.WARNING if fast else Severity.INFO
                yield replace(at, severity=severity, message=message)


class Rushed(Check):
    """Questions answered before anybody could have read them out."""

    id, label = "rushed", "没有问就填"
    rule = "很多题一秒钟之内就填了，来不及念题，像是照底稿补录。"

    def look(self, sheet: Sheet) -> Iterator[Finding]:
        """At most one. Of a table or a register only the first answer shows how long the question took."""
        first: dict[str, int] = {}
        for event in sheet.typed:
            first.setdefault(parse_address(event.cell).question, event.took)
        timed = [took for took in first.values() if took > 0]
        hasty = sum(took < 1000 * self.limits.rushed_seconds for took in timed)
        if sheet.counted and len(timed) >= self.limits.timed and hasty >= self.limits.rushed * len(timed):
            message = (
                f"{len(timed)}道题里{hasty}道（{percent(hasty, len(timed))}）不到{self.limits.rushed_seconds:g}秒就填了，"
                "来不及念题，像是照底稿补录。"
            )
            yield self.found(sheet, Severity.WARNING, message)


class Night(Check):
    """Answers entered when nobody is visited."""

    id, label = "night", "夜里填的"
    rule = "很多答案是夜里（22点到6点，北京时间）填的，像是事后补填。"

    def look(self, sheet: Sheet) -> Iterator[Finding]:
        """At most one; times that cannot be read are none."""
        times = [local(event.at) for event in sheet.typed if moment(event.at)]
        late = [time for time in times if time.hour >= self.limits.night_from or time.hour < self.limits.night_until]
        if sheet.counted and len(times) >= self.limits.peers and len(late) >= self.limits.night * len(times):
            message = (
                f"{len(times)}个答案里{len(late)}个（{percent(len(late), len(times))}）是"
                f"{self.limits.night_from:g}点到{self.limits.night_until:g}点填的，"
                f"如{min(late):%m月%d日%H:%M}，像是事后补填。"
            )
            yield self.found(sheet, Severity.WARNING, message)


class Clock(Check):
    """Times that cannot be right."""

    id, label = "clock", "电脑时间不对"
    rule = "记录的时间早于前一条、早于2022年，或在检查时间以后：时间不可信，先后和用时不受影响。"

    def look(self, sheet: Sheet) -> Iterator[Finding]:
        """At most two."""
        if faults := clock_faults(sheet.events):
            message = f"{len(faults)}条记录的时间不对，第一条是{_told(faults[0])}，填报的电脑时间多半改动过。"
            yield self.found(sheet, Severity.INFO, message)
        latest = moment(self.context.now)
        ahead = [e for e in sheet.events if latest and (at := moment(e.at)) and at > latest + AHEAD]
        if ahead:
            yield self.found(sheet, Severity.INFO, f"{len(ahead)}条记录的时间在今天以后，第一条是{_told(ahead[0])}。")


def _told(event: Event) -> str:
    return in_words(event.at) if moment(event.at) else "读不出的时间"
