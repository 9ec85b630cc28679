"""A megabyte is pasted: every place that takes text says how much it was, at once, and nothing is shortened."""

from __future__ import annotations

import sys
import threading
import time
from pathlib import Path

import pytest
from textual import events

from surveys.text import MAX_LENGTH
from tests.tui.conftest import Desk
from tests.tui.text_places import PLACES, editor, made
from tui.key_queue import OneKeyAtATime
from tui.textual_faults import TextBox, TextLine, pasted

MEGABYTE = "长" * 1_000_000
SECONDS = 1.0


def flat(desk: Desk) -> str:
    """What is to be read, without the ends of lines and the edges of boxes."""
    return "".join(character for character in desk.screen if character not in " \n│|")


def test_every_place_that_takes_text_is_known() -> None:
    assert made() == set(PLACES)


@pytest.mark.parametrize("place", PLACES)
async def test_a_million_characters_are_refused_with_their_number(world: Path, tmp_path: Path, place: str) -> None:
    async with PLACES[place].reached(world, tmp_path) as desk:
        assert "1,000,000" not in desk.screen
        started = time.perf_counter()
        await desk.paste(MEGABYTE)
        assert time.perf_counter() - started < SECONDS
        assert "1,000,000个字，超过10,000字的上限，没有粘贴" in flat(desk)
        assert editor(desk).text == ""
        await desk.paste("还能用")
        assert editor(desk).text == "还能用"


@pytest.mark.parametrize("place", ["widgets/value_editor.py value", "widgets/text_editor.py text"])
async def test_pastes_that_are_too_long_together_are_refused_from_the_first_that_is(
    world: Path, tmp_path: Path, place: str
) -> None:
    async with PLACES[place].reached(world, tmp_path) as desk:
        await desk.paste("甲" * (MAX_LENGTH - 10))
        await desk.paste("乙" * 11)
        assert "已有9,990个字，再粘贴11个字就超过10,000字的上限，没有粘贴" in flat(desk)
        assert len(editor(desk).text) == MAX_LENGTH - 10
        await desk.paste("丙" * 10)
        assert editor(desk).text.endswith("丙" * 10)
        editor(desk).action_select_all()
        await desk.paste("丁" * MAX_LENGTH)  # in the place of what is marked
        assert editor(desk).text == "丁" * MAX_LENGTH


async def test_what_was_copied_inside_the_program_is_pasted_by_the_same_rule(world: Path, tmp_path: Path) -> None:
    async with PLACES["widgets/text_editor.py text"].reached(world, tmp_path) as desk:
        desk.app._clipboard = MEGABYTE
        await desk.press("ctrl+v")
        assert "1,000,000个字" in flat(desk)
        assert editor(desk).text == ""


async def test_without_the_refusal_a_megabyte_misses_the_second(world: Path, tmp_path: Path, monkeypatch) -> None:
    """What Textual does by itself, and why a limit there has to be."""
    monkeypatch.setattr("tui.textual_faults.pasted", lambda text, there: text)
    async with PLACES["widgets/value_editor.py value"].reached(world, tmp_path) as desk:
        started = time.perf_counter()
        await desk.paste(MEGABYTE)
        assert time.perf_counter() - started > SECONDS


# ── consoles that hand over what is pasted as keys ──


async def flood(desk: Desk, count: int) -> None:
    for _ in range(count):
        desk.app.post_message(events.Key("x", "x"))
    await desk.settle()


async def test_keys_that_no_person_can_have_typed_are_refused_with_their_number(world: Path, tmp_path: Path) -> None:
    async with PLACES["widgets/value_editor.py value"].reached(world, tmp_path) as desk:
        await flood(desk, 3 * MAX_LENGTH)
        assert "一下子收到了超过10,000个字，不接受" in flat(desk)
        while "一下子收到的" not in flat(desk):
            await desk.pilot.pause(0.05)
        entered = len(editor(desk).text)
        assert f"一下子收到的{3 * MAX_LENGTH - entered:,}个字没有接受" in flat(desk)
        assert entered < 100
        await desk.press("y")
        assert editor(desk).text.endswith("y")


async def test_as_many_keys_as_a_text_may_have_are_all_taken(world: Path, tmp_path: Path, monkeypatch) -> None:
    monkeypatch.setattr("tui.key_queue.MAX_LENGTH", 300)
    async with PLACES["widgets/value_editor.py value"].reached(world, tmp_path) as desk:
        await flood(desk, 250)
        assert editor(desk).text == "x" * 250


@pytest.mark.skipif(sys.platform == "win32", reason="needs a pseudo-terminal")
def test_a_real_terminal_pastes_a_megabyte_and_goes_on_at_once(tmp_path: Path) -> None:
    from tests.benchmarks.painting import watched
    from tests.benchmarks.test_echo import begun, open_interview

    data = begun(tmp_path, "filler_post")
    text = "长" * 333_333  # a megabyte in UTF-8
    with watched("-m", "tui.cli", "--data", str(data)) as app:
        open_interview(app)
        threading.Thread(target=app.type, args=(f"\x1b[200~{text}\x1b[201~",)).start()
        started = time.monotonic()
        app.wait_for("333,333")
        assert time.monotonic() - started < 3 * SECONDS  # the terminal's own megabyte, on a machine that may be busy
        app.press("1")


def test_both_editors_and_the_queue_are_ours() -> None:
    """Were one of them Textual's own, none of the above would hold there."""
    from tui.app import ZoufangApp

    assert issubclass(ZoufangApp, OneKeyAtATime)
    assert "_on_paste" in vars(TextLine)
    assert "_on_paste" in vars(TextBox)
    with pytest.raises(ValueError, match="1,000,000个字"):
        pasted(MEGABYTE, 0)
