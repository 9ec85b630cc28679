"""The keymap file: a person gives commands other keys, and hears which of them cannot be.

A line is `remark = "f11"`: the id of a command in `tui.keys` and its keys. What cannot be is said in a
sentence and keeps its default; the rest of the file holds all the same.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TYPE_CHECKING

from surveys.text import show_text
from tui.keys import COMMANDS, ROOMS, Command, commands_of, key_name

if TYPE_CHECKING:
    from textual.dom import DOMNode

KEYS_FILE = "keys.toml"
"""Its name in the data folder."""

_USABLE = re.compile(r"f([1-9]|1\d|2[0-4])|ctrl\+[abd-gklnoprstuwyz]")
"""Function keys and Ctrl with a letter. Everything else writes text, moves the cursor or never arrives: a
terminal cannot tell Ctrl+H, I, J and M from Backspace, Tab, line feed and Enter; C, V and X are the clipboard's;
Ctrl+Q ends the program whatever else it may mean."""

_BY_ID = {command.id: command for command in COMMANDS}


@dataclass(frozen=True)
class Keyboard:
    """The command table with the keys that a person changed."""

    changed: Mapping[str, str] = field(default_factory=dict)
    """Id of a command → Textual's names of its keys, comma-separated."""

    def commands_of(self, room: str, editor: str = "") -> Iterator[Command]:
        """As `tui.keys.commands_of`, with the keys as they are here."""
        return map(self._changed, commands_of(room, editor))

    def for_textual(self) -> dict[str, str]:
        """What `App.set_keymap` is to be given: everything, as it also drops what shares a key with what is changed."""
        if not self.changed:
            return {}
        return {command.id: self._changed(command).keys for command in COMMANDS if command.action}

    def key_of(self, ident: str) -> str:
        """The first key of a command as it is printed on a keyboard."""
        return key_name(self._changed(_BY_ID[ident]))

    def _changed(self, command: Command) -> Command:
        keys = self.changed.get(command.id)
        return replace(command, keys=keys) if keys else command


def keyboard_of(node: DOMNode) -> Keyboard:
    """The keyboard of the app that a widget belongs to."""
    return node.app.keyboard  # type: ignore[attr-defined]  # ours is the only app


def read_keymap(path: Path) -> tuple[Keyboard, tuple[str, ...]]:
    """The keyboard that a keymap file asks for, and a sentence for everything that cannot be.

    No file is no change.
    """
    try:
        text = path.read_text("utf-8-sig")  # Windows' Notepad writes a byte order mark
    except FileNotFoundError:
        return Keyboard(), ()
    except UnicodeDecodeError:
        return Keyboard(), (f"{path} 不是 UTF-8 编码，按键都用原来的；请另存为 UTF-8。",)
    except OSError:
        return Keyboard(), (f"{path} 读不出来，按键都用原来的；请检查它是不是文件、能不能打开。",)
    import tomllib  # only who has a file needs it

    try:
        given = tomllib.loads(f"{text}\n")  # with it the error names the last line too
    except tomllib.TOMLDecodeError as error:
        line = re.search(r"line (\d+)", str(error))
        where = f"{path.name} 第{line[1]}行" if line else f"{path.name} 末尾"
        sentence = f'{where}写法不对，按键都用原来的；每行写成 命令代号 = "键名"，一个代号只写一次。'
        return Keyboard(), (sentence,)
    return _Judge(path.name, text, given).result()


class _Judge:
    """Takes what can be, and says of the rest why not."""

    def __init__(self, name: str, text: str, given: Mapping[str, object]) -> None:
        self._name, self._lines = name, text.splitlines()
        self._refusals: list[str] = []
        self._accepted: dict[str, str] = {}
        for ident, value in given.items():
            if keys := self._keys(ident, value):
                self._accepted[ident] = keys

    def result(self) -> tuple[Keyboard, tuple[str, ...]]:
        # A key that is refused goes back to its default, which may be what another was given: look again.
        while clash := self._clash():
            self._refuse(*clash)
            del self._accepted[clash[0]]
        return Keyboard(self._accepted), tuple(self._refusals)

    def _refuse(self, ident: str, reason: str) -> None:
        pattern = re.compile(rf"""\s*["']?{re.escape(ident)}["']?\s*=""")
        line = next((n for n, text in enumerate(self._lines, 1) if pattern.match(text)), 0)
        where = f"{self._name} 第{line}行" if line else self._name
        self._refusals.append(f"{where} {show_text(ident[:40], line=True)}：{reason}。")

    def _keys(self, ident: str, value: object) -> str:
        """The keys in Textual's spelling; "" after a refusal."""
        command = _BY_ID.get(ident)
        if command is None:
            from surveys.problems import nearest  # brings difflib

            self._refuse(ident, f"没有这个代号的命令{nearest(ident, _BY_ID)}（zoufang keys 列出全部代号）")
            return ""
        kept = f"，仍用 {key_name(command)}"
        if not command.action:
            self._refuse(ident, "这是输入框自己的键，不能改")
            return ""
        if not isinstance(value, str) or not value.strip():
            self._refuse(ident, f'键名要写在引号里，如 "f11"{kept}')
            return ""
        keys = list(dict.fromkeys(part.strip().lower() for part in value.split(",")))
        for key in keys:
            if not _USABLE.fullmatch(key) and key not in command.keys.split(","):
                self._refuse(ident, f"不能用“{show_text(key[:20], line=True)}”{_why_not(key)}{kept}")
                return ""
        return ",".join(keys)

    def _clash(self) -> tuple[str, str] | None:
        """A command that cannot have the key it was given, and the reason; the later in the file gives way."""
        order = list(self._accepted)
        for room, label in ROOMS.items():
            holders: dict[str, Command] = {}
            for command in _in_room(room):
                for key in self._accepted.get(command.id, command.keys).split(","):
                    other = holders.setdefault(key, command)
                    both = [c for c in (other, command) if c.id in self._accepted]
                    # Commands that share a key by default never work at the same moment.
                    if both and not set(other.keys.split(",")) & set(command.keys.split(",")):
                        loser = max(both, key=lambda c: order.index(c.id))
                        winner = command if loser is other else other
                        shown = key_name(replace(loser, keys=key))
                        reason = f"{shown} 在“{label}”里已经是“{winner.label}”（{winner.id}），仍用 {key_name(loser)}"
                        return loser.id, reason
        return None


def _in_room(room: str) -> list[Command]:
    """The commands of a room and of every editor in it."""
    return [command for command in COMMANDS if room in _rooms(command)]


def _rooms(command: Command) -> list[str]:
    return list(dict.fromkeys(place.partition(".")[0] for place in command.places))


def _why_not(key: str) -> str:
    if len(key) == 1 or key.startswith("shift+"):
        return "：字母、数字和标点留给输入法"
    return "：只能用 f1 到 f24，或 ctrl+字母（c、h、i、j、m、q、v、x 除外）"


def keymap_text(path: Path) -> str:
    """The table of commands, keys and meanings, as a keymap file that changes nothing yet.

    Args:
        path: Where the program looks for the file.
    """
    lines = [
        f"# 走访的按键。要改键：把这张表存成 {path}，",
        "# 去掉要改的那一行开头的 #，改引号里的键名，存成 UTF-8，重开程序。",
        '# 可以用 f1 到 f24，或 ctrl+字母（c、h、i、j、m、q、v、x 除外）；几个键用逗号隔开，如 "ctrl+f,ctrl+g"。',
    ]
    told: set[str] = set()
    for room, label in ROOMS.items():
        commands = [command for command in _in_room(room) if command.action and command.id not in told]
        if not commands:
            continue
        lines += ["", f"# ── {label} ──"]
        for command in commands:
            told.add(command.id)
            others = [ROOMS[place] for place in _rooms(command) if place != room]
            also = f"（也用于：{'、'.join(others)}）" if others else ""
            lines.append(f'# {command.id} = "{command.keys}"  # {command.label}：{command.tooltip}{also}')
    return "\n".join(lines)
