"""The register of problems on the command line: the list, the figures, what may be the same; and the replies."""

from __future__ import annotations

from pathlib import Path

import click

from tui.chinese_click import Command, File, Folder
from tui.plain_errors import plain_errors


@click.command(cls=Command)
@click.option("--open", "only_open", is_flag=True, help="只列没有办结的。")
@click.option("--overdue", is_flag=True, help="只列逾期的，逾期最久的在前。")
@click.option("--soon", is_flag=True, help="只列快到期的；和 --overdue 一起写，两样都列。")
@click.option("--team", type=int, help="只列这一组的（写组号）。")
@click.option("--unit", default="", help="只列这个单位的（写代码或全称）。")
@click.option("--csv", "target", type=File(".csv"), help="清单写成这个 CSV 文件，一件一行。")
@click.option("--stats", is_flag=True, help="不列清单，列统计：件数、办结率、满意率、反映比较多的问题。")
@click.option("--alike", is_flag=True, help="不列清单，列可能相同、可以合并的问题。")
@click.pass_obj
def issues(
    campaign: tuple[Path, Path | None],
    only_open: bool,
    overdue: bool,
    soon: bool,
    team: int | None,
    unit: str,
    target: Path | None,
    stats: bool,
    alike: bool,
) -> None:
    """问题清单：列出登记的问题，或者统计；只看不改。提出人的姓名、电话不列。"""
    if stats and alike:
        raise click.ClickException("--stats 和 --alike 请分两次运行。")
    if target and (stats or alike):
        raise click.ClickException("--csv 只写清单，不能和 --stats、--alike 一起用。")
    with plain_errors():
        from exports.issue_lists import Wanted, alike_lines, chosen, figure_lines, lines, write_issue_list
        from exports.paper_files import unit_meant
        from surveys.campaign import open_campaign
        from surveys.recording import utc_now

        today = utc_now().astimezone().date()
        with open_campaign(*campaign) as store:
            code = unit_meant(store, unit)[0] if unit else ""
            if stats:
                from exports.issue_figures import issue_tables
                from surveys.register.figures import Scope

                click.echo("\n".join(figure_lines(issue_tables(store, today, Scope(team=team, unit=code)))))
            elif alike:
                click.echo("\n".join(alike_lines(store)))
            else:
                found = chosen(store, Wanted(only_open, overdue, soon, team, code), today)
                click.echo("\n".join(lines(found, today)))
                if target:
                    click.echo(f"已写好 {write_issue_list(found, today, target)}")


@click.command(cls=Command)
@click.option("--out", type=Folder(), default=Path(), help="写到哪个文件夹。")
@click.option("--counties", is_flag=True, help="另给每个县写一本，只供阅读和打印。")
@click.pass_obj
def replies(campaign: tuple[Path, Path | None], out: Path, counties: bool) -> None:
    """办公室：写答复清单，每组一本，发回给组里；组里用 zoufang receipt 加文件名读入。

    组里的一本在隐藏的数据页里带着记录（含提出人姓名），只发给该组；给县里的请用 --counties 另写的，不带记录。
    """
    with plain_errors():
        from exports.replies import write_replies
        from surveys.campaign import open_campaign

        with open_campaign(*campaign) as store:
            for done in write_replies(store, out, counties=counties):
                code = f"，校验码 {done.check_code}" if done.check_code else ""
                click.echo(f"已写好 {done.path}：{done.whose} {done.issues} 件，有答复 {done.answered} 件{code}")
