"""What the unit answered in the round before, beside the question that asks it again."""

import pytest

from surveys.acts import Actor
from surveys.answers import Status
from surveys.campaign import open_campaign
from surveys.recording import Recorder

UNIT = "230110"
OLD = """\
id: small
version: "1"
title: 小问卷
unit: 单位
round: "2025"
statuses: [dont_know]
sections:
  - name: all
    label: 全部
    questions:
      - {name: old, type: integer, label: 几人？, unit: 人}
      - {name: b, type: select_one, label: 哪种？, choices: [{name: "1", label: 旧的说法}, {name: "96", label: 其他, specify: true}]}
      - {name: c, type: matrix, label: 各几人？, cell: {type: integer, unit: 人}, rows: [{name: r, label: 头行}, {name: s, label: 次行}]}
      - {name: d, type: roster, label: 登记, item_label: "${f}", none_label: 暂无, questions: [{name: f, type: text, label: 名称}]}
      - {name: tel, type: text, label: 电话}
      - {name: long, type: text, multiline: true, label: 长文}
      - {name: hid, type: text, label: 隐题, relevant: "${old} > 100"}
      - {name: pay, type: matrix, label: 收入, cell: {type: integer}, rows: [{name: r, label: 甲}]}
"""
NEW = (
    OLD.replace('version: "1"', 'version: "2"')
    .replace('"2025"', '"2026"')
    .replace("name: old,", "name: people, was: old,")
    .replace("${old} > 100", "${people} < 100")
    .replace("label: 旧的说法", "label: 新的说法")
    .replace("{name: r, label: 头行}", "{name: rr, was: r, label: 头行}")
    .replace("label: 电话", "label: 电话, sensitive: true")
    .replace("label: 收入", "label: 收入, sensitive: true")
)


@pytest.fixture
def rounds(tmp_path):
    """Write both definitions; a store with the round before filled in, and the new one current."""
    (tmp_path / "old.yaml").write_text(OLD)
    (tmp_path / "new.yaml").write_text(NEW)
    folder = tmp_path / "both"
    with open_campaign(folder, tmp_path / "old.yaml") as store:
        store.set_settings(team="1", device="一组联想", member="张三")
        actor = Actor("张三", 1, store.setting("device_id"))
        recorder = Recorder.start(store, store.form(store.survey_digest("small")), UNIT, actor)
        recorder.answer_many(
            {"old": "45", "b": "96", "b.96": "正在起草", "c.r": "20", "tel": "13812345678", "pay.r": "77"}
        )
        recorder.set_status("c.s", Status.DONT_KNOW)
        for name in ("书屋", "文化宫"):
            row = recorder.add_row("d")
            recorder.answer(f"d[{row}].f", name)
        recorder.answer("long", "第一行\n" + "很长" * 100)
        recorder.complete()
    open_campaign(folder, tmp_path / "new.yaml").close()
    return folder


async def test_the_question_shows_the_last_answer_in_the_words_of_then(open_app, rounds):
    async with open_app(data=rounds) as desk:
        await desk.open()
        assert desk.at == "people"
        assert "上一轮（2025年）：45 人" in desk.screen
        await desk.press(*"50", "enter")
        assert "上一轮（2025年）：其他（正在起草）" in desk.screen
        assert "新的说法" in desk.screen
        await desk.go("d")
        assert "上一轮（2025年）：2项：书屋、文化宫" in desk.screen


async def test_a_grid_shows_it_for_the_cell_one_is_in(open_app, rounds):
    async with open_app(data=rounds) as desk:
        await desk.open()
        await desk.go("c")
        assert "上一轮（2025年）：20 人" in desk.screen
        await desk.press("enter")
        assert "上一轮（2025年）：不掌握" in desk.screen
        assert desk.screen.count("上一轮") == 1


async def test_it_is_one_line(open_app, rounds):
    async with open_app(data=rounds) as desk:
        await desk.open()
        await desk.go("long")
        lines = [line for line in desk.screen.splitlines() if "第一行⏎很长" in line]
        assert len(lines) == 1
        assert "很长" not in desk.screen.replace(lines[0], "")


@pytest.mark.parametrize("question", ["tel", "pay", "hid"])
async def test_not_what_is_sensitive_now_and_not_what_was_not_asked(open_app, rounds, question):
    async with open_app(data=rounds) as desk:
        await desk.open()
        await desk.press(*"50", "enter")
        await desk.go(question)
        assert desk.room.pane.editor is not None
        assert "上一轮" not in desk.screen
        assert "13812345678" not in desk.screen


async def test_a_unit_without_a_round_before_shows_nothing(open_app, rounds):
    async with open_app(data=rounds) as desk:
        await desk.open("230102")
        assert "上一轮" not in desk.screen


async def test_it_is_read_once_when_the_interview_is_opened(open_app, rounds):
    async with open_app(data=rounds) as desk:
        await desk.open()
        asked = []
        desk.app.store.conn.set_trace_callback(asked.append)
        await desk.press(*"50", "enter", "pagedown", "1", "enter", "2", "enter")
        desk.app.store.conn.set_trace_callback(None)
        assert asked
        assert not [sql for sql in asked if "theirs" in sql or ("FROM events" in sql and "ORDER BY id" in sql)]


async def test_the_review_does_not_show_it(open_app, rounds):
    async with open_app(data=rounds) as desk:
        await desk.open()
        await desk.press("f9", "f7")
        assert "上一轮" not in desk.screen
