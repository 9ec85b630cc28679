"""A bar chart of block characters; only shows, the screen moves it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction

from rich.cells import cell_len
from rich.text import Text
from textual.geometry import Size
from textual.widgets import Static

from surveys.text import show_text
from tui.marks import ascii_only, pointer
from tui.textual_faults import cut

_EIGHTHS = " ▏▎▍▌▋▊▉"
_FULL, _PLAIN = "█", "#"
LABEL = 26
"""Cells of the names on the left at most."""


@dataclass(frozen=True)
class Bar:
    """One line of the chart."""

    label: str
    size: Fraction | None
    """None where there is no figure."""
    text: str
    """The figure in words."""


class Bars(Static):
    """A title, then a line per bar, as many as there is room for, always with the pointed one among them."""

    def __init__(self, id: str) -> None:
        super().__init__("", id=id, markup=False)
        self._title = ""
        self._bars: Sequence[Bar] = ()
        self._here: int | None = None

    def show(self, title: str, bars: Sequence[Bar], here: int | None = None) -> None:
        """Draw the chart; `here` is the bar that is pointed at."""
        taller = len(bars) != len(self._bars)
        self._title, self._bars, self._here = title, bars, here
        self.refresh(layout=taller)

    def render(self) -> Text:
        width, height = self.content_size.width, self.content_size.height
        room = max(1, height - 1)
        first = min(max(0, (self._here or 0) - room // 2), max(0, len(self._bars) - room))
        shown = self._bars[first : first + room]
        more = (
            f"（第{first + 1}—{first + len(shown)}项，共{len(self._bars)}项）" if len(shown) < len(self._bars) else ""
        )
        label = min(LABEL, max((cell_len(bar.label) for bar in self._bars), default=0) + 2, width // 3)
        figures = max((cell_len(bar.text) for bar in self._bars), default=0)
        most = max((bar.size for bar in self._bars if bar.size is not None), default=Fraction(0))
        length = max(1, width - label - figures - 3)
        text = Text(cut(show_text(self._title + more, line=True), width), style="bold", no_wrap=True)
        for place, bar in enumerate(shown, first):
            name = cut(pointer(place == self._here) + show_text(bar.label, line=True), label)
            figure = " " * (figures - cell_len(bar.text)) + bar.text
            text.append(f"\n{name} {figure} {drawn(bar.size, most, length)}", "")
        return text

    def get_content_height(self, container: Size, viewport: Size, width: int) -> int:
        return 1 + len(self._bars)


def drawn(size: Fraction | None, most: Fraction, length: int) -> str:
    """A bar, the greatest of which is `length` cells long; what is less than nothing has none."""
    if size is None or size <= 0 or most <= 0:
        return ""
    eighths = round(size / most * length * 8)
    if ascii_only():
        return _PLAIN * max(1, round(eighths / 8))
    full, part = divmod(max(1, eighths), 8)
    return _FULL * full + _EIGHTHS[part].strip()
