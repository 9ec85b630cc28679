"""The one exception that compiling an expression may raise."""

from collections.abc import Iterable
from difflib import get_close_matches


class ExpressionError(Exception):
    """An expression cannot be compiled.

    `message` is a sentence in Chinese for the form writer: what is wrong and what was expected.
    `offset` is the 0-based position in the source, in characters.
    """

    def __init__(self, message: str, offset: int) -> None:
        super().__init__(message)
        self.message = message
        self.offset = offset

    def __str__(self) -> str:
        return f"{self.message}（第 {self.offset + 1} 个字符）"


def nearest(name: str, known: Iterable[str]) -> str:
    """Return `，是不是 X？` for the known name most like `name`, or '' when none is like it."""
    matches = get_close_matches(name.lower(), list(known), n=1, cutoff=0.6)
    return f"，是不是 {matches[0]}？" if matches else ""
