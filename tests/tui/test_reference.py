"""The reference lists on the screen: beside the question, found by typing, read whole, and nothing lost."""

import re

import pytest

from surveys.campaign import open_campaign
from surveys.references import put_in, shipped_entries
from tui.screens.home import Home
from tui.screens.interview import InterviewScreen
from tui.screens.reference import Reference, ReferenceEntry

SIZES = {"80x24": (80, 24), "120x40": (120, 40)}


@pytest.fixture(params=SIZES, ids=list(SIZES))
def size(request):
    return SIZES[request.param]


def listed(desk):
    """The codes on the screen, in their order."""
    return [entry.code for entry in desk.app.screen._shown]


async def test_a_question_with_entries_says_so_in_one_line(open_app, size):
    async with open_app(size=size) as desk:
        await desk.open()
        await desk.go("sw_edu_req")
        assert "参考：A03 社会化工会工作者招聘条件 等3条，F6 查看" in desk.screen
        await desk.go("fund_mode")
        assert "参考：A06 工会经费来源，F6 查看" in desk.screen
        await desk.go("mode")
        assert "参考：" not in desk.screen


async def test_f6_shows_the_questions_entries_first_then_all_the_others(open_app):
    async with open_app() as desk:
        await desk.open()
        await desk.go("return_full")
        await desk.press("f6")
        assert isinstance(desk.app.screen, Reference)
        assert listed(desk)[:4] == ["A07", "A08", "B09", "B01"]
        assert len(listed(desk)) == 42
        assert re.findall(r"^(.本题 \w+)", desk.screen, re.MULTILINE) == ["▶本题 A07", " 本题 A08", " 本题 B09"]
        assert "第28题" in desk.screen


async def test_at_a_question_without_entries_all_are_shown_and_it_is_said(open_app):
    async with open_app() as desk:
        await desk.open()
        await desk.press("f6")
        assert "没有专属于这一题的条目" in desk.screen
        assert len(listed(desk)) == 42


@pytest.mark.parametrize(
    ("typed", "codes"),
    [
        ("工会经费", ["A06", "A10"]),
        ("经审", ["A11"]),
        ("ghjf", ["A06", "A10"]),
        ("37", ["A02", "B01"]),
        ("a3", ["A03"]),
    ],
)
async def test_typing_finds_over_all_entries(open_app, typed, codes):
    async with open_app() as desk:
        await desk.open()
        await desk.go("return_full")
        await desk.press("f6", *typed)
        assert listed(desk) == codes


async def test_a_word_that_fits_nothing_is_said_and_enter_does_nothing(open_app):
    async with open_app() as desk:
        await desk.press("f10", *"没有这个词", "enter", "down", "enter")
        assert isinstance(desk.app.screen, Reference)
        assert "没有找到，请换一个词。" in desk.screen
        assert "Enter 查看" not in desk.screen


async def test_the_point_of_the_entry_one_is_at_is_shown_below(open_app):
    async with open_app() as desk:
        await desk.press("f10")
        assert "常务副主席不长期空缺" in desk.screen
        await desk.press("down")
        assert "地方总工会委员会每届五年" in desk.screen
        assert re.findall(r"^▶ +(\w+)", desk.screen, re.MULTILINE) == ["A02"]


async def test_enter_shows_an_entry_whole_with_what_it_is_worth(open_app):
    async with open_app(size=(80, 40)) as desk:
        await desk.press("f10", *"A07", "enter")
        assert isinstance(desk.app.screen, ReferenceEntry)
        for told in (
            "A07 分成和上解",
            "参考：自带清单，要点自拟，不是省总工会清单原文",
            "⚠未核对：引用前请对照现行文件原文",
            "能否当场答复：记下来，研究后答复",
            "要点：基层留成不少于40%",
            "28、上级回拨工会经费是否足额到位?",
            "来源：P15 总工发〔2004〕9号",
        ):
            assert told in desk.screen
        await desk.press("escape", "ctrl+u", *"B16", "enter")
        assert "未核对" not in desk.screen
        assert "完成标志：四类群体入会率" in desk.screen
        assert "建议牵头：组织部" in desk.screen
        assert "能否当场答复" not in desk.screen


async def test_the_list_itself_marks_what_was_not_checked_and_how_far_one_may_answer(open_app):
    async with open_app() as desk:
        await desk.press("f10", *"A0")
        lines = {line[6:9]: line for line in desk.screen.splitlines() if line[6:8] == "A0"}
        assert "⚠未核对" in lines["A05"]
        assert "未核对" not in lines["A04"]
        assert "可当场答复" in lines["A05"]
        assert "研究后答复" in lines["A04"]
        assert "题 9—15" in lines["A04"]
        assert "清单仅供参考" in desk.screen


async def test_back_at_the_question_nothing_that_was_typed_is_lost(open_app):
    async with open_app() as desk:
        await desk.open()
        await desk.go("sw_total")
        await desk.type("12")
        await desk.press("f6", *"换届", "enter", "escape", "escape")
        assert isinstance(desk.app.screen, InterviewScreen)
        assert desk.at == "sw_total"
        assert desk.room.pane.editor.line.text == "12"
        await desk.press("3", "enter")
        assert desk.value("sw_total") == "123"


async def test_back_in_a_grid_one_is_in_the_same_cell(open_app):
    async with open_app() as desk:
        await desk.open()
        await desk.go("staff_quota")
        await desk.press("4", "enter")
        here = desk.room.pane.editor.here()
        await desk.press("f6", "escape", "5", "enter")
        assert desk.value(here) == "5"


async def test_the_lists_can_be_read_beside_a_completed_interview(open_app):
    async with open_app() as desk:
        await desk.open()
        await desk.press("f9", "f12", *"开错了单位", "enter", "escape")
        await desk.go("return_full")
        await desk.press("f6")
        assert isinstance(desk.app.screen, Reference)
        await desk.press("escape")
        assert isinstance(desk.app.screen, InterviewScreen)


async def test_the_mouse_opens_an_entry_too(open_app):
    async with open_app() as desk:
        await desk.press("f10")
        await desk.pilot.click("#entries", offset=(10, 1))
        await desk.settle()
        assert isinstance(desk.app.screen, ReferenceEntry)
        assert "A02 任期与换届" in desk.screen


async def test_home_opens_the_same_lists_and_escape_comes_back(open_app):
    async with open_app() as desk:
        await desk.press("f10")
        assert listed(desk)[:2] == ["A01", "A02"]
        await desk.press("escape")
        assert isinstance(desk.app.screen, Home)


async def test_an_offices_own_text_is_shown_literally(open_app, data):
    mine = shipped_entries()[0].__class__(
        "A01",
        "[/foo]标题[red]",
        "[$x]要点\n第二行",
        "全部",
        ("chair_post",),
        "转",
        "",
        "[@click=app.quit]来源[/]",
        "",
        "2022-11-03",
        True,
    )
    with open_campaign(data) as store:
        put_in(store, "county_union", [mine], "办公室导入：清单.xlsx", "王")
    async with open_app(size=(100, 40)) as desk:
        await desk.open()
        await desk.go("chair_post")
        assert "参考：A01 [/foo]标题[red]" in desk.screen
        await desk.press("f6")
        assert "[$x]要点" in desk.screen
        await desk.press("enter")
        assert "[@click=app.quit]来源[/]" in desk.screen
        assert "能否当场答复：转有关部门办理" in desk.screen
        assert "办公室导入：清单.xlsx" in desk.screen


async def test_without_lists_the_key_is_not_offered_and_home_says_why(open_app, small_form):
    async with open_app(definition=small_form("- {name: a, type: text, label: 甲}")) as desk:
        await desk.press("f10")
        assert "还没有参考清单" in desk.screen
        await desk.press("enter")
        assert "F6 清单" not in desk.screen
        await desk.press("f6")
        assert isinstance(desk.app.screen, InterviewScreen)


async def test_in_ascii_the_mark_is_ascii(open_app, monkeypatch):
    monkeypatch.setenv("ZOUFANG_ASCII", "1")
    async with open_app() as desk:
        await desk.press("f10", *"A07")
        assert "!未核对" in desk.screen
        assert "⚠" not in desk.screen


async def test_what_the_screens_look_like(open_app, size, snapshot):
    async with open_app(size=size) as desk:
        await desk.open()
        await desk.go("return_full")
        await desk.press("f6")
        assert desk.screen == snapshot(name="question")
        await desk.press("enter")
        assert re.sub(r"放入：\d{4}-\d\d-\d\d", "放入：yyyy-mm-dd", desk.screen) == snapshot(name="entry")
        await desk.press("escape", *"ghjf")
        assert desk.screen == snapshot(name="found")
