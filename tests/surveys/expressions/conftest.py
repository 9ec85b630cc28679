"""A tiny survey to evaluate expressions in: a few answers, one matrix, one roster."""

import datetime
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field

import pytest

from surveys.expressions import Node, Scalar, Value, compile_expression

CHINA = datetime.timezone(datetime.timedelta(hours=8))
NOW = datetime.datetime(2022, 10, 21, 18, 30, 15, 250_000, tzinfo=CHINA)


@dataclass(eq=False)
class Cell:
    value: Scalar
    row: "Row | None" = None
    position: int = 1

    def children(self, name: str) -> Sequence[Node]:
        return ()

    def parent(self) -> "Row | None":
        return self.row


@dataclass(eq=False)
class Row:
    position: int
    cells: dict[str, Cell] = field(default_factory=dict)
    value: str = ""

    def children(self, name: str) -> Sequence[Node]:
        return (self.cells[name],) if name in self.cells else ()

    def parent(self) -> None:
        return None


def roster(*rows: dict[str, Scalar]) -> list[Row]:
    made = []
    for position, answers in enumerate(rows, 1):
        row = Row(position)
        row.cells = {name: Cell(value, row) for name, value in answers.items()}
        made.append(row)
    return made


class Survey:
    """A Context. Inside `row`, a field of the roster means that row's cell; outside, all rows' cells."""

    def __init__(self) -> None:
        self.answers: dict[str, Scalar] = {
            "age": "5",
            "zero": "0",
            "minus": "-3",
            "half": 0.5,
            "picked": "1 2 10",
            "one": "7",
            "name": "  王 芳 ",
            "blank": "",
            "yes": True,
            "no": False,
            "born": datetime.date(1990, 5, 31),
            "born_text": "1990-05-31",
            "met": datetime.datetime(2022, 10, 1, 12, 0, tzinfo=CHINA).replace(tzinfo=None),
            "month": "2022-05",
            "人数": "12",
            "div": "8",
            "a-b": "30",
        }
        self.matrix: dict[tuple[str, ...], str] = {("a35",): "3", ("a45",): "", ("a60",): "4"}
        self.venues = roster(
            {"v_name": "文化宫", "v_kind": "1", "v_status": "1", "v_area": "100"},
            {"v_name": "俱乐部", "v_kind": "2", "v_status": "1", "v_area": "20.5"},
            {"v_name": "书屋", "v_kind": "1", "v_status": "2", "v_area": ""},
        )
        self.row: Row | None = None
        self.here_cells: Sequence[Node] = (Cell("5"),)
        self.asked: list[str] = []

    def nodes(self, name: str, parts: tuple[str, ...]) -> Sequence[Node]:
        self.asked.append(name)
        if name == "staff":
            return [Cell(value) for key, value in self.matrix.items() if key[: len(parts)] == parts]
        if name == "venues":
            return self.venues
        if self.row is not None and name in self.row.cells:
            return (self.row.cells[name],)
        if name in self.venues[0].cells:
            return [row.cells[name] for row in self.venues]
        return (Cell(self.answers[name]),) if name in self.answers else ()

    def current(self) -> Sequence[Node]:
        return self.here_cells

    def here(self) -> Node | None:
        return self.row

    def parameter(self, name: str) -> str:
        return {"pay_low": "2500"}[name]

    def missing(self, name: str, parts: tuple[str, ...]) -> bool:
        return name == "blank"

    def choice_label(self, value: str, name: str) -> str:
        return f"{name}:{value}"

    def now(self) -> datetime.datetime:
        return NOW


@pytest.fixture(autouse=True)
def _china_time(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Date-times with an offset are moved to the machine's zone, so the tests fix that zone."""
    with monkeypatch.context() as patch:
        patch.setenv("TZ", "Asia/Shanghai")
        time.tzset()
        yield
    time.tzset()


@pytest.fixture
def survey() -> Survey:
    return Survey()


@pytest.fixture
def evaluate(survey: Survey) -> Callable[[str], Value]:
    """Compile and evaluate in the survey."""
    return lambda source: compile_expression(source).evaluate(survey)


@pytest.fixture
def check(survey: Survey) -> Callable[[str, object], None]:
    """Hold the value of an expression against what is expected: NaN is NaN, numbers are exact, types agree."""

    def run(source: str, expected: object) -> None:
        compiled = compile_expression(source)
        if isinstance(expected, bool):
            assert compiled.boolean(survey) is expected
        elif isinstance(expected, int | float):
            number = compiled.number(survey)
            assert number == expected or (number != number and expected != expected), number
        elif isinstance(expected, str):
            assert compiled.text(survey) == expected
        else:
            assert compiled.evaluate(survey) == expected

    return run


@pytest.fixture
def inside_second_row(survey: Survey) -> Survey:
    survey.row = survey.venues[1]
    survey.here_cells = survey.venues[1].children("v_area")
    return survey
