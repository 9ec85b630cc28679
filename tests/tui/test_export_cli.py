"""`zoufang export --format …` and `zoufang paper`: what they write, what they say, what they refuse."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from click.testing import CliRunner

from exports.json_lines import LINES
from exports.long_rows import HEADINGS
from surveys.acts import Actor
from surveys.campaign import open_campaign
from surveys.recording import Recorder
from tui.cli import main

DOCUMENT = (Path(__file__).parents[2] / "docs/导出格式.md").read_text("utf-8")


@pytest.fixture
def data(tmp_path: Path) -> Path:
    """A team's data folder with one answer in it."""
    with open_campaign(tmp_path / "数据") as store:
        store.set_settings(team="1", device="测试本", member="甲")
        Recorder.start(store, store.form(), "230102", Actor("甲", 1, "d")).answer("mode", "1")
    return tmp_path / "数据"


def run(data: Path, *arguments: str) -> tuple[int, str]:
    done = CliRunner().invoke(main, ["--data", str(data), *arguments])
    return done.exit_code, done.output


@pytest.mark.parametrize(("file_format", "name"), [("csv", "答卷_宽.csv"), ("json", LINES)])
def test_data_files_are_written_and_say_what_is_left_out(
    data: Path, tmp_path: Path, file_format: str, name: str
) -> None:
    code, said = run(data, "export", "--format", file_format, "--out", str(tmp_path / "外"))
    assert (code, "答卷 1 份" in said, "已去除个人信息" in said) == (0, True, True), said
    (folder,) = (tmp_path / "外").iterdir()
    assert (folder / name).is_file()
    code, said = run(data, "export", "--format", file_format, "--out", str(tmp_path / "外"), "--with-sensitive")
    assert (code, "内容完整" in said) == (0, True)


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (("export", "--history"), "只能和 --format json"),
        (("export", "--with-sensitive"), "工作簿总是完整的"),
        (("export", "--format", "pdf"), "--format"),
        (("paper",), "--blank"),
        (("paper", "230102", "--blank"), "两样选一样"),
        (("paper", "没有这个县"), "没有代码或名称"),
        (("paper", "--blank", "--survey", "nothing"), "没有代号为"),
    ],
)
def test_what_cannot_be_is_refused_with_a_sentence(data: Path, arguments: tuple[str, ...], words: str) -> None:
    code, said = run(data, *arguments)
    assert code != 0
    assert words in said
    assert "Traceback" not in said


def test_paper_is_written_blank_and_filled(data: Path, tmp_path: Path) -> None:
    for arguments in (("--blank",), ("道里区",)):
        code, said = run(data, "paper", *arguments, "--out", str(tmp_path / "纸"))
        assert code == 0, said
    assert sorted(path.suffix for path in (tmp_path / "纸").iterdir()) == [".html", ".html", ".xlsx", ".xlsx"]


def test_the_document_names_every_column_and_key(data: Path, tmp_path: Path) -> None:
    import json

    run(data, "export", "--format", "json", "--out", str(tmp_path))
    schema = json.loads(next(tmp_path.glob("*JSON*/*.schema.json")).read_text("utf-8"))
    named = set(re.findall(r"`([a-z_]+)`", DOCUMENT))
    assert set(HEADINGS) <= named
    assert set(schema["properties"]) <= named
    statuses = schema["properties"]["statuses"]["additionalProperties"]["enum"]
    assert set(statuses) <= named
