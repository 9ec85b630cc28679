"""Why a file in the inbox was not taken: one catalogue, one sentence each."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path

from exports.files import shown_name


class Reason(StrEnum):
    """What is wrong with a file; the value is the name in `--json` reports."""

    LOCK_FILE = "lock_file"
    NOT_A_FILE = "not_a_file"
    UNREADABLE = "unreadable"
    TOO_LARGE = "too_large"
    EMPTY = "empty"
    TRUNCATED = "truncated"
    DAMAGED = "damaged"
    ENCRYPTED = "encrypted"
    OLD_FORMAT = "old_format"
    MACROS = "macros"
    OTHER_FILE = "other_file"
    HOSTILE = "hostile"
    OTHER_WORKBOOK = "other_workbook"
    PAYLOAD_MISSING = "payload_missing"
    PAYLOAD_DAMAGED = "payload_damaged"
    UNSIGNED = "unsigned"
    BAD_SIGNATURE = "bad_signature"
    UNKNOWN_LAPTOP = "unknown_laptop"
    NEWER_FORMAT = "newer_format"
    OTHER_SURVEY = "other_survey"
    NOT_STORED = "not_stored"


_ALL_THE_SAME = "不核对也要收下的，用 zoufang merge --unverified，会永远注明"

_CURES = {
    Reason.LOCK_FILE: "",
    Reason.NOT_A_FILE: "",
    Reason.UNREADABLE: "请检查文件权限或重新拷贝",
    Reason.TOO_LARGE: "请确认拷贝的是走访导出的工作簿",
    Reason.EMPTY: "请向该组重新索取",
    Reason.TRUNCATED: "请向该组重新索取",
    Reason.DAMAGED: "请向该组重新索取",
    Reason.ENCRYPTED: "请用 WPS 或 Excel 去掉打开密码后另存，或向该组索取不加密的工作簿",
    Reason.OLD_FORMAT: "请向该组索取程序导出的 .xlsx 原件",
    Reason.MACROS: "走访导出的工作簿不带宏，请向该组索取原件",
    Reason.OTHER_FILE: "",
    Reason.HOSTILE: "请不要打开，并向送交的人核实",
    Reason.OTHER_WORKBOOK: "",
    Reason.PAYLOAD_MISSING: "请让该组重新导出",
    Reason.PAYLOAD_DAMAGED: "请让该组重新导出",
    Reason.UNSIGNED: f"请让该组用新版程序重新导出；{_ALL_THE_SAME}",
    Reason.BAD_SIGNATURE: f"请让该组重新导出；{_ALL_THE_SAME}",
    Reason.UNKNOWN_LAPTOP: f"请打电话与该组核对指纹，一致就用 zoufang trust 加这 12 位数字认可，再汇总一次；{_ALL_THE_SAME}",
    Reason.NEWER_FORMAT: "",
    Reason.OTHER_SURVEY: "请确认本机汇总的是哪一次调查",
    Reason.NOT_STORED: "",
}
"""What to do about it; empty where nothing needs doing or the sentence says it already."""


class Refused(Exception):
    """Raised inside reading; becomes a `Rejection` at the edge."""

    def __init__(self, reason: Reason, what: str) -> None:
        super().__init__(reason, what)  # both, so that it can be pickled
        self.reason, self.what = reason, what


@dataclass(frozen=True)
class Rejection:
    """A file that was left alone, and why."""

    path: Path
    reason: Reason
    what: str
    """A Chinese clause: what the file is or what is wrong with it."""
    sha256: str = ""

    @property
    def message(self) -> str:
        """One sentence: the file, what it is, what to do."""
        cure = _CURES[self.reason]
        return f"“{shown_name(self.path)}”{self.what}，没有读入{f'；{cure}' if cure else ''}。"

    @property
    def harmless(self) -> bool:
        """True for what lies in every folder (lock files, folders): mentioned, not a failure."""
        return self.reason in (Reason.LOCK_FILE, Reason.NOT_A_FILE)
