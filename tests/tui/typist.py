"""What a practised person types: the shortest way through an interview, as keys."""

from __future__ import annotations

import datetime as dt
import random
import re
from collections.abc import Callable, Iterator

from exports.demo_answers import DemoAnswers, Row, draw
from surveys.acts import Actor
from surveys.answers import Status, choices_of
from surveys.form import Item
from surveys.recording import Recorder, utc_now
from surveys.standing import Finding
from surveys.store import Store

UNIT, SEED = "230109", "terminal"
"""The interview that is filmed, timed and counted: with these answers all 56 questions are asked."""

OUT_OF_THE_ORDINARY = {
    "sw_pay": "1400",
    "chair_post": "96",
    "chair_post.96": "由市总工会领导兼任",
    "good_practice": "建立乡镇街道工会联系点制度，每季度到企业走访一次，现场登记并答复诉求。",
}
"""What is put in place of its answers, so that a warning has to be explained, 其他 and a long text to be written."""

NOTE = "属实，已看台账"
"""What explains every warning."""


class Typist:
    """Gives the keys, and does in an interview of its own (the shadow) what they have to do in the app.

    Keys have Textual's names; a single character is typed. The shadow decides which question comes next and
    whether there is something to explain, and in the end it says what must be in the app's store.
    """

    def __init__(self, shadow: Recorder, answers: DemoAnswers) -> None:
        self.shadow, self.answers = shadow, answers

    @classmethod
    def of(cls, store: Store, unit: str = UNIT, seed: str = SEED, clock: Callable[[], dt.datetime] = utc_now) -> Typist:
        """With made-up answers for a unit, and a shadow in a store that is not the app's."""
        shadow = Recorder.start(store, store.form(), unit, Actor("张三", 1, "shadow"), clock)
        found = store.unit(unit)
        assert found
        answers = draw(found, random.Random(seed))
        return cls(shadow, DemoAnswers(answers.cells | OUT_OF_THE_ORDINARY, answers.rows))

    def questions(self) -> Iterator[Item]:
        """From the first to the last that is asked; each has to be answered before the next is known."""
        form = self.shadow.interview.form
        item: Item | None = form.items[0]
        while item:
            yield item
            following = self.shadow.interview.following(item.name)
            item = form.by_name[following] if following else None

    def keys(self, item: Item) -> list[str]:
        """For the answers of a question, from arriving at it to leaving it."""
        if item.type == "roster":
            return list(self._roster(item, self.answers.rows[item.name]))
        if item.type == "matrix":
            return [key for cell in item.cells for key in self._cell(cell.address, self.answers.cells[cell.address])]
        if item.name not in self.answers.cells:
            return ["enter"]
        return list(self._simple(item, self.answers.cells[item.name]))

    def explanation(self, finding: Finding) -> list[str]:
        """For saying why an answer stands in spite of a warning."""
        self.shadow.pass_warning(finding.check, NOTE)
        return ["f8", *NOTE, "enter"]

    def warnings(self, item: Item) -> list[Finding]:
        """What is to be explained before going on."""
        return [finding for finding in self.shadow.interview.findings(item.name) if not finding.note]

    def _simple(self, item: Item, value: str | Status) -> Iterator[str]:
        if isinstance(value, Status) or item.type not in ("select_one", "select_multiple"):
            yield from self._cell(item.name, value)
            return
        self.shadow.answer(item.name, value)
        for code in value.split():
            yield from code
        specify = f"{item.name}.{value}"
        if specify in self.answers.cells:
            yield from self._cell(specify, self.answers.cells[specify])
        elif item.type == "select_multiple" or self._ambiguous(item.name, value):
            yield "enter"

    def _ambiguous(self, address: str, code: str) -> bool:
        """True when a code could become another by one more digit: 1 in front of 10."""
        codes = [choice.name for choice in choices_of(self.shadow.interview.form.cell(address).kind)]
        return sum(other.startswith(code) for other in codes) > 1

    def _cell(self, address: str, value: str | Status) -> Iterator[str]:
        """One cell, as short as its value can be written."""
        if isinstance(value, Status):
            self.shadow.set_status(address, value)
            yield "f7"
            return
        stored = self.shadow.answer(address, value).value
        yield from stored
        if not choices_of(self.shadow.interview.form.cell(address).kind) or self._ambiguous(address, stored):
            yield "enter"

    def _roster(self, item: Item, rows: list[Row]) -> Iterator[str]:
        if not rows:
            self.shadow.say_nothing(item.name)
            yield from ("down", "enter")
            return
        for row in rows:
            row_id = self.shadow.add_row(item.name)
            yield "enter"
            for cell in item.cells:
                yield from self._cell(f"{item.name}[{row_id}].{cell.address}", row[cell.address])
        yield "pagedown"


def contents(store: Store) -> dict[str, tuple[str, str]]:
    """Every effective answer of the only interview in a store, row ids replaced by the row's place."""
    (row,) = store.interviews()
    interview = store.interview(row.id)
    places = {
        row_id: str(place)
        for item in interview.form.items
        if item.type == "roster"
        for place, row_id in enumerate(interview.rows(item.name))
    }
    return {
        re.sub(r"\[(\w+)\]", lambda found: f"[{places[found[1]]}]", cell): (value, status)
        for cell, value, status in store.conn.execute("SELECT cell, value, status FROM answers")
    }
