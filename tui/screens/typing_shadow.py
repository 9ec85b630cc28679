"""What is being typed at a question is on disk within a second, and comes back after a crash."""

from __future__ import annotations

from textual import on
from textual.widgets import Input, TextArea

from tui.screens.at_the_question import AtTheQuestion

SHADOWING = 0.5
"""Seconds after which typed text is shadowed on disk, also while typing goes on: not more than a second may be lost."""


class TypingShadow(AtTheQuestion):
    """The drafts of the question on the screen."""

    def on_mount(self) -> None:
        self.shadow = self.set_interval(SHADOWING, self.keep_draft, pause=True)

    @on(Input.Changed)
    @on(TextArea.Changed)
    def _typing(self) -> None:
        self.shadow.resume()  # not reset: who types without a rest would have no shadow at all

    _shadowed = ""
    """The address whose typed text was shadowed last."""

    def keep_draft(self) -> None:
        """Shadow what is being typed now."""
        self.shadow.pause()
        if (editor := self.pane.editor) is None or self.sitting.locked:
            return
        typed = editor.typed()
        if not typed and self._shadowed == editor.here() in self.sitting.drafts(self.item.name):
            self.sitting.save_draft(self._shadowed, "")  # all that was typed was taken back
        for address, text in typed.items():
            self._shadowed = address
            self.sitting.save_draft(address, text)

    def offer_draft(self) -> None:
        """Put what was typed here last, and never stored, back into the editor."""
        if self.pane.editor is None or self.sitting.locked:
            return
        for address, text in self.sitting.drafts(self.item.name).items():
            if self.pane.editor.restore(address, text):
                self.tell(f"恢复了上次没有保存的输入：按 Enter 保存，{self.key_of('undo')} 放弃。")
                return
