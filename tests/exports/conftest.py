"""Stores filled as people fill them, for the tests of files and merging."""

import datetime as dt
import hashlib
import io
import itertools
import os
import random
import shutil
import subprocess
import sys
import tempfile
import zipfile
from collections.abc import Callable
from dataclasses import replace
from decimal import Decimal
from pathlib import Path

import pytest

sys.path.append(str(Path(__file__).parent))  # for `definitions`

from approving import settle
from definitions import SMALL, TEAMS, UNITS
from edited_books import small_book, wide_book

from exports.preflight import preflight
from exports.reading import Known, Received, read_workbook
from exports.workbook import export_team
from exports.worker import Task, read_parcel
from surveys.acts import Actor
from surveys.answers import Status, choices_of
from surveys.definition import Survey
from surveys.form import roster_cell
from surveys.loading import library, load_survey
from surveys.recording import Recorder
from surveys.store import Store


@pytest.fixture(scope="session")
def small() -> Survey:
    """A definition with every kind of cell the workbook treats differently."""
    return Survey.model_validate(SMALL)


@pytest.fixture
def make_store(tmp_path: Path, small: Survey):
    """Make a store by name; team 0 is the office. Each takes the others' workbooks; all are closed at the end."""
    stores: list[Store] = []

    def make(name: str, team: int = 3, survey: Survey = small) -> Store:
        store = Store(tmp_path / "stores" / f"{name}.db")
        stores.append(store)
        store.install(survey, UNITS, TEAMS)
        store.set_settings(team=str(team), device=f"{name}的笔记本", member="张三")
        settle(store, len(stores))
        return store

    yield make
    for store in stores:
        store.close()


@pytest.fixture
def clock() -> Callable[[], dt.datetime]:
    """A minute passes at every look, from 2022-11-18 19:30 Beijing time on."""
    minutes = itertools.count()
    return lambda: dt.datetime(2022, 11, 18, 11, 30, tzinfo=dt.UTC) + dt.timedelta(minutes=next(minutes))


@pytest.fixture
def start(clock):
    """Begin an interview of a unit in a store."""

    def begin(store: Store, unit: str = "231002", who: str = "张三", survey: str = "") -> Recorder:
        actor = Actor(who, int(store.setting("team")), store.setting("device_id"))
        return Recorder.start(store, store.form(store.survey_digest(survey)), unit, actor, clock)

    return begin


@pytest.fixture
def go_on(clock):
    """Go on with an interview that a store holds."""

    def resume(store: Store, interview: str, who: str = "李四") -> Recorder:
        return Recorder.resume(store, interview, Actor(who, 9, store.setting("device_id")), clock)

    return resume


@pytest.fixture
def fill():
    """Answer everything that is asked, by chance but always the same."""

    def fill_in(recorder: Recorder, seed: int = 1) -> None:
        rng = random.Random(seed)
        item: str | None = recorder.interview.form.items[0].name
        while item:
            _answer(recorder, item, rng)
            item = recorder.interview.following(item)

    return fill_in


def _answer(recorder: Recorder, name: str, rng: random.Random) -> None:
    item = recorder.interview.form.by_name[name]
    if item.type == "roster":
        for _ in range(rng.randint(1, 3)):
            row = recorder.add_row(name)
            recorder.answer_many({roster_cell(name, row, cell.address): _typed(cell.kind, rng) for cell in item.cells})
    recorder.answer_many(
        {cell: _typed(recorder.interview.form.cell(cell).kind, rng) for cell in recorder.interview.addresses(name)}
    )
    texts = [
        cell for cell in recorder.interview.addresses(name) if recorder.interview.answer(cell).status is Status.EMPTY
    ]
    recorder.answer_many(dict.fromkeys(texts, "另行说明的内容"))


def _typed(kind, rng: random.Random) -> str:
    match kind.type:
        case "integer":
            low = kind.min or 0
            return str(rng.randint(low, min(low + 40, kind.max if kind.max is not None else low + 40)))
        case "decimal" | "money":
            return str((kind.min or 0) + Decimal(rng.randint(0, 900)) / 100)
        case "date":
            return str(kind.max or "2022-05-06")
        case "text":
            return ("文字𠮷" * 20)[: max(kind.min_length, 3)]
        case "select_multiple":
            return " ".join(choice.name for choice in [c for c in choices_of(kind) if not c.exclusive][:2])
        case _:
            return rng.choice(choices_of(kind)).name


@pytest.fixture(scope="session")
def county_union() -> Survey:
    """The real questionnaire of 56 questions."""
    return load_survey(library("county_union"))


@pytest.fixture(scope="session")
def original(tmp_path_factory, small: Survey) -> bytes:
    """The bytes of a workbook that is right."""
    folder = tmp_path_factory.mktemp("original")
    with Store(folder / "a.db") as store:
        store.install(small, [], [])
        store.set_settings(team="3")
        recorder = Recorder.start(store, store.form(), "231002", Actor("张三", 3, "d"))
        recorder.answer("people", "12")
        return export_team(store, folder).path.read_bytes()


@pytest.fixture
def read_once(monkeypatch):
    """A worker reads each workbook once, however often it is merged: for laws about what merging does with it."""
    results = {}

    def read(path: Path, password: str = "", task: Task = Task.CHECK):
        digest = hashlib.sha256(path.read_bytes()).hexdigest()
        if digest not in results:
            results[digest] = read_workbook(path)
        return replace(results[digest], path=path)

    def read_all(paths, known, **_):
        for path in paths:
            digest = hashlib.sha256(path.read_bytes()).hexdigest()
            yield Known(path, digest) if known(digest) else read(path)

    monkeypatch.setattr("exports.workbook.read_workbook", read)
    monkeypatch.setattr("exports.merging.read_workbooks", read_all)


@pytest.fixture
def read_here(monkeypatch):
    """Workbooks are read in this process, which is five times as fast: for tests that only write good ones."""

    def read(path: Path, password: str = "", task: Task = Task.CHECK):
        assert not password
        data = path.read_bytes()
        reading = read_parcel(data, Task.CHECK, preflight(io.BytesIO(data), len(data)))
        return Received(path, hashlib.sha256(data).hexdigest(), reading.parcel, edits=reading.edits)

    def read_all(paths, known, **_):
        for path in paths:
            digest = hashlib.sha256(path.read_bytes()).hexdigest()
            yield Known(path, digest) if known(digest) else read(path)

    monkeypatch.setattr("exports.workbook.read_workbook", read)
    monkeypatch.setattr("exports.merging.read_workbooks", read_all)
    return read


@pytest.fixture(scope="session")
def resaved(tmp_path_factory):
    """Open a workbook in LibreOffice and save it again; all share one profile of its own."""
    if (soffice := shutil.which("soffice")) is None:
        pytest.skip("LibreOffice (soffice) is not installed")
    profile = tmp_path_factory.mktemp("profile").as_uri()

    def save_again(path: Path) -> Path:
        folder = tmp_path_factory.mktemp("resaved")
        to = ["--convert-to", "xlsx:Calc MS Excel 2007 XML", "--outdir", folder, path]
        command = [soffice, f"-env:UserInstallation={profile}", "--headless", *to]
        subprocess.run(command, check=True, capture_output=True, timeout=300)
        return folder / path.name

    return save_again


@pytest.fixture(scope="session")
def fast_folder():
    """A folder in memory where the system has one: for campaigns of thousands of durable writes."""
    with tempfile.TemporaryDirectory(dir="/dev/shm" if os.access("/dev/shm", os.W_OK) else None) as folder:
        yield Path(folder)


@pytest.fixture(scope="session")
def small_path(tmp_path_factory) -> Path:
    """A workbook of the everyday definition with everything in it that people type."""
    return small_book(tmp_path_factory.mktemp("small"))


@pytest.fixture(scope="session")
def wide_path(tmp_path_factory) -> Path:
    """A workbook with all other types of questions."""
    return wide_book(tmp_path_factory.mktemp("wide"))


@pytest.fixture
def put(tmp_path):
    def write(name: str, data: bytes) -> Path:
        path = tmp_path / name
        path.write_bytes(data)
        return path

    return write


@pytest.fixture(scope="session")
def rezipped():
    """Remake a zip with its parts changed (None drops one) and parts added."""

    def remake(data: bytes, change=lambda name, content: content, extra: dict[str, bytes] | None = None) -> bytes:
        target = io.BytesIO()
        with zipfile.ZipFile(io.BytesIO(data)) as old, zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as new:
            for name in old.namelist():
                if (content := change(name, old.read(name))) is not None:
                    new.writestr(name, content)
            for name, content in (extra or {}).items():
                new.writestr(name, content)
        return target.getvalue()

    return remake
