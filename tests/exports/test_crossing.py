"""Tables by another question, by round, with weights and per unit agree with a recount in plain Python."""

import functools
import sqlite3
import statistics
from collections import Counter
from decimal import Decimal
from fractions import Fraction
from itertools import chain, pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlite_utils.db import Database
from test_tabulation import FORM, STATUSES, SURVEY

from exports.blocks import parts_of
from exports.crossing import by_answer
from exports.figures import Frequencies, Numbers, Tally, share
from exports.files import ExportError
from exports.indicators import indicators_by_round, tabulate_indicators
from exports.selection import WHOLE, Breakdown, Selection
from exports.tabulation import tabulate, tabulate_rounds
from exports.weights import read_weights
from surveys import schema
from surveys.frame import Unit
from surveys.store import InterviewRow
from surveys.text import Refusal

UNITS = [Unit(f"{number:06}", "甲市" if number % 3 else "乙市", f"{number}县", "县", number % 2) for number in range(6)]
WEIGHTS = (("000000", Fraction(1, 2)), ("000001", Fraction(3)), ("000002", Fraction("1.25")),
           ("000003", Fraction(7)), ("000004", Fraction(1)), ("000005", Fraction("0.3")))  # fmt: skip
PLAIN = {
    "one": st.sampled_from(["1", "2", "98"]),
    "many": st.sampled_from(["1", "1 2", "2 10", "1 2 10", "97"]),
    "people": st.integers(-5, 40).map(str),
    "money": st.decimals(0, 10**5, places=2).map(lambda amount: f"{amount.normalize() + 0:f}"),
    "when": st.dates().map(str),
    "fund.due": st.integers(0, 9).map(str),
    "fund.paid": st.integers(0, 9).map(str),
}
FIELDS = {
    "t_kind": st.sampled_from(["1", "2"]),
    "t_area": st.decimals(0, 99, places=1).map(lambda a: f"{a.normalize():f}"),
}


@functools.cache
def empty():
    db = Database(memory=True)
    schema.migrations.apply(db)
    for place, unit in enumerate(UNITS):
        row = (unit.code, unit.city, unit.county, unit.kind, unit.team, place)
        db.conn.execute("INSERT INTO units VALUES (?, ?, ?, ?, ?, ?, 0)", row)
    db.conn.execute("INSERT INTO surveys VALUES ('now', 'counted', '1', '', '', 0)")
    db.conn.execute("INSERT INTO settings VALUES ('main_survey', 'counted', 0)")
    db.conn.commit()
    return db.conn


def opened():
    """An empty store in memory."""
    connection = sqlite3.connect(":memory:")
    empty().backup(connection)
    return connection


def put(connection, ident, unit, cells, round_="2022"):
    """A complete interview; `cells`: address → (value, status, conflict)."""
    row = (ident, unit, round_, "now", "complete", 0, 0, 0, 0, "", 1, "", "", "")
    connection.execute(f"INSERT INTO interviews VALUES ({', '.join('?' * len(InterviewRow._fields))}, 0)", row)
    answers = [(ident, cell, *answer, 0) for cell, answer in cells.items()]
    connection.executemany("INSERT INTO answers VALUES (?, ?, ?, ?, ?, ?)", answers)


@st.composite
def rounds(draw):
    """{round: {unit: {cell: (value, status, conflict)}}} with every disorder."""
    found: dict[str, dict[str, dict]] = {"2021": {}, "2022": {}}
    for units in found.values():
        for unit in draw(st.sets(st.sampled_from([unit.code for unit in UNITS]))):
            cells = {}
            places = chain(PLAIN.items(), (
                (f"things[r{row}].{field}", values)
                for row in range(draw(st.integers(0, 3))) for field, values in FIELDS.items()
            ))  # fmt: skip
            for cell, values in places:
                status = draw(st.sampled_from(["answered"] * 4 + [*STATUSES, "skipped", None]))
                if status:
                    value = draw(values) if status == "answered" else ""
                    cells[cell] = (value, status, draw(st.sampled_from([0, 0, 0, 1])))
            units[unit] = cells
    return found


def filled(entered):
    connection = opened()
    for round_, units in entered.items():
        for unit, cells in units.items():
            put(connection, f"{round_}-{unit}", unit, cells, round_)
    return connection


def given_in(cells, cell):
    """What counts in a cell of one interview; None if nothing does."""
    value, status, conflict = cells.get(cell, ("", "empty", 0))
    return value if status == "answered" and not conflict else None


def tables(tabulation):
    return {table.cell.address: table for question in tabulation.questions.values() for table in question.cells}


LABELS = {"one": {"1": "甲", "2": "乙", "98": "说不清"}, "many": {"1": "红", "2": "绿", "10": "蓝", "97": "都没有"}}
MISSING = {"dont_know": "不掌握", "refused": "拒答", "not_applicable": "不适用", "skipped": "跳过", "empty": "未答"}


def group_names(cells, by):
    """The groups one interview is in, the plain way."""
    value, status, conflict = cells.get(by, ("", "empty", 0))
    if conflict:
        return {"待裁定"}
    if status != "answered":
        return {MISSING[status]}
    return {LABELS[by][code] for code in value.split()} if by in LABELS else {f"{value[:4]}年"}


@given(rounds(), st.sampled_from(["one", "many", "when"]))
def test_a_cross_table_is_that_of_counting_each_interview(entered, by):
    connection, units = filled(entered), entered["2022"]
    tabulation = tabulate(connection, FORM, by_answer(connection, FORM, Selection("2022"), by))
    groups = Counter(name for cells in units.values() for name in group_names(cells, by))
    assert dict(zip(tabulation.groups, tabulation.bases, strict=True)) == (
        {WHOLE: len(units)} | dict.fromkeys(LABELS.get(by, {}).values(), 0) | groups
    )
    for place, group in enumerate(tabulation.groups):
        mine = [cells for cells in units.values() if group == WHOLE or group in group_names(cells, by)]
        for cell in PLAIN:
            column = tables(tabulation)[cell].columns[place]
            assert column.tally.base == len(mine)
            check(column.figures, cell, Counter(filter(None, (given_in(cells, cell) for cells in mine))), len)


def check(figures, cell, values, size):
    """Figures against a histogram of values; `size` is unused for plain ones."""
    if not values or cell == "when":
        assert (figures is None) == (not values)
    elif cell in LABELS:
        codes = Counter(code for value, times in values.items() for code in value.split() for _ in range(times))
        assert figures == Frequencies(tuple(codes[code] for code in LABELS[cell]))
        assert figures.answers == codes.total()
    else:
        amounts = [Fraction(Decimal(value)) for value in values.elements()]
        assert (figures.total, figures.median) == (sum(amounts), statistics.median(amounts))


@given(rounds())
def test_numbers_by_which_is_grouped_make_bands_that_hold_every_unit_once(entered):
    connection, units = filled(entered), entered["2022"]
    tabulation = tabulate(connection, FORM, by_answer(connection, FORM, Selection("2022"), "people"), only=["people"])
    assert sum(tabulation.bases[1:]) == tabulation.bases[0] == len(units)
    assert [*tabulation.questions] == ["people"]
    bands = []
    for name, column in zip(tabulation.groups[1:], tables(tabulation)["people"].columns[1:], strict=True):
        if column.figures:  # a group of those who gave no number has none
            low, _, high = name.partition("～")
            assert (column.figures.minimum, column.figures.maximum) == (int(low), int(high or low))
            bands.append((int(low), int(high or low)))
        else:
            assert name in {*MISSING.values(), "待裁定"}
    assert bands == sorted(bands)
    assert len(bands) <= 4
    assert all(low > top for (_, top), (low, _) in pairwise(bands))


@given(rounds())
def test_rounds_side_by_side_are_each_round_alone(entered):
    connection = filled(entered)
    both = tabulate_rounds(connection, FORM, Selection("2022"), ["2021", "2022"])
    assert both.groups == ("2021", "2022")
    assert both.bases == tuple(len(entered[name]) for name in both.groups)
    rates = indicators_by_round(connection, FORM, Selection("2022"), ["2021", "2022"])
    for place, name in enumerate(both.groups):
        alone = tabulate(connection, FORM, Selection(name, by=Breakdown.WHOLE))
        assert alone.groups == (WHOLE,)
        for question, table in both.questions.items():
            assert [cell.columns[place] for cell in table.cells] == [
                c.columns[0] for c in alone.questions[question].cells
            ]
            assert [column.items for column in table.roster[place : place + 1]] == [
                column.items for column in alone.questions[question].roster
            ]
        once = tabulate_indicators(connection, FORM, Selection(name))
        assert [each.columns[place] for each in rates] == [each.columns[0] for each in once]


@given(rounds())
def test_weighted_figures_are_those_of_adding_weights_one_by_one(entered):
    connection, units, weights = filled(entered), entered["2022"], dict(WEIGHTS)
    selection = Selection("2022", weights=WEIGHTS)
    tabulation = tabulate(connection, FORM, selection)
    for place, group in enumerate(tabulation.groups):
        mine = {u.code: units[u.code] for u in UNITS if u.code in units and group in (WHOLE, u.city)}
        for cell in ("one", "many", "money"):
            said = [(v, weights[code]) for code, cells in mine.items() if (v := given_in(cells, cell)) is not None]
            column = tables(tabulation)[cell].columns[place]
            assert column.tally.answered == len(said)
            if not said:
                assert column.weighted is None
                continue
            assert column.weighted.n == sum(weight for _, weight in said)
            if cell == "money":
                total = sum(Fraction(value) * weight for value, weight in said)
                assert (column.weighted.figures.total, column.weighted.figures.mean) == (
                    total,
                    total / column.weighted.n,
                )
                assert column.figures.minimum <= column.weighted.figures.median <= column.figures.maximum
            else:
                assert column.weighted.figures.counts == tuple(
                    sum((weight for value, weight in said if code in value.split()), Fraction(0))
                    for code in tables(tabulation)[cell].codes
                )
        rate = next(each for each in tabulate_indicators(connection, FORM, selection)).columns[place]
        pairs = [(given_in(c, "fund.paid"), given_in(c, "fund.due"), weights[code]) for code, c in mine.items()]
        pairs = [(int(paid) * weight, int(due) * weight) for paid, due, weight in pairs if None not in (paid, due)]
        below = sum(due for _, due in pairs)
        assert rate.weighted.overall == (100 * sum(paid for paid, _ in pairs) / below if below else None)
    assert tabulate(connection, FORM, Selection("2022")).questions["one"].cells[0].columns[0].weighted is None


@given(rounds())
def test_equal_weights_change_no_figure(entered):
    connection = filled(entered)
    equal = tuple((unit.code, Fraction(1)) for unit in UNITS)
    for table in tables(tabulate(connection, FORM, Selection("2022", weights=equal))).values():
        for column in table.columns:
            if column.weighted and isinstance(column.figures, Numbers | Frequencies):
                assert (column.weighted.n, column.weighted.figures) == (column.tally.answered, column.figures)


@given(rounds())
def test_a_registers_fields_are_counted_by_item_and_by_unit(entered):
    connection, units = filled(entered), entered["2022"]
    tabulation = tabulate(connection, FORM, Selection("2022"))
    for place, group in enumerate(tabulation.groups):
        mine = [units[u.code] for u in UNITS if u.code in units and group in (WHOLE, u.city)]
        for field in FIELDS:
            by_unit = [
                [v for cell in c if cell.endswith(f".{field}") and (v := given_in(c, cell)) is not None] for c in mine
            ]
            by_unit = [values for values in by_unit if values]
            column = tables(tabulation)[field].columns[place]
            assert column.tally.answered == sum(map(len, by_unit))
            if not by_unit:
                assert column.per_unit is None
                continue
            assert column.per_unit.n == len(by_unit)
            if field == "t_kind":
                having = tuple(sum(code in values for values in by_unit) for code in ("1", "2"))
                assert column.per_unit.figures == Frequencies(having)
            else:
                totals = [sum(map(Fraction, values)) for values in by_unit]
                assert column.per_unit.figures.median == statistics.median(totals)
                assert column.per_unit.figures.total == sum(totals)


# ── by hand ───────────────────────────────────────────────────────────────────────────


@pytest.fixture
def small():
    """Three units."""
    connection = opened()
    for unit, one, many, people in (
        ("000000", "1", "1 2", "10"),
        ("000001", "2", "2", "20"),
        ("000002", "1", "10", "60"),
    ):
        cells = {"one": (one, "answered", 0), "many": (many, "answered", 0), "people": (people, "answered", 0)}
        put(connection, unit, unit, cells)
    return connection


def test_an_interview_that_chose_two_is_in_both_groups_and_once_in_the_whole(small):
    tabulation = tabulate(small, FORM, by_answer(small, FORM, Selection("2022"), "many"))
    assert dict(zip(tabulation.groups, tabulation.bases, strict=True)) == {
        WHOLE: 3,
        "红": 1,
        "绿": 2,
        "蓝": 1,
        "都没有": 0,
    }
    people = tables(tabulation)["people"].columns
    assert [column.figures and column.figures.total for column in people] == [90, 10, 30, 60, None]


def test_indicators_follow_the_same_groups(small):
    selection = by_answer(small, FORM, Selection("2022"), "many")
    tallies = [column.tally.base for column in tabulate_indicators(small, FORM, selection)[0].columns]
    assert tallies == [3, 1, 2, 1, 0]


def test_a_register_groups_by_whether_there_is_anything(small):
    small.execute("INSERT INTO answers VALUES ('000001', 'things[r1].t_kind', '1', 'answered', 0, 0)")
    small.execute("INSERT INTO answers VALUES ('000002', 'things', '', 'not_applicable', 0, 0)")
    tabulation = tabulate(small, FORM, by_answer(small, FORM, Selection("2022"), "things"))
    assert dict(zip(tabulation.groups, tabulation.bases, strict=True)) == {
        WHOLE: 3,
        "有登记": 1,
        "不适用": 1,
        "未答": 1,
    }


def test_every_question_can_be_crossed_with_every_other(small):
    addresses = [cell.address for item in FORM.items if item.type != "roster" for cell in item.cells]
    for address in [*addresses, "things"]:
        selection = by_answer(small, FORM, Selection("2022"), address)
        tabulation = tabulate(small, FORM, selection)
        assert tabulation.bases[0] == 3
        assert sum(tabulation.bases[1:]) == 3 or selection.overlapping


@pytest.mark.parametrize("address", ["t_kind", "nothing", "new"])
def test_a_field_of_a_register_and_an_unknown_place_cannot_group(small, address):
    with pytest.raises(Refusal, match="不能按"):
        by_answer(small, FORM, Selection("2022"), address)


def test_groups_that_are_called_alike_are_told_apart(small):
    sections = SURVEY.model_dump(mode="json", exclude_defaults=True)
    sections["sections"][0]["questions"][0]["choices"][1]["label"] = "甲"
    form = type(FORM)(type(SURVEY).model_validate(sections))
    tabulation = tabulate(small, form, by_answer(small, form, Selection("2022"), "one"))
    assert tabulation.groups == (WHOLE, "甲（1）", "甲（2）", "说不清")


@pytest.mark.parametrize("units", [(), ("000003",)])
def test_of_nobody_and_of_one_there_are_whole_tables(units):
    connection = opened()
    for unit in units:
        put(connection, unit, unit, {})
    for selection in (Selection("2022", weights=WEIGHTS), by_answer(connection, FORM, Selection("2022"), "people")):
        tabulation = tabulate(connection, FORM, selection)
        assert tabulation.bases[0] == len(units)
        column = tables(tabulation)["one"].columns[0]
        assert (column.tally, column.figures, column.weighted) == (Tally(len(units), empty=len(units)), None, None)
        assert parts_of(tabulation.questions["people"])


def test_blocks_tell_shares_of_answers_weights_and_units(small):
    small.execute("INSERT INTO answers VALUES ('000001', 'things[r1].t_kind', '1', 'answered', 0, 0)")
    tabulation = tabulate(small, FORM, Selection("2022", weights=WEIGHTS))

    def block(question, title, part=0):
        blocks = {block.title: block for block in parts_of(tabulation.questions[question])[part].blocks}
        return {line.label: line.values[0] for line in blocks[title].lines}

    assert block("many", "占比")["绿"] == Fraction(2, 3)
    assert block("many", "占全部\n选择")["绿"] == Fraction(1, 2)
    weights = [weight for _, weight in WEIGHTS[:3]]
    assert block("many", "加权\n占比")["绿"] == share(weights[0] + weights[1], sum(weights))
    assert block("people", "加权\n平均数")["（人）"] == (10 * weights[0] + 20 * weights[1] + 60 * weights[2]) / sum(
        weights
    )
    assert block("people", "上四分位")["（人）"] == 40
    assert block("things", "按单位", part=1) == {"有这一栏的单位数": 1, "大": 1, "小": 0}


@pytest.mark.parametrize(
    ("lines", "told"),
    [
        (["000000,1"], "没有甲市1县、甲市2县"),
        (["000000,0"], "权重“0”要是大于0的数"),
        (["000000,1e-9"], "小数不超过6位"),
        (["000000,inf"], "要是大于0的数"),
        (["999999,1"], "不在名录里"),
        (["000000,1", "000000,2"], "第3行的乙市0县前面已经写过"),
    ],
)
def test_weights_that_are_not_one_for_each_unit_are_refused_with_the_line(tmp_path, lines, told):
    path = tmp_path / "权重.csv"
    path.write_text("\n".join(["单位代码,权重", *lines]), "utf-8")
    with pytest.raises(ExportError, match=told):
        read_weights(path, UNITS)


def test_weights_are_read_exactly(tmp_path):
    path = tmp_path / "权重.csv"
    path.write_text("单位代码,权重\n" + "\n".join(f"{code},{float(weight)}" for code, weight in WEIGHTS), "utf-8-sig")
    assert read_weights(path, UNITS) == WEIGHTS
    path.write_text("代码,权重\n", "utf-8")
    with pytest.raises(ExportError, match="要有“单位代码”和“权重”两栏"):
        read_weights(path, UNITS)
    with pytest.raises(ExportError, match="读不了权重表"):
        read_weights(tmp_path / "没有.csv", UNITS)
