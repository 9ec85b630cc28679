"""The seed's own example (报道001): one case answered on the spot, one problem of two counties studied and answered."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from registering import DAOLI, HULAN, XIANGYANG, Desk

from surveys import references
from surveys.register import figures, worklists
from surveys.register.narration import HIDDEN, disputes, history_lines
from surveys.register.similar import groups
from surveys.text import Refusal

MakeDesk = Callable[..., Desk]


def test_the_example_of_the_seed(make_desk: MakeDesk) -> None:
    one, two, office = make_desk("张三", 1), make_desk("李四", 2), make_desk("王五", 0)

    # 因病致困未达建档标准，当场答复，依据清单里的困难职工条目
    ill = one.registrar.open(
        "issue", HULAN, summary="因病致困职工达不到建档标准，问能不能帮扶", category="505", raised_by="2", source="4"
    )
    assert ill.numbers == ("G1-230111-0001",)
    with pytest.raises(Refusal, match=r"^“当场答复”还缺：答复人（组）、答复依据。$"):
        one.registrar.move(ill.id, "30", reply="可以引导参加医疗互助")
    with pytest.raises(Refusal, match="还缺：清单条目"):
        one.registrar.move(ill.id, "30", reply="可以引导参加医疗互助", replier="第1组", basis="1")
    with pytest.raises(Refusal, match="清单里没有条目“A99@000000000000”"):
        one.registrar.move(ill.id, "30", reply="可以", replier="第1组", basis="1", citation="A99@000000000000")
    cited = one.citation("A19")
    ill = one.registrar.move(ill.id, "30", reply="可以引导参加医疗互助", replier="第1组", basis="1", citation=cited)
    assert (ill.status_label, ill.value("reply_kind")) == ("待回访", "A")
    assert "医疗互助" in references.cited(one.store, ill.value("citation")).entry.gist
    one.registrar.follow_up(ill.id, satisfaction="1")

    # 两个县提出同一个问题，都答应研究
    first = one.issue(HULAN, summary="社会化工会工作者招聘年龄限制在35岁，建议放宽到40岁")
    second = two.issue(XIANGYANG, summary="招聘条件偏严：年龄35岁以下，希望放宽至40岁")
    for desk, ident in ((one, first), (two, second)):
        studied = desk.registrar.move(ident, "40", lead_department="zzb")
        assert (studied.value("reply_kind"), studied.value("due")) == ("B", "2022-12-03")

    # 省总合并清单项，由人决定
    office.takes(one, two)
    rows = worklists.cases(office.store, "issue", phases=("open",))
    assert groups((row.id, row.category, row.title) for row in rows) == [tuple(sorted((first, second)))]
    topic = office.registrar.open("topic", title="放宽社会化工会工作者招聘年龄", category="108")
    for ident in (first, second):
        office.registrar.change(ident, topic=topic.id)
    office.registrar.move(topic.id, "2", lead_department="zzb")
    office.wait(20)
    office.registrar.move(topic.id, "3", findings="两个县都反映三十五岁以下招不到人")
    measure = office.registrar.open("measure", title="社会化工会工作者管理办法", kind="1", batch="1")
    office.registrar.link(measure.id, "topics", topic.id)
    office.registrar.move(measure.id, "2", text="招聘年龄放宽到40周岁", document="某总办〔2022〕12号")
    office.registrar.move(topic.id, "4")
    assert worklists.linked_to(office.store, "topics", topic.id) == [measure.id]
    replied = office.registrar.answer_all(topic.id, reply="新办法已把年龄放宽到40周岁", outcome="1")
    assert {case.id for case in replied} == {first, second}
    (heard,) = figures.most_heard(office.store)
    assert (heard.label, heard.units, heard.cities, heard.cases) == ("放宽社会化工会工作者招聘年龄", 2, 2, 2)
    assert not heard.widely

    # 答复回到两个组，一个不满意，重新办理，旧的答复还在
    one.takes(office)
    two.takes(office)
    assert all(
        desk.store.conn.execute(
            "SELECT count(*) FROM case_values WHERE cell = 'reply' AND value LIKE '新办法%'"
        ).fetchone()[0]
        for desk in (one, two)
    )
    one.wait(22)
    two.wait(22)
    one.registrar.follow_up(first, satisfaction="1")
    with pytest.raises(Refusal, match="还缺：原因"):
        two.registrar.follow_up(second, satisfaction="3")
    reopened = two.registrar.follow_up(second, satisfaction="3", reason="四十岁仍招不满")
    assert (reopened.status, reopened.value("reply")) == ("75", "")
    assert [reply.values["reply"] for reply in reopened.replies()] == ["新办法已把年龄放宽到40周岁"]
    office.takes(one, two)
    rates = figures.rates(office.store, office.today)
    assert (rates.registered, rates.closed, rates.closed_on_time) == (3, 2, 2)
    assert rates.satisfaction == {"1": 2, "3": 1}
    assert rates.satisfied == pytest.approx(2 / 3)
    assert rates.by_kind == {"A": 1, "B": 2}
    again = office.registrar.move(second, "40")
    assert (again.status, again.value("due")) == ("40", "2022-12-23")


def test_two_laptops_changing_one_issue_lose_nothing(make_desk: MakeDesk) -> None:
    here, there, office = make_desk("张三", 1), make_desk("李四", 1), make_desk("王五", 0)
    ident = here.issue()
    there.takes(here)
    here.registrar.move(ident, "40", lead_department="zzb", level="3")
    here.registrar.tried(ident, "11月4日打电话，没有人接")
    there.registrar.move(ident, "50", receiver="市人社局", lead_department="rs")
    there.registrar.change(ident, urgency="1")
    office.takes(here, there)
    merged = office.registrar.case(ident)
    shown = {dispute.label: {words for _, words in dispute.sides} for dispute in disputes(merged)}
    assert shown["状态"] == {"研究中", "已转办"}
    assert shown["承办部门"] == {"组织部（基层工作）", "人力资源社会保障"}
    assert {"level": "3", "urgency": "1", "receiver": "市人社局"}.items() <= merged.values.items()
    assert len(merged.notes("tried")) == 1
    assert {event.id for event in here.store.events(ident)} <= {event.id for event in merged.events}
    with pytest.raises(Refusal, match="还没有裁定"):
        office.registrar.move(ident, "60", reply="已办", outcome="1")
    assert worklists.disputed(office.store)[0].id == ident
    for dispute in disputes(merged):
        side = next(event for event, _ in dispute.sides if event.who == "李四")
        office.registrar.decide(ident, side)
    settled = office.registrar.case(ident)
    assert (settled.conflicts, settled.status, settled.value("lead_department")) == ({}, "50", "rs")
    here.takes(office)
    there.takes(office)
    assert here.registrar.case(ident).values == there.registrar.case(ident).values == settled.values
    assert any("取第1组 李四的" in line.text for line in history_lines(settled))


def test_any_order_of_taking_in_gives_one_office(make_desk: MakeDesk) -> None:
    from surveys.content import content_digest

    here, there = make_desk("张三", 1), make_desk("李四", 1)
    ident = here.answered()
    there.takes(here)
    here.registrar.follow_up(ident, satisfaction="1")
    there.registrar.follow_up(ident, satisfaction="3", reason="没有解决")
    there.issue(DAOLI)
    digests, seen = set(), set()
    for order in ((here, there), (there, here), (here, there, here, there)):
        office = make_desk("王五", 0)
        for desk in order:
            office.takes(desk)
            seen.add(content_digest(office.store))
        digests.add(content_digest(office.store))
    assert len(digests) == 1
    assert len(seen) == 3, "the digest sees what is missing"
    assert not office.registrar.case(ident).settled


def test_an_issue_merged_into_a_topic_closes_with_it_once_its_raiser_knows(make_desk: MakeDesk) -> None:
    office = make_desk("王五", 0)
    ident = office.issue()
    topic = office.registrar.open("topic", title="放宽招聘年龄", category="108").id
    with pytest.raises(Refusal, match="没有这一件“合并清单项”"):
        office.registrar.move(ident, "91", topic=ident)
    office.registrar.move(ident, "91", topic=topic)
    assert office.registrar.moves(ident) == ()
    assert not worklists.uninformed(office.store)
    for to, given in (("2", {"lead_department": "zzb"}), ("3", {"findings": "确有困难"}), ("4", {})):
        office.registrar.move(topic, to, **given)
    assert [row.id for row in worklists.uninformed(office.store)] == [ident]
    office.registrar.move(topic, "5", verification="各县已经执行")
    assert figures.rates(office.store, office.today).closed == 0
    office.registrar.change(ident, informed_on="2022-11-20")
    assert not worklists.uninformed(office.store)
    assert figures.rates(office.store, office.today).closed == 1
    assert figures.rates(office.store, office.today).mean_days == 17


def test_the_name_and_the_phone_of_a_raiser_are_in_the_history_and_nowhere_else(make_desk: MakeDesk) -> None:
    team, office = make_desk("张三", 1), make_desk("王五", 0)
    ident = team.issue(raiser_name="赵六六", raiser_phone="13904510000")
    office.takes(team)
    for desk in (team, office):
        case = desk.registrar.case(ident)
        assert case.value("raiser_name") == "赵六六"
        assert not {"raiser_name", "raiser_phone"} & case.shown().keys()
        told = " ".join(line.text for line in history_lines(case))
        assert HIDDEN in told
        assert "赵六六" not in told
        assert "139" not in told
        assert "赵六六" in " ".join(line.text for line in history_lines(case, revealed=True))
        tables = [name for (name,) in desk.store.conn.execute("SELECT name FROM sqlite_master WHERE type = 'table'")]
        holding = {
            table
            for table in tables
            for row in desk.store.conn.execute(f"SELECT * FROM {table}")
            if any("赵六六" in str(value) or "13904510000" in str(value) for value in row)
        }
        assert holding == {"events"}
    with pytest.raises(KeyError):
        figures.counts(office.store, "raiser_name")


def test_the_wishes_flow_by_their_own_data(make_desk: MakeDesk) -> None:
    """报道002 临夏: 征集 → 审核 → 确认 → 实现."""
    desk = make_desk("张三", 1)
    desk.register_id = "wishes"
    wish = desk.registrar.open("wish", HULAN, wish="想要一双防滑棉鞋", kind="3", wisher_name="赵六六")
    assert wish.numbers == ("W1-230111-0001",)
    with pytest.raises(Refusal, match="现在是“已征集”，不能到“已实现”，可以：“审核”、“不予确认”。"):
        desk.registrar.move(wish.id, "4")
    desk.registrar.move(wish.id, "2", reviewer="李四")
    assert desk.registrar.move(wish.id, "3").value("due") == "2022-12-03"
    assert [owed.days for owed in worklists.owed(desk.store, desk.today, register_id="wishes")] == [30]
    desk.wait(9)
    assert desk.registrar.move(wish.id, "4").settled
    scope = figures.Scope("wishes", "wish")
    rates = figures.rates(desk.store, desk.today, scope)
    assert (rates.registered, rates.closed, rates.mean_days) == (1, 1, 9)
    assert [one[1:] for one in figures.counts(desk.store, "kind", scope)] == [("劳动保护", 1)]
    assert not worklists.cases(desk.store)
