"""Finding what is open, completing, reopening."""

import pytest

from surveys.answers import Status, choices_of
from tui.screens.interview import InterviewScreen
from tui.screens.review import Review

SMALL = """
- name: a
  type: integer
  label: 甲数
  required: true
  min: 0
  warnings: [{check: . < 100, message: 甲数很大}]
- name: b
  type: integer
  label: 乙数
  required: true
  constraint: . <= ${a}
  constraint_message: 乙数不能多于甲数
"""


@pytest.fixture
def small(small_form):
    return small_form(SMALL)


async def test_the_review_lists_errors_warnings_and_empty_ones_and_enter_goes_there(open_app, small):
    async with open_app(definition=small) as desk:
        await desk.open()
        await desk.press("f9")
        assert "没答2处" in desk.screen
        await desk.press("escape", *"100", "enter", "enter", *"200", "enter", "enter")
        assert isinstance(desk.app.screen, Review)
        lines = desk.screen.splitlines()
        assert "乙数不能多于甲数" in lines[3]
        assert "甲数很大" in lines[4]
        await desk.press("down", "enter")
        assert desk.at == "a"


async def test_completion_is_refused_while_anything_is_open(open_app, small):
    async with open_app(definition=small) as desk:
        await desk.open()
        await desk.press("f9", "f10")
        assert "还有2处没有完成" in desk.screen
        assert desk.interview.stage == "draft"


async def complete(desk):
    await desk.open()
    await desk.press("9", "enter", "8", "enter")
    assert isinstance(desk.app.screen, Review)
    await desk.press("f10", "enter")


async def test_after_the_last_question_the_review_completes_the_interview(open_app, small):
    async with open_app(definition=small) as desk:
        await complete(desk)
        assert desk.interview.stage == "complete"
        assert "已定稿" in desk.screen


async def test_a_completed_interview_cannot_be_changed_until_it_is_reopened_with_a_reason(open_app, small):
    async with open_app(definition=small) as desk:
        await complete(desk)
        await desk.press("escape")
        assert isinstance(desk.app.screen, InterviewScreen)
        await desk.press("7", "enter", "7", "f3", "f2", "ctrl+z")
        assert desk.value("b") == "8"
        assert "完成 已答" in desk.screen
        assert "F10 重开" in desk.screen
        await desk.press("f10", "enter")
        assert "请写明退回修改的原因" in desk.screen
        await desk.type("数字有误", "enter")
        assert desk.interview.stage == "draft"
        await desk.go("b")
        await desk.press("ctrl+u", "7", "enter")
        assert "为什么改定稿时的答案" in desk.screen
        await desk.press("enter")
        assert desk.value("b") == "7"
        assert desk.interview.why("b") == "数字有误"


async def test_doubted_questions_are_listed_but_do_not_block(open_app, small):
    async with open_app(definition=small) as desk:
        await desk.open()
        await desk.press("f3", "9", "enter", "8", "enter")
        assert "没有要处理的了" in desk.screen
        assert "待核实（不妨碍定稿）" in desk.screen


async def test_remark_and_evidence_show_under_the_question_and_in_the_index(open_app):
    async with open_app() as desk:
        await desk.open()
        await desk.press("f2", *"等主席确认", "enter", "f5", "2", "f3")
        assert "备注✎：等主席确认" in desk.screen
        assert "依据：台账" in desk.screen
        assert "○⚑填报方式" in desk.screen
        assert desk.interview.evidence("mode") == "台账"


@pytest.mark.parametrize(
    ("typed", "found"), [("17", "palace_operating"), ("回拨工会经费", "return_full"), ("ghjf", "fund_mode")]
)
async def test_a_question_is_found_by_number_word_or_initials(open_app, typed, found):
    async with open_app() as desk:
        await desk.open()
        await desk.press("ctrl+f", *typed, "enter")
        assert desk.at == found


async def test_a_slash_finds_from_a_closed_question_and_is_text_in_a_line(open_app):
    async with open_app() as desk:
        await desk.open()
        await desk.press("/", "2", "enter")
        assert desk.at == "exec_vice_chair"
        await desk.go("filler_post")
        await desk.type("主席/书记", "enter")
        assert desk.value("filler_post") == "主席/书记"


async def test_a_question_that_is_not_asked_says_so(open_app):
    async with open_app() as desk:
        await desk.open()
        await desk.go("palace_operating")
        assert "不需要回答" in desk.screen
        await desk.press("1", "f7")
        assert desk.interview.answer("palace_operating").status is Status.SKIPPED
        assert choices_of(desk.interview.form.cell("palace_operating").kind)


WHOLE = """
- {name: a, type: integer, label: 甲数, unit: 人, flags: [{when: ". > 5", category: "101", level: red, message: 人太多}]}
- {name: b, type: select_one, label: 乙项, choices: [{name: "1", label: 是}, {name: "96", label: 其他, specify: true}]}
- {name: c, type: matrix, label: 丙表, cell: {type: integer, unit: 个}, rows: [{name: r, label: 头行}, {name: s, label: 次行}]}
- {name: d, type: roster, label: 丁册, item_label: "${f}", none_label: 暂无, questions: [{name: f, type: text, label: 名称}, {name: g, type: integer, label: 数量}]}
- {name: e, type: text, label: 戊题, relevant: "${a} > 100"}
- {name: half, type: calculate, label: 一半, calculation: "${a} div 2", unit: 人}
- {name: other, type: calculate, needs_all: true, label: 另一个, calculation: "${c.r} + ${c.s}"}
"""


async def test_the_whole_interview_is_listed_in_words_and_enter_goes_there(open_app, small_form):
    async with open_app(definition=small_form(WHOLE)) as desk:
        await desk.open()
        await desk.press("7", "enter", *"96村里", "enter", "3", "enter", "pagedown")
        await desk.press("enter", *"驿站", "enter", "4", "enter")
        await desk.go("a")
        await desk.press("f2", *"请复核", "enter", "f9")
        assert "其他（村里）" not in desk.screen
        await desk.press("f7")
        lines = [line.strip() for line in desk.screen.splitlines()]
        for said in (
            "7 人",
            "备注：请复核",
            "其他（村里）",
            "头行 3 个；次行 —",
            "驿站——名称 驿站；数量 4",
            "不需要回答",
        ):
            assert said in lines, said
        assert not [line for line in lines if "一半" in line]
        await desk.press("down", "enter")
        assert desk.at == "b"


async def test_nothing_to_register_is_said_in_the_form_s_own_words(open_app, small_form):
    async with open_app(definition=small_form(WHOLE)) as desk:
        await desk.open()
        await desk.go("d")
        await desk.press("down", "enter", "f9", "f7")
        assert "       暂无" in desk.screen


async def test_calculated_figures_and_candidates_are_shown_and_nothing_else(open_app, small_form):
    async with open_app(definition=small_form(WHOLE)) as desk:
        await desk.open()
        await desk.press("7", "enter", "f9", "f8")
        assert "一半：3.5 人" in desk.screen
        assert "另一个：—" in desk.screen
        assert "红 类别101 第1题 人太多" in desk.screen
        await desk.press("escape")
        assert isinstance(desk.app.screen, Review)


async def test_a_form_without_figures_says_so(open_app, small):
    async with open_app(definition=small) as desk:
        await desk.open()
        await desk.press("f9", "f8")
        assert "没有自动计算的指标" in desk.screen


IN_CELLS = """
- {name: a, type: integer, label: 甲数}
- {name: c, type: matrix, label: 丙表, required: true, cell: {type: integer, max: 9}, rows: [{name: r, label: 头行}, {name: s, label: 次行}, {name: t, label: 末行}]}
- {name: d, type: roster, label: 丁册, item_label: "${f}", questions: [{name: f, type: text, label: 名称}, {name: g, type: integer, label: 数量, required: true, constraint: . < 5, constraint_message: 太多}]}
"""


async def test_enter_goes_to_the_very_cell(open_app, small_form):
    async with open_app(definition=small_form(IN_CELLS)) as desk:
        await desk.open()
        await desk.press("enter", "3", "enter", "enter", "4", "enter")
        await desk.press("enter", *"驿站", "enter", "7", "enter", "f9")
        assert "太多" in desk.screen.splitlines()[3]
        await desk.press("enter")
        editor = desk.room.pane.editor
        assert editor.here() == f"d[{desk.interview.rows('d')[0]}].g"
        await desk.press("ctrl+u", "3", "enter", "f9", "enter")
        assert (desk.at, desk.room.pane.editor.here()) == ("c", "c.s")
        await desk.press("2", "enter")
        assert desk.value("c.s") == "2"
