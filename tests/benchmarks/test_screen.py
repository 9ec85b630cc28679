"""From a key to the answered question and the next one on the screen: no slower in a long form."""

from __future__ import annotations

import asyncio
import time
from pathlib import Path

from textual import events

from surveys.campaign import open_campaign
from tests.benchmarks.forms import long_survey
from tui.app import ZoufangApp

STEPS = 60


async def seconds_per_step(folder: Path, questions: int) -> float:
    """CPU seconds of one step (choose, store, go on, paint), the decile that noise spares."""
    folder.mkdir()
    definition = folder / f"{questions}.json"  # JSON is YAML
    definition.write_text(long_survey(questions).canonical_json(), encoding="utf-8")
    data = folder / str(questions)
    with open_campaign(data, definition) as store:
        store.set_settings(team="1", device="测试本", member="甲")
    app = ZoufangApp(data)
    async with app.run_test(size=(100, 30)) as pilot:
        await pilot.pause()
        while not app.is_open:
            await asyncio.sleep(0.01)
        await press(app, "enter")
        await pilot.pause()
        taken = []
        for _ in range(STEPS):
            started = time.process_time()
            await press(app, "1")
            await pilot._wait_for_screen()
            taken.append(time.process_time() - started)
        row = app.store.interviews()[0]
        assert row.done == STEPS if questions > STEPS else row.done == questions
    return sorted(taken)[STEPS // 10]


async def press(app: ZoufangApp, key: str) -> None:
    app.post_message(events.Key(key, key if len(key) == 1 else None))
    await app.all_keys_done()


async def test_a_step_in_a_form_of_1000_questions_takes_no_longer_than_in_one_of_56(tmp_path: Path) -> None:
    long, short = [], []
    for turn in range(3):  # in turns, so that a busy moment of the machine hits both
        long.append(await seconds_per_step(tmp_path / f"long{turn}", 1000))
        short.append(await seconds_per_step(tmp_path / f"short{turn}", 56))
    ratio = min(long) / min(short)
    print(f"step on the screen, 1000 questions : 56 questions = {ratio:.2f}")
    assert ratio <= 1.5
