"""A workbook whose parcel is lost: its answers come back from the sheets, marked, and only when asked for."""

import shutil
from dataclasses import replace

import pytest
from click.testing import CliRunner
from definitions import UNITS
from edited_books import changed, keys_of

from exports.corrections import corrections
from exports.manifest import SHEET
from exports.merging import merge
from exports.reading import read_workbook
from exports.recovering import recover
from exports.rejections import Reason
from surveys.acts import Actor
from surveys.answers import Status
from surveys.history import Kind
from surveys.standing import Stage
from tui.cli import main

OFFICE = Actor("王五", 0, "office")


@pytest.fixture(scope="module")
def original(small_path):
    return small_path


@pytest.fixture(scope="module")
def bare(original, tmp_path_factory):
    """The workbook without its hidden sheet."""
    return changed(original, tmp_path_factory.mktemp("bare") / "第3组.xlsx", lambda book: book.__delitem__(SHEET))


@pytest.fixture
def office(make_store):
    return make_store("省总", team=0)


def answers(interview) -> dict:
    """What was answered, row ids aside."""
    kept = interview.kept_answers()
    rows = {row: str(place) for place, row in enumerate(interview.rows("things"))}
    named = {}
    for address, answer in kept.items():
        for row, place in rows.items():
            address = address.replace(f"[{row}]", f"[{place}]")
        named[address] = answer
    return named


def test_it_is_not_recovered_unless_somebody_asks(office, bare):
    (line,) = merge(office, [bare]).lines
    assert line.reason is Reason.PAYLOAD_MISSING
    assert office.interviews() == []


def test_every_answer_comes_back_marked_in_drafts_of_their_own(office, bare, original, make_store):
    done = recover(office, bare, OFFICE)
    assert done.obstacle == ""
    other = make_store("另一处", team=0)
    merge(other, [original])
    want = [other.interview(row.id) for row in other.interviews()]
    have = [office.interview(row.id) for row in office.interviews()]
    assert done.interviews == len(want) == len(have)
    for left, right in zip(sorted(have, key=words), sorted(want, key=words), strict=True):
        assert left.unit == right.unit
        assert answers(left) == shown(answers(right)), done.unread
        assert left.stage is Stage.DRAFT
        assert left.id != right.id
        said = [event for event in left.events if event.kind is Kind.ANSWERED]
        assert all(event.source.startswith("恢复：第3组.xlsx ") for event in said)
        assert {event.who for event in left.events} == {"王五"}


def words(interview) -> tuple:
    return (
        interview.unit,
        interview.kept("words").value.strip().replace("\u202e", "\ufffd"),
        interview.kept("people").value,
    )


def shown(kept: dict) -> dict:
    """As a sheet can show it: without the spaces around, and directions that mislead made visible."""
    return {
        place: replace(answer, value=answer.value.strip().replace("\u202e", "\ufffd")) for place, answer in kept.items()
    }


def test_what_cannot_be_read_is_listed(office, original, tmp_path):
    def change(book):
        del book[SHEET]
        sheet = book["编码"]
        number, keys = keys_of(sheet)
        sheet.cell(number + 1, keys.index("people") + 1, "很多")
        sheet.cell(number + 2, keys.index("words") + 1, "=1+1")

    done = recover(office, changed(original, tmp_path / "第3组.xlsx", change), OFFICE)
    assert [("people" in line, "words" in line) for line in done.unread] == [(True, False), (False, True)]
    assert "不是数字" in done.unread[0]
    assert "公式" in done.unread[1]
    assert "2 处读不出来" in done.message


def test_a_damaged_parcel_is_recovered_too_and_what_is_known_becomes_corrections(office, original, tmp_path):
    merge(office, [original])
    before = office.history_digest()

    def change(book):
        book[SHEET].delete_rows(3, 1)
        sheet = book["编码"]
        number, keys = keys_of(sheet)
        sheet.cell(number + 1, keys.index("people") + 1, 77)

    path = changed(original, tmp_path / "第3组.xlsx", change)
    assert read_workbook(path).reason is Reason.PAYLOAD_DAMAGED
    done = recover(office, path, OFFICE)
    assert (done.interviews, done.offered) == (0, 1)
    assert [(found.address, found.now) for found in corrections(office)] == [("people", "77")]
    assert office.history_digest() == before
    assert "以前读入过" in recover(office, path, OFFICE).message


def test_a_whole_workbook_and_a_foreign_one_are_not_recovered(office, original, tmp_path, bare):
    assert "请直接汇总" in recover(office, original, OFFICE).message
    (tmp_path / "x.xlsx").write_bytes(b"a,b\n")
    assert "CSV" in recover(office, tmp_path / "x.xlsx", OFFICE).message

    def change(book):
        for row in book["封面"].iter_rows():
            for cell in row:
                if "（" in str(cell.value) and str(cell.value).startswith("small"):
                    cell.value = "other 1（01234567）"

    assert "本机没有它所用的问卷" in recover(office, changed(bare, tmp_path / "y.xlsx", change), OFFICE).message
    assert office.interviews() == []


def test_when_the_true_workbook_comes_after_all_both_stand_beside_each_other(office, bare, original):
    recover(office, bare, OFFICE)
    report = merge(office, [original])
    assert report.lines[0].merged
    assert {unit.unit for unit in report.duplicates} == {unit.code for unit in UNITS}


def test_the_command_line_recovers_only_what_it_is_told(office, bare, tmp_path):
    folder = tmp_path / "folder"
    folder.mkdir()
    office.close()
    shutil.move(office.path, folder / "zoufang.db")
    done = CliRunner().invoke(main, ["--data", str(folder), "merge", "--recover", str(bare)])
    assert done.exit_code == 0, done.output
    assert "从工作表恢复" in done.output
    again = CliRunner().invoke(main, ["--data", str(folder), "merge", "--recover", str(bare)])
    assert again.exit_code == 2
    assert "以前读入过" in again.output


def test_it_is_dont_know_where_the_sheet_says_so(office, bare):
    recover(office, bare, OFFICE)
    assert Status.DONT_KNOW in {office.interview(row.id).kept("people").status for row in office.interviews()}
