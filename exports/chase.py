"""Whom the office has to chase: the units that are not complete, by team and city, as text to be sent."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Sequence
from pathlib import Path

from exports.coverage import Progress, UnitCoverage
from exports.files import replace_file
from surveys.frame import team_name
from surveys.text import show_text


def chase_list(units: Sequence[UnitCoverage], title: str, round_: str, now: dt.datetime) -> str:
    """The list as plain text, a paragraph per team; complete units are not in it.

    Args:
        units: Those that are looked at.
        title: Of the survey.
        round_: Of the survey; "" if it has none.
        now: When it is made, in the office's time.
    """
    missing = [unit for unit in units if unit.progress is not Progress.COMPLETE]
    head = f"催办名单：{title}" + (f"，轮次 {round_}" if round_ else "") + f"（{now:%Y-%m-%d %H:%M}）"
    if not missing:
        return f"{head}\n{len(units)}个单位都已完成。\n"
    count = {state: sum(unit.progress is state for unit in missing) for state in Progress}
    total = f"应查{len(units)}个单位，未开始{count[Progress.NOT_STARTED]}个，草稿{count[Progress.DRAFT]}个："
    teams = dict.fromkeys(sorted(unit.team for unit in missing))
    lines = (line for team in teams for line in _team(team, [unit for unit in missing if unit.team == team]))
    return "\n".join([head, total, *lines, ""])


def write_chase_list(folder: Path, text: str, now: dt.datetime) -> Path:
    """Put the list into a folder. Raises ExportError."""
    target = folder / f"催办名单_{now:%Y%m%d-%H%M}.txt"

    def write(path: Path) -> None:
        # With a mark at the beginning: the Notepad of old Windows takes the file for GBK without.
        path.write_text(text, "utf-8-sig")

    replace_file(target, write)
    return target


def _team(number: int, units: Sequence[UnitCoverage]) -> Iterator[str]:
    yield f"\n{team_name(number)}（{len(units)}个）"
    for city in dict.fromkeys(unit.city for unit in units):
        for state in (Progress.NOT_STARTED, Progress.DRAFT):
            names = [unit.county or unit.code for unit in units if unit.city == city and unit.progress is state]
            if names:
                yield f"  {show_text(city, line=True)}{state}{len(names)}个：{show_text('、'.join(names), line=True)}"
