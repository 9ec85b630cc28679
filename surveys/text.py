"""The one gate for text: `clean_text` at every entrance, `show_text` at every exit."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence

MAX_LENGTH = 10_000
"""Longest text of one answer, in characters; well under a workbook cell's 32,767."""

_FORBIDDEN = re.compile(
    # C0 except \n, DEL, C1, surrogates, non-characters: none can be typed on purpose, most break files.
    "[\x00-\x09\x0b-\x1f\x7f-\x9f\ud800-\udfff\ufdd0-\ufdef\ufffe\uffff]"
)
UNPRINTABLE = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\ud800-\udfff\ufdd0-\ufdef\ufffe\uffff]")
"""Characters that no wording of a definition needs and that break screens or files; tabs and line ends are allowed."""
_LINE_END = re.compile("\r\n|[\r\u2028\u2029]")
_BIDI = "\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069"
"""Direction overrides can make a line read differently from what it holds."""


class Refusal(ValueError):
    """Something typed or read that cannot be accepted; the message is one Chinese sentence for the person."""

    def __init__(self, message: str) -> None:
        super().__init__(message)
        self.message = message


def clean_text(text: str, max_length: int = MAX_LENGTH) -> str:
    """The text as it will be kept, or a Refusal.

    Line ends (also those of Unicode) become `\\n`, a tab becomes a space; nothing else is changed (full-width spaces
    stay).
    """
    text = _LINE_END.sub("\n", text).replace("\t", " ")
    if found := _FORBIDDEN.search(text):
        raise Refusal(
            f"第{found.start() + 1}个字符是不可见的控制字符（U+{ord(found.group()):04X}），请删去后重新输入。"
        )
    if len(text) > max_length:
        raise Refusal(f"文字共{len(text):,}个字，超过{max_length:,}字的上限，没有保存，请删减。")
    return text


def show_text(text: str, line: bool = False) -> str:
    """The text made safe for a terminal: controls and direction overrides become visible symbols.

    Args:
        text: Any text, also from a damaged file.
        line: True folds line breaks into `⏎` for places that hold one line.
    """
    if text.isprintable():  # no control, surrogate, non-character or direction override is
        return text
    shown = []
    for character in text:
        number = ord(character)
        if character == "\n":
            shown.append("⏎" if line else character)
        elif number < 0x20:
            shown.append(chr(0x2400 + number))
        elif number == 0x7F:
            shown.append("␡")
        elif _FORBIDDEN.match(character) or character in _BIDI:
            shown.append("�")
        else:
            shown.append(character)
    return "".join(shown)


def listed(names: Sequence[str], most: int = 30) -> str:
    """The names one after another; of a long list the first ones and how many there are."""
    if len(names) <= most:
        return "、".join(names)
    return f"{'、'.join(names[:most])} 等{len(names):,}项"


def to_half_width(text: str) -> str:
    """NFKC and stripped: `１２．５` → `12.5`, `（` → `(`. For numbers, codes and dates, never for texts.

    Raised, lowered and fraction characters stay as they are: `10²` is not 102.
    """
    return "".join(
        character
        if unicodedata.decomposition(character).startswith(("<super>", "<sub>", "<fraction>"))
        else unicodedata.normalize("NFKC", character)
        for character in text
    ).strip()
