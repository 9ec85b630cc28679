"""问题画像 and 反映比较多的问题: what the flags say over all counties, and what the register has of it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from itertools import groupby
from typing import Any

from exports.canvas import NUMBER, lettered
from exports.charts import Plan, Range, draw
from exports.list_sheets import RATE, TOP, ListSheet, Shown, by_city
from exports.problems import Category, Heard, Profile
from exports.styles import CENTERED, LABEL
from surveys.register import figures

NOTE = "线索由答案按问卷的规则推出，核实以后才算问题；一个单位在一行里只算一次。"
_LEVELS = {"red": "红", "yellow": "黄"}
_BOLD = replace(lettered(NUMBER, bold=True), fill=LABEL.fill)
_RATE = {True: replace(_BOLD, number_format=RATE.number_format), False: RATE}
_NAMES = 30
"""Units that are listed by name; of more the numbers by city."""
_CHARTED = 15


def write_profile(sheet: Any, profile: Profile, cities: Sequence[str], back: str) -> None:
    """Every category with its flags, by level and city."""
    heads = ("类别", "问题线索", "程度", "单位数", "占比", "其中红色", "市（地）数", *cities)
    widths = [11.0, 44.0, 6.0, 8.0, 8.0, 8.0, 8.0, *[7.4] * len(cities)]
    listed = ListSheet(sheet, "问题画像", widths, back, NOTE, heads, columns=2)
    for dimension, categories in groupby(profile.categories, key=lambda category: category.dimension):
        listed.band(dimension or "其他")
        for category in categories:
            listed.row(_line(category, cities, whole=True))
            for flag in category.flags:
                listed.row(_line(flag, cities, whole=False))
    if not profile.categories:
        listed.none()


def _line(heard: Heard, cities: Sequence[str], whole: bool) -> list[Shown]:
    look = _BOLD if whole else NUMBER
    counts = (heard.cities.get(city) for city in cities)
    known = heard.code.isdigit()
    return [
        (heard.code if whole and known else "", LABEL if whole else CENTERED),
        (heard.label if whole else f"　{heard.label}", LABEL if whole else TOP),
        (_LEVELS.get(heard.level, heard.level), LABEL if whole else CENTERED),
        (len(heard.units), look), (heard.share, _RATE[whole]), (heard.red or None, look), (len(heard.cities), look),
        *((count, look) for count in counts),
    ]  # fmt: skip


def write_widely(
    sheet: Any, profile: Profile, registered: Sequence[figures.Heard], cities: Sequence[str], back: str
) -> None:
    """Categories by the number of counties; what was registered and checked comes first, if anything was."""
    note = f"反映比较多：不少于{profile.many_units}个单位，或不少于{profile.many_cities}个市（地）。{NOTE}"
    listed = ListSheet(sheet, "反映比较多的问题", [11.0, 40.0, 9.0, 9.0, 9.0, 9.0, 78.0], back, note)
    if registered:
        listed.band("登记并核实的问题（问题清单，按类别）")
        listed.heads(("排位", "类别", "单位数", "市（地）数", "问题件", "反映的组", "是否反映比较多"))
        for place, heard in enumerate(registered, 1):
            listed.row((
                (str(place), CENTERED), heard.label, heard.units, heard.cities, heard.cases, heard.teams,
                "是" if heard.widely else "",
            ))  # fmt: skip
    listed.band("由答案推出的线索（待核实，按单位数）")
    listed.heads(("排位", "类别", "单位数", "占比", "其中红色", "市（地）数", "单位（超过30个的列各市（地）单位数）"))
    first = listed.canvas.row
    for place, category in enumerate(profile.widely, 1):
        listed.row((
            (str(place), CENTERED), category.label, len(category.units), (category.share, RATE), category.red,
            len(category.cities), _where(category, cities),
        ))  # fmt: skip
    if profile.widely:
        _draw(listed, first, min(_CHARTED, len(profile.widely)))
    else:
        listed.none()


def _where(category: Category, cities: Sequence[str]) -> str:
    if len(category.units) > _NAMES:
        return "、".join(f"{city}{category.cities[city]}" for city in cities if city in category.cities)
    return by_city((unit.city, unit.county) for unit in category.units)


def _draw(listed: ListSheet, first: int, count: int) -> None:
    canvas = listed.canvas
    rows = 5 + round(count * 1.4)
    canvas.keep(15.0 * (rows + 1))
    canvas.advance(8)
    top = canvas.advance(15.0 * rows, rows)
    plan = Plan(
        title=f"反映比较多的问题（线索，前{count}类）",
        categories=Range(first, 2, count),
        series=(("单位数", Range(first, 3, count)),),
        category_title="类别",
        value_title="单位数",
        number_format="#,##0",
    )
    draw(canvas.sheet, plan, (top, top + rows - 1), (1, 7))
