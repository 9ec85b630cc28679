"""Typed answers: understood kindly, refused with a sentence, never lost."""

import asyncio

import pytest


async def test_a_refused_value_stays_in_the_line_with_a_sentence_below(open_app):
    async with open_app() as desk:
        await desk.open()
        await desk.go("sw_total")
        await desk.type("3000", "enter")
        assert desk.at == "sw_total"
        assert "3,000 超出范围" in desk.screen
        assert desk.room.pane.editor.line.text == "3000"
        assert desk.value("sw_total") == ""


async def test_full_width_digits_are_a_number(open_app):
    async with open_app() as desk:
        await desk.open()
        await desk.go("sw_total")
        await desk.type("１２", "enter")
        assert desk.value("sw_total") == "12"


async def test_an_amount_is_read_back_while_typing_and_after(open_app):
    async with open_app() as desk:
        await desk.open()
        await desk.go("return_due")
        await desk.type("3万")
        assert "3 万元 = 30,000 元" in desk.screen
        await desk.press("enter")
        assert desk.value("return_due") == "3"
        assert "第29题已存：3 万元 = 30,000 元" in desk.screen


@pytest.mark.parametrize("typed", ["2021.11.3", "2021年11月3日", "20211103"])
async def test_a_date_is_read_in_the_ways_people_write_it(open_app, typed):
    async with open_app() as desk:
        await desk.open()
        await desk.go("last_congress")
        await desk.type(typed, "enter")
        assert desk.value("last_congress") == "2021-11-03"


async def test_a_status_is_given_by_one_key_only_where_it_is_offered(open_app):
    async with open_app() as desk:
        await desk.open()
        await desk.go("sw_age_limit")
        assert "F7 不掌握" in desk.screen
        await desk.press("f7")
        assert desk.interview.answer("sw_age_limit").status == "dont_know"
        await desk.go("sw_total")
        assert "F7" not in desk.screen
        await desk.press("f7")
        assert desk.interview.answer("sw_total").status == "empty"


async def test_leaving_with_a_refused_text_asks_once_and_keeps_it_as_a_draft(open_app):
    async with open_app() as desk:
        await desk.open()
        await desk.go("sw_total")
        await desk.type("3000", "pagedown")
        assert desk.at == "sw_total"
        await desk.press("pagedown")
        assert desk.at != "sw_total"
        await desk.go("sw_total")
        assert desk.room.pane.editor.line.text == "3000"
        assert "恢复了上次没有保存的输入" in desk.screen
        await desk.press("ctrl+z")
        assert desk.room.pane.editor.line.text == ""


async def test_typing_is_offered_again_after_a_kill(open_app, monkeypatch):
    monkeypatch.setattr("tui.screens.typing_shadow.SHADOWING", 0.05)
    async with open_app() as desk:
        await desk.open()
        await desk.go("good_practice")
        await desk.type("正在输入的")
        await asyncio.sleep(0.2)
        drafts = desk.room.sitting.drafts("good_practice")
        assert drafts == {"good_practice": "正在输入的"}
        assert desk.value("good_practice") == ""


@pytest.mark.parametrize("leave", ["wait", "pagedown"])
async def test_what_was_typed_and_taken_back_is_not_offered_again(open_app, monkeypatch, leave):
    monkeypatch.setattr("tui.screens.typing_shadow.SHADOWING", 0.05)
    async with open_app() as desk:
        await desk.open()
        await desk.go("good_practice")
        await desk.type("写错")
        await asyncio.sleep(0.2)
        assert desk.room.sitting.drafts("good_practice")
        await desk.press("backspace", "backspace", *([] if leave == "wait" else [leave]))
        await asyncio.sleep(0.2)
        assert desk.room.sitting.drafts("good_practice") == {}


async def test_enter_goes_on_and_ctrl_j_breaks_the_line(open_app):
    async with open_app() as desk:
        await desk.open()
        await desk.go("good_practice")
        await desk.press("一", "ctrl+j", "二", "enter")
        assert desk.value("good_practice") == "一\n二"
        assert desk.at == "suggestions"


async def test_an_answer_with_a_new_warning_keeps_one_at_the_question_until_it_is_seen(open_app):
    async with open_app() as desk:
        await desk.open()
        await desk.go("joint_meetings")
        await desk.type("7", "enter")
        assert desk.value("joint_meetings") == "7"
        assert desk.at == "joint_meetings"
        assert "次数超过6次，请核对" in desk.screen
        await desk.press("f8")
        await desk.type("含专题会议", "enter")
        assert "已说明：含专题会议" in desk.screen
        await desk.press("enter")
        assert desk.at == "tripartite"


async def test_quitting_keeps_what_was_just_typed_as_a_draft(open_app):
    async with open_app() as desk:
        await desk.open()
        await desk.go("good_practice")
        await desk.type("还没有按回车", "ctrl+q")
    async with open_app() as desk:
        await desk.open()
        assert desk.at == "good_practice"
        assert desk.room.pane.editor.box.text == "还没有按回车"
        assert "恢复了上次没有保存的输入" in desk.screen


@pytest.mark.parametrize(("question", "typed"), [("suggestions", "希望多培训"), ("return_due", "３万")])
async def test_what_was_entered_and_looked_over_is_no_leftover_typing(open_app, question, typed):
    """F9 stores what is typed and opens the review above it; leaving from there must not keep it as a draft."""
    async with open_app() as desk:
        await desk.open()
        await desk.go(question)
        await desk.type(typed, "f9")
        desk.room.put_away()
        assert desk.app.store.drafts(desk.interview.id) == {}
        await desk.press("escape")
        assert "没有保存的输入" not in desk.screen
        await desk.go(question)
        await desk.type("9" * 12, "f2")
        desk.room.put_away()
        assert desk.app.store.drafts(desk.interview.id).keys() == {question}  # control: this is
