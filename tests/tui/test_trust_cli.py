"""From a team's laptop to the office on the command line: fingerprints, approvals and opening passwords."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from surveys.acts import Actor
from surveys.campaign import open_campaign
from surveys.recording import Recorder
from tui.cli import main

FINGERPRINT = re.compile(r"\d{4} \d{4} \d{4}")
Run = Callable[..., Result]

FORM = """\
id: t
version: "1"
title: 小问卷
unit: 单位
sections:
  - name: one
    label: 一
    questions: [{name: heads, type: integer, label: 多少人？}]
"""


@pytest.fixture
def form(tmp_path: Path) -> Path:
    """A questionnaire that is quickly filled in and written."""
    path = tmp_path / "form.yaml"
    path.write_text(FORM, "utf-8")
    return path


@pytest.fixture
def run(tmp_path: Path, form: Path) -> Run:
    """Run a command of somebody's data folder; a traceback fails the test."""

    def invoke(whose: str, *arguments: str | Path, typed: str = "") -> Result:
        data = ["--data", str(tmp_path / whose), "--form", str(form)]
        result = CliRunner().invoke(main, [*data, *map(str, arguments)], input=typed)
        if result.exception is not None and not isinstance(result.exception, SystemExit):
            raise result.exception
        return result

    return invoke


@pytest.fixture
def inbox(tmp_path: Path, form: Path) -> Path:
    """Where the team's workbook goes; the team's laptop is in the folder 组."""
    with open_campaign(tmp_path / "组", form) as store:
        store.set_settings(team="3", device="三组联想", member="张三")
        actor = Actor("张三", 3, store.setting("device_id"))
        Recorder.start(store, store.form(), store.units(3)[0].code, actor).answer("heads", "12")
    return tmp_path / "收件箱"


@pytest.fixture
def somebody(monkeypatch: pytest.MonkeyPatch) -> None:
    """Somebody sits at the keyboard."""
    monkeypatch.setattr("tui.passwords._somebody_there", lambda: True)


def test_the_office_approves_the_laptop_it_hears_on_the_phone(run: Run, inbox: Path) -> None:
    exported = run("组", "export", "--out", inbox)
    (fingerprint,) = set(FINGERPRINT.findall(exported.stdout))
    assert "请把指纹" in exported.stdout
    refused = run("省总", "merge", inbox)
    assert refused.exit_code == 2
    for words in ("第3组 三组联想", fingerprint, "zoufang trust"):
        assert words in refused.stdout
    assert f"待认可：第3组 三组联想，指纹 {fingerprint}" in run("省总", "trust").stdout
    approved = run("省总", "trust", *fingerprint.split())
    assert approved.stdout == f"已认可：第3组 三组联想，指纹 {fingerprint}。\n"
    assert run("省总", "merge", inbox).exit_code == 0
    assert "请把指纹" not in run("组", "export", "--out", inbox).stdout  # said once; now only the number
    assert run("省总", "trust", "--withdraw", fingerprint).stdout.startswith("已撤销：")


def test_it_can_be_approved_before_anything_came(run: Run, inbox: Path) -> None:
    (fingerprint,) = FINGERPRINT.findall(run("组", "trust").stdout)
    assert run("省总", "trust", fingerprint.replace(" ", "")).exit_code == 0
    run("组", "export", "--out", inbox)
    assert run("省总", "merge", inbox).exit_code == 0


def test_what_is_no_fingerprint_or_not_known_is_a_sentence(run: Run) -> None:
    for arguments, sentence in ((["12"], "12 位数字"), (["--withdraw", "123456789012"], "没有指纹为")):
        result = run("省总", "trust", *arguments)
        assert result.exit_code == 1
        assert sentence in result.stderr


def test_the_express_wish_is_in_the_report(run: Run, inbox: Path) -> None:
    run("组", "export", "--out", inbox)
    report = json.loads(run("省总", "merge", "--unverified", "--json", inbox).stdout)
    (line,) = report["lines"]
    assert line["standing"] == "unapproved"
    assert {done["mark"] for done in line["interviews"]} == {"电脑未认可"}


def test_a_password_is_asked_twice_and_again_by_the_office(run: Run, inbox: Path, somebody: None) -> None:
    exported = run("组", "export", "--out", inbox, "--password", typed="甲\n乙\n工会\n工会\n")
    assert exported.exit_code == 0
    assert "两遍不一样" in exported.stderr
    assert "工会" not in exported.output
    (path,) = inbox.iterdir()
    assert path.stem.endswith("_加密")
    assert "没有读入" in run("省总", "merge", inbox, typed="\n").stdout
    merged = run("省总", "merge", "--unverified", inbox, typed="错\n工会\n")
    assert merged.exit_code == 0
    assert merged.stderr.count("密码不对") == 1


def test_after_three_wrong_passwords_the_others_go_on(run: Run, inbox: Path, somebody: None) -> None:
    run("组", "export", "--out", inbox, "--password", typed="工会\n工会\n")
    (inbox / "说明.txt").write_text("无关")
    merged = run("省总", "merge", "--unverified", inbox, typed="一\n二\n三\n工会\n")
    assert merged.exit_code == 2
    assert "设了打开密码，没有读入" in merged.stdout
    assert "说明.txt" in merged.stdout


def test_where_nobody_can_type_the_environment_gives_it(run: Run, inbox: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    refused = run("组", "export", "--out", inbox, "--password")
    assert refused.exit_code == 1
    assert "ZOUFANG_PASSWORD" in refused.stderr
    monkeypatch.setenv("ZOUFANG_PASSWORD", "工会")
    assert run("组", "export", "--out", inbox, "--password").exit_code == 0
    assert run("省总", "merge", "--unverified", inbox).exit_code == 0
    monkeypatch.delenv("ZOUFANG_PASSWORD")
    assert "打开密码" in run("别处", "merge", "--unverified", inbox).stdout


@pytest.mark.parametrize("file_format", ["csv", "json"])
def test_data_files_take_no_password(run: Run, file_format: str) -> None:
    result = run("组", "export", "--password", "--format", file_format)
    assert result.exit_code == 1
    assert "不加密" in result.stderr
