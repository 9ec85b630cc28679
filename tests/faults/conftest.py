"""What the fault suites share: the figures they report."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest

from tests.faults.reliability import Figures, update

_FIGURES = pytest.StashKey[Figures]()


@pytest.fixture(scope="session")
def figures(request: pytest.FixtureRequest) -> Figures:
    """Where a suite reports its runs and losses; written down at the end with `--reliability`."""

    def method() -> str:
        """The first line of the running test's docstring, or else of its module's."""
        running = os.environ["PYTEST_CURRENT_TEST"].rpartition(" ")[0]
        test = next(item for item in request.session.items if item.nodeid == running)
        told = (getattr(node, "obj", None).__doc__ for node in (test, test.getparent(pytest.Module)))
        return next(filter(None, told), "").strip().partition("\n")[0]

    return request.config.stash.setdefault(_FIGURES, Figures(method))


@pytest.fixture(scope="module")
def memory() -> Iterator[Path]:
    """A folder in memory where the system has one: for suites that make and sync hundreds of data folders."""
    with TemporaryDirectory(dir="/dev/shm" if os.access("/dev/shm", os.W_OK) else None) as folder:
        yield Path(folder)


def pytest_sessionfinish(session: pytest.Session) -> None:
    path: Path | None = session.config.getoption("--reliability", None)
    found = session.config.stash.get(_FIGURES, Figures()).by_suite
    if path and found:
        update(path, found.values())
