"""What is personal is seen while it is typed, and after that only when somebody asks for it."""

from contextlib import asynccontextmanager

import pytest

from surveys.answers import Status
from surveys.store import Store
from tui.screens.typing_shadow import SHADOWING

FORM = """
- {name: tel, type: text, label: 手机号, sensitive: true, required: true, statuses: [refused]}
- {name: pay, type: money, label: 收入, sensitive: true}
- {name: ill, type: select_one, label: 病假, sensitive: true, choices: [{name: "1", label: 有过}, {name: "96", label: 其他情形, specify: true}]}
- {name: kinds, type: select_multiple, label: 病种, sensitive: true, choices: [{name: "1", label: 高血压}, {name: "2", label: 糖尿病}]}
- {name: sums, type: matrix, label: 各项收入, sensitive: true, cell: {type: integer, unit: 元}, rows: [{name: x, label: 工资}, {name: y, label: 津贴}]}
- {name: people, type: roster, label: 委员, item_label: "${post}", questions: [{name: post, type: text, label: 职务}, {name: who, type: text, label: 姓名, sensitive: true}, {name: age, type: integer, label: 年龄}]}
- {name: story, type: text, multiline: true, label: 家庭情况, sensitive: true}
- {name: plain, type: text, label: 其他的话}
- {name: twice, type: calculate, label: 合计, calculation: "sum(${sums})", sensitive: true}
"""
SECRETS = (
    "13812345678",
    "12.75",
    "125000",
    "127,500",
    "有过",
    "骨折住院",
    "高血压",
    "6543",
    "4321",
    "10,864",
    "10864",
    "王五",
    "低保户",
)
HIDDEN = "●●●●（已填，保密）"


def seen(desk):
    return [secret for secret in SECRETS if secret in desk.screen]


@pytest.fixture
def form(small_form):
    return small_form(FORM)


async def fill(desk):
    await desk.open()
    await desk.press(*"13812345678", "enter", *"12.75", "enter", *"96", *"骨折住院", "enter")
    await desk.press("1", "enter", *"6543", "enter", *"4321", "enter")
    await desk.press("enter", *"主席", "enter", *"王五", "enter", *"50", "enter", "pagedown")
    await desk.press(*"低保户", "enter")


@pytest.fixture
def filled(begun, open_app):
    """The app in the interview in which everything is filled in."""
    data = begun(fill, FORM)

    @asynccontextmanager
    async def opened(**options):
        async with open_app(data=data, **options) as desk:
            await desk.open()
            yield desk

    return opened


async def test_nothing_personal_is_seen_once_its_question_is_left(open_app, form):
    async with open_app(size=(120, 40), definition=form) as desk:
        await desk.open()
        await desk.type("13812345678")
        assert seen(desk) == ["13812345678"]  # while it is typed
        await desk.press("enter")
        assert "第1题已存：●●●●" in desk.screen
        assert seen(desk) == []
        await desk.press(*"12.75")
        assert "127,500" in desk.screen  # read back, so that a slip of unit is noticed
        await desk.press("enter")
        assert "第2题已存：●●●●" in desk.screen
        assert not {"12.75", "127,500"} & set(seen(desk))


@pytest.mark.parametrize("question", ["tel", "pay", "ill", "kinds", "sums", "story"])
async def test_coming_back_it_is_masked_until_it_is_asked_for(filled, question):
    async with filled(size=(120, 40)) as desk:
        await desk.go(question)
        assert HIDDEN in desk.screen
        assert "保密" in desk.screen.splitlines()[1]
        assert seen(desk) == []
        await desk.press("1", "x")  # typing into nothing
        assert seen(desk) == []
        await desk.press("f12")
        assert seen(desk)
        await desk.press("pagedown", "pageup")
        assert seen(desk) == []


async def test_it_is_corrected_after_it_was_asked_for(filled):
    async with filled() as desk:
        await desk.go("tel")
        await desk.press("f12", "backspace", "9", "enter")
        assert desk.value("tel") == "13812345679"
        assert desk.at == "pay"
        await desk.press("enter")  # goes on, as everywhere
        assert desk.at == "ill"
        await desk.go("tel")
        await desk.press("f7")
        assert desk.interview.answer("tel").status is Status.REFUSED
        await desk.go("tel")
        assert "已记：拒答" in desk.screen  # that is nothing personal


@pytest.mark.parametrize("keys", [["f9"], ["f9", "f7"], ["f9", "f8"], ["ctrl+f"], ["f1"], ["ctrl+p"]])
async def test_no_list_shows_it(filled, keys):
    async with filled(size=(120, 50)) as desk:
        await desk.press(*keys)
        assert seen(desk) == []


async def test_the_whole_interview_and_the_figures_say_that_something_is_there(filled):
    async with filled(size=(120, 50)) as desk:
        await desk.press("f9", "f7")
        lines = [line.strip() for line in desk.screen.splitlines()]
        assert "●●●●（●●●●）" in lines
        assert "工资 ●●●●；津贴 ●●●●" in lines
        assert "主席——职务 主席；姓名 ●●●●；年龄 50" in lines
        await desk.press("f8")
        assert "合计：●●●●" in desk.screen


async def test_in_a_grid_a_cell_is_masked_when_it_is_left_and_no_sum_gives_it_away(open_app, form):
    async with open_app(definition=form) as desk:
        await desk.open()
        await desk.go("sums")
        await desk.press(*"6543")
        assert "6543" in desk.screen
        await desk.press("enter")
        assert seen(desk) == []
        await desk.press("f12")
        assert "6,543" in desk.screen


async def test_a_masked_cell_is_kept_when_one_passes_through_and_replaced_by_what_is_typed(filled):
    async with filled() as desk:
        await desk.go("people")
        await desk.press("up", "enter")
        row = desk.interview.rows("people")[0]
        await desk.press("enter")
        assert "已填，保密；输入新的就换掉" in desk.screen
        await desk.press("enter", "up", "down", "up")
        assert desk.value(f"people[{row}].who") == "王五"
        assert seen(desk) == []
        await desk.press(*"赵六", "enter")
        assert desk.value(f"people[{row}].who") == "赵六"
        await desk.press("up", "f12")
        assert "赵六" in desk.screen
        await desk.press("ctrl+u", "enter")
        assert desk.interview.answer(f"people[{row}].who").status is Status.EMPTY


async def test_asking_to_see_one_field_loses_nothing_that_is_being_typed(filled):
    async with filled() as desk:
        await desk.go("people")
        await desk.press("up", "enter", *"乙", "f12")
        assert desk.interview.row_label("people", desk.interview.rows("people")[0]) == "主席乙"
        assert "王五" in desk.screen


async def test_a_completed_interview_is_masked_too(filled):
    async with filled() as desk:
        await desk.press("f9", "f10", "enter", "escape")
        await desk.go("tel")
        assert seen(desk) == []
        await desk.press("f12")
        assert seen(desk) == ["13812345678"]


async def test_typing_that_was_not_stored_is_masked_when_one_comes_back(open_app, form):
    async with open_app(definition=form) as desk:
        await desk.open()
        await desk.press(*"13812345678")
        await desk.pilot.pause(SHADOWING + 0.3)
        store, ident = desk.app.store, desk.interview.id
        assert store.drafts(ident) == {"tel": "13812345678"}
    async with open_app(data=desk.app.data) as desk:
        await desk.open()
        assert desk.at == "tel"
        assert seen(desk) == []
        await desk.press("f12")
        assert "恢复了上次没有保存的输入" in desk.screen
        assert seen(desk) == ["13812345678"]
        await desk.press("enter")
        assert desk.app.store.drafts(desk.interview.id) == {}


async def test_a_crash_tells_and_logs_nothing_personal(filled, monkeypatch, capsys):
    with pytest.raises(RuntimeError):
        async with filled() as desk:
            await desk.go("tel")
            await desk.press("f12")

            def crash() -> None:
                secret = desk.value("tel")
                raise RuntimeError(secret)

            monkeypatch.setattr(desk.room, "action_doubt", crash)
            await desk.press("f3")
    log = (desk.app.data / "zoufang.log").read_text("utf-8")
    assert "RuntimeError" in log
    told = capsys.readouterr()
    assert not [secret for secret in SECRETS if secret in log + told.out + told.err]


async def test_it_is_stored_whole(filled):
    """The negative control of all these: what is not seen is there."""
    async with filled() as desk:
        path, ident = desk.app.store.path, desk.interview.id
    with Store(path) as store:
        interview = store.interview(ident)
        row = interview.rows("people")[0]
        kept = [interview.kept(a).value for a in ("tel", "pay", "ill.96", "sums.x", f"people[{row}].who", "story")]
        assert kept == ["13812345678", "12.75", "骨折住院", "6543", "王五", "低保户"]
