"""The people who enter answers on this laptop."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from surveys.text import Refusal, clean_text

if TYPE_CHECKING:
    from surveys.store import Store

MEMBER = "member"
"""The setting that names who is entering now."""

MEMBERS = "members"
"""The setting that lists who has entered here, as JSON."""

MOST = 9
"""People in the list: each is chosen by one digit."""

LONGEST = 40
"""Characters of a name."""


def known(store: Store) -> list[str]:
    """Everybody who has entered here, the first first, so that a person's digit stays the same."""
    people = json.loads(store.setting(MEMBERS, "[]"))
    now = store.setting(MEMBER)
    return people if now in people or not now else [*people, now]


def entering(store: Store, name: str) -> dict[str, str]:
    """The settings that make somebody the one who is entering; a tenth takes the place of the first of the others."""
    people = known(store)
    if name not in people:
        while len(people) >= MOST:
            people.pop(0)
        people.append(name)
    return {MEMBER: name, MEMBERS: _json(people)}


def without(store: Store, name: str) -> dict[str, str]:
    """The settings that take somebody off the list; not who is entering now."""
    return {MEMBERS: _json([person for person in known(store) if person != name])}


def checked_name(typed: str) -> str:
    """A name as it is kept, or a Refusal."""
    name = clean_text(typed, LONGEST).strip()
    if not name or "\n" in name:
        raise Refusal("这一项不能空着，也不能有换行。")
    return name


def _json(people: list[str]) -> str:
    return json.dumps(people, ensure_ascii=False)
