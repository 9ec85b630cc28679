"""Several people enter on one laptop: F3 and a digit say who, and from then on every event carries that name."""

import pytest

from surveys.campaign import open_campaign
from surveys.history import Kind
from tui import members
from tui.screens.interview import InterviewScreen


def whos(desk) -> list[str]:
    """Who gave the answers, in their order; what the assignment knew beforehand left out."""
    return [e.who for e in desk.interview.events if e.kind is Kind.ANSWERED and not e.source]


async def add(desk, name: str) -> None:
    await desk.press("f3", "0", *name, "enter")


async def test_a_new_name_is_typed_once_and_chosen_by_its_digit_ever_after(open_app):
    async with open_app() as desk:
        await add(desk, "李四")
        assert "录入人 李四" in desk.screen.splitlines()[0]
        await desk.press("f3")
        assert "1 张三" in desk.screen
        assert "2 李四" in desk.screen
        await desk.press("1")
        assert "录入人 张三" in desk.screen.splitlines()[0]
    async with open_app() as desk:
        await desk.press("f3", "2")
        assert "录入人 李四" in desk.screen.splitlines()[0]


async def test_events_carry_the_name_also_in_an_interview_that_is_open(open_app):
    async with open_app() as desk:
        await add(desk, "李四")
        await desk.press("f3", "1")
        await desk.open()
        await desk.press("2")
        assert " 张三 · " in desk.screen.splitlines()[0]
        await desk.press("ctrl+o", "2")
        assert " 李四 · " in desk.screen.splitlines()[0]
        assert "现在由李四录入" in desk.screen
        await desk.press(*"主席", "enter")
        assert whos(desk) == ["张三", "李四"]
        assert desk.app.store.events(desk.interview.id)[-1].who == "李四"


async def test_text_that_is_being_typed_belongs_to_who_typed_it(open_app):
    async with open_app() as desk:
        await add(desk, "李四")
        await desk.open()
        await desk.press("2", *"主席", "ctrl+o", "1")
        assert whos(desk) == ["李四", "李四"]


async def test_the_palette_reaches_it_from_the_interview(open_app):
    async with open_app() as desk:
        await desk.open()
        await desk.press("ctrl+p", *"换人", "enter", "0", *"王五", "enter", "2")
        assert isinstance(desk.app.screen, InterviewScreen)
        assert whos(desk) == ["王五"]


async def test_escape_changes_nobody_and_an_empty_name_is_refused(open_app):
    async with open_app() as desk:
        await desk.press("f3", "escape")
        assert "录入人 张三" in desk.screen
        await desk.press("f3", "0", "space", "enter")
        assert "不能空着" in desk.screen
        await desk.press("escape")
        assert "录入人 张三" in desk.screen


async def test_delete_takes_a_wrong_name_off_the_list_but_not_who_is_entering(open_app):
    async with open_app() as desk:
        await add(desk, "张山")
        await desk.press("f3", "1", "f3", "down", "delete")
        assert "张山" not in desk.screen.split("现在由谁录入")[1]
        await desk.press("up", "delete")
        assert "正在录入的人不能移走" in desk.screen
        await desk.press("escape")
        assert members.known(desk.app.store) == ["张三"]


async def test_a_name_changed_in_the_settings_is_remembered_too(open_app):
    async with open_app() as desk:
        await desk.press("f6", "ctrl+u", *"赵六", "f10", "f3")
        assert "1 张三" in desk.screen
        assert "2 赵六" in desk.screen


async def test_a_disk_that_refuses_is_told_and_the_name_stays(open_app, monkeypatch):
    from surveys.store import StoreError

    async with open_app() as desk:
        await add(desk, "李四")

        def refuse(**_):
            raise StoreError("磁盘已满。")

        monkeypatch.setattr(desk.app.store, "set_settings", refuse)
        await desk.press("f3", "1")
        assert "! 磁盘已满。" in desk.screen
        assert "录入人 李四" in desk.screen.splitlines()[0]


@pytest.fixture
def store(data):
    with open_campaign(data) as store:
        yield store


def test_a_persons_digit_stays_the_same_and_a_tenth_takes_the_place_of_the_first(store):
    for name in "乙丙丁戊己庚辛壬":
        store.set_settings(**members.entering(store, name))
    assert members.known(store) == ["张三", *"乙丙丁戊己庚辛壬"]
    store.set_settings(**members.entering(store, "丁"))
    assert members.known(store).index("丁") == 3
    store.set_settings(**members.entering(store, "癸"))
    assert members.known(store) == [*"乙丙丁戊己庚辛壬癸"]


def test_a_data_folder_from_before_knows_who_was_entering(store):
    assert store.setting(members.MEMBERS) == ""
    assert members.known(store) == ["张三"]
