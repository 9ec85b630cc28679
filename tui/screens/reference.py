"""The reference lists: what belongs to a question first, found by typing; and one entry whole."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from typing import TYPE_CHECKING

from textual import events, on
from textual.app import ComposeResult
from textual.containers import VerticalScroll
from textual.widgets import Input, OptionList

from surveys.question_numbers import EVERY, EVERY_WORD
from surveys.reference_rows import HEADINGS
from surveys.references import ANSWERABLE, LISTS
from tui.keys import Command, bindings_of
from tui.marks import between, pick
from tui.screens.room import Room
from tui.textual_faults import TextLine, cut
from tui.widgets.found_list import FoundList
from tui.widgets.prose import Prose
from tui.widgets.title_line import TitleLine

if TYPE_CHECKING:
    from surveys.reference_search import References
    from surveys.references import Entry

_SHORT_ANSWERS = {"当": "可当场答复", "研": "研究后答复", "转": "转办"}


def unchecked(entry: Entry) -> str:
    """The mark of an entry that nobody has held against the original; "" for the others."""
    return "" if entry.verified else f"{pick('⚠', '!')}未核对"


class Reference(Room[str]):
    """Typing finds at once; arrows and Enter work on the list all the while.

    Args:
        references: Both lists.
        question: Name of the question one comes from, whose entries stand first; "" from elsewhere.
        citing: True where one looks for an entry to cite: then the room gives its citation.
    """

    room = "reference"
    BINDINGS = bindings_of("reference")

    def __init__(self, references: References, question: str = "", citing: bool = False) -> None:
        super().__init__()
        self.references, self.question, self.citing = references, question, citing
        self._belonging = references.of_question(question)

    def body(self) -> ComposeResult:
        self.heading = TitleLine()
        self.line = TextLine(placeholder="输入词语、拼音首字母、题号或编码查找", id="filter")
        self.list = FoundList(id="entries")
        self.preview = Prose(id="preview")
        yield self.heading
        yield self.line
        yield self.list
        yield self.preview

    def on_mount(self) -> None:
        item = self.references.form.by_name.get(self.question)
        here = f"第{item.number}题" if item and item.number else ""
        counts = (f"{LISTS[letter]}{self._count(letter)}条" for letter in self.references.versions)
        self.heading.show(["参考清单", here], between().join(counts))
        self.line.focus()

    def _count(self, letter: str) -> int:
        return sum(entry.list == letter for entry in self.references.entries)

    def on_resize(self) -> None:
        self._show()

    @on(Input.Changed, "#filter")
    def _typed(self) -> None:
        self._show()

    def _show(self) -> None:
        typed = self.line.text.strip()
        references = self.references
        self._shown = references.search(typed) if typed else references.beginning_with(self.question)
        width = self.app.size.width
        self.list.fill([self._text(entry, width) for entry in self._shown])
        self.key_line.show_keys()
        if not self._shown:
            self.preview.say("")
            self.tell("没有找到，请换一个词。")
        elif self.question and not typed and not self._belonging:
            self.tell("没有专属于这一题的条目，下面是全部条目。")
        else:
            self.tell("清单仅供参考，答复以现行文件为准。")

    def _text(self, entry: Entry, width: int) -> str:
        mine = "本题" if entry in self._belonging else ""
        numbers = self.references.numbers(entry)
        asked = f"题 {numbers}" if numbers and numbers != EVERY_WORD else "全卷" if numbers else ""
        said = _SHORT_ANSWERS.get(entry.answerable) or entry.lead
        tail = f"{cut(said, 14)} {cut(asked, 13)} {cut(unchecked(entry), 7)}"
        return f"{cut(mine, 5)}{cut(entry.code, 5)}{cut(entry.title, max(20, width - 51))} {tail}"

    @on(OptionList.OptionHighlighted, "#entries")
    def _highlighted(self, event: OptionList.OptionHighlighted) -> None:
        event.stop()
        self.preview.say(self._shown[event.option_index].gist)

    def on_key(self, event: events.Key) -> None:
        self.list.moves(event)

    @on(OptionList.OptionSelected, "#entries")
    def _clicked(self, event: OptionList.OptionSelected) -> None:
        event.stop()
        self.action_entry()

    def works(self, command: Command) -> bool:
        match command.id:
            case "entry":
                return bool(self.list.option_count)
            case "cite":
                return self.citing and bool(self.list.option_count)
        return True

    def action_entry(self) -> None:
        def chosen(citation: str | None) -> None:
            if citation:
                self.dismiss(citation)

        entry = self._shown[self.list.highlighted or 0]
        self.app.push_screen(ReferenceEntry(self.references, entry, self.citing), chosen)

    def action_cite(self) -> None:
        self.dismiss(self.references.cited(self._shown[self.list.highlighted or 0]).citation)


class ReferenceEntry(Room[str]):
    """One entry, whole: what it says, how far it may be relied on, and how it is cited."""

    room = "entry"
    BINDINGS = bindings_of("entry")

    def __init__(self, references: References, entry: Entry, citing: bool = False) -> None:
        super().__init__()
        self.references, self.entry, self.citing = references, entry, citing

    def body(self) -> ComposeResult:
        entry = self.entry
        yield TitleLine()
        with VerticalScroll(id="page"):
            yield Prose(entry.label, classes="-title")
            yield Prose(self._standing(), classes="-title")
            for name, text in self._parts():
                yield Prose(f"{name}：{text}")

    def on_mount(self) -> None:
        self.query_one(TitleLine).show([LISTS[self.entry.list], self.entry.code], "参考")
        self.query_one("#page").focus()

    def works(self, command: Command) -> bool:
        return command.id != "cite" or self.citing

    def action_cite(self) -> None:
        self.dismiss(self.references.cited(self.entry).citation)

    def _standing(self) -> str:
        """How far it may be relied on."""
        origin = f"参考：{self.references.cited(self.entry).version.origin}"
        return origin if self.entry.verified else f"{origin}\n{unchecked(self.entry)}：引用前请对照现行文件原文"

    def _parts(self) -> Iterator[tuple[str, str]]:
        entry, heading = self.entry, HEADINGS[self.entry.list]
        cited = self.references.cited(entry)
        if entry.answerable:
            yield "能否当场答复", ANSWERABLE[entry.answerable]
        yield heading["gist"], entry.gist
        yield "方面", entry.dimension
        if questions := self._questions():
            yield "题目", questions
        if entry.lead:
            yield "建议牵头", entry.lead
        yield "来源", entry.source
        if entry.keywords:
            yield "关键词", entry.keywords
        yield "引用写法", cited.words
        put_in = dt.datetime.fromisoformat(cited.version.at).astimezone()
        yield "放入", f"{put_in:%Y-%m-%d}，{cited.version.who}"

    def _questions(self) -> str:
        """The wording of the questions it belongs to."""
        if EVERY in self.entry.questions:
            return "整份问卷"
        if not self.references.numbers(self.entry):
            return ""
        items = self.references.form.by_name
        return "".join(f"\n　{items[name].heading}" for name in self.entry.questions if name in items)
