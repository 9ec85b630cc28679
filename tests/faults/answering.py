"""A child process that answers questions through the real `Recorder` and tells its parent of every answer.

What it tells goes out by `os.writev`, which nothing else uses: so `write` may be made to fail, and the record of
system calls shows what was told between what was written.
"""

from __future__ import annotations

import json
import os
import random
import sys
from collections.abc import Iterator
from pathlib import Path

from surveys.acts import Actor
from surveys.answers import choices_of
from surveys.campaign import open_campaign
from surveys.form import Form
from surveys.recording import Recorder
from surveys.store import Store, StoreError

UNIT = "230111"


def tell(said: str, **more: str) -> None:
    """One line to the parent, at once."""
    os.writev(1, [json.dumps({"said": said} | more).encode() + b"\n"])


def some_answers(form: Form, dice: random.Random) -> Iterator[tuple[str, str]]:
    """Addresses with something that can be typed there, for ever."""
    cells = [
        cell
        for item in form.items
        if item.type in ("text", "select_one")
        for cell in item.cells
        if not cell.read_only and cell.kind.type in ("text", "select_one")
    ]
    while True:
        cell = dice.choice(cells)
        codes = [choice.name for choice in choices_of(cell.kind)]
        yield cell.address, dice.choice(codes) if codes else "走访记录" * dice.randint(1, 5) + str(dice.randrange(1000))


def recorder_of(store: Store) -> Recorder:
    """The first interview again, or a new one: a visit, the shorter of the shipped questionnaires."""
    actor = Actor("张三", 1, store.setting("device_id"))
    rows = store.interviews()
    if rows:
        return Recorder.resume(store, rows[0].id, actor)
    return Recorder.start(store, store.form(store.survey_digest("visit")), UNIT, actor)


def ask(recorder: Recorder, address: str, typed: str) -> bool:
    """Answer once; tells what was asked for, and what came of it."""
    place = {"interview": recorder.interview.id, "address": address}
    tell("asked", **place, value=typed)
    former = recorder.interview.kept(address)
    try:
        answer = recorder.answer(address, typed)
    except StoreError as error:
        assert recorder.interview.kept(address) == former, "shows what is not on the disk"
        tell("refused", **place, message=error.message)
        return False
    tell("acknowledged", **place, value=answer.value)
    return True


def sit(folder: Path, length: int, pragma: str, dice: random.Random) -> Store:
    """Give so many answers; returns the store, still open."""
    store = open_campaign(folder)
    if pragma:
        store.conn.execute(f"PRAGMA {pragma}").fetchall()
    recorder = recorder_of(store)
    answers = some_answers(recorder.interview.form, dice)
    for _ in range(length):
        assert ask(recorder, *next(answers))
    return store


def sittings(folder: Path, count: int, length: int, pragma: str) -> None:
    """Sit down `count` times, each time in a process of its own; all but the last end as if they were killed."""
    for number in range(count):
        if os.fork():
            assert os.wait()[1] == 0
        else:
            store = sit(folder, length, pragma, random.Random(number))
            if number == count - 1:
                store.close()
            os._exit(0)


if __name__ == "__main__":
    sittings(Path(sys.argv[1]), int(sys.argv[2]), int(sys.argv[3]), sys.argv[4] if len(sys.argv) > 4 else "")
