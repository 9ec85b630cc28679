"""Files that belong to answers, kept beside the database by the hash of their content."""

from __future__ import annotations

import hashlib
import os
from pathlib import Path

from surveys.durable import sync_folder
from surveys.text import Refusal, clean_text, show_text
from surveys.value_types import AttachmentType

FOLDER = "attachments"
MAX_BYTES = 20_000_000


def keep_file(store_folder: Path, kind: AttachmentType, source: Path) -> str:
    """Copy a file into the store's folder; the same content is kept once.

    Returns:
        The canonical value of the answer, `<sha256>/<file name>`.

    Raises:
        Refusal: when there is no such file, or it cannot be read, is empty, too large or of another kind.
        OSError: when it cannot be copied.
    """
    name, content = _read(kind, source)
    digest = hashlib.sha256(content).hexdigest()
    folder = store_folder / FOLDER
    target = folder / digest
    if not target.exists() or target.stat().st_size != len(content):
        folder.mkdir(exist_ok=True)
        temporary = folder / f".{digest}.{os.getpid()}"
        try:
            with temporary.open("wb") as copy:
                copy.write(content)
                copy.flush()
                os.fsync(copy.fileno())
            temporary.replace(target)
        finally:
            temporary.unlink(missing_ok=True)
        # The answer is durable at once; the names that lead to its file must be too.
        for changed in (folder, store_folder):
            sync_folder(changed)
    return f"{digest}/{name}"


def _read(kind: AttachmentType, source: Path) -> tuple[str, bytes]:
    """The name and content of a file that may be kept. Raises Refusal."""
    shown = show_text(str(source), line=True)
    try:
        name = clean_text(source.name)
    except Refusal:
        raise Refusal("文件名里有不能保存的字符，请改名后再登记。") from None
    if "\n" in name or "\\" in name:
        raise Refusal("文件名里有换行或反斜杠，请改名后再登记。")
    allowed = [extension.lower().lstrip(".") for extension in kind.extensions]
    try:
        if not source.is_file():
            raise Refusal(f"没有找到文件 {shown}，请检查位置。")
        if source.suffix.lstrip(".").lower() not in allowed:
            raise Refusal(f"这里只收 {'、'.join(allowed)} 文件。")
        with source.open("rb") as file:
            size = os.fstat(file.fileno()).st_size
            content = file.read(MAX_BYTES + 1)
    except OSError as error:
        raise Refusal(f"读不到文件 {shown}（系统错误 {error.errno}），请检查权限，或先复制到电脑上再登记。") from None
    if len(content) > MAX_BYTES:
        # Rounded up, so that the sentence never says that 20.0 is more than 20.
        tenths = -(-max(size, len(content)) // 100_000)
        raise Refusal(f"文件有{tenths / 10:.1f}兆，超过{MAX_BYTES // 1_000_000}兆的上限，请压缩后再登记。")
    if not content:
        raise Refusal(f"文件 {shown} 是空的，请检查是否拷贝完整。")
    return name, content


def kept_file(store_folder: Path, value: str) -> Path:
    """Where the file of an answer is."""
    return store_folder / FOLDER / value.partition("/")[0]
