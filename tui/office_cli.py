"""Commands of the office: taking in what the teams handed over."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING

import click

from tui.chinese_click import Command, Folder
from tui.corrections_cli import recover_workbooks
from tui.interrupts import asked_to_stop
from tui.plain_errors import plain_errors
from tui.waiting import when_free

if TYPE_CHECKING:
    from exports.merge_report import MergeReport
    from surveys.store import Store


@click.command(cls=Command)
@click.argument("inbox", nargs=-1, required=True, type=click.Path(path_type=Path))
@click.option("--json", "as_json", is_flag=True, help="结果按 JSON 输出，供程序读取。")
@click.option("--unverified", is_flag=True, help="没有签名、签名无效或电脑未认可的也收下，永远注明。")
@click.option("--aside", is_flag=True, help="不可能并入的文件移到旁边的“未并入”文件夹，并写明原因。")
@click.option("--recover", is_flag=True, help="数据页丢失或损坏的，从工作表读回答案（只读给出的文件，逐本注明）。")
@click.option("--receipts", type=Folder(), help="给每台送交的电脑写一本回执，放进这个文件夹。")
@click.pass_obj
def merge(
    campaign: tuple[Path, Path | None],
    inbox: tuple[Path, ...],
    as_json: bool,
    unverified: bool,
    aside: bool,
    recover: bool,
    receipts: Path | None,
) -> None:
    """把各组交来的工作簿（文件、文件夹或压缩包）并入省总的数据。

    数据页丢失或损坏的工作簿不会自动恢复；写 --recover 和文件名，才从编码等工作表读回，答案注明“恢复”。

    设了打开密码的，逐本询问密码；不能输入的地方用环境变量 ZOUFANG_PASSWORD 给出。

    随时可按 Ctrl+C 停下：手头这一本做完为止，再运行一次就接着并入。别的窗口正在用这份数据时，等它用完再开始。

    退出码：0 全部并入或已有；1 没有做成；2 有文件没有并入（原因逐个列出，其余照常并入）；130 中途停下。
    """
    if recover:
        recover_workbooks(campaign, inbox)
        return
    with plain_errors():
        from exports.inbox import Inbox
        from exports.merging import merge as merge_workbooks
        from surveys.campaign import open_campaign
        from tui.passwords import AskedPasswords
        from tui.progress import line_bar

        with (
            when_free(lambda: open_campaign(*campaign)) as store,
            asked_to_stop() as stop,
            line_bar("合并", lambda: len(Inbox(inbox)), shown=not as_json) as (tell, paused),
        ):
            report = merge_workbooks(
                store, inbox, lambda line: tell(line.message), unverified,
                stop=stop, aside=aside, passwords=AskedPasswords(paused),
            )  # fmt: skip
            written = _write_receipts(store, report, receipts) if receipts else []
        click.echo(report.to_json() if as_json else "\n".join([_told(report), *written]))
        if report.stopped:
            sys.exit(130)
        if report.rejected:
            sys.exit(2)


def _write_receipts(store: Store, report: MergeReport, folder: Path) -> list[str]:
    """Write them; a line for each."""
    from exports.receipt_workbook import write_receipt
    from exports.receipts import receipts_of
    from surveys.recording import utc_now

    at = utc_now().isoformat(timespec="seconds")
    return [
        f"回执 {write_receipt(receipt, key, folder)}（{len(receipt.interviews)} 份答卷）"
        for receipt, key in receipts_of(store, report.lines, at)
    ]


def _told(report: MergeReport) -> str:
    """What a merge did, in a few lines: conflicts and duplicates by name, then the count."""
    merged, disputed = sum(line.merged for line in report.lines), report.disputed_cases
    return "\n".join(
        [
            *(f"冲突 {conflict.message}" for conflict in report.conflicts),
            *(f"重复 {duplicate.message}" for duplicate in report.duplicates),
            *(f"交接 {fault}" for fault in report.chain_faults),
            f"共 {len(report.lines)} 个文件：并入或已有 {merged}，没有并入 {len(report.rejected)}；"
            f"冲突 {len(report.conflicts)} 处，重复单位 {len(report.duplicates)} 个"
            f"{f'；登记的问题等有 {disputed} 件两边说法不同，都已保留，请在登记簿里裁定' if disputed else ''}。",
            *(
                ["按 Ctrl+C 停下了：以上的都已做完，后面的还没有看；再运行一次同样的命令就接着并入。"]
                if report.stopped
                else []
            ),
        ]
    )


@click.command(cls=Command)
@click.argument("digits", nargs=-1, metavar="[指纹]")
@click.option("--withdraw", is_flag=True, help="撤销认可：以后不再收这台电脑的工作簿，收过的不变。")
@click.pass_obj
def trust(campaign: tuple[Path, Path | None], digits: tuple[str, ...], withdraw: bool) -> None:
    """列出本机指纹和各台电脑；给出 12 位指纹，就认可那台电脑的工作簿。

    指纹写在工作簿的封面上，请打电话核对过再认可；工作簿还没有交来的，也可以先认可。
    """
    with plain_errors():
        from exports import trust as trusting
        from exports.signing import spaced
        from surveys.campaign import open_campaign

        with open_campaign(*campaign) as store:
            if not digits:
                click.echo("\n".join(_known(store)))
                return
            number = trusting.digits_of(" ".join(digits))
            laptop = trusting.withdraw(store, number) if withdraw else trusting.approve(store, number)
        click.echo(f"{laptop.state.label}：{laptop.name}，指纹 {spaced(number)}。")


def _known(store: Store) -> list[str]:
    """A line for this laptop, and one for each that is known."""
    from exports.signing import laptop_key, spaced
    from exports.times import in_words
    from exports.trust import State, laptops

    key, news = laptop_key(store)
    lines = [news or f"本机指纹 {key.fingerprint}"]
    for laptop in laptops(store):
        decided = "" if laptop.state is State.WAITING else f"，{laptop.who or '未署名'} {in_words(laptop.at)}"
        lines.append(f"{laptop.state.label}：{laptop.name}，指纹 {spaced(laptop.fingerprint)}{decided}")
    return lines
