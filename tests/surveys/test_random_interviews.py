"""People who answer anything in any order, change their minds and take things back: nothing typed is ever lost.

What is kept is held against a model of its own, which knows nothing of conditions, events or the store.
"""

from __future__ import annotations

import copy
import random
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from samples import NASTY, WIDE, Edits, all_effective, form_of, keeps_the_law, numbers, picture

from surveys.acts import Actor
from surveys.answers import EMPTY, Answer, Status
from surveys.form import Form, parse_address
from surveys.frame import Unit
from surveys.history import Kind
from surveys.interview import Interview
from surveys.recording import Recorder
from surveys.standing import Stage
from surveys.store import Store
from surveys.text import Refusal

UNIT = Unit("230111", "哈尔滨市", "呼兰区", "区", 1)
WIDE_FORM = form_of(WIDE)
NONSENSE = (
    "不知道",
    "-5",
    "9999999",
    "１２",
    "12.345",
    "2千",
    "1 2 3 97",
    "97",
    "2022年13月",
    "25:00",
    "%",
    "字" * 70,
    "x",
    "　",
    "\x07",
)


class Person:
    """Does one random thing after another and remembers, apart from the program, what was accepted."""

    def __init__(self, store: Store, form: Form, seed: int) -> None:
        self.recorder = Recorder.start(store, form, UNIT.code, Actor("甲", 1, "k1"))
        self.dice = random.Random(seed)
        self.edits = Edits()
        events = self.recorder.interview.events
        self.told: dict[str, Answer] = {e.cell: Answer(e.value, e.status) for e in events if e.kind is Kind.ANSWERED}
        """Address → the last answer that was accepted; never forgotten, whatever is hidden or taken off."""
        self.rows: dict[str, list[str]] = {}
        self.accepted: list[tuple[str, Answer]] = list(self.told.items())
        self.former: list[tuple[dict[str, Answer], dict[str, list[str]]]] = []
        """What to come back to, for every act that can be undone."""
        self.refusals: list[str] = []

    @property
    def interview(self) -> Interview:
        return self.recorder.interview

    def act(self) -> None:
        """One random thing; what is refused must change nothing."""
        before = len(self.interview.events)
        try:
            if self.dice.random() < 0.2:
                self._act()
            else:
                with self.recorder.because("再次核实"):
                    self._act()
        except Refusal as refusal:
            self.refusals.append(refusal.message)
            assert len(self.interview.events) == before

    def _act(self) -> None:
        dice, recorder = self.dice, self.recorder
        items = [item for item in self.interview.form.items if item.asked]
        feeding = [item for item in items if self.interview.form.rules.fed_by[item.name]]
        item = dice.choice(feeding if feeding and dice.random() < 0.4 else items)
        match dice.randrange(20):
            case 0 | 1:
                if recorder.undo():
                    self.told, self.rows = self.former.pop()
            case 2:
                recorder.remark(item.name, f"备注{dice.randrange(99)}")
            case 3:
                recorder.doubt(item.name, dice.random() < 0.5)
            case 4:
                if warnings := [finding for finding in self.interview.findings() if finding.level == "warning"]:
                    recorder.pass_warning(dice.choice(warnings).check, "属实")
            case 5 if item.type == "roster":
                nothing = dice.random() < 0.5
                self._tell(
                    item.name,
                    Answer("", Status.NOT_APPLICABLE if nothing else Status.EMPTY),
                    lambda: recorder.say_nothing(item.name, nothing),
                )
            case 6 | 7 if item.type == "roster" and self.interview.rows(item.name):
                self._remove(item.name, dice.choice(self.interview.rows(item.name)))
            case 8 if self.interview.stage is not Stage.DRAFT:
                recorder.reopen("再看")
            case _ if item.type == "roster" and (dice.random() < 0.3 or not self.interview.rows(item.name)):
                self._add(item.name)
            case _:
                self._answer(dice.choice(self.interview.addresses(item.name)))

    def _answer(self, address: str) -> None:
        value, status = self.edits.value(self.interview.form, address, self.dice.randrange(1000))
        if status.missing:
            self._tell(address, Answer("", status), lambda: self.recorder.set_status(address, status))
            return
        typed = self.dice.choice(NONSENSE) if self.dice.random() < 0.15 else value
        meant = self.interview.check_typed(address, typed)  # refuses what the recorder refuses
        self._tell(address, meant, lambda: self.recorder.answer(address, typed))

    def _tell(self, address: str, answer: Answer, act: object) -> None:
        former = (dict(self.told), copy.deepcopy(self.rows))
        act()  # type: ignore[operator]
        if self.told.get(address, EMPTY) != answer:
            self.former.append(former)
            self.told[address] = answer
            self.accepted.append((address, answer))

    def _add(self, roster: str) -> None:
        former = (dict(self.told), copy.deepcopy(self.rows))
        row_id = self.recorder.add_row(roster)
        self.former.append(former)
        self.rows.setdefault(roster, []).append(row_id)
        if self.told.get(roster, EMPTY) != EMPTY:
            self.told[roster] = EMPTY

    def _remove(self, roster: str, row_id: str) -> None:
        former = (dict(self.told), copy.deepcopy(self.rows))
        self.recorder.remove_row(roster, row_id)
        self.former.append(former)
        self.rows[roster].remove(row_id)

    # ── what must hold ────────────────────────────────────────────────────────────────

    def check_nothing_lost(self) -> None:
        """What was accepted is kept, and counts wherever it is asked."""
        interview = self.interview
        for address, answer in self.told.items():
            assert interview.kept(address) == answer, address
            if self._asked(address):
                assert interview.answer(address) == answer, address
        for roster, rows in self.rows.items():
            assert sorted(interview.rows(roster)) == sorted(rows)

    def check_history(self) -> None:
        """Every answer that was ever accepted is in the history on disk."""
        events = self.recorder.store.events(self.interview.id)
        written = {(e.cell, e.value, e.status) for e in events if e.kind is Kind.ANSWERED}
        for address, answer in self.accepted:
            assert (address, answer.value, answer.status) in written, (address, answer)

    def check_replay(self) -> None:
        """From scratch, from the disk, everything looks the same."""
        events = self.recorder.store.events(self.interview.id)
        self.dice.shuffle(events)
        again = Interview(self.interview.form, events)
        assert picture(again) == picture(self.interview)
        assert all_effective(again) == all_effective(self.interview)

    def _asked(self, address: str) -> bool:
        """Whether it counts now, as the addresses on the screen have it."""
        interview, parsed = self.interview, parse_address(address)
        if not interview.relevant(parsed.question):
            return False
        if interview.form.by_name[parsed.question].type == "roster" and not parsed.row_id:
            return True
        field = parsed.rest.partition(".")[0]
        if parsed.row_id and not interview.field_relevant(parsed.question, parsed.row_id, field):
            return False
        return address in interview.addresses(parsed.question)


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    with Store(tmp_path / "zoufang.db") as opened:
        yield opened


def sit(store: Store, form: Form, seed: int, acts: int, every: int) -> Person:
    """A whole sitting, looked at after every few acts."""
    store.install(form.definition, [UNIT], [])
    person = Person(store, form, seed)
    for number in range(acts):
        person.act()
        person.check_nothing_lost()
        if number % every == 0:
            person.check_replay()
    person.check_history()
    person.check_replay()
    return person


@pytest.mark.parametrize("seed", range(4))
def test_no_typed_answer_is_lost_in_the_56_questions(store: Store, county: Form, seed: int) -> None:
    person = sit(store, county, seed, acts=250, every=25)
    assert len(person.accepted) > 100
    assert len(person.refusals) > 5
    assert all(message.endswith("。") for message in person.refusals)


@pytest.mark.parametrize("text", [NASTY, WIDE], ids=["nasty", "wide"])
@pytest.mark.parametrize("seed", range(4))
def test_no_typed_answer_is_lost_where_everything_depends_on_everything(store: Store, text: str, seed: int) -> None:
    person = sit(store, form_of(text), seed, acts=250, every=5)
    assert len(person.accepted) > 60
    assert len(person.refusals) > 5
    assert all(message.endswith("。") for message in person.refusals)


@pytest.mark.soak
@pytest.mark.parametrize("seed", range(100, 130))
def test_no_typed_answer_is_lost_in_long_sittings(store: Store, county: Form, seed: int) -> None:
    sit(store, (county, form_of(NASTY), WIDE_FORM)[seed % 3], seed, acts=1500, every=20)


def test_undoing_everything_leads_back_to_the_beginning(store: Store) -> None:
    store.install(WIDE_FORM.definition, [UNIT], [])
    person = Person(store, WIDE_FORM, 3)
    beginning = all_effective(person.interview)
    for _ in range(150):
        person.act()
    while person.recorder.undo():
        person.told, person.rows = person.former.pop()
        person.check_nothing_lost()
    assert person.former == []
    assert all_effective(person.interview) == beginning
    person.check_history()
    person.check_replay()


def test_a_skip_that_flips_there_and_back_brings_every_answer_back(store: Store, county: Form) -> None:
    store.install(county.definition, [UNIT], [])
    person = Person(store, county, 5)
    for _ in range(400):
        person.act()
    flipped = 0
    for item in county.items:
        if not item.asked or item.type in ("roster", "matrix") or not county.rules.fed_by[item.name]:
            continue
        before, former = picture(person.interview)["items"], person.interview.kept(item.name)
        for number in range(12):
            value, status = person.edits.value(county, item.name, number)
            try:
                if status.missing:
                    person.recorder.set_status(item.name, status)
                else:
                    person.recorder.answer(item.name, value)
            except Refusal:
                continue
            flipped += picture(person.interview)["items"] != before
        if former.status.missing:
            person.recorder.set_status(item.name, former.status)
        else:
            person.recorder.answer(item.name, former.value)
        now = picture(person.interview)["items"]
        assert {name: seen[3] for name, seen in now.items()} == {name: seen[3] for name, seen in before.items()}  # type: ignore[attr-defined]
    assert flipped > 20


# ── the law of test_interview, on the form with what is new ───────────────────────────

steps = st.lists(st.tuples(st.integers(0, 39), st.integers(0, 11), st.integers(0, 400)), max_size=40)


@settings(deadline=None, max_examples=120)
@given(steps)
def test_step_by_step_equals_a_replay_with_filters_groups_and_every_type(steps: list[tuple[int, int, int]]) -> None:
    keeps_the_law(WIDE_FORM, steps)


@pytest.mark.parametrize("seed", range(6))
def test_a_long_sitting_with_filters_groups_and_every_type_equals_a_replay(seed: int) -> None:
    keeps_the_law(WIDE_FORM, numbers(seed, 150), linked=bool(seed % 2))


@pytest.mark.soak
@pytest.mark.parametrize("seed", range(100, 160))
def test_very_long_sittings_equal_a_replay(seed: int) -> None:
    keeps_the_law((WIDE_FORM, form_of(NASTY))[seed % 2], numbers(seed, 1000), linked=seed % 3 == 0)


# ── negative controls ─────────────────────────────────────────────────────────────────


@pytest.mark.parametrize("edges", ["fed_by", "checked_with"])
def test_the_law_sees_a_form_that_has_lost_its_dependencies(edges: str) -> None:
    broken = copy.copy(WIDE_FORM)
    broken.rules = copy.copy(broken.rules)
    setattr(broken.rules, edges, dict.fromkeys(broken.rules.fed_by, ()))
    with pytest.raises(AssertionError):
        keeps_the_law(broken, numbers(1, 150))


@pytest.mark.parametrize("group", ["section_relevant", "choice_filters"])
def test_the_law_sees_a_form_that_looks_again_at_too_little(group: str) -> None:
    """Who is fed by a section's condition, and who shows a filter's choices, has to be looked at again."""
    broken = copy.copy(WIDE_FORM)
    broken.rules = copy.copy(broken.rules)
    owners = {broken.fields.get(name, name) for name in getattr(broken.rules, group)}
    for edges in ("fed_by", "checked_with"):
        kept = {
            name: tuple(n for n in names if n not in owners) for name, names in getattr(broken.rules, edges).items()
        }
        setattr(broken.rules, edges, kept)
    with pytest.raises(AssertionError):
        keeps_the_law(broken, numbers(1, 150))


def test_an_interview_that_forgets_what_it_hides_is_found_out(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    settle = Interview._settle

    def forgetful(self: Interview, name: str, before: dict[str, Answer] | None) -> bool:
        changed = settle(self, name, before)
        if not self.relevant(name):
            for address in [a for a in self.stored if parse_address(a).question == name]:
                del self.stored[address]
        return changed

    monkeypatch.setattr(Interview, "_settle", forgetful)
    with pytest.raises(AssertionError):
        sit(store, form_of(NASTY), 1, acts=250, every=5)


def test_a_recorder_that_writes_too_little_is_found_out(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    append = Store.append

    def lossy(self: Store, interview: Interview, events: list[object], answers: object) -> None:
        append(self, interview, events[:1] if len(interview.events) % 7 else [], answers)  # type: ignore[arg-type]

    monkeypatch.setattr(Store, "append", lossy)
    with pytest.raises((AssertionError, ValueError)):
        sit(store, form_of(NASTY), 1, acts=120, every=10)
