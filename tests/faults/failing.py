"""A child process in which, under strace, one call after the other fails: each in a fork and a data folder of its own.

strace can make only the call of one fixed number fail, and counts anew in each fork. So a fork first makes as many calls
that do nothing as it takes for the wanted one to get that number.
"""

from __future__ import annotations

import contextlib
import json
import os
import random
import sys
import traceback
from collections.abc import Callable
from pathlib import Path

from surveys.answers import Answer
from surveys.campaign import open_campaign
from surveys.recording import Recorder
from surveys.store import Store, StoreError
from tests.faults.answering import ask, recorder_of, some_answers, tell

ANSWERS = 3
OFTEN = "PRAGMA wal_autocheckpoint = 10"
"""A checkpoint after every second answer; otherwise they come after some hundred pages."""
NOWHERE = "/nowhere"
Answering = Callable[[Recorder, str, str], Answer]

DO_NOTHING: dict[str, Callable[[int], object]] = {
    "pwrite64": lambda null: os.pwrite(null, b"", 0),
    "write": lambda null: os.write(null, b""),
    "fsync": os.fsync,
    "fdatasync": lambda null: os.fdatasync(null),  # not on every system
    "ftruncate": lambda null: os.ftruncate(null, 0),
    "openat": lambda _: os.open(NOWHERE, os.O_RDONLY),
    "unlink": lambda _: os.unlink(NOWHERE),  # noqa: PTH108  the very call
    "rename": lambda _: os.rename(NOWHERE, NOWHERE),  # noqa: PTH104
}
"""Each call that may be made to fail, in a way that has no effect; gets a descriptor of the null device."""


def sit(folder: Path) -> None:
    """Go on with an interview; what is refused is tried once more, as a person does."""
    store = opened(folder) or opened(folder)
    if store is None:
        return
    store.conn.execute(OFTEN).fetchall()
    recorder = recorder_of(store)
    answers = some_answers(recorder.interview.form, random.Random("failing"))
    for _ in range(ANSWERS):
        address, typed = next(answers)
        if not ask(recorder, address, typed):
            ask(recorder, address, typed)
    store.close()


def opened(folder: Path) -> Store | None:
    """The store of a data folder; None where it says that it cannot be opened."""
    try:
        return open_campaign(folder)
    except StoreError as error:
        tell("refused", message=error.message)
        return None


def careless(answer: Answering) -> Answering:
    """The negative control: a build that acknowledges what it could not write."""

    def acknowledge(recorder: Recorder, address: str, typed: str) -> Answer:
        with contextlib.suppress(StoreError):
            return answer(recorder, address, typed)
        return recorder.interview.check_typed(address, typed)

    return acknowledge


def fork(folder: Path, failing: dict[str, int], null: int) -> None:
    """One case, as the folder's name says: of this call that one fails. Tells what happened."""
    tell("case", name=folder.name)
    child = os.fork()
    if child:
        os.waitpid(child, 0)
        return
    try:
        call, number = folder.name.split("-")
        for _ in range(failing[call] - int(number)):
            with contextlib.suppress(OSError):
                DO_NOTHING[call](null)
        sit(folder)
    except BaseException:
        tell("crashed", message=traceback.format_exc())
    finally:
        os._exit(0)


if __name__ == "__main__":
    room, failing = Path(sys.argv[1]), json.loads(sys.argv[2])
    sit(room / "first")  # what is imported and made ready once is made ready before the forks
    if "careless" in sys.argv[3:]:
        Recorder.answer = careless(Recorder.answer)  # type: ignore[method-assign]
    null = os.open(os.devnull, os.O_RDWR)
    for folder in sorted(room.glob("*-*")):
        fork(folder, failing, null)
