"""The same unit's interview in the round before."""

from __future__ import annotations

import pytest
from samples import SMALL, form_of

from surveys.acts import Actor
from surveys.form import Form
from surveys.recording import Recorder
from surveys.store import Store

ACTOR = Actor("张三", 1, "k1")
UNIT, OTHER = "230111", "230803"


def form_for(round_: str, survey: str = "sample") -> Form:
    return form_of(SMALL.replace("2022", round_).replace("id: sample", f"id: {survey}"))


def begin(store: Store, round_: str, unit: str = UNIT, survey: str = "sample") -> Recorder:
    form = form_for(round_, survey)
    store.add_definition(form.definition)
    return Recorder.start(store, form, unit, ACTOR)


def complete(recorder: Recorder) -> str:
    recorder.answer_many({"staff_count": "0", "chair": "1"})
    recorder.say_nothing("venues")
    recorder.complete()
    return recorder.interview.id


def earlier(store: Store, recorder: Recorder) -> str:
    row = store.earlier(recorder.interview.id)
    return row.id if row else ""


def test_the_latest_complete_one_is_found(store: Store) -> None:
    complete(begin(store, "2023"))
    latest = complete(begin(store, "2024"))
    begin(store, "2025")
    assert earlier(store, begin(store, "2026")) == latest


def test_a_draft_is_better_than_nothing(store: Store) -> None:
    draft = begin(store, "2025").interview.id
    assert earlier(store, begin(store, "2026")) == draft


def test_completing_an_older_one_late_does_not_make_it_the_latest(store: Store) -> None:
    older = begin(store, "2023")
    latest = complete(begin(store, "2024"))
    now = begin(store, "2026")
    complete(older)
    assert earlier(store, now) == latest


@pytest.mark.parametrize("what", ["another unit", "another survey", "the same round", "void", "later"])
def test_what_is_no_round_before_is_not_taken(store: Store, what: str) -> None:
    now = begin(store, "2026") if what == "later" else None
    match what:
        case "another unit":
            complete(begin(store, "2025", OTHER))
        case "another survey":
            complete(begin(store, "2025", survey="other"))
        case "the same round":
            complete(begin(store, "2026"))
        case "void":
            begin(store, "2025").void("开错了")
        case _:
            complete(begin(store, "2027"))
    assert earlier(store, now or begin(store, "2026")) == ""


def test_an_unknown_interview_has_none(store: Store) -> None:
    assert store.earlier("nobody") is None


def test_it_is_looked_up_by_an_index(store: Store) -> None:
    seen: list[str] = []
    store.conn.set_trace_callback(seen.append)
    store.earlier(begin(store, "2026").interview.id)
    store.conn.set_trace_callback(None)
    query = next(statement for statement in reversed(seen) if "theirs" in statement)
    plan = " ".join(str(row[3]) for row in store.conn.execute(f"EXPLAIN QUERY PLAN {query}"))
    assert "interviews_of_unit" in plan
    assert "SCAN" not in plan
