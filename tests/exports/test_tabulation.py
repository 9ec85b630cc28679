"""Tables count what people answered: exactly, each figure with its own n, what is missing told apart."""

import datetime as dt
import statistics
from collections import Counter
from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlite_utils.db import Database

from exports.figures import Dates, Frequencies, Numbers, Tally, quantile
from exports.indicators import tabulate_indicators
from exports.selection import WHOLE, Breakdown, Selection
from exports.tabulation import tabulate
from surveys import schema
from surveys.answers import Status
from surveys.definition import Survey
from surveys.form import Form, roster_cell
from surveys.store import InterviewRow

STATUSES = ["dont_know", "refused", "not_applicable"]
SURVEY = Survey.model_validate({
    "id": "counted", "version": "1", "title": "统计用问卷", "unit": "单位", "round": "2022",
    "sections": [
        {"name": "a", "label": "第一部分", "questions": [
            {"name": "one", "type": "select_one", "label": "哪一类？", "choices": [
                {"name": "1", "label": "甲"}, {"name": "2", "label": "乙"}, {"name": "98", "label": "说不清"}]},
            {"name": "many", "type": "select_multiple", "label": "哪些？", "relevant": "${one} != '98'", "choices": [
                {"name": "1", "label": "红"}, {"name": "2", "label": "绿"}, {"name": "10", "label": "蓝"},
                {"name": "97", "label": "都没有", "exclusive": True}]},
            {"name": "people", "type": "integer", "label": "多少人？", "unit": "人", "statuses": STATUSES},
            {"name": "money", "type": "money", "label": "多少钱？"},
            {"name": "when", "type": "date", "label": "哪一天？"},
            {"name": "words", "type": "text", "label": "想说什么？"},
            {"name": "fund", "type": "matrix", "label": "经费", "cell": {"type": "money"},
             "rows": [{"name": "due", "label": "应返"}, {"name": "paid", "label": "已返"}]},
            {"name": "rated", "type": "matrix", "label": "评价", "cell": {"type": "rating", "choices": [
                {"name": "1", "label": "弱"}, {"name": "2", "label": "强"}]},
             "rows": [{"name": "x", "label": "横"}, {"name": "y", "label": "竖"}]},
            {"name": "new", "type": "matrix", "label": "入会", "cell": {"type": "integer"},
             "rows": [{"name": "truck", "label": "货车"}, {"name": "rider", "label": "外卖"}],
             "columns": [{"name": "est", "label": "从业"}, {"name": "joined", "label": "入会"}]},
            {"name": "things", "type": "roster", "label": "登记", "none_label": "暂无", "questions": [
                {"name": "t_kind", "type": "select_one", "label": "类别",
                 "choices": [{"name": "1", "label": "大"}, {"name": "2", "label": "小"}]},
                {"name": "t_area", "type": "decimal", "label": "面积", "statuses": ["dont_know"]}]},
        ]},
        {"name": "z", "label": "指标", "numbered": False, "questions": [
            {"name": "rate", "type": "calculate", "label": "到位率", "unit": "%", "decimals": 1,
             "calculation": "percent(${fund.paid}, ${fund.due})"},
            {"name": "joined_rate", "type": "calculate", "label": "入会率", "unit": "%",
             "calculation": "percent(sum(${new.joined}), sum(${new.est}))"},
            {"name": "gap", "type": "calculate", "label": "缺口", "unit": "万元",
             "calculation": "${fund.due} - ${fund.paid}"},
            {"name": "count", "type": "calculate", "label": "登记数", "decimals": 0, "calculation": "count(${things})"},
            {"name": "per_head", "type": "calculate", "label": "人均", "calculation": "${money} div ${people}"},
            {"name": "twice", "type": "calculate", "label": "人均的两倍", "calculation": "${per_head} * 2"},
        ]},
    ],
})  # fmt: skip
ALL = Selection("2022")
FORM = Form(SURVEY)


@pytest.fixture
def office(make_store):
    return make_store("office", team=0, survey=SURVEY)


@pytest.fixture
def enter(office, start):
    """Enter one interview; a Status for a value means that status."""

    def put(unit, typed=(), stage="complete", **more):
        recorder = start(office, unit)
        for address, value in (dict(typed) | more).items():
            if isinstance(value, Status):
                recorder.set_status(address, value)
            else:
                recorder.answer(address, value)
        if stage == "complete":
            recorder.complete()
        elif stage == "void":
            recorder.void("重复录入")
        return recorder

    return put


DAOLI, XIANGFANG, DONGAN, SUIFENHE = "230102", "230110", "231002", "231081"


def column(store, cell, group=WHOLE, selection=ALL):
    """The column of one cell in one group."""
    tabulation = tabulate(store.conn, FORM, selection)
    tables = {table.cell.address: table for question in tabulation.questions.values() for table in question.cells}
    return tables[cell].columns[tabulation.groups.index(group)]


def indicator(store, name, selection=ALL):
    return next(each for each in tabulate_indicators(store.conn, FORM, selection) if each.item.name == name)


def test_groups_are_the_cities_in_the_order_of_the_frame_after_the_whole(office, enter):
    enter(XIANGFANG)
    tabulation = tabulate(office.conn, FORM, ALL)
    assert tabulation.groups == (WHOLE, "哈尔滨市", "牡丹江市")
    assert tabulation.bases == (1, 1, 0)


def test_choices_are_counted_per_group_with_those_who_gave_none_apart(office, enter):
    enter(DAOLI, one="1")
    enter(XIANGFANG, one="2")
    enter(DONGAN, one="1")
    enter(SUIFENHE)
    assert column(office, "one").figures == Frequencies((2, 1, 0))
    assert column(office, "one").tally == Tally(base=4, answered=3, empty=1)
    assert column(office, "one", "牡丹江市").figures == Frequencies((1, 0, 0))
    assert column(office, "one", "牡丹江市").tally == Tally(base=2, answered=1, empty=1)


def test_several_choices_are_counted_by_code_not_by_part_of_a_code(office, enter):
    enter(DAOLI, many="1 10")
    enter(XIANGFANG, many="10")
    enter(DONGAN, many="97")
    assert column(office, "many").figures == Frequencies((1, 0, 2, 1))
    assert column(office, "many").tally.answered == 3


def test_what_skip_logic_hides_is_counted_as_skipped(office, enter):
    enter(DAOLI, {"many": "1", "one": "98"})
    assert column(office, "many").tally == Tally(base=1, skipped=1)
    assert column(office, "many").figures is None


def test_numbers_are_added_up_without_rounding(office, enter):
    for unit, amount in ((DAOLI, "0.1"), (XIANGFANG, "0.2"), (DONGAN, "0.30"), (SUIFENHE, "7")):
        enter(unit, money=amount)
    assert column(office, "money").figures == Numbers(
        Fraction(76, 10),
        Fraction(19, 10),
        Fraction(1, 4),
        Fraction(1, 10),
        Fraction(7),
        Fraction("0.175"),
        Fraction("1.975"),
    )
    assert column(office, "money", "哈尔滨市").figures.total == Fraction(3, 10)


def test_each_reason_for_a_missing_number_is_counted_apart(office, enter):
    enter(DAOLI, people=Status.DONT_KNOW)
    enter(XIANGFANG, people=Status.REFUSED)
    enter(DONGAN, people=Status.NOT_APPLICABLE)
    enter(SUIFENHE, people="5")
    assert column(office, "people").tally == Tally(4, 1, dont_know=1, refused=1, not_applicable=1)
    assert column(office, "people").figures.mean == 5


def test_the_median_date_of_two_is_the_day_between_them(office, enter):
    enter(DAOLI, when="2022-01-01")
    enter(DONGAN, when="2022-01-04")
    day = dt.date(2022, 1, 2)
    assert column(office, "when").figures == Dates(dt.date(2022, 1, 1), day, dt.date(2022, 1, 4))


def test_texts_are_only_counted(office, enter):
    enter(DAOLI, words="好")
    enter(DONGAN)
    assert column(office, "words").tally == Tally(2, 1, empty=1)
    assert column(office, "words").figures is None


def test_a_matrix_is_tabulated_cell_by_cell(office, enter):
    enter(DAOLI, {"rated.x": "2", "rated.y": "1", "new.truck.est": "30"})
    enter(DONGAN, {"rated.x": "2", "new.truck.est": "12"})
    assert column(office, "rated.x").figures == Frequencies((0, 2))
    assert column(office, "rated.y").tally == Tally(2, 1, empty=1)
    assert column(office, "new.truck.est").figures.total == 42


def test_a_roster_counts_units_then_items_and_its_fields_go_by_items(office, enter):
    for unit, areas in ((DAOLI, ["10", "20.5", Status.DONT_KNOW]), (DONGAN, ["1"])):
        recorder = enter(unit, stage="draft")
        for area in areas:
            row = recorder.add_row("things")
            recorder.answer(roster_cell("things", row, "t_kind"), "2")
            cell = roster_cell("things", row, "t_area")
            recorder.set_status(cell, area) if isinstance(area, Status) else recorder.answer(cell, area)
        recorder.complete()
    nothing = enter(XIANGFANG, stage="draft")
    nothing.say_nothing("things")
    nothing.complete()
    enter(SUIFENHE)
    whole, harbin, _ = tabulate(office.conn, FORM, ALL).questions["things"].roster
    assert whole.tally == Tally(4, 2, not_applicable=1, empty=1)
    assert (whole.items, whole.per_unit.median, harbin.items) == (4, 2, 3)
    assert column(office, "t_kind").figures == Frequencies((0, 4))
    assert column(office, "t_area").tally == Tally(4, 3, dont_know=1)
    assert column(office, "t_area").figures.total == Fraction("31.5")
    assert column(office, "t_area", "牡丹江市").tally.base == 1


def test_only_complete_interviews_count_unless_drafts_are_asked_for_and_void_ones_never(office, enter):
    enter(DAOLI, people="1")
    enter(XIANGFANG, people="10", stage="draft")
    enter(DONGAN, people="100", stage="void")
    assert column(office, "people").figures.total == 1
    assert column(office, "people", selection=Selection("2022", drafts=True)).figures.total == 11
    assert column(office, "people", selection=Selection("2023")).tally.base == 0


def test_a_unit_with_several_interviews_counts_once_by_the_first_complete_one(office, enter):
    enter(DAOLI, people="1", stage="draft")
    enter(DAOLI, people="10")
    enter(DAOLI, people="100")
    for selection in (ALL, Selection("2022", drafts=True)):
        assert column(office, "people", selection=selection).tally.base == 1
        assert column(office, "people", selection=selection).figures.total == 10


def test_an_answer_in_conflict_is_left_out_and_counted_apart(office, enter, make_store, start, go_on):
    laptop = make_store("laptop", survey=SURVEY)
    recorder = start(laptop, DAOLI)
    recorder.answer_many({"fund.due": "10", "fund.paid": "5", "people": "3"})
    ident = recorder.interview.id
    office.receive(ident, laptop.events(ident))
    recorder.answer("fund.paid", "6")
    recorder.complete()
    go_on(office, ident).answer("fund.paid", "7")
    office.receive(ident, laptop.events(ident))
    enter(DONGAN, {"fund.due": "10", "fund.paid": "10"})
    assert column(office, "fund.paid").tally == Tally(2, 1, conflicts=1)
    assert column(office, "fund.paid").figures.total == 10
    assert column(office, "people").figures.total == 3
    rate = indicator(office, "rate").columns[0]
    assert (rate.overall, rate.overall_n, rate.tally) == (100, 1, Tally(2, 1, conflicts=1))
    assert indicator(office, "rate").by_unit == {DONGAN: 100}


def test_answers_to_an_older_form_are_shown_by_code_or_counted_as_not_fitting(office, enter):
    ident = enter(DAOLI, one="1", people="3").interview.id
    enter(DONGAN, one="1", people="4")
    execute = office.conn.execute
    execute("UPDATE answers SET value = '7' WHERE interview = ? AND cell = 'one'", (ident,))
    execute("UPDATE answers SET value = '很多' WHERE interview = ? AND cell = 'people'", (ident,))
    table = tabulate(office.conn, FORM, ALL).questions["one"].cells[0]
    assert (table.codes, table.labels) == (("1", "2", "98", "7"), ("甲", "乙", "说不清", "7"))
    assert table.columns[0].figures == Frequencies((1, 0, 0, 1))
    assert column(office, "people").tally == Tally(2, 1, unreadable=1)


def test_units_can_be_grouped_by_kind_and_by_team(office, enter):
    enter(SUIFENHE, people="5")
    kind, team = (Selection("2022", by=by) for by in (Breakdown.KIND, Breakdown.TEAM))
    assert tabulate(office.conn, FORM, kind).groups == (WHOLE, "区", "县级市")
    assert column(office, "people", "县级市", kind).figures.total == 5
    assert column(office, "people", "第3组", team).figures.total == 5


# ── indicators ────────────────────────────────────────────────────────────────────────


def test_a_rate_comes_from_sums_and_not_from_the_mean_of_rates(office, enter):
    enter(DAOLI, {"fund.due": "100", "fund.paid": "100"})
    enter(XIANGFANG, {"fund.due": "1", "fund.paid": "0"})
    enter(DONGAN, {"fund.due": "50"})
    whole, harbin, mudanjiang = indicator(office, "rate").columns
    assert (whole.overall, whole.overall_n) == (Fraction(10000, 101), 2)
    assert (whole.units.median, whole.units.minimum, whole.units.maximum) == (50, 0, 100)
    assert whole.tally == Tally(3, 2, empty=1)
    assert harbin.overall == Fraction(10000, 101)
    assert (mudanjiang.overall, mudanjiang.overall_n, mudanjiang.units) == (None, 0, None)


def test_a_unit_whose_whole_is_zero_counts_in_the_sums_but_has_no_rate_of_its_own(office, enter):
    enter(DAOLI, {"fund.due": "0", "fund.paid": "0"})
    enter(XIANGFANG, {"fund.due": "4", "fund.paid": "1"})
    whole = indicator(office, "rate").columns[0]
    assert (whole.overall, whole.overall_n, whole.tally.answered) == (25, 2, 1)


def test_amounts_and_numbers_of_things_add_up_and_other_figures_do_not(office, enter):
    for unit in (DAOLI, DONGAN):
        recorder = enter(unit, {"fund.due": "10", "fund.paid": "2.5", "money": "6", "people": "2"}, stage="draft")
        recorder.add_row("things")
        recorder.complete()
    assert indicator(office, "gap").columns[0].overall == 15
    assert indicator(office, "count").columns[0].overall == 2
    per_head = indicator(office, "per_head").columns[0]
    assert (per_head.overall, per_head.overall_n, per_head.units.mean) == (None, 0, 3)
    assert indicator(office, "twice").columns[0].units.maximum == 6


# ── against a straightforward recount ─────────────────────────────────────────────────

VALUES = {
    "one": st.sampled_from(["1", "2", "98"]),
    "many": st.sampled_from(["1", "1 2", "2 10", "1 2 10", "97"]),
    "people": st.integers(-5, 10**6).map(str),
    "money": st.decimals(0, 10**5, places=2).map(lambda amount: f"{amount.normalize() + 0:f}"),
    "when": st.dates(dt.date(1990, 1, 1), dt.date(2022, 12, 31)).map(str),
    "fund.due": st.integers(0, 9).map(str),
    "fund.paid": st.integers(0, 9).map(str),
}
UNITS = [(f"{number:06}", "甲市" if number % 3 else "乙市", f"{number}县", "县", 1, number) for number in range(6)]


@st.composite
def interviews(draw):
    """(id, unit, survey, stage, {cell: (value, status, conflict)}) of a small survey with all its disorders."""
    found = []
    for number in range(draw(st.integers(0, 9))):
        cells = {}
        for cell, values in VALUES.items():
            status = draw(st.sampled_from(["answered"] * 4 + [*STATUSES, "skipped", None]))
            if status:
                value = draw(values) if status == "answered" else ""
                cells[cell] = (value, status, draw(st.sampled_from([0, 0, 0, 1])))
        stage = draw(st.sampled_from(["complete", "complete", "draft", "void"]))
        survey = draw(st.sampled_from(["now", "now", "before", "another"]))
        found.append((f"i{number}", draw(st.sampled_from(UNITS))[0], survey, stage, cells))
    return found


@given(interviews(), st.booleans(), st.booleans())
def test_tables_agree_with_a_recount_in_plain_python(entered, drafts, many):
    db = Database(memory=True)
    schema.migrations.apply(db)
    db.conn.executemany("INSERT INTO units (code, city, county, kind, team, ord) VALUES (?, ?, ?, ?, ?, ?)", UNITS)
    # Two versions of the survey, and another one of the same round and units.
    surveys = [("now", "counted"), ("before", "counted"), ("another", "visits")]
    db.conn.executemany("INSERT INTO surveys (digest, id, version, title, json) VALUES (?, ?, '1', '', '')", surveys)
    db.conn.execute("INSERT INTO settings (name, value) VALUES ('main_survey', 'counted')")
    for ident, unit, survey, stage, cells in entered:
        row = (ident, unit, "2022", survey, stage, 0, 0, 0, 0, "", 1, "", "", "")
        db.conn.execute(
            f"INSERT INTO interviews ({', '.join(InterviewRow._fields)}) VALUES ({', '.join('?' * 14)})", row
        )
        db.conn.executemany(
            "INSERT INTO answers (interview, cell, value, status, conflict) VALUES (?, ?, ?, ?, ?)",
            [(ident, cell, *answer) for cell, answer in cells.items()],
        )
    selection = Selection("2022", drafts=drafts, many=many)
    tabulation = tabulate(db.conn, FORM, selection)
    rate = next(each for each in tabulate_indicators(db.conn, FORM, selection))

    chosen: dict[str, list] = {}
    for wanted in ("complete", "draft") if drafts else ("complete",):
        for _, unit, survey, stage, cells in entered:
            if stage == wanted and survey != "another" and (many or unit not in chosen):
                chosen.setdefault(unit, []).append(cells)
    for place, group in enumerate(tabulation.groups):
        mine = [cells for code, city, *_ in UNITS if group in (WHOLE, city) for cells in chosen.get(code, [])]
        assert tabulation.bases[place] == len(mine)
        for cell in VALUES:
            table = next(t for q in tabulation.questions.values() for t in q.cells if t.cell.address == cell)
            recount(cell, table, table.columns[place], [cells.get(cell, ("", "empty", 0)) for cells in mine])
        both = [(cells["fund.paid"], cells["fund.due"]) for cells in mine if {"fund.paid", "fund.due"} <= cells.keys()]
        both = [(int(paid[0]), int(due[0])) for paid, due in both if paid[1:] == due[1:] == ("answered", 0)]
        due = sum(due for _, due in both)
        assert rate.columns[place].overall == (Fraction(100 * sum(paid for paid, _ in both), due) if due else None)
        assert rate.columns[place].overall_n == len(both)


def recount(cell, table, found, answers):
    """Count again, the plain way."""
    statuses = Counter("conflicts" if conflict else status for _, status, conflict in answers)
    assert found.tally == Tally(len(answers), **statuses)
    values = [value for value, status, conflict in answers if status == "answered" and not conflict]
    if not values:
        assert found.figures is None
    elif cell in ("one", "many"):
        codes = Counter(code for value in values for code in value.split())
        assert found.figures == Frequencies(tuple(codes[code] for code in table.codes))
        assert sum(codes.values()) == sum(found.figures.counts)
    elif cell == "when":
        days = sorted(dt.date.fromisoformat(value) for value in values)
        middle = statistics.median_low([*days]), statistics.median_high([*days])
        assert (found.figures.earliest, found.figures.latest) == (days[0], days[-1])
        assert found.figures.median == middle[0] + (middle[1] - middle[0]) // 2
    else:
        amounts = [Fraction(Decimal(value)) for value in values]
        assert found.figures == Numbers(
            sum(amounts),
            statistics.mean(amounts),
            statistics.median(amounts),
            min(amounts),
            max(amounts),
            *quartiles(amounts),
        )


def quartiles(values):
    """As the standard library has them, which leaves out the case of one value."""
    if len(values) == 1:
        return [values[0], values[0]]
    lower, _, upper = statistics.quantiles(values, n=4, method="inclusive")
    return [lower, upper]


@given(st.dictionaries(st.fractions(), st.integers(1, 5), min_size=1))
def test_the_quartiles_of_a_histogram_are_those_of_its_values(histogram):
    values = [value for value, times in histogram.items() for _ in range(times)]
    found = [quantile(histogram, Fraction(part, 4)) for part in (1, 2, 3)]
    assert found == [quartiles(values)[0], statistics.median(values), quartiles(values)[1]]


@given(st.dictionaries(st.fractions(), st.integers(1, 5), min_size=1), st.fractions(Fraction(1, 9), 9))
def test_equal_weights_change_no_quartile(histogram, weight):
    weights = {value: times * weight for value, times in histogram.items()}
    for part in (Fraction(1, 4), Fraction(1, 2), Fraction(3, 4)):
        assert quantile(weights, part, sum(histogram.values())) == quantile(histogram, part)


def test_a_weighted_median_lies_where_half_of_the_weight_is():
    assert quantile({Fraction(1): 1, Fraction(2): 1, Fraction(9): 10}, Fraction(1, 2), 3) == 9
    # Hmisc: wtd.quantile(c(1, 2, 9), c(6, 3, 3), probs = .25, normwt = TRUE)
    assert quantile({Fraction(1): 6, Fraction(2): 3, Fraction(9): 3}, Fraction(1, 4), 3) == Fraction(3, 2)
