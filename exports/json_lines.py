"""JSON Lines: one interview per line, answers and statuses apart, with a JSON Schema beside it."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from decimal import Decimal
from pathlib import Path
from typing import Any

from exports.columns import EXACT, status_of
from exports.data_schema import FORMAT, data_schema
from exports.dataset import Dataset
from exports.sights import Sight
from surveys.answers import Status, native
from surveys.form import Cell, Item, roster_cell, specify_cell
from surveys.history import Event, Kind
from surveys.value_types import ValueType

LINES, SCHEMA = "答卷.jsonl", "答卷.schema.json"


def write_json_lines(dataset: Dataset, folder: Path, history: bool = False) -> None:
    """Write the lines and their schema into a folder, in one pass over the interviews."""
    with (folder / LINES).open("w", encoding="utf-8", newline="\n") as file:
        for sight in dataset.sights():
            line = interview(sight, dataset, history)
            file.write(json.dumps(line, ensure_ascii=False, separators=(",", ":"), allow_nan=False) + "\n")
    schema = json.dumps(data_schema(dataset), ensure_ascii=False, indent=1)
    (folder / SCHEMA).write_text(schema + "\n", encoding="utf-8", newline="\n")


def interview(sight: Sight, dataset: Dataset, history: bool = False) -> dict[str, Any]:
    """One interview as `data_schema` describes it."""
    row, unit, survey = sight.row, sight.unit, sight.form.survey
    line: dict[str, Any] = {
        "format": FORMAT,
        "interview": row.id,
        "survey": {"id": survey.id, "version": survey.version, "digest": sight.form.digest},
        "unit": {"code": row.unit, "city": unit.city, "county": unit.county},
        "round": row.round, "team": row.team, "stage": row.stage, "updated_at": row.updated_at,
        "deidentified": not dataset.with_sensitive,
    }  # fmt: skip
    if dataset.with_sensitive:
        line["who"] = row.who
    items = [item for item in sight.form.items if item.type != "note"]
    plain = [item for item in items if item.type != "roster"]
    line |= _held(sight, ((cell, cell.address, cell.address) for item in plain for cell in item.cells))
    rosters = [item for item in items if item.type == "roster"]
    line["statuses"] |= {
        item.name: status for item in rosters if (status := status_of(item.name, sight.answers)) is not None
    }
    line["rosters"] = {item.name: rows for item in rosters if (rows := list(_rows(sight, item)))}
    line |= _said(sight)
    if history:
        line["history"] = [_event(event) for event in sight.events]
    return line


def _rows(sight: Sight, roster: Item) -> Iterator[dict[str, Any]]:
    for row_id in sight.roster_rows(roster.name):
        places = ((cell, roster_cell(roster.name, row_id, cell.address), cell.address) for cell in roster.cells)
        yield {"row": row_id, **_held(sight, places)}


def _held(sight: Sight, places: Iterable[tuple[Cell, str, str]]) -> dict[str, Any]:
    """`answers` and `statuses` of these cells (cell, address, name); what was never said is in neither."""
    answers: dict[str, Any] = {}
    statuses: dict[str, str] = {}
    for cell, address, name in places:
        stored = sight.answers.get(address)
        if (status := status_of(address, sight.answers)) is not None:
            statuses[name] = status
        elif stored is not None and stored.status is Status.ANSWERED and stored.value:
            answers[name] = json_value(cell.kind, stored.value)
        for code in (choice.name for choice in getattr(cell.kind, "choices", ()) if choice.specify):
            text = sight.answers.get(specify_cell(address, code))
            if text is not None and text.value and status_of(specify_cell(address, code), sight.answers) is None:
                answers[specify_cell(name, code)] = text.value
    return {"answers": answers, "statuses": statuses}


def json_value(kind: ValueType, value: str) -> Any:
    """A canonical value as JSON has it: numbers, lists of codes, otherwise text.

    Numbers of 10¹⁵ and more, of which a reader's floats would lose digits, stay texts.
    """
    if kind.type == "attachment":
        digest, _, name = value.partition("/")
        return {"sha256": digest, "name": name}
    said = native(kind, value)
    if isinstance(said, tuple):
        return list(said)
    if isinstance(said, Decimal | int):
        if not -EXACT < said < EXACT:
            return value
        return int(said) if said == int(said) else float(said)
    return value


def _said(sight: Sight) -> dict[str, Any]:
    """What was said of questions, by question; of passed warnings by check."""
    live = sight.state.live.items()

    def of(kind: Kind) -> dict[str, str]:
        return {cell: event.value for (key, cell), event in live if key == kind and event.value}

    return {
        "remarks": of(Kind.REMARKED),
        "evidence": of(Kind.EVIDENCED),
        "doubts": sorted(of(Kind.DOUBTED)),
        "respondents": of(Kind.RESPONDENT),
        "explanations": {cell: event.note for (key, cell), event in live if key == Kind.WARNING_PASSED and event.note},
    }


def _event(event: Event) -> dict[str, Any]:
    """An event; what is blank is left out."""
    told: dict[str, Any] = {
        "id": event.id, "parents": list(event.parents), "kind": str(event.kind), "cell": event.cell, "value": event.value,
        "status": str(event.status), "note": event.note, "source": event.source, "who": event.who, "team": event.team,
        "at": event.at,
    }  # fmt: skip
    return {name: value for name, value in told.items() if value != ""}
