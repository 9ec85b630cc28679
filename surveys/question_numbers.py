"""Questions as people write them down: `1—3、8`, 全部, or a name where a question has no number."""

from __future__ import annotations

import re
from collections.abc import Sequence

from surveys.form import Form
from surveys.text import Refusal, show_text, to_half_width

EVERY = "*"
"""Stands for all questions of a survey."""
EVERY_WORD = "全部"

_DASH = "[—–~至到-]"
_AROUND_A_DASH = re.compile(rf"(?<=\d)\s*{_DASH}+\s*(?=\d)")
_NUMBERS = re.compile(r"第?(\d{1,4})(?:-(\d{1,4}))?题?")


def numbers_text(names: Sequence[str], form: Form) -> str:
    """`1—3、8` for the names of questions; names that the form does not number stand as they are."""
    if EVERY in names:
        return EVERY_WORD
    parts: list[str] = []
    first = last = 0
    for name in sorted(names, key=lambda name: form.position.get(name, len(form.position))):
        item = form.by_name.get(name)
        number = item.number if item else None
        if number and parts and last and number == last + 1:
            parts[-1] = f"{first}—{number}"
        else:
            parts.append(str(number) if number else name)
            first = number or 0
        last = number or 0
    return "、".join(parts)


def names_in(text: str, form: Form) -> tuple[str, ...]:
    """The questions that are written down, in the form's order; none for an empty text or a dash.

    Raises:
        Refusal: for what is neither a number of the form nor a name in it.
    """
    text = _AROUND_A_DASH.sub("-", to_half_width(text))
    if text == EVERY_WORD:
        return (EVERY,)
    if re.fullmatch(rf"{_DASH}*", text):
        return ()
    names = {name for part in re.split(r"[、,;\s]+", text) if part for name in _named(part, form)}
    return tuple(sorted(names, key=form.position.__getitem__))


def _named(part: str, form: Form) -> list[str]:
    if part in form.by_name:
        return [part]
    if not (found := _NUMBERS.fullmatch(part)):
        raise Refusal(f"“{show_text(part[:40], line=True)}”不是题号，应如 1—3、8，或写“全部”")
    first, last = int(found[1]), int(found[2] or found[1])
    most = len(form.numbered)
    if not 1 <= first <= last <= most:
        wrong = f"{first}—{last}" if found[2] else str(first)
        raise Refusal(f"没有第{wrong}题，问卷共{most}题")
    return [item.name for item in form.numbered[first - 1 : last]]
