"""The reference lists: whole, found by what people type, replaced without losing what was cited."""

from __future__ import annotations

import datetime as dt
import sqlite3
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from surveys.campaign import open_campaign
from surveys.form import Form
from surveys.frame import LIBRARY
from surveys.loading import library, load_survey
from surveys.question_numbers import EVERY
from surveys.reference_rows import dimensions_of
from surveys.reference_search import References
from surveys.references import (
    ANSWERABLE,
    CURRENT,
    SHIPPED_FOR,
    Entry,
    cited,
    current_versions,
    entries_of,
    initials,
    put_in,
    put_in_shipped,
    shipped_entries,
)
from surveys.soundness import find_damage
from surveys.store import Store

AT = dt.datetime(2022, 11, 18, 11, 30, tzinfo=dt.UTC)


@pytest.fixture(scope="module")
def office(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Store]:
    """A store as the first start makes it; only read."""
    with open_campaign(tmp_path_factory.mktemp("office")) as store:
        yield store


@pytest.fixture(scope="module")
def references(office: Store) -> References:
    return References(office, office.form())


@pytest.fixture
def lists(tmp_path: Path) -> Iterator[Store]:
    """A store with the 56 questions and no lists."""
    with Store(tmp_path / "lists.db") as store:
        store.install(load_survey(library("county_union")), [], [])
        yield store


def entry(code: str, **changes: object) -> Entry:
    blank = Entry(code, "名称", "要点", "全部", (), "当" if code[0] == "A" else "", "", "自拟", "", "2022-11-01", True)
    return replace(blank, **changes)  # type: ignore[arg-type]


def codes(found: tuple[Entry, ...]) -> list[str]:
    return [one.code for one in found]


# ── the lists that are shipped ────────────────────────────────────────────────────────


def test_both_lists_are_whole_and_every_name_in_them_is_known(county: Form) -> None:
    entries = shipped_entries()
    assert codes(tuple(entries)) == [f"A{n:02}" for n in range(1, 23)] + [f"B{n:02}" for n in range(1, 21)]
    assert {name for one in entries for name in one.questions} - {EVERY} <= county.by_name.keys()
    assert {one.dimension for one in entries} <= {*dimensions_of(county)}
    assert {one.answerable for one in entries if one.list == "A"} <= ANSWERABLE.keys()
    assert all(one.title and one.gist and one.source and one.keywords for one in entries)
    assert all(one.lead and not one.answerable for one in entries if one.list == "B")


def test_the_entries_that_must_be_held_against_the_original_are_marked() -> None:
    assert [one.code for one in shipped_entries() if not one.verified] == ["A05", "A07", "A09", "A19"]


def test_the_shipped_lists_say_that_they_are_no_original(office: Store) -> None:
    assert {version.origin for version in current_versions(office).values()} == {
        "自带清单，要点自拟，不是省总工会清单原文"
    }


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("chair_post", ["A01", "B05"]),
        ("fund_mode", ["A06"]),
        ("property_cert", ["A12"]),
        ("return_full", ["A07", "A08", "B09"]),
        ("disputes", ["A21", "A22"]),
        ("mode", []),
        ("no_such_question", []),
    ],
)
def test_entries_stand_beside_the_questions_they_name(references: References, name: str, expected: list[str]) -> None:
    assert codes(references.of_question(name)) == expected


def test_a_questions_entries_come_first_then_those_of_the_whole_form_and_none_is_missing(
    references: References,
) -> None:
    found = codes(references.beginning_with("return_full"))
    assert found[:4] == ["A07", "A08", "B09", "B01"]
    assert sorted(found) == sorted(codes(references.entries))
    assert codes(references.beginning_with("")) == codes(references.entries)


def test_the_entries_of_another_survey_belong_to_no_question_of_this(office: Store) -> None:
    visit = References(office, office.form(office.survey_digest("visit")))
    assert [visit.numbers(one) for one in visit.entries] == [""] * 42
    assert [visit.of_question(item.name) for item in visit.form.items] == [()] * len(visit.form.items)
    assert codes(visit.search("工会经费")) == ["A06", "A10"]


# ── finding ───────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    ("typed", "expected"),
    [
        # Chinese words of one, two, three and more characters
        ("届", ["A02"]),
        ("经审", ["A11"]),
        ("文化宫", ["A12", "B11"]),
        ("一函两书", ["A21"]),
        ("社会化工会工作者", ["A03", "A04", "B07"]),
        # pinyin initials, of a title or a keyword, from any place in it
        ("ghjf", ["A06", "A10"]),
        ("GHJF", ["A06", "A10"]),
        ("ｇｈｊｆ", ["A06", "A10"]),
        ("yhls", ["A21"]),
        ("hj", ["A02", "A06", "A10", "A11", "B19"]),
        # numbers of questions
        ("28", ["A07", "A08", "B09", "B01"]),
        ("２８", ["A07", "A08", "B09", "B01"]),
        ("第28题", ["A07", "A08", "B09", "B01"]),
        ("13", ["A04", "B07", "A13", "B13", "B01"]),
        # codes
        ("A03", ["A03"]),
        ("a3", ["A03"]),
        ("b1", ["B01", "B10", "B11", "B12", "B13", "B14", "B15", "B16", "B17", "B18", "B19"]),
        # several words, digits that are no question, sources, punctuation of the index and of SQL
        ("返还 小微", ["A09", "B10"]),
        ("12351", ["A20"]),
        ("200人", ["A16"]),
        ("P15", ["A07"]),
        ('经费"', []),
        ("工会经费 OR 换届", []),
        ("NEAR(", []),
        ("%", ["A06", "A07", "A17", "B01", "B09", "B17", "B18"]),
        ("_", []),
        ("'; --", []),
        ("*", []),
        ("\ud800经费", []),
        ("\x00\x00\x00", []),
        ("没有这个词", []),
    ],
)
def test_an_entry_is_found_by_what_people_type(references: References, typed: str, expected: list[str]) -> None:
    assert codes(references.search(typed)) == expected


@pytest.mark.parametrize("typed", ["", "　 ", "\n"])
def test_nothing_typed_finds_everything(references: References, typed: str) -> None:
    assert references.search(typed) == references.entries


def test_the_index_is_what_finds_words_of_three_characters(tmp_path: Path) -> None:
    with open_campaign(tmp_path) as store:
        references = References(store, store.form())
        store.conn.execute("DELETE FROM reference_search")
        assert codes(references.search("工会经费")) == []
        assert codes(references.search("经审")) == ["A11"]


def test_a_damaged_index_keeps_nobody_from_finding(tmp_path: Path) -> None:
    with open_campaign(tmp_path) as store:
        references = References(store, store.form())
        store.conn.execute("DELETE FROM reference_search_data")
        store.conn.commit()
        with pytest.raises(sqlite3.DatabaseError):
            store.conn.execute("SELECT * FROM reference_search WHERE reference_search MATCH '工会经费'").fetchall()
        assert codes(references.search("工会经费")) == ["A06", "A10"]


@pytest.mark.parametrize(
    ("text", "expected"), [("工会经费 来源", "ghjf ly"), ("12351热线", "12351rx"), ("一函两书", "yhls"), ("", "")]
)
def test_initials_keep_words_apart(text: str, expected: str) -> None:
    assert initials(text) == expected


# ── versions ──────────────────────────────────────────────────────────────────────────


def test_a_list_is_replaced_as_a_whole_and_the_other_stays(lists: Store) -> None:
    put_in_shipped(lists)
    (version,) = put_in(lists, SHIPPED_FOR, [entry("A01", title="新的")], "办公室导入：清单.xlsx", "王", AT)
    now = current_versions(lists)
    assert now["A"] == version
    assert (version.who, version.at, version.origin) == ("王", "2022-11-18T11:30:00+00:00", "办公室导入：清单.xlsx")
    assert [one.title for one in entries_of(lists, now["A"])] == ["新的"]
    assert len(entries_of(lists, now["B"])) == 20
    found = References(lists, lists.form())
    assert codes(found.search("新的")) == ["A01"]
    assert codes(found.search("工会经费")) == []  # what was replaced is kept, but not found


def test_a_citation_reads_the_same_after_its_list_was_replaced(lists: Store) -> None:
    put_in_shipped(lists)
    before = References(lists, lists.form())
    mine = before.cited(next(one for one in before.entries if one.code == "A03"))
    put_in(lists, SHIPPED_FOR, [replace(mine.entry, gist="改过的要点")], "改", "王", AT)
    assert cited(lists, mine.citation) == mine
    changed = References(lists, lists.form())
    assert changed.cited(changed.entries[0]).citation != mine.citation
    assert mine.words == f"《制度机制清单》A03 社会化工会工作者招聘条件（2026-11-21，版本 {mine.version.digest[:12]}）"


@pytest.mark.parametrize("citation", ["", "A03", "A99@{}", "A03@", "A03@000000000000", "@{}"])
def test_a_citation_of_nothing_is_told_apart(office: Store, citation: str) -> None:
    with pytest.raises(KeyError):
        cited(office, citation.format(current_versions(office)["A"].digest[:12]))


def test_the_same_entries_in_another_order_are_the_same_version(lists: Store) -> None:
    first, second = entry("A01"), entry("A02", questions=("chair_post",))
    (version,) = put_in(lists, SHIPPED_FOR, [first, second], "一", "王", AT)
    assert put_in(lists, SHIPPED_FOR, [second, first], "二", "李", AT) == []
    assert current_versions(lists) == {"A": version}


def test_an_earlier_version_can_become_current_again_without_being_kept_twice(lists: Store) -> None:
    (old,) = put_in(lists, SHIPPED_FOR, [entry("A01")], "一", "王", AT)
    put_in(lists, SHIPPED_FOR, [entry("A01", title="另一个")], "二", "王", AT)
    assert put_in(lists, SHIPPED_FOR, [entry("A01")], "三", "李", AT) == [old]
    assert current_versions(lists) == {"A": old}
    for table, count in (("reference_lists", 2), ("reference_entries", 2), ("reference_search", 2)):
        assert lists.conn.execute(f"SELECT count(*) FROM {table}").fetchone() == (count,)


def test_what_fails_half_way_changes_nothing(lists: Store) -> None:
    put_in(lists, SHIPPED_FOR, [entry("A01")], "一", "王", AT)
    before = current_versions(lists)
    with pytest.raises(UnicodeEncodeError):
        put_in(lists, SHIPPED_FOR, [entry("A01", title="新"), entry("B01", title="\ud800")], "二", "王", AT)
    assert current_versions(lists) == before
    assert lists.conn.execute("SELECT count(*) FROM reference_entries").fetchone() == (1,)


def test_a_changed_row_of_a_list_is_found_as_damage(lists: Store) -> None:
    put_in_shipped(lists)
    assert find_damage(lists.conn, None) == []
    lists.conn.execute("UPDATE reference_entries SET gist = '别的' WHERE code = 'A07'")
    assert [damage.table for damage in find_damage(lists.conn, None)] == ["reference_entries"]


# ── the first start, and stores from before ───────────────────────────────────────────


def test_a_store_from_before_gets_the_lists_when_it_is_opened_and_only_once(tmp_path: Path) -> None:
    with open_campaign(tmp_path) as store:
        for table in ("reference_lists", "reference_entries", "reference_search"):
            store.conn.execute(f"DROP TABLE {table}")
        store.conn.execute("DELETE FROM settings WHERE name LIKE ?", (f"{CURRENT}%",))
        store.conn.execute("DELETE FROM _sqlite_migrations WHERE name = 'm003_reference_lists'")
        store.conn.execute("PRAGMA user_version = 2")
        store.conn.commit()
    with open_campaign(tmp_path) as store:
        versions = current_versions(store)
        assert [len(entries_of(store, version)) for version in versions.values()] == [22, 20]
        assert codes(References(store, store.form()).search("ghjf")) == ["A06", "A10"]
    with open_campaign(tmp_path) as store:
        assert current_versions(store) == versions


def test_an_offices_own_lists_are_left_alone_at_the_next_start(tmp_path: Path) -> None:
    with open_campaign(tmp_path) as store:
        put_in(store, SHIPPED_FOR, [entry("A01")], "办公室导入", "王", AT)
    with open_campaign(tmp_path) as store:
        assert len(entries_of(store, current_versions(store)["A"])) == 1


def test_lists_whose_rows_were_lost_are_put_in_again(tmp_path: Path) -> None:
    """A rescued store has the settings that name the versions, and perhaps not the versions."""
    with open_campaign(tmp_path) as store:
        for table in ("reference_lists", "reference_entries", "reference_search"):
            store.conn.execute(f"DELETE FROM {table}")
        store.conn.commit()
    with open_campaign(tmp_path) as store:
        assert len(References(store, store.form()).search("工会经费")) == 2


def test_a_survey_of_ones_own_has_no_lists(tmp_path: Path) -> None:
    with open_campaign(tmp_path / "own", LIBRARY / "visit.yaml") as store:
        assert current_versions(store) == {}
        references = References(store, store.form())
        assert (references.search("经费"), references.search("工会经费"), references.search("28")) == ((), (), ())


def test_opening_a_store_that_has_its_lists_loads_neither_pinyin_nor_forms(tmp_path: Path) -> None:
    open_campaign(tmp_path).close()
    script = (
        "import sys, pathlib; from surveys.campaign import open_campaign; open_campaign(pathlib.Path(sys.argv[1]));"
        "print([m for m in ('pypinyin', 'pydantic', 'lark', 'ruamel') if m in sys.modules])"
    )
    run = [sys.executable, "-c", script, str(tmp_path)]
    assert subprocess.run(run, check=True, capture_output=True, text=True).stdout.strip() == "[]"
