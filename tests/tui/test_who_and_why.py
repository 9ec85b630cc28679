"""Who is answering, and why an answer is changed after the interview was completed."""

from contextlib import asynccontextmanager

import pytest

from surveys.answers import Status
from surveys.history import Kind
from tui.screens.dialogs import ChooseOrWrite
from tui.screens.interview import InterviewScreen
from tui.screens.review import Review

FORM = """
- {name: a, type: integer, label: 甲数, required: true, statuses: [dont_know, refused]}
- {name: b, type: select_one, label: 乙项, choices: [{name: "1", label: 是}, {name: "2", label: 否}, {name: "96", label: 其他, specify: true}]}
- {name: m, type: select_multiple, label: 丙项, choices: [{name: "1", label: 红}, {name: "2", label: 绿}]}
- {name: c, type: matrix, label: 丁表, cell: {type: integer}, rows: [{name: r, label: 头行}, {name: s, label: 次行}]}
- {name: d, type: roster, label: 戊册, item_label: "${f}", none_label: 暂无, questions: [{name: f, type: text, label: 名称}, {name: g, type: select_one, label: 类, choices: [{name: "1", label: 大}, {name: "2", label: 小}]}]}
- {name: e, type: text, multiline: true, label: 己文}
"""
FINANCE, CHAIR = "张三（财务部长）", "李四（主席）"


@pytest.fixture
def form(small_form):
    return small_form(FORM)


# ── who answers ───────────────────────────────────────────────────────────────────────


async def test_who_is_named_once_is_shown_and_answers_until_somebody_else_is_chosen_by_a_digit(open_app, form):
    async with open_app(definition=form) as desk:
        await desk.open()
        await desk.press("ctrl+t", *FINANCE, "enter")
        assert desk.at == "a"
        assert f"现在答复：{FINANCE}" in desk.screen
        await desk.press("7", "enter", "ctrl+t", *CHAIR, "enter", "2", "1", "enter")
        assert (desk.interview.respondent("a"), desk.interview.respondent("b")) == (FINANCE, CHAIR)
        await desk.press("ctrl+t", "1")  # the first who was named
        assert not isinstance(desk.app.screen, ChooseOrWrite)
        await desk.press("5", "enter")
        assert desk.interview.respondent("m") == CHAIR
        assert desk.interview.respondent("c") == FINANCE
        await desk.go("b")
        assert f"答复人：{CHAIR}，现在是{FINANCE}" in desk.screen
        await desk.press("ctrl+t", "0")
        assert desk.interview.respondent("b") == ""
        assert "答复" not in desk.screen.replace("答复人  F", "").replace("Ctrl+T 答复人", "")


async def test_who_answered_is_in_the_whole_interview(open_app, form):
    async with open_app(definition=form) as desk:
        await desk.open()
        await desk.press("ctrl+t", *FINANCE, "enter", "7", "enter", "f9", "f7")
        assert f"       答复人：{FINANCE}" in desk.screen


async def test_enter_alone_names_nobody_by_mistake(open_app, form):
    async with open_app(definition=form) as desk:
        await desk.open()
        await desk.press("7", "enter", "pageup", "ctrl+t", "enter")
        assert "请写姓名和职务" in desk.screen
        await desk.press("escape", "ctrl+t", *FINANCE, "enter", "ctrl+t", "enter")  # the same again
        assert desk.interview.respondent("a") == FINANCE
        assert desk.room.sitting.recorder.respondent == FINANCE


async def test_a_new_sitting_begins_with_nobody_but_knows_the_names(open_app, form):
    async with open_app(definition=form) as desk:
        await desk.open()
        await desk.press("ctrl+t", *FINANCE, "enter", "7", "enter", "escape")
        await desk.open()
        assert "现在答复" not in desk.screen
        await desk.press("2")
        assert desk.interview.respondent("b") == ""
        await desk.press("ctrl+t", "1", "1", "enter")
        assert desk.interview.respondent("m") == FINANCE


# ── why it is changed ─────────────────────────────────────────────────────────────────


async def reopen(desk):
    """Everything filled in, completed, and opened again for the first reason of the list."""
    await desk.open()
    await desk.press("7", "enter", "2", "1", "enter", "3", "enter", "4", "enter")
    await desk.press("enter", *"驿站", "enter", "1", "pagedown", *"完", "enter")
    assert isinstance(desk.app.screen, Review)
    await desk.press("f10", "enter", "f10", "1")
    assert desk.interview.stage == "draft"
    await desk.press("escape")


@pytest.fixture
def reopened(begun, open_app):
    """The app in the interview that was opened again."""
    data = begun(reopen, FORM)

    @asynccontextmanager
    async def opened():
        async with open_app(data=data) as desk:
            await desk.open()
            yield desk

    return opened


def last(desk):
    event = desk.interview.events[-1]
    return event.cell, event.value, event.note


async def test_a_change_asks_why_and_goes_on_where_it_was_going(reopened):
    async with reopened() as desk:
        assert desk.interview.reopened_because == "录入错误"
        await desk.go("a")
        await desk.press("ctrl+u", "8", "enter")
        assert "为什么改定稿时的答案" in desk.screen
        assert desk.value("a") == "7"
        await desk.press("2")
        assert last(desk) == ("a", "8", "对方更正")
        assert desk.at == "b"
        assert "第1题已存：8" in desk.screen


async def test_enter_repeats_the_last_reason_and_another_is_typed(reopened):
    async with reopened() as desk:
        await desk.go("a")
        await desk.press("ctrl+u", "8", "enter")
        assert "直接按 Enter：录入错误" in desk.screen
        await desk.press(*"对方来电", "enter", "1")  # and the choice of the next question
        assert "直接按 Enter：对方来电" in desk.screen
        await desk.press("enter")
        assert last(desk) == ("b", "1", "对方来电")
        assert desk.at == "m"


@pytest.mark.parametrize(
    ("question", "keys", "told"),
    [
        ("a", ["f7", "1"], ("a", "", "录入错误")),
        ("b", ["1"], ("b", "1", "录入错误")),
        ("m", ["2"], ("m", "1 2", "录入错误")),
        ("c", ["ctrl+u", "9", "enter"], ("c.r", "9", "录入错误")),
        ("c", ["ctrl+u", "9", "down"], ("c.r", "9", "录入错误")),
        ("d", ["up", "delete", "enter"], ("d[row]", "", "录入错误")),
        ("d", ["up", "enter", *"北", "enter"], ("d[row].f", "驿站北", "录入错误")),
        ("d", ["up", "enter", "enter", "backspace", "2"], ("d[row].g", "2", "录入错误")),
        ("e", ["x", "enter"], ("e", "完x", "录入错误")),
        ("e", ["x", "pageup"], ("e", "完x", "录入错误")),
        ("e", ["x", "f9"], ("e", "完x", "录入错误")),
        ("e", ["x", "ctrl+n"], ("e", "完x", "录入错误")),
        ("e", ["x", "escape"], ("e", "完x", "录入错误")),
    ],
)
async def test_every_way_of_changing_asks(reopened, question, keys, told):
    async with reopened() as desk:
        interview = desk.interview
        row = interview.rows("d")[0]
        before = len(interview.events)
        await desk.go(question)
        await desk.press(*keys)
        assert isinstance(desk.app.screen, ChooseOrWrite), desk.screen
        assert len(interview.events) == before
        await desk.press("enter")
        assert not isinstance(desk.app.screen, ChooseOrWrite), desk.screen
        event = interview.events[before]
        assert len(interview.events) == before + 1
        assert (event.cell.replace(row, "row"), event.value, event.note) == told


async def test_where_one_was_going_one_gets(reopened):
    async with reopened() as desk:
        await desk.go("e")
        await desk.press("x", "f9", "enter")
        assert isinstance(desk.app.screen, Review)
        await desk.press("escape")
        await desk.go("c")
        await desk.press("ctrl+u", "9", "enter", "enter")
        assert desk.room.pane.editor.here() == "c.s"
        await desk.press("ctrl+u", "8", "pageup", "enter")
        assert (desk.value("c.s"), desk.at) == ("8", "m")
        await desk.go("e")
        await desk.press("y", "escape", "enter")
        assert not isinstance(desk.app.screen, InterviewScreen)


async def test_esc_changes_nothing_and_leaving_again_leaves_the_text_as_a_draft(reopened):
    async with reopened() as desk:
        await desk.go("a")
        await desk.press("ctrl+u", "8", "pagedown", "escape")
        assert (desk.at, desk.value("a")) == ("a", "7")
        assert "再按一次就离开" in desk.screen
        await desk.press("pagedown")
        assert (desk.at, desk.value("a")) == ("b", "7")
        await desk.press("pageup")
        assert "恢复了上次没有保存的输入" in desk.screen
        await desk.press("enter", "3")
        assert last(desk) == ("a", "8", "核实后更正")


async def test_what_is_typed_ahead_into_the_dialog_is_no_reason(reopened):
    async with reopened() as desk:
        await desk.go("a")
        await desk.press("ctrl+u", "8", "enter", "9", "enter")
        assert "请用文字写明原因" in desk.screen
        assert desk.value("a") == "7"


async def test_taking_back_and_filling_in_what_was_empty_ask_nothing(reopened):
    async with reopened() as desk:
        await desk.go("a")
        await desk.press("ctrl+u", "8", "enter", "enter", "ctrl+z")
        assert (desk.value("a"), last(desk)) == ("7", ("a", "7", ""))
        await desk.press("f2", *"核过", "enter", "ctrl+t", *CHAIR, "enter")
        await desk.go("d")
        await desk.press("+", *"新馆", "enter", "1")
        assert not isinstance(desk.app.screen, ChooseOrWrite)
        assert len(desk.interview.rows("d")) == 2


async def test_an_interview_that_was_never_completed_asks_nothing(open_app, form):
    async with open_app(definition=form) as desk:
        await desk.open()
        await desk.press("7", "enter", "pageup", "ctrl+u", "8", "enter")
        assert (desk.at, desk.value("a")) == ("b", "8")


async def test_what_an_older_act_is_taken_back_for_is_asked(open_app, form):
    """Undo reaches back before the completion; that changes what stood."""
    async with open_app(definition=form) as desk:
        await reopen(desk)
        await desk.press("ctrl+z")
        assert isinstance(desk.app.screen, ChooseOrWrite)
        await desk.press("4")
        assert last(desk) == ("e", "", "补充材料")
        assert desk.interview.answer("e").status is Status.EMPTY


async def test_the_reasons_are_those_of_the_definition(open_app, small_form):
    path = small_form(FORM)
    path.write_text(path.read_text().replace("unit: 单位", "unit: 单位\nreasons: [重新核定]"))
    async with open_app(definition=path) as desk:
        await reopen(desk)
        assert desk.interview.reopened_because == "重新核定"


async def test_reopening_takes_a_reason_of_one_s_own_and_none_is_none(reopened):
    async with reopened() as desk:
        await desk.press("f9", "f10", "enter", "f10", "enter")
        assert "请写明退回修改的原因" in desk.screen
        await desk.press(*"市里要求", "enter")
        assert desk.interview.reopened_because == "市里要求"
        reasons = [event.note for event in desk.interview.events if event.kind is Kind.REOPENED]
        assert reasons == ["录入错误", "市里要求"]
