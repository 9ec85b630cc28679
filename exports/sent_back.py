"""What an office sends back to a laptop: a receipt, or the list of replies. Which of them a file is, it says itself."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from exports.files import ExportError
from exports.merge_report import MergeLine
from exports.merging import merge
from exports.reading import read_sheets
from exports.receipts import SHEET, Receipt, take_receipt
from exports.rejections import Reason, Rejection
from surveys.store import Store


@dataclass(frozen=True)
class TakenReceipt:
    """A receipt that is kept."""

    receipt: Receipt
    elsewhere: int
    """How many of its interviews are not as they are here (`exports.receipts.take_receipt`)."""


@dataclass(frozen=True)
class TakenReplies:
    """Replies that are in the store now."""

    line: MergeLine


def take_back(store: Store, path: Path) -> TakenReceipt | TakenReplies:
    """Take in one file that the office sent back; taking it again changes nothing.

    Raises:
        ExportError: It is neither, or damaged, or of an office that this laptop has not approved.
        StoreError: It cannot be stored.
    """
    tables = read_sheets(path, (SHEET,))
    if isinstance(tables, Rejection) or SHEET in tables:
        return TakenReceipt(*take_receipt(store, path))
    (line,) = merge(store, [path]).lines
    if not line.merged:
        raise ExportError(
            _UNKNOWN_OFFICE.format(line.message) if line.reason is Reason.UNKNOWN_LAPTOP else line.message
        )
    return TakenReplies(line)


_UNKNOWN_OFFICE = "{}如果是省总办公室发回的，请打电话核对它的指纹，用 zoufang trust 认可一次，再运行本命令。"
