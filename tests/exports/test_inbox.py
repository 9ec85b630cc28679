"""Inboxes: folders and zips of workbooks; what lies there is never changed, unless that was asked for."""

import io
import os
import stat
import struct
import time
import zipfile
from pathlib import Path

import pytest

from exports.archives import is_archive
from exports.inbox import Inbox
from exports.merge_report import Outcome
from exports.merging import merge
from exports.rejections import Reason, Rejection
from exports.setting_aside import ASIDE, REASONS
from exports.workbook import export_team


@pytest.fixture
def office(make_store):
    return make_store("省总", team=0)


@pytest.fixture
def workbook(original) -> bytes:
    """A whole one, of a laptop that nobody has approved."""
    return original


@pytest.fixture
def zipped(tmp_path):
    """Write a zip of files; a member may be a ZipInfo."""

    def write(files, name: str = "交来.zip", compression: int = zipfile.ZIP_DEFLATED) -> Path:
        path = tmp_path / name
        with zipfile.ZipFile(path, "w", compression) as archive:
            for member, content in files:
                archive.writestr(member, content)
        return path

    return write


def taken(*sources: Path) -> list[tuple[str, Reason | None]]:
    """What comes out: the name or, of what is refused, the name and the reason."""
    with Inbox(sources) as inbox:
        found = [
            (item.path.name, item.reason) if isinstance(item, Rejection) else (item.name, None)
            for item in inbox.files()
        ]
    return found


def test_a_folder_that_cannot_be_read_is_told_and_the_others_are_read(tmp_path, monkeypatch):
    """A stick was pulled out. (Not by permissions: the tests may run as root.)"""
    for name in ("甲", "乙", "丙"):
        (tmp_path / name).mkdir()
        (tmp_path / name / "一.xlsx").write_bytes(b"")
    scan = os.scandir

    def pulled_out(path):
        if str(path).endswith("乙"):
            raise OSError(5, "Input/output error")
        return scan(path)

    monkeypatch.setattr(os, "scandir", pulled_out)
    assert sorted(taken(tmp_path), key=str) == sorted(
        [("一.xlsx", None), ("一.xlsx", None), ("乙", Reason.UNREADABLE)], key=str
    )


def test_a_zip_of_workbooks_merges_like_a_folder(office, workbook, zipped):
    path = zipped([("第3组/", b""), ("第3组/甲.xlsx", workbook), ("说明.txt", "请查收".encode())])
    before = path.read_bytes()
    report = merge(office, [path], unverified=True)
    assert [(line.outcome, line.reason) for line in report.lines] == [
        (Outcome.NEW, None),
        (Outcome.REJECTED, Reason.OTHER_FILE),
    ]
    assert report.lines[0].path.endswith(f"交来.zip{os.sep}甲.xlsx")
    assert "“说明.txt”是文本文件" in report.lines[1].message
    assert path.read_bytes() == before
    assert merge(office, [path], unverified=True).lines[0].outcome is Outcome.KNOWN


def test_what_was_unpacked_is_removed_at_once(workbook, zipped):
    path = zipped([(f"{number}.xlsx", workbook) for number in range(9)])
    with Inbox([path]) as inbox:
        most, seen = 0, []
        for file in inbox.files():
            assert not isinstance(file, Rejection)
            seen.append(file)
            assert inbox.is_unpacked(file)
            if len(seen) > 2:
                inbox.done(seen.pop(0))
            most = max(most, sum(file.exists() for file in seen))
        folder = seen[0].parents[1]
    assert most <= 3
    assert not folder.exists()


def test_a_zip_in_an_inbox_is_counted_and_read(workbook, zipped, tmp_path):
    inbox = tmp_path / "收件箱"
    inbox.mkdir()
    (inbox / "乙.xlsx").write_bytes(workbook)
    zipped([("甲.xlsx", workbook)], "收件箱/交来.zip")
    assert taken(inbox) == [("乙.xlsx", None), ("甲.xlsx", None)]
    assert len(Inbox([inbox])) == 2


def test_names_from_chinese_windows_are_read(workbook, zipped):
    path = zipped([("x" * len("第3组.xlsx".encode("gb18030")), workbook)])
    name = "第3组.xlsx".encode("gb18030")
    path.write_bytes(path.read_bytes().replace(b"x" * len(name), name))
    assert taken(path) == [("第3组.xlsx", None)]


def test_a_name_is_no_path(workbook, zipped, tmp_path):
    path = zipped([("a/b\\c:*?\x01.xlsx", workbook), ("长" * 300 + ".xlsx", workbook)])
    assert taken(path) == [("c____.xlsx", None), ("长" * 60 + ".xlsx", None)]


LINK = zipfile.ZipInfo("链接.xlsx")
LINK.external_attr = (stat.S_IFLNK | 0o777) << 16
LINK.create_system = 3


def test_a_link_is_passed_over_and_a_zip_in_a_zip_refused(workbook, zipped):
    inner = io.BytesIO()
    with zipfile.ZipFile(inner, "w") as archive:
        archive.writestr("x.xlsx", workbook)
    path = zipped(
        [(LINK, b"/etc/passwd"), ("里面.zip", inner.getvalue()), ("__MACOSX/._甲.xlsx", b"x"), ("甲.xlsx", workbook)]
    )
    assert taken(path) == [("链接.xlsx", Reason.NOT_A_FILE), ("里面.zip", Reason.OTHER_FILE), ("甲.xlsx", None)]


@pytest.mark.parametrize("name", ["../甲.xlsx", "/etc/甲.xlsx", "..\\甲.xlsx"])
def test_a_path_that_leads_out_refuses_the_zip(workbook, zipped, name):
    assert taken(zipped([("好.xlsx", workbook), (name, workbook)])) == [("交来.zip", Reason.HOSTILE)]


def test_a_bomb_ends_its_zip_and_costs_little(office, workbook, zipped):
    path = zipped([("好.xlsx", workbook), ("炸.xlsx", b"\0" * (64 << 20)), ("后.xlsx", workbook)])
    started = time.process_time()
    report = merge(office, [path], unverified=True)
    assert [(line.outcome, line.reason) for line in report.lines] == [
        (Outcome.NEW, None),
        (Outcome.REJECTED, Reason.HOSTILE),
    ]
    assert "“交来.zip”里面的“炸.xlsx”解开后大得不正常" in report.lines[1].message
    assert time.process_time() - started < 2


def test_a_size_that_lies_is_not_believed(zipped, workbook):
    """The directory says ten bytes; what is unpacked is counted, and its checksum compared."""
    path = zipped([("炸.xlsx", b"\0" * (32 << 20))])
    data = bytearray(path.read_bytes())
    place = data.rfind(b"PK\x01\x02")
    data[place + 24 : place + 28] = struct.pack("<I", 10)
    path.write_bytes(data)
    assert taken(path) == [("交来.zip", Reason.DAMAGED)]


def test_a_zip_with_a_password_is_named(zipped, workbook):
    path = zipped([("甲.xlsx", workbook)])
    data = bytearray(path.read_bytes())
    for place in (6, data.rfind(b"PK\x01\x02") + 8):
        data[place] |= 1
    path.write_bytes(data)
    assert taken(path) == [("交来.zip", Reason.ENCRYPTED)]


def test_a_damaged_member_ends_its_zip_and_what_was_before_it_is_taken(zipped, workbook):
    path = zipped([("甲.xlsx", workbook), ("乙.xlsx", os.urandom(9000)), ("丙.xlsx", workbook)])
    data = bytearray(path.read_bytes())
    data[data.find("乙.xlsx".encode()) + 500] ^= 1
    path.write_bytes(data)
    assert taken(path) == [("甲.xlsx", None), ("交来.zip", Reason.DAMAGED)]


def test_too_many_members_are_refused_at_a_look(tmp_path):
    path = tmp_path / "多.zip"
    with zipfile.ZipFile(path, "w") as archive:
        for number in range(20_001):
            archive.writestr(f"{number}", b"")
    assert taken(path) == [("多.zip", Reason.HOSTILE)]


def test_workbooks_and_documents_are_no_archives(put, original, zipped, tmp_path):
    assert is_archive(zipped([("甲.xlsx", original)]))
    assert not is_archive(put("a.xlsx", original))
    assert not is_archive(zipped([("mimetype", b"x")], "b.ods"))
    assert not is_archive(put("cut.zip", zipped([("甲.xlsx", original)]).read_bytes()[:-30]))
    os.mkfifo(tmp_path / "管道.zip")
    assert taken(tmp_path / "管道.zip") == [("管道.zip", None)]  # the reader names it; it was not opened


def test_a_disk_that_fills_while_unpacking_is_a_sentence(zipped, workbook, monkeypatch):
    def full(*_: object, **__: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(Path, "mkdir", full)
    assert taken(zipped([("甲.xlsx", workbook)])) == [("交来.zip", Reason.UNREADABLE)]


# ── setting aside ──


def test_nothing_is_moved_without_being_asked(office, put, tmp_path):
    put("通知.pdf", b"%PDF-1.7")
    merge(office, [tmp_path / "通知.pdf"])
    assert (tmp_path / "通知.pdf").exists()
    assert not (tmp_path / ASIDE).exists()


def test_what_will_never_do_is_set_aside_with_its_reason(office, workbook, tmp_path):
    inbox = tmp_path / "收件箱"
    (inbox / "第3组").mkdir(parents=True)
    (inbox / "甲.xlsx").write_bytes(workbook)
    (inbox / "坏.xlsx").write_bytes(workbook[:3000])
    (inbox / "第3组" / "通知.pdf").write_bytes(b"%PDF-1.7")
    (inbox / "~$甲.xlsx").write_bytes(b"x")
    report = merge(office, [inbox], aside=True, unverified=True)
    assert sum("已移到“未并入”文件夹" in line.message for line in report.lines) == 2
    assert {path.relative_to(inbox).as_posix() for path in inbox.rglob("*") if path.is_file()} == {
        "甲.xlsx", "~$甲.xlsx", f"{ASIDE}/坏.xlsx", f"{ASIDE}/{REASONS}", f"第3组/{ASIDE}/通知.pdf",
        f"第3组/{ASIDE}/{REASONS}",
    }  # fmt: skip
    assert "坏.xlsx：“坏.xlsx”传输不完整" in (inbox / ASIDE / REASONS).read_text("utf-8-sig")
    (inbox / "坏.xlsx").write_bytes(workbook[:2000])
    again = merge(office, [inbox], aside=True, unverified=True)
    assert [line.path.rpartition(os.sep)[2] for line in again.lines] == ["~$甲.xlsx", "坏.xlsx", "甲.xlsx"]
    assert (inbox / ASIDE / "坏(2).xlsx").read_bytes() == workbook[:2000]
    assert (inbox / ASIDE / "坏.xlsx").read_bytes() == workbook[:3000]


def test_what_may_do_later_stays(office, make_store, start, small, tmp_path):
    """A workbook of another survey: another data folder takes it."""
    other = make_store("别的", survey=small.model_copy(update={"id": "another"}))
    start(other)
    path = export_team(other, tmp_path / "收件箱").path
    assert merge(office, [path], aside=True).lines[0].reason is Reason.OTHER_SURVEY
    assert path.exists()


def test_a_file_that_cannot_be_moved_is_still_told(office, put, tmp_path, monkeypatch):
    def refuse(*_: object) -> None:
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr(Path, "rename", refuse)
    report = merge(office, [put("通知.pdf", b"%PDF-1.7")], aside=True)
    assert "PDF" in report.lines[0].message
    assert "也移不开" in report.lines[0].message


# ── stopping ──


def test_a_merge_that_is_stopped_goes_on_later(office, make_store, start, tmp_path, read_here):
    inbox = tmp_path / "收件箱"
    for team in (1, 2, 3):
        store = make_store(f"{team}", team=team)
        start(store, "230102")
        export_team(store, inbox)
    told: list[object] = []
    report = merge(office, [inbox], told.append, stop=lambda: len(told) == 2)
    assert (report.stopped, len(report.lines), len(office.workbooks())) == (True, 2, 2)
    report = merge(office, [inbox])
    assert [line.outcome for line in report.lines] == [Outcome.KNOWN, Outcome.KNOWN, Outcome.NEW]
    assert not report.stopped
