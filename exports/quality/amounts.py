"""Checks of numbers: slips of unit, outliers, a liking for round numbers."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from exports.quality.findings import Check, Context, Finding, Severity, named, percent, said
from exports.quality.norms import SLIP, Peers, in_ten_thousands, number_of
from exports.quality.robust import standing_out
from exports.quality.sheets import Sheet
from surveys.form import Cell, Item, parse_address
from surveys.frame import team_name

Place = tuple[str, Item, Cell, str, float]
"""Address, question, cell, stored value, number."""


class Numbers(Check):
    """Walks through the numbers of an interview, those of roster rows too."""

    def numbers(self, sheet: Sheet) -> Iterator[Place]:
        """Every number that counts."""
        cells = self.context.norms.cells
        for address in sheet.answers if sheet.counted else ():
            field = parse_address(address).rest if "[" in address else address
            if field in cells and (value := sheet.value(address)) and (number := number_of(value)) is not None:
                yield address, *cells[field], value, number

    def wild(self, peers: Peers, cell: Cell, number: float) -> bool:
        """Whether a number is far from its peers, by spread and by size."""
        if abs(peers.score(number)) <= self.limits.outlier:
            return False
        if cell.kind.type == "percent":
            return abs(number - peers.median) >= self.limits.least_points
        factor = peers.factor(number)
        return factor is None or factor >= self.limits.least_factor

    def slip(self, peers: Peers, cell: Cell, number: float) -> float | None:
        """10,000 or its inverse, by which the number divided is an ordinary one though it is far from it itself."""
        if in_ten_thousands(cell) and peers.added is not None and number > 0 and self.wild(peers, cell, number):
            factor = float(SLIP) if number > peers.median else 1 / SLIP
            if not self.wild(peers, cell, number / factor):
                return factor
        return None

    def compared(self, peers: Peers, cell: Cell) -> str:
        """`同类的23个区中位数是12 万元`."""
        whom = f"同类（{peers.kind}）的" if peers.kind else ""
        middle = "（保密）" if cell.sensitive else _readable(cell, peers.median)
        return f"{whom}{peers.spread.n}个数的中位数是{middle}"


class UnitSlip(Numbers):
    """Amounts that look like 元 entered for 万元, or the other way round."""

    id, label = "slip", "万元和元填错"
    rule = "金额约是同类单位或上一轮的一万倍（或万分之一），像是把元填成了万元。"

    def look(self, sheet: Sheet) -> Iterator[Finding]:
        """One per amount; the former round of the same unit says more than the peers."""
        for address, item, cell, value, number in self.numbers(sheet):
            former = self.context.norms.former.get((sheet.id, address))
            peers = self.context.norms.of(cell.address, sheet.unit.kind)
            if former is not None:
                before = number_of(former) or 0.0
                times = "万倍" if number > before else "万分之一"
                told = f"上一轮（{self.context.norms.former_round}）是{said(cell, former)}，约差到{times}"
            elif peers and (factor := self.slip(peers, cell, number)):
                told = f"{self.compared(peers, cell)}，约差到{'万倍' if factor > 1 else '万分之一'}"
            else:
                continue
            message = f"{named(item, cell)}填的是{said(cell, value)}，{told}，请核对是不是元和万元填错。"
            yield self.found(sheet, Severity.ERROR, message, item.name, address)


class Outlier(Numbers):
    """Numbers far from those of like units."""

    id, label = "outlier", "离群的数"
    rule = "数字离同类单位的中位数太远（稳健标准分大于3.5，且相差3倍或10个百分点以上）。"

    def look(self, sheet: Sheet) -> Iterator[Finding]:
        """One per number that is no slip."""
        for address, item, cell, value, number in self.numbers(sheet):
            peers = self.context.norms.of(cell.address, sheet.unit.kind)
            if (
                peers is None
                or (sheet.id, address) in self.context.norms.former
                or not self.wild(peers, cell, number)
                or self.slip(peers, cell, number)
            ):
                continue
            score = abs(peers.score(number))
            message = (
                f"{named(item, cell)}填的是{said(cell, value)}，{self.compared(peers, cell)}，"
                f"稳健标准分{score:.1f}（超过{self.limits.outlier:g}为离群）。"
            )
            yield self.found(sheet, Severity.WARNING, message, item.name, address)


class RoundNumbers(Numbers):
    """Teams whose numbers end in 0 or 5 much oftener than those of the others.

    A Benford test is none here: counties' figures span too few orders of magnitude. All teams ask the same
    questions, so their share of round numbers is compared with each other's.
    """

    id, label = "round_numbers", "凑整的数"
    rule = "一个组填的数个位是0或5的，比其他组多得多（排除偶然），像是估计出来的。"

    def __init__(self, context: Context) -> None:
        super().__init__(context)
        self._teams: dict[int, list[int]] = {}

    def look(self, sheet: Sheet) -> Iterable[Finding]:
        """Counted for the end."""
        for _, _, _, value, number in self.numbers(sheet):
            if abs(number) >= self.limits.rounded_from:
                counts = self._teams.setdefault(sheet.team, [0, 0])
                # A number with decimals was measured or read off, whatever its last digit.
                counts[0] += value[-1] in "05" and "." not in value
                counts[1] += 1
        return ()

    def conclude(self) -> Iterator[Finding]:
        """One per team."""
        groups = {team: (round_, n) for team, (round_, n) in self._teams.items()}
        for group in standing_out(groups, self.limits.chance, self.limits.excess, self.limits.timed):
            message = (
                f"{team_name(group.group)}填的数里{percent(group.hits, group.n)}个位是0或5（{group.hits}／{group.n}），"
                f"其他组是{percent(group.other_hits, group.other_n)}（{group.other_hits}／{group.other_n}），像是估计出来的。"
            )
            yield Finding(self.id, Severity.WARNING, message, team=group.group)


def _readable(cell: Cell, number: float) -> str:
    """A computed figure as an answer of the cell would be shown, rounded to three digits or the cell's own."""
    unit = getattr(cell.kind, "unit", "")
    text = f"{number:,.0f}" if abs(number) >= 100 else f"{number:.3g}"
    return f"{text} {unit}".strip()
