"""What a child was promised, told by it line by line, and whether a data folder keeps it."""

from __future__ import annotations

import json
import random
import sqlite3
from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path
from typing import NamedTuple

from surveys.acts import Actor
from surveys.campaign import STORE_NAME, open_campaign
from surveys.recording import Recorder
from surveys.store import Store, StoreError
from tests.faults.answering import some_answers


class Place(NamedTuple):
    """Where an answer stands."""

    interview: str
    address: str


@dataclass
class Promises:
    """What was acknowledged until some moment."""

    answers: dict[Place, str] = field(default_factory=dict)
    """The last acknowledged value of each place."""
    open: dict[Place, set[str]] = field(default_factory=dict)
    """What may stand there as well: values that were asked for and not acknowledged."""
    refusals: list[str] = field(default_factory=list)
    """Sentences a person saw."""

    def hear(self, line: str) -> None:
        """Take one line of the child: what it asks for, then whether that was acknowledged or refused."""
        told = json.loads(line)
        place = Place(told.get("interview", ""), told.get("address", ""))
        match told["said"]:
            case "asked":
                self.open.setdefault(place, set()).add(told["value"])
            case "acknowledged":
                self.answers[place] = told["value"]
                self.open.pop(place, None)
            case "refused":
                self.refusals.append(told["message"])

    @classmethod
    def of(cls, lines: Iterable[str]) -> Promises:
        """All that some lines promise."""
        promises = cls()
        for line in lines:
            promises.hear(line)
        return promises


class Verdict(NamedTuple):
    """How a data folder stands to the promises; both empty when all is well."""

    lost: list[str]
    """Acknowledged answers that are not there."""
    corrupt: list[str]
    """What is wrong besides."""


def judge(folder: Path, promises: Promises) -> Verdict:
    """Open a data folder as the app does, which looks for damage too, and look for everything that was promised."""
    if not (folder / STORE_NAME).exists():
        return Verdict([f"{place}: there is no store" for place in promises.answers], [])
    try:
        with open_campaign(folder) as store:
            return _judge(store, promises)
    except (StoreError, sqlite3.Error) as error:
        return Verdict([f"{place}: the store cannot be read" for place in promises.answers], [str(error)])


def goes_on(folder: Path) -> Verdict:
    """Go on with every interview of a data folder by one more answer, and look for it."""
    with open_campaign(folder) as store:
        promises = Promises()
        for row in store.interviews():
            recorder = Recorder.resume(store, row.id, Actor("张三", 1, store.setting("device_id")))
            address, typed = next(some_answers(recorder.interview.form, random.Random()))
            promises.answers[Place(row.id, address)] = recorder.answer(address, typed).value
    return judge(folder, promises)


def _judge(store: Store, promises: Promises) -> Verdict:
    lost = []
    interviews = {row.id: store.interview(row.id) for row in store.interviews()}
    for place, value in promises.answers.items():
        interview = interviews.get(place.interview)
        found = interview.kept(place.address).value if interview else None
        if found != value and found not in promises.open.get(place, ()):
            lost.append(f"{place}: {value!r} was acknowledged, {found!r} is there")
    corrupt = []
    for ident, interview in interviews.items():
        if interview.conflicts:
            corrupt.append(f"{ident}: one hand disputes with itself, {interview.conflicts}")
        derived = {a: str(v.value) for item in interview.form.items for a, v in interview.effective(item.name).items()}
        stored = dict(store.conn.execute("SELECT cell, value FROM answers WHERE interview = ?", (ident,)))
        if derived != stored:
            corrupt.append(f"{ident}: half an act is there, {derived.items() ^ stored.items()}")
    return Verdict(lost, corrupt)
