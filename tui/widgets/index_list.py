"""The list of all questions beside the one that is being asked."""

from __future__ import annotations

from collections.abc import Iterable
from itertools import groupby

from rich.text import Text
from textual import events
from textual.cache import LRUCache
from textual.geometry import Size
from textual.reactive import reactive
from textual.visual import Visual, visualize
from textual.widgets import OptionList
from textual.widgets.option_list import Option

from surveys.form import Item
from surveys.standing import Mark
from surveys.text import show_text
from tui.marks import mark_symbol, pick, pointer
from tui.sitting import Sitting
from tui.textual_faults import SteadyBars, cut

MARGIN = 3
"""Lines to be seen above and below the current question."""


DRAWN = 256
"""Drawn lines kept: enough for the tallest terminal. A line is drawn anew at every answer, and Textual keeps 2,048."""


class IndexList(SteadyBars, OptionList):
    """One line per question with its mark, under one line per section.

    `OptionList` measures every line when it is filled and forgets them all whenever one prompt changes,
    which on a 1,000-question form costs 0.3 s at opening and 0.15 s per keystroke. All lines here are one
    cell high, so nothing is measured, and a line is written when it first comes into view.
    """

    highlighted: reactive[int | None] = reactive(None, repaint=False)
    """Textual paints the whole list anew for it; only two lines differ."""

    def __init__(self, id: str | None = None) -> None:
        super().__init__(id=id, markup=False, compact=True)
        self._sitting: Sitting | None = None
        self._current = ""
        self._option_render_cache = LRUCache(DRAWN)

    def fill(self, sitting: Sitting) -> None:
        """Show the questions of an interview; the only call whose work grows with the form."""
        self._sitting, self._current = sitting, ""
        asked = (item for item in sitting.form.items if item.type != "calculate")
        options = []
        for section, items in groupby(asked, key=lambda item: item.section.name):
            options.append(Option("", id=f"/{section}", disabled=True))
            options += [Option("", id=item.name) for item in items]
        self.set_options(options)

    def point(self, name: str) -> None:
        """Make a question the current one."""
        former, self._current = self._current, name
        self._rewrite({former, name} - {""})
        place = self.highlighted = self.get_option_index(name)
        top, height = self.scroll_offset.y, self.size.height
        if not top + MARGIN <= place < top + height - MARGIN:
            self.scroll_to(y=max(0, place - height // 2), animate=False, immediate=True)

    def watch_highlighted(self, former: int | None, highlighted: int | None) -> None:  # type: ignore[override]
        for place in (former, highlighted):
            if place is not None:
                self.refresh_line(place)
        super().watch_highlighted(highlighted)

    def update_marks(self, names: Iterable[str]) -> None:
        """Write the lines of these questions and of their sections again."""
        assert self._sitting is not None
        form = self._sitting.form
        known = {name for name in names if name in self._id_to_option}
        self._rewrite(known | {f"/{form.by_name[name].section.name}" for name in known})

    def _rewrite(self, ids: Iterable[str]) -> None:
        """Put fresh options in the place of these; the drawn ones are cached by option."""
        for ident in ids:
            former = self._id_to_option[ident]
            option = self._id_to_option[ident] = Option("", id=ident, disabled=former.disabled)
            place = self._option_to_index[option] = self._option_to_index.pop(former)
            self._options[place] = option
            self.refresh_line(place)

    def _update_lines(self) -> None:
        count, width = len(self._options), self._room
        if len(self._line_cache.lines) != count or self.virtual_size.width != width:
            places = range(count)
            self._line_cache.lines = [(place, 0) for place in places]
            self._line_cache.heights = dict.fromkeys(places, 1)
            self._line_cache.index_to_line = dict(zip(places, places, strict=True))
            self.virtual_size = Size(width, count)
            self._scroll_update(self.virtual_size)

    def _get_visual(self, option: Option) -> Visual:
        if option._visual is None:
            ident = str(option.id)
            assert self._sitting is not None
            text = self._section_line(ident[1:]) if option.disabled else self._line(self._sitting.form.by_name[ident])
            option._visual = visualize(self, text, markup=False)
        return option._visual

    def _section_line(self, name: str) -> Text:
        assert self._sitting is not None
        section = next(section for section in self._sitting.form.sections() if section.name == name)
        progress = self._sitting.interview.progress(name)
        mark = Mark.ANSWERED if progress.done >= progress.total else Mark.PARTIAL if progress.done else Mark.EMPTY
        tail = f" {mark_symbol(mark)} {progress.done}/{progress.total}"
        return Text(cut(show_text(section.label, line=True), max(2, self._room - len(tail))) + tail, "bold")

    def _line(self, item: Item) -> Text:
        assert self._sitting is not None
        interview = self._sitting.interview
        sign = mark_symbol(interview.mark(item.name))
        if interview.doubted(item.name):
            sign += pick("⚑", "*")
        elif interview.remark(item.name):
            sign += pick("✎", "+")
        else:
            sign += " "
        head = f"{pointer(item.name == self._current)}{item.number or '':>3} {sign}"
        return Text(cut(f"{head}{show_text(item.label, line=True)}", self._room), no_wrap=True)

    @property
    def _room(self) -> int:
        return max(12, self.scrollable_content_region.width)

    def on_resize(self, event: events.Resize) -> None:
        for option in self._options:
            option._visual = None  # cut to the new width
        self._option_render_cache.clear()
        self.refresh()
