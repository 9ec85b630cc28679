"""The JSON Schema of the lines that `json_lines` writes: made from the survey, so that it names every cell and code."""

from __future__ import annotations

from typing import Any

from exports.code_list import codes
from exports.columns import CONFLICT, WITHHELD, Column
from exports.dataset import Dataset
from surveys.answers import Status, choices_of
from surveys.form import Cell, specify_cell
from surveys.schema_json import DIALECT
from surveys.standing import Stage
from surveys.value_types import MONTH_PATTERN, TIME_PATTERN, ValueType

FORMAT = 1
"""Raised when a line can no longer be read the way it was."""

STATUSES = [
    *(str(status) for status in Status if status not in (Status.ANSWERED, Status.EMPTY)), CONFLICT, WITHHELD,
]  # fmt: skip
"""Why a cell has no value. A cell that nobody was asked for, or asked and not yet answered, is not named at all."""

MOST_CODES = 200
"""Codes that the schema lists; of a longer list any code is taken."""

_TEXT = {"type": "string"}
_BIG = {"type": "string", "pattern": r"^-?\d{16,}(\.\d+)?$"}
"""A number whose digits a float would lose."""


def data_schema(dataset: Dataset) -> dict[str, Any]:
    """The schema (draft 2020-12) of one line."""
    survey = dataset.form.survey
    texts_by_question = {"type": "object", "additionalProperties": _TEXT}
    properties: dict[str, Any] = {
        "format": {"const": FORMAT},
        "interview": {**_TEXT, "description": "答卷编号（UUIDv7），历次导出不变"},
        "survey": _object({"id": {"const": survey.id}, "version": _TEXT, "digest": _TEXT}),
        "unit": _object({"code": _TEXT, "city": _TEXT, "county": _TEXT}),
        "round": {**_TEXT, "description": "轮次"},
        "team": {"type": "integer", "description": "组号；0 是省总办公室"},
        "stage": {"enum": [str(stage) for stage in Stage if stage is not Stage.VOID]},
        "updated_at": {**_TEXT, "description": "最后修改时间，UTC"},
        "deidentified": {"type": "boolean", "description": "true：保密答案、姓名、电话和证件号码已略去"},
        "who": {**_TEXT, "description": "填报人；只在 deidentified 为 false 时有"},
        "answers": _answers(dataset, [(column.address, column) for column in dataset.columns if not column.roster]),
        "statuses": _statuses(),
        "rosters": {
            "type": "object",
            "properties": {column.address: _roster(dataset, column) for column in dataset.columns if column.roster},
            "additionalProperties": False,
        },
        "remarks": {**texts_by_question, "description": "备注，按题目"},
        "evidence": {**texts_by_question, "description": "佐证，按题目"},
        "doubts": {"type": "array", "items": _TEXT, "description": "待核实的题目"},
        "respondents": {**texts_by_question, "description": "答复人，按题目"},
        "explanations": {**texts_by_question, "description": "提醒已说明，按检查的编号"},
        "history": {"type": "array", "items": {"type": "object"}, "description": "全部修改记录；用 --history 才有"},
    }
    optional = {"who", "history"}
    return {
        "$schema": DIALECT,
        "title": f"{survey.title} {survey.version}：答卷",
        "description": "JSON Lines，一行一份答卷；由 zoufang export --format json 写出",
        **_object(properties, required=[name for name in properties if name not in optional]),
    }


def _object(properties: dict[str, Any], required: list[str] | None = None) -> dict[str, Any]:
    return {
        "type": "object",
        "properties": properties,
        "required": list(properties) if required is None else required,
        "additionalProperties": False,
    }


def _statuses() -> dict[str, Any]:
    told = "没有值的原因：不掌握、拒答、不适用、跳过、冲突待定、已略去；没有问到或还没有答的格子不列"
    return {"type": "object", "additionalProperties": {"enum": STATUSES}, "description": told}


def _roster(dataset: Dataset, column: Column) -> dict[str, Any]:
    fields = [(f"{column.address}[].{cell.address}", cell) for cell in _fields(dataset, column.address)]
    answers = _answers(dataset, fields)
    item = _object({"row": _TEXT, "answers": answers, "statuses": _statuses()})
    return {"type": "array", "items": item, "description": str(column.item.label)}


def _fields(dataset: Dataset, roster: str) -> list[Cell]:
    found: dict[str, Cell] = {}
    for form in dataset.forms:
        if roster in form.by_name:
            for cell in form.by_name[roster].cells:
                found.setdefault(cell.address, cell)
    return list(found.values())


def _answers(dataset: Dataset, cells: list[tuple[str, Any]]) -> dict[str, Any]:
    """The answers of these cells: place, and what has a label."""
    properties: dict[str, Any] = {}
    for place, cell in cells:
        kinds = dataset.kinds(place)
        name = place.rpartition("[].")[2]
        question = f"{cell.item.label} " if isinstance(cell, Column) else ""
        properties[name] = {"description": f"{question}{cell.label}".strip(), **_any_of(kinds)}
        for choice in (choice for kind in kinds for choice in choices_of(kind) if choice.specify):
            properties[specify_cell(name, choice.name)] = {**_TEXT, "description": f"{choice.label}：注明的内容"}
    return {"type": "object", "properties": properties, "additionalProperties": False}


def _any_of(kinds: list[ValueType]) -> dict[str, Any]:
    """One schema where all versions hold the same type of value, otherwise any of theirs."""
    of_type: dict[str, list[ValueType]] = {}
    for kind in kinds:
        of_type.setdefault(kind.type, []).append(kind)
    schemas = [_schema(same) for same in of_type.values()]
    return schemas[0] if len(schemas) == 1 else {"anyOf": schemas}


def _schema(kinds: list[ValueType]) -> dict[str, Any]:
    """What a value of one type looks like; codes of every version."""
    match kinds[0].type:
        case "integer":
            return {"anyOf": [{"type": "integer"}, _BIG]}
        case "decimal" | "money" | "percent":
            return {"anyOf": [{"type": "number"}, _BIG]}
        case "select_one" | "rating":
            return _code(kinds)
        case "select_multiple" | "rank":
            return {"type": "array", "items": _code(kinds), "uniqueItems": True, "minItems": 1}
        case "date":
            return {"type": "string", "format": "date", "pattern": r"^\d{4}-\d{2}-\d{2}$"}
        case "month":
            return {"type": "string", "pattern": MONTH_PATTERN}
        case "time":
            return {"type": "string", "pattern": TIME_PATTERN}
        case "attachment":
            return _object({"sha256": {"type": "string", "pattern": "^[0-9a-f]{64}$"}, "name": _TEXT})
    return _TEXT


def _code(kinds: list[ValueType]) -> dict[str, Any]:
    named = codes(kinds)
    if len(named) > MOST_CODES:
        return _TEXT
    return {"anyOf": [{"const": code, "title": label} for code, label in named.items()]}
