"""The simulated campaign end to end, recounted by other means than ours."""

from __future__ import annotations

import datetime as dt
import sqlite3
import statistics
from collections import Counter, defaultdict
from contextlib import closing
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


COUNTED = """
    CREATE TEMP VIEW counted AS
    SELECT u.place, i.id AS interview, a.cell, a.value, a.status
    FROM (SELECT code, '全省' AS place FROM units UNION ALL SELECT code, city FROM units) AS u
    JOIN interviews AS i ON i.unit = u.code JOIN answers AS a ON a.interview = i.id
    WHERE i.stage = 'complete' AND i.round = '2022'
      AND i.survey IN (SELECT digest FROM surveys WHERE id = 'county_union')"""
"""Written for this store, once for the province and once for each city; the demonstration has no conflicts."""
MEDIAN = """
    (SELECT place, AVG(x) FROM (
        SELECT place, CAST(value AS REAL) AS x, COUNT(*) OVER (PARTITION BY place) AS n,
               ROW_NUMBER() OVER (PARTITION BY place ORDER BY CAST(value AS REAL)) AS nth
        FROM counted WHERE cell = 'return_due' AND status = 'answered')
     WHERE nth IN ((n + 1) / 2, (n + 2) / 2) GROUP BY place)"""


def of(cell: str, figure: str, more: str = "status = 'answered'") -> str:
    return f"(SELECT place, {figure} FROM counted WHERE cell GLOB '{cell}' AND {more} GROUP BY place)"


BY_HAND = {
    ("人员配备", "1、", "", "单位数", "同级人大常委会副主任"): of("chair_post", "SUM(value = '2')"),
    ("人员配备", "1、", "", "占比", "主席暂缺"): of("chair_post", "AVG(value = '7')"),
    ("人员配备", "14、", "", "已答 n", "单位数"): of("sw_pay", "COUNT(*)"),
    ("人员配备", "14、", "", "平均数", "（元/月）"): of("sw_pay", "AVG(value)"),
    ("人员配备", "14、", "", "未计入", "不掌握"): of("sw_pay", "SUM(status = 'dont_know')", "1"),
    ("人员配备", "15、", "", "单位数", "工资福利待遇偏低"): of(
        "sw_main_problem", "SUM(' ' || value || ' ' LIKE '% 4 %')"
    ),
    ("人员配备", "15、", "", "占全部选择", "业务培训不足"): of(
        "sw_main_problem",
        "SUM(' ' || value || ' ' LIKE '% 6 %') * 1.0 / SUM(LENGTH(value) - LENGTH(REPLACE(value, ' ', '')) + 1)",
    ),
    ("阵地服务", "18、", "", "已答 n", "单位数"): of("palace_obstacles", "COUNT(*)"),
    ("阵地服务", "18、", "", "未计入", "跳过"): of("palace_obstacles", "SUM(status = 'skipped')", "1"),
    ("阵地服务", "19、", "", "登记", "项目总数"): of("venues[[]*].v_kind", "COUNT(*)", "status != 'skipped'"),
    ("阵地服务", "19、", "类别", "按单位", "职工书屋"): of(
        "venues[[]*].v_kind", "COUNT(DISTINCT CASE value WHEN '4' THEN interview END)"
    ),
    ("阵地服务", "19、", "建筑面积", "合计", "（㎡）"): of("venues[[]*].v_area", "SUM(value)"),
    ("阵地服务", "21、", "", "合计（个）", "已建成"): of("stations.built", "SUM(value)"),
    ("资金使用", "29、", "", "合计", "（万元）"): of("return_due", "SUM(value)"),
    ("资金使用", "29、", "", "中位数", "（万元）"): MEDIAN,
    ("制度机制", "37、", "", "最早", "日期"): of("last_congress", "MIN(value)"),
    ("制度机制", "38、", "", "最大", "（次）"): of("joint_meetings", "MAX(CAST(value AS INTEGER))"),
    ("制度机制", "42、", "", "没有建立单位数", "阵地管理和开放"): of("rules_status.r_venue", "SUM(value = '3')"),
    ("作用发挥", "47、", "", "从业人数（估计）合计（人）", "网约车司机"): of("new_form.ride.est", "SUM(value)"),
    ("作用发挥", "47、", "", "未计入", "不掌握：网约车司机 · 从业人数（估计）"): of(
        "new_form.ride.est", "SUM(status = 'dont_know')", "1"
    ),
    ("指标", "", "", "编制使用率", "总率（分子合计÷分母合计）"): of(
        "staff_[oq]*",
        "1.0 * SUM(CASE WHEN cell GLOB 'staff_on*' THEN value END) / SUM(CASE WHEN cell GLOB 'staff_q*' THEN value END)",
    ),
}
"""(sheet, question, field of a register, title of the block, line) → SQL of (province or city, figure)."""


def cells_of(lines: list[list[object]], question: str, field: str, title: str, label: str) -> list[object]:
    """The figures of one line of a question's table, or of the indicators'."""
    part = found = ""
    for first, second, *values in block(lines, question) if question else lines:
        if second is None and str(first).startswith("栏目："):
            part, found = str(first).removeprefix("栏目："), ""
        found = str(first).replace("\n", "") if first else found
        if (part, found, second) == (field, title, label):
            return values
    raise AssertionError(f"{question}{field}{title}：{label} is not there")


def differing(connection: sqlite3.Connection, summary: dict[str, list[list[object]]]) -> list[tuple[str, ...]]:
    """The lines of which any figure is not what SQL says."""
    found = []
    for place, sql in BY_HAND.items():
        sheet, *line = place
        counted = dict(connection.execute(f"SELECT * FROM {sql}"))
        heads = next(heads[2:] for heads in summary[sheet] if "哈尔滨市" in heads)
        told = dict(zip(heads, cells_of(summary[sheet], *line), strict=True))
        assert len(told) == 14
        for city, figure in told.items():
            expected = counted.get(city) or 0
            figure = figure.date().isoformat() if isinstance(figure, dt.datetime) else figure
            if figure != (expected if isinstance(expected, str) else pytest.approx(expected)):
                found.append((*place, city))
    return found


def test_figures_of_eleven_questions_and_a_rate_are_those_of_sql_written_by_hand(
    demo: Demo, summary: dict[str, list[list[object]]]
) -> None:
    with closing(sqlite3.connect(f"file:{demo.office / 'zoufang.db'}?mode=ro", uri=True)) as connection:
        connection.execute(COUNTED)
        assert differing(connection, summary) == []
        connection.execute("DROP VIEW counted")
        connection.execute(COUNTED.replace("i.stage = 'complete' AND", ""))
        assert differing(connection, summary), "drafts count, and nobody sees it"


def test_merging_in_another_order_and_twice_changes_nothing(demo: Demo, tmp_path: Path) -> None:
    with open_campaign(demo.office) as office:
        expected = office.history_digest()
        answers = office.conn.execute("SELECT * FROM answers ORDER BY interview, cell").fetchall()
        known = [laptop.fingerprint for laptop in laptops(office)]
    with open_campaign(tmp_path) as other:
        for fingerprint in known:
            approve(other, fingerprint)
        for path in [*sorted(demo.inbox.glob("*.xlsx"), reverse=True), *demo.inbox.glob("*.xlsx")]:
            merge(other, [path])
        assert other.history_digest() == expected
        assert other.conn.execute("SELECT * FROM answers ORDER BY interview, cell").fetchall() == answers
