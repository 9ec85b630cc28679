"""What leaves the office in data files: no answers of sensitive questions, no names, no telephone or ID numbers.

The team workbook, which is the hand-over between a team and its office, stays complete. Data files go to whoever
calculates with them, so they are made from sights that went through here, unless somebody asks for everything.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import replace

from exports.columns import Stored
from exports.sights import Sight
from surveys.answers import Status
from surveys.form import Form, parse_address
from surveys.history import Event, Kind, replay
from surveys.personal import without_numbers

_ANSWERS = (Kind.ANSWERED, Kind.KEYED_AGAIN, Kind.COMPARED)
"""Kinds whose value, or note, is an answer."""
_OF_QUESTION = (Kind.REMARKED, Kind.EVIDENCED, Kind.WARNING_PASSED)
"""Kinds whose text speaks about an answer."""

_ABOUT = re.compile(r"[^.\[@]+")
"""The question, or the roster field, at the beginning of an address and of the id of a check."""


class Deidentifier:
    """Takes the personal parts out of sights, and counts the answers that were left out."""

    def __init__(self, forms: Iterable[Form]) -> None:
        """Make one.

        Args:
            forms: Every version in use: what one of them calls sensitive is withheld in all.
        """
        self._sensitive: set[str] = set()
        self._exact: set[str] = set()
        self._questions: set[str] = set()
        for form in forms:
            for item in form.items:
                for cell in item.cells:
                    place = f"{item.name}[].{cell.address}" if item.type == "roster" else cell.address
                    if cell.sensitive:
                        self._sensitive.add(place)
                        self._questions |= {item.name, cell.address}
                    if cell.kind.type != "text":
                        self._exact.add(place)
        self.withheld = 0
        """Answers left out so far."""

    def __call__(self, sight: Sight) -> Sight:
        """The same interview without what is personal."""
        events = [self._event(event) for event in sight.events]
        answers = {address: self._stored(address, stored) for address, stored in sight.answers.items()}
        row = sight.row._replace(who="", device="")
        return replace(sight, row=row, events=events, state=replay(events), answers=answers)

    def is_sensitive(self, address: str) -> bool:
        """True for a cell whose answers are left out, and for the text that goes with one of its choices."""
        place = _place(address)
        return place in self._sensitive or place.rpartition(".")[0] in self._sensitive

    def _stored(self, address: str, stored: Stored) -> Stored:
        if not stored.value:
            return stored
        if self.is_sensitive(address):
            self.withheld += stored.status is Status.ANSWERED
            return Stored("", stored.status, stored.conflict, stored.status is Status.ANSWERED)
        return replace(stored, value=self._text(address, stored.value))

    def _text(self, address: str, value: str) -> str:
        """The value; of a free text without numbers that point at somebody."""
        return value if _place(address) in self._exact else without_numbers(value)

    def _event(self, event: Event) -> Event:
        about = _ABOUT.match(event.cell)
        hidden = bool(event.cell) and self.is_sensitive(event.cell)
        hidden |= event.kind in _OF_QUESTION and about is not None and about[0] in self._questions
        value = event.value
        if event.kind is Kind.RESPONDENT or (hidden and event.kind in (*_ANSWERS, *_OF_QUESTION)):
            value = ""
        elif event.kind in _ANSWERS:
            value = self._text(event.cell, value)
        elif event.kind in _OF_QUESTION:
            value = without_numbers(value)
        note = "" if hidden else without_numbers(event.note)
        return replace(event, value=value, note=note, who="", device="")


def _place(address: str) -> str:
    """The address without the id of a roster row: `roster[].field`."""
    if "[]" in address:
        return address
    parsed = parse_address(address)
    return f"{parsed.question}[].{parsed.rest}" if parsed.row_id else address
