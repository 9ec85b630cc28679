"""A second keying travels with its interview, is told in words, and changes no figure."""

import itertools
import shutil

import pytest
from openpyxl import load_workbook

from exports.merge_report import Outcome
from exports.merging import merge
from exports.summary import write_summary
from exports.workbook import export_team
from surveys.acts import Actor
from surveys.answers import Status
from surveys.double_entry import Decision, shadow
from surveys.second_keying import SecondKeying
from surveys.store import Store

SECOND = Actor("李四", 3, "k2")


@pytest.fixture
def team(make_store, start, fill):
    """A laptop with a completed interview."""
    store = make_store("三组")
    recorder = start(store)
    fill(recorder)
    recorder.answer("words", "第一遍的话")
    recorder.complete()
    return store


@pytest.fixture
def again(clock):
    def key(store: Store) -> SecondKeying:
        """Key what the first interview has, but for three slips."""
        keying = SecondKeying.resume(store, store.interviews()[0].id, SECOND, clock)
        first = keying.first.interview
        for item in first.form.items:
            for address in first.addresses(item.name) if item.type != "roster" else ():
                if address not in keying.interview.addresses(item.name) or not first.answer(address).value:
                    continue
                keying.answer(address, first.answer(address).value)
        keying.answer("people", "7")
        keying.answer("people", "8")
        keying.set_status("people", Status.DONT_KNOW)
        keying.answer("words", "第二遍的话")
        keying.remove_row("things", keying.add_row("things"))
        return keying

    return key


def differing(keying: SecondKeying, item: str):
    return next(d for d in keying.first.comparison().differences if d.item == item)


def decide(keying: SecondKeying) -> None:
    keying.first.decide(differing(keying, "words"), Decision.FIRST)
    keying.first.decide(differing(keying, "things"), Decision.FIRST)
    keying.first.reopen("双录有不同")
    keying.first.decide(differing(keying, "people"), Decision.SECOND)
    keying.first.complete()


TOLD = ("题目", "栏目", "单元格", "原来", "改为", "修改人", "原因或来源")


def changes(path):
    """What the list of changes tells."""
    head, *lines = [[cell.value for cell in row] for row in load_workbook(path)["修改记录"].iter_rows()]
    return [[line[head.index(name)] for name in TOLD] for line in lines]


def test_the_second_keying_arrives_with_its_decisions_in_any_order(make_store, team, again, tmp_path):
    early = export_team(team, tmp_path / "早").path
    keying = again(team)
    middle = export_team(team, tmp_path / "中").path
    decide(keying)
    late = export_team(team, tmp_path / "晚").path
    ident = keying.first.interview.id
    digests = set()
    for number, order in enumerate(itertools.permutations([early, middle, late])):
        office = make_store(f"办公室{number}", team=0)
        for path in (*order, order[0]):
            outcomes = [line.outcome for line in merge(office, [path]).lines]
            assert outcomes[0] in (Outcome.NEW, Outcome.ADVANCED, Outcome.KNOWN)
        digests.add(office.history_digest())
        arrived = office.interview(ident)
        assert shadow(arrived).answer("words").value == "第二遍的话"
        assert arrived.answer("words").value == "第一遍的话"
        assert arrived.answer("people").status is Status.DONT_KNOW
        assert (arrived.conflicts, arrived.stage) == ({}, "complete")
        again_there = SecondKeying.resume(office, ident, Actor("王五", 0, "office")).first.comparison()
        assert again_there.differences == keying.first.comparison().differences
    assert digests == {team.history_digest()}


def test_two_second_keyings_that_differ_are_no_conflict_of_the_interview(make_store, team, again, tmp_path):
    office, clone = make_store("办公室", team=0), make_store("克隆")
    merge(clone, [export_team(team, tmp_path / "一").path])
    again(team)
    again(clone).answer("words", "第三个人的话")
    for store in (team, clone):
        (line,) = merge(office, [export_team(store, tmp_path / store.path.stem).path]).lines
    assert "两边答得不同" not in line.message
    assert office.interviews()[0].conflicts == 0


def test_the_list_of_changes_tells_the_second_keying_in_words(team, again, tmp_path):
    before = changes(export_team(team, tmp_path / "前").path)
    keying = again(team)
    decide(keying)
    told = changes(export_team(team, tmp_path / "后").path)[len(before) :]
    people = "2、多少人？"
    was = keying.first.comparison().first.answer("people").value
    assert ["双录", None, None, None, "开始录第二遍", "李四", None] in told
    assert [people, None, "people", "第二遍：7 人", "第二遍：8 人", "李四", None] in told
    assert [people, None, "people", "第二遍：8 人", "第二遍：不掌握", "李四", None] in told
    assert [people, None, "people", f"{was} 人", "不掌握", "李四", "取第二遍；双录"] in told
    assert [people, None, "people", "第二遍：不掌握", "双录对照：取第二遍", "李四", None] in told
    words = next(line for line in told if line[2] == "words" and line[4].startswith("双录对照"))
    assert words[3:5] == ["第二遍：第二遍的话", "双录对照：取第一遍"]
    rows = [line[3:5] for line in told if str(line[0]).startswith("7、")]
    assert ["第二遍已登记", "第二遍删去一项"] in rows
    assert ["第二遍没有这一项", "双录对照：取第一遍"] in rows
    assert not [text for line in told for text in line if text and ("again" in str(text) or "compared" in str(text))]


def cells(path):
    book = load_workbook(path)
    return {(sheet.title, cell.coordinate): cell.value for sheet in book for row in sheet.iter_rows() for cell in row}


def test_the_answer_sheets_do_not_change(team, again, tmp_path):
    before = cells(export_team(team, tmp_path / "前").path)
    keying = again(team)
    after = cells(export_team(team, tmp_path / "后").path)
    for sheet in ("答卷", "编码", "名册_第7题_第二部分"):
        assert {k: v for k, v in after.items() if k[0] == sheet} == {k: v for k, v in before.items() if k[0] == sheet}
    decide(keying)
    late = cells(export_team(team, tmp_path / "晚").path)
    assert [v for k, v in late.items() if k[0] == "答卷"] != [v for k, v in after.items() if k[0] == "答卷"]


def figures(path):
    """Every cell but the time of the last record, which the second keying is too, and what is said of the keying itself."""
    book = load_workbook(path)
    (findings,) = [row[0].row for row in book["封面"].iter_rows() if "质量检查" in str([cell.value for cell in row])]
    return {
        place: value
        for place, value in cells(path).items()
        if "（北京时间）" not in str(value)
        and place[0] != "质量检查"
        and not (place[0] == "封面" and place[1].endswith(str(findings + 1)))
    }


def test_no_figure_of_the_summary_changes_until_something_else_is_taken(team, again, tmp_path):
    alone = tmp_path / "alone.db"
    shutil.copy(team.path, alone)
    shutil.copy(f"{team.path}-wal", f"{alone}-wal")
    keying = again(team)
    keying.first.decide(differing(keying, "words"), Decision.FIRST)
    without = write_summary(team, tmp_path / "有.xlsx")
    with Store(alone) as store:
        assert len(store.events(keying.first.interview.id)) < len(team.events(keying.first.interview.id))
        assert figures(write_summary(store, tmp_path / "无.xlsx")) == figures(without)
    keying.first.reopen("双录有不同")
    keying.first.decide(differing(keying, "people"), Decision.SECOND)
    keying.first.complete()
    assert figures(write_summary(team, tmp_path / "改.xlsx")) != figures(without)
