"""Small definitions, and a hand that fills them in without a store."""

from __future__ import annotations

import datetime as dt
import random
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from typing import Any, cast

from ruamel.yaml import YAML

from surveys.answers import Answer, Status, choices_of
from surveys.definition import Survey
from surveys.form import Form, roster_cell
from surveys.history import Event, Kind
from surveys.interview import Interview
from surveys.loading import LoadProblem

HEAD = """\
id: sample
version: "1"
title: 样例问卷
unit: 单位
round: "2022"
"""

SMALL = (
    HEAD
    + """
parameters: {most: 50, rate: 2.5}
sections:
  - name: cover
    label: 封面
    numbered: false
    questions:
      - {name: filler, type: text, label: 填表人}
  - name: staff
    label: 人员
    questions:
      - {name: staff_count, type: integer, label: 有几人？, required: true, min: 0, max: 200, unit: 人, statuses: [dont_know],
         warnings: [{check: . <= param('most'), message: 超过50人}]}
      - name: chair
        type: select_one
        label: 主席由谁担任？
        required: true
        choices: [{name: "1", label: 常委}, {name: "2", label: 专职}, {name: "96", label: 其他, specify: true}]
      - name: ages
        type: matrix
        label: 年龄分布
        relevant: ${staff_count} > 0
        required: true
        cell: {type: integer, min: 0}
        rows: [{name: young, label: 35岁及以下}, {name: old, label: 36岁及以上}]
        constraint: sum(.) = ${staff_count}
        constraint_message: 合计应等于人数
  - name: places
    label: 阵地
    questions:
      - name: venues
        type: roster
        label: 登记阵地
        required: true
        item_label: ${v_name}
        max_items: 3
        none_label: 暂无
        questions:
          - {name: v_name, type: text, label: 名称, required: true, min_length: 2}
          - {name: v_area, type: decimal, label: 面积, min: 0}
  - name: figures
    label: 指标
    numbered: false
    questions:
      - {name: young_share, type: calculate, label: 青年占比, calculation: "percent(${ages.young}, ${staff_count})", unit: "%", decimals: 1}
"""
)

NASTY = (
    HEAD
    + """
parameters: {low: 2}
statuses: [dont_know, refused]
sections:
  - name: one
    label: 一
    questions:
      - {name: a, type: integer, label: 甲, required: true, min: 0, max: 9}
      - name: b
        type: select_one
        label: 乙
        required: true
        relevant: ${a} > 1
        choices: [{name: "1", label: 一}, {name: "2", label: 二}, {name: "96", label: 其他, specify: true}]
      - name: c
        type: select_multiple
        label: 丙
        relevant: ${b} = '2' or ${b} = '96'
        max_selected: 3
        choices:
          - {name: "1", label: 一}
          - {name: "2", label: 二}
          - {name: "96", label: 其他, specify: true}
          - {name: "97", label: 没有, exclusive: true}
        warnings:
          - {check: "not(selected(., '1') and ${total} > 5)", message: 合计大于5}
          - {check: "not(selected(., '2')) or ${a} < 5", message: 甲不小于5}
      - {name: d, type: text, label: 丁, relevant: "selected(${c}, '96') and ${c.96} != ''"}
      - {name: total, type: calculate, label: 合计, calculation: "${a} + sum(${m})", decimals: 0}
      - {name: strict, type: calculate, label: 齐了才算, calculation: "sum(${m.x}) * 10", needs_all: true, relevant: "${a} != 3"}
      - {name: rounded, type: calculate, label: 取整, calculation: "${a} div 4", decimals: 0}
  - name: two
    label: 二
    questions:
      - name: m
        type: matrix
        label: 表
        required: true
        relevant: ${a} != 7
        cell: {type: integer, min: 0, max: 9}
        rows: [{name: r, label: 行一}, {name: s, label: 行二}]
        columns: [{name: x, label: 列一}, {name: y, label: 列二}]
        constraints:
          - {check: "${m.r.x} >= ${m.r.y}", message: 列一不小于列二}
          - {check: "sum(.) <= ${a} * 4", message: 合计太大}
        flags:
          - {when: "${rounded} >= 2", category: "101", level: yellow, message: 取整不小于2}
          - {when: "is-missing(${a})", category: "102", level: red, message: 甲不掌握}
        warnings:
          - {check: "${rounded} < 2", message: 取整不小于2请说明}
      - name: f
        type: roster
        label: 名册
        required: true
        relevant: ${a} != 8
        item_label: ${n}
        max_items: 3
        none_label: 暂无
        questions:
          - {name: n, type: text, label: 名}
          - name: p
            type: select_one
            label: 类
            required: true
            choices: [{name: "1", label: 一}, {name: "96", label: 其他, specify: true}]
            relevant: ${b} != '1'
          - {name: q, type: integer, label: 数, relevant: "${p} = '1'", required: true, min: 0, max: 9,
             constraint: ". <= ${a}", constraint_message: 数不大于甲,
             warnings: [{check: . > param('low'), message: 数太小}],
             flags: [{when: "${q} > 4", category: "201", level: red, message: 数大}]}
          - {name: u, type: date, label: 日, relevant: "${q} > 2 and ${total} > 3", warnings: [{check: "position(..) < 3", message: 第三行}]}
        constraint: sum(${q}) <= 12
        constraint_message: 合计不大于12
        flags:
          - {when: "count(${f}) > 1", category: by_row, level: yellow, message: 每行一条}
  - name: three
    label: 三
    questions:
      - name: e
        type: select_one
        label: 戊
        relevant: ${strict} > 20 or count(${f}[p = '1']) > 1
        choices: [{name: "1", label: 是}, {name: "2", label: 否}]
      - {name: g, type: money, label: 己, relevant: "${e} = '1' or ${u_days} > 0"}
      - {name: h, type: rating, label: 庚, relevant: "not(${g} > 1)", choices: [{name: "1", label: 好}, {name: "2", label: 差}]}
      - {name: u_days, type: calculate, label: 日数, calculation: "count-non-empty(${u})"}
"""
)

WIDE = (
    HEAD
    + """
parameters: {low: 2}
statuses: [dont_know, refused]
choices:
  provinces: [{name: "1", label: 黑}, {name: "2", label: 吉}]
  cities:
    - {name: "11", label: 哈, filter: {p: "1"}}
    - {name: "12", label: 齐, filter: {p: "1"}}
    - {name: "21", label: 长, filter: {p: "2"}}
    - {name: "96", label: 其他, specify: true, filter: {p: ""}}
sections:
  - name: one
    label: 一
    questions:
      - {name: province, type: select_one, label: 省, choices: provinces}
      - {name: city, type: select_one, label: 市, choices: cities, choice_filter: "p = ${province} or p = ''"}
      - name: towns
        type: select_multiple
        label: 县
        min_selected: 2
        max_selected: 3
        choice_filter: c = ${city} or c = ''
        choices:
          - {name: "1", label: 甲, filter: {c: "11"}}
          - {name: "2", label: 乙, filter: {c: "11"}}
          - {name: "3", label: 丙, filter: {c: "12"}}
          - {name: "4", label: 丁}
          - {name: "97", label: 没有, exclusive: true}
      - {name: share, type: percent, label: 比例, required: true, warnings: [{check: ". > param('low')", message: 太低}]}
      - {name: since, type: month, label: 年月, min: "2022-02"}
      - {name: opens, type: time, label: 时间, relevant: "${since} != ''", constraint: ". < '18:00'", constraint_message: 太晚}
      - {name: order, type: rank, label: 排序, max_ranked: 2, required: true,
         choices: [{name: a, label: 甲}, {name: b, label: 乙}, {name: c, label: 丙}]}
      - {name: cost, type: money, label: 金额, likely_max: 5}
      - {name: photo, type: attachment, label: 照片, relevant: "selected-at(${order}, 0) = 'a'"}
      - {name: advice, type: note, label: 比例高的看这里, relevant: "${share} > 5"}
      - {name: band, type: calculate, result: text, label: 档, calculation: "if(${share} > 5, 'high', if(${share} != '', 'low', ''))"}
  - name: two
    label: 二
    relevant: ${band} = 'high' or ${city} = '12'
    questions:
      - name: kind
        type: select_one
        label: 类
        choice_filter: b = ${band} or b = ''
        choices: [{name: "1", label: 一, filter: {b: high}}, {name: "2", label: 二, filter: {b: low}}, {name: "3", label: 三}]
      - name: m
        type: matrix
        label: 表
        relevant: ${kind} != '3'
        cell: {type: money, likely_max: 6}
        rows: [{name: x, label: 一}, {name: y, label: 二, cell: {type: percent}}, {name: z, label: 三, cell: {type: month}}]
      - name: r
        type: roster
        label: 册
        item_label: ${r_city}
        max_items: 3
        questions:
          - {name: r_province, type: select_one, label: 省, required: true, choices: provinces}
          - {name: r_city, type: select_one, label: 市, choices: cities, choice_filter: "p = ${r_province} or (p = '' and ${kind} = '1')"}
          - {name: r_more, type: rank, label: 序, relevant: "${r_city} != ''", choices: [{name: a, label: 甲}, {name: b, label: 乙}]}
          - {name: r_cost, type: money, label: 钱, likely_max: 4, relevant: "${r_province} = '1'"}
    constraints:
      - {check: "sum(${r_cost}) <= ${cost}", message: 名册合计不超过总额}
      - {check: "${m.y} <= ${share} or ${kind} = '2'", message: 不超过比例}
    warnings:
      - {check: "${kind} != '1' or ${province} = '1'", message: 类与省不符}
    flags:
      - {when: "${m.x} > 3", category: "301", level: red, message: 太大}
      - {when: "count(${r}) > 1", category: by_row, level: yellow, message: 每行一条}
  - name: three
    label: 三
    relevant: count(${r}) > 0 and ${tally} < 9
    questions:
      - {name: last, type: text, label: 末, required: true}
      - {name: more, type: integer, label: 再, relevant: "${last} != ''", min: 0}
  - name: four
    label: 四
    numbered: false
    questions:
      - {name: tally, type: calculate, label: 合计, calculation: "sum(${m.x}) + sum(${r_cost})"}
constraints:
  - {check: "${more} < 8", message: 太多}
warnings:
  - {check: "${share} < 8 or ${towns} = '97'", message: 县与比例不符}
flags:
  - {when: "is-missing(${share})", category: "302", level: yellow, message: 比例不掌握}
"""
)
"""What `NASTY` has not: filters, group conditions and checks, and the types with checks of their own."""

START = dt.datetime(2022, 11, 3, 9, 0, tzinfo=dt.UTC)


Load = Callable[[str], list[LoadProblem]]
"""Text of a definition → what is wrong with it (the fixture `faults`)."""


def fixed_clock() -> dt.datetime:
    """The same moment always, so that two replays can be compared."""
    return START


def survey_of(text: str) -> Survey:
    """A definition without a file."""
    return Survey.model_validate(YAML(typ="safe", pure=True).load(text))


def form_of(text: str) -> Form:
    """A definition made ready to run, without a file."""
    return Form(survey_of(text))


def questions(*lines: str) -> str:
    """A definition of one section with these questions, each a YAML flow mapping without its braces."""
    entries = "".join(f"      - {{{line}}}\n" for line in lines)
    return f"{HEAD}sections:\n  - name: only\n    label: 唯一部分\n    questions:\n{entries}"


@dataclass
class Hand:
    """Makes events as a device does, without a store; ids count up, so that order is reproducible."""

    device: str = "k1"
    ident: str = "i1"
    unit: str = "230102"
    count: int = 0

    def event(self, parents: Iterable[str], kind: Kind, cell: str = "", value: str = "", **more: Any) -> Event:
        """One event on these heads."""
        self.count += 1
        ident = self.ident if kind is Kind.OPENED else f"{self.count:06d}-{self.device}"
        return Event(ident, tuple(parents), self.ident, self.count, kind, cell, value, device=self.device, **more)

    def opened(self, form: Form) -> Event:
        """The first event of an interview."""
        return self.event((), Kind.OPENED, self.unit, form.digest, note=form.survey.round)

    def begin(self, form: Form) -> Interview:
        """A new interview in memory."""
        return Interview(form, [self.opened(form)], fixed_clock)

    def say(self, interview: Interview, kind: Kind, cell: str = "", value: str = "", **more: Any) -> frozenset[str]:
        """Make an event on the present heads and let the interview take it."""
        return interview.apply(self.event(interview.heads, kind, cell, value, **more))

    def answer(self, interview: Interview, address: str, value: str, status: Status | None = None) -> frozenset[str]:
        """Answer one cell; an empty value clears it."""
        status = status or (Status.ANSWERED if value else Status.EMPTY)
        return self.say(interview, Kind.ANSWERED, address, value, status=status)


@dataclass
class Edits:
    """Turns numbers into edits that a person could make at this moment."""

    hand: Hand = field(default_factory=Hand)
    linked: bool = False
    """Prefer questions that others depend on."""
    rows: int = 0

    def make(self, interview: Interview, numbers: tuple[int, int, int]) -> Event:
        """The event that these numbers stand for."""
        where, which, what = numbers
        form = interview.form
        pool = (
            [item for item in form.items if form.rules.fed_by[item.name]] if self.linked and where % 3 else form.items
        )
        item = pool[where % len(pool)]
        if not item.asked or what % 23 == 22:
            return self._aside(interview, item.name, what)
        if item.type == "roster" and (what % 5 == 0 or not interview.rows(item.name)):
            return self._row(interview, item.name, which, what)
        addresses = interview.addresses(item.name)
        address = addresses[which % len(addresses)]
        value, status = self.value(form, address, what)
        return self.hand.event(interview.heads, Kind.ANSWERED, address, value, status=status)

    def value(self, form: Form, address: str, what: int) -> tuple[str, Status]:
        """An answer, a clearing or a missing status for a cell."""
        cell = form.cell(address)
        if what % 11 == 10:
            return "", Status.EMPTY
        if what % 11 == 9 and cell.statuses:
            return "", cell.statuses[what % len(cell.statuses)]
        kind = cell.kind
        match kind.type:
            case "select_one" | "rating":
                choices = choices_of(kind)
                return choices[what % len(choices)].name, Status.ANSWERED
            case "select_multiple":
                codes = [choice.name for n, choice in enumerate(choices_of(kind)) if what >> n & 1]
                return " ".join(codes), Status.ANSWERED if codes else Status.EMPTY
            case "integer" | "decimal" | "money" | "percent":
                low = int(getattr(kind, "min", None) or 0)
                return str(low + what % 10), Status.ANSWERED
            case "rank":
                names = [choice.name for choice in choices_of(kind)]
                first = what % len(names)
                turned = names[first:] + names[:first]
                return " ".join(turned[: 1 + what // 7 % (kind.max_ranked or len(names))]), Status.ANSWERED
            case "month":
                return f"2022-{what % 12 + 1:02d}", Status.ANSWERED
            case "time":
                return f"{what % 24:02d}:{what % 60:02d}", Status.ANSWERED
            case "attachment":
                return f"{what % 16:x}" * 64 + "/照片.jpg", Status.ANSWERED
            case "date":
                return f"2022-{what % 12 + 1:02d}-03", Status.ANSWERED
            case _:
                return f"第{what % 7}个具体情况的说明", Status.ANSWERED

    def _row(self, interview: Interview, roster: str, which: int, what: int) -> Event:
        rows = interview.rows(roster)
        heads = interview.heads
        if not rows and which % 3 == 0:
            status = Status.EMPTY if interview.nothing(roster) else Status.NOT_APPLICABLE
            return self.hand.event(heads, Kind.ANSWERED, roster, status=status)
        if rows and which % 3 == 0:
            return self.hand.event(heads, Kind.ROW_REMOVED, roster_cell(roster, rows[what % len(rows)]))
        gone = [row_id for row_id, there in interview._rows.get(roster, {}).items() if not there]
        if gone and which % 3 == 1:
            return self.hand.event(heads, Kind.ROW_ADDED, roster_cell(roster, gone[0]))
        self.rows += 1
        return self.hand.event(heads, Kind.ROW_ADDED, roster_cell(roster, f"{self.hand.device}r{self.rows}"))

    def _aside(self, interview: Interview, item: str, what: int) -> Event:
        heads, make = interview.heads, self.hand.event
        warnings = [finding for finding in interview.findings() if finding.level == "warning"]
        if warnings:
            return make(heads, Kind.WARNING_PASSED, warnings[what % len(warnings)].check, note="属实")
        match what % 4:
            case 0:
                return make(heads, Kind.REMARKED, item, f"备注{what}")
            case 1:
                return make(heads, Kind.DOUBTED, item, "1" if what & 4 else "")
            case 2:
                return make(heads, Kind.COMPLETED if interview.stage == "draft" else Kind.REOPENED, note="再看")
            case _:
                return make(
                    heads, *((Kind.RESPONDENT, item, f"答复人{what}") if what & 4 else (Kind.EVIDENCED, item, "台账"))
                )


def all_effective(interview: Interview) -> dict[str, Answer]:
    """Every effective answer of an interview: what its `answers` table must hold."""
    return {a: answer for item in interview.form.items for a, answer in interview.effective(item.name).items()}


def of_item(interview: Interview, name: str) -> tuple[object, ...]:
    """What can be seen of one question, its own answers included."""
    offered = {a: interview.choices(a) for a in interview.addresses(name) if interview.form.has_filter(a)}
    return interview.mark(name), interview.findings(name), interview.flags(name), interview.effective(name), offered


def picture(interview: Interview) -> dict[str, object]:
    """All that can be seen of an interview, for comparing two."""
    names = [item.name for item in interview.form.items]
    return {
        "items": {name: of_item(interview, name) for name in names},
        "relevant": {name: interview.relevant(name) for name in names},
        "progress": [interview.progress(), *(interview.progress(s.name) for s in interview.form.sections())],
        "errors": interview.error_count,
        "open": interview.open_items(),
        "rows": {name: interview.rows(name) for name in names},
        "labels": {(n, r): interview.row_label(n, r) for n in names for r in interview.rows(n)},
        "addresses": {name: interview.addresses(name) for name in names},
        "said": {
            n: (interview.remark(n), interview.evidence(n), interview.doubted(n), interview.respondent(n))
            for n in names
        },
        "respondents": interview.respondents(),
        "standing": interview.standing,
        "stage": interview.stage,
        "heads": interview.heads,
        "conflicts": interview.conflicts,
    }


def numbers(seed: int, count: int) -> Iterator[tuple[int, int, int]]:
    """A reproducible sequence for `Edits`."""
    dice = random.Random(seed)
    for _ in range(count):
        yield dice.randrange(1000), dice.randrange(1000), dice.randrange(1000)


def answered(value: str) -> Answer:
    return Answer(value, Status.ANSWERED)


class Filled:
    """An interview with a hand that fills it in."""

    def __init__(self, form: Form, **answers: str) -> None:
        self.hand = Hand()
        self.interview = self.hand.begin(form)
        for address, value in answers.items():
            self(address, value)

    def __call__(self, address: str, value: str = "", status: Status | None = None) -> frozenset[str]:
        return self.hand.answer(self.interview, address, value, status)

    def row(self, roster: str, row_id: str, **fields: str) -> None:
        self.hand.say(self.interview, Kind.ROW_ADDED, f"{roster}[{row_id}]")
        for name, value in fields.items():
            self(f"{roster}[{row_id}].{name}", value)

    def messages(self, item: str | None = None) -> list[str]:
        return [finding.message for finding in self.interview.findings(item)]


def keeps_the_law(form: Form, steps: Iterable[tuple[int, int, int]], linked: bool = False) -> None:
    """Fill in a form with random edits; after each, the state must equal a replay of the whole history,
    `apply` must have named exactly the addresses that changed, and `touched` every question that looks different."""
    edits = Edits(linked=linked)
    interview = edits.hand.begin(form)
    before, items = all_effective(interview), cast(dict[str, object], picture(interview)["items"])
    for step in steps:
        event = edits.make(interview, step)
        changed = interview.apply(event)
        after, now = all_effective(interview), picture(interview)
        assert changed == {a for a in before.keys() | after.keys() if before.get(a) != after.get(a)}, event
        looks = cast(dict[str, object], now["items"])
        if event.kind in (Kind.ANSWERED, Kind.ROW_ADDED, Kind.ROW_REMOVED, Kind.WARNING_PASSED):
            assert {name for name in items if items[name] != looks[name]} <= interview.touched, event
        else:
            assert items == looks
        replayed = picture(Interview(form, interview.events[::-1], fixed_clock))
        for part, seen in now.items():
            assert seen == replayed[part], (event, part)
        before, items = after, looks
