"""Filling in an interview from what stands on a sheet, when its history is lost."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Sequence
from dataclasses import replace

from surveys.acts import Act, Actor
from surveys.interview import Interview
from surveys.recording import Recorder, utc_now
from surveys.store import Store


class Recovering(Recorder):
    """Enters answers as somebody would who copies them from paper; every event says where they were copied from."""

    def __init__(
        self, store: Store, interview: Interview, actor: Actor, clock: Callable[[], dt.datetime] = utc_now
    ) -> None:
        super().__init__(store, interview, actor, clock)
        self.source = ""
        """Where the answers come from, kept with each."""

    def _record(self, acts: Sequence[Act], undo: list[Act] | None, *, even_if_closed: bool = False) -> None:
        sourced = [replace(act, source=act.source or self.source) for act in acts]
        super()._record(sourced, undo, even_if_closed=even_if_closed)
