"""Personal data inside free texts: numbers that point at one person. Pure.

"No ID numbers, bank data …; a worker's name and phone never in exported lists" (problem taxonomy, section 7).
Names cannot be told from other words, so they are no business of this room: questions that ask for them are `sensitive`.
"""

from __future__ import annotations

import datetime as dt
import re

from surveys.text import Refusal

MASK = "［号码已略去］"
"""Stands where a number was."""

_NUMBER = re.compile(
    r"(?<![0-9])(?:"
    r"[0-9]{17}[0-9Xx]"  # citizen's ID
    r"|[0-9]{6}[ -][0-9]{8}[ -][0-9]{3}[0-9Xx]"  # the same in groups
    r"|[0-9]{15,19}"  # bank card, older ID
    r"|[0-9]{4}(?: [0-9]{4}){3}(?: [0-9]{1,3})?"  # bank card in groups
    r"|(?:\+?86[ -]?)?1[3-9][0-9](?:[ -]?[0-9]{4}){2}"  # mobile phone
    r"|0[0-9]{2,3}[ -]?[2-9][0-9]{6,7}"  # telephone with its area code
    r")(?![0-9])"
)
_HALF = str.maketrans("０１２３４５６７８９ＸｘＯ－—　＋", "0123456789XxO-- +")


def without_numbers(text: str) -> str:
    """The text with ID, bank card and telephone numbers masked, full-width digits too."""
    plain = text.translate(_HALF)  # character for character, so that places are the same
    parts, end = [], 0
    for found in _NUMBER.finditer(plain):
        parts += [text[end : found.start()], MASK]
        end = found.end()
    return "".join([*parts, text[end:]]) if parts else text


_LONG = re.compile(
    r"(?<![0-9])(?:[0-9]{6}[ -][0-9]{8}[ -][0-9]{3}[0-9Xx]|[0-9]{4}(?:[ -][0-9]{4}){3}(?:[ -][0-9]{1,3})?|[0-9]{15,19}[Xx]?)(?![0-9])"
)
"""What may be an ID or a bank card number, in one piece or in the usual groups."""
_MOBILE = re.compile(r"(?<![0-9])(?:\+?86[ -]?)?1[3-9][0-9](?:[ -]?[0-9]{4}){2}(?![0-9])")


def refuse_numbers(text: str, phones: bool = False) -> None:
    """Raise a Refusal for a text with a citizen's ID number or a bank card number.

    Other long numbers (credit codes of companies, contracts) are let through: an ID holds a date of birth, a card
    number a check digit.

    Args:
        text: What somebody typed.
        phones: True refuses mobile phone numbers too.
    """
    plain = text.translate(_HALF)
    for found in _LONG.finditer(plain):
        digits = re.sub("[ -]", "", found[0])
        if _is_id(digits):
            raise Refusal(f"第{found.start() + 1}个字起像是身份证号，不能登记，请删去。")
        if _is_card(digits):
            raise Refusal(f"第{found.start() + 1}个字起像是银行卡号，不能登记，请删去。")
    if phones and (mobile := _MOBILE.search(plain)):
        raise Refusal(f"第{mobile.start() + 1}个字起像是手机号，这里会进入清单，请改填在“联系电话”里。")


def _is_id(digits: str) -> bool:
    """18 characters with a date of birth in them, or the 15 of before 1999."""
    born = digits[6:14] if len(digits) == 18 else f"19{digits[6:12]}" if len(digits) == 15 else ""
    try:
        return born != "" and 1900 <= dt.datetime.strptime(born, "%Y%m%d").year <= 2099  # noqa: DTZ007  a day, no moment
    except ValueError:
        return False


def _is_card(digits: str) -> bool:
    """16 to 19 digits that begin as cards do and end in the check digit of Luhn."""
    if not (16 <= len(digits) <= 19 and digits.isdigit() and digits[0] in "3456"):
        return False
    doubled = [int(digit) * (1 + place % 2) for place, digit in enumerate(reversed(digits))]
    return sum(number // 10 + number % 10 for number in doubled) % 10 == 0
