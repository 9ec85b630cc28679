"""Checks of what was done again: corrections, second keyings, back-checks."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator

from exports.quality.findings import Check, Context, Finding, Severity, named, percent
from exports.quality.sheets import Sheet
from surveys.acts import MOVED
from surveys.comparison import compare
from surveys.double_entry import is_keyed_again
from surveys.frame import team_name
from surveys.history import Event, Kind


def corrections(events: Iterable[Event]) -> tuple[int, dict[str, str]]:
    """How often a completed interview was opened again, and which cells were changed after it was complete.

    Returns:
        The number of reopenings; cell → why it was changed last ("" if nobody said). A cell that says in the end what
        it said at first is no correction, nor is one that was empty.
    """
    reopened, complete = 0, False
    standing: dict[str, tuple[str, str]] = {}
    before: dict[str, tuple[str, str]] = {}
    why: dict[str, str] = {}
    for event in events:
        match event.kind:
            case Kind.COMPLETED:
                complete = True
            case Kind.REOPENED:
                reopened += 1
            case Kind.ANSWERED:
                said = event.value, str(event.status)
                if complete and event.cell in standing and not event.source.startswith(MOVED):
                    before.setdefault(event.cell, standing[event.cell])
                    why[event.cell] = event.note
                standing[event.cell] = said
    return reopened, {cell: why[cell] for cell, said in before.items() if standing[cell] != said}


class Corrections(Check):
    """Completed interviews that were opened again."""

    id, label = "corrected", "定稿后改动"
    rule = "定稿后又重开、改了答案的答卷，连同改了几处和原因。"

    def look(self, sheet: Sheet) -> Iterator[Finding]:
        """At most one."""
        reopened, changed = corrections(sheet.events)
        if not reopened and not changed:
            return
        reasons = Counter(note for note in changed.values() if note)
        told = "、".join(f"{reason}{count}处" for reason, count in sorted(reasons.items(), key=lambda r: (-r[1], r[0])))
        severity = Severity.WARNING if len(changed) >= self.limits.corrected else Severity.INFO
        message = f"定稿后重开{reopened}次，改了{len(changed)}处答案" + (f"（{told}）。" if told else "。")
        yield self.found(sheet, severity, message)


class SecondKeying(Check):
    """Second keyings that differ much from the first, or whose differences wait."""

    id, label = "second_keying", "两遍录入不同"
    rule = "第二遍录入与第一遍不同的地方太多，或还没有裁定。"

    def look(self, sheet: Sheet) -> Iterator[Finding]:
        """At most two."""
        if not is_keyed_again(sheet.events):
            return
        comparison = compare(self.context.interview(sheet.id))
        differing, compared = len(comparison.differences), comparison.compared
        if waiting := comparison.count(None):
            message = f"两遍录入比过{compared}处，有{waiting}处不同还没有裁定。"
            yield self.found(sheet, Severity.WARNING, message, comparison.differences[0].item)
        if differing and differing > self.limits.differing * compared:
            message = f"两遍录入比过{compared}处，{differing}处（{percent(differing, compared)}）不同，应当整份重录或核对原件。"
            yield self.found(sheet, Severity.WARNING, message)


class BackCheck(Check):
    """A unit surveyed a second time by somebody else in the same round: how far the two agree.

    Such a pair is also a duplicate, until somebody decides that both count or which one does. Compared is what both
    answered, one cell with the other; texts and registers are not, for nobody says them alike twice.
    """

    id, label = "back_check", "回访不一致"
    rule = "同一单位由不同的人问了两遍，答案不同的太多。"

    def __init__(self, context: Context) -> None:
        super().__init__(context)
        self._waiting: dict[str, Sheet] = {}
        self._questions: dict[str, list[int]] = {}
        self._cells = [
            (item, cell)
            for item in self.form.items
            if item.asked and item.type != "roster"
            for cell in item.cells
            if cell.kind.type not in ("text", "attachment") and not getattr(item.question, "prefill", None)
        ]  # fmt: skip

    def look(self, sheet: Sheet) -> Iterator[Finding]:
        """One per pair, at the second interview; a third is compared with the first."""
        if not sheet.counted or sheet.id not in self.context.several:
            return
        first = self._waiting.setdefault(sheet.unit.code, sheet)
        if first is sheet or first.who == sheet.who:
            return
        differing: list[str] = []
        compared = 0
        for item, cell in self._cells:
            one, two = first.value(cell.address), sheet.value(cell.address)
            if one is not None and two is not None:
                compared += 1
                counts = self._questions.setdefault(item.name, [0, 0])
                counts[1] += 1
                if one != two:
                    counts[0] += 1
                    differing.append(named(item, cell))
        if differing and len(differing) > self.limits.differing * compared:
            message = (
                f"与{first.who or '未署名'}（{team_name(first.team)}）问的一份比，{compared}处都答了的有{len(differing)}处"
                f"（{percent(len(differing), compared)}）不同：{'、'.join(differing[:5])}{'等' if len(differing) > 5 else ''}。"
            )
            yield self.found(sheet, Severity.WARNING, message)

    def conclude(self) -> Iterator[Finding]:
        """Questions on which back-checks differ too often: they are not understood alike."""
        for name, (differing, compared) in self._questions.items():
            if compared >= self.limits.peers and differing > self.limits.missing * compared:
                message = (
                    f"{named(self.form.by_name[name])}在回访里{compared}处有{differing}处"
                    f"（{percent(differing, compared)}）与第一次不同，多半题意不清。"
                )
                yield Finding(self.id, Severity.WARNING, message, question=name)
