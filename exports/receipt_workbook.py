"""The receipt as a small workbook: one page to read and print, and a hidden sheet for the laptop's program."""

from __future__ import annotations

import base64
from pathlib import Path
from typing import Any

from openpyxl import Workbook

from exports.files import ExportError, replace_file, shown_name
from exports.manifest import CHUNK
from exports.merge_report import Outcome
from exports.receipts import FORMAT, MARK, SHEET, Receipt, read_receipt
from exports.signing import LaptopKey, fingerprint, spaced
from exports.styles import (
    CENTERED,
    CODE,
    HEAD,
    INTEGER,
    LABEL,
    NOTE_LINE,
    SUBTITLE,
    TEXT,
    TITLE,
    Look,
    Pen,
    discard,
    print_setup,
    save_steadily,
    set_widths,
)  # fmt: skip
from exports.times import in_words, moment
from exports.workbook import safe_name
from surveys.frame import team_name

_WIDTHS = (26.0, 12.0, 12.0, 12.0, 30.0)
_STEP = "在这台电脑上运行 zoufang receipt 加本文件名，程序就记下办公室已收到哪些答卷、收到哪一步。"
_MEANING = {
    Outcome.NEW: "第一次收到",
    Outcome.ADVANCED: "比以前收到的多",
    Outcome.KNOWN: "以前都收到过",
    Outcome.DIVERGED: "两边都改过，已合在一起",
}


def write_receipt(receipt: Receipt, key: LaptopKey, folder: Path) -> Path:
    """Write one receipt into a folder, and read it again before it takes its place.

    Raises:
        ExportError: It cannot be written.
    """
    at = moment(receipt.at)
    whose = "_".join(filter(None, (safe_name(team_name(receipt.team)), safe_name(receipt.device_name))))
    target = folder / f"回执_{whose}_{at:%Y%m%d-%H%M%S}_{receipt.device[:4]}.xlsx"
    book = Workbook(write_only=True)

    def verify(path: Path) -> None:
        if read_receipt(path) != receipt:
            raise ExportError(f"“{shown_name(target)}”写出以后读回来不一样，没有写成；请换一个磁盘再试。")

    try:
        _page(book, receipt)
        _hidden(book, receipt, key)
        replace_file(target, lambda path: save_steadily(book, path, at, "回执"), verify)
    finally:
        discard(book)
    return target


def _page(book: Any, receipt: Receipt) -> None:
    sheet = book.create_sheet("回执")
    set_widths(sheet, _WIDTHS)
    sheet.sheet_view.showGridLines = False
    print_setup(sheet, title="回执", landscape=False)
    pen = Pen(sheet)

    def line(label: str, value: str, look: Look = TEXT) -> None:
        pen.row([pen.cell(label, LABEL), *(pen.cell(text, look) for text in (value, "", "", ""))], height=22)
        sheet.merged_cells.add(f"B{pen.rows}:E{pen.rows}")

    pen.row(["回执"], TITLE, height=36)
    pen.row([f"{team_name(receipt.team)} {receipt.device_name}：下列答卷已收到"], SUBTITLE, height=24)
    pen.row([])
    for name, code in receipt.workbooks:
        line("校验码", f"{code}　{name}", CODE)
    line("收到的单位", receipt.office or "（汇总的电脑没有登记名称）")
    line("经手人", receipt.who or "未署名")
    line("合并时间", in_words(receipt.at))
    line("汇总电脑指纹", spaced(fingerprint(receipt.key)))
    pen.row([])
    pen.row(["单位", "结果", "新收到的记录", "不一致处", "说明"], HEAD, height=22)
    for done in receipt.interviews:
        known = [pen.cell(done.unit_name), pen.cell(done.outcome.label, CENTERED)]
        numbers = [pen.cell(number, INTEGER) for number in (done.added, done.conflicts)]
        pen.row([*known, *numbers, pen.cell(_MEANING.get(done.outcome, ""))])
    pen.row([])
    if receipt.cases:
        pen.row([f"登记的问题、心愿等 {len(receipt.cases)} 件也已收到。"], NOTE_LINE)
    if any(done.conflicts for done in receipt.interviews):
        pen.row(["不一致处：同一题两边答得不同，两个答案都已保留，由办公室裁定。"], NOTE_LINE)
    if receipt.corrections:
        pen.row([f"工作簿里有 {receipt.corrections} 处手工改动，等办公室逐处决定是否采用。"], NOTE_LINE)
    pen.row([_STEP], NOTE_LINE)


def _hidden(book: Any, receipt: Receipt, key: LaptopKey) -> None:
    sheet = book.create_sheet(SHEET)
    sheet.sheet_state = "hidden"
    pen, text = Pen(sheet), receipt.to_json()
    packed = base64.b64encode(text.encode()).decode("ascii")
    pen.row([MARK, str(FORMAT), key.sign(text).hex()], TEXT)
    for start in range(0, len(packed), CHUNK):
        pen.row([packed[start : start + CHUNK]], TEXT)
