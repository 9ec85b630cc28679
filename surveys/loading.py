"""YAML → Survey → Form; everything wrong is reported at once as FILE:LINE:COLUMN."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from pydantic import BaseModel, ValidationError
from ruamel.yaml import YAML
from ruamel.yaml.error import MarkedYAMLError, YAMLError
from ruamel.yaml.nodes import MappingNode, Node, ScalarNode, SequenceNode

from surveys import definition
from surveys.definition import Survey
from surveys.form import Form
from surveys.problems import FormErrors, nearest

MAX_BYTES = 1_000_000
MAX_DEPTH = 50
LIBRARY = Path(__file__).parent / "library"


@dataclass(frozen=True, order=True)
class LoadProblem:
    """One fault in a definition file; line and column count from 1."""

    path: Path
    line: int
    column: int
    message: str

    def __str__(self) -> str:
        return f"{self.path}:{self.line}:{self.column}: {self.message}"


class LoadErrors(Exception):
    """A definition file that cannot be used; carries every problem, in the order of the file."""

    def __init__(self, problems: Iterable[LoadProblem]) -> None:
        self.problems = tuple(sorted(set(problems)))
        super().__init__("\n".join(map(str, self.problems)))


def library(name: str) -> Path:
    """A definition shipped with the program."""
    return LIBRARY / f"{name}.yaml"


def load_survey(path: Path) -> Survey:
    """Read a definition and check its shape. Raises LoadErrors."""
    return _load(path)[0]


def load_form(path: Path) -> Form:
    """Read a definition and make it ready to run. Raises LoadErrors."""
    survey, root = _load(path)
    try:
        return Form(survey)
    except FormErrors as errors:
        problems = []
        for problem in errors.problems:
            line, column = _place(root, problem.path, problem.offset)
            problems.append(LoadProblem(path, line, column, problem.message))
        raise LoadErrors(problems) from None


def _load(path: Path) -> tuple[Survey, Node]:
    text = _read(path)
    root, data = _compose(path, text)
    try:
        return Survey.model_validate(data), root
    except ValidationError as error:
        problems = []
        for fault in error.errors(include_url=False):
            # pydantic puts union tags into the location; only what the file has is followed.
            line, column = _place(root, fault["loc"], key=fault["type"] == "extra_forbidden")
            problems.append(LoadProblem(path, line, column, _message(fault)))
        raise LoadErrors(problems) from None


def _read(path: Path) -> str:
    def fail(message: str) -> LoadErrors:
        return LoadErrors([LoadProblem(path, 1, 1, message)])

    try:
        raw = path.read_bytes()
    except OSError as error:
        raise fail(f"读不到这个文件（{error.strerror}），请检查路径。") from None
    if len(raw) > MAX_BYTES:
        raise fail(f"文件有{len(raw):,}字节，问卷定义不能超过{MAX_BYTES:,}字节。")
    try:
        return raw.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = raw[: error.start].count(b"\n") + 1
        message = "不是UTF-8编码（可能是GBK），请用编辑器另存为UTF-8。"
        raise LoadErrors([LoadProblem(path, line, 1, message)]) from None


def _compose(path: Path, text: str) -> tuple[Node, Any]:
    """The node tree with its marks and the data, after refusing what no definition needs (aliases, depth)."""
    problems: list[LoadProblem] = []
    depth = 0
    try:
        for event in YAML(typ="safe", pure=True).parse(text):
            mark = event.start_mark
            if getattr(event, "anchor", None):
                message = "这里用了锚点或别名（& 或 *），问卷定义不允许，请把内容写全。"
                problems.append(LoadProblem(path, mark.line + 1, mark.column + 1, message))
            depth += {"MappingStart": 1, "SequenceStart": 1, "MappingEnd": -1, "SequenceEnd": -1}.get(
                type(event).__name__.removesuffix("Event"), 0
            )
            if depth > MAX_DEPTH:
                message = f"嵌套超过{MAX_DEPTH}层，请检查缩进和括号。"
                raise LoadErrors([LoadProblem(path, mark.line + 1, mark.column + 1, message)])
        if problems:
            raise LoadErrors(problems)
        root = YAML(typ="safe", pure=True).compose(text)
        if not isinstance(root, MappingNode):
            raise LoadErrors([LoadProblem(path, 1, 1, "文件是空的或不是“键: 值”的形式，请对照自带的问卷定义。")])
        return root, YAML(typ="safe", pure=True).load(text)
    except MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        line, column = (mark.line + 1, mark.column + 1) if mark else (1, 1)
        raise LoadErrors([LoadProblem(path, line, column, _yaml_message(error))]) from None
    except YAMLError as error:
        raise LoadErrors([LoadProblem(path, 1, 1, f"不是有效的YAML：{str(error).splitlines()[0]}")]) from None


def _place(root: Node, path: Sequence[str | int], offset: int = 0, *, key: bool = False) -> tuple[int, int]:
    """Line and column (from 1) of the value at a path; steps that the file does not have are passed over."""
    node, named = root, root
    for step in path:
        if isinstance(node, MappingNode):
            for name, value in node.value:
                if name.value == step:
                    node, named = value, name
        elif isinstance(node, SequenceNode) and isinstance(step, int) and step < len(node.value):
            node = named = node.value[step]
    mark = named.start_mark if key else node.start_mark
    inside = offset if isinstance(node, ScalarNode) and node.start_mark.line == node.end_mark.line else 0
    quote = 1 if inside and getattr(node, "style", None) in ("'", '"') else 0
    return mark.line + 1, mark.column + 1 + inside + quote


_KNOWN_KEYS = sorted(
    {
        field
        for model in vars(definition).values()
        if isinstance(model, type) and issubclass(model, BaseModel)
        for field in model.model_fields
    }
)


def _message(fault: Any) -> str:
    """One Chinese sentence for a pydantic error: what is wrong, what was expected."""
    context = fault.get("ctx", {})
    given = fault.get("input")
    shown = f"“{given}”" if isinstance(given, str | int | float) else "这里的内容"
    match fault["type"]:
        case "missing":
            return f"缺少“{fault['loc'][-1]}”"
        case "extra_forbidden":
            key = str(fault["loc"][-1])
            return f"不认识的键“{key}”{nearest(key, _KNOWN_KEYS)}"
        case "union_tag_invalid":
            tags = context["expected_tags"].replace("'", "").replace(",", "、")
            return f"不认识的题型“{context['tag']}”{nearest(context['tag'], tags.split('、 '))}（可用：{tags}）"
        case "union_tag_not_found":
            return "缺少“type”（题型）"
        case "string_type":
            return f'{shown}应为文字，数字请加引号，如 "7"'
        case "string_pattern_mismatch":
            return f"{shown}不能作名称：以字母或汉字开头，只含字母、汉字、数字、下划线、连字符，不含空格和点"
        case "string_too_long" | "string_too_short":
            bound = f"最多{context['max_length']}" if "max_length" in context else f"至少{context['min_length']}"
            return f"{shown}的长度不对，{bound}个字"
        case "int_type" | "int_parsing" | "int_from_float":
            return f"{shown}应为整数"
        case "decimal_parsing" | "decimal_type":
            return f"{shown}应为数字"
        case "bool_type" | "bool_parsing":
            return f"{shown}应为 true 或 false"
        case "enum" | "literal_error":
            return f"{shown}不在可用的值里（{context.get('expected', '').replace(' or ', '、')}）"
        case "tuple_type" | "list_type":
            return f"{shown}应为列表（每项以 - 开头）"
        case "dict_type" | "model_type" | "model_attributes_type":
            return f"{shown}应为“键: 值”"
        case "value_error":
            return str(context.get("error", fault["msg"]))
        case "too_short":
            return "不能为空"
        case _:
            return f"{shown}不符合要求（{fault['msg']}）"


def _yaml_message(error: MarkedYAMLError) -> str:
    problem = str(error.problem or error.context or "")
    if "duplicate key" in problem:
        return f"同一处写了两个相同的键（{problem.split(chr(34))[1] if chr(34) in problem else problem}），请删去一个。"
    if "\\t" in problem or "tab" in problem.lower():
        return "缩进用了制表符（Tab），请改成空格。"
    return f"YAML写法有误（{problem}），请检查缩进、引号和冒号。"
