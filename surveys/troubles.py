"""What SQLite and the file system say when a store cannot be used, as sentences for the person."""

from __future__ import annotations

import errno
import os
from pathlib import Path

FULL = "磁盘已满，刚才这一步没有保存；以前的答案都在。请删去一些文件后再试。"


def explain(error: Exception, path: Path) -> str:
    """What SQLite or the file system said, as one sentence: what happened, what is safe, what to do."""
    if isinstance(error, OSError):
        return _explain_system(error, path)
    text = str(error).lower()
    if "locked" in text or "busy" in text:
        return f"数据文件 {path} 正在另一个窗口中使用，请先关掉那个窗口；已保存的答案不受影响。"
    if "full" in text:
        return FULL
    unwritable = path.exists() and not os.access(path, os.W_OK)  # SQLite then says no more than "disk I/O error"
    if "readonly" in text or "unable to open" in text or unwritable:
        return f"文件夹 {path.parent} 或其中的数据文件不能写入，请换一个数据文件夹，或解除只读。"
    if "not a database" in text or "malformed" in text:
        return f"数据文件 {path} 已损坏，没有改动它。请不要删除，把整个数据文件夹交给技术人员。"
    return f"数据文件 {path} 无法使用（{error}）；已保存的答案不受影响。"


def _explain_system(error: OSError, path: Path) -> str:
    """What the file system said; its own text is English and holds the path, which may contain any word."""
    if error.errno == errno.ENOSPC:
        return FULL
    if isinstance(error, PermissionError) or error.errno == errno.EROFS:
        return f"文件夹 {path.parent} 或其中的数据文件不能写入，请换一个数据文件夹，或解除只读。"
    if isinstance(error, FileExistsError | NotADirectoryError):
        return f"{path.parent} 不是文件夹，请换一个数据文件夹。"
    return f"数据文件 {path} 无法使用（系统错误 {error.errno}）；已保存的答案不受影响。"
