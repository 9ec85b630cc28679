"""What all full screens share."""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeVar

from textual.app import ComposeResult

from tui.key_queue import PaintedOnce
from tui.keys import Command, commands_of, key_name
from tui.screens.dialogs import Find
from tui.textual_faults import PasteRefused
from tui.widgets.key_line import KeyLine
from tui.widgets.status_line import StatusLine

if TYPE_CHECKING:
    from tui.app import ZoufangApp

Result = TypeVar("Result")


class Room(PaintedOnce[Result]):
    """A body above a status line and a key line; help and palette come from the room's commands."""

    room = ""
    AUTO_FOCUS = None

    @property
    def zoufang(self) -> ZoufangApp:
        """The app, by its own type."""
        return self.app  # type: ignore[return-value]

    def body(self) -> ComposeResult:
        yield from ()

    def compose(self) -> ComposeResult:
        yield from self.body()
        self.status = StatusLine(id="status")
        yield self.status
        self.key_line = KeyLine(self.room, self.works)
        yield self.key_line

    def key_of(self, ident: str) -> str:
        """The key of a command as it is printed on the keyboard, for a sentence."""
        return self.zoufang.keyboard.key_of(ident)

    def works(self, command: Command) -> bool:
        """Whether a command of this room does something at this moment."""
        return True

    def place(self) -> str:
        """The editor whose keys are shown too."""
        return ""

    def cut_texts(self) -> list[str]:
        """Texts that are longer than their place on the screen; help shows them whole."""
        return []

    def tell(self, sentence: str, trouble: bool = False) -> None:
        """Say something in the status line."""
        self.status.tell(sentence, trouble)

    def remember(self, setting: str, value: str) -> bool:
        """Remember a setting; tells why when it cannot be."""
        from surveys.store import StoreError

        try:
            self.zoufang.store.set_settings(**{setting: value})
        except StoreError as error:
            self.tell(error.message, trouble=True)
            return False
        return True

    def on_paste_refused(self, event: PasteRefused) -> None:
        self.tell(event.message, trouble=True)

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        command = next((c for c in commands_of(self.room) if c.action == action), None)
        return self.works(command) if command else True

    def action_help(self) -> None:
        from tui.screens.help import Help

        self.app.push_screen(Help(self.zoufang.keyboard, self.room, self.place(), self.cut_texts()))

    def action_palette(self) -> None:
        """Every command of this room, found by name; Enter carries it out."""
        from surveys.frame import sounds_like

        here = self.zoufang.keyboard.commands_of(self.room)
        commands = {c.id: c for c in here if c.action and c.id != "palette" and self.works(c)}
        entries = [(c.id, f"{c.label}　{key_name(c)}　{c.tooltip}") for c in commands.values() if c.id != "slash"]

        def rank(ident: str, text: str, typed: str) -> int | None:
            return 0 if sounds_like(commands[ident].label, typed) else 1 if sounds_like(text, typed) else None

        async def chosen(ident: str | None) -> None:
            if ident:
                await self.run_action(commands[ident].action)

        self.app.push_screen(Find("找命令：输入名称或拼音首字母", entries, rank), chosen)

    def put_away(self) -> None:
        """Called before the program ends."""

    async def action_quit_app(self) -> None:
        await self.app.action_quit()

    def action_back(self) -> None:
        self.app.pop_screen()
