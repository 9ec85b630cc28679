"""Choice lists kept as CSV files beside the definition (places, occupations: too long for YAML)."""

from __future__ import annotations

import csv
import io
import re
from pathlib import Path
from typing import Any

from surveys.problems import Path as Place
from surveys.problems import nearest
from surveys.text import UNPRINTABLE, show_text
from surveys.value_types import CODE_PATTERN, LONGEST_CODE
from surveys.wording import LONGEST

MOST_CHOICES = 20_000
MAX_BYTES = 10_000_000


def read_choice_files(data: Any, folder: Path) -> list[tuple[Place, str]]:
    """Put the choices of `{csv: places.csv, name: code, label: place, filter: [city]}` in its place, in `data`.

    The definition then holds the choices themselves: what is stored and handed on needs no file beside it.

    Returns:
        What is wrong, each with its place in the definition.
    """
    faults: list[tuple[Place, str]] = []
    lists = data.get("choices")
    if not isinstance(lists, dict):
        return faults
    for name, entry in lists.items():
        if isinstance(entry, dict):
            try:
                lists[name] = _read(entry, folder)
            except _FileFault as fault:
                faults.append((("choices", name, *((fault.key,) if fault.key else ())), fault.message))
    return faults


class _FileFault(Exception):
    def __init__(self, message: str, key: str = "") -> None:
        self.message, self.key = message, key


def _read(entry: dict[str, Any], folder: Path) -> list[dict[str, Any]]:
    known = ("csv", "name", "label", "filter")
    for key in entry:
        if key not in known:
            raise _FileFault(f"不认识的键“{key}”{nearest(str(key), known)}", str(key))
    file, name, label, columns = (entry.get(key) for key in known)
    if not (isinstance(file, str) and isinstance(name, str) and isinstance(label, str)):
        raise _FileFault("从文件读选项要写明 csv（文件名）、name（编号列）、label（名称列）")
    if not (columns is None or (isinstance(columns, list) and all(isinstance(column, str) for column in columns))):
        raise _FileFault("filter 应为列名的列表", "filter")
    if Path(file).is_absolute() or ".." in Path(file).parts:
        raise _FileFault("选项文件要放在问卷定义旁边，写文件名即可", "csv")
    rows = _rows(folder / file, file)
    headings = list(rows[0][1]) if rows else []
    for key, column in (("name", name), ("label", label), *(("filter", column) for column in columns or ())):
        if column not in headings:
            raise _FileFault(f"“{_shown(file)}”没有“{column}”这一列{nearest(column, headings)}", key)
    _check(rows, file, name, label)
    return [
        {"name": row[name], "label": row[label]}
        | ({"filter": {column: row[column] or "" for column in columns}} if columns else {})
        for _, row in rows
    ]


def _rows(path: Path, file: str) -> list[tuple[int, dict[str, Any]]]:
    """The rows that are not blank, each with its line in the file."""
    try:
        if not path.is_file():
            raise _FileFault(f"读不到选项文件“{_shown(file)}”，请放在问卷定义旁边", "csv")
        if path.stat().st_size > MAX_BYTES:
            raise _FileFault(f"“{_shown(file)}”超过{MAX_BYTES // 1_000_000}兆，太大了", "csv")
        text = path.read_text(encoding="utf-8-sig")
        reader = csv.DictReader(io.StringIO(text, newline=""), strict=True)
        rows = [(reader.line_num, row) for row in reader if any(row.values())]
    except OSError:
        raise _FileFault(f"读不到选项文件“{_shown(file)}”，请放在问卷定义旁边", "csv") from None
    except UnicodeDecodeError:
        raise _FileFault(f"“{_shown(file)}”不是UTF-8编码（可能是GBK），请另存为“CSV UTF-8”", "csv") from None
    except csv.Error:
        message = f"“{_shown(file)}”第{reader.line_num}行起引号没有配对，请用表格软件另存为“CSV UTF-8”"
        raise _FileFault(message, "csv") from None
    if not rows:
        raise _FileFault(f"“{_shown(file)}”里没有选项，第一行应为列名", "csv")
    if len(rows) > MOST_CHOICES:
        raise _FileFault(f"“{_shown(file)}”有{len(rows):,}行，最多{MOST_CHOICES:,}行", "csv")
    return rows


def _check(rows: list[tuple[int, dict[str, Any]]], file: str, name: str, label: str) -> None:
    """Say what a choice cannot be, with the line in the file: the definition's own lines are no help there."""
    seen: dict[str, int] = {}
    for line, row in rows:
        where, code = f"“{_shown(file)}”第{line}行：", row[name] or ""
        if not re.fullmatch(CODE_PATTERN, code) or len(code) > LONGEST_CODE:
            raise _FileFault(f"{where}“{_shown(code)}”不能作编号：1至{LONGEST_CODE}个字，不含空格、点和方括号", "csv")
        if code in seen:
            raise _FileFault(f"{where}编号“{_shown(code)}”重复，第{seen[code]}行已经用过", "csv")
        seen[code] = line
        if not (row[label] or "").strip():
            raise _FileFault(f"{where}编号“{_shown(code)}”没有名称", "csv")
        if len(row[label]) > LONGEST:
            raise _FileFault(f"{where}名称太长，最多{LONGEST}个字", "csv")
        if any(isinstance(cell, str) and UNPRINTABLE.search(cell) for cell in row.values()):
            raise _FileFault(f"{where}有不可见的控制字符，请删去", "csv")


def _shown(text: str) -> str:
    return show_text(text[:40], line=True)
