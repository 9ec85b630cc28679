"""Conditions in words, for a form on paper."""

from __future__ import annotations

from typing import Any

import pytest

from surveys.conditions import in_words
from surveys.definition import Survey
from surveys.form import Form
from surveys.loading import library, load_form

WAYS = [{"name": "1", "label": "甲"}, {"name": "2", "label": "乙"}]


@pytest.fixture(scope="module")
def form() -> Form:
    questions: list[dict[str, Any]] = [
        {"name": "kind", "type": "select_one", "label": "哪类？", "choices": WAYS},
        {"name": "ways", "type": "select_multiple", "label": "哪些？", "choices": WAYS},
        {"name": "people", "type": "integer", "label": "几人？"},
        {"name": "grid", "type": "matrix", "label": "各几人？", "cell": {"type": "integer"},
         "rows": [{"name": "a", "label": "老"}, {"name": "b", "label": "少"}]},
        {"name": "words", "type": "text", "label": "说什么？"},
        {"name": "things", "type": "roster", "label": "登记", "questions": [
            {"name": "t_kind", "type": "select_one", "label": "类别", "choices": WAYS},
            {"name": "t_more", "type": "text", "label": "说明", "relevant": "${t_kind} = '2'"}]},
        {"name": "last", "type": "text", "label": "最后"},
    ]  # fmt: skip
    cover = {"name": "c", "label": "封面", "numbered": False, "questions": [
        {"name": "mode", "type": "select_one", "label": "怎样填报？", "choices": WAYS}]}  # fmt: skip
    body = {"name": "s", "label": "正文", "questions": questions}
    data = {
        "id": "x",
        "version": "1",
        "title": "条件",
        "unit": "单位",
        "parameters": {"low": 80},
        "sections": [cover, body],
    }
    return Form(Survey.model_validate(data))


@pytest.mark.parametrize(
    ("condition", "words"),
    [
        ("${kind} = '1'", "第1题选“甲”"),
        ("'1' = ${kind}", "第1题选“甲”"),
        ("${kind} != '1'", "第1题没有选“甲”"),
        ("${kind} = '1' or ${kind} = '2'", "第1题选“甲”或“乙”"),
        ("${kind} = '1' or ${people} > 3", "第1题选“甲”，或者第3题大于3"),
        ("${kind} = '1' and (${people} > 3 or ${people} = 0)", "第1题选“甲”，并且（第3题大于3，或者第3题等于0）"),
        ("selected(${ways}, '2')", "第2题选了“乙”"),
        ("not(selected(${ways}, '2'))", "第2题没有选“乙”"),
        ("not(${kind} = '1')", "不是“第1题选“甲””的情况"),
        ("sum(${grid}) > 0", "第4题各项合计大于0"),
        ("${grid.a} >= ${people}", "第4题“老”不小于第3题"),
        ("5 < ${people}", "第3题大于5"),
        ("${people} < param('low')", "第3题小于80"),
        ("${words} = ''", "第5题没有填"),
        ("${words} != ''", "第5题已填"),
        ("${words} = '无'", "第5题等于“无”"),
        ("count(${things}) > 1", "第6题登记的项数大于1"),
        ("${mode} = '2'", "“怎样填报”选“乙”"),
    ],
)
def test_a_condition_is_said_in_words(form: Form, condition: str, words: str) -> None:
    assert in_words(form, condition, "last") == words


def test_a_field_of_the_same_roster_is_called_so(form: Form) -> None:
    assert in_words(form, "${t_kind} = '2'", "things") == "本项“类别”选“乙”"
    assert in_words(form, "${t_kind} = '2'", "last") == "第6题“类别”选“乙”"


@pytest.mark.parametrize("condition", ["if(${people} > 3, 1, 0) = 1", "${people} mod 2 = 1", "regex(${words}, '^a')",
                                       "${kind} = 'x'", "count(${things}[t_kind = '1']) > 0"])  # fmt: skip
def test_what_the_words_do_not_cover_stands_as_it_is_written(form: Form, condition: str) -> None:
    words = in_words(form, condition, "last")
    assert words.startswith("符合条件（")
    assert "${" not in words


@pytest.mark.parametrize("name", ["county_union", "visit", "reform_checklist"])
def test_every_condition_of_our_own_questionnaires_is_in_words(name: str) -> None:
    form = load_form(library(name))
    conditions = [(item.question.relevant, item.name) for item in form.items if item.question.relevant]
    assert not [source for source, item in conditions if "符合条件" in in_words(form, source, item)]
