"""Several questionnaires on one laptop: switching, visit records, versions, languages."""

import json
from pathlib import Path

import pytest

from surveys.campaign import open_campaign
from surveys.loading import load_form
from tui.current_survey import outline
from tui.screens.home import Home
from tui.screens.interview import InterviewScreen
from tui.screens.newer import Newer

VISIT = """\
id: visit_small
version: "1"
title: 走访记录
unit: 一次走访
per_unit: many
sections:
  - name: all
    label: 走访
    questions:
      - {name: whom, type: select_one, label: 走访了谁, required: true, choices: [{name: "1", label: 企业}, {name: "2", label: 社区}]}
      - {name: said, type: text, label: 说了什么}
"""

BILINGUAL = """\
id: bilingual
version: "1"
title: {zh: 双语问卷, en: Bilingual}
unit: 单位
languages: {zh: 中文, en: English}
sections:
  - name: all
    label: {zh: 全部, en: All}
    questions:
      - name: heads
        type: integer
        label: {zh: 多少人, en: How many people}
        warnings: [{check: . < 100, message: {zh: 人数很多, en: That is many}}]
      - {name: kind, type: select_one, label: {zh: 哪一类, en: Which kind}, choices: [{name: "1", label: {zh: 企业, en: Firm}}, {name: "2", label: {zh: 社区, en: Quarter}}]}
      - {name: note, type: text, label: {zh: 说明, en: Remark}, max_length: 20}
"""

OLD = """\
id: moving
version: "1"
title: 会变的问卷
unit: 单位
sections:
  - name: all
    label: 全部
    questions:
      - {name: kept, type: integer, label: 不变的题}
      - {name: before, type: select_one, label: 改名的题, choices: [{name: "1", label: 甲}, {name: "2", label: 乙}]}
      - {name: gone, type: text, label: 取消的题}
"""

NEW = """\
id: moving
version: "2"
title: 会变的问卷
unit: 单位
sections:
  - name: all
    label: 全部
    questions:
      - {name: kept, type: integer, label: 不变的题}
      - {name: after, was: before, type: select_one, label: 新名的题, choices: [{name: "1", label: 甲}, {name: "2", label: 乙}]}
      - {name: extra, type: text, label: 新加的题}
"""


def install(data: Path, text: str) -> None:
    """Make a definition one of the installed ones, or the newer version of one."""
    path = data.parent / "definition.yaml"
    path.write_text(text, "utf-8")
    with open_campaign(data) as store:
        store.install(load_form(path).survey, store.units(), store.teams())


@pytest.fixture
def visits(data):
    install(data, VISIT)
    with open_campaign(data) as store:
        store.set_settings(shown_survey="visit_small")


@pytest.fixture
def bilingual(data):
    install(data, BILINGUAL)
    with open_campaign(data) as store:
        store.set_settings(shown_survey="bilingual")


@pytest.fixture
def moved(data):
    """A data folder in which a draft was begun before its survey changed."""
    install(data, OLD)
    with open_campaign(data) as store:
        store.set_settings(shown_survey="moving")


def line_of(desk, unit: str) -> str:
    return next(line for line in desk.screen.splitlines() if unit in line)


# ── switching ──


async def test_a_key_switches_the_survey_and_the_list_shows_its_interviews_only(open_app, data):
    install(data, VISIT)
    async with open_app() as desk:
        assert "县级工会摸底调查问卷" in desk.screen.splitlines()[0]
        await desk.open()
        await desk.press("2", "escape")
        assert "草稿" in line_of(desk, "香坊区")
        seen = set()
        for _ in desk.app.store.surveys():
            await desk.press("f2")
            seen.add(desk.screen.splitlines()[0].strip().split("  ")[0].split(" · ")[-1])
            if "走访记录" in desk.screen.splitlines()[0]:
                assert "未记" in line_of(desk, "香坊区")
        assert {"县级工会摸底调查问卷", "走访记录"} <= seen
        assert "草稿" in line_of(desk, "香坊区")


async def test_the_switched_survey_is_there_after_reopening_and_is_the_one_that_is_begun(open_app, visits):
    async with open_app() as desk:
        assert "走访记录" in desk.screen.splitlines()[0]
        await desk.open()
        assert desk.interview.form.survey.id == "visit_small"
        await desk.press("escape", "f8")
        assert "问卷：走访记录（visit_small，版本 1）" in desk.screen


async def test_without_a_second_survey_there_is_nothing_to_switch(open_app, small_form):
    async with open_app(definition=small_form("- {name: a, type: integer, label: 甲}")) as desk:
        assert "F2" not in desk.screen
        before = desk.screen
        await desk.press("f2")
        assert desk.screen == before


async def test_a_survey_that_is_not_installed_any_more_gives_way_to_the_main_one(open_app, data):
    with open_campaign(data) as store:
        store.set_settings(shown_survey="gone")
    async with open_app() as desk:
        assert "县级工会摸底调查问卷" in desk.screen.splitlines()[0]


# ── many records per unit ──


async def test_a_unit_without_records_starts_one_at_once(open_app, visits):
    async with open_app() as desk:
        await desk.open()
        await desk.press("1", "escape")
        assert "1次" in line_of(desk, "香坊区")
        assert "草稿1" in line_of(desk, "香坊区")
        assert "共1次 单位 1/18" in desk.screen


async def test_a_unit_with_records_lists_them_and_a_new_one_can_be_begun(open_app, visits):
    async with open_app() as desk:
        await desk.open()
        await desk.press("1", *"甲厂", "enter", "f10", "enter", "escape", "escape")
        first = desk.app.store.interviews(survey_id="visit_small")[0]
        assert first.stage == "complete"
        await desk.press("enter")
        assert "的记录" in desk.screen
        assert "新记一次" in desk.screen
        assert "完成   张三" in line_of(desk, "已答 2/2")
        await desk.press("enter")
        assert isinstance(desk.app.screen, InterviewScreen)
        second = desk.interview.id
        assert second != first.id
        await desk.press("2", "escape")
        assert "2次" in line_of(desk, "香坊区")
        await desk.press("enter", "enter")  # the cursor is on the draft
        assert desk.interview.id == second
        await desk.press("escape", "enter", "down", "enter")
        assert desk.interview.id == first.id


async def test_leaving_the_list_of_records_begins_nothing(open_app, visits):
    async with open_app() as desk:
        await desk.open()
        await desk.press("escape", "enter", "escape")
        assert isinstance(desk.app.screen, Home)
        assert len(desk.app.store.interviews(survey_id="visit_small")) == 1


async def test_a_void_record_does_not_count_but_is_listed(open_app, visits):
    async with open_app() as desk:
        await desk.open()
        await desk.press("f9", "f12", *"记错了", "enter", "escape", "escape")
        assert "0次" in line_of(desk, "香坊区")
        assert "共0次 单位 0/18" in desk.screen
        await desk.press("enter")
        assert "作废" in desk.screen


# ── export ──


async def test_every_survey_that_was_filled_in_is_exported_with_its_own_check_code(open_app, data, visits):
    async with open_app() as desk:
        await desk.open()
        await desk.press("1", "escape")
        while "县级工会摸底调查问卷" not in desk.screen:
            await desk.press("f2")
        await desk.open()
        await desk.press("1", "escape", "f4")
        written = sorted(path.name for path in (data / "导出").glob("*.xlsx"))
        assert len(written) == 2
        assert desk.screen.count("校验码") == 2
        flat = "".join(desk.screen.split())
        assert all(name in flat for name in written)


# ── languages ──


async def test_a_key_changes_the_language_on_the_spot_and_keeps_answers_and_place(open_app, bilingual):
    async with open_app() as desk:
        await desk.open()
        await desk.press(*"200", "enter", "enter")
        assert desk.at == "kind"
        await desk.press("2", "pageup", "ctrl+l")
        assert desk.at == "kind"
        assert "Which kind" in desk.screen
        assert "● 2 Quarter" in desk.screen
        assert "How many people" in desk.screen  # the index too
        await desk.press("pageup")
        assert "That is many" in desk.screen
        assert desk.value("heads") == "200"
        await desk.press("ctrl+l")
        assert "人数很多" in desk.screen


async def test_answers_given_in_either_language_are_the_same_answers(open_app, bilingual):
    async with open_app() as desk:
        await desk.open()
        digest = desk.interview.form.digest
        await desk.press("ctrl+l", *"7", "enter", "1", "escape")
        (row,) = desk.app.store.interviews(survey_id="bilingual")
        assert row.survey == digest
        assert desk.app.store.interview(row.id).answer("kind").value == "1"


async def test_the_language_is_remembered_and_can_be_set_beforehand(open_app, bilingual):
    async with open_app() as desk:
        await desk.press("f6")
        assert "问卷语言：中文" in desk.screen
        assert "Ctrl+L 语言" in desk.screen
        await desk.press("ctrl+l", "f10")
        await desk.open()
        assert "How many people" in desk.screen
    async with open_app() as desk:
        await desk.open()
        assert "How many people" in desk.screen


async def test_leaving_the_settings_by_escape_changes_no_switch(open_app, bilingual):
    async with open_app() as desk:
        await desk.press("f6", "ctrl+l", "f7", "escape")
        assert desk.app.store.setting("language") == ""
        assert desk.app.store.setting("advance") == ""


async def test_text_that_was_refused_keeps_the_language_until_it_is_put_right(open_app, bilingual):
    async with open_app() as desk:
        await desk.open()
        await desk.press(*"many", "ctrl+l")
        assert "多少人" in desk.screen
        assert desk.room.pane.editor.line.text == "many"


async def test_a_survey_in_one_language_has_no_such_key(open_app):
    async with open_app() as desk:
        await desk.press("f6")
        assert "Ctrl+L" not in desk.screen
        await desk.press("escape")
        await desk.open()
        assert "Ctrl+L" not in desk.screen


# ── a newer version ──


async def begin_and_renew(open_app, data):
    async with open_app() as desk:
        await desk.open()
        await desk.press("5", "enter", "2", *"老答案", "enter")
    install(data, NEW)


async def test_an_older_draft_shows_what_the_newer_version_would_do_and_waits(open_app, data, moved):
    await begin_and_renew(open_app, data)
    async with open_app() as desk:
        await desk.press("ctrl+u", *"230110", "enter")
        assert isinstance(desk.app.screen, Newer)
        assert "版本 1 → 2" in desk.screen
        assert "照旧保留的答案：1处" in desk.screen
        assert "2、改名的题 → 2、新名的题：乙" in desk.screen
        assert "3、取消的题：老答案（新版没有这道题）" in desk.screen
        assert "3、新加的题" in desk.screen
        assert "Enter 先用旧版继续  F10 换用新版  F1 帮助  Esc 返回" in desk.screen
        await desk.press("f1")
        assert "新版问卷：这一屏的按键" in desk.screen
        await desk.press("escape")
        (row,) = desk.app.store.interviews(survey_id="moving")
        await desk.press("escape")
        assert isinstance(desk.app.screen, Home)
        assert desk.app.store.interviews(survey_id="moving") == [row]


async def test_an_old_console_gets_ascii_there_too(open_app, data, moved, monkeypatch):
    monkeypatch.setenv("ZOUFANG_ASCII", "1")
    await begin_and_renew(open_app, data)
    async with open_app() as desk:
        await desk.press("ctrl+u", *"230110", "enter")
        assert "版本 1 -> 2" in desk.screen
        await desk.press("enter", "f9", "f7")
        assert not set(desk.screen) & set("→✓○●◐▶")


async def test_going_on_with_the_old_version_changes_nothing_and_asks_again(open_app, data, moved):
    await begin_and_renew(open_app, data)
    async with open_app() as desk:
        for _ in range(2):
            await desk.press("ctrl+u", *"230110", "enter")
            assert isinstance(desk.app.screen, Newer)
            await desk.press("enter")
            assert desk.value("gone") == "老答案"
            await desk.press("escape")


async def test_moving_to_the_newer_version_carries_the_answers_over(open_app, data, moved):
    await begin_and_renew(open_app, data)
    async with open_app() as desk:
        await desk.press("ctrl+u", *"230110", "enter", "f10")
        assert desk.interview.form.survey.version == "2"
        assert desk.value("kept") == "5"
        assert desk.value("after") == "2"
        assert any(event.value == "老答案" for event in desk.interview.events)
        await desk.press("escape", "enter")
        assert isinstance(desk.app.screen, InterviewScreen)


async def test_a_completed_interview_is_never_asked_to_move(open_app, data, moved):
    async with open_app() as desk:
        await desk.open()
        await desk.press("5", "enter", "2", *"好", "enter", "f10", "enter")
        assert desk.interview.stage == "complete"
    install(data, NEW)
    async with open_app() as desk:
        await desk.open()
        assert desk.interview.form.survey.version == "1"


# ── what is known without the models ──


def test_the_outline_of_a_definition_is_what_the_model_says(data, bilingual):
    install(data, VISIT)
    with open_campaign(data) as store:
        for heading in store.surveys():
            survey = store.form(heading.digest).definition
            said = outline(store, heading.digest)
            assert said.many is (survey.per_unit == "many")
            assert said.notice == survey.notice
            assert dict(said.languages) == (survey.languages if len(survey.languages) > 1 else {})
            assert "per_unit" not in json.loads(store.definition_json(heading.digest)) or said.many
