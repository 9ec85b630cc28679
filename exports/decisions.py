"""How the answers were settled: open conflicts, decisions, hand edits, interviews that were opened again."""

from __future__ import annotations

from dataclasses import dataclass, replace

from exports.changes import in_words, place_of
from exports.corrections import Offer, corrections, described
from exports.selection import OF_SURVEY, Selection
from surveys.answers import Answer
from surveys.deciding import SOURCE, Dispute, disputes
from surveys.form import Form, parse_address
from surveys.frame import Unit
from surveys.history import Event, Kind
from surveys.store import EVENT_COLUMNS, Store, event_from_row

_WHOLE, _HIDDEN = "整份答卷", "（保密）"


@dataclass(frozen=True)
class Settled:
    """One line: where, what was said, who decided."""

    unit: Unit
    place: str
    """The question and the part of it."""
    said: str
    """What there was to decide on, or what was decided."""
    who: str
    team: int
    at: str
    """As events write it; "" for what is open."""
    why: str


@dataclass(frozen=True)
class Decisions:
    """Of one round of a survey; personal answers are masked."""

    open: tuple[Settled, ...]
    decided: tuple[Settled, ...]
    reopened: tuple[Settled, ...]
    edits: tuple[Offer, ...]
    """Hand edits in workbooks, in the order they were found."""


def decisions(store: Store, selection: Selection) -> Decisions:
    """Everything that was decided or waits for it, in the order of the frame."""
    connection, parameters = store.conn, {"round": selection.round, "survey": selection.survey}
    units = {unit.code: unit for unit in store.units()}
    rows = connection.execute(
        f"""SELECT i.id, i.unit, i.survey, i.conflicts FROM ({OF_SURVEY}) AS i
            LEFT JOIN units AS u ON u.code = i.unit ORDER BY u.ord IS NULL, u.ord, i.id""",
        parameters,
    ).fetchall()
    of = {ident: units.get(unit) or Unit(unit, "", unit, "", 0) for ident, unit, _, _ in rows}
    forms = {ident: store.form(survey) for ident, _, survey, _ in rows}
    order = {ident: number for number, ident in enumerate(of)}
    waiting = [
        _dispute(dispute, of[ident], forms[ident])
        for ident, _, _, conflicts in rows
        if conflicts
        for dispute in disputes(store.interview(ident))
    ]
    events = [
        event_from_row(row)
        for row in connection.execute(
            f"""SELECT {EVENT_COLUMNS} FROM events
                WHERE interview IN (SELECT id FROM ({OF_SURVEY})) AND (source = :source OR kind = :reopened) ORDER BY id""",
            {**parameters, "source": SOURCE, "reopened": str(Kind.REOPENED)},
        )
    ]
    events.sort(key=lambda event: order[event.interview])
    mine = [edit for edit in corrections(store, None) if edit.interview in of]
    offers = [
        replace(offer, old=_HIDDEN, new=_HIDDEN) if _sensitive(offer.question, forms[edit.interview]) else offer
        for edit, offer in zip(mine, described(store, mine), strict=True)
    ]
    return Decisions(
        tuple(waiting),
        tuple(_event(event, of, forms) for event in events if event.source == SOURCE),
        tuple(_event(event, of, forms) for event in events if event.source != SOURCE),
        tuple(offers),
    )


def _dispute(dispute: Dispute, unit: Unit, form: Form) -> Settled:
    said = "；".join(f"{side.name}：{_words(side.event, form)}" for side in dispute.sides)
    return Settled(unit, _place(form, dispute.key[1]), said, "", 0, "", "")


def _event(event: Event, of: dict[str, Unit], forms: dict[str, Form]) -> Settled:
    form = forms[event.interview]
    return Settled(
        of[event.interview], _place(form, event.cell), _words(event, form), event.who, event.team, event.at, event.note
    )


def _place(form: Form, cell: str) -> str:
    return " ".join(filter(None, place_of(form, cell))) if cell else _WHOLE


def _words(event: Event, form: Form) -> str:
    """What an event says; nothing of a sensitive question."""
    if _sensitive(event.cell, form):
        return _HIDDEN
    match event.kind:
        case Kind.ANSWERED:
            return in_words(form, event.cell, Answer(event.value, event.status))
        case Kind.COMPLETED:
            return "完成"
        case Kind.REOPENED:
            return "退回草稿"
        case Kind.VOIDED:
            return "作废"
        case Kind.ROW_ADDED:
            return "登记的一项留下"
        case Kind.ROW_REMOVED:
            return "登记的一项删去"
        case _:
            return event.value or "（空）"


def _sensitive(cell: str, form: Form) -> bool:
    item = form.by_name.get(parse_address(cell).question) if cell else None
    return item is not None and any(part.sensitive for part in item.cells)
