"""Making the interviews of a workbook ready to be stored, in the worker process that reads it."""

from __future__ import annotations

import contextlib
from collections.abc import Mapping

from exports.manifest import Entry
from surveys.arriving import Arrival, prepared
from surveys.form import Form, form_from_json
from surveys.history import Event
from surveys.problems import FormErrors
from surveys.troubles import StoreError

MOST = 25_000
"""Events of one workbook that are made ready; some 15 MB. A laptop's has a few thousand."""


class Preparer:
    """Takes the interviews of one workbook as they are verified (`exports.manifest.Taker`).

    What it leaves out, because it is too much or cannot be understood, the main process takes in the plain way, and
    says what is wrong with it: made ready or not, the store is the same afterwards.
    """

    def __init__(self) -> None:
        self.arrivals: dict[str, Arrival] = {}
        """Interview id → what is to be stored of it."""
        self._room = MOST

    def __call__(self, entry: Entry, events: list[Event], definitions: Mapping[str, str]) -> None:
        """Make one interview ready."""

        def form_of(digest: str) -> Form:
            return form_from_json(definitions[digest])

        self._room -= len(events)
        if self._room >= 0:
            with contextlib.suppress(StoreError, FormErrors, LookupError, ValueError, RecursionError):
                self.arrivals[entry.id] = prepared(form_of, entry.id, events)
