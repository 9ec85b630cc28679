"""Text that wraps as Chinese is set."""

from __future__ import annotations

from rich.text import Text
from textual.geometry import Size
from textual.reactive import Reactive
from textual.widgets import Static

from surveys.text import show_text
from tui.textual_faults import cut, fold


class Prose(Static):
    """Plain text from data or program, folded to the width it gets; see `hides`."""

    hides = True
    """Whether an empty text leaves no gap."""

    virtual_size = Reactive(Size(0, 0), repaint=False)
    """Without the layout of Textual's own, which follows every layout that made a widget taller."""

    def __init__(self, text: str = "", id: str | None = None, classes: str | None = None) -> None:
        super().__init__("", id=id, classes=classes, markup=False)
        self._prose = ""
        self.display = not self.hides
        self.say(text)

    @property
    def prose(self) -> str:
        return self._prose

    def say(self, text: str) -> None:
        """Show another text; nothing happens when it is the same."""
        former, self._prose = self._prose, show_text(text)
        if self._prose != former:
            self.display = bool(self._prose) or not self.hides
            width = self.content_size.width
            self.refresh(layout=not width or self._lines(former, width) != self._lines(self._prose, width))

    def _lines(self, text: str, width: int) -> int:
        return len(fold(text, max(4, width))) if text or not self.hides else 0

    @property
    def is_cut(self) -> bool:
        """True when its place has fewer lines than the text."""
        return self._lines(self._prose, self.content_size.width) > self.content_size.height

    def render(self) -> Text:
        width, height = max(4, self.content_size.width), self.content_size.height
        lines = fold(self._prose, width)
        if len(lines) > height > 0:
            lines = [*lines[: height - 1], cut(lines[height - 1] + " " * width, width)]
        return Text("\n".join(lines), no_wrap=True)

    def get_content_width(self, container: Size, viewport: Size) -> int:
        return container.width

    def get_content_height(self, container: Size, viewport: Size, width: int) -> int:
        return self._lines(self._prose, width)


class SteadyProse(Prose):
    """Keeps its line when there is nothing to say, so that nothing around it jumps."""

    hides = False
