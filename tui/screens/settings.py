"""Who is entering, for which team, on which laptop: asked once at the first start, changed here.

Below it what a key switches; colours and marks show at once and last when they are saved.
"""

from __future__ import annotations

from pathlib import Path

from textual import on
from textual.app import ComposeResult
from textual.containers import VerticalScroll
from textual.widgets import Input

from surveys.copies import SECOND
from surveys.frame import OFFICE
from surveys.store import StoreError
from surveys.text import Refusal, to_half_width
from tui.current_survey import ADVANCE, LANGUAGE, Outline, current_survey, outline
from tui.keys import Command, bindings_of
from tui.marks import MARKS, SAMPLE, ascii_only, forced
from tui.members import MEMBER, checked_name, entering
from tui.screens.room import Room
from tui.textual_faults import TextLine
from tui.themes import LABELS, THEME, following
from tui.widgets.prose import Prose


class Settings(Room[None]):
    """A few lines; Enter goes down, after the last everything is saved. Below them what a key switches."""

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
                yield Prose(f"第一次使用，请填三项，以后可在首页按 {self.key_of('settings')} 修改。")
            yield Prose(f"组别（1—{last}；省总办公室填 0）：", classes="-label")
            yield TextLine(id="team")
            yield Prose("这台电脑的名称（如 三组联想）：", classes="-label")
            yield TextLine(id="device")
            if not self.first:
                yield Prose("备份另存到（如U盘上的文件夹；不写就只备份在本机）：", classes="-label")
                yield TextLine(id=SECOND)
            yield Prose("录入人姓名或代号：", classes="-label")
            yield TextLine(id="member")
            yield Prose(id="refusal")
            yield Prose(id="switches", classes="-label")
            yield Prose("\n".join(f"　{line}" for line in SAMPLE), id="sample")
            yield Prose(id="advice")
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
        switches = {
            "advance": ("选好一项后", "自动到下一题" if self._advance else "按 Enter 才到下一题"),
            "language": ("问卷语言", self._outline.language_name(self._language) if self._outline else ""),
            "colours": ("颜色", LABELS[self.app.theme]),
            "marks": ("符号", "纯文字" if ascii_only() else "图形"),
        }
        works = {command.id: self.works(command) for command in self.zoufang.keyboard.commands_of(self.room)}
        said = [
            f"{name}：{state}（{self.key_of(ident)} 换）" for ident, (name, state) in switches.items() if works[ident]
        ]
        if forced():
            said.append(f"符号：{switches['marks'][1]}（由环境变量 ZOUFANG_ASCII 决定）")
        self.query_one("#switches", Prose).say("\n".join(said))
        key = self.key_of("marks")
        advice = f"上下两行右边的竖线没有对齐，或有方框、问号：按 {key} 用纯文字。"
        if ascii_only():
            advice = f"上下两行右边的竖线对齐了，也没有方框和问号：可以按 {key} 用图形。"
        self.query_one("#advice", Prose).say("" if forced() else advice)
        self.key_line.show_keys()

    def works(self, command: Command) -> bool:
        match command.id:
            case "back" | "advance":
                return not self.first
            case "language":
                return not self.first and self._outline is not None and bool(self._outline.languages)
            case "marks":
                return not forced()
        return True

    def action_advance(self) -> None:
        self._advance = not self._advance
        self._show_switches()

    def action_language(self) -> None:
        assert self._outline is not None
        self._language = self._outline.next_language(self._language)
        self._show_switches()

    def action_colours(self) -> None:
        self.zoufang.dress(following(self.app.theme), plain=ascii_only())
        self._show_switches()

    def action_marks(self) -> None:
        self.zoufang.dress(self.app.theme, plain=not ascii_only())
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
            store = self.zoufang.store
            store.set_settings(**(values | entering(store, values[MEMBER]) | self._switched()))
        except StoreError as error:
            refusal.say(error.message)
            return
        self.dismiss(None)

    def _switched(self) -> dict[str, str]:
        switched = {ADVANCE: "1" if self._advance else "0", THEME: self.app.theme}
        if not forced():
            switched[MARKS] = "ascii" if ascii_only() else ""
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
        if name == SECOND:
            folder = Path(typed.strip())
            if typed.strip() and not (folder.is_absolute() and folder.is_dir()):
                raise Refusal("没有这个文件夹：请写完整的位置，U盘要先插好。")
            return typed.strip()
        return checked_name(typed)

    def action_back(self) -> None:
        self.zoufang.dress_as_remembered()
        self.dismiss(None)
