"""What a person can do with a case now, as a numbered list; each deed asks for exactly what it needs."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING

from surveys.frame import team_name
from surveys.history import Event
from surveys.register import flow
from surveys.register.definition import CaseLinksField
from surveys.register.narration import disputes
from surveys.text import show_text
from tui.case_words import case_words
from tui.screens.case_form import CaseForm
from tui.screens.case_picking import pick_case
from tui.screens.dialogs import AskText, Choose, Line

if TYPE_CHECKING:
    from surveys.register.case import Case
    from surveys.register.narration import Dispute
    from tui.screens.case import CaseRoom


@dataclass(frozen=True)
class Deed:
    """One thing that can be done."""

    label: str
    act: Callable[[], None]


def deeds(room: CaseRoom) -> list[Deed]:
    """In the order of their numbers: what is disputed first, then the ways on, then what belongs to the type."""
    return [*_disputes(room), *_ways(room), *_of_the_type(room)]


def _disputes(room: CaseRoom) -> Iterator[Deed]:
    for dispute in disputes(room.case, room.revealed, room.words):
        yield Deed(f"裁定：{dispute.label}两边说法不同", partial(_decide, room, dispute))


def _decide(room: CaseRoom, dispute: Dispute) -> None:
    from surveys.deciding import said_by

    sides: dict[str, Event] = {str(number): side for number, (side, _) in enumerate(dispute.sides, 1)}
    lines = [Line(str(n), f"{said_by(side)}：{words}") for n, (side, words) in enumerate(dispute.sides, 1)]

    def chosen(number: str | None) -> None:
        if number:
            room.do(lambda: room.registrar.decide(room.case.id, sides[number]), "已裁定，没有取的说法留在历史里。")

    room.app.push_screen(Choose(f"{dispute.label}以哪一边的为准？", lines), chosen)


def _ways(room: CaseRoom) -> Iterator[Deed]:
    registrar, case = room.registrar, room.case
    by_answer = {step.to for step in flow.by_answer(case)}
    if (back := registrar.following(case.id)) is not None:
        yield Deed(back.action, partial(_follow_up, room, back.action))
    for move in registrar.moves(case.id):
        if move.to not in by_answer:
            yield Deed(move.action, partial(_move, room, move))
    status = case.statuses.get(case.status)
    if status and status.extendable and not case.conflicts:
        yield Deed("延期", partial(_extend, room))


def _form(
    room: CaseRoom, title: str, asks: Callable[..., flow.Move], write: Callable[..., Case], what: str, **given: str
) -> None:
    case, number = room.case, next(iter(room.case.numbers), "")
    form = CaseForm(
        " ".join(filter(None, (title, number))),
        room.registrar,
        case,
        lambda typed: asks(**typed),
        lambda typed: write(**typed),
        f"{case.id} {what}",
        given,
    )
    room.app.push_screen(form, lambda done: room.told(_told(room, title)) if done else None)


def _told(room: CaseRoom, title: str) -> str:
    """What was done, and who was forgotten: cases of a topic that is past its answer and that have none yet."""
    registrar, ident = room.registrar, room.case.id
    waiting = registrar.waiting(ident) if registrar.case(ident).phase != "open" else []
    return f"已办：{title}。" + (f"归到它的{len(waiting)}件还没有答复，可以统一答复。" if waiting else "")


def _move(room: CaseRoom, move: flow.Move) -> None:
    registrar, case = room.registrar, room.case

    def asks(**typed: str) -> flow.Move:
        return registrar.entering(case, move.to, **typed)

    given = {name: _self(room) for name in ("replier", "checked_by") if name in move.missing}
    if not move.fields:
        room.do(lambda: registrar.move(case.id, move.to), f"已办：{move.action}。")
        return
    _form(room, move.action, asks, partial(registrar.move, case.id, move.to), move.to, **given)


def _self(room: CaseRoom) -> str:
    actor = room.registrar.actor
    return f"{team_name(actor.team)} {actor.who}".strip()


def _follow_up(room: CaseRoom, title: str) -> None:
    registrar, case = room.registrar, room.case

    def asks(**typed: str) -> flow.Move:
        move = registrar.following(case.id, **typed)
        assert move is not None
        return move

    _form(room, title, asks, partial(registrar.follow_up, case.id), "following")


def _extend(room: CaseRoom) -> None:
    registrar, case = room.registrar, room.case

    def accept(reason: str) -> str:
        return room.refusal(lambda: registrar.extend(case.id, reason))

    days = case.register.parameters[case.type.extension.days] if case.type.extension else 0
    title = f"期限往后延{days}天。为什么延期？"
    room.app.push_screen(AskText(title, "", accept), lambda yes: room.told("已延期。") if yes else None)


def amend(room: CaseRoom) -> None:
    """Change fields without going on."""
    case, registrar = room.case, room.registrar
    fields = flow.changeable(case)

    def asks(**typed: str) -> flow.Move:
        values = {**case.values, **typed}
        return flow.Move(case.status, "修改", "", (), fields, {}, fields, values)

    def write(**typed: str) -> Case:
        return registrar.change(case.id, **typed)

    _form(room, "修改", asks, write, "change")


# ── what belongs to the type ──


def _of_the_type(room: CaseRoom) -> Iterator[Deed]:
    case, registrar = room.case, room.registrar
    columns = case.type.columns
    if case.phase == "merged" and not case.value("informed_on"):
        yield Deed("已告知提出人", partial(_informed, room))
    merges = any(columns.topic in move.fields for move in registrar.moves(case.id))
    if columns.topic and case.phase in ("open", "answered") and not merges:
        yield Deed("归到清单项", partial(_into_topic, room, columns.topic))
    for field in case.fields.values():
        if isinstance(field, CaseLinksField):
            yield Deed(f"{field.label}：加上或去掉", partial(_link, room, field))
    if waiting := registrar.waiting(case.id):
        yield Deed(f"统一答复等着的{len(waiting)}件", partial(_answer_all, room, waiting))
    for type_ in registrar.register.types:
        for field in type_.fields:
            if isinstance(field, CaseLinksField) and field.of == case.type.name:
                yield Deed(f"新立{type_.label}", partial(_linked, room, type_.name, field.name))


def _informed(room: CaseRoom) -> None:
    today = room.registrar.today.isoformat()
    room.do(lambda: room.registrar.change(room.case.id, informed_on=today), "已记下今天告知了提出人。")


def _into_topic(room: CaseRoom, field: str) -> None:
    case = room.case
    columns = case.type.columns

    def picked(topic: str | None) -> None:
        if topic:
            room.do(lambda: room.registrar.join(case.id, topic), f"已归到{label}。")

    type_name = getattr(case.fields[field], "of", "")
    label = room.registrar.register.type(type_name).label
    title, category = case.value(columns.title), case.value(columns.category or "")
    pick_case(room, room.registrar, type_name, title, category, picked)


def _link(room: CaseRoom, field: CaseLinksField) -> None:
    case = room.case

    def picked(other: str | None) -> None:
        if other:
            linked = other not in case.links(field.name)
            words = f"{'加上' if linked else '去掉'}了{case_words(room.store, other)}。"
            room.do(lambda: room.registrar.link(case.id, field.name, other, linked), words)

    pick_case(room, room.registrar, field.of, "", "", picked)


def _answer_all(room: CaseRoom, waiting: list[Case]) -> None:
    """One answer for every case of a topic that may be answered now."""
    registrar, topic = room.registrar, room.case
    first = waiting[0]

    def asks(**typed: str) -> flow.Move:
        return registrar.entering(first, str(first.type.answered_at), **typed)

    def write(**typed: str) -> Case:
        registrar.answer_all(topic.id, **typed)
        return registrar.case(topic.id)

    form = CaseForm(
        f"统一答复{len(waiting)}件",
        registrar,
        first,
        lambda typed: asks(**typed),
        lambda typed: write(**typed),
        f"{topic.id} answer",
        {"replier": _self(room)},
    )
    told = f"{len(waiting)}件都有了答复，待回访。"
    room.app.push_screen(form, lambda done: room.told(told) if done else None)


def _linked(room: CaseRoom, type_name: str, field: str) -> None:
    """Open a case that names this one."""
    registrar, case = room.registrar, room.case
    blank = registrar.blank(type_name)

    def write(**typed: str) -> Case:
        with registrar.store.transaction():
            made = registrar.open(type_name, **typed)
            return registrar.link(made.id, field, case.id)

    form = CaseForm(
        f"新立{blank.type.label}",
        registrar,
        blank,
        lambda typed: registrar.entering(blank, blank.type.opens_at, **typed),
        lambda typed: write(**typed),
        f"{case.id} {type_name}",
    )
    room.app.push_screen(form, lambda made: room.told(f"已立 {show_text(made.numbers[0])}。") if made else None)
