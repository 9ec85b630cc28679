"""Everything that stands between the interview and its completion."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import groupby

from rich.cells import cell_len
from textual import on
from textual.app import ComposeResult
from textual.widgets import OptionList
from textual.widgets.option_list import Option

from surveys.form import Item
from surveys.standing import Open, Stage
from surveys.text import show_text
from tui.in_words import question_in_words
from tui.keys import Command, bindings_of
from tui.marks import mark_symbol, pick, stage_label
from tui.screens.dialogs import AskText, Confirm
from tui.screens.reasons import ask_to_reopen
from tui.screens.room import Room
from tui.sitting import Sitting
from tui.textual_faults import cut, fold, shown
from tui.widgets.prose import Prose
from tui.widgets.title_line import TitleLine

LABEL = 28
"""Cells of a question's label in a line."""

_SIGNS = {"error": "!", "conflict": "!", "warning": "?"}
_ORDER = {"error": 0, "conflict": 1, "warning": 2, "empty": 3}


class Review(Room[tuple[str, str] | None]):
    """Errors first, then conflicts, warnings and what is empty; or, by a key, the whole interview in words.

    Enter goes to the question. Dismissed with the question to go to and the address in it ("" for none), or None.
    """

    room = "review"
    BINDINGS = bindings_of("review")

    def __init__(self, sitting: Sitting, unit: str) -> None:
        super().__init__()
        self.sitting, self.unit = sitting, unit
        self.whole = False
        """True while every question is listed, not only what is open."""

    def body(self) -> ComposeResult:
        self.heading = TitleLine()
        self.summary = Prose(id="summary")
        self.list = OptionList(id="open", markup=False, compact=True)
        yield self.heading
        yield self.summary
        yield self.list

    def on_mount(self) -> None:
        self.list.focus()
        self._show()

    def state(self) -> str:
        """How the interview stands, for the title."""
        return stage_label(self.sitting.interview.stage)

    def open_items(self) -> list[Open]:
        """What is listed as open."""
        return self.sitting.interview.open_items()

    def _show(self) -> None:
        interview = self.sitting.interview
        progress = interview.progress()
        answered = f"已答 {progress.done}/{progress.total}" if progress.total else ""
        self.heading.show(["检查", self.unit], self.state(), answered)
        found = sorted(_by_question(self.open_items()), key=lambda entry: _ORDER[entry.kind])
        doubted = [item for item in self.sitting.form.items if interview.doubted(item.name)]
        if self.whole:
            items = [item for item in self.sitting.form.items if item.type != "calculate"]
            options = [self._words(item) for item in items]
            self._targets = [(item.name, "") for item in items]
        else:
            options = [self._line(_SIGNS.get(e.kind, pick("○", ".")), e.item, e.message) for e in found]
            options += [self._line(pick("⚑", "*"), item.name, "待核实（不妨碍定稿）") for item in doubted]
            self._targets = [*((entry.item, entry.cell) for entry in found), *((item.name, "") for item in doubted)]
        self.list.set_options(options)
        self.list.highlighted = 0 if options else None
        self.summary.say(self.sentence([entry.kind for entry in found], len(doubted)))
        self.key_line.show_keys()

    def _words(self, item: Item) -> Option:
        """A question with everything that was said at it, folded."""
        interview = self.sitting.interview
        doubt = pick("⚑", "*") if interview.doubted(item.name) else " "
        head = f"{mark_symbol(interview.mark(item.name))}{doubt}{item.number or '':>2} "
        indent, room = "\n" + " " * (cell_len(head) + 2), self.app.size.width - 2 - cell_len(head)
        heading = indent[:-2].join(fold(show_text(item.label, line=True), room))
        said = [show_text(line, line=True) for line in question_in_words(interview, item)]
        return Option(shown(head + heading + "".join(indent + part for line in said for part in fold(line, room - 2))))

    def _line(self, sign: str, name: str, message: str) -> Option:
        """Number, the beginning of the label, and what is open; always one line."""
        item = self.sitting.form.by_name[name]
        label = cut(show_text(item.label, line=True), LABEL)
        text = f"{sign} {item.number or '':>3} {label}  {show_text(message, line=True)}"
        return Option(shown(cut(text, self.app.size.width - 2)))

    def on_resize(self) -> None:
        if self.list.options:
            self._show()

    def sentence(self, kinds: list[str], doubted: int) -> str:
        """What is to be done next.

        Args:
            kinds: The kind of every line that is open.
            doubted: How many questions are marked 待核实.
        """
        if self.sitting.only_read:
            return self.sitting.only_read
        if self.sitting.interview.stage is Stage.COMPLETE:
            return f"已定稿，不能修改。要修改请按 {self.key_of('reopen')} 重开，并写明原因。"
        if self.sitting.interview.stage is Stage.VOID:
            return f"已作废。按 {self.key_of('reopen')} 可以重开，要写明原因。"
        if not kinds:
            waiting = f"（{doubted}题待核实）" if doubted else ""
            return f"没有要处理的了，按 {self.key_of('complete')} 定稿。{waiting}"
        names = {"error": "有错", "conflict": "有冲突", "warning": "要说明", "empty": "没答"}
        parts = [f"{label}{kinds.count(kind)}处" for kind, label in names.items() if kind in kinds]
        return f"还有{len(kinds)}处：{'，'.join(parts)}。按 Enter 到该题。"

    def works(self, command: Command) -> bool:
        stage = self.sitting.interview.stage
        if self.sitting.only_read and command.id in ("complete", "reopen", "void"):
            return False
        match command.id:
            case "complete":
                return stage is Stage.DRAFT
            case "reopen":
                return stage is not Stage.DRAFT
            case "void":
                return stage is not Stage.VOID
            case "jump":
                return bool(self._targets) if hasattr(self, "_targets") else True
        return True

    def action_whole(self) -> None:
        self.whole = not self.whole
        self._show()

    def action_figures(self) -> None:
        from tui.screens.figures import Figures

        self.app.push_screen(Figures(self.sitting.interview, self.unit))

    @on(OptionList.OptionSelected)
    def _jump(self, event: OptionList.OptionSelected) -> None:
        event.stop()
        self.dismiss(self._targets[event.option_index])

    def action_complete(self) -> None:
        if self.sitting.interview.open_items():
            self.tell(self.sitting.write(self.sitting.recorder.complete), trouble=True)
            return

        def answered(yes: bool | None) -> None:
            if yes:
                refusal = self.sitting.write(self.sitting.recorder.complete)
                trouble = refusal or self.zoufang.keep_copy()
                self._show()
                self.tell(trouble or "已定稿。", trouble=bool(trouble))

        self.app.push_screen(Confirm("定稿以后不能再改（可写明原因重开）。现在定稿？"), answered)

    def action_reopen(self) -> None:
        def done() -> None:
            self._show()
            every = "；每改一处定稿时的答案都要写原因" if self.sitting.interview.standing else ""
            self.tell(f"已重开，可以修改{every}。")

        ask_to_reopen(self.app, self.sitting, done)

    def action_void(self) -> None:
        def accept(reason: str) -> str:
            return self.sitting.write(lambda: self.sitting.recorder.void(reason))

        def done(yes: bool | None) -> None:
            if yes:
                self._show()

        self.app.push_screen(AskText("为什么作废这份问卷？（内容留存，不会删除）", "", accept), done)

    def action_back(self) -> None:
        self.dismiss(None)


def _by_question(entries: Sequence[Open]) -> Iterator[Open]:
    """The same, with the empty cells of one question as one line."""
    for (kind, name), group in groupby(entries, key=lambda entry: (entry.kind, entry.item)):
        first, *others = group
        if kind == "empty" and others:
            yield Open(name, first.cell, f"{len(others) + 1}处没填：{first.message.removesuffix(' 未填')} 等", kind)
        else:
            yield from (first, *others)
