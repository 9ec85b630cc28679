"""click in Chinese: help pages and usage errors, which click itself words in English."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import click

from surveys.problems import nearest
from surveys.text import show_text

_HEADINGS = {"Options": "选项", "Commands": "命令"}


class Sentence(click.ClickException):
    """A fault of the command line, as one sentence on stderr."""

    def __init__(self, message: str, exit_code: int) -> None:
        super().__init__(message)
        self.exit_code = exit_code  # type: ignore[misc]  # click has it per class

    def show(self, file: Any = None) -> None:
        click.echo(self.message, file=file, err=True)


class _Formatter(click.HelpFormatter):
    def write_usage(self, prog: str, args: str = "", prefix: str | None = None) -> None:
        super().write_usage(prog, args.replace("[OPTIONS]", "[选项]").replace("[COMMAND] [ARGS]", "[命令]"), "用法：")

    def write_heading(self, heading: str) -> None:
        super().write_heading(_HEADINGS.get(heading, heading))


class _Context(click.Context):
    formatter_class = _Formatter


class Command(click.Command):
    """A command whose help page is in Chinese."""

    context_class = _Context

    def get_help_option(self, ctx: click.Context) -> click.Option | None:
        option = super().get_help_option(ctx)
        if option is not None:
            option.help = "显示这段说明。"
        return option


class Group(Command, click.Group):
    """A group of such commands; what is wrong with the command line is said in one Chinese sentence."""

    command_class = Command

    def make_context(self, *arguments: Any, **options: Any) -> click.Context:
        with _in_chinese():
            return super().make_context(*arguments, **options)

    def invoke(self, ctx: click.Context) -> Any:
        with _in_chinese():
            return super().invoke(ctx)


@contextmanager
def _in_chinese() -> Iterator[None]:
    try:
        yield
    except click.ClickException as error:
        raise Sentence(_sentence(error), error.exit_code) from error


def _sentence(error: click.ClickException) -> str:
    match error:
        case click.NoSuchOption():
            return f"没有选项 {_shown(error.option_name)}{nearest(error.option_name, error.possibilities or ())}"
        case click.NoSuchCommand():
            return f"没有命令 {_shown(error.command_name)}{nearest(error.command_name, error.possibilities or ())}"
        case click.MissingParameter():
            return f"缺少 {_named(error)}，用法见 --help"
        case Unfit():
            return f"{_named(error)} {error.message}"
        case click.BadParameter():
            return f"{_named(error)} 的值不对，用法见 --help"
        case click.UsageError():
            return "命令写得不对，用法见 --help"
        case _:
            return error.message


def _named(error: click.BadParameter) -> str:
    return error.param.get_error_hint(error.ctx).strip("'") if error.param and error.ctx else "参数"


def _shown(text: str) -> str:
    return show_text(text[:40], line=True)


class Unfit(click.BadParameter):
    """A value that one of our own types refuses, in Chinese."""


class Folder(click.ParamType):
    """A folder that exists or will be made."""

    name = "文件夹"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> Path:
        path = Path(value)
        if path.exists() and not path.is_dir():
            raise Unfit(f"“{show_text(str(value), line=True)}”不是文件夹", ctx, param)
        return path


class File(click.ParamType):
    """A file; whether it is there and good is for the command to say.

    Args:
        ending: What the name of a file to be written gets if it has none, by which other programs know it.
    """

    name = "文件"

    def __init__(self, ending: str = "") -> None:
        self._ending = ending

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> Path:
        path = Path(value)
        if path.is_dir():
            raise Unfit(f"“{show_text(str(value), line=True)}”是文件夹，这里要一个文件", ctx, param)
        if self._ending and not path.suffix and not path.exists():
            return path.with_name(path.name + self._ending)
        return path
