"""What `zoufang reference` says: which lists there are, which were replaced."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

from exports.reference_workbook import export_lists, import_lists
from surveys.frame import team_name
from surveys.references import LISTS, Version, current_versions, entries_of
from surveys.store import Store


def current(store: Store) -> str:
    """A line for every list that is there."""
    lines = [
        f"{_named(version)}，{len(entries_of(store, version))}条，"
        f"{dt.datetime.fromisoformat(version.at).astimezone():%Y-%m-%d}由{version.who}放入：{version.origin}"
        for version in current_versions(store).values()
    ]
    return "\n".join(lines) or "还没有参考清单，放入清单请运行 zoufang reference 清单.xlsx。"


def export(store: Store, target: Path) -> str:
    """Write the lists to be edited; see `export_lists`."""
    return f"已导出 {export_lists(store, target)}，改好后运行 zoufang reference {target.name}"


def replace(store: Store, workbook: Path, survey: str) -> str:
    """Take in the lists of a workbook; see `import_lists`."""
    who = f"{team_name(int(store.setting('team')))} {store.setting('member')}".strip()
    replaced = import_lists(store, workbook, who, survey)
    lines = [f"已换用 {_named(done.version)}，{done.entries}条：{done.changes}" for done in replaced]
    return "\n".join(lines) or "工作簿里的清单与现有的完全相同，没有变化。"


def _named(version: Version) -> str:
    return f"{LISTS[version.list]} 版本 {version.digest[:12]}"
