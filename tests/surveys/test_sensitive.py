"""What is marked sensitive is so down to every cell, and never gives a thing its name."""

from __future__ import annotations

import pytest
from samples import HEAD, Filled, Load, form_of

from surveys.definition import Survey
from surveys.migration import plan_migration

TEXT = (
    HEAD
    + """
sections:
  - name: one
    label: 一
    questions:
      - {name: tel, type: text, label: 电话, sensitive: true}
      - {name: plain, type: text, label: 职务}
      - {name: kind, type: select_one, label: 病, sensitive: true, choices: [{name: "96", label: 其他, specify: true}]}
      - {name: pay, type: matrix, label: 收入, sensitive: true, cell: {type: integer}, rows: [{name: x, label: 甲}, {name: y, label: 乙}]}
      - name: people
        type: roster
        label: 名册
        item_label: ${post}
        questions: [{name: post, type: text, label: 职务}, {name: who, type: text, label: 姓名, sensitive: true}]
      - name: all
        type: roster
        label: 全部保密
        sensitive: true
        questions: [{name: any, type: select_one, label: 类, choices: [{name: "1", label: 其他, specify: true}]}]
      - {name: twice, type: calculate, label: 合计, calculation: "sum(${pay})", sensitive: true}
"""
)


@pytest.mark.parametrize(
    ("address", "sensitive"),
    [
        ("tel", True),
        ("plain", False),
        ("kind", True),
        ("kind.96", True),
        ("pay.x", True),
        ("people[00000001].post", False),
        ("people[00000001].who", True),
        ("all[00000001].any", True),
        ("all[00000001].any.1", True),
        ("twice", True),
    ],
)
def test_every_cell_knows(address: str, sensitive: bool) -> None:
    assert form_of(TEXT).cell(address).sensitive is sensitive


def test_it_is_part_of_the_definition() -> None:
    form = form_of(TEXT)
    assert Survey.from_json(form.definition.canonical_json()).digest() == form.digest
    assert form_of(TEXT.replace(", sensitive: true", "")).digest != form.digest


@pytest.mark.parametrize(
    "field", ["{name: who, type: text, label: 姓名, sensitive: true}", "{name: who, type: text, label: 姓名}"]
)
def test_an_item_is_not_called_by_what_is_sensitive(faults: Load, field: str) -> None:
    whole = "false" if "sensitive" in field else "true"
    roster = f"      - {{name: r, type: roster, label: 册, sensitive: {whole}, item_label: '${{who}}', questions: [{field}]}}\n"
    (problem,) = faults(f"{HEAD}\nsections:\n  - name: s\n    label: 部分\n    questions:\n{roster}")
    assert "不能用保密的栏目“who”" in problem.message


def test_a_text_that_is_only_read_is_not_sensitive(faults: Load) -> None:
    note = "      - {name: n, type: note, label: 请看, sensitive: true}\n      - {name: a, type: text, label: 甲}\n"
    (problem,) = faults(f"{HEAD}\nsections:\n  - name: s\n    label: 部分\n    questions:\n{note}")
    assert "不能写 sensitive" in problem.message


def test_reasons_have_sensible_words_where_a_definition_names_none() -> None:
    plain = form_of(TEXT)
    assert plain.survey.reasons == ("录入错误", "对方更正", "核实后更正", "补充材料")
    own = form_of(TEXT.replace('round: "2022"', 'round: "2022"\nreasons: [重新核定]'))
    assert own.survey.reasons == ("重新核定",)
    assert "reasons" not in plain.definition.canonical_json()
    assert own.digest != plain.digest


CHECKED = (
    HEAD
    + """
sections:
  - name: one
    label: 一
    questions:
      - {name: pay, type: money, label: 收入, likely_max: 100, sensitive: true}
      - {name: big, type: integer, label: 大不大}
      - name: town
        type: select_one
        label: 地方
        sensitive: true
        choice_filter: "size = ${big}"
        choices: [{name: "1", label: 香坊, filter: {size: "1"}}, {name: "2", label: 呼兰, filter: {size: "2"}}]
"""
)


@pytest.mark.parametrize("sensitive", [True, False])
def test_no_message_of_a_check_tells_the_answer(sensitive: bool) -> None:
    form = form_of(
        CHECKED if sensitive else CHECKED.replace(", sensitive: true", "").replace("sensitive: true", "required: false")
    )
    fill = Filled(form, pay="1275", big="1", town="1")
    fill("big", "2")
    said = "".join(fill.messages())
    assert ("偏大" in said, "不在可选的范围里" in said) == (True, True)
    assert ("1,275" in said, "香坊" in said) == (not sensitive, not sensitive)


def test_why_a_newer_version_cannot_take_it_is_said_without_the_answer() -> None:
    old = form_of(TEXT)
    new = form_of(
        TEXT.replace('version: "1"', 'version: "2"').replace("{name: tel, type: text", "{name: tel, type: integer")
    )
    fill = Filled(old, tel="一三八一二三四五六七八", plain="委员")
    (dropped,) = plan_migration(fill.interview, new).dropped
    assert (dropped.address, dropped.reason) == ("tel", "新版填不进这个答案")
    shown = form_of(TEXT.replace("sensitive: true", "required: false"))
    fill = Filled(shown, tel="一三八一二三四五六七八")
    told = form_of(
        TEXT.replace("sensitive: true", "required: false")
        .replace('version: "1"', 'version: "2"')
        .replace("{name: tel, type: text", "{name: tel, type: integer")
    )
    (dropped,) = plan_migration(fill.interview, told).dropped
    assert "一三八一二三四五六七八" in dropped.reason
