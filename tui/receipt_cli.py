"""The team's side of a hand-over: what the office confirmed to have, and what it replied."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from tui.chinese_click import Command, File
from tui.plain_errors import plain_errors

if TYPE_CHECKING:
    from surveys.store import Store


@click.command(cls=Command)
@click.argument("workbook", required=False, type=File(), metavar="[回执或答复清单.xlsx]")
@click.pass_obj
def receipt(campaign: tuple[Path, Path | None], workbook: Path | None) -> None:
    """读入省总办公室发回的回执或答复清单；不给文件就列出各份答卷办公室收到哪一步。

    是哪一种，程序自己认。答复清单只收认可过的电脑（zoufang trust）写的；已有的记录不会丢，两边改得不同的都留着。
    """
    with plain_errors():
        from surveys.campaign import open_campaign

        with open_campaign(*campaign) as store:
            lines = [*(_taken(store, workbook) if workbook else []), *_standing(store)]
        click.echo("\n".join(lines))


def _taken(store: Store, workbook: Path) -> list[str]:
    from exports.sent_back import TakenReplies, take_back
    from exports.signing import fingerprint, spaced
    from exports.times import in_words
    from surveys.text import show_text

    back = take_back(store, workbook)
    if isinstance(back, TakenReplies):
        return [back.line.message]
    taken, elsewhere = back.receipt, back.elsewhere
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
    from surveys.receipts import case_deliveries, deliveries

    names = {unit.code: unit.name for unit in store.units()}
    found, lines = deliveries(store), []
    for row in store.interviews():
        if (delivery := found[row.id]).missing:
            what = f"还有 {delivery.missing} 条记录没有送到" if delivery.last else "还没有送到"
            lines.append(f"{names.get(row.unit, row.unit)}：{what}")
    complete = sum(delivery.complete for delivery in found.values())
    if cases := case_deliveries(store):
        missing = sum(not delivery.complete for delivery in cases.values())
        lines.append(f"登记的问题等 {len(cases)} 件：{f'还有 {missing} 件没有送全' if missing else '都已送到'}。")
    return [
        *lines,
        f"共 {len(found)} 份答卷：办公室已全部收到的 {complete} 份，没有收全的 {len(found) - complete} 份。",
    ]
