"""Moving to a newer version of a form: whatever was answered is afterwards there, or named as set aside."""

from __future__ import annotations

import copy
import itertools
import random
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from samples import Edits, all_effective, fixed_clock, picture

from surveys.acts import Actor
from surveys.answers import EMPTY, Answer, Status
from surveys.definition import Survey
from surveys.form import Form
from surveys.frame import Team, Unit
from surveys.history import Event
from surveys.interview import Interview
from surveys.migration import Plan, plan_migration
from surveys.moving import carry_out, plan_moves
from surveys.recording import Recorder
from surveys.store import Store
from surveys.text import Refusal

UNIT = "230111"
ACTOR = Actor("张三", 1, "k1")
OTHER = Actor("李四", 2, "k2")
Definition = dict[str, Any]


def codes(*names: str) -> list[Definition]:
    return [{"name": name, "label": f"选项{name}", "specify": name == "96"} for name in names]


FIRST: Definition = {
    "id": "t", "version": "1", "title": "问卷", "unit": "单位", "round": "2022", "statuses": ["dont_know"],
    "sections": [
        {"name": "one", "label": "一", "questions": [
            {"name": "count", "type": "integer", "label": "几人", "min": 0, "max": 99,
             "warnings": [{"check": ". < 5", "message": "不小于5"}]},
            {"name": "chair", "type": "select_one", "label": "谁", "choices": codes("1", "2", "96")},
            {"name": "problems", "type": "select_multiple", "label": "哪些", "choices": codes("1", "2", "3", "96")},
            {"name": "story", "type": "text", "label": "经过"},
            {"name": "day", "type": "date", "label": "哪天"},
        ]},
        {"name": "two", "label": "二", "questions": [
            {"name": "amount", "type": "money", "label": "多少钱"},
            {"name": "ages", "type": "matrix", "label": "年龄", "cell": {"type": "integer", "min": 0},
             "rows": [{"name": "young", "label": "青"}, {"name": "old", "label": "老"}]},
            {"name": "grid", "type": "matrix", "label": "表", "cell": {"type": "decimal", "min": 0},
             "rows": [{"name": "r", "label": "行一"}, {"name": "s", "label": "行二"}],
             "columns": [{"name": "x", "label": "列一"}, {"name": "y", "label": "列二"}]},
            {"name": "venues", "type": "roster", "label": "阵地", "none_label": "暂无", "questions": [
                {"name": "v_name", "type": "text", "label": "名称"},
                {"name": "v_kind", "type": "select_one", "label": "类别", "choices": codes("1", "96")},
                {"name": "v_days", "type": "integer", "label": "天数", "min": 0}]},
        ]},
    ],
}  # fmt: skip


def made(definition: Definition) -> Form:
    return Form(Survey.model_validate(definition))


def edited(*edits: Callable[[Definition], None], of: Definition = FIRST, version: str = "2") -> Form:
    """The form after these edits."""
    definition = copy.deepcopy(of) | {"version": version}
    for edit in edits:
        edit(definition)
    return made(definition)


def question(definition: Definition, name: str) -> Definition:
    """A question or a roster field of a definition."""
    everything = [q for section in definition["sections"] for q in section["questions"]]
    return next(q for q in [*everything, *(f for q in everything for f in q.get("questions", ()))] if q["name"] == name)


def put(name: str, /, **changes: Any) -> Callable[[Definition], None]:
    return lambda definition: question(definition, name).update(changes)


def renamed(name: str, new: str) -> Callable[[Definition], None]:
    return put(name, name=new, was=name)


def without(name: str) -> Callable[[Definition], None]:
    def edit(definition: Definition) -> None:
        for section in definition["sections"]:
            section["questions"] = [q for q in section["questions"] if q["name"] != name]

    return edit


def answered(value: str) -> Answer:
    return Answer(value, Status.ANSWERED)


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    with new_store(tmp_path / "data" / "zoufang.db") as opened:
        yield opened


def new_store(path: Path) -> Store:
    store = Store(path)
    units = [Unit(UNIT, "哈尔滨市", "呼兰区", "区", 1), Unit("230803", "佳木斯市", "向阳区", "区", 2)]
    store.install(Survey.model_validate(FIRST), units, [Team(1, "第1组"), Team(2, "第2组")])
    return store


@pytest.fixture
def recorder(store: Store) -> Recorder:
    return Recorder.start(store, made(FIRST), UNIT, ACTOR)


def moved(plan: Plan) -> dict[str, str]:
    return {old: new for old, new, _ in plan.renamed}


def reasons(plan: Plan) -> dict[str, str]:
    return {drop.address: drop.reason for drop in plan.dropped}


# ── what becomes of an answer ─────────────────────────────────────────────────────────


def test_what_is_unchanged_is_kept(recorder: Recorder) -> None:
    recorder.answer_many({"count": "3", "chair": "96", "chair.96": "挂职", "grid.r.x": "1.5"})
    recorder.set_status("story", Status.DONT_KNOW)
    plan = recorder.migrate(edited(put("count", label="有几人")))
    assert set(plan.kept) == {"count", "chair", "chair.96", "grid.r.x", "story"}
    assert (plan.renamed, plan.dropped, plan.rows, plan.added) == ((), (), (), ())
    assert recorder.interview.answer("count") == answered("3")
    assert recorder.interview.form.survey.version == "2"


def test_a_renamed_question_takes_everything_along(recorder: Recorder) -> None:
    recorder.answer_many({"chair": "96", "chair.96": "挂职", "ages.young": "3"})
    recorder.remark("chair", "电话核实过")
    recorder.doubt("chair", True)
    recorder.evidence("chair", "台账")
    recorder.name_respondent("chair", "李四（主席）")
    plan = recorder.migrate(edited(renamed("chair", "leader"), renamed("ages", "years")))
    assert moved(plan) == {"chair": "leader", "chair.96": "leader.96", "ages.young": "years.young"}
    interview = recorder.interview
    assert [interview.answer(a).value for a in ("leader", "leader.96", "years.young")] == ["96", "挂职", "3"]
    assert (interview.remark("leader"), interview.doubted("leader"), interview.evidence("leader")) == (
        "电话核实过", True, "台账",
    )  # fmt: skip
    assert interview.respondent("leader") == "李四（主席）"


def test_renamed_rows_columns_and_fields(recorder: Recorder) -> None:
    recorder.answer_many({"grid.r.x": "1", "grid.s.y": "2", "ages.old": "3"})
    row = recorder.add_row("venues")
    recorder.answer_many({f"venues[{row}].v_kind": "96", f"venues[{row}].v_kind.96": "书屋"})
    form = edited(
        put("grid", rows=[{"name": "r1", "was": "r", "label": "一"}, {"name": "s", "label": "二"}],
            columns=[{"name": "x", "label": "一"}, {"name": "y1", "was": "y", "label": "二"}]),
        put("ages", rows=[{"name": "a60", "was": "old", "label": "老"}]),
        renamed("v_kind", "v_sort"), renamed("venues", "places"),
    )  # fmt: skip
    plan = recorder.migrate(form)
    assert moved(plan) == {
        "grid.r.x": "grid.r1.x", "grid.s.y": "grid.s.y1", "ages.old": "ages.a60",
        f"venues[{row}].v_kind": f"places[{row}].v_sort", f"venues[{row}].v_kind.96": f"places[{row}].v_sort.96",
    }  # fmt: skip
    assert plan.rows == ((f"venues[{row}]", f"places[{row}]"),)
    assert recorder.interview.rows("places") == (row,)
    assert recorder.interview.answer(f"places[{row}].v_sort.96") == answered("书屋")


def test_two_names_may_change_places(recorder: Recorder) -> None:
    recorder.answer_many({"story": "甲", "chair": "1", "problems": "2 3"})
    form = edited(put("chair", name="problems", was="chair"), lambda d: d["sections"][0]["questions"][2].update(
        name="chair", was="problems"))  # fmt: skip
    plan = recorder.migrate(form)
    assert moved(plan) == {"chair": "problems", "problems": "chair"}
    assert (recorder.interview.answer("problems"), recorder.interview.answer("chair")) == (
        answered("1"), answered("2 3"),
    )  # fmt: skip


def test_was_counts_once(recorder: Recorder) -> None:
    """It stays in later versions; what was answered since is not overwritten by what was there before."""
    recorder.answer("chair", "1")
    rename = renamed("chair", "leader")
    recorder.migrate(edited(rename))
    recorder.answer("leader", "2")
    plan = recorder.migrate(edited(rename, put("count", label="人数"), version="3"))
    assert plan.kept == ("leader",)
    assert recorder.interview.answer("leader") == answered("2")


def test_a_new_name_that_another_question_already_had(recorder: Recorder) -> None:
    """The question that has the name keeps it; the other has no place any more and is named as set aside."""
    recorder.answer_many({"story": "甲", "count": "7"})
    plan = recorder.migrate(edited(without("count"), put("story", was="count")))
    assert plan.kept == ("story",)
    assert reasons(plan) == {"count": "新版没有这道题"}


@pytest.mark.parametrize(
    ("typed", "edit", "reason"),
    [
        ({"story": "甲"}, without("story"), "新版没有这道题"),
        ({"ages.old": "3"}, put("ages", rows=[{"name": "young", "label": "青"}]), "新版没有这一格"),
        ({"chair": "2"}, put("chair", choices=codes("1", "3")), "没有编号为“2”的选项，可选：1、3。"),
        ({"count": "50"}, put("count", max=20), "50 超出范围，应在 0—20 之间。"),
        ({"story": "3"}, put("story", type="select_one", choices=codes("3")), "新版的题型不同"),  # 3 is no code
        ({"amount": "3"}, put("amount", type="integer"), "新版的题型不同"),  # 万元 are no pieces
        ({"day": "2022-11-03"}, put("day", type="month"), "“2022-11-03”不是年月，请按 年-月 填写，如 2022-11。"),
        ({"problems": "1 2"}, put("problems", type="select_one"), "没有编号为“1 2”的选项，可选：1、2、3、96。"),
        ({"count": "3"}, lambda d: d["sections"][0]["questions"].__setitem__(0, {
            "name": "count", "type": "calculate", "label": "几人", "calculation": "2"}), "新版这里不用填写"),
    ],
)  # fmt: skip
def test_what_the_new_version_cannot_take_is_named(
    recorder: Recorder, typed: dict[str, str], edit: Callable[[Definition], None], reason: str
) -> None:
    recorder.answer_many(typed)
    ((address, value),) = typed.items()
    plan = recorder.migrate(edited(edit))
    assert reasons(plan) == {address: reason}
    assert plan.dropped[0].answer == answered(value)
    assert value in {event.value for event in recorder.store.events(recorder.interview.id)}
    if address in recorder.interview.form.by_name and recorder.interview.form.by_name[address].asked:
        assert recorder.interview.kept(address) == EMPTY


@pytest.mark.parametrize(
    ("typed", "edit", "value"),
    [
        ({"problems": "1 3"}, put("problems", choices=codes("3", "2", "1")), "3 1"),  # spelt in the order of the list
        ({"chair": "2"}, put("chair", type="select_multiple"), "2"),
        ({"problems": "2"}, put("problems", type="select_one"), "2"),
        ({"count": "12"}, put("count", type="decimal"), "12"),
        ({"story": "１２"}, put("story", type="integer"), "12"),
        ({"day": "2022-11-03"}, put("day", type="text"), "2022-11-03"),
    ],
)
def test_what_means_the_same_under_another_type_goes_along(
    recorder: Recorder, typed: dict[str, str], edit: Callable[[Definition], None], value: str
) -> None:
    recorder.answer_many(typed)
    (address,) = typed
    assert recorder.migrate(edited(edit)).dropped == ()
    assert recorder.interview.answer(address) == answered(value)


def test_a_missing_status_that_is_no_longer_offered(recorder: Recorder) -> None:
    recorder.set_status("story", Status.DONT_KNOW)
    assert reasons(recorder.migrate(edited(put("story", statuses=[])))) == {"story": "新版不能填“不掌握”"}


def test_nothing_to_register(recorder: Recorder) -> None:
    recorder.say_nothing("venues")
    assert recorder.migrate(edited(put("count", label="人数"))).kept == ("venues",)
    assert recorder.interview.nothing("venues")
    plan = recorder.migrate(edited(put("venues", none_label=""), version="3"))
    assert reasons(plan) == {"venues": "新版不能填“暂无”"}


def test_a_question_is_no_roster(recorder: Recorder) -> None:
    """不适用 of a question does not become 暂无 of a roster that takes its name."""
    field = {"name": "s_name", "type": "text", "label": "名称"}
    before = edited(put("story", statuses=["not_applicable"]), version="1a")
    recorder.migrate(before)
    recorder.set_status("story", Status.NOT_APPLICABLE)
    after = edited(lambda d: d["sections"][0]["questions"].__setitem__(
        3, {"name": "story", "type": "roster", "label": "经过", "none_label": "暂无", "questions": [field]}))  # fmt: skip
    assert reasons(recorder.migrate(after)) == {"story": "新版不能填“暂无”"}
    assert not recorder.interview.nothing("story")


def test_new_questions_are_named(recorder: Recorder) -> None:
    new = {"name": "phone", "type": "text", "label": "电话"}
    plan = recorder.migrate(edited(lambda d: d["sections"][0]["questions"].append(new), renamed("chair", "leader")))
    assert plan.added == ("phone",)


def test_what_was_set_aside_comes_back_with_its_question(recorder: Recorder) -> None:
    recorder.answer_many({"story": "甲", "count": "3"})
    recorder.migrate(edited(without("story"), without("count")))
    plan = recorder.migrate(edited(put("count", type="date", min=None, max=None, warnings=[]), version="3"))
    assert plan.kept == ("story",)
    assert recorder.interview.answer("story") == answered("甲")
    assert list(reasons(plan)) == ["count"]  # as a date it cannot
    assert recorder.interview.answer("count") == EMPTY


def test_a_note_does_not_pass_another_warning(recorder: Recorder) -> None:
    """Warnings are known by their place in the list; a new one before it must be asked about anew."""
    recorder.answer("count", "7")
    recorder.pass_warning("count.warning.0", "属实")
    old, new = FIRST["sections"][0]["questions"][0]["warnings"][0], {"check": ". < 6", "message": "不小于6"}
    recorder.migrate(edited(put("count", warnings=[old, new])))
    assert [finding.note for finding in recorder.interview.findings("count")] == ["属实", ""]
    recorder.pass_warning("count.warning.1", "也属实")
    recorder.migrate(edited(put("count", warnings=[new]), version="3"))
    assert [finding.note for finding in recorder.interview.findings("count")] == [""]


# ── when, and whose ───────────────────────────────────────────────────────────────────


def test_looking_changes_nothing(recorder: Recorder) -> None:
    recorder.answer("chair", "1")
    before = recorder.store.history_digest()
    plan_migration(recorder.interview, edited(without("chair")))
    assert recorder.store.history_digest() == before


def test_a_finished_interview_is_not_moved(recorder: Recorder) -> None:
    recorder.complete()
    with pytest.raises(Refusal, match="只有草稿可以换用新版问卷"):
        recorder.migrate(edited(without("chair")))


def test_another_survey_is_no_version(recorder: Recorder) -> None:
    with pytest.raises(Refusal, match="属于另一份问卷"):
        recorder.migrate(made(FIRST | {"id": "other"}))


def test_a_conflict_is_decided_first(recorder: Recorder, tmp_path: Path) -> None:
    """Otherwise the move would carry one side on and leave the other behind."""
    with copy_of(recorder, tmp_path / "other.db") as other:
        there = Recorder.resume(other, recorder.interview.id, OTHER)
        there.answer("chair", "2")
        recorder.answer("chair", "1")
        recorder.store.receive(recorder.interview.id, there.store.events(recorder.interview.id))
    again = Recorder.resume(recorder.store, recorder.interview.id, ACTOR)
    with pytest.raises(Refusal, match="有1处冲突没有裁定"):
        again.migrate(edited(renamed("chair", "leader")))
    assert [stay.reason for stay in plan_moves(again.store, edited(renamed("chair", "leader"))).staying] == [
        "有1处冲突没有裁定，请先裁定"
    ]


def copy_of(recorder: Recorder, path: Path) -> Store:
    """Another laptop with the same interview."""
    other = new_store(path)
    with other.transaction():
        other.receive(recorder.interview.id, recorder.store.events(recorder.interview.id))
    return other


def test_who_still_answers_under_the_old_name_is_not_passed_over(recorder: Recorder, tmp_path: Path) -> None:
    recorder.answer("chair", "1")
    with copy_of(recorder, tmp_path / "other.db") as other:
        recorder.migrate(edited(renamed("chair", "leader")))
        Recorder.resume(other, recorder.interview.id, OTHER).answer("chair", "2")
        got = recorder.store.receive(recorder.interview.id, other.events(recorder.interview.id))
    assert (got.outcome, got.conflicts) == ("diverged", 1)


def test_all_drafts_move_or_none(store: Store) -> None:
    form = edited(renamed("chair", "leader"))
    drafts = [Recorder.start(store, made(FIRST), unit, ACTOR) for unit in (UNIT, "230803")]
    for draft in drafts:
        draft.answer("chair", "1")
    done = Recorder.start(store, made(FIRST), UNIT, ACTOR)
    done.complete()
    void = Recorder.start(store, made(FIRST), UNIT, ACTOR)
    void.void("误建")
    moves = plan_moves(store, form)
    assert [move.row.id for move in moves.moving] == [draft.interview.id for draft in drafts]
    assert [(stay.row.id, stay.reason[:3]) for stay in moves.staying] == [
        (done.interview.id, "已完成"), (void.interview.id, "已作废"),
    ]  # fmt: skip
    before = store.history_digest()
    drafts[1].complete()  # meanwhile
    with pytest.raises(Refusal):
        carry_out(store, moves, OTHER)
    drafts[1].reopen("再看")
    assert {store.interview_row(d.interview.id).survey for d in drafts} == {made(FIRST).digest}
    assert store.survey_digest() == made(FIRST).digest
    carry_out(store, plan_moves(store, form), OTHER)
    assert store.history_digest() != before
    assert {store.interview_row(d.interview.id).survey for d in drafts} == {form.digest}
    assert store.survey_digest() == form.digest
    assert store.interview_row(done.interview.id).survey == made(FIRST).digest
    again = plan_moves(store, form)
    assert again.moving == ()
    assert len(again.staying) == 2


def test_a_draft_of_an_earlier_round_stays_as_it_is(store: Store) -> None:
    draft = Recorder.start(store, made(FIRST), UNIT, ACTOR)
    same_round, next_round = edited(renamed("chair", "leader")), edited(lambda form: form.update(round="2023"))
    assert [move.row.id for move in plan_moves(store, same_round).moving] == [draft.interview.id]
    moves = plan_moves(store, next_round)
    assert moves.moving == ()
    assert [(stay.row.id, stay.reason[:4]) for stay in moves.staying] == [(draft.interview.id, "属于另一")]
    carry_out(store, moves, OTHER)
    assert store.interview_row(draft.interview.id).survey == made(FIRST).digest
    assert store.survey_digest() == next_round.digest


def test_a_survey_that_is_not_there_has_nothing_to_move(store: Store) -> None:
    with pytest.raises(Refusal, match="这里没有“other”这份问卷（已有：t）"):
        plan_moves(store, made(FIRST | {"id": "other"}))


# ── whatever the office edits, whatever was answered ──────────────────────────────────


def edit_at_random(dice: random.Random, definition: Definition) -> None:
    """One edit that an office could make."""
    every = [q for section in definition["sections"] for q in section["questions"]]
    victim = dice.choice([*every, *(f for q in every for f in q.get("questions", ()))])
    fresh = f"n{dice.randrange(10**6)}"
    match dice.randrange(9):
        case 0:
            victim.update(name=fresh, was=victim["name"])
        case 1 if len(every) > 1 and victim in every:
            for section in definition["sections"]:
                section["questions"] = [q for q in section["questions"] if q is not victim] or [
                    {"name": fresh, "type": "text", "label": "新题"}
                ]
        case 2:
            kept = {key: victim[key] for key in ("name", "was", "label") if key in victim}
            victim.clear()
            victim.update(kept | dice.choice(TYPES))
        case 3 if isinstance(victim.get("choices"), list):
            victim["choices"] = [*victim["choices"], {"name": fresh, "label": "新选项"}]
        case 4 if isinstance(victim.get("choices"), list):
            dice.shuffle(victim["choices"])
            victim["choices"] = victim["choices"][: dice.randrange(1, len(victim["choices"]) + 1)]
        case 5 if "rows" in victim:
            row = dice.choice(victim["rows"] + victim.get("columns", []))
            row.update(name=fresh, was=row["name"])
        case 6 if "rows" in victim:
            part = "columns" if "columns" in victim and dice.random() < 0.5 else "rows"
            victim[part] = victim[part][1:] or [{"name": fresh, "label": "新行"}]
        case 7 if victim in every:
            other = dice.choice(every)
            if other is not victim:
                names = victim["name"], other["name"]
                victim.update(name=names[1], was=names[0])
                other.update(name=names[0], was=names[1])
        case _:
            victim.update(dice.choice([{"statuses": []}, {"statuses": ["refused"]}, {"label": fresh}]))


TYPES: list[Definition] = [
    {"type": "text"}, {"type": "integer", "max": 5}, {"type": "date"}, {"type": "percent"},
    {"type": "select_one", "choices": codes("1", "3", "96")},
    {"type": "select_multiple", "choices": codes("96", "2", "1"), "max_selected": 2},
]  # fmt: skip


def versions(dice: random.Random) -> tuple[Form, Form]:
    """Two further versions, each made from the one before."""
    definition, forms = copy.deepcopy(FIRST), []
    for number in (2, 3):
        definition["version"] = str(number)
        for _ in range(dice.randrange(1, 7)):
            edit_at_random(dice, definition)
        forms.append(made(copy.deepcopy(definition)))
    return forms[0], forms[1]


def answer_at_random(recorder: Recorder, dice: random.Random, times: int) -> None:
    """Answers, missing statuses, rows, remarks, as a person could give them."""
    values = Edits()
    for _ in range(times):
        interview = recorder.interview
        name = dice.choice([item.name for item in interview.form.items if item.asked])
        if interview.form.by_name[name].type == "roster" and (not interview.rows(name) or dice.random() < 0.2):
            if interview.form.by_name[name].question.none_label and dice.random() < 0.2 and not interview.rows(name):
                recorder.say_nothing(name)
            else:
                recorder.add_row(name)
            continue
        address = dice.choice(interview.addresses(name))
        kind = interview.form.cell(address).kind
        if kind.type == "percent":
            recorder.answer(address, str(dice.randrange(100)))
            continue
        value, status = values.value(interview.form, address, dice.randrange(1000))
        try:
            if status.missing:
                recorder.set_status(address, status)
            else:
                recorder.answer(address, value)
        except Refusal:
            pass  # too many, too long: nothing has changed
    recorder.remark(dice.choice([item.name for item in recorder.interview.form.items]), "说明")


def on_disk(recorder: Recorder) -> None:
    """What a store gives to somebody who opens the interview now is what is in hand, in its table too."""
    stored = Interview(recorder.interview.form, recorder.store.events(recorder.interview.id), fixed_clock)
    assert picture(stored) == picture(recorder.interview)
    assert picture(recorder.store.interview(recorder.interview.id)) == picture(recorder.interview)
    sql = "SELECT cell, value, status FROM answers WHERE interview = ?"
    rows = recorder.store.conn.execute(sql, [recorder.interview.id])
    assert {cell: Answer(value, Status(status)) for cell, value, status in rows} == all_effective(recorder.interview)


def nothing_is_lost(recorder: Recorder, form: Form) -> None:
    """Move, and account for every answer that was there."""
    before, old_events = recorder.interview, recorder.store.events(recorder.interview.id)
    answers = {address: a for address, a in before.kept_answers().items() if address in places(before)}
    plan = recorder.migrate(form)
    after = recorder.interview
    carried, dropped = {old: new for old, new, _ in plan.renamed}, {drop.address: drop.answer for drop in plan.dropped}
    for address, answer in answers.items():
        assert (address in plan.kept) + (address in carried) + (address in dropped) == 1
        if address in dropped:
            assert dropped[address] == answer
        else:
            there = after.kept(carried.get(address, address))
            assert there.status == answer.status
            assert sorted(there.value.split()) == sorted(answer.value.split())
            assert carried.get(address, address) in places(after)
    events = recorder.store.events(recorder.interview.id)
    assert [event for event in events if event in old_events] == old_events
    on_disk(recorder)
    digest = recorder.store.history_digest()
    recorder.migrate(form)
    assert recorder.store.history_digest() == digest


def places(interview: Interview) -> set[str]:
    """Every address at which an answer is read, and every roster that can be 暂无."""
    names = [item.name for item in interview.form.items]
    inside = {
        address
        for name in names
        for plain in interview.addresses(name)
        for address in (plain, *(f"{plain}.{c.name}" for c in getattr(interview.form.cell(plain).kind, "choices", ())))
    }
    return inside | {name for name in names if interview.form.by_name[name].type == "roster"}


COMMON = {"deadline": None, "suppress_health_check": [HealthCheck.function_scoped_fixture]}
counter = itertools.count()


@settings(max_examples=60, **COMMON)
@given(seed=st.integers(0, 2**32))
def test_nothing_is_lost_whatever_the_office_edits(tmp_path: Path, seed: int) -> None:
    """Two moves in a row, with answers between; moving twice changes nothing; what is on disk is what is in hand."""
    dice = random.Random(seed)
    second, third = versions(dice)
    with new_store(tmp_path / f"{next(counter)}.db") as store, store.transaction():
        recorder = Recorder.start(store, made(FIRST), UNIT, ACTOR)
        answer_at_random(recorder, dice, 25)
        nothing_is_lost(recorder, second)
        answer_at_random(recorder, dice, 10)
        nothing_is_lost(recorder, third)


def merged(path: Path, form: Form, interview: str, histories: tuple[list[Event], ...]) -> tuple[str, dict[str, object]]:
    """What a store holds that received these histories in this order."""
    with new_store(path) as office:
        office.add_definition(form.definition)
        for history in histories:
            with office.transaction():
                office.receive(interview, history)
        rows = office.conn.execute("SELECT cell, value, status, conflict FROM answers ORDER BY cell").fetchall()
        return office.history_digest(), {"rows": rows, **picture(office.interview(interview))}


@settings(max_examples=40, **COMMON)
@given(seed=st.integers(0, 2**32))
def test_a_moved_interview_merges_with_an_unmoved_copy_in_any_order(tmp_path: Path, seed: int) -> None:
    """The copy went on under the old version, also at questions whose type is another now."""
    dice = random.Random(seed)
    form, _ = versions(dice)
    folder = tmp_path / str(next(counter))
    with new_store(folder / "one.db") as store:
        recorder = Recorder.start(store, made(FIRST), UNIT, ACTOR)
        answer_at_random(recorder, dice, 15)
        with copy_of(recorder, folder / "two.db") as other:
            recorder.migrate(form)
            answer_at_random(recorder, dice, 5)
            there = Recorder.resume(other, recorder.interview.id, OTHER)
            answer_at_random(there, dice, 5)
            ours, theirs = store.events(recorder.interview.id), other.events(recorder.interview.id)
    one = merged(folder / "a.db", form, recorder.interview.id, (ours, theirs))
    assert one == merged(folder / "b.db", form, recorder.interview.id, (theirs, ours))
    assert one == merged(folder / "c.db", form, recorder.interview.id, (theirs, ours, theirs, ours))


def test_a_copy_that_went_on_at_a_question_of_another_type_merges_too(recorder: Recorder, tmp_path: Path) -> None:
    form = edited(put("story", type="integer"))
    with copy_of(recorder, tmp_path / "other.db") as other:
        recorder.migrate(form)
        Recorder.resume(other, recorder.interview.id, OTHER).answer("story", "甲")
        got = recorder.store.receive(recorder.interview.id, other.events(recorder.interview.id))
    assert got.outcome == "diverged"
    assert recorder.store.interview(recorder.interview.id).answer("story") == EMPTY
