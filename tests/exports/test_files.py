"""A file is put in its place whole or not at all, and what failed is said in one sentence."""

import errno
import os
import random
import signal
import time
from pathlib import Path

import pytest

from exports.files import ExportError, replace_file
from exports.merging import merge
from exports.workbook import export_team


@pytest.fixture
def out(tmp_path):
    return tmp_path / "out"


def test_a_full_disk_leaves_the_old_file_and_says_so(tmp_path):
    target = tmp_path / "旧.xlsx"
    target.write_bytes(b"old")

    def full(path: Path) -> None:
        path.write_bytes(b"half")
        raise OSError(errno.ENOSPC, "No space left on device")

    with pytest.raises(ExportError, match=r"没有写成“旧\.xlsx”：磁盘空间不足.*没有变。$"):
        replace_file(target, full)
    assert {path.name: path.read_bytes() for path in tmp_path.iterdir()} == {"旧.xlsx": b"old"}


@pytest.mark.skipif(not hasattr(os, "fork"), reason="needs fork and SIGKILL")
def test_killed_while_saving_the_old_file_is_whole(make_store, start, out):
    store = make_store("三组")
    start(store)
    path = export_team(store, out).path
    whole = path.read_bytes()
    chance = random.Random(5)
    for _ in range(20):
        path.write_bytes(whole + b"\0")  # another file of that name, so that every export has to replace it
        if (child := os.fork()) == 0:
            replace_file(path, lambda target: slowly(target, whole))
            os._exit(0)
        time.sleep(chance.uniform(0.0, 0.05))
        os.kill(child, signal.SIGKILL)
        os.waitpid(child, 0)
        assert path.read_bytes() in (whole, whole + b"\0")
    assert merge(make_store("省总", team=0), [out]).lines[-1].merged


def slowly(target: Path, data: bytes) -> None:
    with target.open("wb") as file:
        for start in range(0, len(data), 1000):
            file.write(data[start : start + 1000])
            file.flush()
            time.sleep(0.001)


def test_a_file_open_in_wps_is_named(tmp_path, monkeypatch):
    target = tmp_path / "旧.xlsx"
    target.write_bytes(b"old")

    def held(self: Path, other: Path) -> None:
        raise PermissionError(errno.EACCES, "held")

    monkeypatch.setattr(Path, "replace", held)
    with pytest.raises(ExportError, match="关闭它"):
        replace_file(target, lambda path: path.write_bytes(b"new") and None)
    assert {path.name for path in tmp_path.iterdir()} == {"旧.xlsx"}


def test_what_cannot_be_read_back_does_not_replace_the_old(make_store, start, out, monkeypatch):
    store = make_store("三组")
    start(store)
    monkeypatch.setattr("exports.workbook.save_steadily", lambda book, path, *others: path.write_bytes(b"PK broken"))
    with pytest.raises(ExportError, match="写完后检查没有通过"):
        export_team(store, out)
    assert not list(out.iterdir())


def test_a_folder_that_cannot_be_written_is_named(make_store, start, tmp_path):
    store = make_store("三组")
    start(store)
    (tmp_path / "文件").write_text("x")
    with pytest.raises(ExportError, match="不是文件夹"):
        export_team(store, tmp_path / "文件" / "里面")


def test_with_nothing_to_export_it_says_so(make_store, out):
    with pytest.raises(ExportError, match="还没有"):
        export_team(make_store("三组"), out)
