"""Which open issues may belong together, or to a topic that is there, for a person of the office to decide."""

from __future__ import annotations

from typing import NamedTuple

from surveys.register.keeping import PROBLEMS
from surveys.register.projection import CaseRow
from surveys.register.similar import Likeness, groups, similar
from surveys.register.worklists import cases
from surveys.store import Store


class Suggestion(NamedTuple):
    """Issues that may say the same."""

    issues: tuple[CaseRow, ...]
    topics: tuple[Likeness, ...]
    """Topics they may belong to, the most alike first; none: they may make a new one."""


def suggestions(store: Store, register_id: str = PROBLEMS) -> list[Suggestion]:
    """What could be grouped of the open issues without a topic, the largest group first. Nothing is changed.

    An issue that is like no other is there only if it is like a topic.
    """
    waiting = [
        row for row in cases(store, "issue", register_id=register_id, phases=("open",)) if not row.topic and row.title
    ]
    topics = [
        (row.id, row.category, row.title)
        for row in cases(store, "topic", register_id=register_id)
        if row.phase in ("open", "answered")
    ]
    by_id = {row.id: row for row in waiting}
    found = [tuple(by_id[ident] for ident in group) for group in groups((r.id, r.category, r.title) for r in waiting)]
    together = {row.id for group in found for row in group}
    found += [(row,) for row in waiting if row.id not in together]
    made = [Suggestion(group, _alike(group, topics)) for group in found]
    return [one for one in made if len(one.issues) > 1 or one.topics]


def _alike(issues: tuple[CaseRow, ...], topics: list[tuple[str, str, str]]) -> tuple[Likeness, ...]:
    """Topics that any of the issues is like, each with its best ratio."""
    best: dict[str, Likeness] = {}
    for issue in issues:
        for one in similar(issue.category, issue.title, topics):
            if one.id not in best or best[one.id].ratio < one.ratio:
                best[one.id] = one
    return tuple(sorted(best.values(), key=lambda one: (-one.ratio, one.id)))
