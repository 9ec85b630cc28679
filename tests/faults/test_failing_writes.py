"""Each call that writes fails in its turn, once or from then on: no answer is lost, and a person is told."""

from __future__ import annotations

import json
import re
import shutil
from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from tests.faults.failing import ANSWERS, DO_NOTHING
from tests.faults.promises import Promises, Verdict, judge
from tests.faults.reliability import Figures
from tests.faults.syscalls import run, script, strace_trouble, traced

pytestmark = pytest.mark.skipif(bool(strace_trouble()), reason=strace_trouble())

CALLS = ",".join(DO_NOTHING)
SENTENCE = re.compile(r"[^\x00-\x7f].*。", re.DOTALL)


@dataclass
class Case:
    """A sitting in which one call failed."""

    name: str
    lines: list[str] = field(default_factory=list)

    def said(self, what: str) -> list[dict[str, str]]:
        """What the child told of one kind."""
        return [told for told in map(json.loads, self.lines) if told["said"] == what]


@dataclass
class Counts:
    """How often each call is made."""

    sitting: Counter[str]
    """In one sitting."""
    failing: dict[str, int]
    """Fewer times than this before the sittings begin."""


@pytest.fixture(scope="module")
def template(memory: Path) -> Path:
    """A data folder with some answers."""
    run(script("answering", memory / "template", 1, 5))
    return memory / "template"


@pytest.fixture(scope="module")
def counts(template: Path, memory: Path) -> Counts:
    """Counted in a sitting in which nothing fails."""
    room = furnished(memory / "counting", template, ["write-0"])
    run([*traced(memory / "record", CALLS), *script("failing", room, '{"write": 0}')])
    made = re.findall(r"^(\d+) +(\w+)\(", (memory / "record").read_text("ascii"), re.MULTILINE)
    before, sitting = (
        Counter(call for process, call in made if (process == made[0][0]) == first) for first in (True, False)
    )
    return Counts(sitting, {call: before[call] + 60 for call in sitting})


def furnished(room: Path, template: Path, names: list[str]) -> Path:
    """A room with a data folder for each name, and the one that the child begins with."""
    shutil.rmtree(room, ignore_errors=True)
    for name in ["first", *names]:
        shutil.copytree(template, room / name)
    return room


def sittings(room: Path, counts: Counts, error: str, ever: bool, *more: str) -> list[Case]:
    """Let every call of a sitting fail in its turn, each time in a new sitting."""
    injected = [f"--inject={call}:error={error}:when={number}{'+' * ever}" for call, number in counts.failing.items()]
    record = room.with_name("record")
    lines = run([*traced(record, CALLS, *injected), *script("failing", room, json.dumps(counts.failing), *more)])
    cases: list[Case] = []
    for line in lines:
        told = json.loads(line)
        if told["said"] == "case":
            cases.append(Case(told["name"]))
        elif cases:
            cases[-1].lines.append(line)
    assert len(cases) == sum(counts.sitting.values())
    hit = set(re.findall(r"^(\d+) .*\(INJECTED\)$", record.read_text("ascii"), re.MULTILINE))
    assert len(hit) > 0.9 * len(cases)  # a sitting may make a call less: its random ids fall on other pages
    return cases


@pytest.fixture
def room(template: Path, memory: Path, counts: Counts) -> Path:
    """A data folder for each call of a sitting."""
    names = [f"{call}-{number}" for call, count in counts.sitting.items() for number in range(1, count + 1)]
    return furnished(memory / "room", template, names)


def verdicts(room: Path, cases: list[Case]) -> dict[str, Verdict]:
    """What became of the promises, where they were not kept."""
    found = {case.name: judge(room / case.name, Promises.of(case.lines)) for case in cases}
    return {name: verdict for name, verdict in found.items() if verdict != ([], [])}


@pytest.mark.parametrize("ever", [False, True], ids=["once", "for ever"])
@pytest.mark.parametrize("error", ["ENOSPC", "EIO"])
def test_no_failing_call_takes_an_acknowledged_answer(
    room: Path, counts: Counts, figures: Figures, error: str, ever: bool
) -> None:
    """strace lets the n-th call of a kind fail, for every n of a sitting; what was acknowledged must be there afterwards."""
    cases = sittings(room, counts, error, ever)
    broken = verdicts(room, cases)
    figures.add("failing writes", len(cases), len(broken), "ENOSPC and EIO, once and from then on, each with a retry")
    assert broken == {}
    assert [case.said("crashed") for case in cases if case.said("crashed")] == []
    refusals = [told["message"] for case in cases for told in case.said("refused")]
    assert len(refusals) > ANSWERS
    assert [message for message in refusals if not SENTENCE.fullmatch(message)] == []
    if not ever:
        assert [
            case for case in cases if len(case.said("refused")) > 1 or len(case.said("acknowledged")) < ANSWERS
        ] == []


def test_a_build_that_acknowledges_what_it_could_not_write_is_found_out(room: Path, counts: Counts) -> None:
    cases = sittings(room, counts, "ENOSPC", True, "careless")
    assert any(verdict.lost for verdict in verdicts(room, cases).values())
