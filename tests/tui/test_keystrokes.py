"""A whole interview takes hardly more keys than its answers have digits: counted, driven in the app, and published."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from surveys.answers import Answer, Status
from surveys.campaign import open_campaign
from surveys.loading import library, load_form
from surveys.store import Store
from tests.tui.conftest import Desk, OpenApp
from tests.tui.keystrokes import Count, by_section, count, fewest_for, part, table
from tests.tui.typist import SEED, UNIT, Typist, contents
from tui.current_survey import ADVANCE
from tui.screens.review import Review

GOAL = 1.15
"""Keys in the app may be so many times the fewest."""


async def fill(desk: Desk, typist: Typist) -> dict[str, Count]:
    """Type a whole interview into the app; what each question took."""
    await desk.open(typist.shadow.interview.unit)
    counts = {}
    for item in typist.questions():
        assert desk.at == item.name, f"{item.name} should be on the screen, not {desk.at}"
        counts[item.name], keys = count(typist, item)
        await desk.press(*keys)
    return counts


@pytest.mark.parametrize(("unit", "seed"), [(UNIT, SEED), ("230103", "no palace")])
async def test_an_interview_takes_at_most_1_15_times_the_fewest_keys(
    open_app: OpenApp, data: Path, tmp_path: Path, unit: str, seed: str
) -> None:
    with open_campaign(tmp_path / "shadow") as shadow:
        typist = Typist.of(shadow, unit, seed)
        async with open_app() as desk:
            counts = await fill(desk, typist)
            assert isinstance(desk.app.screen, Review)
        with Store(data / "zoufang.db") as store:
            assert contents(store) == contents(shadow)
        for name, section in by_section(counts, typist.shadow.interview.form).items():
            assert section.without_text.ratio <= GOAL, (name, section)


async def test_an_app_that_needs_a_key_more_is_noticed(open_app: OpenApp, data: Path, tmp_path: Path) -> None:
    """With 自动前进 switched off every closed choice wants an Enter, which the counted keys do not have."""
    with Store(data / "zoufang.db") as store:
        store.set_settings(**{ADVANCE: "0"})
    with open_campaign(tmp_path / "shadow") as shadow:
        async with open_app() as desk:
            with pytest.raises(AssertionError, match="should be on the screen"):
                await fill(desk, Typist.of(shadow))


@pytest.mark.parametrize(
    ("address", "answer", "fewest"),
    [
        ("mode", Answer("2", Status.ANSWERED), 1),
        ("sw_edu_req", Answer("98", Status.ANSWERED), 1),
        ("sw_main_problem", Answer("1 4 10", Status.ANSWERED), 4),
        ("sw_age_limit", Answer("35", Status.ANSWERED), 3),
        ("sw_age_limit", Answer("", Status.DONT_KNOW), 1),
        ("last_congress", Answer("2021-11-03", Status.ANSWERED), 11),
        ("good_practice", Answer("联系点", Status.ANSWERED), 4),
        ("good_practice", Answer(), 1),
        ("service_capacity.legal", Answer("3", Status.ANSWERED), 1),
    ],
)
def test_the_fewest_keys_of_a_cell(address: str, answer: Answer, fewest: int) -> None:
    assert fewest_for(load_form(library("county_union")).cell(address).kind, answer) == fewest


def test_the_published_table_is_what_is_counted() -> None:
    assert part("按键表")[2] == f"{table()}\n", "run: python -m tests.tui.keystrokes"


def test_the_published_times_are_of_the_interview_in_the_table() -> None:
    whole = re.search(r"\| 合计 \| \d+ \| \d+ \| (\d+) \|", part("按键表")[2])
    assert whole
    assert f"{whole[1]}键" in part("计时")[2], "run: python -m tests.tui.film"
