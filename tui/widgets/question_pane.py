"""The question that is being asked, with its editor, and what is to be said about its answer."""

from __future__ import annotations

from textual.app import ComposeResult
from textual.containers import Vertical
from textual.widgets import ContentSwitcher

from surveys.form import Item
from tui.marks import pick
from tui.sitting import Sitting
from tui.widgets.choice_editor import ChoiceEditor
from tui.widgets.editor import Editor
from tui.widgets.grid_editor import GridEditor
from tui.widgets.note_view import NoteView
from tui.widgets.prose import Prose
from tui.widgets.roster_editor import RosterEditor
from tui.widgets.text_editor import TextEditor
from tui.widgets.value_editor import ValueEditor

_EDITOR_OF = {
    "select_one": "choice", "select_multiple": "choice", "rating": "choice", "matrix": "grid", "roster": "rows",
    "note": "note",
}  # fmt: skip


class QuestionPane(Vertical):
    """Every editor is mounted once; `ask` fills the right one and shows it."""

    item: Item

    def compose(self) -> ComposeResult:
        yield Prose(id="section")
        yield Prose(id="heading")
        yield Prose(id="hint")
        with ContentSwitcher(initial="value-editor"):
            yield ChoiceEditor(id="choice-editor")
            yield ValueEditor(id="value-editor")
            yield TextEditor(id="text-editor")
            yield GridEditor(id="grid-editor")
            yield RosterEditor(id="rows-editor")
            yield NoteView(id="note-editor")
            yield Prose("本题按前面的答案不需要回答。", id="skipped")
        yield Prose(id="refusal")
        yield Prose(id="findings")
        yield Prose(id="foot")

    def on_mount(self) -> None:
        self.switcher = self.query_one(ContentSwitcher)
        self.parts = {ident: self.query_one(f"#{ident}", Prose) for ident in
                      ("section", "heading", "hint", "refusal", "findings", "foot")}  # fmt: skip
        self.editors = {str(editor.id): editor for editor in self.switcher.query_children(Editor)}
        for editor in self.editors.values():
            editor.tell = self.parts["refusal"].say

    @property
    def editor(self) -> Editor | None:
        """The editor on show; None when the question is not asked."""
        return self.editors.get(self.switcher.current or "")

    @property
    def place(self) -> str:
        """The editor's name in the command table; "" when nothing can be entered."""
        return self.editor.place if self.editor and not self.sitting.locked else ""

    def ask(self, sitting: Sitting, item: Item) -> None:
        """Show a question."""
        self.sitting, self.item = sitting, item
        parts = [
            item.section.label,
            f"第{item.number}题" if item.number else "",
            "必答" if item.question.required else "选答",
        ]
        self.parts["section"].say(" · ".join(part for part in parts if part))
        self.parts["heading"].say(item.label)
        self.parts["hint"].say(item.question.hint)
        self.parts["refusal"].say("")
        self.switcher.current = self._editor_id()
        self.switcher.disabled = sitting.locked
        if self.editor:
            self.editor.fill(sitting, item)
        self.show_state()

    def _editor_id(self) -> str:
        if not self.sitting.interview.relevant(self.item.name):
            return "skipped"
        fallback = "text" if getattr(self.item.question, "multiline", False) else "value"
        return f"{_EDITOR_OF.get(self.item.type, fallback)}-editor"

    def take_focus(self) -> None:
        if self.editor and not self.sitting.locked:
            self.editor.take_focus()

    def show_state(self) -> None:
        """Show what the checks found, and 待核实, remark and evidence."""
        interview, name = self.sitting.interview, self.item.name
        lines = []
        for finding in interview.findings(name):
            if finding.level == "error":
                lines.append(f"! {finding.message}")
            elif finding.note:
                lines.append(f"? {finding.message}（已说明：{finding.note}）")
            else:
                lines.append(f"? {finding.message}（属实按 F8 说明）")
        self.parts["findings"].say("\n".join(lines))
        self.parts["findings"].set_class(any(line.startswith("!") for line in lines), "-error")
        foot = [
            f"待核实{pick('⚑', '*')}" if interview.doubted(name) else "",
            f"备注{pick('✎', '+')}：{interview.remark(name)}" if interview.remark(name) else "",
            f"依据：{interview.evidence(name)}" if interview.evidence(name) else "",
        ]
        self.parts["foot"].say("　".join(part for part in foot if part))

    def refuse(self, sentence: str) -> None:
        """Say under the editor why something was not taken."""
        self.parts["refusal"].say(sentence)
