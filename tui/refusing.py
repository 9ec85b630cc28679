"""What the floors below refuse, as a sentence for the screen."""

from __future__ import annotations

from collections.abc import Callable

from surveys.store import StoreError
from surveys.text import Refusal


def refusal_of(act: Callable[[], object]) -> str:
    """Carry something out; "" when it is on disk, otherwise the sentence that says why it is not."""
    try:
        act()
    except (Refusal, StoreError) as error:
        return error.message
    return ""
