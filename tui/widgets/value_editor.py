"""One typed value: a number, an amount, a date or a line of text."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from textual import on
from textual.app import ComposeResult
from textual.widgets import Input

from surveys.answers import display, read_back
from surveys.text import Refusal
from tui.marks import mask
from tui.textual_faults import TextLine
from tui.widgets.editor import Editor
from tui.widgets.prose import Prose, SteadyProse

_EXPECTED = {
    "integer": "整数",
    "decimal": "数字",
    "money": "金额；不写单位即万元，也可写 3500元、1.2亿元",
    "date": "日期，如 2022-11-03 或 2022年11月3日",
    "month": "月份，如 2022-11",
    "time": "时间，如 14:30",
    "percent": "百分数，只写数字，如 12.5",
    "rank": "按先后写编号，中间空一格，如 3 1 2",
    "attachment": "文件的位置；文件会复制到数据文件夹",
    "text": "文字",
}


class ValueEditor(Editor):
    """A line that keeps what was typed until it is accepted, and says how it was understood."""

    place = "value"

    def compose(self) -> ComposeResult:
        yield Prose(id="expected")
        yield TextLine(id="value")
        yield SteadyProse(id="read-back")

    def on_mount(self) -> None:
        self.line = self.query_one(TextLine)
        self.expected = self.query_one("#expected", Prose)
        self.understood = self.query_one("#read-back", Prose)

    def show_answers(self) -> None:
        kind = self.item.cells[0].kind
        unit = getattr(kind, "unit", "")
        expected = _EXPECTED.get(kind.type, "") + (f"（{unit}）" if unit and kind.type != "money" else "")
        offered = [f"{choice.name}\u00a0{choice.label}" for choice in self.sitting.interview.choices(self.item.name)]
        self.expected.say("\n".join([expected, *offered]))
        self.line.text = self.sitting.interview.kept(self.item.name).value
        self._say_understood()

    def take_focus(self) -> None:
        self.line.focus()

    def typed(self) -> dict[str, str]:
        if self.line.text == self.sitting.interview.kept(self.item.name).value:
            return {}
        return {self.item.name: self.line.text}

    def settle(self, retry: Callable[[], object] | None = None) -> str:
        typed = self.typed()
        if self.item.cells[0].kind.type != "attachment" or not self.line.text or not typed:
            return super().settle(retry)
        path = Path(self.line.text.strip().strip("\"'")).expanduser()
        refusal = self.sitting.write(lambda: self.sitting.recorder.attach(self.item.name, path), retry)
        self.tell(refusal)
        if not refusal:
            self.settled()
        return refusal

    def settled(self) -> None:
        self.line.text = self.sitting.interview.kept(self.item.name).value

    def said(self) -> str:
        cell, kind = self.item.cells[0], self.item.cells[0].kind
        value = self.sitting.interview.kept(self.item.name).value
        if cell.sensitive:
            return mask() if value else ""
        if kind.type == "text" or not value:
            return ""
        return f"{display(kind, value)} {read_back(kind, value)}".strip()

    def restore(self, address: str, text: str) -> bool:
        self.line.text = text
        return True

    @on(Input.Changed, "#value")
    def _changed(self) -> None:
        self._say_understood()

    def _say_understood(self) -> None:
        """How the number or date will be stored; a missing status by its name."""
        interview, kind = self.sitting.interview, self.item.cells[0].kind
        kept = interview.kept(self.item.name)
        if not self.line.text and kept.status.missing:
            self.understood.say(f"已记：{kept.status.label}")
            return
        try:
            value = interview.check_typed(self.item.name, self.line.text).value
        except Refusal:
            value = ""  # said when Enter is pressed: half a number is no mistake yet
        text = "" if kind.type == "text" else f"{display(kind, value)} {read_back(kind, value)}".strip()
        self.understood.say(text)

    @on(Input.Submitted, "#value")
    def _submitted(self, event: Input.Submitted) -> None:
        event.stop()
        self._finish()

    def _finish(self) -> None:
        if not self.settle(self._finish):
            self.post_message(self.Done())
