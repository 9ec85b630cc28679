"""The team's side of a hand-over: what the office confirmed to have."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from tui.chinese_click import Command, File
from tui.plain_errors import plain_errors

if TYPE_CHECKING:
    from surveys.store import Store


@click.command(cls=Command)
@click.argument("workbook", required=False, type=File(), metavar="[回执.xlsx]")
@click.pass_obj
def receipt(campaign: tuple[Path, Path | None], workbook: Path | None) -> None:
    """登记省总办公室发回的回执；不给文件就列出各份答卷办公室收到哪一步。"""
    with plain_errors():
        from surveys.campaign import open_campaign

        with open_campaign(*campaign) as store:
            lines = [*(_taken(store, workbook) if workbook else []), *_standing(store)]
        click.echo("\n".join(lines))


def _taken(store: Store, workbook: Path) -> list[str]:
    from exports.receipts import take_receipt
    from exports.signing import fingerprint, spaced
    from exports.times import in_words
    from surveys.text import show_text

    taken, elsewhere = take_receipt(store, workbook)
    office, who = (show_text(text, line=True) for text in (taken.office, taken.who))
    lines = [
        f"已登记回执：{office or '省总办公室'} {who or '未署名'} {in_words(taken.at)}合并，"
        f"答卷 {len(taken.interviews)} 份，汇总电脑指纹 {spaced(fingerprint(taken.key))}。"
    ]
    if elsewhere:
        lines.append(f"其中 {elsewhere} 份与本机的不是同一份历史（多半由本机数据的另一份拷贝送交），没有登记。")
    return lines


def _standing(store: Store) -> list[str]:
    """A line per interview of which the office has not everything, then the count."""
    from surveys.receipts import deliveries

    names = {unit.code: unit.name for unit in store.units()}
    found, lines = deliveries(store), []
    for row in store.interviews():
        if (delivery := found[row.id]).missing:
            what = f"还有 {delivery.missing} 条记录没有送到" if delivery.last else "还没有送到"
            lines.append(f"{names.get(row.unit, row.unit)}：{what}")
    complete = sum(delivery.complete for delivery in found.values())
    return [
        *lines,
        f"共 {len(found)} 份答卷：办公室已全部收到的 {complete} 份，没有收全的 {len(found) - complete} 份。",
    ]
