"""Receipts: a laptop knows what the office has, up to which event; and believes nothing else."""

import datetime as dt
import json
import shutil
import zipfile
from dataclasses import replace
from pathlib import Path

import pytest
from openpyxl import load_workbook

from exports import worker
from exports.files import ExportError
from exports.merge_report import Outcome
from exports.merging import merge
from exports.receipt_workbook import write_receipt
from exports.receipts import SHEET, Receipt, read_receipt, receipts_of, take_receipt
from exports.rejections import Reason, Rejection
from exports.signing import make_key
from exports.workbook import export_team
from surveys.receipts import deliveries, not_in

AT = "2022-11-20T02:00:00+00:00"


@pytest.fixture(autouse=True)
def here(read_here, monkeypatch):
    """All files are this test's own, and good or small: they are read without a worker."""

    def sheets(path: Path, names: tuple[str, ...]):
        try:
            return worker.read_sheets(path.read_bytes(), names)
        except BaseException:  # what calamine raises is no Exception
            return Rejection(path, Reason.DAMAGED, "内容损坏，读不出来")

    monkeypatch.setattr("exports.receipts.read_sheets", sheets)


@pytest.fixture
def office(make_store):
    return make_store("省总", team=0)


@pytest.fixture
def team(make_store):
    return make_store("三组")


@pytest.fixture
def handed(office, team, start, tmp_path):
    """A team begins two interviews, hands them over, and the office writes receipts."""
    recorders = [start(team), start(team, "231081")]
    recorders[0].answer("people", "12")

    def hand_over(*stores) -> list[Path]:
        inbox, out = tmp_path / "收件箱", tmp_path / "回执"
        shutil.rmtree(inbox, ignore_errors=True)
        for store in stores or (team,):
            export_team(store, inbox)
        report = merge(office, [inbox])
        return [write_receipt(receipt, key, out) for receipt, key in receipts_of(office, report.lines, AT)]

    return recorders, hand_over


def test_a_laptop_learns_what_the_office_has(team, handed):
    recorders, hand_over = handed
    ids = [recorder.interview.id for recorder in recorders]
    assert {ident: found.missing for ident, found in deliveries(team).items()} == {ids[0]: 2, ids[1]: 1}
    (path,) = hand_over()
    receipt, elsewhere = take_receipt(team, path)
    assert (elsewhere, [done.outcome for done in receipt.interviews]) == (0, [Outcome.NEW] * 2)
    assert all(found.complete for found in deliveries(team).values())
    recorders[0].answer("people", "13")
    recorders[0].answer("words", "后来补的")
    found = deliveries(team)
    assert {ident: found[ident].missing for ident in ids} == {ids[0]: 2, ids[1]: 0}
    last = found[ids[0]].last
    assert (last.office, last.who, last.at) == ("省总的笔记本", "张三", AT)
    (path,) = hand_over()
    receipt, _ = take_receipt(team, path)
    assert {done.id: done.outcome for done in receipt.interviews} == {ids[0]: Outcome.ADVANCED, ids[1]: Outcome.KNOWN}
    assert all(found.complete for found in deliveries(team).values())


def test_taking_a_receipt_again_changes_nothing(team, handed):
    (path,) = handed[1]()
    take_receipt(team, path)
    before = team.conn.execute("SELECT * FROM receipts").fetchall()
    take_receipt(team, path)
    assert team.conn.execute("SELECT * FROM receipts").fetchall() == before


def test_a_workbook_that_was_known_is_confirmed_again(office, team, handed, tmp_path):
    """A receipt that got lost is written anew by merging the same file again."""
    recorders, hand_over = handed
    hand_over()
    (path,) = hand_over()
    take_receipt(team, path)
    assert deliveries(team)[recorders[0].interview.id].complete


def test_every_laptop_gets_its_own(office, team, make_store, start, handed):
    other = make_store("一组", team=1)
    start(other, "230102")
    paths = handed[1](team, other)
    assert len(paths) == 2
    mine = [path for path in paths if read_receipt(path).device == team.setting("device_id")]
    theirs = next(path for path in paths if path not in mine)
    with pytest.raises(ExportError, match="另一台电脑（一组的笔记本）"):
        take_receipt(team, theirs)
    assert not any(found.complete for found in deliveries(team).values())


def test_conflicts_are_told(office, team, handed, go_on):
    recorders, hand_over = handed
    hand_over()
    go_on(office, recorders[0].interview.id).answer("people", "21")
    recorders[0].answer("people", "13")
    (path,) = hand_over()
    receipt = read_receipt(path)
    assert {done.conflicts for done in receipt.interviews if done.id == recorders[0].interview.id} == {1}
    assert "不一致处" in str([[cell.value for cell in row] for row in load_workbook(path)["回执"].iter_rows()])


def test_a_copy_of_the_laptop_is_told_what_is_not_its_own(team, make_store, handed, tmp_path):
    """Its copied data folder has the same device id; what only the other copy entered is not confirmed here."""
    hand_over = handed[1]
    copy = make_store("拷贝")
    copy.set_settings(device_id=team.setting("device_id"))
    (path,) = hand_over()
    receipt, elsewhere = take_receipt(copy, path)
    assert elsewhere == len(receipt.interviews) == 2
    assert not deliveries(copy)


def test_it_can_be_read_and_printed(team, handed, tmp_path):
    (path,) = handed[1]()
    book = load_workbook(path)
    assert book.sheetnames == ["回执", SHEET]
    assert book[SHEET].sheet_state == "hidden"
    told = " ".join(str(cell.value) for row in book["回执"].iter_rows() for cell in row if cell.value is not None)
    for words in ("第3组", "牡丹江市东安区", "新增", "2022年11月20日 10:00（北京时间）", "zoufang receipt"):
        assert words in told


FORGERIES = (
    lambda receipt: replace(receipt, interviews=()),
    lambda receipt: replace(receipt, device="别的"),
    lambda receipt: replace(receipt, key=make_key("").public),
)


def test_a_changed_receipt_is_refused(team, handed, tmp_path, monkeypatch):
    """Another content under the old signature, and another's key with the office's signature."""
    (path,) = handed[1]()
    receipt, office_key = read_receipt(path), receipts_key(path)
    for change in FORGERIES:
        forged = change(receipt)
        monkeypatch.setattr("exports.receipt_workbook.read_receipt", lambda path, forged=forged: forged)
        bad = write_receipt(forged, office_key, tmp_path / "伪造")
        with pytest.raises(ExportError, match="损坏或被改动过"):
            take_receipt(team, bad)
    assert not any(found.last for found in deliveries(team).values())


def receipts_key(path: Path):
    """A key that signs with what the office signed: the same bytes, whatever is put before it."""
    signature = bytes.fromhex(str(load_workbook(path)[SHEET]["C1"].value))

    class Replayed:
        def sign(self, text: str) -> bytes:
            return signature

    return Replayed()


def test_what_is_no_receipt_is_refused(team, handed, tmp_path):
    handed[1]()
    with pytest.raises(ExportError, match="不是回执"):
        take_receipt(team, export_team(team, tmp_path / "x").path)
    (tmp_path / "x.xlsx").write_bytes(b"PK\3\4")
    with pytest.raises(ExportError, match="重新索取"):
        take_receipt(team, tmp_path / "x.xlsx")


def test_the_json_is_checked():
    receipt = Receipt("d", "n", 1, "o", "w", AT, "00" * 32, (("a.xlsx", "K"),), (), 0)
    assert Receipt.from_json(receipt.to_json()) == receipt
    data = json.loads(receipt.to_json())
    for broken in ({**data, "team": "1"}, {**data, "more": 1}, {**data, "interviews": [{}]}, [], {**data, "who": 1}):
        with pytest.raises(ValueError, match="not a receipt"):
            Receipt.from_json(json.dumps(broken, ensure_ascii=False, sort_keys=True, separators=(",", ":")))


def test_what_is_missing_follows_the_parents(team, start):
    recorder = start(team)
    recorder.answer("people", "1")
    middle = recorder.interview.heads
    recorder.answer("people", "2")
    events = team.events(recorder.interview.id)
    assert [event.value for event in not_in(events, middle)] == ["2"]
    assert not_in(events, recorder.interview.heads) == []
    assert len(not_in(events, ())) == len(events)


def test_the_same_receipt_gives_the_same_bytes(handed, tmp_path):
    (path,) = handed[1]()
    before = path.read_bytes()
    assert handed[1]() == [path]
    assert dt.datetime.fromisoformat(AT) == dt.datetime.fromisoformat(read_receipt(path).at)
    assert zipfile.ZipFile(path).testzip() is None
    assert len(before) < 20_000
