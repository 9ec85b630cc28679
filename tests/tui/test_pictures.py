"""Pictures of the terminal: Chinese stays in line, and nothing is fetched from anywhere."""

from __future__ import annotations

import re

from tests.tui.film import PICTURES
from tests.tui.picture import CELL, RIM, svg
from tui.keys import COMMANDS, key_name

GUIDE = PICTURES.parent / "界面.md"
README = PICTURES.parents[1] / "README.md"
MOST_BYTES = 1_500_000
"""Of all pictures together."""


def texts(picture: str) -> list[tuple[int, int, str]]:
    """Column, columns and characters of every piece of text."""
    found = re.findall(r'<text x="(\d+)" y="\d+" textLength="(\d+)"[^>]*>([^<]*)<', picture)
    return [((int(x) - RIM) // CELL, int(width) // CELL, text) for x, width, text in found]


def test_a_double_width_character_takes_two_columns_and_what_follows_stays_in_line() -> None:
    assert texts(svg("已答 5/50 ▓▓ 完", 80, 1)) == [(0, 4, "已答"), (5, 4, "5/50"), (10, 2, "▓▓"), (13, 2, "完")]


def test_colours_bold_and_reverse_are_drawn() -> None:
    picture = svg("\x1b[1;38;2;255;0;0;48;2;0;0;255m甲\x1b[7m乙\x1b[0m丙", 80, 1)
    red, blue = (re.search(rf"\.(c\d) {{ fill: {colour} }}", picture)[1] for colour in ("#ff0000", "#0000ff"))
    assert f'class="{red} w b">甲' in picture
    assert f'class="{blue} w b">乙' in picture
    assert f'width="{2 * CELL}" height="18" class="{blue}"/>' in picture


def test_signs_that_svg_reads_itself_are_written_out() -> None:
    assert [text for _, _, text in texts(svg("a<b>&c", 80, 1))] == ["a&lt;b&gt;&amp;c"]


def test_every_picture_is_shown_and_every_shown_picture_is_there() -> None:
    shown = {
        name for document in (GUIDE, README) for name in re.findall(r"画面/([^)]+\.svg)", document.read_text("utf-8"))
    }
    assert shown
    assert shown == {path.name for path in PICTURES.glob("*.svg")}


def test_pictures_fetch_nothing_and_are_small() -> None:
    pictures = list(PICTURES.glob("*.svg"))
    for path in pictures:
        addresses = re.findall(r"\w+://[^\"\s]*", path.read_text("utf-8"))
        assert addresses == ["http://www.w3.org/2000/svg"], path.name  # the name of the format, never fetched
    assert sum(path.stat().st_size for path in pictures) < MOST_BYTES


def test_the_guide_names_the_keys_that_the_app_has() -> None:
    named = re.findall(r"\*\*(\w+)\*\*（(?:首页|检查里)? ?([A-Z][\w+]*)", GUIDE.read_text("utf-8"))
    assert len(named) > 10
    keys = {(command.label, key_name(command)) for command in COMMANDS}
    for name, key in named:
        assert any(label in name and key == its_key for label, its_key in keys), (name, key)
