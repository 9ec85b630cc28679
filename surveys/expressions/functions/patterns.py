"""Java regular expressions, as far as form writers use them, in terms of Python's."""

import re
import warnings

_HAN = "\\u3400-\\u4dbf\\u4e00-\\u9fff\\uf900-\\ufaff\\U00020000-\\U0003134f"
_CLASSES = {
    "IsHan": _HAN,
    "IsHani": _HAN,
    "script=Han": _HAN,
    "InCJKUnifiedIdeographs": "\\u4e00-\\u9fff",
    "Lower": "a-z",
    "Upper": "A-Z",
    "Alpha": "a-zA-Z",
    "Digit": "0-9",
    "Alnum": "0-9a-zA-Z",
    "XDigit": "0-9a-fA-F",
    "Punct": "!-/:-@\\[-`{-~",
    "Blank": " \\t",
    "Space": " \\t\\n\\x0b\\f\\r",
    "Nd": "0-9",
    "Lu": "A-Z\\u00c0-\\u00d6\\u00d8-\\u00de",
    "Ll": "a-z\\u00df-\\u00f6\\u00f8-\\u00ff",
    "L": "a-zA-Z\\u00aa\\u00b5\\u00ba\\u00c0-\\u00d6\\u00d8-\\u02ff\\u0370-\\u1fff\\u3041-\\ua4cf\\uac00-\\ud7a3"
    "\\uf900-\\ufaff\\U00020000-\\U0003134f",
}
"""Java's `\\p{…}` as ranges, good inside and outside square brackets."""
_TOKEN = re.compile(r"\\[pP]\{([^}]*)\}|\\[pP](\w)|\\z|\\.|\[|\]|.", re.DOTALL)


class UnusablePattern(Exception):
    """A pattern cannot be compiled; the text says why, in Chinese."""


def java_pattern(source: str) -> re.Pattern[str]:
    r"""Compile a Java pattern: `\d \w \s` are ASCII as in Java, and `\p{IsHan}` and its like are translated."""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("error")
            return re.compile(_translated(source), re.ASCII)
    except re.error as error:
        place = "" if error.pos is None else f"，错在第 {error.pos + 1} 个字符"
        raise UnusablePattern(source + place) from None
    except (OverflowError, RecursionError, Warning):
        raise UnusablePattern(source) from None


def _translated(source: str) -> str:
    if "\\p" not in source and "\\P" not in source and "\\z" not in source:
        return source
    out: list[str] = []
    inside = False
    for match in _TOKEN.finditer(source):
        token = match[0]
        name = match[1] or match[2]
        if name:
            ranges = _CLASSES.get(name)
            if ranges is None or (inside and token[1] == "P"):
                raise UnusablePattern(f"不支持 {token}")
            out.append(ranges if inside else f"[{'^' if token[1] == 'P' else ''}{ranges}]")
            continue
        inside = token == "[" or (inside and token != "]")
        out.append("\\Z" if token == "\\z" else token)
    return "".join(out)
