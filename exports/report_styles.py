"""How a report looks: fonts and spaces as Chinese official documents have them (GB/T 9704), tables set smaller."""

from __future__ import annotations

from typing import Any

from docx.enum.style import WD_STYLE_TYPE
from docx.enum.text import WD_ALIGN_PARAGRAPH, WD_LINE_SPACING, WD_TAB_ALIGNMENT, WD_TAB_LEADER
from docx.oxml.ns import qn
from docx.shared import Cm, Pt, RGBColor

from exports.report_sheets import WIDTH

LATIN = "Times New Roman"
SONG, HEI, FANG, KAI = "宋体", "黑体", "仿宋", "楷体"
"""There on Windows and with WPS; LibreOffice puts its own Chinese font in their place."""

_BODY, _LINE = 16, 28
"""三号 letters, 22 lines on a page."""
_INDENT = 2
"""Characters that a paragraph begins further in."""


def set_styles(document: Any) -> None:
    """Make the styles of a report out of those of python-docx's empty document, and some of our own."""
    styles = document.styles
    for language in styles.element.iter(qn("w:lang")):
        language.set(qn("w:eastAsia"), "zh-CN")
    _style(styles["Normal"], FANG, _BODY)
    _style(styles["Body Text"], FANG, _BODY, line=_LINE, indent=_INDENT)
    _style(styles["Title"], HEI, 26, align=WD_ALIGN_PARAGRAPH.CENTER, line=44, after=18)
    _style(styles["Subtitle"], FANG, _BODY, align=WD_ALIGN_PARAGRAPH.CENTER, line=_LINE)
    _style(styles["Heading 1"], HEI, 18, align=WD_ALIGN_PARAGRAPH.CENTER, line=32, before=6, after=12, keep=True)
    _style(styles["Heading 2"], KAI, _BODY, line=26, before=10, after=4, keep=True)
    _style(styles["TOC Heading"], HEI, 18, align=WD_ALIGN_PARAGRAPH.CENTER, line=32, after=12)
    _style(styles["Caption"], HEI, 10.5, align=WD_ALIGN_PARAGRAPH.CENTER, before=6, after=3)
    _style(styles["Quote"], KAI, 14, line=24, indent=_INDENT)
    _style(styles["Header"], HEI, 10.5, align=WD_ALIGN_PARAGRAPH.CENTER)
    _style(styles["Footer"], SONG, 14, align=WD_ALIGN_PARAGRAPH.CENTER)
    for level, indent in ((1, 0.0), (2, 0.8)):
        contents = _new(styles, f"toc {level}", builtin=True)
        _style(contents, HEI if level == 1 else FANG, 14 if level == 1 else 12, line=22)
        contents.paragraph_format.left_indent = Cm(indent)
        contents.paragraph_format.tab_stops.add_tab_stop(Cm(WIDTH), WD_TAB_ALIGNMENT.RIGHT, WD_TAB_LEADER.DOTS)
    _style(_new(styles, "表头"), HEI, 9, align=WD_ALIGN_PARAGRAPH.CENTER)
    _style(_new(styles, "表格文字"), SONG, 9)
    _style(_new(styles, "表格数字"), SONG, 9, align=WD_ALIGN_PARAGRAPH.RIGHT)
    _style(_new(styles, "注释"), SONG, 9, before=2, after=8)
    _style(_new(styles, "图"), SONG, 9, align=WD_ALIGN_PARAGRAPH.CENTER, before=8, keep=True)


def _new(styles: Any, name: str, builtin: bool = False) -> Any:
    """A style; `builtin`: Word knows it by this name and uses it of its own accord."""
    style = styles.add_style(name, WD_STYLE_TYPE.PARAGRAPH, builtin)
    style.base_style = styles["Normal"]
    return style


def _style(
    style: Any,
    east: str,
    size: float,
    *,
    align: WD_ALIGN_PARAGRAPH | None = None,
    line: float | None = None,
    before: float = 0,
    after: float = 0,
    indent: int = 0,
    keep: bool = False,
) -> None:
    """Fonts and spaces of a style: sizes and lines in points, `indent` in characters."""
    fonts = style.element.get_or_add_rPr().get_or_add_rFonts()
    for name in list(fonts.attrib):  # the template's are those of a theme, which come before names
        del fonts.attrib[name]
    for name, font in (("ascii", LATIN), ("hAnsi", LATIN), ("cs", LATIN), ("eastAsia", east)):
        fonts.set(qn(f"w:{name}"), font)
    style.font.size, style.font.color.rgb = Pt(size), RGBColor(0, 0, 0)
    style.font.bold = style.font.italic = False
    paragraph = style.paragraph_format
    paragraph.alignment = align
    paragraph.space_before, paragraph.space_after = Pt(before), Pt(after)
    paragraph.keep_with_next = keep
    if line is not None:
        paragraph.line_spacing_rule, paragraph.line_spacing = WD_LINE_SPACING.EXACTLY, Pt(line)
    else:
        paragraph.line_spacing = 1.0
    if indent:
        properties = style.element.get_or_add_pPr().get_or_add_ind()
        properties.set(qn("w:firstLineChars"), str(indent * 100))
        properties.set(qn("w:firstLine"), str(int(indent * size * 20)))
    for border in style.element.findall(f".//{qn('w:pBdr')}"):  # the line under the template's title
        border.getparent().remove(border)
