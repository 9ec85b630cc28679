"""The visit record and the reform checklist: other surveys in the same engine, from data alone."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from surveys.acts import Actor
from surveys.answers import Answer, Status
from surveys.definition import AnyQuestion, Percent
from surveys.form import Form
from surveys.frame import Team, Unit
from surveys.loading import library, load_form
from surveys.recording import Recorder
from surveys.standing import FlagHit, Stage
from surveys.store import Store
from surveys.text import Refusal
from surveys.value_types import PercentType

ACTOR = Actor("张三", 3, "k1")
UNIT = "230110"


@pytest.fixture(scope="module")
def visit() -> Form:
    return load_form(library("visit"))


@pytest.fixture(scope="module")
def checklist() -> Form:
    return load_form(library("reform_checklist"))


@pytest.fixture
def office(tmp_path: Path, visit: Form, checklist: Form) -> Iterator[Store]:
    """A store with both surveys."""
    with Store(tmp_path / "zoufang.db") as store:
        units = [Unit(UNIT, "哈尔滨市", "香坊区", "区", 3)]
        for form in (visit, checklist):
            store.install(form.definition, units, [Team(3, "第3组")])
        yield store


def quoted(form: Form) -> dict[str, tuple[str, str | None]]:
    return {item.name: (item.label, item.question.quoted) for item in form.items if item.question.quoted}


def question(form: Form, name: str) -> AnyQuestion:
    return form.by_name[name].question


# ── the visit record ──────────────────────────────────────────────────────────────────


def test_the_three_questions_asked_aloud_are_word_for_word(visit: Form) -> None:
    """With the report's own half-width question mark."""
    seed = "001_526aa68362d04e1c.txt"
    assert quoted(visit) == {
        "stable": ("职工队伍稳定吗?", seed),
        "wage_talks": ("工资集体协商开展得怎么样?", seed),
        "points": ("企业对工会工作有什么意见和建议?", seed),
    }


def test_visits_are_many_and_carry_no_numbers(visit: Form) -> None:
    """They are kept out of the 56."""
    assert (visit.survey.id, visit.survey.title, visit.survey.per_unit) == ("visit", "走访座谈记录", "many")
    assert visit.numbered == ()


def test_codes_of_the_visit_record(visit: Form) -> None:
    codes = {
        name: [(choice.name, str(choice.label)) for choice in getattr(question(visit, name), "choices", ())]
        for name in ("stable", "wage_talks", "topics")
    }
    assert codes["stable"] == [("1", "稳定"), ("2", "基本稳定"), ("3", "有不稳定因素"), ("98", "说不清")]
    assert codes["wage_talks"] == [
        ("1", "已签订并履行"), ("2", "已签订，履行不够"), ("3", "正在协商"), ("4", "没有开展"), ("98", "说不清"),
    ]  # fmt: skip
    assert [label for _, label in codes["topics"]] == [
        "帮扶", "培训", "劳动竞赛", "职工书屋", "户外职工驿站", "新就业形态劳动者入会", "经费", "人员", "其他（请注明）",
    ]  # fmt: skip


def test_a_visit_begins_with_the_day_and_the_team(office: Store, visit: Form) -> None:
    recorder = Recorder.start(office, visit, UNIT, ACTOR)
    assert recorder.interview.answer("visit_date").status is Status.ANSWERED
    assert recorder.interview.answer("visit_team") == Answer("第3组", Status.ANSWERED)
    with pytest.raises(Refusal, match="不能修改"):
        recorder.answer("visit_team", "第4组")


def fill_visit(recorder: Recorder) -> None:
    recorder.answer_many({"visited_kind": "96", "visited_kind.96": "供热站", "visited_name": "某供热公司"})
    recorder.answer_many({"visited_town": "黎明街道", "companions": "区总工会副主席"})
    recorder.answer_many({"stable": "3", "stable_note": "两个班组有人离职", "wage_talks": "4"})
    for point in ("希望多办技能培训", "希望放宽招聘年龄"):
        row = recorder.add_row("points")
        recorder.answer_many({f"points[{row}].point": point, f"points[{row}].point_raiser": "3"})
    recorder.answer_many({"topics": "2 6 96", "topics.96": "住房"})


def test_a_whole_visit(office: Store, visit: Form) -> None:
    """From the first answer to completion; every point raised is a candidate of its own."""
    recorder = Recorder.start(office, visit, UNIT, ACTOR)
    fill_visit(recorder)
    recorder.complete()
    interview = Recorder.resume(office, recorder.interview.id, ACTOR).interview
    assert interview.stage is Stage.COMPLETE
    assert interview.answer("topics").value == "2 6 96"
    assert [(hit.category, bool(hit.row)) for hit in interview.flags()] == [
        ("509", False), ("503", False), ("510", True), ("510", True),
    ]  # fmt: skip


@pytest.mark.parametrize(("code", "flagged"), [("1", False), ("2", True), ("3", True), ("4", True), ("98", False)])
def test_wage_talks_that_are_not_held_are_flagged(office: Store, visit: Form, code: str, flagged: bool) -> None:
    recorder = Recorder.start(office, visit, UNIT, ACTOR)
    recorder.answer("wage_talks", code)
    assert [hit.category for hit in recorder.interview.flags()] == (["503"] if flagged else [])


def test_nothing_raised_and_nothing_to_ask_completes_too(office: Store, visit: Form) -> None:
    """A station for outdoor workers has no wage talks; no point was raised."""
    recorder = Recorder.start(office, visit, UNIT, ACTOR)
    recorder.answer_many({"visited_kind": "3", "visited_name": "香坊驿站", "visited_town": "安埠街道", "stable": "1"})
    with pytest.raises(Refusal, match="还有2处没有完成"):
        recorder.complete()
    recorder.set_status("wage_talks", Status.NOT_APPLICABLE)
    recorder.say_nothing("points")
    recorder.complete()
    assert recorder.interview.flags() == []


def test_one_unit_has_many_visits(office: Store, visit: Form) -> None:
    for _ in range(3):
        fill_visit(Recorder.start(office, visit, UNIT, ACTOR))
    assert [row.unit for row in office.interviews(survey_id="visit")] == [UNIT] * 3
    assert office.interviews(survey_id="reform_checklist") == []


# ── the reform checklist ──────────────────────────────────────────────────────────────

MEASURES = {
    "党委、政府": [
        "市、县(区)两级“产改”领导小组将“产改”工作列入党委常委会工作要点",
        "将“产改”工作列为本地督察事项或计入综合绩效考核",
        "产业工人在企业职工劳动模范中的比例不低于40%",
        "产业工人在党代表、人大代表、政协委员、工会组织代表和委员中的比例不少于上一届",
    ],
    "成员单位": [
        "成员单位、参与单位将“产改”工作列入本部门工作要点",
        "联合建设动态管理、数据共享的产业工人实名制管理基础数据库",
        "市财政局要单独列支专项经费用于职业教育、职业培训补贴、高技能人才队伍建设,按规定给予职业培训补贴",
    ],
    "工会": [
        "非公经济组织、新就业形态劳动者、农民工工会入会率稳步提升",
        "建会企业集体协商建制率保持在80%以上",
        "百人以上建会企业集体协商建制率保持在90%以上",
        "健全完善服务职工阵地",
        "工会“产改”专项经费预算安排不低于本级当年预算总额的20%",
    ],
    "企业": [
        "引导和指导企业将改革纳入企业发展规划",
        "健全技能人才培养、考核、使用、待遇相统一的激励机制",
        "在工资结构中设置体现技术工人技能等级、创新成果、业绩贡献及班组长津贴、师带徒津贴等内容的工资",
        "建立技能人才走上管理岗相关制度",
    ],
}
"""Every measure that the report names, by level, word for word; of the other 143 it says only that there are some."""

THRESHOLDS = [
    ("p_models", "p_models_share", "40", "39.9", "511"),
    ("u_bargain", "u_bargain_share", "80", "79.9", "503"),
    ("u_bargain100", "u_bargain100_share", "90", "89.9", "503"),
    ("u_budget", "u_budget_share", "20", "19.9", "511"),
]
"""Measure, its share, the least that the report asks for, just less, the category of the flag."""


def test_only_the_measures_that_the_report_names(checklist: Form) -> None:
    found: dict[str, list[str]] = {}
    for item in checklist.items:
        if item.question.quoted:
            assert item.question.quoted == "000_2925be474101487f.txt"
            found.setdefault(str(item.section.label), []).append(str(item.label))
    assert found == MEASURES


def test_the_notice_says_what_is_from_the_report(checklist: Form) -> None:
    for words in ("16项举措", "40%、80%、90%、20%", "159项", "其余未公开，不补", "自拟"):
        assert words in checklist.survey.notice


def test_thresholds_are_parameters(checklist: Form) -> None:
    assert checklist.survey.parameters == {
        "model_worker_min": 40, "bargain_min": 80, "bargain100_min": 90, "budget_min": 20,
    }  # fmt: skip
    assert all(isinstance(question(checklist, share), Percent) for _, share, *_ in THRESHOLDS)


def test_every_measure_belongs_to_an_aspect(checklist: Form) -> None:
    """The report names eight; of 参与管理 it names no measure."""
    aspects = [str(item.question.hint) for item in checklist.items if item.question.quoted]
    assert set(aspects) == {
        f"方面：{aspect}"
        for aspect in ("高度重视", "政治引领", "技能形成", "职业发展", "作用发挥", "权益维护", "队伍壮大")
    }


def fill_checklist(recorder: Recorder, status: str = "2", share: str = "95%") -> None:
    for item in recorder.interview.form.numbered:
        for cell in item.cells:
            recorder.answer(cell.address, share if isinstance(cell.kind, PercentType) else status)


def test_a_whole_checklist(office: Store, checklist: Form) -> None:
    recorder = Recorder.start(office, checklist, UNIT, ACTOR)
    fill_checklist(recorder, "1")
    recorder.answer("e_promotion", "3")
    recorder.complete()
    interview = Recorder.resume(office, recorder.interview.id, ACTOR).interview
    assert interview.stage is Stage.COMPLETE
    assert interview.progress().percent == 100
    assert interview.answer("p_models_share").value == "95"
    done = {level: interview.answer(f"done_{level}").value for level in ("party", "members", "union", "enterprise")}
    assert done == {"party": "4", "members": "3", "union": "5", "enterprise": "3"}
    assert interview.answer("done_share").value == "93.8"
    assert interview.flags() == [FlagHit("e_promotion", "511", "yellow", "这项举措尚未开展")]


def test_the_figures_by_aspect_add_up_to_those_by_level(office: Store, checklist: Form) -> None:
    recorder = Recorder.start(office, checklist, UNIT, ACTOR)
    fill_checklist(recorder, "1")
    figures = {
        item.name: int(recorder.interview.answer(item.name).value)
        for item in checklist.items
        if item.type == "calculate" and item.name != "done_share"
    }
    levels = {"done_party", "done_members", "done_union", "done_enterprise"}
    assert sum(figures[name] for name in levels) == 16
    assert sum(figures[name] for name in figures.keys() - levels) == 16


@pytest.mark.parametrize(("measure", "share", "enough", "short", "category"), THRESHOLDS)
def test_a_share_below_its_threshold(
    office: Store, checklist: Form, measure: str, share: str, enough: str, short: str, category: str
) -> None:
    """Is a candidate problem, and contradicts 已落实 until somebody says why."""
    recorder = Recorder.start(office, checklist, UNIT, ACTOR)
    recorder.answer_many({measure: "1", share: enough})
    assert (recorder.interview.flags(share), recorder.interview.findings(share)) == ([], [])
    recorder.answer(share, short)
    assert [hit.category for hit in recorder.interview.flags(share)] == [category]
    assert [finding.level for finding in recorder.interview.findings(share)] == ["warning"]
    recorder.answer(measure, "2")
    assert recorder.interview.findings(share) == []


def test_a_threshold_is_changed_in_one_place(checklist: Form, tmp_path: Path) -> None:
    path = tmp_path / "own.yaml"
    text = library("reform_checklist").read_text("utf-8")
    path.write_text(text.replace("model_worker_min: 40", "model_worker_min: 35"), "utf-8")
    with Store(tmp_path / "zoufang.db") as store:
        recorder = Recorder.start(store, load_form(path), UNIT, ACTOR)
        recorder.answer("p_models_share", "36")
        assert recorder.interview.flags("p_models_share") == []
        recorder.answer("p_models_share", "34.9")
        assert len(recorder.interview.flags("p_models_share")) == 1


def test_a_share_below_that_of_the_term_before(office: Store, checklist: Form) -> None:
    recorder = Recorder.start(office, checklist, UNIT, ACTOR)
    recorder.answer_many({"p_seats_share.npc.now": "12.5", "p_seats_share.npc.before": "12.5"})
    assert recorder.interview.flags() == []
    recorder.answer("p_seats_share.npc.now", "12.4")
    assert [hit.message for hit in recorder.interview.flags()] == ["人大代表中产业工人的比例少于上一届"]


@pytest.mark.parametrize("typed", ["100.1", "-1", "40.25", "四成"])
def test_a_share_that_is_none_is_refused(office: Store, checklist: Form, typed: str) -> None:
    recorder = Recorder.start(office, checklist, UNIT, ACTOR)
    with pytest.raises(Refusal):
        recorder.answer("p_models_share", typed)


def test_what_is_not_known_is_said_so(office: Store, checklist: Form) -> None:
    recorder = Recorder.start(office, checklist, UNIT, ACTOR)
    fill_checklist(recorder)
    recorder.set_status("u_budget_share", Status.DONT_KNOW)
    recorder.set_status("p_models", Status.NOT_APPLICABLE)
    recorder.complete()
    assert recorder.interview.flags() == []
