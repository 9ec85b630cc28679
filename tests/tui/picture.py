"""A terminal's screen as an SVG picture that looks the same with every font.

Rich's own export gives a double-width character the room of a single one. Here every run of characters is
put at its column and stretched to its columns, so that Chinese stays in line whatever font the reader has;
and the picture fetches no font from anywhere.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from html import escape
from itertools import groupby

from rich.ansi import AnsiDecoder
from rich.cells import cell_len
from rich.color import Color
from rich.console import Console
from rich.style import Style
from rich.terminal_theme import MONOKAI
from rich.text import Text

CELL, LINE, RIM = 8, 18, 8
"""Width of a column, height of a line and the rim, in pixels."""

GROUND = MONOKAI.background_color.hex

_HEAD = """\
<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {height}" width="{width}" height="{height}">
<style>text {{ font: 13px "DejaVu Sans Mono", "Noto Sans Mono", Consolas, Menlo, monospace; white-space: pre }}
.w {{ font: 15px "Noto Sans Mono CJK SC", "Noto Sans CJK SC", "Microsoft YaHei", "PingFang SC", sans-serif }}
.b {{ font-weight: bold }}
{colours}</style>
<rect width="100%" height="100%" rx="6" fill="{ground}"/>
"""

Piece = tuple[str, Style, int]
"""Characters of one style and one kind, and the column they begin at."""


def svg(screen: str, columns: int, lines: int) -> str:
    """Draw a screen.

    Args:
        screen: Text with escape sequences, as `tmux capture-pane -e` gives it.
        columns: Width of the terminal.
        lines: Height of the terminal.
    """
    colours: dict[str, str] = {}
    console = Console(width=columns, color_system="truecolor")
    drawn = []
    for number, text in enumerate(AnsiDecoder().decode(screen)):
        pieces = list(_pieces(text, console))
        y = RIM + number * LINE
        drawn += [
            *_grounds(pieces, y, colours),
            *(_letters(*piece, y, colours) for piece in pieces if piece[0].strip()),
        ]
    rules = "\n".join(f".{name} {{ fill: {colour} }}" for colour, name in colours.items())
    head = _HEAD.format(width=columns * CELL + 2 * RIM, height=lines * LINE + 2 * RIM, ground=GROUND, colours=rules)
    return "\n".join([head + drawn[0], *drawn[1:], "</svg>\n"])


def _pieces(line: Text, console: Console) -> Iterator[Piece]:
    """What may be stretched as one: plain ASCII, double-width characters, the same sign or frame again and again."""
    column = 0
    for segment in line.render(console):
        for _, group in groupby(segment.text.rstrip("\n"), key=_kind):
            run = "".join(group)
            yield run, segment.style or Style(), column
            column += cell_len(run)


def _kind(character: str) -> str:
    if " " <= character <= "~":
        return "ascii"
    return "wide" if cell_len(character) == 2 else character


def _grounds(pieces: Iterable[Piece], y: int, colours: dict[str, str]) -> Iterator[str]:
    """A rectangle for every stretch of a line that has another background."""
    for colour, group in groupby(pieces, key=lambda piece: _colours(piece[1])[1]):
        stretch = list(group)
        if colour != GROUND:
            start = stretch[0][2]
            width = stretch[-1][2] + cell_len(stretch[-1][0]) - start
            name = _class(colour, colours)
            yield f'<rect x="{RIM + start * CELL}" y="{y}" width="{width * CELL}" height="{LINE}" class="{name}"/>'


def _letters(run: str, style: Style, column: int, y: int, colours: dict[str, str]) -> str:
    column += len(run) - len(run.lstrip(" "))
    run = run.strip(" ")
    width = cell_len(run)
    names = [_class(_colours(style)[0], colours), *"w" * (width == 2 * len(run)), *"b" * bool(style.bold)]
    squeezed = "" if "w" in names or run.isascii() else ' lengthAdjust="spacingAndGlyphs"'
    place = f'x="{RIM + column * CELL}" y="{y + 14}" textLength="{width * CELL}"'
    return f'<text {place} class="{" ".join(names)}"{squeezed}>{escape(run)}</text>'


def _colours(style: Style) -> tuple[str, str]:
    """Of the characters and of the ground behind them."""
    ink, ground = _hex(style.color, True), _hex(style.bgcolor, False)
    return (ground, ink) if style.reverse else (ink, ground)


def _hex(color: Color | None, ink: bool) -> str:
    return (color or Color.default()).get_truecolor(MONOKAI, foreground=ink).hex


def _class(colour: str, colours: dict[str, str]) -> str:
    return colours.setdefault(colour, f"c{len(colours)}")
