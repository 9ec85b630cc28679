"""A process that wants a store: `python -m tests.faults.contender hold|race|race-unlocked STORE [SECONDS]`.

`hold` opens it, prints `open` and keeps it until its input ends. `race` opens and closes it again and again, and prints
how often it had it, how often it was refused, and how often somebody else had it at the same time. `race-unlocked` is
the negative control: it lets go of the lock as soon as it has the store.
"""

from __future__ import annotations

import random
import sys
import time
from dataclasses import asdict, dataclass
from json import dumps
from pathlib import Path

from surveys.store import Store, StoreError


@dataclass
class Tally:
    """How a race went."""

    had: int = 0
    refused: int = 0
    shared: int = 0


def hold(path: Path) -> None:
    with Store(path):
        print("open", flush=True)
        sys.stdin.read()


def race(path: Path, seconds: float, *, unlocked: bool) -> Tally:
    tally, inside = Tally(), path.with_name("inside")
    until = time.monotonic() + seconds
    while time.monotonic() < until:
        try:
            store = Store(path)
        except StoreError:
            tally.refused += 1
            continue
        with store:
            if unlocked:
                store.conn.close()
            tally.had += 1
            try:
                inside.touch(exist_ok=False)
            except FileExistsError:
                tally.shared += 1
                continue
            time.sleep(random.uniform(0, 0.1))
            inside.unlink()
    return tally


if __name__ == "__main__":
    command, store, *seconds = sys.argv[1:]
    if command == "hold":
        hold(Path(store))
    else:
        print(dumps(asdict(race(Path(store), float(seconds[0]), unlocked=command == "race-unlocked"))))
