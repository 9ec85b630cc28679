"""Filling in one interview: the index, the question, and what the keys do."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterator

from textual import events, on
from textual.app import ComposeResult
from textual.containers import Horizontal
from textual.widgets import OptionList

from surveys.standing import Finding, Mark, Progress, Stage
from surveys.store import StoreError
from tui.current_survey import LANGUAGE, outline
from tui.keys import bindings_of
from tui.marks import bar, stage_label
from tui.screens.dialogs import Find
from tui.screens.reasons import ask_reason, ask_to_reopen
from tui.screens.room import Room
from tui.screens.typing_shadow import TypingShadow
from tui.sitting import Sitting
from tui.widgets.choice_list import ChoiceList
from tui.widgets.editor import Editor
from tui.widgets.index_list import IndexList
from tui.widgets.question_pane import QuestionPane
from tui.widgets.title_line import TitleLine

PASSING = 0.15
"""Seconds at a question without answering it after which it is remembered as where one was."""

WIDE = 100
"""Columns from which the index gets more room."""


class InterviewScreen(TypingShadow):
    """One question per view.

    Args:
        sitting: The interview, and the way to write in it.
        unit: Name of the unit, for the title.
    """

    room = "interview"
    BINDINGS = bindings_of("interview")

    def __init__(self, sitting: Sitting, unit: str) -> None:
        super().__init__()
        self.sitting, self.unit = sitting, unit
        self._left_refused: dict[str, str] = {}
        """The refused text, by address, that one was warned about; leaving again leaves it as a draft."""

    def body(self) -> ComposeResult:
        self.set_class(self.app.size.width >= WIDE, "-wide")  # once more when resized, which styles everything anew
        self.heading = TitleLine()
        self.index = IndexList(id="index")
        self.pane = QuestionPane(id="pane")
        yield self.heading
        with Horizontal(id="desk"):
            yield self.index
            yield self.pane

    def on_mount(self) -> None:
        self.sitting.on_change = self._changed
        self.sitting.on_trouble = lambda sentence: self.tell(sentence, trouble=True)
        self.sitting.on_reason = lambda retry: ask_reason(self.app, self.sitting, retry)
        self._passing = self.set_interval(PASSING, self._stay, pause=True)
        self.index.fill(self.sitting)
        place = self.sitting.recorder.place
        first = next(item.name for item in self.sitting.form.items if item.type != "calculate")
        self.call_after_refresh(self.ask, place if place in self.sitting.form.by_name else first)
        self.tell(self.sitting.only_read)

    def on_resize(self, event: events.Resize) -> None:
        self.set_class(event.size.width >= WIDE, "-wide")

    def place(self) -> str:
        return self.pane.place

    def cut_texts(self) -> list[str]:
        return [part.prose for part in self.pane.parts.values() if part.is_cut]

    # ── going from question to question ──

    def ask(self, name: str) -> None:
        """Show a question; what was entered before is on disk already."""
        self._left_refused, self._news = {}, False
        self._known = frozenset(f.check for f in self.sitting.interview.findings(name) if not f.note)
        self.shadow.pause()
        self.pane.ask(self.sitting, self.sitting.form.by_name[name])
        self.index.point(name)
        if self._wrote:
            self._stay()
        else:  # perhaps only passing by, with PgDn held down: no write to disk for each
            self._passing.reset()
            self._passing.resume()
        self._wrote = False
        self.offer_draft()
        self._show_title()
        self.key_line.show_keys(self.pane.place)
        if self.sitting.locked:
            self.index.focus()
        else:
            self.pane.take_focus()

    def _stay(self) -> None:
        """Remember the question one is at."""
        self._passing.pause()
        self.sitting.remember(self.item.name)

    def go(self, name: str) -> None:
        """Leave this question for another."""
        if self._settled(lambda: self.go(name)):
            self.ask(name)

    def _settled(self, retry: Callable[[], object]) -> bool:
        """Store what is being typed. Refused text keeps one here once; then it stays as a draft.

        Args:
            retry: What one is leaving for, to be done when a reason had to be asked first.
        """
        editor = self.pane.editor
        if editor is None or self.sitting.locked:
            return True
        warned = self._left_refused == (typed := editor.typed())
        if not editor.settle(None if warned else retry) or warned:
            self.keep_draft()
            return True
        self._left_refused = typed
        self.tell("刚输入的没有保存。改好后再走；再按一次就离开，文字留作草稿。", trouble=True)
        return False

    def action_next(self) -> None:
        if not self._settled(self.action_next):  # first: the answer may decide which question is next
            return
        if name := self.sitting.interview.following(self.item.name):
            self.ask(name)
        else:
            self.action_review()

    def action_previous(self) -> None:
        if not self._settled(self.action_previous):
            return
        if name := self.sitting.interview.preceding(self.item.name):
            self.ask(name)
        else:
            self.tell("这是第一题。")

    def action_unanswered(self) -> None:
        open_marks = (Mark.EMPTY, Mark.PARTIAL)
        self._search(
            lambda name: self.sitting.interview.mark(name) in open_marks,
            "没有别的没答的题了。",
            self.action_unanswered,
        )

    def action_wrong(self) -> None:
        found = self._search(lambda name: any(self._standing(name)), "没有别的有错或要说明的题了。", self.action_wrong)
        if found and self.pane.editor:
            self.pane.editor.point_at(next(self._standing(found)).cell)

    def _standing(self, name: str) -> Iterator[Finding]:
        """Errors of a question, and warnings that were not explained."""
        return (finding for finding in self.sitting.interview.findings(name) if not finding.note)

    def _search(self, wanted: Callable[[str], bool], nothing: str, retry: Callable[[], object]) -> str:
        """Go to the next question of which this is true, after the last one from the first on; "" if there is none."""
        if not self._settled(retry):
            return ""
        items, here = self.sitting.form.items, self.sitting.form.position[self.item.name]
        around = [*items[here + 1 :], *items[:here]]
        found = next((item.name for item in around if item.asked and wanted(item.name)), "")
        if found:
            self.ask(found)
        self.tell("" if found else nothing)
        return found

    @on(Editor.Done)
    def _done(self, event: Editor.Done) -> None:
        """On to the next question, unless a check has something to say that was not there before."""
        event.stop()
        if self._news:
            self._news = False
            self.tell("请看题目下面的提示；再按 Enter 到下一题。")
            return
        said = self.pane.editor.said() if self.pane.editor else ""
        number = self.item.number
        self.action_next()
        if said:
            self.tell(f"{f'第{number}题' if number else '上一题'}已存：{said}")

    @on(ChoiceList.Edge)
    def _edge(self, event: ChoiceList.Edge) -> None:
        event.stop()
        if event.step < 0:
            self.action_previous()

    @on(OptionList.OptionSelected, "#index")
    def _index_chosen(self, event: OptionList.OptionSelected) -> None:
        event.stop()
        self.go(str(event.option_id))

    # ── after a write ──

    _news = False
    """True when the last write brought a finding on this question that was not there before."""

    _known: frozenset[str] = frozenset()

    _wrote = True
    """True when something was written since the question was asked (and at the beginning)."""

    def _changed(self, items: frozenset[str]) -> None:
        self._wrote = True
        here = self.item.name
        self.index.update_marks(items | {here})
        self._show_title()
        self._left_refused = {}
        self.shadow.pause()
        now = frozenset(f.check for f in self.sitting.interview.findings(here) if not f.note)
        self._news, self._known = bool(now - self._known), now
        self.pane.show_state()
        self.key_line.show_keys(self.pane.place)
        self.tell("")

    def _show_title(self) -> None:
        progress = self.sitting.interview.progress()
        self.heading.show(
            [self.sitting.form.survey.title, self.zoufang.team_name, self.zoufang.actor.who, self.unit],
            f"{self.state()}{_answered(progress)}",
            self.saved(),
        )

    def state(self) -> str:
        """What is to be known of the interview before anything is read in it; "" for a draft."""
        stage = self.sitting.interview.stage
        state = "" if stage is Stage.DRAFT else f"{stage_label(stage)} "
        return f"轮次 {self.sitting.interview.round or '未写'} 只看 {state}" if self.sitting.only_read else state

    def saved(self) -> str:
        """When the last answer was saved."""
        saved = self.sitting.recorder.saved_at or dt.datetime.fromisoformat(self.sitting.interview.events[-1].at)
        return f"已保存 {saved.astimezone():%H:%M:%S}"

    @on(Editor.Turned)
    def _turned(self, event: Editor.Turned) -> None:
        event.stop()
        self.key_line.show_keys(self.pane.place)

    # ── commands ──

    def action_reopen(self) -> None:
        ask_to_reopen(self.app, self.sitting, lambda: self.ask(self.item.name))

    def action_reveal(self) -> None:
        """Show what is sensitive here; what is being typed is stored first, as it would be lost."""
        if self._settled(self.action_reveal):
            self.pane.reveal()
            self.offer_draft()
            self.pane.take_focus()
            self.key_line.show_keys(self.pane.place)

    def action_undo(self) -> None:
        """First what is being typed, then the last act."""
        editor = self.pane.editor
        if editor and (typed := editor.typed()):
            for address in typed:
                self.sitting.save_draft(address, "")
            editor.show_answers()
            editor.tell("")
            return
        undone: list[str] = []
        refusal = self.sitting.write(lambda: undone.append(self.sitting.recorder.undo()), self.action_undo)
        if refusal:
            self.tell(refusal, trouble=True)
        elif undone[0]:
            self.ask(undone[0])
            self.tell("已撤销上一个答案。")
        else:
            self.tell("没有可撤销的了。")

    def action_find(self) -> None:
        from surveys.frame import sounds_like

        items = {item.name: item for item in self.sitting.form.items if item.type != "calculate"}
        entries = [(item.name, item.heading) for item in items.values()]

        def rank(name: str, text: str, typed: str) -> int | None:
            number = str(items[name].number or "")
            if typed.strip() == number and number:
                return 0
            if typed.strip() and number.startswith(typed.strip()):
                return 1
            return 2 if sounds_like(items[name].label, typed) else None

        def chosen(name: str | None) -> None:
            if name:
                self.go(name)

        self.app.push_screen(Find("找题：输入题号、文字或拼音首字母", entries, rank), chosen)

    def action_reference(self) -> None:
        """What is being typed stays in its editor meanwhile."""
        from tui.screens.reference import Reference

        self.app.push_screen(Reference(self.sitting.references, self.item.name))

    def action_problems(self) -> None:
        """The problems of this unit; what is being typed is stored first, as a new one copies the answer."""
        from tui.screens.cases import Cases

        if self._settled(self.action_problems):
            interview = self.sitting.interview
            self.app.push_screen(Cases(interview.unit, interview=interview, question=self.item.name))

    def action_language(self) -> None:
        if not self._settled(self.action_language):
            return
        store, digest = self.zoufang.store, self.sitting.form.digest
        languages = outline(store, digest)
        code = languages.next_language(self.sitting.form.language)
        try:
            store.set_settings(**{LANGUAGE: code})
        except StoreError as error:
            self.tell(error.message, trouble=True)
            return
        self.sitting.show_in(self.zoufang.form(digest))
        self.index.fill(self.sitting)
        self.ask(self.item.name)
        self.tell(f"问卷语言：{languages.language_name(code)}")

    def action_hand_over(self) -> None:
        """Somebody else goes on; what is being typed still belongs to who typed it."""
        from tui.screens.members import change_member

        def changed(refusal: str) -> None:
            self._show_title()
            self.tell(refusal or f"现在由{self.zoufang.actor.who}录入。", trouble=bool(refusal))

        if self._settled(self.action_hand_over):
            change_member(self.zoufang, changed)

    def action_review(self) -> None:
        def chosen(place: tuple[str, str] | None) -> None:
            name, cell = place or (self.item.name, "")
            self.ask(name)
            if cell and self.pane.editor and not self.sitting.locked:
                self.pane.editor.point_at(cell)

        if self._settled(self.action_review):
            self._stay()
            self.app.push_screen(self.review(), chosen)

    def review(self) -> Room[tuple[str, str] | None]:
        """The screen that lists what is open."""
        from tui.screens.review import Review

        return Review(self.sitting, self.unit)

    def action_back(self) -> None:
        if self._settled(self.action_back) and not (self.pane.editor and self.pane.editor.close_inner()):
            self._stay()
            self.dismiss(None)

    def put_away(self) -> None:
        self.keep_draft()
        self._stay()


def _answered(progress: Progress) -> str:
    """已答 23/56 ▓▓▓▓░░░░░░ 41%; nothing where no question counts."""
    if not progress.total:
        return ""
    return f"已答 {progress.done}/{progress.total} {bar(progress.done, progress.total, 10)} {progress.percent}%"
