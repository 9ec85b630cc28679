"""Whatever is in a definition file: it loads, or it says in Chinese where and why it does not, and soon."""

from __future__ import annotations

import random
import re
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from samples import HEAD, NASTY, WIDE, questions

from surveys.loading import MAX_BYTES, LoadErrors, LoadProblem, library, load_form

ENGLISH = re.compile(r"[A-Za-z]+ [a-z]+ [a-z]+")
"""Three words in a row: a sentence of a library, not one of ours."""
QUOTED = re.compile(r"“[^”]*”|（[^）]*）|\$\{[^}]*\}")
"""What a message repeats of the file: whatever stands there is the author's own."""
SECONDS = 2.0
ONE = "name: a, type: text, label: 甲"

Load = Callable[[str | bytes], tuple[LoadProblem, ...]]


def outcome(path: Path) -> tuple[LoadProblem, ...]:
    """The problems of a file, () when it loads; checks that each can be shown to a person."""
    started = time.perf_counter()
    try:
        load_form(path)
        problems: tuple[LoadProblem, ...] = ()
    except LoadErrors as errors:
        problems = errors.problems
        assert problems, "refused without a reason"
    took = time.perf_counter() - started
    assert took < SECONDS, f"{took:.2f} s"
    lines = path.read_bytes().count(b"\n") + 2 if path.is_file() else 1
    for problem in problems:
        assert 1 <= problem.line <= lines, problem
        assert problem.column >= 1, problem
        assert not ENGLISH.search(QUOTED.sub("", problem.message)), problem
        assert re.search(r"[\u4e00-\u9fff]", problem.message), problem
        assert not re.search(r"[\x00-\x1f\x7f-\x9f]", problem.message), problem
        assert len(problem.message) < 1000, problem
    return problems


@pytest.fixture
def load(tmp_path: Path) -> Load:
    def loaded(text: str | bytes) -> tuple[LoadProblem, ...]:
        path = tmp_path / "form.yaml"
        path.write_bytes(text if isinstance(text, bytes) else text.encode("utf-8", "surrogatepass"))
        return outcome(path)

    return loaded


# ── the list of faults.md, L11 ────────────────────────────────────────────────────────

BOMB = "a: &a [x, x, x, x, x, x, x, x, x]\n" + "".join(
    f"{name}: &{name} [{', '.join([f'*{before}'] * 9)}]\n" for before, name in zip("abcdefgh", "bcdefghi", strict=True)
)
HOSTILE = {
    # what it is: the file · what is said
    "alias bomb": (BOMB, "锚点或别名"),
    "recursive alias": ("a: &a [*a]\n", "锚点或别名"),
    "recursive mapping": ("&a {b: *a}\n", "锚点或别名"),
    "an anchor nobody uses": (HEAD + "sections: &s []\n", "锚点或别名"),
    "an alias of nothing": (HEAD + "sections: *nowhere\n", "锚点或别名"),
    "merge": (HEAD.replace("id: sample", "<<: {id: sample}"), "不能用 << 合并"),
    "merge of a list": ("<<: [{id: a}, {id: b}]\n", "不能用 << 合并"),
    "merge of nonsense": ("<<: 5\n", "不能用 << 合并"),
    "depth 3000 in brackets": ("[" * 3000 + "]" * 3000, "嵌套超过50层"),
    "depth 3000 in braces": ("{a: " * 3000 + "}" * 3000, "嵌套超过50层"),
    "depth 3000 in lists": ("".join(" " * n + "-\n" for n in range(3000))[:900_000], "嵌套超过50层"),
    "depth 3000 unclosed": ("[" * 3000, "嵌套超过50层"),
    "an unclosed bracket": ("a: [1, 2\n", "没有配对"),
    "duplicate keys": (HEAD + "id: again\n", "两个相同的键“id”"),
    "duplicate keys of a question": (questions(f"{ONE}, name: b"), "两个相同的键“name”"),
    "duplicate null keys": ("? \n? \n", None),
    "GBK": (questions(ONE).encode("gbk"), "不是UTF-8编码（可能是GBK）"),
    "UTF-16": (questions(ONE).encode("utf-16"), "不是UTF-8编码"),
    "tab for indentation": (HEAD + "sections:\n\t- name: a\n", "制表符（Tab）"),
    "empty": ("", "文件是空的"),
    "blank": (" \n\n# 只有说明\n", "文件是空的"),
    "a text": ("你好", "文件是空的或不是“键: 值”的形式"),
    "a list": ("- a\n- b\n", "文件是空的或不是“键: 值”的形式"),
    "a number": ("5", "文件是空的或不是“键: 值”的形式"),
    "two documents": (questions(ONE) + "---\nid: b\n", "一个文件只能有一份问卷"),
    "version directive": ("%YAML 1.1\n---\n" + questions(ONE), "% 指令"),
    "version of the future": ("%YAML 3.0\n---\n" + questions(ONE), None),
    "tag directive": ("%TAG ! tag:example.com,2022:\n---\n" + questions(ONE), "% 指令"),
    "an unknown directive": ("%FOO bar\n---\n" + questions(ONE), None),
    "a Python object": ("!!python/object/apply:os.system ['true']\n", "类型标记"),
    "a binary": (HEAD + "notice: !!binary aGVsbG8=\n", "类型标记"),
    "a set": (HEAD + "choices: !!set {a, b}\n", "类型标记"),
    "a list as key": (HEAD + "[a, b]: c\n", None),
    "a mapping as key": (HEAD + "{a: b}: c\n", None),
    "a complex key": (HEAD + "? - a\n  - b\n: c\n", None),
    "a null key": (HEAD + "~: c\n", None),
    "a date as key": (HEAD + "parameters: {2022-01-01: 5}\n", "应为文字，请加引号"),
    "the value tag": (HEAD + "notice: =\n", None),
    "NUL": (questions(ONE) + "\x00", "不可见的控制字符（U+0000）"),
    "ESC": (questions("name: a, type: text, label: '\x1b[31m红'"), "不可见的控制字符（U+001B）"),
    "an escaped control": (questions(r'name: a, type: text, label: "\x07"'), "不可见的控制字符（U+0007）"),
    "an escaped control in a key": (HEAD + '"\\a": 5\n', "不可见的控制字符（U+0007）"),
    "a lone surrogate": (questions("name: a, type: text, label: '\ud800'"), "不是UTF-8编码"),
    "an escaped surrogate": (questions(r'name: a, type: text, label: "\ud800"'), "不可见的控制字符（U+D800）"),
    "a byte order mark": ("\ufeff" + questions(ONE), ""),
    "a byte order mark inside": (questions(ONE + "\ufeff"), None),
    "a number of 5000 digits": (questions(f"name: a, type: integer, label: 甲, max: {'9' * 5000}"), "不是有效的日期或数字"),
    "a hexadecimal of 5000 digits": (questions(f"name: a, type: integer, label: 甲, max: 0x{'f' * 5000}"), "数字最多15位"),
    "a huge exponent": (questions("name: a, type: decimal, label: 甲, max: 1e999999999"), None),
    "a number of 16 digits": (questions(f"name: a, type: integer, label: 甲, max: {'9' * 16}"), "数字最多15位"),
    "a number of 15 digits": (questions(f"name: a, type: integer, label: 甲, max: {'9' * 15}"), ""),
    "infinity": (questions("name: a, type: decimal, label: 甲, max: .inf"), "应为数字"),
    "not a number": (questions("name: a, type: integer, label: 甲, max: .nan"), None),
    "a date that is none": (questions("name: a, type: date, label: 甲, max: 2022-02-30"), "不是有效的日期或数字"),
    "a time that is none": (questions("name: a, type: date, label: 甲, max: 2022-02-03T25:00:00"), "不是有效的日期或数字"),
    "a moment": (questions("name: a, type: date, label: 甲, max: 2022-02-03T05:00:00Z"), "应为日期"),
    "too large": ("# " + "长" * (MAX_BYTES // 3), "问卷定义不能超过1,000,000字节"),
    "a very long key": (HEAD + "a" * 5000 + ": 5\n", None),
    "a very long quoted key": (HEAD + '"' + "a" * 900 + '": 5\n', "不认识的键"),
    "a very long line": (HEAD + "notice: " + "长" * 300_000 + "\n", "缺少“sections”"),
    "a very long expression": (questions(f"{ONE}, relevant: '{'1 + ' * 4000}1'"), None),
    "a deep expression": (questions(f"{ONE}, relevant: '{'(' * 2000}1{')' * 2000}'"), "嵌套超过 100 层"),
    "a chain of nots": (questions(f"{ONE}, relevant: '{'not(' * 1500}1{')' * 1500}'"), None),
    "a pattern that explodes": (questions(f"{ONE}, constraint: \"regex(., '(a+)+$')\", constraint_message: x"), ""),
    "a pattern that is none": (questions(f"{ONE}, constraint: \"regex(., '(a')\", constraint_message: x"), None),
    "many unknown keys": (HEAD + "".join(f"k{n}: 1\n" for n in range(3000)), "不认识的键"),
    "many wrong questions": (questions(*["name: 1, type: text"] * 300), "应为文字"),
    "an unfinished quote": (HEAD + 'notice: "没有写完\n', "引号没有配对"),
    "Windows line ends": (questions(ONE).replace("\n", "\r\n"), ""),
    "old Macintosh line ends": (questions(ONE).replace("\n", "\r"), ""),
    "unusual line ends": (questions(ONE) + "# \u2028 说明\n", "不可见的控制字符（U+2028）"),
    "no last line end": (questions(ONE).rstrip("\n"), ""),
}  # fmt: skip


@pytest.mark.parametrize("name", HOSTILE)
def test_a_hostile_file_is_refused_with_a_sentence_or_read(load: Load, name: str) -> None:
    text, says = HOSTILE[name]
    problems = load(text)
    if says is not None:
        assert bool(problems) is bool(says), problems
        assert not says or any(says in problem.message for problem in problems), problems


ODD = {
    "no": "name: no, type: text, label: no",
    "on": "name: on, type: text, label: yes",
    "是": "name: 是, type: text, label: 是否",
    "007": 'name: p, type: select_one, label: 选, choices: [{name: "007", label: "1e3"}, {name: "0x1F", label: "null"}]',
    "a version like 2022.10": ONE,
}


@pytest.mark.parametrize("name", ODD)
def test_odd_words_stay_text(load: Load, name: str) -> None:
    assert load(questions(ODD[name])) == ()


@pytest.mark.parametrize("code", ["007", "7", "1e3", "true", "null", "~", "2022-01-01", "0x1F", "1_000"])
def test_a_code_without_quotes_is_never_taken_for_a_text(load: Load, code: str) -> None:
    problems = load(questions(f"name: p, type: select_one, label: 选, choices: [{{name: {code}, label: 一}}]"))
    assert problems or code == "1_000"  # YAML 1.2 has no such number
    assert all("应为文字" in problem.message for problem in problems)


def test_every_fault_is_named_at_once(load: Load) -> None:
    text = questions("name: a b, type: text, label: 甲", "name: b, type: tekst, label: 乙", "name: c, type: text")
    assert [problem.line for problem in load(text)] == [10, 11, 12]


@pytest.mark.parametrize("make", [lambda path: path.mkdir(), lambda path: None])
def test_what_is_no_file_is_refused(tmp_path: Path, make: Callable[[Path], None]) -> None:
    make(tmp_path / "form.yaml")
    (problem,) = outcome(tmp_path / "form.yaml")
    assert (problem.line, problem.column) == (1, 1)


# ── mutants of the definitions that we ship and test with ─────────────────────────────

SCALARS = (
    "5", "-1", "0.5", "1e400", "null", "~", "true", "no", "[]", "{}", "[1, 2]", "{a: b}", "''", '"7"', "2022-11-03", "2022-99-99",
    "长" * 600, "x" * 12_000, "${a} > 1", "${nowhere}", ". + ", "sum(${venues})", "once(1)", "selected(., '1')", "&x 1", "*x", "!t 1",
    "- a", "a: b", "'", '"', "|", ">-", "# x", "<<", "=", "county_union", "select_one", "roster", "matrix", "note", ".inf",
)  # fmt: skip
CHARACTERS = "\x00\x07\x1b\x7f\x85\u200b\u202e\u2028\ufeff\ufffe\t\r\n :-,'\"{}[]&*!|>%@`#$.0一\U0001f600\ud800"
SCALAR = re.compile(r"(?<=: )[^\s{\[,#][^,}\]\n#]*")


def mutant(text: str, dice: random.Random) -> str:
    """The text with one to three things done to it that happen to files."""
    for _ in range(dice.choice((1, 1, 2, 3))):
        lines = text.split("\n")
        place = dice.randrange(len(lines))
        at = dice.randrange(len(text) + 1)
        match dice.randrange(9):
            case 0:
                del lines[place : place + dice.choice((1, 1, 2, 9))]
            case 1:
                lines[place:place] = lines[place : place + dice.choice((1, 1, 5))]
            case 2:
                other = dice.randrange(len(lines))
                lines[place], lines[other] = lines[other], lines[place]
            case 3:
                lines[place] = " " * dice.randrange(9) + lines[place].lstrip()
            case 4 | 5:
                if found := list(SCALAR.finditer(text)):
                    scalar = dice.choice(found)
                    lines = (text[: scalar.start()] + dice.choice(SCALARS) + text[scalar.end() :]).split("\n")
            case 6:
                lines = (text[:at] + text[at + dice.choice((1, 1, 3, 40, 2000)) :]).split("\n")
            case 7:
                put = "".join(dice.choice(CHARACTERS) for _ in range(dice.choice((1, 1, 2, 6))))
                lines = (text[:at] + put + text[at:]).split("\n")
            case 8:
                lines = text[:at].split("\n")
        text = "\n".join(lines) or " "
    return text


def originals() -> list[str]:
    return [path.read_text() for path in sorted(library("county_union").parent.glob("*.yaml"))]


def mutants(texts: list[str], seed: int, count: int) -> Iterator[str]:
    dice = random.Random(seed)
    for number in range(count):
        yield mutant(texts[number % len(texts)], dice)


def refused(load: Load, texts: list[str], seed: int, count: int) -> int:
    """How many of the mutants were refused; every one was loaded or refused as it should be."""
    number = 0
    for place, text in enumerate(mutants(texts, seed, count)):
        try:
            number += bool(load(text))
        except Exception as error:
            (Path("/tmp") / f"mutant-{seed}-{place}.yaml").write_bytes(text.encode("utf-8", "surrogatepass"))
            raise AssertionError(f"mutant {place} of seed {seed}: {error!r}") from error
    return number


@pytest.mark.parametrize("seed", range(4))
def test_mutants_of_the_shipped_forms_load_or_say_why(load: Load, seed: int) -> None:
    assert refused(load, originals(), seed, 25) > 10


def test_mutants_of_small_forms_load_or_say_why(load: Load) -> None:
    assert refused(load, [NASTY, WIDE], 7, 100) > 40


@pytest.mark.soak
@pytest.mark.parametrize("seed", range(100, 110))
def test_2000_mutants_of_the_shipped_forms_load_or_say_why(load: Load, seed: int) -> None:
    assert refused(load, originals(), seed, 200) > 100


@pytest.mark.soak
@pytest.mark.parametrize("seed", range(200, 210))
def test_2000_mutants_of_small_forms_load_or_say_why(load: Load, seed: int) -> None:
    assert refused(load, [NASTY, WIDE], seed, 200) > 80


def test_the_mutants_would_show_a_loader_that_lets_errors_through(load: Load, monkeypatch: pytest.MonkeyPatch) -> None:
    """The negative control: a loader that forgets what the YAML reader raises is found out."""
    from surveys import loading

    monkeypatch.setattr(loading, "MarkedYAMLError", ZeroDivisionError)
    monkeypatch.setattr(loading, "YAMLError", ZeroDivisionError)
    with pytest.raises(AssertionError, match="mutant"):
        refused(load, [NASTY], 1, 60)
