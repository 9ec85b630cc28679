"""Digests as people read them to one another over the phone."""

LETTERS = "ABCDEFGHJKLMNPQRSTUVWXYZ23456789"
"""32 letters that cannot be misheard or misread for one another: no 0/O, no 1/I."""


def check_code(digest: str) -> str:
    """The first 40 bits of a digest (hex) as eight letters in two groups: `K7QF-2M9X`."""
    number = int(digest[:10], 16)
    letters = "".join(LETTERS[number >> shift & 31] for shift in range(35, -5, -5))
    return f"{letters[:4]}-{letters[4:]}"
