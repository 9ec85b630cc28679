"""The command line. Imports the app, or the exports, only when the command needs them."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING

import click

from tui.chinese_click import File, Folder, Group
from tui.corrections_cli import corrections
from tui.county_cli import county
from tui.issues_cli import issues, replies
from tui.office_cli import merge, trust
from tui.plain_errors import plain_errors
from tui.quality_cli import quality
from tui.receipt_cli import receipt
from tui.register_cli import register
from tui.report_cli import report

if TYPE_CHECKING:
    from surveys.store import Store

DATA_HELP = "数据文件夹；不写则用环境变量 ZOUFANG_DATA，再不然用本用户的数据文件夹。"


def default_data() -> Path:
    """The data folder of this user."""
    from platformdirs import user_data_path

    return user_data_path("zoufang", appauthor=False)


@click.group(cls=Group, invoke_without_command=True, context_settings={"help_option_names": ["-h", "--help"]})
@click.option("--data", type=Folder(), envvar="ZOUFANG_DATA", help=DATA_HELP)
@click.option("--form", type=File(), help="改用这份问卷定义（YAML）。")
@click.version_option(
    package_name="zoufang", prog_name="zoufang 走访", message="%(prog)s %(version)s", help="显示版本。"
)
@click.pass_context
def main(context: click.Context, data: Path | None, form: Path | None) -> None:
    """走访：离线问卷调查。不带命令时打开录入界面。"""
    context.obj = (data or default_data(), form)
    if context.invoked_subcommand is None:
        with plain_errors():
            _open_app(*context.obj)


def _open_app(data: Path, form: Path | None) -> None:
    from tui.app import ZoufangApp

    app = ZoufangApp(data, form)
    app.run()
    if app.return_code:
        sys.exit(app.return_code)


@main.command()
@click.option("--out", type=Folder(), default=Path(), help="写到哪个文件夹。")
@click.option(
    "--format", "file_format", type=click.Choice(["xlsx", "csv", "sav", "json"]), default="xlsx",
    help="xlsx 是交接的工作簿；csv、sav（SPSS）、json 是供统计软件读取的数据文件，默认去除个人信息。",
)  # fmt: skip
@click.option("--with-sensitive", is_flag=True, help="数据文件里也写保密题目的答案和姓名（工作簿总是完整的）。")
@click.option("--history", is_flag=True, help="数据文件里也写全部修改记录（只用于 json）。")
@click.option("--password", "lock", is_flag=True, help="给工作簿设打开密码（询问两遍，忘记了打不开）。")
@click.pass_obj
def export(
    campaign: tuple[Path, Path | None], out: Path, file_format: str, with_sensitive: bool, history: bool, lock: bool
) -> None:
    """导出本组工作簿（填过的每种问卷一本），交省总办公室；或导出数据文件。"""
    if history and file_format != "json":
        raise click.ClickException("--history 只能和 --format json 一起用；工作簿里总有修改记录。")
    if with_sensitive and file_format == "xlsx":
        raise click.ClickException("--with-sensitive 用于数据文件（csv、sav、json）；工作簿总是完整的，不用写。")
    if lock and file_format != "xlsx":
        raise click.ClickException("--password 只用于工作簿；数据文件（csv、sav、json）不加密，请另行保管。")
    with plain_errors():
        from exports.workbook import export_all
        from surveys.campaign import open_campaign
        from tui.passwords import new_password

        if file_format != "xlsx":
            return _export_data(campaign, out, file_format, with_sensitive, history)
        with open_campaign(*campaign) as store:
            _check_registered(store)
            written = export_all(store, out, new_password() if lock else "")
        for workbook in written:
            click.echo(f"已导出 {workbook.path}\n校验码 {workbook.check_code}（交接时报给省总办公室核对）")
        click.echo(written[0].news or f"本机指纹 {written[0].fingerprint}（省总办公室据此认可这台电脑）")


def _export_data(
    campaign: tuple[Path, Path | None], out: Path, file_format: str, with_sensitive: bool, history: bool
) -> None:
    from exports.data_files import export_data
    from surveys.campaign import open_campaign

    with open_campaign(*campaign) as store:
        _check_registered(store)
        done = export_data(store, out, file_format, with_sensitive=with_sensitive, history=history)
    for data in done:
        click.echo(f"已导出 {data.folder}，答卷 {data.interviews} 份。\n{data.privacy}")


@main.command()
@click.argument("unit", required=False, metavar="[单位]")
@click.option("--blank", is_flag=True, help="空白问卷。")
@click.option("--out", type=Folder(), default=Path(), help="写到哪个文件夹。")
@click.option("--survey", default="", help="哪一种问卷（写代号，如 visit）；不写就是主要的那种。")
@click.option("--mask", is_flag=True, help="不写保密题目的答案。")
@click.pass_obj
def paper(
    campaign: tuple[Path, Path | None], unit: str | None, blank: bool, out: Path, survey: str, mask: bool
) -> None:
    """可打印的问卷（.xlsx 和 .html）：给出单位代码或名称，印它的答卷；--blank 印空白的。

    答卷是完整的，供单位核对盖章；有保密内容的，每页写明。
    """
    if blank == bool(unit):
        raise click.ClickException("请写单位代码或名称，或者写 --blank（空白问卷），两样选一样。")
    with plain_errors():
        from exports.paper_files import print_blank, print_filled
        from surveys.campaign import open_campaign

        with open_campaign(*campaign) as store:
            _check_survey(store, survey)
            written = print_filled(store, out, unit, survey, mask) if unit else print_blank(store, out, survey)
        for path in written:
            click.echo(f"已写好 {path}")


def _check_registered(store: Store) -> None:
    if not store.setting("team"):
        raise click.ClickException("还没有登记组别：请先运行 zoufang 打开程序，登记组别、电脑名和录入人。")


@main.command()
@click.option("--out", type=File(".xlsx"), default=Path("全省汇总.xlsx"), help="写到哪个文件。")
@click.option("--drafts", is_flag=True, help="草稿也计入统计（默认只统计已完成的答卷）。")
@click.option("--survey", default="", help="汇总哪一种问卷（写代号，如 visit）；不写就是主要的那种。")
@click.option("--round", "round_", default="", help="汇总哪一轮；不写就是现在这一轮。")
@click.option(
    "--weights", type=File(), help="每个单位的权重（CSV 或 .xlsx，有“单位代码”和“权重”两栏）：另算一遍加权的数字。"
)
@click.pass_obj
def summary(
    campaign: tuple[Path, Path | None], out: Path, drafts: bool, survey: str, round_: str, weights: Path | None
) -> None:
    """写全省汇总工作簿：覆盖、每道题的统计、指标、问题、质量、编码。"""
    with plain_errors():
        from exports.summary import write_summary
        from surveys.campaign import open_campaign

        with open_campaign(*campaign) as store:
            _check_survey(store, survey)
            path = write_summary(store, out, drafts=drafts, survey_id=survey, round_=round_, weights=weights)
            click.echo(f"已写好 {path}")


def _check_survey(store: Store, survey: str) -> None:
    installed = {heading.id: heading.title for heading in store.surveys()}
    if survey and survey not in installed:
        known = "、".join(f"{ident}（{title}）" for ident, title in installed.items())
        raise click.ClickException(f"没有代号为“{survey}”的问卷，现有：{known}。")


@main.command()
@click.argument("workbook", required=False, type=File(), metavar="[清单.xlsx]")
@click.option("--export", "target", type=File(".xlsx"), help="把现有清单写成这个工作簿，供修改。")
@click.option("--survey", default="", help="题号按哪一种问卷（写代号）；不写就是现有清单的那种。")
@click.pass_obj
def reference(campaign: tuple[Path, Path | None], workbook: Path | None, target: Path | None, survey: str) -> None:
    """参考清单：给出工作簿就换用其中的清单，不给就列出现有的版本。

    有一处不对就一条也不换；换下来的版本仍留着，引用过的条目不变。
    """
    if workbook and target:
        raise click.ClickException("换用和导出请分两次做：给出工作簿，或写 --export，不能都写。")
    with plain_errors():
        from surveys.campaign import open_campaign
        from tui import reference_lists

        with open_campaign(*campaign) as store:
            _check_survey(store, survey)
            if target:
                click.echo(reference_lists.export(store, target))
            elif workbook:
                _check_registered(store)
                click.echo(reference_lists.replace(store, workbook, survey))
            else:
                click.echo(reference_lists.current(store))


@main.command()
@click.argument("folder", type=Folder())
@click.option("--seed", default=2022, show_default=True, help="同一个数得到同样的演示答案。")
def demo(folder: Path, seed: int) -> None:
    """演示整个过程：九个组填写、导出，省总合并、汇总（答案都标明“演示”）。"""
    if folder.exists() and any(folder.iterdir()):
        raise click.ClickException(f"文件夹 {folder} 不是空的，演示请用一个新文件夹，以免混入真实数据。")
    with plain_errors():
        from exports.demo import run_demo
        from tui.progress import step_bars

        with step_bars() as tell:
            done = run_demo(folder, seed, tell)
    click.echo(
        f"九个组的工作簿 {done.workbooks} 个在 {done.inbox}\n"
        f"省总数据在 {done.office}（zoufang --data '{done.office}' 可打开）\n"
        f"全省汇总 {done.summary}\n"
        f"应查 {done.units} 个县级工会：完成 {done.complete}，草稿 {done.drafts}，"
        f"未开始 {done.units - done.complete - done.drafts}，冲突 {done.conflicts}"
    )


@main.command()
@click.argument("form", type=click.Path(path_type=Path))
def check(form: Path) -> None:
    """检查一份问卷定义（YAML），列出全部问题（文件:行:列）。"""
    with plain_errors():
        from surveys.loading import load_form

        loaded = load_form(form)
        survey = loaded.survey
        click.echo(
            f"{survey.title}（{survey.id} {survey.version}）没有问题：{len(survey.sections)} 个部分，"
            f"编号题 {len(loaded.numbered)} 道。定义指纹 {loaded.digest[:12]}"
        )


@main.command()
def schema() -> None:
    """输出问卷定义的 JSON Schema，供编辑器提示和检查。

    例：zoufang schema > zoufang.schema.json，再在问卷定义第一行写
    # yaml-language-server: $schema=zoufang.schema.json
    """
    from surveys.schema_json import schema_text

    click.echo(schema_text())


@main.command("eval")
@click.argument("expression")
@click.option(
    "--set", "given", multiple=True, metavar="名称=值", help="给出一个答案，可写多次；表格的格子写 名称.行=值。"
)
def evaluate(expression: str, given: tuple[str, ...]) -> None:
    """试算一个表达式，不需要问卷。

    例：zoufang eval '${a} * 2 > ${b}' --set a=1 --set b=3。数字和日期自动识别，其余按文字；
    同一个名称写多次就是若干个值；. 写 --set .=值；param('x') 写 --set x=值；不掌握写 --set a=不掌握。
    """
    with plain_errors():
        from surveys.trial import try_expression

        outcome = try_expression(expression, given)
        click.echo(outcome)
        if outcome.blanks:
            click.echo(f"没有给出、按空计算：{'、'.join(outcome.blanks)}", err=True)


@main.command()
@click.pass_obj
def keys(campaign: tuple[Path, Path | None]) -> None:
    """输出全部命令的代号、按键和作用，可存成按键文件 keys.toml 来改键。

    数据文件夹里已有按键文件的，一并检查，不能用的逐条说明。
    """
    with plain_errors():
        from tui.keymap import KEYS_FILE, keymap_text, read_keymap

        path = campaign[0] / KEYS_FILE
        click.echo(keymap_text(path))
        for refusal in read_keymap(path)[1]:
            click.echo(refusal, err=True)


@main.command()
@click.option("--form", type=File(), help="新版问卷定义（YAML）；不写则迁移到正在使用的版本。")
@click.option("--yes", is_flag=True, help="不再询问，直接迁移。")
@click.pass_obj
def migrate(campaign: tuple[Path, Path | None], form: Path | None, yes: bool) -> None:
    """把草稿换用新版问卷：先逐份列出保留、改名、放下和新增的，同意后再做。

    完成的答卷不动；放下的答案仍留在历史里。
    """
    with plain_errors():
        from tui.migrating import migrate as migrate_drafts

        migrate_drafts(campaign[0], form or campaign[1], yes)


@main.command()
@click.option("--to", type=Folder(), help="把完好的记录和备份合在一起，写到这个新文件夹；原文件不动。")
@click.pass_obj
def doctor(campaign: tuple[Path, Path | None], to: Path | None) -> None:
    """检查数据文件：逐条核对、重新推算，只看不改；程序开着时也可以用。

    退出码：0 完好；2 有损坏（逐处列出）。
    """
    with plain_errors():
        from tui.doctoring import doctor as examine_store

        if not examine_store(campaign[0], to):
            sys.exit(2)


@main.command()
@click.argument("number", type=int, required=False, metavar="[序号]")
@click.option("--to", type=Folder(), help="恢复到哪个新文件夹；原来的数据不动。")
@click.pass_obj
def restore(campaign: tuple[Path, Path | None], number: int | None, to: Path | None) -> None:
    """列出本机的备份；给出序号和 --to 时，把那一份恢复到新文件夹。"""
    with plain_errors():
        from tui.doctoring import restore as restore_snapshot

        restore_snapshot(campaign[0], number, to)


main.add_command(merge)
main.add_command(receipt)
main.add_command(corrections)
main.add_command(issues)
main.add_command(replies)
main.add_command(register)
main.add_command(trust)
main.add_command(quality)
main.add_command(county)
main.add_command(report)

if __name__ == "__main__":
    main()
