"""What the counted interviews say beside their figures: flags that hold, 待核实 marks, remarks."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from exports.selection import Selection
from exports.sights import Sight, sights
from surveys.form import Item
from surveys.interview import Interview
from surveys.standing import FlagHit
from surveys.store import Store


@dataclass(frozen=True)
class Note:
    """What somebody put down at one question."""

    item: Item
    doubted: bool
    """Marked 待核实."""
    text: str
    """The remark; "" without. What was remarked on a sensitive question is not told."""


@dataclass(frozen=True)
class Said:
    """One counted interview."""

    sight: Sight
    flags: tuple[FlagHit, ...]
    """Candidate problems, made from the answers; nobody has checked them."""
    notes: tuple[Note, ...]
    """In the order of the form."""


def said(store: Store, selection: Selection) -> Iterator[Said]:
    """Every counted interview in the order of the frame; one in memory at a time."""
    chosen = {
        interview
        for (interview,) in store.conn.execute(
            f"{selection.with_chosen} SELECT interview FROM chosen", selection.parameters
        )
    }
    for sight in sights(store, selection.survey, chosen):
        interview = Interview(sight.form, sight.events)
        yield Said(sight, tuple(interview.flags()), tuple(_notes(interview)))


def _notes(interview: Interview) -> Iterator[Note]:
    for item in interview.form.items:
        doubted, text = interview.doubted(item.name), interview.remark(item.name)
        if doubted or text:
            hidden = any(cell.sensitive for cell in item.cells)
            yield Note(item, doubted, "（保密）" if text and hidden else text)
