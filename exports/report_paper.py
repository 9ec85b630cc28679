"""The paper a report is written on: a Word document in the manner of Chinese official ones.

Headings are real headings, numbers of tables and pictures are fields, the table of contents is one too: who edits the
document has them brought up to date by Word or WPS. Nothing in here knows what is reported.
"""

from __future__ import annotations

import datetime as dt
import io
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from docx import Document
from docx.enum.section import WD_SECTION
from docx.enum.text import WD_ALIGN_PARAGRAPH
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.shared import Cm

from exports.report_sheets import BESIDE, WIDTH, Cell, Sheet
from exports.report_styles import set_styles
from exports.saved_by import OURS
from exports.steady_zip import steady_copy
from surveys.text import show_text

TO_WRITE = "〔请填写：{}〕"
"""Where the office writes its own text."""

_APPLICATION = (
    '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
    '<Properties xmlns="http://schemas.openxmlformats.org/officeDocument/2006/extended-properties">'
    f"<Application>{OURS}</Application></Properties>"
)
"""In the place of the template's, which says that Word wrote it."""
_GROUNDS = {"red": "FFC7CE", "yellow": "FFEB9C"}
_HEAD_GROUND = "E7EEF5"
_HIGHEST = 20.0
"""Centimetres of a picture; its caption has to go with it on the page."""
_KEPT_TOGETHER = 14
"""A table of so many rows is not cut by the end of a page."""


class Paper:
    """One document, written from its beginning to its end.

    Args:
        banner: Stands at the top of every page; "" for nothing.
    """

    def __init__(self, banner: str = "") -> None:
        self._document = Document()
        self._banner = banner
        set_styles(self._document)
        self._tables = self._pictures = 0
        self._headings: list[tuple[int, str, str]] = []
        self._contents: Any = None
        self._page(self._document.sections[0])

    # ── the front ──

    def cover(self, title: str, lines: Sequence[str], office: Sequence[str], alarm: str = "") -> None:
        """The first page.

        Args:
            title: Of the report.
            lines: What stands under it.
            office: What the office has to fill in at its foot.
            alarm: What must be seen by everybody; "" for nothing.
        """
        for _ in range(5):
            self._paragraph("", "Subtitle")
        self._paragraph(title, "Title")
        for line in lines:
            self._paragraph(line, "Subtitle")
        if alarm:
            self._paragraph(alarm, "Subtitle").runs[0].bold = True
        for _ in range(9):
            self._paragraph("", "Subtitle")
        for line in office:
            self._blank(line, "Subtitle")

    def contents(self) -> None:
        """The table of contents on a page of its own; the text begins on the next one, which is page 1."""
        heading = self._paragraph("目　录", "TOC Heading")
        heading.paragraph_format.page_break_before = True
        self._contents = heading
        section = self._document.add_section(WD_SECTION.NEW_PAGE)
        self._page(section)
        section.footer.is_linked_to_previous = False
        section._sectPr.find(qn("w:pgMar")).addnext(_element("w:pgNumType", start="1"))
        footer = section.footer.paragraphs[0]
        footer.alignment = WD_ALIGN_PARAGRAPH.CENTER
        footer.add_run("— ")
        _field(footer, "PAGE", "1")
        footer.add_run(" —")

    # ── the text ──

    def chapter(self, text: str) -> None:
        """A heading of the first level, at the top of a page unless the page is empty."""
        self._heading(1, text).paragraph_format.page_break_before = len(self._headings) > 1

    def section(self, text: str) -> None:
        """A heading of the second level."""
        self._heading(2, text)

    def text(self, *sentences: str) -> None:
        """A paragraph of the report."""
        self._paragraph("".join(sentences), "Body Text")

    def quote(self, text: str) -> None:
        """What somebody said, word for word."""
        self._paragraph(text, "Quote")

    def note(self, text: str) -> None:
        """Small words under a table or picture."""
        self._paragraph(text, "注释")

    def to_write(self, what: str) -> None:
        """A place where the office writes its own text."""
        self._blank(TO_WRITE.format(what), "Body Text")

    def table(self, sheet: Sheet) -> None:
        """A table with its caption; the row of headings stands on every page that it goes over."""
        self._tables += 1
        self._caption("表", self._tables, sheet.caption).paragraph_format.keep_with_next = True
        count = len(sheet.heads)
        table = self._document.add_table(1 + len(sheet.rows), count, "Table Grid")
        table.autofit = False
        margins = _element("w:tblCellMar")
        for side in ("left", "right"):
            margins.append(_element(f"w:{side}", w=str(round(BESIDE / 2 * 567)), type="dxa"))
        table._tblPr.find(qn("w:tblLook")).addprevious(margins)
        widths = [Cm(width) for width in sheet.widths()]
        for column, width in zip(table._tbl.tblGrid.gridCol_lst, widths, strict=True):
            column.w = width
        together = len(sheet.rows) < _KEPT_TOGETHER
        for place, (row, cells) in enumerate(zip(table._tbl.tr_lst, [sheet.heads, *sheet.rows], strict=True)):
            _repeated(row, head=place == 0)
            keep = place == 0 or (together and place < len(sheet.rows))
            for column, (cell, shown) in enumerate(zip(row.tc_lst, cells, strict=True)):
                known = shown if isinstance(shown, Cell) else Cell(shown)
                cell.width = widths[column]
                _dress(cell, _HEAD_GROUND if place == 0 else _GROUNDS.get(known.level, ""))
                style = "表头" if place == 0 else "表格文字" if column == sheet.words else "表格数字"
                _fill(cell, known.text, style, keep, bold=known.level == "red")

    def picture(self, caption: str, png: bytes) -> None:
        """A picture over its caption, as wide as the text unless it were higher than a page."""
        self._pictures += 1
        paragraph = self._paragraph("", "图")
        shape = paragraph.add_run().add_picture(io.BytesIO(png), width=Cm(WIDTH))
        if (shrunk := Cm(_HIGHEST) / shape.height) < 1:
            shape.width, shape.height = round(shape.width * shrunk), Cm(_HIGHEST)
        described = shape._inline.docPr
        described.set("descr", _shown(caption))
        described.set("name", f"图{self._pictures}")
        self._caption("图", self._pictures, caption)

    # ── the file ──

    def save(self, path: Path, title: str, made: dt.datetime) -> None:
        """Write the file; the same content gives the same bytes. Call inside `files.replace_file`.

        Args:
            path: Where.
            title: For the file's properties.
            made: For the file's properties, too: the time of the last event.
        """
        if self._contents is not None:
            self._write_contents()
        # Word is strict about the order of settings.
        self._document.settings.element.find(qn("w:compat")).addprevious(_element("w:updateFields", val="true"))
        properties = self._document.core_properties
        moment = made.astimezone(dt.UTC).replace(tzinfo=None, microsecond=0) if made.tzinfo else made
        properties.author = properties.last_modified_by = "走访 zoufang"
        properties.title, properties.comments, properties.language = _shown(title)[:200], "", "zh-CN"
        properties.created = properties.modified = moment
        properties.revision = 1
        package = self._document.part.package
        for ident, relation in list(package.rels.items()):
            if relation.reltype.endswith("/thumbnail"):  # of the empty template
                package.rels.pop(ident)
        written = io.BytesIO()
        self._document.save(written)
        steady_copy(written, path, {"docProps/app.xml": _APPLICATION.encode()})

    def _write_contents(self) -> None:
        """The field with what it holds before it is brought up to date for the first time: headings without pages."""
        before = self._contents
        for place, (level, text, mark) in enumerate(self._headings):
            paragraph = self._document.add_paragraph(style=f"toc {level}")
            before._p.addnext(paragraph._p)
            before = paragraph
            if place == 0:
                _begin(paragraph, 'TOC \\o "1-2" \\h \\z \\u')
            link = _element("w:hyperlink", anchor=mark, history="1")
            paragraph._p.append(link)
            run = paragraph.add_run(text)
            link.append(run._r)
            tab = paragraph.add_run("\t")
            link.append(tab._r)
            number = len(link)
            _field(paragraph, f"PAGEREF {mark} \\h", "")
            for part in paragraph._p.r_lst[-5:]:
                link.insert(number, part)
                number += 1
        if self._headings:
            before.add_run()._r.append(_element("w:fldChar", fldCharType="end"))

    # ── how it is done ──

    def _page(self, section: Any) -> None:
        """A4 with the margins of official documents."""
        section.page_width, section.page_height = Cm(21), Cm(29.7)
        section.top_margin, section.bottom_margin = Cm(3.7), Cm(3.5)
        section.left_margin, section.right_margin = Cm(2.8), Cm(2.6)
        section.header_distance, section.footer_distance = Cm(2), Cm(2.5)
        if self._banner and section.header.is_linked_to_previous:
            section.header.is_linked_to_previous = False
            header = section.header.paragraphs[0]
            header.text, header.alignment = self._banner, WD_ALIGN_PARAGRAPH.CENTER

    def _paragraph(self, text: str, style: str) -> Any:
        return self._document.add_paragraph(_shown(text) if text else "", style)

    def _blank(self, text: str, style: str) -> None:
        paragraph = self._paragraph(text, style)
        for run in paragraph.runs:
            run._r.get_or_add_rPr().append(_element("w:highlight", val="yellow"))

    def _heading(self, level: int, text: str) -> Any:
        paragraph = self._paragraph("", f"Heading {level}")
        ident, mark = str(len(self._headings) + 1), f"_Toc{len(self._headings) + 1:08}"
        paragraph._p.append(_element("w:bookmarkStart", id=ident, name=mark))
        paragraph.add_run(_shown(text))
        paragraph._p.append(_element("w:bookmarkEnd", id=ident))
        self._headings.append((level, _shown(text), mark))
        return paragraph

    def _caption(self, kind: str, number: int, text: str) -> Any:
        paragraph = self._paragraph("", "Caption")
        paragraph.add_run(kind)
        _field(paragraph, f"SEQ {kind} \\* ARABIC", str(number))
        paragraph.add_run(f"　{_shown(text)}")
        return paragraph


def _shown(text: str) -> str:
    """Text as it may stand in a document: XML knows no control characters, a heading no line breaks."""
    return show_text(text, line=True)


def _element(tag: str, /, **attributes: str) -> Any:
    element = OxmlElement(tag)
    for key, value in attributes.items():
        element.set(qn(f"w:{key}"), value)
    return element


def _begin(paragraph: Any, instruction: str) -> None:
    """The part of a field before its result."""
    paragraph.add_run()._r.append(_element("w:fldChar", fldCharType="begin"))
    told = OxmlElement("w:instrText")
    told.set("{http://www.w3.org/XML/1998/namespace}space", "preserve")
    told.text = f" {instruction} "
    paragraph.add_run()._r.append(told)
    paragraph.add_run()._r.append(_element("w:fldChar", fldCharType="separate"))


def _field(paragraph: Any, instruction: str, result: str) -> None:
    _begin(paragraph, instruction)
    paragraph.add_run(result)
    paragraph.add_run()._r.append(_element("w:fldChar", fldCharType="end"))


def _repeated(row: Any, head: bool) -> None:
    """No row is cut by the end of a page; the headings come again after it."""
    properties = row.get_or_add_trPr()
    properties.append(_element("w:cantSplit"))
    if head:
        properties.append(_element("w:tblHeader"))


def _dress(cell: Any, colour: str) -> None:
    properties = cell.get_or_add_tcPr()
    if colour:
        properties.append(_element("w:shd", val="clear", color="auto", fill=colour))
    properties.append(_element("w:vAlign", val="center"))


def _fill(cell: Any, text: str, style: str, keep: bool, bold: bool) -> None:
    """Write into a cell's own paragraph."""
    paragraph = cell.p_lst[0]
    properties = paragraph.get_or_add_pPr()
    properties.style = style
    properties.keepNext_val = keep or None
    run = paragraph.add_r()
    run.text = _shown(text)
    if bold:
        run.get_or_add_rPr().b_val = True
