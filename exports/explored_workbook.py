"""The table of one question by one breakdown as a workbook, with its charts."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path

from openpyxl import Workbook
from openpyxl.styles import Font

from exports.exploring import Explored
from exports.files import replace_file
from exports.limits import Limit
from exports.styles import save_steadily
from exports.summary_tables import grouped_canvas, write_parts


def write_workbook(explored: Explored, limits: tuple[Limit, ...], target: Path, made: datetime, title: str) -> Path:
    """Write it; the same content gives the same bytes.

    Args:
        explored: The table.
        limits: Of the question (`limits.Limits.of`); figures that pass one are marked.
        target: The workbook.
        made: Put into the file's properties: the time of the last event.
        title: Of the survey.

    Raises:
        ExportError: the file could not be written; an older one is untouched.
    """
    book = Workbook()
    book._named_styles["Normal"].font = Font(name="Arial", size=10)
    sheet = book.active
    sheet.title = "统计"
    note = f"{title} · 分组：{explored.by}。每个数字按“已答 n”计。"
    canvas = grouped_canvas(sheet, explored.item.heading, note, explored, "")
    write_parts(canvas, explored.item, explored.parts, limits, explored.groups, explored.by)
    replace_file(target, lambda path: save_steadily(book, path, made, explored.item.heading))
    return target
