"""Reading workbooks on two processes: against a script with pandas or openpyxl, and against bare calamine on two.

Bare calamine only makes cells. Here every byte is looked at before anything parses it, every event of every history is
checked against the SHA-256 tree and the rules of histories, and every cell against what was written there; that is
where the rest of the time goes. Finding hand edits by itself costs about half as much again as reading those sheets.
"""

from __future__ import annotations

import io
import random
import resource
from collections.abc import Callable
from concurrent.futures import ProcessPoolExecutor
from importlib.util import find_spec
from multiprocessing import get_context
from pathlib import Path

import pytest
import python_calamine
from openpyxl import load_workbook

from exports.comparing import compared
from exports.demo import fill_unit
from exports.hand_edits import HandEdits
from exports.manifest import SHEET, decode
from exports.reading import Received, read_workbooks
from exports.workbook import export_team
from surveys.acts import Actor
from surveys.campaign import open_campaign

INTERVIEWS = 11
FASTER_THAN_PANDAS, FASTER_THAN_OPENPYXL = 5.0, 3.0
"""pandas, where it is installed, reads by openpyxl and takes twice its time."""
SLOWER_THAN_CALAMINE = 9.0
COMPARING = 1.75


def workbook(folder: Path) -> Path:
    """A group's workbook of the real questionnaire."""
    with open_campaign(folder) as store:
        store.set_settings(team="3", device="测试本", member="甲")
        for unit in store.units()[:INTERVIEWS]:
            fill_unit(store, unit, Actor("甲", 3, store.setting("device_id")), random.Random(unit.code))
        return export_team(store, folder / "out", "county_union").path


def our_sheets(names: list[str]) -> list[str]:
    return [name for name in names if name in ("答卷", "编码", SHEET) or name.startswith("名册_")]


def read_by_calamine(path: Path) -> int:
    book = python_calamine.CalamineWorkbook.from_path(str(path))
    return sum(len(list(book.get_sheet_by_name(name).iter_rows())) for name in our_sheets(book.sheet_names))


def read_by_openpyxl(path: Path) -> int:
    book = load_workbook(path, read_only=True)
    return sum(len(list(book[name].iter_rows(values_only=True))) for name in our_sheets(book.sheetnames))


def read_by_pandas(path: Path) -> int:
    import pandas

    book = pandas.read_excel(path, sheet_name=None, header=None, engine="openpyxl")
    return sum(len(book[name]) for name in our_sheets(list(book)))


def read_here(paths: list[Path]) -> None:
    for result in read_workbooks(paths):
        assert isinstance(result, Received)
        assert result.edits == HandEdits()


def processor_seconds() -> float:
    """Of this process and of the children that are done; what else the machine does is not in it."""
    return sum(sum(resource.getrusage(who)[:2]) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN))


def seconds(act: Callable[[], object], rounds: int = 1) -> float:
    best = float("inf")
    for _ in range(rounds):
        started = processor_seconds()
        act()
        best = min(best, processor_seconds() - started)
    return best


def by_calamine(paths: list[Path]) -> None:
    with ProcessPoolExecutor(2, get_context("spawn")) as pool:
        list(pool.map(read_by_calamine, paths, chunksize=max(1, len(paths) // 16)))


@pytest.fixture(scope="module")
def path(tmp_path_factory) -> Path:
    return workbook(tmp_path_factory.mktemp("reading"))


def compare_speeds(path: Path, count: int, few: int) -> None:
    """A script is one process; bare calamine gets two as we do. Starting them is left out."""
    paths = [path] * count
    two = [path] * 2
    bare = (seconds(lambda: by_calamine(paths)) - seconds(lambda: by_calamine(two))) / 2
    ours = (seconds(lambda: read_here(paths)) - seconds(lambda: read_here(two))) / 2
    read, limit = (
        (read_by_pandas, FASTER_THAN_PANDAS) if find_spec("pandas") else (read_by_openpyxl, FASTER_THAN_OPENPYXL)
    )
    read(path)  # its imports
    peer = seconds(lambda: [read(one) for one in paths[:few]]) * count / few
    print(
        f"{read.__name__} / ours {peer / ours:.1f}, ours / calamine {ours / bare:.1f}, {ours / count * 1000:.1f} ms each"
    )
    assert peer / ours > limit
    assert ours / bare < SLOWER_THAN_CALAMINE


def test_reading_is_several_times_as_fast_as_a_script(path):
    compare_speeds(path, 40, 4)


@pytest.mark.soak
def test_a_thousand_workbooks_are_read_several_times_as_fast_as_by_a_script(path):
    compare_speeds(path, 1_000, 60)


def test_finding_hand_edits_costs_little_beside_reading_the_sheets(path):
    data = path.read_bytes()

    def book() -> python_calamine.CalamineWorkbook:
        return python_calamine.CalamineWorkbook.from_filelike(io.BytesIO(data))

    parcel = decode(book().get_sheet_by_name(SHEET).iter_rows())
    sheets = [name for name in our_sheets(book().sheet_names) if name != SHEET]

    def only_read() -> None:
        opened = book()
        for name in sheets:
            list(opened.get_sheet_by_name(name).iter_rows())

    # By turns, so that both have the same share of the machine.
    acts = (lambda: compared(book(), data, parcel, ()), only_read)
    pairs = [[seconds(act, 5) for act in acts] for _ in range(10)]
    ratio = min(one for one, _ in pairs) / min(other for _, other in pairs)
    print(f"compared / read {ratio:.2f}")
    assert ratio < COMPARING
