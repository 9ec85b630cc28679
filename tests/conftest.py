"""What all tests share."""

from pathlib import Path

import pytest


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
