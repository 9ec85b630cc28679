"""`zoufang quality` lists what should be looked at, and writes it to a file."""

from click.testing import CliRunner

from surveys.acts import Actor
from surveys.campaign import open_campaign
from surveys.recording import Recorder
from tui.cli import main


def test_the_list_is_printed_and_written(tmp_path):
    with open_campaign(tmp_path / "data") as store:
        unit = store.units()[0].code
        for team in (0, 1):
            Recorder.start(store, store.form(), unit, Actor("张三", team, "d"))
    done = CliRunner().invoke(main, ["--data", str(tmp_path / "data"), "quality", "--csv", str(tmp_path / "质量.csv")])
    assert done.exit_code == 0, done.output
    assert "查了2份答卷" in done.output
    assert "重复的单位（duplicate）：须处理2" in done.output
    assert (tmp_path / "质量.csv").read_text("utf-8-sig").count("duplicate") == 2


def test_an_unknown_questionnaire_is_refused_with_a_sentence(tmp_path):
    with open_campaign(tmp_path / "data"):
        pass
    done = CliRunner().invoke(main, ["--data", str(tmp_path / "data"), "quality", "--survey", "nix"])
    assert done.exit_code == 1
    assert "没有问卷“nix”" in done.output or "还没有问卷“nix”" in done.output
