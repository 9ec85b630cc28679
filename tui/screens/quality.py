"""What the quality checks found, the most urgent first; Enter goes to the place in the interview."""

from __future__ import annotations

from collections.abc import Iterator

from textual import on
from textual.widgets import OptionList

from exports.files import ExportError
from exports.quality import CHECKS, Finding, Quality, Severity, examine, write_findings
from surveys.frame import Unit, team_name
from surveys.text import show_text
from tui.current_survey import SURVEY, current_survey, following_survey
from tui.keys import Command, bindings_of
from tui.marks import pick
from tui.screens.list_room import ListRoom
from tui.textual_faults import cut

_SIGNS = {Severity.ERROR: ("!", "!"), Severity.WARNING: ("?", "?"), Severity.INFO: ("·", ".")}
_LABELS = {check.id: check.label for check in CHECKS}
_RULES = {check.id: check.rule for check in CHECKS}
URGENT = "urgent"
"""The first view: what somebody has to look at. The others are the checks that found something, then all."""


class QualityList(ListRoom[Finding]):
    """A line per finding; below it the check and the whole sentence."""

    room = "quality"
    BINDINGS = bindings_of("quality")

    quality: Quality | None = None
    _view = URGENT
    _drafts = False

    def load(self) -> None:
        store = self.zoufang.store
        self.survey = current_survey(store)
        self.quality, self._trouble = None, ""
        self._units = {unit.code: unit for unit in store.units()}
        self.summary.say("正在检查全部答卷……")
        self.call_after_refresh(super().load)

    def read(self) -> Iterator[Finding]:
        if self.quality is None:
            try:
                self.quality = examine(self.zoufang.store, self.survey.id, drafts=self._drafts)
            except ExportError as error:
                self._trouble = error.message
                return
        yield from (found for found in self.quality.findings if self._shows(found))

    def _shows(self, found: Finding) -> bool:
        return found.severity is not Severity.INFO if self._view == URGENT else self._view in ("", found.check)

    def _views(self) -> list[str]:
        found = {finding.check for finding in self.quality.findings} if self.quality else set()
        return [URGENT, *(check.id for check in CHECKS if check.id in found), ""]

    # ── what is shown ──

    def summarise(self) -> None:
        view = {URGENT: "须处理和要核实", "": "全部"}.get(self._view) or _LABELS[self._view]
        self.heading.show([self.survey.title, "质量检查"], f"{view}：{len(self.entries)}处")
        if self.quality is None:
            self.summary.say(self._trouble)
            return
        total = "，".join(f"{severity.label}{self.quality.of_severity(severity)}" for severity in Severity)
        judged = "连草稿的答案" if self._drafts else f"其中完成的{self.quality.counted}份的答案"
        self.summary.say(f"查了{self.quality.examined}份答卷，{judged}；{total}。发现的是要核实的地方，不是结论。")

    def head(self) -> str:
        return self._row("", "单位", "检查", "题", "发现")

    def line(self, entry: Finding) -> str:
        item = self.quality.form.by_name.get(entry.question) if self.quality else None
        number = str(item.number or "") if item else ""
        return self._row(pick(*_SIGNS[entry.severity]), self._place(entry), _LABELS[entry.check], number, entry.message)

    def _row(self, sign: str, place: str, check: str, number: str, message: str) -> str:
        rest = max(10, self.app.size.width - 42)
        cells = (cut(sign, 2), cut(place, 16), " ", cut(check, 14), " ", cut(number, 3), " ")
        return "".join(cells) + cut(show_text(message, line=True), rest)

    def _place(self, entry: Finding) -> str:
        if (unit := self._units.get(entry.unit)) is not None:
            return unit.county
        return entry.unit or (team_name(entry.team) + entry.who if entry.team is not None else "全部")

    def told(self, entry: Finding) -> str:
        unit = self._units.get(entry.unit)
        who = " ".join(filter(None, ("" if entry.team is None else team_name(entry.team), entry.who)))
        head = "　".join(filter(None, (unit.name if unit else "", who, entry.severity.label, _LABELS[entry.check])))
        return show_text(f"{head}\n{entry.message}\n（{_RULES[entry.check]}）")

    def nothing(self) -> str:
        return self._trouble or "没有发现要核实的地方。"

    # ── commands ──

    def works(self, command: Command) -> bool:
        match command.id:
            case "survey":
                return len(self.zoufang.store.surveys()) > 1
            case "go_there":
                return self._unit is not None
            case "write_findings" | "quality_view":
                return self.quality is not None and bool(self.quality.findings)
        return True

    @property
    def _unit(self) -> Unit | None:
        """The unit of the interview the cursor's finding is about; None where it is about none."""
        return self._units.get(self.here.unit) if self.here and self.here.interview else None

    @on(OptionList.OptionSelected)
    def _clicked(self, event: OptionList.OptionSelected) -> None:
        event.stop()
        self.action_go_there()

    def action_go_there(self) -> None:
        from surveys.store import StoreError

        found, unit = self.here, self._unit
        if found is None or unit is None:
            return
        try:
            self.zoufang.open_interview(unit, found.interview, found.question)
        except StoreError as error:
            self.tell(error.message, trouble=True)

    def action_quality_view(self) -> None:
        views = self._views()
        self._view = views[(views.index(self._view) + 1) % len(views)]
        super().load()

    def action_drafts(self) -> None:
        self._drafts = not self._drafts
        self._view = URGENT
        self.load()

    def action_survey(self) -> None:
        if self.remember(SURVEY, following_survey(self.zoufang.store).id):
            self._view = URGENT
            self.load()

    def action_write_findings(self) -> None:
        assert self.quality is not None
        path = self.zoufang.export_folder / f"质量检查_{self.survey.id}.csv"
        try:
            write_findings(self.quality, self._units, path)
        except ExportError as error:
            self.tell(error.message, trouble=True)
        else:
            self.tell(f"已写好 {path}：一处一行，可以用 WPS 打开筛选。")
