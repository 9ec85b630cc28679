"""Workbooks that LibreOffice opened and saved again: one line says so, and nothing else."""

import shutil
import subprocess
from pathlib import Path

import pytest
from approving import settle
from definitions import TEAMS, UNITS
from edited_books import changed, keys_of, small_book, wide_book

from exports.hand_edits import HandEdits
from exports.merging import merge
from exports.reading import Received, read_workbooks
from exports.workbook import export_team
from surveys.store import Store


@pytest.fixture(scope="session")
def resave_all(tmp_path_factory):
    """Open many workbooks in one LibreOffice and save them again."""
    if (soffice := shutil.which("soffice")) is None:
        pytest.skip("LibreOffice (soffice) is not installed")
    profile = tmp_path_factory.mktemp("profile").as_uri()

    def save(paths: list[Path]) -> list[Path]:
        folder = tmp_path_factory.mktemp("resaved")
        to = ["--convert-to", "xlsx:Calc MS Excel 2007 XML", "--outdir", folder, *paths]
        command = [soffice, f"-env:UserInstallation={profile}", "--headless", *to]
        subprocess.run(command, check=True, capture_output=True, timeout=600)
        return [folder / path.name for path in paths]

    return save


@pytest.fixture
def county_book(tmp_path, county_union, start, fill):
    """The real questionnaire with every question answered by chance, one interview per unit."""

    def make(number: int) -> Path:
        folder = tmp_path / f"county{number}"
        with Store(folder / "a.db") as store:
            store.install(county_union, UNITS, TEAMS)
            store.set_settings(team="3", member="张三")
            settle(store, 3)
            for place, unit in enumerate(UNITS[: 1 + number % 2]):
                fill(start(store, unit.code), seed=number * 10 + place)
            return named(export_team(store, folder).path, number)

    return make


def named(path: Path, number: int) -> Path:
    """LibreOffice writes all files into one folder, so each needs a name of its own."""
    return path.rename(path.with_name(f"{number:03}-{path.name}"))


def books(folder: Path, numbers: range) -> list[Path]:
    paths = []
    for number in numbers:
        (place := folder / f"book{number}").mkdir()
        paths.append(named((small_book if number % 2 else wide_book)(place, number), number))
    return paths


def check_resaved(originals: list[Path], resaved: list[Path]) -> None:
    right = list(read_workbooks(originals))
    for before, after in zip(right, read_workbooks(resaved), strict=True):
        assert isinstance(before, Received)
        assert isinstance(after, Received), after.message
        assert after.parcel == before.parcel
        assert after.edits == HandEdits(saved_by="LibreOffice"), after.path
        assert after.edits.remarks == ["由 LibreOffice 重新保存"]


@pytest.fixture(scope="module")
def ten(tmp_path_factory, resave_all):
    """Ten workbooks and the same saved again; and last one that somebody had changed before."""
    folder = tmp_path_factory.mktemp("ten")
    originals = books(folder, range(10))

    def change(book):
        number, keys = keys_of(book["编码"])
        book["编码"].cell(number + 1, keys.index("people") + 1, 21)

    return originals, resave_all([*originals, changed(originals[1], folder / "改过.xlsx", change)])


def test_ten_workbooks_saved_again_raise_no_false_alarm(ten):
    originals, resaved = ten
    check_resaved(originals, resaved[:10])


def test_an_edit_is_found_in_a_workbook_that_was_saved_again(ten):
    # The negative control: saving again hides nothing.
    (result,) = read_workbooks([ten[1][10]])
    assert [(edit.address, edit.now) for edit in result.edits.edits] == [("people", "21")]
    assert result.edits.saved_by == "LibreOffice"


def test_merging_says_who_saved_it_again_and_warns_of_nothing(ten, make_store):
    office = make_store("省总", team=0)
    (line,) = merge(office, [ten[1][1]]).lines
    assert line.merged
    assert "由 LibreOffice 重新保存" in line.message
    assert "手工" not in line.message


@pytest.mark.soak
def test_two_hundred_workbooks_saved_again_raise_no_false_alarm(resave_all, county_book, tmp_path):
    originals = [*books(tmp_path, range(150)), *(county_book(number) for number in range(150, 200))]
    check_resaved(originals, resave_all(originals))
