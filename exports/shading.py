"""Problem figures stand out: conditional formats made from the limits of a questionnaire.

Real conditional formats and no painted cells, so that a figure corrected in WPS is judged again.
"""

from __future__ import annotations

from collections.abc import Sequence
from copy import copy
from dataclasses import replace
from typing import Any

from openpyxl.formatting.rule import ColorScaleRule, FormulaRule
from openpyxl.styles import Font, PatternFill

from exports.limits import Limit
from exports.styles import Look

_FILLS = {"red": ("FFC7CE", "9C0006"), "yellow": ("FFEB9C", "7F6000")}
"""Level → ground and letters; red ones are bold too, for prints without colour."""

LEGEND = "红底加粗、黄底：达到问卷里标为红色、黄色问题的界限（由数字推出，待核实）。"


def shade(sheet: Any, place: str, limits: Sequence[Limit], percent: bool) -> None:
    """Mark the problem figures of a range.

    Args:
        sheet: An ordinary worksheet.
        place: The range, `C5:P9`.
        limits: The most serious first.
        percent: Whether the cells hold fractions of one where the limits are in per cent.
    """
    first = place.partition(":")[0]
    for limit in limits:
        amounts = ((bound.operator, float(bound.amount / 100 if percent else bound.amount)) for bound in limit.bounds)
        tests = ",".join([f"ISNUMBER({first})", *(f"{first}{operator}{amount!r}" for operator, amount in amounts)])
        ground, letters = _FILLS[limit.level]
        rule = FormulaRule(
            formula=[f"AND({tests})"],
            font=Font(color=letters, bold=limit.level == "red" or None),
            fill=PatternFill(bgColor=ground, fill_type="solid"),
            stopIfTrue=True,
        )
        sheet.conditional_formatting.add(place, rule)


def grade(sheet: Any, place: str) -> None:
    """Figures without limits: the larger, the darker; says nothing of good or bad."""
    scale = ColorScaleRule(start_type="min", start_color="FFFFFF", end_type="max", end_color="9DC3E6")
    sheet.conditional_formatting.add(place, scale)


def painted(look: Look, level: str) -> Look:
    """The same look marked for good, for sheets that are only printed."""
    ground, letters = _FILLS[level]
    font = copy(look.font)
    font.color, font.bold = letters, level == "red" or font.bold
    return replace(look, font=font, fill=PatternFill("solid", start_color=ground, end_color=ground))
