"""Colours with enough contrast, marks for consoles that lack symbols; both chosen in the settings and remembered."""

import pytest
from rich.color_triplet import ColorTriplet

from surveys.campaign import open_campaign
from surveys.store import StoreError
from tui.marks import SAMPLE, ascii_only
from tui.screens.home import Home
from tui.themes import LABELS, THEMES, following

AA, AAA, GRAPHICS = 4.5, 7.0, 3.0
"""WCAG 2.1: 1.4.3 and 1.4.6 for text, 1.4.11 for lines and marks."""


def luminance(colour: ColorTriplet) -> float:
    parts = [part / 255 for part in colour]
    red, green, blue = [part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts]
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one: ColorTriplet, other: ColorTriplet) -> float:
    dark, light = sorted((luminance(one), luminance(other)))
    return (light + 0.05) / (dark + 0.05)


def painted(desk) -> dict[tuple[bool, str, str], tuple[float, str]]:
    """What is on the top screen: whether it is a text, its colours → their contrast, and an example."""
    screen = desk.app.screen
    box = screen.query_one("#box").region if screen.is_modal else screen.region  # behind a dialog all is dimmed
    found = {}
    for y, strip in enumerate(screen._compositor.render_strips()):
        if not box.y <= y < box.bottom:
            continue
        for segment in strip.crop(box.x, box.right):
            if not segment.text.strip() or not segment.style:
                continue
            style = segment.style
            colours = style.color.get_truecolor(), style.bgcolor.get_truecolor()
            assert not style.dim, segment.text
            is_text = any(character.isalnum() for character in segment.text)
            key = (is_text, colours[0].hex, colours[1].hex)
            found[key] = (contrast(*colours), segment.text.strip())
    return found


async def walk(desk):
    """Every kind of screen and state, one after the other."""
    yield "home"
    await desk.press("f3")
    yield "members"
    await desk.press("escape", *"不存在")
    yield "nothing found"
    await desk.press("escape", "f6", "ctrl+u", "f10")
    yield "settings with a refusal"
    await desk.press("escape", "f8")
    yield "about"
    await desk.press("escape", "f1")
    yield "help"
    await desk.press("escape")
    await desk.open()
    yield "choice"
    await desk.press("2", *"主席", "enter", "1", "ctrl+f")
    yield "find"
    await desk.press("escape", "f2", *"备注", "enter", "f3", "f5")
    yield "evidence"
    await desk.press("escape")
    for question, keys in {
        "sw_total": [*"9" * 12, "enter"],
        "staff_quota": [*"5", "enter"],
        "appeals": ["7", "enter", "9", "enter"],
        "new_form": ["7", "enter"],
        "venues": ["enter", *"文化宫", "enter"],
        "good_practice": [*"第一条", "shift+left"],
        "sw_main_problem": ["2"],
    }.items():
        await desk.go(question)
        await desk.press(*keys)
        yield question
        await desk.press("escape")
        if isinstance(desk.app.screen, Home):
            await desk.open()
    await desk.press("f9")
    yield "review"
    await desk.press("f7")
    yield "whole"
    await desk.press("f8")
    yield "figures"
    await desk.press("escape", "f12")
    yield "dialog"
    await desk.press(*"开错了", "enter", "escape")
    yield "a void interview"


async def test_everything_stands_out_from_its_ground_and_the_themes_of_textual_would_not(open_app, monkeypatch):
    """One walk, and at every stop all themes."""
    monkeypatch.setitem(LABELS, "textual-dark", "Textual 的")  # the negative control
    demanded = {"dark": AA, "light": AA, "contrast": AAA, "textual-dark": AA}
    faint, grounds = {theme: [] for theme in demanded}, {theme: set() for theme in demanded}
    async with open_app() as desk:
        async for name in walk(desk):
            for theme, text in demanded.items():
                desk.app.theme = theme
                await desk.settle()
                for (is_text, fore, back), (ratio, example) in painted(desk).items():
                    grounds[theme].add(back)
                    if ratio < (text if is_text else GRAPHICS):
                        faint[theme].append(f"{name}: {ratio:.1f} {fore} on {back} “{example}”")
    control = faint.pop("textual-dark")
    assert faint == {"dark": [], "light": [], "contrast": []}
    assert [line for line in control if line.startswith("review")]
    assert len(set(map(frozenset, grounds.values()))) == len(demanded)  # every theme was really put on


@pytest.mark.parametrize(("colours", "ratio"), [(("#000000", "#ffffff"), 21), (("#777777", "#ffffff"), 4.48)])
def test_the_contrast_is_the_one_of_wcag(colours, ratio):
    one, other = (ColorTriplet(*bytes.fromhex(colour[1:])) for colour in colours)
    assert contrast(one, other) == pytest.approx(ratio, abs=0.01)


def test_high_contrast_has_black_white_and_yellow_only_and_a_ground_for_fields():
    theme = THEMES[-1]
    own = [theme.primary, theme.warning, theme.error, theme.foreground, theme.background, theme.surface]
    named = [value for value in theme.variables.values() if value.startswith("#")]
    assert {*own, *named} == {"#000000", "#ffffff", "#ffff00"}


def test_every_theme_has_a_name_and_they_go_round():
    assert list(LABELS) == [theme.name for theme in THEMES]
    name, seen = THEMES[0].name, []
    for _ in THEMES:
        seen.append(name)
        name = following(name)
    assert (seen, name) == (list(LABELS), THEMES[0].name)


# ── choosing ──


async def test_colours_show_at_once_and_are_remembered_when_they_are_saved(open_app):
    async with open_app() as desk:
        assert desk.app.theme == "dark"
        await desk.press("f6", "f5", "f5")
        assert "颜色：高对比" in desk.screen
        assert desk.app.theme == "contrast"
        await desk.press("f10")
    async with open_app() as desk:
        assert desk.app.theme == "contrast"


async def test_escape_brings_the_former_colours_and_marks_back(open_app):
    async with open_app() as desk:
        await desk.press("f6", "f5", "f8")
        assert (desk.app.theme, ascii_only()) == ("light", True)
        await desk.press("escape")
        assert (desk.app.theme, ascii_only()) == ("dark", False)
        assert "░" in desk.screen


async def test_a_theme_that_no_longer_exists_is_the_first(open_app, data):
    with open_campaign(data) as store:
        store.set_settings(theme="sepia")
    async with open_app() as desk:
        assert desk.app.theme == "dark"


async def test_plain_marks_are_chosen_in_the_settings_and_remembered(open_app):
    async with open_app() as desk:
        assert "░" in desk.screen
        await desk.press("f6", "f8", "f10")
        assert "░" not in desk.screen
    assert not ascii_only()  # nothing is left behind for what draws next
    async with open_app() as desk:
        assert "----------" in desk.screen
        await desk.open()
        await desk.press("ctrl+f")
        assert {"+", "|"} <= set(desk.screen)
        odd = {c for c in desk.screen if not (c.isascii() or "\u3000" <= c <= "\u9fff" or c >= "\uff00")}
        assert odd <= set("“”—…"), odd  # Chinese punctuation of the questionnaire itself


async def test_the_first_start_shows_a_sample_and_the_key_that_makes_it_plain(open_app, tmp_path):
    async with open_app(data=tmp_path / "new") as desk:
        assert all(line in desk.screen for line in SAMPLE)
        assert "F8 用纯文字" in desk.screen.replace("按 ", "")
        await desk.press("f8", *"3", "enter", *"联想", "enter", *"李四", "enter")
        assert isinstance(desk.app.screen, Home)
        assert "░" not in desk.screen
    async with open_app(data=tmp_path / "new") as desk:
        assert "░" not in desk.screen


def test_the_sample_ends_alike_where_symbols_are_one_cell_wide_and_not_where_they_are_two():
    import unicodedata

    symbols, digits = SAMPLE
    assert len(symbols) == len(digits)
    inside = symbols[1:-1]
    assert sum(unicodedata.east_asian_width(c) == "A" for c in inside) > 5


@pytest.mark.parametrize(("value", "mark"), [("1", "-"), ("0", "░")])
async def test_the_environment_variable_stands_above_the_setting_and_the_settings_say_so(
    open_app, data, monkeypatch, value, mark
):
    monkeypatch.setenv("ZOUFANG_ASCII", value)
    with open_campaign(data) as store:
        store.set_settings(marks="" if value == "1" else "ascii")
    async with open_app() as desk:
        assert mark * 10 in desk.screen
        await desk.press("f6")
        assert "由环境变量 ZOUFANG_ASCII 决定" in desk.screen
        assert "F8 符号" not in desk.screen
        await desk.press("f10")
        assert desk.app.store.setting("marks") == ("" if value == "1" else "ascii")


async def test_settings_fit_the_smallest_screen(open_app, tmp_path):
    async with open_app(data=tmp_path / "new", size=(80, 24)) as desk:
        assert desk.app.screen.query_one("#page").max_scroll_y == 0
    async with open_app(size=(80, 24)) as desk:
        await desk.press("f6")
        assert desk.app.screen.query_one("#page").max_scroll_y == 0


async def test_a_disk_that_refuses_is_told_and_the_settings_stay_open(open_app, monkeypatch):
    async with open_app() as desk:

        def refuse(**_):
            raise StoreError("磁盘已满。")

        monkeypatch.setattr(desk.app.store, "set_settings", refuse)
        await desk.press("f6", "f5", "f10")
        assert "磁盘已满" in desk.screen
        assert "颜色：浅色" in desk.screen
