"""The command line: every fault ends as a sentence in Chinese with an exit code, never as a traceback."""

from __future__ import annotations

import json
import re
import sqlite3
from collections.abc import Callable
from pathlib import Path

import click
import pytest
from click.testing import CliRunner, Result

from surveys.acts import Actor
from surveys.campaign import STORE_NAME, open_campaign
from surveys.recording import Recorder
from surveys.snapshots import take_snapshot
from surveys.store import Store
from tui.chinese_click import File
from tui.cli import main

ENGLISH = re.compile(r"Usage|Options|Commands|Error|Show this|Aborted|Try ")
Run = Callable[..., Result]

FORM = """\
id: t
version: "1"
title: 小问卷
unit: 单位
sections:
  - name: one
    label: 一
    questions:
      - {name: chair, type: select_one, label: 主席是谁？, choices: [{name: "1", label: 专职}, {name: "2", label: 兼职}]}
      - {name: story, type: text, label: 经过}
"""
NEWER = FORM.replace('version: "1"', 'version: "2"').replace("name: chair,", "name: leader, was: chair,").replace(
    "{name: story, type: text, label: 经过}", "{name: phone, type: text, label: 电话}"
)  # fmt: skip
BROKEN = FORM.replace("title", "titel").replace("type: text, label", "type: txt, lable")


@pytest.fixture
def data(tmp_path: Path) -> Path:
    return tmp_path / "data"


@pytest.fixture
def run(data: Path) -> Run:
    """Run a command; a traceback fails the test."""

    def invoke(*arguments: str | Path, typed: str = "") -> Result:
        result = CliRunner().invoke(main, ["--data", str(data), *map(str, arguments)], input=typed)
        if result.exception is not None and not isinstance(result.exception, SystemExit):
            raise result.exception
        return result

    return invoke


@pytest.fixture
def write(tmp_path: Path) -> Callable[[str, str], Path]:
    def written(name: str, text: str) -> Path:
        path = tmp_path / name
        path.write_text(text, "utf-8")
        return path

    return written


# ── help ──────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize("command", [[], *([name] for name in sorted(main.commands))])
def test_help_is_in_chinese(run: Run, command: list[str]) -> None:
    result = run(*command, "--help")
    assert result.exit_code == 0
    assert result.output.startswith("用法：")
    assert "显示这段说明。" in result.output
    assert not ENGLISH.search(result.output)


def test_every_command_and_option_is_explained() -> None:
    for command in (main, *main.commands.values()):
        assert re.search("[\u4e00-\u9fff]", command.help or ""), command.name
        for option in command.params:
            assert not isinstance(option, click.Option) or option.help, (command.name, option.name)


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["check"], "缺少 FORM，用法见 --help"),
        (["sumary"], "没有命令 sumary，是不是“summary”？"),
        (["merge", "--jsn"], "没有选项 --jsn，是不是“--json”？"),
        (["demo", "新文件夹", "--seed", "多"], "--seed 的值不对，用法见 --help"),
        (["demo", "一", "二"], "命令写得不对，用法见 --help"),
    ],
)
def test_a_slip_of_the_command_line_is_one_sentence(run: Run, arguments: list[str], said: str) -> None:
    result = run(*arguments)
    assert (result.exit_code, result.stderr, result.stdout) == (2, f"{said}\n", "")


@pytest.mark.parametrize("command", [["summary"], ["export"], []])
def test_a_file_is_no_data_folder(run: Run, data: Path, command: list[str]) -> None:
    data.write_text("", "utf-8")
    result = run(*command)
    assert (result.exit_code, result.stderr) == (2, f"--data “{data}”不是文件夹\n")


def test_a_file_on_the_way_to_the_data_folder(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("", "utf-8")
    result = CliRunner().invoke(main, ["--data", str(tmp_path / "file" / "data"), "summary"])
    assert result.exit_code == 1
    assert "不是文件夹，请换一个数据文件夹。" in result.stderr
    assert len(result.stderr.splitlines()) == 1


# ── definitions ───────────────────────────────────────────────────────────────────────


def test_a_file_to_be_written_gets_the_ending_by_which_other_programs_know_it(tmp_path: Path) -> None:
    (tmp_path / "有了").touch()
    names = {"清单": "清单.xlsx", "清单.XLSX": "清单.XLSX", "有了": "有了"}
    assert {name: File(".xlsx").convert(str(tmp_path / name), None, None).name for name in names} == names
    assert File().convert("清单", None, None) == Path("清单")


def test_check_of_a_good_form(run: Run, write: Callable[[str, str], Path]) -> None:
    result = run("check", write("form.yaml", FORM))
    assert result.exit_code == 0
    assert "小问卷（t 1）没有问题：1 个部分，编号题 2 道。" in result.output


def test_check_lists_every_fault_with_its_place(run: Run, write: Callable[[str, str], Path]) -> None:
    path = write("form.yaml", BROKEN)
    result = run("check", path)
    assert result.exit_code == 1
    assert result.stdout == ""
    places = [line.removeprefix(f"{path}:").split(":", 2) for line in result.stderr.splitlines()]
    assert [(int(line), int(column)) for line, column, _ in places] == [(1, 1), (3, 1), (10, 29)]
    assert [message.strip()[:12] for *_, message in places] == [
        "缺少“title”",
        "不认识的键“titel”",
        "不认识的题型“txt”，",
    ]


def test_check_of_a_form_that_is_not_there(run: Run, tmp_path: Path) -> None:
    result = run("check", tmp_path / "nowhere.yaml")
    assert (result.exit_code, result.stderr) == (1, f"{tmp_path / 'nowhere.yaml'}:1:1: 没有这个文件，请检查路径。\n")


@pytest.mark.parametrize("command", ["summary", "migrate"])
def test_a_broken_form_stops_a_command(run: Run, write: Callable[[str, str], Path], command: str) -> None:
    path = write("form.yaml", BROKEN)
    result = run("--form", path, command)
    assert result.exit_code == 1
    assert f"{path}:3:1: 不认识的键“titel”" in result.stderr


def test_schema_is_json(run: Run) -> None:
    result = run("schema")
    assert result.exit_code == 0
    assert json.loads(result.output)["$schema"].endswith("2020-12/schema")


@pytest.mark.parametrize(
    ("arguments", "shown"),
    [
        (["1 + 1"], "2（数字）\n"),
        (["${a} + ${b}", "--set", "a=1", "--set", "b=2"], "3（数字）\n"),
        (["months-between(${d}, date('2022-11-03'))", "--set", "d=2022-01-03"], "10（数字）\n"),
        (["sum(${m})", "--set", "m.r=1", "--set", "m.s=2"], "3（数字）\n"),
        (["number('')"], "空（数字）\n"),
    ],
)
def test_eval(run: Run, arguments: list[str], shown: str) -> None:
    result = run("eval", *arguments)
    assert (result.exit_code, result.stdout, result.stderr) == (0, shown, "")


def test_eval_says_what_was_not_given(run: Run) -> None:
    result = run("eval", "${a} = ''")
    assert (result.stdout, result.stderr) == ("是（是否）\n", "没有给出、按空计算：a\n")


def test_eval_points_at_a_fault(run: Run) -> None:
    result = run("eval", "if(1，2)")
    assert (result.exit_code, result.stdout) == (1, "")
    assert result.stderr == "请用半角逗号 ,（第 5 个字符）\nif(1，2)\n    ^\n"


# ── export, merge, demo ───────────────────────────────────────────────────────────────


def test_export_before_the_team_is_known(run: Run, tmp_path: Path) -> None:
    result = run("export", "--out", tmp_path / "out")
    assert result.exit_code == 1
    assert result.stderr.startswith("还没有登记组别")
    assert not (tmp_path / "out").exists()


def test_merge_names_the_file_that_is_not_ours(run: Run, tmp_path: Path) -> None:
    inbox = tmp_path / "收件箱"
    inbox.mkdir()
    (inbox / "会议记录.docx").write_bytes(b"PK\x03\x04 not ours")
    with open_campaign(tmp_path / "组") as store:
        store.set_settings(team="1", device="笔记本", member="张三")
        Recorder.start(store, store.form(), "230102", Actor("张三", 1, store.setting("device_id")))
    exported = CliRunner().invoke(main, ["--data", str(tmp_path / "组"), "export", "--out", str(inbox)])
    assert exported.exit_code == 0, exported.output
    assert run("trust", *re.findall(r"\d{4} \d{4} \d{4}", exported.output)[:1]).exit_code == 0
    result = run("merge", inbox)
    assert result.exit_code == 2
    assert "会议记录.docx" in result.stdout
    assert "并入或已有 1，没有并入 1" in result.stdout
    (inbox / "会议记录.docx").unlink()
    assert run("merge", inbox).exit_code == 0


def test_demo_refuses_a_folder_with_something_in_it(run: Run, tmp_path: Path) -> None:
    (tmp_path / "真实数据.txt").write_text("", "utf-8")
    result = run("demo", tmp_path)
    assert (result.exit_code, result.stdout) == (1, "")
    assert result.stderr == f"文件夹 {tmp_path} 不是空的，演示请用一个新文件夹，以免混入真实数据。\n"
    assert [path.name for path in tmp_path.iterdir()] == ["真实数据.txt"]


# ── migrate ───────────────────────────────────────────────────────────────────────────


@pytest.fixture
def drafts(data: Path, write: Callable[[str, str], Path]) -> list[str]:
    """Two drafts and a finished interview under the older form; their ids."""
    ids = []
    with open_campaign(data, write("form.yaml", FORM)) as store:
        store.set_settings(team="1", member="张三")
        for unit, chair in (("230102", "1"), ("230103", "2"), ("230104", "1")):
            recorder = Recorder.start(store, store.form(), unit, Actor("张三", 1, store.setting("device_id")))
            recorder.answer_many({"chair": chair, "story": "换届以后"})
            ids.append(recorder.interview.id)
        recorder.complete()
    return ids


def answers(data: Path, interview: str) -> dict[str, str]:
    with Store(data / STORE_NAME) as store:
        return {address: answer.value for address, answer in store.interview(interview).kept_answers().items()}


def versions(data: Path) -> list[str]:
    """The version every interview is filled in with, and the current one."""
    with Store(data / STORE_NAME) as store:
        every = [store.form(row.survey).survey.version for row in store.interviews()]
        return [*every, store.survey_heading().version]


def test_migrate_shows_and_asks(run: Run, drafts: list[str], data: Path, write: Callable[[str, str], Path]) -> None:
    result = run("migrate", "--form", write("newer.yaml", NEWER), typed="n\n")
    assert result.exit_code == 0
    for line in (
        "小问卷（t 2）：可迁移的草稿 2 份，不动的 1 份",
        "哈尔滨市道里区",
        "  保留 0 格",
        "  改名 chair → leader：主席是谁？＝专职",
        "  改名 chair → leader：主席是谁？＝兼职",
        "  放下 story：经过＝换届以后（新版没有这道题）",
        "  新增 1 题：phone",
        "不动：已完成，仍按原来的问卷保存；要换用新版请先退回草稿",
        "没有迁移，什么都没有改变。",
    ):
        assert line in result.output
    assert versions(data) == ["1", "1", "1", "1"]
    assert answers(data, drafts[0]) == {"chair": "1", "story": "换届以后"}


def test_no_answer_is_no(run: Run, drafts: list[str], data: Path, write: Callable[[str, str], Path]) -> None:
    """The end of the input does not start anything, and is not told in English."""
    result = run("migrate", "--form", write("newer.yaml", NEWER), typed="")
    assert result.exit_code == 0
    assert "没有迁移" in result.output
    assert not ENGLISH.search(result.output)
    assert versions(data) == ["1", "1", "1", "1"]


def test_migrate_moves_the_drafts(run: Run, drafts: list[str], data: Path, write: Callable[[str, str], Path]) -> None:
    newer = write("newer.yaml", NEWER)
    result = run("migrate", "--form", newer, typed="y\n")
    assert result.exit_code == 0
    assert "已迁移 2 份草稿。" in result.output
    assert versions(data) == ["2", "2", "1", "2"]
    assert answers(data, drafts[0])["leader"] == "1"
    again = run("migrate", "--form", newer, "--yes")
    assert "可迁移的草稿 0 份，不动的 1 份" in again.output
    assert "已迁移" not in again.output


def test_migrate_without_asking_to_what_is_current(
    run: Run, drafts: list[str], data: Path, write: Callable[[str, str], Path]
) -> None:
    with open_campaign(data, write("newer.yaml", NEWER)):
        pass  # the newer form is current; the drafts keep theirs
    assert versions(data) == ["1", "1", "1", "2"]
    result = run("migrate", "--yes")
    assert "已迁移 2 份草稿。" in result.output
    assert versions(data) == ["2", "2", "1", "2"]


def test_migrate_of_a_survey_that_is_not_installed(
    run: Run, drafts: list[str], write: Callable[[str, str], Path]
) -> None:
    result = run("migrate", "--yes", "--form", write("other.yaml", NEWER.replace("id: t", "id: other")))
    assert result.exit_code == 1
    assert "这里没有“other”这份问卷（已有：t）" in result.stderr


# ── looking after the data ──


@pytest.fixture
def answered(data: Path) -> Path:
    """A data folder with one answer and a snapshot of it."""
    with open_campaign(data) as store:
        actor = Actor("张三", 3, store.setting("device_id"))
        Recorder.start(store, store.form(), store.units(3)[0].code, actor).answer("chair_post", "1")
        take_snapshot(store)
    return data


def flip(path: Path, text: str) -> None:
    """Change a bit of the first place in a file where this text is."""
    content = bytearray(path.read_bytes())
    content[content.find(text.encode())] ^= 1
    path.write_bytes(content)


def test_doctor_says_that_all_is_well(run: Run, answered: Path) -> None:
    result = run("doctor")
    assert result.exit_code == 0
    assert "完好：1份答卷，2条记录" in result.output
    assert "备份：完好的1份" in result.output


def test_doctor_names_damage_and_saves_what_is_sound(run: Run, answered: Path, tmp_path: Path) -> None:
    flip(answered / STORE_NAME, "张三")
    before = (answered / STORE_NAME).read_bytes()
    result = run("doctor", "--to", tmp_path / "saved")
    assert result.exit_code == 2
    assert "损坏：“" in result.output
    assert "救回2条记录" in result.output
    assert (answered / STORE_NAME).read_bytes() == before
    with Store(tmp_path / "saved" / STORE_NAME) as store:
        assert store.interview(store.interviews()[0].id).answer("chair_post").value == "1"


def test_doctor_sees_a_projection_that_differs_from_the_history(run: Run, answered: Path) -> None:
    with Store(answered / STORE_NAME) as store, store.transaction():
        row = store.interviews()[0]
        store.put("answers", (row.id, "chair_post", "3", "answered", 0))  # with a checksum that fits
    result = run("doctor")
    assert result.exit_code == 2
    assert "第1题 的答案与记录不符" in result.output


def test_doctor_without_a_store_says_where_it_looked(run: Run, data: Path) -> None:
    result = run("doctor")
    assert result.exit_code == 1
    assert f"没有数据文件 {data / STORE_NAME}" in result.output


def test_restore_lists_snapshots_and_writes_one_into_a_new_folder(run: Run, answered: Path, tmp_path: Path) -> None:
    assert re.search(r"1  \d{4}-\d\d-\d\d \d\d:\d\d:\d\d +2条记录", run("restore").output)
    assert "没有第7份备份" in run("restore", "7", "--to", tmp_path / "x").output
    assert "已恢复到" in run("restore", "1", "--to", tmp_path / "x").output
    with Store(tmp_path / "x" / STORE_NAME) as store:
        assert store.interview(store.interviews()[0].id).answer("chair_post").value == "1"
    assert run("restore", "1", "--to", tmp_path / "x").exit_code == 1, "nothing is written over"


def test_restore_finds_the_snapshots_of_a_store_that_is_gone(run: Run, answered: Path) -> None:
    (answered / STORE_NAME).unlink()
    assert "2条记录" in run("restore").output


def test_a_disk_that_cannot_be_read_is_a_sentence(run: Run, data: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(store: Store) -> list[object]:
        raise sqlite3.OperationalError("disk I/O error")

    monkeypatch.setattr(Store, "surveys", fail)
    result = run("summary")
    assert result.exit_code == 1
    assert "数据文件读不出来" in result.output
