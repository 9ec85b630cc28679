"""YAML → Survey → Form; everything wrong is reported at once as FILE:LINE:COLUMN."""

from __future__ import annotations

import itertools
import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, TypeVar

from pydantic import BaseModel, ValidationError
from ruamel.yaml import YAML
from ruamel.yaml.error import MarkedYAMLError, YAMLError
from ruamel.yaml.events import (
    DocumentStartEvent,
    Event,
    MappingEndEvent,
    MappingStartEvent,
    ScalarEvent,
    SequenceEndEvent,
    SequenceStartEvent,
)
from ruamel.yaml.nodes import MappingNode, Node, ScalarNode, SequenceNode

from surveys.choice_files import read_choice_files
from surveys.complaints import complaints, keys_of, yaml_complaint
from surveys.definition import Survey
from surveys.form import Form
from surveys.problems import FormErrors, Problem
from surveys.text import UNPRINTABLE
from surveys.translations import language_faults
from surveys.typed import MAX_DIGITS

MAX_BYTES = 1_000_000
MAX_DEPTH = 50
MOST_PROBLEMS = 200
"""More faults of shape than this are not looked into: the file is no definition at all."""
LIBRARY = Path(__file__).parent / "library"

M = TypeVar("M", bound=BaseModel)


@dataclass(frozen=True, order=True)
class LoadProblem:
    """One fault in a definition file; line and column count from 1."""

    path: Path
    line: int
    column: int
    message: str

    def __str__(self) -> str:
        return f"{self.path}:{self.line}:{self.column}: {self.message}"


_LONG_WORD = re.compile(r"\w[\w .-]{64,}")
"""Longer than any name may be: pasted by mistake, and no help in a sentence."""


def _beginning(word: re.Match[str]) -> str:
    return f"{word[0][:40]}…"


class LoadErrors(Exception):
    """A definition file that cannot be used; carries every problem, in the order of the file."""

    def __init__(self, problems: Iterable[LoadProblem]) -> None:
        shortened = (replace(problem, message=_LONG_WORD.sub(_beginning, problem.message)) for problem in problems)
        self.problems = tuple(sorted(set(shortened)))
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
        raise placed(path, root, errors.problems) from None


def read_yaml(path: Path) -> tuple[Node, Any]:
    """The nodes of a definition file and its data, before anything is known of its shape. Raises LoadErrors."""
    return _compose(path, _read(path))


def shaped(model: type[M], path: Path, root: Node, data: object) -> M:
    """The data as a model. Raises LoadErrors, every fault with its place."""
    try:
        return model.model_validate(data)
    except ValidationError as error:
        problems = []
        for complaint in itertools.islice(complaints(error, keys_of(model)), MOST_PROBLEMS):
            line, column = _place(root, complaint.path, key=complaint.at_key)
            problems.append(LoadProblem(path, line, column, complaint.message))
        raise LoadErrors(problems) from None


def placed(path: Path, root: Node, problems: Iterable[Problem]) -> LoadErrors:
    """What is wrong behind the shape, with its places in the file."""
    return LoadErrors(
        LoadProblem(path, *_place(root, problem.path, problem.offset), problem.message) for problem in problems
    )


def _load(path: Path) -> tuple[Survey, Node]:
    root, data = read_yaml(path)
    if faults := read_choice_files(data, path.parent):
        raise LoadErrors(LoadProblem(path, *_place(root, where), message) for where, message in faults)
    survey = shaped(Survey, path, root, data)
    if strays := [LoadProblem(path, *_place(root, where), message) for where, message in language_faults(data)]:
        raise LoadErrors(strays)
    return survey, root


def _read(path: Path) -> str:
    def fail(message: str) -> LoadErrors:
        return LoadErrors([LoadProblem(path, 1, 1, message)])

    try:
        if (size := path.stat().st_size) > MAX_BYTES:
            raise fail(f"文件有{size:,}字节，问卷定义不能超过{MAX_BYTES:,}字节。")
        raw = path.read_bytes()
    except FileNotFoundError:
        raise fail("没有这个文件，请检查路径。") from None
    except IsADirectoryError:
        raise fail("这是一个文件夹，请给出里面的问卷定义文件。") from None
    except OSError as error:
        raise fail(f"读不到这个文件（系统错误 {error.errno}），请检查路径和权限。") from None
    try:
        return raw.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = raw[: error.start].count(b"\n") + 1
        message = "不是UTF-8编码（可能是GBK），请用编辑器另存为UTF-8。"
        raise LoadErrors([LoadProblem(path, line, 1, message)]) from None


def _compose(path: Path, text: str) -> tuple[Node, Any]:
    """The node tree with its marks and the data, after refusing what no definition needs (aliases, depth)."""

    def fail(line: int, column: int, message: str) -> LoadErrors:
        return LoadErrors([LoadProblem(path, line, column, message)])

    if found := _UNREADABLE.search(text):
        line, column = text.count("\n", 0, found.start()) + 1, found.start() - text.rfind("\n", 0, found.start())
        raise fail(line, column, f"这里有不可见的控制字符（U+{ord(found.group()):04X}），请删去。")
    reader = YAML(typ="safe", pure=True)
    try:
        # The slow part is turning characters into events; it is done once, and nodes and data are made of them.
        events: list[Event] = []
        if problems := [LoadProblem(path, *fault) for fault in _refused(_remembered(reader.parse(text), events))]:
            raise LoadErrors(problems)
        reader = YAML(typ="safe", pure=True)
        reader.Parser = lambda loader: _Recorded(events)
        root = reader.composer.get_single_node()
        if not isinstance(root, MappingNode):
            raise fail(1, 1, "文件是空的或不是“键: 值”的形式，请对照自带的问卷定义。")
        if problems := [LoadProblem(path, *fault) for fault in _unreadable(root, reader)]:
            raise LoadErrors(problems)
        return root, reader.constructor.construct_document(root)
    except MarkedYAMLError as error:
        raise fail(*yaml_complaint(error)) from None
    except (YAMLError, ValueError):
        raise fail(1, 1, "不是有效的YAML，请检查缩进、引号和冒号。") from None


_UNREADABLE = re.compile(f"{UNPRINTABLE.pattern}|[\u2028\u2029]")
"""In the file itself U+2028 would end a line for the YAML reader, and for no editor."""


def _remembered(events: Iterable[Event], memory: list[Event]) -> Iterator[Event]:
    """Passes events on one by one: who stops asking at the 51st level does not wait for the 3000th."""
    for event in events:
        memory.append(event)
        yield event


class _Recorded:
    """Stands in for ruamel.yaml's parser: hands out events that were read before."""

    def __init__(self, events: Sequence[Event]) -> None:
        self._events = events
        self._place = 0

    def check_event(self, *kinds: type[Event]) -> bool:
        return not kinds or isinstance(self._events[self._place], kinds)

    def peek_event(self) -> Event:
        return self._events[self._place]

    def get_event(self) -> Event:
        self._place += 1
        return self._events[self._place - 1]


Fault = tuple[int, int, str]
"""Line and column (from 1) and what is wrong."""


def _refused(events: Iterable[Event]) -> Iterator[Fault]:
    """YAML that reads well but has no place in a definition."""
    depth = 0
    for event in events:
        line, column = event.start_mark.line + 1, event.start_mark.column + 1
        if getattr(event, "anchor", None):
            yield line, column, "这里用了锚点或别名（& 或 *），问卷定义不允许，请把内容写全。"
        if getattr(event, "ctag", None):
            yield line, column, "这里用了类型标记（!），问卷定义不允许，请删去。"
        if isinstance(event, DocumentStartEvent) and (event.version or event.tags):
            yield line, column, "这里用了 % 指令，问卷定义不允许，请删去这一行。"
        if isinstance(event, MappingStartEvent | SequenceStartEvent):
            depth += 1
        elif isinstance(event, MappingEndEvent | SequenceEndEvent):
            depth -= 1
        if depth > MAX_DEPTH:
            yield line, column, f"嵌套超过{MAX_DEPTH}层，请检查缩进和括号。"
            return
        if isinstance(event, ScalarEvent) and not getattr(event, "ctag", None):
            if found := UNPRINTABLE.search(event.value):
                yield line, column, f"这段文字含有不可见的控制字符（U+{ord(found.group()):04X}），请删去。"
            elif event.value == "<<" and event.implicit[0]:
                yield line, column, "问卷定义不能用 << 合并，请把内容写全。"


def _unreadable(root: Node, reader: YAML) -> Iterator[Fault]:
    """What looks like a date or a number and is none (2022-13-01), too long numbers, and keys that are no words."""
    waiting = [root]
    while waiting:
        node = waiting.pop()
        if isinstance(node, MappingNode):
            for key, value in node.value:
                if isinstance(key, ScalarNode):
                    waiting += [key, value]
                else:
                    mark = key.start_mark
                    yield mark.line + 1, mark.column + 1, "键应为一个词，这里是列表或“键: 值”；请检查括号、引号和冒号。"
        elif isinstance(node, SequenceNode):
            waiting += node.value
        elif str(node.tag) != _TEXT:
            line, column = node.start_mark.line + 1, node.start_mark.column + 1
            try:
                value = reader.constructor.construct_object(node)
            except (ValueError, OverflowError):
                yield line, column, f"“{node.value[:40]}”不是有效的日期或数字，若是文字请加引号。"
            else:
                if isinstance(value, int) and abs(value) >= 10**MAX_DIGITS:
                    yield line, column, f"“{node.value[:40]}”太长，数字最多{MAX_DIGITS}位，若是文字请加引号。"


_TEXT = "tag:yaml.org,2002:str"


def _place(root: Node, path: Sequence[str | int], offset: int = 0, *, key: bool = False) -> tuple[int, int]:
    """Line and column (from 1) of the value at a path; steps that the file does not have are passed over."""
    node, named = root, root
    for step in path:
        if isinstance(node, MappingNode):
            for name, value in node.value:
                if name.value == str(step):
                    node, named = value, name
        elif isinstance(node, SequenceNode) and isinstance(step, int) and step < len(node.value):
            node = named = node.value[step]
    mark = named.start_mark if key else node.start_mark
    inside = offset if isinstance(node, ScalarNode) and node.start_mark.line == node.end_mark.line else 0
    if inside and (escaped := _ESCAPED.get(getattr(node, "style", None) or "")):
        # The opening quote, and what is written doubled or behind a backslash.
        inside += 1 + sum(node.value[:offset].count(character) for character in escaped)
    return mark.line + 1, mark.column + 1 + inside


_ESCAPED = {"'": "'", '"': '"\\'}
