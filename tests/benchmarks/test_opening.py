"""Opening an interview: the key on the home screen to the painted question, in a long form and in a short one.

Two things grow with the form by their nature and are not held to the limit: the first opening in a run of the
program, which reads and compiles the form (some three times as long for the long one), and the opening of an
interview with every question answered, which takes a thousand answers from the history and runs as many checks.
"""

from __future__ import annotations

import asyncio
import time
from pathlib import Path

import pytest
from textual import events

from surveys.acts import Actor
from surveys.campaign import open_campaign
from surveys.recording import Recorder
from tests.benchmarks.forms import long_survey
from tui.app import ZoufangApp
from tui.screens.interview import InterviewScreen

OPENINGS = 8
LIMIT = 1.5


def begun(folder: Path, questions: int, share: float) -> Path:
    """A data folder in which this share of the first unit's interview is answered."""
    folder.mkdir()
    definition = folder / f"{questions}.json"  # JSON is YAML
    definition.write_text(long_survey(questions).canonical_json(), encoding="utf-8")
    with open_campaign(folder, definition) as store:
        store.set_settings(team="1", device="测试本", member="甲")
        recorder = Recorder.start(store, store.form(), store.units(1)[0].code, Actor("甲", 1, "d"))
        recorder.answer_many({f"q{number}": "1" for number in range(int(questions * share))})
    return folder


async def seconds_of_openings(folder: Path) -> list[float]:
    """CPU seconds of each of several openings in one run of the app, without the first."""
    app = ZoufangApp(folder)
    taken = []
    async with app.run_test(size=(100, 30)) as pilot:
        while not app.is_open:
            await asyncio.sleep(0.01)
        for _ in range(OPENINGS):
            await pilot.pause()
            started = time.process_time()
            app.post_message(events.Key("enter", "\r"))
            await app.all_keys_done()
            await pilot._wait_for_screen()
            taken.append(time.process_time() - started)
            assert isinstance(app.screen, InterviewScreen)
            app.post_message(events.Key("escape", None))
            await app.all_keys_done()
    return taken[1:]


async def ratio_of_openings(folder: Path, share: float, rounds: int = 3) -> float:
    folders = begun(folder / "long", 1000, share), begun(folder / "short", 56, share)
    long, short = [], []
    for _ in range(rounds):  # in turns, so that a busy moment of the machine hits both
        long += await seconds_of_openings(folders[0])
        short += await seconds_of_openings(folders[1])
    return min(long) / min(short)  # noise only ever adds


@pytest.mark.parametrize("share", [0, pytest.param(0.5, marks=pytest.mark.soak)])
async def test_an_interview_of_1000_questions_opens_in_one_and_a_half_times_the_56(
    tmp_path: Path, share: float
) -> None:
    ratio = await ratio_of_openings(tmp_path, share)
    print(f"opening an interview, {share:.0%} answered, 1000 questions : 56 questions = {ratio:.2f}")
    assert ratio <= LIMIT


async def test_work_that_grows_with_the_form_is_seen(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Were a fifth of a millisecond spent on every line of the index when it is filled, the limit would be missed."""
    from tui.sitting import Sitting
    from tui.widgets.index_list import IndexList

    fill = IndexList.fill

    def eager(index: IndexList, sitting: Sitting) -> None:
        fill(index, sitting)
        until = time.process_time() + 0.0002 * index.option_count
        while time.process_time() < until:
            pass

    monkeypatch.setattr(IndexList, "fill", eager)
    assert await ratio_of_openings(tmp_path, 0, rounds=1) > LIMIT
