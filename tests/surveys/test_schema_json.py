"""The JSON Schema for editors says the same as the loader about shape, in Chinese."""

from __future__ import annotations

import copy
import json
import re
from collections.abc import Iterator
from importlib.resources import files
from typing import Any

import pytest
from jsonschema import Draft202012Validator
from ruamel.yaml import YAML
from samples import NASTY, SMALL

from surveys import schema_json
from surveys.register.keeping import SHIPPED as REGISTERS
from surveys.schema_json import DIALECT, editor_schema, schema_text

FORMS = ("county_union", "visit", "reform_checklist")
CHINESE = re.compile("[\u4e00-\u9fff]")


def plain(text: str) -> Any:
    """A definition as an editor sees it: dates are texts."""
    return json.loads(json.dumps(YAML(typ="safe", pure=True).load(text), default=str))


@pytest.fixture(scope="module")
def validator() -> Draft202012Validator:
    Draft202012Validator.check_schema(editor_schema())
    return Draft202012Validator(editor_schema())


@pytest.fixture(scope="module")
def county_union() -> Any:
    return plain(files("surveys.library").joinpath("county_union.yaml").read_text("utf-8"))


def described(schema: Any) -> Iterator[tuple[str, str]]:
    """Every property of every model with its help."""
    for model in (schema, *schema["$defs"].values()):
        yield "", model["description"]
        for key, value in model["properties"].items():
            yield key, value["description"]


@pytest.mark.parametrize("form", FORMS)
def test_the_forms_of_the_library_fit(validator: Draft202012Validator, form: str) -> None:
    text = files("surveys.library").joinpath(f"{form}.yaml").read_text("utf-8")
    assert [error.message for error in validator.iter_errors(plain(text))] == []


def test_every_form_of_the_library_is_among_them() -> None:
    shipped = {
        file.name.removesuffix(".yaml") for file in files("surveys.library").iterdir() if file.name.endswith(".yaml")
    }
    assert shipped - set(REGISTERS) == set(FORMS)


@pytest.mark.parametrize("text", [SMALL, NASTY], ids=["small", "nasty"])
def test_other_forms_fit(validator: Draft202012Validator, text: str) -> None:
    assert validator.is_valid(plain(text))


@pytest.mark.parametrize(
    ("path", "key"),
    [
        ((), "titel"),
        (("sections", 1), "lable"),
        (("sections", 1, "questions", 0), "requird"),
        (("sections", 1, "questions", 0, "choices", 0), "code"),
        (("sections", 1, "questions", 0, "flags", 0), "if"),
        (("sections", 1, "questions", 2, "cell"), "maximum"),
    ],
)
def test_a_wrong_key_is_refused(
    validator: Draft202012Validator, county_union: Any, path: tuple[str | int, ...], key: str
) -> None:
    broken = copy.deepcopy(county_union)
    inner = broken
    for step in path:
        inner = inner[step]
    inner[key] = "x"
    assert not validator.is_valid(broken)


@pytest.mark.parametrize(
    ("question", "fits"),
    [
        ("{name: 人数, type: integer, label: 几人？}", True),
        ("{name: a1, type: integer, label: {zh: 几人？, bo: ཅི་ཙམ།}}", True),
        ("{name: a-b_2, type: text, label: 说明}", True),
        ("{name: a b, type: integer, label: 几人？}", False),
        ("{name: 1a, type: integer, label: 几人？}", False),
        ("{name: a.b, type: integer, label: 几人？}", False),
        ("{name: a, type: integer}", False),
        ("{name: a, type: whole, label: 几人？}", False),
        ("{name: a, type: integer, label: 几人？, min: 三}", False),
        ("{name: a, type: integer, label: {Chinese: 几人？}}", False),
        ("{name: a, type: integer, label: 几人？, constraint: . > 1}", False),
        ("{name: a, type: integer, label: 几人？, constraint: . > 1, constraint_message: 太少}", True),
        ("{name: a, type: select_one, label: 选, choices: [{name: 1, label: 是}]}", False),  # a code is a text
        ("{name: a, type: select_one, label: 选, choices: places}", True),
        ("{name: a, type: roster, label: 登记, questions: []}", False),
    ],
)
def test_questions_are_judged_as_the_loader_judges_them(
    validator: Draft202012Validator, question: str, fits: bool
) -> None:
    head = (
        "id: t\nversion: '1'\ntitle: 问卷\nunit: 单位\nchoices: {places: {csv: places.csv, name: code, label: place}}\n"
    )
    text = f"{head}sections:\n  - name: s\n    label: 部分\n    questions:\n      - {question}\n"
    assert validator.is_valid(plain(text)) is fits


def test_all_help_is_in_chinese_and_short() -> None:
    for key, help_text in described(editor_schema()):
        assert CHINESE.search(help_text), key
        assert len(help_text) <= 60, key


def test_no_help_is_left_over() -> None:
    """Every entry of the tables belongs to a key or a type that exists."""
    schema = editor_schema()
    models = {"Survey": schema, **schema["$defs"]}
    keys = {key for model in models.values() for key in model["properties"]}
    own = {f"{name}.{key}" for name, model in models.items() for key in model["properties"]}
    types = {model["properties"].get("type", {}).get("const") for model in models.values()}
    assert set(schema_json._KEYS) <= keys | own
    assert set(schema_json._MODELS) <= models.keys()
    assert set(schema_json._TYPES) <= types


def test_it_is_for_editors_and_not_for_pydantic() -> None:
    """Draft 2020-12; no pattern that JavaScript reads otherwise, no OpenAPI, no English titles."""
    text = schema_text()
    assert json.loads(text)["$schema"] == DIALECT
    assert not re.search(r'\\\\[wW]|discriminator"|"title": "', text)
