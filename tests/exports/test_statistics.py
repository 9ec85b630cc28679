"""Every statistic against other counters, on random answers: the standard library, and pandas where it is installed.

Counts must be the same, the library's fractions too, pandas' floats to nine places. Of the other types of questions,
and of tables by other questions and rounds, see test_tabulation.py and test_crossing.py.
"""

import statistics
from collections import Counter
from dataclasses import asdict, replace
from fractions import Fraction
from importlib.util import find_spec

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from test_crossing import UNITS, given_in, opened, put, tables
from test_tabulation import quartiles

from exports.blocks import parts_of
from exports.figures import Dates, Frequencies, Numbers, Ranks, Tally
from exports.indicators import tabulate_indicators
from exports.selection import WHOLE, Selection
from exports.tabulation import tabulate
from surveys.definition import Survey
from surveys.form import Form

pandas = pytest.importorskip("pandas") if find_spec("pandas") else None

CODES = ("1", "2", "3")
CHOICES = [{"name": code, "label": f"第{code}项"} for code in CODES]
FORM = Form(Survey.model_validate({
    "id": "counted", "version": "1", "title": "统计用问卷", "unit": "单位", "round": "2022",
    "sections": [{"name": "a", "label": "第一部分", "questions": [
        {"name": "order", "type": "rank", "label": "先后？", "choices": CHOICES},
        {"name": "stars", "type": "rating", "label": "几分？", "choices": CHOICES},
        {"name": "since", "type": "month", "label": "哪个月起？"},
        {"name": "opens", "type": "time", "label": "几点开门？"},
        {"name": "share", "type": "percent", "label": "占多少？", "decimals": 1},
        {"name": "area", "type": "decimal", "label": "多大？"},
        {"name": "things", "type": "roster", "label": "登记", "questions": [
            {"name": "size", "type": "decimal", "label": "面积"}]},
        {"name": "half", "type": "calculate", "label": "一半", "calculation": "${area} div 2"},
    ]}],
}))  # fmt: skip
ANSWERS = {
    "order": st.permutations(CODES).flatmap(lambda all_: st.integers(1, 3).map(lambda n: " ".join(all_[:n]))),
    "stars": st.sampled_from(CODES),
    "since": st.dates().map(lambda day: str(day)[:7]),
    "opens": st.times().map(lambda time: str(time)[:5]),
    "share": st.decimals(0, 100, places=1).map(str),
    "area": st.decimals(-1000, 10**9, places=2).map(str),
    "half": st.decimals(-500, 10**9, places=4).map(str),
    "things[r1].size": st.integers(0, 9).map(str),
    "things[r2].size": st.decimals(0, 9, places=1).map(str),
}
NUMBERS, ITEMS = ("share", "area"), ("things[r1].size", "things[r2].size")
NOW = Selection("2022")
MISSING = dict.fromkeys(ANSWERS, ("", "dont_know", 0))


@st.composite
def entered(draw):
    """{unit: {cell: (value, status, conflict)}}."""
    found = {}
    for unit in draw(st.sets(st.sampled_from([unit.code for unit in UNITS]))):
        cells = found[unit] = {}
        for cell, values in ANSWERS.items():
            status = draw(st.sampled_from([*["answered"] * 4, "dont_know", "refused", "skipped", None]))
            if status:
                cells[cell] = (
                    draw(values) if status == "answered" else "",
                    status,
                    draw(st.sampled_from([0, 0, 0, 1])),
                )
    return found


def filled(units):
    connection = opened()
    for unit, cells in units.items():
        put(connection, unit, unit, cells)
    return connection


def members(tabulation, units):
    """(place of a group, the interviews in it)."""
    for place, group in enumerate(tabulation.groups):
        yield place, {u.code: units[u.code] for u in UNITS if u.code in units and group in (WHOLE, u.city)}


def said_in(mine, cell):
    return [value for cells in mine.values() if (value := given_in(cells, cell)) is not None]


def plain(cell, values):
    """The figures of a cell, by the standard library."""
    if not values:
        return None
    if cell == "stars":
        return Frequencies(tuple(values.count(code) for code in CODES))
    if cell == "order":
        places = {code: [v.split().index(code) + 1 for v in values if code in v.split()] for code in CODES}
        return Ranks(
            tuple(places[code].count(1) for code in CODES),
            tuple(len(places[code]) for code in CODES),
            tuple(Fraction(sum(found), len(found)) if (found := places[code]) else None for code in CODES),
        )
    if cell == "opens":
        return Dates(min(values), None, max(values))
    if cell == "since":
        years, month = divmod(int(statistics.median([12 * int(v[:4]) + int(v[5:]) - 1 for v in values])), 12)
        return Dates(min(values), f"{years:04}-{month + 1:02}", max(values))
    return spread([*map(Fraction, values)])


def spread(values):
    if not values:
        return None
    lower, upper = quartiles(values)
    return Numbers(
        sum(values), statistics.mean(values), statistics.median(values), min(values), max(values), lower, upper
    )


def is_that_of_pandas(figures, values):
    """Nothing where pandas is not installed."""
    if pandas is None or figures is None:
        return
    match figures:
        case Numbers():
            series = pandas.Series([*map(float, values)])
            lower, middle, upper = series.quantile([0.25, 0.5, 0.75])
            expected = Numbers(series.sum(), series.mean(), middle, series.min(), series.max(), lower, upper)
            assert {name: float(x) for name, x in asdict(figures).items()} == pytest.approx(
                asdict(expected), rel=1e-9, abs=1e-9
            )
        case Frequencies(counts=counts):
            assert [*counts] == pandas.Series(values).value_counts().reindex(CODES, fill_value=0).to_list()
        case Ranks():
            table = pandas.Series(values).str.split(expand=True).stack().reset_index(level=1)
            table.columns = ["place", "code"]
            by_code = table.groupby("code").place
            assert [*figures.ranked] == by_code.size().reindex(CODES, fill_value=0).to_list()
            assert [*figures.first] == by_code.agg(lambda p: (p == 0).sum()).reindex(CODES, fill_value=0).to_list()
            told = {code: float(mean) for code, mean in zip(CODES, figures.mean, strict=True) if mean is not None}
            assert told == pytest.approx((by_code.mean() + 1).to_dict(), rel=1e-9)
        case Dates(earliest=earliest, latest=latest):
            assert (earliest, latest) == (pandas.Series(values).min(), pandas.Series(values).max())


ONE = {"000000": {"order": ("2 1", "answered", 0), "area": ("0.1", "answered", 0), "since": ("2022-12", "answered", 0),
                  "things[r2].size": ("3", "answered", 0), "half": ("0.05", "answered", 0)}}  # fmt: skip


@settings(max_examples=50)
@given(entered())
@example({})
@example({unit.code: MISSING for unit in UNITS})
@example(ONE)
def test_every_figure_is_that_of_other_counters(units):
    connection = filled(units)
    tabulation = tabulate(connection, FORM, NOW)
    (half,) = tabulate_indicators(connection, FORM, NOW)
    stars = {block.title: block for part in parts_of(tabulation.questions["stars"]) for block in part.blocks}
    for place, mine in members(tabulation, units):
        for cell in ("order", "stars", "since", "opens", *NUMBERS):
            column, values = tables(tabulation)[cell].columns[place], said_in(mine, cell)
            kinds = (cells.get(cell, ("", "empty", 0))[1:] for cells in mine.values())
            statuses = Counter("conflicts" if conflict else status for status, conflict in kinds)
            assert column.tally == Tally(len(mine), **statuses)
            assert column.figures == plain(cell, values)
            is_that_of_pandas(column.figures, values)
        given_stars = said_in(mine, "stars")
        assert [line.values[place] for line in stars["占比"].lines] == [
            Fraction(given_stars.count(code), len(given_stars)) if given_stars else None for code in CODES
        ]
        # A figure that is made of a disputed answer is disputed itself.
        sound = {unit: cells for unit, cells in mine.items() if not cells.get("area", ("", "", 0))[2]}
        figures = [*map(Fraction, said_in(sound, "half"))]
        assert half.columns[place].units == spread(figures)
        assert half.columns[place].tally.answered == len(figures)
        is_that_of_pandas(half.columns[place].units, figures)


@settings(max_examples=30)
@given(entered())
@example({"000001": MISSING})
@example(ONE)
def test_a_registers_figures_are_those_of_other_counters(units):
    tabulation = tabulate(filled(units), FORM, NOW)
    for place, mine in members(tabulation, units):
        size, roster = tables(tabulation)["size"].columns[place], tabulation.questions["things"].roster[place]
        items = [Fraction(value) for cell in ITEMS for value in said_in(mine, cell)]
        totals = [
            sum(map(Fraction, found))
            for cells in mine.values()
            if (found := [v for cell in ITEMS if (v := given_in(cells, cell)) is not None])
        ]
        there = [sum(cell in cells and cells[cell][1] != "skipped" for cell in ITEMS) for cells in mine.values()]
        assert size.figures == spread(items)
        assert (size.per_unit and size.per_unit.figures) == spread(totals)
        assert roster.per_unit == spread([Fraction(count) for count in there if count])
        assert roster.items == size.tally.base == sum(there)
        is_that_of_pandas(size.figures, items)
        is_that_of_pandas(size.per_unit and size.per_unit.figures, totals)


@settings(max_examples=40)
@given(entered(), st.lists(st.integers(1, 9), min_size=len(UNITS), max_size=len(UNITS)))
@example({"000001": MISSING}, [3] * len(UNITS))
@example(ONE, [7] * len(UNITS))
def test_a_weight_is_so_many_of_the_same_answer(units, weights):
    weight = {unit.code: each for unit, each in zip(UNITS, weights, strict=True)}
    halves = tuple((code, Fraction(each, 2)) for code, each in weight.items())
    tabulation = tabulate(filled(units), FORM, replace(NOW, weights=halves))
    for place, mine in members(tabulation, units):
        for cell in ("order", "stars", *NUMBERS):
            column = tables(tabulation)[cell].columns[place]
            said = [(v, weight[code]) for code, cells in mine.items() if (v := given_in(cells, cell)) is not None]
            if not said:
                assert column.weighted is None
                continue
            n, whole, repeated = len(said), sum(w for _, w in said), [value for value, w in said for _ in range(w)]
            assert column.weighted.n == Fraction(whole, 2)
            found, expected = column.weighted.figures, plain(cell, repeated)
            if cell == "stars":
                assert found.counts == tuple(Fraction(count, 2) for count in expected.counts)
            elif cell == "order":
                assert found.mean == expected.mean
                assert found.first == tuple(Fraction(count, 2) for count in expected.first)
            else:
                assert (2 * found.total, found.mean, found.minimum, found.maximum) == (
                    expected.total, expected.mean, expected.minimum, expected.maximum
                )  # fmt: skip
                # The nth of n answers is where n wholes have passed: of each answer n times its weight.
                line = sorted(Fraction(value) for value in repeated for _ in range(n))
                for part, quarter in ((1, found.lower), (2, found.median), (3, found.upper)):
                    nth = 1 + (n - 1) * Fraction(part, 4)
                    below, above = (line[k * whole - 1] for k in (int(nth), min(int(nth) + 1, n)))
                    assert quarter == below + (above - below) * (nth - int(nth))


@pytest.mark.skipif(pandas is None, reason="pandas is not installed")
def test_a_figure_off_by_a_ten_millionth_is_not_that_of_pandas():
    values = [Fraction(1), Fraction(2), Fraction(40)]
    right = spread(values)
    is_that_of_pandas(right, values)
    for name, figure in asdict(right).items():
        with pytest.raises(AssertionError):
            is_that_of_pandas(replace(right, **{name: figure * (1 + Fraction(1, 10**7))}), values)
