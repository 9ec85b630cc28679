"""Verified copies of a store: made when something was recorded, kept by number and age, never written over."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from pathlib import Path

import pytest

from surveys import snapshots
from surveys.acts import Actor
from surveys.campaign import STORE_NAME, open_campaign
from surveys.copies import FOLDER, SECOND
from surveys.doctor import examine
from surveys.recording import Recorder
from surveys.rescue import rescue_in_place
from surveys.snapshots import DAYS, NEWEST, Snapshot, check_snapshot, snapshots_in, take_snapshot
from surveys.store import Store
from surveys.troubles import StoreError

START = dt.datetime(2026, 3, 1, 9, 0).astimezone()


@pytest.fixture
def recorder(tmp_path: Path) -> Recorder:
    store = open_campaign(tmp_path / "data")
    actor = Actor("张三", 3, store.setting("device_id"))
    return Recorder.start(store, store.form(), store.units(3)[0].code, actor)


def remarked(recorder: Recorder, at: dt.datetime) -> Snapshot | None:
    """A snapshot after one more event."""
    recorder.remark("chair_post", f"{at:%m%d%H%M%S%f}")
    return take_snapshot(recorder.store, lambda: at)


def test_a_snapshot_holds_everything_and_is_made_only_when_something_was_recorded(recorder: Recorder) -> None:
    recorder.answer("chair_post", "1")
    taken = take_snapshot(recorder.store)
    assert taken is not None
    assert take_snapshot(recorder.store) is None
    with Store(taken.path, read_only=True) as copy:
        assert copy.history_digest() == recorder.store.history_digest()
        assert copy.interview(recorder.interview.id).answer("chair_post").value == "1"
    assert [path.name for path in taken.path.parent.iterdir()] == [taken.path.name], "looking at it left nothing behind"


def test_an_empty_store_has_nothing_to_copy(tmp_path: Path) -> None:
    with open_campaign(tmp_path) as store:
        assert take_snapshot(store) is None
        assert snapshots_in(tmp_path / FOLDER) == []


def test_a_snapshot_is_never_written_over(recorder: Recorder) -> None:
    first = remarked(recorder, START)
    assert first is not None
    content = first.path.read_bytes()
    # The same second and the same number of events, as after going back to an older copy.
    recorder.remark("chair_post", "又一句")
    impostor = first.path.with_name(first.path.name.replace(f"-{first.events}", f"-{first.events + 1}"))
    impostor.write_bytes(b"x")
    again = take_snapshot(recorder.store, lambda: START)
    assert again is None or again.path != impostor
    assert (first.path.read_bytes(), impostor.read_bytes()) == (content, b"x")


def test_the_newest_and_each_recent_days_last_are_kept(recorder: Recorder) -> None:
    folder = recorder.store.path.parent / FOLDER
    for day in range(DAYS + 5):
        for hour in (0, 3):
            remarked(recorder, START + dt.timedelta(days=day, hours=hour))
    for minute in range(NEWEST + 2):
        remarked(recorder, START + dt.timedelta(days=DAYS + 4, hours=5, minutes=minute))
    kept = snapshots_in(folder)
    days = {snapshot.at.date() for snapshot in kept[NEWEST:]}
    assert len(kept) > NEWEST
    assert len(days) == len(kept[NEWEST:]), "one for each earlier day"
    assert min(days) == (START + dt.timedelta(days=4)).date(), "and none older than that"
    assert {snapshot.at.hour for snapshot in kept[NEWEST:]} == {12}, "its last"


def test_a_copy_that_is_not_sound_is_not_kept(recorder: Recorder, monkeypatch: pytest.MonkeyPatch) -> None:
    real = snapshots.sync_file

    def spoil(path: Path) -> None:
        content = bytearray(path.read_bytes())
        at = content.find("张三".encode())
        content[at] ^= 1
        path.write_bytes(content)
        real(path)

    monkeypatch.setattr(snapshots, "sync_file", spoil)
    with pytest.raises(StoreError, match="核对不上"):
        take_snapshot(recorder.store)
    assert list((recorder.store.path.parent / FOLDER).iterdir()) == []


def test_a_second_folder_gets_the_same_and_its_absence_is_said(recorder: Recorder, tmp_path: Path) -> None:
    stick = tmp_path / "U盘"
    recorder.store.set_settings(**{SECOND: str(stick)})
    with pytest.raises(StoreError, match="U盘没有插好"):
        remarked(recorder, START)
    assert not stick.exists()
    assert len(snapshots_in(recorder.store.path.parent / FOLDER)) == 1, "the laptop's own copy was made all the same"
    stick.mkdir()
    taken = remarked(recorder, START + dt.timedelta(hours=1))
    assert taken is not None
    assert (stick / taken.path.name).read_bytes() == taken.path.read_bytes()


def test_a_damaged_snapshot_is_found(recorder: Recorder) -> None:
    taken = take_snapshot(recorder.store)
    assert taken is not None
    check_snapshot(taken.path)
    content = bytearray(taken.path.read_bytes())
    content[content.find("张三".encode())] ^= 1
    taken.path.write_bytes(content)
    with pytest.raises(StoreError, match="核对不上"):
        check_snapshot(taken.path)


def test_a_damaged_store_goes_on_with_what_was_saved_and_the_damaged_files_are_set_aside(
    recorder: Recorder, damaged: Callable[[Path], None]
) -> None:
    recorder.answer("chair_post", "1")
    take_snapshot(recorder.store)
    recorder.remark("chair_post", "快照之后")
    digest, path = recorder.store.history_digest(), recorder.store.path
    recorder.store.close()
    damaged(path)
    broken = path.read_bytes()
    with pytest.raises(StoreError):
        Store(path)
    saved, aside = rescue_in_place(path, START)
    assert saved.lost == ()
    assert (aside / STORE_NAME).read_bytes() == broken
    assert "没有丢失" in (aside / "抢救报告.txt").read_text("utf-8")
    with Store(path) as store:
        assert store.history_digest() == digest
    assert examine(path).well


@pytest.fixture
def damaged() -> Callable[[Path], None]:
    """Flips a bit in the first copy of a name in a file."""

    def flip(path: Path) -> None:
        content = bytearray(path.read_bytes())
        content[content.find("主席".encode())] ^= 1
        path.write_bytes(content)

    return flip
