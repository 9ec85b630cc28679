"""Units, teams, and finding a county by a few keys."""

from __future__ import annotations

import subprocess
import sys
from collections import Counter
from pathlib import Path

import pytest

from surveys.frame import LIBRARY, OFFICE, Unit, cities, heilongjiang, matches, read_units, team_name


@pytest.fixture(scope="module")
def units() -> list[Unit]:
    return heilongjiang()[0]


def found(units: list[Unit], typed: str) -> list[str]:
    return [unit.county for unit in units if matches(unit, typed)]


def test_the_shipped_frame_has_121_counties_in_13_cities(units: list[Unit]) -> None:
    assert len(units) == len({unit.code for unit in units}) == len({unit.name for unit in units}) == 121
    assert len(cities(units)) == 13
    assert cities(units)[0] == "哈尔滨市"
    assert all(unit.county for unit in units)


def test_nine_teams_share_them_by_city(units: list[Unit]) -> None:
    teams = heilongjiang()[1]
    assert [(team.number, team.name) for team in teams][:2] == [(1, "第1组"), (2, "第2组")]
    assert len(teams) == 9
    assert sorted(Counter(unit.team for unit in units).values()) == [9, 9, 10, 10, 13, 16, 18, 18, 18]
    assert all(len({unit.team for unit in units if unit.city == city}) == 1 for city in cities(units))


def test_a_name_tells_counties_of_one_name_apart(units: list[Unit]) -> None:
    assert {unit.name for unit in units if unit.county == "向阳区"} == {"鹤岗市向阳区", "佳木斯市向阳区"}


@pytest.mark.parametrize(
    ("typed", "counties"),
    [
        ("230111", ["呼兰区"]),
        ("呼兰", ["呼兰区"]),
        ("hl区", []),
        ("hulan", ["呼兰区"]),
        ("HuLan", ["呼兰区"]),
        (" xfq ", ["香坊区"]),
        ("xiangfang", ["香坊区"]),
        ("suifenhe", ["绥芬河市"]),
        ("sfh", ["绥芬河市"]),
        ("no such place", []),
        ("zzzz", []),
    ],
)  # fmt: skip
def test_a_county_is_found_by_code_name_or_pinyin(units: list[Unit], typed: str, counties: list[str]) -> None:
    assert found(units, typed) == counties


def test_initials_find_every_county_that_has_them(units: list[Unit]) -> None:
    assert "呼兰区" in found(units, "hl")
    assert "香坊区" in found(units, "xf")
    assert set(found(units, "xyq")) >= {"向阳区"}


def test_a_city_finds_all_its_counties_and_nothing_typed_finds_all(units: list[Unit]) -> None:
    assert len(found(units, "哈尔滨")) == len(found(units, "haerbin")) == 18
    assert len(found(units, "")) == len(found(units, "  ")) == 121


def test_every_county_is_found_by_its_own_initials_and_pinyin(units: list[Unit]) -> None:
    from pypinyin import Style, lazy_pinyin

    for unit in units:
        assert unit.county in found(units, "".join(lazy_pinyin(unit.county, style=Style.FIRST_LETTER)))
        assert matches(unit, "".join(lazy_pinyin(unit.county)))


def test_a_city_without_a_team_belongs_to_the_office(tmp_path: Path) -> None:
    teams = tmp_path / "teams.csv"
    teams.write_text("team,city\n4,哈尔滨市\n", "utf-8-sig")
    units = read_units(LIBRARY / "heilongjiang.csv", teams)
    assert {unit.team for unit in units if unit.city == "哈尔滨市"} == {4}
    assert {unit.team for unit in units if unit.city != "哈尔滨市"} == {OFFICE}
    assert team_name(OFFICE) == "省总办公室"


def test_pinyin_tables_are_loaded_only_when_somebody_types_letters() -> None:
    code = (
        "import sys; from surveys.frame import *; units, _ = heilongjiang();"
        "assert any(matches(u, '呼兰') for u in units) and any(matches(u, '2301') for u in units);"
        "assert 'pypinyin' not in sys.modules; matches(units[0], 'hl'); assert 'pypinyin' in sys.modules"
    )
    done = subprocess.run([sys.executable, "-c", code], cwd=LIBRARY.parents[1], capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
