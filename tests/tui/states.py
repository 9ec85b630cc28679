"""Every screen of the app in every state that matters, and the keys that lead there.

`make_world` makes the data folder they start from: units that are untouched, half done, ready, completed and void,
a visit, a small survey of which there is a newer version, and one that went on to a new round.
"""

from __future__ import annotations

import datetime as dt
import re
from dataclasses import dataclass
from itertools import count
from pathlib import Path
from tempfile import NamedTemporaryFile
from types import SimpleNamespace
from unittest.mock import patch

from exports.signing import LaptopKey, keep_key
from surveys import recording
from surveys.acts import Actor
from surveys.campaign import open_campaign
from surveys.form import Form
from surveys.loading import library, load_form
from surveys.recording import Recorder
from surveys.store import Store
from tests.tui.conftest import Desk
from tests.tui.office_world import add_office_matters, add_second_round
from tests.tui.register_world import add_register
from tests.tui.typist import UNIT, Typist

UNTOUCHED, HALF, READY, COMPLETE, VOID = "230102", "230103", UNIT, "230104", "230108"
MEMBER, TEAM = "张三", 1
PRIVATE, PUBLIC = "01" * 32, "8a88e3dd7409f195fd52db2d3cba5d72ca6709bf1d94121bf3748801b40f6f5c"
"""The laptop's key, so that its fingerprint is the same every day."""


def clock() -> dt.datetime:
    """When the world was made, so that its screens look the same every day."""
    return dt.datetime(2022, 11, 7, 6, 30, tzinfo=dt.UTC)


SMALL = """\
id: small
version: "{version}"
title: {{zh: 小问卷, en: Small survey}}
unit: 单位
languages: {{zh: 中文, en: English}}
sections:
  - name: all
    label: {{zh: 全部, en: All}}
    questions:
      - {{name: intro, type: note, label: {{zh: 请先读这一段, en: Please read this}}}}
      - {{name: heads, type: integer, label: {{zh: 多少人, en: How many}}, statuses: [dont_know, refused]}}
      - {{name: phone, type: text, label: {{zh: 电话, en: Telephone}}, sensitive: true}}
      - {{name: {name}, type: text, label: {{zh: 说明, en: Remark}}}}
"""

YEARLY = """\
id: yearly
version: "{year}"
round: "{year}"
title: 年度问卷
unit: 单位
sections:
  - name: all
    label: 全部
    questions:
      - {{name: heads, type: integer, label: 多少人, unit: 人}}
      - {{name: kind, type: select_one, label: 哪一类, choices: [{{name: "1", label: 企业}}, {{name: "2", label: 社区}}]}}
"""


@dataclass(frozen=True)
class State:
    """A moment of the app."""

    place: str
    """The room, or the room and the editor: what the command table calls it."""
    screen: str
    """Name of the class of the screen on top."""
    keys: tuple[str, ...] = ()
    """From the home screen; `@name` goes to a question."""
    survey: str = ""
    """The survey to be filled in; "" is the main one."""
    new: bool = False
    """True for a laptop on which the program was never used."""
    office: bool = False
    """True at the provincial office."""

    async def reach(self, desk: Desk) -> None:
        """Press the keys."""
        for key in self.keys:
            await (desk.go(key[1:]) if key.startswith("@") else desk.press(key))

    def prepare(self, data: Path) -> None:
        """Choose the survey, and the place, in a copy of the world."""
        with open_campaign(data) as store:
            store.set_settings(shown_survey=self.survey, team="0" if self.office else str(TEAM))


def opened(unit: str, *then: str) -> tuple[str, ...]:
    """Keys from the home screen into a unit's interview, and on."""
    return ("ctrl+u", *unit, "enter", *then)


def at(question: str, *then: str) -> tuple[str, ...]:
    """Keys to a question of the unit nobody has touched, and on."""
    return opened(UNTOUCHED, f"@{question}", *then)


def again(*then: str) -> tuple[str, ...]:
    """Keys by which somebody else keys the half done interview a second time, and on."""
    return ("f3", "0", *"李四", "enter", "ctrl+u", *HALF, "f9", *then)


def _desk(name: str, *then: str) -> tuple[str, ...]:
    """Keys from the home screen to a desk of the office, and on."""
    place = DESKS.index(name)
    return ("f12", *((str((place + 1) % 10),) if place < 10 else (*["up"] * (len(DESKS) - place), "enter")), *then)


DESKS = ("收件夹", "冲突", "重复", "更正", "未并入", "电脑", "覆盖", "轮次", "问题", "统计", "质量")

_CITING = (*"可以放宽", "enter", "enter", "enter", "1", "enter")

_VENUE = ("enter", *"文化宫", "enter")

STATES = {
    "first_start": State("settings", "Settings", new=True),
    "home": State("home", "Home"),
    "home_found": State("home", "Home", tuple("xf")),
    "home_nothing_found": State("home", "Home", tuple("zzz")),
    "settings": State("settings", "Settings", ("f6",)),
    "settings_languages": State("settings", "Settings", ("f6",), survey="small"),
    "about": State("about", "About", ("f8",)),
    "help": State("help", "Help", ("f1",)),
    "reference": State("reference", "Reference", ("f10",)),
    "reference_of_a_question": State("reference", "Reference", at("return_full", "f6")),
    "reference_nothing_found": State("reference", "Reference", ("f10", *"没有")),
    "entry": State("entry", "ReferenceEntry", ("f10", "enter")),
    "members": State("dialog.members", "Members", ("f3",)),
    "find_command": State("dialog", "Find", ("ctrl+p",)),
    "past_round": State("home", "Home", ("ctrl+y", "ctrl+u", *UNTOUCHED), survey="yearly"),
    "records": State("dialog", "Records", ("ctrl+u", *UNTOUCHED, "enter"), survey="visit"),
    "newer": State("newer", "Newer", ("ctrl+u", *UNTOUCHED, "enter"), survey="small"),
    # ── the interview, an editor each ──
    "first_question": State("interview.choice", "InterviewScreen", opened(UNTOUCHED)),
    "choice": State("interview.choice", "InterviewScreen", at("sw_edu_req", "2", "pageup")),
    "choices": State("interview.choices", "InterviewScreen", at("sw_main_problem", "2", "4")),
    "choices_specify": State("interview.choices", "InterviewScreen", at("sw_main_problem", "2", "9", "6", *"待遇")),
    "specify": State("interview.choice", "InterviewScreen", at("chair_post", "9", "6", *"待遇")),
    "value": State("interview.value", "InterviewScreen", at("return_due", *"3.5万元")),
    "value_warned": State("interview.value", "InterviewScreen", at("sw_age_limit", *"60", "enter")),
    "value_refused": State("interview.value", "InterviewScreen", at("sw_left", *"三千", "enter")),
    "date": State("interview.value", "InterviewScreen", at("last_congress", *"2021.11.3")),
    "text": State("interview.text", "InterviewScreen", at("good_practice", *"第一条", "ctrl+j", *"第二条")),
    "grid": State("interview.grid", "InterviewScreen", at("income", *"10", "enter", *"2.5", "enter")),
    "grid_of_columns": State("interview.grid", "InterviewScreen", at("new_form", "9", "enter", "8", "enter", "7")),
    "grid_warned": State("interview.grid", "InterviewScreen", at("disputes", "3", "enter", "4", "enter")),
    "grid_of_choices": State("interview.grid", "InterviewScreen", at("service_capacity", *"193")),
    "roster": State("interview.roster", "InterviewScreen", at("venues", *_VENUE, "escape", "up")),
    "roster_row": State("interview.grid", "InterviewScreen", at("venues", *_VENUE, "1", *"街道", "enter", "f7")),
    "note": State("interview.note", "InterviewScreen", opened(UNTOUCHED, "enter", "@intro"), survey="small"),
    "several_reasons": State(
        "interview.value", "InterviewScreen", opened(UNTOUCHED, "enter", "@heads"), survey="small"
    ),
    "masked": State("interview.note", "InterviewScreen", opened(UNTOUCHED, "enter", "@phone"), survey="small"),
    "former_round": State("interview.value", "InterviewScreen", opened(UNTOUCHED), survey="yearly"),
    "only_read": State("interview", "InterviewScreen", ("ctrl+y", *opened(UNTOUCHED)), survey="yearly"),
    "skipped": State("interview", "InterviewScreen", at("palace_operating")),
    "completed": State("interview", "InterviewScreen", opened(COMPLETE, "@venues")),
    # ── dialogs at a question ──
    "find": State("dialog", "Find", at("mode", "ctrl+f", *"hb")),
    "evidence": State("dialog", "Choose", at("mode", "f5")),
    "reason": State("dialog", "Choose", opened(UNTOUCHED, "enter", "@heads", "f7"), survey="small"),
    "respondent": State("dialog", "ChooseOrWrite", opened(UNTOUCHED, "ctrl+t")),
    "remark": State("dialog", "AskText", at("mode", "f2", *"已看台账")),
    "explanation": State("dialog", "AskText", at("sw_age_limit", *"60", "enter", "f8")),
    "drop_row": State("dialog", "Confirm", at("venues", *_VENUE, "escape", "up", "delete")),
    # ── after the last question ──
    "review": State("review", "Review", opened(HALF, "f9")),
    "review_whole": State("review", "Review", opened(HALF, "f9", "f7")),
    "review_ready": State("review", "Review", opened(READY, "f9")),
    "review_completed": State("review", "Review", opened(COMPLETE, "f9")),
    "review_void": State("review", "Review", opened(UNTOUCHED, "f9", "f12", *"开错了", "enter")),
    "complete": State("dialog", "Confirm", opened(READY, "f9", "f10")),
    "reopen": State("dialog", "ChooseOrWrite", opened(COMPLETE, "f9", "f10")),
    "void": State("dialog", "AskText", opened(HALF, "f9", "f12")),
    "second_keying": State("interview.choice", "SecondKeyingScreen", again()),
    "second_review": State("second_review", "SecondReview", again("2", "f9")),
    "comparison": State("comparison", "ComparisonScreen", again("2", *"主任", "enter", "1", "4", "f9", "f10", "enter")),
    "comparison_decided": State(
        "comparison", "ComparisonScreen", again("2", *"主任", "enter", "1", "4", "f9", "f10", "enter", "2", "enter")
    ),
    "figures": State("figures", "Figures", opened(COMPLETE, "f9", "f8")),
    # ── the office ──
    "office": State("office", "Office", ("f12",), office=True),
    "conflicts": State("conflicts", "Conflicts", _desk("冲突", "down", "down"), office=True),
    "rounds": State("rounds", "Rounds", _desk("轮次", "down"), survey="yearly", office=True),
    "rounds_of_one": State("rounds", "Rounds", _desk("轮次"), office=True),
    "inbox": State("inbox", "InboxRoom", _desk("收件夹"), office=True),
    "duplicates": State("duplicates", "DuplicateUnits", _desk("重复"), office=True),
    "duplicates_settle": State("dialog", "Choose", _desk("重复", "enter"), office=True),
    "combining": State("combining", "Combining", _desk("重复", "enter", "4", "down", "down", "down"), office=True),
    "corrections": State("corrections", "Corrections", _desk("更正"), office=True),
    "rejected": State("rejected", "RejectedFiles", _desk("未并入"), office=True),
    "laptops": State("laptops", "Laptops", _desk("电脑"), office=True),
    "coverage": State("coverage", "CoverageBoard", _desk("覆盖"), office=True),
    "coverage_city": State("coverage", "CoverageBoard", _desk("覆盖", *["up"] * 9, "left"), office=True),
    "explorer": State("explorer", "Explorer", _desk("统计"), office=True),
    "explorer_groups": State(
        "explorer",
        "Explorer",
        _desk("统计", "f3", *"第3题", "escape", "ctrl+f", *"编制使用率", "enter", "right", "down", "f7"),
        office=True,
    ),
    "explorer_breakdown": State("dialog", "Find", _desk("统计", "f3", *"阵地"), office=True),
    "explorer_of_a_team": State("explorer", "Explorer", ("f12", "1", "ctrl+f", *"19", "enter", "f5", "f5")),
    "quality": State("quality", "QualityList", _desk("质量", "f7"), office=True),
    "office_of_a_team": State("office", "Office", ("f12",)),
    # ── the register of problems ──
    "cases": State("cases", "Cases", _desk("问题", "down"), office=True),
    "cases_of_a_team": State("cases", "Cases", ("ctrl+b",)),
    "cases_of_a_question": State("cases", "Cases", opened(HALF, "@sw_age_limit", "f4")),
    "cases_to_check": State("cases", "Cases", ("ctrl+b", "f7", "3")),
    "case": State("case", "CaseRoom", ("ctrl+b", "enter")),
    "case_disputed": State("case", "CaseRoom", ("ctrl+b", "down", "down", "enter")),
    "case_candidate": State("case", "CaseRoom", ("ctrl+b", "f7", "3", "enter")),
    "case_topic": State("case", "CaseRoom", ("ctrl+b", "f2", "enter")),
    "case_form": State("case_form.choice", "CaseForm", ("ctrl+b", "f4", "enter", *"1082", "pageup")),
    "case_form_text": State("case_form.text", "CaseForm", ("ctrl+b", *["down"] * 4, "enter", "1", *"可以放宽")),
    "case_form_choices": State(
        "case_form.choices", "CaseForm", ("ctrl+b", *["down"] * 4, "enter", "2", "2", "enter", "pagedown", "1")
    ),
    "case_form_masked": State("case_form", "CaseForm", ("ctrl+b", "enter", "f8", *["pagedown"] * 5)),
    "citing": State("reference", "Reference", ("ctrl+b", *["down"] * 4, "enter", "1", *_CITING)),
    "similar": State("similar", "Similar", _desk("问题", "f9"), office=True),
    "similar_chosen": State("dialog", "ChooseSeveral", _desk("问题", "f9", "enter"), office=True),
    "register_figures": State("register_figures", "RegisterFigures", _desk("问题", "f8"), office=True),
}


def steady(screen: str) -> str:
    """A screen without what differs from day to day and from version to version: times, versions, digests."""
    today = dt.datetime.now().astimezone().date()
    screen = re.sub(r"\d\d:\d\d:\d\d", "hh:mm:ss", screen)
    screen = re.sub(rf"{today:%m-%d} \d\d:\d\d", "mm-dd hh:mm", screen)
    screen = screen.replace(today.isoformat(), "yyyy-mm-dd")
    screen = re.sub(r"\b(?=\d*[a-f])[0-9a-f]{12}\b", "x" * 12, screen)
    screen = re.sub(r"逾期\d{4}天", "逾期nnnn天", screen)
    screen = re.sub(r"还有\d天", "还有n天", screen)  # the world is made where it may still be the day before
    for days in range(1, 60):  # deadlines that are counted from today
        screen = screen.replace((today + dt.timedelta(days)).isoformat(), "yyyy-mm-dd")
    return re.sub(r"走访 \S+——", "走访 x.y.z——", screen)


def make_world(folder: Path) -> Path:
    """The data folder that states start from; twenty seconds for every answer, however fast this machine is."""
    steady_pace = SimpleNamespace(monotonic=count(step=20).__next__)
    with patch.object(recording, "time", steady_pace), open_campaign(folder) as store:
        store.set_settings(team=str(TEAM), device="一组联想", member=MEMBER, device_id="0123456789abcdef")
        keep_key(store, LaptopKey(store.setting("device_id"), PUBLIC, PRIVATE))
        actor = Actor(MEMBER, TEAM, store.setting("device_id"))
        _answered(store, READY)
        _answered(store, COMPLETE).complete()
        _half_done(store, actor)
        Recorder.start(store, store.form(), VOID, actor, clock).void("单位已撤并")
        visit = Recorder.start(store, load_form(library("visit")), UNTOUCHED, actor, clock)
        visit.answer_many({"visited_kind": "1", "visited_name": "香坊区某机械厂"})
        small = Recorder.start(store, _install(store, SMALL.format(version="1", name="said")), UNTOUCHED, actor, clock)
        small.answer_many({"heads": "12", "phone": "0451-82345678", "said": "旧版里的话"})
        _install(store, SMALL.format(version="2", name="remark"))
        yearly = Recorder.start(store, _install(store, YEARLY.format(year="2021")), UNTOUCHED, actor, clock)
        yearly.answer_many({"heads": "34", "kind": "2"})
        _install(store, YEARLY.format(year="2022"))
        add_office_matters(store)
        add_register(store, actor, clock)
        add_second_round(store, yearly.interview.form, store.form(store.survey_digest("yearly")))
    return folder


def _answered(store: Store, unit: str) -> Recorder:
    typist = Typist.of(store, unit, clock=clock)
    for item in typist.questions():
        typist.keys(item)
    interview = typist.shadow.interview
    for finding in interview.findings():
        if not finding.note:
            typist.explanation(finding)
    return typist.shadow


def _half_done(store: Store, actor: Actor) -> None:
    """With one of everything that the review lists."""
    recorder = Recorder.start(store, store.form(), HALF, actor, clock)
    recorder.answer_many({"mode": "2", "filler_post": "办公室主任", "chair_post": "7", "exec_vice_chair": "4"})
    recorder.answer_many(
        {f"staff_on_post.{row}": value for row, value in (("admin", "4"), ("inst", "1"), ("support", "0"))}
    )
    recorder.answer_many({f"staff_age.{row}": "1" for row in ("a35", "a45", "a55", "a56")})
    recorder.answer_many({"sw_edu_req": "3", "sw_age_limit": "60"})
    recorder.doubt("chair_post", True)
    recorder.remark("chair_post", "主席三月调离")
    recorder.evidence("chair_post", recorder.interview.form.survey.evidence[1])
    recorder.go_to("sw_age_limit")


def _install(store: Store, definition: str) -> Form:
    with NamedTemporaryFile("w", suffix=".yaml", encoding="utf-8") as file:
        file.write(definition)
        file.flush()
        form = load_form(Path(file.name))
    store.install(form.survey, store.units(), store.teams())
    return form
