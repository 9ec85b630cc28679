"""What a form writer probably did wrong, told from the place where the parser stopped."""

from __future__ import annotations

from typing import TYPE_CHECKING

from surveys.expressions.errors import ExpressionError

if TYPE_CHECKING:
    from lark.exceptions import UnexpectedInput

_QUOTES = "“”‘’「」『』＂＇"
_SPECIAL = {
    "，": "请用半角逗号 ,",
    "、": "请用半角逗号 ,",
    "。": "请用半角句点 .",
    "；": "表达式里不用分号",
    ";": "表达式里不用分号",
    "【": "请用半角方括号 [",
    "】": "请用半角方括号 ]",
    "≥": "大于等于请写 >=",
    "≤": "小于等于请写 <=",
    "≠": "不等于请写 !=",
    "×": "乘号请写 *",
    "÷": "除号请写 div",
    "−": "减号请用半角 -",
    "–": "减号请用半角 -",
    "—": "减号请用半角 -",
    "\u3000": "请用半角空格",
    "\u00a0": "请用普通空格",
    "&": "“并且”请写 and",
    "%": "求余数请写 mod，求百分比请用 percent(a, b)",
    "!": "不等于请写 !=，“非”请写 not( … )",
    "^": "乘方请用 pow(底数, 指数)",
    "{": "引用题目请写 ${题目名}",
    "}": "引用题目请写 ${题目名}",
    "@": "不支持属性 @",
    "\\": "表达式里不用反斜杠",
    "#": "表达式里没有注释",
}
_CLOSING = {"(": ")", "[": "]"}


def full_width(text: str) -> str:
    """The first full-width ASCII character (`１`, `Ａ`, `－`) in `text`, or ''."""
    return next((character for character in text if "\uff01" <= character <= "\uff5e"), "")


def explain(source: str, error: UnexpectedInput) -> ExpressionError:
    """Turn lark's error into one that says, in Chinese, what is wrong and what was expected."""
    offset = error.pos_in_stream if error.pos_in_stream is not None else len(source)
    token = getattr(error, "token", None)
    if token is not None and token.type == "$END":
        return _unfinished(source)
    return _unexpected(source, min(max(offset, 0), len(source)))


def _unfinished(source: str) -> ExpressionError:
    opened = _open_bracket(source)
    if opened is not None:
        return ExpressionError(f"这个 {source[opened]} 没有配对的 {_CLOSING[source[opened]]}", opened)
    return ExpressionError("表达式没有写完，末尾还缺一个值", len(source.rstrip()))


def _open_bracket(source: str) -> int | None:
    """The offset of the last bracket that is never closed, outside quotes."""
    opened: list[int] = []
    quote = ""
    for offset, character in enumerate(source):
        if quote:
            quote = "" if character == quote else quote
        elif character in "'\"":
            quote = character
        elif character in "([":
            opened.append(offset)
        elif character in ")]" and opened:
            opened.pop()
    return opened[-1] if opened else None


def _unexpected(source: str, offset: int) -> ExpressionError:
    character = source[offset : offset + 1]
    before = source[:offset].rstrip()
    return ExpressionError(_hint(source, offset, character, before), offset)


def _hint(source: str, offset: int, character: str, before: str) -> str:
    if character in _QUOTES:
        return f"请用半角引号 ' 或 \"，这里是全角的 {character}"
    if character in _SPECIAL:
        return _SPECIAL[character]
    if full_width(character):
        return f"请用半角 {chr(ord(character) - 0xFEE0)}，这里是全角的 {character}"
    if character in "'\"" and source.count(character, offset) == 1:
        return f"引号 {character} 没有成对"
    if character == "$":
        return _reference_hint(source, offset, before)
    if before.endswith("/"):
        return "除法请写 div；/ 只用于路径"
    if character == "=" and before.endswith("="):
        return "“等于”只写一个 ="
    if character == ">" and before.endswith("<"):
        return "不等于请写 !="
    if character == "|" and before.endswith("|"):
        return "“或者”请写 or"
    if character in ")]":
        return f"多了一个 {character}，或者它前面还缺一个值"
    if character == ",":
        return "逗号只用在函数的参数之间，前后都要有值"
    if character in "=<>*+|":
        return f"{character} 的前面还缺一个值"
    if not character.isprintable():
        return f"这里有一个看不见的字符（U+{ord(character):04X}），请删掉"
    return f"这里不该是 {_word(source, offset)}，应当是运算符（如 and、=、+）或表达式的结尾"


def _reference_hint(source: str, offset: int, before: str) -> str:
    if not source.startswith("${", offset):
        return "引用题目请写 ${题目名}"
    end = source.find("}", offset)
    if end < 0:
        return "引用 ${ 没有配对的 }"
    name = source[offset + 2 : end].strip()
    if not name:
        return "${} 里要写题目名"
    if before.endswith("/"):
        return "除法请写 div；/ 只用于路径"
    if before and before[-1] not in "(,[=<>+-*|":
        return f"{source[offset : end + 1]} 的前面缺少运算符（如 and、=、+）"
    return f"题目名 {name} 不合规则：以字母、汉字或下划线开头，其后可有数字和 - ，行列用 . 连接"


def _word(source: str, offset: int) -> str:
    end = offset + 1
    while end < len(source) and end - offset < 20 and (source[end].isalnum() or source[end] in "_-."):
        end += 1
    return source[offset:end]
