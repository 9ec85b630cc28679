"""A data folder in which every text is hostile: the definition, the frame, the people, the answers, the reference lists.

A definition file with such texts is refused and a person cannot type most of them; here they are written into the
store past both, as a damaged file or a program that is not ours may do.
"""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from surveys.acts import Act, Actor
from surveys.campaign import STORE_NAME
from surveys.definition import Survey
from surveys.form import Form, Item, roster_cell, specify_cell
from surveys.frame import Team, Unit
from surveys.history import Kind
from surveys.recording import Recorder, event_of
from surveys.references import Entry, put_in
from surveys.register.keeping import append
from surveys.register.registrar import Registrar
from surveys.store import Store
from tests.tui.hostile import COLOUR, texts
from tui.members import MEMBER, MEMBERS

LONGEST = 500
"""Characters of a wording in a definition."""

ROUND = f"[red]\x1b[{COLOUR}m2022\u202e[/]"
"""The round of both versions: in another round there would be nothing to move an interview to."""

_SURROGATE = re.compile("[\ud800-\udfff]")
"""What no file can hold."""

KINDS = ("choice", "choices", "line", "box", "number", "money", "matrix", "roster", "note", "rating", "rank", "figure")
"""What the questions are, in turns."""


class Dealer:
    """Deals the texts out, from the first on in every role."""

    def __init__(self, longest: int) -> None:
        self._texts = [text for text in texts() if 0 < len(text) <= longest and not _SURROGATE.search(text)]
        self._dealt: Counter[str] = Counter()

    def __len__(self) -> int:
        return len(self._texts)

    def __call__(self, role: str) -> str:
        number = self._dealt[role]
        self._dealt[role] += 1
        return self._texts[number % len(self._texts)]

    def several(self, role: str, count: int) -> Iterator[tuple[str, str]]:
        """Texts with names from 1 on."""
        for number in range(1, count + 1):
            yield str(number), self(role)


def make_hostile_world(folder: Path) -> Path:
    """The folder, with an interview in which everything is answered, a completed one, and one under an older version."""
    short, any_length = Dealer(LONGEST), Dealer(10_000)
    new, old = _survey(short, "2"), _survey(short, "1", questions=12)
    folder.mkdir(parents=True)
    with Store(folder / STORE_NAME) as store:
        units = [Unit(f"23{n:04}", short("city"), short("county"), short("kind"), 1) for n in range(1, 121)]
        store.install(old, units, [Team(1, short("team"))])
        people = [short("member") for _ in range(9)]
        store.set_settings(
            team="1", device=short("device"), device_id="d", **{MEMBER: people[0], MEMBERS: json.dumps(people)}
        )
        actor = Actor(short("who"), 1, short("device"))
        _fill(Recorder.start(store, Form(old), units[1].code, actor), any_length)
        store.install(new, units, [])
        form = Form(new)
        _fill(Recorder.start(store, form, units[0].code, actor), any_length)
        _fill(done := Recorder.start(store, form, units[2].code, actor), any_length)
        done._record([Act(Kind.COMPLETED)], None)
        put_in(store, new.id, list(_entries(short, form)), short("origin"), short("who"))
        _register(Registrar(store, actor), units, any_length)
    return folder


# ── the definition ──


def _survey(deal: Dealer, version: str, questions: int = 0) -> Survey:
    entries = [_question(deal, KINDS[n % len(KINDS)], f"q{n}") for n in range(questions or len(deal))]
    sections = [
        {"name": f"s{start}", "label": deal("section"), "questions": entries[start : start + 30]}
        for start in range(0, len(entries), 30)
    ]
    return Survey.model_validate(
        {
            "id": "hostile", "version": f"{version} {deal('version')}", "title": deal("title"), "unit": deal("unit"),
            "round": ROUND, "notice": deal("notice"), "statuses": ["dont_know", "refused"],
            "evidence": [deal("evidence") for _ in range(9)], "reasons": [deal("reason") for _ in range(9)],
            "sections": sections,
        }
    )  # fmt: skip


def _question(deal: Dealer, kind: str, name: str) -> dict[str, Any]:
    question: dict[str, Any] = {"name": name, "label": deal("label"), "hint": deal("hint")}
    if kind == "note":
        return question | {"type": "note"}
    if kind == "figure":
        return question | {"type": "calculate", "calculation": f"'{name}'", "result": "text", "unit": deal("unit")}
    question["constraints"] = [{"check": "false()", "message": deal("constraint")}]
    question["warnings"] = [{"check": "false()", "message": deal("warning")}]
    question["flags"] = [{"when": "true()", "category": "101", "level": "red", "message": deal("flag")}]
    choices = [{"name": code, "label": label} for code, label in deal.several("choice", 12)]
    rows = [{"name": f"r{code}", "label": label} for code, label in deal.several("row", 6)]
    match kind:
        case "choice":
            return question | {"type": "select_one", "choices": [*choices, _specify(deal)]}
        case "choices":
            return question | {"type": "select_multiple", "choices": [*choices, _specify(deal)]}
        case "rating" | "rank":
            return question | {"type": kind, "choices": choices[:6]}
        case "line" | "box":
            return question | {"type": "text", "multiline": kind == "box", "max_length": 10_000}
        case "number":
            return question | {"type": "integer", "unit": deal("unit")[:20]}
        case "money":
            return question | {"type": "money"}
        case "matrix":
            columns = [{"name": f"c{code}", "label": label} for code, label in deal.several("column", 2)]
            return question | {"type": "matrix", "cell": {"type": "text"}, "rows": rows, "columns": columns}
    field = {"type": "text", "name": f"{name}f", "label": deal("field"), "hint": deal("hint")}
    return question | {
        "type": "roster",
        "item_label": f"${{{name}f}}",
        "none_label": deal("none_label"),
        "questions": [field],
    }


def _specify(deal: Dealer) -> dict[str, Any]:
    return {"name": "99", "label": deal("choice"), "specify": True}


# ── what was answered ──


def _fill(recorder: Recorder, deal: Dealer) -> None:
    acts: list[Act] = []
    for item in recorder.interview.form.items:
        if item.asked:
            acts += _acts(item, deal)
            acts.append(Act(Kind.EVIDENCED, item.name, deal("said")))
            acts.append(Act(Kind.RESPONDENT, item.name, deal("said")))
            acts.append(Act(Kind.REMARKED, item.name, deal("said")))
        if item.number and item.number % 2:
            acts.append(Act(Kind.WARNING_PASSED, f"{item.name}.warnings.1", note=deal("said")))
    recorder._record(acts, None)


def _acts(item: Item, deal: Dealer) -> Iterator[Act]:
    match item.type:
        case "select_one" | "select_multiple":
            yield Act(Kind.ANSWERED, item.name, "99")
            yield Act(Kind.ANSWERED, specify_cell(item.name, "99"), deal("answer"))
        case "text" | "matrix":
            for cell in item.cells:
                yield Act(Kind.ANSWERED, cell.address, deal("answer"))
        case "roster":
            for row in ("0000aaaa", "0000bbbb"):
                yield Act(Kind.ROW_ADDED, roster_cell(item.name, row))
                yield Act(Kind.ANSWERED, roster_cell(item.name, row, f"{item.name}f"), deal("answer"))


def _register(registrar: Registrar, units: list[Unit], deal: Dealer) -> None:
    """Cases of every type in every status, whatever their fields take; all of a type go with one topic."""
    register, topic = registrar.register, ""
    for type_ in sorted(register.types, key=lambda one: one.name, reverse=True):  # topics before issues
        for place, status in enumerate(type_.statuses):
            case = registrar.blank(type_.name, units[place].code, ROUND)
            topic = case.id if type_.name == "topic" else topic
            acts = [Act(Kind.CASE_NUMBERED, value=deal("number")[:40]), Act(Kind.CASE_NOTED, "tried", deal("said"))]
            acts += [Act(Kind.CASE_SET, field.name, deal("answer")) for field in type_.fields]
            acts += [Act(Kind.CASE_SET, "topic", topic)] if type_.columns.topic else []
            acts.append(Act(Kind.CASE_MOVED, deal("code"), status.code, note=deal("note"), source=deal("source")))
            events = [*case.events]
            for act in acts:
                heads, seq = (events[-1].id,), registrar.store.next_seq()
                events.append(event_of(act, case.id, heads, seq, registrar.actor, registrar.clock()))
            append(registrar.store, register, [], events)


def _entries(deal: Dealer, form: Form) -> Iterator[Entry]:
    for number in range(60):
        yield Entry(
            code=f"{'AB'[number % 2]}{number:02}", title=deal("title"), gist=deal("gist"), dimension=deal("section"),
            questions=(form.items[number].name,), answerable="", lead=deal("lead"), source=deal("source"),
            keywords=deal("keywords"), version_date="2022-11-01", verified=False,
        )  # fmt: skip
