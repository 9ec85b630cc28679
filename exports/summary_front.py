"""The front of the summary: cover with headline figures, table of contents, and the rules of counting."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from exports.canvas import LINE, LINK, NUMBER, Canvas, lettered
from exports.coverage import Coverage, CoverageLine, Progress
from exports.figures import MISSING_LABELS
from exports.indicators import Indicator
from exports.limits import Limit
from exports.shading import LEGEND, shade
from exports.styles import (
    ALARM,
    CENTERED,
    HEAD,
    LABEL,
    NOTE,
    NOTE_LINE,
    PERCENT,
    SECTION,
    SUBTITLE,
    TITLE,
    WRAPPED,
    Look,
    lines_of,
)
from exports.summary_tables import Placed
from exports.tabulation import QuestionTable, Tabulation
from exports.terms import counted_word, type_of
from exports.times import in_words
from surveys.definition import Section
from surveys.form import Form
from surveys.frame import team_name

SCOPES = {
    (False, False): "统计范围：本轮次已完成的答卷，每个单位一份；草稿和作废的答卷不计入。",
    (False, True): "统计范围：本轮次的答卷，每个单位一份；没有完成的单位用草稿，没填到的题算“未答”；作废的答卷不计入。",
    (
        True,
        False,
    ): "统计范围：本轮次已完成的记录，一个单位有几份就计几份；草稿和作废的记录不计入。各表中的“记录数”不是单位数。",
    (
        True,
        True,
    ): "统计范围：本轮次的记录，连草稿在内，一个单位有几份就计几份；没填到的题算“未答”；作废的记录不计入。各表中的“记录数”不是单位数。",
}
"""Which interviews are counted; by whether a unit may have many, and whether drafts are counted."""

DUPLICATES = "一个单位有几份答卷的（重复），按最先开始的那份已完成答卷统计，其余的由人裁定。"
RULES = (
    "两处填法不同、尚未裁定的答案不计入，单独数在“未计入”的“待裁定”里。",
    "占比的分母是已答{counted}数（逐项登记的题为已登记的项目数）；不掌握、拒答、不适用、跳过、未答不进分母，出现时另列。",
    "多选题的占比之和可以超过100%。排序题的占比是排在第一的占比，平均名次只算排入的{counted}。",
    "百分比题不合计，平均数是各{counted}所填百分比的平均。",
    "比率类指标的全省、各市数由分子合计除以分母合计得出，不是各{counted}比率的平均；两项都填了的{counted}才计入。",
    "中位数按通常办法：{counted}数为偶数时取中间两个数的平均；日期、年月取中间两个的中点，不足一日、一月的舍去。",
    "选项很多的题（如地名）只列选到的选项。",
    "金额单位为万元。“–”表示没有可统计的答案。",
)
"""How everything was counted, for the reader."""
WEIGHTED = (
    "加权：权重来自文件“{weights}”，每个单位一个。标“加权”的占比、平均数、中位数和总率按权重计算，其余的数字都不加权；"
    "各处的 n 是未加权的{counted}数。覆盖、问题画像、反映比较多的问题和各项清单不加权。"
)
"""What is weighted, where weights are given."""

_TOLD = 6
"""Widely heard categories that the cover names."""

_BIG = replace(lettered(LABEL, size=22), horizontal="center")
_ALARM = lettered(SUBTITLE, color=ALARM, bold=True)
_WEIGHTS = replace(SUBTITLE, wrap=True)
_RATE_NAME, _RATE = replace(LABEL, shrink=True, wrap=False), lettered(PERCENT, bold=True)
_CARD = replace(lettered(CENTERED, color="595959"), fill=LABEL.fill)


@dataclass(frozen=True, slots=True)
class Heading:
    """What the cover says about the whole."""

    title: str
    version: str
    digest: str
    notice: str
    round: str
    last_event: str
    """As events write it; "" while nothing has happened."""
    demo: bool = False
    """Whether the answers were made up by `zoufang demo`."""
    drafts: bool = False
    """Whether drafts are counted."""
    weights: str = ""
    """Name of the file that the weights came from; "" without."""


def heading_of(form: Form, round_: str, last_event: str, *, demo: bool, drafts: bool, weights: str = "") -> Heading:
    """The heading of a form's summary; `last_event` is as events write it, "" for none."""
    survey = form.survey
    return Heading(survey.title, survey.version, form.digest, survey.notice, round_, last_event, demo, drafts, weights)


@dataclass(frozen=True, slots=True)
class Headlines:
    """What the leadership reads first."""

    rates: Sequence[tuple[Indicator, Sequence[Limit]]]
    """The whole's rates."""
    flags: int | None
    """Candidate problems that wait for a check; None where the form makes none."""
    red: int
    """Of those the red ones."""
    widely: Sequence[tuple[str, int]]
    """The most widely heard categories, with their units."""
    doubted: int
    """Questions marked 待核实."""
    issues: int
    """Registered ones."""
    findings: int | None
    """Of the quality checks, that somebody has to look at; None for an earlier round."""


def write_cover(sheet: Any, heading: Heading, coverage: Coverage, headlines: Headlines, contents: str) -> None:
    """Headline figures and where the numbers come from."""
    canvas = Canvas(sheet, "", [3.0, *[22.0] * 6])
    canvas.put(canvas.advance(32), 2, f"{heading.title} · 汇总", TITLE)
    canvas.put(canvas.advance(24), 2, f"轮次：{heading.round}" if heading.round else "各单位答卷汇总", SUBTITLE)
    if heading.demo:
        canvas.put(canvas.advance(24), 2, "演示：全部答案由程序模拟，不是真实调查结果。", _ALARM)
    if coverage.many:
        canvas.put(canvas.advance(24), 2, "一个单位可以有多份记录，各题按记录数统计。", SUBTITLE)
    if heading.drafts:
        canvas.put(canvas.advance(24), 2, "各题的数字包括还没有完成的草稿。", _ALARM)
    if heading.weights:
        counted = counted_word(coverage.many)
        told = f"各题和指标另有按权重计算的数字，标“加权”；权重来自文件“{heading.weights}”，n 是未加权的{counted}数。"
        row = canvas.advance(18.0 * lines_of(told, 110))
        canvas.span(row, 2, 7, told, _WEIGHTS)
    canvas.advance(6)
    _write_cards(canvas, _records(coverage.whole) if coverage.many else _states(coverage.whole))
    _write_cards(canvas, _findings(headlines))
    _write_rates(canvas, headlines)
    if headlines.widely:
        told = "、".join(f"{label}（{count}个）" for label, count in headlines.widely[:_TOLD])
        row = canvas.advance(LINE * lines_of(told, 112))
        canvas.put(row, 2, "反映比较多的线索", LABEL)
        canvas.span(row, 3, 7, told, replace(WRAPPED, vertical="center"))
    canvas.advance(6)
    facts = (
        ("最后一条记录", in_words(heading.last_event) if heading.last_event else "还没有记录"),
        ("问卷版本", heading.version),
        ("问卷指纹", heading.digest[:16]),
        ("说明", heading.notice or "–"),
        ("怎样统计", _how(coverage.many)),
    )
    for name, text in facts:
        row = canvas.advance(LINE * 1.1 * lines_of(text, 112))
        canvas.put(row, 2, name, LABEL)
        canvas.span(row, 3, 7, text, replace(WRAPPED, vertical="center"))
    canvas.advance(8)
    canvas.link(canvas.advance(20), 2, "打开目录", contents)


def _how(many: bool) -> str:
    undecided = "待裁定的记录" if many else "重复和待裁定的答卷"
    return f"每个数字都注明已答{counted_word(many)}数 n；统计办法、{undecided}见“统计办法”页。"


Card = tuple[str, object, str]


def _write_cards(canvas: Canvas, cards: Sequence[Card]) -> None:
    """A row of names over a row of large figures."""
    names, values = canvas.advance(16), canvas.advance(32)
    for column, (name, value, number_format) in enumerate(cards, 2):
        canvas.put(names, column, name, _CARD)
        canvas.put(values, column, "–" if value is None else value, _format(_BIG, number_format))
    canvas.advance(8)


def _findings(headlines: Headlines) -> list[Card]:
    counts = (
        ("问题线索（待核实）", headlines.flags), ("其中红色", None if headlines.flags is None else headlines.red),
        ("反映比较多的类别", None if headlines.flags is None else len(headlines.widely)),
        ("标了待核实的题", headlines.doubted), ("登记的问题件", headlines.issues), ("质量检查要核实", headlines.findings),
    )  # fmt: skip
    return [(name, value, "#,##0") for name, value in counts]


def _write_rates(canvas: Canvas, headlines: Headlines) -> None:
    """Three rates a line, marked where they pass a limit."""
    rates = [(indicator, limits) for indicator, limits in headlines.rates if indicator.columns[0].overall is not None]
    for place in range(0, len(rates), 3):
        row = canvas.advance(LINE)
        for column, (indicator, limits) in zip((2, 4, 6), rates[place : place + 3], strict=False):
            overall = indicator.columns[0].overall or 0
            canvas.put(row, column, indicator.item.label, _RATE_NAME)
            cell = canvas.put(row, column + 1, overall / 100, _RATE)
            shade(canvas.sheet, cell.coordinate, limits, percent=True)
    if rates:
        canvas.put(canvas.advance(LINE), 2, f"各率由全省分子合计除以分母合计得出。{LEGEND}", NOTE_LINE)
    canvas.advance(8)


def _states(whole: CoverageLine) -> list[Card]:
    return [
        ("应调查单位", len(whole.units), "#,##0"),
        ("已完成", whole.count(Progress.COMPLETE), "#,##0"),
        ("完成率", whole.rate, "0.0%"),
        ("草稿", whole.count(Progress.DRAFT), "#,##0"),
        ("未开始", whole.count(Progress.NOT_STARTED), "#,##0"),
        ("待裁定或重复", sum(unit.conflicts > 0 or unit.duplicate for unit in whole.units), "#,##0"),
    ]


def _records(whole: CoverageLine) -> list[Card]:
    return [
        ("单位", len(whole.units), "#,##0"),
        ("有记录的单位", whole.reached, "#,##0"),
        ("占全部单位", whole.reach, "0.0%"),
        ("完成的记录", whole.records, "#,##0"),
        ("草稿", whole.drafts, "#,##0"),
        ("有待裁定的单位", whole.conflicts, "#,##0"),
    ]


def _format(look: Look, number_format: str) -> Look:
    return replace(look, number_format=number_format)


def write_contents(
    sheet: Any,
    others: Sequence[tuple[str, str]],
    sections: Sequence[tuple[Section, str]],
    tabulation: Tabulation,
    places: Mapping[str, Placed],
) -> None:
    """Every sheet and every question, each with a way there.

    Args:
        sheet: An empty sheet.
        others: (sheet name, what is on it) of the sheets that are no dimension.
        sections: Every dimension with its sheet name.
        tabulation: For the numbers of answers.
        places: Question name → where its table is.
    """
    canvas = Canvas(sheet, "目录", [24.0, 100.0, 12.0, 16.0], head=2)
    canvas.put(canvas.advance(30), 1, "目录", TITLE)
    row = canvas.advance(20)
    canvas.repeat(20)
    for column, text in enumerate(("页", "内容（点击可打开）", "题型", "全省已答 n"), 1):
        canvas.put(row, column, text, HEAD)
    for name, content in others:
        row = canvas.advance(LINE)
        canvas.put(row, 1, name, LABEL)
        canvas.link(row, 2, content, name)
        canvas.span(row, 3, 4, None, CENTERED)
    for section, name in sections:
        canvas.keep(LINE * 5)
        canvas.span(canvas.advance(16), 1, 4, section.label, SECTION)
        for table in tabulation.questions.values():
            if table.item.section is section:
                _write_entry(canvas, table, name, places[table.item.name])


def _write_entry(canvas: Canvas, table: QuestionTable, name: str, place: Placed) -> None:
    high = 14.0 * lines_of(table.item.heading, 98)
    canvas.keep(high)
    row = canvas.advance(high)
    canvas.put(row, 1, name, replace(CENTERED, font=NOTE.font))
    canvas.link(row, 2, table.item.heading, place.sheet, f"A{place.row}", replace(LINK, wrap=True))
    canvas.put(row, 3, type_of(table.item.question), CENTERED)
    tallies = table.roster or table.cells[0].columns
    canvas.put(row, 4, tallies[0].tally.answered, NUMBER)


def write_rules(sheet: Any, coverage: Coverage, drafts: bool, weights: str, back: str) -> None:
    """The rules of counting, and what a person still has to decide."""
    canvas = Canvas(sheet, "统计办法", [30.0, 14.0, 14.0, 80.0])
    canvas.head("统计办法和待处理事项", back)
    _band(canvas, "统计办法")
    for number, rule in enumerate(rules_of(coverage.many, drafts, weights), 1):
        row = canvas.advance(LINE * lines_of(rule, 132))
        canvas.span(row, 1, 4, f"{number}. {rule}", replace(WRAPPED, vertical="center"))
    if not coverage.many:
        _write_duplicates(canvas, coverage)
    disputed = [unit for unit in coverage.whole.units if unit.conflicts]
    _band(canvas, f"有答案待裁定的单位：{len(disputed)}个")
    if disputed:
        _row(canvas, ("单位", "调查组", "待裁定", "答卷编号"), HEAD)
    for unit in disputed:
        _row(canvas, (unit.name, team_name(unit.team), unit.conflicts, "、".join(unit.interviews)))
    _band(canvas, f"单位不在名录里的{'记录' if coverage.many else '答卷'}：{len(coverage.strays)}份（不计入任何统计）")
    for code, ident in coverage.strays:
        _row(canvas, (code, "", "", ident))


def rules_of(many: bool, drafts: bool, weights: str) -> list[str]:
    """How everything was counted; `weights` is the name of their file, "" without."""
    rules = [SCOPES[many, drafts], *([] if many else [DUPLICATES]), *RULES, *([WEIGHTED] if weights else [])]
    return [*(rule.format(counted=counted_word(many), weights=weights) for rule in rules), _missing_rule()]


def _write_duplicates(canvas: Canvas, coverage: Coverage) -> None:
    duplicates = [unit for unit in coverage.whole.units if unit.duplicate]
    _band(canvas, f"重复的单位：{len(duplicates)}个")
    if duplicates:
        _row(canvas, ("单位", "调查组", "答卷数", "答卷编号（排在最前的用于统计）"), HEAD)
    for unit in duplicates:
        _row(canvas, (unit.name, team_name(unit.team), len(unit.interviews), "、".join(unit.interviews)))


def _missing_rule() -> str:
    return f"“未计入”的种类：{'、'.join(MISSING_LABELS.values())}；没有出现的种类不列。“旧版不符”指按旧版问卷填写、现题型读不出的答案。"


def _band(canvas: Canvas, text: str) -> None:
    canvas.keep(LINE * 4)
    canvas.advance(LINE * 0.7)
    canvas.span(canvas.advance(LINE * 1.3), 1, 4, text, SECTION)


def _row(canvas: Canvas, values: Sequence[object], look: Look | None = None) -> None:
    row = canvas.advance(LINE * lines_of(str(values[3]), 80))
    for column, value in enumerate(values, 1):
        kind = NUMBER if isinstance(value, int) else CENTERED if column in (2, 3) else WRAPPED
        canvas.put(row, column, value, look or kind)
