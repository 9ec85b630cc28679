"""Whether the texts of a definition keep to the languages that it declares."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from surveys.definition import SPOKEN
from surveys.problems import Path
from surveys.wording import LANGUAGE_PATTERN


def language_faults(data: dict[str, Any]) -> Iterator[tuple[Path, str]]:
    """Texts in languages that `languages` does not name, or that lack the first one.

    The first language is what is shown wherever a translation is missing, so every text has to have it, in front.

    Args:
        data: A definition that has the right shape.

    Yields:
        The place of each fault and what is wrong there.
    """
    declared = list(data.get("languages", ()))
    for code in declared:
        if not re.fullmatch(LANGUAGE_PATTERN, code):
            yield ("languages", code), f"“{code[:40]}”不是语言代码，应为两三个小写字母，如 zh、bo"
    waiting: list[tuple[Path, Any]] = [((), data)]
    while waiting:
        path, part = waiting.pop()
        if isinstance(part, list):
            waiting += [((*path, n), entry) for n, entry in enumerate(part) if isinstance(entry, dict | list)]
        elif isinstance(part, dict):
            if path and path[-1] in SPOKEN:
                yield from _of_text(path, list(part), declared)
            else:
                waiting += [((*path, key), entry) for key, entry in part.items() if isinstance(entry, dict | list)]


def _of_text(path: Path, codes: list[str], declared: list[str]) -> Iterator[tuple[Path, str]]:
    if not declared:
        yield path, "这里写了几种语言，请先在问卷开头用 languages 列出语言"
        return
    for code in codes:
        if code not in declared:
            yield (*path, code), f"languages 里没有“{code}”（可用：{'、'.join(declared)}）"
    if codes[0] != declared[0]:
        yield path, f"每处文字都要先写第一种语言“{declared[0]}”"
