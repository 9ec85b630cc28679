"""Making the interviews of a workbook ready to be stored, in the worker process that reads it."""

from __future__ import annotations

import contextlib
from collections.abc import Mapping
from typing import TYPE_CHECKING

from exports.believing import Believed
from exports.manifest import Entry, Manifest, Signature
from exports.parcel_histories import interview_columns
from surveys.arriving import Arrival, arrival, prepared
from surveys.history import Event
from surveys.projection import read_projection
from surveys.troubles import StoreError

if TYPE_CHECKING:
    from surveys.form import Form

MOST = 25_000
"""Events of one workbook that are made ready; some 15 MB. A laptop's has a few thousand."""


class Preparer:
    """Told of the interviews of one workbook as they are verified (`exports.manifest.decode`).

    What it leaves out, because it is too much or cannot be understood, the main process takes in the plain way, and
    says what is wrong with it: made ready or not, the store is the same afterwards.

    Args:
        whom: Whose projections stand for their histories.
        evaluating: Whether to evaluate all others.
    """

    def __init__(self, whom: Believed, evaluating: bool) -> None:
        self._whom, self.evaluating = whom, evaluating
        self.arrivals: dict[str, Arrival] = {}
        """Interview id → what is to be stored of it."""
        self._room = MOST

    def believes(self, manifest: Manifest, signature: Signature) -> bool:
        """Whether to offer this parcel's projections to `believe`."""
        return self._whom.projections_of(manifest, signature)

    def believe(self, entry: Entry, history: str, projection: str, definitions: Mapping[str, str]) -> bool:
        """Make one interview ready by what the laptop's tables held of it; False where that will not do."""
        if entry.events > self._room:
            return False
        try:
            events = interview_columns(history, entry.id, entry.unit, entry.events, definitions)
            row, answers = read_projection(projection)
        except (ValueError, TypeError):
            return False
        known = row.survey in self._whom.definitions and row.survey in definitions
        if not known or (row.id, row.unit, row.round) != (entry.id, entry.unit, entry.round):
            return False
        self._room -= entry.events
        self.arrivals[entry.id] = arrival(entry.id, (events[0][-1],), events, answers, row)
        return True

    def evaluate(self, entry: Entry, events: list[Event], definitions: Mapping[str, str]) -> None:
        """Make one interview ready by its events."""
        from surveys.form import form_from_json  # forms and rules: not where all projections are believed
        from surveys.problems import FormErrors

        def form_of(digest: str) -> Form:
            return form_from_json(definitions[digest])

        self._room -= len(events)
        if self._room >= 0:
            with contextlib.suppress(StoreError, FormErrors, LookupError, ValueError, RecursionError):
                self.arrivals[entry.id] = prepared(form_of, entry.id, events)
