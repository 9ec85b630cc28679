"""The question that is being asked, with its editor, and what is to be said about its answer."""

from __future__ import annotations

from textual.app import ComposeResult
from textual.containers import Vertical
from textual.widgets import ContentSwitcher

from surveys.form import Item
from tui.keymap import keyboard_of
from tui.marks import between, pick
from tui.sitting import Sitting
from tui.textual_faults import cut
from tui.widgets.choice_editor import ChoiceEditor
from tui.widgets.editor import Editor
from tui.widgets.grid_editor import GridEditor
from tui.widgets.note_view import MaskedView, NoteView
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
        yield Prose(id="former")
        with ContentSwitcher(initial="value-editor"):
            yield ChoiceEditor(id="choice-editor")
            yield ValueEditor(id="value-editor")
            yield TextEditor(id="text-editor")
            yield GridEditor(id="grid-editor")
            yield RosterEditor(id="rows-editor")
            yield NoteView(id="note-editor")
            yield MaskedView(id="masked-editor")
            yield Prose("本题按前面的答案不需要回答。", id="skipped")
        yield Prose(id="refusal")
        yield Prose(id="findings")
        yield Prose(id="foot")
        yield Prose(id="reference")

    def on_mount(self) -> None:
        self.switcher = self.query_one(ContentSwitcher)
        self.parts = {ident: self.query_one(f"#{ident}", Prose) for ident in
                      ("section", "heading", "hint", "former", "refusal", "findings", "foot", "reference")}  # fmt: skip
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
        sitting.revealed = False
        parts = [
            item.section.label,
            f"第{item.number}题" if item.number else "",
            "必答" if item.question.required else "选答",
            "保密" if item.question.sensitive else "",
        ]
        self.parts["section"].say(between().join(part for part in parts if part))
        self.parts["heading"].say(item.label)
        self.parts["hint"].say(item.question.hint)
        self.parts["former"].say(sitting.former.line(item, self.content_size.width) if sitting.former else "")
        self.parts["reference"].say(self._reference())
        self.parts["refusal"].say("")
        self._show_editor()
        self.show_state()

    def _show_editor(self) -> None:
        self.switcher.current = self._editor_id()
        self.switcher.disabled = self.sitting.locked
        if self.editor:
            self.editor.fill(self.sitting, self.item)

    def reveal(self) -> None:
        """Show what is sensitive, until the next question is asked."""
        self.sitting.revealed = True
        if isinstance(self.editor, MaskedView):
            self._show_editor()
        elif self.editor:
            self.editor.show_answers()

    @property
    def masked(self) -> bool:
        """True while something is there that is not to be seen."""
        if self.editor is None or self.editor.place != "grid":
            return isinstance(self.editor, MaskedView)
        return any(map(self.sitting.masks, self.sitting.interview.addresses(self.item.name)))

    def _editor_id(self) -> str:
        interview, name = self.sitting.interview, self.item.name
        if not interview.relevant(name):
            return "skipped"
        if self.item.question.sensitive and not self.sitting.revealed and self._filled():
            return "masked-editor"
        fallback = "text" if getattr(self.item.question, "multiline", False) else "value"
        return f"{_EDITOR_OF.get(self.item.type, fallback)}-editor"

    def _filled(self) -> bool:
        """True when something was answered here, or typed and not yet stored."""
        addresses = self.sitting.interview.addresses(self.item.name)
        return any(map(self.sitting.masks, addresses)) or bool(self.sitting.drafts(self.item.name))

    def take_focus(self) -> None:
        if self.editor and not self.sitting.locked:
            self.editor.take_focus()

    def show_state(self) -> None:
        """Show what the checks found, and 待核实, remark, evidence and who answered."""
        interview, name = self.sitting.interview, self.item.name
        lines = []
        for finding in interview.findings(name):
            if finding.level == "error":
                lines.append(f"! {finding.message}")
            elif finding.note:
                lines.append(f"? {finding.message}（已说明：{finding.note}）")
            else:
                how = "" if self.sitting.recorder.again else f"（属实按 {keyboard_of(self).key_of('note')} 说明）"
                lines.append(f"? {finding.message}{how}")
        self.parts["findings"].say("\n".join(lines))
        self.parts["findings"].set_class(any(line.startswith("!") for line in lines), "-error")
        foot = [
            f"待核实{pick('⚑', '*')}" if interview.doubted(name) else "",
            f"备注{pick('✎', '+')}：{interview.remark(name)}" if interview.remark(name) else "",
            f"依据：{interview.evidence(name)}" if interview.evidence(name) else "",
            self._respondent(),
        ]
        self.parts["foot"].say("　".join(part for part in foot if part))

    def _respondent(self) -> str:
        """Who answered this question, and who is answering now."""
        who, now = self.sitting.interview.respondent(self.item.name), self.sitting.recorder.respondent
        if not who:
            return f"现在答复：{now}" if now else ""
        return f"答复人：{who}" + (f"，现在是{now}" if now not in ("", who) else "")

    def _reference(self) -> str:
        """The first of the reference entries that belong to this question, and how to see the others."""
        if not (entries := self.sitting.references.of_question(self.item.name)):
            return ""
        more = f" 等{len(entries)}条" if len(entries) > 1 else ""
        key = keyboard_of(self).key_of("reference")
        return f"参考：{cut(entries[0].label, 32).rstrip()}{more}，{key} 查看"

    def refuse(self, sentence: str) -> None:
        """Say under the editor why something was not taken."""
        self.parts["refusal"].say(sentence)
