"""What the tests of `surveys` share: `samples` becomes importable, and the forms made once."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

sys.path.append(str(Path(__file__).parent))

from registering import Desk, desk, make_template
from samples import NASTY, SMALL, Load, form_of

from surveys.form import Form
from surveys.frame import Team, Unit
from surveys.loading import LoadErrors, LoadProblem, library, load_form
from surveys.store import Store


@pytest.fixture(scope="session")
def county() -> Form:
    """The 56 questions that are shipped."""
    return load_form(library("county_union"))


@pytest.fixture(scope="session")
def nasty() -> Form:
    """A small form with every kind of dependency."""
    return form_of(NASTY)


@pytest.fixture(scope="session")
def small() -> Form:
    """Four questions of an office: a count, a choice with a text, a matrix, a roster."""
    return form_of(SMALL)


@pytest.fixture
def store(tmp_path: Path, small: Form) -> Iterator[Store]:
    """An open store with the small form and two units."""
    with Store(tmp_path / "data" / "zoufang.db") as opened:
        units = [Unit("230111", "哈尔滨市", "呼兰区", "区", 1), Unit("230803", "佳木斯市", "向阳区", "区", 2)]
        opened.install(small.survey, units, [Team(1, "第1组"), Team(2, "第2组")])
        yield opened


@pytest.fixture(scope="session")
def first_start(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The store file of a first start, to be copied."""
    return make_template(tmp_path_factory.mktemp("first"))


@pytest.fixture
def make_desk(first_start: Path, tmp_path: Path) -> Iterator[Callable[..., Desk]]:
    """Machines with the shipped survey, frame and lists, and somebody at each."""
    made: list[Desk] = []

    def make(who: str, team: int, clone: bool = False) -> Desk:
        made.append(desk(first_start, tmp_path / str(len(made)), who, team, clone))
        return made[-1]

    yield make
    for each in made:
        each.store.close()


@pytest.fixture
def faults(tmp_path: Path) -> Load:
    """The problems of a definition that cannot be loaded."""

    def load(text: str) -> list[LoadProblem]:
        (tmp_path / "form.yaml").write_text(text)
        with pytest.raises(LoadErrors) as caught:
            load_form(tmp_path / "form.yaml")
        return list(caught.value.problems)

    return load
