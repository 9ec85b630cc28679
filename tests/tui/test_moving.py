"""Going from question to question: what is open next, by oneself or not, and where one was."""

import asyncio

import pytest

QUESTIONS = """
- {name: a, type: integer, label: 甲数, min: 0, max: 500, warnings: [{check: . < 100, message: 甲数很大}]}
- {name: b, type: integer, label: 乙数, constraint: ". <= ${a}", constraint_message: 乙数太多}
- {name: c, type: select_one, label: 丙项, choices: [{name: "1", label: 是}, {name: "2", label: 否}]}
- {name: d, type: select_one, label: 丁项, relevant: "${c} = '1'", choices: [{name: "1", label: 是}, {name: "2", label: 否}], statuses: [dont_know]}
- {name: e, type: matrix, label: 戊表, cell: {type: select_one, choices: [{name: "1", label: 好}, {name: "2", label: 差}]}, rows: [{name: r, label: 头行}, {name: s, label: 次行}]}
"""


@pytest.fixture
def few(small_form):
    return small_form(QUESTIONS)


async def test_one_key_goes_to_the_next_unanswered_question_and_round_to_the_first(open_app, few):
    async with open_app(definition=few) as desk:
        await desk.open()
        await desk.go("c")
        await desk.press("2", "pageup", "pageup")
        assert desk.at == "b"
        await desk.press("ctrl+n")
        assert desk.at == "e"  # c is answered, d is not asked
        await desk.press("ctrl+n")
        assert desk.at == "a"


async def test_when_nothing_else_is_unanswered_a_sentence_says_so(open_app, few):
    async with open_app(definition=few) as desk:
        await desk.open()
        await desk.press("9", "enter", "8", "enter", "2", "1")
        await desk.press("ctrl+n")
        assert desk.at == "e"
        assert "没有别的没答的题了" in desk.screen


async def test_one_key_goes_from_error_to_warning_and_says_when_there_is_none(open_app, few):
    async with open_app(definition=few) as desk:
        await desk.open()
        await desk.press("ctrl+r")
        assert "没有别的有错或要说明的题了" in desk.screen
        await desk.press(*"100", "enter", "enter", *"200", "enter", "enter", "1")
        await desk.press("ctrl+r")
        assert desk.at == "a"
        await desk.press("ctrl+r")
        assert desk.at == "b"
        await desk.press("ctrl+r")
        assert desk.at == "a"
        await desk.press("f8", *"属实", "enter", "ctrl+r", "ctrl+r")
        assert desk.at == "b"
        assert "没有别的有错" in desk.screen


async def test_what_is_being_typed_is_stored_before_the_search_and_refused_text_holds_it(open_app, few):
    async with open_app(definition=few) as desk:
        await desk.open()
        await desk.press("7", "ctrl+n")
        assert desk.value("a") == "7"
        assert desk.at == "b"
        await desk.type("x", "ctrl+n")
        assert desk.at == "b"
        assert "刚输入的没有保存" in desk.screen


async def switch_off(desk):
    await desk.press("f6")
    assert "自动到下一题" in desk.screen
    await desk.press("f7")
    assert "按 Enter 才到下一题" in desk.screen
    await desk.press("f10")


async def test_with_auto_advance_off_a_choice_waits_for_enter(open_app, few):
    async with open_app(definition=few) as desk:
        await switch_off(desk)
        await desk.open()
        await desk.go("c")
        await desk.press("2")
        assert (desk.at, desk.value("c")) == ("c", "2")
        await desk.press("1")
        assert (desk.at, desk.value("c")) == ("c", "1")
        await desk.press("enter")
        assert desk.at == "d"
        await desk.press("f7")
        assert desk.interview.answer("d").status == "dont_know"
        assert desk.at == "d"
        await desk.press("enter", "enter")
        assert desk.at == "e"


async def test_with_auto_advance_off_a_grid_waits_for_enter_too(open_app, few):
    async with open_app(definition=few) as desk:
        await switch_off(desk)
        await desk.open()
        await desk.go("e")
        await desk.press("1", "2")
        assert desk.at == "e"
        assert desk.room.pane.editor.here() == "e.r"
        await desk.press("backspace", "enter", "2", "enter")
        assert (desk.value("e.r"), desk.value("e.s")) == ("1", "2")


async def test_auto_advance_stays_switched_off_after_reopening(open_app):
    async with open_app() as desk:
        await switch_off(desk)
    async with open_app() as desk:
        await desk.open()
        await desk.press("2")
        assert (desk.at, desk.value("mode")) == ("mode", "2")


def place(desk):
    return desk.app.store.interview_row(desk.interview.id).place


async def test_after_an_answer_the_next_question_is_remembered_at_once(open_app):
    """A kill -9 right then opens there again (test_terminal does it in a real terminal)."""
    async with open_app() as desk:
        await desk.open()
        await desk.press("2")
        assert place(desk) == desk.at == "filler_post"


async def test_questions_one_merely_passes_by_are_not_written_to_disk(open_app, monkeypatch):
    monkeypatch.setattr("tui.screens.interview.PASSING", 0.3)
    async with open_app() as desk:
        await desk.open()
        written = []
        store = desk.app.store
        former = store.set_place
        monkeypatch.setattr(store, "set_place", lambda *a: (written.append(a[1]), former(*a)))
        await desk.press(*["pagedown"] * 6)
        assert len(written) <= 1
        at = desk.at
        for _ in range(100):  # on a busy machine the timer is late
            await asyncio.sleep(0.1)
            if place(desk) == at:
                break
        assert place(desk) == at
        count = len(written)
        await desk.press("pagedown", "pageup")
        await asyncio.sleep(0.5)
        assert len(written) == count  # back where it was: nothing new to write


@pytest.mark.parametrize("way_out", ["escape", "ctrl+q", "f9"])
async def test_leaving_at_once_remembers_the_question_all_the_same(open_app, monkeypatch, way_out):
    monkeypatch.setattr("tui.screens.interview.PASSING", 60)
    async with open_app() as desk:
        await desk.open()
        await desk.press("pagedown", "pagedown", "pagedown")
        at = desk.at
        await desk.press(way_out)
    async with open_app() as desk:
        await desk.open()
        assert desk.at == at


async def test_the_search_for_errors_puts_the_cursor_on_the_cell_that_is_wrong(open_app, small_form):
    questions = """
- {name: first, type: integer, label: 头题}
- {name: rows, type: roster, label: 名册, item_label: "${f}", questions: [{name: f, type: text, label: 名称}, {name: g, type: integer, label: 数量, constraint: . > 5, constraint_message: 太少}]}
"""
    async with open_app(definition=small_form(questions)) as desk:
        await desk.open()
        await desk.go("rows")
        await desk.press("enter", *"甲", "enter", "9", "enter", "+", *"乙", "enter", "1", "enter", "enter")
        await desk.go("first")
        await desk.press("ctrl+r")
        assert desk.at == "rows"
        second = desk.interview.rows("rows")[1]
        assert desk.room.pane.editor.here() == f"rows[{second}].g"
