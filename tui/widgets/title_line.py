"""The top line: where one is on the left, how far and how safe on the right."""

from __future__ import annotations

from collections.abc import Sequence

from rich.cells import cell_len
from rich.text import Text
from textual.widgets import Static

from surveys.text import show_text
from tui.marks import between
from tui.textual_faults import cut


class TitleLine(Static):
    """Gives up the first names on the left when the line is narrow; what is on the right always shows."""

    def __init__(self) -> None:
        super().__init__("", markup=False)
        self._names: Sequence[str] = ()
        self._right = ""

    def show(self, names: Sequence[str], *right: str) -> None:
        """Show names (the least important first) and what stands on the right."""
        self._names = [show_text(name, line=True) for name in names if name]
        self._right = "  ".join(part for part in right if part)
        self.refresh()

    def render(self) -> Text:
        room = self.content_size.width - cell_len(self._right) - 2
        names = list(self._names)
        while len(names) > 1 and cell_len(between().join(names)) > room:
            names.pop(0)
        return Text(f"{cut(between().join(names), max(1, room))}  {self._right}", no_wrap=True)
