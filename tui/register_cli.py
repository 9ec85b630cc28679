"""The definitions of the registers on the command line: which there are, replacing one, writing one out to edit."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from tui.chinese_click import Command, File
from tui.plain_errors import plain_errors

if TYPE_CHECKING:
    from surveys.store import Store


@click.command(cls=Command)
@click.argument("definition", required=False, type=File(), metavar="[登记簿.yaml]")
@click.option("--export", "target", type=File(".yaml"), help="把正在用的定义写成这个 YAML 文件，供修改。")
@click.option("--id", "register_id", default="problems", show_default=True, help="写出哪一个（代号）。")
@click.pass_obj
def register(
    campaign: tuple[Path, Path | None], definition: Path | None, target: Path | None, register_id: str
) -> None:
    """登记簿的定义（类别、编码、期限、字段、流程）：给出 YAML 就换用它，不给就列出现有的。

    有一处不对就不换，逐处列出（文件:行:列）。已有的登记不变：新定义里没有的字段和状态，照原样留着。
    办公室换的，随答复清单到各组的电脑，读入时一起换用；组里换的，随工作簿交来，只用来读懂该组的登记。
    """
    if definition and target:
        raise click.ClickException("换用和写出请分两次做：给出 YAML，或写 --export，不能都写。")
    with plain_errors():
        from surveys.campaign import open_campaign

        with open_campaign(*campaign) as store:
            if definition:
                click.echo(_replaced(store, definition))
            elif target:
                click.echo(_written(store, register_id, target))
            else:
                click.echo("\n".join(_known(store)))


def _known(store: Store) -> list[str]:
    from surveys.register.keeping import SHIPPED, case_ids, register_ids, register_of
    from surveys.register.loading import shipped

    lines = []
    for ident in dict.fromkeys((*SHIPPED, *register_ids(store))):
        found = register_of(store, ident)
        own = ident in SHIPPED and found.digest() == shipped(ident).digest()
        lines.append(
            f"{ident}　{found.title}　版本 {found.version}{'（自带）' if own else ''}　"
            f"定义指纹 {found.digest()[:12]}　登记 {len(case_ids(store, ident))} 件"
        )
    return lines


def _replaced(store: Store, path: Path) -> str:
    from surveys.register.keeping import install_register, register_of
    from surveys.register.loading import load_register

    found = load_register(path)
    try:
        same = register_of(store, found.id).digest() == found.digest()
    except KeyError:
        same = False
    if same:
        return f"“{found.title}”（{found.id} {found.version}）与正在用的一样，没有改动。"
    install_register(store, found)
    return f"已换用“{found.title}”（{found.id} {found.version}），定义指纹 {found.digest()[:12]}。"


def _written(store: Store, register_id: str, target: Path) -> str:
    from exports.files import replace_file
    from surveys.loading import library
    from surveys.register.keeping import SHIPPED, register_of
    from surveys.register.loading import shipped, write_register

    try:
        found = register_of(store, register_id)
    except KeyError:
        raise click.ClickException(f"没有代号为“{register_id}”的登记簿，不写文件名就列出现有的。") from None

    def write(path: Path) -> None:
        if register_id in SHIPPED and found.digest() == shipped(register_id).digest():
            path.write_bytes(library(register_id).read_bytes())  # with its comments
        else:
            write_register(found, path)

    replace_file(target, write)
    return f"已写好 {target}"
