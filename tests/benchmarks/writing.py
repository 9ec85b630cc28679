"""A store of many interviews, made quickly, and a process that exports it and tells how much memory it took.

`python -m tests.benchmarks.writing STORE OUT FORMAT` exports; the store is made by `multiplied`.
"""

from __future__ import annotations

import re
import sys
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

from exports.data_files import export_data
from exports.workbook import export_team
from surveys.campaign import open_campaign
from surveys.history import Event, Kind
from surveys.interview import Interview
from surveys.store import answer_rows, list_row


def multiplied(folder: Path, patterns: list[list[Event]], count: int) -> None:
    """A data folder with so many interviews, which are a few filled ones under other ids and units."""
    with open_campaign(folder) as store:
        store.set_settings(team="0", device="测试本", member="甲")
        units = [unit.code for unit in store.units()]
        made = [Interview(store.form(), events) for events in patterns]
        answers = [answer_rows(interview) for interview in made]
        rows = [list_row(interview, "") for interview in made]
        for start in range(0, count, 100):
            with store.transaction():
                for number in range(start, min(start + 100, count)):
                    which, unit = number % len(made), units[number % len(units)]
                    ident = _other(made[which].id, number)
                    store.write_events(list(_renamed(made[which].events, number, unit)))
                    store.put("answers", *((ident, *row[1:]) for row in answers[which]))
                    store.put("interviews", rows[which]._replace(id=ident, unit=unit))


def _renamed(events: list[Event], number: int, unit: str) -> Iterator[Event]:
    interview = _other(events[0].interview, number)
    for event in events:
        cell = unit if event.kind is Kind.OPENED else event.cell
        parents = tuple(_other(parent, number) for parent in event.parents)
        yield replace(event, id=_other(event.id, number), parents=parents, interview=interview, cell=cell)


def _other(ident: str, number: int) -> str:
    """Another id for each number; the middle of a UUIDv7 that was made in one go hardly varies."""
    return f"{number:08x}{ident[8:]}"


def main() -> None:
    """Export, then say the peak of memory in MiB."""
    folder, out, file_format = Path(sys.argv[1]), Path(sys.argv[2]), sys.argv[3]
    with open_campaign(folder) as store:
        if file_format == "xlsx":
            export_team(store, out)
        else:
            export_data(store, out, file_format)
    # Not ru_maxrss: that begins with what the process had that started this one.
    status = Path("/proc/self/status").read_text("ascii")
    print(int(re.search(r"VmHWM:\s+(\d+) kB", status)[1]) / 1024)


if __name__ == "__main__":
    main()
