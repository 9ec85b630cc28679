"""Several interviews of one unit in one round: one of them is kept, they are made into one, or all of them are right.

What was decided is recorded in the interviews themselves, so it travels and merges like everything else. That all
are right is said pair by pair: a third interview that comes later is asked about again.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Collection, Iterator, Mapping, Sequence
from contextlib import contextmanager
from itertools import combinations, permutations

from surveys.acts import Act, Actor
from surveys.adjudication import Adjudicator
from surveys.combining import Choice, combination
from surveys.deciding import SOURCE, said_by
from surveys.history import Event, Kind, replay
from surveys.interview import Interview
from surveys.recording import REMARK_LENGTH
from surveys.standing import Stage
from surveys.store import EVENT_COLUMNS, Store, event_from_row
from surveys.text import Refusal, clean_text

Pairs = frozenset[frozenset[str]]


def counted_beside(connection: sqlite3.Connection, interviews: Collection[str]) -> Pairs:
    """The pairs, among these interviews, of which somebody decided that both are right.

    Args:
        connection: To a store.
        interviews: Ids of interviews that share their unit and round with another; few.
    """
    said = set()
    for ident in interviews:
        of_kind = "SELECT 1 FROM events WHERE interview = ? AND kind = ?"
        if connection.execute(of_kind, (ident, Kind.COUNTED_BESIDE)).fetchone():
            rows = connection.execute(f"SELECT {EVENT_COLUMNS} FROM events WHERE interview = ?", (ident,))
            live = replay(event_from_row(row) for row in rows).live
            said |= {
                frozenset((ident, cell))
                for (kind, cell), event in live.items()
                if kind == Kind.COUNTED_BESIDE and event.value
            }
    return frozenset(said)


def undecided(interviews: Sequence[str], decided: Pairs) -> bool:
    """Whether somebody still has to decide about these interviews of one unit."""
    return any(frozenset(pair) not in decided for pair in combinations(interviews, 2))


class Duplicates:
    """Decides about interviews of one unit. Every method is one transaction.

    Args:
        store: Where they are.
        interviews: Their ids.
        actor: Who decides.
    """

    def __init__(self, store: Store, interviews: Sequence[str], actor: Actor) -> None:
        self.store, self.interviews, self.actor = store, interviews, actor
        self._resume()

    def _resume(self) -> None:
        self.recorders = {ident: Adjudicator.resume(self.store, ident, self.actor) for ident in self.interviews}

    @contextmanager
    def _together(self) -> Iterator[None]:
        """All or nothing, on the disk and here."""
        try:
            with self.store.transaction():
                yield
        except BaseException:
            self._resume()
            raise

    def interview(self, ident: str) -> Interview:
        """One of them, as it is now."""
        return self.recorders[ident].interview

    def name(self, ident: str) -> str:
        """Whose it is: team and person who began it."""
        return said_by(first_entry(self.interview(ident)))

    def keep_one(self, kept: str, reason: str = "") -> None:
        """Void all others. Raises Refusal, StoreError."""
        why = f"重复：以{self.name(kept)}的一份为准" + (f"；{reason}" if reason else "")
        with self._together():
            for ident, recorder in self.recorders.items():
                if ident != kept and recorder.interview.stage is not Stage.VOID:
                    recorder.void(why)

    def keep_all(self, reason: str) -> None:
        """All are right; a unit still counts once in the tables (`exports.selection`). Raises Refusal, StoreError."""
        if not (why := clean_text(reason.strip(), REMARK_LENGTH)):
            raise Refusal("请写明为什么都保留，例如：由两位负责人分别作答。")
        with self._together():
            for one, other in permutations(self.recorders, 2):
                self.recorders[one].decide([Act(Kind.COUNTED_BESIDE, other, "1", note=why, source=SOURCE)])

    def combine(self, kept: str, other: str, choices: Mapping[str, Choice]) -> None:
        """Take answers of one into another that stays, and void the one. Raises Refusal, StoreError.

        Args:
            kept: The interview that stays.
            other: The one that is void afterwards.
            choices: For every question at which they differ.
        """
        if disputed := sum(len(self.interview(ident).conflicts) for ident in (kept, other)):
            raise Refusal(f"这两份答卷有{disputed}处冲突没有裁定，请先裁定冲突再合并。")
        acts = combination(self.interview(kept), self.interview(other), choices, self.name(other))
        with self._together():
            self.recorders[kept].decide(acts)
            self.recorders[other].void(f"重复：已并入{self.name(kept)}的一份")


def first_entry(interview: Interview) -> Event:
    """The event an interview began with."""
    return next(event for event in interview.events if event.kind is Kind.OPENED)
