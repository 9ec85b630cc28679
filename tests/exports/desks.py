"""Laptops and offices in memory, for laws over many campaigns: the same recorders and the same merge, without a disk."""

from __future__ import annotations

import contextlib
import copy
import random
import sqlite3
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from exports.changes import changes, in_words
from exports.columns import Stored
from exports.sights import Sight
from surveys.acts import Actor
from surveys.adjudication import Adjudicator
from surveys.answers import Answer, Status
from surveys.arriving import Arrival, news, prepared, understood
from surveys.content import digest_of
from surveys.deciding import disputes
from surveys.double_entry import Decision
from surveys.form import Form, roster_cell
from surveys.frame import Unit
from surveys.history import Event, Kind, in_order, replay
from surveys.interview import Interview
from surveys.recording import Recorder
from surveys.second_keying import Deciding, SecondKeying
from surveys.text import Refusal

Merge = Callable[[list[Event], list[Event]], list[Event]]
Sent = dict[str, list[Event]]
"""What a workbook carries: interview id → its whole history."""


def union(ours: list[Event], theirs: list[Event]) -> list[Event]:
    """The program's own merge of two histories of an interview."""
    return [*ours, *news({event.id: event for event in ours}, theirs)]


def last_arrival(ours: list[Event], theirs: list[Event]) -> list[Event]:
    """What most tools do: the file that came last is right."""
    return theirs


def without_parents(ours: list[Event], theirs: list[Event]) -> list[Event]:
    """A merge that keeps every event and forgets what it was made on."""
    return union(ours, [replace(event, parents=()) for event in theirs])


@dataclass
class Desk:
    """A laptop, or an office: as much of a store as recorders need."""

    forms: Mapping[str, Form]
    device: str
    team: int
    histories: Sent = field(default_factory=dict)
    seq: int = 0

    # ── what a recorder needs of a store ──

    def next_seq(self) -> int:
        self.seq += 1
        return self.seq

    def transaction(self) -> contextlib.AbstractContextManager[None]:
        return contextlib.nullcontext()

    def add_definition(self, survey: object) -> None:
        """Both definitions are known everywhere."""

    def unit(self, code: str) -> Unit:
        return Unit(code, "某市", "某区", "区", self.team)

    def form(self, digest: str) -> Form:
        return self.forms[digest]

    def interview(self, ident: str) -> Interview:
        return understood(self.form, ident, self.histories[ident])

    def append(self, interview: Interview, events: Sequence[Event], changed: object) -> None:
        self.histories.setdefault(interview.id, []).extend(events)

    def rewrite(self, interview: Interview, events: Sequence[Event]) -> None:
        self.append(interview, events, None)

    def draft(self, interview: str, cell: str) -> str:
        return ""

    def drafts(self, interview: str) -> dict[str, str]:
        return {}

    def save_draft(self, interview: str, cell: str, text: str) -> None:
        """Drafts are not part of what travels."""

    # ── handing over ──

    def export(self) -> Sent:
        return {ident: list(events) for ident, events in self.histories.items()}

    def receive(self, sent: Sent, merge: Merge = union) -> None:
        for ident, events in sent.items():
            self.histories[ident] = merge(self.histories.get(ident, []), events)

    def clone(self) -> Desk:
        """The same laptop twice: the data folder was copied, the device id with it."""
        return Desk(self.forms, self.device, self.team, copy.deepcopy(self.histories), self.seq)

    def arrivals(self) -> dict[str, Arrival]:
        return {ident: prepared(self.form, ident, events) for ident, events in sorted(self.histories.items())}

    def digest(self) -> str:
        """What `surveys.content` makes of a store that holds the same."""
        arrivals = self.arrivals().values()
        tables = [unpacked(arrival) for arrival in arrivals]
        return digest_of(
            [row for events, _ in tables for row in events],
            [row[:-1] for _, answers in tables for row in answers],  # without the checksum
            [arrival.row[:9] + arrival.row[10:] for arrival in arrivals],  # without the place
        )

    def events(self) -> set[Event]:
        return {event for events in self.histories.values() for event in events}


def unpacked(arrival: Arrival) -> tuple[list[tuple[Any, ...]], list[tuple[Any, ...]]]:
    """Rows of events and of answers that were made ready."""
    with contextlib.closing(sqlite3.connect(":memory:")) as connection:
        connection.deserialize(arrival.rows)
        events, answers = (connection.execute(f"SELECT * FROM {table}").fetchall() for table in ("events", "answers"))
    return events, answers


# ── acting ──

ACTS = (
    "begin", "answer", "answer", "answer", "answer", "status", "remark", "doubt", "evidence", "respondent", "explain",
    "row", "row", "fill", "fill", "unrow", "nothing", "undo", "complete", "complete", "reopen", "void", "key again",
    "key again", "compare", "move", "decide", "decide", "send", "send", "learn", "learn", "clone",
)  # fmt: skip
UNITS = ("230102", "231002")
CELLS = ("kind", "people", "money", "when", "grid.x", "grid.y", "words")


def typed(cell: str, number: int) -> str:
    """Something that may be typed there; also too much, and nothing."""
    match cell:
        case "kind":
            return ("1", "007", "96", "")[number % 4]
        case "when":
            return f"2022-11-{number % 28 + 1:02}"
        case "words":
            return f"说法{number % 5}"
        case _:
            return str(number * 7 % 130)


class Campaign:
    """Some laptops and an office over a few weeks.

    Args:
        forms: Two versions of a form, the older first.
        ids: Where event ids come from; they are in no order, as with clocks that are wrong.
    """

    def __init__(self, forms: Sequence[Form], ids: random.Random) -> None:
        self.forms = {form.digest: form for form in forms}
        self.first, self.newer = forms
        self.desks = [Desk(self.forms, f"d{number}", number) for number in range(4)]
        """The first is the office."""
        self.sent: list[Sent] = []
        self.ids = ids
        self.recorders: dict[tuple[int, str], Recorder] = {}

    def act(self, place: int, act: str, one: int, other: int) -> None:
        """One step; what the program refuses is not done."""
        number = place % len(self.desks)
        desk = self.desks[number]
        if act == "learn" and self.sent:
            desk.receive(self.sent[one % len(self.sent)])
        elif act == "send" and desk.histories:
            self.sent.append(desk.export())
        elif act == "clone" and len(self.desks) < 6:
            self.desks.append(desk.clone())
        else:
            with contextlib.suppress(Refusal):
                self._record(desk, act, one, other)

    def _record(self, desk: Desk, act: str, one: int, other: int) -> None:
        actor: Any = Actor(f"录入员{desk.team}", desk.team, desk.device)
        store: Any = desk
        if act == "begin" or not desk.histories:
            Recorder.start(store, self.first, UNITS[one % 2], actor)
            return
        ident = sorted(desk.histories)[one % len(desk.histories)]
        if act == "key again":
            again = SecondKeying(store, desk.interview(ident), replace(actor, who=f"复录员{desk.team}"))
            again.answer(CELLS[other % 7], typed(CELLS[other % 7], one))
        elif act == "compare":
            deciding = Deciding.resume(store, ident, actor)
            for difference in [d for d in deciding.comparison().differences if not d.decision][:1]:
                deciding.decide(difference, Decision.SECOND if other % 2 else Decision.FIRST)
        elif act == "decide":
            adjudicator = Adjudicator.resume(store, ident, actor)
            for dispute in disputes(adjudicator.interview)[:1]:
                adjudicator.take([dispute.sides[other % len(dispute.sides)]])
        else:
            self._fill(Recorder.resume(store, ident, actor), act, one, other)

    def _fill(self, recorder: Recorder, act: str, one: int, other: int) -> None:
        cell, interview = CELLS[other % 7], recorder.interview
        item = cell.partition(".")[0]
        rows = interview.rows("things")
        match act:
            case "answer":
                recorder.answer(cell, typed(cell, one))
            case "status":
                recorder.set_status("people", Status.DONT_KNOW)
            case "remark":
                recorder.remark(item, f"备注{one % 4}")
            case "doubt":
                recorder.doubt(item, not interview.doubted(item))
            case "evidence":
                recorder.evidence(item, ("口头", "台账", "")[one % 3])
            case "respondent":
                recorder.name_respondent(item, f"答复人{one % 3}")
            case "explain":
                for finding in [finding for finding in interview.findings() if finding.level == "warning"][:1]:
                    recorder.pass_warning(finding.check, f"已核对{one % 3}")
            case "row":
                recorder.add_row("things")
            case "fill" if rows:
                recorder.answer(roster_cell("things", rows[one % len(rows)], "t_name"), f"名称{other % 5}")
            case "unrow" if rows:
                recorder.remove_row("things", rows[one % len(rows)])
            case "nothing":
                recorder.say_nothing("things", not interview.nothing("things"))
            case "undo":
                recorder.answer(cell, typed(cell, one))
                recorder.undo()
            case "complete":
                _answer_the_rest(recorder, one)
                recorder.complete()
            case "reopen":
                recorder.reopen(f"原因{one % 3}")
                with recorder.because("核实后更正"):
                    recorder.answer(cell, typed(cell, one))
            case "void":
                recorder.void(f"误建{one % 3}")
            case "move":
                recorder.migrate(self.newer)

    def finish(self) -> list[Sent]:
        """Everybody sends a last workbook; all that were ever sent."""
        return [*self.sent, *(desk.export() for desk in self.desks if desk.histories)]

    def office(self, sent: Iterable[Sent], merge: Merge = union) -> Desk:
        """An office that took in these workbooks."""
        desk = Desk(self.forms, "office", 0)
        for parcel in sent:
            desk.receive(parcel, merge)
        return desk


def _answer_the_rest(recorder: Recorder, number: int) -> None:
    for place in [place for place in recorder.interview.open_items() if place.kind in ("empty", "warning")]:
        if place.kind == "empty" and place.cell != place.item + "s":
            with contextlib.suppress(Refusal, KeyError):
                recorder.answer(place.cell, typed(place.cell, number))
        elif place.kind == "warning":
            for finding in recorder.interview.findings(place.item):
                recorder.pass_warning(finding.check, "已核对")


# ── what people can still read ──


def readable_words(desk: Desk, ident: str) -> set[tuple[str, str]]:
    """(cell, words) of everything that the answers and the list of changes show of an interview."""
    interview, events = desk.interview(ident), in_order(desk.histories[ident])
    arrival = prepared(desk.form, ident, events)
    answers = {
        cell: Stored(value, Status(status), bool(conflict))
        for _, cell, value, status, conflict, _ in unpacked(arrival)[1]
    }
    sight = Sight(arrival.row, desk.unit(interview.unit), interview.form, desk.form, events, replay(events), answers)
    shown = {
        (cell, words)
        for change in changes(sight)
        for cell, words in ((change.cell, change.old), (change.cell, change.new))
    }
    return shown | {
        (event.cell, in_words(interview.form, event.cell, Answer(event.value, event.status)))
        for event in interview._live.values()
        if event.kind is Kind.ANSWERED
    }
