"""Hand edits are offered, taken with a reason or left; never by themselves, never forgotten."""

import copy
import functools

import pytest
from click.testing import CliRunner
from definitions import SMALL
from edited_books import changed, keys_of

from exports.changes import changes
from exports.corrections import State, chosen, corrections, described, leave, take
from exports.merging import merge
from exports.sights import sights
from exports.workbook import export_team
from surveys.acts import Actor
from surveys.answers import Answer, Status
from surveys.definition import Survey
from surveys.form import roster_cell
from surveys.history import Kind
from surveys.soundness import find_damage
from surveys.standing import Stage
from surveys.text import Refusal
from tui.cli import main

ROSTER = "名册_第7题_第二部分"
OFFICE = Actor("王五", 0, "office")


@functools.cache
def strict() -> Survey:
    """The everyday definition, of which some questions must be answered."""
    definition = copy.deepcopy(SMALL)
    for question in definition["sections"][0]["questions"][:3]:
        question["required"] = True
    return Survey.model_validate(definition)


@pytest.fixture
def team(make_store, start, read_here):
    """A team's store with one complete interview."""
    store = make_store("三组", survey=strict())
    recorder = start(store, "231081")
    recorder.answer("kind", "1")
    recorder.answer("people", "12")
    recorder.answer("when", "2022-11-03")
    recorder.answer_many({"grid.x": "1", "grid.y": "0"})
    recorder.answer("words", "没有什么要说的")
    row = recorder.add_row("things")
    recorder.answer_many({roster_cell("things", row, "t_name"): "驿站", roster_cell("things", row, "t_kind"): "1"})
    recorder.complete()
    store.mine, store.row = recorder.interview.id, row
    return store


@pytest.fixture
def offered(team, make_store, tmp_path):
    """Merge the team's workbook into a new office after somebody changed cells: `sheet, key, value`."""

    def change_and_merge(*edits):
        def change(book):
            for sheet, key, value in edits:
                number, keys = keys_of(book[sheet])
                first = number + 1 + (3 if sheet == "答卷" else 0)
                book[sheet].cell(first, keys.index(key) + 1).value = value

        path = changed(export_team(team, tmp_path / "out").path, tmp_path / "第3组.xlsx", change)
        office = make_store("省总", team=0, survey=strict())
        office.line = merge(office, [path]).lines[0]
        assert office.line.merged, office.line.message
        return office

    return change_and_merge


def answer(store, team, address="people") -> Answer:
    return store.interview(team.mine).answer(address)


def test_a_hand_edit_is_offered_and_changes_nothing(offered, team):
    office = offered(("编码", "people", 21))
    assert answer(office, team).value == "12"
    assert office.history_digest() == team.history_digest()
    (one,) = described(office, corrections(office))
    assert one.message == "1  第3组.xlsx 编码!J2 牡丹江市绥芬河市 2、多少人？：12 人 → 21 人"
    assert office.line.edits == 1
    assert "有 1 处手工改动" in office.line.message


def test_a_taken_correction_is_an_event_that_says_where_it_came_from_and_why(offered, team):
    office = offered(("编码", "people", 21))
    done = take(office, 1, "电话核实", OFFICE)
    assert (done.state, done.who, done.reason) == (State.TAKEN, "王五", "电话核实")
    interview = office.interview(team.mine)
    event = interview.events[-1]
    assert (event.kind, event.cell, event.value, event.note) == (Kind.ANSWERED, "people", "21", "电话核实")
    assert event.source == "办公室更正：第3组.xlsx 编码!J2"
    assert (event.who, event.team, event.device) == ("王五", 0, "office")
    assert interview.stage is Stage.COMPLETE
    assert office.conn.execute("select value from answers where cell = 'people'").fetchone() == ("21",)
    (sight,) = sights(office, "small")
    (told,) = changes(sight)
    assert (told.old, told.new, told.reason) == ("12 人", "21 人", "电话核实；办公室更正：第3组.xlsx 编码!J2")
    assert corrections(office) == []


def test_it_travels_in_the_offices_own_workbook(offered, team, tmp_path, read_here):
    office = offered(("编码", "people", 21))
    take(office, 1, "电话核实", OFFICE)
    result = read_here(export_team(office, tmp_path / "office").path)
    assert result.parcel.events(team.mine) == office.interview(team.mine).events
    assert merge(team, [result.path]).lines[0].merged
    assert answer(team, team).value == "21"


@pytest.mark.parametrize(
    ("sheet", "key", "written", "address", "answer_now"),
    [
        ("答卷", "people", 21, "people", Answer("21", Status.ANSWERED)),
        ("答卷", "people", "不掌握", "people", Answer("", Status.DONT_KNOW)),
        ("答卷", "people", "２１", "people", Answer("21", Status.ANSWERED)),
        ("编码", "when", "2022/11/5", "when", Answer("2022-11-05", Status.ANSWERED)),
        ("编码", "when", 44870, "when", Answer("2022-11-05", Status.ANSWERED)),
        ("编码", "words", "换一句\n两行", "words", Answer("换一句\n两行", Status.ANSWERED)),
        ("编码", "grid.y", 7, "grid.y", Answer("7", Status.ANSWERED)),
        (ROSTER, "t_kind", "红；绿", "t_kind", Answer("1 2", Status.ANSWERED)),
        (ROSTER, "t_kind__code", "2", "t_kind", Answer("2", Status.ANSWERED)),
        (ROSTER, "t_name", "工会驿站", "t_name", Answer("工会驿站", Status.ANSWERED)),
    ],
)
def test_words_codes_numbers_and_dates_become_the_answer(offered, team, sheet, key, written, address, answer_now):
    office = offered((sheet, key, written))
    place = roster_cell("things", team.row, address) if sheet == ROSTER else address
    take(office, 1, "核实", OFFICE)
    assert answer(office, team, place) == answer_now


@pytest.mark.parametrize(
    ("sheet", "key", "written", "why"),
    [
        ("编码", "people", "很多", "不是数字"),
        ("编码", "people", "3.5", "整数"),
        ("编码", "kind", "9", "没有“9”这个选项"),
        ("答卷", "kind", "丁", "没有“丁”这个选项"),
        ("编码", "kind", "007", "不符合问卷的要求"),
        ("编码", "kind", None, "不符合问卷的要求"),
        ("编码", "money", 5, "不用答"),
        ("编码", "when", "明天", "不是日期"),
        ("编码", "people", "=6*7", "公式"),
        ("编码", "per_head", 3, "自动计算"),
        ("编码", "things", 5, "登记的项数"),
        ("编码", "round", "2023", "不是答案"),
        ("答卷", "county", "香坊区", "不是答案"),
        ("编码", "money__status", "dont_know", "不能填"),
    ],
)
def test_what_cannot_be_the_answer_is_refused_with_its_reason(offered, team, sheet, key, written, why):
    office = offered((sheet, key, written))
    before = office.history_digest()
    with pytest.raises(Refusal, match=why):
        take(office, 1, "核实", OFFICE)
    assert office.history_digest() == before
    assert len(corrections(office)) == 1  # it stays on offer
    assert leave(office, 1, "不是答案", OFFICE).state is State.LEFT


def test_an_answer_that_changed_meanwhile_is_not_written_over(offered, team, go_on):
    office = offered(("编码", "people", 21))
    recorder = go_on(office, team.mine)
    recorder.reopen("重新核对")
    with recorder.because("对方更正"):
        recorder.answer("people", "15")
    with pytest.raises(Refusal, match=r"现在的答案是“15 人”，已不是导出时的“12 人”"):
        take(office, 1, "电话核实", OFFICE)
    assert answer(office, team).value == "15"
    with recorder.because("还是原来的"):
        recorder.answer("people", "12")
    take(office, 1, "电话核实", OFFICE)  # the negative control: as it was, it can be taken
    assert answer(office, team).value == "21"


def test_the_same_edit_on_two_sheets_is_one_event(offered, team):
    office = offered(("编码", "people", 21), ("答卷", "people", 21))
    count = len(office.events(team.mine))
    for number in chosen(office):
        take(office, number, "电话核实", OFFICE)
    assert len(office.events(team.mine)) == count + 1
    assert corrections(office) == []


def test_a_decision_is_made_once_and_needs_a_reason(offered, team):
    office = offered(("编码", "people", 21))
    with pytest.raises(Refusal, match="原因"):
        take(office, 1, "  ", OFFICE)
    leave(office, 1, "没有根据", OFFICE)
    with pytest.raises(Refusal, match="已由 王五 处理：未采用"):
        take(office, 1, "电话核实", OFFICE)
    with pytest.raises(Refusal, match="没有第 2 处"):
        take(office, 2, "电话核实", OFFICE)
    assert answer(office, team).value == "12"
    assert [found.state for found in corrections(office, None)] == [State.LEFT]


def test_a_workbook_that_comes_twice_offers_its_edits_once(offered, team, tmp_path):
    office = offered(("编码", "people", 21))
    merge(office, [tmp_path / "第3组.xlsx"])
    assert len(corrections(office)) == 1


def test_a_warning_in_a_complete_interview_is_passed_with_the_reason(offered, team):
    office = offered(("编码", "people", 150))
    take(office, 1, "确有这么多", OFFICE)
    interview = office.interview(team.mine)
    assert [(found.level, found.note) for found in interview.findings("people")] == [("warning", "确有这么多")]
    assert interview.open_items() == []


def test_a_void_interview_is_not_corrected(offered, team, go_on):
    office = offered(("编码", "people", 21))
    go_on(office, team.mine).void("测试用")
    with pytest.raises(Refusal, match="作废"):
        take(office, 1, "核实", OFFICE)


def test_offers_are_named_by_number_range_question_or_all(offered, team):
    office = offered(("编码", "people", 21), ("编码", "words", "别的"), ("编码", "grid.x", 4))
    assert chosen(office) == [1, 2, 3]
    assert chosen(office, ["2-3"]) == [2, 3]
    assert chosen(office, question="2") == [1]
    by_place = {found.address: [found.number] for found in corrections(office)}
    assert chosen(office, question="第5题") == by_place["grid.x"]
    assert chosen(office, question="words") == by_place["words"]
    for wrong in ("9", "x", "²", "1-x"):
        with pytest.raises(Refusal):
            chosen(office, [wrong])
    with pytest.raises(Refusal):
        chosen(office, question="7")


def test_a_damaged_offer_is_found_by_the_doctor(offered, team):
    office = offered(("编码", "people", 21))
    with office.transaction():
        office.conn.execute("UPDATE corrections SET now = '22'")
    assert "corrections" in {damage.table for damage in find_damage(office.conn, None)}


def test_the_command_line_lists_takes_and_leaves(offered, team, tmp_path):
    office = offered(("编码", "people", 21), ("编码", "words", "别的"), ("编码", "grid.x", "很多"))
    folder = office.path.parent / "folder"
    folder.mkdir()
    office.close()
    office.path.rename(folder / "zoufang.db")

    def run(*arguments):
        return CliRunner().invoke(main, ["--data", str(folder), "corrections", *arguments])

    listed = run()
    assert listed.exit_code == 0, listed.output
    assert [line.split()[0] for line in listed.output.splitlines()] == ["1", "2", "3"]
    assert run("take", "--reason", "核实").exit_code != 0
    taken = run("take", "--all", "--reason", "电话核实")
    assert taken.exit_code == 2
    assert "没有处理" in taken.output
    assert "处理了 2 处，1 处没有处理" in taken.output
    left = run("leave", "1-9", "--reason", "看不懂")
    assert left.exit_code != 0  # only open ones can be named
    number = run().output.split()[0]
    assert run("leave", number, "--reason", "看不懂").exit_code == 0
    assert run().output == "没有待处理的手工改动。\n"
    assert "〔未采用，张三：看不懂〕" in run("--every").output
