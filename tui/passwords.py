"""Opening passwords of workbooks on the command line: typed without being shown, never an argument that others see."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from pathlib import Path

import click

from exports.files import shown_name

VARIABLE = "ZOUFANG_PASSWORD"
"""The environment variable that gives a password where nobody can type one."""

TRIES = 3


def new_password() -> str:
    """A password to encrypt with: from the environment, or typed twice alike."""
    if given := os.environ.get(VARIABLE):
        return given
    if not _somebody_there():
        raise click.ClickException(f"这里不能输入密码：请用环境变量 {VARIABLE} 给出。")
    while True:
        first = _typed("打开密码（输入时不显示，忘记了打不开）")
        if not first:
            raise click.ClickException("没有输入密码，没有导出。")
        if _typed("再输一遍") == first:
            return first
        click.echo("两遍不一样，请重新输入。", err=True)


class AskedPasswords:
    """What to try on encrypted workbooks: what opened others may open this one, then a person is asked.

    Args:
        paused: Holds back whatever else is shown while somebody types.
    """

    def __init__(self, paused: Callable[[], AbstractContextManager[None]]) -> None:
        self._paused = paused
        self._given = list(filter(None, [os.environ.get(VARIABLE)]))

    def __call__(self, path: Path) -> Iterator[str]:
        """The passwords for one workbook; nothing typed skips it."""
        yield from list(self._given)
        if not _somebody_there():
            return
        for number in range(TRIES):
            wrong = "密码不对，" if number else ""
            with self._paused():
                typed = _typed(f"{wrong}“{shown_name(path)}”的打开密码（直接回车略过这一本）")
            if not typed:
                return
            self._given.insert(0, typed)
            yield typed


def _somebody_there() -> bool:
    return sys.stdin.isatty()


def _typed(what: str) -> str:
    """What is typed; "" also for Ctrl+C and Ctrl+D, which click would answer in English."""
    try:
        typed = click.prompt(what, prompt_suffix="：", hide_input=True, default="", show_default=False, err=True)
    except click.Abort:
        return ""
    return str(typed)
