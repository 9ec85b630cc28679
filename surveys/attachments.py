"""Files that belong to answers, kept beside the database by the hash of their content."""

from __future__ import annotations

import hashlib
import os
from pathlib import Path

from surveys.text import Refusal, clean_text
from surveys.value_types import AttachmentType

FOLDER = "attachments"
MAX_BYTES = 20_000_000


def keep_file(store_folder: Path, kind: AttachmentType, source: Path) -> str:
    """Copy a file into the store's folder; the same content is kept once.

    Returns:
        The canonical value of the answer, `<sha256>/<file name>`.

    Raises:
        Refusal: when there is no such file, or it is too large or of another kind.
        OSError: when it cannot be copied.
    """
    if not source.is_file():
        raise Refusal(f"没有找到文件 {clean_text(str(source))}，请检查位置。")
    if source.suffix.lstrip(".").lower() not in kind.extensions:
        raise Refusal(f"这里只收 {'、'.join(kind.extensions)} 文件。")
    if (size := source.stat().st_size) > MAX_BYTES:
        raise Refusal(f"文件有{size / 1e6:.1f}兆，超过{MAX_BYTES // 1_000_000}兆的上限，请压缩后再登记。")
    content = source.read_bytes()
    digest = hashlib.sha256(content).hexdigest()
    folder = store_folder / FOLDER
    folder.mkdir(exist_ok=True)
    target = folder / digest
    if not target.exists():
        temporary = folder / f".{digest}.{os.getpid()}"
        with temporary.open("wb") as copy:
            copy.write(content)
            copy.flush()
            os.fsync(copy.fileno())
        temporary.replace(target)
    return f"{digest}/{clean_text(source.name)}"


def kept_file(store_folder: Path, value: str) -> Path:
    """Where the file of an answer is."""
    return store_folder / FOLDER / value.partition("/")[0]
