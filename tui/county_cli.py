"""One county's own sheet: for the county, and for whoever goes to talk to it."""

from __future__ import annotations

from pathlib import Path

import click

from tui.chinese_click import Command, File
from tui.plain_errors import plain_errors


@click.command(cls=Command)
@click.argument("units", nargs=-1, metavar="[单位]…")
@click.option("--out", type=File(".xlsx"), default=Path("一本账.xlsx"), help="写到哪个文件。")
@click.option("--survey", default="", help="哪一种问卷（写代号，如 visit）；不写就是主要的那种。")
@click.option("--round", "round_", default="", help="哪一轮；不写就是现在这一轮。")
@click.pass_obj
def county(campaign: tuple[Path, Path | None], units: tuple[str, ...], out: Path, survey: str, round_: str) -> None:
    """写一本账：每个县一张可打印的表，答案、指标和全市全省中位数、问题线索、备注。

    给出单位代码或名称就只写这几个；不给就是有答卷的全部单位。草稿也写，保密题目的答案不写。
    """
    with plain_errors():
        from exports.county_sheets import write_counties
        from exports.paper_files import unit_meant
        from surveys.campaign import open_campaign

        with open_campaign(*campaign) as store:
            codes = [unit_meant(store, unit)[0] for unit in units]
            path, count = write_counties(store, out, codes, survey_id=survey, round_=round_)
        click.echo(f"已写好 {path}，{count}个单位。")
