"""A rate over many units is a sum over a sum: which sums, is read from the calculation."""

import pytest

from exports.rates import Adding, Ratio, combination
from surveys.definition import Survey
from surveys.form import Form

QUESTIONS = [
    {"name": "people", "type": "integer", "label": "多少人？"},
    {"name": "money", "type": "money", "label": "多少钱？"},
    {"name": "when", "type": "date", "label": "哪一天？"},
    {"name": "fund", "type": "matrix", "label": "经费", "cell": {"type": "money"},
     "rows": [{"name": "due", "label": "应返"}, {"name": "paid", "label": "已返"}]},
    {"name": "new", "type": "matrix", "label": "入会", "cell": {"type": "integer"},
     "rows": [{"name": "truck", "label": "货车"}, {"name": "rider", "label": "外卖"}],
     "columns": [{"name": "est", "label": "从业"}, {"name": "joined", "label": "入会"}]},
    {"name": "things", "type": "roster", "label": "登记", "questions": [
        {"name": "t_kind", "type": "select_one", "label": "类别", "choices": [{"name": "1", "label": "大"}]},
        {"name": "t_area", "type": "decimal", "label": "面积"}]},
]  # fmt: skip


@pytest.mark.parametrize(
    ("calculation", "rule"),
    [
        ("percent(${money}, ${people})", Ratio({"money": 1}, {"people": 1})),
        ("percent(${money} - ${people}, (${money} + ${money}))", Ratio({"money": 1, "people": -1}, {"money": 2})),
        (
            "percent(sum(${new.joined}), sum(${fund}))",
            Ratio({"new.truck.joined": 1, "new.rider.joined": 1}, {"fund.due": 1, "fund.paid": 1}),
        ),
        ("sum(${fund}) + ${money}", Adding.SUM),
        ("count(${things}[t_kind = '1'])", Adding.SUM),
        ("percent(${money} * 2, ${people})", Adding.NONE),
        ("percent(${money}, count(${things}))", Adding.NONE),
        ("percent(sum(${t_area}), ${people})", Adding.NONE),
        ("${money} div ${people}", Adding.NONE),
        ("months-between(${when}, date('2022-10-31'))", Adding.NONE),
        ("count(${things}) div 2", Adding.NONE),
    ],
)
def test_what_a_calculation_adds_up_to_is_read_from_its_expression(calculation, rule):
    figure = {"name": "figure", "type": "calculate", "label": "指标", "calculation": calculation}
    section = {"name": "a", "label": "部分", "questions": [*QUESTIONS, figure]}
    form = Form(
        Survey.model_validate({"id": "s", "version": "1", "title": "问卷", "unit": "单位", "sections": [section]})
    )
    assert combination(form.by_name["figure"], form) == rule
