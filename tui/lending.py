"""Long work on the store beside the screen: the app lends its store to a thread and touches it no more until it is back.

A store has one writer and one thread (`surveys.store_file`). So the app closes it, the thread opens the file for
itself, and the app opens it again when the work is done: what is on the screen stays alive meanwhile.
"""

from __future__ import annotations

import asyncio
import sys
from collections.abc import Callable
from contextlib import redirect_stderr, redirect_stdout
from pathlib import Path
from typing import TYPE_CHECKING, TypeVar

if TYPE_CHECKING:
    from surveys.store import Store
    from tui.app import ZoufangApp

Result = TypeVar("Result")


async def lend(app: ZoufangApp, work: Callable[[Store], Result]) -> Result:
    """Have a thread do something with the store; `app.is_open` is False until it is back.

    Args:
        app: The screen that waits must not let anything else have the store.
        work: Gets a store of its own.

    Raises:
        StoreError: The thread could not open the file, or the app could not open it again (then the app ends).
        Exception: Whatever the work raises.
    """
    path, given_back = app.store.path, True
    _prepare_processes()
    app.is_open = False
    app.store.close()
    try:
        return await asyncio.to_thread(_with_store, path, work)
    except asyncio.CancelledError:
        given_back = False  # the program ends; the thread finishes the step it is at
        raise
    finally:
        if given_back:
            _take_back(app, path)


def _take_back(app: ZoufangApp, path: Path) -> None:
    from surveys.store import Store, StoreError

    try:
        app.store = Store(path, trusting=True)
    except StoreError as error:
        app.exit(return_code=1, message=f"{error.message}已保存的答案都在，请重新打开程序。")
        raise
    app.is_open = True


def _with_store(path: Path, work: Callable[[Store], Result]) -> Result:
    from surveys.store import Store

    with Store(path, trusting=True) as store:
        return work(store)


def _prepare_processes() -> None:
    """Start what starting processes needs, while stderr can be the real one.

    Textual's stand-in has no file number; a process that a thread starts would inherit it by that.
    """
    if sys.platform != "win32":
        from multiprocessing import resource_tracker

        with redirect_stdout(sys.__stdout__), redirect_stderr(sys.__stderr__):
            resource_tracker.ensure_running()
