"""Text that wraps as Chinese is set."""

from __future__ import annotations

from rich.text import Text
from textual.geometry import Size
from textual.widgets import Static

from surveys.text import show_text
from tui.textual_faults import fold


class Prose(Static):
    """Plain text from data or program, folded to the width it gets; see `hides`."""

    hides = True
    """Whether an empty text leaves no gap; False keeps the room, so that nothing around it jumps."""

    def __init__(self, text: str = "", id: str | None = None, classes: str | None = None) -> None:
        super().__init__("", id=id, classes=classes, markup=False)
        self._prose = ""
        self.say(text)

    @property
    def prose(self) -> str:
        return self._prose

    def say(self, text: str) -> None:
        """Show another text; nothing happens when it is the same."""
        text = show_text(text)
        if text == self._prose and text:
            return
        self._prose = text
        self.display = bool(text) or not self.hides
        self.refresh(layout=True)

    def render(self) -> Text:
        return Text("\n".join(fold(self._prose, max(4, self.content_size.width))), no_wrap=True)

    def get_content_width(self, container: Size, viewport: Size) -> int:
        return container.width

    def get_content_height(self, container: Size, viewport: Size, width: int) -> int:
        return len(fold(self._prose, max(4, width))) if self._prose else 0
