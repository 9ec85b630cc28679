"""Laws of merging over random campaigns: laptops (cloned ones too), edits of every kind, exports at any moment, and
decisions on both sides.

Whatever the order, the grouping and the repetition of the workbooks, the office is the same, and nothing that was ever
entered is out of reach. Most campaigns run in memory; the stores and the files have their own few.
"""

from __future__ import annotations

import random
import sys
from collections import Counter
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

sys.path.append(str(Path(__file__).parent))  # for `desks`

from desks import ACTS, Campaign, Desk, Merge, last_arrival, readable_words, union, unpacked, without_parents

from exports.changes import in_words
from surveys.acts import Actor
from surveys.answers import Answer
from surveys.content import content_digest
from surveys.form import Form
from surveys.history import Kind
from surveys.recording import Recorder
from surveys.store import Store

SHORT, LONG = 200, 2000
STEPS = st.lists(
    st.tuples(st.integers(0, 5), st.sampled_from(ACTS), st.integers(0, 63), st.integers(0, 63)), min_size=6, max_size=40
)
MADE_HERE = {
    Kind.OPENED, Kind.ANSWERED, Kind.ROW_ADDED, Kind.ROW_REMOVED, Kind.REMARKED, Kind.DOUBTED, Kind.EVIDENCED,
    Kind.RESPONDENT, Kind.WARNING_PASSED, Kind.COMPLETED, Kind.REOPENED, Kind.MIGRATED, Kind.VOIDED, Kind.KEYED_AGAIN,
    Kind.COMPARED,
}  # fmt: skip
LAW = settings(
    max_examples=SHORT,
    deadline=None,
    database=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)


@pytest.fixture(scope="module")
def forms(small):
    added = small.model_dump(mode="json")
    added["version"] = "2"
    added["sections"][1]["questions"].append({"name": "more", "type": "text", "label": "还有吗？"})
    return Form(small), Form(type(small).model_validate(added))


@pytest.fixture
def campaign(forms, monkeypatch):
    """Run a campaign; its event ids are in no order, as when clocks are wrong."""

    def run(steps, seed: int = 0) -> Campaign:
        ids = random.Random(seed)
        monkeypatch.setattr("surveys.recording.uuid7", lambda: f"{ids.getrandbits(64):016x}")
        monkeypatch.setattr("surveys.recording.secrets.token_hex", lambda length: f"{ids.getrandbits(32):08x}")
        played = Campaign(forms, ids)
        for step in steps:
            played.act(*step)
        return played

    return run


def offices(campaign: Campaign, chance: random.Random, merge: Merge = union) -> list[Desk]:
    """One that takes all as they came; one in another order, some twice; one from two offices that share the work."""
    sent = campaign.finish()
    shuffled = chance.sample(sent, len(sent)) + chance.choices(sent, k=2) if sent else []
    groups = [chance.sample(sent, chance.randint(0, len(sent))), chance.sample(sent, len(sent))]
    halves = [campaign.office(group, merge).export() for group in groups]
    return [campaign.office(sent, merge), campaign.office(shuffled, merge), campaign.office(halves, merge)]


def check_one_office(campaign: Campaign, chance: random.Random, merge: Merge = union) -> Desk:
    first, *others = offices(campaign, chance, merge)
    for other in others:
        assert other.digest() == first.digest()
    return first


def check_nothing_is_lost(campaign: Campaign, office: Desk) -> None:
    assert office.events() == {event for desk in campaign.desks for event in desk.events()}
    for ident, events in office.histories.items():
        readable = readable_words(office, ident)
        form = office.interview(ident).form
        for event in events:
            if event.kind is Kind.ANSWERED and event.status.given:
                said = in_words(form, event.cell, Answer(event.value, event.status))
                assert (event.cell, said) in readable


def check_the_office_shows_what_the_laptop_shows(campaign: Campaign, office: Desk) -> None:
    """Of interviews that one laptop alone has."""
    holders = Counter(ident for desk in campaign.desks for ident in desk.histories)
    shown = office.arrivals()
    for desk in campaign.desks:
        for ident, arrival in desk.arrivals().items():
            if holders[ident] == 1:
                assert unpacked(shown[ident])[1] == unpacked(arrival)[1]
                assert shown[ident].row == arrival.row


@LAW
@given(steps=STEPS, chance=st.randoms(use_true_random=False))
def test_any_campaign_gives_one_office_and_loses_nothing(campaign, steps, chance):
    played = campaign(steps)
    office = check_one_office(played, chance)
    check_nothing_is_lost(played, office)
    check_the_office_shows_what_the_laptop_shows(played, office)


@pytest.mark.soak
@settings(LAW, max_examples=LONG)
@given(steps=STEPS, chance=st.randoms(use_true_random=False))
def test_two_thousand_campaigns(campaign, steps, chance):
    played = campaign(steps)
    check_nothing_is_lost(played, check_one_office(played, chance))


def some_steps(chance: random.Random, count: int = 60):
    return [
        (chance.randrange(6), chance.choice(ACTS), chance.randrange(64), chance.randrange(64)) for _ in range(count)
    ]


def test_the_campaigns_hold_what_they_should(campaign):
    """Otherwise the laws would say little: every kind of event, conflicts, decisions, clones, shared histories."""
    kinds, conflicts, shared, clones = Counter(), 0, 0, 0
    for seed in range(40):
        played = campaign(some_steps(random.Random(seed)), seed)
        office = played.office(played.finish())
        kinds += Counter(event.kind for event in office.events())
        conflicts += sum(len(office.interview(ident).conflicts) for ident in office.histories)
        shared += sum(len({event.device for event in events}) > 1 for events in office.histories.values())
        clones += len(played.desks) > 4
    assert set(kinds) >= MADE_HERE
    assert min(conflicts, shared, clones) > 10, (conflicts, shared, clones)


# ── negative controls ──


def broken_laws(campaign, merge: Merge) -> Counter[str]:
    """How often each law is broken by a merge, over some campaigns."""
    broken: Counter[str] = Counter()
    for seed in range(40):
        chance = random.Random(seed)
        played = campaign(some_steps(chance), seed)
        office = played.office(played.finish(), merge)
        for law, holds in {
            "one office": lambda: check_one_office(played, chance, merge),  # noqa: B023
            "nothing lost": lambda: check_nothing_is_lost(played, office),  # noqa: B023
            "as the laptop": lambda: check_the_office_shows_what_the_laptop_shows(played, office),  # noqa: B023
        }.items():
            try:
                holds()
            except Exception:  # a broken history may also be unreadable
                broken[law] += 1
    return broken


def test_our_merge_breaks_no_law(campaign):
    assert not broken_laws(campaign, union)


def test_a_merge_that_keeps_the_last_arrival_is_caught(campaign):
    broken = broken_laws(campaign, last_arrival)
    assert min(broken["one office"], broken["nothing lost"]) > 5


def test_a_merge_that_drops_parents_is_caught(campaign):
    assert broken_laws(campaign, without_parents)["as the laptop"] > 5


# ── the same in stores ──


@pytest.mark.parametrize("seed", range(4))
def test_stores_give_the_digest_that_memory_gives(campaign, make_store, forms, seed):
    """In any order, with histories that were made ready elsewhere and with plain ones."""
    played = campaign(some_steps(random.Random(seed)), seed)
    expected = played.office(played.finish())
    for number in range(2):
        chance = random.Random(number)
        store = make_store(f"省总{number}", team=0)
        store.add_definition(forms[1].survey)
        for sent in chance.sample(sent_ := played.finish(), len(sent_)):
            arrivals = Desk(played.forms, "", 0, sent).arrivals() if number else {}
            for ident, events in sent.items():
                with store.transaction():
                    if not (number and store.take_in([arrivals[ident]])):
                        store.receive(ident, events)
        assert content_digest(store) == expected.digest()


def test_the_digest_sees_an_answer_a_remark_and_a_stage(make_store, start):
    store = make_store("三组")
    recorder = start(store)
    seen = {content_digest(store)}
    for act in (
        lambda: recorder.answer("people", "12"),
        lambda: recorder.remark("people", "已核对"),
        lambda: recorder.void("误建"),
    ):
        act()
        seen.add(content_digest(store))
    assert len(seen) == 4
    recorder.go_to("words")  # where one is, is this store's own
    assert content_digest(store) in seen


def test_rounds_stay_apart(make_store, small, clock):
    """The same units a year later: other interviews, no duplicates, no conflicts."""
    from exports.merging import duplicates

    year_later = small.model_copy(update={"round": "2023", "version": "2"})
    office = make_store("省总", team=0)
    for team, survey in ((1, small), (2, year_later)):
        store = make_store(f"{team}", team=team, survey=survey)
        actor = Actor("张三", team, store.setting("device_id"))
        recorder = Recorder.start(store, store.form(), "230102", actor, clock)
        recorder.answer("people", str(team))
        office.add_definition(survey)
        office.receive(recorder.interview.id, store.events(recorder.interview.id))
    assert [(row.unit, row.round, row.conflicts) for row in office.interviews()] == [
        ("230102", "2022", 0),
        ("230102", "2023", 0),
    ]
    assert not duplicates(office)
    later = next(row for row in office.interviews() if row.round == "2023")
    assert (before := office.earlier(later.id)) is not None
    assert before.round == "2022"


def test_an_interview_voided_on_one_side_and_filled_on_the_other_is_a_conflict_of_nothing(make_store, start, go_on):
    """Voiding says nothing of the answers: both are kept, the interview is void, and it can be reopened."""
    team, office = make_store("三组"), make_store("省总", team=0)
    recorder = start(team)
    office.receive(recorder.interview.id, team.events(recorder.interview.id))
    go_on(office, recorder.interview.id).void("重复")
    recorder.answer("people", "12")
    for store, other in ((team, office), (office, team)):
        store.receive(recorder.interview.id, other.events(recorder.interview.id))
    assert content_digest(team) == content_digest(office)
    assert isinstance(office, Store)
    merged = office.interview(recorder.interview.id)
    assert (merged.stage, merged.kept("people").value, len(merged.conflicts)) == ("void", "12", 0)
