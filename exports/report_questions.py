"""One question in a report: its tables, its chart, and the words people wrote."""

from __future__ import annotations

from exports.blocks import Part, parts_of
from exports.report_facts import Facts
from exports.report_sheets import Sheet
from exports.report_tables import Chart, Grid, chart_of, grids, left_out, measure_of, n_of
from exports.report_words import QUOTED, quoted, texts_sentence
from exports.report_writing import Writing
from exports.tabulation import QuestionTable


def write_question(writing: Writing, facts: Facts, table: QuestionTable) -> None:
    """Everything of one question under a heading of its own."""
    item = table.item
    writing.paper.section(item.heading)
    name = f"第{item.number}题" if item.number else item.label
    for part in parts_of(table, facts.counted):
        _write_part(writing, f"{name}“{part.title}”" if part.title else name, part)
    for texts in facts.texts.get(item.name, ()):
        writing.paper.text(texts_sentence(texts))
        for text in texts.texts[:QUOTED]:
            writing.paper.quote(quoted(text))


def _write_part(writing: Writing, name: str, part: Part) -> None:
    n = n_of(part)
    base = f"n＝{n}" if n else ""
    tables = list(grids(part))
    for number, grid in enumerate(tables, 1):
        more = f"之{number}" if len(tables) > 1 else ""
        more += f"：{grid.of}" if grid.of else ""
        writing.paper.table(_sheet(f"{name}统计{more}{_brackets(base, grid.unit)}", grid))
    told = (part.note, "" if tables else f"已答 n＝{n}", f"未计入：{missing}" if (missing := left_out(part)) else "")
    writing.paper.note(f"注：{'。'.join(filter(None, told))}。")
    chart: Chart | None = chart_of(part)
    if chart:
        writing.picture(f"{name}{measure_of(part)}{_brackets(base)}", chart)


def _brackets(*parts: str) -> str:
    inside = "，".join(filter(None, parts))
    return f"（{inside}）" if inside else ""


def _sheet(caption: str, grid: Grid) -> Sheet:
    if len(grid.rows) == 1 and not grid.rows[0][0]:
        return Sheet(caption, grid.heads, [grid.rows[0][1:]], words=None)
    return Sheet(caption, ("选项或项目", *grid.heads), grid.rows)
