"""Texts that break screens, in every widget, on every screen and in every editor: shown as they are, and nothing breaks."""

from __future__ import annotations

import re
import shutil
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import asynccontextmanager, closing, suppress
from dataclasses import astuple
from pathlib import Path

import pytest
from textual.app import App, ComposeResult
from textual.markup import MarkupError
from textual.widgets import OptionList, Static
from textual.widgets.option_list import Option

from exports.arrivals import FOLDER
from exports.corrections import Correction
from exports.setting_aside import ASIDE, REASONS
from exports.trust import Laptop
from exports.trust import State as Trusted
from surveys.acts import Act, Actor
from surveys.campaign import STORE_NAME, open_campaign
from surveys.history import Kind
from surveys.recording import Recorder
from surveys.register.registrar import Registrar
from surveys.store import Store
from surveys.text import MAX_LENGTH, Refusal, clean_text, show_text
from tests.tui.conftest import Desk, at_desk
from tests.tui.hostile import texts
from tests.tui.hostile_world import make_hostile_world
from tests.tui.text_places import PLACES, editor
from tui.screens.case import CaseRoom
from tui.screens.dialogs import Line
from tui.screens.interview import InterviewScreen
from tui.textual_faults import LINE_BREAK, TextBox, TextLine, shown
from tui.widgets.choice_list import ChoiceList
from tui.widgets.found_list import FoundList
from tui.widgets.grid_view import GridRow, GridView
from tui.widgets.prose import Prose
from tui.widgets.status_line import StatusLine
from tui.widgets.title_line import TitleLine

TEXTS = texts()
_BAD = re.compile("[\x00-\x09\x0b-\x1f\x7f-\x9f\ud800-\udfff\u202a-\u202e\u2066-\u2069\ufdd0-\ufdef\ufffe\uffff]")
"""What must not be on a screen."""

_CONTROL = re.compile("[\x00-\x09\x0b-\x1f\x7f-\x9f\ud800-\udfff]")
"""What must not be in the store."""

_FRAME = re.compile(r"[\s⏎│▁▂▃▄▅▆▇█]")
"""White space, and what lists and boxes draw between the lines of a text."""


def flat(text: str) -> str:
    return _FRAME.sub("", text)


def beginning(text: str) -> str:
    """As much of a text as is to be seen in any case, wherever it is folded."""
    return flat(show_text(text).split("\n")[0])[:6]


def test_there_are_more_than_500_and_no_two_alike() -> None:
    assert len(TEXTS) == len(set(TEXTS)) > 500
    found = "".join(TEXTS)
    assert all(chr(number) in found for number in (*range(0x20), *range(0x7F, 0xA0)))
    assert any(len(text) == MAX_LENGTH for text in TEXTS)


# ── every widget ──


class Widgets(App[None]):
    """Each that shows a text which is not the program's own, one above the other."""

    CSS = """
    Prose, StatusLine, TextLine, TitleLine { height: 2; }
    ChoiceList, FoundList, OptionList, GridView, TextBox { height: 4; border: none; padding: 0; }
    """

    def compose(self) -> ComposeResult:
        yield TitleLine()
        yield Prose()
        yield StatusLine()
        yield ChoiceList(id="choices")
        yield FoundList(id="found")
        yield OptionList(id="options", markup=False)
        yield GridView()
        yield TextLine()
        yield TextBox()

    def show(self, text: str) -> Iterator[tuple[str, str]]:
        """Put a text in each; what is expected there, and what is to be read."""
        self.query_one(TitleLine).show([text], "右")
        self.query_one(Prose).say(text)
        self.query_one(StatusLine).tell(text, trouble=True)
        self.query_one(ChoiceList).fill([Line("1", text), Line("2", text)], frozenset({"1"}), multiple=False)
        self.query_one(FoundList).fill([text])
        self.query_one("#options", OptionList).set_options([Option(shown(text))])
        self.query_one(GridView).show([GridRow(text, ("a", "b"))], [text, text], lambda address: text, "a")
        self.query_one(TextLine).text = text
        self.query_one(TextLine).cursor_position = 0
        self.query_one(TextBox).load_text(broken := "".join(text.splitlines()))
        self.screen._refresh_layout()
        strips = self.screen._compositor.render_strips()
        lines = ["".join(segment.text for segment in strip) for strip in strips]
        for widget in self.screen.children:
            if widget.region.height and not widget.has_class("-textual-system"):
                expected = {TextBox: broken, TextLine: text.replace(LINE_BREAK, "\n")}.get(type(widget), text)
                yield beginning(expected), flat("\n".join(lines[widget.region.y : widget.region.bottom]))


async def test_every_widget_shows_every_text_and_nothing_else() -> None:
    app = Widgets()
    async with app.run_test(size=(80, 34)):
        for text in TEXTS:
            parts = list(app.show(text))
            assert len(parts) == 9
            for expected, part in parts:
                assert not _BAD.search(part), (text[:50], part)
                assert expected in part, (text[:50], part)


async def test_a_box_breaks_lines_at_more_characters_than_a_text_has_line_ends(open_app) -> None:
    """TextArea takes the text apart with `str.splitlines`; what was not touched stays as it was all the same."""
    async with open_app() as desk:
        await desk.open()
        recorder = desk.room.sitting.recorder
        recorder._record([Act(Kind.ANSWERED, "good_practice", "甲\x0b乙\x85丙")], None)
        await desk.go("good_practice")
        await desk.press("enter")
        assert desk.value("good_practice") == "甲\x0b乙\x85丙"


@pytest.mark.parametrize("text", ["[/foo]", "[red]字[/][/]"])
async def test_a_bare_widget_dies_of_markup(text: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(App, "_fatal_error", App._close_messages_no_wait)  # the traceback it paints takes two seconds

    class Bare(App[None]):
        def compose(self) -> ComposeResult:
            yield Static(text)

    with pytest.raises(MarkupError):
        async with Bare().run_test():
            pass


async def test_a_bare_widget_swallows_markup_and_passes_controls_on() -> None:
    class Bare(App[None]):
        def compose(self) -> ComposeResult:
            yield Static("[red]字[/]")
            yield Static("甲\x1b[31m乙", markup=False)

    async with Bare().run_test() as pilot:
        await pilot.pause()
        strips = pilot.app.screen._compositor.render_strips()
        screen = "\n".join("".join(segment.text for segment in strip) for strip in strips)
    assert "[red]" not in screen
    assert _BAD.search(screen)


# ── every screen ──


@asynccontextmanager
async def hostile_desk(world: Path, folder: Path) -> AsyncIterator[Desk]:
    async with at_desk(Path(shutil.copytree(world, folder / "data"))) as desk:
        yield desk


@pytest.fixture(scope="module")
def hostile_world(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return make_hostile_world(tmp_path_factory.mktemp("hostile") / "world")


def checked(desk: Desk) -> str:
    """The screen, once it is seen that nothing on it is bad."""
    assert not _BAD.search(desk.screen), desk.screen
    return flat(desk.screen)


async def test_every_question_shows_its_wording_hint_options_answer_and_what_was_said(
    hostile_world: Path, tmp_path: Path, pytestconfig: pytest.Config
) -> None:
    """Of every kind of question some; with --soak every question. The kinds come in turns of 12."""
    step = 1 if pytestconfig.getoption("--soak") else 5
    async with hostile_desk(hostile_world, tmp_path) as desk:
        await desk.open("230001")
        interview = desk.interview
        for item in interview.form.items[::step]:
            if item.type == "calculate":
                continue
            await desk.go(item.name)
            screen = checked(desk)
            assert beginning(item.label) in screen, item
            if len(item.label) + len(item.question.hint) < 200:
                assert beginning(item.question.hint) in screen, item
            if item.type == "roster":
                await desk.press("up", "enter")
                checked(desk)
                assert desk.room.pane.place == "grid"


async def test_lists_and_rooms_show_what_they_have(hostile_world: Path, tmp_path: Path) -> None:
    async with hostile_desk(hostile_world, tmp_path) as desk:
        for key in ("f8", "f6", "f3", "f10"):
            await desk.press(key)
            assert "[foo]" in checked(desk)
            await desk.press("escape")
        await desk.open("230001")
        for key in ("f2", "f8", "f5", "f6", "ctrl+f", "ctrl+t"):
            await desk.press(key)
            assert "[foo]" in checked(desk), key
            await desk.press("escape")
            assert isinstance(desk.app.screen, InterviewScreen)
        await desk.press("f9", "f7")
        for _ in range(60):
            checked(desk)
            await desk.press("pagedown")
        await desk.press("f8", "end")
        for _ in range(200):  # Textual scrolls after the next painting
            if "q527" in checked(desk):  # the last figure
                return
            await desk.pilot.pause(0.01)
        raise AssertionError(desk.screen)


async def test_tables_and_findings_show_what_they_have(hostile_world: Path, tmp_path: Path) -> None:
    async with hostile_desk(hostile_world, tmp_path) as desk:
        await desk.press("f12", "1", "f8")
        for _ in range(60):
            await desk.press("pagedown")
            checked(desk)
        for key in ("f3", "ctrl+f"):
            await desk.press(key)
            assert "[foo]" in checked(desk), key
            await desk.press("escape")
        await desk.press("f7", "down", "right", "f4")
        assert "已写好" in checked(desk)
        await desk.press("escape", "2", "f7", "f8", "f4")
        checked(desk)


async def test_the_register_shows_what_it_has(hostile_world: Path, tmp_path: Path) -> None:
    async with hostile_desk(hostile_world, tmp_path) as desk:
        await desk.press("ctrl+b", "f7", "0", "pagedown", "f5")
        assert "[foo]" in checked(desk)
        for kind in ("问题件", "合并清单项", "措施", "经验清单"):
            assert kind in checked(desk)
            await desk.press("down", "enter")
            assert isinstance(desk.app.screen, CaseRoom)
            for key in ("f12", "end"):
                checked(desk)
                await desk.press(key)
            checked(desk)
            await desk.press("f8")
            for _ in range(8 if kind == "问题件" else 1):
                checked(desk)
                await desk.press(*["pagedown"] * 4)
            await desk.press("escape", "escape", "f2")
        await desk.press("f8")
        assert "办结率" in checked(desk)


async def test_a_case_takes_no_text_that_breaks_a_screen(prepared: Path, tmp_path: Path) -> None:
    """Whatever way it comes, also one that is no editor of ours; what is clean is kept as it was typed."""
    with open_campaign(Path(shutil.copytree(prepared, tmp_path / "data"))) as store:
        registrar = Registrar(store, Actor("张三", 1, "d"))
        given = {"category": "108", "raised_by": "2", "source": "3"}
        ident = registrar.open("issue", summary="招聘年龄限制在35岁", **given).id
        ways: list[Callable[[str], object]] = [
            lambda text: registrar.change(ident, detail=text),
            lambda text: registrar.change(ident, raiser_name=text),
            lambda text: registrar.remark(ident, text),
            lambda text: registrar.tried(ident, text),
            lambda text: registrar.open("topic", title=f"题目题目{text}", category="108"),
        ]
        for text in TEXTS[::12]:
            for way in ways:
                with suppress(Refusal):
                    way(text)
        kept = [value for (value,) in store.conn.execute("SELECT value FROM events")]
        assert len(kept) > 100
        assert not any(_CONTROL.search(value) for value in kept)
        registrar.change(ident, detail="[red]字[/] 𠮷 שלום")
        assert registrar.case(ident).value("detail") == "[red]字[/] 𠮷 שלום"


@pytest.mark.soak  # hundreds of thousands of cells
def test_the_summary_and_the_county_sheets_can_be_read_again(hostile_world: Path, tmp_path: Path) -> None:
    from openpyxl import load_workbook

    from exports.county_sheets import write_counties
    from exports.summary import write_summary

    data = Path(shutil.copytree(hostile_world, tmp_path / "data"))
    with open_campaign(data) as store:
        paths = [write_summary(store, tmp_path / "s.xlsx", drafts=True), write_counties(store, tmp_path / "c.xlsx")[0]]
    for path in paths:
        book = load_workbook(path)
        assert not {cell.data_type for sheet in book for row in sheet.iter_rows() for cell in row} & {"f", "e"}


# ── every editor ──


def taken(text: str) -> str | None:
    """What an editor holds after a paste; None where the paste is refused."""
    try:
        return clean_text(text).rstrip("\n")
    except ValueError:
        return None


@pytest.fixture
def many(pytestconfig: pytest.Config) -> list[str]:
    """Texts of every kind, with --soak all of them."""
    return TEXTS if pytestconfig.getoption("--soak") else TEXTS[::6]


async def paste_all(desk: Desk, some: list[str]) -> None:
    for text in some:
        await desk.paste(text)
        now = editor(desk)
        assert now.text == (taken(text) or ""), text[:50]
        screen = checked(desk)
        if taken(text) is None:
            assert "控制字符" in screen or "没有粘贴" in screen, text[:50]
        now.text = ""


@pytest.mark.parametrize("place", PLACES)
async def test_every_editor_takes_a_text_whole_or_says_why_not(world: Path, tmp_path: Path, place: str) -> None:
    some = TEXTS[list(PLACES).index(place) :: len(PLACES)]
    async with PLACES[place].reached(world, tmp_path) as desk:
        await paste_all(desk, some)


@pytest.mark.parametrize("place", ["widgets/value_editor.py value", "widgets/text_editor.py text"])
async def test_the_two_kinds_of_editor_do_so_with_many(
    world: Path, tmp_path: Path, place: str, many: list[str]
) -> None:
    async with PLACES[place].reached(world, tmp_path) as desk:
        await paste_all(desk, many)


async def test_a_refused_number_is_quoted_without_harm(open_app, many: list[str]) -> None:
    async with open_app() as desk:
        await desk.open()
        await desk.go("sw_total")
        for text in many:
            editor(desk).text = ""
            await desk.paste(text)
            await desk.press("enter")
            checked(desk)
            if desk.at != "sw_total":  # it was a number, or nothing
                await desk.go("sw_total")


async def test_what_is_stored_comes_back_as_it_was(open_app, many: list[str]) -> None:
    async with open_app() as desk:
        await desk.open()
        await desk.go("good_practice")
        longest = desk.room.item.question.max_length
        for text in many:
            if not (kept := taken(text) or "").strip() or len(kept) > longest:
                continue
            desk.room.pane.editor.box.load_text("")
            await desk.paste(text)
            assert desk.room.pane.editor.settle() == "", text[:50]
            assert desk.value("good_practice") == kept


@pytest.mark.parametrize(
    "text", ["[/foo]", "[red]字[/]", "[@click=app.quit]点我[/]", "[$x]", "\\[red]", "𠮷👨‍👩‍👧‍👦", "שלום"]
)
async def test_remarks_finding_and_respondents_take_what_is_typed(open_app, text: str) -> None:
    async with open_app() as desk:
        await desk.open()
        await desk.press("f2", *text, "enter")
        await desk.press("ctrl+t", *text, "enter")
        assert desk.room.pane.parts["foot"].prose.count(text) == 2
        assert beginning(text) in checked(desk)
        await desk.press("ctrl+f", *text, "enter", "escape", "ctrl+p", *text, "enter", "escape")
        checked(desk)
        await desk.press("f9", "f7")
        assert flat(text) in checked(desk)


# ── the office ──


async def test_the_office_shows_what_it_has(hostile_world: Path, tmp_path: Path) -> None:
    data = Path(shutil.copytree(hostile_world, tmp_path / "data"))
    _trouble(data, Path(shutil.copytree(hostile_world, tmp_path / "clone")))
    async with at_desk(data) as desk:
        await desk.press("f12")
        for number in range(1, 8):
            await desk.press(str(number))
            assert number in (2, 3, 7) or "foo]" in checked(desk) or "[red]x" in checked(desk)
            checked(desk)
            if number == 2:
                for _ in range(8):
                    await desk.press("down")
                    checked(desk)
                await desk.press("f7", "1", "enter")
            if number == 3:
                await desk.press("enter")
                checked(desk)
                await desk.press("4")
                for _ in range(20):
                    await desk.press("down")
                    checked(desk)
                await desk.press("escape")
            if number == 7:
                await desk.press("up", "f4")
                checked(desk)
            await desk.press("escape")


def _trouble(data: Path, clone: Path) -> None:
    """Everything an office has to decide, in the hostile texts."""
    here, there = Store(data / STORE_NAME), Store(clone / STORE_NAME)
    with closing(here), closing(there):
        row = here.interviews()[0]
        for store, some in ((here, TEXTS[:40:2]), (there, TEXTS[1:40:2])):
            recorder = Recorder.resume(store, row.id, Actor(some[0], 3, some[1]))
            lines = [item.name for item in recorder.interview.form.items if item.type == "text"]
            acts = [Act(Kind.ANSWERED, name, text) for name, text in zip(lines, some, strict=False)]
            recorder._record([*acts, Act(Kind.REMARKED, lines[0], some[2])], None, even_if_closed=True)
        here.receive(row.id, there.events(row.id))
        twice = Recorder.start(here, here.form(here.interviews()[1].survey), row.unit, Actor("[/foo]", 4, "d2"))
        twice.respondent = "[red]"
        with here.transaction():
            here.put(
                "laptops", astuple(Laptop("1" * 12, "k", "[/foo]", "[/foo]\x1b[31m", 3, Trusted.WAITING, "", "", "x"))
            )
            here.record_workbook("ab", "[/foo].xlsx", 3, "k", "", "{}")
            here.put(
                "corrections",
                astuple(Correction(1, "ab", "[/foo]", "A1", row.id, "q0", "[/foo]", "\x1b[31m", 1, "", "empty")),
            )
        here.set_settings(team="0")
    aside = data / FOLDER / ASIDE
    aside.mkdir(parents=True)
    (data / FOLDER / "[red]x.txt").write_text("x")
    (aside / "[foo].xlsx").write_text("x")
    (aside / REASONS).write_text("2022-11-08 09:30 [foo].xlsx：“[foo].xlsx”[/foo]\x1b[31m。\n", "utf-8-sig")
