"""A workbook that was cut off or changed in a byte is refused, or it is the same workbook all the same."""

import io
import random
import zipfile
from pathlib import Path

import pytest

from exports.hand_edits import HandEdits
from exports.reading import Received, read_workbook, read_workbooks
from exports.rejections import Reason


@pytest.fixture(scope="module")
def good(small_path) -> bytes:
    return small_path.read_bytes()


def written(folder: Path, damaged) -> list[Path]:
    paths = []
    for number, data in enumerate(damaged):
        paths.append(folder / f"{number}.xlsx")
        paths[-1].write_bytes(data)
    return paths


def members(data: bytes) -> dict[str, bytes]:
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def refused(good: bytes, paths: list[Path]) -> list[Reason]:
    """Read them; what is not refused must be as good as the good one: parcel, and every cell of every sheet."""
    (path := paths[0].parent / "good.xlsx").write_bytes(good)
    right = read_workbook(path)
    assert isinstance(right, Received)
    reasons = []
    for path, result in zip(paths, read_workbooks(paths), strict=True):
        if isinstance(result, Received):
            assert result.parcel == right.parcel
            assert result.edits == HandEdits()
            assert {*members(path.read_bytes()).values()} == {*members(good).values()}
        else:
            reasons.append(result.reason)
    return reasons


def check_cuts(good: bytes, folder: Path, count: int) -> None:
    sizes = [len(good) * place // count for place in range(1, count)] + [len(good) - 1]
    reasons = refused(good, written(folder, (good[:size] for size in sizes)))
    assert len(reasons) == len(sizes)
    assert {*reasons} <= {Reason.TRUNCATED, Reason.DAMAGED}
    assert reasons.count(Reason.TRUNCATED) >= len(sizes) - 1


def check_flips(good: bytes, folder: Path, count: int) -> None:
    chance = random.Random(7)

    def flipped() -> bytes:
        data = bytearray(good)
        data[chance.randrange(len(data))] ^= 1 << chance.randrange(8)
        return bytes(data)

    reasons = refused(good, written(folder, (flipped() for _ in range(count))))
    assert len(reasons) > 0.8 * count


def test_a_workbook_cut_off_anywhere_is_called_incomplete(good, tmp_path):
    check_cuts(good, tmp_path, 35)


def test_a_flipped_bit_is_refused_or_harmless(good, tmp_path):
    check_flips(good, tmp_path, 100)


@pytest.mark.soak
def test_a_thousand_cuts_are_called_incomplete(good, tmp_path):
    check_cuts(good, tmp_path, 1_000)


@pytest.mark.soak
def test_a_thousand_flipped_bits_are_refused_or_harmless(good, tmp_path):
    check_flips(good, tmp_path, 1_000)
