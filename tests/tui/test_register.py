"""The register of problems on the screen: raised at a question, answered, followed up, closed, grouped; names are masked."""

from __future__ import annotations

import shutil
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest

from surveys.acts import Act
from surveys.campaign import open_campaign
from surveys.history import Kind
from surveys.recording import event_of, utc_now
from surveys.register.keeping import append, case_of, register_of
from surveys.register.worklists import by_number, cases
from surveys.troubles import READ_ONLY
from tests.tui.conftest import Desk, at_desk
from tests.tui.register_world import NARROW
from tests.tui.states import COMPLETE, STATES, TEAM, UNTOUCHED
from tui.screens.case import CaseRoom
from tui.screens.case_form import CaseForm
from tui.screens.cases import Cases

ANSWERED, UNANSWERED = "G1-230110-0001", "G1-230104-0001"


@pytest.fixture
def reach(world: Path, tmp_path: Path):
    """`async with reach("case") as desk:` is the app in a state; with `again=True` as it was left."""

    @asynccontextmanager
    async def reached(name: str, again: bool = False) -> AsyncIterator[Desk]:
        data = tmp_path / "data"
        if not again:
            shutil.copytree(world, data)
            STATES[name].prepare(data)
        async with at_desk(data) as desk:
            await STATES[name].reach(desk)
            yield desk

    return reached


def case(desk: Desk, number: str):
    (row,) = by_number(desk.app.store, number)
    return case_of(desk.app.store, row.id)


async def test_f4_twice_raises_a_problem_that_knows_where_it_was_raised(reach) -> None:
    async with reach("cases_of_a_question") as desk:
        assert "本题" in desk.screen
        await desk.press("f4", *"1082", *"只招本科，乡镇一个也招不到", "enter", "enter", "3", "f10")
        assert isinstance(desk.app.screen, Cases)
        made = case(desk, "G1-230103-0002")
        assert (made.unit, made.value("question")) == (NARROW, "sw_age_limit")
        assert made.value("evidence").endswith("60 周岁")
        assert desk.app.store.interview(made.value("interview")).unit == NARROW
        assert made.status_label == "已登记"
        assert "只招本科" in desk.screen


async def test_what_is_missing_is_said_in_one_sentence_and_nothing_is_written(reach) -> None:
    async with reach("cases_of_a_question") as desk:
        before = len(cases(desk.app.store))
        await desk.press("f4", "f10")
        assert "还缺：类别、提出人类别、摘要、来源。" in desk.screen
        await desk.press(*"108", "f10")
        assert "还缺：提出人类别、摘要、来源。" in desk.screen
        assert len(cases(desk.app.store)) == before


async def test_enter_passes_an_optional_choice_without_choosing(reach) -> None:
    async with reach("cases_of_a_question") as desk:
        await desk.press("f4", *"1082", *"只招本科，乡镇一个也招不到", "enter", "enter", "3")
        form = desk.app.screen
        assert isinstance(form, CaseForm)
        await desk.press("enter", "enter")  # 详细情况, 紧急程度
        assert form.here == "scope"
        await desk.press("down", "enter", "f10")
        made = case(desk, "G1-230103-0002")
        assert (made.value("urgency"), made.value("scope")) == ("", "1")


async def test_a_candidate_is_dismissed_only_with_a_reason_and_then_waits_no_more(reach) -> None:
    async with reach("case_candidate") as desk:
        ident = desk.app.screen.case.id
        await desk.press("2", "f10")
        assert "还缺：原因。" in desk.screen
        assert not desk.app.store.events(ident)
        await desk.press(*"主席昨天已经到任", "f10", "escape")
        assert case_of(desk.app.store, ident).status_label == "核实后不属问题"
        assert ident not in [entry.id for entry in desk.app.screen.entries]


async def test_a_reply_on_the_spot_cites_a_list_and_unhappy_raisers_reopen_it(reach) -> None:
    async with reach("case_form_text") as desk:
        await desk.press("enter", "enter", "enter", "1", "enter", *"A03", "f10", "f10")
        answered = case(desk, UNANSWERED)
        assert answered.value("citation").startswith("A03@")
        assert "《制度机制清单》A03" in desk.screen
        assert answered.status_label == "待回访"
        await desk.press("1", "3", *"还是招不到人", "f10")
        again = case(desk, UNANSWERED)
        assert (again.status_label, again.value("reply")) == ("重新办理", "")
        assert "以前的答复" in desk.screen
        assert "可以放宽" in desk.screen


async def test_somebody_who_cannot_be_reached_must_have_been_tried_twice(reach) -> None:
    async with reach("case") as desk:
        for number in (0, 1, 2):
            await desk.press("1", "4", "f10")
            if number < 2:
                assert f"现在有{number}次" in desk.screen
                await desk.press("escape", "f7", *"打电话没有人接", "enter")
        assert case(desk, ANSWERED).status_label == "办结销号"


async def test_who_raised_it_is_masked_until_f12_and_in_no_list(reach) -> None:
    async with reach("cases_of_a_team") as desk:
        assert "赵六" not in desk.screen
        await desk.press("enter")
        assert "提出人姓名：●●●●" in desk.screen
        assert "赵六" not in desk.screen
        await desk.press("f8", *["pagedown"] * 5)
        assert desk.app.screen.here == "raiser_name"
        assert "赵六" not in desk.screen
        await desk.press("f12")
        assert "赵六" in desk.screen
        await desk.press("pagedown")
        assert "赵六" not in desk.screen
        await desk.press("escape", "f12")
        assert "提出人姓名：赵六" in desk.screen
        assert not desk.app.store.conn.execute(
            "SELECT 1 FROM case_values WHERE cell LIKE 'raiser%' OR value LIKE '%赵六%'"
        ).fetchone()


async def test_a_form_left_half_typed_is_offered_again_and_can_be_thrown_away(reach) -> None:
    async with reach("cases_of_a_question") as desk:
        await desk.press("f4", *"1082", *"写到一半", "ctrl+q")
    async with reach("cases_of_a_question", again=True) as desk:
        await desk.press("f4")
        form = desk.app.screen
        assert (form.typed["category"], form.here, form.line.text) == ("108", "summary", "写到一半")
        assert "恢复了上次没有保存的输入" in desk.screen
        await desk.press("ctrl+z", "escape", "f4")
        assert not desk.app.screen.typed.get("category")
        assert "恢复" not in desk.screen


async def test_the_list_is_narrowed_by_a_digit_and_by_typing(reach) -> None:
    async with reach("cases_of_a_team") as desk:

        def listed() -> list[str]:
            return [entry.number for entry in desk.app.screen.entries]

        assert ANSWERED in listed()
        await desk.press("f7", "5")
        assert listed() == ["G1-230109-0001"]
        assert "还有5天" in desk.screen
        await desk.press("f7", "0", *"nhyl")
        assert listed() == []
        await desk.press("ctrl+u", *"nfgq")
        assert "没有这样的问题件" in desk.screen
        await desk.press("ctrl+u", *"招聘 dwq")
        assert listed() == [UNANSWERED]


async def test_a_dispute_waits_for_a_person(reach) -> None:
    async with reach("case_disputed") as desk:
        number = desk.app.screen.case.numbers[0]
        assert "当场答复" not in desk.screen
        await desk.press("1", "1")
        await desk.press("1", "1")
        assert not case(desk, number).conflicts
        assert case(desk, number).status_label == "说明后终结"


async def test_a_person_groups_alike_problems_and_one_answer_serves_them(reach) -> None:
    async with reach("similar_chosen") as desk:
        await desk.press("enter", "enter")
        store = desk.app.store
        topic = next(row for row in cases(store, "topic") if row.title.startswith("社会化工会工作者招聘"))
        assert {row.unit for row in cases(store, "issue", topic=topic.id)} == {"230103", "230104"}
        assert "没有相似的" in desk.screen
        await desk.press("escape", "f2", *topic.number, "enter")
        assert "归到这一项的2件，2个县，1个市（地）：" in desk.screen
        answer = next(n for n, deed in enumerate(desk.app.screen.deeds, 1) if deed.label.startswith("统一答复"))
        await desk.press(str(answer), *"省里的新办法已放宽到40岁", "enter", "enter", "1", "f10")
        assert case(desk, "G1-230103-0001").status_label == "待回访"
        assert case(desk, UNANSWERED).status_label == "并入合并清单项"


async def test_who_still_waits_for_the_answer_of_a_published_topic_is_told(reach) -> None:
    async with reach("similar_chosen") as desk:
        await desk.press("enter", "enter")
        topic = next(row for row in cases(desk.app.store, "topic"))
        await desk.press("escape", "f2", *topic.number, "enter")
        registrar = desk.app.screen.registrar
        registrar.move(topic.id, "2", lead_department="bgs", due=registrar.today.isoformat())
        registrar.move(topic.id, "3", findings="要放宽到40岁")
        await desk.press("escape", "enter", "1", "f10")  # 公布
        assert "还没有答复，可以统一答复。" in desk.screen
        assert len(registrar.waiting(topic.id)) == 1  # the other is followed up with the topic
        registrar.answer_all(topic.id, reply="省里的新办法已放宽到40岁", replier="省总", outcome="3")
        await desk.press("1", *"抽查三个县都已执行", "enter", "f10")  # 落实核查
        assert "已办：落实核查。" in desk.screen
        assert "还没有答复" not in desk.screen


async def test_one_of_a_suggested_group_can_be_left_out(reach) -> None:
    async with reach("similar_chosen") as desk:
        await desk.press("2", "enter", "enter")
        assert case(desk, "G1-230103-0001").value("topic")
        assert not case(desk, UNANSWERED).value("topic")


async def test_what_is_said_on_a_visit_is_raised_there(world: Path, tmp_path: Path) -> None:
    data = Path(shutil.copytree(world, tmp_path / "data"))
    with open_campaign(data) as store:
        store.set_settings(shown_survey="visit", team=str(TEAM))
    async with at_desk(data) as desk:
        await desk.press("ctrl+u", *UNTOUCHED, "enter", "enter")
        await desk.go("stable")
        await desk.press("3")
        await desk.go("stable")
        await desk.press("f4", "f4", *"5093", *"三个月没发工资，年轻人都走了", "enter", "f10")
        made = case(desk, f"G{TEAM}-{UNTOUCHED}-0001")
        assert (made.value("source"), made.value("question")) == ("4", "stable")
        assert made.value("evidence") == "职工队伍稳定吗?：有不稳定因素"
        assert desk.app.store.interview(made.value("interview")).form.survey.id == "visit"
        await desk.press("enter")
        assert "所在答卷：走访座谈记录" in desk.screen
        assert "所在题目：职工队伍稳定吗" in desk.screen


async def test_a_completed_interview_still_takes_problems_and_is_not_changed(reach) -> None:
    async with reach("completed") as desk:
        before = desk.interview.heads
        await desk.press("f4", "f4", *"2042", *"暖气管道老旧，冬天开不了门", "enter", "enter", "3", "f10")
        made = case(desk, f"G{TEAM}-{COMPLETE}-0002")
        assert made.value("question") == "venues"
        await desk.press("escape")
        assert desk.interview.heads == before
        assert desk.app.store.interview(desk.interview.id).heads == before


async def test_what_is_open_for_reading_only_says_so_once_and_offers_nothing(reach, tmp_path: Path) -> None:
    async with reach("home") as desk:
        desk.app.store.close()
        desk.app.store = open_campaign(tmp_path / "data", read_only=True)
        before = desk.app.store.last_event()
        await desk.press("ctrl+b")
        assert READ_ONLY in desk.screen
        await desk.press("f4")
        assert isinstance(desk.app.screen, Cases)
        await desk.press("enter")
        assert READ_ONLY in desk.screen
        assert "现在可以" not in desk.screen
        for key in ("1", "f2", "f7", "f8"):
            await desk.press(key)
            assert isinstance(desk.app.screen, CaseRoom)
        await desk.press("f12")
        assert "提出人姓名：赵六" in desk.screen
        assert desk.app.store.last_event() == before


async def test_the_list_can_be_used_while_new_answers_are_looked_at(reach) -> None:
    async with reach("home") as desk:
        store = desk.app.store
        with store.transaction():
            store.conn.execute("DELETE FROM collected")
            store.conn.execute("DELETE FROM candidates")
        await desk.press("ctrl+b", "f2", "f2")
        assert "措施" in desk.screen
        await desk.press(*["f2"] * 3, "f7", "3")
        for _ in range(200):
            if desk.app.screen.entries:
                break
            await desk.pilot.pause(0.05)
        assert {entry.unit.code for entry in desk.app.screen.entries} >= {NARROW}
        assert "正在看" not in desk.screen


async def test_what_the_definition_of_here_does_not_know_is_shown_by_its_code(reach) -> None:
    async with reach("cases_of_a_team") as desk:
        store = desk.app.store
        ident = case(desk, UNANSWERED).id
        acts = [
            Act(Kind.CASE_SET, "category", "150"),
            Act(Kind.CASE_SET, "colour", "不给人看"),
            Act(Kind.CASE_MOVED, "20", "45"),
        ]
        known = store.events(ident)
        events = [event_of(act, ident, (known[-1].id,), store.next_seq(), desk.app.actor, utc_now()) for act in acts]
        append(store, register_of(store), known, events)
        await desk.press("escape", "ctrl+b", *UNANSWERED)
        assert "45" in desk.screen
        assert "150" in desk.screen
        await desk.press("enter")
        assert "类别：150" in desk.screen
        assert "colour（本机的定义里没有）：●●●●" in desk.screen
        assert "没有状态“45”" in desk.screen
        await desk.press("1", "f8", "f10")
        assert case(desk, UNANSWERED).value("colour") == "不给人看"
