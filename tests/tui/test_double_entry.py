"""Double entry at the screen: the second person sees nothing of the first; then both stand side by side."""

import pytest

from surveys.double_entry import Decision, is_keyed_again
from surveys.history import Kind
from surveys.interview import Interview
from tui.screens.comparison import ComparisonScreen, apart
from tui.screens.home import Home
from tui.screens.interview import InterviewScreen
from tui.screens.second_keying import SecondKeyingScreen, SecondReview

FORM = """\
- {name: chief, type: text, label: 负责人}
- {name: kind, type: select_one, label: 哪一类, choices: [{name: "1", label: 红色}, {name: "96", label: 其他, specify: true}]}
- {name: people, type: integer, label: 有几人, required: true, max: 200, statuses: [dont_know], warnings: [{check: ". < 100", message: 人太多}]}
- {name: half, type: calculate, label: 一半, calculation: "${people} div 2", decimals: 1}
- {name: ages, type: matrix, label: 年龄, cell: {type: integer, min: 0}, rows: [{name: young, label: 青年}, {name: old, label: 老年}]}
- name: venues
  type: roster
  label: 阵地
  item_label: ${v_name}
  none_label: 没有阵地
  questions:
    - {name: v_name, type: text, label: 名称}
    - {name: v_area, type: decimal, label: 面积, unit: 平方米}
- {name: phone, type: text, label: 电话, sensitive: true}
- {name: story, type: text, label: 经过, multiline: true}
"""
TRACES = ("某甲", "橙色", "187", "93.5", "61", "青松阁", "4,321", "13900", "往事如烟", "面谈补记", "打到一半", "张三")
"""What the first person leaves behind, in words and figures that occur nowhere else."""


@pytest.fixture
def form(small_form):
    return small_form(FORM)


async def first(desk):
    """张三 fills in everything, remarks, doubts, and leaves something half typed."""
    await desk.open()
    await desk.press(*"某甲", "enter", "9", "6", *"橙色的", "enter", *"187", "enter", "f8", *"张三数过", "enter")
    await desk.go("people")
    await desk.press("f2", *"面谈补记", "enter", "f3")
    await desk.go("ages")
    await desk.press(*"61", "enter", *"62", "enter")
    await desk.go("venues")
    await desk.press("enter", *"青松阁", "enter", *"4321", "enter")
    await desk.go("phone")
    await desk.press(*"13900", "enter")
    await desk.go("story")
    await desk.press(*"往事如烟", "enter")
    await desk.go("chief")
    desk.room.sitting.save_draft("chief", "打到一半")
    await desk.go("story")
    await home(desk)


async def home(desk):
    for _ in range(8):
        if isinstance(desk.app.screen, Home):
            return
        await desk.press("escape")
    raise AssertionError(desk.screen)


def enters(desk, name):
    """The keyboard passes to somebody else."""
    desk.app.hand_over(name)
    desk.app.home.load()


async def again(desk, name="李四"):
    enters(desk, name)
    await desk.press("ctrl+u", *"230110", "f9")
    assert isinstance(desk.app.screen, SecondKeyingScreen), desk.screen


@pytest.fixture
def ready(begun, open_app):
    """The app with the first keying done."""
    data = begun(first, FORM)
    return lambda **options: open_app(data=data, **options)


# ── blind ──


async def everything(desk):
    """Every screen there is while keying again, one after the other."""
    names = [item.name for item in desk.room.sitting.form.items if item.type != "calculate"]
    for name in names:
        await desk.go(name)
        yield desk.screen
        for key in ("f2", "f7", "f8", "f12", "ctrl+t", "f10"):
            await desk.press(key)
            yield desk.screen
            await back(desk)
    await desk.go("venues")
    await desk.press("enter")
    yield desk.screen
    await desk.press("escape")
    for keys in (["ctrl+f"], ["ctrl+p"], ["f1"], ["f6"], ["f9"], ["f9", "f7"], ["f9", "f8"]):
        await desk.press(*keys)
        yield desk.screen
        await back(desk)
    for key in ("ctrl+z", "ctrl+n", "ctrl+r"):
        await desk.press(key)
        yield desk.screen


async def back(desk):
    """From wherever a key led to the question again."""
    while not isinstance(desk.app.screen, SecondKeyingScreen):
        assert not isinstance(desk.app.screen, Home), "keying was left"
        await desk.press("escape")


async def found(desk):
    """The traces of the first that are seen anywhere."""
    screens = [screen.replace("\n", "") async for screen in everything(desk)]
    assert len(screens) > 50
    return {trace for trace in TRACES for screen in screens if trace in screen}


async def test_nothing_of_the_first_is_seen_while_keying_again(ready):
    async with ready(size=(120, 50)) as desk:
        await again(desk)
        assert "✓" not in desk.screen
        await desk.press(*"乙", "enter")
        assert await found(desk) == set()


async def test_that_would_be_seen(ready, monkeypatch):
    """Negative control: the same walk through a program that shows the interview itself."""
    monkeypatch.setattr("surveys.second_keying.shadow", lambda i: Interview(i.form, i.events, i.clock))
    async with ready(size=(120, 50)) as desk:
        await again(desk)
        seen = await found(desk)
        assert seen >= {"橙色", "187", "61", "青松阁", "4,321", "往事如烟", "面谈补记"}


async def test_drafts_are_one_persons_own(ready, open_app):
    async with ready() as desk:
        await again(desk)
        assert desk.room.pane.editor.typed() == {}
        await desk.press(*"李四打到")
        desk.room.keep_draft()
        folder = desk.app.data

    async with open_app(data=folder) as desk:
        await again(desk)
        assert "李四打到" in desk.screen
        assert "恢复了" in desk.screen
        await desk.press("enter")
        await home(desk)
        enters(desk, "张三")
        await desk.open()
        await desk.go("chief")
        assert "打到一半" in desk.screen
        assert "李四" not in desk.screen


# ── who, and what is offered ──


async def test_the_same_person_is_told_to_switch_and_can(ready):
    async with ready() as desk:
        await desk.press(*"230110", "f9")
        assert isinstance(desk.app.screen, Home)
        assert "第一遍由张三录入" in desk.screen
        assert "请先按 F3 换人" in desk.screen
        await desk.press("f3", "0", *"李四", "enter", "f9")
        assert isinstance(desk.app.screen, SecondKeyingScreen)
        assert "双录第二遍" in desk.screen
        assert "还没有录" in desk.screen
        await desk.press("ctrl+o", "1")
        await desk.press(*"某丙", "enter")
        assert "由张三录入，双录要由另一个人录" in desk.screen
        assert not is_keyed_again(desk.app.store.events(desk.room.sitting.recorder.first.interview.id))


async def test_nothing_to_key_again_is_said(open_app, form):
    async with open_app(definition=form) as desk:
        await desk.press(*"230110", "f9")
        assert "还没有答卷，不能双录" in desk.screen
        await desk.open()
        await home(desk)
        await desk.press("f9")
        assert "还没有录入内容，不能双录" in desk.screen


async def test_looking_leaves_no_trace(ready):
    async with ready() as desk:
        await desk.press(*"230110")
        before, line = desk.app.store.history_digest(), desk.screen.splitlines()[2]
        await again(desk)
        await desk.press("pagedown", "pagedown", "f9", "escape", "escape")
        assert isinstance(desk.app.screen, Home)
        assert desk.app.store.history_digest() == before
        assert desk.screen.splitlines()[2] == line


async def test_only_answers_are_offered(ready):
    async with ready() as desk:
        await again(desk)
        await desk.go("people")
        await desk.press(*"150", "enter")
        await desk.go("people")
        assert "人太多" in desk.screen
        for label in ("备注", "待核实", "答复人", "说明", "依据"):
            assert label not in desk.screen
        before = desk.app.store.history_digest()
        await desk.press("f2", "f3", "f8", "ctrl+t")
        assert isinstance(desk.app.screen, SecondKeyingScreen)
        assert desk.app.store.history_digest() == before
        await desk.press("f9")
        assert isinstance(desk.app.screen, SecondReview)
        assert "人太多" not in desk.screen
        for label in ("定稿", "作废", "重开"):
            assert label not in desk.screen


async def test_it_goes_on_where_it_was(ready):
    async with ready() as desk:
        await again(desk)
        await desk.press(*"某甲", "enter", "1", *"30", "enter")
        await home(desk)
        line = next(line for line in desk.screen.splitlines() if "香坊区" in line)
        assert "7/7" in line
        await again(desk, "王五")
        assert desk.at == "people"
        assert desk.value("people") == "30"
        assert "已保存" in desk.screen


# ── side by side ──


async def second(desk):
    """李四 keys other people, another area and one venue more."""
    await again(desk)
    await desk.press(*"某甲", "enter", "9", "6", *"橙色的", "enter", *"178", "enter", "enter")
    await desk.go("ages")
    await desk.press(*"61", "enter", *"62", "enter")
    await desk.go("venues")
    await desk.press("enter", *"青松阁", "enter", *"4231", "enter", "enter", *"小站", "enter", *"9", "enter")
    await desk.go("phone")
    await desk.press(*"13800", "enter")
    await desk.go("story")
    await desk.press(*"往事如烟", "enter")


async def compare(desk):
    await desk.press("f9", "f10")
    assert isinstance(desk.app.screen, ComparisonScreen), desk.screen


def listed(desk):
    """The first words of each difference, and how it was decided."""
    screen = desk.app.screen
    return [(screen._label(d).split(" ")[0], d.decision) for d in screen.differences]


async def test_the_differences_stand_side_by_side_and_are_decided_by_a_digit(ready):
    async with ready() as desk:
        await second(desk)
        await compare(desk)
        assert [label for label, _ in listed(desk)] == ["3、有几人", "面积", "小站", "6、电话"]
        assert "待裁定 4/4" in desk.screen
        line = next(line for line in desk.screen.splitlines() if "3、有几人" in line)
        assert "187" in line
        assert "178" in line
        assert "甲 张三" in desk.screen
        assert "乙 李四" in desk.screen
        await desk.press("１", "enter", "2", "enter")
        assert "乙 李四" in desk.screen
        assert "小站——名称 小站；面积 9 平方米" in desk.screen
        await desk.press("2")
        assert [decision for _, decision in listed(desk)] == [Decision.FIRST, Decision.SECOND, Decision.SECOND, None]
        interview = desk.app.screen.sitting.interview
        assert interview.answer("people").value == "187"
        assert len(interview.rows("venues")) == 2
        assert "待裁定 1/4" in desk.screen


async def test_what_is_sensitive_is_shown_when_asked_for(ready):
    async with ready() as desk:
        await second(desk)
        await compare(desk)
        assert "13800" not in desk.screen
        await desk.press("f12")
        assert "13800" in desk.screen
        assert "13900" in desk.screen


async def test_a_third_answer_is_typed_and_a_refused_one_stays(ready):
    async with ready() as desk:
        await second(desk)
        await compare(desk)
        await desk.press("3", *"很多", "enter")
        assert "不是数字" in desk.screen
        await desk.press("ctrl+u", *"180", "enter")
        assert listed(desk)[0][1] is Decision.OTHER
        assert "另填，180" in desk.screen
        await desk.press("2")
        assert listed(desk)[0][1] is Decision.SECOND
        await desk.press("down", "down")
        assert "3 另填" not in desk.screen


async def test_keying_anew_opens_the_difference_again(ready):
    async with ready() as desk:
        await second(desk)
        await compare(desk)
        await desk.press("1", "escape", "escape")
        await desk.go("people")
        await desk.press("ctrl+u", *"179", "enter", "enter")
        await compare(desk)
        assert listed(desk)[0] == ("3、有几人", None)


async def test_a_completed_interview_is_opened_again_before_it_is_changed(ready):
    async with ready() as desk:
        await desk.open()
        await desk.press("f9", "f10", "enter")
        assert "已定稿" in desk.screen
        await home(desk)
        await second(desk)
        await compare(desk)
        await desk.press("1", "2")
        assert "已经定稿" in desk.screen
        assert "F10 重开" in desk.screen
        assert listed(desk)[0][1] is Decision.FIRST
        await desk.press("f10", *"双录有不同", "enter", "2")
        assert listed(desk)[0][1] is Decision.SECOND
        events = desk.app.screen.sitting.interview.events
        assert [event.kind for event in events][-3:] == [Kind.REOPENED, Kind.ANSWERED, Kind.COMPARED]


async def test_comparing_early_is_asked_first_and_without_a_second_keying_not_offered(ready):
    async with ready() as desk:
        await again(desk)
        await desk.press("f9")
        assert "对照" not in desk.screen
        await desk.press("f10")
        assert isinstance(desk.app.screen, SecondReview)
        await desk.press("escape", *"某乙", "enter", "f9", "f10")
        assert "看得到第一遍的答案了" in desk.screen
        await desk.press("escape")
        assert isinstance(desk.app.screen, SecondReview)
        await desk.press("f10", "enter")
        assert isinstance(desk.app.screen, ComparisonScreen)
        assert "某甲" in desk.screen


async def test_two_equal_keyings_have_nothing_to_decide(ready):
    async with ready() as desk:
        await again(desk)
        await desk.press(*"某甲", "enter")
        await desk.go("people")
        await desk.press(*"187", "enter", "enter", "f9", "f10")
        shown = [d.address for d in desk.app.screen.differences]
        assert "chief" not in shown
        assert "people" not in shown


async def test_the_first_goes_on_as_if_nothing_was_keyed_again(ready):
    async with ready() as desk:
        await second(desk)
        await home(desk)
        enters(desk, "张三")
        await desk.press("enter")
        assert type(desk.app.screen) is InterviewScreen
        assert desk.value("people") == "187"
        assert "双录" not in desk.screen


@pytest.mark.parametrize(
    ("one", "two", "seen"),
    [
        ("短", "长", ("短", "长")),
        ("一样" * 20 + "前", "一样" * 20 + "后", ("…样一样前", "…样一样后")),
        ("一样" * 20, "一样" * 20 + "多", ("…样一样", "…样一样多")),
        ("", "有", ("", "有")),
    ],
)
def test_long_texts_are_shown_from_where_they_differ(one, two, seen):
    assert apart(one, two, 20) == seen


@pytest.mark.parametrize("size", [(80, 24), (120, 40)], ids=["80x24", "120x40"])
async def test_looks(ready, snapshot, size):
    import re

    def steady(screen):
        screen = re.sub(r"\d\d:\d\d:\d\d", "hh:mm:ss", screen)
        return re.sub(r"\d\d-\d\d \d\d:\d\d", "mm-dd hh:mm", screen)

    async with ready(size=size) as desk:
        await second(desk)
        await desk.press("escape")
        await desk.go("people")
        assert steady(desk.screen) == snapshot(name="second")
        await desk.press("f9")
        assert steady(desk.screen) == snapshot(name="review")
        await desk.press("f10", "1", "enter", "2", "enter")
        assert steady(desk.screen) == snapshot(name="comparison")
