"""A disk that is full, read-only or gone: a sentence for the person, and no acknowledged answer lost."""

from __future__ import annotations

import os
import random
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

import pytest

if sys.platform == "win32":
    pytest.skip("needs mounts and limits of a POSIX system", allow_module_level=True)
import resource

from surveys import ballast
from surveys.campaign import open_campaign
from surveys.recording import Recorder
from surveys.store import Store, StoreError
from tests.faults.answering import recorder_of, some_answers
from tests.faults.failing import careless
from tests.faults.promises import Place, Promises, judge
from tests.faults.reliability import Figures

SUITE = "full, read-only or vanishing disk"
Mount = Callable[[str], Path]


@pytest.fixture
def mount(tmp_path: Path) -> Iterator[Mount]:
    """Makes a small disk of some size (as `mount` writes it), such as a USB stick."""
    point = tmp_path / "disk"
    point.mkdir()

    def mount(size: str) -> Path:
        if os.geteuid() != 0 or not _system("mount", "-t", "tmpfs", "-o", f"size={size}", "none", point):
            pytest.skip("only root can mount a small disk, and not in every container")
        return point

    yield mount
    while _system("umount", "-l", point):
        pass


def _system(*command: str | Path) -> bool:
    return subprocess.run(command, capture_output=True, check=False).returncode == 0


class Person:
    """Answers one question after the other and remembers what was acknowledged."""

    def __init__(self, store: Store) -> None:
        self.recorder = recorder_of(store)
        self.promises = Promises()
        self._answers = some_answers(self.recorder.interview.form, random.Random(1))

    def answer(self, count: int) -> None:
        """Give so many answers. Raises StoreError as soon as one is refused."""
        for _ in range(count):
            address, typed = next(self._answers)
            answer = self.recorder.answer(address, typed)
            self.promises.answers[Place(self.recorder.interview.id, address)] = answer.value

    def sees_all(self) -> bool:
        """True while what is on the screen and what the store holds is what was acknowledged."""
        stored = self.recorder.store.interview(self.recorder.interview.id)
        return all(
            value == self.recorder.interview.kept(place.address).value == stored.kept(place.address).value
            for place, value in self.promises.answers.items()
        )


def fill(disk: Path) -> Path:
    """Put a file on a disk that takes all the room there is."""
    filler = disk / "filler"
    with filler.open("wb", buffering=0) as file:
        for size in (1 << 20, 1 << 12):
            with suppress(OSError):
                while file.write(bytes(size)) == size:
                    pass
    return filler


@contextmanager
def largest_file(size: int) -> Iterator[None]:
    """No file of this process may grow beyond so many bytes: what is left of a full disk where none can be mounted."""
    former = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (size, former[1]))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, former)


def kept(folder: Path, person: Person, figures: Figures) -> bool:
    """True if all that was acknowledged is there after closing and opening again."""
    person.recorder.store.close()
    verdict = judge(folder, person.promises)
    figures.add(SUITE, 1, bool(verdict.lost))
    return verdict == ([], [])


def test_on_a_full_disk_nothing_is_lost_and_writing_goes_on_when_there_is_room(mount: Mount, figures: Figures) -> None:
    disk = mount("16m")
    person = Person(open_campaign(disk / "data"))
    person.answer(5)
    filler = fill(disk)
    with pytest.raises(StoreError, match="磁盘已满，刚才这一步没有保存；以前的答案都在"):
        person.answer(1_000)
    assert person.sees_all()
    with pytest.raises(StoreError, match="磁盘已满"):
        person.answer(1)
    filler.unlink()
    person.answer(5)
    assert person.sees_all()
    assert kept(disk / "data", person, figures)


def test_a_store_can_be_opened_on_a_full_disk(mount: Mount, figures: Figures, monkeypatch: pytest.MonkeyPatch) -> None:
    disk = mount("16m")
    person = Person(open_campaign(disk / "data"))
    person.answer(5)
    person.recorder.store.close()
    fill(disk)
    monkeypatch.setattr(tempfile, "tempdir", str(disk))  # laptops have one disk for all
    assert kept(disk / "data", person, figures)


@pytest.mark.parametrize("room", [0, 100_000, 300_000])
def test_a_first_start_on_a_full_disk_says_so_and_succeeds_when_there_is_room(mount: Mount, room: int) -> None:
    disk = mount("16m")
    filler = fill(disk)
    os.truncate(filler, filler.stat().st_size - room)
    with pytest.raises(StoreError, match="磁盘已满"):
        open_campaign(disk / "data")
    filler.unlink()
    person = Person(open_campaign(disk / "data"))
    person.answer(5)
    person.recorder.store.close()
    assert judge(disk / "data", person.promises) == ([], [])


def test_the_ballast_makes_room_for_a_last_answer(mount: Mount, figures: Figures) -> None:
    disk = mount(str(ballast.SPARE + (8 << 20)))
    person = Person(open_campaign(disk / "data"))
    ballast.take_on(disk / "data")  # as the app does when it starts
    fill(disk)
    with pytest.raises(StoreError, match="已腾出预留的空间"):
        person.answer(1_000)
    person.answer(5)
    assert person.sees_all()
    assert kept(disk / "data", person, figures)


def test_a_file_that_may_not_grow_loses_nothing(tmp_path: Path, figures: Figures) -> None:
    person = Person(open_campaign(tmp_path / "data"))
    person.answer(5)
    with largest_file(200_000):
        with pytest.raises(StoreError, match="已保存的答案不受影响"):
            person.answer(1_000)
        assert person.sees_all()
    person.answer(5)
    assert kept(tmp_path / "data", person, figures)


@pytest.fixture
def read_only(mount: Mount, tmp_path: Path) -> Iterator[tuple[Path, Person]]:
    """A data folder that cannot be written any more, and who worked in it."""
    folder = (mount("16m") if os.geteuid() == 0 else tmp_path) / "data"
    person = Person(open_campaign(folder))
    person.answer(5)
    person.recorder.store.close()
    if os.geteuid() == 0:  # permissions do not bind root
        assert _system("mount", "-o", "remount,ro", folder.parent)
    else:
        folder.chmod(0o555)
    yield folder, person
    folder.chmod(0o755) if os.geteuid() else None


def test_a_read_only_folder_can_be_looked_at(read_only: tuple[Path, Person], figures: Figures) -> None:
    folder, person = read_only
    with pytest.raises(StoreError, match="不能写入，请换一个数据文件夹") as caught:
        open_campaign(folder)
    assert caught.value.readable
    with open_campaign(folder, read_only=True) as store:
        person.recorder.store = store
        assert person.sees_all()
        with pytest.raises(StoreError, match="只读"):
            person.answer(1)
    figures.add(SUITE, 1, 0)


def test_a_folder_that_is_renamed_while_it_is_open_takes_no_answer_until_it_is_back(
    tmp_path: Path, figures: Figures
) -> None:
    person = Person(open_campaign(tmp_path / "data"))
    person.answer(5)
    (tmp_path / "data").rename(tmp_path / "elsewhere")
    with pytest.raises(StoreError, match="移走"):
        person.answer(1)
    assert person.sees_all()
    (tmp_path / "elsewhere").rename(tmp_path / "data")
    person.answer(5)
    assert kept(tmp_path / "data", person, figures)


def test_a_folder_that_is_deleted_takes_no_answer(tmp_path: Path) -> None:
    person = Person(open_campaign(tmp_path / "data"))
    person.answer(5)
    shutil.rmtree(tmp_path / "data")
    with pytest.raises(StoreError, match="移走"):
        person.answer(1)
    assert person.sees_all()


def test_a_build_that_does_not_look_where_its_file_is_is_found_out(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(Store, "_refuse_if_moved", lambda _store: None)
    person = Person(open_campaign(tmp_path / "data"))
    shutil.rmtree(tmp_path / "data")
    person.answer(5)
    person.recorder.store.close()
    assert judge(tmp_path / "data", person.promises).lost


def test_a_build_that_swallows_what_the_disk_says_is_found_out(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Recorder, "answer", careless(Recorder.answer))
    person = Person(open_campaign(tmp_path / "data"))
    with largest_file(200_000):
        person.answer(200)
    person.recorder.store.close()
    assert judge(tmp_path / "data", person.promises).lost


def test_a_stick_that_is_pulled_out_takes_no_answer(mount: Mount) -> None:
    disk = mount("16m")
    person = Person(open_campaign(disk / "data"))
    person.answer(5)
    assert _system("umount", "-l", disk)
    with pytest.raises(StoreError, match="移走"):
        person.answer(1)
    assert person.sees_all()
