"""Which program this is."""

from importlib.metadata import PackageNotFoundError, version


def app_version() -> str:
    """The version of the program."""
    try:
        return version("zoufang")
    except PackageNotFoundError:  # run from a checkout
        return "0.dev"
