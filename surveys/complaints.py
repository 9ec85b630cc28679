"""What pydantic and the YAML reader say about a definition, as Chinese sentences with their place."""

from __future__ import annotations

import functools
import re
import sys
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from pydantic import BaseModel, ValidationError
from ruamel.yaml.error import MarkedYAMLError

from surveys import value_types
from surveys.problems import Path, nearest
from surveys.text import show_text
from surveys.wording import LANGUAGE_PATTERN


@functools.cache
def keys_of(model: type[BaseModel]) -> tuple[str, ...]:
    """The keys that a definition of this model may have anywhere: those of all models of its module, and of values."""
    models = (*vars(sys.modules[model.__module__]).values(), *vars(value_types).values())
    found = (each for each in models if isinstance(each, type) and issubclass(each, BaseModel))
    return tuple(sorted({field for each in found for field in each.model_fields}))


@dataclass(frozen=True)
class Complaint:
    """One fault of shape."""

    path: Path
    """pydantic's own location: steps that the file does not have (union tags) are among it."""
    message: str
    at_key: bool = False
    """The fault is the last key itself, not its value."""


def complaints(error: ValidationError, keys: Sequence[str]) -> Iterator[Complaint]:
    """The faults of a definition, each once; `keys` are what a misspelt one may have meant.

    pydantic also reports every branch of a union, and a list as empty when its entries are faulty; those
    echoes are left out.
    """
    for fault in error.errors(include_url=False):
        path, kind, given = fault["loc"], fault["type"], fault.get("input")
        last = path[-1] if path else ""
        if kind == "too_short" and given:
            continue
        if path[0] == "parameters" and len(path) == 3:
            if last == "str":
                yield Complaint(path, f"{_shown(given)}应为数字或文字，日期等请加引号")
            elif last == "[key]":
                yield Complaint(path, f"键{_shown(given)}应为文字，请加引号", at_key=True)
        elif last == "str" and path[-2] == "choices":
            if not isinstance(given, list):
                yield Complaint(path, f"{_shown(given)}应为选项列表，或共用选项表的名称")
        elif str(last).startswith("tuple[") and kind == "tuple_type":
            continue
        elif kind == "union_tag_invalid":
            yield Complaint((*path, "type"), _message(fault, keys))
        else:
            yield Complaint(path, _message(fault, keys), at_key=kind in ("extra_forbidden", "invalid_key"))


def _shown(given: object) -> str:
    if isinstance(given, bool):
        return f"“{str(given).lower()}”"
    if isinstance(given, str | int | float) and given != "":
        return f"“{show_text(str(given)[:40], line=True)}”"
    return "这里的内容"


_PATTERNS = {
    value_types.MONTH_PATTERN: "不能作年月，应如 2022-11",
    value_types.TIME_PATTERN: "不能作时间，应如 14:30",
    LANGUAGE_PATTERN: "不是语言代码，应为两三个小写字母，如 zh、bo",
}


def _message(fault: Mapping[str, Any], keys: Sequence[str]) -> str:
    """One sentence for one fault: what is wrong, what was expected."""
    context = fault.get("ctx", {})
    shown = _shown(fault.get("input"))
    match fault["type"]:
        case "missing":
            return f"缺少“{fault['loc'][-1]}”"
        case "extra_forbidden":
            key = str(fault["loc"][-1])
            return f"不认识的键{_shown(key)}{nearest(key, keys)}"
        case "invalid_key":
            return f"键{_shown(fault['loc'][-1])}应为文字，请加引号"
        case "union_tag_invalid":
            tags = re.findall(r"'([^']*)'", context["expected_tags"])
            tag = context["tag"]
            return f"不认识的题型{_shown(tag)}{nearest(tag, tags)}（可用：{'、'.join(tags)}）"
        case "union_tag_not_found":
            return "缺少“type”（题型）"
        case "string_type" | "string_unicode":
            return f'{shown}应为文字，数字请加引号，如 "7"'
        case "string_pattern_mismatch" if context["pattern"] == value_types.CODE_PATTERN:
            return f"{shown}不能作编号：不能含空格、点和方括号"
        case "string_pattern_mismatch" if context["pattern"] in _PATTERNS:
            return f"{shown}{_PATTERNS[context['pattern']]}"
        case "string_pattern_mismatch":
            return f"{shown}不能作名称：以字母或汉字开头，只含字母、汉字、数字、下划线、连字符，不含空格和点"
        case "string_too_long":
            return f"{shown}太长，最多{context['max_length']}个字"
        case "string_too_short" | "too_short":
            return "不能为空"
        case "int_type" | "int_parsing" | "int_from_float" | "int_parsing_size":
            return f"{shown}应为整数"
        case "decimal_parsing" | "decimal_type" | "finite_number":
            return f"{shown}应为数字"
        case "greater_than_equal":
            return f"{shown}太小，应不小于{context['ge']}"
        case "less_than_equal":
            return f"{shown}太大，应不大于{context['le']}"
        case "bool_type" | "bool_parsing":
            return f"{shown}应为 true 或 false"
        case kind if kind.startswith("date"):
            return f"{shown}应为日期，如 2022-11-03"
        case "enum" | "literal_error":
            usable = re.findall(r"'([^']*)'", context["expected"])
            hint = nearest(str(fault.get("input")), usable)
            return f"{shown}不在可用的值里{hint}（可用：{'、'.join(usable)}）"
        case "tuple_type" | "list_type":
            return f"{shown}应为列表（每项以 - 开头）"
        case "dict_type" | "model_type" | "model_attributes_type":
            return f"{shown}应为“键: 值”"
        case "value_error":
            return str(context["error"])
        case _:
            return f"{shown}不符合要求，请对照自带的问卷定义"


_YAML_HINTS = (
    # What ruamel.yaml says, and what its author most likely did.
    ("duplicate key", "同一处写了两个相同的键{quoted}，请删去一个"),
    ("\\t", "缩进用了制表符（Tab），请改成空格"),
    ("another document", "一个文件只能有一份问卷，请删去多出的 ---"),
    ("got '{'", "少了逗号或右括号；花括号里的表达式含有 ${…} 时，请给它加引号"),
    ("expected ','", "方括号或花括号没有配对，或者少了逗号"),
    ("mapping values are not allowed", "这里多了一个冒号：含冒号的文字请加引号，或检查缩进"),
    ("expected ':'", "这一行缺少冒号，或者缩进不对"),
    ("end of stream", "引号没有配对"),
    ("cannot start any token", "这个字符不能开头，请给这段文字加引号"),
    ("escape character", "双引号里的反斜杠写法不对，请改用单引号"),
    ("<block end>", "缩进和前面的行对不齐，或者前面少了引号"),
)
_OPENED_BEFORE = ("end of stream", "<stream end>", "expected ':'")
"""Faults that show only later than where they were made."""


def yaml_complaint(error: MarkedYAMLError) -> tuple[int, int, str]:
    """Line and column (from 1) and a sentence for what the YAML reader stumbled over."""
    problem = str(error.problem or error.context or "")
    late = any(words in problem for words in _OPENED_BEFORE)
    mark = (error.context_mark if late else None) or error.problem_mark or error.context_mark
    line, column = (mark.line + 1, mark.column + 1) if mark else (1, 1)
    hint = next((hint for words, hint in _YAML_HINTS if words in problem), "YAML写法有误，请检查缩进、引号和冒号")
    name = re.search(r'"([^"]*)"', problem)
    return line, column, hint.replace("{quoted}", _shown(name[1]) if name else "") + "。"
