"""The home screen: whose units, how they stand, and the way into them and out again."""

import re

import pytest

from surveys.campaign import open_campaign
from surveys.store import StoreError
from tui.screens.home import Home
from tui.screens.interview import InterviewScreen


async def test_the_first_start_asks_team_laptop_and_member_once(open_app, tmp_path):
    async with open_app(data=tmp_path / "new") as desk:
        assert "第一次使用" in desk.screen
        await desk.press("３", "enter", *"联想三号", "enter", *"李四", "enter")
        assert "第3组 · 录入人 李四" in desk.screen
    async with open_app(data=tmp_path / "new") as desk:
        assert "第一次使用" not in desk.screen
        assert desk.app.store.setting("device") == "联想三号"


@pytest.mark.parametrize("typed", ["", "10", "a", "-1", "1.5"])
async def test_a_team_that_does_not_exist_is_refused(open_app, tmp_path, typed):
    async with open_app(data=tmp_path / "new") as desk:
        await desk.press(*typed, "f10")
        assert "组别请填 1—9" in desk.screen


@pytest.mark.parametrize("typed", ["230110", "香坊", "xiangf", "hebsxfq"])
async def test_a_unit_is_found_by_code_name_or_pinyin(open_app, typed):
    async with open_app() as desk:
        await desk.type(typed)
        assert "香坊区" in desk.screen
        assert "道里区" not in desk.screen


async def test_a_word_that_fits_nothing_is_said_and_escape_clears_it(open_app):
    async with open_app() as desk:
        await desk.type("不存在")
        assert "没有这样的单位" in desk.screen
        await desk.press("escape")
        assert "香坊区" in desk.screen


async def test_state_and_progress_show_after_coming_back(open_app):
    async with open_app() as desk:
        await desk.open()
        await desk.press("2", "主", "席", "enter", "1", "1", "escape")
        assert isinstance(desk.app.screen, Home)
        line = next(line for line in desk.screen.splitlines() if "香坊区" in line)
        assert "草稿" in line
        assert " 2/48" in line


async def test_the_app_opens_again_at_the_same_question_with_every_answer(open_app):
    async with open_app() as desk:
        await desk.open()
        await desk.press("2", "主", "席", "enter", "1", "4", "2", "enter", "3", "enter")
        ident = desk.interview.id
    async with open_app() as desk:
        await desk.open()
        assert desk.interview.id == ident
        assert desk.at == "staff_quota"
        assert desk.value("vice_chair_extra.seconded") == "3"


async def test_a_broken_definition_names_file_line_and_column(open_app, small_form):
    path = small_form("- {name: a, type: select_one, label: 甲}")
    async with open_app(definition=path) as desk:
        assert desk.app.return_code == 1
        assert f"{path}:9:9: 缺少" in str(desk.app._exit_renderables[0])


async def test_settings_change_who_is_entering(open_app):
    async with open_app() as desk:
        await desk.press("f6", "ctrl+u", *"王五", "enter")
        assert "录入人 王五" in desk.screen
        await desk.open()
        await desk.press("1")
        assert desk.interview.events[-1].who == "王五"


async def test_about_says_where_the_questions_come_from(open_app):
    async with open_app() as desk:
        await desk.press("f8")
        assert "仅3题见于公开报道，其余53题为自拟" in desk.screen
        await desk.press("escape")
        assert isinstance(desk.app.screen, Home)


async def test_export_shows_the_file_and_its_check_code(open_app, data):
    async with open_app() as desk:
        await desk.open()
        await desk.press("1", "escape", "f4")
        (path,) = (data / "导出").glob("*.xlsx")
        assert "校验码" in desk.screen
        assert path.stat().st_size


async def test_export_without_any_interview_is_refused_with_a_sentence(open_app):
    async with open_app() as desk:
        await desk.press("f4")
        assert "没有可以导出" in desk.screen


async def test_the_office_sees_every_unit(open_app, data):
    with open_campaign(data) as store:
        store.set_settings(team="0")
    async with open_app() as desk:
        assert "省总办公室" in desk.screen
        assert desk.app.home.list.option_count == 121


async def test_a_void_interview_shows_and_opening_the_unit_starts_a_new_one(open_app):
    async with open_app() as desk:
        await desk.open()
        first = desk.interview.id
        await desk.press("f9", "f12", *"开错了单位", "enter")
        assert "已作废" in desk.screen
        await desk.press("escape", "escape")
        assert "作废" in desk.screen
        await desk.press("enter")
        assert isinstance(desk.app.screen, InterviewScreen)
        assert desk.interview.id != first


# ── order and filter ──


def codes(desk) -> list[str]:
    """The units on the screen, from top to bottom."""
    return re.findall(r"^[ ▶](\d{6})  ", desk.screen, re.MULTILINE)


async def test_f5_orders_the_list_says_how_and_is_remembered(open_app):
    async with open_app() as desk:
        assert "排序 名册顺序" in desk.screen.splitlines()[1]
        frame = codes(desk)
        await desk.open("230184")
        await desk.press("2", "escape", "ctrl+u")
        await desk.press("f5")
        assert "排序 进度少的在前" in desk.screen.splitlines()[1]
        assert codes(desk) == [*[code for code in frame if code != "230184"], "230184"]
        await desk.press("f5")
        assert codes(desk)[0] == "230184"
        await desk.press("f5")
        assert "排序 名称拼音" in desk.screen.splitlines()[1]
        assert codes(desk)[0] == "230112"  # 阿城区
    async with open_app() as desk:
        assert "排序 名称拼音" in desk.screen.splitlines()[1]
        assert codes(desk)[0] == "230112"
        await desk.press("f5")
        assert codes(desk) == frame


async def test_the_cursor_stays_on_its_unit_when_the_order_changes(open_app):
    async with open_app() as desk:
        await desk.press("down", "down", "f5", "f5", "f5", "enter")
        assert desk.interview.unit == "230104"


async def test_f7_shows_some_only_says_which_and_is_remembered(open_app):
    async with open_app() as desk:
        await desk.open()
        await desk.press("2", "escape", "ctrl+u", "f7", "f7")
        assert "筛选 草稿 1/18" in desk.screen.splitlines()[1]
        assert codes(desk) == ["230110"]
        assert "完成 0/18" in desk.screen.splitlines()[0]  # the title still counts every unit
    async with open_app() as desk:
        assert codes(desk) == ["230110"]
        await desk.press("f7")
        assert codes(desk) == []
        assert "没有这样的单位：现在只列出完成的，按 F7 换筛选。" in desk.screen
        await desk.press("f7", "f7")
        assert len(codes(desk)) == 18


async def test_typing_finds_within_what_the_filter_left(open_app):
    async with open_app() as desk:
        await desk.open()
        await desk.press("2", "escape", "ctrl+u", "f7")
        await desk.type("香坊")
        assert codes(desk) == []
        await desk.press("f7")
        assert codes(desk) == ["230110"]


async def test_a_disk_that_refuses_to_remember_is_told_and_the_list_is_ordered_all_the_same(open_app, monkeypatch):
    async with open_app() as desk:

        def refuse(**_):
            raise StoreError("磁盘已满。")

        monkeypatch.setattr(desk.app.store, "set_settings", refuse)
        await desk.press("f5", "f5", "f5")
        assert codes(desk)[0] == "230112"
        assert "! 磁盘已满。" in desk.screen


async def test_a_sign_shows_which_line_the_cursor_is_at(open_app):
    def pointed(desk) -> list[str]:
        return re.findall(r"^▶(\d{6})", desk.screen, re.MULTILINE)

    async with open_app() as desk:
        assert pointed(desk) == ["230102"]
        await desk.press("down", "down", "up")
        assert pointed(desk) == ["230103"]
        await desk.press("f5", "f5", "f5")  # the cursor stays at its unit, which is elsewhere now
        assert pointed(desk) == ["230103"]
        await desk.type("香坊")
        assert pointed(desk) == ["230110"]
        await desk.press("escape", "pagedown")
        assert len(pointed(desk)) == 1
