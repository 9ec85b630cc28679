"""The office's look over all interviews before anybody trusts the figures."""

from __future__ import annotations

from pathlib import Path

import click

from tui.chinese_click import Command, File
from tui.plain_errors import plain_errors


@click.command(cls=Command)
@click.option("--csv", "target", type=File(".csv"), help="清单写成这个 CSV 文件，一处一行。")
@click.option("--survey", default="", help="检查哪一种问卷（写代号，如 visit）；不写就是主要的那种。")
@click.option("--drafts", is_flag=True, help="草稿的答案也检查（默认只检查已完成的答卷）。")
@click.pass_obj
def quality(campaign: tuple[Path, Path | None], target: Path | None, survey: str, drafts: bool) -> None:
    """检查全部答卷的质量，列出要核实的地方；只看不改。

    阈值可以在问卷定义的 parameters 里改，名称以 quality_ 开头。
    """
    with plain_errors():
        from exports.quality import examine, lines, write_findings
        from surveys.campaign import open_campaign

        with open_campaign(*campaign) as store:
            found = examine(store, survey, drafts=drafts)
            units = {unit.code: unit for unit in store.units()}
        for line in lines(found, units):
            click.echo(line)
        if target:
            click.echo(f"已写好 {write_findings(found, units, target)}")
