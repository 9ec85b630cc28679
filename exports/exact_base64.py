"""Base64 of which every text has one spelling, so that no letter can change unnoticed."""

from __future__ import annotations

import base64
import binascii


def bytes_of(packed: str) -> bytes:
    """The bytes of a base64 text, of which Python accepts several spellings. Raises binascii.Error, a ValueError."""
    data = base64.b64decode(packed, validate=True)
    if not packed.endswith(base64.b64encode(data[-(len(data) % 3 or 3) :]).decode("ascii")):
        raise binascii.Error("other bits in the last letter")
    return data
