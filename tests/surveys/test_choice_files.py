"""Choice lists kept as CSV beside the definition: what is wrong is said with the line in the file."""

from __future__ import annotations

import os
import re
import time
from collections.abc import Callable
from pathlib import Path

import pytest
from samples import HEAD, Filled

from surveys.choice_files import MAX_BYTES, MOST_CHOICES
from surveys.definition import Survey
from surveys.form import Form
from surveys.loading import LoadErrors, LoadProblem, load_form, load_survey

ENGLISH = re.compile(r"[A-Za-z]+ [a-z]+ [a-z]+")
ENTRY = "{csv: places.csv, name: code, label: place, filter: [city]}"
GOOD = "code,place,city,people\n11,道里,哈尔滨,9\n12,南岗,哈尔滨,\n21,龙沙,齐齐哈尔,7\n"


def definition(entry: str = ENTRY) -> str:
    return (
        f"{HEAD}choices:\n  places: {entry}\nsections:\n  - name: only\n    label: 部分\n    questions:\n"
        "      - {name: city, type: text, label: 市}\n"
        '      - {name: place, type: select_one, label: 县, choices: places, choice_filter: "city = ${city}"}\n'
    )


Write = Callable[..., Path]
Load = Callable[..., list[LoadProblem]]


@pytest.fixture
def write(tmp_path: Path) -> Write:
    """A definition with a CSV file beside it."""

    def written(csv: str | bytes | None = GOOD, entry: str = ENTRY) -> Path:
        path = tmp_path / "form.yaml"
        path.write_text(definition(entry))
        if csv is not None:
            (tmp_path / "places.csv").write_bytes(csv if isinstance(csv, bytes) else csv.encode())
        return path

    return written


@pytest.fixture
def faults(write: Write) -> Load:
    def load(*arguments: str | bytes | None, **more: str) -> list[LoadProblem]:
        with pytest.raises(LoadErrors) as caught:
            load_form(write(*arguments, **more))
        return list(caught.value.problems)

    return load


def test_the_choices_come_from_the_file_and_are_filtered(write: Write) -> None:
    fill = Filled(load_form(write()), city="哈尔滨")
    assert [(c.name, c.label) for c in fill.interview.choices("place")] == [("11", "道里"), ("12", "南岗")]
    fill("city", "齐齐哈尔")
    assert [c.name for c in fill.interview.choices("place")] == ["21"]


def test_the_stored_definition_needs_no_file_beside_it(write: Write, tmp_path: Path) -> None:
    survey = load_survey(write())
    (tmp_path / "places.csv").unlink()
    stored = survey.canonical_json()
    assert '{"filter":{"city":"哈尔滨"},"label":"道里","name":"11"}' in stored
    assert "places.csv" not in stored
    again = Survey.from_json(stored)
    assert (again, again.digest()) == (survey, survey.digest())
    assert [choice.name for choice in Form(again).survey.choices["places"]] == ["11", "12", "21"]


def test_another_content_is_another_version(write: Write) -> None:
    assert load_survey(write()).digest() != load_survey(write(GOOD.replace("道里", "道外"))).digest()


@pytest.mark.parametrize(
    "csv",
    [
        ("\ufeff" + GOOD).encode(),
        GOOD.replace("\n", "\r\n").encode(),
        GOOD.replace("\n", "\n\n").encode(),
        (GOOD + ",,,\n").encode(),
        GOOD.replace("道里", '"道里"').encode(),
        GOOD.rstrip("\n").encode(),
    ],
    ids=["BOM", "CRLF", "blank lines", "an empty row", "quotes", "no last line end"],
)
def test_the_usual_ways_of_saving_a_csv_are_read_the_same(write: Write, csv: bytes) -> None:
    assert [(c.name, c.label) for c in load_survey(write(csv)).choices["places"]] == [
        ("11", "道里"),
        ("12", "南岗"),
        ("21", "龙沙"),
    ]


def test_a_name_may_hold_commas_line_breaks_and_rare_separators(write: Write) -> None:
    (choice,) = load_survey(write('code,place,city\n1,"甲,乙\n丙\u2028丁",x\n')).choices["places"]
    assert choice.label == "甲,乙\n丙\u2028丁"


WRONG = [
    # the file · what is said
    (None, "读不到选项文件“places.csv”，请放在问卷定义旁边"),
    (b"", "“places.csv”里没有选项，第一行应为列名"),
    (b"code,place,city\n", "“places.csv”里没有选项"),
    (GOOD.encode("gbk"), "“places.csv”不是UTF-8编码（可能是GBK），请另存为“CSV UTF-8”"),
    (GOOD.encode("utf-16"), "“places.csv”不是UTF-8编码"),
    (GOOD.replace("code,", "kode,"), "“places.csv”没有“code”这一列，是不是“kode”？"),
    (GOOD.replace("place,", "name,"), "“places.csv”没有“place”这一列"),
    (GOOD.replace("city,", "shi,"), "“places.csv”没有“city”这一列"),
    (GOOD.replace("12,", "11,"), "“places.csv”第3行：编号“11”重复，第2行已经用过"),
    (GOOD.replace("12,南岗", "1 2,南岗"), "“places.csv”第3行：“1 2”不能作编号"),
    (GOOD.replace("12,南岗", "1.2,南岗"), "“places.csv”第3行：“1.2”不能作编号"),
    (GOOD.replace("12,南岗", ",南岗"), "“places.csv”第3行：“”不能作编号"),
    (GOOD.replace("12,南岗", f"{'9' * 33},南岗"), "不能作编号：1至32个字"),
    (GOOD.replace("南岗", ""), "“places.csv”第3行：编号“12”没有名称"),
    ("code,place,city\n11\n", "“places.csv”第2行：编号“11”没有名称"),
    (GOOD.replace("南岗", "长" * 501), "“places.csv”第3行：名称太长，最多500个字"),
    (GOOD.replace("南岗", "南\x1b[31m岗"), "“places.csv”第3行：有不可见的控制字符"),
    (GOOD.replace("南岗", "南\x00岗"), "“places.csv”第3行：有不可见的控制字符"),
    (GOOD.replace("南岗", '"南岗'), "“places.csv”第"),
    ("code,place,city\n" + "".join(f"{n},地,x\n" for n in range(MOST_CHOICES + 1)), "“places.csv”有20,001行，最多20,000行"),
    (b"code,place,city\n1," + b"x" * MAX_BYTES, "“places.csv”超过10兆，太大了"),
]  # fmt: skip


@pytest.mark.parametrize(("csv", "says"), WRONG, ids=range(len(WRONG)))
def test_a_file_that_is_no_list_of_choices_is_refused_at_the_entry(
    faults: Load, csv: str | bytes | None, says: str
) -> None:
    (problem,) = faults(csv)
    assert says in problem.message
    assert problem.line == 7
    assert not ENGLISH.search(problem.message)


ENTRIES = [
    # the entry · where · what is said
    ("{csv: places.csv, name: code}", "{csv", "从文件读选项要写明 csv（文件名）、name（编号列）、label（名称列）"),
    ("{csv: places.csv, name: code, label: place, filtr: [city]}", "[city]", "不认识的键“filtr”，是不是“filter”？"),
    ("{csv: places.csv, name: code, label: place, filter: city}", "city}", "filter 应为列名的列表"),
    ("{csv: places.csv, name: 7, label: place}", "{csv", "要写明"),
    ("{csv: /etc/passwd, name: code, label: place}", "/etc", "选项文件要放在问卷定义旁边，写文件名即可"),
    ("{csv: ../places.csv, name: code, label: place}", "../places", "选项文件要放在问卷定义旁边"),
    ("{csv: ., name: code, label: place}", "., name", "读不到选项文件“.”"),
    ('{csv: "", name: code, label: place}', '"", name', "读不到选项文件“”"),
    (f"{{csv: {'长' * 300}.csv, name: code, label: place}}", "长长", "读不到选项文件"),
    ("{csv: places.csv, name: code, label: place, filter: [shi]}", "[shi]", "没有“shi”这一列"),
]  # fmt: skip


@pytest.mark.parametrize(("entry", "needle", "says"), ENTRIES)
def test_a_faulty_entry_is_named_at_its_place(faults: Load, entry: str, needle: str, says: str) -> None:
    (problem,) = faults(GOOD, entry=entry)
    assert says in problem.message
    text = definition(entry)
    at = text.index(needle)
    assert (problem.line, problem.column) == (text.count("\n", 0, at) + 1, at - text.rfind("\n", 0, at))


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="the system has no FIFOs")
def test_a_fifo_is_not_waited_for(write: Write, tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "places.csv")
    with pytest.raises(LoadErrors, match="读不到选项文件"):
        load_form(write(None))


def test_20000_places_load_within_seconds_and_answering_among_them_is_quick(write: Write) -> None:
    csv = "code,place,city\n" + "".join(f"{n},第{n}个村,第{n // 100}个镇\n" for n in range(20_000))
    started = time.perf_counter()
    form = load_form(write(csv))
    loaded = time.perf_counter() - started
    fill = Filled(form, city="第7个镇")
    assert [choice.name for choice in fill.interview.choices("place")] == [str(n) for n in range(700, 800)]
    started = time.perf_counter()
    for n in range(700, 720):
        fill("place", str(n))
    answered = (time.perf_counter() - started) / 20
    print(f"20,000 choices: loaded in {loaded:.2f} s, {answered * 1000:.1f} ms an answer")
    assert loaded < 5
    assert answered < 0.05
