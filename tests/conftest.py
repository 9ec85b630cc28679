"""What all tests share."""

import copy
import gc
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from unittest.mock import patch

import pytest

gc.set_threshold(100_000, 50, 100)  # collecting would take a sixth of the time of all tests that run the app


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--soak", action="store_true", help="run the long suites marked `soak` too")
    parser.addoption("--reliability", type=Path, help="write what the fault suites find into this document")


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    if config.getoption("--soak"):
        return
    skip = pytest.mark.skip(reason="a long suite: runs only with --soak")
    for item in items:
        if item.get_closest_marker("soak"):
            item.add_marker(skip)


@pytest.fixture(scope="session", autouse=True)
def shipped_definitions_are_read_once() -> Iterator[None]:
    """Every new data folder reads the library's YAML, 0.2 s each time; any other file is read whenever it is asked for."""
    from surveys import loading

    compose, known = loading._compose, {}

    def remembered(path: Path, text: str) -> tuple[Any, Any]:
        if path.parent != loading.LIBRARY:
            return compose(path, text)
        if text not in known:
            known[text] = compose(path, text)
        root, data = known[text]
        return root, copy.deepcopy(data)  # choice files are put into the data

    with patch.object(loading, "_compose", remembered):
        yield
