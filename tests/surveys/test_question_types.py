"""Every type of question: how it is typed, refused, shown, seen by expressions, and when it is finished."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal

import pytest
from pydantic import TypeAdapter
from samples import WIDE, Filled, Load, answered, form_of, questions

from surveys.answers import EMPTY, Status, display, native
from surveys.form import Form
from surveys.history import Kind
from surveys.standing import Mark, Progress
from surveys.text import Refusal
from surveys.typed import read_typed
from surveys.value_types import ValueType

ABC = [{"name": code, "label": label} for code, label in (("1", "甲"), ("2", "乙"), ("3", "丙"))]
HASH = "0123456789abcdef" * 4

KINDS: dict[str, dict[str, object]] = {
    "percent": {"type": "percent"},
    "growth": {"type": "percent", "min": -50, "max": None, "decimals": 2},
    "month": {"type": "month"},
    "months of 2022": {"type": "month", "min": "2022-01", "max": "2022-12"},
    "months since 2020": {"type": "month", "min": "2020-01"},
    "time": {"type": "time"},
    "office hours": {"type": "time", "min": "08:30", "max": "17:30"},
    "rank": {"type": "rank", "choices": ABC},
    "first two": {"type": "rank", "choices": ABC, "max_ranked": 2},
    "odd codes": {"type": "rank", "choices": [{"name": name, "label": name} for name in ("A,B", ">5", "①")]},
    "at least two": {"type": "select_multiple", "choices": ABC, "min_selected": 2, "max_selected": 2},
    "attachment": {"type": "attachment"},
    "money": {"type": "money", "likely_max": 500},
    "long list": {"type": "select_one", "choices": [{"name": f"c{n}", "label": f"第{n}项"} for n in range(5000)]},
}


def kind(name: str) -> ValueType:
    made: ValueType = TypeAdapter(ValueType).validate_python(KINDS[name])
    return made


READ = [
    # kind · what is typed · what is kept
    ("percent", "45", "45"),
    ("percent", "45%", "45"),
    ("percent", "４５．５％", "45.5"),
    ("percent", " 45 % ", "45"),
    ("percent", "0", "0"),
    ("percent", "100.0", "100"),
    ("percent", "0.5", "0.5"),
    ("percent", "", ""),
    ("percent", "  ", ""),
    ("growth", "-3.25%", "-3.25"),
    ("growth", "250", "250"),
    ("month", "2022-11", "2022-11"),
    ("month", "2022年11月", "2022-11"),
    ("month", "2022年3月", "2022-03"),
    ("month", "2022 年 3 月", "2022-03"),
    ("month", "２０２２．１１", "2022-11"),
    ("month", "2022/1", "2022-01"),
    ("month", "202203", "2022-03"),
    ("month", "", ""),
    ("months of 2022", "2022-01", "2022-01"),
    ("months of 2022", "2022-12", "2022-12"),
    ("time", "14:30", "14:30"),
    ("time", "１４：３０", "14:30"),
    ("time", "14.30", "14:30"),
    ("time", "9:05", "09:05"),
    ("time", "14时30分", "14:30"),
    ("time", "14点30", "14:30"),
    ("time", "9点5分", "09:05"),
    ("time", "14点", "14:00"),
    ("time", "0:00", "00:00"),
    ("time", "23:59", "23:59"),
    ("time", "", ""),
    ("office hours", "8:30", "08:30"),
    ("rank", "3 1 2", "3 1 2"),
    ("rank", "3、1", "3 1"),
    ("rank", "３，１；２", "3 1 2"),
    ("rank", "2>1>3", "2 1 3"),
    ("rank", "2", "2"),
    ("rank", " ", ""),
    ("odd codes", ">5 A,B ①", ">5 A,B ①"),
    ("at least two", "2 1", "1 2"),
    ("at least two", "3", "3"),
    ("attachment", f"{HASH}/照片 1.jpg", f"{HASH}/照片 1.jpg"),
    ("attachment", "", ""),
    ("money", "３万元", "3"),
    ("money", "600", "600"),
    ("long list", "c4999", "c4999"),
]  # fmt: skip


@pytest.mark.parametrize(("name", "typed", "value"), READ)
def test_what_is_typed_is_read_kindly_and_what_was_kept_reads_the_same(name: str, typed: str, value: str) -> None:
    assert read_typed(kind(name), typed) == value
    assert read_typed(kind(name), value) == value


REFUSED = [
    # kind · what is typed · what the sentence says
    ("percent", "%", "不是数字"),
    ("percent", "％", "不是数字"),
    ("percent", "45%%", "不是数字"),
    ("percent", "四成五", "不是数字"),
    ("percent", "45‰", "不是数字"),
    ("percent", "45元", "不是数字"),
    ("percent", "100.1", "应在 0—100% 之间"),
    ("percent", "-1", "应在 0—100% 之间"),
    ("percent", "33.33", "最多保留1位小数"),
    ("percent", "1e1", "不是数字"),
    ("growth", "-50.01", "应不小于 -50%"),
    ("month", "2022", "不是年月，请按 年-月 填写，如 2022-11"),
    ("month", "2022-13", "不是年月"),
    ("month", "2022-00", "不是年月"),
    ("month", "0000-01", "不是年月"),
    ("month", "11月", "不是年月"),
    ("month", "2022-11-03", "不是年月"),
    ("month", "22-11", "不是年月"),
    ("month", "二〇二二年十一月", "不是年月"),
    ("months of 2022", "2021-12", "2021-12 超出范围，应在 2022-01 至 2022-12 之间"),
    ("months of 2022", "2023年1月", "2023-01 超出范围"),
    ("months since 2020", "2019-12", "应在 2020-01 至 最晚 之间"),
    ("time", "24:00", "不是时间，请按 时:分 填写（24小时制），如 14:30"),
    ("time", "14:60", "不是时间"),
    ("time", "14:", "不是时间"),
    ("time", "14.", "不是时间"),
    ("time", "14:3", "不是时间"),
    ("time", "14", "不是时间"),
    ("time", "1430", "不是时间"),
    ("time", "下午2点", "不是时间"),
    ("time", "14.分", "不是时间"),
    ("time", "14:30:00", "不是时间"),
    ("office hours", "8:29", "08:29 超出范围，应在 08:30 至 17:30 之间"),
    ("office hours", "17:31", "超出范围"),
    ("rank", "3 3", "同一项排了两次"),
    ("rank", "4", "没有编号为“4”的选项，可选：1、2、3"),
    ("rank", "312", "没有编号为“312”的选项"),
    ("first two", "1 2 3", "最多排2项，现在排了3项"),
    ("at least two", "1 2 3", "最多选2项，现在选了3项"),
    ("attachment", "照片.jpg", "附件要从文件登记"),
    ("attachment", f"{HASH}/", "附件要从文件登记"),
    ("attachment", f"{HASH}/../照片.jpg", "附件要从文件登记"),
    ("attachment", f"{HASH[1:]}/照片.jpg", "附件要从文件登记"),
    ("attachment", f"{HASH}/a\x00.jpg", "控制字符"),
    ("long list", "c5000", "没有编号为“c5000”的选项，可选：c0、c1、"),
    ("long list", "c5000", " 等5,000项"),
]  # fmt: skip


@pytest.mark.parametrize(("name", "typed", "says"), REFUSED)
def test_what_cannot_be_read_for_certain_is_refused_with_one_sentence(name: str, typed: str, says: str) -> None:
    with pytest.raises(Refusal) as caught:
        read_typed(kind(name), typed)
    assert says in caught.value.message
    assert caught.value.message.endswith("。")
    assert len(caught.value.message) < 400


def test_an_empty_list_says_that_nothing_can_be_chosen_now() -> None:
    with pytest.raises(Refusal, match="现在没有可选的选项"):
        read_typed(kind("rank").model_copy(update={"choices": ()}), "1")


SHOWN = [
    ("percent", "45.5", "45.5 %", Decimal("45.5")),
    ("month", "2022-11", "2022-11", "2022-11"),
    ("time", "09:05", "09:05", "09:05"),
    ("rank", "3 1", "1. 丙；2. 甲", ("3", "1")),
    ("at least two", "1 2", "甲；乙", ("1", "2")),
    ("attachment", f"{HASH}/照片 1.jpg", "照片 1.jpg", f"{HASH}/照片 1.jpg"),
    ("money", "1234.5", "1,234.5 万元", Decimal("1234.5")),
]


@pytest.mark.parametrize(("name", "value", "shown", "python"), SHOWN)
def test_an_answer_is_shown_as_people_read_it(name: str, value: str, shown: str, python: object) -> None:
    assert display(kind(name), value) == shown
    assert native(kind(name), value) == python
    assert (display(kind(name), ""), native(kind(name), "")) == ("", None)


SEEN = [
    # how the question is defined · its answer · an expression · what it comes to
    ("type: percent", "45.5", "${x} + 0.5", "46"),
    ("type: percent", "45.5", "${x} > 9", "true"),
    ("type: month", "2022-11", "substr(${x}, 0, 4)", "2022"),
    ("type: month", "2022-11", "${x} = '2022-11'", "true"),
    ("type: time", "14:30", "substring-before(${x}, ':') * 60 + substring-after(${x}, ':')", "870"),
    ("type: rank, choices: [{name: a, label: 甲}, {name: b, label: 乙}]", "b a", "selected-at(${x}, 0)", "b"),
    ("type: rank, choices: [{name: a, label: 甲}, {name: b, label: 乙}]", "b a", "jr:choice-name(selected-at(${x}, 0), '${x}')", "乙"),
    ("type: rank, choices: [{name: a, label: 甲}, {name: b, label: 乙}]", "b a", "count-selected(${x})", "2"),
    ("type: attachment", f"{HASH}/照片.jpg", "substring-after(${x}, '/')", "照片.jpg"),
    ("type: attachment", "", "string-length(${x})", "0"),
    ("type: text", "第3行\n第4行", "${x}", "第3行\n第4行"),
    ("type: text", "", "concat('<', ${x}, '>')", "<>"),
    ("type: text", "", "${x}", ""),
    ("type: integer", "7", "if(${x} > 5, '多', '少')", "多"),
    ("type: date", "2022-11-03", "format-date(${x}, '%Y年%n月')", "2022年11月"),
]  # fmt: skip


@pytest.mark.parametrize(("shape", "value", "calculation", "text"), SEEN)
def test_an_expression_sees_the_answer_and_a_figure_may_be_a_text(
    shape: str, value: str, calculation: str, text: str
) -> None:
    quoted = calculation.replace('"', '\\"')
    form = form_of(
        questions(
            f"name: x, label: 题, {shape}",
            f'name: c, label: 算, type: calculate, result: text, calculation: "{quoted}"',
        )
    )
    fill = Filled(form)
    if value:
        fill("x", value)
    assert fill.interview.answer("c") == (answered(text) if text else EMPTY)
    assert fill.interview.mark("c") is (Mark.ANSWERED if text else Mark.EMPTY)


def test_a_text_figure_never_carries_control_characters() -> None:
    form = form_of(
        questions(
            "name: c, label: 算, type: calculate, result: text, calculation: '\"\\u202e\"'".replace("\\u202e", "\u202e")
        )
    )
    assert Filled(form).interview.answer("c") == answered("�")


# ── when a question is finished ───────────────────────────────────────────────────────


@pytest.fixture(scope="module")
def wide() -> Form:
    return form_of(WIDE)


def said(fill: Filled, item: str) -> list[tuple[str, str]]:
    return [(finding.level, finding.message) for finding in fill.interview.findings(item)]


def test_a_ranking_is_finished_when_as_many_are_put_in_order_as_asked_for(wide: Form) -> None:
    fill = Filled(wide, order="b")
    assert said(fill, "order") == [("error", "要排2项，现在排了1项")]
    assert fill.interview.mark("order") is Mark.ERROR
    fill("order", "b a")
    assert (said(fill, "order"), fill.interview.mark("order")) == ([], Mark.ANSWERED)
    fill("order", "", Status.REFUSED)
    assert said(fill, "order") == []


def test_too_few_choices_are_an_error_unless_none_is_meant(wide: Form) -> None:
    fill = Filled(wide, province="1", city="11", towns="1")
    assert said(fill, "towns") == [("error", "至少选2项，现在选了1项")]
    for right in ("1 4", "97", ""):
        fill("towns", right)
        assert said(fill, "towns") == []


def test_no_more_choices_are_asked_for_than_a_filter_offers() -> None:
    form = form_of(
        questions(
            "name: a, type: integer, label: 甲",
            'name: b, type: select_multiple, label: 乙, min_selected: 2, choice_filter: "n <= ${a}", choices: '
            "[{name: x, label: 一, filter: {n: '1'}}, {name: y, label: 二, filter: {n: '2'}}]",
        )
    )
    fill = Filled(form, a="1", b="x")
    assert said(fill, "b") == []
    fill("a", "2")
    assert said(fill, "b") == [("error", "至少选2项，现在选了1项")]


def test_an_amount_that_looks_like_yuan_asks_for_a_note_and_keeps_it(wide: Form) -> None:
    fill = Filled(wide, cost="5")
    assert said(fill, "cost") == []
    fill("cost", "12000")
    (warning,) = fill.interview.findings("cost")
    assert (warning.level, warning.cell, warning.note) == ("warning", "cost", "")
    assert warning.message == "12,000万元偏大，请核对是不是把元填成了万元"
    assert ("cost", "warning") in [(entry.item, entry.kind) for entry in fill.interview.open_items()]
    fill.hand.say(fill.interview, Kind.WARNING_PASSED, warning.check, note="属实")
    assert fill.interview.touched == {"cost"}
    assert fill.interview.findings("cost")[0].note == "属实"
    assert "cost" not in [entry.item for entry in fill.interview.open_items()]
    fill("cost", "13000")
    assert fill.interview.findings("cost")[0].note == ""


@pytest.mark.parametrize("cell", ["m.x", "r[r1].r_cost"])
def test_the_same_warning_can_be_passed_in_a_matrix_and_in_a_roster_row(wide: Form, cell: str) -> None:
    fill = Filled(wide, share="6", order="a b")
    fill.row("r", "r1", r_province="1")
    fill(cell, "70")
    item = cell[0]
    (warning,) = fill.interview.findings(item)
    fill.hand.say(fill.interview, Kind.WARNING_PASSED, warning.check, note="属实")
    assert fill.interview.touched == {item}
    assert [finding.note for finding in fill.interview.findings(item)] == ["属实"]


def test_a_note_is_read_not_answered(wide: Form) -> None:
    fill = Filled(wide)
    total = fill.interview.progress("one").total
    fill("share", "6")
    assert fill.interview.mark("advice") is Mark.NOTE
    assert fill.interview.progress("one").total == total
    assert (wide.by_name["advice"].number, wide.by_name["advice"].cells) == (None, ())
    assert fill.interview.addresses("advice") == ()
    assert fill.interview.effective("advice") == {}
    assert "advice" not in [entry.item for entry in fill.interview.open_items()]
    assert (fill.interview.following("photo"), fill.interview.preceding("kind")) == ("advice", "advice")
    with pytest.raises(Refusal, match="这里不用填写"):
        fill.interview.check_typed("advice", "好")
    fill("share", "1")
    assert fill.interview.mark("advice") is Mark.SKIPPED


def test_a_survey_of_notes_only_has_nothing_to_do() -> None:
    fill = Filled(form_of(questions("name: n, type: note, label: 说明")))
    assert fill.interview.progress() == Progress(0, 0)
    assert fill.interview.open_items() == []


def test_a_text_figure_follows_its_answers_and_others_read_it(wide: Form) -> None:
    fill = Filled(wide)
    assert fill.interview.answer("band") == EMPTY
    fill("share", "3")
    assert (fill.interview.answer("band"), fill.interview.relevant("kind")) == (answered("low"), False)
    fill("share", "8")
    assert (fill.interview.answer("band"), fill.interview.relevant("kind")) == (answered("high"), True)


@pytest.mark.parametrize(
    ("calculation", "figure"),
    [("sum(${a} | ${b})", "10"), ("count(${a} | ${a})", "1"), ("sum(${f} | ${g} | ${f})", "20")],
)
def test_equal_answers_of_two_questions_are_two_answers(calculation: str, figure: str) -> None:
    form = form_of(
        questions(
            "name: a, type: integer, label: 甲",
            "name: b, type: integer, label: 乙",
            "name: r, type: roster, label: 册, questions: [{name: f, type: integer, label: 一}, {name: g, type: integer, label: 二}]",
            f'name: c, type: calculate, label: 算, calculation: "{calculation}"',
        )
    )
    fill = Filled(form, a="5", b="5")
    fill.row("r", "r1", f="5", g="5")
    fill.row("r", "r2", f="5", g="5")
    assert fill.interview.answer("c") == answered(figure)


def test_todays_date_is_a_date_to_expressions() -> None:
    form = form_of(
        questions(
            "name: d, type: date, label: 日", "name: c, type: calculate, label: 天, calculation: 'today() - ${d}'"
        )
    )
    assert Filled(form, d="2022-11-01").interview.answer("c") == answered("2")
    assert dt.date(2022, 11, 3) - dt.date(2022, 11, 1) == dt.timedelta(2)


# ── definitions that nobody could answer ──────────────────────────────────────────────

PICK2 = 'choices: [{name: "1", label: 一}, {name: "2", label: 二}]'
IMPOSSIBLE = [
    # a question · where the fault is · what is said
    ("name: a, label: 甲, type: integer, min: 5, max: 4", "5, max", "min（5）比 max（4）大，怎么填都不对"),
    ("name: a, label: 甲, type: decimal, min: 0.5, max: 0.25", "0.5,", "min（0.5）比 max（0.25）大"),
    ("name: a, label: 甲, type: money, max: -1", "{name: a", "min（0）比 max（-1）大"),
    ("name: a, label: 甲, type: percent, min: 101", "101", "min（101）比 max（100）大"),
    ("name: a, label: 甲, type: date, min: 2022-02-01, max: 2022-01-01", "2022-02-01", "min（2022-02-01）比 max（2022-01-01）大"),
    ('name: a, label: 甲, type: month, min: "2022-02", max: "2022-01"', '"2022-02"', "min（2022-02）比 max（2022-01）大"),
    ('name: a, label: 甲, type: time, min: "12:00", max: "08:00"', '"12:00"', "min（12:00）比 max（08:00）大"),
    ("name: a, label: 甲, type: text, min_length: 9, max_length: 8", "9,", "min_length（9）比 max_length（8）大"),
    (f"name: a, label: 甲, type: select_multiple, min_selected: 2, max_selected: 1, {PICK2}", "2, max", "min_selected（2）比 max_selected（1）大"),
    (f"name: a, label: 甲, type: select_multiple, min_selected: 3, {PICK2}", "3,", "min_selected（3）比选项数（2）大"),
    ("name: a, label: 甲, type: attachment, extensions: []", "[]", "什么文件都不能登记"),
    ("name: a, label: 甲, type: roster, min_items: 9, max_items: 3, questions: [{name: b, label: 乙, type: text}]", "9,", "min_items（9）比 max_items（3）大"),
    ("name: a, label: 甲, type: roster, questions: [{name: b, label: 乙, type: integer, min: 2, max: 1}]", "2, max", "min（2）比 max（1）大"),
    ("name: a, label: 甲, type: matrix, cell: {type: integer, min: 2, max: 1}, rows: [{name: r, label: 行}]", "2, max", "min（2）比 max（1）大"),
    ("name: a, label: 甲, type: matrix, cell: {type: text}, rows: [{name: r, label: 行, cell: {type: integer, min: 2, max: 1}}]", "2, max", "min（2）比 max（1）大"),
    (f"name: a, label: 甲, type: matrix, columns: [{{name: k, label: 列}}], cell: {{type: select_multiple, min_selected: 3, {PICK2}}}, rows: [{{name: r, label: 行}}]", "3,", "min_selected（3）比选项数（2）大"),
    ("name: a, label: 甲, type: text, flags: [{when: \"${a} = ''\", category: by_row, level: red, message: x}]", "by_row", "“a”不是名册"),
    ('name: a, label: 甲, type: month, min: "2022-13"', '"2022-13"', "“2022-13”不能作年月，应如 2022-11"),
    ('name: a, label: 甲, type: time, max: "24:00"', '"24:00"', "“24:00”不能作时间，应如 14:30"),
]  # fmt: skip


@pytest.mark.parametrize(("question", "needle", "says"), IMPOSSIBLE)
def test_a_question_that_nobody_could_answer_is_refused_at_load(
    faults: Load, question: str, needle: str, says: str
) -> None:
    text = questions(question)
    (problem,) = faults(text)
    assert says in problem.message
    at = text.index(needle)
    assert (problem.line, problem.column) == (text.count("\n", 0, at) + 1, at - text.rfind("\n", 0, at))


def test_a_note_cannot_be_read_by_an_expression(faults: Load) -> None:
    (problem,) = faults(
        questions("name: n, type: note, label: 说明", "name: a, type: text, label: 甲, relevant: \"${n} = ''\"")
    )
    assert problem.message == "“n”只是说明文字，没有答案可用"
