"""Progress bars on the command line."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager, nullcontext

Tell = Callable[[str], None]
Pause = Callable[[], AbstractContextManager[None]]


@contextmanager
def step_bars() -> Iterator[Callable[[str, int, int], None]]:
    """Gives a function to be told (what, done, total); each new `what` gets a bar of its own."""
    # rich comes with textual; on a pipe it prints only the finished bars.
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TaskID, TextColumn, TimeElapsedColumn

    with Progress(TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn()) as bars:
        tasks: dict[str, TaskID] = {}

        def tell(what: str, done: int, total: int) -> None:
            if what not in tasks:
                tasks[what] = bars.add_task(what, total=total)
            bars.update(tasks[what], completed=done, total=total)

        yield tell


@contextmanager
def line_bar(what: str, total: Callable[[], int], shown: bool = True) -> Iterator[tuple[Tell, Pause]]:
    """Gives a function to be told a line of text per thing that is done, and one that takes the bar away for a while.

    The bar below the lines says how many are done.

    Args:
        what: What is being done.
        total: Counts the things; asked only where there is a bar.
        shown: False says nothing at all. On a pipe there are the lines without the bar.
    """
    import click

    if not shown or not sys.stdout.isatty():
        yield click.echo if shown else lambda line: None, nullcontext
        return
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn
    from rich.text import Text

    with Progress(TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn()) as bar:
        task = bar.add_task(what, total=total())

        def tell(line: str) -> None:
            bar.console.print(Text(line))  # a Text: nothing in it is markup
            bar.advance(task)

        @contextmanager
        def paused() -> Iterator[None]:
            bar.stop()
            try:
                yield
            finally:
                bar.start()

        yield tell, paused
