"""Putting files that will never do into a folder of their own, with the reasons beside them; only when asked to."""

from __future__ import annotations

import datetime as dt
import os
import re
from dataclasses import dataclass
from pathlib import Path

from exports.files import shown_name
from exports.rejections import Reason

ASIDE = "未并入"
"""The folder beside the files; nothing in it is read by a merge."""
REASONS = "未并入的原因.txt"

_REASON = re.compile(r"(\d{4}-\d\d-\d\d \d\d:\d\d) (.+?)：(“.*)")
"""A line of that file: when, which file, why."""

_NEVER = frozenset({
    Reason.TOO_LARGE, Reason.EMPTY, Reason.TRUNCATED, Reason.DAMAGED, Reason.OLD_FORMAT, Reason.MACROS,
    Reason.OTHER_FILE, Reason.HOSTILE, Reason.OTHER_WORKBOOK,
})  # fmt: skip
"""What no password, approval, newer program or other data folder can mend; all else stays where it is."""


@dataclass(frozen=True, slots=True)
class Aside:
    """A file that was put aside."""

    path: Path
    at: str
    """When, in the office's time: 2022-11-18 19:30."""
    message: str
    """Why."""


def aside_in(folder: Path) -> list[Aside]:
    """What was put aside below a folder and is still there, the latest last; what cannot be read is left out."""
    found = []
    walked = os.walk(folder)  # passes over what cannot be read; `Path.rglob` raises where a stick was pulled out
    places = [Path(place, REASONS) for place, _, files in walked if Path(place).name == ASIDE and REASONS in files]
    for reasons in sorted(places):
        try:
            lines = reasons.read_text("utf-8-sig", "replace").splitlines()
        except OSError:
            continue
        for line in lines:
            if (match := _REASON.fullmatch(line)) and (path := reasons.parent / match[2]).exists():
                found.append(Aside(path, match[1], match[3]))
    return sorted(found, key=lambda aside: aside.at)


def set_aside(path: Path, reason: Reason, message: str) -> Path | None:
    """Move a file into the folder for what was not taken, and write down why.

    It is renamed on the same disk, so it is never half there, and takes no other file's place.

    Returns:
        Where it is now; None where it was left, because it may do later.

    Raises:
        OSError: It may not be moved; it is where it was.
    """
    if reason not in _NEVER:
        return None
    folder = path.parent / ASIDE
    folder.mkdir(exist_ok=True)
    target, number = folder / path.name, 1
    while target.exists():
        number += 1
        target = folder / f"{path.stem}({number}){path.suffix}"
    at = dt.datetime.now().astimezone()
    with (folder / REASONS).open("a", encoding="utf-8-sig" if not (folder / REASONS).exists() else "utf-8") as reasons:
        reasons.write(f"{at:%Y-%m-%d %H:%M} {shown_name(target)}：{message}\r\n")
    path.rename(target)
    return target
