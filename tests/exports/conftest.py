"""Stores filled as people fill them, for the tests of files and merging."""

import datetime as dt
import io
import itertools
import random
import zipfile
from collections.abc import Callable
from decimal import Decimal
from pathlib import Path

import pytest

from exports.workbook import export_team
from surveys.acts import Actor
from surveys.answers import Status, choices_of
from surveys.definition import Survey
from surveys.form import roster_cell
from surveys.frame import Team, Unit
from surveys.loading import library, load_survey
from surveys.recording import Recorder
from surveys.store import Store

UNITS = [
    Unit("230102", "哈尔滨市", "道里区", "区", 1),
    Unit("230110", "哈尔滨市", "香坊区", "区", 1),
    Unit("231002", "牡丹江市", "东安区", "区", 3),
    Unit("231081", "牡丹江市", "绥芬河市", "县级市", 3),
]
TEAMS = [Team(1, "第1组"), Team(3, "第3组")]

SMALL = {
    "id": "small", "version": "1", "title": "小小调查问卷", "unit": "单位", "round": "2022", "notice": "全部自拟。",
    "evidence": ["口头", "台账"],
    "sections": [
        {"name": "a", "label": "第一部分", "questions": [
            {"name": "kind", "type": "select_one", "label": "哪一类？", "choices": [
                {"name": "1", "label": "甲"}, {"name": "007", "label": "乙"}, {"name": "96", "label": "其他", "specify": True}]},
            {"name": "people", "type": "integer", "label": "多少人？", "unit": "人", "statuses": ["dont_know"],
             "warnings": [{"check": ". <= 100", "message": "超过100人"}]},
            {"name": "money", "type": "money", "label": "多少钱？", "relevant": "${kind} != '1'"},
            {"name": "when", "type": "date", "label": "哪一天？"},
            {"name": "grid", "type": "matrix", "label": "各多少？", "cell": {"type": "integer"},
             "rows": [{"name": "x", "label": "横"}, {"name": "y", "label": "竖"}]},
        ]},
        {"name": "b", "label": "第二部分", "questions": [
            {"name": "words", "type": "text", "label": "想说什么？", "max_length": 10000, "multiline": True},
            {"name": "things", "type": "roster", "label": "登记", "none_label": "暂无", "questions": [
                {"name": "t_name", "type": "text", "label": "名称"},
                {"name": "t_kind", "type": "select_multiple", "label": "类别",
                 "choices": [{"name": "1", "label": "红"}, {"name": "2", "label": "绿"}]}]},
            {"name": "per_head", "type": "calculate", "label": "人均", "calculation": "${money} div ${people}", "unit": "万元"},
        ]},
    ],
}  # fmt: skip


@pytest.fixture(scope="session")
def small() -> Survey:
    """A definition with every kind of cell the workbook treats differently."""
    return Survey.model_validate(SMALL)


@pytest.fixture
def make_store(tmp_path: Path, small: Survey):
    """Make a store by name; team 0 is the office. All are closed at the end."""
    stores: list[Store] = []

    def make(name: str, team: int = 3, survey: Survey = small) -> Store:
        store = Store(tmp_path / "stores" / f"{name}.db")
        stores.append(store)
        store.install(survey, UNITS, TEAMS)
        store.set_settings(team=str(team), device=f"{name}的笔记本", member="张三")
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

    def begin(store: Store, unit: str = "231002", who: str = "张三") -> Recorder:
        actor = Actor(who, int(store.setting("team")), store.setting("device_id"))
        return Recorder.start(store, store.form(), unit, actor, clock)

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
