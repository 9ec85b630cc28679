"""Reading workbooks on two processes: against a script with pandas or openpyxl, and against bare calamine on two.

Bare calamine only makes cells. Of a workbook that is as an approved laptop exported it, the seal over every byte and the
SHA-256 of every history are checked, and no cell is read. Of any other every byte is looked at before anything parses it,
every event against the rules of histories, and every cell against what was written there; that takes some five times as
long. Finding hand edits by itself costs about half as much again as reading those sheets.
"""

from __future__ import annotations

import io
import random
import resource
from collections.abc import Callable
from importlib.util import find_spec
from pathlib import Path

import pytest
import python_calamine
from openpyxl import load_workbook

from exports.believing import NOBODY, Believed
from exports.comparing import compared
from exports.demo import fill_unit
from exports.hand_edits import HandEdits
from exports.manifest import SHEET, decode
from exports.reading import Received, read_workbook, read_workbooks
from exports.signing import fingerprint
from exports.workbook import export_team
from surveys.acts import Actor
from surveys.campaign import open_campaign

INTERVIEWS = 11
FASTER_THAN_PANDAS, FASTER_THAN_OPENPYXL = 5.0, 3.0
"""pandas, where it is installed, reads by openpyxl and takes twice its time."""
SLOWER_THAN_CALAMINE, SLOWER_UNSEALED = 1.5, 9.0
"""As it was exported, and saved again or by a laptop that nobody approved."""
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


def approved(path: Path) -> Believed:
    """Whom an office believes that has approved the laptop which exported this."""
    result = read_workbook(path)
    assert isinstance(result, Received)
    manifest = result.parcel.manifest
    return Believed(manifest.app, {fingerprint(manifest.key): manifest.key}, frozenset(manifest.definitions))


def read_here(paths: list[Path], whom: Believed) -> None:
    for result in read_workbooks(paths, whom=whom):
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


@pytest.fixture(scope="module")
def path(tmp_path_factory) -> Path:
    return workbook(tmp_path_factory.mktemp("reading"))


def ours(path: Path, count: int, whom: Believed, rounds: int) -> float:
    """Seconds of a processor for each workbook, the parent's and the workers'; starting those is left out."""
    times = [seconds(lambda: read_here([path] * number, whom), rounds) for number in (2, count + 2)]  # noqa: B023
    return (times[1] - times[0]) / count


def compare_speeds(path: Path, count: int, few: int) -> None:
    """Seconds of a processor count, so it is all the same on how many a reader works: we and bare calamine on two."""
    sealed, unsealed = ours(path, 2 * count, approved(path), 2), ours(path, count, NOBODY, 1)
    bare = seconds(lambda: [read_by_calamine(path) for _ in range(count)], 3) / count
    read, limit = (
        (read_by_pandas, FASTER_THAN_PANDAS) if find_spec("pandas") else (read_by_openpyxl, FASTER_THAN_OPENPYXL)
    )
    read(path)  # its imports
    peer = seconds(lambda: [read(path) for _ in range(few)]) / few
    for what, time in (("sealed", sealed), ("unsealed", unsealed)):
        told = f"{read.__name__} / ours {peer / time:.1f} (on two {2 * peer / time:.1f}), ours / calamine {time / bare:.2f}"
        print(f"{what}: {time * 1000:.1f} ms each, {told}")
    assert 2 * peer / sealed > 2 * limit
    assert 2 * peer / unsealed > limit
    assert sealed / bare < SLOWER_THAN_CALAMINE
    assert unsealed / bare < SLOWER_UNSEALED


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
