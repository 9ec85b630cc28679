"""Every command's end when something went wrong: a sentence and an exit code, never a traceback."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import contextmanager

import click


@contextmanager
def plain_errors() -> Iterator[None]:
    """What people can mend ends as a sentence on stderr and exit code 1, never as a traceback."""
    try:
        yield
    except KeyboardInterrupt:
        click.echo("已中断；已经完成的部分都在。", err=True)
        sys.exit(130)
    except Exception as error:
        sentence = getattr(error, "message", None) or _load_errors(error) or _read_errors(error)
        if sentence is None:
            raise
        click.echo(sentence, err=True)
        sys.exit(1)


def _load_errors(error: Exception) -> str | None:
    from surveys.loading import LoadErrors

    return str(error) if isinstance(error, LoadErrors) else None


def _read_errors(error: Exception) -> str | None:
    """A disk that fails while something is read; what fails while it is opened or written says so by itself."""
    import sqlite3

    if not isinstance(error, sqlite3.Error):
        return None
    return f"数据文件读不出来（{error}），没有改动它；请再试一次，或用 zoufang doctor 检查。"
