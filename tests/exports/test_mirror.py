"""The columnar copy gives the very same tables, and a million interviews within the limits."""

import resource
import time
from dataclasses import replace
from itertools import count

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from test_crossing import WEIGHTS, filled, opened, put, rounds
from test_tabulation import FORM

from exports.crossing import by_answer
from exports.files import ExportError
from exports.mirror import Mirror, engine
from exports.selection import Breakdown, Selection
from exports.tabulation import tabulate, tabulate_rounds
from surveys.definition import Survey
from surveys.form import Form

duckdb = pytest.importorskip("duckdb", reason="the extra `analysis` is not installed")
NOW = Selection("2022", survey="counted")


@settings(max_examples=6, deadline=None)
@given(rounds(), st.sampled_from(["one", "many", "people", "when", "things", "words"]))
def test_every_table_is_the_same_as_from_the_store(entered, by):
    connection = filled(entered)
    with engine(connection, FORM, large=0) as mirror:
        for selection in (
            NOW,
            replace(NOW, by=Breakdown.TEAM, drafts=True),
            replace(NOW, weights=WEIGHTS),
            replace(NOW, by=Breakdown.WHOLE),
        ):
            assert tabulate(mirror, FORM, selection) == tabulate(connection, FORM, selection)
        crossed = by_answer(connection, FORM, NOW, by)
        assert by_answer(mirror, FORM, NOW, by) == crossed
        assert tabulate(mirror, FORM, crossed) == tabulate(connection, FORM, crossed)
        both = ["2021", "2022"]
        assert tabulate_rounds(mirror, FORM, NOW, both) == tabulate_rounds(connection, FORM, NOW, both)


def test_texts_are_not_copied_and_answers_to_older_forms_are_counted(tmp_path):
    connection = opened()
    put(connection, "a", "000001", {"words": ("张三说的话", "answered", 0), "people": ("很多", "answered", 0)})
    put(connection, "b", "000002", {"people": ("7", "answered", 0), "gone": ("旧题的话", "answered", 0)})
    mirror = Mirror(connection, FORM, tmp_path / "copy.duckdb")
    assert tabulate(mirror, FORM, NOW) == tabulate(connection, FORM, NOW)
    assert {value for (value,) in mirror.execute("SELECT DISTINCT value FROM answers", {})} == {"", "很多", "7"}
    mirror.close()
    assert "张三".encode() not in (tmp_path / "copy.duckdb").read_bytes()


def test_only_a_large_store_is_copied_and_without_duckdb_none(monkeypatch):
    connection = opened()
    put(connection, "a", "000001", {})
    with engine(connection, FORM) as small, engine(connection, FORM, large=1) as large:
        assert small is connection
        assert isinstance(large, Mirror)
    monkeypatch.setattr("exports.mirror.find_spec", lambda name: None)
    with engine(connection, FORM, large=1) as without:
        assert without is connection


def test_without_duckdb_it_is_said_what_to_install(monkeypatch):
    monkeypatch.setitem(__import__("sys").modules, "duckdb", None)
    with pytest.raises(ExportError, match="没有安装 DuckDB"):
        Mirror(opened(), FORM)


# ── a million interviews ──────────────────────────────────────────────────────────────

INTERVIEWS, CITIES, QUESTIONS = 1_000_000, 13, 56
KINDS = ("select_one", "integer", "money", "select_multiple")


def million():
    """A mirror filled by the engine itself, and its form: what the copying gives, without an hour of entering."""
    choices = [{"name": str(code), "label": f"选项{code}"} for code in range(1, 8)]
    questions = [
        {"name": f"q{number}", "type": kind, "label": f"第{number}问"}
        | ({"choices": choices} if "select" in kind else {})
        for number, kind in ((number, KINDS[number % 4]) for number in range(QUESTIONS))
    ]
    form = Form(Survey.model_validate({
        "id": "counted", "version": "1", "title": "大", "unit": "单位", "round": "2022",
        "sections": [{"name": "a", "label": "一", "questions": questions}],
    }))  # fmt: skip
    mirror = Mirror(opened(), form)
    run = mirror._duck.execute
    run(f"DELETE FROM units; INSERT INTO units SELECT format('{{:07}}', i), '市' || i % {CITIES}, '', '', i % 9, i FROM range({INTERVIEWS}) t(i)")  # fmt: skip
    run("INSERT INTO interviews SELECT ord, code, '2022', 'now', 'complete' FROM units")
    value = {
        "select_one": "1 + hash({0}) % 7", "integer": "hash({0}) % 10000", "money": "(hash({0}) % 1000000) / 100",
        "select_multiple": "concat(1 + hash({0}) % 3, ' ', 4 + hash({0}) % 4)",
    }  # fmt: skip
    for number in range(QUESTIONS):
        answer = value[KINDS[number % 4]].format(f"i * 56 + {number}")
        missing = f"hash(i * 7 + {number}) % 10 = 0"
        run(f"INSERT INTO answers SELECT i, 'q{number}', CASE WHEN {missing} THEN '' ELSE ({answer})::VARCHAR END, CASE WHEN {missing} THEN 'dont_know' ELSE 'answered' END, false FROM range({INTERVIEWS}) t(i)")  # fmt: skip
    return mirror, form


def by_hand(mirror):
    """The same figures by queries written for these very tables."""
    run = mirror._duck.execute
    run("CREATE OR REPLACE TEMP TABLE mine AS SELECT i.id AS interview, u.city FROM interviews i JOIN units u ON u.code = i.unit")  # fmt: skip
    head = "FROM mine JOIN answers a USING (interview) WHERE a.cell"
    for number in range(QUESTIONS):
        if KINDS[number % 4] in ("integer", "money"):
            sql = f"SELECT city, status, COUNT(*), SUM(x), MIN(x), MAX(x), quantile_cont(x, [.25, .5, .75]) FROM (SELECT city, status, TRY_CAST(value AS DOUBLE) AS x {head} = 'q{number}') GROUP BY GROUPING SETS ((city, status), (status))"  # fmt: skip
        else:
            sql = f"SELECT city, status, value, COUNT(*) {head} = 'q{number}' GROUP BY ALL"
        run(sql).fetchall()


@pytest.mark.soak
def test_a_million_interviews_take_at_most_twice_as_long_as_queries_written_by_hand():
    mirror, form = million()
    took = {}
    for name, work in (("hand", lambda: by_hand(mirror)), ("ours", lambda: tabulate(mirror, form, NOW))) * 2:
        begun = time.perf_counter()
        found = work()
        took[name] = min(took.get(name, float("inf")), time.perf_counter() - begun)
    print(f"56 questions × 13 cities × {INTERVIEWS:,} interviews: {took['ours']:.1f} s, by hand {took['hand']:.1f} s")
    column = found.questions["q0"].cells[0].columns[0]
    assert sum(column.figures.counts) + column.tally.dont_know == column.tally.base == INTERVIEWS
    assert took["ours"] <= 2 * took["hand"]
    gigabytes = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1e6
    print(f"{gigabytes:.2f} GB")
    assert gigabytes <= 2


@pytest.mark.soak
def test_copying_keeps_a_steady_pace():
    connection = opened()
    for number in count():
        if number == 20_000:
            break
        put(
            connection,
            f"i{number:06}",
            f"{number % 6:06}",
            {"one": ("1", "answered", 0), "people": ("5", "answered", 0)},
        )
    begun = time.perf_counter()
    with engine(connection, FORM, large=0) as mirror:
        assert tabulate(mirror, FORM, replace(NOW, many=True)).bases[0] == 20_000
    print(f"40,000 answers copied and tabulated in {time.perf_counter() - begun:.1f} s")
    assert time.perf_counter() - begun < 20
