"""What keeps a store from being used, as sentences for the person."""

from __future__ import annotations

import datetime as dt
import errno
import os
from collections.abc import Sequence
from pathlib import Path

from surveys import ballast
from surveys.soundness import Damage, told
from surveys.text import show_text
from surveys.witness import read_witness

FULL = "磁盘已满，刚才这一步没有保存；以前的答案都在。请删去一些文件后再试。"
FREED = "磁盘已满，刚才这一步没有保存；以前的答案都在。已腾出预留的空间：请再按一次保存，然后尽快删去一些文件。"
CONTRADICTION = "这份答卷的历史与已有的记录矛盾（同一条记录内容不同），没有并入，请向该组索要原文件。"
READ_ONLY = "现在是只读查看，不能修改，也不保存任何东西。"


class StoreError(Exception):
    """The store cannot do what was asked; the message is one Chinese sentence for the person.

    Args:
        message: The sentence.
        readable: True when the file can still be looked at without writing (`Store(path, read_only=True)`).
    """

    def __init__(self, message: str, readable: bool = False) -> None:
        super().__init__(message)
        self.message = message
        self.readable = readable


class HeldError(StoreError):
    """Another program has the file open; it says which, as far as the witness knows."""

    def __init__(self, path: Path) -> None:
        super().__init__(_held(path), readable=True)


class DamagedError(StoreError):
    """The file is not what was saved in it; `damage` says where. It was not changed."""

    def __init__(self, damage: Sequence[Damage]) -> None:
        super().__init__(f"{told(damage)}没有改动它，请不要删除；用 zoufang doctor 检查和抢救。")
        self.damage = damage


def explain(error: Exception, path: Path) -> StoreError:
    """What SQLite or the file system said, as one sentence: what happened, what is safe, what to do."""
    if isinstance(error, OSError):
        return _explain_system(error, path)
    text = str(error).lower()
    if "locked" in text or "busy" in text:
        return HeldError(path)
    if "full" in text:
        return _full(path)
    unwritable = path.exists() and not os.access(path, os.W_OK)  # SQLite then says no more than "disk I/O error"
    if "readonly" in text or "unable to open" in text or unwritable:
        return StoreError(_unwritable(path), readable=path.exists())
    if "not a database" in text or "malformed" in text or "decode" in text:
        return DamagedError([Damage("", "", f"{path} 的结构已损坏。")])
    return StoreError(f"数据文件 {path} 无法使用（{error}）；已保存的答案不受影响。")


def _explain_system(error: OSError, path: Path) -> StoreError:
    """What the file system said; its own text is English and holds the path, which may contain any word."""
    if error.errno == errno.ENOSPC:
        return _full(path)
    if isinstance(error, PermissionError) or error.errno == errno.EROFS:
        return StoreError(_unwritable(path), readable=os.access(path, os.R_OK))
    if isinstance(error, FileExistsError | NotADirectoryError):
        return StoreError(f"{path.parent} 不是文件夹，请换一个数据文件夹。")
    return StoreError(f"数据文件 {path} 无法使用（系统错误 {error.errno}）；已保存的答案不受影响。")


def _full(path: Path) -> StoreError:
    return StoreError(FREED if ballast.give_up(path.parent) else FULL)


def _unwritable(path: Path) -> str:
    return f"文件夹 {path.parent} 或其中的数据文件不能写入，请换一个数据文件夹，或解除只读。"


def _held(path: Path) -> str:
    """Who has the file open, as far as the witness knows."""
    holder = read_witness(path)
    by = ""
    if holder is not None:
        by = f"（录入人 {show_text(holder.who, line=True) or '没有登记'}，{_when(holder.since)}打开，进程 {holder.process}）"
    return f"数据文件 {path} 正在另一个窗口中使用{by}。请先关掉那个窗口；已保存的答案不受影响。"


def _when(at: str) -> str:
    try:
        return f"{dt.datetime.fromisoformat(at).astimezone():%m月%d日 %H:%M} "
    except ValueError:
        return ""
