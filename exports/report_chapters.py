"""The chapters of a report. Only counts and quotes: where something is to be said about them, the office says it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from fractions import Fraction
from itertools import groupby

from exports.blocks import Style
from exports.case_words import CaseWords
from exports.coverage import Coverage, Progress
from exports.exploring import in_words
from exports.indicators import Indicator, IndicatorColumn
from exports.limits import worst
from exports.problems import Category, Heard
from exports.rates import Ratio
from exports.report_facts import Facts
from exports.report_questions import write_question
from exports.report_sheets import Cell, Sheet
from exports.report_tables import NONE, Chart
from exports.report_words import (
    QUOTED,
    RECORDS,
    STATES,
    coverage_sentences,
    front_lines,
    profile_sentence,
    rate,
    state_words,
)
from exports.report_writing import NO_FONT, Writing
from exports.summary_front import rules_of
from exports.summary_indicators import indicator_block, scaled, style_of
from surveys.definition import Section

_LEVELS = {"red": "红", "yellow": "黄"}
_CHARTED = 15
_SIDE_BY_SIDE = 5
"""Indicators beside each other in the tables by city."""
_LEGEND = "红底、黄底：达到问卷里标为红色、黄色问题的界限（由数字推出，待核实）。"


def write_front(writing: Writing, facts: Facts) -> None:
    """Cover and table of contents."""
    alarms = ["演示：全部答案由程序模拟，不是真实调查结果。"] * facts.heading.demo
    alarms += ["各题的数字包括还没有完成的草稿。"] * facts.heading.drafts
    office = ("〔请填写：编制单位〕", "〔请填写：编制日期〕")
    writing.paper.cover(facts.title, front_lines(facts.heading), office, "".join(alarms))
    writing.paper.contents()


def write_overview(writing: Writing, facts: Facts) -> None:
    """调查概况: who was asked, how far it is, and the parts of the form that are no dimension."""
    paper, coverage = writing.paper, facts.coverage
    writing.chapter("调查概况")
    writing.section("调查的组织")
    paper.to_write("调查的背景、时间、范围和组织")
    if facts.heading.notice:
        paper.text(f"问卷说明：{facts.heading.notice}")
    writing.section("完成情况")
    paper.text(*coverage_sentences(coverage))
    heads = RECORDS if coverage.many else STATES
    lines = [coverage.whole, *coverage.cities]
    rows = [state_words(line, coverage.many) for line in lines]
    paper.table(Sheet("各市（地）完成情况", ("市（地）", *heads), rows))
    _write_progress(writing, coverage)
    rows = [state_words(line, coverage.many) for line in coverage.teams]
    paper.table(Sheet("各调查组完成情况", ("调查组", *heads), rows))
    writing.section("统计的范围")
    paper.text("".join(rules_of(coverage.many, facts.heading.drafts, facts.heading.weights)[:1]))
    paper.text("各题的数字都是全省的，按已答的计算，各表注明 n；其余的统计办法见附录，各市（地）的分组表见汇总工作簿。")
    if not writing.font:
        paper.text(NO_FONT)
    for section in facts.sections(numbered=False):
        _write_questions(writing, facts, section)


def _write_progress(writing: Writing, coverage: Coverage) -> None:
    if coverage.many or not coverage.cities:
        return
    states = (Progress.COMPLETE, Progress.DRAFT, Progress.NOT_STARTED)
    counts = [[line.count(state) for line in coverage.cities] for state in states]
    chart = Chart(
        [line.label for line in coverage.cities],
        [(str(state), [float(count) for count in each]) for state, each in zip(states, counts, strict=True)],
        [[str(count or "") for count in each] for each in counts],
        "单位数",
        piled=True,
    )
    writing.picture("各市（地）单位的进度", chart)


def write_dimension(writing: Writing, facts: Facts, section: Section) -> None:
    """One dimension of the questionnaire."""
    writing.chapter(section.label)
    writing.paper.to_write(f"{section.label}的总体情况")
    _write_questions(writing, facts, section)


def _write_questions(writing: Writing, facts: Facts, section: Section) -> None:
    for table in facts.tabulation.questions.values():
        if table.item.section is section:
            write_question(writing, facts, table)


# ── indicators ────────────────────────────────────────────────────────────────────────


def write_indicators(writing: Writing, facts: Facts) -> None:
    """指标: the whole's figures."""
    paper, counted = writing.paper, facts.counted
    writing.chapter("指标")
    paper.to_write("对各项指标的说明")
    figures = [one for one in facts.indicators if one.item.cells[0].kind.type != "text"]
    weighted = any(one.columns[0].weighted for one in figures)
    heads = ("指标", "总率或合计", "n", f"算得出的{counted}", "中位数", "最低", "最高", *["加权总率或合计"] * weighted)
    rows = [_indicator_row(facts, one, weighted) for one in figures]
    paper.table(Sheet("综合指标", heads, rows))
    paper.note(
        f"注：总率由分子合计除以分母合计得出，不是各{counted}比率的平均，n 是计入总率或合计的{counted}数；"
        f"中位数、最低、最高是各{counted}自己的数。{_LEGEND}"
    )
    rates = [one for one in figures if isinstance(one.rule, Ratio) and one.columns[0].overall is not None]
    if rates:
        shown = [scaled(one, one.columns[0].overall) for one in rates]
        lengths = [float(value or 0) for value in shown]
        names = [one.item.label for one in rates]
        texts = [[rate(value) for value in shown]]
        writing.picture("各项总率（全省）", Chart(names, [("总率", lengths)], texts, "总率", percent=True))
    for one in facts.indicators:
        if one.item.cells[0].kind.type == "text":
            block = indicator_block(one, counted)
            words = [(line.label, in_words(line.values[0], line.style) or NONE) for line in block.lines]
            paper.table(Sheet(block.title, ("统计", "全省"), words))


def _indicator_row(facts: Facts, one: Indicator, weighted: bool) -> list[str | Cell]:
    column, unit = one.columns[0], "" if one.unit in ("", "%") else f"（{one.unit}）"
    units = column.units
    spread = (units.median, units.minimum, units.maximum) if units else (None, None, None)
    overall = column.overall if isinstance(one.rule, Ratio) else None
    limit = worst(overall, facts.limits.of(one.item)) if overall is not None else None
    row: list[str | Cell] = [
        one.item.label + unit,
        Cell(_figure(one, column.overall), limit.level if limit else ""),
        str(column.overall_n) if column.overall is not None else NONE,
        str(column.tally.answered),
        *(_figure(one, value, spread=True) for value in spread),
    ]
    return row + [_figure(one, column.weighted.overall if column.weighted else None)] * weighted


def _figure(one: Indicator, value: Fraction | None, spread: bool = False) -> str:
    style = style_of(one)
    return in_words(scaled(one, value), Style.ONE if spread and style is Style.COUNT else style) or NONE


# ── problems and practices ────────────────────────────────────────────────────────────


def write_profile(writing: Writing, facts: Facts) -> None:
    """问题画像: candidate problems by category."""
    writing.chapter("问题画像")
    found = facts.profile
    assert found is not None
    writing.paper.text(profile_sentence(found))
    writing.paper.to_write("核实的情况")
    heads = ("类别和线索", "程度", "单位数", "占比", "其中红色", "市（地）数")
    for dimension, categories in groupby(found.categories, key=lambda category: category.dimension):
        rows = [row for category in categories for row in _profile_rows(category)]
        sheet = Sheet(f"{dimension or '其他'}的问题线索（n＝{found.counted}）", heads, rows)
        writing.paper.table(sheet)
    writing.paper.note("注：一个单位在一行里只算一次。类别一行是该类全部线索涉及的单位。")


def _profile_rows(category: Category) -> Iterator[list[str]]:
    yield _heard_row(category, f"【{category.label}】")
    for flag in category.flags:
        yield _heard_row(flag, f"　{flag.label}")


def _heard_row(heard: Heard, name: str) -> list[str]:
    level = _LEVELS.get(heard.level, heard.level)
    return [name, level, str(len(heard.units)), rate(heard.share), str(heard.red or NONE), str(len(heard.cities))]


def write_widely(writing: Writing, facts: Facts) -> None:
    """反映比较多的问题: what was registered, then what the answers say."""
    paper = writing.paper
    writing.chapter("反映比较多的问题")
    writing.section("登记并核实的问题")
    paper.text(f"登记的问题共{len(facts.issues)}件。" if facts.issues else "登记簿里没有登记问题。")
    if facts.heard:
        heads = ("类别", "单位数", "市（地）数", "问题件", "反映的组", "是否反映比较多")
        rows = [
            [one.label, *map(str, (one.units, one.cities, one.cases, one.teams)), "是" if one.widely else ""]
            for one in facts.heard
        ]
        paper.table(Sheet("登记的问题，按类别", heads, rows))
        for one in facts.heard:
            _quote_issues(writing, one.label, [case for case in facts.issues if case.row.category == one.code])
    if facts.profile is not None:
        writing.section("由答案推出的线索")
        _write_lines(writing, facts)
    paper.to_write("研究和处理的意见")


def _quote_issues(writing: Writing, label: str, cases: Sequence[CaseWords]) -> None:
    if cases:
        rest = f"，列前{QUOTED}件" if len(cases) > QUOTED else ""
        writing.paper.text(f"{label}（{len(cases)}件{rest}）：")
    for case in cases[:QUOTED]:
        writing.paper.quote(f"“{case.row.title}”（{case.unit.name}，{case.status}）")


def _write_lines(writing: Writing, facts: Facts) -> None:
    found = facts.profile
    assert found is not None
    writing.paper.text(
        f"反映比较多的，指涉及不少于{found.many_units}个单位或不少于{found.many_cities}个市（地）的类别。"
    )
    heads = ("排位", "类别", "单位数", "占比", "其中红色", "市（地）数")
    rows = [
        [str(place), one.label, str(len(one.units)), rate(one.share), str(one.red or NONE), str(len(one.cities))]
        for place, one in enumerate(found.widely, 1)
    ]
    if not rows:
        writing.paper.text("没有这样的类别。")
        return
    sheet = Sheet(f"反映比较多的类别（n＝{found.counted}）", heads, rows, words=1)
    writing.paper.table(sheet)
    first = found.widely[:_CHARTED]
    counts = [len(one.units) for one in first]
    chart = Chart([one.label for one in first], [("单位数", [*map(float, counts)])], [[*map(str, counts)]], "单位数")
    writing.picture(f"反映比较多的类别（线索，前{len(first)}类）", chart)


def write_practices(writing: Writing, facts: Facts) -> None:
    """典型经验, as they were registered."""
    writing.chapter("典型经验")
    if not facts.practices:
        writing.paper.text("登记簿里没有登记经验。")
    for case in facts.practices:
        writing.section(case.row.title)
        about = "，".join(filter(None, (case.unit.name, case.category, case.status)))
        writing.paper.text(f"（{about}）")
        if description := case.value("description"):
            writing.paper.quote(f"“{' '.join(description.split())}”")
    writing.paper.to_write("对各项经验的说明")


# ── appendix ──────────────────────────────────────────────────────────────────────────


def write_appendix(writing: Writing, facts: Facts) -> None:
    """附录: figures by city, who is missing, the rules of counting."""
    writing.chapter("附录")
    summed = [one for one in facts.indicators if one.columns[0].overall is not None]
    if summed:
        writing.section("各市（地）指标")
        for first in range(0, len(summed), _SIDE_BY_SIDE):
            _write_by_city(writing, facts, summed[first : first + _SIDE_BY_SIDE])
        writing.paper.note(f"注：各市（地）的总率或合计，括号里是计入的{facts.counted}数 n。{_LEGEND}")
    if not facts.coverage.many:
        writing.section("没有完成的单位")
        _write_missing(writing, facts.coverage)
    writing.section("统计办法")
    rules = rules_of(facts.coverage.many, facts.heading.drafts, facts.heading.weights)
    for number, rule in enumerate(rules, 1):
        writing.paper.text(f"{number}. {rule}")


def _write_by_city(writing: Writing, facts: Facts, indicators: Sequence[Indicator]) -> None:
    rows: list[list[str | Cell]] = [
        [group, *(_in_city(facts, one, one.columns[place]) for one in indicators)]
        for place, group in enumerate(facts.tabulation.groups)
    ]
    names = [one.item.label + ("" if one.unit in ("", "%") else f"（{one.unit}）") for one in indicators]
    writing.paper.table(Sheet("各市（地）指标", ("市（地）", *names), rows))


def _in_city(facts: Facts, one: Indicator, column: IndicatorColumn) -> Cell:
    if column.overall is None:
        return Cell(NONE)
    limit = worst(column.overall, facts.limits.of(one.item)) if isinstance(one.rule, Ratio) else None
    return Cell(f"{_figure(one, column.overall)}（{column.overall_n}）", limit.level if limit else "")


def _write_missing(writing: Writing, coverage: Coverage) -> None:
    for progress in (Progress.NOT_STARTED, Progress.DRAFT):
        names = [unit.name for unit in coverage.whole.units if unit.progress is progress]
        writing.paper.text(f"{progress}的{len(names)}个{'：' if names else ''}{'、'.join(names)}。")
