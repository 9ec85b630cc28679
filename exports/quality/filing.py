"""Checks of interviews as documents: version, duplicates, copies, what is still open."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator
from dataclasses import replace

from exports.quality.findings import Check, Context, Finding, Severity, named
from exports.quality.sheets import Sheet
from surveys.form import parse_address
from surveys.frame import Unit
from surveys.history import Kind
from surveys.rules import Rule


class OutdatedVersion(Check):
    """Filled in with a definition that is not the current one."""

    id, label = "outdated_version", "旧版问卷"
    rule = "用的不是现行版本的问卷；草稿可以换用新版（zoufang migrate）。"

    def look(self, sheet: Sheet) -> Iterator[Finding]:
        """One per interview."""
        if sheet.survey != self.form.digest:
            versions = self.context.versions
            mine, current = versions.get(sheet.survey, "不明"), versions.get(self.form.digest, "")
            told = f"{mine}版" if mine != current else f"{mine}版的另一份定义（指纹{sheet.survey[:12]}）"
            message = f"这份{sheet.stage.label}用的是{told}问卷，现行的是{current}版（指纹{self.form.digest[:12]}）。"
            yield self.found(sheet, Severity.WARNING, message)


class Unsettled(Check):
    """Answers in conflict; a completed interview with errors (recovered from a sheet, or checked by a newer form)."""

    id, label = "unsettled", "没有了结的错误和冲突"
    rule = "定稿的答卷里还有错误，或有两处填法不同、没有裁定的答案。"

    def look(self, sheet: Sheet) -> Iterator[Finding]:
        """At most two per interview."""
        if sheet.conflicts:
            yield self.found(sheet, Severity.ERROR, f"有{sheet.conflicts}处答案两边填得不同，还没有裁定。")
        if sheet.counted and sheet.errors:
            yield self.found(sheet, Severity.ERROR, f"答卷里有{sheet.errors}处错误没有改正。")


class DuplicateUnit(Check):
    """Several interviews of one unit of which nobody decided."""

    id, label = "duplicate", "重复的单位"
    rule = "一个单位在一轮里有几份答卷，还没有人裁定以哪份为准。"

    def __init__(self, context: Context) -> None:
        super().__init__(context)
        self._several: dict[str, list[Sheet]] = {}

    def look(self, sheet: Sheet) -> Iterable[Finding]:
        """Kept for the end."""
        if sheet.id in self.context.undecided:
            self._several.setdefault(sheet.unit.code, []).append(sheet)
        return ()

    def conclude(self) -> Iterator[Finding]:
        """One per interview, naming how many there are."""
        for sheets in self._several.values():
            told = "、".join(f"{sheet.who or '未署名'}（{sheet.stage.label}）" for sheet in sheets)
            for sheet in sheets:
                yield self.found(sheet, Severity.ERROR, f"这个单位有{len(sheets)}份答卷没有裁定：{told}。")


class SameNumbers(Check):
    """All numbers alike in different units."""

    id, label = "same_numbers", "数字雷同"
    rule = "两个单位填的数字全部相同，像是照抄。"

    def __init__(self, context: Context) -> None:
        super().__init__(context)
        self._alike: dict[bytes, list[tuple[Finding, Unit, int]]] = {}

    def look(self, sheet: Sheet) -> Iterable[Finding]:
        """Keeps a fingerprint of the numbers other than 0: many units have nothing of a thing."""
        numbers = [
            f"{cell}={value}"
            for cell in self.context.norms.cells
            if (value := sheet.value(cell)) is not None and value != "0"
        ]
        if sheet.counted and len(numbers) >= self.limits.same_numbers:
            print_ = hashlib.sha256("\n".join(numbers).encode()).digest()
            place = self.found(sheet, Severity.ERROR, "")
            self._alike.setdefault(print_, []).append((place, sheet.unit, len(numbers)))
        return ()

    def conclude(self) -> Iterator[Finding]:
        """One per interview that has the numbers of another unit."""
        for alike in self._alike.values():
            units = {unit.code: unit.name for _, unit, _ in alike}
            for place, unit, count in alike:
                others = [name for code, name in units.items() if code != unit.code]
                if others:
                    names = "、".join(others[:3]) + (f"等{len(others)}个单位" if len(others) > 3 else "")
                    yield replace(place, message=f"填的{count}个数字与{names}完全相同，像是照抄。")


class PassedWarning(Check):
    """Warnings of the definition (parts that do not make the total) that were passed with a note."""

    id, label = "passed_warning", "有说明的提醒"
    rule = "问卷自带的检查（如分项之和不等于合计）没有通过，填报人写明原因后保留了答案。"

    def __init__(self, context: Context) -> None:
        super().__init__(context)
        self._rules: dict[str, dict[str, Rule]] = {}

    def look(self, sheet: Sheet) -> Iterator[Finding]:
        """One per note that still holds: nothing the check reads has changed since."""
        if not sheet.counted:
            return
        changed: dict[str, int] = {}
        passed: dict[str, tuple[int, str]] = {}
        for place, event in enumerate(sheet.events):
            if event.kind in (Kind.ANSWERED, Kind.ROW_ADDED, Kind.ROW_REMOVED):
                changed[parse_address(event.cell).question] = place
            elif event.kind is Kind.WARNING_PASSED:
                passed[event.cell] = place, event.note
        for check, (place, note) in passed.items():
            name, message, reads = self._of(sheet.survey, check)
            if note and name and all(changed.get(read, -1) < place for read in reads):
                item = self.context.form_of(sheet.survey).by_name[name]
                text = f"{named(item)}的提醒“{message}”没有改，说明是“{note}”。"
                yield self.found(sheet, Severity.INFO, text, name)

    def _of(self, digest: str, check: str) -> tuple[str, str, Iterable[str]]:
        """Question, message and what it reads, of a check id in the form of an interview; "" for an unknown one."""
        form = self.context.form_of(digest)
        if digest not in self._rules:
            self._rules[digest] = {rule.id: rule for item in form.items for rule in item.rules}
        ident = check.partition("@")[0]
        if rule := self._rules[digest].get(ident):
            return rule.item, rule.message, rule.reads
        address, _, kind = ident.rpartition(".")
        name = parse_address(address).question if kind == "likely_max" else ""
        return (name, "金额偏大", (name,)) if name in form.by_name else ("", "", ())


class Doubted(Check):
    """Answers that the person marked 待核实."""

    id, label = "doubted", "标为待核实"
    rule = "填报人自己标了“待核实”的答案。"

    def look(self, sheet: Sheet) -> Iterator[Finding]:
        """One per question."""
        doubted: dict[str, str] = {}
        remarks: dict[str, str] = {}
        for event in sheet.events:
            if event.kind is Kind.DOUBTED:
                doubted[event.cell] = event.value
            elif event.kind is Kind.REMARKED:
                remarks[event.cell] = event.value
        for name, mark in doubted.items():
            if mark == "1" and (item := self.form.by_name.get(name)):
                remark = remarks.get(name, "")
                secret = any(cell.sensitive for cell in item.cells)
                told = "备注保密" if remark and secret else f"备注“{remark}”" if remark else "没有备注"
                yield self.found(sheet, Severity.INFO, f"{named(item)}标了待核实，{told}。", name)
