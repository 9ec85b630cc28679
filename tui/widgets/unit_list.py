"""The lines of the home screen."""

from __future__ import annotations

from collections.abc import Sequence

from textual import on
from textual.widgets import OptionList
from textual.widgets.option_list import Option

from tui.textual_faults import shown
from tui.unit_lines import UnitLine
from tui.widgets.found_list import FoundList


class UnitList(FoundList):
    """A sign stands before the line the cursor is at: colour is not all that shows it."""

    def __init__(self, id: str) -> None:
        super().__init__(id)
        self._units: Sequence[UnitLine] = ()
        self._width = 0
        self._pointed: int | None = None

    def show(self, lines: Sequence[UnitLine], width: int, unit: str) -> None:
        """Show these lines, the cursor at the one of a unit, else at the first.

        Args:
            lines: In the order they are to stand.
            width: Columns of the terminal.
            unit: Code of the unit.
        """
        self._units, self._width, self._pointed = lines, width, None
        self.set_options(Option(shown(line.text(width))) for line in lines)
        codes = [line.unit.code for line in lines]
        self.highlighted = (codes.index(unit) if unit in codes else 0) if codes else None

    @property
    def here(self) -> UnitLine | None:
        """The line the cursor is at; None while there is none."""
        return None if self.highlighted is None else self._units[self.highlighted]

    @on(OptionList.OptionHighlighted)
    def _point(self) -> None:
        former, self._pointed = self._pointed, self.highlighted
        for place in {former, self._pointed}:
            if place is not None:
                text = self._units[place].text(self._width, here=place == self._pointed)
                self.replace_option_prompt_at_index(place, shown(text))
