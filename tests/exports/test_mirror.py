"""The columnar copy gives the very same tables. How fast: `tests/benchmarks/test_tabulating.py`."""

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
