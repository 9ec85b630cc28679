"""A draft that was begun with an older version of its survey: what going over to the newer would do."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from textual.app import ComposeResult
from textual.containers import VerticalScroll

from surveys.form import Form
from surveys.migration import plan_migration
from surveys.store import StoreError
from surveys.text import Refusal, show_text
from tui.in_words import answer_in_words, place_in_words
from tui.keys import bindings_of
from tui.marks import pick
from tui.screens.room import Room
from tui.widgets.prose import Prose
from tui.widgets.title_line import TitleLine

if TYPE_CHECKING:
    from surveys.recording import Recorder


class Newer(Room[bool | None]):
    """The plan, read before anything happens.

    Dismissed with True when the interview is to be opened, in the newer version or still in the old one.

    Args:
        recorder: The interview, in its old version.
        form: The version that is current now.
        unit: Name of the unit, for the title.
    """

    room = "newer"
    BINDINGS = bindings_of("newer")

    def __init__(self, recorder: Recorder, form: Form, unit: str) -> None:
        super().__init__()
        self.recorder, self.form, self.unit = recorder, form, unit
        self.plan = plan_migration(recorder.interview, form)

    def body(self) -> ComposeResult:
        self.heading = TitleLine()
        yield self.heading
        with VerticalScroll(id="page"):
            yield Prose("这份草稿是用旧版问卷开始的，现在有新版。", classes="-title")
            yield Prose("\n".join(self._lines()), id="plan")

    def on_mount(self) -> None:
        old = self.recorder.interview.form.survey
        versions = f"{old.version} {pick('→', '->')} {self.form.survey.version}"
        self.heading.show([self.unit, self.form.survey.title], f"版本 {show_text(versions, line=True)}")
        self.query_one("#page").focus()

    def _lines(self) -> Iterator[str]:
        plan, interview = self.plan, self.recorder.interview
        old = interview.form
        yield f"照旧保留的答案：{len(plan.kept)}处"
        if plan.renamed or plan.rows:
            yield f"\n换了位置或写法的答案：{len(plan.renamed)}处"
        for former, address, answer in plan.renamed:
            origin, target = place_in_words(interview, old, former), place_in_words(interview, self.form, address)
            way = target if origin == target else f"{origin} {pick('→', '->')} {target}"
            yield f"　{way}：{answer_in_words(self.form, address, answer)}"
        if plan.dropped:
            yield f"\n新版不用、放在一边的答案（留在历史里）：{len(plan.dropped)}处"
        for drop in plan.dropped:
            place = place_in_words(interview, old, drop.address)
            yield f"　{place}：{answer_in_words(old, drop.address, drop.answer)}（{drop.reason}）"
        if plan.added:
            yield f"\n新版新增的题目：{len(plan.added)}道"
        for name in plan.added:
            yield f"　{self.form.by_name[name].heading}"

    def action_keep_version(self) -> None:
        self.dismiss(True)

    def action_migrate(self) -> None:
        try:
            self.recorder.migrate(self.form)
        except (Refusal, StoreError) as error:
            self.tell(error.message, trouble=True)
        else:
            self.dismiss(True)

    def action_back(self) -> None:
        self.dismiss(None)
