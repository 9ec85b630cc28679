"""`docs/reliability.md`, made wholly from the figures of the fault suites: those of this run, and the latest of the others.

The figures stand in the document a second time as JSON lines in a comment, from which the next run reads them.
"""

from __future__ import annotations

import json
import os
import platform
import sqlite3
from collections.abc import Callable, Iterable
from dataclasses import asdict, dataclass, replace
from datetime import UTC, datetime
from pathlib import Path

HEAD = """\
# Reliability

**中文摘要。** 走访承诺：屏幕上显示为已保存的答案，断电、死机、强行结束程序、磁盘写满都不会丢；正在输入而还没有保存的文字最多丢一秒；
同一个数据文件夹不会有两个窗口同时写；电脑时间不准不影响答案的先后。下面的表由测试程序自动写成：每一项故意制造多少次故障，丢了多少，
什么时候在什么环境下测的。“Measured”表里 losses 不是 0，就是程序有错；“Negative controls”表里的程序是故意改坏的，losses 必须大于 0，才说明测得出来。

## What is promised

- An answer is on disk, flushed, before the screen moves on. Once acknowledged it survives the end of the program at any
  instant, a power cut, a full disk and failing writes.
- Of a text that is being typed and was not entered yet, at most the last second is lost.
- The program opens again at the question where it was, with the history, the table of answers and the place in agreement.
- One data folder has one writer. A second window says who holds it and since when; the lock of a program that was killed
  is free at once.
- The order of answers, the last value and the outcome of a merge never depend on the wall clock.
- Damage to the file is told, never passed over.

This file is written by `python -m pytest tests/faults --soak --reliability docs/reliability.md` and by nothing else; a run
renews the rows of the suites in it and keeps the others.

## Measured
"""

CONTROLS = """\
## Negative controls

The same suites on a build or a setting with a fault put in: here something must be lost, or the suite could not have
found it. Suites without a row have their control in the tests all the same.
"""

LATENCY = """\
## Time of a commit

What an acknowledged answer takes, as a multiple of a bare SQLite commit of the same rows with the same settings,
measured by turns in the same run. What an answer adds is some 0.2 to 0.9 ms of the processor, whatever the disk: that is
more than a commit on the virtual disk of this machine, and little beside one on a field laptop. The goal is a commit of at
most 1.3 bare ones there.
"""


@dataclass(frozen=True, slots=True)
class Figure:
    """What one suite found in the program or in its control, or (`p99` above 0) how one thing compares with a bare commit."""

    suite: str
    runs: int
    losses: int = 0
    note: str = ""
    control: bool = False
    p50: float = 0.0
    p99: float = 0.0
    method: str = ""
    """How the suite works, in a line."""
    date: str = ""
    machine: str = ""


class Figures:
    """The figures of one test session.

    Args:
        method: Says in a line how the test that is running works.
    """

    def __init__(self, method: Callable[[], str] = lambda: "") -> None:
        self._method = method
        self.by_suite: dict[str, Figure] = {}

    def add(self, suite: str, runs: int, losses: int, note: str = "") -> None:
        """Report runs of a suite and what was lost in them; several reports of one suite add up."""
        self._add(Figure(suite, runs, losses, note))

    def add_control(self, suite: str, runs: int, losses: int, note: str = "") -> None:
        """Report the same of a build or setting with a fault put in, where losses are what is wanted."""
        self._add(Figure(suite, runs, losses, note, control=True))

    def add_latency(self, suite: str, runs: int, p50: float, p99: float, note: str = "") -> None:
        """Report median and 99th percentile as multiples of a bare commit's."""
        self._keep(Figure(suite, runs, note=note, p50=p50, p99=p99))

    def _add(self, figure: Figure) -> None:
        if former := self.by_suite.get(figure.suite):
            runs, losses = former.runs + figure.runs, former.losses + figure.losses
            figure = replace(figure, runs=runs, losses=losses, note=figure.note or former.note)
        self._keep(figure)

    def _keep(self, figure: Figure) -> None:
        date = f"{datetime.now(UTC):%Y-%m-%d}"
        self.by_suite[figure.suite] = replace(figure, method=self._method(), date=date, machine=_machine())


def update(path: Path, figures: Iterable[Figure]) -> None:
    """Write the document with new figures; those of suites that are not among them stay."""
    known = {figure.suite: figure for figure in _read(path)}
    known |= {figure.suite: figure for figure in figures}
    path.write_text(_document([known[suite] for suite in sorted(known)]), "utf-8")


def _read(path: Path) -> list[Figure]:
    if not path.exists():
        return []
    comment = path.read_text("utf-8").rpartition("<!-- figures\n")[2].partition("-->")[0]
    return [Figure(**json.loads(line)) for line in comment.splitlines() if line]


def _document(figures: list[Figure]) -> str:
    suites = [figure for figure in figures if not figure.p99 and not figure.control]
    controls = [figure for figure in figures if figure.control]
    latencies = [figure for figure in figures if figure.p99]
    losses, wanted_losses = (
        _table(
            "| suite | runs | losses | note | measured |\n| --- | ---: | ---: | --- | --- |",
            [(f.suite, f"{f.runs:,}", f"{f.losses:,}", f.note, f.date) for f in some],
        )
        for some in (suites, controls)
    )
    ratios = _table(
        "| what | runs | p50 | p99 | note | measured |\n| --- | ---: | ---: | ---: | --- | --- |",
        [(f.suite, f"{f.runs:,}", f"{f.p50:.2f} ×", f"{f.p99:.2f} ×", f.note, f.date) for f in latencies],
    )
    methods = "\n".join(f"- **{figure.suite}**: {figure.method}" for figure in figures if figure.method)
    machines = sorted({f"- {figure.date}: {figure.machine}" for figure in figures})
    lines = [json.dumps(asdict(figure), ensure_ascii=False).replace("-->", "--\\u003e") for figure in figures]
    told = [
        HEAD,
        losses,
        CONTROLS,
        wanted_losses,
        LATENCY,
        ratios,
        "## How\n",
        methods,
        "\n## On what\n",
        *machines,
        "",
    ]
    return "\n".join([*told, "<!-- figures", *lines, "-->", ""])


def _table(head: str, rows: Iterable[tuple[str, ...]]) -> str:
    return "\n".join([head, *(f"| {' | '.join(cell.replace('|', '/') for cell in row)} |" for row in rows), ""])


def _machine() -> str:
    """What a reader needs to judge the figures by; no names and no paths."""
    return (
        f"Python {platform.python_version()}, SQLite {sqlite3.sqlite_version}, "
        f"{platform.system()} {platform.machine()}, {os.cpu_count()} cores"
    )
