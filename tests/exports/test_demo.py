"""The simulated campaign end to end, recounted by other means than ours."""

from __future__ import annotations

import statistics
from collections import Counter, defaultdict
from pathlib import Path

import openpyxl
import pytest

from exports.demo import Demo, run_demo
from exports.merging import merge
from exports.trust import approve, laptops
from surveys.campaign import open_campaign


@pytest.fixture(scope="module")
def demo(fast_folder: Path) -> Demo:
    return run_demo(fast_folder / "演示")


@pytest.fixture(scope="module")
def interviews(demo: Demo) -> list[dict[str, object]]:
    """Every complete interview as the nine workbooks' visible 编码 sheets have it, read with openpyxl alone."""
    rows = []
    for path in sorted(demo.inbox.glob("*.xlsx")):
        lines = openpyxl.load_workbook(path, read_only=True)["编码"].iter_rows(values_only=True)
        for line in lines:
            if "chair_post" in line:
                heading = line
                break
        for line in lines:
            row = dict(zip(heading, line, strict=True))
            if "complete" in line or "完成" in line:
                rows.append(row)
    return rows


@pytest.fixture(scope="module")
def summary(demo: Demo) -> dict[str, list[list[object]]]:
    book = openpyxl.load_workbook(demo.summary)
    return {sheet.title: [list(line) for line in sheet.iter_rows(values_only=True)] for sheet in book}


def block(lines: list[list[object]], heading: str) -> list[list[object]]:
    """The lines of one question's table: from its heading to the next heading."""
    start = next(n for n, line in enumerate(lines) if str(line[0] or "").startswith(heading))
    following = (n for n, line in enumerate(lines[start + 1 :], start + 1) if _is_heading(line))
    return lines[start : next(following, len(lines))]


def _is_heading(line: list[object]) -> bool:
    number, mark, _ = str(line[0] or "").partition("、")
    return bool(mark) and number.strip().isdigit()


def test_nine_laptops_give_nine_workbooks_and_one_summary(demo: Demo) -> None:
    assert len(list(demo.inbox.glob("*.xlsx"))) == demo.workbooks == 9
    assert demo.summary.exists()
    assert demo.units == 121
    assert demo.complete >= 110
    assert demo.conflicts == 0


def test_the_count_of_a_single_choice_is_what_the_workbooks_say(
    interviews: list[dict[str, object]], summary: dict[str, list[list[object]]]
) -> None:
    counts = Counter(str(row["chair_post"]) for row in interviews)
    table = block(summary["人员配备"], "1、")
    line = next(line for line in table if "同级人大常委会副主任" in line)
    assert line[2] == counts["2"]
    assert sum(counts.values()) == next(line for line in table if "单位数" in line)[2]


def test_the_count_of_a_multiple_choice_is_what_the_workbooks_say(
    interviews: list[dict[str, object]], summary: dict[str, list[list[object]]]
) -> None:
    counts = Counter(code for row in interviews for code in str(row["sw_main_problem"]).split())
    table = block(summary["人员配备"], "15、")
    for code, label in (("1", "人员数量不足"), ("4", "工资福利待遇偏低"), ("5", "人员流动性大")):
        assert next(line for line in table if label in line)[2] == counts[code], label


def test_the_figures_of_an_amount_are_what_the_workbooks_say_by_city(
    demo: Demo, interviews: list[dict[str, object]], summary: dict[str, list[list[object]]]
) -> None:
    with open_campaign(demo.office) as store:
        city_of = {unit.code: unit.city for unit in store.units()}
    unit_column = next(name for name in interviews[0] if str(interviews[0][name]) in city_of)
    amounts: dict[str, list[float]] = defaultdict(list)
    for row in interviews:
        if row["return_due"] not in (None, ""):
            amounts["全省"].append(float(str(row["return_due"])))
            amounts[city_of[str(row[unit_column])]].append(float(str(row["return_due"])))
    table = block(summary["资金使用"], "29、")
    cities = next(line for line in summary["资金使用"] if "哈尔滨市" in line)
    for city in ("全省", "哈尔滨市", "黑河市"):
        column = cities.index(city)
        figures = {str(line[0] or line[1]): line[column] for line in table if isinstance(line[column], int | float)}
        assert figures["合计"] == pytest.approx(sum(amounts[city]), abs=0.005)
        assert figures["中位数"] == pytest.approx(statistics.median(amounts[city]), abs=0.005)


def test_merging_in_another_order_and_twice_changes_nothing(demo: Demo, tmp_path: Path) -> None:
    with open_campaign(demo.office) as office:
        expected = office.history_digest()
        answers = office.db.conn.execute("SELECT * FROM answers ORDER BY interview, cell").fetchall()
        known = [laptop.fingerprint for laptop in laptops(office)]
    with open_campaign(tmp_path) as other:
        for fingerprint in known:
            approve(other, fingerprint)
        for path in [*sorted(demo.inbox.glob("*.xlsx"), reverse=True), *demo.inbox.glob("*.xlsx")]:
            merge(other, [path])
        assert other.history_digest() == expected
        assert other.db.conn.execute("SELECT * FROM answers ORDER BY interview, cell").fetchall() == answers
