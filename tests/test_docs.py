"""The documents say what is so: their questionnaires load, their commands exist, their keys are the app's."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from surveys.loading import load_form
from tui.cli import main
from tui.keys import commands_of, key_name

ROOT = Path(__file__).parents[1]
GUIDE = (ROOT / "docs/问卷定义.md").read_text("utf-8")
README = (ROOT / "README.md").read_text("utf-8")
EXAMPLES = re.findall(r"```yaml\n(.*?)```", GUIDE, re.DOTALL)


@pytest.mark.parametrize("number", range(len(EXAMPLES)))
def test_every_questionnaire_in_the_guide_loads(number: int, tmp_path: Path) -> None:
    path = tmp_path / "guide.yaml"
    path.write_text(EXAMPLES[number], "utf-8")
    assert load_form(path).items


def test_the_parts_in_the_guide_fit_a_question(tmp_path: Path) -> None:
    (part,) = re.findall(r"```yaml-part\n(.*?)```", GUIDE, re.DOTALL)
    inside = "".join(f"        {line}\n" for line in part.splitlines())
    question = "      - name: bad\n        type: matrix\n        label: 表\n        cell: {type: integer}\n"
    rows = "        rows: [{name: a, label: 甲}]\n"
    path = tmp_path / "part.yaml"
    head = EXAMPLES[0].rstrip() + "\n"
    path.write_text(head + question + rows + inside, "utf-8")
    assert load_form(path).by_name["bad"].rules


@pytest.mark.parametrize("text", [GUIDE, README], ids=["guide", "readme"])
def test_every_command_that_is_named_exists(text: str) -> None:
    named = set(re.findall(r"`(?:\S*/)?zoufang ([a-z]+)", text))
    assert named
    assert named <= set(main.commands)


def test_the_readme_names_every_command() -> None:
    assert set(main.commands) <= set(re.findall(r"`zoufang ([a-z]+)", README))


def test_the_readme_names_every_key_of_the_interview_screen() -> None:
    table = README[README.index("## 填写界面的按键") : README.index("## 限制")]
    named = set(re.findall(r"^\| ([^|]+?) \|", table, re.MULTILINE)) - {"键", "---"}
    told_elsewhere = {"slash", "palette", "quit"}
    commands = [command for command in commands_of("interview") if command.id not in told_elsewhere]
    keys = {key_name(command) for command in commands if command.action}
    everywhere = {"数字", "Enter"}
    assert keys | everywhere == named


@pytest.mark.parametrize("heading", ["## 办公室", "## The office"])
def test_the_readme_names_every_key_of_the_office(heading: str) -> None:
    section = README.partition(f"{heading}\n")[2].partition("\n## ")[0]
    everywhere = {"F1", "Esc", "Ctrl+P", "Ctrl+Q"}
    rooms = (
        "inbox",
        "conflicts",
        "duplicates",
        "combining",
        "corrections",
        "rejected",
        "laptops",
        "coverage",
        "rounds",
        "explorer",
        "quality",
    )
    for room in rooms:
        keys = {key_name(command) for command in commands_of(room) if command.action} - everywhere
        missing = {key for key in keys if not re.search(rf"(?<![F\d]){re.escape(key)}(?!\d)", section)}
        assert not missing, (room, missing)
