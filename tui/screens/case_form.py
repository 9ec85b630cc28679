"""What a step of a case asks for, field by field: few keys, nothing typed is lost, nothing counts before it is complete."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING

from textual import events, on
from textual.app import ComposeResult
from textual.containers import Vertical
from textual.widgets import Input, OptionList, TextArea

from surveys.answers import choices_of
from surveys.register.case import Case, kind_of
from surveys.store import StoreError
from surveys.text import Refusal, show_text
from tui.case_words import is_picked, value_words
from tui.keys import Command, bindings_of
from tui.marks import mask, pick
from tui.screens.case_picking import pick_value
from tui.screens.room import Room
from tui.screens.typing_shadow import SHADOWING
from tui.textual_faults import TextBox, TextLine, cut
from tui.widgets.choice_list import ChoiceList
from tui.widgets.found_list import FoundList
from tui.widgets.prose import Prose
from tui.widgets.title_line import TitleLine

if TYPE_CHECKING:
    from surveys.register.flow import Move
    from surveys.register.registrar import Registrar

LABEL = 16
"""Cells of a field's label in the list."""


class CaseForm(Room[Case]):
    """Gives the case once it is written; Esc writes nothing, what was typed is offered again.

    Args:
        title: What is being done.
        registrar: Reads what is typed.
        case: As it is now; a blank one for one that is to be opened.
        asks: What is asked for once these fields are filled in, by field as typed.
        write: Carries the step out. Raises Refusal and StoreError.
        shadow: Under which id what is typed is kept until it is written.
        given: Fields that are filled in to begin with.
    """

    room = "case_form"
    BINDINGS = bindings_of("case_form")

    def __init__(
        self,
        title: str,
        registrar: Registrar,
        case: Case,
        asks: Callable[[Mapping[str, str]], Move],
        write: Callable[[Mapping[str, str]], Case],
        shadow: str,
        given: Mapping[str, str] | None = None,
    ) -> None:
        super().__init__()
        self.form_title, self.registrar, self.case = title, registrar, case
        self.asks, self.write, self.shadow = asks, write, shadow
        self.given = dict(given or {})
        self.typed = dict(self.given)
        """Field → what was typed or chosen, taken by the field."""
        self.refused: dict[str, str] = {}
        """Field → text of an earlier sitting that it does not take."""
        self.move = asks(self.typed)
        self.here = ""
        self.revealed = False

    def body(self) -> ComposeResult:
        self.heading = TitleLine()
        self.list = FoundList(id="fields")
        self.label = Prose(id="heading")
        self.hint = Prose(id="hint")
        self.choices, self.line, self.box = ChoiceList(id="choices"), TextLine(id="value"), TextBox(id="text")
        self.told = Prose(id="picked")
        self.refusal = Prose(id="refusal")
        yield self.heading
        yield self.list
        with Vertical(id="asked"):
            yield self.label
            yield self.hint
            yield self.refusal
            with Vertical(id="asking"):
                yield self.choices
                yield self.line
                yield self.box
                yield self.told

    def on_mount(self) -> None:
        self._shadow = self.set_interval(SHADOWING, self._keep_draft, pause=True)
        self.call_after_refresh(self._begin)

    def _begin(self) -> None:
        kept = self.registrar.store.drafts(self.shadow)
        for name, text in kept.items():
            if name in self.case.fields:
                self._restore(name, text)
        self.move = self.asks(self.typed)
        first = next(iter(self.move.missing), self.move.fields[0])
        self.go(first)
        if kept:
            self.tell(f"恢复了上次没有保存的输入；{self.key_of('discard')} 全部丢掉。")

    def on_resize(self) -> None:
        if self.here:
            self._show_fields()

    def _restore(self, name: str, text: str) -> None:
        try:
            self.registrar.read(self.case, name, text)
        except Refusal:
            self.refused[name] = text
        else:
            self.typed[name] = text

    # ── what is shown ──

    @property
    def fields(self) -> tuple[str, ...]:
        """What is asked for now."""
        return self.move.fields

    def place(self) -> str:
        return "text" if self.box.display else self._chooses() if self.choices.display else ""

    def _chooses(self) -> str:
        return "choices" if kind_of(self.case, self.here).type == "select_multiple" else "choice"

    def works(self, command: Command) -> bool:
        if not self.here:
            return command.id in ("help", "back", "quit", "palette")
        match command.id:
            case "pick":
                return is_picked(self.case.fields[self.here])
            case "discard":
                return self.typed != self.given or bool(self._text_here() != self._shown(self.here))
            case "reveal":
                return self._masked()
            case "next_field":
                return self.here != self.fields[-1]
            case "previous_field":
                return self.here != self.fields[0]
        return True

    def _shown(self, name: str) -> str:
        """What a field holds now, as it is put into its editor."""
        return self.typed.get(name, self.move.values.get(name, ""))

    def _masked(self) -> bool:
        """True while what was stored earlier is not to be seen."""
        hidden = self.case.is_sensitive(self.here) and not self.revealed
        return hidden and self.here not in self.typed and bool(self.case.value(self.here))

    def _show_fields(self) -> None:
        width = self.app.size.width
        self.list.fill([self._line(name, width) for name in self.fields])
        self.list.highlighted = self.fields.index(self.here)
        lacking = len(self.move.missing)
        self.heading.show([self.zoufang.team_name, self.form_title], f"还缺 {lacking}项" if lacking else "可以保存")

    def _line(self, name: str, width: int) -> str:
        value = self._shown(name)
        sign = pick("○", ".") if name in self.move.missing else pick("✓", "v") if value else " "
        words = ""
        if value:
            canonical = self.registrar.read(self.case, name, value) if name in self.typed else value
            words = value_words(self.registrar.store, self.case, name, canonical, revealed=False)
        label = str(self.case.fields[name].label)
        return f"{sign} {cut(label, LABEL)} {cut(show_text(words, line=True), max(8, width - LABEL - 8))}"

    def go(self, name: str) -> None:
        """Ask for a field."""
        self.here, self.revealed = name, self.revealed and name == self.here
        self._show_fields()
        self._show_editor()
        self.key_line.show_keys(self.place())

    def _show_editor(self) -> None:
        field, kind = self.case.fields[self.here], kind_of(self.case, self.here)
        needed = "必填" if self.here in self.move.missing or self.here in self._required() else "选填"
        self.label.say(f"{field.label}（{needed}）" if self.move.label else str(field.label))
        self.hint.say(str(field.hint) or ("日期，如 2022-11-03 或 2022年11月3日" if kind.type == "date" else ""))
        self.refusal.say("")
        picked, masked = is_picked(field), self._masked()
        lists = kind.type in ("select_one", "select_multiple")
        boxed = kind.type == "text" and kind.multiline
        self.told.say(
            self._picked_words() if picked else f"{mask()} 已有，{self.key_of('reveal')} 显示" if masked else ""
        )
        for widget, shown in ((self.choices, lists), (self.box, boxed), (self.line, not (lists or boxed))):
            widget.display = shown and not picked and not masked
        value = self.refused.pop(self.here, self._shown(self.here))
        if picked or masked:
            self.set_focus(None)
        elif lists:
            self.choices.fill(choices_of(kind), frozenset(value.split()), kind.type == "select_multiple")
            self.choices.point_nowhere()
            self.choices.focus()
            self.call_after_refresh(self.choices.scroll_to_highlight)
        elif boxed:
            self.box.load_text(value)
            self.box.move_cursor(self.box.document.end)
            self.box.focus()
            self._say_count()
        else:
            self.line.text = value
            self.line.focus()

    def _say_count(self) -> None:
        if self.box.display:
            most = getattr(kind_of(self.case, self.here), "max_length", 0)
            self.told.say(f"{len(self.box.text)}/{most} 字")

    def _required(self) -> tuple[str, ...]:
        status = self.case.statuses.get(self.move.to)
        return status.requires if status else self.move.fields

    def _picked_words(self) -> str:
        value = self._shown(self.here)
        words = value_words(self.registrar.store, self.case, self.here, value) if value else ""
        return words or f"按 Enter 或 {self.key_of('pick')} 从清单中选。"

    # ── going from field to field ──

    def _text_here(self) -> str:
        if self.line.display:
            return self.line.text
        return self.box.text if self.box.display else self._shown(self.here)

    def _settled(self) -> bool:
        """Take what was typed here; refused text keeps one here."""
        text = self._text_here()
        if text == self._shown(self.here):
            return True
        return self._take(text)

    def _take(self, text: str) -> bool:
        name, typed = self.here, {**self.typed, self.here: text}
        try:
            self.registrar.read(self.case, name, text)
            self.move = self.asks(typed)
        except (Refusal, StoreError) as error:
            self.refusal.say(error.message)
            return False
        self.typed = typed
        self._save_draft(name, text)
        self.tell("")
        return True

    def _onward(self) -> None:
        """The next field; after the last one the step is carried out."""
        if not self._settled():
            return
        if self.here in self.move.missing:
            chosen = self.choices.display
            self.refusal.say(f"请{'按编号选一项' if chosen else '填写'}；先填别的按 {self.key_of('next_field')}。")
            return
        place = self.fields.index(self.here) + 1
        if place == len(self.fields):
            self.action_save()
            return
        self.go(self.fields[place])
        if not self.move.missing and self.here not in self._required():
            self.tell(f"必填的都有了：{self.key_of('save')} 保存，Enter 接着填选填的。")

    def action_next(self) -> None:
        if self._settled():
            self.go(self.fields[min(self.fields.index(self.here) + 1, len(self.fields) - 1)])

    def action_previous(self) -> None:
        if self._settled():
            self.go(self.fields[max(self.fields.index(self.here) - 1, 0)])

    def on_key(self, event: events.Key) -> None:
        if event.key == "enter" and not (self.line.display or self.box.display or self.choices.display):
            event.stop()
            if is_picked(self.case.fields[self.here]) and not self._shown(self.here):
                self.action_pick()
            else:
                self._onward()

    @on(Input.Submitted)
    @on(TextBox.Submitted)
    @on(ChoiceList.Entered)
    def _entered(self, event: events.Event) -> None:
        event.stop()
        self._onward()

    @on(ChoiceList.Picked)
    def _chosen(self, event: ChoiceList.Picked) -> None:
        event.stop()
        if self._chooses() == "choices":
            chosen = set(self._shown(self.here).split()) ^ {event.code}
            order = [choice.name for choice in choices_of(kind_of(self.case, self.here))]
            if self._take(" ".join(name for name in order if name in chosen)):
                self.choices.choose(frozenset(chosen))
                self._show_fields()
                self.key_line.show_keys(self.place())
            if not event.last:
                return
        elif not self._take(event.code):
            return
        self._onward()

    @on(OptionList.OptionSelected, "#fields")
    def _clicked(self, event: OptionList.OptionSelected) -> None:
        event.stop()
        if self._settled():
            self.go(self.fields[event.option_index])

    # ── commands ──

    def action_pick(self) -> None:
        """Choose an entry of a reference list, or another case."""

        def picked(value: str | None) -> None:
            if value and self._take(value):
                self._onward()

        pick_value(self, self.registrar, self.case, self.here, self.move.values, picked)

    def action_reveal(self) -> None:
        self.revealed = True
        self.go(self.here)

    def action_discard(self) -> None:
        """Everything that was typed here and is not written."""
        for name in self.registrar.store.drafts(self.shadow):
            self._save_draft(name, "")
        self.typed, self.refused = dict(self.given), {}
        self.move = self.asks(self.typed)
        self.go(next(iter(self.move.missing), self.fields[0]))
        self.tell("没有保存的输入都丢掉了。")

    def action_save(self) -> None:
        if not self._settled():
            return
        if self.move.missing:
            names = "、".join(str(self.case.fields[name].label) for name in self.move.missing)
            self.go(self.move.missing[0])
            self.tell(f"还缺：{names}。", trouble=True)
            return
        try:
            case = self.write(self.typed)
        except (Refusal, StoreError) as error:
            self.tell(error.message, trouble=True)
            return
        self._shadow.stop()
        for name in self.registrar.store.drafts(self.shadow):
            self._save_draft(name, "")
        self.dismiss(case)

    # ── the shadow of what is being typed ──

    @on(Input.Changed)
    @on(TextArea.Changed)
    def _typing(self) -> None:
        self._shadow.resume()
        self._say_count()
        self.key_line.show_keys(self.place())

    def _keep_draft(self) -> None:
        self._shadow.pause()
        if self._text_here() != self._shown(self.here):
            self._save_draft(self.here, self._text_here())

    def _save_draft(self, name: str, text: str) -> None:
        try:
            self.registrar.store.save_draft(self.shadow, name, text)
        except StoreError as error:
            self.tell(error.message, trouble=True)

    def put_away(self) -> None:
        self._keep_draft()

    def action_back(self) -> None:
        self._keep_draft()
        super().action_back()
