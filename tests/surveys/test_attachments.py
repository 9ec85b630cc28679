"""Files that belong to answers: kept once, by their content, or refused with a sentence."""

from __future__ import annotations

import errno
import hashlib
import os
from collections.abc import Iterator
from pathlib import Path

import pytest
from samples import answered, form_of, questions

from surveys import attachments
from surveys.acts import Actor
from surveys.answers import EMPTY, display
from surveys.attachments import FOLDER, MAX_BYTES, kept_file
from surveys.frame import Unit
from surveys.recording import Recorder
from surveys.store import Store, StoreError
from surveys.text import Refusal

FORM = questions(
    "name: photo, type: attachment, label: 照片",
    "name: scan, type: attachment, label: 扫描件, extensions: [PDF, .jpg]",
    "name: note, type: text, label: 说明",
    "name: venues, type: roster, label: 阵地, questions: [{name: v_photo, type: attachment, label: 照片}]",
)
JPEG = b"\xff\xd8\xff\xe0" + bytes(range(256))


@pytest.fixture
def recorder(tmp_path: Path) -> Iterator[Recorder]:
    with Store(tmp_path / "data" / "zoufang.db") as store:
        form = form_of(FORM)
        store.install(form.definition, [Unit("1", "甲市", "乙县", "县", 1)], [])
        yield Recorder.start(store, form, "1", Actor("张三", 1, "k1"))


@pytest.fixture
def photo(tmp_path: Path) -> Path:
    path = tmp_path / "照片 1.JPG"
    path.write_bytes(JPEG)
    return path


def kept(recorder: Recorder) -> list[str]:
    folder = recorder.store.path.parent / FOLDER
    return sorted(path.name for path in folder.iterdir()) if folder.exists() else []


def test_a_file_is_copied_into_the_stores_folder_and_shown_by_its_name(recorder: Recorder, photo: Path) -> None:
    digest = hashlib.sha256(JPEG).hexdigest()
    answer = recorder.attach("photo", photo)
    assert answer == answered(f"{digest}/照片 1.JPG")
    photo.unlink()
    copy = kept_file(recorder.store.path.parent, answer.value)
    assert copy.read_bytes() == JPEG
    assert display(recorder.interview.form.cell("photo").kind, answer.value) == "照片 1.JPG"
    again = Recorder.resume(recorder.store, recorder.interview.id, recorder.actor)
    assert again.interview.answer("photo") == answer


def test_the_same_content_is_kept_once_whatever_it_is_called(recorder: Recorder, photo: Path, tmp_path: Path) -> None:
    row = recorder.add_row("venues")
    twin = tmp_path / "另一个名字.png"
    twin.write_bytes(JPEG)
    first, second = recorder.attach("photo", photo), recorder.attach(f"venues[{row}].v_photo", twin)
    assert first.value.partition("/")[0] == second.value.partition("/")[0]
    assert (first.value.partition("/")[2], second.value.partition("/")[2]) == ("照片 1.JPG", "另一个名字.png")
    assert len(kept(recorder)) == 1


def test_a_damaged_copy_is_made_anew(recorder: Recorder, photo: Path) -> None:
    copy = kept_file(recorder.store.path.parent, recorder.attach("photo", photo).value)
    copy.write_bytes(JPEG[:9])
    recorder.attach("photo", photo)
    assert copy.read_bytes() == JPEG


def test_an_attachment_can_be_cleared_and_brought_back_and_its_file_stays(recorder: Recorder, photo: Path) -> None:
    answer = recorder.attach("photo", photo)
    recorder.answer("photo", "")
    assert recorder.interview.answer("photo") == EMPTY
    recorder.undo()
    assert recorder.interview.answer("photo") == answer
    assert len(kept(recorder)) == 1


@pytest.mark.parametrize(
    "name",
    [
        "a.jpg",
        "带 空 格.jpg",
        "（一）①.jpg",
        "'引号\".jpg",
        "-rf.jpg",
        "$(x);&|.jpg",
        "𠮷👩‍👩‍👧.jpg",
        "a.tar.jpg",
        "é.jpg",
        "长" * 80 + ".jpg",
    ],
)
def test_odd_names_are_kept_as_they_are(recorder: Recorder, tmp_path: Path, name: str) -> None:
    (tmp_path / name).write_bytes(JPEG)
    assert recorder.attach("photo", tmp_path / name).value.partition("/")[2] == name


def test_the_definition_may_write_extensions_as_it_likes(recorder: Recorder, photo: Path, tmp_path: Path) -> None:
    assert recorder.attach("scan", photo).value.endswith("照片 1.JPG")
    (tmp_path / "扫描.pdf").write_bytes(b"%PDF")
    assert recorder.attach("scan", tmp_path / "扫描.pdf").value.endswith("扫描.pdf")


# ── refused ───────────────────────────────────────────────────────────────────────────


def refused(recorder: Recorder, path: Path, address: str = "photo") -> str:
    """What is said; afterwards nothing has changed."""
    events = len(recorder.interview.events)
    with pytest.raises(Refusal) as caught:
        recorder.attach(address, path)
    assert (len(recorder.interview.events), kept(recorder)) == (events, [])
    assert "\x1b" not in caught.value.message
    assert "\n" not in caught.value.message
    return caught.value.message


def test_what_is_no_file_is_refused(recorder: Recorder, tmp_path: Path) -> None:
    (tmp_path / "夹.jpg").mkdir()
    (tmp_path / "断.jpg").symlink_to(tmp_path / "nowhere.jpg")
    os.mkfifo(tmp_path / "管.jpg")
    for name in ("没有.jpg", "夹.jpg", "断.jpg", "管.jpg", "没有的夹/照片.jpg", "a\x1b[31m/没有.jpg"):
        assert "没有找到文件" in refused(recorder, tmp_path / name)


def test_another_kind_of_file_is_refused(recorder: Recorder, photo: Path, tmp_path: Path) -> None:
    for name in ("a.exe", "a.jpg.exe", "无后缀", ".jpg"):
        (tmp_path / name).write_bytes(JPEG)
        assert refused(recorder, tmp_path / name) == "这里只收 jpg、jpeg、png、pdf、docx、xlsx、wps、et、zip 文件。"
    (tmp_path / "a.png").write_bytes(JPEG)
    assert refused(recorder, tmp_path / "a.png", "scan") == "这里只收 pdf、jpg 文件。"
    with pytest.raises(Refusal, match="这里不能登记附件"):
        recorder.attach("note", photo)


def test_a_file_of_20_megabytes_is_taken_and_one_byte_more_is_not(recorder: Recorder, photo: Path) -> None:
    with photo.open("wb") as file:
        file.truncate(MAX_BYTES + 1)
    assert refused(recorder, photo) == "文件有20.1兆，超过20兆的上限，请压缩后再登记。"
    with photo.open("wb") as file:
        file.truncate(MAX_BYTES)
    assert recorder.attach("photo", photo)


def test_an_empty_file_is_refused(recorder: Recorder, photo: Path) -> None:
    photo.write_bytes(b"")
    assert "是空的，请检查是否拷贝完整" in refused(recorder, photo)


def test_a_file_that_cannot_be_read_is_no_fault_of_the_store(
    recorder: Recorder, photo: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def denied(self: Path, *_: object) -> object:
        raise PermissionError(errno.EACCES, "Permission denied", str(self))

    with monkeypatch.context() as patch:
        patch.setattr(Path, "open", denied)
        assert refused(recorder, photo).startswith(f"读不到文件 {photo}（系统错误 13），请检查权限")
    with monkeypatch.context() as patch:
        patch.setattr(Path, "is_file", denied)
        assert "读不到文件" in refused(recorder, photo)


def test_a_path_that_is_too_long_is_refused(recorder: Recorder, tmp_path: Path) -> None:
    assert "文件" in refused(recorder, tmp_path / ("长" * 300 + ".jpg"))


@pytest.mark.parametrize("name", [b"a\xffb.jpg", b"a\x07b.jpg", b"a\nb.jpg", b"a\\b.jpg"])
def test_a_name_that_cannot_be_kept_is_refused_before_anything_is_copied(
    recorder: Recorder, tmp_path: Path, name: bytes
) -> None:
    path = os.fsencode(tmp_path) + b"/" + name
    Path(os.fsdecode(path)).write_bytes(JPEG)
    assert "请改名后再登记" in refused(recorder, Path(os.fsdecode(path)))


def test_a_full_disk_leaves_no_answer_and_no_scrap(
    recorder: Recorder, photo: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(handle: int) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    with monkeypatch.context() as patch:
        patch.setattr(attachments.os, "fsync", full)
        with pytest.raises(StoreError, match="磁盘已满"):
            recorder.attach("photo", photo)
    assert (kept(recorder), recorder.interview.answer("photo")) == ([], EMPTY)
    assert recorder.attach("photo", photo).value


def test_the_folder_is_synced_before_the_answer_is_written(
    recorder: Recorder, photo: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    synced: list[str] = []
    real = os.fsync

    def noted(handle: int) -> None:
        synced.append(Path(f"/proc/self/fd/{handle}").readlink().name)
        real(handle)

    monkeypatch.setattr(attachments.os, "fsync", noted)
    recorder.attach("photo", photo)
    assert synced[1:3] == [FOLDER, recorder.store.path.parent.name]
