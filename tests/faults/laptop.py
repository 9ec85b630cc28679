"""A laptop on which the program is killed again and again, and the audit of what it left each time.

An answer counts as acknowledged once the screen has moved on to a later question: from then on a person
believes it safe. What the screen said is read from all that came out of the program before it died.
"""

from __future__ import annotations

import random
import re
import shutil
from collections.abc import Iterator
from pathlib import Path

from surveys.campaign import STORE_NAME
from surveys.store import Store, StoreError
from tests.faults.keying import QUESTIONS, UNIT, Stroke, answer, is_text
from tests.faults.seat import Seat


class Laptop:
    """A data folder through many runs of the program.

    Args:
        prepared: A data folder to begin with; the laptop works on copies of it.
        folder: Where to keep them.
        build: What is run as `python -m`, with its arguments.
        seed: Decides answers, rhythm and the moments of death.
    """

    def __init__(self, prepared: Path, folder: Path, build: tuple[str, ...] = ("tui.cli",), seed: str = "") -> None:
        self.prepared, self.folder, self.build = prepared, folder, build
        self.dice = random.Random(seed)
        self.kills = 0
        self.acknowledged = 0
        self.lost: list[str] = []
        """Acknowledged answers that were not there after a kill."""
        self.wrong: list[str] = []
        """What else was not as promised."""
        self.typing_lost = 0.0
        """How long the oldest typed character that a kill took away had been on the screen, in seconds."""
        self._begin()

    def _begin(self) -> None:
        """Take a new copy of the prepared folder."""
        shutil.rmtree(self.folder, ignore_errors=True)
        shutil.copytree(self.prepared, self.folder)
        self._here, self._there = 1, ""  # the question at which the program must open, and what it holds
        self._promised: dict[int, str] = {}

    def work_and_die(self, long_text: bool = False) -> None:
        """One run: start, go on with the interview, be killed at a random moment; then the audit.

        Args:
            long_text: Die while a text is being typed that takes some seconds.
        """
        if self._here > QUESTIONS - 10:
            self._begin()
        given: dict[int, str] = {}
        with Seat(self.folder, self.build) as seat:
            if long_text or self.dice.random() < 0.9:
                self._work(seat, given, long_text)
            else:  # while the program starts, and reads what the kill before has left
                seat.listen(self.dice.uniform(0.1, 1.5))
        self.kills += 1
        frames = [*seat.frames()] if long_text else []
        frames = frames or [(seat.ended_at, seat.screen())]  # nothing may have come since the last look
        try:  # read only, so that the next run finds what a person's would
            with Store(self.folder / STORE_NAME, read_only=True) as store:
                self._audit(store, given, frames, seat.ended_at)
        except StoreError as error:
            self.wrong.append(error.message)

    def _work(self, seat: Seat, given: dict[int, str], long_text: bool) -> None:
        """Press keys until the moment of death; puts down what they answer."""
        seat.wait_for("完成 0/")
        seat.press(f"{UNIT}\r")
        seat.wait_for("全部 · 第")
        seat.listen(0.02)  # the frame to its end
        if (opened_at := _question(seat.screen())) != self._here:
            self.wrong.append(f"opened at question {opened_at} instead of {self._here}")
        plan: list[tuple[int, Stroke]] = []
        for number in range(self._here, QUESTIONS):
            there = self._there if number == self._here else ""
            given[number], strokes = answer(number, there, self.dice, long=long_text)
            plan += [(number, stroke) for stroke in strokes]
            if len(plan) > 20 or (long_text and is_text(number)):
                break
        last = len(plan) - self.dice.randint(1, len(strokes) if long_text else len(plan))
        for _, stroke in plan[: last + 1]:
            seat.listen(stroke.pause)
            seat.press(stroke.keys)
        # The instant in which the screen moves on, or right after a key, while it is carried out, in a rest.
        number, stroke = plan[last]
        if stroke.last and self.dice.random() < 0.7:
            seat.wait_for(f"全部 · 第{number + 1}题")
        else:
            seat.listen(self.dice.choice((0.0, self.dice.uniform(0, 0.05), self.dice.uniform(0, 0.3))))
        seat.kill()

    # ── the audit ──

    def _audit(self, store: Store, given: dict[int, str], frames: list[tuple[float, str]], died: float) -> None:
        shown = _question(frames[-1][1])
        newly = {number: value for number, value in given.items() if number < shown}
        self._promised |= newly
        self.acknowledged += len(newly)
        if (said := store.conn.execute("PRAGMA integrity_check").fetchone()[0]) != "ok":
            self.wrong.append(f"integrity_check says {said}")
        rows = store.interviews()
        if not rows:
            self.lost += [f"question {number}: no interview" for number in self._promised]
            return
        interview = store.interview(rows[0].id)
        held = {number: interview.kept(f"q{number}").value for number in range(1, QUESTIONS + 1)}
        drafts = {number: store.draft(interview.id, f"q{number}") for number in held}
        for number, value in self._promised.items():
            if held[number] != value:
                self.lost.append(f"question {number}: {value!r} was acknowledged, {held[number]!r} is there")
        table = dict(store.conn.execute("SELECT cell, value FROM answers"))
        if table != {f"q{number}": value for number, value in held.items() if value}:
            self.wrong.append("the table of answers differs from the history")
        last = max((number for number, value in held.items() if value), default=0)
        place = int(rows[0].place[1:] or 1)
        if place not in (last, last + 1) or place < shown:
            self.wrong.append(f"at question {shown} of the screen, the last answer {last}, the place kept was {place}")
        if shown in given and is_text(shown):
            text = drafts[shown] or held[shown]
            self.typing_lost = max(self.typing_lost, _age_of_first_lost(frames, given[shown], text, died))
        self._here, self._there = place, drafts[place] or held[place]


def _pane(screen: str) -> Iterator[str]:
    """The right half of the interview screen, line by line."""
    return (line.partition("│")[2].strip() for line in screen.splitlines())


def _question(screen: str) -> int:
    """The number of the question on the screen; 0 on other screens."""
    found = re.search(r"· 第(\d+)题", next(_pane(screen.partition("\n")[2]), ""))
    return int(found[1]) if found else 0


def _age_of_first_lost(frames: list[tuple[float, str]], text: str, kept: str, died: float) -> float:
    """For how many seconds the first character of the text that was not kept had been on the screen; 0 if it was not."""
    if kept.startswith(text):
        return 0.0
    wanted = next(text[:n] for n in range(1, len(text) + 1) if not kept.startswith(text[:n]))
    seen = next((at for at, screen in frames if wanted in "".join(_pane(screen))), died)
    return died - seen
