"""What stands around a question: the round before, who answers, what is personal, why it is changed."""

import re

import pytest

from surveys.acts import Actor
from surveys.campaign import open_campaign
from surveys.recording import Recorder

SIZES = {"80x24": (80, 24), "120x40": (120, 40)}
FORM = """\
id: small
version: "{version}"
title: 小问卷
unit: 单位
round: "{round}"
evidence: [口头, 台账]
sections:
  - name: all
    label: 基本情况
    questions:
      - {{name: people, type: integer, label: 现有多少人？, hint: 含临时工, unit: 人, required: true, statuses: [dont_know]}}
      - {{name: tel, type: text, label: 主席的手机号？, sensitive: true}}
      - {{name: grid, type: matrix, label: 人员构成, cell: {{type: integer, unit: 人}}, rows: [{{name: x, label: 男}}, {{name: y, label: 女}}]}}
      - {{name: staff, type: roster, label: 登记委员, item_label: "${{post}}", questions: [{{name: post, type: text, label: 职务}}, {{name: who, type: text, label: 姓名, sensitive: true}}]}}
"""


@pytest.fixture(params=SIZES, ids=list(SIZES))
def size(request):
    return SIZES[request.param]


@pytest.fixture
def looks(snapshot):
    def check(desk, name):
        assert re.sub(r"\d\d:\d\d:\d\d", "hh:mm:ss", desk.screen) == snapshot(name=name)

    return check


@pytest.fixture
def rounds(tmp_path):
    """A store in which the unit was asked the year before."""
    old, new = tmp_path / "old.yaml", tmp_path / "new.yaml"
    old.write_text(FORM.format(version=1, round=2025))
    new.write_text(FORM.format(version=2, round=2026))
    with open_campaign(tmp_path / "both", old) as store:
        store.set_settings(team="1", device="一组联想", member="张三")
        actor = Actor("张三", 1, store.setting("device_id"))
        recorder = Recorder.start(store, store.form(store.survey_digest("small")), "230110", actor)
        recorder.answer_many({"people": "45", "tel": "13800001111", "grid.x": "20", "grid.y": "25"})
        recorder.complete()
    open_campaign(tmp_path / "both", new).close()
    return tmp_path / "both"


async def test_around_a_question(open_app, rounds, looks, size):
    async with open_app(data=rounds, size=size) as desk:
        await desk.open()
        await desk.press("ctrl+t", *"张三（财务部长）", "enter", "4", "7")
        looks(desk, "the round before and who is answering")
        await desk.press("enter", *"13812345678", "enter", *"20", "enter", *"27", "ctrl+t", *"李四（主席）")
        looks(desk, "somebody else")
        await desk.press("enter", "enter", "enter", *"主席", "enter", *"王五", "enter", "pagedown")
        await desk.press("f7")
        looks(desk, "the whole interview")
        await desk.press("f7", "f10", "enter", "f10")
        looks(desk, "opening again")
        await desk.press("2", "escape")
        await desk.go("tel")
        looks(desk, "masked")
        await desk.press("f12")
        looks(desk, "shown")
        await desk.go("people")
        await desk.press("f5", "2", "f2", *"含新招的", "enter", "backspace", "8", "enter")
        looks(desk, "why")
        await desk.press("enter")
        await desk.go("staff")
        await desk.press("up", "enter", "enter")
        looks(desk, "a masked field")


async def test_masked_in_ascii(open_app, rounds, looks, monkeypatch):
    monkeypatch.setenv("ZOUFANG_ASCII", "1")
    async with open_app(data=rounds) as desk:
        await desk.open()
        await desk.press("4", "enter", *"13812345678", "enter", "pageup")
        looks(desk, "ascii")
