"""Texts that break screens, of our own making: markup, terminal sequences, controls, directions, widths, lengths.

Everything is put together from its parts, so that a kind of text is there in all its forms: `texts()` gives more than
500, always the same, each once.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator
from itertools import product

PAYLOAD = "zoufang-payload"
"""What sequences carry that have a text in them."""

COLOUR = "38;2;7;11;13"
"""A colour that no theme has: where it is set on the terminal, a text has set it."""

PLACE = "73;197H"
"""A place outside of the terminal: where the cursor goes there, a text has moved it."""

_WORDS = ("字", "x", "工会 union", "１２．５")


def texts() -> list[str]:
    """All of them; no two alike."""
    kinds = (_markup, _sequences, _controls, _directions, _invisible, _broken, _wide, _combining, _long, _lookalikes)
    return list(dict.fromkeys(text for kind in kinds for text in kind()))


def _markup() -> Iterator[str]:
    """What Textual and Rich read as instructions."""
    names = ("foo", "red", "bold", "b i u", "$x", "$primary", "#ff0000", "on red", "link=x", "@click=app.quit", "/", "")
    for name, word in product(names, _WORDS[:2]):
        yield f"[{name}]"
        yield f"[/{name}]"
        yield f"[{name}]{word}[/]"
        yield f"[{name}]{word}[/{name}]"
        yield f"{word}[{name}"
    for action in ("app.quit", "screen.dismiss(1)", "app.bell()", "quit_app"):
        yield f"[@click={action}]点我[/]"
        yield f"[@click='{action}']{PAYLOAD}[/@click]"
    yield from ("\\[red]", "\\\\[red]x", "[[", "]]", "[]", "[/]", "[/]x[/]", "[" * 50, "[red]" * 30, "a[b]c[/b]d[/c]")
    yield from (":smile:", ":warning-emoji:", "%s%d%n", "{0}{x!r}", "${x}", "{{}}", "$(true)", "`true`", "<b>x</b>")


def _sequences() -> Iterator[str]:
    """What terminals take for orders, in seven and in eight bits."""
    bodies = (
        "31m", "0m", f"{COLOUR}m", "2J", PLACE, "6n", "5i", "?1049l", "?25h", "?2004h", "1;1r", "c", "!p", "200~", "201~",
    )  # fmt: skip
    for introducer, body in product(("\x1b[", "\x9b"), bodies):
        yield f"前{introducer}{body}后"
    strings = (f"0;{PAYLOAD}", f"52;c;{PAYLOAD}", f"8;;file:///{PAYLOAD}", "4;1;rgb:ff/00/00", f"1337;File={PAYLOAD}")
    for introducer, body, end in product(("\x1b]", "\x9d"), strings, ("\x07", "\x1b\\", "\x9c")):
        yield f"{introducer}{body}{end}"
    for introducer, end in product(("\x1bP", "\x1b_", "\x1b^", "\x1bX", "\x90", "\x9f"), ("\x1b\\", "\x9c", "")):
        yield f"{introducer}{PAYLOAD}{end}字"
    yield from (f"\x1b{letter}" for letter in "cDEHMNOZ78=><#()*+")
    yield f"\x1b[{COLOUR}m{'字' * 40}\x1b[0m"


def _controls() -> Iterator[str]:
    """Every control character, alone in a text."""
    for number in (*range(0x20), *range(0x7F, 0xA0)):
        yield f"甲{chr(number)}乙"
    yield from ("\r", "\n", "\t", "\r\n" * 3, "第一行\n第二行", "\n\n\n字", "a\rb", "a\bb\b\b", "\x00" * 20, "\t\t字\t")


def _directions() -> Iterator[str]:
    """What makes a line read otherwise than it is stored, and scripts that run from the right."""
    overrides = "\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069\u200e\u200f\u061c"
    for override, word in product(overrides, _WORDS[:3]):
        yield f"{word}{override}{word}"
    yield from ("שלום עולם", "مرحبا بالعالم", "工会 مرحبا 12", "123 שלום (456)", "ﷺ" * 5, "\u202e" * 40 + "字")


def _invisible() -> Iterator[str]:
    """What takes no room or is no space."""
    for character in "\u00ad\u034f\u115f\u17b4\u180e\u200b\u200c\u200d\u2028\u2029\u2060\u2061\u2064\u3164\ufe00\ufeff\uffa0\ufff9\ufffc":
        yield f"甲{character}乙"
        yield character * 3
    yield from ("\u00a0字\u00a0", "\u3000\u3000字", "\u2003字\u2009", "字\U000e0041\U000e007f", "𝐗\U0001d173", " " * 30)


def _broken() -> Iterator[str]:
    """What is no character."""
    for number in (0xD800, 0xDBFF, 0xDC00, 0xDFFF, 0xFDD0, 0xFDEF, 0xFFFE, 0xFFFF, 0x1FFFE, 0x10FFFF):
        yield f"甲{chr(number)}乙"
    yield from ("\ud83d", "\ude00\ud83d", "\ud800" * 5, "\ufffe" * 5, "\ufffd", "\U000f0000", "\ue000")


def _wide() -> Iterator[str]:
    """Two columns or one, or what terminals disagree about."""
    yield from (
        "𠮷野家",
        "𪚥" * 3,
        "𰻞面",
        "㐀䶵",
        "ｶﾞｷﾞ",
        "ﾊﾝｶｸ",
        "ａｂｃ１２３",
        "①②㊙㈱",
        "±×÷→αβ",
        "“”‘’…—·",
        "❶✓✗▓█",
    )
    yield from ("👨‍👩‍👧‍👦", "👩🏽‍🚒", "🏳️‍🌈", "🇨🇳🇭🇰", "1️⃣#️⃣", "👍🏿" * 5, "☺︎☺️", "🧑‍🤝‍🧑" * 20, "\u200d👨", "🏽", "🇨", "⚠️⚠")
    yield from ("བོད་ཡིག", "ᠮᠣᠩᠭᠣᠯ", "ئۇيغۇرچە", "हिन्दी", "ไทย", "ქართული", "한국어", "日本語", "ꆈꌠ", "ĲǄﬀ")


def _combining() -> Iterator[str]:
    """Marks on marks."""
    for count in (1, 5, 50):
        yield "e" + "\u0301" * count
        yield "字" + "".join(chr(0x300 + number % 0x70) for number in range(count))
        yield "\u20dd" * count + "字"
    for word in ("한국어", "é", "ǖ", "が", "Å"):
        yield unicodedata.normalize("NFD", word)
        yield unicodedata.normalize("NFC", word) + "\u0323" * 3
    yield from ("\u0301", "\u0301" * 100, "ก" + "\u0e47" * 9, "a\u20e3\ufe0f", "\u1ab0\u1dc0\ufe20" * 9 + "z")


def _long() -> Iterator[str]:
    """Longer than any line; a definition takes 500 characters, an answer 10,000."""
    for count in (81, 400, 500, 10_000):
        yield "字" * count
        yield "x" * count
        yield "字 " * (count // 2)
        yield "，。！" * (count // 3)
        yield "（" * count
        yield "👩🏽‍🚒" * (count // 4)
        yield "\n" * count
        yield "[red]字[/]" * (count // 10)
    yield "\n".join(f"第{number}行" for number in range(100))


def _lookalikes() -> Iterator[str]:
    """What other programs take for something else."""
    yield from (
        "=1+1",
        "+1",
        "-1",
        "@x",
        "=cmd|' /c calc'!A0",
        "#N/A",
        "NaN",
        "inf",
        "null",
        "None",
        "true",
        "0x1F",
        "1e999",
    )
    yield from (
        "../../x",
        "C:\\x",
        "/dev/null",
        "'; DROP TABLE events; --",
        '"',
        "'",
        "\\",
        "\\n",
        "\\x1b[31m",
        "&#27;",
        "%1B",
    )
    yield from ("a" + mark for mark in "，。、；：？！）》」』】〕”’％%,.;:?!)]}（《〈「『【〔“‘([{")
