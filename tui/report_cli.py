"""The report in Word."""

from __future__ import annotations

from pathlib import Path

import click

from tui.chinese_click import Command, File
from tui.plain_errors import plain_errors


@click.command(cls=Command)
@click.argument("target", required=False, type=File(".docx"), default=Path("全省报告.docx"), metavar="[报告.docx]")
@click.option("--drafts", is_flag=True, help="草稿也计入统计（默认只统计已完成的答卷）。")
@click.option("--survey", default="", help="哪一种问卷（写代号，如 visit）；不写就是主要的那种。")
@click.option("--round", "round_", default="", help="哪一轮；不写就是现在这一轮。")
@click.option("--weights", type=File(), help="每个单位的权重（CSV 或 .xlsx，有“单位代码”和“权重”两栏）。")
@click.pass_obj
def report(
    campaign: tuple[Path, Path | None], target: Path, drafts: bool, survey: str, round_: str, weights: Path | None
) -> None:
    """写 Word 报告：封面、目录、各方面的表和图、指标、问题、经验、附录，数字都已填好。

    只有数字和原话；要办公室自己写的地方标着“请填写”。要先装 zoufang[report]。
    """
    with plain_errors():
        from exports.report import write_report
        from surveys.campaign import open_campaign

        with open_campaign(*campaign) as store:
            path = write_report(store, target, drafts=drafts, survey_id=survey, round_=round_, weights=weights)
        click.echo(f"已写好 {path}")
