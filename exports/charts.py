"""Native charts in places kept free for them, readable in WPS, Excel and LibreOffice.

openpyxl leaves out what a program that does not calculate needs to draw a chart (previews in chat
programs, for one): the values are put into the chart as well as the ranges.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from openpyxl.chart import BarChart, Reference, Series
from openpyxl.chart.data_source import AxDataSource, NumData, NumVal, StrData, StrRef, StrVal
from openpyxl.chart.label import DataLabelList
from openpyxl.chart.series import SeriesLabel
from openpyxl.chart.shapes import GraphicalProperties
from openpyxl.chart.text import RichText
from openpyxl.drawing.line import LineProperties
from openpyxl.drawing.spreadsheet_drawing import AnchorMarker, TwoCellAnchor
from openpyxl.drawing.text import CharacterProperties, Font, Paragraph, ParagraphProperties

from exports.styles import DARK, FONT
from surveys.text import show_text

SINGLE = "2E75B6"
"""The colour of a chart with one series."""

SEVERAL = ("8FBCE6", "F4B183", "A9D18E", "FFD966", "C9C9C9", "C5A5CF", "7FD1C7", "E8A0A0", "B7C77A", "D0B48C", "9FA8DA")
"""Pale enough for dark figures on them; taken again from the start when there are more series."""


class _Labels(DataLabelList):  # type: ignore[misc]  # openpyxl carries no types
    """Data labels with a number format of their own.

    openpyxl writes the format without `sourceLinked`, and LibreOffice then takes the cells' format.
    """

    tagname = "dLbls"
    __attrs__ = DataLabelList.__attrs__
    __nested__ = DataLabelList.__nested__
    __elements__ = DataLabelList.__elements__

    def to_tree(self, tagname: str | None = None, idx: int | None = None, namespace: str | None = None) -> Any:
        tree = super().to_tree(tagname, idx, namespace)
        for node in tree:
            if node.tag.endswith("numFmt"):
                node.set("sourceLinked", "0")
        return tree


@dataclass(frozen=True)
class Range:
    """Cells in one row or one column: the categories or values of a chart."""

    row: int
    column: int
    count: int
    across: bool = False
    """Whether the cells are side by side."""

    def reference(self, sheet: Any) -> Reference:
        """The range as openpyxl has it."""
        last_row = self.row if self.across else self.row + self.count - 1
        last_column = self.column + self.count - 1 if self.across else self.column
        return Reference(sheet, min_row=self.row, max_row=last_row, min_col=self.column, max_col=last_column)

    def values(self, sheet: Any) -> list[Any]:
        """What the cells hold."""
        return [
            sheet.cell(self.row + (0 if self.across else step), self.column + (step if self.across else 0)).value
            for step in range(self.count)
        ]


@dataclass(frozen=True)
class Plan:
    """What a chart shows."""

    title: str
    categories: Range
    series: tuple[tuple[str, Range], ...]
    """(name, values)."""
    category_title: str
    value_title: str
    number_format: str
    upright: bool = False
    """Columns that stand instead of bars that lie; bars leave more room for long names."""
    stacked: bool = False


def draw(sheet: Any, plan: Plan, rows: tuple[int, int], columns: tuple[int, int]) -> None:
    """Put a chart over these rows and columns (first and last, both included) and nowhere else."""
    chart = BarChart()
    chart.type, chart.style = ("col" if plan.upright else "bar"), 10
    chart.grouping, chart.overlap = ("percentStacked", 100) if plan.stacked else ("clustered", -10)
    chart.gapWidth = 45
    chart.title = show_text(plan.title, line=True)  # XML cannot hold every character that a label may
    chart.title.tx.rich.p[0].pPr = ParagraphProperties(defRPr=_letters(1100, bold=True))
    chart.title.overlay = False
    colours = SEVERAL if len(plan.series) > 1 else (SINGLE,)
    for number, (name, values) in enumerate(plan.series):
        chart.series.append(_series(sheet, plan, name, values, colours[number % len(colours)]))
    points = [point for series in chart.series for point in series.val.numRef.numCache.pt]
    _axes(chart, plan, from_zero=all(point.v >= 0 for point in points))
    if len(plan.series) == 1:
        chart.legend = None
    else:
        chart.legend.position, chart.legend.overlay = "r" if plan.upright else "b", False
        chart.legend.txPr = _text(800)
    chart.graphical_properties = GraphicalProperties(ln=LineProperties(solidFill="D9D9D9"))
    chart.roundedCorners = False
    chart.anchor = TwoCellAnchor(
        editAs="oneCell",
        _from=AnchorMarker(col=columns[0] - 1, row=rows[0] - 1),
        to=AnchorMarker(col=columns[1], row=rows[1]),  # the corner before that cell
    )
    sheet.add_chart(chart)


def _series(sheet: Any, plan: Plan, name: str, values: Range, colour: str) -> Series:
    name = show_text(name, line=True)
    series = Series(values.reference(sheet), title=name)
    series.tx = SeriesLabel(v=name)
    series.cat = _categories(sheet, plan.categories)
    numbers = [value if isinstance(value, (int, float)) else None for value in values.values(sheet)]
    series.val.numRef.numCache = NumData(
        formatCode=plan.number_format,
        ptCount=len(numbers),
        pt=[NumVal(idx=place, v=value) for place, value in enumerate(numbers) if value is not None],
    )
    series.graphicalProperties = GraphicalProperties(solidFill=colour)
    series.invertIfNegative = False
    series.dLbls = _Labels(
        numFmt=plan.number_format, showVal=True, showSerName=False, showCatName=False, showLegendKey=False,
        showPercent=False, txPr=_text(700 if plan.stacked else 800),
    )  # fmt: skip
    if not plan.stacked:
        series.dLbls.position = "outEnd"
    return series


def _categories(sheet: Any, place: Range) -> Any:
    names = place.values(sheet)
    cache = StrData(ptCount=len(names), pt=[StrVal(idx=number, v=str(name)) for number, name in enumerate(names)])
    return AxDataSource(strRef=StrRef(f=str(place.reference(sheet)), strCache=cache))


def _axes(chart: Any, plan: Plan, from_zero: bool) -> None:
    category, value = chart.x_axis, chart.y_axis
    category.delete = value.delete = False
    category.title, value.title = (show_text(text, line=True) for text in (plan.category_title, plan.value_title))
    for axis in (category, value):
        axis.title.tx.rich.p[0].pPr = ParagraphProperties(defRPr=_letters(800))
        axis.title.overlay = False
        axis.txPr = _text(800)
    value.number_format = "0%" if plan.stacked or "%" in plan.number_format else "#,##0"
    if from_zero:
        value.scaling.min = 0
    value.majorGridlines.spPr = GraphicalProperties(ln=LineProperties(solidFill="E7E6E6"))
    category.majorTickMark = value.majorTickMark = "none"
    if not plan.upright:
        category.scaling.orientation = "maxMin"  # the first choice on top, as in the table
        value.crosses = "max"


def _letters(size: int, bold: bool = False) -> CharacterProperties:
    face = Font(typeface=FONT)
    return CharacterProperties(latin=face, ea=face, sz=size, b=bold, solidFill=DARK if bold else "404040")


def _text(size: int) -> RichText:
    return RichText(p=[Paragraph(pPr=ParagraphProperties(defRPr=_letters(size)), endParaRPr=_letters(size))])
