"""What `zoufang doctor` and `zoufang restore` say and do."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import click

from surveys.campaign import STORE_NAME
from surveys.doctor import Examination, examine
from surveys.rescue import rescue, told
from surveys.snapshots import Snapshot
from surveys.witness import read_witness


def doctor(folder: Path, to: Path | None) -> bool:
    """Examine the store of a data folder, tell what was found; save what is sound into `to`. True: all is well."""
    found = examine(folder / STORE_NAME)
    click.echo("\n".join(_report(found)))
    if to:
        snapshots = [snapshot.path for snapshot in found.snapshots]
        saved = rescue(found.path, to / STORE_NAME, snapshots, read_witness(found.path))
        click.echo("\n".join(told(saved)))
        click.echo(f"救回的数据在 {to}，用 zoufang --data '{to}' 打开；原文件没有动。")
    elif not found.well:
        click.echo("抢救：zoufang doctor --to 新文件夹（合并完好的记录和备份，原文件不动）。")
    return found.well


def _report(found: Examination) -> list[str]:
    lines = [f"数据文件 {found.path}"]
    if found.well:
        lines.append(f"完好：{found.interviews}份答卷，{found.events}条记录，逐条核对无误，重新推算与目录、答案一致。")
    if found.content:
        from exports.check_codes import check_code

        lines.append(f"内容校验码 {check_code(found.content)}：两处的答卷一模一样，这个码就一样，可以打电话核对。")
    lines += [f"损坏：{damage.message}" for damage in found.damage]
    lines += [f"不符：{sentence}" for sentence in found.unlike]
    lines += [f"时间：{sentence}" for sentence in found.clock]
    newest = f"，最近一份 {found.snapshots[0].at:%Y-%m-%d %H:%M}" if found.snapshots else ""
    lines.append(f"备份：完好的{len(found.snapshots)}份{newest}。")
    lines += [f"备份：{sentence}" for sentence in found.bad_snapshots]
    return lines


def restore(folder: Path, number: int | None, to: Path | None) -> None:
    """List the sound snapshots of a data folder, or write one of them into a new folder."""
    snapshots = examine(folder / STORE_NAME).snapshots if (folder / STORE_NAME).exists() else _found(folder)
    if number is None or to is None:
        click.echo("\n".join(_listed(snapshots)))
        return
    if not 1 <= number <= len(snapshots):
        raise click.ClickException(
            f"没有第{number}份备份，现有{len(snapshots)}份；不带参数运行 zoufang restore 可列出。"
        )
    saved = rescue(snapshots[number - 1].path, to / STORE_NAME, [])
    click.echo(f"已恢复到 {to}：{saved.events}条记录。用 zoufang --data '{to}' 打开；原来的数据没有动。")


def _found(folder: Path) -> Sequence[Snapshot]:
    """The snapshots of a folder whose store is gone."""
    from surveys.copies import FOLDER
    from surveys.snapshots import snapshots_in

    return snapshots_in(folder / FOLDER)


def _listed(snapshots: Sequence[Snapshot]) -> list[str]:
    if not snapshots:
        return ["没有备份。"]
    lines = [
        f"{number:>3}  {snapshot.at:%Y-%m-%d %H:%M:%S}  {snapshot.events:>6}条记录  {snapshot.path}"
        for number, snapshot in enumerate(snapshots, 1)
    ]
    return [*lines, "恢复：zoufang restore 序号 --to 新文件夹（原来的数据不动）。"]
