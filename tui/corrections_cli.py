"""Commands of the office for what was changed by hand in workbooks, and for workbooks whose parcel is lost."""

from __future__ import annotations

import sys
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import click

from tui.chinese_click import Command, Group
from tui.plain_errors import plain_errors

if TYPE_CHECKING:
    from surveys.acts import Actor
    from surveys.store import Store

Campaign = tuple[Path, Path | None]


@click.group(cls=Group, invoke_without_command=True)
@click.option("--every", is_flag=True, help="处理过的也列出。")
@click.pass_context
def corrections(context: click.Context, every: bool) -> None:
    """列出工作簿里的手工改动；用 take 采用，用 leave 不采用。"""
    if context.invoked_subcommand:
        return
    with plain_errors():
        from exports.corrections import State, described
        from exports.corrections import corrections as kept
        from surveys.campaign import open_campaign

        with open_campaign(*context.obj) as store:
            offers = described(store, kept(store, None if every else State.OPEN))
        for offer in offers:
            found = offer.correction
            decided = f"〔{found.state.label}，{found.who}：{found.reason}〕" if found.state is not State.OPEN else ""
            click.echo(offer.message + decided)
        if not offers:
            click.echo("没有手工改动。" if every else "没有待处理的手工改动。")


def _naming(command: Callable[..., None]) -> Callable[..., None]:
    """The ways to name offers, and the reason."""
    for decorate in (
        click.option("--reason", required=True, help="原因，会写进历史。"),
        click.option("--question", default="", help="只处理这一题（题号或代号）的。"),
        click.option("--all", "every", is_flag=True, help="全部待处理的。"),
        click.argument("numbers", nargs=-1, metavar="[序号]"),
    ):
        command = decorate(command)
    return command


@corrections.command(cls=Command)
@_naming
@click.pass_obj
def take(campaign: Campaign, numbers: tuple[str, ...], every: bool, question: str, reason: str) -> None:
    """采用手工改动，写进答卷的历史。序号如 3 或 5-9。

    退出码：0 全部采用；2 有的不能采用（原因逐处列出，其余照常采用）。
    """
    from exports.corrections import take as take_one

    _decide(campaign, numbers, every, question, reason, take_one)


@corrections.command(cls=Command)
@_naming
@click.pass_obj
def leave(campaign: Campaign, numbers: tuple[str, ...], every: bool, question: str, reason: str) -> None:
    """不采用手工改动，答卷不变。序号如 3 或 5-9。"""
    from exports.corrections import leave as leave_one

    _decide(campaign, numbers, every, question, reason, leave_one)


def _decide(
    campaign: Campaign,
    numbers: tuple[str, ...],
    every: bool,
    question: str,
    reason: str,
    decide: Callable[[Store, int, str, Actor], object],
) -> None:
    if not numbers and not every and not question:
        raise click.ClickException("请写明处理哪些：序号（如 3 或 5-9）、--question 题号，或 --all。")
    with plain_errors():
        from exports.corrections import chosen
        from surveys.campaign import open_campaign
        from surveys.reasons import checked_reason
        from surveys.text import Refusal

        with open_campaign(*campaign) as store:
            actor = _actor(store)
            checked_reason(reason)
            asked = chosen(store, numbers, question)
            refused = 0
            for number in asked:
                try:
                    decide(store, number, reason, actor)
                except Refusal as refusal:
                    refused += 1
                    click.echo(f"{number}  没有处理：{refusal.message}", err=True)
        click.echo(f"处理了 {len(asked) - refused} 处" + (f"，{refused} 处没有处理。" if refused else "。"))
        if refused:
            sys.exit(2)


def recover_workbooks(campaign: Campaign, paths: Sequence[Path]) -> None:
    """Take the answers of workbooks without a parcel from their sheets; exit code 2 where that failed for one."""
    with plain_errors():
        from exports.recovering import recover, told_in_lines
        from surveys.campaign import open_campaign

        with open_campaign(*campaign) as store:
            done = [recover(store, path, _actor(store)) for path in paths]
        for recovery in done:
            click.echo("\n".join(told_in_lines(recovery)))
        if any(recovery.obstacle for recovery in done):
            sys.exit(2)


def _actor(store: Store) -> Actor:
    from surveys.acts import Actor

    if not (who := store.setting("member")):
        raise click.ClickException("还没有登记姓名：请先运行 zoufang 打开程序，登记组别、电脑名和录入人。")
    return Actor(who, int(store.setting("team") or 0), store.setting("device_id"))
