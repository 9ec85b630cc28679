"""Every question of a million interviews by city: `python -m tests.benchmarks.tabulate_runs WHO FOLDER INTERVIEWS`.

`data` makes the answers, as the columnar copy of a store holds them (`exports.mirror`). The contestants count the same
file: `zoufang` by its tables, `duckdb` by queries and `pandas` by a script as people write them. Prints JSON: the
figures by question and group, seconds by the clock and of the processor, and bytes of memory of the process.
"""

from __future__ import annotations

import json
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

from exports.figures import Frequencies, Numbers
from exports.mirror import Mirror, connected
from exports.selection import WHOLE, Selection
from exports.tabulation import Column, tabulate
from surveys.definition import Survey
from surveys.form import Form

CITIES, QUESTIONS, CHOICES = 13, 56, 7
KINDS = ("select_one", "integer", "money", "select_multiple")
NUMBERS = ("integer", "money")

Figures = dict[str, dict[str, Any]]
"""Question → group → what was counted."""


def kind_of(number: int) -> str:
    return KINDS[number % len(KINDS)]


def form() -> Form:
    choices = [{"name": str(code), "label": f"选项{code}"} for code in range(1, CHOICES + 1)]
    questions = [
        {"name": f"q{number}", "type": kind_of(number), "label": f"第{number}问"}
        | ({"choices": choices} if kind_of(number) not in NUMBERS else {})
        for number in range(QUESTIONS)
    ]
    return Form(Survey.model_validate({
        "id": "counted", "version": "1", "title": "大", "unit": "单位", "round": "2022",
        "sections": [{"name": "a", "label": "一", "questions": questions}],
    }))  # fmt: skip


def make(path: Path, interviews: int) -> None:
    """What copying gives, without an hour of entering: a tenth of the answers is 不掌握, the others are spread evenly."""
    from sqlite_utils.db import Database

    from surveys import schema

    store = Database(memory=True)
    schema.migrations.apply(store)
    store.conn.execute("INSERT INTO surveys VALUES ('now', 'counted', '1', '', '', 0)")
    store.conn.execute("INSERT INTO settings VALUES ('main_survey', 'counted', 0)")
    Mirror(store.conn, form(), path).close()
    run = connected(path).execute
    units = f"SELECT format('{{:07}}', i), '市' || i % {CITIES}, '', '', i % 9, i FROM range({interviews}) t(i)"
    run(f"INSERT INTO units {units}")
    run("INSERT INTO interviews SELECT ord, code, '2022', 'now', 'complete' FROM units")
    value = {
        "select_one": f"1 + hash({{0}}) % {CHOICES}",
        "integer": "hash({0}) % 10000",
        "money": "(hash({0}) % 1000000 / 100)::DECIMAL(9,2)",
        "select_multiple": "concat(1 + hash({0}) % 3, ' ', 4 + hash({0}) % 4)",
    }
    for number in range(QUESTIONS):
        answer = value[kind_of(number)].format(f"i * {QUESTIONS} + {number}")
        missing = f"hash(i * 7 + {number}) % 10 = 0"
        run(
            f"""INSERT INTO answers SELECT i, 'q{number}', CASE WHEN {missing} THEN '' ELSE ({answer})::VARCHAR END,
                    CASE WHEN {missing} THEN 'dont_know' ELSE 'answered' END, false FROM range({interviews}) t(i)"""
        )


# ── the contestants: each gives what is to be measured, and what it found in the common form ──


def with_zoufang(path: Path) -> Iterator[Any]:
    class Kept(Mirror):
        """A copy that was made before."""

        def __init__(self) -> None:
            self._duck = connected(path)

    mirror, asked = Kept(), form()
    yield
    found = tabulate(mirror, asked, Selection("2022", survey="counted"))
    yield {
        name: dict(zip(found.groups, map(_told, table.cells[0].columns), strict=True))
        for name, table in found.questions.items()
    }


def _told(column: Column) -> Any:
    told: dict[str, Any] = {"answered": column.tally.answered, "dont_know": column.tally.dont_know}
    match column.figures:
        case Frequencies(counts=counts):
            told["counts"] = [*map(int, counts)]
        case Numbers() as n:
            told["numbers"] = [float(x) for x in (n.total, n.mean, n.minimum, n.lower, n.median, n.upper, n.maximum)]
    return told


def with_duckdb(path: Path) -> Iterator[Any]:
    import duckdb

    run = duckdb.connect(str(path), read_only=True).execute
    yield
    run("CREATE TEMP TABLE mine AS SELECT i.id AS interview, u.city FROM interviews i JOIN units u ON u.code = i.unit")
    found: Figures = {}
    for number in range(QUESTIONS):
        groups = found[f"q{number}"] = {}
        answers = f"FROM mine JOIN answers a USING (interview) WHERE a.cell = 'q{number}' AND NOT a.conflict"
        if kind_of(number) in NUMBERS:
            rows = run(
                f"""SELECT city, status, COUNT(*), SUM(x), AVG(x), MIN(x), quantile_cont(x, [.25, .5, .75]), MAX(x)
                    FROM (SELECT city, status, TRY_CAST(value AS DOUBLE) AS x {answers})
                    GROUP BY GROUPING SETS ((city, status), (status))"""
            ).fetchall()
            for city, status, count, total, mean, low, quarters, high in rows:
                told = groups.setdefault(city or WHOLE, {})
                told[status] = count
                if status == "answered":
                    told["numbers"] = [total, mean, low, *quarters, high]
        else:
            for city, status, value, count in run(
                f"SELECT city, status, value, COUNT(*) {answers} GROUP BY ALL"
            ).fetchall():
                for told in (groups.setdefault(city, {}), groups.setdefault(WHOLE, {})):
                    told[status] = told.get(status, 0) + count
                    counts = told.setdefault("counts", [0] * CHOICES)
                    for code in value.split():
                        counts[int(code) - 1] += count
    yield found


def with_pandas(path: Path) -> Iterator[Any]:
    """The reading of each question is measured too, but not the taking in of the whole file."""
    import duckdb
    import pandas

    run = duckdb.connect(str(path), read_only=True).execute
    city = run("SELECT i.id, u.city FROM interviews i JOIN units u ON u.code = i.unit ORDER BY 1").df()
    city = city.set_index("id").city.astype("category")
    frames = {
        f"q{number}": run(
            f"SELECT interview, value, status FROM answers WHERE cell = 'q{number}' ORDER BY interview"
        ).df().astype({"status": "category"})
        for number in range(QUESTIONS)
    }  # fmt: skip
    yield
    found: Figures = {}
    for number in range(QUESTIONS):
        frame = frames[f"q{number}"]
        frame["city"] = frame.interview.map(city).astype(city.dtype)
        answered = frame[frame.status == "answered"]
        groups = found[f"q{number}"] = {}
        for place, part in frame.groupby("city", observed=True).status:
            groups[place] = part.value_counts().to_dict()
        groups[WHOLE] = frame.status.value_counts().to_dict()
        if kind_of(number) in NUMBERS:
            numbers = answered.assign(x=pandas.to_numeric(answered.value))
            by_city = numbers.groupby("city", observed=True).x
            table = by_city.agg(["sum", "mean", "min"])
            table = table.join(by_city.quantile([0.25, 0.5, 0.75]).unstack()).join(by_city.max().rename("max"))
            for place, row in table.iterrows():
                groups[place]["numbers"] = [*map(float, row)]
            x = numbers.x
            quarters = x.quantile([0.25, 0.5, 0.75])
            groups[WHOLE]["numbers"] = [*map(float, (x.sum(), x.mean(), x.min(), *quarters, x.max()))]
        else:
            chosen = answered.assign(value=answered.value.str.split()).explode("value")
            table = pandas.crosstab(chosen.city, chosen.value)
            codes = [str(code) for code in range(1, CHOICES + 1)]
            for place, row in table.reindex(columns=codes, fill_value=0).iterrows():
                groups[place]["counts"] = [*map(int, row)]
            groups[WHOLE]["counts"] = [*map(int, table.reindex(columns=codes, fill_value=0).sum())]
    yield found


CONTESTANTS: dict[str, Callable[[Path], Iterator[Any]]] = {
    "zoufang": with_zoufang,
    "duckdb": with_duckdb,
    "pandas": with_pandas,
}


def main(who: str, folder: str, interviews: str) -> None:
    import resource

    def used() -> tuple[float, float]:
        usage = resource.getrusage(resource.RUSAGE_SELF)
        return time.perf_counter(), usage.ru_utime + usage.ru_stime

    path = Path(folder) / "copy.duckdb"
    if who == "data":
        make(path, int(interviews))
        return
    steps = CONTESTANTS[who](path)
    next(steps)
    before = used()
    figures = next(steps)
    clock, processor = (after - first for first, after in zip(before, used(), strict=True))
    memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss << 10
    print(json.dumps({"clock": clock, "processor": processor, "memory": memory, "figures": figures}))


if __name__ == "__main__":
    main(*sys.argv[1:])
