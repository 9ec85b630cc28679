"""The flow of the taxonomy: what each status asks for, deadlines, tries, numbers, lists, and what may not be written."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import pytest
from registering import DAOLI, HULAN, Desk

from surveys.history import Kind
from surveys.personal import refuse_numbers
from surveys.register import figures, worklists
from surveys.register.definition import PHASES
from surveys.register.keeping import case_ids, receive_case
from surveys.register.loading import shipped
from surveys.register.narration import history_lines
from surveys.register.registrar import NEW
from surveys.register.similar import ALIKE, groups, likeness, similar
from surveys.text import Refusal

MakeDesk = Callable[..., Desk]


@pytest.fixture
def team(make_desk: MakeDesk) -> Desk:
    return make_desk("张三", 1)


TAXONOMY = {
    "10": "20 92 91", "20": "30 40 50 90 91", "30": "70 40", "40": "60 50 90", "50": "60 40 55", "55": "40 50",
    "60": "70", "70": "80 75", "75": "40 50", "80": "75", "90": "80", "91": "", "92": "",
}  # fmt: skip
"""Section 4 of the problem taxonomy."""


def test_the_shipped_flow_is_that_of_the_taxonomy() -> None:
    statuses = shipped("problems").type("issue").statuses
    assert {status.code: {step.to for step in status.next} for status in statuses} == {
        code: set(following.split()) for code, following in TAXONOMY.items()
    }
    assert {status.phase for status in statuses} == set(PHASES)


REFUSED = [
    # what is done to a registered issue · what it says
    (lambda r, i: r.move(i, "40"), "“研究后答复”还缺：承办部门。"),
    (lambda r, i: r.move(i, "50"), "“转办”还缺：接办单位。"),
    (lambda r, i: r.move(i, "90", reason="不属工会职责"), "“说明理由”还缺：是否已告知提出人。"),
    (
        lambda r, i: r.move(i, "80"),
        "现在是“已登记”，不能到“办结销号”，可以：“当场答复”、“研究后答复”、“转办”、“说明理由”、“并入清单项”。",
    ),
    (lambda r, i: r.move(i, "40", lead_department="没有的部门"), "承办部门：没有编号为“没有的部门”的选项"),
    (
        lambda r, i: r.move(i, "40", lead_department="zzb", due="2022-11-01"),
        "“办理期限”2022-11-01已经过去，请重新填写。",
    ),
    (lambda r, i: r.change(i, summary=""), "“摘要”是“已登记”必须有的，不能清空。"),
    (lambda r, i: r.change(i, summary="太短"), "摘要：至少填10个字"),
    (lambda r, i: r.extend(i, "来不及"), "“已登记”的不能延期。"),
    (lambda r, i: r.remark(i, "  "), "请写一句说明。"),
    (lambda r, i: r.follow_up(i, satisfaction="1"), "看不出下一步"),
    (lambda r, i: r.open("issue", HULAN, summary="摘要摘要摘要摘要摘要"), "“登记”还缺：类别、提出人类别、来源。"),
]


@pytest.mark.parametrize(("act", "words"), REFUSED, ids=[words[:14] for _, words in REFUSED])
def test_what_is_missing_is_named_and_nothing_changes(team: Desk, act: Callable[..., object], words: str) -> None:
    ident = team.issue()
    before = team.store.last_event()
    with pytest.raises(Refusal) as refusal:
        act(team.registrar, ident)
    assert words in refusal.value.message
    assert refusal.value.message.endswith("。")
    assert team.store.last_event() == before


def test_passed_on_returned_and_passed_on_again(team: Desk) -> None:
    ident = team.issue()
    passed = team.registrar.move(ident, "50", receiver="市财政局")
    assert (passed.value("accept_due"), passed.value("due")) == ("2022-11-10", "2022-12-03")
    assert [owed.row.due for owed in worklists.owed(team.store, team.today)] == ["2022-11-10"]
    team.registrar.change(ident, accepted_on="2022-11-08")
    assert [owed.row.due for owed in worklists.owed(team.store, team.today)] == ["2022-12-03"]
    team.wait(10)
    assert not team.registrar.move(ident, "55", return_reason="不是本单位职责").value("due")
    again = team.registrar.move(ident, "50", receiver="市税务局")
    assert (again.value("passed_on"), again.value("due"), again.value("accepted_on")) == (
        "2022-11-13",
        "2022-12-13",
        "",
    )
    done = team.registrar.move(ident, "60", reply="已经协调到位", outcome="1")
    assert (done.status, done.value("reply_kind")) == ("70", "C")


def test_a_deadline_is_put_off_once_with_a_reason_and_lists_know(team: Desk) -> None:
    ident = team.issue()
    team.registrar.move(ident, "40", lead_department="zzb")
    team.wait(24)
    assert [owed.days for owed in worklists.due_soon(team.store, team.today)] == [6]
    assert not worklists.overdue(team.store, team.today)
    team.wait(7)
    assert [owed.days for owed in worklists.overdue(team.store, team.today)] == [-1]
    assert not worklists.due_soon(team.store, team.today)
    assert figures.rates(team.store, team.today).overdue == 1
    with pytest.raises(Refusal, match="延期要写明理由"):
        team.registrar.extend(ident, "")
    with pytest.raises(Refusal, match="应晚于现在的期限 2022-12-03"):
        team.registrar.extend(ident, "等文件", "2022-12-01")
    assert team.registrar.extend(ident, "等省里文件").value("due") == "2022-12-18"
    assert not worklists.overdue(team.store, team.today)
    with pytest.raises(Refusal, match="已经延期1次，最多1次"):
        team.registrar.extend(ident, "还要等")


def test_what_no_typing_makes_is_shown_as_it_is_and_stops_nothing(make_desk: MakeDesk) -> None:
    """A history of elsewhere may hold anything."""
    team, office = make_desk("张三", 1), make_desk("王五", 0)
    ident = team.issue()
    team.registrar.move(ident, "40", lead_department="zzb")
    events = team.store.events(ident)
    last = max(events, key=lambda event: event.seq)
    for name, value in (
        ("due", "月底"),
        ("extended", "两次"),
        ("passed_on", "昨天"),
        ("category", "没有"),
        ("stray", "?"),
    ):
        last = replace(last, id=f"x{name}", parents=(last.id,), kind=Kind.CASE_SET, cell=name, value=value)
        events.append(last)
    receive_case(office.store, ident, events)
    assert worklists.owed(office.store, office.today) == []
    assert figures.rates(office.store, office.today).registered == 1
    assert figures.counts(office.store, "category")[0].label == "没有"
    assert "已延期次数：两次" in {line.text for line in history_lines(office.registrar.case(ident))}
    assert office.registrar.extend(ident, "写错了", "2022-12-30").value("due") == "2022-12-30"
    assert office.registrar.move(ident, "50", receiver="市财政局").value("due") == "2022-12-03"


def test_who_cannot_be_reached_needs_two_tries_since_the_reply(team: Desk) -> None:
    ident = team.answered()
    for words in ("11月5日打电话没人接", "11月9日再打，停机"):
        with pytest.raises(Refusal, match="“联系不上”的要有2次联系记录才能“销号”"):
            team.registrar.follow_up(ident, satisfaction="4")
        team.registrar.tried(ident, words)
    assert team.registrar.follow_up(ident, satisfaction="4").settled
    team.registrar.move(ident, "75", reason="提出人来访，说没有解决")
    team.registrar.move(ident, "40", lead_department="zzb")
    team.registrar.move(ident, "60", reply="已另行办理", outcome="1")
    with pytest.raises(Refusal, match="现在有0次"):
        team.registrar.follow_up(ident, satisfaction="4")
    assert [reply.values["reply"] for reply in team.registrar.case(ident).replies()] == [
        "可以先按市里的办法执行",
        "已另行办理",
    ]


def test_a_dissatisfied_raiser_is_never_closed(team: Desk) -> None:
    ident = team.answered()
    with pytest.raises(Refusal, match=r"“回访结果”是“满意、基本满意、联系不上、不愿评价”的，才能“销号”。"):
        team.registrar.move(ident, "80", satisfaction="3")
    with pytest.raises(Refusal, match="“回访结果”是“不满意”的，才能“重新办理”"):
        team.registrar.move(ident, "75", satisfaction="1", reason="没有解决")


def test_a_closed_issue_changes_only_by_being_reopened_but_may_still_be_grouped(team: Desk) -> None:
    ident = team.answered()
    team.registrar.follow_up(ident, satisfaction="2")
    with pytest.raises(Refusal, match="已经“办结销号”，“答复内容”不能再改；有新情况请先重新办理。"):
        team.registrar.change(ident, reply="改一下")
    topic = team.registrar.open("topic", title="放宽招聘年龄", category="108").id
    assert team.registrar.change(ident, topic=topic).settled


def test_after_an_answer_on_the_spot_it_may_still_be_studied(team: Desk) -> None:
    """30 → 40 of the taxonomy, although 70 follows 30 by itself."""
    ident = team.answered()
    assert {move.to for move in team.registrar.moves(ident)} == {"75", "80", "40"}
    studied = team.registrar.move(ident, "40", lead_department="zzb")
    assert (studied.value("reply"), studied.value("reply_kind")) == ("", "B")


def test_what_a_move_asks_for_follows_what_was_said(team: Desk) -> None:
    ident = team.issue()

    def missing(**typed: str) -> tuple[str, ...]:
        return next(move.missing for move in team.registrar.moves(ident, **typed) if move.to == "30")

    assert missing() == ("reply", "replier", "basis")
    assert missing(basis="1") == ("reply", "replier", "citation")
    assert missing(basis="2") == ("reply", "replier", "document")
    assert missing(basis="3") == ("reply", "replier")


# ── numbers ───────────────────────────────────────────────────────────────────────────


def test_numbers_of_two_clones_collide_and_are_shown_apart(make_desk: MakeDesk) -> None:
    one, clone, office = make_desk("张三", 3, clone=True), make_desk("李四", 3, clone=True), make_desk("王五", 0)
    assert one.actor.device == clone.actor.device
    mine, theirs = one.issue(DAOLI), clone.issue(DAOLI)
    assert mine != theirs
    assert {desk.registrar.case(i).numbers for desk, i in ((one, mine), (clone, theirs))} == {("G3-230102-0001",)}
    office.takes(one, clone)
    shown = worklists.numbers_shown(office.store, worklists.cases(office.store))
    assert shown == {ident: f"G3-230102-0001·{ident[-4:]}" for ident in (mine, theirs)}
    assert [row.id for row in worklists.by_number(office.store, shown[mine])] == [mine]
    assert {row.id for row in worklists.by_number(office.store, "g3-230102-0001")} == {mine, theirs}
    one.takes(office)
    assert one.registrar.case(one.issue(DAOLI)).numbers == ("G3-230102-0002",)
    assert one.registrar.case(one.issue(HULAN)).numbers == ("G3-230111-0001",)


def test_a_number_that_only_one_laptop_gave_is_shown_as_it_is(team: Desk) -> None:
    ident = team.issue()
    assert worklists.numbers_shown(team.store, worklists.cases(team.store)) == {ident: "G1-230111-0001"}


# ── personal data ─────────────────────────────────────────────────────────────────────

ID = "11010519491231002X"
CARD = "6222021234567890128"


@pytest.mark.parametrize(
    "text",
    [
        ID,
        f"身份证{ID}。",
        "１１０１０５１９４９１２３１００２X",
        "110105 19491231 002X",
        "110105491231002",
        f"卡号{CARD}",
        "4111 1111 1111 1111",
    ],
)
def test_an_id_or_card_number_is_refused_with_its_place(team: Desk, text: str) -> None:
    with pytest.raises(Refusal, match=r"^第\d+个字起像是(身份证号|银行卡号)，不能登记，请删去。$"):
        refuse_numbers(text)
    with pytest.raises(Refusal, match=r"^摘要：第\d+个字起像是"):
        team.issue(summary=f"职工{text}申请帮扶，没有回音")
    with pytest.raises(Refusal):
        team.issue(raiser_name=text[:30])
    assert not worklists.cases(team.store)


@pytest.mark.parametrize(
    "text",
    ["812301007028461234", "2022年11月3日拨付1200000元", "4111 1111 1111 1112", "共1234567890123456户", "12345热线"],
)
def test_other_long_numbers_are_let_through(text: str) -> None:
    refuse_numbers(text, phones=True)


def test_a_mobile_number_has_a_field_of_its_own(team: Desk) -> None:
    with pytest.raises(Refusal, match="像是手机号，这里会进入清单"):
        team.issue(summary="职工反映供暖问题，电话13904510000")
    with pytest.raises(Refusal, match="像是手机号"):
        team.registrar.tried(team.issue(), "打了13904510000")
    assert team.registrar.case(team.issue(raiser_phone="13904510000")).value("raiser_phone") == "13904510000"


# ── figures ───────────────────────────────────────────────────────────────────────────


def test_the_figures_of_the_office(team: Desk) -> None:
    for unit in (HULAN, DAOLI):
        team.answered(unit)
    closed = team.answered(HULAN, category="301", source="4")
    team.registrar.follow_up(closed, satisfaction="2")
    late = team.issue(HULAN, category="301")
    team.registrar.move(late, "40", lead_department="cwb")
    team.wait(40)
    team.registrar.move(late, "60", reply="补拨到位", outcome="1")
    team.registrar.follow_up(late, satisfaction="1")
    told = team.issue(DAOLI, category="900")
    team.registrar.move(told, "90", reason="属于企业自主管理", told="1")
    rates = figures.rates(team.store, team.today)
    assert rates.by_kind == {"A": 3, "B": 1, "D": 1}
    assert rates.share_of_kind("A") == 3 / 5
    assert (rates.registered, rates.answered, rates.closed, rates.closed_on_time) == (5, 5, 2, 1)
    assert (rates.closing, rates.on_time, rates.follow_up, rates.satisfied) == (0.4, 0.5, 0.4, 0.5)
    assert rates.mean_days == 20
    assert (rates.overdue, rates.late_follow_ups) == (0, 2), "of 说明后终结 none is due"
    assert [one[1:] for one in figures.counts(team.store, "dimension")] == [
        ("人员配备", 2),
        ("资金使用", 2),
        ("其他", 1),
    ]
    assert {one.label: one.cases for one in figures.counts(team.store, "unit")} == {"呼兰区": 3, "道里区": 2}
    assert {one.label: one.cases for one in figures.counts(team.store, "source")} == {"座谈会": 4, "走访": 1}
    assert [one[1:] for one in figures.counts(team.store, "team")] == [("第1组", 5)]
    assert figures.rates(team.store, team.today, figures.Scope(unit=DAOLI)).registered == 2
    assert figures.rates(team.store, team.today, figures.Scope(city="佳木斯市")).closing is None
    with pytest.raises(KeyError):
        figures.counts(team.store, "no_such_field")


def test_widely_heard_counts_counties_and_not_cases(team: Desk) -> None:
    units = [unit.code for unit in team.store.units()]
    for unit in units[:5]:
        team.issue(unit)
    for _ in range(6):
        team.issue(units[0], category="301")
    age, money = figures.most_heard(team.store, "category")
    assert (age.code, age.units, age.cases, age.widely) == ("108", 5, 5, True)
    assert (money.code, money.units, money.cases, money.widely) == ("301", 1, 6, False)


def test_neither_candidates_nor_what_was_no_problem_counts(team: Desk) -> None:
    team.issue()
    assert figures.rates(team.store, team.today).registered == 1
    team.registrar.open(
        "practice", HULAN, title="闲置房改建职工之家", description="把闲置的办公房改建成职工之家", dimension="2"
    )
    assert figures.rates(team.store, team.today).registered == 1
    assert figures.rates(team.store, team.today, figures.Scope(type_name="practice")).registered == 1


# ── what says the same ────────────────────────────────────────────────────────────────

SAME = [
    ("社会化工会工作者招聘年龄限制在35岁，建议放宽到40岁", "招聘条件偏严：年龄35岁以下，希望放宽至40岁"),
    ("上级回拨经费不及时，去年第四季度的到今年5月才到账", "回拨经费到账晚，影响下半年开支"),
    ("户外劳动者服务站点太少，环卫工人冬天没有地方取暖", "环卫工人反映户外站点不够，冬季无处取暖"),
]
OTHER = [
    ("社会化工会工作者招聘年龄限制在35岁，建议放宽到40岁", "社会化工会工作者待遇偏低，每月2000元留不住人"),
    ("文化宫年久失修，冬季不供暖，不能开展活动", "没有工人文化宫，希望新建一处"),
    ("上级回拨经费不及时，去年第四季度的到今年5月才到账", "上级回拨经费不足额，按比例少拨了12万元"),
]


def test_the_same_in_other_words_is_suggested_and_another_problem_is_not() -> None:
    assert all(likeness(*pair) >= ALIKE for pair in SAME)
    assert all(likeness(*pair) < ALIKE for pair in OTHER)


def test_only_cases_of_one_category_are_suggested_the_most_alike_first() -> None:
    text, alike = SAME[0]
    others = [("a", "108", alike), ("b", "109", text), ("c", "108", OTHER[0][1]), ("d", "108", text)]
    assert [one.id for one in similar("108", text, others)] == ["d", "a"]
    assert [set(group) for group in groups([("x", "108", text), *others])] == [{"a", "d", "x"}]
    assert groups([("b", "109", text), ("x", "108", text)]) == []


def test_a_new_topic_and_the_cases_that_go_with_it_are_one(make_desk: MakeDesk) -> None:
    office = make_desk("王五", 0)
    registrar = office.registrar
    first, second = office.issue(), office.answered()
    before = office.store.last_event()
    with pytest.raises(KeyError):
        registrar.group([first, second, "没有这一件"], NEW)
    assert worklists.cases(office.store, "topic") == []
    assert office.store.last_event() == before
    topic = registrar.group([first, second], NEW)
    (made,) = worklists.cases(office.store, "topic")
    assert (made.id, made.title, made.category) == (topic, registrar.case(first).value("summary"), "108")
    assert [registrar.case(one).status for one in (first, second)] == ["91", "70"]
    assert [row.id for row in worklists.cases(office.store, "issue", topic=topic)] == sorted((first, second))
    third = registrar.move(office.issue(), "91", topic=NEW)
    assert registrar.case(third.value("topic")).numbers == ("T0-0002",)
    with pytest.raises(Refusal, match="没有这一件“合并清单项”"):
        registrar.change(first, topic="++")


# ── taken in ──────────────────────────────────────────────────────────────────────────


def test_taking_in_tells_what_it_did(make_desk: MakeDesk) -> None:
    team, office = make_desk("张三", 1), make_desk("王五", 0)
    ident = team.issue()
    early = team.store.events(ident)
    assert receive_case(office.store, ident, early).outcome == "new"
    assert receive_case(office.store, ident, early).outcome == "known"
    team.registrar.change(ident, urgency="1")
    assert receive_case(office.store, ident, team.store.events(ident)).outcome == "advanced"
    assert receive_case(office.store, ident, early).outcome == "known"
    office.registrar.change(ident, urgency="2")
    team.registrar.change(ident, urgency="3")
    received = receive_case(office.store, ident, team.store.events(ident))
    assert (received.outcome, received.conflicts) == ("diverged", 1)
    assert case_ids(office.store, "wishes") == []
    assert {event.kind for event in office.store.events(ident)} <= {kind for kind in Kind if kind.startswith("case_")}
