"""A keystroke's work does not grow with the form."""

from __future__ import annotations

import time
from pathlib import Path

from surveys.acts import Actor
from surveys.form import Form
from surveys.frame import Unit
from surveys.recording import Recorder
from surveys.store import Store
from tests.benchmarks.forms import long_survey

UNIT = Unit("230102", "哈尔滨市", "道里区", "区", 1)


def best_answer_seconds(folder: Path, questions: int, answers: int = 120) -> float:
    """The fastest of many answers, each durable, near the end of a form of this length."""
    with Store(folder / f"{questions}.db") as store:
        store.install(long_survey(questions), [UNIT], [])
        recorder = Recorder.start(store, Form(long_survey(questions)), UNIT.code, Actor("甲", 1, "d"))
        recorder.answer_many({f"q{number}": "1" for number in range(questions)})
        seconds = []
        for number in range(answers):
            started = time.perf_counter()
            recorder.answer(f"q{questions - 2}", "13"[number % 2])
            recorder.interview.progress()
            seconds.append(time.perf_counter() - started)
    return sorted(seconds)[answers // 4]


def test_an_answer_in_a_form_of_1000_questions_takes_no_longer_than_in_one_of_56(tmp_path: Path) -> None:
    ratio = best_answer_seconds(tmp_path, 1000) / best_answer_seconds(tmp_path, 56)
    print(f"answer, 1000 questions : 56 questions = {ratio:.2f}")
    assert ratio <= 1.5
