"""What is offered when the store cannot be opened as it should be: saving what is sound, or only looking."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

from surveys.troubles import DamagedError, StoreError
from tui.screens.dialogs import Choose, Line
from tui.textual_faults import shown

if TYPE_CHECKING:
    from textual.app import App

RESCUE = Line("1", "抢救：合并完好的记录和备份，继续填写（原文件另存，不删除）")
LOOK = Line("2", "只读查看：什么也不改")
LEAVE = Line("0", "退出")


def offer(app: App[None], store: Path, error: StoreError, look: Callable[[], None], go_on: Callable[[], None]) -> None:
    """Ask what to do, or end the program with the sentence where nothing can be done.

    Args:
        app: The app, which has no store yet.
        store: The store file.
        error: Why it could not be opened.
        look: Opens it for reading only.
        go_on: Opens it again, after it was saved.
    """
    lines = [*([RESCUE] if isinstance(error, DamagedError) else []), *([LOOK] if error.readable else []), LEAVE]

    def decided(name: str | None) -> None:
        if name == RESCUE.name:
            _save(app, store, go_on)
        elif name == LOOK.name:
            look()
        else:
            app.exit(return_code=1, message=shown(error.message))

    if lines == [LEAVE]:
        decided(None)
    else:
        app.push_screen(Choose(error.message, lines), decided)


def _save(app: App[None], store: Path, go_on: Callable[[], None]) -> None:
    from surveys.rescue import rescue_in_place, told
    from surveys.snapshots import local_now

    try:
        saved, aside = rescue_in_place(store, local_now())
    except StoreError as error:
        app.exit(return_code=1, message=shown(error.message))
        return
    sentence = "\n".join([*told(saved)[:6], f"原文件和全部清单在 {aside}。"])
    app.push_screen(Choose(sentence, [Line("1", "继续")]), lambda _: go_on())
