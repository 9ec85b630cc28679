"""Pictures of a report's figures, with a Chinese font of this computer. No state of pyplot: every picture is its own."""

from __future__ import annotations

import io
import logging
import warnings
from functools import cache
from typing import Any

from matplotlib import font_manager
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure
from matplotlib.ticker import FuncFormatter, MaxNLocator

from exports.report_tables import Chart
from surveys.text import show_text

FONTS = (
    "Microsoft YaHei", "微软雅黑", "SimHei", "DengXian", "SimSun", "NSimSun",  # Windows
    "Noto Sans CJK SC", "Noto Sans SC", "Source Han Sans SC", "Source Han Sans CN", "HarmonyOS Sans SC",  # UOS, Debian
    "FZHei-B01", "FZSongS-Extended", "HYQiHei", "Kylin Sans",  # Kylin
    "WenQuanYi Micro Hei", "WenQuanYi Zen Hei", "Droid Sans Fallback", "AR PL UMing CN", "AR PL UKai CN",
    "PingFang SC", "Heiti SC", "STHeiti", "Songti SC",  # macOS
    "Noto Serif CJK SC", "Source Han Serif SC", "FandolHei", "Noto Sans CJK JP",
)  # fmt: skip
"""Chinese fonts by name, those that look best small first."""

DPI = 170
_WIDE = 6.2
"""Inches of a picture; it stands in the report about as wide."""
_PER_LINE = 13
"""Characters of a name on a line."""
_COLOURS = tuple(
    (ground, ink)
    for dark, light in (("#1F4E79", "#9DC3E6"), ("#C55A11", "#F4B183"), ("#548235", "#A9D18E"), ("#7F7F7F", "#BFBFBF"))
    for ground, ink in ((dark, "white"), (light, "black"))
)
"""Of bars, and of figures on them."""
_BESIDE = 4
"""Names of series side by side."""
_LEGIBLE = 0.07
"""The part of a bar that has room for its own figure."""


@cache
def chinese_font() -> str:
    """The name of a Chinese font of this computer; "" if it has none that we know."""
    logging.getLogger("matplotlib").setLevel(logging.ERROR)  # it speaks of its own folders
    there = {entry.name for entry in font_manager.fontManager.ttflist}
    return next((name for name in FONTS if name in there), "")


def draw(chart: Chart, font: str) -> bytes:
    """The chart as a PNG; the same chart, font and library give the same bytes."""
    bars = 1 if chart.piled else len(chart.series)
    high = 0.62 + len(chart.names) * max(0.27, 0.2 * bars, 0.165 * max(map(_lines, chart.names), default=1))
    high += 0.3 * -(-len(chart.series) // _BESIDE) if len(chart.series) > 1 else 0
    figure = Figure(figsize=(_WIDE, high), dpi=DPI, layout="constrained")
    FigureCanvasAgg(figure)
    axes = figure.add_subplot()
    words, small = (font_manager.FontProperties(family=[font, "DejaVu Sans"], size=size) for size in (8, 7))
    (_pile if chart.piled else _group)(axes, chart, small)
    _dress(axes, chart, words)
    if len(chart.series) > 1:
        names = [_plain(name) for name, _ in chart.series]
        beside = min(_BESIDE, len(names))
        figure.legend(axes.containers, names, loc="outside lower center", ncols=beside, prop=words, frameon=False)
    written = io.BytesIO()
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # of a character that no font has a box is drawn
        figure.savefig(written, format="png", metadata={"Software": None})
    figure.clear()
    return written.getvalue()


def _pile(axes: Any, chart: Chart, small: Any) -> None:
    """One bar per name: the series one after the other, each with its figure where there is room."""
    ends = [0.0] * len(chart.names)
    longest = max((sum(lengths) for lengths in zip(*(series for _, series in chart.series), strict=True)), default=0.0)
    for place, ((_, lengths), texts) in enumerate(zip(chart.series, chart.texts, strict=True)):
        ground, ink = _COLOURS[place % len(_COLOURS)]
        axes.barh(range(len(ends)), lengths, 0.7, left=ends, color=ground)
        for row, (begin, length, text) in enumerate(zip(ends, lengths, texts, strict=True)):
            if length >= _LEGIBLE * longest:
                axes.text(begin + length / 2, row, text, ha="center", va="center", color=ink, fontproperties=small)
        ends = [begin + length for begin, length in zip(ends, lengths, strict=True)]
    axes.set_xlim(0, longest or 1)


def _group(axes: Any, chart: Chart, small: Any) -> None:
    """A bar per series for each name, its figure at its end."""
    thick = 0.8 / len(chart.series)
    for place, ((_, lengths), texts) in enumerate(zip(chart.series, chart.texts, strict=True)):
        rows = [row + (place - (len(chart.series) - 1) / 2) * thick for row in range(len(chart.names))]
        axes.barh(rows, lengths, thick * 0.88, color=_COLOURS[place % len(_COLOURS)][0])
        for row, length, text in zip(rows, lengths, texts, strict=True):
            axes.annotate(text, (length, row), (3, 0), textcoords="offset points", va="center", fontproperties=small)
    everything = [length for _, lengths in chart.series for length in lengths]
    axes.set_xlim(min(0.0, *everything) * 1.14, max(0.0, *everything) * 1.14 or 1)


def _dress(axes: Any, chart: Chart, words: Any) -> None:
    axes.set_yticks(range(len(chart.names)), [_plain(_wrapped(name)) for name in chart.names], fontproperties=words)
    axes.invert_yaxis()
    axes.set_xlabel(_plain(chart.axis), fontproperties=words)
    axes.xaxis.set_major_locator(MaxNLocator(6, integer=not chart.percent))
    axes.xaxis.set_major_formatter(FuncFormatter(lambda value, _: f"{value:.0%}" if chart.percent else f"{value:,.0f}"))
    for label in axes.get_xticklabels():
        label.set_fontproperties(words)
    axes.tick_params(length=0)
    axes.grid(axis="x", color="#E0E0E0", linewidth=0.6)
    axes.set_axisbelow(True)
    for side in ("top", "right", "bottom"):
        axes.spines[side].set_visible(False)
    axes.spines["left"].set_color("#808080")


def _plain(name: str) -> str:
    """A name that is not taken for mathematics."""
    return show_text(name).replace("$", r"\$")


def _lines(name: str) -> int:
    return _wrapped(name).count("\n") + 1


def _wrapped(name: str) -> str:
    """A long name on several lines of about the same length; of a very long one the beginning."""
    if len(name) > 3 * _PER_LINE:
        name = name[: 3 * _PER_LINE - 1] + "…"
    lines = -(-len(name) // _PER_LINE) or 1
    each = -(-len(name) // lines) or 1
    return "\n".join(name[place : place + each] for place in range(0, len(name), each))
