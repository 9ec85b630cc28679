"""Who is entering, for which team, on which laptop: asked once at the first start, changed here."""

from __future__ import annotations

from textual import on
from textual.app import ComposeResult
from textual.containers import VerticalScroll
from textual.widgets import Input

from surveys.frame import OFFICE, team_name
from surveys.store import StoreError
from surveys.text import Refusal, clean_text, to_half_width
from tui.current_survey import ADVANCE, LANGUAGE, Outline, current_survey, outline
from tui.keys import Command, bindings_of
from tui.screens.room import Room
from tui.textual_faults import TextLine
from tui.widgets.prose import Prose

LONGEST = 40
"""Characters of a name."""


class Settings(Room[None]):
    """Three lines; Enter goes down, after the last everything is saved. Below them what a key switches."""

    room = "settings"
    BINDINGS = bindings_of("settings")

    def __init__(self, first: bool = False) -> None:
        super().__init__()
        self.first = first
        """True at the first start: there is nothing to go back to."""

    _outline: Outline | None = None
    """What the current survey says of itself; known once the screen is shown."""

    def body(self) -> ComposeResult:
        last = max((team.number for team in self.zoufang.store.teams()), default=9)
        with VerticalScroll(id="page"):
            if self.first:
                yield Prose("走访——离线问卷调查", classes="-title")
                yield Prose("第一次使用，请填三项，以后可在首页按 F6 修改。")
            yield Prose(f"组别（1—{last}；省总办公室填 0）：", classes="-label")
            yield TextLine(id="team")
            yield Prose("这台电脑的名称（如 三组联想）：", classes="-label")
            yield TextLine(id="device")
            yield Prose("录入人姓名或代号：", classes="-label")
            yield TextLine(id="member")
            yield Prose(id="refusal")
            yield Prose(id="advance", classes="-label")
            yield Prose(id="language")
        self._last = last

    def on_mount(self) -> None:
        self.lines = list(self.query(TextLine))
        for line in self.lines:
            line.text = self.zoufang.store.setting(str(line.id))
        (self.lines[0] if self.first else self.lines[-1]).focus()
        store = self.zoufang.store
        self._outline = outline(store, current_survey(store).digest)
        self._advance = store.setting(ADVANCE) != "0"
        self._language = self._outline.language(store.setting(LANGUAGE))
        self._show_switches()

    def _show_switches(self) -> None:
        if self.first:
            return
        way = "自动到下一题" if self._advance else "按 Enter 才到下一题"
        self.query_one("#advance", Prose).say(f"选好一项后：{way}（F7 换）")
        name = self._outline.language_name(self._language) if self._outline else ""
        self.query_one("#language", Prose).say(f"问卷语言：{name}（Ctrl+L 换）" if name else "")
        self.key_line.show_keys()

    def works(self, command: Command) -> bool:
        match command.id:
            case "back" | "advance":
                return not self.first
            case "language":
                return not self.first and self._outline is not None and bool(self._outline.languages)
        return True

    def action_advance(self) -> None:
        self._advance = not self._advance
        self._show_switches()

    def action_language(self) -> None:
        assert self._outline is not None
        self._language = self._outline.next_language(self._language)
        self._show_switches()

    @on(Input.Submitted)
    def _next(self, event: Input.Submitted) -> None:
        event.stop()
        place = self.lines.index(event.input)  # type: ignore[arg-type]
        if place + 1 < len(self.lines):
            self.lines[place + 1].focus()
        else:
            self.action_save()

    def action_save(self) -> None:
        refusal = self.query_one("#refusal", Prose)
        values: dict[str, str] = {}
        for line in self.lines:
            try:
                values[str(line.id)] = self._checked(str(line.id), line.text)
            except Refusal as error:
                refusal.say(error.message)
                line.focus()
                return
        try:
            self.zoufang.store.set_settings(**values, **self._switched())
        except StoreError as error:
            refusal.say(error.message)
            return
        self.dismiss(None)

    def _switched(self) -> dict[str, str]:
        switched = {ADVANCE: "1" if self._advance else "0"}
        if self._outline and self._outline.languages:
            switched[LANGUAGE] = self._language
        return switched

    def _checked(self, name: str, typed: str) -> str:
        """What will be kept of a line, or a Refusal."""
        if name == "team":
            number = to_half_width(typed)
            if not (number.isascii() and number.isdigit() and OFFICE <= int(number) <= self._last):
                raise Refusal(f"组别请填 1—{self._last} 的数字，省总办公室填 0。")
            return str(int(number))
        text = clean_text(typed, LONGEST).strip()
        if not text or "\n" in text:
            raise Refusal("这一项不能空着，也不能有换行。")
        return text

    def action_back(self) -> None:
        self.dismiss(None)


def team_label(number: str) -> str:
    """第3组, 省总办公室; "" before the first start."""
    return team_name(int(number)) if number else ""
