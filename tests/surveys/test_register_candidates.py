"""What a questionnaire flags becomes a candidate, the same on every machine, until a person says a word."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from registering import HULAN, Desk

from surveys.form import Form
from surveys.recording import Recorder
from surveys.register.candidates import candidate_id, candidates_of
from surveys.register.case import MOVED
from surveys.register.collecting import candidate, candidates, collect
from surveys.register.loading import shipped
from surveys.text import Refusal

MakeDesk = Callable[..., Desk]
VACANT = "chair_post"


def raised(desk: Desk, form: Form) -> Recorder:
    """An interview with one flag that holds and two rows of question 54."""
    recorder = desk.interview(HULAN)
    recorder.answer(VACANT, "1")
    flagged(recorder)
    for words in ("文化宫冬季没有供暖，活动停了三个月", "经费缺口大"):
        row = recorder.add_row("difficulties")
        recorder.answer_many(
            {f"difficulties[{row}].d_desc": words.ljust(10, "。"), f"difficulties[{row}].d_level": "3"}
        )
    return recorder


def flagged(recorder: Recorder) -> None:
    """Answer so that the first flag of the form holds that one answer makes."""
    for item in recorder.interview.form.items:
        if item.name == VACANT:
            for choice in getattr(item.question, "choices", ()):
                recorder.answer(VACANT, choice.name)
                if recorder.interview.flags(VACANT):
                    return
    raise AssertionError("no choice is flagged")


def unflagged(recorder: Recorder) -> None:
    """Correct that answer so that nothing is flagged there."""
    question = recorder.interview.form.by_name[VACANT].question
    for choice in getattr(question, "choices", ()):
        recorder.answer(VACANT, choice.name)
        if not recorder.interview.flags(VACANT):
            return
    raise AssertionError("every choice is flagged")


def test_the_same_interview_has_the_same_candidates_on_two_machines(make_desk: MakeDesk, county: Form) -> None:
    here, there = make_desk("张三", 1), make_desk("李四", 2)
    recorder = raised(here, county)
    there.takes(here)
    assert collect(here.store) == collect(there.store) == 1
    assert candidates(here.store) == candidates(there.store)
    assert [one.item for one in candidates(here.store)] == [VACANT, "difficulties", "difficulties"]
    assert collect(here.store) == 0
    ids = {one.id for one in candidates(here.store)}
    other = here.interview("230102")
    flagged(other)
    collect(here.store)
    assert len({one.id for one in candidates(here.store)} - ids) == 1
    assert candidate_id(recorder.interview.id, VACANT, "101", "") in ids


def test_a_candidate_says_what_was_answered_and_what_it_begins_with(make_desk: MakeDesk, county: Form) -> None:
    desk = make_desk("张三", 1)
    raised(desk, county)
    collect(desk.store)
    flag, *rows = candidates(desk.store)
    assert flag.category == "101"
    assert flag.evidence
    assert flag.values["source"] == "1"
    assert "1、" in flag.values["summary"]
    words = {row.values["summary"] for row in rows}
    assert "文化宫冬季没有供暖，活动停了三个月" in words
    assert {(row.category, row.values["source"], row.values["level"]) for row in rows} == {("", "2", "3")}


def test_a_person_confirms_with_what_is_still_missing(make_desk: MakeDesk, county: Form) -> None:
    desk = make_desk("张三", 1)
    raised(desk, county)
    collect(desk.store)
    flag, row, _ = candidates(desk.store)
    case = desk.registrar.move(flag.id, "20")
    assert (case.status, case.value("category"), case.value("question")) == ("20", "101", VACANT)
    assert case.value("evidence") == flag.evidence
    assert case.numbers == ("G1-230111-0001",)
    assert flag.id not in {one.id for one in candidates(desk.store)}
    (missing,) = [move.missing for move in desk.registrar.moves(row.id) if move.to == "20"]
    assert missing == ("category",)
    with pytest.raises(Refusal, match=r"^“登记”还缺：类别。$"):
        desk.registrar.move(row.id, "20")
    assert not desk.store.events(row.id), "a refused word leaves nothing behind"
    assert desk.registrar.move(row.id, "20", category="204").settled is False


def test_a_corrected_answer_marks_its_candidate_and_a_decided_one_stays_decided(
    make_desk: MakeDesk, county: Form
) -> None:
    desk = make_desk("张三", 1)
    recorder = raised(desk, county)
    collect(desk.store)
    flag, row, other = candidates(desk.store)
    desk.registrar.move(flag.id, "92", checked_by="张三", reason="公示期已过，主席到任")
    unflagged(recorder)
    recorder.remove_row("difficulties", row.row)
    collect(desk.store)
    assert [one.id for one in candidates(desk.store)] == [other.id]
    assert desk.registrar.case(flag.id).status == "92"
    flagged(recorder)
    collect(desk.store)
    assert flag.id not in {one.id for one in candidates(desk.store)}
    assert (found := candidate(desk.store, flag.id)) is not None
    assert found.holds


def test_what_was_flagged_at_completion_is_marked_and_not_dropped_by_a_correction(
    small: Form, make_desk: MakeDesk
) -> None:
    """Whoever merges the last workbook only has the same candidates as who merged all of them."""
    form = _with_flag(small)
    here, late = make_desk("张三", 1), make_desk("王五", 0)
    recorder = Recorder.start(here.store, form, HULAN, here.actor, lambda: here.now)
    recorder.answer("staff_count", "0")
    recorder.answer("chair", "1")
    recorder.say_nothing("venues")
    recorder.complete()
    collect(here.store)
    (before,) = candidates(here.store)
    recorder.reopen("数字录错")
    with recorder.because("录入错误"):
        recorder.answer("staff_count", "7")
        recorder.answer_many({"ages.young": "3", "ages.old": "4"})
    assert recorder.interview.flags() == []
    collect(here.store)
    assert candidates(here.store) == [before._replace(holds=0)]
    late.store.add_definition(form.survey)
    late.takes(here)
    collect(late.store)
    assert candidates(late.store) == candidates(here.store)
    assert candidates(late.store, gone=False) == []
    recorder.void("重复")
    assert not any(one.holds for one in candidates_of(shipped("problems"), recorder.interview, here.store.form))


def _with_flag(small: Form) -> Form:
    data = small.survey.model_dump(mode="json", exclude_defaults=True)
    data["id"] = "flagging"
    question = data["sections"][1]["questions"][0]
    question["flags"] = [
        {"when": ". = 0", "category": "103", "level": "yellow", "message": "没有人"},
        {"when": ". <= 1", "category": "103", "level": "red", "message": "最多一人"},
    ]
    return Form(type(small.survey).model_validate(data))


def test_two_flags_of_one_question_and_category_are_one_problem(small: Form, make_desk: MakeDesk) -> None:
    desk = make_desk("张三", 1)
    recorder = Recorder.start(desk.store, _with_flag(small), HULAN, desk.actor, lambda: desk.now)
    recorder.answer("staff_count", "0")
    collect(desk.store)
    (one,) = candidates(desk.store)
    assert (one.message, one.level) == ("没有人；最多一人", "red")


def test_confirmed_here_and_dismissed_there_is_one_case_in_dispute(make_desk: MakeDesk, county: Form) -> None:
    here, there, office = make_desk("张三", 1), make_desk("李四", 2), make_desk("王五", 0)
    raised(here, county)
    there.takes(here)
    for desk in (here, there):
        collect(desk.store)
    flag = candidates(here.store)[0]
    here.issue()
    here.registrar.move(flag.id, "20")
    there.registrar.move(flag.id, "92", checked_by="李四", reason="已经配齐")
    office.takes(here, there)
    case = office.registrar.case(flag.id)
    assert {side.value for side in case.conflicts[MOVED].sides} == {"20", "92"}
    assert case.status == "20", "what is disputed stays on the list"
    assert sorted(case.numbers) == ["G1-230111-0002", "G2-230111-0001"]
    assert "number" not in {key[1] for key in case.conflicts}


def test_evidence_holds_no_phone_number(make_desk: MakeDesk, county: Form) -> None:
    desk = make_desk("张三", 1)
    recorder = desk.interview()
    row = recorder.add_row("difficulties")
    recorder.answer(f"difficulties[{row}].d_desc", "职工反映文化宫不供暖，电话13904510000")
    collect(desk.store)
    (one,) = candidates(desk.store)
    assert "139" not in one.evidence + one.proposal
    assert desk.registrar.move(one.id, "20", category="204").value("summary").endswith("［号码已略去］")
