"""A report that is being written: its paper, its chapters' numbers, its pictures if there is a font for them."""

from __future__ import annotations

from exports.report_charts import chinese_font, draw
from exports.report_paper import Paper
from exports.report_tables import Chart
from exports.report_words import ordinal

NO_FONT = "本机没有找到中文字体，图没有画，表照常；装上任一种中文字体（如黑体、思源黑体）后重写一次就有。"


class Writing:
    """Writes on a paper.

    Args:
        banner: For the top of every page.
    """

    def __init__(self, banner: str) -> None:
        self.paper = Paper(banner)
        self.font = chinese_font()
        """"" where no picture can be drawn."""
        self._chapters = self._sections = 0

    def chapter(self, text: str) -> None:
        """The next chapter: 一、…"""
        self._chapters, self._sections = self._chapters + 1, 0
        self.paper.chapter(f"{ordinal(self._chapters)}、{text}")

    def section(self, text: str) -> None:
        """The next section of the chapter: （一）…"""
        self._sections += 1
        self.paper.section(f"（{ordinal(self._sections)}）{text}")

    def picture(self, caption: str, chart: Chart) -> None:
        """A chart, where there is a font to draw it with."""
        if self.font:
            self.paper.picture(caption, draw(chart, self.font))
