"""Choices that depend on other answers."""

from __future__ import annotations

import pytest
from samples import WIDE, Filled, Load, answered, form_of, picture, questions

from surveys.form import Form
from surveys.history import Kind
from surveys.interview import Interview
from surveys.standing import Mark
from surveys.text import Refusal


@pytest.fixture(scope="module")
def wide() -> Form:
    return form_of(WIDE)


def offered(fill: Filled, address: str) -> list[str]:
    return [choice.name for choice in fill.interview.choices(address)]


def says(fill: Filled, item: str) -> list[tuple[str, str]]:
    return [(finding.cell, finding.message) for finding in fill.interview.findings(item)]


def test_the_choices_follow_the_answer_before(wide: Form) -> None:
    fill = Filled(wide)
    assert offered(fill, "city") == ["96"]
    fill("province", "1")
    assert offered(fill, "city") == ["11", "12", "96"]
    fill("province", "2")
    assert offered(fill, "city") == ["21", "96"]
    assert "city" in fill.interview.touched


def test_the_choices_follow_a_computed_figure_and_what_is_hidden(wide: Form) -> None:
    fill = Filled(wide, province="1", city="12", share="8")
    assert offered(fill, "kind") == ["1", "3"]
    fill("share", "2")
    assert offered(fill, "kind") == ["2", "3"]
    assert "kind" in fill.interview.touched


def test_a_choice_that_is_no_longer_offered_is_an_error_at_its_question_until_it_is_offered_again(wide: Form) -> None:
    fill = Filled(wide, province="1", city="11")
    before = picture(fill.interview)["items"]
    assert says(fill, "city") == []
    fill("province", "2")
    assert says(fill, "city") == [("city", "“哈”现在不在可选的范围里，请重选")]
    assert fill.interview.mark("city") is Mark.ERROR
    assert fill.interview.error_count == 1
    assert fill.interview.answer("city") == answered("11")  # kept: the province may have been the slip
    fill("province", "1")
    assert picture(fill.interview)["items"] == before
    assert fill.interview.error_count == 0


def test_several_choices_are_named_together(wide: Form) -> None:
    fill = Filled(wide, province="1", city="11", towns="1 2 4")
    fill("city", "12")
    assert says(fill, "towns") == [("towns", "“甲、乙”现在不在可选的范围里，请重选")]


def test_the_chain_goes_on_through_every_link(wide: Form) -> None:
    fill = Filled(wide, province="1", city="11")
    assert offered(fill, "towns") == ["1", "2", "4", "97"]
    fill("city", "12")
    assert offered(fill, "towns") == ["3", "4", "97"]
    fill("city", "")
    assert offered(fill, "towns") == ["4", "97"]


def test_typing_a_choice_that_is_not_offered_is_refused(wide: Form) -> None:
    fill = Filled(wide, province="1")
    assert fill.interview.check_typed("city", "１１") == answered("11")
    with pytest.raises(Refusal, match="没有编号为“21”的选项，可选：11、12、96。"):
        fill.interview.check_typed("city", "21")
    with pytest.raises(Refusal, match="没有编号为“2”的选项，可选：4、97"):
        fill.interview.check_typed("towns", "2 4")


def test_the_text_of_a_filtered_choice_can_be_typed(wide: Form) -> None:
    fill = Filled(wide, city="96")
    assert fill.interview.check_typed("city.96", "境外城市") == answered("境外城市")
    assert offered(fill, "city.96") == []


def test_every_row_of_a_roster_has_its_own_choices(wide: Form) -> None:
    fill = Filled(wide, share="8", kind="2")
    fill.row("r", "r1", r_province="1")
    fill.row("r", "r2", r_province="2")
    fill.row("r", "r3")
    assert [offered(fill, f"r[{row}].r_city") for row in ("r1", "r2", "r3")] == [["11", "12"], ["21"], ["96"]]
    fill("kind", "1")
    assert offered(fill, "r[r1].r_city") == ["11", "12", "96"]
    assert "r" in fill.interview.touched
    fill("r[r1].r_city", "11")
    fill("r[r2].r_city", "21")
    fill("r[r1].r_province", "2")
    assert says(fill, "r") == [("r[r1].r_city", "“哈”现在不在可选的范围里，请重选")]
    with pytest.raises(Refusal, match="没有编号为“12”"):
        fill.interview.check_typed("r[r2].r_city", "12")


def test_a_row_that_was_taken_off_offers_nothing_and_takes_nothing(wide: Form) -> None:
    fill = Filled(wide, share="8", province="1")
    fill.row("r", "r1", r_province="1")
    fill.hand.say(fill.interview, Kind.ROW_REMOVED, "r[r1]")
    assert offered(fill, "r[r1].r_city") == []
    for address in ("r[r1].r_city", "r[r1].r_cost", "r[never].r_city"):
        with pytest.raises(Refusal, match="这一行已经删去"):
            fill.interview.check_typed(address, "11")


def test_a_hidden_answer_is_blank_to_a_filter() -> None:
    form = form_of(
        questions(
            "name: a, type: integer, label: 甲",
            "name: b, type: text, label: 乙, relevant: '${a} > 1'",
            'name: c, type: select_one, label: 丙, choice_filter: "k = ${b}", choices: '
            "[{name: x, label: 一, filter: {k: 有}}, {name: y, label: 二, filter: {k: ''}}]",
        )
    )
    fill = Filled(form, a="2", b="有")
    assert offered(fill, "c") == ["x"]
    fill("a", "1")
    assert offered(fill, "c") == ["y"]
    assert "c" in fill.interview.touched
    assert picture(fill.interview) == picture(Interview(form, fill.interview.events, fill.interview.clock))


CHOICES = 'choices: [{name: "1", label: 一, filter: {city: h}}, {name: "2", label: 二}]'


@pytest.mark.parametrize(
    ("condition", "names"),
    [
        ("city = 'h'", ["1"]),
        ("city = ''", ["2"]),  # a choice without the entry has a blank there
        ("name = '2'", ["2"]),
        ("label = '一'", ["1"]),
        ("${n} > 0", []),
        ("${n} = ''", ["1", "2"]),
        ("selected(${n}, name)", []),
    ],
)
def test_a_filter_reads_the_entries_of_a_choice_its_name_and_its_label(condition: str, names: list[str]) -> None:
    form = form_of(
        questions(
            "name: n, type: text, label: 数",
            f'name: p, type: select_one, label: 选, {CHOICES}, choice_filter: "{condition}"',
        )
    )
    assert offered(Filled(form), "p") == names


WRONG = [
    # the filter · where the fault is · what is said
    ("cty = 'h'", '"cty', "这里不能用“cty”，是不是“city”？"),
    ("n = 'h'", '"n =', "这里不能用“n”"),
    ("city = ${m}", "${m}", "没有名为“m”的题目"),
    ("city = ", ' "', "没有写完"),
    ("city = ${p.1}", "${p.1}", "“p”里没有“1”"),
]


@pytest.mark.parametrize(("condition", "needle", "message"), WRONG)
def test_a_wrong_filter_is_refused_at_load(faults: Load, condition: str, needle: str, message: str) -> None:
    text = questions(
        "name: n, type: text, label: 数",
        f'name: p, type: select_one, label: 选, {CHOICES}, choice_filter: "{condition}"',
    )
    (problem,) = faults(text)
    assert message in problem.message
    at = text.rindex(needle)
    assert (problem.line, problem.column) == (text.count("\n", 0, at) + 1, at - text.rfind("\n", 0, at))


def test_a_filter_in_a_matrix_is_refused_at_load(faults: Load) -> None:
    (problem,) = faults(
        questions(
            f"name: m, type: matrix, label: 表, rows: [{{name: r, label: 行}}], cell: {{type: select_one, {CHOICES}, choice_filter: city = 'h'}}"
        )
    )
    assert "表格的格子不能用 choice_filter" in problem.message


def test_a_long_list_is_not_gone_through_for_every_keystroke() -> None:
    text = ", ".join(f"{{name: c{n}, label: c{n}, filter: {{k: k{n}}}}}" for n in range(50))
    small = form_of(
        questions(
            "name: a, type: text, label: 甲",
            f"name: p, type: select_one, label: 选, choice_filter: 'k = ${{a}}', choices: [{text}]",
        )
    )
    fill = Filled(small, a="k7", p="c7")
    looked: list[str] = []
    condition = small.rules.choice_filters["p"]

    class Counting:
        references = condition.references

        def boolean(self, scope: object) -> bool:
            looked.append(scope.choice.name)  # type: ignore[attr-defined]
            return condition.boolean(scope)  # type: ignore[arg-type]

    small.rules.choice_filters["p"] = Counting()  # type: ignore[assignment]
    fill("a", "k8")
    assert looked == ["c7"]
