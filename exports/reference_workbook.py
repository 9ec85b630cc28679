"""The reference lists as a workbook: written to be edited, and read back into a store, all or nothing."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from openpyxl import Workbook
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.datavalidation import DataValidation

from exports.files import ExportError, replace_file, shown_name
from exports.reading import read_sheets
from exports.rejections import Reason, Rejection
from exports.styles import (
    CENTERED,
    HEAD,
    LABEL,
    TITLE,
    WRAPPED,
    Pen,
    discard,
    print_setup,
    save_steadily,
    set_widths,
)  # fmt: skip
from exports.times import in_words, moment
from exports.worker import Tables
from surveys.form import Form
from surveys.reference_rows import HEADINGS, MOST, NO, YES, changes, dimensions_of, read_lists, row_of
from surveys.references import ANSWERABLE, LISTS, Entry, Version, current_versions, entries_of, put_in
from surveys.store import Store

_WIDTHS = {
    "code": 8, "title": 26, "gist": 52, "dimension": 11, "questions": 14, "answerable": 7, "lead": 14, "source": 36,
    "keywords": 30, "version_date": 12, "verified": 9,
}  # fmt: skip
_CENTERED = ("code", "dimension", "questions", "answerable", "version_date", "verified")
_RULES = (
    ("用法", "改好后保存，在办公室和各组的电脑上运行 zoufang reference 加本文件名。有一处不对，就一条也不换。"),
    ("换哪张", "有哪张工作表就换哪张清单；不想换的，删去那个工作表。换下来的版本仍留在程序里，引用过的条目不会变。"),
    ("编码", "制度机制清单是 A 加两三位数字，工作任务清单是 B 加两三位数字，不能重复。"),
    ("题号", "如 1—3、8；整份问卷都用得上的写 全部；不对应题目的空着。"),
    ("答复", "；".join(f"{word}＝{meaning}" for word, meaning in ANSWERABLE.items()) + "。"),
    ("关键词", "查找用的别的说法，用空格隔开。拼音首字母由程序自己算，不用写。"),
    ("已核对", "否＝引用之前要对照现行文件的原文核对，程序里标“未核对”。清单一律标“参考”。"),
)


@dataclass(frozen=True)
class Replaced:
    """What taking in a workbook did to one list."""

    version: Version
    entries: int
    changes: str
    """By codes, in words."""


def export_lists(store: Store, target: Path) -> Path:
    """Write the current lists as a workbook, and read it again before it takes its place.

    Raises:
        ExportError: It cannot be written, or there are no lists.
    """
    versions = list(current_versions(store).values())
    if not versions:
        raise ExportError("还没有参考清单可以导出；放入清单请运行 zoufang reference 清单.xlsx。")

    def verify(path: Path) -> None:
        tables = _tables(path)
        written = {LISTS[version.list]: _lines(store, version) for version in versions}
        if tables != written:
            raise ExportError(f"“{shown_name(target)}”写出以后读回来不一样，没有导出；请换一个磁盘再试。")

    replace_file(target, lambda path: _write(path, store, versions), verify)
    return target


def import_lists(store: Store, path: Path, who: str, survey_id: str = "") -> list[Replaced]:
    """Put the lists of a workbook in the place of the current ones.

    Args:
        store: Where.
        path: The workbook.
        who: Who does it.
        survey_id: The installed survey whose question numbers are meant; by default the one that the current
            lists speak of, and where there are none the main one.

    Returns:
        The lists that are different now.

    Raises:
        ExportError: It is no workbook that can be read. Nothing is changed.
        ReferenceFaults: With everything that is wrong in it. Nothing is changed.
        StoreError: It cannot be stored. Nothing is changed.
    """
    tables = _tables(path)
    if isinstance(tables, Rejection):
        missing = tables.reason is Reason.UNREADABLE
        cure = "请检查文件名和权限" if missing else "请用 WPS 或 Excel 另存为 .xlsx 后再试"
        raise ExportError(f"“{shown_name(path)}”{tables.what}，清单没有变；{cure}。")
    current = current_versions(store)
    form = _form(store, survey_id or next((version.survey for version in current.values()), ""))
    former = {letter: entries_of(store, version) for letter, version in current.items()}
    versions = put_in(store, form.survey.id, read_lists(tables, form), f"办公室导入：{shown_name(path)}", who)
    return [_replaced(store, version, former.get(version.list, [])) for version in versions]


def _replaced(store: Store, version: Version, former: Sequence[Entry]) -> Replaced:
    now = entries_of(store, version)
    return Replaced(version, len(now), changes(former, now))


def _tables(path: Path) -> Tables | Rejection:
    return read_sheets(path, tuple(LISTS.values()))


def _form(store: Store, survey_id: str) -> Form:
    return store.form(store.survey_digest(survey_id))


def _lines(store: Store, version: Version) -> list[list[str]]:
    """The cells of a list, headings first."""
    form = _form(store, version.survey)
    return [[*HEADINGS[version.list].values()], *(row_of(entry, form) for entry in entries_of(store, version))]


def _write(path: Path, store: Store, versions: Sequence[Version]) -> None:
    book = Workbook(write_only=True)
    try:
        for version in versions:
            _write_list(book, version, _lines(store, version), dimensions_of(_form(store, version.survey)))
        _write_rules(book, versions)
        save_steadily(book, path, moment(max(version.at for version in versions)), "参考清单")
    finally:
        discard(book)


def _write_list(book: Any, version: Version, lines: Sequence[Sequence[str]], dimensions: Sequence[str]) -> None:
    names = list(HEADINGS[version.list])
    widths = [float(_WIDTHS[name]) for name in names]
    looks = [CENTERED if name in _CENTERED else WRAPPED for name in names]
    sheet = book.create_sheet(LISTS[version.list])
    set_widths(sheet, widths)
    sheet.freeze_panes = "C2"
    print_setup(sheet, title=f"{LISTS[version.list]}（参考）", rows="1:1")
    for name, usable in (("dimension", dimensions), ("answerable", [*ANSWERABLE]), ("verified", [YES, NO])):
        if name in names:
            _offer(sheet, names.index(name) + 1, usable)
    pen = Pen(sheet)
    pen.row(lines[0], HEAD, height=24)
    for line in lines[1:]:
        pen.fitted(list(zip(line, looks, strict=True)), widths)


def _offer(sheet: Any, column: int, usable: Sequence[str]) -> None:
    """A drop-down; the longest formula is 255 characters, beyond it people type."""
    formula = f'"{",".join(usable)}"'
    if len(formula) > 255:
        return
    letter = get_column_letter(column)
    validation = DataValidation(type="list", formula1=formula, allow_blank=True, showErrorMessage=True)
    validation.error = f"请选：{'、'.join(usable)}"
    validation.add(f"{letter}2:{letter}{MOST + 1}")
    sheet.data_validations.append(validation)


def _write_rules(book: Any, versions: Sequence[Version]) -> None:
    sheet = book.create_sheet("说明")
    widths = [16.0, 100.0]
    set_widths(sheet, widths)
    print_setup(sheet, title="参考清单 说明")
    pen = Pen(sheet)
    pen.row(["参考清单"], TITLE, height=30)
    for heading, text in _RULES:
        pen.fitted([(heading, LABEL), (text, WRAPPED)], widths)
    for version in versions:
        text = f"版本 {version.digest[:12]}，{in_words(version.at)}由{version.who}放入；{version.origin}。"
        pen.fitted([(LISTS[version.list], LABEL), (text, WRAPPED)], widths)
