"""The office's figures of a register, as plain tables: counts, rates, and what is heard most widely."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from rich.cells import cell_len
from textual.app import ComposeResult
from textual.containers import VerticalScroll

from surveys.frame import OFFICE
from surveys.register.figures import Scope, counts, most_heard, rates
from surveys.register.keeping import register_of
from surveys.register.registrar import Registrar
from surveys.text import show_text
from tui.keys import bindings_of
from tui.marks import bar
from tui.screens.room import Room
from tui.textual_faults import cut
from tui.widgets.prose import Prose
from tui.widgets.title_line import TitleLine

LABEL, BAR = 32, 20
"""Cells of a row's label and of its bar."""

KINDS = {"A": "当场答复", "B": "研究后答复", "C": "转办", "D": "说明理由"}


class RegisterFigures(Room[None]):
    """Only read; arrows move the page."""

    room = "register_figures"
    BINDINGS = bindings_of("register_figures")

    def __init__(self, register_id: str) -> None:
        super().__init__()
        self.register_id = register_id

    def body(self) -> ComposeResult:
        self.heading = TitleLine()
        yield self.heading
        with VerticalScroll(id="page"):
            for number, (title, text) in enumerate(self._tables()):
                yield Prose(title, classes="-title" if number == 0 else "-title -next")
                yield Prose(text or "没有。")

    def on_mount(self) -> None:
        register = register_of(self.zoufang.store, self.register_id)
        self.heading.show([self.zoufang.team_name, str(register.title)], "统计")
        self.query_one("#page").focus()

    @property
    def _scope(self) -> Scope:
        type_ = register_of(self.zoufang.store, self.register_id).types[0]
        team = self.zoufang.team
        return Scope(self.register_id, type_.name, None if team == OFFICE else team)

    def _tables(self) -> Iterator[tuple[str, str]]:
        store, scope = self.zoufang.store, self._scope
        register = register_of(store, self.register_id)
        type_ = register.type(scope.type_name)
        yield "办理", self._rates(scope)
        if type_.columns.topic:
            many = f"（{register.parameters.get('many_units', 0)}个县或{register.parameters.get('many_cities', 0)}个市以上算比较多）"
            for by, title in (("topic", "反映比较多的清单项"), ("category", "反映比较多的类别")):
                heard = most_heard(store, by, 10, scope)
                yield (
                    f"{title}，按县数{many}",
                    "\n".join(
                        f"{'比较多' if one.widely else '　　　'} {cut(show_text(one.label, line=True), LABEL)}"
                        f" {one.units}县 {one.cities}市 {one.teams}组 {one.cases}件"
                        for one in heard
                    ),
                )
        fields = {field.name for field in type_.fields}
        category = type_.columns.category or ""
        wanted = (
            ("status", "按状态"),
            ("dimension", "按方面"),
            (category, "按类别"),
            ("city", "按市（地）"),
            ("team", "按组"),
            ("source", "按来源"),
        )
        for by, title in wanted:
            if (
                by in ("status", "city", "team")
                or by in fields
                or (by == "dimension" and "dimension" in register.choices)
            ):
                yield title, _table([(one.label or "未填", one.cases) for one in counts(store, by, scope)])

    def _rates(self, scope: Scope) -> str:
        store = self.zoufang.store
        found = rates(store, Registrar(store, self.zoufang.actor, self.register_id).today, scope)
        lines = [
            ("登记件", str(found.registered)),
            ("有答复的", str(found.answered)),
            ("办结率（销号÷登记）", f"{_share(found.closing)}（{found.closed}件）"),
            ("按时办结率（按时÷办结）", f"{_share(found.on_time)}（{found.closed_on_time}件）"),
            ("平均办理天数", "—" if found.mean_days is None else f"{found.mean_days:.1f}"),
            ("逾期没有答复的", str(found.overdue)),
        ]
        if register_of(store, self.register_id).type(scope.type_name).columns.satisfaction:
            lines += [
                (f"{label}占比", f"{_share(found.share_of_kind(kind))}（{found.by_kind.get(kind, 0)}件）")
                for kind, label in KINDS.items()
            ]
            lines += [
                ("回访率（回访÷有答复）", f"{_share(found.follow_up)}（{found.asked_back}件）"),
                ("满意率（满意÷满意、基本满意、不满意）", _share(found.satisfied)),
                ("基本满意", f"{found.satisfaction.get('2', 0)}件"),
                ("不满意", f"{found.satisfaction.get('3', 0)}件"),
                ("逾期没有回访的", str(found.late_follow_ups)),
            ]
        width = max(cell_len(label) for label, _ in lines) + 2
        return "\n".join(f"{cut(label, width)}{text}" for label, text in lines)


def _share(share: float | None) -> str:
    return "—" if share is None else f"{share:.1%}"


def _table(rows: Sequence[tuple[str, int]]) -> str:
    most = max((number for _, number in rows), default=0)
    return "\n".join(
        f"{cut(show_text(label, line=True), LABEL)} {number:>5} {bar(number, most, BAR)}" for label, number in rows
    )
