"""The questionnaire as one HTML page for printing: A4, page numbers, no question torn apart."""

from __future__ import annotations

from collections.abc import Iterator
from html import escape
from pathlib import Path

from exports.files import replace_file
from exports.paper import Blank, Body, Choices, Paper, PaperQuestion, Table
from surveys.text import show_text

_STYLE = """
@page { size: A4; margin: 16mm 15mm 16mm; @bottom-center { content: "第 " counter(page) " 页，共 " counter(pages) " 页"; font: 9pt sans-serif; color: #555 } @top-center { content: HEADER; font: 9pt sans-serif; color: #555 } }
* { box-sizing: border-box }
body { font: 10.5pt/1.55 "Microsoft YaHei", "Noto Sans CJK SC", "Source Han Sans SC", "WenQuanYi Micro Hei", sans-serif; color: #000; max-width: 180mm; margin: 0 auto }
h1 { font-size: 18pt; text-align: center; margin: 0 0 4mm }
h2 { font-size: 12pt; background: #1F4E79; color: #fff; padding: 1.2mm 3mm; margin: 5mm 0 2mm; break-after: avoid; -webkit-print-color-adjust: exact; print-color-adjust: exact }
p { margin: 0 }
.note { font-size: 9pt; color: #444 }
.facts { display: grid; grid-template-columns: 1fr 1fr; gap: 2mm 8mm; margin: 3mm 0 }
.fact { display: flex } .fact b { font-weight: normal; white-space: nowrap }
.line { flex: 1; border-bottom: .3mm solid #000; margin-left: 2mm; padding: 0 1mm; min-height: 6mm; white-space: pre-wrap; overflow-wrap: anywhere }
section > div { margin: 0 0 3.2mm; break-inside: avoid }
section > div.long { break-inside: auto }
.heading { font-weight: bold; break-after: avoid }
.hint, .condition { font-size: 9pt; color: #444; break-after: avoid } .condition { font-style: italic }
.skipped { color: #777 }
ul { list-style: none; margin: .8mm 0 0 4mm; padding: 0; display: grid; gap: .4mm 4mm }
li { padding-left: 1.3em; text-indent: -1.3em; overflow-wrap: anywhere }
.blank { display: flex; align-items: flex-end; margin: .8mm 0 0 4mm; max-width: 90mm } .blank.wide { display: block; max-width: none }
.blank.wide .line { display: block; margin: 0; min-height: 8mm }
table { border-collapse: collapse; width: calc(100% - .5mm); margin-top: 1.2mm; table-layout: fixed; font-size: 9.5pt }
th, td { border: .25mm solid #555; padding: .8mm 1.6mm; text-align: center; overflow-wrap: anywhere; height: 7.5mm }
th { font-weight: normal; background: #eef3f9; -webkit-print-color-adjust: exact; print-color-adjust: exact } td:first-child { text-align: left }
table, tr { break-inside: avoid } thead { display: table-header-group }
.sign { display: grid; grid-template-columns: 1fr 1fr; gap: 7mm 8mm; margin-top: 9mm; break-inside: avoid; break-before: avoid }
"""


def write_html(paper: Paper, target: Path) -> bool:
    """Write the page; False if the same was there already. Raises ExportError."""
    return replace_file(target, lambda path: _write(path, html_of(paper)))


def _write(path: Path, text: str) -> None:
    path.write_text(text, encoding="utf-8", newline="\n")


def html_of(paper: Paper) -> str:
    """The page as text."""
    return "\n".join(_lines(paper)) + "\n"


def _lines(paper: Paper) -> Iterator[str]:
    header = f"{paper.title}{'　（含保密内容）' if paper.sensitive else ''}"
    yield '<!DOCTYPE html>\n<html lang="zh">\n<head>\n<meta charset="utf-8">'
    yield f"<title>{_text(paper.title)}</title>\n<style>{_STYLE.replace('HEADER', _css_string(header))}</style>\n</head>\n<body>"
    yield f"<h1>{_text(paper.title)}</h1>"
    yield from (f'<p class="note">{_text(note)}</p>' for note in paper.notes)
    yield '<div class="facts">'
    yield from (_fact(label, text) for label, text in paper.facts)
    yield "</div>"
    for section in paper.sections:
        yield f"<h2>{_text(section.title)}</h2>\n<section>"
        if section.condition:
            yield f'<p class="condition">{_text(section.condition)}</p>'
        for question in section.questions:
            yield from _question(question)
        yield "</section>"
    yield '<div class="sign">'
    yield from (_fact(label, "") for label in paper.signatures)
    yield "</div>\n</body>\n</html>"


def _fact(label: str, text: str) -> str:
    return f'<div class="fact"><b>{_text(label)}：</b><span class="line">{_text(text)}</span></div>'


def _question(question: PaperQuestion) -> Iterator[str]:
    tables = [body for body in question.bodies if isinstance(body, Table)]
    classes = [name for name, given in (("skipped", question.skipped), ("long", len(tables) > 1)) if given]
    yield f'<div class="{" ".join(classes)}">' if classes else "<div>"
    yield f'<p class="heading">{_text(question.heading)}</p>'
    if question.condition:
        yield f'<p class="condition">{_text(question.condition)}{"（本单位不填）" if question.skipped else ""}</p>'
    if question.hint:
        yield f'<p class="hint">{_text(question.hint)}</p>'
    yield from map(_body, question.bodies)
    yield "</div>"


def _body(body: Body) -> str:
    match body:
        case Choices():
            items = "".join(f"<li>{_text(text)}</li>" for text in body.texts)
            return f'<ul style="grid-template-columns: repeat({body.columns}, 1fr)">{items}</ul>'
        case Table():
            return _table(body)
        case Blank(lines=0):
            return f'<p class="hint">{_text(body.text)}</p>'
    unit = f"<span>{_text(body.unit)}</span>" if body.unit else ""
    more = '<span class="line"></span>' * (body.lines - 1 if not body.text else 0)
    return f'<div class="blank{" wide" if body.lines > 1 else ""}"><span class="line">{_text(body.text)}</span>{more}{unit}</div>'


def _table(table: Table) -> str:
    share = (1 - table.label_share) / (len(table.head) - 1)
    widths = "".join(
        f'<col style="width: {part:.1%}">' for part in (table.label_share, *[share] * (len(table.head) - 1))
    )
    head = "".join(f"<th>{_text(text)}</th>" for text in table.head)
    rows = "".join(f"<tr>{''.join(f'<td>{_text(text)}</td>' for text in row)}</tr>" for row in table.rows)
    return f"<table><colgroup>{widths}</colgroup><thead><tr>{head}</tr></thead><tbody>{rows}</tbody></table>"


def _text(text: str) -> str:
    """Text as text: nothing typed becomes markup; control characters become visible."""
    return escape(show_text(text)).replace("\n", "<br>")


def _css_string(text: str) -> str:
    escaped = show_text(text, line=True).replace("\\", "\\\\").replace('"', '\\"').replace("<", "\\3C ")
    return f'"{escaped}"'
