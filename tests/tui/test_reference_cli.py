"""`zoufang reference`: which lists there are, out to be edited, in again; never a traceback."""

from __future__ import annotations

from pathlib import Path

import openpyxl
import pytest
from click.testing import CliRunner, Result

from surveys.campaign import open_campaign
from surveys.references import current_versions, entries_of
from tui.cli import main


@pytest.fixture
def run(data: Path):
    def invoke(*arguments: object, folder: Path = data) -> Result:
        return CliRunner().invoke(main, ["--data", str(folder), "reference", *map(str, arguments)])

    return invoke


def counts(folder: Path) -> list[int]:
    with open_campaign(folder) as store:
        return [len(entries_of(store, version)) for version in current_versions(store).values()]


def test_without_a_file_the_lists_and_their_versions_are_told(run) -> None:
    result = run()
    assert result.exit_code == 0
    rules, tasks = result.output.splitlines()
    assert rules.startswith("制度机制清单 版本 ")
    assert "22条" in rules
    assert rules.endswith("由程序放入：自带清单，要点自拟，不是省总工会清单原文")
    assert "20条" in tasks


def test_out_to_be_edited_and_in_again(run, data: Path, tmp_path: Path) -> None:
    path = tmp_path / "清单.xlsx"
    result = run("--export", path)
    assert result.output == f"已导出 {path}，改好后运行 zoufang reference 清单.xlsx\n"
    assert "没有变化" in run(path).output
    book = openpyxl.load_workbook(path)
    book["工作任务清单"]["B2"] = "摸清家底"
    book["工作任务清单"].delete_rows(3)
    book.save(path)
    result = run(path)
    assert result.exit_code == 0
    assert "已换用 工作任务清单 版本 " in result.output
    assert "19条：改动 B01，删去 B02" in result.output
    assert counts(data) == [22, 19]
    assert "由第1组 张三放入：办公室导入：清单.xlsx" in run().output


def test_a_faulty_workbook_changes_nothing_and_every_fault_is_a_line(run, data: Path, tmp_path: Path) -> None:
    path = tmp_path / "清单.xlsx"
    run("--export", path)
    book = openpyxl.load_workbook(path)
    book["制度机制清单"]["E2"] = "99"
    book["工作任务清单"]["A2"] = "C01"
    book.save(path)
    result = run(path)
    assert result.exit_code == 1
    assert result.stderr.splitlines() == [
        "“制度机制清单”第2行“题号”：没有第99题，问卷共56题。",
        "“工作任务清单”第2行“编码”：“C01”不能作编码，应是 B 加两三位数字，如 B01。",
        "共2处要改，清单没有变。",
    ]
    assert counts(data) == [22, 20]


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (["没有.xlsx"], "“没有.xlsx”找不到，清单没有变；请检查文件名和权限。"),
        (
            ["--survey", "no"],
            "没有代号为“no”的问卷，现有：county_union（县级工会摸底调查问卷）、visit（走访座谈记录）。",
        ),
        (["a.xlsx", "--export", "b.xlsx"], "换用和导出请分两次做：给出工作簿，或写 --export，不能都写。"),
        (["."], "[清单.xlsx] “.”是文件夹，这里要一个文件"),
        (["--export", f"{__file__}/清单.xlsx"], "没有写成“清单.xlsx”"),
    ],
)
def test_what_cannot_be_is_one_sentence(run, arguments: list[str], sentence: str) -> None:
    result = run(*arguments)
    assert result.exit_code != 0
    assert result.stderr.startswith(sentence)
    assert len(result.stderr.splitlines()) == 1


def test_who_has_not_registered_cannot_replace(run, tmp_path: Path) -> None:
    result = run("清单.xlsx", folder=tmp_path / "new")
    assert result.exit_code == 1
    assert "还没有登记组别" in result.stderr
