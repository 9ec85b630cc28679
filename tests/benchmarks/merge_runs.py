"""One merge, by the program or by a script as people write them: `python -m tests.benchmarks.merge_runs WHO FOLDER MOST`.

Prints JSON: the seconds by the clock at which each workbook was done; seconds of the processor and bytes of memory, of
the process itself and of those that it started. The scripts read every
sheet of every workbook, put the rows of the same sheets together, leave out rows that are there twice, and write
them into SQLite. They keep no history, see no conflict, check no signature and no hand edit.
"""

from __future__ import annotations

import json
import sqlite3
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any


def merged_by_us(paths: list[Path], place: Path) -> list[float]:
    """Seconds at which each workbook was done."""
    from exports.merging import merge
    from exports.trust import approve
    from surveys.campaign import open_campaign

    with open_campaign(place) as store:
        for path in paths:
            if digits := path.stem.partition("-")[2]:
                approve(store, digits)
        started, done = time.perf_counter(), list[float]()
        report = merge(store, paths, lambda _: done.append(time.perf_counter() - started), unverified=not digits)
        assert all(line.outcome == "new" for line in report.lines), report.lines[0]
    return done


def merged_with_openpyxl(paths: list[Path], place: Path) -> list[float]:
    """Without pandas, which the project does not install: what pandas' openpyxl engine does, by hand."""
    from openpyxl import load_workbook

    def sheets(path: Path) -> Iterator[tuple[str, list[Any]]]:
        book = load_workbook(path, read_only=True, data_only=True, keep_links=False)
        for name in book.sheetnames:
            yield name, [tuple(row) for row in book[name].iter_rows(values_only=True)]
        book.close()

    started, done, tables = time.perf_counter(), [], dict[str, dict[Any, None]]()
    for path in paths:
        for name, rows in sheets(path):
            tables.setdefault(name, {}).update(dict.fromkeys(rows))
        done.append(time.perf_counter() - started)
    with sqlite3.connect(place / "script.db") as connection:
        for number, rows in enumerate(tables.values()):
            width = max(map(len, rows), default=1)
            connection.execute(f"CREATE TABLE t{number} ({', '.join(f'c{column}' for column in range(width))})")
            padded = [[*map(_plain, row), *[None] * (width - len(row))] for row in rows]
            connection.executemany(f"INSERT INTO t{number} VALUES ({', '.join('?' * width)})", padded)
    done[-1] = time.perf_counter() - started
    return done


def _plain(value: object) -> object:
    return value if isinstance(value, int | float | str | None) else str(value)


def merged_with_pandas(engine: str, paths: list[Path], place: Path) -> list[float]:
    import pandas  # type: ignore[import-not-found]

    started, done, frames = time.perf_counter(), [], dict[str, list[Any]]()
    for path in paths:
        for name, frame in pandas.read_excel(path, sheet_name=None, engine=engine, dtype=str).items():
            frames.setdefault(name, []).append(frame)
        done.append(time.perf_counter() - started)
    with sqlite3.connect(place / "script.db") as connection:
        for name, parts in frames.items():
            pandas.concat(parts).drop_duplicates().to_sql(name, connection, index=False)
    done[-1] = time.perf_counter() - started
    return done


def main(who: str, folder: str, most: str) -> None:
    import resource

    paths = sorted(Path(folder).iterdir())[: int(most)]
    with tempfile.TemporaryDirectory() as place:
        if who == "zoufang":
            done = merged_by_us(paths, Path(place))
        elif who == "openpyxl":
            done = merged_with_openpyxl(paths, Path(place))
        else:
            done = merged_with_pandas(who.removeprefix("pandas-"), paths, Path(place))
    used = [resource.getrusage(which) for which in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)]
    processors, memory = [one.ru_utime + one.ru_stime for one in used], [one.ru_maxrss << 10 for one in used]
    print(json.dumps({"done": done, "processors": processors, "memory": memory}))


if __name__ == "__main__":
    main(*sys.argv[1:])
