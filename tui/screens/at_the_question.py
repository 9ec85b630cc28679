"""What can be said at a question besides its answer: why there is none, a remark, evidence, a note, 待核实."""

from __future__ import annotations

from collections.abc import Callable

from surveys.answers import Status
from surveys.form import Item
from surveys.standing import Finding
from tui.keys import Command
from tui.screens.dialogs import AskText, Choose, ChooseOrWrite, Line
from tui.screens.room import Room
from tui.sitting import Sitting
from tui.widgets.question_pane import QuestionPane

NOBODY = "不记答复人"
"""What takes the name off."""


class AtTheQuestion(Room[None]):
    """These commands, and which of them do something at this moment."""

    sitting: Sitting
    pane: QuestionPane

    @property
    def item(self) -> Item:
        """The question on the screen."""
        return self.pane.item

    def works(self, command: Command) -> bool:
        if not self.is_mounted or not hasattr(self.pane, "item"):
            return True
        locked = self.sitting.locked
        match command.id:
            case "remark" | "doubt" | "undo" | "respondent":
                return not locked
            case "reveal":
                return self.pane.masked
            case "evidence":
                return not locked and bool(self.sitting.form.survey.evidence)
            case "status":
                return not locked and bool(self._statuses())
            case "note":
                return not locked and bool(self._open_warnings())
            case "reopen":
                return locked and not self.sitting.only_read
            case "reference":
                return bool(self.sitting.references.entries)
            case "language":
                return len(self.sitting.form.survey.languages) > 1
        return True

    def _statuses(self) -> tuple[Status, ...]:
        if self.pane.editor is None:
            return ()
        try:
            return self.sitting.form.cell(self.pane.editor.here()).statuses
        except KeyError:  # a roster as a whole
            return ()

    def _open_warnings(self) -> list[Finding]:
        findings = self.sitting.interview.findings(self.item.name)
        return [finding for finding in findings if finding.level == "warning" and not finding.note]

    def action_status(self) -> None:
        statuses = {str(status): status for status in self._statuses()}
        editor = self.pane.editor
        assert editor is not None
        address = editor.here()

        def give(name: str | None) -> None:
            if name:
                refusal = self.sitting.give_status(address, statuses[name], lambda: give(name))
                self.pane.refuse(refusal)
                if not refusal:
                    editor.after_status()

        if len(statuses) == 1:
            give(next(iter(statuses)))
        else:
            lines = [Line(name, status.label) for name, status in statuses.items()]
            self.app.push_screen(Choose("为什么没有答案？", lines), give)

    def action_remark(self) -> None:
        name = self.item.name
        recorder = self.sitting.recorder
        self._ask(
            "备注（写给自己和办公室看，不算答案）",
            self.sitting.interview.remark(name),
            lambda t: recorder.remark(name, t),
        )

    def action_note(self) -> None:
        warning = self._open_warnings()[0]
        recorder = self.sitting.recorder
        self._ask(f"{warning.message}——请说明答案为什么属实", "", lambda t: recorder.pass_warning(warning.check, t))

    def _ask(
        self, title: str, text: str, write: Callable[[str], None], then: Callable[[], None] = lambda: None
    ) -> None:
        """Ask a text and write it; a refused text stays in the dialog."""

        def done(yes: bool | None) -> None:
            if yes:
                then()

        self.app.push_screen(AskText(title, text, lambda typed: self.sitting.write(lambda: write(typed))), done)

    def action_respondent(self) -> None:
        """Who answers, from this question on."""
        interview, recorder, name = self.sitting.interview, self.sitting.recorder, self.item.name
        named = dict.fromkeys(filter(None, (*interview.respondents(), recorder.respondent)))
        lines = [Line(str(n), who) for n, who in enumerate(named, 1)]
        if interview.respondent(name) or recorder.respondent:
            lines.append(Line("0", NOBODY))

        def accept(typed: str) -> str:
            if not typed:
                return "请写姓名和职务，或者按数字选。"
            return self.sitting.write(lambda: recorder.name_respondent(name, "" if typed == NOBODY else typed))

        title = "谁在答复？写姓名和职务，如 张三（财务部长）；以后的答案都记为他的，直到换人"
        self.app.push_screen(ChooseOrWrite(title, lines, recorder.respondent, accept))

    def action_doubt(self) -> None:
        name, doubted = self.item.name, not self.sitting.interview.doubted(self.item.name)
        if refusal := self.sitting.write(lambda: self.sitting.recorder.doubt(name, doubted)):
            self.tell(refusal, trouble=True)

    def action_evidence(self) -> None:
        name, recorder = self.item.name, self.sitting.recorder
        kinds = self.sitting.form.survey.evidence
        lines = [*(Line(str(n), kind) for n, kind in enumerate(kinds, 1)), Line("0", "不写依据")]

        def chosen(number: str | None) -> None:
            if number:
                text = kinds[int(number) - 1] if number != "0" else ""
                if refusal := self.sitting.write(lambda: recorder.evidence(name, text)):
                    self.tell(refusal, trouble=True)

        former = self.sitting.interview.evidence(name)
        now = str(kinds.index(former) + 1) if former in kinds else ""
        self.app.push_screen(Choose("这一题的答案依据什么？", lines, now), chosen)
