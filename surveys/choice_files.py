"""Choice lists kept as CSV files beside the definition (places, occupations: too long for YAML)."""

from __future__ import annotations

import csv
from pathlib import Path
from typing import Any

from surveys.problems import Path as Place
from surveys.problems import nearest

MOST_CHOICES = 20_000


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
    try:
        with (folder / file).open(encoding="utf-8-sig", newline="") as lines:
            rows = list(csv.DictReader(lines))
    except OSError:
        raise _FileFault(f"读不到选项文件“{file}”，请放在问卷定义旁边", "csv") from None
    except (UnicodeDecodeError, csv.Error):
        raise _FileFault(f"“{file}”不是UTF-8编码的CSV，请另存为“CSV UTF-8”", "csv") from None
    if len(rows) > MOST_CHOICES:
        raise _FileFault(f"“{file}”有{len(rows):,}行，最多{MOST_CHOICES:,}行", "csv")
    headings = list(rows[0]) if rows else []
    for key, column in (("name", name), ("label", label), *(("filter", column) for column in columns or ())):
        if column not in headings:
            raise _FileFault(f"“{file}”没有“{column}”这一列{nearest(column, headings)}", key)
    return [
        {"name": row[name], "label": row[label]}
        | ({"filter": {column: row[column] or "" for column in columns}} if columns else {})
        for row in rows
        if row[name]
    ]
