"""Keying an interview twice: the two never see each other, and what differs is decided one by one."""

from __future__ import annotations

import random
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field, replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from samples import NASTY, SMALL, WIDE, Edits, Hand, answered, fixed_clock, form_of, numbers, picture

from surveys import double_entry
from surveys.acts import ASSIGNMENT, DEFAULT
from surveys.answers import EMPTY, Answer, Status
from surveys.comparison import Comparison, Difference, compare, decision_acts
from surveys.double_entry import AGAIN, SOURCE, Decision, first_keyers, first_keying, in_history, is_keyed_again, shadow
from surveys.form import Form, parse_address
from surveys.history import DOUBLE_ENTRY, Event, Kind, heads, key_of, replay
from surveys.interview import Interview

FORMS = {"nasty": form_of(NASTY), "wide": form_of(WIDE)}
OFFICE = form_of(SMALL)


def seen(interview: Interview) -> dict[str, object]:
    """All that can be seen of an interview, whatever events it took to get there."""
    looks = picture(interview)
    conflicts = {key: [e.says for e in c.sides] for key, c in interview.conflicts.items()}
    return {**looks, "heads": None, "conflicts": conflicts}


@dataclass
class TwoPeople:
    """Two people who key one interview, each of them also, unknown to the program, in an interview of their own."""

    form: Form
    edits: tuple[Edits, Edits] = field(default_factory=lambda: (Edits(Hand("k1")), Edits(Hand("k2"))))

    def __post_init__(self) -> None:
        hand = Hand("k0")
        beginning = [hand.opened(self.form)]
        for item in self.form.items[:2]:
            if item.type in ("integer", "text"):
                beginning.append(
                    hand.event(
                        (beginning[-1].id,), Kind.ANSWERED, item.name, "3", status=Status.ANSWERED, source=DEFAULT
                    )
                )
        self.alone = [Interview(self.form, beginning, fixed_clock) for _ in range(2)]
        self.together = Interview(self.form, beginning, fixed_clock)

    def key(self, person: int, step: tuple[int, int, int]) -> None:
        alone, both = self.alone[person], self.together
        event = replace(self.edits[person].make(alone, step), who="甲乙"[person])
        if person == 0:
            alone.apply(event)
            both.apply(replace(event, parents=both.heads))
        elif event.kind in AGAIN:
            alone.apply(event)
            both.apply(in_history(event, both))

    def decide(self, difference: Difference, decision: Decision, other: Answer = EMPTY) -> list[Kind]:
        hand = self.edits[0].hand
        acts = decision_acts(compare(self.together), difference, decision, other)
        for act in acts:
            more = {"status": act.status, "note": act.note, "source": act.source}
            hand.say(self.together, act.kind, act.cell, act.value, **more)
        return [act.kind for act in acts]


def open_ones(comparison: Comparison) -> list[Difference]:
    return [difference for difference in comparison.differences if difference.decision is None]


steps = st.lists(st.tuples(st.integers(0, 1), st.integers(0, 39), st.integers(0, 11), st.integers(0, 400)), max_size=40)
Steps = list[tuple[int, int, int, int]]


def lived(form: Form, script: Iterable[tuple[int, int, int, int]]) -> TwoPeople:
    people = TwoPeople(form)
    for person, *step in script:
        people.key(person, (step[0], step[1], step[2]))
    return people


def long_script(seed: int, count: int) -> Iterator[tuple[int, int, int, int]]:
    dice = random.Random(seed)
    return ((dice.randrange(2), *step) for step in numbers(seed, count))


# ── the laws ──────────────────────────────────────────────────────────────────────────


def keeps_apart(people: TwoPeople) -> None:
    """Each of the two finds what they would have found alone."""
    shuffled = people.together.events[::-1]
    for both in (people.together, Interview(people.form, shuffled, fixed_clock)):
        assert seen(both) == seen(people.alone[0])
        assert seen(first_keying(both)) == seen(people.alone[0])
        second = shadow(both)
        assert seen(second) == seen(people.alone[1])
        assert second.heads == people.alone[1].heads
        assert second.id != both.id


@settings(deadline=None, max_examples=80)
@given(st.sampled_from(sorted(FORMS)), steps)
def test_the_two_keyings_do_not_notice_each_other(form: str, script: Steps) -> None:
    keeps_apart(lived(FORMS[form], script))


@pytest.mark.parametrize("seed", range(4))
def test_in_long_sittings_neither(seed: int) -> None:
    keeps_apart(lived(FORMS["nasty" if seed % 2 else "wide"], long_script(seed, 300)))


@settings(deadline=None, max_examples=60)
@given(st.sampled_from(sorted(FORMS)), steps)
def test_the_differences_are_where_the_answers_differ(form: str, script: Steps) -> None:
    people = lived(FORMS[form], script)
    one, two = people.alone
    comparison = compare(people.together)
    found = {d.address for d in comparison.differences}
    for item in people.form.items:
        if not item.asked or item.type == "roster":
            continue
        for address in {*one.addresses(item.name), *two.addresses(item.name)}:
            a, b = one.answer(address), two.answer(address)
            differ = a != b and Status.SKIPPED not in (a.status, b.status)
            assert (address in found) == differ, address
    for difference in comparison.differences:
        assert difference.decision is None
        if not difference.whole_row:
            assert (difference.first.answer, difference.second.answer) == (
                one.answer(difference.address),
                two.answer(difference.second_address),
            )
            assert difference.first.who in ("甲", "") or difference.first.answer == answered("3")
            assert difference.second.who in ("乙", "") or difference.second.answer == answered("3")
    assert len(comparison.differences) <= comparison.compared


def decided(people: TwoPeople, choose: Callable[[Difference], Decision]) -> Comparison:
    """Decide until nothing is open any more; an answer may bring up questions that were not asked before."""
    for _ in range(500):
        comparison = compare(people.together)
        if not (left := open_ones(comparison)):
            return comparison
        people.decide(left[0], choose(left[0]))
    raise AssertionError("there is always one more")


@settings(deadline=None, max_examples=60)
@given(st.sampled_from(sorted(FORMS)), steps)
def test_taking_the_first_everywhere_changes_nothing(form: str, script: Steps) -> None:
    people = lived(FORMS[form], script)
    before = len(compare(people.together).differences)
    comparison = decided(people, lambda _: Decision.FIRST)
    assert seen(people.together) == seen(people.alone[0])
    assert comparison.count(Decision.FIRST) == before == len(comparison.differences)


def flat(interview: Interview) -> dict[str, Answer]:
    """Every answer to what is asked, roster rows by their place; 暂无 says nothing where there are rows."""
    place = {
        row_id: str(number) for item in interview.form.items for number, row_id in enumerate(interview.rows(item.name))
    }
    answers = {a: answer for item in interview.form.items for a, answer in interview.effective(item.name).items()}
    asked = {
        address: answer
        for address, answer in answers.items()
        if answer.status is not Status.SKIPPED and not interview.rows(address)
    }
    return {a.replace(r := parse_address(a).row_id, place[r]) if "[" in a else a: v for a, v in asked.items()}


@settings(deadline=None, max_examples=60)
@given(st.sampled_from(sorted(FORMS)), steps)
def test_taking_the_second_everywhere_gives_the_second(form: str, script: Steps) -> None:
    people = lived(FORMS[form], script)
    comparison = decided(people, lambda _: Decision.SECOND)
    assert flat(people.together) == flat(people.alone[1])
    assert seen(shadow(people.together)) == seen(people.alone[1])
    assert seen(first_keying(people.together)) == seen(people.alone[0])
    assert comparison.count(Decision.SECOND) == len(comparison.differences)


@settings(deadline=None, max_examples=40)
@given(st.sampled_from(sorted(FORMS)), steps, st.randoms(use_true_random=False))
def test_a_decision_can_be_changed(form: str, script: Steps, dice: random.Random) -> None:
    people = lived(FORMS[form], script)
    decided(people, lambda _: dice.choice((Decision.FIRST, Decision.SECOND)))
    for _ in range(200):  # back to the first, wherever the second was taken
        taken = [d for d in compare(people.together).differences if d.decision is not Decision.FIRST]
        if not taken:
            break
        people.decide(taken[0], Decision.FIRST)
    assert flat(people.together) == flat(people.alone[0])


# ── meeting ───────────────────────────────────────────────────────────────────────────

FIELDS = ("staff_count", "chair", "ages.young", "venues[r1].v_name", "venues[s1].v_name")
scripts = st.lists(st.tuples(st.integers(0, 2), st.integers(0, 6), st.integers(0, 4), st.integers(0, 2)), max_size=25)


def laptops(script: list[tuple[int, int, int, int]]) -> list[dict[str, Event]]:
    """Three laptops that key, key again, decide, and meet."""
    hands = [Hand(f"k{n}") for n in range(3)]
    opened = hands[0].opened(OFFICE)
    known: list[dict[str, Event]] = [{opened.id: opened} for _ in hands]
    for who, what, place, value in script:
        mine, address = known[who], FIELDS[place]
        text, status = f"{value}", Status.ANSWERED
        match what:
            case 0:
                mine |= known[place % 3]
                continue
            case 1 | 2:
                kind = Kind.ANSWERED
            case 3 | 4:
                kind = Kind.KEYED_AGAIN
            case 5:
                kind, text, status = Kind.COMPARED, list(Decision)[value], Status.ANSWERED
            case _:
                added = (Kind.ROW_ADDED, Kind.ROW_REMOVED), (Kind.ROW_ADDED_AGAIN, Kind.ROW_REMOVED_AGAIN)
                kind, address, text = added[place % 2][value % 2], f"venues[{'rs'[place % 2]}1]", ""
        event = hands[who].event(
            heads(mine.values()), kind, address, text, status=status, note=f"{value}" if kind is Kind.COMPARED else ""
        )
        mine[event.id] = event
    return known


@settings(deadline=None, max_examples=150)
@given(scripts, st.randoms(use_true_random=False))
def test_merged_in_any_order_the_two_compare_the_same(
    script: list[tuple[int, int, int, int]], dice: random.Random
) -> None:
    one, two, three = laptops(script)
    events = list((one | two | three).values())
    first = compare(Interview(OFFICE, events, fixed_clock))
    dice.shuffle(events)
    again = compare(Interview(OFFICE, events, fixed_clock))
    assert again.differences == first.differences
    assert again.compared == first.compared
    assert seen(again.second) == seen(first.second)
    assert seen(again.now) == seen(first.now)


@settings(deadline=None, max_examples=150)
@given(scripts)
def test_a_merged_second_keying_leaves_the_first_and_its_conflicts_as_they_are(
    script: list[tuple[int, int, int, int]],
) -> None:
    one, two, three = laptops(script)
    everything = Interview(OFFICE, (one | two | three).values(), fixed_clock)
    assert not {kind for kind, _ in everything.conflicts} & {"keyed_again", "row_again", "compared"}
    assert seen(everything) == seen(first_keying(everything))


def test_that_law_sees_an_interview_that_lets_the_second_keying_in(monkeypatch: pytest.MonkeyPatch) -> None:
    """Negative control: a history in which keying again writes the same keys as keying."""
    people = lived(FORMS["nasty"], long_script(1, 60))
    keeps_apart(people)
    plain = {again: kind for kind, again in AGAIN.items()}
    mixed = [replace(e, kind=plain.get(e.kind, e.kind)) for e in people.together.events]
    people.together = Interview(people.form, mixed, fixed_clock)
    with pytest.raises(AssertionError):
        keeps_apart(people)


def test_that_law_sees_a_shadow_that_knows_an_answer(monkeypatch: pytest.MonkeyPatch) -> None:
    people = lived(FORMS["nasty"], long_script(1, 60))
    monkeypatch.setattr(double_entry, "_in_shadow", lambda event: event.kind not in DOUBLE_ENTRY)
    with pytest.raises(AssertionError):
        keeps_apart(people)


# ── case by case ──────────────────────────────────────────────────────────────────────


@pytest.fixture
def people(small: Form) -> TwoPeople:
    return TwoPeople(small)


def say(people: TwoPeople, person: int, cell: str, value: str = "", kind: Kind = Kind.ANSWERED, **more: object) -> None:
    hand, both = people.edits[person].hand, people.together
    status = more.pop("status", Status.ANSWERED if value else Status.EMPTY)
    who = ("张三", "李四")[person]
    kind = AGAIN[kind] if person else kind
    hand.say(both, kind, cell, value, status=status, who=who, at=f"2022-11-0{person + 1}", **more)


def lines(people: TwoPeople) -> list[tuple[str, str, str, Decision | None]]:
    found = compare(people.together).differences
    return [(d.address, d.first.answer.value, d.second.answer.value, d.decision) for d in found]


def decide(people: TwoPeople, address: str, decision: Decision, other: Answer = EMPTY) -> list[Kind]:
    difference = next(d for d in compare(people.together).differences if d.address == address)
    return people.decide(difference, decision, other)


def test_a_difference_tells_who_keyed_what_and_when(people: TwoPeople) -> None:
    say(people, 0, "staff_count", "12")
    say(people, 1, "staff_count", "21")
    (difference,) = compare(people.together).differences
    assert (difference.first.who, difference.first.at) == ("张三", "2022-11-01")
    assert (difference.second.who, difference.second.at) == ("李四", "2022-11-02")
    assert difference.first.answer == answered("12")


def test_what_only_one_of_the_two_is_asked_is_no_difference_of_its_own(people: TwoPeople) -> None:
    say(people, 0, "staff_count", "0")
    say(people, 1, "staff_count", "2")
    say(people, 1, "ages.young", "2")
    assert [line[0] for line in lines(people)] == ["staff_count"]
    decide(people, "staff_count", Decision.SECOND)
    assert [line[0] for line in lines(people)] == ["staff_count", "ages.young"]


def test_taking_the_second_writes_it_with_its_source_and_keeps_both_in_the_history(people: TwoPeople) -> None:
    say(people, 0, "staff_count", "12")
    say(people, 1, "staff_count", "21")
    assert decide(people, "staff_count", Decision.SECOND) == [Kind.ANSWERED, Kind.COMPARED]
    assert people.together.answer("staff_count") == answered("21")
    assert people.together.events[-2].source == SOURCE
    assert lines(people) == [("staff_count", "12", "21", Decision.SECOND)]


def test_taking_the_first_writes_no_answer(people: TwoPeople) -> None:
    say(people, 0, "staff_count", "12")
    say(people, 1, "staff_count", "21")
    assert decide(people, "staff_count", Decision.FIRST) == [Kind.COMPARED]
    assert lines(people) == [("staff_count", "12", "21", Decision.FIRST)]


def test_a_third_answer_is_neither(people: TwoPeople) -> None:
    say(people, 0, "staff_count", "12")
    say(people, 1, "staff_count", "21")
    decide(people, "staff_count", Decision.OTHER, answered("22"))
    assert people.together.answer("staff_count") == answered("22")
    assert lines(people) == [("staff_count", "12", "21", Decision.OTHER)]


def test_keying_the_second_time_anew_opens_what_was_decided(people: TwoPeople) -> None:
    for decision in Decision:
        say(people, 0, "staff_count", "12")
        say(people, 1, "staff_count", "21")
        decide(people, "staff_count", decision, answered("22"))
        say(people, 1, "staff_count", "31")
        assert lines(people) == [("staff_count", "12", "31", None)]
        say(people, 1, "staff_count", "21")
        assert lines(people) == [("staff_count", "12", "21", decision)], "it is the entry that was looked at"


def test_keying_it_like_the_first_settles_the_difference(people: TwoPeople) -> None:
    say(people, 0, "staff_count", "12")
    say(people, 1, "staff_count", "21")
    decide(people, "staff_count", Decision.FIRST)
    say(people, 1, "staff_count", "12")
    assert lines(people) == []
    assert compare(people.together).compared == 1


def test_what_nobody_keyed_is_not_compared(small: Form) -> None:
    people = TwoPeople(small)
    opened = people.together.events[0]
    known = people.edits[0].hand.event(
        (opened.id,), Kind.ANSWERED, "filler", "张三", status=Status.ANSWERED, source=ASSIGNMENT
    )
    people.together = Interview(small, [opened, known], fixed_clock)
    say(people, 0, "staff_count", "12")
    say(people, 1, "staff_count", "12")
    assert shadow(people.together).answer("filler") == answered("张三")
    assert (lines(people), compare(people.together).compared) == ([], 1)
    say(people, 0, "filler", "王五")
    assert lines(people) == [("filler", "王五", "张三", None)]
    assert first_keyers([known]) == ()


def row(people: TwoPeople, person: int, row_id: str, name: str, area: str = "") -> None:
    say(people, person, f"venues[{row_id}]", kind=Kind.ROW_ADDED)
    say(people, person, f"venues[{row_id}].v_name", name)
    if area:
        say(people, person, f"venues[{row_id}].v_area", area)


def test_rows_are_held_against_each_other_in_their_order(people: TwoPeople) -> None:
    row(people, 0, "a", "书屋", "5")
    row(people, 0, "b", "文化宫")
    row(people, 1, "x", "书屋", "50")
    row(people, 1, "y", "文化宫")
    assert lines(people) == [("venues[a].v_area", "5", "50", None)]
    decide(people, "venues[a].v_area", Decision.SECOND)
    assert people.together.answer("venues[a].v_area") == answered("50")


def test_a_row_that_only_the_second_has_is_taken_over_whole_or_left_out(people: TwoPeople) -> None:
    row(people, 0, "a", "书屋")
    row(people, 1, "x", "书屋")
    row(people, 1, "y", "文化宫", "90")
    ((address, first, _, _),) = lines(people)
    assert (address, first) == ("venues[y]", "")
    assert decide(people, address, Decision.SECOND)[0] is Kind.ROW_ADDED
    assert people.together.rows("venues") == ("a", "y")
    assert people.together.answer("venues[y].v_area") == answered("90")
    decide(people, address, Decision.FIRST)
    assert people.together.rows("venues") == ("a",)
    assert lines(people)[0][3] is Decision.FIRST
    say(people, 1, "venues[y].v_area", "91")
    assert lines(people)[0][3] is None, "the row is another one now"


def test_a_row_that_only_the_first_has_is_kept_or_dropped(people: TwoPeople) -> None:
    row(people, 0, "a", "书屋")
    say(people, 1, "venues", status=Status.NOT_APPLICABLE)
    assert [line[0] for line in lines(people)] == ["venues[a]"]
    decide(people, "venues[a]", Decision.SECOND)
    assert people.together.rows("venues") == ()
    assert [(line[0], line[3]) for line in lines(people)] == [("venues[a]", Decision.SECOND)]
    assert people.together.nothing("venues")
    decide(people, "venues[a]", Decision.FIRST)
    assert [(line[0], line[3]) for line in lines(people)] == [("venues[a]", Decision.FIRST)]
    assert people.together.rows("venues") == ("a",)
    assert not people.together.nothing("venues")
    assert people.together.answer("venues[a].v_name") == answered("书屋")


def test_nothing_to_register_gives_way_to_a_row_that_is_taken_over(people: TwoPeople) -> None:
    say(people, 0, "venues", status=Status.NOT_APPLICABLE)
    row(people, 1, "x", "书屋")
    decide(people, "venues[x]", Decision.SECOND)
    assert people.together.rows("venues") == ("x",)
    assert not people.together.nothing("venues")
    decide(people, "venues[x]", Decision.FIRST)
    assert people.together.nothing("venues"), "as it was said first"


def test_nothing_to_register_against_nothing_said_is_a_difference(people: TwoPeople) -> None:
    say(people, 1, "venues", status=Status.NOT_APPLICABLE)
    assert [line[0] for line in lines(people)] == ["venues"]
    decide(people, "venues", Decision.SECOND)
    assert people.together.nothing("venues")


def test_deciding_differently_on_two_laptops_leaves_it_open(people: TwoPeople) -> None:
    say(people, 0, "staff_count", "12")
    say(people, 1, "staff_count", "21")
    before = list(people.together.events)
    decide(people, "staff_count", Decision.FIRST)
    one = list(people.together.events)
    people.together = Interview(people.form, before, fixed_clock)
    people.edits[0].hand.device = "k9"
    decide(people, "staff_count", Decision.SECOND)
    people.together = Interview(people.form, {*one, *people.together.events}, fixed_clock)
    assert lines(people)[0][3] is None
    assert not people.together.conflicts
    decide(people, "staff_count", Decision.SECOND)
    assert lines(people)[0][3] is Decision.SECOND


def test_a_decision_ends_a_conflict_of_the_first(people: TwoPeople) -> None:
    opened = people.together.events[0]
    sides = [
        Hand(f"k{n}").event((opened.id,), Kind.ANSWERED, "staff_count", f"{n}", status=Status.ANSWERED) for n in (5, 6)
    ]
    people.together = Interview(people.form, [opened, *sides], fixed_clock)
    say(people, 1, "staff_count", "7")
    decide(people, "staff_count", Decision.FIRST)
    assert not people.together.conflicts
    assert lines(people)[0][3] is Decision.FIRST


def test_a_decision_nobody_knows_decides_nothing(people: TwoPeople) -> None:
    say(people, 0, "staff_count", "12")
    say(people, 1, "staff_count", "21")
    people.edits[0].hand.say(people.together, Kind.COMPARED, "staff_count", "guess", note="21", status=Status.ANSWERED)
    assert lines(people)[0][3] is None


def test_nothing_is_keyed_again_until_it_is(people: TwoPeople) -> None:
    say(people, 0, "staff_count", "12")
    assert not is_keyed_again(people.together.events)
    say(people, 1, "staff_count", "12")
    assert is_keyed_again(people.together.events)
    assert first_keyers(people.together.events) == ("张三",)


def test_every_kind_of_double_entry_has_a_key_of_its_own() -> None:
    keys = {key_of(Event("e", (), "i", 0, kind, "f[r]")) for kind in Kind if kind not in DOUBLE_ENTRY}
    again = {key_of(Event("e", (), "i", 0, kind, "f[r]")) for kind in DOUBLE_ENTRY}
    assert len(again) == 3
    assert not again & keys


def test_a_history_without_some_of_its_events_keeps_its_order(people: TwoPeople) -> None:
    for value in ("1", "2"):
        say(people, 0, "staff_count", value)
        say(people, 1, "staff_count", value + "0")
    first = first_keying(people.together).events
    assert [event.parents for event in first[1:]] == [(event.id,) for event in first[:-1]]
    assert replay(first).conflicts == {}
