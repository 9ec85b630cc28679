"""Each work-round for Textual 8.2.8, with the number or cause it is for."""

import os
import subprocess
import sys
import time
from itertools import product

import pytest
from rich.cells import cell_len

from tests.tui.text_places import editor
from tui.textual_faults import cut, fold


@pytest.mark.skipif(sys.platform == "win32", reason="on Windows the variable must not be set")
def test_the_kitty_keyboard_protocol_is_off_before_textual_is_imported():
    """An IME commit of five or more characters arrives as garbage under it."""
    environment = {name: value for name, value in os.environ.items() if name != "TEXTUAL_DISABLE_KITTY_KEY"}
    code = "import tui.app; from textual import constants; print(constants.DISABLE_KITTY_KEY)"
    done = subprocess.run([sys.executable, "-c", code], env=environment, capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "True"


async def test_no_footer_and_no_toast_is_ever_mounted(open_app):
    """Footer leaks a widget per binding change (#6666); Toast eats Chinese over a border (#6357)."""
    async with open_app() as desk:
        await desk.press("ctrl+c")
        assert "退出请按 Ctrl+Q" in desk.screen
        await desk.open()
        await desk.press("2", "主", "enter", "9", "9", "f7", "ctrl+z")
        kinds = {type(widget).__name__ for screen in desk.app.screen_stack for widget in screen.walk_children()}
        assert not kinds & {"Footer", "Toast", "RadioSet", "SelectionList", "Checkbox"}


def test_selecting_text_with_the_mouse_is_off():
    """It can crash the app (#6643)."""
    from tui.app import ZoufangApp

    assert ZoufangApp.ALLOW_SELECT is False
    assert ZoufangApp.ENABLE_COMMAND_PALETTE is False  # Textual's speaks English


async def test_full_width_and_no_break_spaces_can_be_typed(open_app):
    """Input and TextArea drop what `str.isprintable` denies."""
    async with open_app() as desk:
        await desk.open()
        for question, character in product(["filler_post", "good_practice"], "\u3000\u00a0\u200d"):
            await desk.go(question)
            editor(desk).text = ""
            await desk.press("甲", character, "乙", "enter")
            assert desk.value(question) == f"甲{character}乙", question


async def test_a_paste_of_several_lines_into_one_line_is_kept_whole_and_refused_with_a_sentence(open_app):
    """Input keeps the first line of a paste and says nothing."""
    async with open_app() as desk:
        await desk.open()
        await desk.go("filler_post")
        await desk.paste("第一行\r\n第二行\n")
        assert desk.room.pane.editor.line.text == "第一行\n第二行"
        await desk.press("enter")
        assert "这里只能填一行" in desk.screen


async def test_a_paste_of_several_lines_into_a_text_stays_several_lines(open_app):
    async with open_app() as desk:
        await desk.open()
        await desk.go("good_practice")
        await desk.paste("第一行\r\n第二行")
        await desk.press("enter")
        assert desk.value("good_practice") == "第一行\n第二行"


@pytest.mark.parametrize("question", ["filler_post", "good_practice", "staff_quota"])
async def test_a_megabyte_is_refused_with_a_count_within_a_second(open_app, question):
    """A line of a million characters costs TextArea 7 s, and 4 s more for every key after it."""
    async with open_app() as desk:
        await desk.open()
        await desk.go(question)
        start = time.perf_counter()
        await desk.paste("长" * 1_000_000)
        assert time.perf_counter() - start < 1
        assert "1,000,000个字" in desk.screen
        assert not desk.room.pane.editor.typed()


@pytest.mark.parametrize("question", ["filler_post", "good_practice"])
@pytest.mark.parametrize("bad", ["甲\x1b[31m乙", "甲\x00", "\x9b5n", "甲\ud800"])
async def test_control_characters_are_refused_and_never_reach_the_terminal(open_app, question, bad):
    """Textual writes an ESC from data to the terminal as it is."""
    async with open_app() as desk:
        await desk.open()
        await desk.go(question)
        await desk.paste(bad)
        assert "不可见的控制字符" in desk.screen
        assert not desk.room.pane.editor.typed()


@pytest.mark.parametrize("question", ["filler_post", "good_practice"])
async def test_direction_overrides_show_as_symbols(open_app, question):
    async with open_app() as desk:
        await desk.open()
        await desk.go(question)
        await desk.paste("甲\u202e乙")
        assert "\u202e" not in desk.screen
        assert "甲�乙" in desk.screen


@pytest.mark.parametrize(
    ("text", "width", "lines"),
    [
        ("一二三四五六", 6, ["一二三", "四五六"]),
        ("12 一二三四五六七", 8, ["12 一二", "三四五六", "七"]),  # Textual: the run goes whole to line two
        ("一二三，四五", 6, ["一二", "三，四", "五"]),
        ("一二（三四）", 6, ["一二", "（三", "四）"]),
        ("甲 abcdefghijkl", 6, ["甲 abc", "defghi", "jkl"]),
        ("一\n二", 6, ["一", "二"]),
        ("", 6, [""]),
    ],
)
def test_chinese_is_folded_between_characters(text, width, lines):
    assert fold(text, width) == lines


@pytest.mark.parametrize("width", [1, 4, 7, 8])
def test_a_cut_text_has_exactly_the_width(width):
    assert cell_len(cut("工人文化宫是否能正常开展活动?", width)) == width
    assert cell_len(cut("", width)) == width


async def test_keys_in_a_burst_reach_what_they_were_meant_for(open_app):
    """Textual gives a key to whatever had the focus when it arrived, and lets priority keys overtake text."""
    async with open_app() as desk:
        await desk.open()
        await desk.go("sw_total")
        await desk.press("1", "2", "pagedown", "4", "pageup", "pageup", "pagedown", "pagedown")
        assert desk.value("sw_total") == "12"
        assert desk.value("sw_posts.county") == "4"


async def test_an_answer_rewrites_only_the_lines_that_changed(open_app, small_form):
    """OptionList measures all its lines again when one prompt changes."""
    questions = "\n".join(f"- {{name: q{n}, type: integer, label: 第{n}个问题}}" for n in range(1000))
    async with open_app(definition=small_form(questions)) as desk:
        await desk.open()
        before = list(desk.room.index.options)
        await desk.press("5", "enter")
        after = desk.room.index.options
        assert sum(former is not option for former, option in zip(before, after, strict=True)) == 3
        assert desk.room.index.virtual_size.height == 1001


async def test_editors_are_mounted_once(open_app):
    """A remounted Input stays alive through a signal's closure."""
    async with open_app() as desk:
        await desk.open()
        before = [id(widget) for widget in desk.room.walk_children()]
        for item in desk.interview.form.items:
            if item.type != "calculate":
                desk.room.go(item.name)
        await desk.settle()
        assert [id(widget) for widget in desk.room.walk_children()] == before
