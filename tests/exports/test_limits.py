"""What a flag says of one county's figure marks the same figure everywhere; other flags mark nothing."""

import random
from fractions import Fraction

import pytest

from exports.limits import Limits, worst
from surveys.definition import Survey
from surveys.form import Form
from surveys.loading import library, load_form

FLAGS = {
    "percent(${part}, ${all}) < 70": ("yellow", [(Fraction(69), True), (Fraction(70), False)]),
    "70 > percent(${part}, ${all})": ("yellow", [(Fraction(69), True), (Fraction(70), False)]),
    "(percent(${part}, (${all})) <= param('least'))": ("red", [(Fraction(25), True), (Fraction(26), False)]),
    "percent(${part}, ${all}) >= 20 and percent(${part}, ${all}) < 40": (
        "yellow", [(Fraction(19), False), (Fraction(20), True), (Fraction(40), False)],
    ),
    "${rate} = 0": ("red", [(Fraction(0), True), (Fraction(1), False)]),
}  # fmt: skip
OTHERS = (
    "percent(${all}, ${part}) < 70", "percent(${part}, ${all}) < 70 or ${all} = 0", "${all} > 0 and ${rate} < 70",
    "${part} < ${all}", "percent(${part}, ${all}) != 70",
)  # fmt: skip


def form_with(when: str, level: str = "yellow") -> Form:
    flag = {"when": when, "category": "101", "level": level, "message": "太低"}
    return Form(Survey.model_validate({
        "id": "judged", "version": "1", "title": "界限", "unit": "单位", "parameters": {"least": 25},
        "sections": [{"name": "a", "label": "甲", "questions": [
            {"name": "part", "type": "integer", "label": "部分"},
            {"name": "all", "type": "integer", "label": "全部", "flags": [flag]},
            {"name": "rate", "type": "calculate", "label": "率", "calculation": "percent(${part}, ${all})", "unit": "%"},
        ]}],
    }))  # fmt: skip


@pytest.mark.parametrize("when", FLAGS)
def test_a_comparison_of_the_figure_is_a_limit(when):
    level, cases = FLAGS[when]
    form = form_with(when, level)
    (limit,) = Limits(form).of(form.by_name["rate"])
    assert (limit.level, limit.message) == (level, "太低")
    for figure, problem in cases:
        assert limit.holds(figure) is problem, figure


@pytest.mark.parametrize("when", OTHERS)
def test_a_flag_that_judges_something_else_marks_nothing(when):
    form = form_with(when)
    assert Limits(form).of(form.by_name["rate"]) == ()


def test_the_worst_limit_is_the_red_one():
    form = load_form(library("county_union"))
    limits = Limits(form).of(form.by_name["sw_turnover"])
    assert [worst(Fraction(figure), limits) and worst(Fraction(figure), limits).level for figure in (45, 25, 5)] == [
        "red", "yellow", None,
    ]  # fmt: skip


def test_limits_say_what_the_flags_say_of_every_county(make_store, county_union):
    """The same interview: an indicator passes a limit exactly when the flag it was read from holds."""
    from exports.demo import fill_unit
    from surveys.acts import Actor
    from surveys.answers import Status

    store = make_store("office", team=0, survey=county_union)
    passed = 0
    for seed, unit in enumerate(store.units()[:6]):
        fill_unit(store, unit, Actor("张三", unit.team, store.setting("device_id")), random.Random(seed))
        interview = store.interview(store.interviews()[-1].id)
        limits, messages = Limits(interview.form), {hit.message for hit in interview.flags()}
        for item in interview.form.items:
            answer = interview.answer(item.name) if item.type == "calculate" else None
            if answer and answer.status is Status.ANSWERED and answer.value:
                for limit in limits.of(item):
                    assert limit.holds(Fraction(answer.value)) is (limit.message in messages), (item.name, limit)
                    passed += limit.message in messages
    assert passed > 5
