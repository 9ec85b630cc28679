"""`zoufang merge` and `zoufang receipt`, as people and programs run them: waiting, stopping, reports, exit codes."""

from __future__ import annotations

import json
import os
import re
import signal
import subprocess
import sys
import time
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from surveys.acts import Actor
from surveys.campaign import open_campaign
from surveys.recording import Recorder
from tui.cli import main

ROOT = Path(__file__).parents[2]
Run = Callable[..., Result]


@pytest.fixture
def run(tmp_path: Path) -> Run:
    """Run a command in the data folder of the office, or of somebody else."""

    def invoke(*arguments: str | Path, data: str = "省总") -> Result:
        result = CliRunner().invoke(main, ["--data", str(tmp_path / data), *map(str, arguments)])
        if result.exception is not None and not isinstance(result.exception, SystemExit):
            raise result.exception
        return result

    return invoke


@pytest.fixture
def inbox(run: Run, tmp_path: Path) -> Path:
    """The workbook of a team whose laptop the office has approved."""
    with open_campaign(tmp_path / "一组") as store:
        store.set_settings(team="1", device="一组联想", member="张三")
        recorder = Recorder.start(store, store.form(), "230102", Actor("张三", 1, store.setting("device_id")))
        recorder.answer("chair_post", "1")
    told = run("export", "--out", tmp_path / "收件箱", data="一组").output
    run("trust", *re.findall(r"\d{4} \d{4} \d{4}", told)[:1])
    return tmp_path / "收件箱"


def process(tmp_path: Path, inbox: Path, *options: str) -> subprocess.Popen[str]:
    """`zoufang merge` as a program of its own."""
    return subprocess.Popen(
        [sys.executable, "-m", "tui.cli", "--data", str(tmp_path / "省总"), "merge", str(inbox), *options],
        cwd=ROOT,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        start_new_session=True,
    )


def test_a_zip_is_merged_and_the_report_is_data(run: Run, inbox: Path, tmp_path: Path) -> None:
    with zipfile.ZipFile(tmp_path / "交来.zip", "w") as archive:
        for path in inbox.iterdir():
            archive.write(path, path.name)
        archive.writestr("说明.txt", "请查收")
    result = run("merge", tmp_path / "交来.zip", "--json")
    assert result.exit_code == 2
    report = json.loads(result.stdout)
    assert [line["outcome"] for line in report["lines"]] == ["new", "rejected"]
    assert report["lines"][1]["reason"] == "other_file"
    assert (report["duplicates"], report["stopped"]) == ([], False)
    guide = (ROOT / "docs" / "合并.md").read_text("utf-8")
    for name in (*report, *report["lines"][0], *report["lines"][0]["interviews"][0]):
        assert f"`{name}`" in guide, f"{name} is not documented"


def test_a_receipt_goes_back_and_is_taken_in(run: Run, inbox: Path, tmp_path: Path) -> None:
    assert "还没有送到" in run("receipt", data="一组").output
    result = run("merge", inbox, "--receipts", tmp_path / "回执")
    assert result.exit_code == 0
    (path,) = (tmp_path / "回执").iterdir()
    assert f"回执 {path}（1 份答卷）" in result.output
    told = run("receipt", path, data="一组").output
    assert "已登记回执" in told
    assert "办公室已全部收到的 1 份，没有收全的 0 份" in told
    wrong = run("receipt", path)
    assert (wrong.exit_code, wrong.stdout) == (1, "")
    assert "是给另一台电脑（一组联想）的回执" in wrong.stderr


def test_a_merge_waits_for_the_one_that_is_at_it(run: Run, inbox: Path, tmp_path: Path) -> None:
    """It says for whom, and goes on by itself."""
    with open_campaign(tmp_path / "省总") as store:
        store.set_settings(member="王五")
        waiting = process(tmp_path, inbox)
        assert waiting.stderr is not None
        told = waiting.stderr.readline() + waiting.stderr.readline()
        assert "录入人 王五" in told
        assert "正在等它用完" in told
        time.sleep(1)
        assert waiting.poll() is None
        assert not store.interviews()
    output, _ = waiting.communicate(timeout=60)
    assert waiting.returncode == 0
    assert "新增 1 份" in output


def test_two_merges_at_once_both_do_their_work(run: Run, inbox: Path, tmp_path: Path) -> None:
    both = [process(tmp_path, inbox) for _ in range(2)]
    outputs = [one.communicate(timeout=120)[0] for one in both]
    assert [one.returncode for one in both] == [0, 0]
    assert sorted("新增 1 份" in output for output in outputs) == [False, True]
    assert sum("以前读入过" in output for output in outputs) == 1


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="needs Ctrl+C as POSIX has it")
def test_ctrl_c_ends_after_the_workbook_at_hand_and_says_how_far(run: Run, inbox: Path, tmp_path: Path) -> None:
    (good,) = inbox.iterdir()
    for number in range(400):  # files that take no worker and no time, and then some more
        (inbox / f"{number:03}.txt").write_text(f"第{number}个", "utf-8")
    merging = process(tmp_path, inbox)
    assert merging.stdout is not None
    first = merging.stdout.readline()
    assert "000.txt" in first
    os.killpg(merging.pid, signal.SIGINT)  # as a terminal does: to the workers too
    output, error = merging.communicate(timeout=60)
    assert (merging.returncode, error) == (130, "")
    assert "按 Ctrl+C 停下了：以上的都已做完" in output
    (done,) = re.findall(r"共 (\d+) 个文件", output)
    assert 0 < int(done) < 400
    for path in inbox.glob("*.txt"):
        path.unlink()
    assert good.exists()
    assert run("merge", inbox).exit_code == 0


def test_a_data_folder_without_a_survey_is_one_sentence(run: Run, tmp_path: Path) -> None:
    result = run("merge", tmp_path / "没有", data="新的")
    assert result.exit_code == 2
    assert "“没有”找不到，没有读入" in result.stdout
